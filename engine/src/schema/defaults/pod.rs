//! What the strategies of pods, and of everything with a pod template, do to it before it is admitted.
//! Source: kubernetes `pkg/registry/core/pod/strategy.go`, `pkg/api/pod/util.go`.

use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Ordering;

use super::{
    quantity::Quantity,
    tree::{Data, Value},
};
use crate::order;

const ALL_CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
/// Read by servers up to 1.7.
const INIT_CONTAINER_ANNOTATIONS: [&str; 4] = [
    "pod.beta.kubernetes.io/init-containers",
    "pod.alpha.kubernetes.io/init-containers",
    "pod.beta.kubernetes.io/init-container-statuses",
    "pod.alpha.kubernetes.io/init-container-statuses",
];

/// A new pod.
pub(super) fn create(pod: &mut Value) {
    let at = pod.end();
    drop_disabled_fields(pod);
    let gated = pod.at("spec.schedulingGates").is_some_and(|gates| !gates.is_empty());
    match_label_keys(pod);
    app_armor(pod);
    pod_level_resources(pod);
    let mut status =
        Data::map([("phase", Data::text("Pending")), ("qosClass", Data::text(qos_class(pod)))], at);
    if gated && let Data::Map(fields) = &mut status {
        let condition = Data::map(
            [
                ("type", Data::text("PodScheduled")),
                ("status", Data::text("False")),
                ("reason", Data::text("SchedulingGated")),
                ("message", Data::text("Scheduling is blocked due to non-empty scheduling gates")),
                ("lastProbeTime", Data::Null),
                ("lastTransitionTime", Data::text(super::strategy::TIME)),
            ],
            at,
        );
        let list = Data::List(Vec::from([Value::added(condition, at)]));
        fields.push(super::tree::Field {
            key: "conditions".into(),
            key_span: at,
            value: Value::added(list, at),
        });
    }
    pod.set("status", status);
}

/// Takes out fields whose feature is off in 1.37, of a pod or a pod template.
pub(super) fn drop_disabled_fields(template: &mut Value) {
    if let Some(annotations) = template.at_mut("metadata.annotations") {
        for key in INIT_CONTAINER_ANNOTATIONS {
            annotations.remove(key);
        }
    }
    let Some(spec) = template.get_mut("spec") else { return };
    spec.remove("schedulingGroup");
    spec.remove("evictionResponders");
    for list in ALL_CONTAINERS {
        for container in spec.get_mut(list).map_or(&mut [][..], Value::items_mut) {
            for mount in container.get_mut("volumeMounts").map_or(&mut [][..], Value::items_mut) {
                mount.remove("bindMountOptions");
            }
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                remove_below(container, &[probe, "httpGet"], "protocol");
                remove_below(container, &[probe, "grpc"], "mode");
            }
            for handler in ["postStart", "preStop"] {
                remove_below(container, &["lifecycle", handler, "httpGet"], "protocol");
            }
            let lifecycle = container.get_mut("lifecycle");
            let is_left_empty = lifecycle
                .is_some_and(|lifecycle| lifecycle.remove("stopSignal").is_some() && lifecycle.is_empty());
            if is_left_empty {
                container.remove("lifecycle");
            }
        }
    }
    for volume in spec.get_mut("volumes").map_or(&mut [][..], Value::items_mut) {
        remove_below(volume, &["emptyDir"], "mode");
        for source in ["secret", "configMap", "downwardAPI", "projected"] {
            remove_below(volume, &[source], "defaultUser");
            drop_users(volume, source);
        }
        for projection in volume.at_mut("projected.sources").map_or(&mut [][..], Value::items_mut) {
            for source in ["secret", "configMap", "downwardAPI"] {
                drop_users(projection, source);
            }
            for source in ["serviceAccountToken", "clusterTrustBundle", "podCertificate"] {
                remove_below(projection, &[source], "user");
            }
        }
    }
}

