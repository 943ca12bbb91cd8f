//! Images must name a version. The colon of a registry's port is no tag; a digest settles it.

use alloc::{format, vec::Vec};

use super::images;
use crate::checks::hardening::image::Image;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("image-tag-latest", Severity::Medium)
        .title("Images without a version")
        .help("without a tag, or with the tag latest, the next pull may bring something else; use a version, better a digest")
        .references(&["https://kubernetes.io/docs/concepts/containers/images/#image-names"])
        .policy("images/no-latest-tag"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for image in images(subject) {
        let Some(text) = image.node.as_str().filter(|text| !text.is_empty()) else { continue };
        let parsed = Image::parse(text);
        if parsed.is_latest() {
            let what = if parsed.tag.is_some() { "the latest tag" } else { "no tag" };
            let message = format!(": image \"{text}\" uses {what}");
            found.push(Finding::of(subject, &message).at(Place::value(&image)));
        }
    }
    found
}
