//! Without an identity provider people need certificates.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-external-identity", Severity::Info)
        .title("No identity provider")
        .help("a client certificate cannot be revoked: let people in through OIDC, with an AuthenticationConfiguration")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens"])
        .standards("CIS 3.1.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let external = ["oidc-issuer-url", "authentication-config", "authentication-token-webhook-config-file"];
    if external.into_iter().any(|name| flags.is_set(name)) {
        return Vec::new();
    }
    let message = "no external identity provider is configured".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place("oidc-issuer-url"))]
}
