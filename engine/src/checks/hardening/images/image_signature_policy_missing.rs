//! Something in the cluster should verify the signatures of images.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("image-signature-policy-missing", Severity::Info)
        .title("Nothing that verifies signatures")
        .help("a signature says who built an image; the sigstore policy-controller or Kyverno refuse what is not signed")
        .references(&["https://docs.sigstore.dev/policy-controller/overview/"])
        .standards("CIS 5.5.1"),
    run,
);

const VERIFIERS: &[(&str, &str)] = &[
    ("policy.sigstore.dev", "ClusterImagePolicy"),
    ("policies.kyverno.io", "ImageValidatingPolicy"),
    ("config.ratify.deislabs.io", ""),
    ("config.ratify.dev", ""),
];

fn run(input: &Input<'_>) -> Vec<Finding> {
    let kyverno = input.all().any(|object| {
        &*object.gvk.group == "kyverno.io"
            && Field::root(object.root())
                .at(&["spec"])
                .is_some_and(|spec| spec.items("rules").iter().any(|rule| rule.get("verifyImages").is_some()))
    });
    if kyverno || input.has_any(VERIFIERS) {
        return Vec::new();
    }
    let first = input.subjects().find(|subject| subject.pod.is_some());
    let found = first.map(|subject| {
        let message = "nothing in the input verifies image signatures".into();
        Finding::new(subject.index, message).at(subject.name_place())
    });
    found.into_iter().collect()
}
