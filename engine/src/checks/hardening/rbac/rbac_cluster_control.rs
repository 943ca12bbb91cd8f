//! Permissions that hold the cluster: the kubelets' API past the API server, signing certificates, changing admission,
//! making tokens, making volumes of any directory.

use alloc::{format, vec::Vec};

use super::rules::{GROUP, is_role, rules};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-cluster-control", Severity::High)
        .policy("identity/no-cluster-control")
        .title("Roles that hold the cluster")
        .help("each of these is a way to everything in the cluster; drop it")
        .references(&[
            "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
        ])
        .standards("CIS 5.1.9-5.1.13"),
    run,
);

struct Power {
    part: &'static str,
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
    does: &'static str,
}

const POWERS: &[Power] = &[
    Power {
        part: "node-proxy",
        resources: &["nodes/proxy"],
        verbs: &[],
        does: "reach kubelets past the API server",
    },
    Power {
        part: "csr-approve",
        resources: &["certificatesigningrequests/approval"],
        verbs: &["update", "patch"],
        does: "approve certificates",
    },
    Power {
        part: "csr-approve",
        resources: &["signers"],
        verbs: &["approve", "sign"],
        does: "approve certificates",
    },
    Power {
        part: "admission-config",
        resources: &[
            "mutatingwebhookconfigurations",
            "validatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
        ],
        verbs: &["create", "update", "patch", "delete"],
        does: "change admission control",
    },
    Power {
        part: "token-create",
        resources: &["serviceaccounts/token"],
        verbs: &["create"],
        does: "make tokens of service accounts",
    },
    Power {
        part: "pv-create",
        resources: &["persistentvolumes"],
        verbs: &["create"],
        does: "make volumes of any directory of a node",
    },
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is(GROUP, "ClusterRole") || !is_role(subject) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rule in rules(subject) {
        for power in POWERS {
            let Some(resource) = rule.named_resource(power.resources) else { continue };
            if !power.verbs.is_empty() && rule.verb(power.verbs).is_none() {
                continue;
            }
            let message = format!(" can {}", power.does);
            found.push(Finding::of(subject, &message).at(Place::value(&resource)).part(power.part));
        }
    }
    found
}
