//! A kubelet should renew its certificates, and have one that the cluster's CA has signed.

use alloc::vec::Vec;

use super::kubelet::Kubelet;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("kubelet-certificate-rotation", Severity::Medium)
        .title("Kubelet certificates that run out")
        .help("set rotateCertificates and serverTLSBootstrap to true")
        .references(&[
            "https://kubernetes.io/docs/tasks/tls/certificate-rotation/",
            "https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/",
        ])
        .standards("CIS 4.2.9-4.2.11"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(kubelet) = Kubelet::of(subject) else { return Vec::new() };
    let on = |path: &[&str], flag: &str| kubelet.value(path, flag).is_some_and(|value| value.is("true"));
    let mut found = Vec::new();
    if !on(&["rotateCertificates"], "rotate-certificates") {
        let message = "kubelet certificates are not rotated".into();
        let finding = Finding::new(subject.index, message)
            .at(kubelet.place(&["rotateCertificates"], "rotate-certificates"));
        found.push(match kubelet.root() {
            Some(root) => finding.change(Change::set(root, &["rotateCertificates"], "true")),
            None => finding,
        });
    }
    let served = kubelet.value(&["tlsCertFile"], "tls-cert-file").is_some();
    if !served && !on(&["serverTLSBootstrap"], "rotate-server-certificates") {
        let message = "kubelet serves with a certificate of its own making".into();
        let place = kubelet.place(&["serverTLSBootstrap"], "rotate-server-certificates");
        found.push(Finding::new(subject.index, message).at(place).severity(Severity::Low));
    }
    found
}
