//! What an object gets before it is admitted: metadata, generation, and what its kind's strategy sets and takes away.
//!
//! Values that a server invents are fixed, so that the same request has the same answer.
//! Source: kubernetes `pkg/registry/*/*/strategy.go`, apiserver `pkg/registry/rest/{create,update}.go`.

use alloc::{borrow::ToOwned, format, string::ToString, vec::Vec};

use super::{
    Operation, pod,
    procedures::{TEMPLATE_GENERATION, namespace_name_label, set_text},
    tree::{Data, Value, same},
};
use crate::objects::GroupVersionKind;

/// The uid of every new object.
pub(super) const UID: &str = "00000000-0000-4000-8000-000000000000";
/// The creation time of every new object.
pub(super) const TIME: &str = "2026-01-02T03:04:05Z";
/// What a generated name ends in.
const SUFFIX: &str = "abcde";

/// What a strategy does with `status` and `metadata.generation`, and where its objects live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Strategy {
    namespaced: bool,
    /// A status that a client sends is not taken.
    owns_status: bool,
    /// `metadata.generation` starts at 1.
    counts_generations: bool,
}

impl Strategy {
    /// By kind; the groups do not overlap in kinds, but for `Event`, and both are the same.
    fn of(kind: &GroupVersionKind) -> Self {
        let (namespaced, owns_status, counts_generations) = match &*kind.kind {
            "Pod"
            | "ReplicationController"
            | "Deployment"
            | "DaemonSet"
            | "ReplicaSet"
            | "StatefulSet"
            | "Job"
            | "CronJob"
            | "Ingress"
            | "PodDisruptionBudget"
            | "HorizontalPodAutoscaler" => (true, true, true),
            "PodTemplate" | "NetworkPolicy" | "EndpointSlice" => (true, false, true),
            "Service"
            | "PersistentVolumeClaim"
            | "ResourceQuota"
            | "PodCertificateRequest"
            | "ResourceClaim" => (true, true, false),
            "ConfigMap"
            | "Secret"
            | "ServiceAccount"
            | "LimitRange"
            | "Endpoints"
            | "Event"
            | "ControllerRevision"
            | "Role"
            | "RoleBinding"
            | "CSIStorageCapacity"
            | "Lease"
            | "ResourceClaimTemplate"
            | "Binding"
            | "Eviction"
            | "Scale"
            | "TokenRequest"
            | "LocalSubjectAccessReview" => (true, false, false),
            "CustomResourceDefinition"
            | "ValidatingAdmissionPolicy"
            | "FlowSchema"
            | "PriorityLevelConfiguration"
            | "DeviceTaintRule" => (false, true, true),
            "IngressClass"
            | "PriorityClass"
            | "ValidatingAdmissionPolicyBinding"
            | "MutatingAdmissionPolicy"
            | "MutatingAdmissionPolicyBinding"
            | "ValidatingWebhookConfiguration"
            | "MutatingWebhookConfiguration"
            | "DeviceClass"
            | "ResourceSlice" => (false, false, true),
            "Namespace"
            | "PersistentVolume"
            | "ServiceCIDR"
            | "CSINode"
            | "VolumeAttachment"
            | "CertificateSigningRequest"
            | "StorageVersionMigration"
            | "APIService" => (false, true, false),
            _ => (false, false, false),
        };
        Self { namespaced, owns_status, counts_generations }
    }
}

/// Completes an object of a built-in kind. `old`: the stored one, on update.
pub(super) fn apply(operation: Operation, kind: &GroupVersionKind, value: &mut Value, old: Option<&Value>) {
    let strategy = Strategy::of(kind);
    match (operation, old) {
        (Operation::Create, _) => create(strategy, kind, value),
        (Operation::Update, Some(old)) => update(strategy, kind, value, old),
        (Operation::Read | Operation::Update, _) => {}
    }
}

fn create(strategy: Strategy, kind: &GroupVersionKind, value: &mut Value) {
    new_metadata(value);
    if let Some(metadata) = value.get_mut("metadata") {
        if !strategy.namespaced {
            metadata.remove("namespace");
        } else if metadata.text("namespace").is_empty() {
            metadata.set("namespace", Data::text("default"));
        }
        if strategy.counts_generations {
            metadata.set("generation", Data::Int(1));
        }
    }
    if strategy.owns_status {
        value.set("status", Data::empty_map());
    }
    drop_disabled_fields(kind, value);
    let at = value.end();
    match &*kind.kind {
        "Pod" => pod::create(value),
        "DaemonSet" => {
            if let Some(annotations) = value.at_mut("metadata.annotations")
                && annotations.text(TEMPLATE_GENERATION).parse::<i64>().is_ok_and(|number| number < 1)
            {
                set_text(annotations, TEMPLATE_GENERATION, "1");
            }
        }
        "Job" => pod::job_selector(value),
        "Namespace" => {
            value.set("status", Data::map([("phase", Data::text("Active"))], at));
            add_kubernetes_finalizer(value);
            namespace_name_label(value);
        }
        "PersistentVolume" => {
            let status = [("phase", Data::text("Pending")), ("lastPhaseTransitionTime", Data::text(TIME))];
            value.set("status", Data::map(status, at));
        }
        "PersistentVolumeClaim" => data_sources(value),
        "ServiceAccount" => secrets_by_name(value),
        "LimitRange" => {
            if let Some(metadata) = value.get_mut("metadata")
                && metadata.text("name").is_empty()
            {
                metadata.set("name", Data::text(UID));
            }
        }
        "CertificateSigningRequest" => {
            if let Some(spec) = value.get_mut("spec") {
                for field in ["username", "uid", "groups", "extra"] {
                    spec.remove(field);
                }
            }
        }
        "CustomResourceDefinition" => {
            value.set("status", Data::empty_map());
            stored_version(value);
        }
        _ => {}
    }
}

