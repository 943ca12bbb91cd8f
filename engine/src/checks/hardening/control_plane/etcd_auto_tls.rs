//! `--auto-tls` encrypts without saying to whom.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("etcd-auto-tls", Severity::Medium)
        .title("etcd with certificates of its own making")
        .help("nobody can tell such a certificate from an attacker's: issue certificates and drop the flag")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters"])
        .standards("CIS 2.3, 2.6"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "etcd") else { return Vec::new() };
    let automatic = ["auto-tls", "peer-auto-tls"].into_iter().filter(|name| flags.is_true(name));
    let found = automatic.map(|name| {
        let message = "etcd uses self-signed automatic certificates".into();
        Finding::new(subject.index, message).at(flags.place(name))
    });
    found.collect()
}
