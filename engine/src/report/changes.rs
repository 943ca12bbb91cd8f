//! Two states of an object beside each other: what was written and what admission sees, or what is stored and what replaces it.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use serde::{Deserialize, Serialize};

use crate::source::Span;
use crate::yaml::print;
use crate::yaml::{FieldPath, NodeRef, NodeValue};

/// A field in which two states of an object differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// `spec.containers[0].imagePullPolicy`
    pub path: String,
    /// Its value before, printed; `None`: it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its value after, printed; `None`: it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Where the value before stands; for a new field, what it was added to.
    pub span: Span,
}

/// What differs between two states, in the order of the document: a field that is wholly new is told by its innermost
/// fields, one that is gone or replaced as it was.
#[must_use]
pub fn changes(before: NodeRef<'_>, after: NodeRef<'_>) -> Vec<Change> {
    let mut found = Vec::new();
    // A stack instead of recursion: documents may be deep.
    let mut rest = alloc::vec![Pair {
        path: FieldPath::default(),
        before: Some(before),
        after: Some(after),
        span: before.span()
    }];
    while let Some(pair) = rest.pop() {
        let start = rest.len();
        pair.split(&mut rest, &mut found);
        if let Some(parts) = rest.get_mut(start..) {
            parts.reverse();
        }
    }
    found
}

/// The two states of one field; at least one is there.
struct Pair<'d> {
    path: FieldPath,
    before: Option<NodeRef<'d>>,
    after: Option<NodeRef<'d>>,
    span: Span,
}

impl<'d> Pair<'d> {
    /// Its parts, when it has some in common, or is new; else what became of it.
    fn split(self, rest: &mut Vec<Self>, found: &mut Vec<Change>) {
        let Self { path, before, after, span } = self;
        match (before.map(NodeRef::value), after.map(NodeRef::value)) {
            (Some(NodeValue::Mapping(_)) | None, Some(NodeValue::Mapping(entries)))
                if before.is_some() || !entries.is_empty() =>
            {
                let old = before.map_or(&[][..], NodeRef::entries);
                for entry in old {
                    let after = after.and_then(|after| after.get(&entry.key));
                    let before = before.and_then(|before| before.get(&entry.key));
                    rest.push(Self {
                        path: path.clone().field(&*entry.key),
                        before,
                        after,
                        span: entry.span,
                    });
                }
                for entry in entries.iter().filter(|entry| !old.iter().any(|old| old.key == entry.key)) {
                    let after = after.and_then(|after| after.get(&entry.key));
                    rest.push(Self { path: path.clone().field(&*entry.key), before: None, after, span });
                }
            }
            (Some(NodeValue::Sequence(old)), Some(NodeValue::Sequence(new))) => {
                let (had, has) = (before.map(NodeRef::items), after.map(NodeRef::items));
                let mut had = had.into_iter().flatten();
                let mut has = has.into_iter().flatten();
                for index in 0..old.len().max(new.len()) {
                    let span = old.get(index).map_or(span, |item| item.span);
                    rest.push(Self {
                        path: path.clone().index(index),
                        before: had.next(),
                        after: has.next(),
                        span,
                    });
                }
            }
            (Some(old), Some(new)) if old == new => {}
            // What is null is not there.
            (Some(NodeValue::Null), None) | (None, Some(NodeValue::Null)) | (None, None) => {}
            _ => found.push(Change {
                path: path.to_string(),
                before: before.map(printed),
                after: after.map(printed),
                span,
            }),
        }
    }
}

fn printed(node: NodeRef<'_>) -> String {
    match node.value() {
        NodeValue::Mapping(_) | NodeValue::Sequence(_) => print::json(node),
        _ => print::yaml(node).trim_end().to_string(),
    }
}