fn update(strategy: Strategy, kind: &GroupVersionKind, value: &mut Value, old: &Value) {
    carry_over_metadata(value, old);
    if strategy.owns_status || &*kind.kind == "Node" {
        match old.get("status") {
            Some(status) => {
                let status = status.copied(value.end());
                value.set("status", status);
            }
            None => drop(value.remove("status")),
        }
    }
    let mut generation_changes = strategy.counts_generations || &*kind.kind == "CSIDriver";
    let differs = |path: &str, value: &Value| !same(value.at(path), old.at(path));
    match &*kind.kind {
        "Pod" => {
            if value.at("spec.resources").is_none_or(Value::is_null)
                && let Some(resources) = old.at("spec.resources")
            {
                let at = value.end();
                if let Some(spec) = value.get_mut("spec") {
                    spec.set("resources", resources.copied(at));
                }
            }
            generation_changes = differs("spec", value);
        }
        "Deployment" => generation_changes = differs("spec", value) || differs("metadata.annotations", value),
        "DaemonSet" => {
            let generation = old
                .at("metadata.annotations")
                .map_or("0", |annotations| annotations.text(TEMPLATE_GENERATION));
            let number: i64 = generation.parse().unwrap_or(0);
            let number = number + i64::from(differs("spec.template", value));
            if let Some(annotations) = value.at_mut("metadata.annotations") {
                set_text(annotations, TEMPLATE_GENERATION, &number.to_string());
            }
            generation_changes = differs("spec", value);
        }
        "PodTemplate" => generation_changes = differs("template", value),
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            generation_changes = differs("webhooks", value);
        }
        "EndpointSlice" => {
            generation_changes = ["addressType", "endpoints", "ports", "metadata.labels"]
                .iter()
                .any(|path| differs(path, value));
        }
        "PriorityClass" => generation_changes = false,
        "Secret" => {
            if value.text("type").is_empty() {
                let kind = old.text("type").to_owned();
                set_text(value, "type", &kind);
            }
        }
        "ServiceAccount" => secrets_by_name(value),
        "Namespace" => {
            let at = value.end();
            let finalizers = old.at("spec.finalizers").map(|finalizers| finalizers.copied(at));
            if let Some(spec) = value.get_mut("spec") {
                match finalizers {
                    Some(finalizers) => spec.set("finalizers", finalizers),
                    None => drop(spec.remove("finalizers")),
                }
            }
            namespace_name_label(value);
        }
        "PersistentVolumeClaim" => data_sources(value),
        "CertificateSigningRequest" => {
            if let Some(spec) = old.get("spec") {
                let spec = spec.copied(value.end());
                value.set("spec", spec);
            }
        }
        "CustomResourceDefinition" => {
            stored_version(value);
            generation_changes = differs("spec", value);
        }
        _ => generation_changes = generation_changes && differs("spec", value),
    }
    if generation_changes {
        raise_generation(value, old);
    }
}

/// Completes a custom resource. `has_status`: its status is a subresource; `known`: that is so by its definition.
pub(super) fn custom(
    operation: Operation,
    value: &mut Value,
    old: Option<&Value>,
    has_status: bool,
    known: bool,
) {
    match (operation, old) {
        (Operation::Update, Some(old)) => {
            carry_over_metadata(value, old);
            if has_status && known {
                match old.get("status") {
                    Some(status) => {
                        let status = status.copied(value.end());
                        value.set("status", status);
                    }
                    None => drop(value.remove("status")),
                }
            }
            let relevant = |value: &Value| {
                let fields = value.fields().iter();
                let counts = |key: &str| key != "metadata" && !(has_status && key == "status");
                fields.filter(|field| counts(&field.key)).cloned().collect::<Vec<_>>()
            };
            let (new_fields, old_fields) = (Data::Map(relevant(value)), Data::Map(relevant(old)));
            let at = value.end();
            if !Value::added(new_fields, at).same(&Value::added(old_fields, at)) {
                raise_generation(value, old);
            }
        }
        (Operation::Create, _) => {
            if has_status && known {
                value.remove("status");
            }
            value.or_insert("metadata", Data::empty_map());
            new_metadata(value);
            if let Some(metadata) = value.get_mut("metadata") {
                metadata.set("generation", Data::Int(1));
            }
        }
        (Operation::Read | Operation::Update, _) => {}
    }
}

