//! A namespace with workloads needs a ResourceQuota or a LimitRange.

use alloc::{collections::BTreeSet, format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("namespace-quota-missing", Severity::Low)
        .title("Namespaces without a quota")
        .help("one workload can use up what all share; add a ResourceQuota, and a LimitRange for what names no limits")
        .references(&["https://kubernetes.io/docs/concepts/policy/resource-quotas/", "https://kubernetes.io/docs/concepts/policy/limit-range/"])
        .standards("NSA 4.0, 4.1"),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let bounded = |namespace: &str| {
        ["ResourceQuota", "LimitRange"]
            .iter()
            .any(|kind| input.of_kind("", kind).any(|object| input.namespace_of(object) == namespace))
    };
    let mut found = Vec::new();
    for subject in input.subjects().filter(|subject| subject.pod.is_some()) {
        let namespace = input.namespace_of(subject.object);
        if input.is_system(namespace) || !seen.insert(namespace) || bounded(namespace) {
            continue;
        }
        let message = format!("Namespace/{namespace} has no ResourceQuota or LimitRange");
        found.push(Finding::new(subject.index, message).at(subject.name_place()).if_complete(input));
    }
    found
}
