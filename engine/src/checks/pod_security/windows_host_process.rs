//! Windows containers that are processes of the node.

use alloc::{format, vec::Vec};

use super::{Check, Level, Revision, Subject, Violation, subject::field, text::Setters};
use crate::checks::{About, Change, Place, Severity};
use crate::objects::Field;

pub(super) const CHECK: Check = Check {
    about: About {
        id: "windows-host-process",
        family: "pod-security/baseline",
        title: "Windows host process containers",
        severity: Severity::High,
        help: "a host process container is a process of its Windows node",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "windowsHostProcess",
    level: Level::Baseline,
    revisions: &[Revision { since: 0, overrides: &[], run: v1_0 }],
};

const HOST_PROCESS: &[&str] = &["windowsOptions", "hostProcess"];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut setters, mut places, mut changes) = (Setters::default(), Vec::new(), Vec::new());
    let mut judge = |field: Option<Field<'_>>| {
        let Some(field) = field.filter(|field| field.node.as_bool() == Some(true)) else { return false };
        places.push(Place::value(&field));
        changes.push(Change::set(&field, &[], "false"));
        true
    };
    setters.pod = judge(subject.pod_field(HOST_PROCESS));
    for container in &subject.containers {
        if judge(field(container, HOST_PROCESS)) {
            setters.containers.push(container.name());
        }
    }
    if setters.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "hostProcess".into(),
        detail: format!("{} must not set securityContext.windowsOptions.hostProcess=true", setters.join()),
        places,
        changes,
    })
}
