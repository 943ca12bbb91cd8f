//! Byte offset ⇄ line and column, in the units that readers of the answer count in.

use alloc::vec::Vec;

/// Start offsets of the lines of one text. Lines end at `\n`; a `\r` before it belongs to the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

/// A place a person can find: both counted from 1, the column in characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl LineIndex {
    /// Indexes `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = core::iter::once(0).chain(newlines.map(|(at, _)| offset(at + 1))).collect();
        Self { starts }
    }

    /// Number of lines; at least 1.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: even an empty text has a line.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// The line (from 0) that holds the byte at `offset`.
    #[must_use]
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Byte offset of the first character of a line (from 0).
    #[must_use]
    pub fn start(&self, line: usize) -> Option<u32> {
        self.starts.get(line).copied()
    }

    /// Line and column of a byte offset of the indexed `text`. An offset past the end is the end.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line(offset);
        let before = self.before(text, line, offset);
        LineColumn { line: self::offset(line + 1), column: self::offset(before.chars().count() + 1) }
    }

    /// Line (from 0) and column in UTF-16 code units (from 0), as editors in a browser count.
    #[must_use]
    pub fn utf16(&self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        let before = self.before(text, line, offset);
        (self::offset(line), self::offset(before.encode_utf16().count()))
    }

    fn before<'t>(&self, text: &'t str, line: usize, offset: u32) -> &'t str {
        let start = self.starts.get(line).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(text.len());
        text.get(start..end).unwrap_or("")
    }
}

/// Texts are limited to 16 MiB, so every offset fits.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
