//! A Secret with its value in the manifest is known to everybody who can read the file. Placeholders and files that SOPS
//! has encrypted are not meant; tokens have a check of their own.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("secret-manifest-in-source", Severity::High)
        .title("Secrets in manifests")
        .help("base64 is no encryption: keep the value in a secret manager and commit an ExternalSecret, a SealedSecret or a file that SOPS has encrypted")
        .references(&["https://kubernetes.io/docs/concepts/configuration/secret/", "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"])
        .standards("CIS 5.4.2"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let token = subject.root.text("type") == Some("kubernetes.io/service-account-token");
    if !subject.is("", "Secret") || token || subject.at(&["sops"]).is_some() {
        return Vec::new();
    }
    let values: Vec<_> = ["data", "stringData"]
        .iter()
        .filter_map(|name| subject.at(&[name]))
        .flat_map(|map| map.fields().map(|(_, value)| value).collect::<Vec<_>>())
        .filter(|value| value.node.as_str().is_some_and(|text| !is_placeholder(text)))
        .collect();
    let Some(first) = values.first() else { return Vec::new() };
    alloc::vec![Finding::of(subject, " carries its value in the manifest").at(Place::value(first))]
}

/// Empty, a template's or a person's to fill in.
fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || ["{{", "${", "$(", "<", "ENC["].iter().any(|start| text.starts_with(start))
        || matches!(
            text.to_ascii_lowercase().as_str(),
            "changeme" | "change-me" | "todo" | "redacted" | "xxx"
        )
}
