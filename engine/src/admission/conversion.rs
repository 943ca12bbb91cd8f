//! Objects in another version of their kind, as CEL sees them when a rule matched by that version.
//!
//! Served versions of one kind differ in `apiVersion` alone, with two exceptions: HorizontalPodAutoscaler between
//! `autoscaling/v2` and `v1`, and events between the core group and `events.k8s.io`. The status of an autoscaler, which `v1`
//! keeps in annotations, is left out of it.

use alloc::{format, string::String, vec::Vec};

use super::attributes::Attributes;
use crate::objects::{GroupVersionKind, Maker, Object, json, json_string};
use crate::yaml::{NodeId, NodeRef, NodeValue};

/// The object in the version of the matched kind. A request on a subresource that takes a kind of its own, and a request
/// that was matched by its own kind, leave the object as it is.
#[must_use]
pub(crate) fn to_version(object: &Object, kind: &GroupVersionKind, attributes: &Attributes) -> Object {
    if object.gvk == *kind || *kind == attributes.kind && object.gvk.kind != kind.kind {
        return object.clone();
    }
    let mut maker = Maker::of(&object.document, object.root);
    let root = maker.detach(object.root);
    match (&*object.gvk.group, &*object.gvk.version, &*kind.group, &*kind.version) {
        ("", _, "events.k8s.io", _) if &*kind.kind == "Event" => {
            rename(&mut maker, root, CORE_TO_EVENTS, true)
        }
        ("events.k8s.io", _, "", _) if &*kind.kind == "Event" => {
            rename(&mut maker, root, CORE_TO_EVENTS, false)
        }
        ("autoscaling", "v2", "autoscaling", "v1") if &*kind.kind == "HorizontalPodAutoscaler" => {
            autoscaler_to_v1(&mut maker, root);
        }
        ("autoscaling", "v1", "autoscaling", "v2") if &*kind.kind == "HorizontalPodAutoscaler" => {
            autoscaler_to_v2(&mut maker, root);
        }
        _ => {}
    }
    let version = maker.string(&kind.api_version());
    maker.set(root, "apiVersion", version);
    let name = maker.string(&kind.kind);
    maker.set(root, "kind", name);
    let document = maker.finish(root);
    Object::at(&document, root).unwrap_or_else(|_| object.clone())
}

impl Attributes {
    /// The object as expressions of a policy see it that matched the request by that kind.
    #[must_use]
    pub fn object_as(&self, kind: &GroupVersionKind) -> Option<Object> {
        self.object.as_ref().map(|object| to_version(object, kind, self))
    }
}

/// Fields of an Event in the core group and in `events.k8s.io`.
const CORE_TO_EVENTS: &[(&str, &str)] = &[
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("reportingComponent", "reportingController"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
];

fn rename(maker: &mut Maker, root: NodeId, names: &[(&str, &str)], forth: bool) {
    for (core, events) in names {
        let (from, to) = if forth { (core, events) } else { (events, core) };
        if let Some(value) = maker.get(root, from) {
            maker.remove(root, from);
            maker.set(root, to, value);
        }
    }
}

/// The annotation that keeps what `autoscaling/v1` has no field for.
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";

/// The annotation that keeps the behavior.
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";

/// A behavior as `autoscaling/v1` writes it into the annotation: the internal type, whose fields have Go's names.
fn v1_behavior(behavior: NodeRef<'_>) -> String {
    let field = |node: NodeRef<'_>, key: &str| match node.get(key) {
        Some(found) => json(found, 10_000),
        None => String::from("null"),
    };
    let rules = |key: &str| {
        let Some(rules) = behavior.get(key).filter(|node| !node.is_null()) else {
            return String::from("null");
        };
        let policies: Vec<String> = rules
            .get("policies")
            .into_iter()
            .flat_map(NodeRef::items)
            .map(|policy| {
                let [kind, value, period] = ["type", "value", "periodSeconds"].map(|key| field(policy, key));
                format!("{{\"Type\":{kind},\"Value\":{value},\"PeriodSeconds\":{period}}}")
            })
            .collect();
        let policies =
            if rules.get("policies").is_none() { "null".into() } else { format!("[{}]", policies.join(",")) };
        format!(
            "{{\"StabilizationWindowSeconds\":{},\"SelectPolicy\":{},\"Policies\":{policies},\"Tolerance\":{}}}",
            field(rules, "stabilizationWindowSeconds"),
            field(rules, "selectPolicy"),
            field(rules, "tolerance")
        )
    };
    format!("{{\"ScaleUp\":{},\"ScaleDown\":{}}}", rules("scaleUp"), rules("scaleDown"))
}

