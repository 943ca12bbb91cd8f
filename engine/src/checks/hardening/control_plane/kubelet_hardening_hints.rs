//! Smaller settings of a kubelet, all of them optional.

use alloc::{format, vec::Vec};

use super::kubelet::Kubelet;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("kubelet-hardening-hints", Severity::Info)
        .title("Settings of a kubelet that could be tighter")
        .help("each is a small thing; together they are defence in depth")
        .references(&["https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/"])
        .standards("CIS 4.2.5-4.2.13"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(kubelet) = Kubelet::of(subject) else { return Vec::new() };
    let value = |name: &'static str| kubelet.value(&[name], "");
    let mut found = Vec::new();
    let mut say = |name: &'static str, is: &str| {
        let message = format!("kubelet: {name} is {is}");
        found.push(Finding::new(subject.index, message).at(kubelet.place(&[name], "")));
    };
    // What flags call these settings differs by release; only a file is asked.
    if !kubelet.is_file() {
        return Vec::new();
    }
    for name in ["seccompDefault", "protectKernelDefaults"] {
        if !value(name).is_some_and(|value| value.is("true")) {
            say(name, "not true");
        }
    }
    if value("makeIPTablesUtilChains").is_some_and(|value| value.is("false")) {
        say("makeIPTablesUtilChains", "false");
    }
    if value("streamingConnectionIdleTimeout").is_some_and(|value| matches!(&*value.text(), "0" | "0s")) {
        say("streamingConnectionIdleTimeout", "0");
    }
    if value("podPidsLimit").is_none_or(|value| value.text().starts_with('-')) {
        say("podPidsLimit", "not set");
    }
    let ciphers = kubelet.root().map(|root| root.items("tlsCipherSuites")).unwrap_or_default();
    let weak = |cipher: &str| ["RC4", "3DES", "_CBC_", "TLS_RSA_"].iter().any(|part| cipher.contains(part));
    if let Some(cipher) = ciphers.iter().find_map(|cipher| cipher.node.as_str().filter(|cipher| weak(cipher)))
    {
        say("tlsCipherSuites", cipher);
    }
    found
}
