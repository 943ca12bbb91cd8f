//! `nodeName` in a manifest puts the pod on that node, whatever the scheduler would say.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("node-name-pinned", Severity::Low)
        .policy("placement/scheduler-decides")
        .title("Pods that bypass the scheduler")
        .help("with nodeName neither taints nor affinities nor room count; use nodeSelector or an affinity")
        .references(&["https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let name = subject.pod.as_ref().and_then(|pod| pod.get(&["nodeName"]));
    let name = name.filter(|name| name.node.as_str().is_some_and(|name| !name.is_empty()));
    let found = name.map(|name| {
        Finding::of(subject, " sets nodeName and bypasses the scheduler").at(Place::value(&name))
    });
    found.into_iter().collect()
}
