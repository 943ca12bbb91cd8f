//! A Secret of this type is a token of a service account without an end.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("legacy-token-secret", Severity::Medium)
        .policy("secrets/no-legacy-tokens")
        .title("Tokens that never expire")
        .help("delete it and use bound tokens: the TokenRequest API, or a projected volume with an expiry")
        .references(&[
            "https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets",
        ])
        .standards("CIS 5.1.6"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let kind = subject.root.get("type").filter(|_| subject.is("", "Secret"));
    let kind = kind.filter(|kind| kind.node.as_str() == Some("kubernetes.io/service-account-token"));
    let found = kind
        .map(|kind| Finding::of(subject, " is a long-lived service account token").at(Place::value(&kind)));
    found.into_iter().collect()
}