fn drop_users(holder: &mut Value, source: &str) {
    let items = holder.get_mut(source).and_then(|source| source.get_mut("items"));
    for item in items.map_or(&mut [][..], Value::items_mut) {
        item.remove("user");
    }
}

fn remove_below(value: &mut Value, path: &[&str], key: &str) {
    let holder = path.iter().try_fold(value, |value, key| value.get_mut(key));
    if let Some(holder) = holder {
        holder.remove(key);
    }
}

/// `matchLabelKeys` and `mismatchLabelKeys` become part of the selectors.
fn match_label_keys(pod: &mut Value) {
    let labels = pod.at("metadata.labels").map_or(&[][..], Value::fields).iter();
    let labels = order::map(labels.map(|field| ((*field.key).to_owned(), field.value.as_str().to_owned())));
    for affinity in ["spec.affinity.podAffinity", "spec.affinity.podAntiAffinity"] {
        let Some(affinity) = pod.at_mut(affinity) else { continue };
        let preferred = affinity.get_mut("preferredDuringSchedulingIgnoredDuringExecution");
        for weighted in preferred.map_or(&mut [][..], Value::items_mut) {
            if let Some(term) = weighted.get_mut("podAffinityTerm") {
                add_label_keys(term, &labels);
            }
        }
        let required = affinity.get_mut("requiredDuringSchedulingIgnoredDuringExecution");
        required
            .map_or(&mut [][..], Value::items_mut)
            .iter_mut()
            .for_each(|term| add_label_keys(term, &labels));
    }
    let constraints = pod.at_mut("spec.topologySpreadConstraints");
    for constraint in constraints.map_or(&mut [][..], Value::items_mut) {
        add_label_keys(constraint, &labels);
    }
}

fn add_label_keys(term: &mut Value, labels: &BTreeMap<String, String>) {
    let mut added = Vec::new();
    let at = term.end();
    for (keys, operator) in [("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")] {
        for key in term.get(keys).map_or(&[][..], Value::items) {
            if let Some(value) = labels.get(key.as_str()) {
                let values = Data::List(Vec::from([Value::added(Data::text(value), at)]));
                let requirement = Data::map(
                    [
                        ("key", Data::text(key.as_str())),
                        ("operator", Data::text(operator)),
                        ("values", values),
                    ],
                    at,
                );
                added.push(Value::added(requirement, at));
            }
        }
    }
    // A selector that is absent matches nothing, and stays so.
    let Some(selector) = term.get_mut("labelSelector").filter(|_| !added.is_empty()) else { return };
    if let Some(Value { data: Data::List(list), .. }) =
        selector.or_insert("matchExpressions", Data::List(Vec::new()))
    {
        list.append(&mut added);
    }
}

/// The profiles that annotations name become fields of their containers.
fn app_armor(pod: &mut Value) {
    if pod.at("spec.os.name").is_some_and(|name| name.as_str() == "windows") {
        return;
    }
    let annotations: Vec<(String, String)> = pod
        .at("metadata.annotations")
        .map_or(&[][..], Value::fields)
        .iter()
        .filter_map(|field| {
            Some((field.key.strip_prefix(APP_ARMOR)?.to_owned(), field.value.as_str().to_owned()))
        })
        .collect();
    if annotations.is_empty() {
        return;
    }
    let of_pod = pod.at("spec.securityContext.appArmorProfile").cloned();
    let Some(spec) = pod.get_mut("spec") else { return };
    for list in ALL_CONTAINERS {
        for container in spec.get_mut(list).map_or(&mut [][..], Value::items_mut) {
            let name = container.text("name").to_owned();
            let Some((_, profile)) = annotations.iter().find(|(of, _)| *of == name) else { continue };
            let at = container.end();
            let Some(profile) = app_armor_profile(profile).map(|data| Value::added(data(at), at)) else {
                continue;
            };
            let is_set =
                container.at("securityContext.appArmorProfile").is_some_and(|profile| !profile.is_null());
            if is_set || of_pod.as_ref().is_some_and(|of_pod| of_pod.same(&profile)) {
                continue;
            }
            if let Some(context) = container.or_insert("securityContext", Data::empty_map()) {
                context.set("appArmorProfile", profile.data);
            }
        }
    }
}

