//! The first rule that matches decides: one that matches everything at level None silences all that follow.

use alloc::vec::Vec;

use super::audit;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("audit-policy-silent", Severity::High)
        .title("Audit policies that record nothing")
        .help("end with a rule that matches everything, at level Metadata")
        .references(&["https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/"])
        .standards("CIS 3.2.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(rules) = audit::rules(subject) else { return Vec::new() };
    let first = rules.iter().find(|rule| audit::matches_everything(rule));
    let silent = rules.iter().all(|rule| rule.text("level") == Some("None"));
    let before = rules.iter().take_while(|rule| !audit::matches_everything(rule));
    let nothing_before = before.clone().all(|rule| rule.text("level") == Some("None"));
    let place = match first {
        _ if silent => subject.place(&["rules"]),
        Some(rule) if rule.text("level") == Some("None") && nothing_before => Place::below(rule, &["level"]),
        _ => return Vec::new(),
    };
    alloc::vec![Finding::new(subject.index, "audit Policy records nothing".into()).at(place)]
}
