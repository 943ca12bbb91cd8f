//! Field paths as Kubernetes writes them, `spec.containers[0].image`: parse, print, find the place in a document.

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::fmt;

use super::node::{Document, NodeRef};
use crate::source::Span;

/// The way from the root of a document to one of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath {
    /// The steps, outermost first; none for the root.
    pub steps: Vec<Step>,
}

/// A step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a mapping.
    Field(String),
    /// Into a sequence.
    Index(usize),
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub struct Found<'d> {
    /// The value, or the innermost value on the way that exists.
    pub node: NodeRef<'d>,
    /// Where its key stands; for an item and for the root, where it stands itself.
    pub key: Span,
    /// Where it is used: the alias, if it is one.
    pub span: Span,
    /// Steps that lead nowhere: 0 when the value itself was found.
    pub missing: usize,
}

impl FieldPath {
    /// Reads a path: names after dots, indices and quoted keys in brackets (`metadata.labels['a.b/c']`).
    /// Whatever does not fit ends it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = text.trim_start_matches('.');
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let quote = inside.chars().next().filter(|c| matches!(c, '\'' | '"'));
                let (step, after) = match quote {
                    Some(quote) => {
                        let inside = inside.get(1..).unwrap_or("");
                        let Some((key, after)) = inside.split_once(quote) else { break };
                        (Step::Field(key.to_owned()), after.strip_prefix(']'))
                    }
                    None => {
                        let Some((index, after)) = inside.split_once(']') else { break };
                        // `labels[app.kubernetes.io/name]` is how validation errors write a key.
                        (
                            index.parse().map_or_else(|_| Step::Field(index.to_owned()), Step::Index),
                            Some(after),
                        )
                    }
                };
                steps.push(step);
                let Some(after) = after else { break };
                rest = after.strip_prefix('.').unwrap_or(after);
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                if name.is_empty() {
                    break;
                }
                steps.push(Step::Field(name.to_owned()));
                rest = after.strip_prefix('.').unwrap_or(after);
            }
        }
        Self { steps }
    }

    /// The path one field further.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.steps.push(Step::Field(name.into()));
        self
    }

    /// The path one index further.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// What it leads to in a document: the value, or as far as the document goes. A step that is a number finds a key
    /// of a mapping too, and a name made of digits an item of a sequence.
    #[must_use]
    pub fn find<'d>(&self, document: &'d Document) -> Found<'d> {
        self.find_from(document.root())
    }

    /// [`find`](Self::find) from a value inside a document.
    #[must_use]
    pub fn find_from<'d>(&self, root: NodeRef<'d>) -> Found<'d> {
        let mut found = Found { node: root, key: root.span(), span: root.span(), missing: 0 };
        for (at, step) in self.steps.iter().enumerate() {
            let Some(next) = found.step(step) else {
                found.missing = self.steps.len() - at;
                return found;
            };
            found = next;
        }
        found
    }
}

impl Found<'_> {
    fn step(&self, step: &Step) -> Option<Self> {
        let document = self.node.document();
        let item = |index: usize| {
            let node = self.node.index(index)?;
            let span = self.node.item_spans().nth(index).unwrap_or(node.span());
            Some(Self { node, key: span, span, missing: 0 })
        };
        let field = |name: &str| {
            let entry = self.node.entry(name)?;
            Some(Self { node: document.at(entry.value), key: entry.key_span, span: entry.span, missing: 0 })
        };
        match step {
            Step::Field(name) => field(name).or_else(|| item(name.parse().ok()?)),
            Step::Index(index) => item(*index).or_else(|| field(&alloc::format!("{index}"))),
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Field(name) if is_plain(name) => {
                    write!(f, "{}{name}", if at > 0 { "." } else { "" })?;
                }
                Step::Field(name) => write!(f, "['{name}']")?,
            }
        }
        Ok(())
    }
}

/// Whether a key can stand after a dot and be read back.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'))
}
