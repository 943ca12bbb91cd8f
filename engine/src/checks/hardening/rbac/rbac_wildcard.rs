//! Roles should name what they allow. All three wildcards together are cluster-admin under another name. Roles that
//! Kubernetes maintains itself are left alone.

use alloc::{format, vec::Vec};

use super::rules::{is_role, rules};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("rbac-wildcard", Severity::High)
        .title("Wildcards in roles")
        .help("a wildcard also allows what the next release, or the next custom resource, adds; list verbs and resources")
        .references(&["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"])
        .policy("identity/no-wildcard-roles")
        .standards("CIS 5.1.3"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !is_role(subject) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, rule) in rules(subject).into_iter().enumerate() {
        let wild = |name: &str| {
            rule.field
                .items(name)
                .into_iter()
                .find(|item| item.node.as_str().is_some_and(|text| text.contains('*')))
        };
        let (verbs, resources, groups) = (wild("verbs"), wild("resources"), wild("apiGroups"));
        let all = verbs.is_some() && resources.is_some() && groups.is_some();
        let first =
            [("verbs", verbs), ("resources", resources), ("nonResourceURLs", wild("nonResourceURLs"))]
                .into_iter()
                .find_map(|(name, item)| Some((name, item?)));
        let (name, item, severity) = match (first, groups) {
            (Some((name, item)), _) if all => (name, item, Severity::Critical),
            (Some((name, item)), _) => (name, item, Severity::High),
            (None, Some(item)) => ("apiGroups", item, Severity::Medium),
            (None, None) => continue,
        };
        let message = format!(": rule {index} uses a wildcard in {name}");
        found.push(Finding::of(subject, &message).at(Place::value(&item)).severity(severity));
    }
    found
}
