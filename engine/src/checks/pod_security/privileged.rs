//! Privileged containers.

use alloc::{format, vec::Vec};

use super::{Check, Level, Revision, Subject, Violation, subject::field, text};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "privileged",
        family: "pod-security/baseline",
        title: "Privileged containers",
        severity: Severity::High,
        help: "a privileged container is root on its node; ask for the one capability or device it needs",
        references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "privileged",
    level: Level::Baseline,
    revisions: &[Revision { since: 0, overrides: &[], run: v1_0 }],
};

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut names, mut places, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for container in &subject.containers {
        if let Some(field) = field(container, &["privileged"])
            && field.node.as_bool() == Some(true)
        {
            names.push(container.name());
            places.push(Place::value(&field));
            changes.push(Change::set(&field, &[], "false"));
        }
    }
    if names.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "privileged".into(),
        detail: format!("{} must not set securityContext.privileged=true", text::containers(&names)),
        places,
        changes,
    })
}
