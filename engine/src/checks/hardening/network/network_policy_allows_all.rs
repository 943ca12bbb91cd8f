//! A rule with neither peers nor ports allows everything in its direction.

use alloc::{format, vec::Vec};

use super::policies::{Direction, Policy};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("network-policy-allows-all", Severity::Medium)
        .title("Rules that allow everything")
        .help("an empty rule, or one with no peers and no ports, undoes the policy; list peers and ports")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/"])
        .policy("networking/narrow-network-policies")
        .standards("NSA 2.0"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(policy) = Policy::of(subject) else { return Vec::new() };
    let mut found = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        for (index, rule) in policy.rules(direction).into_iter().enumerate() {
            if rule.items(direction.peers()).is_empty() && rule.items("ports").is_empty() {
                let message = format!(": rule {index} allows all {}", direction.word());
                found.push(Finding::of(subject, &message).at(Place::value(&rule)));
            }
        }
    }
    found
}
