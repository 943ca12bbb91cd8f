//! What the cluster would answer for one object, and how it came to that.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{Change, Edit, Severity};
use crate::source::Span;

/// The answer in a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Every policy that selects it lets it pass.
    Admitted,
    /// Admitted, with warnings to the client.
    Warned,
    /// Refused.
    Denied,
    /// No policy selects it: admitted, not judged.
    #[default]
    NotJudged,
    /// It cannot be judged: unreadable, or refused before policies are asked.
    Error,
}

/// One object and what became of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectReport {
    /// Kind, as written.
    pub kind: String,
    /// `apiVersion`, as written.
    pub api_version: String,
    /// Name, or generateName with `abcde`.
    pub name: String,
    /// Namespace of the request, empty for cluster-scoped kinds.
    pub namespace: String,
    /// CREATE, UPDATE, DELETE or CONNECT.
    pub operation: String,
    /// The document.
    pub span: Span,
    /// Where its name stands (for marks and links); the document's start when it has none.
    pub name_span: Span,
    /// The answer.
    pub verdict: Verdict,
    /// Every policy of the scenario, judged or not, in order.
    pub policies: Vec<PolicyReport>,
    /// What built-in checks found.
    pub findings: Vec<Finding>,
    /// The object as admission sees it, as YAML: decoded, defaulted, with the server's own metadata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// What the server made of the text on the way: defaults, its own metadata, what it dropped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What an UPDATE changes of the stored object, both as admission sees them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub update: Vec<Change>,
}

/// The answer, as the cluster words it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Verdict {
    /// In a word.
    pub outcome: Outcome,
    /// Which policy decided, as an index into [`ObjectReport::policies`], when one did.
    pub policy: Option<usize>,
    /// Which binding of it, as an index into [`PolicyReport::bindings`].
    pub binding: Option<usize>,
    /// Which of its validations (index in `spec.validations`).
    pub validation: Option<usize>,
    /// What kubectl prints on standard error, line by line; empty when nothing.
    pub stderr: String,
    /// What kubectl prints on standard output.
    pub stdout: String,
    /// The command that would print it.
    pub command: String,
    /// kubectl's exit code.
    pub exit_code: u8,
    /// The API server's response when it refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// Warnings, unescaped, in order.
    pub warnings: Vec<String>,
    /// Annotations of the audit event.
    pub audit: Vec<AuditAnnotation>,
    /// Whether Pod Security admission refused it, which speaks before any policy.
    pub pod_security: bool,
    /// Further denial messages that a server might print instead, where its order is that of a Go map.
    pub alternatives: Vec<String>,
}

/// The status of a refusal.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Response {
    /// HTTP code.
    pub code: u16,
    /// `Invalid`, `Forbidden`, …
    pub reason: String,
    /// The status message.
    pub message: String,
}

/// An annotation of the audit event.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuditAnnotation {
    /// `policy-name/key`, or the well-known key of validation failures.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// What one policy made of the object.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyReport {
    /// The policy's name.
    pub name: String,
    /// Where its name stands.
    pub name_span: Span,
    /// The document.
    pub span: Span,
    /// Why the cluster refuses the policy itself, as kubectl prints it; such a policy is never in force.
    pub refused: Option<String>,
    /// Whether it has no binding: a cluster would never evaluate it; here it is judged as if bound with Deny.
    pub assumed_binding: bool,
    /// The pipeline: Match, Conditions, Params, Validations, Action. Why nothing happened is here.
    pub steps: Vec<Step>,
    /// The match table, in the server's order.
    pub match_rows: Vec<MatchRow>,
    /// Its bindings, each with what came of it.
    pub bindings: Vec<BindingReport>,
}

/// A step of the pipeline.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// How it ended.
    pub state: StepState,
    /// The reason, at most six words: `CREATE pods, rule 1`.
    pub text: String,
    /// A sentence more, when there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The line that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// The edit that would make it apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Edit>,
}

/// The steps of the pipeline, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepKind {
    /// matchConstraints and the bindings' matchResources.
    Match,
    /// matchConditions.
    Conditions,
    /// paramKind and paramRef.
    Params,
    /// validations.
    Validations,
    /// validationActions, under failurePolicy.
    Action,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Went through.
    Passed,
    /// Went through, with a warning as the outcome.
    Warned,
    /// Denied here.
    Denied,
    /// Did not select the object: the policy has nothing to say.
    NotMatched,
    /// Failed.
    Error,
    /// Asks nothing (no matchConditions, no params).
    NotNeeded,
    /// Not reached.
    NotReached,
}

/// A row of the match table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MatchRow {
    /// What is asked of: `namespaceSelector`, `objectSelector`, `excludeResourceRules`, `resourceRules[0].operations` …
    pub component: String,
    /// Whose: `policy` or the binding's name.
    pub owner: String,
    /// What is asked.
    pub asked: String,
    /// What was seen.
    pub seen: String,
    /// Whether it let the request through; `None`: not asked because an earlier row decided.
    pub passed: Option<bool>,
    /// Where it stands.
    pub span: Option<Span>,
}

/// A binding and what came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BindingReport {
    /// The binding's name; empty when assumed.
    pub name: String,
    /// Where its name stands.
    pub name_span: Option<Span>,
    /// `Deny`, `Warn`, `Audit`, in order.
    pub actions: Vec<String>,
    /// Whether its matchResources select the request.
    pub matched: bool,
    /// A configuration error, with the server's text.
    pub error: Option<String>,
    /// One evaluation per param; a single one without params.
    pub evaluations: Vec<ParamReport>,
}

