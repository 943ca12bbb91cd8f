//! The default service account should be granted nothing.

use alloc::{format, vec::Vec};

use super::rules::Binding;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-default-sa-binding", Severity::Medium)
        .policy("identity/no-default-account-bindings")
        .title("Permissions for the default service account")
        .help("every pod of the namespace that names no account has them; make an account for the workload that needs them")
        .references(&["https://kubernetes.io/docs/concepts/security/service-accounts/"])
        .standards("CIS 5.1.5"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(binding) = Binding::of(subject) else { return Vec::new() };
    let mut found = Vec::new();
    for who in &binding.subjects {
        if who.text("kind") == Some("ServiceAccount") && who.text("name") == Some("default") {
            let namespace = who.text("namespace").unwrap_or(subject.namespace());
            let message =
                format!(" gives the default service account of {namespace} the role {}", binding.role);
            found.push(Finding::of(subject, &message).at(Place::below(who, &["name"])));
        }
    }
    found
}
