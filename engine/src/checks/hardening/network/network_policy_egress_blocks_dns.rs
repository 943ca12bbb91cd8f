//! A policy that restricts egress without a rule for port 53, in a namespace where no other policy for the same pods
//! has one. A default deny for every pod is meant to cut everything off.

use alloc::vec::Vec;

use super::policies::{Direction, Policy};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("network-policy-egress-blocks-dns", Severity::Medium)
        .policy("networking/egress-allows-dns")
        .title("Policies that cut off name resolution")
        .help("without DNS nothing finds anything; allow port 53, UDP and TCP, or leave Egress out of policyTypes")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic"]),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let policies = Policy::all(input);
    let mut found = Vec::new();
    for subject in input.subjects() {
        let Some(policy) = Policy::of(&subject) else { continue };
        if !policy.applies_to(Direction::Egress) || policy.selects_all() || allows_dns(&policy) {
            continue;
        }
        // A policy for every pod, or for pods with the same labels, may allow it.
        let elsewhere = policies.iter().any(|other| {
            other.namespace == policy.namespace
                && (other.selects_all() || other.selector == policy.selector)
                && allows_dns(other)
        });
        if elsewhere {
            continue;
        }
        let rules = policy.rules(Direction::Egress);
        let what = if rules.is_empty() {
            " cuts its pods off DNS and all other egress"
        } else {
            " cuts its pods off DNS"
        };
        let place = subject.place(&["spec", if rules.is_empty() { "policyTypes" } else { "egress" }]);
        found.push(Finding::of(&subject, what).at(place));
    }
    found
}

fn allows_dns(policy: &Policy<'_>) -> bool {
    policy.rules(Direction::Egress).iter().any(|rule| {
        let ports = rule.items("ports");
        ports.is_empty()
            || ports.iter().any(|port| match port.get("port") {
                None => true,
                Some(number) => {
                    let end = port.get("endPort").and_then(|end| end.node.as_int());
                    let start = number.node.as_int();
                    start == Some(53)
                        || number.node.as_str().is_some_and(|name| name.starts_with("dns"))
                        || start.zip(end).is_some_and(|(start, end)| (start..=end).contains(&53))
                }
            })
    })
}
