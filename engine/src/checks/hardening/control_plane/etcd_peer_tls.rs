//! Members of etcd must prove to each other who they are. A single member has no peers.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("etcd-peer-tls", Severity::High)
        .title("etcd peers without mutual TLS")
        .help("set --peer-cert-file, --peer-key-file, --peer-client-cert-auth=true and --peer-trusted-ca-file")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters"])
        .standards("CIS 2.4, 2.5"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "etcd") else { return Vec::new() };
    let members = flags.get("initial-cluster");
    let single = members.as_ref().is_some_and(|members| members.value.split(',').count() == 1);
    let asked = ["peer-cert-file", "peer-key-file", "peer-trusted-ca-file"];
    let missing = asked
        .into_iter()
        .find(|name| !flags.is_set(name))
        .or_else(|| (!flags.is_true("peer-client-cert-auth")).then_some("peer-client-cert-auth"));
    let Some(missing) = missing.filter(|_| !single) else { return Vec::new() };
    let message = "etcd peers talk without mutual TLS".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place(missing))]
}
