//! Without a provider configuration everything is stored as it is.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-encryption-config", Severity::High)
        .title("Secrets in clear in etcd")
        .help("a backup of etcd is then a list of all Secrets: add --encryption-provider-config")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/"])
        .standards("CIS 1.2.27; NSA 6.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    if flags.is_set("encryption-provider-config") {
        return Vec::new();
    }
    let message = "Secrets are stored in etcd without encryption".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place("encryption-provider-config"))]
}
