//! What the editor offers and explains, at a place in a policy: cases are expressions with `^` at the place.

use celgate::report::completion::{Completion, CompletionKind};
use celgate::review::{Reviewer, Scenario, Text, TextRole};

const CRDS: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: limits.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Limit, plural: limits}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          maxReplicas: {type: integer}
          x-y: {type: string}
          when: {type: string, format: date-time}
          parts: {type: array, items: {type: object, properties: {partName: {type: string}}}}
";

/// A policy on Deployments with params, with lines of `spec:` at the end; `^` marks the place.
fn policy(resources: &str, spec: &str) -> String {
    format!(
        "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: p}}
spec:
  paramKind: {{apiVersion: example.com/v1, kind: Limit}}
  matchConstraints:
    resourceRules:
    - {resources}
{spec}
---
{CRDS}"
    )
}

const DEPLOYMENTS: &str =
    "{apiGroups: [apps], apiVersions: [v1], operations: ['*'], resources: [deployments]}";
const PODS: &str = "{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods]}";
const BOTH: &str =
    "{apiGroups: ['', apps], apiVersions: [v1], operations: ['*'], resources: [pods, deployments]}";
const ALL: &str = "{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}";

fn scenario(policies: &str, resources: &str) -> (Scenario, usize) {
    let offset = policies.find('^').expect("a place");
    let policies = policies.replacen('^', "", 1);
    let texts = vec![
        Text { name: "policies.yaml".into(), role: TextRole::Policies, text: policies },
        Text { name: "resources.yaml".into(), role: TextRole::Resources, text: resources.into() },
    ];
    (Scenario { texts, ..Scenario::default() }, offset)
}

fn offered_in(reviewer: &Reviewer, policies: &str, resources: &str) -> Vec<Completion> {
    let (scenario, offset) = scenario(policies, resources);
    reviewer.complete(&scenario, 0, offset).map(|found| found.items).unwrap_or_default()
}

/// The expression as the second variable's, between others, and as a validation's.
fn offered(reviewer: &Reviewer, expression: &str) -> Vec<Completion> {
    let variables = "  variables:\n  - {name: pod, expression: object.spec.template}\n  - {name: known, expression: '[1, 2]'}\n";
    let validations = format!("  validations:\n  - expression: >-\n      {expression}\n");
    offered_in(reviewer, &policy(DEPLOYMENTS, &format!("{variables}{validations}")), "")
}

fn labels(items: &[Completion], kind: CompletionKind) -> Vec<&str> {
    items.iter().filter(|item| item.kind == kind).map(|item| item.label.as_str()).collect()
}

/// `has`: among what is offered; `-`: not among it; `name:type`: with that type or signature.
fn check(shown: &str, items: &[Completion], wanted: &str, faults: &mut Vec<String>) {
    for want in wanted.split_whitespace() {
        let (name, wanted) = want.strip_prefix('-').map_or((want, true), |name| (name, false));
        let (name, detail) = name.split_once(':').map_or((name, None), |(name, detail)| (name, Some(detail)));
        let found = items.iter().find(|item| item.label == name);
        let right = match detail {
            None => found.is_some() == wanted,
            Some(detail) => found.is_some_and(|found| found.detail.replace(' ', "") == detail),
        };
        if !right {
            let known: Vec<_> = items.iter().map(|item| format!("{}:{}", item.label, item.detail)).collect();
            faults.push(format!("{shown}: {want} among {}", known.join(" ")));
        }
    }
}