fn app_armor_profile(annotation: &str) -> Option<impl Fn(crate::source::Span) -> Data> {
    let (kind, profile) = match annotation {
        "unconfined" => ("Unconfined", None),
        "runtime/default" => ("RuntimeDefault", None),
        _ => (
            "Localhost",
            Some(annotation.strip_prefix("localhost/").filter(|name| is_profile_name(name))?.to_owned()),
        ),
    };
    Some(move |at| match &profile {
        Some(profile) => {
            Data::map([("type", Data::text(kind)), ("localhostProfile", Data::text(profile))], at)
        }
        None => Data::map([("type", Data::text(kind))], at),
    })
}

/// What validation lets a localhost profile be called.
fn is_profile_name(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && name.len() <= 4095
}

type Amounts = BTreeMap<String, Quantity>;

fn amounts(resources: Option<&Value>, list: &str) -> Amounts {
    let fields = resources.and_then(|resources| resources.get(list)).map_or(&[][..], Value::fields);
    let parsed = |text: &str| Quantity::parse(text).ok();
    order::map(
        fields.iter().filter_map(|field| Some(((*field.key).to_owned(), parsed(field.value.as_str())?))),
    )
}

fn add(to: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        match to.get_mut(name) {
            Some(sum) => sum.add(amount),
            None => drop(to.insert(name.clone(), amount.clone())),
        }
    }
}

/// What all containers ask for together: those that run at once, or the largest that runs before them.
fn aggregate(spec: &Value, list: &str) -> Amounts {
    let of = |container: &Value| amounts(container.get("resources"), list);
    let containers = |name: &str| spec.get(name).map_or(&[][..], Value::items);
    let mut sum = Amounts::new();
    for container in containers("containers") {
        add(&mut sum, &of(container));
    }
    let mut sidecars = Amounts::new();
    let mut largest = Amounts::new();
    for container in containers("initContainers") {
        let mut asked = of(container);
        if container.text("restartPolicy") == "Always" {
            add(&mut sum, &asked);
            add(&mut sidecars, &asked);
            asked.clone_from(&sidecars);
        } else {
            add(&mut asked, &sidecars);
        }
        take_larger(&mut largest, asked);
    }
    take_larger(&mut sum, largest);
    sum
}

fn take_larger(to: &mut Amounts, other: Amounts) {
    for (name, amount) in other {
        if to.get(&name).is_none_or(|known| amount.compare(known) == Ordering::Greater) {
            to.insert(name, amount);
        }
    }
}

fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_pod_level(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || is_huge_page(name)
}

/// Resources of the pod as a whole: what is missing comes from the containers and from each other.
fn pod_level_resources(pod: &mut Value) {
    let Some(spec) = pod.get("spec") else { return };
    let resources = spec.get("resources").filter(|resources| !resources.is_null());
    let (mut requests, mut limits) = (amounts(resources, "requests"), amounts(resources, "limits"));
    if requests.is_empty() && limits.is_empty() {
        return;
    }
    let mut added: Vec<(&str, String, Quantity)> = Vec::new();
    let container_limits = aggregate(spec, "limits");
    for (name, amount) in container_limits.iter().filter(|(name, _)| is_huge_page(name)) {
        if !requests.contains_key(name) && !limits.contains_key(name) {
            limits.insert(name.clone(), amount.clone());
            added.push(("limits", name.clone(), amount.clone()));
        }
    }
    let container_requests =
        aggregate(spec, "requests").into_iter().filter(|(name, _)| matches!(&**name, "cpu" | "memory"));
    let from_limits = limits.clone().into_iter().filter(|(name, _)| is_pod_level(name));
    for (name, amount) in container_requests.chain(from_limits) {
        if !requests.contains_key(&name) {
            requests.insert(name.clone(), amount.clone());
            added.push(("requests", name, amount));
        }
    }
    let everywhere_limited = |name: &str| {
        let of_all = ALL_CONTAINERS.iter().flat_map(|list| spec.get(list).map_or(&[][..], Value::items));
        let has = |container: &Value| {
            container.get("resources").and_then(|r| r.get("limits")).is_some_and(|l| l.get(name).is_some())
        };
        of_all.into_iter().all(has)
    };
    for (name, request) in requests.iter().filter(|(name, _)| is_pod_level(name)) {
        if limits.contains_key(name) || !everywhere_limited(name) {
            continue;
        }
        if let Some(limit) = container_limits.get(name) {
            let larger = if request.compare(limit) == Ordering::Greater { request } else { limit };
            added.push(("limits", name.clone(), larger.clone()));
        }
    }
    let Some(resources) = pod.at_mut("spec.resources") else { return };
    for (list, name, amount) in added {
        if let Some(list) = resources.or_insert(list, Data::empty_map()) {
            list.set(&name, Data::owned(amount.print()));
        }
    }
}

