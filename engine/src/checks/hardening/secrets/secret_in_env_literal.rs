//! A credential must not be written as the value of a variable. The message names the variable, never the value.

use alloc::{format, vec::Vec};

use crate::checks::hardening::credentials;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("secret-in-env-literal", Severity::High)
        .title("Credentials written into the manifest")
        .help("it is in the repository, in the API server and in every process list by now: change it, and take the new one from a Secret, better mounted as a file")
        .references(&["https://kubernetes.io/docs/concepts/configuration/secret/"])
        .policy("secrets/no-credentials-in-env")
        .standards("CIS 5.4.1; NSA"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for container in subject.containers() {
        for variable in container.field.items("env") {
            let Some(value) = variable.get("value") else { continue };
            let Some(text) = value.node.as_str() else { continue };
            let name = variable.text("name").unwrap_or("");
            let speaks = credentials::is_name(name) && credentials::is_literal(text);
            if speaks || credentials::is_shape(text) {
                let message = format!(
                    ": env \"{name}\" of container \"{}\" looks like a hard-coded credential",
                    container.name()
                );
                found.push(Finding::of(subject, &message).at(Place::value(&value)));
            }
        }
    }
    found
}
