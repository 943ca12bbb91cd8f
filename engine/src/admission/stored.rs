//! The state of objects when validating admission sees them: decoded, defaulted, and with what the server itself has
//! written into them by then (kubernetes-vap.md 8.3). Generated values are fixed.

use alloc::string::String;

use super::attributes::{Attributes, Operation};
use crate::objects::{GroupVersionKind, Knowledge, Maker, Object, Resources};
use crate::yaml::{NodeId, NodeRef, NodeValue};

/// `metadata.uid` of every object that is created here.
pub const UID: &str = "00000000-0000-4000-8000-000000000000";
/// `metadata.creationTimestamp` of every object that is created here.
pub const CREATION_TIMESTAMP: &str = "2026-01-02T03:04:05Z";

/// The objects of a request as admission sees them.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// The new object.
    pub object: Option<Object>,
    /// The old one.
    pub old_object: Option<Object>,
}

impl Attributes {
    /// The objects of a request as admission sees them, from the objects as written.
    ///
    /// # Errors
    /// When an object cannot be decoded, with Go's text: the request is refused before admission.
    pub fn stored(
        operation: Operation,
        subresource: &str,
        kind: &GroupVersionKind,
        object: Option<Object>,
        old_object: Option<Object>,
        resources: &Resources,
    ) -> Result<Stored, String> {
        let custom = resources.of_kind(kind).knowledge != Knowledge::BuiltIn;
        let old_object = old_object.map(|old| created(old, custom)).transpose()?;
        let object = match (operation, object) {
            (Operation::Create, Some(new)) if subresource.is_empty() => Some(created(new, custom)?),
            (Operation::Update, Some(new)) => match &old_object {
                Some(old) => Some(updated(new, old, custom && subresource.is_empty())),
                None => Some(new),
            },
            (_, object) => object,
        };
        Ok(Stored { object, old_object })
    }
}

/// A change to a copy of an object's document.
struct Change {
    maker: Maker,
    root: NodeId,
    metadata: NodeId,
}

impl Change {
    fn of(object: &Object) -> Self {
        let mut maker = Maker::of(&object.document, object.root);
        let root = maker.detach(object.root);
        let metadata = maker.own(root, "metadata");
        Self { maker, root, metadata }
    }

    fn finish(self, object: Object) -> Object {
        let document = self.maker.finish(self.root);
        Object::at(&document, self.root).unwrap_or(object)
    }
}

/// What a custom resource is after its creation.
fn created(object: Object, custom: bool) -> Result<Object, String> {
    let mut change = Change::of(&object);
    let (maker, metadata) = (&mut change.maker, change.metadata);
    if object.name.value.is_empty() && !object.generate_name.value.is_empty() {
        let name = maker.string(&object.effective_name());
        maker.set(metadata, "name", name);
    }
    let uid = maker.string(UID);
    maker.set(metadata, "uid", uid);
    let time = maker.string(CREATION_TIMESTAMP);
    maker.set(metadata, "creationTimestamp", time);
    if custom {
        let generation = maker.node(NodeValue::Int(1));
        maker.set(metadata, "generation", generation);
    }
    Ok(change.finish(object))
}

/// What an object is after an update: the server's own metadata is that of the old one, and a changed spec raises the
/// generation of kinds that have one.
fn updated(object: Object, old: &Object, custom: bool) -> Object {
    let mut change = Change::of(&object);
    let (maker, metadata) = (&mut change.maker, change.metadata);
    let before = old.root();
    for key in ["uid", "creationTimestamp"] {
        match before.path(&["metadata", key]) {
            Some(node) => {
                let copy = maker.copy(node, usize::MAX);
                maker.set(metadata, key, copy);
            }
            None => maker.remove(metadata, key),
        }
    }
    match before.path(&["metadata", "generation"]).and_then(NodeRef::as_int) {
        Some(generation) => {
            let changed = custom && !same(object.root().get("spec"), before.get("spec"), 0);
            let raised = generation.saturating_add(i64::from(changed));
            let node = maker.node(NodeValue::Int(raised));
            maker.set(metadata, "generation", node);
        }
        None => maker.remove(metadata, "generation"),
    }
    change.finish(object)
}

/// Deeper than any document the readers accept.
const MAX_DEPTH: usize = 1_000;

/// Whether two nodes hold the same data, whatever the order of keys.
fn same(a: Option<NodeRef<'_>>, b: Option<NodeRef<'_>>, depth: usize) -> bool {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (None, None) => return true,
        _ => return false,
    };
    match (a.value(), b.value()) {
        (NodeValue::Mapping(left), NodeValue::Mapping(right)) => {
            depth < MAX_DEPTH
                && left.len() == right.len()
                && left.iter().all(|entry| {
                    let other = b.get(&entry.key);
                    other.is_some() && same(Some(a.document().at(entry.value)), other, depth + 1)
                })
        }
        (NodeValue::Sequence(left), NodeValue::Sequence(right)) => {
            depth < MAX_DEPTH
                && left.len() == right.len()
                && a.items().zip(b.items()).all(|(a, b)| same(Some(a), Some(b), depth + 1))
        }
        (a, b) => a == b,
    }
}
