//! The objects of a request as validating admission sees them (kubernetes-vap.md 8.3): decoded, defaulted, and with what the
//! server itself has written into them by then. [`Defaults`] does it; here stands what depends on the request.

use alloc::{rc::Rc, vec::Vec};

use super::attributes::{Attributes, Operation};
use crate::objects::{Maker, Object};
use crate::schema::defaults::{self, Defaults, Problem};
use crate::yaml::NodeRef;

/// The objects of a request as admission sees them.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// The new object.
    pub object: Option<Object>,
    /// The old one.
    pub old_object: Option<Object>,
    /// Fields of the new object that its kind does not have.
    pub unknown: Vec<Problem>,
}

impl Attributes {
    /// The objects of a request as admission sees them, from the objects as written. `namespace` is the request's, for an
    /// object of a namespaced kind that names none; empty when there is none.
    ///
    /// # Errors
    /// When an object cannot be decoded: the request is refused before admission.
    pub fn stored(
        defaults: &Defaults,
        operation: Operation,
        subresource: &str,
        namespace: &str,
        object: Option<Object>,
        old_object: Option<Object>,
    ) -> Result<Stored, Problem> {
        let mut stored = Stored::default();
        if let Some(old) = old_object {
            // What comes from a cluster has a uid, and is as it is there; the rest is as if it had just been created.
            let how = match old.root().path(&["metadata", "uid"]) {
                Some(uid) if !uid.is_null() => defaults::Operation::Read,
                _ => defaults::Operation::Create,
            };
            let old = placed(old, namespace);
            stored.old_object = Some(seen(defaults, &old, how, None)?.0);
        }
        let Some(new) = object else { return Ok(stored) };
        let new = placed(new, namespace);
        let how = match operation {
            // A token is made like an object of its own, though nothing is stored.
            Operation::Create if subresource == "token" => defaults::Operation::Create,
            _ if !subresource.is_empty() => defaults::Operation::Read,
            Operation::Create => defaults::Operation::Create,
            Operation::Update => defaults::Operation::Update,
            Operation::Delete | Operation::Connect => defaults::Operation::Read,
        };
        let (mut new, unknown) = seen(defaults, &new, how, stored.old_object.as_ref())?;
        if let (Operation::Update, false, Some(old)) = (operation, subresource.is_empty(), &stored.old_object)
        {
            new = same_metadata(new, old);
        }
        stored.object = Some(new);
        stored.unknown = unknown;
        Ok(stored)
    }
}

/// An object that is in the cluster as a server reads it from storage (a param, a Namespace, a role), and its fields that
/// its kind does not have. `namespace` is where it lies when it is of a namespaced kind and names none; empty for other kinds.
///
/// # Errors
/// When it cannot be decoded: no server holds it.
pub fn as_read(
    defaults: &Defaults,
    object: &Object,
    namespace: &str,
) -> Result<(Object, Vec<Problem>), Problem> {
    seen(defaults, &placed(object.clone(), namespace), defaults::Operation::Read, None)
}

fn seen(
    defaults: &Defaults,
    object: &Object,
    how: defaults::Operation,
    old: Option<&Object>,
) -> Result<(Object, Vec<Problem>), Problem> {
    let before = old.map(|old| &*old.document);
    let seen = defaults.admit(object.root(), &object.gvk, how, before);
    if let Some(problem) = seen.refused {
        return Err(problem);
    }
    let document = Rc::new(seen.document);
    let root = document.root_id();
    Ok((Object::at(&document, root).unwrap_or_else(|_| object.clone()), seen.unknown))
}

/// The object in the request's namespace, when it names none itself.
fn placed(object: Object, namespace: &str) -> Object {
    if namespace.is_empty() || !object.namespace.value.is_empty() {
        return object;
    }
    let mut maker = Maker::of(&object.document, object.root);
    let root = maker.detach(object.root);
    let metadata = maker.own(root, "metadata");
    let name = maker.string(namespace);
    maker.set(metadata, "namespace", name);
    let document = maker.finish(root);
    Object::at(&document, root).unwrap_or(object)
}

/// The object with the server's own metadata of the old one: what an update of a subresource keeps.
fn same_metadata(object: Object, old: &Object) -> Object {
    let mut maker = Maker::of(&object.document, object.root);
    let root = maker.detach(object.root);
    let metadata = maker.own(root, "metadata");
    for key in ["uid", "creationTimestamp", "generation"] {
        match old.root().path(&["metadata", key]).filter(|node: &NodeRef<'_>| !node.is_null()) {
            Some(node) => {
                let limit = maker.document().len().saturating_add(8);
                let copy = maker.copy(node, limit);
                maker.set(metadata, key, copy);
            }
            None => maker.remove(metadata, key),
        }
    }
    let document = maker.finish(root);
    Object::at(&document, root).unwrap_or(object)
}
