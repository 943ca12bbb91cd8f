//! A workload that uses a token needs a service account of its own.

use alloc::vec::Vec;

use super::service_account_token_automount::mounts_token;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("default-service-account", Severity::Low)
        .policy("identity/own-service-account")
        .title("The default service account")
        .help("what is granted to the default account is granted to every pod of the namespace that names none; create an account for the workload")
        .references(&["https://kubernetes.io/docs/concepts/security/service-accounts/"])
        .standards("CIS 5.1.5"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = &subject.pod else { return Vec::new() };
    let name = pod.get(&["serviceAccountName"]);
    let named = name.as_ref().and_then(|name| name.node.as_str()).unwrap_or("");
    if !matches!(named, "" | "default") || !mounts_token(subject, pod) {
        return Vec::new();
    }
    let Some(spec) = pod.spec() else { return Vec::new() };
    let place = Place::below(&spec, &["serviceAccountName"]);
    alloc::vec![Finding::of(subject, " runs as the default service account").at(place)]
}
