//! A Kyverno policy that audits, which is also its default, blocks nothing.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("kyverno-policy-audit-only", Severity::Low)
        .policy("admission/kyverno-enforces")
        .title("Kyverno policies that only report")
        .help("set failureAction to Enforce (or Deny for a ValidatingPolicy) when the reports are clean")
        .references(&["https://kyverno.io/docs/policy-types/cluster-policy/validate/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(spec) = subject.at(&["spec"]) else { return Vec::new() };
    let place = match (&*subject.object.gvk.group, &*subject.object.gvk.kind) {
        ("kyverno.io", "ClusterPolicy" | "Policy") => {
            let rules: Vec<_> =
                spec.items("rules").into_iter().filter(|rule| rule.get("validate").is_some()).collect();
            let enforce = |text: Option<&str>| text.is_some_and(|text| text.eq_ignore_ascii_case("enforce"));
            let whole = enforce(spec.text("validationFailureAction"));
            let each = |rule: &Field<'_>| {
                enforce(rule.at(&["validate", "failureAction"]).and_then(|action| action.node.as_str()))
            };
            if rules.is_empty() || whole || rules.iter().all(each) {
                return Vec::new();
            }
            Place::below(&spec, &["validationFailureAction"])
        }
        ("policies.kyverno.io", "ValidatingPolicy") => {
            let actions = spec.items("validationActions");
            if actions.is_empty() || actions.iter().any(|action| action.node.as_str() == Some("Deny")) {
                return Vec::new();
            }
            Place::below(&spec, &["validationActions"])
        }
        _ => return Vec::new(),
    };
    alloc::vec![Finding::of(subject, " audits but does not block").at(place)]
}
