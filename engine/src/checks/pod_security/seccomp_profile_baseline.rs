//! Seccomp must not be switched off: by annotation up to v1.18, by field from v1.19 on.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    subject::field,
    text::{self, Distinct, Setters},
};
use crate::checks::{About, Change, Place, Severity, quote::quote};
use crate::objects::{Field, pods::Container};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "seccomp-profile",
        family: "pod-security/baseline",
        title: "Seccomp switched off",
        severity: Severity::High,
        help: "without a seccomp filter every system call of the node's kernel can be tried; use RuntimeDefault or a Localhost profile",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tutorials/security/seccomp/",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "seccompProfile_baseline",
    level: Level::Baseline,
    revisions: &[
        Revision { since: 0, overrides: &[], run: v1_0 },
        Revision { since: 19, overrides: &[], run: v1_19 },
    ],
};

const POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";
pub(super) const PROFILE: &[&str] = &["seccompProfile"];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut forbidden, mut places, mut changes) = (BTreeSet::<String>::new(), Vec::new(), Vec::new());
    let names: BTreeSet<&str> = subject.containers.iter().map(Container::name).collect();
    for (key, value, annotation) in subject.pod.annotations() {
        let judged = key == POD_ANNOTATION
            || key.strip_prefix(CONTAINER_ANNOTATION).is_some_and(|name| names.contains(name));
        let allowed =
            matches!(value, "runtime/default" | "docker/default") || value.starts_with("localhost/");
        if judged && !allowed {
            forbidden.insert(format!("{key}={}", quote(value)));
            places.push(Place::value(&annotation));
            changes.push(Change::set(&annotation, &[], "\"runtime/default\""));
        }
    }
    if forbidden.is_empty() {
        return None;
    }
    let list: Vec<String> = forbidden.into_iter().collect();
    Some(Violation {
        reason: "seccompProfile".into(),
        detail: format!(
            "forbidden {} {}",
            text::plural("annotation", "annotations", list.len()),
            list.join(", ")
        ),
        places,
        changes,
    })
}

pub(super) fn v1_19(subject: &Subject<'_>) -> Option<Violation> {
    let (mut types, mut places, mut changes) = (Distinct::new(), Vec::new(), Vec::new());
    let mut judge = |profile: &Field<'_>| {
        let forbidden = !is_valid(profile);
        if forbidden {
            places.push(Place::below(profile, &["type"]));
            changes.push(Change::set(profile, &["type"], "\"RuntimeDefault\""));
        }
        forbidden
    };
    let mut setters = Setters::default();
    if let Some(profile) = subject.pod_field(PROFILE)
        && judge(&profile)
    {
        setters.pod = true;
        types.insert(profile.text("type").unwrap_or(""));
    }
    for container in &subject.containers {
        if let Some(profile) = field(container, PROFILE)
            && judge(&profile)
        {
            setters.containers.push(container.name());
            types.insert(profile.text("type").unwrap_or(""));
        }
    }
    if setters.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "seccompProfile".into(),
        detail: format!(
            "{} must not set securityContext.seccompProfile.type to {}",
            setters.join(),
            text::quoted(types)
        ),
        places,
        changes,
    })
}

/// Whether a profile confines. An empty one does not: its type is none.
pub(super) fn is_valid(profile: &Field<'_>) -> bool {
    matches!(profile.text("type"), Some("RuntimeDefault" | "Localhost"))
}
