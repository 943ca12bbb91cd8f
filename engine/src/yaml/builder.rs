//! Builds the arena of one document, for YAML and JSON alike: order, duplicates, merge keys, limits.
//!
//! Nothing here recurses, and an alias is one more use of a node: a document that would be huge written out costs what
//! its text costs.

use alloc::{borrow::ToOwned, collections::BTreeMap, rc::Rc, vec::Vec};

use super::{
    error::{Error, Kind, Oddity, Warning},
    node::{Document, Entry, Item, Node, NodeId, NodeValue, Origin},
};
use crate::source::Span;

/// Nesting of collections, aliases written out: what recursion over a document may rely on.
pub(super) const MAX_DEPTH: usize = 500;
/// Nodes of one document.
const MAX_NODES: usize = 1_000_000;
/// Nodes of one document with every alias written out.
const MAX_EXPANDED: u32 = 2_000_000;
/// Most entries that merges bring, each counted every time: twice as many nodes to go-yaml, which then refuses what is not
/// for more than a hundredth written out.
const MAX_MERGED: usize = 200_000;
/// Warnings of one document: more help nobody.
const MAX_WARNINGS: usize = 1000;
/// Entries of a mapping up to which looking one by one is fastest.
const LINEAR: usize = 12;

/// The key an entry waits for its value with.
#[derive(Clone, Debug)]
pub(super) enum Key {
    Text(Rc<str>, Span),
    /// `<<`: the value's entries come in its place.
    Merge(Span),
}

enum Frame {
    Sequence { id: NodeId, span: Span, items: Vec<Item> },
    Mapping { id: NodeId, span: Span, entries: Entries, key: Option<Key> },
}

#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    /// Key → index in `list`, once a long list has been searched often.
    index: Option<BTreeMap<Rc<str>, usize>>,
    searched: usize,
}

impl Entries {
    fn position(&mut self, key: &str) -> Option<usize> {
        if self.index.is_none() {
            self.searched += 1;
            if self.list.len() <= LINEAR || self.searched <= LINEAR {
                return self.list.iter().position(|entry| &*entry.key == key);
            }
            let keys = self.list.iter().map(|entry| entry.key.clone());
            self.index = Some(keys.enumerate().map(|(at, key)| (key, at)).collect());
        }
        self.index.as_ref()?.get(key).copied()
    }

    fn push(&mut self, entry: Entry) {
        if let Some(index) = &mut self.index {
            index.insert(entry.key.clone(), self.list.len());
        }
        self.list.push(entry);
    }
}

