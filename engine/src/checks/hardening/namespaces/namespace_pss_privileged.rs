//! The level `privileged` enforces nothing.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("namespace-pss-privileged", Severity::High)
        .title("Namespaces that enforce nothing")
        .help("privileged forbids nothing: keep it for agents of storage and network, in namespaces of their own")
        .references(&["https://kubernetes.io/docs/concepts/security/pod-security-standards/"])
        .policy("pod-security/namespace-levels")
        .standards("CIS 5.2.2-5.2.13"),
    run,
);

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("", "Namespace") || subject.input.is_system(&subject.object.name.value) {
        return Vec::new();
    }
    let level = subject.at(&["metadata", "labels", ENFORCE]);
    let level = level.filter(|level| level.node.as_str() == Some("privileged"));
    let found = level.map(|level| {
        Finding::of(subject, " enforces the privileged level, that is, nothing")
            .at(Place::value(&level))
            .change(Change::set(&level, &[], "\"baseline\""))
    });
    found.into_iter().collect()
}
