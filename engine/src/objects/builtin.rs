//! The resources kube-apiserver 1.37 serves: kind, plural, scope, subresources.
//!
//! Taken from `api/discovery/*.json` of kubernetes v1.37.2, ascending by group and plural. Versions are split in those that
//! are on by default, those that are not (alpha and beta: a default server does not serve them, so no request is made
//! in them and they are nobody's equivalent), and those that only old manifests and rules still name
//! (`k8s.io/api`, `*/register.go`).

use super::gvk::Scope::{self, Cluster, Namespaced};

/// A built-in resource.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) group: &'static str,
    /// Served by default, preferred first.
    pub(crate) on: &'static [&'static str],
    /// Known, but not served by default.
    pub(crate) off: &'static [&'static str],
    /// Once served, by no server any more.
    pub(crate) gone: &'static [&'static str],
    pub(crate) resource: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) scope: Scope,
    /// Short names kubectl accepts.
    pub(crate) short: &'static [&'static str],
    pub(crate) subresources: &'static [Subresource],
}

/// A subresource and, when it is not the resource's own kind, the group, version and kind it takes.
pub(crate) type Subresource = (&'static str, Option<(&'static str, &'static str, &'static str)>);

#[expect(clippy::too_many_arguments, reason = "one call is one line of the table")]
const fn row(
    group: &'static str,
    on: &'static [&'static str],
    off: &'static [&'static str],
    gone: &'static [&'static str],
    resource: &'static str,
    kind: &'static str,
    scope: Scope,
    short: &'static [&'static str],
    subresources: &'static [Subresource],
) -> Row {
    Row { group, on, off, gone, resource, kind, scope, short, subresources }
}

