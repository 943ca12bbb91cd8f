//! Nobody without a credential should be granted anything, except what Kubernetes itself grants to look at its version
//! and health.

use alloc::{format, vec::Vec};

use super::rules::Binding;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-anonymous-binding", Severity::Critical)
        .title("Permissions for everybody on the network")
        .help("whoever reaches the API server has them, without any credential; remove the subject")
        .references(&[
            "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
            "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
        ])
        .policy("identity/no-anonymous-permissions")
        .standards("CIS 5.1.x"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(binding) = Binding::of(subject).filter(|binding| binding.role != "system:public-info-viewer")
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for who in &binding.subjects {
        if matches!(who.text("name"), Some("system:anonymous" | "system:unauthenticated")) {
            let message = format!(" grants {} to unauthenticated callers", binding.role);
            found.push(Finding::of(subject, &message).at(Place::below(who, &["name"])));
        }
    }
    found
}
