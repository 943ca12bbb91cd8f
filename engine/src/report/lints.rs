//! What a cluster accepts in silence and an author would rather know.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{Diagnostic, Edit, ObjectReport, Severity};
use crate::admission::{Binding, Policy};
use crate::source::{Sources, Span};

/// Lints of one policy that need no object to judge.
pub fn lint_policy(policy: &Policy, bindings: &[Binding], sources: &Sources, out: &mut Vec<Diagnostic>) {
    api_version(policy, out);
    unbound(policy, bindings, out);
    messages(policy, sources, out);
    containers(policy, out);
}

/// Lints that only samples can give: a validation with one and the same result for all of them.
pub fn lint_samples(objects: &[ObjectReport], out: &mut Vec<Diagnostic>) {
    struct Tally {
        span: Span,
        held: usize,
        failed: usize,
    }
    let mut tallies: Vec<Tally> = Vec::new();
    let evaluations = objects
        .iter()
        .flat_map(|object| &object.policies)
        .flat_map(|policy| &policy.bindings)
        .flat_map(|binding| &binding.evaluations);
    for validation in evaluations.flat_map(|evaluation| &evaluation.validations) {
        let at = match tallies.iter().position(|tally| tally.span == validation.span) {
            Some(at) => at,
            None => {
                tallies.push(Tally { span: validation.span, held: 0, failed: 0 });
                tallies.len() - 1
            }
        };
        if let Some(tally) = tallies.get_mut(at) {
            match validation.evaluation.as_str() {
                "admit" => tally.held += 1,
                "deny" => tally.failed += 1,
                _ => {}
            }
        }
    }
    for tally in tallies.iter().filter(|tally| tally.held == 0 && tally.failed > 2) {
        let message = format!("false for all {} objects it was asked about", tally.failed);
        let help = "Is it inverted? A validation says what must be true for a request to pass.";
        out.push(lint("lint/never-true", Severity::Info, message, help, tally.span));
    }
}

fn api_version(policy: &Policy, out: &mut Vec<Diagnostic>) {
    let written = &policy.object.api_version;
    let Some((group, version)) = written.value.split_once('/') else { return };
    let (severity, message) = match version {
        "v1alpha1" => (Severity::Warning, format!("no cluster serves `{}` unless told to", written.value)),
        "v1beta1" => (Severity::Info, format!("`{}` is deprecated since Kubernetes 1.30", written.value)),
        _ => return,
    };
    let help = "`admissionregistration.k8s.io/v1` is served since Kubernetes 1.30 and has the same fields.";
    let fix = Edit { title: format!("Use {group}/v1"), span: written.span, text: format!("{group}/v1") };
    out.push(Diagnostic {
        fix: Some(fix),
        ..lint("lint/api-version", severity, message, help, written.span)
    });
}

fn unbound(policy: &Policy, bindings: &[Binding], out: &mut Vec<Diagnostic>) {
    if bindings.iter().any(|binding| binding.policy_name.value == policy.name.value) {
        return;
    }
    let message = format!("no binding names `{}`", policy.name.value);
    let help =
        "A cluster never evaluates a policy without a binding; here it is judged as if bound with Deny.";
    out.push(lint("lint/unbound", Severity::Info, message, help, policy.name.span));
}

/// `message: "'image ' + object.…"`: an expression where text is expected.
fn messages(policy: &Policy, sources: &Sources, out: &mut Vec<Diagnostic>) {
    for validation in &policy.validations {
        let Some(message) = &validation.message else { continue };
        if !looks_like_cel(&message.value) {
            continue;
        }
        let key = message_key(validation.span, message.span, sources);
        let fix = key.filter(|_| validation.message_expression.is_none()).map(|span| Edit {
            title: "Rename to messageExpression".to_string(),
            span,
            text: "messageExpression".to_string(),
        });
        let help = "message is printed as it stands; messageExpression is evaluated.";
        let text = "this message looks like an expression".to_string();
        out.push(Diagnostic {
            fix,
            ..lint("lint/message-is-cel", Severity::Warning, text, help, message.span)
        });
    }
}

/// Joins literals with `+`, or calls `string(…)` on a variable.
fn looks_like_cel(text: &str) -> bool {
    let names = ["object.", "oldObject.", "request.", "params.", "variables.", "namespaceObject."];
    let mentions = names.iter().any(|name| text.contains(name));
    let joins = ["' +", "\" +", "+ '", "+ \"", "'+", "+'"].iter().any(|join| text.contains(join));
    mentions && (joins || text.contains("string("))
}

/// The key `message` that stands before a message.
fn message_key(validation: Span, message: Span, sources: &Sources) -> Option<Span> {
    let text = &sources.get(message.source)?.text;
    let before = text.get(validation.start as usize..message.start as usize)?;
    let at = before.rfind("message")?;
    let rest = before.get(at + "message".len()..)?;
    if !rest.trim_start().starts_with(':') {
        return None;
    }
    let start = validation.start + u32::try_from(at).ok()?;
    Some(Span::new(message.source, start, start + 7))
}

/// Policies that look at `containers` and forget the two other lists.
fn containers(policy: &Policy, out: &mut Vec<Diagnostic>) {
    let mut first: Option<Span> = None;
    let (mut init, mut ephemeral) = (false, false);
    let expressions = policy
        .validations
        .iter()
        .map(|validation| &validation.expression)
        .chain(policy.variables.iter().map(|variable| &variable.expression));
    for expression in expressions {
        init |= expression.text.contains("initContainers");
        ephemeral |= expression.text.contains("ephemeralContainers");
        if expression.text.contains("spec.containers") || expression.text.contains("spec.?containers") {
            first.get_or_insert(expression.span);
        }
    }
    let Some(span) = first else { return };
    let missing = match (init, ephemeral) {
        (true, _) => return,
        (false, true) => "initContainers are",
        (false, false) => "initContainers and ephemeralContainers are",
    };
    let message = format!("{missing} not looked at");
    let help = "A pod may break the rule there. Add `object.spec.?initContainers.orValue([])` to the list.";
    out.push(lint("lint/other-containers", Severity::Info, message, help, span));
}

fn lint(id: &str, severity: Severity, message: String, help: &str, span: Span) -> Diagnostic {
    Diagnostic {
        id: id.to_string(),
        severity,
        message,
        help: Some(help.to_string()),
        span,
        labels: Vec::new(),
        fix: None,
    }
}
