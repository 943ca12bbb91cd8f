//! From offsets in an expression to the place in the document it was written in.

use crate::source::{Sources, Span};
use crate::yaml::ScalarMap;

/// Finds places of expressions in the texts of a review.
#[derive(Clone, Copy, Debug)]
pub struct Places<'s> {
    sources: &'s Sources,
}

impl<'s> Places<'s> {
    /// For these texts.
    #[must_use]
    pub const fn new(sources: &'s Sources) -> Self {
        Self { sources }
    }

    /// The bytes `start..end` of the expression `text` that is written as the scalar at `scalar`, block scalars and
    /// escapes included. The whole scalar when its text is not at hand.
    #[must_use]
    pub fn span(&self, scalar: Span, text: &str, start: u32, end: u32) -> Span {
        match self.sources.get(scalar.source) {
            Some(source) if !scalar.is_empty() => ScalarMap::new(source, scalar, text).span(start, end),
            _ => scalar,
        }
    }
}