/// What every new object gets, and what no client may say.
fn new_metadata(value: &mut Value) {
    let Some(metadata) = value.get_mut("metadata") else { return };
    for field in ["selfLink", "deletionGracePeriodSeconds", "deletionTimestamp"] {
        metadata.remove(field);
    }
    metadata.set("uid", Data::text(UID));
    metadata.set("creationTimestamp", Data::text(TIME));
    let generate = metadata.text("generateName");
    if metadata.text("name").is_empty() && !generate.is_empty() {
        let name = format!("{generate}{SUFFIX}");
        metadata.set("name", Data::owned(name));
    }
}

/// What an object keeps from the stored one.
fn carry_over_metadata(value: &mut Value, old: &Value) {
    let at = value.end();
    let Some(stored) = old.get("metadata") else { return };
    let Some(metadata) = value.or_insert("metadata", Data::empty_map()) else { return };
    for field in ["uid", "creationTimestamp", "generation"] {
        match stored.get(field) {
            Some(kept) => metadata.set(field, kept.copied(at)),
            None => drop(metadata.remove(field)),
        }
    }
}

fn raise_generation(value: &mut Value, old: &Value) {
    let before = old.at("metadata.generation").and_then(Value::as_int).unwrap_or(0);
    if let Some(metadata) = value.get_mut("metadata") {
        metadata.set("generation", Data::Int(before + 1));
    }
}

/// Pod templates, wherever the kind has them.
fn drop_disabled_fields(kind: &GroupVersionKind, value: &mut Value) {
    let template = match &*kind.kind {
        "PodTemplate" => "template",
        "CronJob" => "spec.jobTemplate.spec.template",
        "Pod" => return,
        _ => "spec.template",
    };
    if let Some(template) = value.at_mut(template) {
        pod::drop_disabled_fields(template);
    }
}

fn add_kubernetes_finalizer(namespace: &mut Value) {
    let at = namespace.end();
    let Some(spec) = namespace.get_mut("spec") else { return };
    if let Some(Value { data: Data::List(finalizers), .. }) =
        spec.or_insert("finalizers", Data::List(Vec::new()))
        && !finalizers.iter().any(|finalizer| finalizer.as_str() == "kubernetes")
    {
        finalizers.push(Value::added(Data::text("kubernetes"), at));
    }
}

/// `dataSource` and `dataSourceRef` say the same; what is neither a claim nor a snapshot is dropped from the former.
fn data_sources(claim: &mut Value) {
    let at = claim.end();
    let Some(spec) = claim.get_mut("spec") else { return };
    let is_set = |spec: &Value, key: &str| spec.get(key).is_some_and(|value| !value.is_null());
    if !is_set(spec, "dataSourceRef") && is_set(spec, "dataSource") {
        let known = spec.get("dataSource").is_some_and(|source| {
            matches!(
                (source.text("kind"), source.text("apiGroup")),
                ("PersistentVolumeClaim", "") | ("VolumeSnapshot", "snapshot.storage.k8s.io")
            )
        });
        if !known {
            spec.remove("dataSource");
        }
    }
    let copy = |from: &Value| {
        let mut copy = Value::added(Data::empty_map(), at);
        for key in ["apiGroup", "kind", "name"] {
            if let Some(value) = from.get(key) {
                copy.set(key, value.copied(at));
            }
        }
        copy.data
    };
    let (source, reference) = (spec.get("dataSource").cloned(), spec.get("dataSourceRef").cloned());
    match (source, reference) {
        (Some(source), None) => spec.set("dataSourceRef", copy(&source)),
        (None, Some(reference)) if reference.text("namespace").is_empty() => {
            spec.set("dataSource", copy(&reference))
        }
        _ => {}
    }
}

fn secrets_by_name(account: &mut Value) {
    for secret in account.get_mut("secrets").map_or(&mut [][..], Value::items_mut) {
        if let Data::Map(fields) = &mut secret.data {
            fields.retain(|field| &*field.key == "name");
        }
    }
}

fn stored_version(crd: &mut Value) {
    let is_stored = |version: &&Value| version.get("storage").is_some_and(|storage| !storage.is_empty());
    let versions = crd.at("spec.versions").map_or(&[][..], Value::items);
    let Some(name) = versions.iter().find(is_stored).map(|version| version.text("name").to_owned()) else {
        return;
    };
    let at = crd.end();
    if let Some(status) = crd.get_mut("status")
        && let Some(Value { data: Data::List(stored), .. }) =
            status.or_insert("storedVersions", Data::List(Vec::new()))
        && !stored.iter().any(|version| version.as_str() == name)
    {
        stored.push(Value::added(Data::owned(name), at));
    }
}
