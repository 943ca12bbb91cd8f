//! Documents that nobody wrote: built node by node, every node marked as added.

use alloc::{rc::Rc, vec::Vec};

use crate::source::Span;
use crate::yaml::{Document, Entry, Item, Node, NodeId, NodeRef, NodeValue, Origin};

/// Builds a document bottom-up, or changes a copy of one.
#[derive(Clone, Debug)]
pub struct Maker {
    document: Document,
    place: Span,
}

impl Default for Maker {
    fn default() -> Self {
        Self::new(Span::default())
    }
}

impl Maker {
    /// A builder of a new document whose nodes belong at `place`.
    #[must_use]
    pub fn new(place: Span) -> Self {
        let root = Node { value: NodeValue::Null, origin: Origin::Added(place) };
        Self { document: Document::new(root, place), place }
    }

    /// A builder that changes a copy of a document; what it adds belongs before `at`.
    #[must_use]
    pub fn of(document: &Document, at: NodeId) -> Self {
        let place = document.at(at).span().before();
        Self { document: document.clone(), place }
    }

    /// The document as it is so far.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// A node with that value.
    pub fn node(&mut self, value: NodeValue) -> NodeId {
        self.document.push(Node { value, origin: Origin::Added(self.place) })
    }

    /// A string.
    pub fn string(&mut self, text: &str) -> NodeId {
        self.node(NodeValue::String(Rc::from(text)))
    }

    /// A list.
    pub fn list(&mut self, items: impl IntoIterator<Item = NodeId>) -> NodeId {
        let items = items.into_iter().map(|value| Item { value, span: self.place }).collect();
        self.node(NodeValue::Sequence(items))
    }

    /// A map; of two entries with one key the last counts.
    pub fn map<'k>(&mut self, entries: impl IntoIterator<Item = (&'k str, NodeId)>) -> NodeId {
        let id = self.node(NodeValue::Mapping(Vec::new()));
        for (key, value) in entries {
            self.set(id, key, value);
        }
        id
    }

    /// Puts a value under a key of the map at `map`; what is no map becomes one.
    pub fn set(&mut self, map: NodeId, key: &str, value: NodeId) {
        let place = self.place;
        let span = self.document.at(value).span();
        let Some(node) = self.document.node_mut(map) else { return };
        if !matches!(node.value, NodeValue::Mapping(_)) {
            node.value = NodeValue::Mapping(Vec::new());
        }
        let NodeValue::Mapping(entries) = &mut node.value else { return };
        match entries.iter_mut().find(|entry| &*entry.key == key) {
            Some(entry) => {
                entry.value = value;
                entry.span = span;
            }
            None => {
                let key = Rc::from(key);
                entries.push(Entry { key, key_span: place, value, span: place, merged: false });
            }
        }
    }

    /// Takes a key out of the map at `map`.
    pub fn remove(&mut self, map: NodeId, key: &str) {
        if let Some(Node { value: NodeValue::Mapping(entries), .. }) = self.document.node_mut(map) {
            entries.retain(|entry| &*entry.key != key);
        }
    }

    /// The value under a key, when `map` is a map that has it.
    #[must_use]
    pub fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        self.document.at(map).entry(key).map(|entry| entry.value)
    }

    /// A copy of a map's own entries that can be changed without changing what else refers to the map (an alias). The
    /// values stay shared.
    pub fn detach(&mut self, map: NodeId) -> NodeId {
        let node = self.document.at(map).node().clone();
        self.document.push(node)
    }

    /// A copy of the map under a key of the map at `parent`, put in its place; an empty one when there is none.
    pub fn own(&mut self, parent: NodeId, key: &str) -> NodeId {
        let copy = match self.get(parent, key) {
            Some(known) => self.detach(known),
            None => self.map([]),
        };
        self.set(parent, key, copy);
        copy
    }

    /// A copy of a node of another document, with all below it. Places are kept; what is shared there is copied as often
    /// as it is used, up to `limit` nodes in all; beyond that, null.
    pub fn copy(&mut self, node: NodeRef<'_>, limit: usize) -> NodeId {
        if self.document.len() >= limit {
            return self.node(NodeValue::Null);
        }
        let value = match node.value() {
            NodeValue::Sequence(items) => {
                let items = items
                    .iter()
                    .map(|item| Item {
                        value: self.copy(node.document().at(item.value), limit),
                        span: item.span,
                    })
                    .collect();
                NodeValue::Sequence(items)
            }
            NodeValue::Mapping(entries) => {
                let entries = entries
                    .iter()
                    .map(|entry| Entry {
                        value: self.copy(node.document().at(entry.value), limit),
                        ..entry.clone()
                    })
                    .collect();
                NodeValue::Mapping(entries)
            }
            scalar => scalar.clone(),
        };
        self.document.push(Node { value, origin: node.node().origin })
    }

    /// The finished document.
    #[must_use]
    pub fn finish(mut self, root: NodeId) -> Rc<Document> {
        self.document.set_root(root);
        Rc::new(self.document)
    }
}
