//! A rule that names peers but no ports opens all of them.

use alloc::{format, vec::Vec};

use super::policies::{Direction, Policy};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("network-policy-no-ports", Severity::Low)
        .policy("networking/explicit-network-policies")
        .title("Rules that open every port")
        .help("list the ports the peers need")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(policy) = Policy::of(subject) else { return Vec::new() };
    let mut found = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        for (index, rule) in policy.rules(direction).into_iter().enumerate() {
            if !rule.items(direction.peers()).is_empty() && rule.items("ports").is_empty() {
                let message = format!(": rule {index} opens all ports");
                let place = Place { missing: true, path: rule.path_to(&["ports"]), span: rule.head() };
                found.push(Finding::of(subject, &message).at(place));
            }
        }
    }
    found
}
