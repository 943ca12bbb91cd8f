//! Seccomp must be on. From v1.25 on, Windows pods need not.
//!
//! What is set wrong hides what is not set at all.

use alloc::{format, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    seccomp_profile_baseline::{self, PROFILE, is_valid},
    subject::field,
    text,
};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "seccomp-profile-restricted",
        family: "pod-security/restricted",
        title: "No seccomp profile",
        severity: Severity::Medium,
        help: "without a profile a container may be unconfined; set RuntimeDefault once for the pod",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tutorials/security/seccomp/",
        ],
        policy: Some("pod-security/restricted"),
        standards: "",
    },
    id: "seccompProfile_restricted",
    level: Level::Restricted,
    revisions: &[
        Revision { since: 19, overrides: &["seccompProfile_baseline"], run: v1_19 },
        Revision { since: 25, overrides: &["seccompProfile_baseline"], run: v1_25 },
    ],
};

fn v1_19(subject: &Subject<'_>) -> Option<Violation> {
    const PATH: &[&str] = &["securityContext", "seccompProfile", "type"];
    if let Some(explicit) = seccomp_profile_baseline::v1_19(subject) {
        return Some(explicit);
    }
    if subject.pod_field(PROFILE).is_some_and(|profile| is_valid(&profile)) {
        return None;
    }
    let unset: Vec<_> =
        subject.containers.iter().filter(|container| field(container, PROFILE).is_none()).collect();
    if unset.is_empty() {
        return None;
    }
    let names: Vec<&str> = unset.iter().map(|container| container.name()).collect();
    let changes = subject.pod.spec().map(|spec| Change::set(&spec, PATH, "\"RuntimeDefault\""));
    Some(Violation {
        reason: "seccompProfile".into(),
        detail: format!(
            r#"pod or {} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost""#,
            text::containers(&names)
        ),
        places: unset.iter().map(|container| Place::below(&container.field, PATH)).collect(),
        changes: changes.into_iter().collect(),
    })
}

fn v1_25(subject: &Subject<'_>) -> Option<Violation> {
    if subject.pod.is_windows() { None } else { v1_19(subject) }
}
