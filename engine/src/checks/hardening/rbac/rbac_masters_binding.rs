//! system:masters bypasses authorization: binding it does nothing but invite its use.

use alloc::vec::Vec;

use super::rules::Binding;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-masters-binding", Severity::High)
        .policy("identity/no-masters-bindings")
        .title("The group that cannot be refused")
        .help("members of system:masters pass every check, and a certificate in that name cannot be revoked; use a group of your own")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"])
        .standards("CIS 5.1.7"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(binding) = Binding::of(subject) else { return Vec::new() };
    if &*subject.object.name.value == "cluster-admin" {
        return Vec::new();
    }
    let masters = binding.subjects.iter().filter(|who| who.text("name") == Some("system:masters"));
    masters
        .map(|who| Finding::of(subject, " binds system:masters").at(Place::below(who, &["name"])))
        .collect()
}
