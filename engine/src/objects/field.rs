//! A value with the way to it: what a check reads, so that it can say *where* it found what it found.
//!
//! Reading follows typed decoding: a null is the same as nothing.

use alloc::{format, string::String, vec::Vec};

use crate::source::Span;
use crate::yaml::{Entry, NodeRef};

/// A value of a document, its field path and the places of its key and of its use.
#[derive(Clone, Debug)]
pub struct Field<'d> {
    /// The value.
    pub node: NodeRef<'d>,
    /// Where the value is used (for an alias, the alias).
    pub span: Span,
    /// Where its key stands; `None` for the root and for items.
    pub key: Option<Span>,
    /// The way to it, as Kubernetes writes field paths: `spec.containers[0].image`; empty for the root.
    pub path: String,
}

impl<'d> Field<'d> {
    /// The whole document.
    #[must_use]
    pub fn root(node: NodeRef<'d>) -> Self {
        Self { node, span: node.span(), key: None, path: String::new() }
    }

    /// The field of that name; `None` when it is absent or null.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Self> {
        let entry = self.node.entry(name)?;
        let field = self.under(entry);
        (!field.node.is_null()).then_some(field)
    }

    /// [`get`](Self::get) along several names.
    #[must_use]
    pub fn at(&self, names: &[&str]) -> Option<Self> {
        let (first, rest) = names.split_first()?;
        let start = self.get(first)?;
        rest.iter().try_fold(start, |field, name| field.get(name))
    }

    /// Entries of a mapping, keyed; none for anything else. Values may be null.
    pub fn fields(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d, '_> {
        self.node.entries().iter().map(|entry| (&*entry.key, self.under(entry)))
    }

    /// Items of the list of that name. Items may be null.
    #[must_use]
    pub fn items(&self, name: &str) -> Vec<Self> {
        self.get(name).map(|list| list.elements()).unwrap_or_default()
    }

    /// Items of this list; none for anything else. Items may be null. Of a list that is longer than any that fits into a
    /// request to an API server, the first ones.
    #[must_use]
    pub fn elements(&self) -> Vec<Self> {
        let spans = self.node.item_spans();
        self.node
            .items()
            .zip(spans)
            .take(MOST)
            .enumerate()
            .map(|(index, (node, span))| Self {
                node,
                span,
                key: None,
                path: format!("{}[{index}]", self.path),
            })
            .collect()
    }

    /// The text of the field of that name; `None` when it is no text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'d str> {
        self.get(name)?.node.as_str()
    }

    /// The boolean of that name; `None` when it is none.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.node.as_bool()
    }

    /// Where a mark for this field belongs when it is the field itself that matters, not its value: its key, else the
    /// first key of the mapping it is, else the value.
    #[must_use]
    pub fn head(&self) -> Span {
        if let Some(key) = self.key {
            return key;
        }
        let entries = self.node.entries();
        let named = entries.iter().find(|entry| &*entry.key == "name");
        match named.or_else(|| entries.first()) {
            Some(entry) if named.is_some() => entry.span,
            Some(entry) => entry.key_span,
            None => self.span,
        }
    }

    /// The path of a field below this one, whether it is there or not.
    #[must_use]
    pub fn path_to(&self, names: &[&str]) -> String {
        names.iter().fold(self.path.clone(), |path, name| join(&path, name))
    }

    fn under(&self, entry: &Entry) -> Self {
        Self {
            node: self.node.document().at(entry.value),
            span: entry.span,
            key: Some(entry.key_span),
            path: join(&self.path, &entry.key),
        }
    }
}

/// An API server takes 3 MiB; an item of two bytes and a comma each would make more than this, a useful one far fewer.
const MOST: usize = 1 << 16;

/// Kubernetes writes map keys that are no field names in brackets.
fn join(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match (path.is_empty(), plain) {
        (true, true) => name.into(),
        (false, true) => format!("{path}.{name}"),
        (_, false) => format!("{path}[{name}]"),
    }
}