const CASES: &[(&str, &str)] = &[
    // Names.
    ("^", "object oldObject request params namespaceObject authorizer variables has true duration -c -size2"),
    ("obj^", "object:object -pod"),
    ("object == null || ob^", "object"),
    ("!ob^", "object"),
    ("[ob^", "object"),
    ("size(ob^", "object"),
    ("object ? ob^", "object"),
    ("object ? 1 : ob^", "object"),
    ("{'a': ob^", "object"),
    ("{ob^", "object"),
    ("se^", "sets:sets.…"),
    ("sets.^", "contains:sets.contains(list(T),list(T))->bool equivalent intersects -all -size"),
    // Fields by schema.
    ("object.^", "apiVersion:string kind:string metadata:object spec:object status:object -all -size"),
    ("object.sp^", "spec"),
    ("object.spec.^", "replicas:int template:object strategy:object paused:bool -containers"),
    ("oldObject.spec.^", "replicas:int"),
    (
        "object.spec.template.spec.^",
        "containers:list(object) initContainers hostNetwork:bool nodeSelector:map(string,string)",
    ),
    ("object.spec.template.spec.containers[0].^", "image:string ports:list(object) securityContext:object"),
    (
        "object.spec.template.spec.containers.^",
        "all:e.all(x,predicate) exists map filter size -image -startsWith",
    ),
    ("object.metadata.^", "name:string labels:map(string,string) annotations creationTimestamp:timestamp"),
    ("object.metadata.labels.^", "all exists size -name -startsWith"),
    (
        "object.metadata.name.^",
        "startsWith:string.startsWith(string)->bool matches size charAt -all -getFullYear",
    ),
    ("object.metadata.creationTimestamp.^", "getFullYear -startsWith"),
    ("object.nothing.^", "size startsWith -image"),
    // Optional fields.
    ("object.?sp^", "spec"),
    ("object.?spec.?template.?sp^", "spec:object"),
    ("object.?spec.^", "replicas:int orValue hasValue value optMap"),
    ("object.spec.?replicas.orV^", "orValue"),
    ("object.spec.?replicas.orValue(1).^", "-orValue -startsWith"),
    // Half expressions: what follows may be anything, and what stands before may be open.
    ("has(object.^", "spec metadata"),
    ("has(ob^", "object"),
    ("has(object.spec.replicas) && object.spec.re^", "replicas"),
    ("object.spec.^ && true", "replicas"),
    ("object.spec.re^ <", "replicas"),
    ("(object.spec.^", "replicas"),
    ("[object.spec.^", "replicas"),
    ("{'a': object.spec.^", "replicas"),
    ("{'a': 1, object.spec.^", "replicas"),
    ("object.spec.paused ? object.spec.^", "replicas"),
    ("object.spec.paused ? [object.spec.^", "replicas"),
    ("size(object.spec.^", "replicas"),
    ("'a' in object.spec.^", "replicas"),
    ("1 + object.spec.^", "replicas"),
    ("object.spec.^]", "replicas"),
    ("foo( && object.spec.^", "replicas"),
    ("object.spec. ^", "replicas"),
    ("object\n      .spec\n      .^", "replicas"),
    ("object.spec.paused && && object.spec.^", "replicas"),
    ("1 + + 2 == object.spec.^", "replicas"),
    ("object.spec.template.spec.containers.all(c, c.image.contains('a') && && c.^", "image"),
    (
        "true || || object.spec.template.spec.containers.all(c, ) c.ports.exists(p, p.x > > 1 && [p.^",
        "-image",
    ),
    ("a b c && object.spec.template.spec.containers[0].^", "image"),
    ("a b c && object.spec.template.spec.containers.filter(x, true)[0].^", "image"),
    ("a b c && (object.spec).^", "replicas"),
    ("a b c && ^", "object"),
    ("object.spec.template.spec.containers.all(c, (1 + ) > 2 && {'a': c.^", "image"),
    // Macros and their variables.
    ("object.spec.template.spec.containers.all(c, ^", "c:object object"),
    ("object.spec.template.spec.containers.all(c, c.^", "image:string name:string -containers"),
    ("object.spec.template.spec.containers.all(c, c.image.^", "startsWith endsWith"),
    ("object.spec.template.spec.containers.all(c, c.image != '' && c.^)", "image"),
    ("object.spec.template.spec.containers.all(c, c.ports.exists(p, p.^", "containerPort:int hostPort"),
    ("object.spec.template.spec.containers.all(c, c.ports.exists(p, c.^", "image"),
    ("object.spec.template.spec.containers.all(c, c.ports.exists(p, ^", "p c object"),
    ("object.spec.template.spec.containers.all(c, true) && ^", "object -c"),
    ("object.spec.template.spec.containers.filter(c, has(c.^", "image"),
    ("object.spec.template.spec.containers.map(c, c.^", "image"),
    ("object.spec.template.spec.containers.map(c, c.image != '', c.^", "image"),
    ("object.spec.template.spec.containers.map(c, c.image).exists(i, i.^", "startsWith"),
    ("object.spec.template.spec.containers.all(i, c, c.^", "image"),
    ("object.spec.template.spec.containers.all(i, c, i.^", "-image"),
    ("object.spec.template.spec.containers.transformList(i, c.^", "-containers"),
    ("object.metadata.labels.exists(k, k.^", "startsWith"),
    ("object.metadata.labels.exists(k, v, v.^", "startsWith"),
    ("object.?spec.optMap(s, s.^", "replicas"),
    // The other variables.
    ("request.^", "operation:string userInfo:object namespace:string dryRun:bool options:dyn"),
    ("request.userInfo.^", "username:string groups:list(string) extra"),
    ("request.userInfo.groups.exists(g, g.^", "startsWith"),
    ("namespaceObject.metadata.^", "labels:map(string,string)"),
    ("params.^", "maxReplicas:int x__dash__y:string when:timestamp parts:list(object) -spec"),
    ("params.parts.all(p, p.^", "partName:string"),
    ("variables.^", "pod:object known:list(int)"),
    ("variables.pod.spec.^", "containers:list(object)"),
    ("variables.known.^", "all size -containers"),
    ("authorizer.^", "group serviceAccount path requestResource:object -all"),
    ("authorizer.requestResource.^", "check subresource -group"),
    ("authorizer.group('apps').resource('deployments').^", "namespace check name subresource"),
    ("authorizer.group('apps').resource('deployments').check('get').^", "allowed reason"),
    ("quantity('1').^", "isGreaterThan add -startsWith"),
    ("duration('1h').^", "getHours -startsWith"),
    // Where nothing can stand.
    ("object.spec.template.spec.containers.all(^", "-object -c"),
    ("object ^", "-object -in"),
    ("'a' i^", "in -object"),
    ("'obj^", "-object"),
    ("\"object.^", "-spec"),
    ("'it is' == 'object.^", "-spec"),
    ("object.spec.replicas // object.^", "-spec"),
];

