//! Requests judged by policies.

use std::{fs, path::Path, rc::Rc};

use celgate::{
    admission::{
        Admission, Attributes, AuditAnnotation, AuditAnnotationAction, Binding, CompiledPolicy,
        ConditionsOutcome, Expression, FailurePolicy, Operation, Policy, PolicyDecision,
        PolicyDecisionAction, Settings, UserInfo, Validation, admit,
    },
    cel::{env::Env, value::Value},
    environment::{
        CURRENT, Environment, Mode,
        variables::{OptionalVariables, with_admission_variables},
    },
    objects::{Cluster, GroupVersionResource, Object},
    source::{Source, SourceId, Span, Spanned},
    yaml,
};
use serde_json::Value as Json;

/// The lines of a corpus file; none, with a word, when the corpora are not there.
pub(crate) fn corpus(name: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found =
        path.ancestors().map(|folder| folder.join("shared/corpora").join(name)).find(|path| path.is_file());
    let Some(path) = found else {
        println!("{name}: not there, skipped");
        return Vec::new();
    };
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn spanned(text: &Json) -> Option<Spanned<Rc<str>>> {
    text.as_str().map(|text| Spanned::new(Rc::from(text), Span::default()))
}

/// What an expression gave, as the corpus notes it.
fn evaluated(noted: &Json) -> Option<Result<Value, String>> {
    if let Some(error) = noted["error"].as_str() {
        return Some(Err(error.into()));
    }
    let value = &noted["value"];
    match value["t"].as_str()? {
        "bool" => Some(Ok(Value::Bool(value["v"] == true))),
        "string" => Some(Ok(Value::string(value["v"].as_str().unwrap()))),
        "null" => Some(Ok(Value::Null)),
        _ => None,
    }
}

fn seen(result: &Result<Value, String>) -> Result<&Value, &str> {
    result.as_ref().map_err(String::as_str)
}

pub(crate) fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn decisions_follow_from_evaluations() {
    for case in corpus("admission/decision_semantics.jsonl") {
        let id = &case["id"];
        let policy = match case["failurePolicy"].as_str() {
            Some("Ignore") => FailurePolicy::Ignore,
            _ => FailurePolicy::Fail,
        };
        let out_of_budget = case["costBudget"].as_u64().map(|_| "running out of cost budget");
        let mut decisions: Vec<PolicyDecision> = Vec::new();
        for (at, noted) in list(&case["evaluations"]).iter().enumerate() {
            let validation = Validation {
                expression: Expression::new(noted["expression"].as_str().unwrap_or("")),
                message: spanned(&noted["message"]),
                message_expression: None,
                reason: spanned(&noted["reason"]),
                span: Span::default(),
            };
            let message = case["messageEvaluations"].get(at).and_then(evaluated).and_then(Result::ok);
            let result = evaluated(noted).unwrap();
            decisions.push(PolicyDecision::of(
                &validation,
                seen(&result),
                message.as_ref(),
                out_of_budget,
                &policy,
            ));
        }
        if case["throwError"] == true {
            decisions = vec![PolicyDecision::failed(&policy, "test error".into())];
        }
        let matcher = &case["matcher"];
        if matcher["error"].is_string() {
            decisions = vec![PolicyDecision::failed(&policy, matcher["error"].as_str().unwrap().into())];
        } else if matcher["matches"] == false {
            decisions.clear();
        }
        let wanted = list(&case["decisions"]);
        assert_eq!(decisions.len(), wanted.len(), "{id}");
        for (decision, wanted) in decisions.iter().zip(wanted) {
            let action = if wanted["action"] == "Deny" {
                PolicyDecisionAction::Deny
            } else {
                PolicyDecisionAction::Admit
            };
            assert_eq!(decision.action, action, "{id}");
            if let Some(message) = wanted["message"].as_str() {
                assert!(decision.message.contains(message), "{id}: {}", decision.message);
            }
            if let Some(reason) = wanted["reason"].as_str() {
                assert_eq!(&*decision.reason, reason, "{id}");
            }
        }
        for (noted, wanted) in list(&case["auditEvaluations"]).iter().zip(list(&case["auditAnnotations"])) {
            let annotation = AuditAnnotation {
                key: Spanned::new("key".into(), Span::default()),
                value_expression: Expression::new(noted["valueExpression"].as_str().unwrap_or("")),
                span: Span::default(),
            };
            let result = evaluated(noted).unwrap();
            let action = AuditAnnotationAction::of(&annotation, seen(&result), &policy);
            let text = |key: &str| wanted[key].as_str().unwrap_or("").to_owned();
            let wanted = match wanted["action"].as_str() {
                Some("Publish") => AuditAnnotationAction::Publish(text("value")),
                Some("Error") => AuditAnnotationAction::Error(text("error")),
                _ => AuditAnnotationAction::Exclude,
            };
            assert_eq!(action, wanted, "{id}");
        }
    }
}

#[test]
fn a_false_match_condition_beats_errors() {
    let (yes, no) = (Value::Bool(true), Value::Bool(false));
    let of = |results: &[Result<&Value, &str>], policy| {
        ConditionsOutcome::of(
            results.iter().map(|result| result.as_ref().copied().map_err(|text| *text)),
            policy,
        )
    };
    let fail = &FailurePolicy::Fail;
    assert_eq!(of(&[Ok(&yes), Ok(&yes)], fail), ConditionsOutcome::Matched);
    assert_eq!(of(&[Err("a"), Ok(&no)], fail), ConditionsOutcome::NotMatched);
    assert_eq!(of(&[Ok(&yes), Err("a")], fail), ConditionsOutcome::Failed("a".into()));
    assert_eq!(of(&[Err("a"), Err("b"), Err("a")], fail), ConditionsOutcome::Failed("[a, b]".into()));
    assert_eq!(of(&[Err("a")], &FailurePolicy::Ignore), ConditionsOutcome::NotMatched);
}

/// The objects of a text.
pub(crate) fn objects(text: &str) -> Vec<Object> {
    let source = Source { id: SourceId(0), name: "test.yaml".into(), text: text.into() };
    let documents = yaml::parse(&source).documents.into_iter();
    documents.flat_map(|document| Object::identify(&Rc::new(document)).objects).collect()
}

/// The policy in an object, compiled as one that is stored.
pub(crate) fn compiled(object: &Object) -> CompiledPolicy {
    thread_local! {
        static LIBRARIES: Env = Environment::new(CURRENT.compatibility(), Mode::Stored);
    }
    LIBRARIES.with(|libraries| CompiledPolicy::compile(Policy::decode(object), libraries))
}

/// The object that the expressions of kubernetes-vap.md part 10 are about, as a custom resource: unchanged by any type.
const D: &str = r#"
apiVersion: celgate.dev/v1
kind: Thing
metadata: {name: nginx, namespace: default, labels: {app: nginx, "a.b/c": x}}
spec:
  replicas: 6
  paused: false
  strategy: null
  ratio: 0.5
  template: {spec: {containers: [{name: c1, image: "nginx:latest"}, {name: c2, image: "redis"}]}}
"#;

/// Where that object is created, and the params.
const AROUND_D: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {env: test}, creationTimestamp: "2026-01-02T03:04:05Z"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: par, namespace: default, labels: {par: "yes"}, creationTimestamp: "2026-01-02T03:04:05Z"}
data: {v: "1"}
"#;

