//! `request` and `namespaceObject` as documents, shaped as Go serialises them: fields marked omitempty vanish when empty
//! (kubernetes-vap.md 3.3, 3.5; `plugin/cel/condition.go`).

use alloc::{rc::Rc, vec::Vec};

use super::attributes::Attributes;
use crate::objects::{GroupVersionKind, GroupVersionResource, Maker, Object};
use crate::yaml::{Document, NodeId, NodeRef, NodeValue};

/// As large as a copied namespace or options object may become.
const LIMIT: usize = 200_000;

/// The AdmissionRequest of a request that was matched by that kind and resource.
#[must_use]
pub(super) fn admission_request(
    attributes: &Attributes,
    kind: &GroupVersionKind,
    resource: &GroupVersionResource,
) -> Rc<Document> {
    let mut maker = Maker::default();
    let mut fields: Vec<(&str, NodeId)> = alloc::vec![
        // Never declared, but there: seen through dyn(request).
        ("uid", maker.string("")),
        ("kind", kind_node(&mut maker, kind)),
        ("resource", resource_node(&mut maker, resource)),
        ("requestKind", kind_node(&mut maker, &attributes.kind)),
        ("requestResource", resource_node(&mut maker, &attributes.resource)),
    ];
    for (key, value) in [
        ("subResource", &attributes.subresource),
        ("requestSubResource", &attributes.subresource),
        ("name", &attributes.name),
        ("namespace", &attributes.namespace),
    ] {
        if !value.is_empty() {
            fields.push((key, maker.string(value)));
        }
    }
    fields.push(("operation", maker.string(attributes.operation.as_str())));
    let user = user_node(&mut maker, attributes);
    fields.push(("userInfo", user));
    fields.push(("object", maker.node(NodeValue::Null)));
    fields.push(("oldObject", maker.node(NodeValue::Null)));
    fields.push(("dryRun", maker.node(NodeValue::Bool(attributes.dry_run))));
    let options = match &attributes.options {
        Some(options) => maker.copy(options.root(), LIMIT),
        None => maker.node(NodeValue::Null),
    };
    fields.push(("options", options));
    let root = maker.map(fields);
    maker.finish(root)
}

fn kind_node(maker: &mut Maker, kind: &GroupVersionKind) -> NodeId {
    let fields = [
        ("group", maker.string(&kind.group)),
        ("version", maker.string(&kind.version)),
        ("kind", maker.string(&kind.kind)),
    ];
    maker.map(fields)
}

fn resource_node(maker: &mut Maker, resource: &GroupVersionResource) -> NodeId {
    let fields = [
        ("group", maker.string(&resource.group)),
        ("version", maker.string(&resource.version)),
        ("resource", maker.string(&resource.resource)),
    ];
    maker.map(fields)
}

fn user_node(maker: &mut Maker, attributes: &Attributes) -> NodeId {
    let user = &attributes.user;
    let mut fields: Vec<(&str, NodeId)> = Vec::new();
    for (key, value) in [("username", &user.username), ("uid", &user.uid)] {
        if !value.is_empty() {
            fields.push((key, maker.string(value)));
        }
    }
    if !user.groups.is_empty() {
        let groups: Vec<NodeId> = user.groups.iter().map(|group| maker.string(group)).collect();
        fields.push(("groups", maker.list(groups)));
    }
    if !user.extra.is_empty() {
        let mut extra: Vec<(&str, NodeId)> = Vec::new();
        for (key, values) in &user.extra {
            let values: Vec<NodeId> = values.iter().map(|value| maker.string(value)).collect();
            extra.push((key, maker.list(values)));
        }
        fields.push(("extra", maker.map(extra)));
    }
    maker.map(fields)
}

/// Metadata that `namespaceObject` shows (`CreateNamespaceObject`).
const METADATA: &[&str] = &[
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "finalizers",
];

/// The fields of a Namespace that expressions may see, apart from audit annotations, which see all of it.
#[must_use]
pub(super) fn namespace_object(namespace: &Object) -> Rc<Document> {
    let mut maker = Maker::default();
    let root = namespace.root();
    let mut metadata: Vec<(&str, NodeId)> = Vec::new();
    for key in METADATA {
        let found = root.path(&["metadata", key]).filter(|node| !is_empty(*node));
        if let Some(node) = found {
            metadata.push((key, maker.copy(node, LIMIT)));
        }
    }
    let metadata = maker.map(metadata);
    let mut part = |key: &str, known: &[&'static str]| {
        let mut fields: Vec<(&str, NodeId)> = Vec::new();
        for field in known {
            let found = root.path(&[key, field]).filter(|node| !is_empty(*node));
            if let Some(node) = found {
                fields.push((field, maker.copy(node, LIMIT)));
            }
        }
        maker.map(fields)
    };
    let spec = part("spec", &["finalizers"]);
    let status = part("status", &["phase", "conditions"]);
    let root = maker.map([("metadata", metadata), ("spec", spec), ("status", status)]);
    maker.finish(root)
}

/// What Go's omitempty leaves out.
fn is_empty(node: NodeRef<'_>) -> bool {
    match node.value() {
        NodeValue::Null => true,
        NodeValue::Bool(value) => !value,
        NodeValue::Int(value) => *value == 0,
        NodeValue::Float(value) => *value == 0.0,
        NodeValue::String(text) => text.is_empty(),
        NodeValue::Sequence(items) => items.is_empty(),
        NodeValue::Mapping(entries) => entries.is_empty(),
    }
}