#[test]
fn expressions_are_completed() {
    let reviewer = Reviewer::default();
    let mut faults = Vec::new();
    for (expression, wanted) in CASES {
        check(expression, &offered(&reviewer, expression), wanted, &mut faults);
    }
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}

/// Where the expression is written, and how.
#[test]
fn expressions_are_found_wherever_they_stand() {
    let cases = [
        ("  validations: [{expression: object.spec.^}]", "replicas"),
        ("  validations:\n  - expression: object.spec.^\n    message: no", "replicas"),
        ("  validations:\n  - expression: \"object.spec.^\"", "replicas"),
        ("  validations:\n  - expression: 'object.spec.^'", "replicas"),
        ("  validations:\n  - expression: \"object.spec.^", "replicas"),
        ("  validations:\n  - expression: 'object.spec.^", "replicas"),
        ("  validations:\n  - expression: |\n      object.spec.re^", "replicas"),
        ("  validations:\n  - expression: |\n      true &&\n      ^\n    message: no", "object"),
        ("  validations:\n  - expression: ^", "object params"),
        ("  validations:\n  - expression: 'true'\n    messageExpression: ^", "object -authorizer"),
        ("  validations:\n  - expression: 'true'\n    messageExpression: \"'a' + string(object.spec.^)\"", "replicas"),
        ("  matchConditions:\n  - {name: a, expression: request.^}", "userInfo"),
        ("  auditAnnotations:\n  - {key: a, valueExpression: object.spec.^}", "replicas"),
        ("  variables:\n  - {name: a, expression: object.spec}\n  - {name: b, expression: variables.^}\n  - {name: c, expression: '1'}", "a -b -c"),
        ("  variables:\n  - {name: a, expression: object.spec}\n  - {name: b, expression: variables.a.^}", "replicas"),
        ("  validations:\n  - expression: 'true'\n    message: object.^", "-spec"),
        ("  failurePolicy: F^", "-object"),
    ]
    .map(|(spec, wanted)| (spec.to_string(), wanted));
    let reviewer = Reviewer::default();
    let mut faults = Vec::new();
    for (spec, wanted) in cases {
        let text = policy(DEPLOYMENTS, &spec);
        let items = offered_in(&reviewer, &text, "");
        check(&spec, &items, wanted, &mut faults);
    }
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn fields_come_from_every_kind_that_is_selected() {
    let reviewer = Reviewer::default();
    let at = |rule: &str, expression: &str, resources: &str| {
        offered_in(
            &reviewer,
            &policy(rule, &format!("  validations: [{{expression: '{expression}'}}]")),
            resources,
        )
    };
    let mut faults = Vec::new();
    check(
        "both",
        &at(BOTH, "object.spec.^", ""),
        "containers:list(object)ofPod replicas:intofDeployment template:objectofDeployment",
        &mut faults,
    );
    check("both", &at(BOTH, "object.^", ""), "spec:object metadata:object", &mut faults);
    check("pods", &at(PODS, "object.spec.^", ""), "containers:list(object) -replicas", &mut faults);
    // Everything is selected: the kinds that are pasted count.
    check("all", &at(ALL, "object.^", ""), "-spec", &mut faults);
    check(
        "all",
        &at(ALL, "object.spec.^", "{apiVersion: v1, kind: Service, metadata: {name: a}}"),
        "ports:list(object) -containers",
        &mut faults,
    );
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}

/// A version offers what the cluster takes of a new policy; the word is explained all the same.
#[test]
fn functions_are_those_of_the_version() {
    let (scenario, offset) = scenario(
        &policy(PODS, "  validations: [{expression: 'object.spec.containers.sortBy^(c, c.name)'}]"),
        "",
    );
    let reviewer = Reviewer::default();
    let mut names = Vec::new();
    for version in ["1.33", "1.35", ""] {
        let scenario = Scenario { version: version.into(), ..scenario.clone() };
        let found = reviewer.complete(&scenario, 0, offset).expect("a list");
        names.push(labels(&found.items, CompletionKind::Macro).contains(&"sortBy"));
        assert_eq!(reviewer.describe(&scenario, 0, offset).expect("a word").detail, "e.sortBy(x, key)");
    }
    assert_eq!(names, [false, true, true]);
}

#[test]
fn words_are_explained() {
    let cases = [
        ("object^.spec.replicas > 1", "variable object"),
        ("object.spec^.replicas > 1", "field object"),
        ("object.spec.replicas^ > 1", "field int"),
        ("object.spec.template.spec.containers.all^(c, c.image != '')", "macro e.all(x, predicate)"),
        ("object.spec.template.spec.containers.all(c^, c.image != '')", "nothing"),
        ("object.spec.template.spec.containers.all(c, c^.image != '')", "variable object"),
        ("object.spec.template.spec.containers.all(c, c.image^ != '')", "field string"),
        ("size^(object.spec)", "function size(bytes) -> int"),
        ("object.metadata.name.startsWith^('a')", "function string.startsWith(string) -> bool"),
        ("object.metadata.name.startsWith^", "nothing"),
        ("object.metadata.nam^", "nothing"),
        ("object.metadata.name == 'object^'", "nothing"),
        ("variables.known^.size() > 1", "field list(int)"),
        ("has^(object.spec)", "macro has(e.f)"),
    ];
    let reviewer = Reviewer::default();
    let variables = "  variables: [{name: known, expression: '[1, 2]'}]\n";
    let mut faults = Vec::new();
    for (expression, wanted) in cases {
        let text = policy(
            DEPLOYMENTS,
            &format!("{variables}  validations:\n  - expression: >-\n      {expression}\n"),
        );
        let (scenario, offset) = scenario(&text, "");
        let got = reviewer.describe(&scenario, 0, offset).map_or("nothing".into(), |found| {
            format!("{:?} {}", found.kind, found.detail).replacen(
                |first: char| first.is_ascii_uppercase(),
                &format!("{:?}", found.kind)[..1].to_lowercase(),
                1,
            )
        });
        if got != wanted {
            faults.push(format!("{expression}: {got}, not {wanted}"));
        }
    }
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}

/// Any beginning of any case, and of texts that nothing can be made of.
#[test]
fn no_beginning_of_an_expression_breaks_it() {
    let reviewer = Reviewer::default();
    let deep = "object.spec.all(a, ".repeat(40);
    let texts = [
        "((((((((((",
        "{{{{[[[[",
        "a ? b ? c ? ",
        "'''",
        "\u{1}é\u{301}",
        "all(all(all(",
        "1..",
        ".?.?",
        deep.as_str(),
    ];
    let beginnings = CASES.iter().step_by(7).map(|(text, _)| text.split('^').next().unwrap_or(""));
    for text in beginnings.chain(texts) {
        for (at, _) in text.char_indices().step_by(3) {
            let spec = format!("  validations:\n  - expression: >-\n      {}^", &text[..at]);
            let (scenario, offset) = scenario(&policy(DEPLOYMENTS, &spec), "");
            let _ = reviewer.complete(&scenario, 0, offset);
        }
    }
}
