//! Volumes: configuration, claims and scratch space only.
//!
//! A volume without any source is an emptyDir by the time the plugin sees it.

use alloc::{format, vec::Vec};

use super::{
    Check, Level, Revision, Subject, View, Violation,
    text::{self, Distinct},
};
use crate::checks::{About, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "restricted-volumes",
        family: "pod-security/restricted",
        title: "Volume types that are not core",
        severity: Severity::Medium,
        help: "use configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/concepts/storage/volumes/",
        ],
        policy: Some("pod-security/restricted"),
        standards: "",
    },
    id: "restrictedVolumes",
    level: Level::Restricted,
    revisions: &[Revision { since: 0, overrides: &["hostPathVolumes"], run: v1_0 }],
};

const ALLOWED: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// In the order in which the first one names a volume that has several.
const RESTRICTED: &[&str] = &[
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut names, mut types, mut places) = (Vec::new(), Distinct::new(), Vec::new());
    for volume in subject.pod.volumes() {
        if ALLOWED.iter().any(|name| volume.get(name).is_some()) {
            continue;
        }
        match RESTRICTED.iter().find_map(|name| Some((*name, volume.get(name)?))) {
            Some((kind, source)) => {
                types.insert(kind);
                places.push(Place { span: source.head(), ..Place::value(&source) });
            }
            None if subject.view == View::Written => {
                types.insert("unknown");
                places.push(Place { span: volume.head(), ..Place::value(&volume) });
            }
            None => continue,
        }
        names.push(volume.text("name").unwrap_or(""));
    }
    if names.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "restricted volume types".into(),
        detail: format!(
            "{} {} {} {} {}",
            text::plural("volume", "volumes", names.len()),
            text::quoted(&names),
            text::plural("uses", "use", names.len()),
            text::plural("restricted volume type", "restricted volume types", types.len()),
            text::quoted(&types)
        ),
        places,
        changes: Vec::new(),
    })
}
