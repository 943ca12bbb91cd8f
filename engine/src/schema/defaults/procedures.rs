//! Defaulting and conversion that are no table: each as the function of that purpose in Kubernetes does it.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    decode::{Problem, encode_base64},
    image,
    rules::refused,
    tree::{Data, Value},
};
use crate::yaml;

/// What a rule can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Procedure {
    ImagePullPolicy,
    ImageVolumePullPolicy,
    RequestsFromLimits,
    HostPortsFromContainerPorts,
    ServiceAccountAlias,
    PodIps,
    VolumeWithoutSource,
    TargetPort,
    IngressIpMode,
    StringData,
    NamespaceNameLabel,
    AllocatableFromCapacity,
    PodCidrs,
    LimitRangeContainer,
    RollbackAnnotation,
    TemplateGenerationAnnotation,
    RollingUpdateZeros,
    RollingUpdateZerosDaemon,
    PartitionZero,
    ClaimTemplateKind,
    HpaV1Cpu,
    CrdNames,
    CrdStoredVersions,
    CrdConversion,
}

impl Procedure {
    /// By the name it has in the table. `configMapDataNotNil` has no effect that is seen.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "imagePullPolicy" => Self::ImagePullPolicy,
            "imageVolumePullPolicy" => Self::ImageVolumePullPolicy,
            "requestsFromLimits" => Self::RequestsFromLimits,
            "hostPortsFromContainerPorts" => Self::HostPortsFromContainerPorts,
            "serviceAccountAlias" => Self::ServiceAccountAlias,
            "podIPs" => Self::PodIps,
            "volumeWithoutSource" => Self::VolumeWithoutSource,
            "targetPort" => Self::TargetPort,
            "ingressIPMode" => Self::IngressIpMode,
            "stringData" => Self::StringData,
            "namespaceNameLabel" => Self::NamespaceNameLabel,
            "allocatableFromCapacity" => Self::AllocatableFromCapacity,
            "podCIDRs" => Self::PodCidrs,
            "limitRangeContainer" => Self::LimitRangeContainer,
            "rollbackAnnotation" => Self::RollbackAnnotation,
            "templateGenerationAnnotation" => Self::TemplateGenerationAnnotation,
            "rollingUpdateZeros" => Self::RollingUpdateZeros,
            "rollingUpdateZerosDaemon" => Self::RollingUpdateZerosDaemon,
            "partitionZero" => Self::PartitionZero,
            "claimTemplateKind" => Self::ClaimTemplateKind,
            "hpaV1CPU" => Self::HpaV1Cpu,
            "crdNames" => Self::CrdNames,
            "crdStoredVersions" => Self::CrdStoredVersions,
            "crdConversion" => Self::CrdConversion,
            _ => return None,
        })
    }
}

/// The annotation that carries a DaemonSet's `spec.templateGeneration` of its internal version.
pub(super) const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";
const ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";
const HPA_METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const HPA_CURRENT_METRICS: &str = "autoscaling.alpha.kubernetes.io/current-metrics";

/// Containers that have ports and resources of their own; ephemeral ones have neither.
const CONTAINERS: [&str; 2] = ["containers", "initContainers"];

