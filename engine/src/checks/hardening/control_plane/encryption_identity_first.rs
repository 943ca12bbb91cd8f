//! The provider that comes first encrypts. `identity` does not.

use alloc::{format, vec::Vec};

use super::encryption;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("encryption-identity-first", Severity::High)
        .title("Encryption that is off for what is written")
        .help("the first provider writes: put kms, secretbox, aesgcm or aescbc first, and identity last so that what is there can still be read")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/"])
        .standards("CIS 1.2.28; NSA 6.2"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for entry in encryption::entries(subject) {
        let providers = entry.items("providers");
        let identity = providers.first().and_then(|first| Some((first, first.node.entry("identity")?)));
        let Some((first, identity)) = identity.filter(|_| encryption::covers_secrets(&entry)) else {
            continue;
        };
        let resources = entry.items("resources");
        let names: Vec<&str> = resources.iter().filter_map(|resource| resource.node.as_str()).collect();
        let message = format!("EncryptionConfiguration: identity comes first for {}", names.join(", "));
        let place = Place { span: identity.key_span, ..Place::value(first) };
        found.push(Finding::new(subject.index, message).at(place));
    }
    found
}
