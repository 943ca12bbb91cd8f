//! What is enforced should be audited at least.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::pod_security::{
    admission::labels_of,
    labels::{Policy, policy},
};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("namespace-pss-no-audit", Severity::Low)
        .policy("pod-security/namespace-audit")
        .title("Levels that are not watched")
        .help("warn follows enforce by itself, audit never does; both may be stricter than what is enforced, to see what is coming")
        .references(&["https://kubernetes.io/docs/concepts/security/pod-security-admission/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("", "Namespace") {
        return Vec::new();
    }
    let labels = labels_of(subject.object.root());
    if !labels.contains_key("pod-security.kubernetes.io/enforce") {
        return Vec::new();
    }
    let (policy, _) = policy(&labels, &Policy::DEFAULT);
    let mut found = Vec::new();
    for (mode, key, asked) in [
        ("audit", "pod-security.kubernetes.io/audit", policy.audit),
        ("warn", "pod-security.kubernetes.io/warn", policy.warn),
    ] {
        if asked.level < policy.enforce.level {
            let place = subject.place(&["metadata", "labels", key]);
            found.push(Finding::of(subject, &format!(": {mode} is weaker than enforce")).at(place));
        }
    }
    found
}
