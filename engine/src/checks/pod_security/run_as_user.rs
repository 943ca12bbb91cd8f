//! The user 0 must not be asked for. From v1.35 on, a pod in its own user namespace may.

use alloc::{format, vec::Vec};

use super::{Check, Level, Revision, Subject, Violation, subject::field, text::Setters};
use crate::checks::{About, Place, Severity};
use crate::objects::Field;

pub(super) const CHECK: Check = Check {
    about: About {
        id: "run-as-user",
        family: "pod-security/restricted",
        title: "Containers told to run as root",
        severity: Severity::Medium,
        help: "user 0 is root; use any other, or leave it to the image",
        references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        policy: Some("pod-security/restricted"),
        standards: "",
    },
    id: "runAsUser",
    level: Level::Restricted,
    revisions: &[
        Revision { since: 23, overrides: &[], run: v1_23 },
        Revision { since: 35, overrides: &[], run: v1_35 },
    ],
};

const NAME: &[&str] = &["runAsUser"];

fn v1_23(subject: &Subject<'_>) -> Option<Violation> {
    let (mut setters, mut places) = (Setters::default(), Vec::new());
    let mut judge = |field: Option<Field<'_>>| {
        let root = field.filter(|field| field.node.as_int() == Some(0));
        places.extend(root.as_ref().map(Place::value));
        root.is_some()
    };
    setters.pod = judge(subject.pod_field(NAME));
    for container in &subject.containers {
        if judge(field(container, NAME)) {
            setters.containers.push(container.name());
        }
    }
    if setters.is_empty() {
        return None;
    }
    let detail = format!("{} must not set runAsUser=0", setters.join());
    Some(Violation { reason: "runAsUser=0".into(), detail, places, changes: Vec::new() })
}

fn v1_35(subject: &Subject<'_>) -> Option<Violation> {
    if subject.has_user_namespace() { None } else { v1_23(subject) }
}
