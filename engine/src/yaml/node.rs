//! The tree of one document: an arena of nodes, each with the place it was written at.
//!
//! Aliases share node ids, so the arena is a DAG and nothing is copied; `Entry` and `Item` keep the place of *use*.
//! The same tree carries JSON, and objects that nobody wrote (a generated request, a defaulted field): such nodes
//! have [`Origin::Added`].

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::source::Span;

/// A node of a [`Document`]'s arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Where a node comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Written by the user, there.
    Written(Span),
    /// Not written: added by defaulting or made by the engine. The span is where it would belong (empty range), or the
    /// default span when there is no such place.
    Added(Span),
}

impl Origin {
    /// The place, written or not.
    #[must_use]
    pub const fn span(self) -> Span {
        match self {
            Self::Written(span) | Self::Added(span) => span,
        }
    }

    /// Whether the user wrote it.
    #[must_use]
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Written(_))
    }
}

/// One node: its value after kubectl's scalar resolution, and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What kubectl makes of it.
    pub value: NodeValue,
    /// Where it stands.
    pub origin: Origin,
}

/// The value of a node: JSON's data model with integers kept apart from floats (yaml.md 5.2).
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits int64.
    Int(i64),
    /// Any other number. Never NaN or infinite.
    Float(f64),
    /// Text.
    String(Rc<str>),
    /// Items, in order.
    Sequence(Vec<Item>),
    /// Entries in source order; keys are unique (the last duplicate won, at the place of the first).
    Mapping(Vec<Entry>),
}

/// An item of a sequence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// The value.
    pub value: NodeId,
    /// Where it is used: the alias, if it is one, else the value's own place.
    pub span: Span,
}

/// An entry of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key, as a string (yaml.md 5.3).
    pub key: Rc<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: NodeId,
    /// Where the value is used: the alias, if it is one, else the value's own place.
    pub span: Span,
    /// Whether it came through a merge key (`<<`).
    pub merged: bool,
}

/// One document: an arena and its root.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    nodes: Vec<Node>,
    root: NodeId,
    /// The whole chunk it was read from, separator lines excluded.
    pub span: Span,
}

impl Document {
    /// A document of which `root` is the only node so far.
    #[must_use]
    pub fn new(root: Node, span: Span) -> Self {
        Self { nodes: alloc::vec![root], root: NodeId(0), span }
    }

    /// A document of nodes that were built together.
    pub(super) const fn from_nodes(nodes: Vec<Node>, root: NodeId, span: Span) -> Self {
        Self { nodes, root, span }
    }

    /// Adds a node that nothing refers to yet.
    pub fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        id
    }

    /// Makes another node the root.
    pub fn set_root(&mut self, root: NodeId) {
        self.root = root;
    }

    /// The root's id.
    #[must_use]
    pub const fn root_id(&self) -> NodeId {
        self.root
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> NodeRef<'_> {
        self.at(self.root)
    }

    /// A node by id, to read.
    #[must_use]
    pub fn at(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef { document: self, id }
    }

    /// A node by id, to change. `None` for an id of another document.
    pub fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)
    }

    /// Number of nodes in the arena.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: a document has a root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

const ABSENT: &Node = &Node {
    value: NodeValue::Null,
    origin: Origin::Added(Span { source: crate::source::SourceId(0), start: 0, end: 0 }),
};

/// A node seen in its document: the way to read trees.
#[derive(Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    id: NodeId,
}

impl<'d> NodeRef<'d> {
    /// The document it is a node of.
    #[must_use]
    pub const fn document(self) -> &'d Document {
        self.document
    }

    /// Its id there.
    #[must_use]
    pub const fn id(self) -> NodeId {
        self.id
    }

    /// The node itself.
    #[must_use]
    pub fn node(self) -> &'d Node {
        self.document.nodes.get(self.id.0 as usize).unwrap_or(ABSENT)
    }

    /// Its value.
    #[must_use]
    pub fn value(self) -> &'d NodeValue {
        &self.node().value
    }

    /// Its place.
    #[must_use]
    pub fn span(self) -> Span {
        self.node().origin.span()
    }

    /// Text, if it is a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        match self.value() {
            NodeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one.
    #[must_use]
    pub fn as_int(self) -> Option<i64> {
        match *self.value() {
            NodeValue::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match *self.value() {
            NodeValue::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.value(), NodeValue::Null)
    }

    /// Entries of a mapping; none for anything else.
    #[must_use]
    pub fn entries(self) -> &'d [Entry] {
        match self.value() {
            NodeValue::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of a mapping with that key.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<&'d Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The value of a mapping under that key; `None` for anything but a mapping that has it. A null value is `Some`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'d>> {
        self.entry(key).map(|entry| self.document.at(entry.value))
    }

    /// [`get`](Self::get) along several keys.
    #[must_use]
    pub fn path(self, keys: &[&str]) -> Option<NodeRef<'d>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Items of a sequence; none for anything else.
    #[must_use]
    pub fn items(self) -> impl ExactSizeIterator<Item = NodeRef<'d>> + use<'d> {
        let items: &'d [Item] = match self.value() {
            NodeValue::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(move |item| self.document.at(item.value))
    }

    /// Where the items of a sequence are used; none for anything else.
    pub fn item_spans(self) -> impl Iterator<Item = Span> + use<'d> {
        let items: &'d [Item] = match self.value() {
            NodeValue::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(|item| item.span)
    }

    /// The item at `index` of a sequence.
    #[must_use]
    pub fn index(self, index: usize) -> Option<NodeRef<'d>> {
        match self.value() {
            NodeValue::Sequence(items) => items.get(index).map(|item| self.document.at(item.value)),
            _ => None,
        }
    }

    /// What kind of value, in words for messages: `null`, `boolean`, `number`, `string`, `list`, `map`.
    #[must_use]
    pub fn kind_word(self) -> &'static str {
        match self.value() {
            NodeValue::Null => "null",
            NodeValue::Bool(_) => "boolean",
            NodeValue::Int(_) | NodeValue::Float(_) => "number",
            NodeValue::String(_) => "string",
            NodeValue::Sequence(_) => "list",
            NodeValue::Mapping(_) => "map",
        }
    }
}

impl core::fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.value() {
            NodeValue::Null => f.write_str("null"),
            NodeValue::Bool(value) => write!(f, "{value}"),
            NodeValue::Int(value) => write!(f, "{value}"),
            NodeValue::Float(value) => write!(f, "{value:?}"),
            NodeValue::String(value) => write!(f, "{value:?}"),
            NodeValue::Sequence(_) => f.debug_list().entries(self.items()).finish(),
            NodeValue::Mapping(entries) => f
                .debug_map()
                .entries(entries.iter().map(|entry| (&entry.key, self.document.at(entry.value))))
                .finish(),
        }
    }
}

/// Text of a node that was made, not read: `Rc<str>` from anything that is a string.
#[must_use]
pub fn text(value: impl Into<String>) -> NodeValue {
    NodeValue::String(Rc::from(value.into()))
}
