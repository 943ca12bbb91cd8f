//! A version of a kind that the target no longer serves, or will not for long.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("deprecated-api-version", Severity::High)
        .policy("admission/current-api-versions")
        .title("Versions of the API that are gone, or going")
        .help("change apiVersion, and what the new version calls otherwise")
        .references(&["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"]),
    run,
);

/// A version of some kinds: since when it is gone, and what to write instead. No kinds: all of the group's.
struct Gone {
    group: &'static str,
    version: &'static str,
    kinds: &'static [&'static str],
    removed: u64,
    replacement: &'static str,
}

const fn gone(
    group: &'static str,
    version: &'static str,
    kinds: &'static [&'static str],
    removed: u64,
    replacement: &'static str,
) -> Gone {
    Gone { group, version, kinds, removed, replacement }
}

/// From the deprecation guide and the lifecycle marks of the API types.
const TABLE: &[Gone] = &[
    gone("extensions", "v1beta1", &["NetworkPolicy"], 16, "networking.k8s.io/v1"),
    gone("extensions", "v1beta1", &["DaemonSet", "Deployment", "ReplicaSet"], 16, "apps/v1"),
    gone("extensions", "v1beta1", &["Ingress"], 22, "networking.k8s.io/v1"),
    gone("apps", "v1beta1", &[], 16, "apps/v1"),
    gone("apps", "v1beta2", &[], 16, "apps/v1"),
    gone(
        "admissionregistration.k8s.io",
        "v1beta1",
        &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"],
        22,
        "admissionregistration.k8s.io/v1",
    ),
    gone("apiextensions.k8s.io", "v1beta1", &[], 22, "apiextensions.k8s.io/v1"),
    gone("apiregistration.k8s.io", "v1beta1", &[], 22, "apiregistration.k8s.io/v1"),
    gone("authentication.k8s.io", "v1beta1", &["TokenReview"], 22, "authentication.k8s.io/v1"),
    gone("authorization.k8s.io", "v1beta1", &[], 22, "authorization.k8s.io/v1"),
    gone("certificates.k8s.io", "v1beta1", &["CertificateSigningRequest"], 22, "certificates.k8s.io/v1"),
    gone("coordination.k8s.io", "v1beta1", &["Lease"], 22, "coordination.k8s.io/v1"),
    gone("networking.k8s.io", "v1beta1", &["Ingress", "IngressClass"], 22, "networking.k8s.io/v1"),
    gone("rbac.authorization.k8s.io", "v1beta1", &[], 22, "rbac.authorization.k8s.io/v1"),
    gone("scheduling.k8s.io", "v1beta1", &["PriorityClass"], 22, "scheduling.k8s.io/v1"),
    gone(
        "storage.k8s.io",
        "v1beta1",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
        22,
        "storage.k8s.io/v1",
    ),
    gone("batch", "v1beta1", &["CronJob"], 25, "batch/v1"),
    gone("discovery.k8s.io", "v1beta1", &[], 25, "discovery.k8s.io/v1"),
    gone("events.k8s.io", "v1beta1", &[], 25, "events.k8s.io/v1"),
    gone("autoscaling", "v2beta1", &[], 25, "autoscaling/v2"),
    gone("policy", "v1beta1", &["PodDisruptionBudget"], 25, "policy/v1"),
    gone("node.k8s.io", "v1beta1", &["RuntimeClass"], 25, "node.k8s.io/v1"),
    gone("flowcontrol.apiserver.k8s.io", "v1beta1", &[], 26, "flowcontrol.apiserver.k8s.io/v1"),
    gone("autoscaling", "v2beta2", &[], 26, "autoscaling/v2"),
    gone("storage.k8s.io", "v1beta1", &["CSIStorageCapacity"], 27, "storage.k8s.io/v1"),
    gone("flowcontrol.apiserver.k8s.io", "v1beta2", &[], 29, "flowcontrol.apiserver.k8s.io/v1"),
    gone("flowcontrol.apiserver.k8s.io", "v1beta3", &[], 32, "flowcontrol.apiserver.k8s.io/v1"),
    gone(
        "admissionregistration.k8s.io",
        "v1alpha1",
        &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
        32,
        "admissionregistration.k8s.io/v1",
    ),
    gone("authentication.k8s.io", "v1alpha1", &["SelfSubjectReview"], 32, "authentication.k8s.io/v1"),
    gone("authentication.k8s.io", "v1beta1", &["SelfSubjectReview"], 33, "authentication.k8s.io/v1"),
    gone(
        "admissionregistration.k8s.io",
        "v1beta1",
        &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
        34,
        "admissionregistration.k8s.io/v1",
    ),
    gone("storage.k8s.io", "v1alpha1", &["VolumeAttributesClass"], 35, "storage.k8s.io/v1"),
    gone("networking.k8s.io", "v1beta1", &["IPAddress", "ServiceCIDR"], 37, "networking.k8s.io/v1"),
    gone("storage.k8s.io", "v1beta1", &["VolumeAttributesClass"], 37, "storage.k8s.io/v1"),
    gone("certificates.k8s.io", "v1alpha1", &["ClusterTrustBundle"], 37, "certificates.k8s.io/v1"),
    gone("resource.k8s.io", "v1beta1", &[], 38, "resource.k8s.io/v1"),
    gone(
        "admissionregistration.k8s.io",
        "v1alpha1",
        &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"],
        38,
        "admissionregistration.k8s.io/v1",
    ),
    gone("resource.k8s.io", "v1beta2", &[], 39, "resource.k8s.io/v1"),
    gone(
        "admissionregistration.k8s.io",
        "v1beta1",
        &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"],
        40,
        "admissionregistration.k8s.io/v1",
    ),
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let gvk = &subject.object.gvk;
    let row = TABLE.iter().find(|row| {
        row.group == &*gvk.group
            && row.version == &*gvk.version
            && (row.kinds.is_empty() || row.kinds.contains(&&*gvk.kind))
    });
    let Some(row) = row else { return Vec::new() };
    let served = subject.input.options.version < row.removed;
    let (what, severity) = if served {
        ("is deprecated and will not be served from", Severity::Medium)
    } else {
        ("is not served since", Severity::High)
    };
    let message = format!(": {} {what} v1.{}; use {}", gvk.api_version(), row.removed, row.replacement);
    let place = subject.place(&["apiVersion"]);
    alloc::vec![Finding::of(subject, &message).at(place).severity(severity)]
}
