//! A value with the way to it: what a check reads, so that it can say *where* it found what it found.
//!
//! Reading follows typed decoding: a null is the same as nothing.

use alloc::{string::String, vec::Vec};
use core::fmt::Write as _;

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
        self.at(&[name])
    }

    /// [`get`](Self::get) along several names.
    #[must_use]
    pub fn at(&self, names: &[&str]) -> Option<Self> {
        let (last, parents) = names.split_last()?;
        let parent = parents.iter().try_fold(self.node, |node, name| node.get(name))?;
        let entry = parent.entry(last)?;
        let node = parent.document().at(entry.value);
        // Most fields are absent: only what is there gets a path.
        (!node.is_null()).then(|| Self {
            node,
            span: entry.span,
            key: Some(entry.key_span),
            path: self.path_to(names),
        })
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
        let items = self.node.items().zip(self.node.item_spans()).take(MOST).enumerate();
        items
            .map(|(index, (node, span))| {
                let mut path = String::with_capacity(self.path.len() + 4);
                path.push_str(&self.path);
                let _ = write!(path, "[{index}]");
                Self { node, span, key: None, path }
            })
            .collect()
    }

    /// The text of the field of that name; `None` when it is no text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'d str> {
        self.node.get(name)?.as_str()
    }

    /// The boolean of that name; `None` when it is none.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.node.get(name)?.as_bool()
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
        let length = names.iter().map(|name| name.len() + 2).sum::<usize>();
        let mut path = String::with_capacity(self.path.len() + length);
        path.push_str(&self.path);
        names.iter().for_each(|name| join(&mut path, name));
        path
    }

    fn under(&self, entry: &Entry) -> Self {
        Self {
            node: self.node.document().at(entry.value),
            span: entry.span,
            key: Some(entry.key_span),
            path: self.path_to(&[&entry.key]),
        }
    }
}

/// An API server takes 3 MiB; an item of two bytes and a comma each would make more than this, a useful one far fewer.
const MOST: usize = 1 << 16;

/// Kubernetes writes map keys that are no field names in brackets.
fn join(path: &mut String, name: &str) {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !plain {
        path.push('[');
    } else if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
    if !plain {
        path.push(']');
    }
}
