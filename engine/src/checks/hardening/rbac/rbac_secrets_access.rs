//! Reading Secrets, unless it is getting named ones. In a ClusterRole it may be all of them.

use alloc::vec::Vec;

use super::rules::{GROUP, is_role, rules};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-secrets-access", Severity::Medium)
        .policy("identity/secrets-readers")
        .title("Roles that read Secrets")
        .help("list and watch hand out the contents of all Secrets, whatever the names; allow get on the ones that are needed, by resourceNames")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets"])
        .standards("CIS 5.1.2"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in rules(subject).iter().filter(|_| is_role(subject)) {
        let Some(resource) = rule.resource(&["secrets"]).filter(|_| rule.in_group("")) else { continue };
        let verb = match rule.verb(&["list", "watch"]) {
            Some(verb) => verb,
            None if rule.is_named() => continue,
            None => match rule.verb(&["get"]) {
                Some(verb) => verb,
                None => continue,
            },
        };
        let finding =
            Finding::of(subject, " can read Secrets").at(Place::value(&resource)).at(Place::value(&verb));
        let cluster = subject.is(GROUP, "ClusterRole");
        found.push(if cluster { finding.severity(Severity::High) } else { finding });
        break;
    }
    found
}
