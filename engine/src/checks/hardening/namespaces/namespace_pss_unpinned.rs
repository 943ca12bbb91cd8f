//! An enforced level without a version changes with the cluster.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("namespace-pss-unpinned", Severity::Info)
        .title("Levels that follow the version of the cluster")
        .help("an upgrade can forbid what ran before (v1.34 added the hosts of probes): pin enforce-version, leave warn and audit on latest")
        .references(&["https://kubernetes.io/docs/concepts/security/pod-security-admission/"])
        .policy("pod-security/namespace-levels"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let labels = subject.object.metadata().labels();
    let enforced =
        matches!(labels.get("pod-security.kubernetes.io/enforce"), Some("baseline" | "restricted"));
    let pinned = !matches!(labels.get(VERSION), None | Some("latest"));
    if !subject.is("", "Namespace") || !enforced || pinned {
        return Vec::new();
    }
    let place = subject.place(&["metadata", "labels", VERSION]);
    alloc::vec![Finding::of(subject, ": enforce follows the cluster version").at(place)]
}

const VERSION: &str = "pod-security.kubernetes.io/enforce-version";
