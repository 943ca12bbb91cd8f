//! How `/proc` is mounted. From v1.35 on, a pod in its own user namespace may mount it as it likes.

use alloc::{format, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    subject::field,
    text::{self, Distinct},
};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "proc-mount",
        family: "pod-security/baseline",
        title: "Unmasked /proc",
        severity: Severity::High,
        help: "the default mount hides parts of /proc that let a container reach its node; leave procMount at Default, or give the pod its own user namespace",
        references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "procMount",
    level: Level::Baseline,
    revisions: &[
        Revision { since: 0, overrides: &[], run: v1_0 },
        Revision { since: 35, overrides: &[], run: v1_35 },
    ],
};

pub(super) fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut names, mut types) = (Vec::new(), Distinct::new());
    let (mut places, mut changes) = (Vec::new(), Vec::new());
    for container in &subject.containers {
        if let Some(field) = field(container, &["procMount"])
            && let Some(kind) = field.node.as_str()
            && kind != "Default"
        {
            names.push(container.name());
            types.insert(kind);
            places.push(Place::value(&field));
            changes.push(Change::set(&field, &[], "\"Default\""));
        }
    }
    if names.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "procMount".into(),
        detail: format!(
            "{} must not set securityContext.procMount to {}",
            text::containers(&names),
            text::quoted(types)
        ),
        places,
        changes,
    })
}

fn v1_35(subject: &Subject<'_>) -> Option<Violation> {
    if subject.has_user_namespace() { None } else { v1_0(subject) }
}
