//! etcd must ask its clients for a certificate.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("etcd-client-cert-auth", Severity::High)
        .title("etcd that takes any client")
        .help("whoever reaches it reads and writes the whole cluster: add --client-cert-auth=true and --trusted-ca-file")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters"])
        .standards("CIS 2.2"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "etcd") else { return Vec::new() };
    if flags.is_true("client-cert-auth") && flags.is_set("trusted-ca-file") {
        return Vec::new();
    }
    let missing = if flags.is_true("client-cert-auth") { "trusted-ca-file" } else { "client-cert-auth" };
    let message = "etcd accepts clients without a certificate".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place(missing))]
}