/// `Guaranteed`, `Burstable` or `BestEffort`.
fn qos_class(pod: &Value) -> &'static str {
    let Some(spec) = pod.get("spec") else { return "BestEffort" };
    let of_pod = spec.get("resources").filter(|resources| {
        let lists = ["requests", "limits"].map(|list| resources.get(list).map_or(&[][..], Value::fields));
        lists.iter().flat_map(|list| list.iter()).any(|field| is_pod_level(&field.key))
    });
    if let Some(resources) = of_pod {
        return requirements_class(Some(resources));
    }
    let containers =
        ["initContainers", "containers"].iter().flat_map(|list| spec.get(list).map_or(&[][..], Value::items));
    let mut classes = containers.map(|container| requirements_class(container.get("resources")));
    let Some(first) = classes.next() else { return "BestEffort" };
    if classes.all(|class| class == first) { first } else { "Burstable" }
}

fn requirements_class(resources: Option<&Value>) -> &'static str {
    let (requests, limits) = (amounts(resources, "requests"), amounts(resources, "limits"));
    let class =
        |name: &str| match (requests.get(name), limits.get(name)) {
            (None, None) => "BestEffort",
            (Some(amount), None) | (None, Some(amount)) if amount.is_zero() => "BestEffort",
            (Some(request), Some(limit)) if request.compare(limit) == Ordering::Equal => {
                if request.is_zero() { "BestEffort" } else { "Guaranteed" }
            }
            _ => "Burstable",
        };
    if class("cpu") == class("memory") { class("cpu") } else { "Burstable" }
}

/// The labels and the selector that a job without a selector of its own gets.
pub(super) fn job_selector(job: &mut Value) {
    if job.at("spec.manualSelector").is_some_and(|manual| !manual.is_empty()) {
        return;
    }
    let name = job.at("metadata.name").map_or("", Value::as_str).to_string();
    let uid = job.at("metadata.uid").map_or("", Value::as_str).to_string();
    if let Some(metadata) = job.at_mut("spec.template.metadata")
        && let Some(labels) = metadata.or_insert("labels", Data::empty_map())
    {
        for (key, value) in [
            ("job-name", &name),
            ("batch.kubernetes.io/job-name", &name),
            ("controller-uid", &uid),
            ("batch.kubernetes.io/controller-uid", &uid),
        ] {
            if labels.get(key).is_none() {
                labels.set(key, Data::text(value));
            }
        }
    }
    if let Some(spec) = job.get_mut("spec")
        && let Some(selector) = spec.or_insert("selector", Data::empty_map())
        && let Some(labels) = selector.or_insert("matchLabels", Data::empty_map())
        && labels.get("batch.kubernetes.io/controller-uid").is_none()
    {
        labels.set("batch.kubernetes.io/controller-uid", Data::text(&uid));
    }
}
