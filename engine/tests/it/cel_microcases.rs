//! Part 10 of kubernetes-vap.md, the rows about expressions: what is refused on creation (10.1), values and errors on the
//! object D (10.2), variables (10.3), budgets and failures (10.4), type checking (10.7). `microcases` has the rows about
//! matching, params and responses, and what a server answered.

use std::collections::BTreeSet;

use celgate::{
    admission::{
        Attributes, Binding, CompiledPolicy, Operation, Policy, Settings, UserInfo, admit,
        typecheck::TypeChecker, validation::validate,
    },
    cel::{
        interpreter::{Bindings, Limits},
        program::Program,
        types::Type,
        value::Value,
    },
    environment::{CURRENT, Environment, Mode, Version, limits},
    objects::{Cluster, GroupVersionResource, Resources},
    schema::Schemas,
};

use crate::admission::{compiled, objects};

const D: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx, namespace: default, labels: {app: nginx}}
spec:
  replicas: 6
  paused: false
  strategy: null
  ratio: 0.5
  template: {spec: {containers: [{name: c1, image: "nginx:latest"}, {name: c2, image: "redis"}]}}
"#;

const BINDING: &str = "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [Deny]}
";

const NAMESPACE: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {env: test}, creationTimestamp: '2026-01-02T03:04:05Z'}
";

fn policy(spec: &str) -> String {
    format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         matchConstraints: {{resourceRules: [{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}}]}}\n{spec}"
    )
}

fn quoted(expression: &str) -> String {
    serde_json::to_string(expression).unwrap()
}

fn validation(expression: &str) -> String {
    format!("  validations: [{{expression: {}}}]\n", quoted(expression))
}

/// The request that the decisions are about.
#[derive(Clone, Copy)]
enum Asked {
    Create,
    Delete,
    ClusterScoped,
}

/// The decisions of a policy on D: `true`, `false`, `false: message`, or the error's text; and whether D is admitted.
fn decided(spec: &str, asked: Asked) -> (Vec<String>, bool) {
    let policies: Vec<CompiledPolicy> = objects(&policy(spec)).iter().map(compiled).collect();
    let bindings: Vec<Binding> = objects(BINDING).iter().map(Binding::decode).collect();
    let object = objects(D).remove(0);
    let mut cluster = Cluster::default();
    for object in objects(NAMESPACE) {
        cluster.add(object);
    }
    let delete = matches!(asked, Asked::Delete);
    let attributes = Attributes {
        operation: if delete { Operation::Delete } else { Operation::Create },
        kind: object.gvk.clone(),
        typed: false,
        resource: match asked {
            Asked::ClusterScoped => {
                GroupVersionResource::new("rbac.authorization.k8s.io", "v1", "clusterroles")
            }
            _ => GroupVersionResource::new("apps", "v1", "deployments"),
        },
        subresource: "".into(),
        name: "nginx".into(),
        namespace: if matches!(asked, Asked::ClusterScoped) { "".into() } else { "default".into() },
        object: (!delete).then(|| object.clone()),
        old_object: delete.then_some(object),
        options: None,
        dry_run: false,
        user: UserInfo {
            username: "admin".into(),
            groups: vec!["system:masters".into()],
            ..UserInfo::default()
        },
    };
    let answer = admit(&attributes, &policies, &bindings, &cluster, &Settings::default());
    let Some(evaluation) =
        answer.policies[0].bindings.first().and_then(|binding| binding.evaluations.first())
    else {
        return (Vec::new(), answer.allowed());
    };
    let decisions = evaluation.decisions.iter().map(|decision| match decision.evaluation.as_str() {
        "admit" => "true".to_owned(),
        "deny" => format!("false: {}", decision.message),
        _ => decision.message.clone(),
    });
    (decisions.collect(), answer.allowed())
}

