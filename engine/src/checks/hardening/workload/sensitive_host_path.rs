//! Some directories of the node are the node: its configuration, its devices, the sockets of its container runtime. A
//! writable mount is one severity worse.

use alloc::{collections::BTreeSet, format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("sensitive-host-path", Severity::High)
        .policy("pod-security/sensitive-host-paths")
        .title("Directories of the node that give it away")
        .help("with this directory a container can take over its node, or read what other pods hold; use a PersistentVolumeClaim, a CSI or a projected volume")
        .references(&["https://kubernetes.io/docs/concepts/storage/volumes/#hostpath"])
        .standards("CIS 5.2.12"),
    run,
);

const BELOW: &[&str] = &[
    "/etc",
    "/proc",
    "/sys",
    "/dev",
    "/boot",
    "/root",
    "/lib",
    "/usr",
    "/var/lib/kubelet",
    "/var/lib/etcd",
    "/var/log",
];
const SOCKETS: &[&str] = &["docker.sock", "containerd.sock", "crio.sock"];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = &subject.pod else { return Vec::new() };
    let written: BTreeSet<&str> = subject
        .containers()
        .iter()
        .flat_map(|container| container.field.items("volumeMounts"))
        .filter(|mount| mount.flag("readOnly") != Some(true))
        .filter_map(|mount| mount.text("name"))
        .collect();
    let mut found = Vec::new();
    for volume in pod.volumes() {
        let Some(path) = volume.at(&["hostPath", "path"]) else { continue };
        let Some(text) = path.node.as_str().filter(|text| is_sensitive(text)) else { continue };
        let name = volume.text("name").unwrap_or("");
        let writable = written.contains(name);
        let message = format!(": volume \"{name}\" exposes host path {text}");
        let finding = Finding::of(subject, &message).at(Place::value(&path));
        found.push(if writable { finding.severity(Severity::Critical) } else { finding });
    }
    found
}

fn is_sensitive(path: &str) -> bool {
    let trimmed = path.trim_end_matches('/');
    let below = |folder: &&str| {
        trimmed.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    (trimmed.is_empty() && path.starts_with('/'))
        || BELOW.iter().any(below)
        || SOCKETS.iter().any(|socket| trimmed.rsplit('/').next() == Some(socket))
        || matches!(trimmed, "/run" | "/var/run" | "/var/lib" | "/var")
}
