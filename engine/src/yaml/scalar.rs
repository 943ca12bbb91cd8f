//! Offsets in the text of a scalar → offsets in its source: a place inside a CEL expression is a place in the file,
//! however the expression is folded, quoted or indented.

use alloc::vec::Vec;

use crate::source::{Source, Span};

/// The way from the text of one scalar back to its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScalarMap {
    /// Runs that stand in the source as they are: (offset in the text, offset in the source), ascending.
    runs: Vec<(u32, u32)>,
    /// The scalar as written.
    span: Span,
    /// End of what stands for the last character.
    end: u32,
}

impl ScalarMap {
    /// The map for a scalar of `source`, written at `span`, with the text `decoded`.
    ///
    /// When the two do not belong together every offset leads to the start of the span.
    #[must_use]
    pub fn new(source: &Source, span: Span, decoded: &str) -> Self {
        let written = source.text.get(span.start as usize..span.end as usize).unwrap_or("");
        let mut map = Self { runs: Vec::new(), span, end: span.start };
        let mut walk = Walk { map: &mut map, decoded, written, text: 0, source: 0, base: span.start };
        let aligned = match written.as_bytes().first() {
            Some(b'"') => walk.double_quoted(),
            Some(b'\'') => walk.single_quoted(),
            Some(b'|' | b'>') => walk.block(),
            _ => walk.plain(),
        };
        let (text, place) = (walk.text, walk.source);
        if aligned.is_some() || text == decoded.len() {
            map.end = span.start + offset(place);
        } else {
            map.runs.clear();
        }
        map
    }

    /// The source offset of the byte at `at` of the scalar's text; past its end, the end.
    #[must_use]
    pub fn source_offset(&self, at: u32) -> u32 {
        let run = self.runs.partition_point(|&(text, _)| text <= at).checked_sub(1);
        let Some(&(text, place)) = run.and_then(|run| self.runs.get(run)) else { return self.span.start };
        let next = self.runs.get(run.unwrap_or(0) + 1).map_or(self.end, |&(_, place)| place);
        // A run may be shorter in the text than in the source; never past the next one.
        (place + (at - text)).min(next.max(place))
    }

    /// The source span of a range of the scalar's text.
    #[must_use]
    pub fn span(&self, start: u32, end: u32) -> Span {
        let start = self.source_offset(start);
        Span { start, end: self.source_offset(end).max(start), ..self.span }
    }
}

/// Text and source side by side.
struct Walk<'w> {
    map: &'w mut ScalarMap,
    decoded: &'w str,
    written: &'w str,
    text: usize,
    source: usize,
    base: u32,
}

