//! Labels under Pod Security's prefix with a wrong value, or with a key that does not exist.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::pod_security::{Level, Version, labels::PREFIX};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("namespace-pss-invalid-label", Severity::High)
        .policy("pod-security/namespace-labels")
        .title("Pod Security labels that are none")
        .help("Kubernetes refuses a wrong value when the namespace is created, but takes an unknown key without a word and does nothing")
        .references(&["https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(labels) = subject.at(&["metadata", "labels"]).filter(|_| subject.is("", "Namespace")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, field) in labels.fields() {
        let Some(name) = key.strip_prefix(PREFIX) else { continue };
        let value = field.node.as_str().unwrap_or("");
        let (wrong, span) = match name {
            "enforce" | "audit" | "warn" => (Level::parse(value).err(), field.span),
            "enforce-version" | "audit-version" | "warn-version" => (Version::parse(value).err(), field.span),
            _ => (Some("unknown pod-security label"), field.head()),
        };
        if let Some(wrong) = wrong {
            let message = format!(": label {key}={value}: {wrong}");
            found.push(Finding::of(subject, &message).at(Place { span, ..Place::value(&field) }));
        }
    }
    found
}
