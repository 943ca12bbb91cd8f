//! Static credentials of users, in a file that the API server reads once.

use alloc::{format, vec::Vec};

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-static-credentials", Severity::High)
        .title("Tokens or passwords in a file")
        .help("they never expire and need a restart to change: use OIDC or certificates. Passwords left the API server in v1.19")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/authentication/"])
        .standards("CIS 1.2.2"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let mut found = Vec::new();
    for (name, what) in [("token-auth-file", "tokens"), ("basic-auth-file", "passwords")] {
        if flags.get(name).is_some() {
            let message = format!("kube-apiserver uses static {what}");
            found.push(Finding::new(subject.index, message).at(flags.place(name)));
        }
    }
    found
}
