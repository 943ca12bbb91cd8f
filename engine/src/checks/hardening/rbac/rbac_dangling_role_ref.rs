//! The role that is bound is not at hand. Cluster roles that Kubernetes ships are known.

use alloc::{format, vec::Vec};

use super::rules::{Binding, GROUP};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("rbac-dangling-role-ref", Severity::Low)
        .title("Bindings to roles that are not there")
        .help("it grants nothing now, and whatever somebody makes of that name later; create the role or delete the binding")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/rbac/"]),
    run,
);

const SHIPPED: &[&str] = &["cluster-admin", "admin", "edit", "view"];

fn run(input: &Input<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in input.subjects() {
        let Some(binding) = Binding::of(&subject) else { continue };
        let shipped = binding.role_kind == "ClusterRole"
            && (SHIPPED.contains(&binding.role) || binding.role.starts_with("system:"));
        let there = input.of_kind(GROUP, binding.role_kind).any(|role| {
            &*role.name.value == binding.role
                && (binding.role_kind == "ClusterRole" || input.namespace_of(role) == subject.namespace())
        });
        if shipped || there {
            continue;
        }
        let message = format!(" refers to missing {} {}", binding.role_kind, binding.role);
        found
            .push(Finding::of(&subject, &message).at(subject.place(&["roleRef", "name"])).if_complete(input));
    }
    found
}
