//! Plain Secrets, and nothing that fetches them from somewhere better.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("external-secret-store-hint", Severity::Info)
        .title("Secrets without a store")
        .help("External Secrets, the Secrets Store CSI driver or Vault keep the values out of manifests and can change them")
        .references(&["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"])
        .standards("CIS 5.4.2"),
    run,
);

const STORES: &[(&str, &str)] = &[
    ("external-secrets.io", ""),
    ("secrets-store.csi.x-k8s.io", ""),
    ("bitnami.com", "SealedSecret"),
    ("secrets.hashicorp.com", ""),
    ("isindir.github.com", "SopsSecret"),
];

fn run(input: &Input<'_>) -> Vec<Finding> {
    if input.has_any(STORES) {
        return Vec::new();
    }
    let first = input.subjects().find(|subject| {
        subject.is("", "Secret") && (subject.at(&["data"]).is_some() || subject.at(&["stringData"]).is_some())
    });
    let found = first.map(|subject| {
        Finding::new(subject.index, "secrets live in plain Secret objects only".into())
            .at(subject.name_place())
    });
    found.into_iter().collect()
}
