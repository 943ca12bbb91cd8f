//! What the API server answers: the status of a refusal, the warnings a client gets, the annotations of the audit event
//! (kubernetes-vap.md 6.5, 6.6; `validating/dispatcher.go`, `endpoints/filters/warning.go`).

use alloc::{collections::BTreeSet, format, rc::Rc, string::String, vec::Vec};

use super::attributes::Attributes;
use super::decision::PolicyDecision;
use crate::cel::quote::quote;
use crate::objects::json_string;

/// A decision that refuses the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Which policy, as an index into the admission's policies.
    pub policy: usize,
    /// Which binding of it, as an index into its bindings; `None` for a fault of the policy's own configuration.
    pub binding: Option<usize>,
    /// Which evaluation of that binding; `None` for a configuration error.
    pub evaluation: Option<usize>,
    /// Which validation; `None` for a failure of the whole, and for an audit annotation that failed.
    pub validation: Option<usize>,
    /// Names, as the message has them.
    pub policy_name: Rc<str>,
    /// The binding's name, unless the policy's own configuration is at fault.
    pub binding_name: Option<Rc<str>>,
    /// The decision.
    pub decision: PolicyDecision,
}

impl Denial {
    /// `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: …`
    #[must_use]
    pub fn message(&self) -> String {
        let (policy, message) = (&self.policy_name, &self.decision.message);
        match &self.binding_name {
            Some(binding) => format!(
                "ValidatingAdmissionPolicy '{policy}' with binding '{binding}' denied request: {message}"
            ),
            None => format!("ValidatingAdmissionPolicy '{policy}' denied request: {message}"),
        }
    }
}

/// A `metav1.Status` that refuses a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// HTTP code.
    pub code: u16,
    /// `Invalid`, `Forbidden`, …
    pub reason: String,
    /// The message.
    pub message: String,
    /// `details.name`
    pub name: String,
    /// `details.group`
    pub group: String,
    /// `details.kind`: the plural resource.
    pub kind: String,
    /// `details.causes`
    pub causes: Vec<Cause>,
}

/// A cause of a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// `FieldValueInvalid` …; empty for a policy's refusal.
    pub reason: String,
    /// Its text.
    pub message: String,
    /// The field; empty for a policy's refusal.
    pub field: String,
}

impl Status {
    /// The refusal of a request by the first of its denials.
    #[must_use]
    pub fn denied(attributes: &Attributes, denial: &Denial) -> Self {
        let message = denial.message();
        let reason = if denial.decision.reason.is_empty() { "Invalid" } else { &denial.decision.reason };
        Self {
            code: match reason {
                "Forbidden" => 403,
                "Unauthorized" => 401,
                "RequestEntityTooLarge" => 413,
                _ => 422,
            },
            reason: reason.into(),
            message: format!("{} is forbidden: {message}", attributes.described()),
            name: attributes.shown_name(),
            group: (*attributes.resource.group).into(),
            kind: (*attributes.resource.resource).into(),
            causes: alloc::vec![Cause { message, ..Cause::default() }],
        }
    }

    /// `namespaces "x" not found`
    #[must_use]
    pub fn namespace_not_found(name: &str) -> Self {
        Self {
            code: 404,
            reason: "NotFound".into(),
            message: format!("namespaces {} not found", quote(name)),
            name: name.into(),
            kind: "namespaces".into(),
            ..Self::default()
        }
    }
}

/// Code points of all warnings together, beyond which they are cut.
const TOTAL: usize = 4_096;

/// Code points of one warning once they are cut.
const EACH: usize = 256;

/// What of the warnings reaches the client, in order: none twice, none with a control character, and cut when they are
/// too many.
#[must_use]
pub fn delivered(warnings: &[String]) -> Vec<String> {
    let clean = |text: &str| !text.chars().any(char::is_control);
    let cut = |text: &str| -> String { text.chars().take(EACH).collect() };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut ordered: Vec<&str> = Vec::new();
    let mut sent: Vec<String> = Vec::new();
    let mut written = 0;
    let mut truncating = false;
    for text in warnings {
        if text.is_empty() || (truncating && written >= TOTAL) || !seen.insert(text) {
            continue;
        }
        ordered.push(text);
        let shown = if truncating { cut(text) } else { text.clone() };
        if !clean(&shown) {
            continue;
        }
        let length = shown.chars().count();
        if written + length <= TOTAL || truncating {
            written += length;
            sent.push(shown);
            continue;
        }
        truncating = true;
        sent = ordered.iter().map(|text| cut(text)).filter(|text| clean(text)).collect();
        written = sent.iter().map(|text| text.chars().count()).sum();
    }
    sent
}

/// The audit annotation that lists denials of bindings with the action Audit.
pub(super) const VALIDATION_FAILURE: &str = "validation.policy.admission.k8s.io/validation_failure";

/// A denial for the audit event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationFailure {
    /// The decision's message.
    pub message: String,
    /// The policy's name.
    pub policy: Rc<str>,
    /// The binding's name.
    pub binding: Rc<str>,
    /// Index of the decision in its evaluation.
    pub expression_index: usize,
    /// The binding's actions.
    pub actions: Vec<Rc<str>>,
}

/// As many as an audit event lists.
const MAX_FAILURES: usize = 50;

/// The value of [`VALIDATION_FAILURE`].
#[must_use]
pub(super) fn failures_json(failures: &[ValidationFailure]) -> String {
    let mut out = String::from("[");
    for (at, failure) in failures.iter().take(MAX_FAILURES).enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str("{\"message\":");
        json_string(&failure.message, &mut out);
        out.push_str(",\"policy\":");
        json_string(&failure.policy, &mut out);
        out.push_str(",\"binding\":");
        json_string(&failure.binding, &mut out);
        out.push_str(&format!(",\"expressionIndex\":{},\"validationActions\":[", failure.expression_index));
        for (at, action) in failure.actions.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            json_string(action, &mut out);
        }
        out.push_str("]}");
    }
    out.push(']');
    out
}

/// As much of one audit annotation value as is published.
const MAX_ANNOTATION: usize = 10 * 1024;

/// Values of audit annotations of one policy, over its bindings and params: distinct ones, in order of appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct AnnotationCollector {
    keys: Vec<(Rc<str>, Vec<String>)>,
}

impl AnnotationCollector {
    /// Adds a value under a key; it is cut where upstream cuts it, on a character boundary at or before it.
    pub(super) fn add(&mut self, key: &Rc<str>, value: &str) {
        let mut end = value.len().min(MAX_ANNOTATION);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        let value = value.get(..end).unwrap_or(value);
        let at = match self.keys.iter().position(|known| known.0 == *key) {
            Some(at) => at,
            None => {
                self.keys.push((Rc::clone(key), Vec::new()));
                self.keys.len() - 1
            }
        };
        if let Some((_, values)) = self.keys.get_mut(at)
            && !values.iter().any(|known| known == value)
        {
            values.push(value.into());
        }
    }

    /// The annotations: `policy/key` and the values joined.
    #[must_use]
    pub(super) fn publish(self, policy: &str) -> Vec<(String, String)> {
        self.keys.into_iter().map(|(key, values)| (format!("{policy}/{key}"), values.join(", "))).collect()
    }
}
