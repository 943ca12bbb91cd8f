//! Audit policies: the first rule that matches a request decides what is written.

use alloc::vec::Vec;

use crate::checks::Subject;
use crate::objects::Field;

/// The rules, in order; `None` for anything but an audit policy.
pub(super) fn rules<'i>(subject: &Subject<'i>) -> Option<Vec<Field<'i>>> {
    subject.is("audit.k8s.io", "Policy").then(|| subject.root.items("rules"))
}

/// Whether a rule restricts nothing.
pub(super) fn matches_everything(rule: &Field<'_>) -> bool {
    ["users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs"]
        .iter()
        .all(|name| rule.items(name).is_empty())
}

/// Whether a rule is for requests by anybody, anywhere, with one of the verbs for a resource.
pub(super) fn covers(rule: &Field<'_>, group: &str, resource: &str, verbs: &[&str]) -> bool {
    let open = ["users", "userGroups", "namespaces", "nonResourceURLs"]
        .iter()
        .all(|name| rule.items(name).is_empty());
    let asked = rule.items("verbs");
    let verb = asked.is_empty()
        || asked
            .iter()
            .any(|verb| verb.node.as_str().is_some_and(|verb| verb == "*" || verbs.contains(&verb)));
    let resources = rule.items("resources");
    open && verb
        && (resources.is_empty()
            || resources.iter().any(|entry| {
                let names = entry.items("resources");
                matches!(entry.text("group").unwrap_or(""), other if other == group || other == "*")
                    && (names.is_empty()
                        || names.iter().any(|name| name.node.as_str().is_some_and(|name| is(name, resource))))
            }))
}

/// `pods/*` is every sub-resource of pods, `*/exec` exec of everything, `*` all of it.
fn is(pattern: &str, resource: &str) -> bool {
    let (of, sub) = resource.split_once('/').unwrap_or((resource, ""));
    match pattern.split_once('/') {
        None => pattern == resource || pattern == "*",
        Some((other, other_sub)) => {
            !sub.is_empty() && (other == of || other == "*") && (other_sub == sub || other_sub == "*")
        }
    }
}
