//! A toleration without a key tolerates every taint there is.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("tolerates-everything", Severity::Medium)
        .policy("placement/narrow-tolerations")
        .title("Tolerations of every taint")
        .help("taints keep workloads off nodes that are not for them, or are about to go; name the ones this workload must tolerate")
        .references(&["https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let spec = subject.pod.as_ref().and_then(|pod| pod.spec());
    let tolerations = spec.map(|spec| spec.items("tolerations")).unwrap_or_default();
    let everything = |toleration: &Field<'_>| {
        toleration.text("operator") == Some("Exists") && toleration.text("key").unwrap_or("").is_empty()
    };
    // An agent on every node is what a DaemonSet of the system is for.
    let agent = subject.is("apps", "DaemonSet") && subject.input.is_system(subject.namespace());
    let found = tolerations.iter().filter(|toleration| everything(toleration)).map(|toleration| {
        let place = Place { span: toleration.span, ..Place::value(toleration) };
        let finding = Finding::of(subject, " tolerates every taint").at(place);
        if agent { finding.severity(Severity::Info) } else { finding }
    });
    found.collect()
}
