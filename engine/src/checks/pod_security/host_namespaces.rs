//! The namespaces of the node: network, process ids, shared memory.

use alloc::{format, string::String, vec::Vec};

use super::{Check, Level, Revision, Subject, Violation};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "host-namespaces",
        family: "pod-security/baseline",
        title: "Host namespaces",
        severity: Severity::High,
        help: "a pod in a namespace of its node sees the node's network, processes or shared memory, and those of all other pods there",
        references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "hostNamespaces",
    level: Level::Baseline,
    revisions: &[Revision { since: 0, overrides: &[], run: v1_0 }],
};

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let mut violation = Violation { reason: "host namespaces".into(), ..Violation::default() };
    let mut set: Vec<String> = Vec::new();
    for name in ["hostNetwork", "hostPID", "hostIPC"] {
        if let Some(field) = subject.is_set(name) {
            set.push(format!("{name}=true"));
            violation.places.push(Place::value(&field));
            violation.changes.push(Change::set(&field, &[], "false"));
        }
    }
    violation.detail = set.join(", ");
    (!set.is_empty()).then_some(violation)
}
