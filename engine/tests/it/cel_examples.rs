//! The examples of every function, as the reference page shows them, are what evaluation gives.

use std::{rc::Rc, string::String, vec::Vec};

use celgate::{
    cel::{
        env::Env,
        interpreter::{Bindings, Limits},
        program::Program,
        types::Type,
        value::{Value, equal},
    },
    environment::{
        CURRENT, Environment, Mode, available_since, libraries,
        library::{
            authz::{AUTHORIZER, Attributes, Authorize, Decision, User, Verdict, authorizer},
            jsonpatch,
        },
    },
    report::reference::{EntryKind, reference},
    review::{Request, Scenario, Text, TextRole, UserInfo, review},
};

/// Allows everything, without a word.
#[derive(Debug)]
struct AllowAll;

impl Authorize for AllowAll {
    fn authorize(&self, _: &Attributes) -> Decision {
        Decision { verdict: Verdict::Allow, reason: "".into(), error: None }
    }
}

fn environment() -> Env {
    Environment::new(CURRENT, Mode::Stored)
        .with_library(jsonpatch::library())
        .with_variable("authorizer", Type::object(AUTHORIZER))
}

/// What an expression gives, or what is wrong with it.
fn evaluate(env: &Env, expression: &str) -> Result<Value, String> {
    let checked = env.compile(expression).map_err(|issues| issues.to_string())?;
    let program = Program::new(env, &checked).map_err(|error| error.to_string())?;
    let authorizer = authorizer(Rc::new(User::default()), Rc::new(AllowAll));
    let bindings: Bindings = [(Rc::from("authorizer"), authorizer)].into_iter().collect();
    program.evaluate(&bindings, Limits::default()).result.map_err(|error| error.to_string())
}

/// What is wrong with an example.
fn fault(env: &Env, expression: &str, result: &str) -> Option<String> {
    let got = evaluate(env, expression);
    let right = match (&got, result.strip_prefix("error: ")) {
        (Err(error), Some(wanted)) => error == wanted,
        (Ok(value), None) => evaluate(env, result).is_ok_and(|wanted| equal(value, &wanted).unwrap_or(false)),
        _ => false,
    };
    (!right).then(|| format!("{expression} is {got:?}, not {result}"))
}

#[test]
fn every_example_is_right() {
    let env = environment();
    let mut all: Vec<_> = libraries().flat_map(|versioned| versioned.library.functions).collect();
    all.extend(jsonpatch::library().functions);
    let functions = all.iter().flat_map(|function| function.examples);
    let macros: Vec<_> = libraries().flat_map(|versioned| versioned.library.macros).collect();
    let faults: Vec<String> = functions
        .chain(macros.iter().flat_map(|known| known.examples))
        .filter_map(|example| fault(&env, example.expression, example.result))
        .collect();
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_function_is_explained_and_shown() {
    let bare: Vec<String> = reference()
        .into_iter()
        .filter(|entry| entry.doc.is_empty() || entry.examples.is_empty() || entry.signatures.is_empty())
        .map(|entry| format!("{} of {}", entry.name, entry.library))
        .collect();
    assert!(bare.is_empty(), "without a word or an example: {bare:?}");
}

#[test]
fn versions_are_those_of_kubernetes() {
    let since = |name: &str| available_since(name).map(|since| since.map(|version| version.to_string()));
    let known = |version: &str| Some(Some(String::from(version)));
    assert_eq!(since("charAt"), Some(None));
    assert_eq!(since("format"), known("1.29"));
    assert_eq!(since("quantity"), known("1.28"));
    assert_eq!(since("isSorted"), Some(None));
    assert_eq!(since("includes"), known("1.37"));
    assert_eq!(since("sortBy"), known("1.34"));
    assert_eq!(since("transformMap"), known("1.32"));
    assert_eq!(since("nonsense"), None);
}

/// An environment for new expressions has what its compatibility version has.
#[test]
fn new_expressions_use_what_the_version_before_has() {
    let cases = [
        ("1.37", "[1].includes(1)", Mode::New, false),
        ("1.38", "[1].includes(1)", Mode::New, true),
        ("1.37", "[1].includes(1)", Mode::Stored, true),
        ("1.33", "semver('1.2.3').major() == 1", Mode::New, false),
        ("1.34", "semver('1.2.3').major() == 1", Mode::New, true),
        ("1.29", "'%s'.format([1]) == '1'", Mode::New, false),
        ("1.28", "['a'].join() == 'a'", Mode::New, true),
        ("1.35", "[1].slice(0, 1) == [1]", Mode::New, true),
        ("1.34", "[1].slice(0, 1) == [1]", Mode::New, false),
    ];
    for (server, expression, mode, wanted) in cases {
        let version: celgate::environment::Version = server.parse().unwrap();
        let env = Environment::new(version.compatibility(), mode);
        assert_eq!(env.compile(expression).is_ok(), wanted, "{server} {expression}");
    }
}

/// The examples of a policy's variables, about the object and the cluster that they speak of.
#[test]
fn examples_of_variables_are_right() {
    let mut validations = String::new();
    let mut count = 0;
    for entry in reference().iter().filter(|entry| entry.kind == EntryKind::Variable) {
        assert!(!entry.examples.is_empty(), "{} has no example", entry.name);
        for example in &entry.examples {
            count += 1;
            let (expression, result) = (&example.expression, &example.result);
            validations.push_str(&format!("  - expression: >-\n      ({expression}) == {result}\n"));
        }
    }
    let policies = format!(
        "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: p}}
spec:
  paramKind: {{apiVersion: v1, kind: ConfigMap}}
  matchConstraints:
    resourceRules: [{{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods]}}]
  variables: [{{name: images, expression: 'object.spec.containers.map(c, c.image)'}}]
  validations:
{validations}---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{name: b}}
spec: {{policyName: p, validationActions: [Deny], paramRef: {{name: team, namespace: shop, parameterNotFoundAction: Deny}}}}
"
    );
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: app, image: 'nginx:1.27'}]}}";
    let cluster = "
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {stage: production}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: team, namespace: shop}, data: {team: payments}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r, namespace: shop}, rules: [{apiGroups: [''], resources: [pods], verbs: [create]}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: alice}]
";
    let text = |role, text: &str| Text { name: "a.yaml".into(), role, text: text.into() };
    let texts = vec![
        text(TextRole::Policies, &policies),
        text(TextRole::Resources, pod),
        text(TextRole::Cluster, cluster),
    ];
    let user = Some(UserInfo { username: "alice".into(), ..UserInfo::default() });
    let request = Request { user, ..Request::default() };
    let report = review(&Scenario { texts, request, ..Scenario::default() });
    let validations = &report.objects[0].policies[0].bindings[0].evaluations[0].validations;
    let wrong: Vec<String> = validations
        .iter()
        .filter(|validation| validation.evaluation != "admit")
        .map(|validation| format!("{}: {}", validation.expression, validation.message))
        .collect();
    assert!(
        wrong.is_empty() && validations.len() == count,
        "{} of {count}: {}",
        validations.len(),
        wrong.join("\n")
    );
}
