//! A namespace with workloads needs, in each direction, a policy that selects every pod and allows nothing.

use alloc::{collections::BTreeSet, format, vec::Vec};

use super::policies::{Direction, Policy};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("namespace-default-deny-missing", Severity::High)
        .title("Namespaces without a default deny")
        .help("what no policy selects may talk to everything; begin with a NetworkPolicy with an empty podSelector, both policyTypes and no rules, then allow what is needed")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies"])
        .standards("CIS 5.3.2; NSA 2.0"),
    run,
);

const ELSEWHERE: &[(&str, &str)] = &[
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
];

fn run(input: &Input<'_>) -> Vec<Finding> {
    // Who has policies for the whole cluster has them for this; what they say is not read here.
    if input.has_any(ELSEWHERE) {
        return Vec::new();
    }
    let policies = Policy::all(input);
    let mut found = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for subject in input.subjects().filter(|subject| subject.pod.is_some()) {
        let namespace = input.namespace_of(subject.object);
        if input.is_system(namespace) || !seen.insert(namespace) {
            continue;
        }
        for (direction, severity) in
            [(Direction::Ingress, Severity::High), (Direction::Egress, Severity::Medium)]
        {
            let denied = policies.iter().any(|policy| {
                policy.namespace == namespace && policy.selects_all() && policy.denies_all(direction)
            });
            if denied {
                continue;
            }
            let word = direction.word();
            let message = format!("Namespace/{namespace} has no default-deny {word} NetworkPolicy");
            let finding = Finding::new(subject.index, message).at(subject.name_place()).severity(severity);
            found.push(finding.if_complete(input));
        }
    }
    found
}
