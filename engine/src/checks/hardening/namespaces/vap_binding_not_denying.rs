//! A binding without Deny lets everything pass.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("vap-binding-not-denying", Severity::Medium)
        .title("Bindings that do not deny")
        .help("Warn and Audit are for finding out what would break; add Deny when nothing does")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-actions"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding") {
        return Vec::new();
    }
    let Some(spec) = subject.at(&["spec"]) else { return Vec::new() };
    let actions = spec.items("validationActions");
    if actions.iter().any(|action| action.node.as_str() == Some("Deny")) {
        return Vec::new();
    }
    alloc::vec![Finding::of(subject, " does not deny").at(Place::below(&spec, &["validationActions"]))]
}
