//! The API server answers requests without a credential unless it is told not to, or where to.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};
use crate::objects::{Field, Object};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-anonymous-auth", Severity::High)
        .title("Anonymous requests to the API server")
        .help("set --anonymous-auth=false, or limit it to health endpoints in an AuthenticationConfiguration (probes need those)")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests"])
        .standards("CIS 1.2.1; NSA 7.0"),
    run,
);

/// Whether it is an AuthenticationConfiguration that turns anonymous requests off, or says for which paths.
fn limits_anonymous(object: &Object) -> bool {
    object.gvk.is("apiserver.config.k8s.io", "AuthenticationConfiguration")
        && Field::root(object.root()).at(&["anonymous"]).is_some_and(|anonymous| {
            anonymous.flag("enabled") == Some(false) || !anonymous.items("conditions").is_empty()
        })
}

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    if flags.is_false("anonymous-auth") || subject.input.all().any(limits_anonymous) {
        return Vec::new();
    }
    let message = "kube-apiserver allows anonymous requests".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place("anonymous-auth"))]
}
