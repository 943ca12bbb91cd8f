//! Credentials do not belong into a ConfigMap, by the name of a key or by the shape of a value.

use alloc::{format, vec::Vec};

use crate::checks::hardening::credentials;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("configmap-credentials", Severity::High)
        .title("Credentials in a ConfigMap")
        .help("a ConfigMap is readable to whoever may look at the namespace, and is never encrypted; move it to a Secret from an external store")
        .references(&["https://kubernetes.io/docs/concepts/configuration/configmap/"])
        .policy("secrets/no-credentials-in-config-maps")
        .standards("CIS 5.4.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("", "ConfigMap") {
        return Vec::new();
    }
    let Some(data) = subject.at(&["data"]) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in data.fields() {
        let text = value.node.as_str().unwrap_or("");
        let speaks = credentials::is_name(key) && credentials::is_literal(text);
        if speaks || credentials::is_shape(text) {
            let message = format!(": key \"{key}\" looks like a credential");
            let span = value.head();
            found.push(Finding::of(subject, &message).at(Place { span, ..Place::value(&value) }));
        }
    }
    found
}
