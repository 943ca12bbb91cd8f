//! A kubelet needs a CA to know the API server by.

use alloc::vec::Vec;

use super::kubelet::Kubelet;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("kubelet-client-ca", Severity::High)
        .title("Kubelets that do not verify clients")
        .help("set authentication.x509.clientCAFile to the CA of the cluster")
        .references(&["https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/"])
        .standards("CIS 4.2.3"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(kubelet) = Kubelet::of(subject) else { return Vec::new() };
    let path = &["authentication", "x509", "clientCAFile"];
    if kubelet.value(path, "client-ca-file").is_some_and(|value| !value.text().is_empty()) {
        return Vec::new();
    }
    let message = "kubelet does not verify client certificates".into();
    alloc::vec![Finding::new(subject.index, message).at(kubelet.place(path, "client-ca-file"))]
}
