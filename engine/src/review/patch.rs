//! A patch laid over an object: what the server makes of a PATCH before admission sees the result.

use crate::objects::{Maker, Object};
use crate::yaml::{NodeId, NodeRef, NodeValue};

/// As large as a patched document may become beyond what it was.
const LIMIT: usize = 200_000;
/// As deep as a patch is followed; below, it replaces.
const DEEPEST: usize = 64;

/// The object with a patch laid over it, in that it keeps its own identity. `strategic`: lists of built-in kinds are merged
/// by the key of their items, as kubectl asks for; otherwise they are replaced (RFC 7396).
pub(super) fn patched(object: &Object, patch: NodeRef<'_>, strategic: bool) -> Object {
    let mut maker = Maker::of(&object.document, object.root);
    let root = maker.detach(object.root);
    lay(&mut maker, root, patch, strategic);
    let document = maker.finish(root);
    Object::at(&document, root).unwrap_or_else(|_| object.clone())
}

/// Lays a patch over a map of the document that is made.
pub(super) fn lay(maker: &mut Maker, map: NodeId, patch: NodeRef<'_>, strategic: bool) {
    merge(maker, map, patch, strategic, DEEPEST);
}

fn merge(maker: &mut Maker, map: NodeId, patch: NodeRef<'_>, strategic: bool, depth: usize) {
    for entry in patch.entries() {
        let value = patch.document().at(entry.value);
        let known = maker.get(map, &entry.key);
        let holds = |maker: &Maker, test: fn(&NodeValue) -> bool| {
            known.is_some_and(|id| test(maker.document().at(id).value()))
        };
        match value.value() {
            NodeValue::Null => maker.remove(map, &entry.key),
            NodeValue::Mapping(_)
                if depth > 0 && holds(maker, |value| matches!(value, NodeValue::Mapping(_))) =>
            {
                let inner = maker.own(map, &entry.key);
                merge(maker, inner, value, strategic, depth - 1);
            }
            NodeValue::Sequence(_)
                if strategic
                    && depth > 0
                    && holds(maker, |value| matches!(value, NodeValue::Sequence(_))) =>
            {
                let merged = merge_list(maker, known, &entry.key, value, depth - 1);
                let merged = merged.unwrap_or_else(|| copied(maker, value));
                maker.set(map, &entry.key, merged);
            }
            _ => {
                let copy = copied(maker, value);
                maker.set(map, &entry.key, copy);
            }
        }
    }
}

fn copied(maker: &mut Maker, node: NodeRef<'_>) -> NodeId {
    let limit = maker.document().len().saturating_add(LIMIT);
    maker.copy(node, limit)
}

/// The key that tells items of a list apart (`patchMergeKey` of k8s.io/api); `None`: the list is replaced.
fn merge_key(list: &str) -> Option<&'static str> {
    Some(match list {
        "containers" | "initContainers" | "ephemeralContainers" | "env" | "volumes" | "imagePullSecrets" => {
            "name"
        }
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "ports" => "containerPort",
        "hostAliases" => "ip",
        "conditions" => "type",
        "ownerReferences" => "uid",
        _ => return None,
    })
}

fn merge_list(
    maker: &mut Maker,
    known: Option<NodeId>,
    name: &str,
    patch: NodeRef<'_>,
    depth: usize,
) -> Option<NodeId> {
    let mut key = merge_key(name)?;
    // Ports of a Service are told apart by `port`, those of a container by `containerPort`.
    if key == "containerPort" && patch.items().all(|item| item.get(key).is_none()) {
        key = "port";
    }
    let same = |a: NodeRef<'_>, b: NodeRef<'_>| match (a.get(key), b.get(key)) {
        (Some(a), Some(b)) => a.value() == b.value(),
        _ => false,
    };
    let mut items: alloc::vec::Vec<NodeId> = maker.document().at(known?).items().map(NodeRef::id).collect();
    for item in patch.items() {
        let at = items.iter().position(|id| same(maker.document().at(*id), item));
        let removed = item.get("$patch").and_then(NodeRef::as_str) == Some("delete");
        match at.and_then(|at| items.get(at).copied().map(|id| (at, id))) {
            Some((at, _)) if removed => drop(items.remove(at)),
            Some((at, id)) => {
                let own = maker.detach(id);
                merge(maker, own, item, true, depth);
                if let Some(slot) = items.get_mut(at) {
                    *slot = own;
                }
            }
            None if removed => {}
            None => {
                let copy = copied(maker, item);
                items.push(copy);
            }
        }
    }
    Some(maker.list(items))
}
