//! `metadata` of an object, read in place.

use crate::yaml::NodeRef;

/// The metadata of an object, whether or not it has any.
#[derive(Clone, Copy, Debug)]
pub struct Metadata<'d> {
    node: Option<NodeRef<'d>>,
}

impl<'d> Metadata<'d> {
    /// The metadata of the object at `root`.
    #[must_use]
    pub fn of(root: NodeRef<'d>) -> Self {
        Self { node: root.get("metadata") }
    }

    /// The node, when there is one.
    #[must_use]
    pub const fn node(self) -> Option<NodeRef<'d>> {
        self.node
    }

    /// Its labels; none when they are missing or no map.
    #[must_use]
    pub fn labels(self) -> Labels<'d> {
        Labels { node: self.node.and_then(|node| node.get("labels")) }
    }

    /// Its annotations.
    #[must_use]
    pub fn annotations(self) -> Labels<'d> {
        Labels { node: self.node.and_then(|node| node.get("annotations")) }
    }

    /// A field of it that is a string.
    #[must_use]
    pub fn text(self, field: &str) -> Option<&'d str> {
        self.node?.get(field)?.as_str()
    }
}

/// Labels or annotations: a map of strings. Values that are no strings are not seen, except null, which the API server
/// reads as the empty string.
#[derive(Clone, Copy, Debug, Default)]
pub struct Labels<'d> {
    node: Option<NodeRef<'d>>,
}

impl<'d> Labels<'d> {
    /// The value under `key`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<&'d str> {
        let value = self.node?.get(key)?;
        if value.is_null() { Some("") } else { value.as_str() }
    }

    /// Keys and values, in order of the document.
    pub fn iter(self) -> impl Iterator<Item = (&'d str, &'d str)> {
        self.node.into_iter().flat_map(|node| {
            node.entries().iter().filter_map(move |entry| {
                let value = node.document().at(entry.value);
                let text = if value.is_null() { Some("") } else { value.as_str() };
                Some((&*entry.key, text?))
            })
        })
    }

    /// The node, when there is one.
    #[must_use]
    pub const fn node(self) -> Option<NodeRef<'d>> {
        self.node
    }
}
