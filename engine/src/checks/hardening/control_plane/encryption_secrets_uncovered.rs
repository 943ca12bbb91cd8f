//! An EncryptionConfiguration without an entry for Secrets encrypts something else.

use alloc::vec::Vec;

use super::encryption;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("encryption-secrets-uncovered", Severity::High)
        .title("Encryption that leaves Secrets out")
        .help("add secrets to the resources of an entry")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/"])
        .standards("CIS 1.2.28"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !encryption::is_configuration(subject)
        || encryption::entries(subject).iter().any(encryption::covers_secrets)
    {
        return Vec::new();
    }
    let message = "EncryptionConfiguration does not cover secrets".into();
    alloc::vec![Finding::new(subject.index, message).at(subject.place(&["resources"]))]
}