const BINDING: &str = r#"
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [Deny], paramRef: {name: par, parameterNotFoundAction: Deny}}
"#;

/// What an expression gives as the only validation of a policy: `true`, `false` or `error: …`.
pub(crate) fn judged(expression: &str) -> String {
    let policy = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         paramKind: {{apiVersion: v1, kind: ConfigMap}}\n  matchConstraints: {{resourceRules: [{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: \
         ['*']}}]}}\n  validations:\n  - expression: {}\n",
        serde_json::to_string(expression).unwrap()
    );
    let policies: Vec<CompiledPolicy> = objects(&policy).iter().map(compiled).collect();
    let object = objects(D).remove(0);
    let mut cluster = Cluster::default();
    for object in objects(AROUND_D) {
        cluster.add(object);
    }
    let attributes = Attributes {
        operation: Operation::Create,
        kind: object.gvk.clone(),
        typed: false,
        resource: GroupVersionResource::new("celgate.dev", "v1", "things"),
        subresource: "".into(),
        name: "nginx".into(),
        namespace: "default".into(),
        object: Some(object),
        old_object: None,
        options: None,
        dry_run: true,
        user: UserInfo {
            username: "admin".into(),
            groups: vec!["system:masters".into()],
            ..UserInfo::default()
        },
    };
    let settings = Settings::default();
    let bindings: Vec<Binding> = objects(BINDING).iter().map(Binding::decode).collect();
    let answer = admit(&attributes, &policies, &bindings, &cluster, &settings);
    let evaluation = &answer.policies[0].bindings[0].evaluations[0];
    let decision = &evaluation.decisions[0];
    match decision.evaluation.as_str() {
        "admit" => "true".into(),
        "deny" => "false".into(),
        _ => {
            let before = format!("expression '{expression}' resulted in error: ");
            match decision.message.strip_prefix(&before) {
                Some(text) => format!("error: {text}"),
                None => decision.message.clone(),
            }
        }
    }
}

#[test]
fn expressions_give_what_a_server_makes_of_them() {
    let mut different = String::new();
    let mut asked = 0;
    let stored = Environment::new(CURRENT.compatibility(), Mode::New);
    let optional = OptionalVariables { params: false, authorizer: true };
    let env = with_admission_variables(stored, optional);
    for line in corpus("golden/kubectl/microcases.jsonl") {
        let (Some(expression), Some(real)) = (line["input"].as_str(), line["real"].as_str()) else {
            continue;
        };
        let ours = if real == "accepted" || real.starts_with("ERROR") {
            match env.compile(expression) {
                Ok(_) => "accepted".to_owned(),
                Err(issues) => issues.to_string(),
            }
        } else if expression.contains("variables.") {
            continue;
        } else {
            judged(expression)
        };
        asked += 1;
        // Recorded from a JSON text, whose escapes it still has.
        let real = real.replace("\\n", "\n").replace("\\\"", "\"");
        if ours != real {
            different
                .push_str(&format!("--- {} {expression}\nwanted: {real}\ngot:    {ours}\n", line["case"]));
        }
    }
    println!("{asked} expressions asked");
    assert!(different.is_empty(), "{different}");
}