fn autoscaler_to_v1(maker: &mut Maker, root: NodeId) {
    let status = maker.own(root, "status");
    maker.remove(status, "currentMetrics");
    maker.remove(status, "conditions");
    if maker.get(status, "currentReplicas").is_none() {
        let none = maker.node(NodeValue::Int(0));
        maker.set(status, "currentReplicas", none);
    }
    let spec = maker.own(root, "spec");
    if let Some(behavior) = maker.get(spec, "behavior") {
        let text = v1_behavior(maker.document().at(behavior));
        maker.remove(spec, "behavior");
        let text = maker.string(&text);
        let metadata = maker.own(root, "metadata");
        let annotations = maker.own(metadata, "annotations");
        maker.set(annotations, BEHAVIOR, text);
    }
    let Some(metrics) = maker.get(spec, "metrics") else { return };
    maker.remove(spec, "metrics");
    let mut utilization = None;
    let mut others: Vec<String> = Vec::new();
    for metric in maker.document().at(metrics).items() {
        let cpu = metric.get("type").and_then(NodeRef::as_str) == Some("Resource")
            && metric.path(&["resource", "name"]).and_then(NodeRef::as_str) == Some("cpu");
        match metric.path(&["resource", "target", "averageUtilization"]).filter(|node| cpu && !node.is_null())
        {
            Some(node) => utilization = Some(node.id()),
            None => others.push(v1_metric(metric)),
        }
    }
    if let Some(node) = utilization {
        maker.set(spec, "targetCPUUtilizationPercentage", node);
    }
    if !others.is_empty() {
        let text = maker.string(&format!("[{}]", others.join(",")));
        let metadata = maker.own(root, "metadata");
        let annotations = maker.own(metadata, "annotations");
        maker.set(annotations, METRICS, text);
    }
}

fn autoscaler_to_v2(maker: &mut Maker, root: NodeId) {
    let status = maker.own(root, "status");
    if maker.get(status, "currentMetrics").is_none() {
        let none = maker.node(NodeValue::Null);
        maker.set(status, "currentMetrics", none);
    }
    // v2 leaves out what v1 always says.
    let none = maker.get(status, "currentReplicas").map(|id| maker.document().at(id).value().clone());
    if none == Some(NodeValue::Int(0)) {
        maker.remove(status, "currentReplicas");
    }
    let spec = maker.own(root, "spec");
    let Some(utilization) = maker.get(spec, "targetCPUUtilizationPercentage") else { return };
    maker.remove(spec, "targetCPUUtilizationPercentage");
    let (kind, name, by) = (maker.string("Resource"), maker.string("cpu"), maker.string("Utilization"));
    let target = maker.map([("type", by), ("averageUtilization", utilization)]);
    let resource = maker.map([("name", name), ("target", target)]);
    let metric = maker.map([("type", kind), ("resource", resource)]);
    let metrics = maker.list([metric]);
    maker.set(spec, "metrics", metrics);
}

/// A metric as `autoscaling/v1` writes it into the annotation: Go's field order, its own names.
fn v1_metric(metric: NodeRef<'_>) -> String {
    let mut out = String::from("{\"type\":");
    json_string(metric.get("type").and_then(NodeRef::as_str).unwrap_or(""), &mut out);
    let sources = [
        ("object", OBJECT),
        ("pods", PODS),
        ("resource", RESOURCE),
        ("containerResource", CONTAINER_RESOURCE),
        ("external", EXTERNAL),
    ];
    for (name, fields) in sources {
        let Some(source) = metric.get(name).filter(|node| !node.is_null()) else { continue };
        out.push_str(&format!(",\"{name}\":{{"));
        let mut first = true;
        for (key, path, absent) in fields {
            let found = source.path(path).filter(|node| !node.is_null());
            let text = match (found, absent) {
                (Some(node), _) => match node.value() {
                    NodeValue::Mapping(_) if *key == "target" => reference(node),
                    _ => json(node, 100_000),
                },
                (None, Some(absent)) => (*absent).into(),
                (None, None) => continue,
            };
            if !core::mem::take(&mut first) {
                out.push(',');
            }
            out.push_str(&format!("\"{key}\":{text}"));
        }
        out.push('}');
    }
    out.push('}');
    out
}

fn reference(node: NodeRef<'_>) -> String {
    let mut out = String::from("{");
    for key in ["kind", "name", "apiVersion"] {
        let Some(text) = node.get(key).and_then(NodeRef::as_str) else { continue };
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&format!("\"{key}\":"));
        json_string(text, &mut out);
    }
    out.push('}');
    out
}

/// A field of v1, where v2 has it, and what stands there when v2 has nothing.
type Field = (&'static str, &'static [&'static str], Option<&'static str>);

const OBJECT: &[Field] = &[
    ("target", &["describedObject"], None),
    ("metricName", &["metric", "name"], Some("\"\"")),
    ("targetValue", &["target", "value"], Some("\"0\"")),
    ("selector", &["metric", "selector"], None),
    ("averageValue", &["target", "averageValue"], None),
];
const PODS: &[Field] = &[
    ("metricName", &["metric", "name"], Some("\"\"")),
    ("targetAverageValue", &["target", "averageValue"], Some("\"0\"")),
    ("selector", &["metric", "selector"], None),
];
const RESOURCE: &[Field] = &[
    ("name", &["name"], Some("\"\"")),
    ("targetAverageUtilization", &["target", "averageUtilization"], None),
    ("targetAverageValue", &["target", "averageValue"], None),
];
const CONTAINER_RESOURCE: &[Field] = &[
    ("name", &["name"], Some("\"\"")),
    ("targetAverageUtilization", &["target", "averageUtilization"], None),
    ("targetAverageValue", &["target", "averageValue"], None),
    ("container", &["container"], Some("\"\"")),
];
const EXTERNAL: &[Field] = &[
    ("metricName", &["metric", "name"], Some("\"\"")),
    ("metricSelector", &["metric", "selector"], None),
    ("targetValue", &["target", "value"], None),
    ("targetAverageValue", &["target", "averageValue"], None),
];
