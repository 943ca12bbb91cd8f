//! `!has(x.f) || …` on a field whose absence is the unsafe value. Read from the text of the expression, without CEL.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("vap-vacuous-guard", Severity::High)
        .title("Guards that let everything pass")
        .help("the object that leaves the field out is the common one, and it passes: ask `has(f) && f == v`, or `.?f.orValue(false)`")
        .references(&["https://kubernetes.io/docs/reference/using-api/cel/"]),
    run,
);

/// Fields that are unsafe when they are absent.
const FIELDS: &[&str] = &[
    "readOnlyRootFilesystem",
    "allowPrivilegeEscalation",
    "runAsNonRoot",
    "seccompProfile",
    "automountServiceAccountToken",
    "limits",
    "drop",
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("admissionregistration.k8s.io", "ValidatingAdmissionPolicy") {
        return Vec::new();
    }
    let validations = subject.at(&["spec"]).map(|spec| spec.items("validations")).unwrap_or_default();
    let mut found = Vec::new();
    for (index, validation) in validations.iter().enumerate() {
        let Some(expression) = validation.get("expression") else { continue };
        if let Some(field) = expression.node.as_str().and_then(vacuous) {
            let message = format!(": expression {index} passes when {field} is absent");
            found.push(Finding::of(subject, &message).at(Place::value(&expression)));
        }
    }
    found
}

/// The field that is guarded away: of `!has(x.y.field) ||`, or of a guard on what holds it.
fn vacuous(expression: &str) -> Option<&'static str> {
    // Nobody reads an expression with more guards; looking at all of them could take long.
    for (at, _) in expression.match_indices("!has(").take(100) {
        let rest = expression.get(at + "!has(".len()..)?;
        let (path, after) = rest.split_once(')')?;
        if !after.trim_start().starts_with("||") {
            continue;
        }
        let guarded = path.trim();
        let name = guarded.rsplit(['.', '?']).next().unwrap_or("");
        if let Some(field) = FIELDS.iter().find(|field| **field == name) {
            return Some(field);
        }
        // What is guarded is a parent, and the rest asks for a field in it.
        let inside = FIELDS.iter().find(|field| after.contains(&format!("{guarded}.{field}")));
        if let Some(field) = inside {
            return Some(field);
        }
    }
    None
}
