//! A peer with an empty namespace selector and no pod selector is every pod of every namespace.

use alloc::{format, vec::Vec};

use super::policies::{Direction, Policy};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::LabelSelector;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("network-policy-all-namespaces", Severity::Low)
        .policy("networking/explicit-network-policies")
        .title("Rules for every namespace")
        .help("an empty namespaceSelector selects all of them; select by kubernetes.io/metadata.name")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name"])
        .standards("NSA 2.0"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(policy) = Policy::of(subject) else { return Vec::new() };
    let mut found = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        for (index, rule) in policy.rules(direction).into_iter().enumerate() {
            for peer in rule.items(direction.peers()) {
                let Some(selector) = peer.get("namespaceSelector") else { continue };
                if LabelSelector::read(selector.node).is_empty() && peer.get("podSelector").is_none() {
                    let message = format!(": rule {index} admits every namespace");
                    found.push(Finding::of(subject, &message).at(Place::value(&selector)));
                }
            }
        }
    }
    found
}