/// A row: its number, what is asked, what comes of it.
type Row = (&'static str, &'static str, &'static str);

/// Runs the rows; prints how many there are, and which part of the numbers they are.
fn hold(title: &str, rows: &[Row], answer: impl Fn(&str) -> String, agree: impl Fn(&str, &str) -> bool) {
    let different: Vec<String> = rows
        .iter()
        .filter_map(|(number, asked, wanted)| {
            let got = answer(asked);
            (!agree(&got, wanted)).then(|| format!("--- {number} {asked}\nwanted: {wanted}\ngot:    {got}"))
        })
        .collect();
    let numbers: BTreeSet<&str> = rows.iter().map(|(number, ..)| *number).collect();
    println!(
        "part 10, {title}: {} of {} rows under {} numbers hold",
        rows.len() - different.len(),
        rows.len(),
        numbers.len()
    );
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// What is said of a policy that is created at a compatibility version; empty: it is accepted.
fn created_at(version: Version, spec: &str) -> String {
    let env = Environment::new(version, Mode::New);
    let object = objects(&policy(spec)).remove(0);
    let errors: Vec<String> = validate(&object, &env).iter().map(ToString::to_string).collect();
    errors.join("; ")
}

fn created(spec: &str) -> String {
    created_at(CURRENT.compatibility(), spec)
}

#[test]
fn expressions_on_creation() {
    let rows: [Row; 38] = [
        (
            "1",
            "object.spec.paused",
            r#"spec.validations[0].expression: Invalid value: "object.spec.paused": must evaluate to bool but got dyn"#,
        ),
        ("2", "object.spec.replicas", "must evaluate to bool but got dyn"),
        ("2", "1", "must evaluate to bool but got int"),
        ("2", "'a'", "must evaluate to bool but got string"),
        ("3", "object.spec.replicas <= 5", ""),
        (
            "4",
            "request.object.kind == 'x'",
            "compilation failed: ERROR: <input>:1:8: undefined field 'object'\n | request.object.kind == 'x'\n | .......^",
        ),
        ("5", "params.x == 1", "ERROR: <input>:1:1: undeclared reference to 'params' (in container '')"),
        ("15", "1 == 1.0", "found no matching overload for '_==_' applied to '(int, double)'"),
        ("16", "1 < 2.5", ""),
        ("17", "[1, 'a'].size() == 2", "expected type 'int' but found 'string'"),
        ("18", "[1, object.spec.x].size() == 2", "<input>:1:16: expected type 'int' but found 'dyn'"),
        ("18", "[object.spec.x, 1].size() == 2", "expected type 'dyn' but found 'int'"),
        ("18", "[object.spec.x, object.spec.y].size() == 2", ""),
        ("19", "object.a.matches('(')", "invalid matches argument"),
        ("20", "duration('1d') > duration('1h')", "invalid duration argument"),
        ("21", "timestamp('yesterday') < timestamp('2024-01-01T00:00:00Z')", "invalid timestamp argument"),
        (
            "22",
            "int('x') == 1",
            "Internal error: program instantiation failed: type conversion error from 'string' to 'int'",
        ),
        (
            "23",
            "'x'.find('(') == ''",
            "Internal error: program instantiation failed: error parsing regexp: missing closing ): `(`",
        ),
        ("24", "has(object)", "invalid argument to has() macro"),
        ("25", "namespace == 'x'", "reserved identifier: namespace"),
        ("26", "object.metadata.namespace == 'default'", ""),
        ("27", "[1].includes(1)", "undeclared reference to 'includes' (in container '')"),
        ("45", "sign(quantity('1')) == 1", ""),
        (
            "45",
            "quantity('1').sign() == 1",
            "found no matching overload for 'sign' applied to 'kubernetes.Quantity.()'",
        ),
        ("46", "'%d %s'.format([1]) == ''", "index 1 out of range"),
        (
            "47",
            "'%d'.format([1, 2]) == ''",
            "too many arguments supplied to string.format (expected 1, got 2)",
        ),
        (
            "48",
            "'%d'.format(['a']) == ''",
            "error during formatting: decimal clause can only be used on integers, was given string",
        ),
        ("49", "'a' && true", "expected type 'bool' but found 'string'"),
        (
            "50",
            "request.userInfo.groups.exists(g, g == 1)",
            "found no matching overload for '_==_' applied to '(string, int)'",
        ),
        ("51", "variables['x'] == 1", "undeclared reference to 'variables' (in container '')"),
        ("89", "size(namespaceObject.metadata.managedFields) == 1", "undefined field 'managedFields'"),
        ("4.1", "math.greatest(1, 2) == 2", "undeclared reference to 'math' (in container '')"),
        ("4.1", "base64.encode(b'x') == ''", "undeclared reference to 'base64' (in container '')"),
        ("4.1", "cel.bind(x, 1, x == 1)", "undeclared reference to 'cel' (in container '')"),
        ("4.1", "'abc'.reverse() == ''", "found no matching overload for 'reverse' applied to 'string.()'"),
        ("4.4.3", "[1].existsOne(x, x == 1)", "undeclared reference to 'existsOne' (in container '')"),
        ("4.4.3", "[1].all(__result__, true)", "iteration variable overwrites accumulator variable"),
        (
            "4.4.3",
            "1.all(x, true)",
            "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
        ),
    ];
    hold("expressions on creation", &rows, |asked| created(&validation(asked)), holds);

    let variables = "  variables: [{name: a, expression: variables.b}, {name: b, expression: '1'}]\n  validations: [{expression: 'true'}]\n";
    let named = |name: &str| {
        format!("  variables: [{{name: {name}, expression: '1'}}]\n  validations: [{{expression: 'true'}}]\n")
    };
    let audit = |expression: &str| {
        format!("  auditAnnotations: [{{key: k, valueExpression: {}}}]\n", quoted(expression))
    };
    let message = |expression: &str| {
        format!("  validations: [{{expression: 'false', messageExpression: {}}}]\n", quoted(expression))
    };
    let with_variable =
        |variable: &str, expression: &str| format!("  variables: [{variable}]\n{}", validation(expression));
    let specs: [(&str, String, &str); 17] = [
        (
            "6",
            message("authorizer.path('/x').check('get').reason()"),
            "undeclared reference to 'authorizer' (in container '')",
        ),
        ("7", message("object.metadata.name"), "must evaluate to string but got dyn"),
        ("8", message("'name: ' + object.metadata.name"), ""),
        (
            "9",
            format!(
                "  variables: [{{name: x, expression: 'true'}}]\n  matchConditions: [{{name: m, expression: variables.x}}]\n{}",
                validation("true")
            ),
            "undeclared reference to 'variables' (in container '')",
        ),
        (
            "10",
            variables.to_owned(),
            "spec.variables[0].expression: Invalid value: \"variables.b\": compilation failed: ERROR: <input>:1:10: undefined field 'b'",
        ),
        (
            "11",
            named("foo-bar"),
            "spec.variables[0].name: Invalid value: \"foo-bar\": must be a valid CEL identifier",
        ),
        (
            "12",
            named("namespace"),
            "spec.variables[0].name: Invalid value: \"namespace\": must be a valid CEL identifier",
        ),
        (
            "13",
            with_variable("{name: 'n', expression: \"'abc'\"}", "variables.n == 1"),
            "found no matching overload for '_==_' applied to '(string, int)'",
        ),
        (
            "14",
            with_variable("{name: list, expression: '[1,2,3,4]'}", "variables.list['a'] == 1"),
            "found no matching overload for '_[_]' applied to '(list(int), string)'",
        ),
        (
            "29",
            audit("object.x == 1 ? 'a' : null"),
            "found no matching overload for '_?_:_' applied to '(bool, string, null)'",
        ),
        ("30", audit("1"), "must evaluate to one of [string null_type] but got int"),
        (
            "33a",
            with_variable("{name: x, expression: '1'}, {name: x, expression: '2'}", "variables.x == 2"),
            "",
        ),
        (
            "34",
            "  failurePolicy: Fail\n".to_owned(),
            "validations or auditAnnotations must contain at least one item",
        ),
        (
            "35",
            "  validations: [{expression: 'true', message: \"a\\nb\"}]\n".to_owned(),
            "must not contain line breaks",
        ),
        (
            "36",
            "  validations: [{expression: 'true', message: '  '}]\n".to_owned(),
            "must be non-empty if specified",
        ),
        (
            "37",
            "  validations: [{expression: 'true', reason: Unauthorized}]\n".to_owned(),
            "Unsupported value: \"Unauthorized\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"",
        ),
        (
            "51",
            with_variable("{name: x, expression: '1'}", "variables['x'] == 1"),
            "found no matching overload for '_[_]' applied to '(kubernetes.variables, string)'",
        ),
    ];
    for (number, spec, wanted) in &specs {
        let got = created(spec);
        assert!(holds(&got, wanted), "{number}\n{spec}wanted: {wanted}\ngot:    {got}");
    }
    println!("part 10, policies on creation: {} rows hold", specs.len());
    // 28: what a version does not know is refused when new, and runs when stored.
    let quantity = validation("isQuantity(\"20M\")");
    let old = Version::new(1, 27);
    assert!(created_at(old, &quantity).contains("undeclared reference to 'isQuantity'"));
    assert_eq!(decided(&quantity, Asked::Create).0, ["true"]);
    assert_eq!(decided(&validation("[1].includes(1)"), Asked::Create).0, ["true"]);
}

/// Whether an answer is what is wanted, which may be a part of it; nothing wanted is nothing said.
fn holds(got: &str, wanted: &str) -> bool {
    if wanted.is_empty() { got.is_empty() } else { got.contains(wanted) }
}

#[test]
fn expressions_on_an_object() {
    let rows: [Row; 78] = [
        ("52", "object.spec.replicas <= 5", "false"),
        ("53", "object.spec.replicas == 6.0", "true"),
        ("54", "object.spec.replicas == '6'", "false"),
        ("55", "object.spec.replicas < '7'", "E no such overload"),
        ("56", "object.spec.replicas + 1.0 > 0.0", "E no such overload"),
        ("57", "object.spec.replicas + 1 > 6", "true"),
        ("58", "has(object.spec.strategy)", "true"),
        ("58", "object.spec.strategy == null", "true"),
        ("59", "object.spec.strategy.type == 'x'", "E no such key: type"),
        ("60", "has(object.spec.strategy.type)", "false"),
        ("61", "has(object.spec.missing.deeper)", "E no such key: missing"),
        ("62", "object.spec.?missing.?deeper.orValue('none') == 'none'", "true"),
        ("63", "object.spec.missing == 1 || object.spec.replicas == 6", "true"),
        ("64", "object.spec.missing == 1 && object.spec.replicas == 5", "false"),
        ("65", "object.spec.missing == 1 && object.spec.replicas == 6", "E no such key: missing"),
        ("66", "!has(object.spec.paused) || !object.spec.paused", "true"),
        ("67", "object.metadata.labels['app'] == 'nginx'", "true"),
        ("67", "'app' in object.metadata.labels", "true"),
        ("68", "object.metadata.labels.missing == ''", "E no such key: missing"),
        ("69", "object.spec.template.spec.containers.all(c, c.image.contains(':'))", "false"),
        ("70", "object.spec.template.spec.containers.exists(c, c.missing == 1 || c.name == 'c2')", "true"),
        ("71", "object.spec.template.spec.containers.exists(c, c.missing == 1)", "E no such key: missing"),
        (
            "72",
            "object.spec.template.spec.containers.exists_one(c, c.missing == 1)",
            "E no such key: missing",
        ),
        ("73", "object.spec.template.spec.containers[2].name == ''", "E index out of bounds: 2"),
        (
            "74",
            "object.spec.template.spec.containers.name == ''",
            "E unsupported index type 'string' in list",
        ),
        ("75", "has(object.spec.template.spec.containers.name)", "E unsupported index type 'string' in list"),
        ("76", "object.spec.replicas.all(x, true)", "E got 'types.Int', expected iterable type"),
        ("76", "object.spec.replicas.all(i, x, true)", "E unsupported comprehension range type: types.Int"),
        ("77", "object.spec.replicas.size() == 1", "E no such overload: size"),
        ("78", "object.spec.replicas.startsWith('6')", "E no such overload"),
        ("79", "object.spec.replicas.lowerAscii() == ''", "E no such overload: lowerAscii(int)"),
        ("80", "object.spec.replicas / 0 == 1", "E division by zero"),
        ("81", "object.spec.ratio < 1", "true"),
        (
            "82",
            "type(object) == map && type(object.spec.replicas) == int && type(object.spec.ratio) == double",
            "true",
        ),
        ("83", "oldObject == null", "true"),
        ("83", "oldObject.x == 100", "E no such key: x"),
        ("84", "object == null && oldObject != null", "true"),
        (
            "85",
            "request.operation == 'CREATE' && request.kind.kind == 'Deployment' && request.resource.group == 'apps'",
            "true",
        ),
        ("86", "has(request.subResource)", "false"),
        ("86", "request.subResource == ''", "E no such key: subResource"),
        ("87", "request.namespace == ''", "E no such key: namespace"),
        ("88", "namespaceObject.metadata.labels.env == 'test'", "true"),
        ("90", "namespaceObject.metadata.UID != ''", "E no such key: UID"),
        (
            "91",
            "namespaceObject.metadata.creationTimestamp < timestamp('2100-01-01T00:00:00Z')",
            "E no such overload",
        ),
        ("92", "params == null", "true"),
        ("93", "quantity('1Gi').compareTo(quantity('1024Mi')) == 0", "true"),
        ("93", "quantity(\"200M\") == quantity(\"0.2G\")", "true"),
        ("94", "quantity('1.5Gi').isInteger()", "false"),
        ("94", "quantity('10').isInteger()", "true"),
        (
            "95",
            "quantity(object.metadata.name).isInteger()",
            "E quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        ("96", "isIP('::ffff:1.2.3.4')", "false"),
        ("96", "isIP('127.0.0.1')", "true"),
        ("96", "ip('::1').isLoopback()", "true"),
        ("97", "cidr('10.0.0.0/8').containsIP('10.1.2.3')", "true"),
        ("97", "cidr('10.0.0.0/8').containsCIDR('10.0.0.0/7')", "false"),
        ("98", "isSemver('v1.0')", "false"),
        ("98", "isSemver('v1.0', true)", "true"),
        ("98", "semver('1.10.0').isGreaterThan(semver('1.9.9'))", "true"),
        ("99", "format.dns1123Label().validate('my-label') == optional.none()", "true"),
        ("99", "format.dns1123Label().validate('My').hasValue()", "true"),
        ("100", "[2,1].isSorted()", "false"),
        ("100", "[1,2,3].sum() == 6", "true"),
        ("100", "[].sum() == 0", "true"),
        ("100", "[1,3,2].max() == 3", "true"),
        ("101", "[] == [1]", "false"),
        ("101", "[1,2] == [2,1]", "false"),
        ("101", "sets.equivalent([1,2],[2,1])", "true"),
        ("102", "'héllo'.charAt(1) == 'é'", "true"),
        ("102", "size('héllo') == 5", "true"),
        ("102", "'abc'.substring(1,5) == ''", "E index out of range: 5"),
        ("103", "'a,b'.split(',').join('-') == 'a-b'", "true"),
        ("104", "[1,2,3].transformMap(i, v, v * 2) == {0: 2, 1: 4, 2: 6}", "true"),
        ("105", "[1,1].transformMapEntry(i, v, {v: i}) == {1: 1}", "E insert failed: key 1 already exists"),
        ("106", "url('https://example.com:80/a?b=c').getHost() == 'example.com:80'", "true"),
        ("106", "isURL('../x')", "false"),
        ("107", "'%s has %d'.format([object.metadata.name, object.spec.replicas]) == 'nginx has 6'", "true"),
        ("108", "string(object.spec.strategy) == ''", "E no such overload: string(null_type)"),
        ("4.3", "[dyn(1), dyn('a')].size() == 2", "true"),
    ];
    let answer = |expression: &str| {
        let asked = match expression {
            "object == null && oldObject != null" => Asked::Delete,
            "request.namespace == ''" => Asked::ClusterScoped,
            _ => Asked::Create,
        };
        let kind = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n";
        let (decisions, _) = decided(&format!("{kind}{}", validation(expression)), asked);
        let decision = decisions.join("; ");
        let error = format!("expression '{expression}' resulted in error: ");
        match decision.strip_prefix(&*error) {
            Some(error) => format!("E {error}"),
            None if decision == format!("false: failed expression: {expression}") => "false".to_owned(),
            None => decision,
        }
    };
    hold("expressions on D", &rows, answer, |got, wanted| got == wanted);
}

#[test]
fn variables() {
    let rows: [(&str, &str, &str, &str); 11] = [
        (
            "108a",
            "{name: name, expression: \"1 == '1'\"}",
            "variables.name == 'x'",
            "E composited variable \"name\" fails to compile: compilation failed: ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'",
        ),
        (
            "109",
            "{name: count, expression: 'object.spec.template.spec.containers[114514].addresses.size()'}",
            "variables.count == 810",
            "E composited variable \"count\" fails to evaluate: index out of bounds: 114514",
        ),
        (
            "110",
            "{name: a, expression: object.x.y}, {name: b, expression: variables.a + 1}",
            "variables.b == 2",
            "E composited variable \"b\" fails to evaluate: composited variable \"a\" fails to evaluate: no such key: x",
        ),
        ("111", "{name: a, expression: object.x.y}", "true", "true"),
        ("112", "{name: a, expression: object.x.y}", "true || variables.a == 1", "true"),
        (
            "116",
            "{name: u, expression: request.userInfo}",
            "variables.u.nonexistent == 1",
            "E no such key: nonexistent",
        ),
        (
            "116",
            "{name: u, expression: \"quantity('1')\"}",
            "variables.u.nonexistent == 1",
            "E no such key: nonexistent",
        ),
        ("117", "{name: a__b__c, expression: '1'}", "variables.a__b__c == 1", "E no such key: a__b__c"),
        ("117", "{name: a__dot__b, expression: '1'}", "variables.a__dot__b == 1", "E no such key: a__dot__b"),
        ("117", "{name: a__b, expression: '1'}", "variables.a__b == 1", "true"),
        ("33a", "{name: x, expression: '1'}, {name: x, expression: '2'}", "variables.x == 2", "true"),
    ];
    for (number, variables, expression, wanted) in rows {
        let (decisions, _) =
            decided(&format!("  variables: [{variables}]\n{}", validation(expression)), Asked::Create);
        let decision = decisions.join("; ");
        let got = match decision.strip_prefix(&*format!("expression '{expression}' resulted in error: ")) {
            Some(error) => format!("E {error}"),
            None => decision,
        };
        assert!(got.starts_with(wanted), "{number} {expression}\nwanted: {wanted}\ngot:    {got}");
    }
    println!("part 10, variables: {} rows hold", rows.len());
}

/// What an expression costs that reads `object` and `oldObject`.
fn cost(expression: &str) -> u64 {
    let env = Environment::new(CURRENT, Mode::Stored)
        .with_variable("object", Type::Dyn)
        .with_variable("oldObject", Type::Dyn)
        .with_variable("variables", Type::Dyn);
    let program = Program::new(&env, &env.compile(expression).unwrap()).unwrap();
    let map = |entries: Vec<(&str, Value)>| {
        Value::map(entries.into_iter().map(|(key, value)| (Value::string(key), value)).collect())
    };
    let name = Value::string("endpoints1");
    let subsets = Value::list(vec![Value::Null, Value::Null, Value::Null]);
    let object = map(vec![("metadata", map(vec![("name", name.clone())])), ("subsets", subsets)]);
    let bindings = Bindings::new()
        .with("object", object)
        .with("oldObject", Value::Null)
        .with("variables", map(vec![("name", name)]));
    program.evaluate(&bindings, Limits { cost: Some(limits::PER_CALL_LIMIT) }).cost
}

#[test]
fn budgets_and_failures() {
    // 114, 115, 118 to 120: what upstream's small budgets buy.
    let name = "variables.name == 'endpoints1'";
    assert_eq!(cost("object.metadata.name"), 3);
    assert_eq!(cost(name), 3);
    assert_eq!(cost(&format!("{name} && {name}")), 6);
    assert_eq!(cost("oldObject != null") + cost("object.subsets.size() > 2"), 6);
    assert_eq!(cost("true"), 0);
    assert_eq!(cost("has(object.subsets) && object.subsets.size() < 2"), 5);
    // 113: a variable is evaluated once for validations; the whole of a policy's budget is ten such.
    let dear = "lists.range(900).all(a, lists.range(250).all(b, a + b >= 0))";
    let spec = |policy: &str, count: usize| {
        format!(
            "  failurePolicy: {policy}\n  validations:\n{}",
            format!("  - expression: '{dear}'\n").repeat(count)
        )
    };
    let (decisions, allowed) = decided(&spec("Fail", 1), Asked::Create);
    let exceeded =
        format!("expression '{dear}' resulted in error: operation cancelled: actual cost limit exceeded");
    assert_eq!((decisions, allowed), (vec![exceeded], false));
    let shared = "  variables: [{name: v, expression: 'lists.range(9000).all(a, a >= 0)'}]\n  validations:\n";
    let often = format!("{shared}{}", "  - expression: variables.v\n".repeat(400));
    assert_eq!(decided(&often, Asked::Create), (vec!["true".to_owned(); 400], true));

    let check = "authorizer.group('apps').resource('deployments').check('get').allowed()";
    let check = format!("!{check} && !{check} && !{check}");
    let rows = [
        ("123", validation("object.spec.missing == 1"), "expression 'object.spec.missing == 1' resulted in error: no such key: missing", false),
        ("125", format!("  failurePolicy: Ignore\n{}", validation("object.spec.missing == 1")), "expression 'object.spec.missing == 1' resulted in error: no such key: missing", true),
        ("126", format!("  failurePolicy: Ignore\n{}", validation("false")), "false: failed expression: false", false),
        ("130", format!("  matchConditions: [{{name: a, expression: 'true'}}, {{name: b, expression: object.x == 1}}]\n{}", validation("true")), "no such key: x", false),
        ("131", format!("  matchConditions: [{{name: a, expression: object.y == 1}}, {{name: b, expression: object.x == 1}}]\n{}", validation("true")), "[", false),
        ("132", format!("  failurePolicy: Ignore\n  matchConditions: [{{name: b, expression: object.x == 1}}]\n{}", validation("false")), "", true),
        ("129", format!("  matchConditions: [{{name: b, expression: object.x == 1}}, {{name: c, expression: 'false'}}]\n{}", validation("false")), "", true),
        ("133", format!("  matchConditions: [{{name: b, expression: \"namespaceObject.metadata.name == 'x'\"}}]\n{}", validation("true")), "no such key: metadata", false),
        ("134", validation("1 == '1'"), "compilation error: compilation failed: ERROR: <input>:1:3: found no matching overload", false),
        ("135", "  validations: [{expression: ' object.spec.replicas <= 5 '}]\n".to_owned(), "false: failed expression: object.spec.replicas <= 5", false),
        ("136", "  validations: [{expression: 'false', message: '  too many  '}]\n".to_owned(), "false: too many", false),
        ("137", "  validations: [{expression: 'false', message: m, messageExpression: \"'max is ' + string(5)\"}]\n".to_owned(), "false: max is 5", false),
        ("138", "  validations: [{expression: 'false', messageExpression: \"'  '\"}]\n".to_owned(), "false: failed expression: false", false),
        ("138", "  validations: [{expression: 'false', message: m, messageExpression: string(object.x)}]\n".to_owned(), "false: m", false),
        ("121", validation(&check), &format!("expression '{check}' resulted in error: operation cancelled: actual cost limit exceeded"), false),
        ("122", format!("  failurePolicy: Ignore\n{}", validation(&check)), "operation cancelled: actual cost limit exceeded", true),
    ];
    for (number, spec, wanted, admitted) in &rows {
        let (decisions, allowed) = decided(spec, Asked::Create);
        let got = decisions.join("; ");
        assert!(
            holds(&got, wanted) && allowed == *admitted,
            "{number}\n{spec}wanted: {wanted}\ngot:    {got}, {allowed}"
        );
    }
    println!("part 10, budgets, failures, messages: {} rows hold", rows.len() + 9);
}

/// The warnings of type checking, each with its field.
fn warned(rules: &str, spec: &str) -> Vec<(String, String)> {
    let text = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         matchConstraints: {{resourceRules: [{{apiVersions: [v1], operations: ['*'], {rules}}}]}}\n{spec}"
    );
    let env = Environment::new(CURRENT, Mode::Stored);
    let (resources, schemas) = (Resources::default(), Schemas::default());
    let checker = TypeChecker { env: &env, resources: &resources, schemas: &schemas, suffix: "" };
    let checked = checker.check(&Policy::decode(&objects(&text).remove(0)));
    checked.warnings.iter().map(|warning| (warning.field_ref.to_string(), warning.warning())).collect()
}

#[test]
fn type_checking() {
    let deployments = "apiGroups: [apps], resources: [deployments]";
    let one = |number: &str, rules: &str, expression: &str, wanted: &str| {
        let found = warned(rules, &validation(expression));
        let got: Vec<&str> = found.iter().map(|(_, text)| &**text).collect();
        assert!(holds(&got.join("\n"), wanted), "{number} {expression}\nwanted: {wanted}\ngot:    {got:?}");
        assert!(
            found.iter().all(|(field, _)| field == "spec.validations[0].expression"),
            "{number}: {found:?}"
        );
    };
    one(
        "180",
        deployments,
        "object.foo > 1",
        "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'foo'",
    );
    one(
        "181",
        deployments,
        "object.spec.replicas > '1'",
        "found no matching overload for '_>_' applied to '(int, string)'",
    );
    one("182", "apiGroups: ['*'], resources: [deployments]", "object.foo > 1", "");
    one("187", deployments, "variables.nonExisting == 1", "undefined field 'nonExisting'");
    one(
        "188",
        deployments,
        "authorizer.allowed()",
        "found no matching overload for 'allowed' applied to 'kubernetes.authorization.Authorizer.()'",
    );
    one(
        "192",
        deployments,
        "object.spec.template.spec.containers[0].resources.limits['cpu'] == '1'",
        "undefined field 'limits'",
    );
    one(
        "193",
        deployments,
        "authorizer.requestResource.check('get').allowed()",
        "unexpected failed resolution of 'kubernetes.authorization.Authorizer'",
    );
    // 183: subresources and wildcards are not looked at.
    let found = warned(
        "apiGroups: [apps], resources: [deployments, '*/scale', deployments/status]",
        &validation("object.foo > 1"),
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].1.matches("Kind=").count(), 1);
    // 186, 187: an ill-typed variable is dyn, and so is an object; a scalar keeps its type.
    let with_variable = |variable: &str, expression: &str| {
        warned(
            deployments,
            &format!("  variables: [{{name: v, expression: {variable}}}]\n{}", validation(expression)),
        )
    };
    assert_eq!(with_variable("object.foo", "variables.v == 1"), []);
    assert_eq!(with_variable("object.spec", "variables.v.nonExisting == 1"), []);
    let scalar = with_variable("object.spec.replicas", "variables.v == 'a'");
    assert!(
        scalar[0].1.contains("found no matching overload for '_==_' applied to '(int, string)'"),
        "{scalar:?}"
    );
    assert!(with_variable("object.spec", "variables.w == 1")[0].1.contains("undefined field 'w'"));
    // 189: the message's expression is checked as well.
    let message = warned(
        deployments,
        "  validations: [{expression: object.foo == 1, messageExpression: object.bar}]\n",
    );
    let fields: Vec<&str> = message.iter().map(|(field, _)| &**field).collect();
    assert_eq!(fields, ["spec.validations[0].expression", "spec.validations[0].messageExpression"]);
    // 190: the first ten kinds, resources in order.
    let many = "apiGroups: [''], resources: [services, secrets, pods, nodes, namespaces, limitranges, events, endpoints, configmaps, serviceaccounts, resourcequotas, replicationcontrollers]";
    let kinds = warned(many, &validation("object.foo == 1"));
    assert_eq!(kinds[0].1.matches("Kind=").count(), 10, "{}", kinds[0].1);
    assert!(
        kinds[0].1.contains("events.k8s.io/v1, Kind=Event") && kinds[0].1.starts_with("/v1, Kind=ConfigMap")
    );
    // 191: kinds stand apart by an empty line.
    let two =
        warned("apiGroups: [apps], resources: [deployments, daemonsets]", &validation("object.foo == 1"));
    assert!(two[0].1.contains("^\n\napps/v1, Kind=Deployment: ERROR"), "{}", two[0].1);
    // 184, 185: params have the type of their kind where that is known.
    let params =
        |kind: &str| warned(deployments, &format!("  paramKind: {kind}\n{}", validation("params.bar > 5")));
    assert!(params("{apiVersion: v1, kind: ConfigMap}")[0].1.contains("undefined field 'bar'"));
    assert_eq!(params("{apiVersion: example.com/v1, kind: Unknown}"), []);
    println!("part 10, type checking: rows 180 to 193 hold");
}
