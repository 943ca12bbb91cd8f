//! etcd and the API server should not trust the same CA for clients.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("etcd-shared-ca", Severity::Info)
        .title("etcd that trusts the cluster's CA")
        .help("use a CA of its own for etcd: with a shared one any client certificate of the cluster opens it")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters"])
        .standards("CIS 2.7"),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let subjects: Vec<_> = input.subjects().collect();
    let api_server = subjects.iter().filter_map(|subject| Flags::of(subject, "kube-apiserver"));
    let clients: Vec<_> = api_server.filter_map(|flags| flags.get("client-ca-file")).collect();
    let mut found = Vec::new();
    for subject in &subjects {
        let Some(flags) = Flags::of(subject, "etcd") else { continue };
        let Some(trusted) = flags.get("trusted-ca-file") else { continue };
        if clients.iter().any(|client| client.value == trusted.value) {
            let message = "etcd trusts the cluster CA: any client certificate of the cluster opens etcd";
            found.push(Finding::new(subject.index, message.into()).at(flags.place("trusted-ca-file")));
        }
    }
    found
}