/// Runs one on a value of the type whose rule it is.
pub(super) fn run(procedure: Procedure, value: &mut Value) -> Result<(), Problem> {
    match procedure {
        Procedure::ImagePullPolicy => {
            if value.text("imagePullPolicy").is_empty() {
                value.set("imagePullPolicy", Data::text(image::pull_policy(value.text("image"))));
            }
        }
        Procedure::ImageVolumePullPolicy => {
            if let Some(image) = value.get_mut("image")
                && image.text("pullPolicy").is_empty()
            {
                image.set("pullPolicy", Data::text(image::pull_policy(image.text("reference"))));
            }
        }
        Procedure::RequestsFromLimits => for_each_container(value, |container| {
            if let Some(resources) = container.get_mut("resources") {
                requests_from_limits(resources);
            }
        }),
        Procedure::HostPortsFromContainerPorts => for_each_container(value, |container| {
            for port in container.get_mut("ports").map_or(&mut [][..], Value::items_mut) {
                if port.get("hostPort").is_none_or(Value::is_empty) {
                    let number = port.get("containerPort").and_then(Value::as_int).unwrap_or(0);
                    port.set("hostPort", Data::Int(number));
                }
            }
        }),
        Procedure::ServiceAccountAlias => {
            let name = match value.text("serviceAccountName") {
                "" => value.text("serviceAccount"),
                name => name,
            };
            if !name.is_empty() {
                let name = name.to_owned();
                set_text(value, "serviceAccountName", &name);
                set_text(value, "serviceAccount", &name);
            }
        }
        Procedure::PodIps => pod_ips(value),
        Procedure::VolumeWithoutSource => {
            if value.fields().iter().all(|field| &*field.key == "name" || field.value.is_null()) {
                value.set("emptyDir", Data::empty_map());
            }
        }
        Procedure::TargetPort => {
            if value.get("targetPort").is_none_or(Value::is_empty) {
                let port = value.get("port").and_then(Value::as_int).unwrap_or(0);
                value.set("targetPort", Data::Int(port));
            }
        }
        Procedure::IngressIpMode => {
            for ingress in value.at_mut("status.loadBalancer.ingress").map_or(&mut [][..], Value::items_mut) {
                if !ingress.text("ip").is_empty() {
                    ingress.or_insert("ipMode", Data::text("VIP"));
                }
            }
        }
        Procedure::StringData => string_data(value),
        Procedure::NamespaceNameLabel => namespace_name_label(value),
        Procedure::AllocatableFromCapacity => {
            if let Some(capacity) = value.get("capacity") {
                let copy = capacity.copied(value.end());
                value.or_insert("allocatable", copy);
            }
        }
        Procedure::PodCidrs => pod_cidrs(value),
        Procedure::LimitRangeContainer => limit_range_container(value),
        Procedure::RollbackAnnotation => return rollback_annotation(value),
        Procedure::TemplateGenerationAnnotation => return template_generation_annotation(value),
        Procedure::RollingUpdateZeros => rolling_update_zeros(value, "spec.strategy.rollingUpdate"),
        Procedure::RollingUpdateZerosDaemon => {
            rolling_update_zeros(value, "spec.updateStrategy.rollingUpdate")
        }
        Procedure::PartitionZero => {
            if let Some(update) = value.at_mut("spec.updateStrategy.rollingUpdate") {
                update.or_insert("partition", Data::Int(0));
            }
        }
        Procedure::ClaimTemplateKind => {
            for claim in value.at_mut("spec.volumeClaimTemplates").map_or(&mut [][..], Value::items_mut) {
                set_text(claim, "apiVersion", "v1");
                set_text(claim, "kind", "PersistentVolumeClaim");
            }
        }
        Procedure::HpaV1Cpu => hpa_v1_cpu(value),
        Procedure::CrdNames => crd_names(value),
        Procedure::CrdStoredVersions => crd_stored_versions(value),
        Procedure::CrdConversion => {
            let webhook = value.at("spec.conversion.webhook");
            let is_set = |webhook: &Value, key: &str| webhook.get(key).is_some_and(|value| !value.is_null());
            let says_nothing = webhook.is_some_and(|webhook| {
                !is_set(webhook, "clientConfig") && !is_set(webhook, "conversionReviewVersions")
            });
            if says_nothing && let Some(conversion) = value.at_mut("spec.conversion") {
                conversion.remove("webhook");
            }
        }
    }
    Ok(())
}

fn for_each_container(pod: &mut Value, mut visit: impl FnMut(&mut Value)) {
    for list in CONTAINERS {
        let containers = pod.get_mut("spec").and_then(|spec| spec.get_mut(list));
        containers.map_or(&mut [][..], Value::items_mut).iter_mut().for_each(&mut visit);
    }
}

/// Sets a text that is not already so: what is written keeps its place.
pub(super) fn set_text(value: &mut Value, key: &str, text: &str) {
    if value.text(key) != text || value.get(key).is_none() {
        value.set(key, Data::text(text));
    }
}

fn requests_from_limits(resources: &mut Value) {
    let Some(limits) = resources.get("limits").filter(|limits| !limits.is_null()) else { return };
    let limits = limits.fields().to_vec();
    let Some(requests) = resources.or_insert("requests", Data::empty_map()) else { return };
    let end = requests.end();
    for limit in limits {
        if requests.get(&limit.key).is_none() {
            let copy = Value::added(limit.value.copied(end), end);
            requests.push(&limit.key, copy);
        }
    }
}

fn pod_ips(status: &mut Value) {
    let first = status.get("podIPs").and_then(|list| list.items().first()).map(|ip| ip.text("ip").to_owned());
    let ip = status.text("podIP").to_owned();
    match first {
        Some(first) if ip.is_empty() => set_text(status, "podIP", &first),
        Some(first) if first == ip => {}
        _ if !ip.is_empty() => {
            let at = status.end();
            let item = Value::added(Data::map([("ip", Data::text(&ip))], at), at);
            status.set("podIPs", Data::List(Vec::from([item])));
        }
        _ => {}
    }
}

fn pod_cidrs(spec: &mut Value) {
    let first =
        spec.get("podCIDRs").and_then(|list| list.items().first()).map(|cidr| cidr.as_str().to_owned());
    let cidr = spec.text("podCIDR").to_owned();
    match first {
        Some(first) if cidr.is_empty() || cidr == first => set_text(spec, "podCIDR", &first),
        _ if !cidr.is_empty() => {
            let item = Value::added(Data::text(&cidr), spec.end());
            spec.set("podCIDRs", Data::List(Vec::from([item])));
        }
        _ => {}
    }
}

fn string_data(secret: &mut Value) {
    let Some(texts) = secret.remove("stringData") else { return };
    if texts.fields().is_empty() {
        return;
    }
    let Some(data) = secret.or_insert("data", Data::empty_map()) else { return };
    for field in texts.fields() {
        let encoded = Data::owned(encode_base64(field.value.as_str().as_bytes()));
        // It keeps the place of the text it was made of.
        let value = Value { data: encoded, ..field.value.clone() };
        data.remove(&field.key);
        data.push(&field.key, value);
    }
}

