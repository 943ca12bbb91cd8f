//! What is wrong with a policy itself, at its place: fields that do not decode, expressions that do not compile.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{Diagnostic, Severity, places::Places};
use crate::admission::{Binding, CompiledExpression, CompiledPolicy, DecodeError, Expression};
use crate::source::Span;

/// Marks for a policy's own faults.
pub fn policy(compiled: &CompiledPolicy, places: Places<'_>, out: &mut Vec<Diagnostic>) {
    let policy = &compiled.policy;
    decoding(&policy.errors, out);
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
pub fn binding(binding: &Binding, known: &[CompiledPolicy], out: &mut Vec<Diagnostic>) {
    decoding(&binding.errors, out);
    let named = &binding.policy_name;
    if !named.value.is_empty() && !known.iter().any(|policy| policy.policy.name.value == named.value) {
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
    let advice = if says("found no matching overload for '_+_'") && says("string") {
        "convert the other side with string(…)"
    } else if says("undeclared reference to 'params'") {
        "declare spec.paramKind to use params"
    } else if says("undeclared reference to 'variables'") {
        "variables are read as variables.name and must be declared in spec.variables before this"
    } else if says("reserved identifier") {
        "this word is reserved in CEL; read a field of that name after a dot"
    } else if says("expected type 'dyn' but found") || says("but found 'dyn'") {
        "all elements of a literal must have one type: wrap each in dyn(…), or convert with string(…)"
    } else {
        return None;
    };
    Some(advice.to_string())
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
