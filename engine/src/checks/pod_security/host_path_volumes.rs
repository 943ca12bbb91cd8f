//! Volumes that are directories of the node.

use alloc::{format, vec::Vec};

use super::{Check, Level, Revision, Subject, Violation, text};
use crate::checks::{About, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "host-path-volumes",
        family: "pod-security/baseline",
        title: "hostPath volumes",
        severity: Severity::High,
        help: "a directory of the node in a pod is a way to the node; use a PersistentVolumeClaim, a projected volume or an emptyDir",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "hostPathVolumes",
    level: Level::Baseline,
    revisions: &[Revision { since: 0, overrides: &[], run: v1_0 }],
};

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut names, mut places) = (Vec::new(), Vec::new());
    for volume in subject.pod.volumes() {
        if let Some(source) = volume.get("hostPath") {
            names.push(volume.text("name").unwrap_or(""));
            places.push(Place { span: source.head(), ..Place::value(&source) });
        }
    }
    if names.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "hostPath volumes".into(),
        detail: format!("{} {}", text::plural("volume", "volumes", names.len()), text::quoted(&names)),
        places,
        changes: Vec::new(),
    })
}
