//! Root file systems must be read-only. The runtime default is writable, so leaving the field out is a finding;
//! ephemeral containers and Windows pods are left alone.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};
use crate::objects::pods::{Container, Pod};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("read-only-root-filesystem", Severity::Medium)
        .title("Writable root file systems")
        .help("what cannot be written cannot be replaced by an attacker: set readOnlyRootFilesystem to true and mount an emptyDir where the program must write")
        .references(&["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"])
        .policy("pod-security/read-only-root-filesystem")
        .standards("NSA 1.1; CIS 5.7.3"),
    run,
);

const PATH: &[&str] = &["securityContext", "readOnlyRootFilesystem"];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.pod.as_ref().is_none_or(Pod::is_windows) {
        return Vec::new();
    }
    let writable = |container: &Container<'_>| {
        container.field.at(PATH).and_then(|field| field.node.as_bool()) != Some(true)
    };
    let containers = subject.lasting().filter(|container| writable(container));
    let found = containers.map(|container| {
        let message = format!(": container \"{}\" has a writable root filesystem", container.name());
        Finding::of(subject, &message).at(Place::below(&container.field, PATH)).change(Change::set(
            &container.field,
            PATH,
            "true",
        ))
    });
    found.collect()
}
