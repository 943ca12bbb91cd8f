//! A kubelet must ask who may do what.

use alloc::vec::Vec;

use super::kubelet::Kubelet;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("kubelet-authorization-mode", Severity::Critical)
        .title("Kubelets that allow everything")
        .help("set authorization.mode to Webhook: the kubelet then asks the API server. It is the default in a file, but not of the bare flag")
        .references(&["https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/", "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/"])
        .standards("CIS 4.2.2"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(kubelet) = Kubelet::of(subject) else { return Vec::new() };
    let path = &["authorization", "mode"];
    let value = kubelet.value(path, "authorization-mode");
    let open = match &value {
        Some(value) => value.is("AlwaysAllow"),
        None => !kubelet.is_file(),
    };
    if open {
        let message = "kubelet authorization mode is AlwaysAllow".into();
        let finding = Finding::new(subject.index, message).at(kubelet.place(path, "authorization-mode"));
        return alloc::vec![match kubelet.root() {
            Some(root) => finding.change(Change::set(root, path, "\"Webhook\"")),
            None => finding,
        }];
    }
    let tokens = &["authentication", "webhook", "enabled"];
    if kubelet.value(tokens, "authentication-token-webhook").is_some_and(|value| value.is("false")) {
        let message = "kubelet cannot check bearer tokens: authentication.webhook is off".into();
        let place = kubelet.place(tokens, "authentication-token-webhook");
        return alloc::vec![Finding::new(subject.index, message).at(place).severity(Severity::Low)];
    }
    Vec::new()
}
