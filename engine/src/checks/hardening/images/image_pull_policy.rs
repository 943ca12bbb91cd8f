//! What `imagePullPolicy` amounts to. Guides recommend opposite values, so only what surprises is reported: `Never`, and
//! `IfNotPresent` for a tag that moves. A digest makes the question moot.

use alloc::{format, vec::Vec};

use crate::checks::hardening::image::Image;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("image-pull-policy", Severity::Low)
        .policy("images/pull-policy")
        .title("Pull policies that hide what runs")
        .help("guides contradict each other here; a digest settles it. Always also asks the registry each time whether this pod may have the image")
        .references(&["https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy", "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#alwayspullimages"])
        .standards("CIS 1.2.11"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for container in subject.containers() {
        let Some(image) = container.field.text("image") else { continue };
        let parsed = Image::parse(image);
        if parsed.is_pinned() {
            continue;
        }
        let (reason, severity) = match container.field.text("imagePullPolicy") {
            Some("Never") => ("never pulls its image: it runs what is on the node", Severity::Low),
            Some("IfNotPresent") if parsed.is_latest() => {
                ("keeps what a node has under a tag that moves", Severity::Info)
            }
            _ => continue,
        };
        let message = format!(": container \"{}\" {reason}", container.name());
        let place = Place::below(&container.field, &["imagePullPolicy"]);
        found.push(Finding::of(subject, &message).at(place).severity(severity));
    }
    found
}
