//! Only what runs the cluster belongs on the nodes of the control plane.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("tolerates-control-plane", Severity::Medium)
        .policy("placement/narrow-tolerations")
        .title("Workloads on control-plane nodes")
        .help("who breaks out there holds the cluster; drop the toleration")
        .references(&["https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.input.is_system(subject.namespace()) {
        return Vec::new();
    }
    let spec = subject.pod.as_ref().and_then(|pod| pod.spec());
    let tolerations = spec.map(|spec| spec.items("tolerations")).unwrap_or_default();
    let keys = tolerations.iter().filter_map(|toleration| toleration.get("key"));
    let of_control_plane = keys.filter(|key| {
        matches!(
            key.node.as_str(),
            Some("node-role.kubernetes.io/control-plane" | "node-role.kubernetes.io/master")
        )
    });
    let found = of_control_plane
        .map(|key| Finding::of(subject, " may be scheduled on control-plane nodes").at(Place::value(&key)));
    found.take(1).collect()
}
