//! A key that is written into the configuration, and providers that are on their way out.

use alloc::vec::Vec;

use super::encryption;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("encryption-key-inline", Severity::Medium)
        .title("Keys beside what they encrypt")
        .help("whoever has the file has the key: use a KMS v2 provider. KMS v1 is off by default since v1.29")
        .references(&[
            "https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/",
            "https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/",
        ])
        .standards("CIS 1.2.28"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for provider in encryption::entries(subject).iter().flat_map(|entry| entry.items("providers")) {
        for kind in ["aescbc", "aesgcm", "secretbox"] {
            let keys = provider.get(kind).map(|provider| provider.items("keys")).unwrap_or_default();
            if let Some(secret) = keys.iter().find_map(|key| key.get("secret")) {
                let message = "EncryptionConfiguration holds its key in clear".into();
                found.push(Finding::new(subject.index, message).at(Place::value(&secret)));
            }
        }
        if let Some(kms) = provider.get("kms")
            && kms.text("apiVersion") != Some("v2")
        {
            let message = "EncryptionConfiguration uses KMS v1, which is off by default since v1.29".into();
            found.push(Finding::new(subject.index, message).at(Place::below(&kms, &["apiVersion"])));
        }
    }
    found
}
