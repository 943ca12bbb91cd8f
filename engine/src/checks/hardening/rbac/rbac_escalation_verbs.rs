//! Verbs that lead around RBAC: escalate and bind on roles, impersonate, and writing bindings.

use alloc::{format, string::ToString as _, vec::Vec};

use super::rules::{is_role, rules};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-escalation-verbs", Severity::High)
        .title("Roles that can give themselves more")
        .help("who may escalate, bind, impersonate or write bindings has every permission there is to be had; drop the verb")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#escalate-verb"])
        .policy("identity/no-escalation")
        .standards("CIS 5.1.8"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    const ROLES: &[&str] = &["roles", "clusterroles"];
    const PEOPLE: &[&str] = &["users", "groups", "serviceaccounts", "userextras", "uids"];
    const BINDINGS: &[&str] = &["rolebindings", "clusterrolebindings"];
    const WAYS: &[(&[&str], &[&str])] = &[
        (&["escalate", "bind"], ROLES),
        (&["impersonate"], PEOPLE),
        (&["create", "update", "patch"], BINDINGS),
    ];
    let mut found = Vec::new();
    for rule in rules(subject).iter().filter(|_| is_role(subject)) {
        let way = WAYS.iter().find_map(|(verbs, resources)| {
            // Wildcards have a check of their own.
            Some((rule.named_verb(verbs)?, rule.named_resource(resources)?))
        });
        if let Some((verb, resource)) = way {
            let what = |field: &Field<'_>| field.node.as_str().unwrap_or("").to_string();
            let message = format!(" can raise its own privileges ({} {})", what(&verb), what(&resource));
            found.push(Finding::of(subject, &message).at(Place::value(&verb)).at(Place::value(&resource)));
        }
    }
    found
}
