//! The API server must know the kubelets it calls, and prove itself to them.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-kubelet-tls", Severity::Medium)
        .title("Kubelets that nobody verifies")
        .help("set --kubelet-client-certificate, --kubelet-client-key and --kubelet-certificate-authority: without the last one anybody can pose as a kubelet")
        .references(&["https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/"])
        .standards("CIS 1.2.4, 1.2.5"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let asked = ["kubelet-client-certificate", "kubelet-client-key", "kubelet-certificate-authority"];
    let missing = asked.into_iter().find(|name| !flags.is_set(name));
    let at = match missing {
        Some(missing) => missing,
        None if flags.is_false("kubelet-https") => "kubelet-https",
        None => return Vec::new(),
    };
    let message = "kube-apiserver does not verify kubelets".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place(at))]
}