/// What becomes of the object D under policies, judged as if bound with Deny when no binding is among them.
fn admitted(texts: &str, settings: &Settings) -> Admission {
    let (found, object) = (objects(texts), objects(D).remove(0));
    let policies: Vec<CompiledPolicy> = found.iter().filter(|one| Policy::is(one)).map(compiled).collect();
    let bindings: Vec<Binding> = found.iter().filter(|one| Binding::is(one)).map(Binding::decode).collect();
    let mut cluster = Cluster::default();
    for object in objects(AROUND_D) {
        cluster.add(object);
    }
    let attributes = Attributes {
        operation: Operation::Create,
        kind: object.gvk.clone(),
        typed: false,
        resource: GroupVersionResource::new("celgate.dev", "v1", "things"),
        subresource: "".into(),
        name: "nginx".into(),
        namespace: "default".into(),
        object: Some(object),
        old_object: None,
        options: None,
        dry_run: false,
        user: UserInfo { username: "alice".into(), ..UserInfo::default() },
    };
    admit(&attributes, &policies, &bindings, &cluster, settings)
}

#[test]
fn the_match_table_says_why_nothing_happened() {
    let policy = "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {env: test}}
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}
    - {apiGroups: ['*'], apiVersions: ['*'], operations: [UPDATE], resources: ['*']}
  validations: [{expression: 'false'}]
";
    let settings = Settings { explain: true, judge_unbound: true, ..Settings::default() };
    let answer = admitted(policy, &settings);
    assert!(answer.allowed());
    let selection = &answer.policies[0].selection;
    assert_eq!(selection.result, Ok(None));
    let rows: Vec<String> = selection
        .rows
        .iter()
        .map(|row| format!("{}: {} / {}: {:?}", row.component, row.asked, row.seen, row.passed))
        .collect();
    assert_eq!(
        rows,
        [
            "namespaceSelector: env=test / env=test,kubernetes.io/metadata.name=default: Some(true)",
            "objectSelector: any / app=nginx,a.b/c=x: Some(true)",
            "resourceRules[0].operations: CREATE / CREATE: Some(true)",
            "resourceRules[0].apiGroups: apps / celgate.dev: Some(false)",
            "resourceRules[0].apiVersions: v1 / v1: Some(true)",
            "resourceRules[0].resources: deployments / things: Some(false)",
            "resourceRules[1].operations: UPDATE / CREATE: Some(false)",
            "resourceRules[1].apiGroups: * / celgate.dev: Some(true)",
            "resourceRules[1].apiVersions: * / v1: Some(true)",
            "resourceRules[1].resources: * / things: Some(true)",
        ]
    );
}

const EVERYTHING: &str =
    "{resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]}";

#[test]
fn a_policy_without_binding_is_judged_only_when_asked() {
    let policy = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         matchConstraints: {EVERYTHING}\n  validations: [{{expression: 'false', message: never}}]\n"
    );
    assert!(admitted(&policy, &Settings::default()).allowed());
    let answer = admitted(&policy, &Settings { judge_unbound: true, ..Settings::default() });
    assert_eq!(
        answer.denied[0].message(),
        "ValidatingAdmissionPolicy 'p' with binding 'p-binding' denied request: never"
    );
    assert_eq!(answer.policies[0].bindings[0].index, None);
}

#[test]
fn long_chains_of_variables_fit_a_small_stack() {
    let chained = |length: usize| {
        let mut variables = String::from("[{name: v0, expression: '1'}");
        for at in 1..length {
            variables.push_str(&format!(", {{name: v{at}, expression: 'variables.v{} + 1'}}", at - 1));
        }
        let policy = format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
             matchConstraints: {EVERYTHING}\n  variables: {variables}]\n  validations: [{{expression: 'variables.v{} == \
             {length}'}}]\n",
            length - 1
        );
        let run =
            move || admitted(&policy, &Settings { judge_unbound: true, ..Settings::default() }).allowed();
        std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap()
    };
    assert!(chained(10));
    assert!(chained(1_000));
}

#[test]
fn a_variable_that_needs_itself_is_an_error() {
    let policy = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         matchConstraints: {EVERYTHING}\n  variables: [{{name: a, expression: '1'}}, {{name: a, expression: 'variables.a + \
         1'}}]\n  validations: [{{expression: 'variables.a == 2'}}]\n"
    );
    let answer = admitted(&policy, &Settings { judge_unbound: true, ..Settings::default() });
    assert!(
        answer.denied[0].message().ends_with("fails to evaluate: it needs itself"),
        "{}",
        answer.denied[0].message()
    );
}