impl Walk<'_> {
    /// From here on both run in step.
    fn mark(&mut self) {
        let run = (offset(self.text), self.base + offset(self.source));
        let in_step = |last: &(u32, u32)| run.0.wrapping_sub(last.0) == run.1.wrapping_sub(last.1);
        match self.map.runs.last_mut() {
            Some(last) if in_step(last) => {}
            Some(last) if last.0 == run.0 => *last = run,
            _ => self.map.runs.push(run),
        }
    }

    fn next_text(&self) -> Option<char> {
        self.decoded.get(self.text..)?.chars().next()
    }

    fn next_source(&self) -> Option<char> {
        self.written.get(self.source..)?.chars().next()
    }

    /// The same character on both sides.
    fn same(&mut self, c: char) -> Option<()> {
        if self.next_text()? != c {
            return None;
        }
        self.mark();
        self.text += c.len_utf8();
        self.source += c.len_utf8();
        Some(())
    }

    /// A line break of a plain or quoted scalar, with the blanks around it: one space, or a newline per empty line.
    fn fold(&mut self) -> Option<()> {
        let rest = self.written.get(self.source..)?;
        let length = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let breaks = rest.get(..length)?.matches('\n').count();
        self.mark();
        let folded = if breaks > 1 { breaks - 1 } else { 1 };
        let expected = if breaks > 1 { '\n' } else { ' ' };
        for _ in 0..folded {
            if self.next_text()? != expected {
                return None;
            }
            self.text += 1;
        }
        self.source += length;
        self.mark();
        Some(())
    }

    /// Whether only blanks are left on this line, and the line is not the last.
    fn at_fold(&self) -> bool {
        let rest = self.written.get(self.source..).unwrap_or("");
        rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r'])
    }

    fn plain(&mut self) -> Option<()> {
        while let Some(c) = self.next_source() {
            if self.at_fold() {
                self.fold()?;
            } else {
                self.same(c)?;
            }
        }
        Some(())
    }

    fn single_quoted(&mut self) -> Option<()> {
        self.source = 1;
        loop {
            let c = self.next_source()?;
            if self.at_fold() {
                self.fold()?;
            } else if c == '\'' {
                if self.written.get(self.source + 1..)?.starts_with('\'') {
                    self.same('\'')?;
                    self.source += 1;
                } else {
                    self.mark();
                    return Some(());
                }
            } else {
                self.same(c)?;
            }
        }
    }

    fn double_quoted(&mut self) -> Option<()> {
        self.source = 1;
        loop {
            let c = self.next_source()?;
            match c {
                '"' => {
                    self.mark();
                    return Some(());
                }
                '\\' => {
                    self.mark();
                    let escape = self.written.get(self.source + 1..)?.chars().next()?;
                    let digits = match escape {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        '\n' | '\r' => {
                            // An escaped line break: nothing, and the indentation of the next line is nothing too.
                            let rest = self.written.get(self.source + 1..)?;
                            let rest = rest.strip_prefix('\r').unwrap_or(rest);
                            let rest =
                                rest.strip_prefix('\n').unwrap_or(rest).trim_start_matches([' ', '\t']);
                            self.source = self.written.len() - rest.len();
                            self.mark();
                            continue;
                        }
                        _ => 0,
                    };
                    let decoded = self.next_text()?;
                    self.text += decoded.len_utf8();
                    self.source += 1 + escape.len_utf8() + digits;
                    // JSON writes what is beyond the BMP as two escapes.
                    if u32::from(decoded) > 0xffff && escape == 'u' {
                        self.source += 6;
                    }
                    self.mark();
                }
                _ if self.at_fold() => self.fold()?,
                _ => self.same(c)?,
            }
        }
    }

    fn block(&mut self) -> Option<()> {
        let folded = self.written.starts_with('>');
        let header = self.written.find('\n')?;
        self.source = header + 1;
        let body = self.written.get(self.source..)?;
        let first = body.lines().find(|line| !line.trim().is_empty())?;
        let text_first = self.decoded.lines().find(|line| !line.trim().is_empty())?;
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let indent = blanks(first).checked_sub(blanks(text_first))?;
        if folded { self.folded_lines(indent) } else { self.literal_lines(indent) }
    }

    fn literal_lines(&mut self, indent: usize) -> Option<()> {
        loop {
            self.indentation(indent);
            while let Some(c) = self.next_source().filter(|&c| c != '\n') {
                if c == '\r' && self.next_text() != Some('\r') {
                    self.source += 1;
                    continue;
                }
                self.same(c)?;
            }
            if self.next_source().is_none() {
                break;
            }
            self.same('\n')?;
        }
        self.mark();
        Some(())
    }

    fn folded_lines(&mut self, indent: usize) -> Option<()> {
        loop {
            self.indentation(indent);
            while let Some(c) = self.next_source().filter(|&c| c != '\n') {
                if c == '\r' && self.next_text() != Some('\r') {
                    self.source += 1;
                    continue;
                }
                self.same(c)?;
            }
            if self.next_source().is_none() {
                break;
            }
            // A line break is a space, a newline, or (the first of several) nothing: the text tells.
            self.mark();
            self.source += 1;
            if let Some(' ' | '\n') = self.next_text() {
                self.text += 1
            }
        }
        self.mark();
        Some(())
    }

    /// Skips the indentation of a line; an empty line may have less.
    fn indentation(&mut self, indent: usize) {
        let rest = self.written.get(self.source..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        self.source += blanks.min(indent);
        self.mark();
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
