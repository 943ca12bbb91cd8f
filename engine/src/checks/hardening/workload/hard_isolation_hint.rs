//! A workload that is marked as sensitive should have a user namespace or a sandbox between it and its node's kernel.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("hard-isolation-hint", Severity::Info)
        .policy("placement/sandboxed-when-sensitive")
        .title("Sensitive workloads on a shared kernel")
        .help("a fault of the kernel is a way from one pod to all others on the node; hostUsers: false or a sandbox (gVisor, Kata) as runtimeClassName stands between")
        .references(&["https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/", "https://kubernetes.io/docs/concepts/containers/runtime-class/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = &subject.pod else { return Vec::new() };
    let label = &subject.input.options.sensitive_label;
    let marked = [subject.pod_labels(), subject.object.metadata().labels()]
        .iter()
        .any(|labels| labels.get(label).is_some_and(|value| value != "false"));
    let isolated = pod.get(&["hostUsers"]).is_some_and(|field| field.node.as_bool() == Some(false))
        || pod.get(&["runtimeClassName"]).is_some();
    let Some(spec) = pod.spec().filter(|_| marked && !isolated) else { return Vec::new() };
    let path = &["hostUsers"];
    let message = " shares the node kernel without a user namespace or sandbox";
    alloc::vec![
        Finding::of(subject, message).at(Place::below(&spec, path)).change(Change::set(&spec, path, "false"))
    ]
}
