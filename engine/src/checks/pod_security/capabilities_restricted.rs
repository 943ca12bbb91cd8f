//! Capabilities: drop ALL, add NET_BIND_SERVICE at most. From v1.25 on, Windows pods need not.

use alloc::{format, string::String, vec::Vec};

use super::{Check, Level, Revision, Subject, Violation, capabilities_baseline::added, subject::field, text};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "capabilities-not-dropped",
        family: "pod-security/restricted",
        title: "Capabilities not dropped",
        severity: Severity::Medium,
        help: "drop ALL capabilities and add back NET_BIND_SERVICE at most",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container",
        ],
        policy: Some("pod-security/restricted"),
        standards: "",
    },
    id: "capabilities_restricted",
    level: Level::Restricted,
    revisions: &[
        Revision { since: 22, overrides: &["capabilities_baseline"], run: v1_22 },
        Revision { since: 25, overrides: &["capabilities_baseline"], run: v1_25 },
    ],
};

fn v1_22(subject: &Subject<'_>) -> Option<Violation> {
    const DROP: &[&str] = &["securityContext", "capabilities", "drop"];
    let (mut names, mut places, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for container in &subject.containers {
        let dropped = field(container, &["capabilities", "drop"]);
        let drops_all =
            dropped.is_some_and(|list| list.node.items().any(|item| item.as_str() == Some("ALL")));
        if !drops_all {
            names.push(container.name());
            places.push(Place::below(&container.field, DROP));
            changes.push(Change::set(&container.field, DROP, "[\"ALL\"]"));
        }
    }
    let mut details: Vec<String> = Vec::new();
    if !names.is_empty() {
        details.push(format!(
            r#"{} must set securityContext.capabilities.drop=["ALL"]"#,
            text::containers(&names)
        ));
    }
    let (adding, values, added) = added(subject, |capability| capability == "NET_BIND_SERVICE");
    if !adding.is_empty() {
        details.push(format!(
            "{} must not include {} in securityContext.capabilities.add",
            text::containers(&adding),
            text::quoted(values)
        ));
        places.extend(added);
    }
    if details.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "unrestricted capabilities".into(),
        detail: details.join("; "),
        places,
        changes,
    })
}

fn v1_25(subject: &Subject<'_>) -> Option<Violation> {
    if subject.pod.is_windows() { None } else { v1_22(subject) }
}
