//! Decisions: what one validation came to (`validating/policy_decision.go`, `validating/validator.go`), apart from how it
//! was evaluated.

use alloc::{
    format,
    rc::Rc,
    string::{String, ToString},
    vec::Vec,
};

use super::policy::{AuditAnnotation, FailurePolicy, Validation};
use crate::cel::value::Value;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyDecisionAction {
    /// Let pass.
    Admit,
    /// Hand to the binding's validationActions.
    Deny,
}

impl PolicyDecisionAction {
    /// `admit` or `deny`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Deny => "deny",
        }
    }
}

/// How the decision came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyDecisionEvaluation {
    /// The expression was true.
    Admit,
    /// The expression was false.
    Deny,
    /// Something failed; failurePolicy chose the action.
    Error,
}

impl PolicyDecisionEvaluation {
    /// `admit`, `deny` or `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Deny => "deny",
            Self::Error => "error",
        }
    }
}

/// The decision on one validation, or on a whole evaluation that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDecision {
    /// What is to be done.
    pub action: PolicyDecisionAction,
    /// Why.
    pub evaluation: PolicyDecisionEvaluation,
    /// The message; empty when the validation passed.
    pub message: String,
    /// `Invalid`, `Forbidden` …; empty unless the expression was false.
    pub reason: Rc<str>,
}

/// What became of an audit annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditAnnotationAction {
    /// It is published with that value.
    Publish(String),
    /// It has no value.
    Exclude,
    /// It failed; the request is refused with that text.
    Error(String),
}

/// Bytes of a message that an expression may give.
const MAX_MESSAGE: usize = 5_120;

impl PolicyDecision {
    /// The decision on a failure, under failurePolicy.
    #[must_use]
    pub fn failed(policy: &FailurePolicy, message: String) -> Self {
        let action = match policy {
            FailurePolicy::Ignore => PolicyDecisionAction::Admit,
            FailurePolicy::Fail | FailurePolicy::Other(_) => PolicyDecisionAction::Deny,
        };
        Self { action, evaluation: PolicyDecisionEvaluation::Error, message, reason: Rc::from("") }
    }

    /// The decision on a validation: from what its expression gave (`Err`: the text of its error), what its message
    /// expression gave, and the error of the message expressions as a whole, if they failed as a whole.
    #[must_use]
    pub fn of(
        validation: &Validation,
        evaluated: Result<&Value, &str>,
        message: Option<&Value>,
        messages_failed: Option<&str>,
        policy: &FailurePolicy,
    ) -> Self {
        let value = match (evaluated, messages_failed) {
            (Err(text), _) => return Self::failed(policy, text.to_string()),
            (Ok(_), Some(text)) => {
                return Self::failed(policy, format!("failed messageExpression: {text}"));
            }
            (Ok(value), None) => value,
        };
        if matches!(value, Value::Bool(true)) {
            return Self {
                action: PolicyDecisionAction::Admit,
                evaluation: PolicyDecisionEvaluation::Admit,
                message: String::new(),
                reason: Rc::from(""),
            };
        }
        Self {
            action: PolicyDecisionAction::Deny,
            evaluation: PolicyDecisionEvaluation::Deny,
            message: denial_message(validation, message),
            reason: validation
                .reason
                .as_ref()
                .map_or_else(|| Rc::from("Invalid"), |reason| Rc::clone(&reason.value)),
        }
    }
}

/// The message of a validation that was false: its message expression's, if that is usable; else its own; else its
/// expression.
fn denial_message(validation: &Validation, message: Option<&Value>) -> String {
    if let Some(Value::String(text)) = message {
        let text = text.trim();
        if !text.is_empty() && text.len() <= MAX_MESSAGE && !text.contains('\n') {
            return text.into();
        }
    }
    if let Some(own) = &validation.message {
        let text = own.value.trim();
        if !text.is_empty() {
            return text.into();
        }
    }
    format!("failed expression: {}", validation.expression.text.trim())
}

impl AuditAnnotationAction {
    /// What becomes of an annotation whose expression gave that (`Err`: the text of its error).
    #[must_use]
    pub fn of(annotation: &AuditAnnotation, evaluated: Result<&Value, &str>, policy: &FailurePolicy) -> Self {
        match evaluated {
            Ok(Value::String(text)) => match text.trim() {
                "" => Self::Exclude,
                text => Self::Publish(text.into()),
            },
            Ok(Value::Null) => Self::Exclude,
            Ok(other) => Self::Error(format!(
                "valueExpression '{}' resulted in unsupported return type: {}. Return type must be either string \
                 or null.",
                annotation.value_expression.text,
                type_name(other)
            )),
            Err(_) if *policy == FailurePolicy::Ignore => Self::Exclude,
            Err(text) => Self::Error(text.into()),
        }
    }
}

/// As `types.Type` prints; only reached when a type check was bypassed.
const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Uint(_) => "uint",
        Value::Double(_) => "double",
        Value::Bytes(_) => "bytes",
        Value::List(_) => "list(dyn)",
        Value::Map(_) => "map(dyn, dyn)",
        _ => "dyn",
    }
}

/// What the match conditions came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConditionsOutcome {
    /// All were true.
    Matched,
    /// One was false, or one failed under failurePolicy Ignore.
    NotMatched,
    /// None was false and some failed, under failurePolicy Fail: the texts together.
    Failed(String),
}

impl ConditionsOutcome {
    /// From what each condition gave, in order (`Err`: the text of its error).
    #[must_use]
    pub fn of<'e>(
        evaluated: impl IntoIterator<Item = Result<&'e Value, &'e str>>,
        policy: &FailurePolicy,
    ) -> Self {
        let mut errors: Vec<&str> = Vec::new();
        for one in evaluated {
            match one {
                Ok(Value::Bool(false)) => return Self::NotMatched,
                Ok(_) => {}
                Err(text) => {
                    if !errors.contains(&text) {
                        errors.push(text);
                    }
                }
            }
        }
        match errors.as_slice() {
            [] => Self::Matched,
            _ if *policy == FailurePolicy::Ignore => Self::NotMatched,
            [one] => Self::Failed((*one).into()),
            many => Self::Failed(format!("[{}]", many.join(", "))),
        }
    }
}
