//! Faults of an expression found before it runs, by the parser and the checker, and cel-go's way of showing them
//! (`common/errors.go`, `common/error.go`): `ERROR: <input>:1:8: message`, the line, and a mark under the column.

use alloc::{rc::Rc, string::String, vec::Vec};
use core::fmt::{self, Write as _};

use super::ast::{ExprId, OffsetRange};
use crate::order;
use crate::source::LineIndex;

/// A fault of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where cel-go says it is: a byte offset. `None` without a range: it concerns the whole text; with one: it is about a
    /// hole that error recovery left, which to cel-go stands before the text.
    pub offset: Option<u32>,
    /// What to underline, when that is more than the place: a token, or everything a node covers.
    pub range: Option<OffsetRange>,
    /// The node it is about, if there is one.
    pub id: Option<ExprId>,
    /// What is wrong, in cel-go's words.
    pub message: String,
}

/// The faults of one expression, in the order they were reported; only the first hundred are kept.
///
/// Displays as cel-go displays them: by place, each with its line, joined by newlines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issues {
    text: Rc<str>,
    list: Vec<Issue>,
    reported: usize,
}

/// How many are kept (`maxErrorsToReport`).
const KEPT: usize = 100;

/// Lines of more bytes are not shown (`maxSnippetLength`).
const LONGEST_SNIPPET: usize = 16_384;

impl Issues {
    /// None yet of `text`.
    #[must_use]
    pub const fn new(text: Rc<str>) -> Self {
        Self { text, list: Vec::new(), reported: 0 }
    }

    /// Adds one.
    pub fn report(&mut self, issue: Issue) {
        self.reported = self.reported.saturating_add(1);
        if self.list.len() < KEPT {
            self.list.push(issue);
        }
    }

    /// Adds those of a later stage.
    pub fn append(&mut self, later: Issues) {
        let reported = self.reported.saturating_add(later.reported);
        for issue in later.list {
            self.report(issue);
        }
        self.reported = reported;
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.reported == 0
    }

    /// How many there are, those not kept included.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.reported
    }

    /// Those kept, as reported.
    #[must_use]
    pub fn as_slice(&self) -> &[Issue] {
        &self.list
    }

    /// The expression they are about.
    #[must_use]
    pub const fn text(&self) -> &Rc<str> {
        &self.text
    }
}

impl<'i> IntoIterator for &'i Issues {
    type Item = &'i Issue;
    type IntoIter = core::slice::Iter<'i, Issue>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl fmt::Display for Issues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted: Vec<&Issue> = self.list.iter().collect();
        // Stable, and issues without a place come first: cel-go sorts by line and column, and theirs are -1.
        order::sort_by_key(&mut sorted, |issue| (issue.offset.or(issue.range.map(|_| 0)), issue.offset));
        let lines = LineIndex::new(&self.text);
        for (at, issue) in sorted.into_iter().enumerate() {
            if at > 0 {
                f.write_char('\n')?;
            }
            show(f, &self.text, &lines, issue)?;
        }
        match self.reported.saturating_sub(self.list.len()) {
            0 => Ok(()),
            more => write!(f, "\n{more} more errors were truncated"),
        }
    }
}

impl core::error::Error for Issues {}

fn show(f: &mut fmt::Formatter<'_>, text: &str, lines: &LineIndex, issue: &Issue) -> fmt::Result {
    if issue.offset.is_none() && issue.range.is_none() {
        return write!(f, "ERROR: <input>:-1:0: {}", issue.message);
    }
    let offset = issue.offset.unwrap_or(0);
    if text.is_empty() {
        // ANTLR puts the end of nothing before its beginning, and there is no line to show.
        return write!(f, "ERROR: <input>:1:0: {}", issue.message);
    }
    let place = lines.line_column(text, offset);
    let column = if issue.offset.is_some() { place.column } else { 0 };
    write!(f, "ERROR: <input>:{}:{column}: {}", place.line, issue.message)?;
    let line = lines.line(offset);
    let start = lines.start(line).unwrap_or(0) as usize;
    let end = lines.start(line.saturating_add(1)).map_or(text.len(), |next| next.saturating_sub(1) as usize);
    let snippet = text.get(start..end).unwrap_or("");
    if snippet.len() > LONGEST_SNIPPET {
        return Ok(());
    }
    f.write_str("\n | ")?;
    for character in snippet.chars() {
        f.write_char(if character == '\t' { ' ' } else { character })?;
    }
    f.write_str("\n | ")?;
    let mut characters = snippet.chars();
    for character in characters.by_ref().take(place.column.saturating_sub(1) as usize) {
        f.write_char(if character.len_utf8() > 1 { '．' } else { '.' })?;
    }
    f.write_char(if characters.next().is_some_and(|under| under.len_utf8() > 1) { '＾' } else { '^' })
}
