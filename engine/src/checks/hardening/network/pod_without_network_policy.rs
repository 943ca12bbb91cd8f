//! Every workload should be selected by a policy in each direction.

use alloc::{format, vec::Vec};

use super::policies::{Direction, Policy, in_namespace};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};
use crate::order;

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("pod-without-network-policy", Severity::Medium)
        .title("Pods that no policy selects")
        .help("what no policy selects may talk to everything; add a NetworkPolicy for its labels")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/"])
        .standards("CIS 5.3.2"),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let mut policies = Policy::all(input);
    order::sort_by(&mut policies, |one, other| one.namespace.cmp(other.namespace));
    let mut found = Vec::new();
    for subject in input.subjects().filter(|subject| subject.pod.is_some()) {
        let namespace = subject.namespace();
        if input.is_system(namespace) {
            continue;
        }
        let labels = subject.pod_labels();
        let selecting: Vec<&Policy<'_>> = in_namespace(&policies, namespace, |policy| policy.namespace)
            .filter(|policy| policy.selects(labels))
            .collect();
        for direction in [Direction::Ingress, Direction::Egress] {
            if selecting.iter().any(|policy| policy.applies_to(direction)) {
                continue;
            }
            let message = format!(" is not selected by any {} NetworkPolicy", direction.word());
            found.push(Finding::of(&subject, &message).at(subject.name_place()).if_complete(input));
        }
    }
    found
}
