//! Every workload should be selected by a policy in each direction.

use alloc::{format, vec::Vec};

use super::policies::{Direction, Policy};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("pod-without-network-policy", Severity::Medium)
        .title("Pods that no policy selects")
        .help("what no policy selects may talk to everything; add a NetworkPolicy for its labels")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/"])
        .standards("CIS 5.3.2"),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let policies = Policy::all(input);
    let mut found = Vec::new();
    for subject in input.subjects().filter(|subject| subject.pod.is_some()) {
        let namespace = subject.namespace();
        for direction in [Direction::Ingress, Direction::Egress] {
            let selected = policies.iter().any(|policy| {
                policy.namespace == namespace
                    && policy.applies_to(direction)
                    && policy.selects(subject.pod_labels())
            });
            if selected || input.is_system(namespace) {
                continue;
            }
            let message = format!(" is not selected by any {} NetworkPolicy", direction.word());
            found.push(Finding::of(&subject, &message).at(subject.name_place()).if_complete(input));
        }
    }
    found
}
