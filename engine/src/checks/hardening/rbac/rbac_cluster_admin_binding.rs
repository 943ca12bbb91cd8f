//! Who is bound to cluster-admin, or to a role of the input that is nothing else. The binding that Kubernetes makes for
//! system:masters is left alone.

use alloc::{format, vec::Vec};

use super::rules::{Binding, GROUP};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-cluster-admin-binding", Severity::High)
        .title("Bindings to cluster-admin")
        .help("cluster-admin may do everything, to everything; bind a narrower role")
        .references(&[
            "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
            "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles",
        ])
        .policy("identity/no-cluster-admin-bindings")
        .standards("CIS 5.1.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(binding) = Binding::of(subject) else { return Vec::new() };
    let built_in = subject.is(GROUP, "ClusterRoleBinding") && &*subject.object.name.value == "cluster-admin";
    let admin = binding.role_kind == "ClusterRole" && binding.role == "cluster-admin";
    if built_in || !(admin || is_all_powerful(subject, &binding)) {
        return Vec::new();
    }
    let subjects: Vec<&str> = binding.subjects.iter().map(|who| who.text("name").unwrap_or("")).collect();
    let whom = if subjects.is_empty() { "nobody yet".into() } else { subjects.join(", ") };
    let message = format!(" grants cluster-admin to {whom}");
    let finding = Finding::of(subject, &message).at(subject.place(&["roleRef", "name"]));
    alloc::vec![if subject.is(GROUP, "RoleBinding") { finding.severity(Severity::Medium) } else { finding }]
}

/// Whether the role that is bound is at hand and allows everything.
fn is_all_powerful(subject: &Subject<'_>, binding: &Binding<'_>) -> bool {
    let mut roles = subject.input.of_kind(GROUP, binding.role_kind);
    roles.any(|role| {
        let here =
            binding.role_kind == "ClusterRole" || subject.input.namespace_of(role) == subject.namespace();
        here && &*role.name.value == binding.role
            && Field::root(role.root()).items("rules").iter().any(|rule| {
                ["verbs", "resources", "apiGroups"]
                    .iter()
                    .all(|name| rule.items(name).iter().any(|item| item.node.as_str() == Some("*")))
            })
    })
}
