//! A Secret in the environment is seen by more than the program that needs it.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("secret-as-env", Severity::Low)
        .title("Secrets in the environment")
        .help("child processes, crash dumps and logs see the environment; mount the Secret as a file")
        .references(&[
            "https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod",
        ])
        .policy("secrets/no-secrets-in-env")
        .standards("CIS 5.4.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for container in subject.containers() {
        let env = container
            .field
            .items("env")
            .into_iter()
            .filter_map(|variable| variable.at(&["valueFrom", "secretKeyRef"]));
        let from = container.field.items("envFrom").into_iter().filter_map(|from| from.get("secretRef"));
        for reference in env.chain(from) {
            let secret = reference.text("name").unwrap_or("");
            let message = format!(
                ": container \"{}\" reads Secret \"{secret}\" through its environment",
                container.name()
            );
            found.push(Finding::of(subject, &message).at(Place::below(&reference, &["name"])));
        }
    }
    found
}
