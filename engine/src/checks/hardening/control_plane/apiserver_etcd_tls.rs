//! The API server must know its etcd, and prove itself to it.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-etcd-tls", Severity::High)
        .title("The API server and etcd without mutual TLS")
        .help("set --etcd-cafile, --etcd-certfile and --etcd-keyfile, and https in every --etcd-servers")
        .references(&["https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/"])
        .standards("CIS 1.2.23, 1.2.26; NSA 5.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let missing =
        ["etcd-cafile", "etcd-certfile", "etcd-keyfile"].into_iter().find(|name| !flags.is_set(name));
    let plain = flags
        .get("etcd-servers")
        .is_some_and(|servers| servers.value.split(',').any(|server| server.trim().starts_with("http://")));
    let at = match missing {
        Some(missing) => missing,
        None if plain => "etcd-servers",
        None => return Vec::new(),
    };
    let message = "kube-apiserver talks to etcd without mutual TLS".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place(at))]
}
