//! Containers must not run as root, by what is in effect: what a container sets wins over what the pod sets. Unlike
//! Pod Security, a user that is not 0 is enough. In a user namespace of its own root is not the node's root.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("run-as-root", Severity::High)
        .policy("pod-security/run-as-non-root")
        .title("Containers that may run as root")
        .help("root in a container is root on the node as soon as anything else gives way: set runAsNonRoot to true, and a user if the image has none")
        .references(&["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/", "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"])
        .standards("CIS 5.2.7; NSA 1.0"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = &subject.pod else { return Vec::new() };
    if pod.is_windows() {
        return Vec::new();
    }
    let user_namespace = pod.get(&["hostUsers"]).is_some_and(|field| field.node.as_bool() == Some(false));
    let of_pod = pod.get(&["securityContext"]);
    let mut found = Vec::new();
    for container in subject.lasting() {
        let own = container.field.get("securityContext");
        let effective = |name: &str| {
            own.as_ref()
                .and_then(|own| own.get(name))
                .or_else(|| of_pod.as_ref().and_then(|pod| pod.get(name)))
        };
        let user = effective("runAsUser");
        let non_root = effective("runAsNonRoot");
        let root = match (&user, &non_root) {
            (Some(user), _) => user.node.as_int() == Some(0),
            (None, Some(non_root)) => non_root.node.as_bool() != Some(true),
            (None, None) => true,
        };
        if !root {
            continue;
        }
        let place = match user.or(non_root) {
            Some(field) => Place::value(&field),
            None => Place::below(&container.field, &["securityContext", "runAsNonRoot"]),
        };
        let message = format!(": container \"{}\" may run as root", container.name());
        let mut finding = Finding::of(subject, &message).at(place);
        if user_namespace {
            finding = finding.severity(Severity::Low);
        }
        found.push(finding);
    }
    found
}
