//! Images must come from a trusted registry, when there is a list of them. A prefix ends at a slash: `registry.example`
//! does not trust `registry.example.attacker.test`.

use alloc::{format, string::String, vec::Vec};

use super::images;
use crate::checks::hardening::image::Image;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("image-untrusted-registry", Severity::High)
        .title("Images from registries that are not trusted")
        .help("an image is code that runs with the rights of its pod; pull through a registry of your own, or a mirror")
        .references(&["https://kubernetes.io/docs/concepts/containers/images/"])
        .policy("images/trusted-registries")
        .standards("CIS 5.5.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let trusted = &subject.input.options.trusted_registries;
    if trusted.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for image in images(subject) {
        let Some(text) = image.node.as_str() else { continue };
        let (registry, path) = Image::parse(text).registry_and_path();
        let whole = format!("{registry}/{path}");
        let matches = |prefix: &String| {
            whole
                .strip_prefix(prefix.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !trusted.iter().any(matches) {
            let message = format!(": image \"{text}\" is not from a trusted registry");
            found.push(Finding::of(subject, &message).at(Place::value(&image)));
        }
    }
    found
}
