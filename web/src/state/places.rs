//! The texts of an answer and the places in them: bytes for the engine, UTF-16 for the editor, lines for people.

use celgate::{
    source::{LineIndex, Source, Span},
    yaml::ScalarMap,
};

use super::Editor;

/// Texts with their lines, as they were when the question was asked.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    texts: [Indexed; 3],
}

#[derive(Clone, Debug)]
struct Indexed {
    text: String,
    lines: LineIndex,
    /// UTF-16 offset of the start of each line.
    starts: Vec<u32>,
}

impl Places {
    pub(crate) fn new(texts: &[String; 3]) -> Self {
        Self { texts: std::array::from_fn(|index| Indexed::new(&texts[index])) }
    }

    pub(crate) fn text(&self, editor: Editor) -> &str {
        &self.texts[editor.index()].text
    }

    /// The characters a span covers.
    pub(crate) fn slice(&self, span: Span) -> &str {
        Editor::of(span)
            .and_then(|editor| self.text(editor).get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// The line of a span's start, from 1.
    pub(crate) fn line(&self, span: Span) -> u32 {
        Editor::of(span).map_or(1, |editor| line_number(self.texts[editor.index()].lines.line(span.start)))
    }

    /// The column of a span's start, in characters from 1.
    pub(crate) fn column(&self, span: Span) -> u32 {
        Editor::of(span).map_or(1, |editor| {
            let indexed = &self.texts[editor.index()];
            indexed.lines.line_column(&indexed.text, span.start).column
        })
    }

    /// `Resources 12`
    pub(crate) fn name(&self, span: Span) -> String {
        let title = Editor::of(span).map_or("", Editor::title);
        format!("{title} {}", self.line(span))
    }

    /// Offset in UTF-16 code units, as the editor counts.
    pub(crate) fn utf16(&self, editor: Editor, byte: u32) -> u32 {
        let indexed = &self.texts[editor.index()];
        let (line, column) = indexed.lines.utf16(&indexed.text, byte);
        indexed.starts.get(line as usize).copied().unwrap_or(0) + column
    }

    /// The way from an expression to its document, where it is written as the scalar at `whole`: in a block it is indented,
    /// and maybe folded.
    pub(crate) fn scalar(&self, whole: Span, expression: &str) -> Option<ScalarMap> {
        let editor = Editor::of(whole)?;
        let source = Source { id: whole.source, name: String::new(), text: self.text(editor).to_owned() };
        Some(ScalarMap::new(&source, whole, expression))
    }

    /// The document around a place, from its separator to the place.
    pub(crate) fn document(&self, span: Span) -> Span {
        let Some(before) = Editor::of(span).and_then(|editor| self.text(editor).get(..span.start as usize))
        else {
            return span;
        };
        let start = before.rfind("\n---").map_or(0, |at| at + 1);
        Span { start: u32::try_from(start).unwrap_or(span.start), ..span }
    }

    /// The first line of a document that is neither blank, comment nor separator, from 1.
    pub(crate) fn head(&self, span: Span) -> u32 {
        let first = self.line(span);
        let blank = |line: &str| {
            let line = line.trim();
            line.is_empty() || line.starts_with('#') || line.starts_with("---")
        };
        let skipped = self.slice(span).lines().take_while(|line| blank(line)).count();
        first + line_number(skipped) - 1
    }
}

impl Indexed {
    fn new(text: &str) -> Self {
        let mut at = 0;
        let mut starts = vec![0];
        for line in text.split_inclusive('\n') {
            at += u32::try_from(line.encode_utf16().count()).unwrap_or(0);
            starts.push(at);
        }
        Self { text: text.to_owned(), lines: LineIndex::new(text), starts }
    }
}

fn line_number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}
