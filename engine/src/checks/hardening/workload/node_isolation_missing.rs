//! A workload that is marked as having nodes of its own needs both a toleration of their taint and an affinity for them.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("node-isolation-missing", Severity::Info)
        .policy("placement/dedicated-nodes")
        .title("Dedicated workloads that may run anywhere")
        .help("a toleration lets it onto the dedicated nodes but does not keep it there, an affinity keeps it there but does not keep others off: it takes both, and a taint on the nodes")
        .references(&["https://kubernetes.io/docs/concepts/security/multi-tenancy/#node-isolation"]),
    run,
);

const REQUIRED: &[&str] = &["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(spec) = subject.pod.as_ref().and_then(|pod| pod.spec()) else { return Vec::new() };
    let label = &subject.input.options.dedicated_label;
    let namespace = subject
        .input
        .of_kind("", "Namespace")
        .find(|namespace| &*namespace.name.value == subject.namespace())
        .map(|namespace| namespace.metadata().labels())
        .unwrap_or_default();
    let marked = [subject.pod_labels(), subject.object.metadata().labels(), namespace]
        .iter()
        .any(|labels| labels.get(label).is_some_and(|value| value != "false"));
    let bound = (spec.get("nodeSelector").is_some() || spec.at(REQUIRED).is_some())
        && !spec.items("tolerations").is_empty();
    if !marked || bound {
        return Vec::new();
    }
    let missing = if spec.items("tolerations").is_empty() { "tolerations" } else { "nodeSelector" };
    let message = " is marked dedicated but is not bound to dedicated nodes";
    alloc::vec![Finding::of(subject, message).at(Place::below(&spec, &[missing]))]
}
