//! A workload that uses a static key of a cloud account could have an identity there instead.

use alloc::{collections::BTreeSet, format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("workload-identity-missing", Severity::Info)
        .title("Service accounts without a cloud identity")
        .help("annotate the ServiceAccount for the identity of your cloud (EKS, GKE, AKS) and drop the key")
        .references(&["https://kubernetes.io/docs/concepts/security/service-accounts/"]),
    run,
);

const ANNOTATIONS: &[&str] =
    &["eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "azure.workload.identity/client-id"];

fn run(input: &Input<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for result in super::static_cloud_credentials::CHECK.ask(input) {
        let Some(subject) = Subject::new(input, result.object).filter(|subject| seen.insert(subject.index))
        else {
            continue;
        };
        let Some(pod) = &subject.pod else { continue };
        let name = pod.get(&["serviceAccountName"]).and_then(|name| name.node.as_str()).unwrap_or("default");
        let mapped = input.of_kind("", "ServiceAccount").any(|account| {
            &*account.name.value == name
                && input.namespace_of(account) == subject.namespace()
                && ANNOTATIONS.iter().any(|key| account.metadata().annotations().get(key).is_some())
        });
        if !mapped {
            let message = format!(": ServiceAccount \"{name}\" is not mapped to a cloud identity");
            let Some(spec) = pod.spec() else { continue };
            found.push(Finding::of(&subject, &message).at(Place::below(&spec, &["serviceAccountName"])));
        }
    }
    found
}