/// The table.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row("", &["v1"], &[], &[], "bindings", "Binding", Namespaced, &[], &[]),
    row("", &["v1"], &[], &[], "componentstatuses", "ComponentStatus", Cluster, &["cs"], &[]),
    row("", &["v1"], &[], &[], "configmaps", "ConfigMap", Namespaced, &["cm"], &[]),
    row("", &["v1"], &[], &[], "endpoints", "Endpoints", Namespaced, &["ep"], &[]),
    row("", &["v1"], &[], &[], "events", "Event", Namespaced, &["ev"], &[]),
    row("", &["v1"], &[], &[], "limitranges", "LimitRange", Namespaced, &["limits"], &[]),
    row("", &["v1"], &[], &[], "namespaces", "Namespace", Cluster, &["ns"], &[("finalize", None), ("status", None)]),
    row("", &["v1"], &[], &[], "nodes", "Node", Cluster, &["no"], &[("proxy", Some(("", "v1", "NodeProxyOptions"))), ("status", None)]),
    row("", &["v1"], &[], &[], "persistentvolumeclaims", "PersistentVolumeClaim", Namespaced, &["pvc"], &[("status", None)]),
    row("", &["v1"], &[], &[], "persistentvolumes", "PersistentVolume", Cluster, &["pv"], &[("status", None)]),
    row("", &["v1"], &[], &[], "pods", "Pod", Namespaced, &["po"], &[("attach", Some(("", "v1", "PodAttachOptions"))), ("binding", Some(("", "v1", "Binding"))), ("ephemeralcontainers", None), ("eviction", Some(("policy", "v1", "Eviction"))), ("exec", Some(("", "v1", "PodExecOptions"))), ("log", None), ("portforward", Some(("", "v1", "PodPortForwardOptions"))), ("proxy", Some(("", "v1", "PodProxyOptions"))), ("resize", None), ("status", None)]),
    row("", &["v1"], &[], &[], "podtemplates", "PodTemplate", Namespaced, &[], &[]),
    row("", &["v1"], &[], &[], "replicationcontrollers", "ReplicationController", Namespaced, &["rc"], &[("scale", Some(("autoscaling", "v1", "Scale"))), ("status", None)]),
    row("", &["v1"], &[], &[], "resourcequotas", "ResourceQuota", Namespaced, &["quota"], &[("status", None)]),
    row("", &["v1"], &[], &[], "secrets", "Secret", Namespaced, &[], &[]),
    row("", &["v1"], &[], &[], "serviceaccounts", "ServiceAccount", Namespaced, &["sa"], &[("token", Some(("authentication.k8s.io", "v1", "TokenRequest")))]),
    row("", &["v1"], &[], &[], "services", "Service", Namespaced, &["svc"], &[("proxy", Some(("", "v1", "ServiceProxyOptions"))), ("status", None)]),
    row("admissionregistration.k8s.io", &["v1"], &["v1beta1", "v1alpha1"], &[], "mutatingadmissionpolicies", "MutatingAdmissionPolicy", Cluster, &[], &[]),
    row("admissionregistration.k8s.io", &["v1"], &["v1beta1", "v1alpha1"], &[], "mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding", Cluster, &[], &[]),
    row("admissionregistration.k8s.io", &["v1"], &[], &["v1beta1"], "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", Cluster, &[], &[]),
    row("admissionregistration.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "validatingadmissionpolicies", "ValidatingAdmissionPolicy", Cluster, &[], &[("status", None)]),
    row("admissionregistration.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", Cluster, &[], &[]),
    row("admissionregistration.k8s.io", &["v1"], &[], &["v1beta1"], "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", Cluster, &[], &[]),
    row("apiextensions.k8s.io", &["v1"], &[], &[], "customresourcedefinitions", "CustomResourceDefinition", Cluster, &["crd", "crds"], &[("status", None)]),
    row("apiregistration.k8s.io", &["v1"], &[], &[], "apiservices", "APIService", Cluster, &[], &[("status", None)]),
    row("apps", &["v1"], &[], &["v1beta2", "v1beta1"], "controllerrevisions", "ControllerRevision", Namespaced, &[], &[]),
    row("apps", &["v1"], &[], &["v1beta2"], "daemonsets", "DaemonSet", Namespaced, &["ds"], &[("status", None)]),
    row("apps", &["v1"], &[], &["v1beta2", "v1beta1"], "deployments", "Deployment", Namespaced, &["deploy"], &[("scale", Some(("autoscaling", "v1", "Scale"))), ("status", None)]),
    row("apps", &["v1"], &[], &["v1beta2"], "replicasets", "ReplicaSet", Namespaced, &["rs"], &[("scale", Some(("autoscaling", "v1", "Scale"))), ("status", None)]),
    row("apps", &["v1"], &[], &["v1beta2", "v1beta1"], "statefulsets", "StatefulSet", Namespaced, &["sts"], &[("scale", Some(("autoscaling", "v1", "Scale"))), ("status", None)]),
    row("authentication.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "selfsubjectreviews", "SelfSubjectReview", Cluster, &[], &[]),
    row("authentication.k8s.io", &["v1"], &[], &["v1beta1"], "tokenreviews", "TokenReview", Cluster, &[], &[]),
    row("authorization.k8s.io", &["v1"], &[], &["v1beta1"], "localsubjectaccessreviews", "LocalSubjectAccessReview", Namespaced, &[], &[]),
    row("authorization.k8s.io", &["v1"], &[], &["v1beta1"], "selfsubjectaccessreviews", "SelfSubjectAccessReview", Cluster, &[], &[]),
    row("authorization.k8s.io", &["v1"], &[], &["v1beta1"], "selfsubjectrulesreviews", "SelfSubjectRulesReview", Cluster, &[], &[]),
    row("authorization.k8s.io", &["v1"], &[], &["v1beta1"], "subjectaccessreviews", "SubjectAccessReview", Cluster, &[], &[]),
    row("autoscaling", &["v2", "v1"], &[], &[], "horizontalpodautoscalers", "HorizontalPodAutoscaler", Namespaced, &["hpa"], &[("status", None)]),
    row("batch", &["v1"], &[], &["v1beta1"], "cronjobs", "CronJob", Namespaced, &["cj"], &[("status", None)]),
    row("batch", &["v1"], &[], &[], "jobs", "Job", Namespaced, &[], &[("status", None)]),
    row("certificates.k8s.io", &["v1"], &[], &["v1beta1"], "certificatesigningrequests", "CertificateSigningRequest", Cluster, &["csr"], &[("approval", None), ("status", None)]),
    row("certificates.k8s.io", &["v1"], &["v1beta1"], &["v1alpha1"], "clustertrustbundles", "ClusterTrustBundle", Cluster, &[], &[]),
    row("certificates.k8s.io", &["v1"], &["v1beta1"], &[], "podcertificaterequests", "PodCertificateRequest", Namespaced, &[], &[("status", None)]),
    row("coordination.k8s.io", &[], &["v1beta1", "v1alpha2"], &[], "leasecandidates", "LeaseCandidate", Namespaced, &[], &[]),
    row("coordination.k8s.io", &["v1"], &[], &["v1beta1"], "leases", "Lease", Namespaced, &[], &[]),
    row("discovery.k8s.io", &["v1"], &[], &["v1beta1"], "endpointslices", "EndpointSlice", Namespaced, &[], &[]),
    row("events.k8s.io", &["v1"], &[], &["v1beta1"], "events", "Event", Namespaced, &["ev"], &[]),
    row("flowcontrol.apiserver.k8s.io", &["v1"], &[], &["v1beta3", "v1beta2", "v1beta1"], "flowschemas", "FlowSchema", Cluster, &[], &[("status", None)]),
    row("flowcontrol.apiserver.k8s.io", &["v1"], &[], &["v1beta3", "v1beta2", "v1beta1"], "prioritylevelconfigurations", "PriorityLevelConfiguration", Cluster, &[], &[("status", None)]),
    row("internal.apiserver.k8s.io", &[], &["v1alpha1"], &[], "storageversions", "StorageVersion", Cluster, &[], &[("status", None)]),
    row("lifecycle.k8s.io", &[], &["v1alpha1"], &[], "evictionrequests", "EvictionRequest", Namespaced, &[], &[("status", None)]),
    row("lifecycle.k8s.io", &[], &["v1alpha1"], &[], "evictions", "Eviction", Namespaced, &[], &[("status", None)]),
    row("networking.k8s.io", &["v1"], &[], &["v1beta1"], "ingressclasses", "IngressClass", Cluster, &[], &[]),
    row("networking.k8s.io", &["v1"], &[], &["v1beta1"], "ingresses", "Ingress", Namespaced, &["ing"], &[("status", None)]),
    row("networking.k8s.io", &["v1"], &[], &["v1beta1"], "ipaddresses", "IPAddress", Cluster, &["ip"], &[]),
    row("networking.k8s.io", &["v1"], &[], &[], "networkpolicies", "NetworkPolicy", Namespaced, &["netpol"], &[]),
    row("networking.k8s.io", &["v1"], &[], &["v1beta1"], "servicecidrs", "ServiceCIDR", Cluster, &[], &[("status", None)]),
    row("node.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "runtimeclasses", "RuntimeClass", Cluster, &[], &[]),
    row("policy", &["v1"], &[], &["v1beta1"], "poddisruptionbudgets", "PodDisruptionBudget", Namespaced, &["pdb"], &[("status", None)]),
    row("rbac.authorization.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "clusterrolebindings", "ClusterRoleBinding", Cluster, &[], &[]),
    row("rbac.authorization.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "clusterroles", "ClusterRole", Cluster, &[], &[]),
    row("rbac.authorization.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "rolebindings", "RoleBinding", Namespaced, &[], &[]),
    row("rbac.authorization.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "roles", "Role", Namespaced, &[], &[]),
    row("resource.k8s.io", &["v1"], &["v1beta2", "v1beta1"], &[], "deviceclasses", "DeviceClass", Cluster, &[], &[]),
    row("resource.k8s.io", &["v1"], &["v1beta2", "v1alpha3"], &[], "devicetaintrules", "DeviceTaintRule", Cluster, &[], &[("status", None)]),
    row("resource.k8s.io", &["v1"], &["v1beta2", "v1beta1"], &[], "resourceclaims", "ResourceClaim", Namespaced, &[], &[("status", None)]),
    row("resource.k8s.io", &["v1"], &["v1beta2", "v1beta1"], &[], "resourceclaimtemplates", "ResourceClaimTemplate", Namespaced, &[], &[]),
    row("resource.k8s.io", &[], &["v1alpha3"], &[], "resourcepoolstatusrequests", "ResourcePoolStatusRequest", Cluster, &[], &[("status", None)]),
    row("resource.k8s.io", &["v1"], &["v1beta2", "v1beta1"], &[], "resourceslices", "ResourceSlice", Cluster, &[], &[]),
    row("scheduling.k8s.io", &[], &["v1alpha3"], &[], "compositepodgroups", "CompositePodGroup", Namespaced, &[], &[("status", None)]),
    row("scheduling.k8s.io", &[], &["v1beta1", "v1alpha3"], &[], "podgroups", "PodGroup", Namespaced, &[], &[("status", None)]),
    row("scheduling.k8s.io", &["v1"], &[], &["v1beta1"], "priorityclasses", "PriorityClass", Cluster, &["pc"], &[]),
    row("scheduling.k8s.io", &[], &["v1beta1", "v1alpha3"], &[], "workloads", "Workload", Namespaced, &[], &[]),
    row("storage.k8s.io", &["v1"], &[], &["v1beta1"], "csidrivers", "CSIDriver", Cluster, &[], &[]),
    row("storage.k8s.io", &["v1"], &[], &["v1beta1"], "csinodes", "CSINode", Cluster, &[], &[("status", None)]),
    row("storage.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "csistoragecapacities", "CSIStorageCapacity", Namespaced, &[], &[]),
    row("storage.k8s.io", &["v1"], &[], &["v1beta1"], "storageclasses", "StorageClass", Cluster, &["sc"], &[]),
    row("storage.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "volumeattachments", "VolumeAttachment", Cluster, &[], &[("status", None)]),
    row("storage.k8s.io", &["v1"], &[], &["v1beta1", "v1alpha1"], "volumeattributesclasses", "VolumeAttributesClass", Cluster, &["vac"], &[]),
    row("storagemigration.k8s.io", &["v1"], &["v1beta1"], &[], "storageversionmigrations", "StorageVersionMigration", Cluster, &[], &[("status", None)]),
];
