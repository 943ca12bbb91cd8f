//! A digest pins the content of an image.

use alloc::{format, vec::Vec};

use super::images;
use crate::checks::hardening::image::Image;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("image-not-digest", Severity::Low)
        .title("Images without a digest")
        .help(
            "a tag can be moved to another image, a digest cannot; append @sha256:… of the image you tested",
        )
        .references(&["https://kubernetes.io/docs/concepts/containers/images/#image-names"])
        .policy("images/pinned-by-digest"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for image in images(subject) {
        let Some(text) = image.node.as_str().filter(|text| !text.is_empty()) else { continue };
        if !Image::parse(text).is_pinned() {
            let message = format!(": image \"{text}\" is not pinned by digest");
            found.push(Finding::of(subject, &message).at(Place::value(&image)));
        }
    }
    found
}