/// A document under construction.
pub(super) struct Builder {
    nodes: Vec<Node>,
    /// Per node, with aliases written out: how many nodes it is, and how many levels.
    size: Vec<(u32, u16)>,
    stack: Vec<Frame>,
    root: Option<NodeId>,
    interned: BTreeMap<Rc<str>, ()>,
    pub(super) warnings: Vec<Warning>,
    has_aliases: bool,
    /// Entries copied by merges so far.
    merged: usize,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            size: Vec::new(),
            stack: Vec::new(),
            root: None,
            interned: BTreeMap::new(),
            warnings: Vec::new(),
            has_aliases: false,
            merged: 0,
        }
    }

    /// Whether the next node is a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Mapping { key: None, .. }))
    }

    /// Whether a root is complete.
    pub(super) const fn is_complete(&self) -> bool {
        self.root.is_some()
    }

    /// One `Rc` for all keys of the same text: documents repeat theirs.
    pub(super) fn intern(&mut self, text: &str) -> Rc<str> {
        if let Some((known, ())) = self.interned.get_key_value(text) {
            return known.clone();
        }
        let text: Rc<str> = Rc::from(text);
        self.interned.insert(text.clone(), ());
        text
    }

    pub(super) fn key(&mut self, new: Key) {
        if let Some(Frame::Mapping { key, .. }) = self.stack.last_mut() {
            *key = Some(new);
        }
    }

    /// A scalar value.
    pub(super) fn scalar(&mut self, value: NodeValue, span: Span) -> Result<NodeId, Error> {
        let id = self.node(value, span)?;
        self.place(id, span, false)?;
        Ok(id)
    }

    /// A node that only aliases will use.
    pub(super) fn detached(&mut self, value: NodeValue, span: Span) -> Result<NodeId, Error> {
        self.node(value, span)
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(warning);
        }
    }

    /// Another use of a complete node.
    pub(super) fn alias(&mut self, id: NodeId, span: Span) -> Result<(), Error> {
        self.has_aliases = true;
        if self.stack.len() + usize::from(self.size_of(id).1) > MAX_DEPTH {
            return Err(Error::new(Kind::TooDeep, span));
        }
        self.place(id, span, true)
    }

    pub(super) fn start_sequence(&mut self, span: Span) -> Result<NodeId, Error> {
        let id = self.node(NodeValue::Null, span)?;
        self.deeper(span)?;
        self.stack.push(Frame::Sequence { id, span, items: Vec::new() });
        Ok(id)
    }

    pub(super) fn start_mapping(&mut self, span: Span) -> Result<NodeId, Error> {
        let id = self.node(NodeValue::Null, span)?;
        self.deeper(span)?;
        self.stack.push(Frame::Mapping { id, span, entries: Entries::default(), key: None });
        Ok(id)
    }

    /// Ends the innermost collection. `end` is the byte after its closing bracket; without one it ends with its last
    /// child.
    pub(super) fn end(&mut self, end: Option<u32>) -> Result<(), Error> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let (id, mut span, value, last) = match frame {
            Frame::Sequence { id, span, items } => {
                let last = items.last().map(|item| item.span);
                (id, span, NodeValue::Sequence(items), last)
            }
            Frame::Mapping { id, span, entries, .. } => {
                // Duplicates and merges leave their place to the first: the last in the list need not be the last written.
                let last = entries
                    .list
                    .iter()
                    .filter(|entry| !entry.merged)
                    .map(|entry| entry.key_span.to(entry.span));
                let last = last.max_by_key(|span| span.end);
                (id, span, NodeValue::Mapping(entries.list), last)
            }
        };
        match (end, last) {
            (Some(end), _) => span.end = end,
            (None, Some(last)) => span = span.to(last),
            (None, None) => {}
        }
        let (expanded, levels) = match &value {
            NodeValue::Sequence(items) => self.around(items.iter().map(|item| item.value)),
            NodeValue::Mapping(entries) => self.around(entries.iter().map(|entry| entry.value)),
            _ => (1, 1),
        };
        if expanded > MAX_EXPANDED {
            return Err(Error::new(Kind::ExcessiveAliasing, span));
        }
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            *node = Node { value, origin: Origin::Written(span) };
        }
        if let Some(size) = self.size.get_mut(id.0 as usize) {
            *size = (expanded, levels);
        }
        self.place(id, span, false)
    }

    /// The document, when its root is complete.
    pub(super) fn finish(self, span: Span) -> Result<Option<(Document, Vec<Warning>)>, Error> {
        let Some(root) = self.root else { return Ok(None) };
        if self.has_aliases && self.is_excessive(root) {
            return Err(Error::new(Kind::ExcessiveAliasing, span));
        }
        Ok(Some((Document::from_nodes(self.nodes, root, span), self.warnings)))
    }

    /// The size of a collection of these.
    fn around(&self, ids: impl Iterator<Item = NodeId>) -> (u32, u16) {
        let (nodes, levels) = ids.fold((0, 0), |(nodes, levels): (u32, u16), id| {
            let (more, deeper) = self.size_of(id);
            (nodes.saturating_add(more), levels.max(deeper))
        });
        (nodes.saturating_add(1), levels.saturating_add(1))
    }

    fn size_of(&self, id: NodeId) -> (u32, u16) {
        self.size.get(id.0 as usize).copied().unwrap_or((1, 1))
    }

    fn node(&mut self, value: NodeValue, span: Span) -> Result<NodeId, Error> {
        if self.nodes.len() >= MAX_NODES {
            return Err(Error::new(Kind::TooManyNodes, span));
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { value, origin: Origin::Written(span) });
        self.size.push((1, 1));
        Ok(id)
    }

    fn deeper(&self, span: Span) -> Result<(), Error> {
        if self.stack.len() >= MAX_DEPTH { Err(Error::new(Kind::TooDeep, span)) } else { Ok(()) }
    }

    /// Puts a complete node where the innermost collection expects one.
    fn place(&mut self, id: NodeId, span: Span, aliased: bool) -> Result<(), Error> {
        match self.stack.last_mut() {
            None => {
                self.root.get_or_insert(id);
                Ok(())
            }
            Some(Frame::Sequence { items, .. }) => {
                items.push(Item { value: id, span });
                Ok(())
            }
            Some(Frame::Mapping { key, .. }) => match key.take() {
                Some(Key::Text(key, key_span)) => {
                    self.insert(Entry { key, key_span, value: id, span, merged: false });
                    Ok(())
                }
                Some(Key::Merge(key_span)) => self.merge(id, span, key_span, aliased),
                // A collection as a key: the reader refuses it before it gets here.
                None => Ok(()),
            },
        }
    }

    fn insert(&mut self, entry: Entry) {
        let Some(Frame::Mapping { entries, .. }) = self.stack.last_mut() else { return };
        let Some(known) = entries.position(&entry.key).and_then(|at| entries.list.get_mut(at)) else {
            entries.push(entry);
            return;
        };
        let warning = match (known.merged, entry.merged) {
            // What a merge brought is there to be overridden, and lists of merges overlap by design.
            (true, _) => None,
            (false, true) => Some(
                Warning::new(Oddity::MergedOver { key: (*entry.key).to_owned() }, entry.key_span)
                    .with(known.key_span, "this value is lost"),
            ),
            (false, false) => Some(
                Warning::new(Oddity::DuplicateKey { key: (*entry.key).to_owned() }, entry.key_span)
                    .with(known.key_span, "first written here"),
            ),
        };
        *known = entry;
        if let Some(warning) = warning {
            self.warn(warning);
        }
    }

    /// Merges are applied in place: what stood before is replaced, what follows replaces (yaml.md 4.6).
    fn merge(&mut self, id: NodeId, span: Span, key_span: Span, aliased: bool) -> Result<(), Error> {
        let refused = || Error::new(Kind::Merge, span);
        let nodes = &self.nodes;
        let value = |id: NodeId| nodes.get(id.0 as usize).map(|node| &node.value);
        let mut maps = Vec::new();
        match value(id).ok_or_else(refused)? {
            NodeValue::Mapping(_) => maps.push(id),
            NodeValue::Sequence(items) => {
                // go-yaml looks at the node that is written here, and an alias is no list.
                if aliased {
                    return Err(refused());
                }
                // The first of the list wins, so it is applied last.
                maps.extend(items.iter().rev().map(|item| item.value));
            }
            _ => return Err(refused()),
        }
        let one = maps.len() == 1;
        let mut merged = Vec::new();
        for map in maps {
            let Some(NodeValue::Mapping(entries)) = value(map) else { return Err(refused()) };
            self.merged = self.merged.saturating_add(entries.len());
            if self.merged > MAX_MERGED {
                return Err(Error::new(Kind::ExcessiveAliasing, span));
            }
            merged.extend(entries.iter().cloned());
        }
        let merged = merged.into_iter().map(|entry| Entry { key_span, span, merged: true, ..entry });
        match self.stack.last_mut() {
            // Keys of one map differ.
            Some(Frame::Mapping { entries, .. }) if entries.list.is_empty() && one => {
                entries.list.extend(merged)
            }
            _ => merged.for_each(|entry| self.insert(entry)),
        }
        Ok(())
    }

    /// go-yaml's ratio of aliased to all decoded nodes, taken in its order (yaml.md 4.7).
    fn is_excessive(&self, root: NodeId) -> bool {
        // A node and whether an alias leads to it.
        let mut stack = Vec::from([(root, false)]);
        let (mut decoded, mut aliased) = (1u32, 0u32);
        while let Some((id, under)) = stack.pop() {
            let Some(node) = self.nodes.get(id.0 as usize) else { continue };
            decoded += 1;
            aliased += u32::from(under);
            if aliased > 100
                && decoded > 1000
                && f64::from(aliased) / f64::from(decoded) > allowed_ratio(decoded)
            {
                return true;
            }
            if decoded > MAX_EXPANDED * 2 {
                return true;
            }
            let is_alias = |id: NodeId, span: Span| {
                self.nodes.get(id.0 as usize).is_some_and(|node| node.origin.span() != span)
            };
            match &node.value {
                NodeValue::Sequence(items) => {
                    for item in items.iter().rev() {
                        let alias = is_alias(item.value, item.span);
                        decoded += u32::from(alias);
                        stack.push((item.value, under || alias));
                    }
                }
                NodeValue::Mapping(entries) => {
                    for entry in entries.iter().rev() {
                        let alias = entry.merged || is_alias(entry.value, entry.span);
                        // The key is decoded too, and an alias counts once for itself.
                        decoded += 1 + u32::from(alias);
                        aliased += u32::from(under);
                        stack.push((entry.value, under || alias));
                    }
                }
                _ => {}
            }
        }
        false
    }
}

fn allowed_ratio(decoded: u32) -> f64 {
    let (low, high) = (400_000u32, 4_000_000u32);
    match decoded {
        _ if decoded <= low => 0.99,
        _ if decoded >= high => 0.10,
        _ => 0.99 - 0.89 * (f64::from(decoded - low) / f64::from(high - low)),
    }
}
