//! Capabilities: only those of the default set may be added.

use alloc::{format, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    subject::field,
    text::{self, Distinct},
};
use crate::checks::{About, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "capabilities",
        family: "pod-security/baseline",
        title: "Capabilities beyond the default set",
        severity: Severity::High,
        help: "an added capability is a piece of root; add only what the process proves to need, from the default set",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "capabilities_baseline",
    level: Level::Baseline,
    revisions: &[Revision { since: 0, overrides: &[], run: v1_0 }],
};

/// Exact spelling: `CAP_CHOWN` and `chown` are others. NET_RAW is not among them.
const ALLOWED: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (names, values, places) = added(subject, |capability| ALLOWED.contains(&capability));
    if names.is_empty() {
        return None;
    }
    Some(Violation {
        reason: "non-default capabilities".into(),
        detail: format!(
            "{} must not include {} in securityContext.capabilities.add",
            text::containers(&names),
            text::quoted(values)
        ),
        places,
        changes: Vec::new(),
    })
}

/// Who adds capabilities that are not allowed, which, and where.
pub(super) fn added<'d>(
    subject: &Subject<'d>,
    allowed: fn(&str) -> bool,
) -> (Vec<&'d str>, Distinct<'d>, Vec<Place>) {
    let (mut names, mut values, mut places) = (Vec::new(), Distinct::new(), Vec::new());
    for container in &subject.containers {
        let capabilities = field(container, &["capabilities"]);
        let before = places.len();
        for capability in capabilities.map(|capabilities| capabilities.items("add")).unwrap_or_default() {
            let name = capability.node.as_str().unwrap_or("");
            if !allowed(name) {
                values.insert(name);
                places.push(Place::value(&capability));
            }
        }
        if places.len() > before {
            names.push(container.name());
        }
    }
    (names, values, places)
}
