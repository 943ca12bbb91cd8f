//! What is wrong with a policy itself, at its place: fields that do not decode, expressions that do not compile.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{Diagnostic, Severity, places::Places};
use crate::admission::typecheck::TypeChecking;
use crate::admission::validation::{self, FieldError};
use crate::admission::{
    Attempt, Binding, Cause, Command, CompiledExpression, CompiledPolicy, DecodeError, Expression, Status,
    print,
};
use crate::environment::{Version, available_since};
use crate::objects::{GroupVersionResource, Object};
use crate::source::Span;

/// What the API server says of a policy or binding that is created: marks at the fields, and what kubectl prints when it
/// refuses. `None`: it takes it.
pub fn creation(
    object: &Object,
    undecodable: &[DecodeError],
    errors: &[FieldError],
    file: &str,
    places: Places<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<String> {
    if let Some(first) = undecodable.first() {
        decoding(undecodable, out);
        let kind = &object.kind.value;
        let version = &object.api_version.value;
        return Some(format!(
            "Error from server (BadRequest): error when creating \"{file}\": {kind} in version \"{version}\" cannot be \
             handled as a {kind}: {}\n",
            first.message
        ));
    }
    for error in errors {
        field(object, error, places, out);
    }
    if errors.is_empty() {
        return None;
    }
    let name = validation::created_name(object);
    let cause = |error: &FieldError| Cause {
        reason: error.kind.reason().to_string(),
        message: error.message.clone(),
        field: error.field.clone(),
    };
    let status = Status {
        code: 422,
        reason: "Invalid".to_string(),
        message: validation::invalid(&object.kind.value, &object.gvk.group, &name, errors),
        name: name.to_string(),
        group: object.gvk.group.to_string(),
        kind: object.kind.value.to_string(),
        causes: errors.iter().map(cause).collect(),
    };
    let attempt = Attempt {
        file: file.to_string(),
        resource: GroupVersionResource::new(&object.gvk.group, &object.gvk.version, ""),
        kind: object.gvk.clone(),
        name: name.to_string(),
        namespace: String::new(),
        patch: None,
        done: "created",
        dry_run: false,
        warnings: Vec::new(),
        refused: Some(status),
    };
    Some(print(&Command::Apply, &[attempt]).stderr)
}

/// An error about a field; each issue of an expression at its own place.
fn field(object: &Object, error: &FieldError, places: Places<'_>, out: &mut Vec<Diagnostic>) {
    let text = scalar_at(object, error.span);
    let (Some(issues), Some(text)) = (&error.issues, text) else {
        let message = format!("{}: {}", error.field, first_line(&error.message));
        out.push(Diagnostic { help: help(&error.message), ..fault("policy/field", message, error.span) });
        return;
    };
    for issue in issues {
        let (start, end) = match (issue.range, issue.offset) {
            (Some(range), _) => (range.start, range.end),
            (None, Some(at)) => (at, at),
            (None, None) => (0, 0),
        };
        let id = if issue.message.starts_with("Syntax error") { "cel/syntax" } else { "cel/compile" };
        let start = start.saturating_add(error.offset);
        let end = end.saturating_add(error.offset);
        let span = places.span(error.span, text, start, end);
        out.push(Diagnostic { help: help(&issue.message), ..fault(id, issue.message.clone(), span) });
    }
}

/// The text of the scalar that stands there.
fn scalar_at(object: &Object, span: Span) -> Option<&str> {
    let mut open = alloc::vec![object.root()];
    while let Some(node) = open.pop() {
        if node.span() == span && node.as_str().is_some() {
            return node.as_str();
        }
        open.extend(node.entries().iter().map(|entry| node.document().at(entry.value)));
        open.extend(node.items());
    }
    None
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}

/// What the type checking of the policy status says, at the columns it is about.
pub fn type_checking(checked: &TypeChecking, places: Places<'_>, out: &mut Vec<Diagnostic>) {
    for warning in &checked.warnings {
        let written = &warning.expression;
        let mut said: Vec<(&str, Span)> = Vec::new();
        for (kind, issues) in &warning.issues {
            for issue in issues {
                let (start, end) = match (issue.range, issue.offset) {
                    (Some(range), _) => (range.start, range.end),
                    (None, Some(at)) => (at, at),
                    (None, None) => (0, 0),
                };
                let span = places.span(written.span, &written.text, start, end);
                if said.contains(&(&*issue.message, span)) {
                    continue;
                }
                said.push((&issue.message, span));
                out.push(Diagnostic {
                    severity: Severity::Warning,
                    help: Some(format!("{kind} has no such thing; the policy's status warns of it.")),
                    ..fault("policy/type-checking", issue.message.clone(), span)
                });
            }
        }
    }
}

/// Marks for expressions that were accepted once and do not compile.
pub fn policy(compiled: &CompiledPolicy, places: Places<'_>, out: &mut Vec<Diagnostic>) {
    let policy = &compiled.policy;
    for (condition, result) in policy.match_conditions.iter().zip(&compiled.match_conditions) {
        expression(&condition.expression, result, places, out);
    }
    for variable in compiled.variables.iter() {
        if let Some(written) = policy.variables.get(variable.index) {
            expression(&written.expression, &variable.compiled, places, out);
        }
    }
    for (at, (validation, result)) in policy.validations.iter().zip(&compiled.validations).enumerate() {
        expression(&validation.expression, result, places, out);
        if let (Some(written), Some(Some(result))) =
            (&validation.message_expression, compiled.messages.get(at))
        {
            expression(written, result, places, out);
        }
    }
    for (annotation, result) in policy.audit_annotations.iter().zip(&compiled.audit_annotations) {
        expression(&annotation.value_expression, result, places, out);
    }
}

/// Marks for a binding's own faults, and for a policy it names in vain.
pub fn binding(binding: &Binding, known: &[&str], out: &mut Vec<Diagnostic>) {
    let named = &binding.policy_name;
    if !named.value.is_empty() && !known.contains(&&*named.value) {
        out.push(Diagnostic {
            id: "binding/no-policy".to_string(),
            severity: Severity::Warning,
            message: format!("no policy is named `{}`", named.value),
            help: Some("A cluster stores this binding without complaint and never uses it.".to_string()),
            span: named.span,
            labels: Vec::new(),
            fix: None,
        });
    }
}

fn decoding(errors: &[DecodeError], out: &mut Vec<Diagnostic>) {
    out.extend(errors.iter().map(|error| fault("policy/field", error.message.clone(), error.span)));
}

fn expression(
    written: &Expression,
    compiled: &CompiledExpression,
    places: Places<'_>,
    out: &mut Vec<Diagnostic>,
) {
    let Err(error) = &compiled.result else { return };
    let Some(issues) = &error.issues else {
        out.push(fault("cel/type", error.message.clone(), written.span));
        return;
    };
    for issue in issues {
        let (start, end) = match (issue.range, issue.offset) {
            (Some(range), _) => (range.start, range.end),
            (None, Some(at)) => (at, at),
            (None, None) => {
                out.push(fault("cel/compile", issue.message.clone(), written.span));
                continue;
            }
        };
        let id = if issue.message.starts_with("Syntax error") { "cel/syntax" } else { "cel/compile" };
        let span = places.span(written.span, &written.text, start, end);
        out.push(Diagnostic { help: help(&issue.message), ..fault(id, issue.message.clone(), span) });
    }
}

/// Our advice on messages of the checker that puzzle people.
fn help(message: &str) -> Option<String> {
    let says = |text: &str| message.contains(text);
    if let Some(advice) = unknown(message) {
        return Some(advice);
    }
    let advice = if says("found no matching overload for '_+_'") && says("string") {
        "convert the other side with string(…)"
    } else if says("undeclared reference to 'params'") {
        "declare spec.paramKind to use params"
    } else if says("undeclared reference to 'variables'") {
        "variables are read as variables.name and must be declared in spec.variables before this"
    } else if says("undeclared reference to 'authorizer'") {
        "messageExpression cannot use the authorizer"
    } else if says("reserved identifier") {
        "this word is reserved in CEL; read a field of that name after a dot"
    } else if says("expected type 'dyn' but found") || says("but found 'dyn'") {
        "all elements of a literal must have one type: wrap each in dyn(…), or convert with string(…)"
    } else {
        return None;
    };
    Some(advice.to_string())
}

/// Advice on a function that is not there: since which version it would be, or that policies never have it.
fn unknown(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("undeclared reference to '")?;
    let (name, _) = rest.split_once('\'')?;
    if let Some(Some(since)) = available_since(name) {
        let next = Version::new(since.major, since.minor.saturating_add(1));
        return Some(format!(
            "unknown function: available from Kubernetes {since}; new policies may use it from {next} on"
        ));
    }
    let elsewhere = matches!(name, "math" | "base64" | "cel" | "proto");
    elsewhere.then(|| format!("Kubernetes has not CEL's `{name}` extension"))
}

fn fault(id: &str, message: String, span: Span) -> Diagnostic {
    Diagnostic {
        id: id.to_string(),
        severity: Severity::Error,
        message,
        help: None,
        span,
        labels: Vec::new(),
        fix: None,
    }
}