/// One evaluation: a policy, a binding and a param.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ParamReport {
    /// `namespace/name` of the param; `None` without params.
    pub param: Option<String>,
    /// Where the param stands.
    pub param_span: Option<Span>,
    /// The match conditions.
    pub conditions: Vec<ConditionReport>,
    /// Whether the match conditions let it in.
    pub matched: bool,
    /// The variables that the validations read, in order of first use.
    pub variables: Vec<VariableReport>,
    /// The validations, in order.
    pub validations: Vec<ValidationReport>,
    /// A failure of the whole evaluation (budget, match conditions).
    pub error: Option<String>,
    /// Cost of all of it.
    pub cost: u64,
}

/// A match condition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConditionReport {
    /// Its name.
    pub name: String,
    /// Its expression's place.
    pub span: Span,
    /// Its result; `None` after an error.
    pub result: Option<bool>,
    /// Its error.
    pub error: Option<String>,
    /// What its parts were.
    pub explanation: Option<Explanation>,
}

/// A variable that was evaluated.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VariableReport {
    /// Its name.
    pub name: String,
    /// Its expression's place.
    pub span: Span,
    /// Its value, printed; or its error's text.
    pub value: String,
    /// Whether it failed.
    pub failed: bool,
    /// Its cost, charged to the expression that read it first.
    pub cost: u64,
    /// What its parts were.
    pub explanation: Option<Explanation>,
}

/// A validation and its decision.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ValidationReport {
    /// Index in `spec.validations`.
    pub index: usize,
    /// Place of the expression.
    pub span: Span,
    /// The expression, as written.
    pub expression: String,
    /// `admit`, `deny` or `error`.
    pub evaluation: String,
    /// Whether the decision is to deny (an error is, under failurePolicy Fail).
    pub denied: bool,
    /// The message of the decision; the author's message when it passed.
    pub message: String,
    /// `Invalid`, …
    pub reason: String,
    /// Cost of the expression, and of the variables it was first to touch.
    pub cost: u64,
    /// What its parts were.
    pub explanation: Option<Explanation>,
}

/// What the parts of an expression were.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Explanation {
    /// The expression's text.
    pub text: String,
    /// Its parts, parents before children, in order of evaluation; index 0 is the whole.
    pub nodes: Vec<TraceNode>,
    /// Fields of documents that were read on the deciding path.
    pub reads: Vec<Read>,
    /// Fields that were read beside it, and those that a skipped part would have read.
    pub others: Vec<Read>,
    /// The culprit in a sentence: `containers[1] sidecar runs envoyproxy/envoy:latest`.
    pub summary: String,
}

/// A part of an expression.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TraceNode {
    /// First byte, in the expression's text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Where its name or operator stands (for parts over several lines).
    pub anchor: u32,
    /// Index of the part it belongs to; `None` for the whole.
    pub parent: Option<usize>,
    /// What it was.
    pub outcome: TraceOutcome,
    /// Its value, printed as CEL; the error's text; or why it was skipped.
    pub text: String,
    /// Whether it decided the value of the whole.
    pub deciding: bool,
    /// Cost of this part alone.
    pub cost: u64,
    /// The iterations, for a macro over a range.
    pub iterations: Vec<Iteration>,
}

/// What a part came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TraceOutcome {
    /// A value.
    #[default]
    Value,
    /// An error.
    Error,
    /// Never evaluated.
    Skipped,
}

/// One turn of a macro.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Iteration {
    /// `[1]` or a key.
    pub index: String,
    /// The element's own name (`sidecar`), when it has one.
    pub name: String,
    /// The element, printed.
    pub value: String,
    /// Parts of the body and what they were in this turn.
    pub nodes: Vec<TraceNode>,
    /// The result of the turn, printed.
    pub result: String,
    /// Whether this turn decided.
    pub deciding: bool,
    /// Whether it was visited at all.
    pub visited: bool,
    /// Cost of the turn.
    pub cost: u64,
    /// Where the element stands in its document.
    pub span: Option<Span>,
}

/// A field that was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Read {
    /// `object.spec.containers[1].image`
    pub path: String,
    /// Its value, printed; `absent` when there is none.
    pub value: String,
    /// Whether it is there.
    pub present: bool,
    /// Whether the server added it (a default).
    pub defaulted: bool,
    /// Whether it was not read after all: the part that would have was skipped.
    pub unread: bool,
    /// Of a list or map how many items it has.
    pub items: usize,
    /// Where it stands, or would.
    pub span: Option<Span>,
}

/// What a built-in check found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The check's id: `host-ports`.
    pub check: String,
    /// What family: `pod-security/baseline`, `pod-security/restricted`, `hardening`.
    pub family: String,
    /// Title, word for word from the check.
    pub title: String,
    /// The message; Pod Security's own text where it is Pod Security.
    pub message: String,
    /// Why it matters and what to do.
    #[serde(default)]
    pub help: Option<String>,
    /// How much it matters, as a mark in an editor.
    pub severity: Severity,
    /// How much it matters, in the check's own scale: `info`, `low`, `medium`, `high`, `critical`.
    #[serde(default)]
    pub level: String,
    /// Where: the value, or the key of what a missing field is missing from.
    pub spans: Vec<Span>,
    /// The paths of these fields.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The edit that mends it.
    #[serde(default)]
    pub fix: Option<Edit>,
    /// Why there is no automatic fix, when there is none.
    #[serde(default)]
    pub no_fix: Option<String>,
    /// Links to read on.
    #[serde(default)]
    pub references: Vec<String>,
    /// The controls of benchmarks that ask for it: `CIS 5.2.6; NSA 1.7`.
    #[serde(default)]
    pub standards: String,
    /// The policy of the library that refuses the same.
    #[serde(default)]
    pub policy: Option<String>,
}
