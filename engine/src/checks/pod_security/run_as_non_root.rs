//! Containers must not run as root. From v1.35 on, a pod in its own user namespace may.
//!
//! What is set to false hides what is not set at all.

use alloc::{format, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    subject::field,
    text::{self, Setters},
};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "run-as-non-root",
        family: "pod-security/restricted",
        title: "Containers that may run as root",
        severity: Severity::Medium,
        help: "with runAsNonRoot: true the kubelet refuses to start an image whose user is root",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
        ],
        policy: Some("pod-security/restricted"),
        standards: "",
    },
    id: "runAsNonRoot",
    level: Level::Restricted,
    revisions: &[
        Revision { since: 0, overrides: &[], run: v1_0 },
        Revision { since: 35, overrides: &[], run: v1_35 },
    ],
};

const NAME: &[&str] = &["runAsNonRoot"];
const PATH: &[&str] = &["securityContext", "runAsNonRoot"];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut setters, mut places, mut changes) = (Setters::default(), Vec::new(), Vec::new());
    let (mut unset, mut unset_places) = (Vec::new(), Vec::new());
    let pod = subject.pod_field(NAME);
    let of_pod = pod.as_ref().and_then(|field| field.node.as_bool());
    if let Some(pod) = pod
        && of_pod == Some(false)
    {
        setters.pod = true;
        places.push(Place::value(&pod));
        changes.push(Change::set(&pod, &[], "true"));
    }
    for container in &subject.containers {
        let set = field(container, NAME).and_then(|field| Some((field.node.as_bool()?, field)));
        match set {
            Some((true, _)) => {}
            Some((false, field)) => {
                setters.containers.push(container.name());
                places.push(Place::value(&field));
                changes.push(Change::set(&field, &[], "true"));
            }
            None if of_pod == Some(true) => {}
            None => {
                unset.push(container.name());
                unset_places.push(Place::below(&container.field, PATH));
            }
        }
    }
    let reason = "runAsNonRoot != true".into();
    if !setters.is_empty() {
        let detail = format!("{} must not set securityContext.runAsNonRoot=false", setters.join());
        return Some(Violation { reason, detail, places, changes });
    }
    if unset.is_empty() {
        return None;
    }
    let changes = subject.pod.spec().map(|spec| Change::set(&spec, PATH, "true"));
    Some(Violation {
        reason,
        detail: format!("pod or {} must set securityContext.runAsNonRoot=true", text::containers(&unset)),
        places: unset_places,
        changes: changes.into_iter().collect(),
    })
}

fn v1_35(subject: &Subject<'_>) -> Option<Violation> {
    if subject.has_user_namespace() { None } else { v1_0(subject) }
}
