//! `0.0.0.0/0` or `::/0` without exceptions. Towards the outside, exceptions for the private ranges and the metadata
//! address make it a small matter.

use alloc::{format, vec::Vec};

use super::policies::{Direction, Policy};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("network-policy-open-cidr", Severity::Medium)
        .title("Rules open to the world")
        .help("narrow the range, or except what must not be reached (private ranges, and 169.254.169.254/32: the credentials of the node)")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-ipblock-selectors"])
        .policy("networking/narrow-network-policies"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(policy) = Policy::of(subject) else { return Vec::new() };
    let mut found = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        let peers = policy.rules(direction).into_iter().flat_map(|rule| rule.items(direction.peers()));
        for block in peers.filter_map(|peer| peer.get("ipBlock")) {
            let Some(cidr) = block.get("cidr") else { continue };
            let Some(range) = cidr.node.as_str().filter(|range| matches!(*range, "0.0.0.0/0" | "::/0"))
            else {
                continue;
            };
            let except: Vec<_> = block.items("except");
            let metadata = except.iter().any(|range| {
                range
                    .node
                    .as_str()
                    .is_some_and(|range| range.starts_with("169.254.169.254") || range == "169.254.0.0/16")
            });
            let severity = match direction {
                _ if except.is_empty() => Severity::Medium,
                Direction::Egress if metadata => continue,
                Direction::Egress => Severity::Low,
                Direction::Ingress => continue,
            };
            let message = format!(": {} open to {range}", direction.word());
            found.push(Finding::of(subject, &message).at(Place::value(&cidr)).severity(severity));
        }
    }
    found
}
