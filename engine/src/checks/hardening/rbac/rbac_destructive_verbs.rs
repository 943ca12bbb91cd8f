//! Deleting workloads, storage or the traces of what happened.

use alloc::{format, vec::Vec};

use super::rules::{is_role, rules};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-destructive-verbs", Severity::Info)
        .policy("identity/no-destructive-roles")
        .title("Roles that delete")
        .help("drop delete where it is not needed; deletecollection takes everything at once")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"]),
    run,
);

const RESOURCES: &[&str] = &[
    "pods",
    "deployments",
    "statefulsets",
    "daemonsets",
    "namespaces",
    "persistentvolumes",
    "persistentvolumeclaims",
    "events",
    "pods/log",
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in rules(subject).iter().filter(|_| is_role(subject)) {
        let Some((resource, verb)) =
            rule.named_resource(RESOURCES).zip(rule.named_verb(&["delete", "deletecollection"]))
        else {
            continue;
        };
        let message = format!(" can delete {}", resource.node.as_str().unwrap_or(""));
        found.push(Finding::of(subject, &message).at(Place::value(&verb)));
    }
    found
}
