//! The token of the service account is mounted unless the pod or its ServiceAccount says no; the pod's word wins. Who
//! mounts a projected token of their own has thought about it.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};
use crate::objects::pods::Pod;
use crate::yaml::NodeRef;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("service-account-token-automount", Severity::Medium)
        .title("A service account token that nobody asked for")
        .help("most programs never talk to the API server; set automountServiceAccountToken to false, or mount a projected token with an audience and an expiry")
        .references(&["https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"])
        .policy("identity/service-account-tokens")
        .standards("CIS 5.1.6; NSA 1.11"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = &subject.pod else { return Vec::new() };
    if !mounts_token(subject, pod) {
        return Vec::new();
    }
    let finding = Finding::of(subject, " mounts a service account token");
    let Some(spec) = pod.spec() else { return Vec::new() };
    let path = &["automountServiceAccountToken"];
    alloc::vec![finding.at(Place::below(&spec, path)).change(Change::set(&spec, path, "false"))]
}

/// Whether the token ends up in the pod by default.
pub(in crate::checks::hardening) fn mounts_token(subject: &Subject<'_>, pod: &Pod<'_>) -> bool {
    let own = pod.volumes().iter().any(|volume| {
        volume.at(&["projected"]).is_some_and(|projected| {
            projected.items("sources").iter().any(|source| source.get("serviceAccountToken").is_some())
        })
    });
    let name =
        pod.get(&["serviceAccountName"]).and_then(|name| name.node.as_str()).filter(|name| !name.is_empty());
    let name = name.unwrap_or("default");
    let account = subject.input.of_kind("", "ServiceAccount").find(|account| {
        &*account.name.value == name && subject.input.namespace_of(account) == subject.namespace()
    });
    let of_pod = pod.get(&["automountServiceAccountToken"]).and_then(|field| field.node.as_bool());
    let of_account = account
        .and_then(|account| account.root().get("automountServiceAccountToken").and_then(NodeRef::as_bool));
    !own && of_pod.or(of_account) != Some(false)
}
