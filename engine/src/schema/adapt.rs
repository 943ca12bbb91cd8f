//! Documents as CEL values, read in place: a value is a handle to a node, and scalars are made when they are asked for.
//!
//! Numbers are what kubectl made of them (`1.0` is an int), strings stay strings, maps have string keys. Objects of
//! built-in kinds are marked as typed: the API server reads them through a wrapper with quirks of its own
//! (kubernetes-vap.md 8.3).

use alloc::{collections::BTreeMap, rc::Rc, vec::Vec};
use core::cell::RefCell;

use crate::cel::error::EvalError;
use crate::cel::value::{Child, External, Value};
use crate::yaml::{Document, Entry, NodeId, NodeValue};

/// The node `at` of a document as a value. `typed` marks an object of a built-in kind.
#[must_use]
pub fn value(document: &Rc<Document>, at: NodeId, typed: bool) -> Value {
    let tree: Rc<dyn External> =
        Rc::new(Tree { document: Rc::clone(document), typed, sorted: RefCell::default() });
    child(document, at).into_value(&tree)
}

/// A document seen by CEL.
#[derive(Debug)]
struct Tree {
    document: Rc<Document>,
    typed: bool,
    /// Per map that was iterated, or looked into and is large: its entries' indices, ascending by key.
    sorted: RefCell<BTreeMap<u32, Rc<[u32]>>>,
}

/// Maps up to this size are searched entry by entry.
const SMALL: usize = 12;

fn child(document: &Document, at: NodeId) -> Child {
    match document.at(at).value() {
        NodeValue::Null => Child::Value(Value::Null),
        NodeValue::Bool(value) => Child::Value(Value::Bool(*value)),
        NodeValue::Int(value) => Child::Value(Value::Int(*value)),
        NodeValue::Float(value) => Child::Value(Value::Double(*value)),
        NodeValue::String(text) => Child::Value(Value::String(Rc::clone(text))),
        NodeValue::Sequence(_) => Child::List(at.0),
        NodeValue::Mapping(_) => Child::Map(at.0),
    }
}

impl Tree {
    fn entries(&self, at: u32) -> &[Entry] {
        self.document.at(NodeId(at)).entries()
    }

    fn order(&self, at: u32) -> Rc<[u32]> {
        if let Some(known) = self.sorted.borrow().get(&at) {
            return Rc::clone(known);
        }
        let entries = self.entries(at);
        let mut order: Vec<(u32, &str)> =
            entries.iter().zip(0u32..).map(|(entry, index)| (index, &*entry.key)).collect();
        order.sort_by_key(|(_, key)| *key);
        let order: Rc<[u32]> = order.into_iter().map(|(index, _)| index).collect();
        self.sorted.borrow_mut().insert(at, Rc::clone(&order));
        order
    }

    fn find(&self, at: u32, key: &str) -> Option<&Entry> {
        let entries = self.entries(at);
        if entries.len() <= SMALL {
            return entries.iter().find(|entry| &*entry.key == key);
        }
        let order = self.order(at);
        let found = order
            .binary_search_by(|index| entries.get(*index as usize).map_or("", |entry| &*entry.key).cmp(key))
            .ok()?;
        entries.get(*order.get(found)? as usize)
    }
}

impl External for Tree {
    fn len(&self, at: u32) -> usize {
        match self.document.at(NodeId(at)).value() {
            NodeValue::Sequence(items) => items.len(),
            NodeValue::Mapping(entries) => entries.len(),
            _ => 0,
        }
    }

    fn element(&self, at: u32, index: usize) -> Option<Child> {
        match self.document.at(NodeId(at)).value() {
            NodeValue::Sequence(items) => items.get(index).map(|item| child(&self.document, item.value)),
            _ => None,
        }
    }

    fn field(&self, at: u32, key: &str) -> Result<Option<Child>, EvalError> {
        Ok(self.find(at, key).map(|entry| child(&self.document, entry.value)))
    }

    fn key(&self, at: u32, index: usize) -> Option<Rc<str>> {
        let order = self.order(at);
        let entry = self.entries(at).get(*order.get(index)? as usize)?;
        Some(Rc::clone(&entry.key))
    }

    fn typed(&self, _at: u32) -> bool {
        self.typed
    }
}
