//! Requests judged by policies.

use std::{fs, path::Path, rc::Rc};

use celgate::{
    admission::{
        AuditAnnotation, AuditAnnotationAction, ConditionsOutcome, Expression, FailurePolicy, PolicyDecision,
        PolicyDecisionAction, Validation,
    },
    cel::value::Value,
    source::{Span, Spanned},
};
use serde_json::Value as Json;

/// The lines of a corpus file; none, with a word, when the corpora are not there.
fn corpus(name: &str) -> Vec<Json> {
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

fn list(value: &Json) -> &[Json] {
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
