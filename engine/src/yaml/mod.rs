//! YAML and JSON as kubectl reads them: text → documents, every key and value with its place.

mod node;

pub use self::node::{Document, Entry, Item, Node, NodeId, NodeRef, NodeValue, Origin, text};
