//! Some requests must leave a trace: access to Secrets, ways into pods, changes to permissions and to admission.

use alloc::{format, vec::Vec};

use super::audit;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("audit-policy-gaps", Severity::Low)
        .title("What an audit policy misses")
        .help("record at least Metadata for it, or end with a rule for everything")
        .references(&["https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/"])
        .standards("CIS 3.2.2"),
    run,
);

/// A concern: what it is called, the group, the resources and the verbs it is about.
type Concern = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const CONCERNS: &[Concern] = &[
    ("access to secrets", "", &["secrets"], &["get", "list", "watch"]),
    (
        "ways into pods",
        "",
        &["pods/exec", "pods/portforward", "pods/proxy", "services/proxy"],
        &["create", "get"],
    ),
    (
        "changes to RBAC",
        "rbac.authorization.k8s.io",
        &["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
        &["create", "update", "patch", "delete"],
    ),
    (
        "changes to webhooks",
        "admissionregistration.k8s.io",
        &["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
        &["create", "update", "patch", "delete"],
    ),
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(rules) = audit::rules(subject) else { return Vec::new() };
    let mut found = Vec::new();
    for (concern, group, resources, verbs) in CONCERNS {
        let recorded = resources.iter().all(|resource| {
            let first = rules.iter().find(|rule| audit::covers(rule, group, resource, verbs));
            first.is_some_and(|rule| rule.text("level") != Some("None"))
        });
        if !recorded {
            let message = format!("audit Policy does not cover {concern}");
            found.push(Finding::new(subject.index, message).at(subject.place(&["rules"])));
        }
    }
    found
}
