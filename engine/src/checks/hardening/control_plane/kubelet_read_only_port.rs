//! The port without authentication must be off.

use alloc::{format, vec::Vec};

use super::kubelet::Kubelet;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("kubelet-read-only-port", Severity::High)
        .title("The kubelet's read-only port")
        .help("it answers anybody about every pod of the node: set readOnlyPort to 0. It is the default in a file, but not of the bare flag (10255)")
        .references(&["https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/"])
        .standards("CIS 4.2.4"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(kubelet) = Kubelet::of(subject) else { return Vec::new() };
    let value = kubelet.value(&["readOnlyPort"], "read-only-port");
    let port = match &value {
        Some(value) => value.text(),
        None if kubelet.is_file() => "0".into(),
        None => "10255".into(),
    };
    if port == "0" {
        return Vec::new();
    }
    let message = format!("kubelet serves an unauthenticated read-only port {port}");
    let finding = Finding::new(subject.index, message).at(kubelet.place(&["readOnlyPort"], "read-only-port"));
    alloc::vec![match kubelet.root() {
        Some(root) => finding.change(Change::set(root, &["readOnlyPort"], "0")),
        None => finding,
    }]
}
