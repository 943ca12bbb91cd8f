//! NodeRestriction keeps a kubelet to its own node and its own pods.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-node-restriction", Severity::Medium)
        .title("Kubelets that may change other nodes")
        .help("add NodeRestriction to --enable-admission-plugins: it is not on by default")
        .references(&[
            "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction",
        ])
        .standards("CIS 1.2.14"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let written = flags.get("enable-admission-plugins");
    let listed = written
        .as_ref()
        .is_some_and(|flag| flag.value.split(',').any(|plugin| plugin.trim() == "NodeRestriction"));
    if listed || (written.is_none() && flags.is_set("enable-admission-plugins")) {
        return Vec::new();
    }
    let message = "NodeRestriction is off: a kubelet can change other nodes' objects".into();
    alloc::vec![Finding::new(subject.index, message).at(flags.place("enable-admission-plugins"))]
}
