//! Writing pods, or what makes pods, is an indirect way to everything that pods may have.

use alloc::vec::Vec;

use super::rules::{GROUP, is_role, rules};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-workload-create", Severity::Medium)
        .policy("identity/workload-writers")
        .title("Roles that make workloads")
        .help("who makes pods may mount every Secret and use every service account of the namespace; grant it where it is needed")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation"])
        .standards("CIS 5.1.4"),
    run,
);

const WORKLOADS: &[&str] = &[
    "pods",
    "deployments",
    "statefulsets",
    "daemonsets",
    "replicasets",
    "replicationcontrollers",
    "jobs",
    "cronjobs",
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in rules(subject).iter().filter(|_| is_role(subject)) {
        let Some((resource, verb)) =
            rule.named_resource(WORKLOADS).zip(rule.verb(&["create", "update", "patch"]))
        else {
            continue;
        };
        let finding =
            Finding::of(subject, " can create workloads").at(Place::value(&resource)).at(Place::value(&verb));
        let cluster = subject.is(GROUP, "ClusterRole");
        found.push(if cluster { finding.severity(Severity::High) } else { finding });
        break;
    }
    found
}
