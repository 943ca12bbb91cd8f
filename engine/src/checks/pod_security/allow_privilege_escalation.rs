//! Privilege escalation must be ruled out. From v1.25 on, Windows pods need not.

use alloc::{format, vec::Vec};

use super::{Check, Level, Revision, Subject, Violation, subject::field, text};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "allow-privilege-escalation",
        family: "pod-security/restricted",
        title: "Privilege escalation not ruled out",
        severity: Severity::Medium,
        help: "unless it is set to false, a process may gain more privileges than its parent, through set-user-ID files for instance",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
        ],
        policy: Some("pod-security/restricted"),
        standards: "",
    },
    id: "allowPrivilegeEscalation",
    level: Level::Restricted,
    revisions: &[
        Revision { since: 8, overrides: &[], run: v1_8 },
        Revision { since: 25, overrides: &[], run: v1_25 },
    ],
};

fn v1_8(subject: &Subject<'_>) -> Option<Violation> {
    const PATH: &[&str] = &["securityContext", "allowPrivilegeEscalation"];
    let (mut names, mut places, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for container in &subject.containers {
        let value = field(container, &["allowPrivilegeEscalation"]).and_then(|field| field.node.as_bool());
        if value != Some(false) {
            names.push(container.name());
            places.push(Place::below(&container.field, PATH));
            changes.push(Change::set(&container.field, PATH, "false"));
        }
    }
    if names.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "allowPrivilegeEscalation != false".into(),
        detail: format!(
            "{} must set securityContext.allowPrivilegeEscalation=false",
            text::containers(&names)
        ),
        places,
        changes,
    })
}

fn v1_25(subject: &Subject<'_>) -> Option<Violation> {
    if subject.pod.is_windows() { None } else { v1_8(subject) }
}
