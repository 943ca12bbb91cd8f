//! `kubernetes.io/enforce-mountable-secrets` is deprecated.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("mountable-secrets-annotation", Severity::Info)
        .policy("identity/no-mountable-secrets-annotation")
        .title("An annotation on its way out")
        .help("it is deprecated since v1.32; put what must not share Secrets into namespaces of its own")
        .references(&[
            "https://kubernetes.io/docs/concepts/security/service-accounts/#enforce-mountable-secrets",
        ]),
    run,
);

const KEY: &str = "kubernetes.io/enforce-mountable-secrets";

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let annotation =
        subject.at(&["metadata", "annotations", KEY]).filter(|_| subject.is("", "ServiceAccount"));
    let found = annotation.map(|annotation| {
        let place = Place { span: annotation.head(), ..Place::value(&annotation) };
        Finding::of(subject, " relies on a deprecated annotation").at(place)
    });
    found.into_iter().collect()
}
