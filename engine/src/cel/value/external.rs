//! Documents that live outside the interpreter, read in place: nothing is copied until a scalar is asked for.

use alloc::rc::Rc;
use core::fmt::Debug;

use super::{Identity, Value};
use crate::cel::error::EvalError;

/// A tree of lists and maps with string keys, its nodes numbered. A [`List`](super::List) or [`Map`](super::Map) value
/// is a handle: the tree and the number of its node.
pub trait External: Debug {
    /// Elements or entries of the node `at`.
    fn len(&self, at: u32) -> usize;

    /// The `index`-th element of the list `at`.
    fn element(&self, at: u32, index: usize) -> Option<Child>;

    /// The value of the map `at` under `key`; `Ok(None)` when it has none.
    ///
    /// # Errors
    /// Reading may evaluate (a policy's `variables`); its failure is the failure of the access.
    fn field(&self, at: u32, key: &str) -> Result<Option<Child>, EvalError>;

    /// The `index`-th key of the map `at`, ascending.
    fn key(&self, at: u32, index: usize) -> Option<Rc<str>>;

    /// Whether the node is a built-in Kubernetes type that the API server wraps by reflection, with the quirks of
    /// kubernetes-vap.md 8.3 in equality and indexing.
    fn typed(&self, at: u32) -> bool {
        let _ = at;
        false
    }

    /// What makes an element of the list `at` the same as another.
    fn identity(&self, at: u32) -> Identity {
        let _ = at;
        Identity::Place
    }

    /// A name for the node in the outside world (for a document: the node's id), so that a trace can point to it.
    fn place(&self, at: u32) -> Option<u32> {
        Some(at)
    }
}

/// What an access into an [`External`] gives.
#[derive(Clone, Debug)]
pub enum Child {
    /// A scalar, or any complete value.
    Value(Value),
    /// The list at that node of the same tree.
    List(u32),
    /// The map at that node of the same tree.
    Map(u32),
}

impl Child {
    /// The child as a value of the tree it was read from.
    #[must_use]
    pub fn into_value(self, tree: &Rc<dyn External>) -> Value {
        match self {
            Self::Value(value) => value,
            Self::List(at) => Value::List(super::List::External(Rc::clone(tree), at)),
            Self::Map(at) => Value::Map(super::Map::External(Rc::clone(tree), at)),
        }
    }
}
