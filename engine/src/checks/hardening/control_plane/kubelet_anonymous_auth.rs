//! A kubelet must not answer without a credential.

use alloc::vec::Vec;

use super::kubelet::Kubelet;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("kubelet-anonymous-auth", Severity::Critical)
        .title("Anonymous requests to a kubelet")
        .help("whoever reaches the node may run commands in its pods: set authentication.anonymous.enabled to false. It is the default in a file, but not of the bare flag")
        .references(&["https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/", "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/"])
        .standards("CIS 4.2.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(kubelet) = Kubelet::of(subject) else { return Vec::new() };
    let value = kubelet.value(&["authentication", "anonymous", "enabled"], "anonymous-auth");
    let open = match &value {
        Some(value) => value.is("true"),
        None => !kubelet.is_file(),
    };
    if !open {
        return Vec::new();
    }
    let message = "kubelet allows anonymous requests".into();
    let finding = Finding::new(subject.index, message)
        .at(kubelet.place(&["authentication", "anonymous", "enabled"], "anonymous-auth"));
    alloc::vec![match kubelet.root() {
        Some(root) => finding.change(Change::set(root, &["authentication", "anonymous", "enabled"], "false")),
        None => finding,
    }]
}
