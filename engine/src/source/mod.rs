//! Texts and places in them. The lowest layer: everything above says *where* in these terms.

mod span;
mod lines;

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

pub use self::{
    lines::{LineColumn, LineIndex},
    span::{Span, Spanned},
};

/// Which of the texts of one review: an index into its [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// A named text, exactly as the user has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its number among the texts of the review.
    pub id: SourceId,
    /// What the user calls it: a file name, or the title of an editor.
    pub name: String,
    /// The text.
    pub text: String,
}

impl Source {
    /// A span of this source.
    #[must_use]
    pub const fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.id, start, end)
    }
}

/// All texts of one review, in the order they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// Adds a text and says which number it got.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(Source { id, name: name.into(), text: text.into() });
        id
    }

    /// The text with that number.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.0 as usize)
    }

    /// All texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.list.iter()
    }

    /// The characters a span covers; empty when the span is of another set of sources.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source)
            .and_then(|source| source.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }
}
