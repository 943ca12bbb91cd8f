//! Bodies of what must stay secret must not be logged, by the first rule that matches.

use alloc::{format, vec::Vec};

use super::audit;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("audit-policy-secret-bodies", Severity::High)
        .title("Secrets in the audit log")
        .help("the body of a request for a Secret is the Secret: record Metadata for secrets, configmaps and tokenreviews")
        .references(&["https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/"])
        .standards("CIS 3.2.2"),
    run,
);

const SECRET: &[(&str, &str)] =
    &[("", "secrets"), ("", "configmaps"), ("authentication.k8s.io", "tokenreviews")];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(rules) = audit::rules(subject) else { return Vec::new() };
    let mut found = Vec::new();
    for (group, resource) in SECRET {
        let first =
            rules.iter().find(|rule| audit::covers(rule, group, resource, &["get", "create", "update"]));
        let Some(rule) =
            first.filter(|rule| matches!(rule.text("level"), Some("Request" | "RequestResponse")))
        else {
            continue;
        };
        let message = format!("audit Policy writes the content of {resource} to the log");
        found.push(Finding::new(subject.index, message).at(Place::below(rule, &["level"])));
    }
    found
}