/// The label every namespace has.
pub(super) fn namespace_name_label(namespace: &mut Value) {
    let name = namespace.at("metadata.name").map_or("", Value::as_str).to_owned();
    if name.is_empty() {
        return;
    }
    if let Some(labels) =
        namespace.get_mut("metadata").and_then(|metadata| metadata.or_insert("labels", Data::empty_map()))
    {
        set_text(labels, "kubernetes.io/metadata.name", &name);
    }
}

fn limit_range_container(item: &mut Value) {
    let at = item.end();
    item.or_insert("default", Data::empty_map());
    item.or_insert("defaultRequest", Data::empty_map());
    for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")] {
        let fields = item.get(from).map_or(&[][..], Value::fields).to_vec();
        let Some(target) = item.get_mut(to) else { continue };
        for field in fields {
            if target.get(&field.key).is_none() {
                target.push(&field.key, Value::added(field.value.copied(at), at));
            }
        }
    }
}

fn rollback_annotation(deployment: &mut Value) -> Result<(), Problem> {
    let Some(annotations) = deployment.at_mut("metadata.annotations") else { return Ok(()) };
    let Some(revision) = annotations.get(ROLLBACK_TO) else { return Ok(()) };
    match integer(revision.as_str()) {
        _ if revision.as_str().is_empty() => drop(annotations.remove(ROLLBACK_TO)),
        Some(number) => set_text(annotations, ROLLBACK_TO, &number.to_string()),
        None => return Err(not_an_integer(revision)),
    }
    Ok(())
}

fn template_generation_annotation(daemon_set: &mut Value) -> Result<(), Problem> {
    let metadata = daemon_set.get_mut("metadata");
    let Some(annotations) =
        metadata.and_then(|metadata| metadata.or_insert("annotations", Data::empty_map()))
    else {
        return Ok(());
    };
    let number = match annotations.get(TEMPLATE_GENERATION) {
        Some(written) => integer(written.as_str()).ok_or_else(|| not_an_integer(written))?,
        None => 0,
    };
    set_text(annotations, TEMPLATE_GENERATION, &number.to_string());
    Ok(())
}

/// Go's `strconv.ParseInt(text, 10, 64)`.
fn integer(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn not_an_integer(value: &Value) -> Problem {
    refused(value, &format!("strconv.ParseInt: parsing {:?}: invalid syntax", value.as_str()))
}

fn rolling_update_zeros(value: &mut Value, path: &str) {
    if let Some(update) = value.at_mut(path).filter(|update| !update.is_null()) {
        update.or_insert("maxUnavailable", Data::Int(0));
        update.or_insert("maxSurge", Data::Int(0));
    }
}

fn hpa_v1_cpu(value: &mut Value) {
    let annotation = value.at("metadata.annotations").map_or("", |annotations| annotations.text(HPA_METRICS));
    if !has_metrics(annotation)
        && let Some(spec) = value.get_mut("spec")
    {
        spec.or_insert("targetCPUUtilizationPercentage", Data::Int(80));
    }
    let current = value.at("status.currentCPUUtilizationPercentage").and_then(Value::as_int);
    if let Some(current) = current
        && let Some(metadata) = value.get_mut("metadata")
        && let Some(annotations) = metadata.or_insert("annotations", Data::empty_map())
    {
        let metrics = format!(
            r#"[{{"type":"Resource","resource":{{"name":"cpu","currentAverageUtilization":{current},"currentAverageValue":"0"}}}}]"#
        );
        annotations.set(HPA_CURRENT_METRICS, Data::owned(metrics));
    }
}

/// Whether the annotation is a JSON list with something in it.
fn has_metrics(text: &str) -> bool {
    let source =
        crate::source::Source { id: crate::source::SourceId(0), name: String::new(), text: text.to_owned() };
    let parsed = yaml::parse(&source);
    parsed.errors.is_empty() && parsed.documents.first().is_some_and(|list| list.root().items().len() > 0)
}

fn crd_names(crd: &mut Value) {
    let Some(names) = crd.at_mut("spec.names") else { return };
    let kind = names.text("kind").to_owned();
    if names.text("singular").is_empty() {
        names.set("singular", Data::owned(kind.to_lowercase()));
    }
    if names.text("listKind").is_empty() && !kind.is_empty() {
        names.set("listKind", Data::owned(format!("{kind}List")));
    }
}

fn crd_stored_versions(crd: &mut Value) {
    let is_stored = |version: &&Value| version.get("storage").is_some_and(|storage| !storage.is_empty());
    let versions = crd.at("spec.versions").map_or(&[][..], Value::items);
    let Some(name) = versions.iter().find(is_stored).map(|version| version.text("name").to_owned()) else {
        return;
    };
    if let Some(status) = crd.get_mut("status")
        && status.get("storedVersions").is_none_or(Value::is_empty)
    {
        let item = Value::added(Data::owned(name), status.end());
        status.set("storedVersions", Data::List(Vec::from([item])));
    }
}
