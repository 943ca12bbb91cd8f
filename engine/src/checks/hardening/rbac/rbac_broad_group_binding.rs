//! Groups that hold everybody should be granted nothing beyond what Kubernetes grants them itself.

use alloc::{format, vec::Vec};

use super::rules::Binding;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-broad-group-binding", Severity::High)
        .title("Permissions for everybody in the cluster")
        .help("this group holds every user, or every pod with a token; name the subjects")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"])
        .policy("identity/no-anonymous-permissions"),
    run,
);

const BUILT_IN: &[&str] = &[
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(binding) = Binding::of(subject).filter(|binding| !BUILT_IN.contains(&binding.role)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for who in binding.subjects.iter().filter(|who| who.text("kind") == Some("Group")) {
        let everybody = match who.text("name") {
            Some("system:authenticated") => "authenticated user",
            Some(name) if name == "system:serviceaccounts" || name.starts_with("system:serviceaccounts:") => {
                "service account"
            }
            _ => continue,
        };
        let message = format!(" grants {} to every {everybody}", binding.role);
        found.push(Finding::of(subject, &message).at(Place::below(who, &["name"])));
    }
    found
}
