//! Privilege escalation must be ruled out, in namespaces of any level. Windows pods cannot say it.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};
use crate::objects::pods::{Container, Pod};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("no-privilege-escalation", Severity::High)
        .title("Privilege escalation not ruled out")
        .help("unless it is set to false, a process may gain more privileges than its parent, through set-user-ID files for instance")
        .references(&["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"])
        .policy("pod-security/disallow-privilege-escalation")
        .standards("CIS 5.2.6; NSA 1.7"),
    run,
);

const PATH: &[&str] = &["securityContext", "allowPrivilegeEscalation"];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.pod.as_ref().is_none_or(Pod::is_windows) {
        return Vec::new();
    }
    let open = |container: &Container<'_>| {
        container.field.at(PATH).and_then(|field| field.node.as_bool()) != Some(false)
    };
    let containers = subject.containers().iter().filter(|container| open(container));
    let found = containers.map(|container| {
        let message =
            format!(": container \"{}\" does not set allowPrivilegeEscalation: false", container.name());
        Finding::of(subject, &message).at(Place::below(&container.field, PATH)).change(Change::set(
            &container.field,
            PATH,
            "false",
        ))
    });
    found.collect()
}
