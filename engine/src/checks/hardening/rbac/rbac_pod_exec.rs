//! A shell in, a connection to, or a debugging container beside a running program.

use alloc::{format, vec::Vec};

use super::rules::{is_role, rules};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-pod-exec", Severity::High)
        .policy("identity/no-pod-exec-roles")
        .title("Roles that enter pods")
        .help("who is in a pod has its Secrets, its token and its network; drop it, or bind it only while it is needed")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"])
        .standards("NSA"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    const CONNECT: &[&str] = &["create", "get"];
    const WAYS: &[(&str, &[&str], &str)] = &[
        ("pods/exec", CONNECT, "exec into"),
        ("pods/attach", CONNECT, "attach to"),
        ("pods/portforward", CONNECT, "forward to"),
        ("pods/ephemeralcontainers", &["update", "patch"], "debug in"),
    ];
    let mut found = Vec::new();
    for rule in rules(subject).iter().filter(|rule| is_role(subject) && rule.in_group("")) {
        let way = WAYS.iter().find_map(|(resource, verbs, does)| {
            Some((rule.resource(&[resource])?, rule.verb(verbs)?, *does))
        });
        if let Some((resource, verb, does)) = way {
            let message = format!(" can {does} pods");
            found.push(Finding::of(subject, &message).at(Place::value(&resource)).at(Place::value(&verb)));
        }
    }
    found
}
