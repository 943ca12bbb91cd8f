//! What runs in the default namespace cannot be told apart from anything else there.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("default-namespace", Severity::Low)
        .policy("placement/own-namespace")
        .title("The default namespace")
        .help("quotas, network policies and permissions are given by namespace; use one for each application (a chart or kustomization may still add it)")
        .references(&["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"])
        .standards("CIS 5.7.1, 5.7.4; NSA 1.12"),
    run,
);

const KINDS: &[(&str, &str)] = &[
    ("", "Service"),
    ("networking.k8s.io", "Ingress"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("", "ConfigMap"),
    ("", "Secret"),
    ("", "PersistentVolumeClaim"),
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let asked = subject.pod.is_some() || KINDS.iter().any(|(group, kind)| subject.is(group, kind));
    if !asked || !matches!(&*subject.object.namespace.value, "" | "default") {
        return Vec::new();
    }
    let place = subject.place(&["metadata", "namespace"]);
    alloc::vec![Finding::of(subject, " is in the default namespace").at(place)]
}
