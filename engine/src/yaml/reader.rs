//! granit-parser events → the arena of one chunk, with what it takes to read as kubectl's go-yaml does.
//!
//! granit speaks YAML 1.2, kubectl 1.1. *Guards* refuse what the two would read differently; *repairs* help granit over
//! what only kubectl accepts: blanks are inserted where they mean nothing, and places are mapped back (yaml.md 6.2).

use alloc::{
    borrow::{Cow, ToOwned},
    collections::BTreeMap,
    rc::Rc,
    string::String,
    vec::Vec,
};
use core::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StructureStyle, Tag};

use super::{
    builder::{Builder, Key, MAX_DEPTH},
    error::{Error, Kind, Oddity, Warning},
    node::{Document, NodeId},
    resolve,
};
use crate::source::{Source, Span};

/// Blanks inserted into one chunk at most; fewer in a large one, as every repair reads the chunk again.
const MAX_REPAIRS: usize = 200;
/// Bytes that all repairs of a chunk may read.
const REPAIR_BUDGET: usize = 4 << 20;

const LIST_KEY: Kind = Kind::CollectionKey { word: "list" };
const MAP_KEY: Kind = Kind::CollectionKey { word: "map" };

/// What a chunk holds: nothing (comments, `~`), or a document.
pub(super) struct Chunk {
    pub(super) document: Option<Document>,
    pub(super) warnings: Vec<Warning>,
}

/// Reads one chunk.
pub(super) fn read(source: &Source, range: Range<usize>) -> Result<Chunk, Error> {
    let text = source.text.get(range.clone()).unwrap_or("");
    guard_characters(source, &range, text)?;
    let mut patched = Patched { text: Cow::Borrowed(text), inserted: Vec::new(), base: range.start };
    let mut repairs = Vec::new();
    let budget = MAX_REPAIRS.min(REPAIR_BUDGET / text.len().max(1));
    loop {
        let failure = match (Events { source, patched: &patched, range: &range }).read() {
            Ok(mut chunk) => {
                chunk.warnings.append(&mut repairs);
                return Ok(chunk);
            }
            Err(failure) => failure,
        };
        let repair = (repairs.len() < budget).then(|| failure.repair(&patched.text)).flatten();
        let Some((at, blanks, what)) = repair else { return Err(failure.error) };
        let place = patched.original(at);
        repairs.push(Warning::new(Oddity::Repaired(what), source.span(place, place)));
        patched.insert(at, blanks);
    }
}

/// The chunk's text with blanks inserted, and the way back.
struct Patched<'s> {
    text: Cow<'s, str>,
    /// (offset in the patched text, blanks inserted before it), ascending.
    inserted: Vec<(usize, usize)>,
    base: usize,
}

impl Patched<'_> {
    fn insert(&mut self, at: usize, blanks: usize) {
        self.text.to_mut().insert_str(at, &" ".repeat(blanks));
        for (later, _) in self.inserted.iter_mut().filter(|(place, _)| *place >= at) {
            *later += blanks;
        }
        self.inserted.push((at, blanks));
        self.inserted.sort_unstable();
    }

    /// The byte of the source that a byte of the patched text stands for.
    fn original(&self, at: usize) -> u32 {
        let before = self.inserted.iter().take_while(|(place, _)| *place < at);
        let blanks: usize = before.map(|&(place, blanks)| blanks.min(at - place)).sum();
        offset(self.base + at - blanks)
    }
}

/// An error, with what is needed to know whether a repair helps.
struct Failure {
    error: Error,
    /// granit's complaint and the byte of the patched text it is about.
    scan: Option<(ErrorKind, usize)>,
    /// Whether it is about something inside brackets.
    in_flow: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, scan: None, in_flow: false }
    }
}

impl Failure {
    /// Where to insert how many blanks, and what to say.
    fn repair(&self, text: &str) -> Option<(usize, usize, &'static str)> {
        let (kind, at) = self.scan.as_ref()?;
        match kind {
            ErrorKind::CommentNotSeparated if text.get(*at..)?.starts_with('#') => {
                Some((*at, 1, "a comment should have a blank before it"))
            }
            // Leading blanks of a continuation line of a quoted scalar are folded away, however many there are.
            ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation => {
                let line = text.get(..*at)?.rfind('\n').map_or(0, |newline| newline + 1);
                let blank = text.get(line..*at)?.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
                (blank && line > 0 && in_quotes(text, line)).then_some((
                    line,
                    64,
                    "a quoted text should be indented with spaces, further than its key",
                ))
            }
            // Between brackets, blanks at the start of a line mean nothing.
            ErrorKind::TabInBlockIndentation | ErrorKind::TabNotAllowed if self.in_flow => {
                let line = text.get(..*at)?.rfind('\n').map_or(0, |newline| newline + 1);
                let blank = text.get(line..*at)?.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
                (blank && line > 0 && !text.get(line..)?.starts_with(&" ".repeat(64))).then_some((
                    line,
                    64,
                    "indent with spaces, not tabs",
                ))
            }
            _ => None,
        }
    }
}

/// Whether `at` lies inside a quoted scalar, as far as the lines just before it tell: an odd number of one kind of quote.
fn in_quotes(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let mut open = None;
    let mut escaped = false;
    let mut previous = b'\n';
    for byte in before.bytes() {
        match open {
            None => {
                let starts = matches!(previous, b' ' | b'\t' | b'\n' | b'[' | b'{' | b',' | b':' | b'-');
                if matches!(byte, b'"' | b'\'') && starts {
                    open = Some(byte);
                }
            }
            Some(b'"') if escaped => escaped = false,
            Some(b'"') if byte == b'\\' => escaped = true,
            Some(quote) if byte == quote => open = None,
            Some(_) => {}
        }
        previous = byte;
    }
    open.is_some()
}

/// Characters that kubectl refuses, and those it would take for line breaks.
fn guard_characters(source: &Source, range: &Range<usize>, text: &str) -> Result<(), Error> {
    // ASCII first: this loop is the whole cost for most documents.
    let suspicious = |byte: u8| byte >= 0x7f || (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let mut bytes = text.bytes().enumerate();
    while let Some((at, _)) = bytes.find(|&(_, byte)| suspicious(byte)) {
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
        let start = range.start + at;
        let span = source.span(offset(start), offset(start + character.len_utf8()));
        match character {
            '\u{85}' | '\u{2028}' | '\u{2029}' => {
                return Err(Error::new(Kind::HiddenLineBreak { character }, span));
            }
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                return Err(Error::new(Kind::Control, span));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What stands before a gap between tokens.
#[derive(Clone, Copy)]
enum After {
    /// Nothing: the chunk begins.
    Start,
    /// A token that ends where it ends.
    Token,
    /// A plain scalar, whose scanner goes on over blank lines; `indent`: the column that its further lines need.
    Plain { indent: usize },
    /// A block scalar.
    Block,
}

/// One pass over a chunk.
struct Events<'s> {
    source: &'s Source,
    patched: &'s Patched<'s>,
    range: &'s Range<usize>,
}

/// What an anchor stands for.
struct Anchored {
    id: NodeId,
    /// Whether it is a collection that has not ended: an alias of it would contain itself.
    open: bool,
    /// What it is as a key: text, if it is a scalar that can be one.
    key: Result<Rc<str>, Kind>,
}

impl Events<'_> {
    fn read(&self) -> Result<Chunk, Failure> {
        let options = granit_parser::options! {
            flow_nesting_limit: MAX_DEPTH + 1,
            block_nesting_limit: MAX_DEPTH + 1,
            disallow_directives: true,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            emit_comments: false,
        };
        let text: &str = &self.patched.text;
        let mut builder = Builder::new();
        let mut anchors: BTreeMap<usize, Anchored> = BTreeMap::new();
        // Per open collection: whether it is in flow style, and its anchor.
        let mut open: Vec<(bool, usize)> = Vec::new();
        // Per open collection in block style: its column.
        let mut columns: Vec<usize> = Vec::new();
        let has_tabs = text.contains('\t');
        let mut after = After::Start;
        // End of the last thing read, from which a block scalar's `|` is looked for.
        let mut cursor = 0;
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, place) = match event {
                Ok(event) => event,
                Err(error) => {
                    let in_flow = open.last().is_some_and(|&(flow, _)| flow);
                    return Err(self.scan_failure(
                        error.kind(),
                        error.marker().byte_offset(),
                        cursor,
                        in_flow,
                    ));
                }
            };
            let place = place.byte_range().unwrap_or(cursor..cursor);
            let in_flow = open.last().is_some_and(|&(flow, _)| flow);
            if has_tabs && !in_flow && place.start > cursor && event.is_node() {
                self.guard_tabs(cursor..place.start, after)?;
            }
            match &event {
                Event::Scalar(..) if place.is_empty() => {}
                Event::Scalar(_, ScalarStyle::Plain, ..) if !in_flow => {
                    after = After::Plain { indent: columns.last().map_or(0, |column| column + 1) };
                }
                Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => after = After::Block,
                Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                    after = After::Token;
                    if has_tabs && *style == StructureStyle::Block {
                        let line = text.get(..place.start).and_then(|before| before.rfind('\n'));
                        columns.push(place.start - line.map_or(0, |newline| newline + 1));
                    }
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if in_flow && place.end > place.start {
                        after = After::Token;
                    } else if has_tabs && !in_flow {
                        columns.pop();
                    }
                }
                event if event.is_node() => after = After::Token,
                _ => {}
            }
            match event {
                Event::StreamStart | Event::DocumentStart(..) => continue,
                Event::DocumentEnd | Event::StreamEnd => break,
                Event::Anchor(..) => {
                    let name = text.get(place.start + 1..place.end).unwrap_or("");
                    if !name.bytes().all(is_anchor_byte) {
                        return Err(Error::new(Kind::AnchorName, self.span(&place)).into());
                    }
                    continue;
                }
                Event::Alias(target) => {
                    let span = self.span(&place);
                    let name = || text.get(place.start + 1..place.end).unwrap_or("").to_owned();
                    let Some(anchored) = anchors.get(&target) else {
                        return Err(Error::new(Kind::UnknownAnchor { name: name() }, span).into());
                    };
                    if anchored.open {
                        return Err(Error::new(Kind::SelfReference { name: name() }, span).into());
                    }
                    if builder.wants_key() {
                        let key = anchored.key.clone().map_err(|kind| Error::new(kind, span))?;
                        builder.key(Key::Text(key, span));
                    } else {
                        builder.alias(anchored.id, span)?;
                    }
                }
                Event::UnresolvedAlias(name) => {
                    let span = self.span(&place);
                    let kind = if name.bytes().all(is_anchor_byte) {
                        Kind::UnknownAnchor { name: name.into_owned() }
                    } else {
                        Kind::AnchorName
                    };
                    return Err(Error::new(kind, span).into());
                }
                Event::Scalar(value, style, anchor, tag) => {
                    let scalar = Scalar { value, style, tag: tag.as_deref(), place: place.clone(), in_flow };
                    if let Some(anchored) = self.scalar(&mut builder, scalar, cursor, anchor != 0)? {
                        anchors.insert(anchor, anchored);
                    }
                }
                Event::SequenceStart(style, anchor, _) => {
                    let span = self.span(&place);
                    if builder.wants_key() {
                        return Err(Error::new(LIST_KEY, span).into());
                    }
                    let span = match style {
                        StructureStyle::Block => Span { start: self.dash(place.start), ..span },
                        StructureStyle::Flow => span,
                    };
                    let id = builder.start_sequence(span)?;
                    if anchor != 0 {
                        anchors.insert(anchor, Anchored { id, open: true, key: Err(LIST_KEY) });
                    }
                    open.push((style == StructureStyle::Flow, anchor));
                }
                Event::MappingStart(style, anchor, _) => {
                    let span = self.span(&place);
                    if builder.wants_key() {
                        return Err(Error::new(MAP_KEY, span).into());
                    }
                    let id = builder.start_mapping(span)?;
                    if anchor != 0 {
                        anchors.insert(anchor, Anchored { id, open: true, key: Err(MAP_KEY) });
                    }
                    open.push((style == StructureStyle::Flow, anchor));
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let (flow, anchor) = open.pop().unwrap_or((false, 0));
                    let closes = flow && place.end > place.start;
                    builder.end(closes.then(|| self.patched.original(place.end)))?;
                    if let Some(anchored) = anchors.get_mut(&anchor) {
                        anchored.open = false;
                    }
                    if !closes {
                        continue;
                    }
                }
                // Comments are not asked for, and the enum may grow.
                _ => continue,
            }
            cursor = cursor.max(place.end);
        }
        if has_tabs {
            self.guard_tabs(cursor..text.len(), after)?;
        }
        if !builder.is_complete() {
            return Ok(Chunk { document: None, warnings: builder.warnings });
        }
        let span = self.source.span(offset(self.range.start), offset(self.range.end));
        let Some((document, warnings)) = builder.finish(span)? else {
            return Ok(Chunk { document: None, warnings: Vec::new() });
        };
        // kubectl skips `null` as it skips nothing.
        let document = Some(document).filter(|document| !document.root().is_null());
        Ok(Chunk { document, warnings })
    }

    fn scalar(
        &self,
        builder: &mut Builder,
        scalar: Scalar<'_>,
        cursor: usize,
        anchored: bool,
    ) -> Result<Option<Anchored>, Failure> {
        let text: &str = &self.patched.text;
        let Scalar { value, style, tag, place, in_flow } = scalar;
        let plain = style == ScalarStyle::Plain;
        let empty = plain && place.is_empty();
        if in_flow && plain && !empty {
            self.guard_flow(text, &place)?;
        }
        if style == ScalarStyle::DoubleQuoted {
            self.guard_escapes(text, &place)?;
        }
        let place = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => block_place(text, cursor, &place),
            _ if empty && text.get(place.start..).is_some_and(|rest| rest.starts_with(':')) => {
                place.start + 1..place.start + 1
            }
            _ => place,
        };
        let span = self.span(&place);
        let value = if empty { "" } else { &*value };
        let tag = tag.map(full_tag);
        let refused = |kind| Error::new(kind, span);
        let is_key = builder.wants_key();
        if is_key && value == "<<" {
            // go-yaml's `isMerge`: the lone `!` counts as no tag.
            let implicit = plain && tag.is_none() || tag.as_deref() == Some("!");
            if implicit || tag.as_deref() == Some("tag:yaml.org,2002:merge") {
                builder.key(Key::Merge(span));
                return Ok(None);
            }
        }
        let resolved = resolve::resolve(tag.as_deref(), plain, value).map_err(refused)?;
        let key =
            (is_key || anchored).then(|| resolve::key(resolved.clone()).map(|key| builder.intern(&key)));
        if !is_key {
            let id = builder.scalar(resolve::value(resolved).map_err(refused)?, span)?;
            return Ok(key.filter(|_| anchored).map(|key| Anchored { id, open: false, key }));
        }
        let Some(key) = key else { return Ok(None) };
        let text = key.clone().map_err(refused)?;
        if plain && tag.is_none() && *text != *value {
            let (written, key) = (value.to_owned(), (*text).to_owned());
            builder.warn(Warning::new(Oddity::KeyResolved { written, key }, span));
        }
        let anchored = if anchored {
            let id = builder.detached(resolve::value(resolved).map_err(refused)?, span)?;
            Some(Anchored { id, open: false, key })
        } else {
            None
        };
        builder.key(Key::Text(text, span));
        Ok(anchored)
    }

    /// Tabs between tokens in block style, where libyaml takes them for the start of a token, or for indentation.
    fn guard_tabs(&self, gap: Range<usize>, after: After) -> Result<(), Error> {
        let (mut allowed, mut plain) = match after {
            // What follows a block scalar is still the block scalar's.
            After::Block => return Ok(()),
            After::Start => (true, None),
            After::Token => (false, None),
            After::Plain { indent } => (false, Some(indent)),
        };
        let text = self.patched.text.get(gap.clone()).unwrap_or("");
        let mut column = 0;
        let mut bytes = text.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            column += 1;
            match byte {
                b'\n' => (allowed, column) = (true, 0),
                b' ' | b'\r' => {}
                b'\t' => {
                    // A plain scalar goes on over blanks and breaks, and minds only its indentation.
                    let kind = match plain {
                        Some(indent) if !allowed || column > indent => continue,
                        Some(_) => ErrorKind::TabInIndentation,
                        None if allowed => ErrorKind::TabNotAllowed,
                        None => continue,
                    };
                    let start = gap.start + at;
                    return Err(Error::new(Kind::Scan(kind), self.span(&(start..start + 1))));
                }
                b'#' => {
                    plain = None;
                    if bytes.find(|&(_, byte)| byte == b'\n').is_some() {
                        (allowed, column) = (true, 0);
                    }
                }
                b'!' | b'&' => {
                    (allowed, plain) = (false, None);
                    if bytes
                        .find(|&(_, byte)| byte.is_ascii_whitespace())
                        .is_some_and(|(_, byte)| byte == b'\n')
                    {
                        (allowed, column) = (true, 0);
                    }
                }
                b'-' | b'?' => (allowed, plain) = (true, None),
                _ => (allowed, plain) = (false, None),
            }
        }
        Ok(())
    }

    /// G2 and G3: where YAML 1.1 ends a plain scalar in flow style and 1.2 does not, or the other way round.
    fn guard_flow(&self, text: &str, place: &Range<usize>) -> Result<(), Error> {
        let written = text.get(place.clone()).unwrap_or("");
        if let Some(at) = written.find('?') {
            let at = place.start + at;
            return Err(Error::new(Kind::QuestionMarkInFlow, self.span(&(at..at + 1))));
        }
        let mut after = text.get(place.end..).unwrap_or("").chars();
        if after.next() == Some(':') && after.next().is_some_and(|c| matches!(c, ',' | '[' | ']' | '{' | '}'))
        {
            return Err(Error::new(Kind::ColonBeforeFlowIndicator, self.span(&(place.end..place.end + 1))));
        }
        Ok(())
    }

    /// Escapes that are JSON's and not YAML 1.1's.
    fn guard_escapes(&self, text: &str, place: &Range<usize>) -> Result<(), Error> {
        let written = text.get(place.clone()).unwrap_or("");
        let mut at = 0;
        while let Some(found) = written.get(at..).and_then(|rest| rest.find('\\')) {
            let escape = at + found;
            let rest = written.get(escape + 1..).unwrap_or("");
            let width = rest.chars().next().map_or(0, char::len_utf8);
            let span = |length: usize| {
                let start = place.start + escape;
                self.span(&(start..(start + length).min(place.end)))
            };
            if rest.starts_with('/') {
                return Err(Error::new(Kind::Escape, span(2)));
            }
            let high = rest.as_bytes().get(1..3);
            if rest.starts_with('u')
                && high.is_some_and(|high| {
                    matches!(high, [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F'])
                })
            {
                return Err(Error::new(Kind::SurrogateEscape, span(6)));
            }
            at = escape + 1 + width;
        }
        Ok(())
    }

    /// The `-` of a block sequence: granit begins one that is not indented after it.
    fn dash(&self, at: usize) -> u32 {
        let before = self.patched.text.get(..at).unwrap_or("").trim_end();
        let is_dash = self.patched.text.get(at..).is_some_and(|rest| rest.starts_with('-'));
        let at = if !is_dash && before.ends_with('-') { before.len() - 1 } else { at };
        self.patched.original(at)
    }

    fn scan_failure(&self, kind: &ErrorKind, at: Option<usize>, cursor: usize, in_flow: bool) -> Failure {
        let text: &str = &self.patched.text;
        let at = at.unwrap_or(cursor).min(text.len());
        let width = text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .filter(|&c| c != '\n')
            .map_or(0, char::len_utf8);
        let span = self.span(&(at..at + width));
        let error = match kind {
            ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
                let opened =
                    text.get(cursor..).and_then(|rest| rest.find(['"', '\''])).map(|found| cursor + found);
                let place = opened.map_or(span, |opened| self.span(&(opened..opened + 1)));
                let end = offset(self.range.end);
                Error::new(Kind::UnclosedQuote, place)
                    .with(self.source.span(end, end), "the document ends before a closing quote")
            }
            ErrorKind::DirectiveDisallowed => {
                let version = text.get(at..).and_then(|rest| rest.strip_prefix("%YAML"));
                let incompatible = version.is_some_and(|version| !version.trim_start().starts_with("1.1"));
                let line = text.get(at..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
                Error::new(Kind::Directive { incompatible }, self.span(&(at..at + line)))
            }
            ErrorKind::MappingValueNotAllowed
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::InvalidSimpleKey => match key_without_space(text, at) {
                Some(colon) => Error::new(Kind::MissingSpaceAfterColon(kind.clone()), span)
                    .with(self.span(&(colon..colon + 1)), "missing space after this `:`?"),
                None => Error::new(Kind::Scan(kind.clone()), span),
            },
            ErrorKind::ExpectedBlockMappingKey
                if text.get(at..).is_some_and(|rest| rest.starts_with("- ")) =>
            {
                Error::new(Kind::ListItemInMapping, span)
            }
            ErrorKind::UnknownQuotedScalarEscape => Error::new(Kind::Escape, span),
            ErrorKind::InvalidLowSurrogateHexEscape
            | ErrorKind::InvalidLowSurrogate
            | ErrorKind::MissingLowSurrogate
            | ErrorKind::UnpairedLowSurrogate
            | ErrorKind::InvalidUnicodeEscape => Error::new(Kind::SurrogateEscape, span),
            ErrorKind::RecursionLimitExceeded => Error::new(Kind::TooDeep, span),
            _ => Error::new(Kind::Scan(kind.clone()), span),
        };
        Failure { error, scan: Some((kind.clone(), at)), in_flow }
    }

    fn span(&self, place: &Range<usize>) -> Span {
        self.source.span(self.patched.original(place.start), self.patched.original(place.end))
    }
}

/// A scalar event.
struct Scalar<'e> {
    value: Cow<'e, str>,
    style: ScalarStyle,
    tag: Option<&'e Tag>,
    place: Range<usize>,
    in_flow: bool,
}

/// A tag in its long form.
fn full_tag(tag: &Tag) -> String {
    let mut full = String::from(tag.handle());
    full.push_str(tag.suffix());
    full
}

const fn is_anchor_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The place of a block scalar from its `|` or `>` to the end of its last line that is not blank. granit's begins after
/// the indentation of the first line; `cursor` is the end of what was read before it.
fn block_place(text: &str, cursor: usize, content: &Range<usize>) -> Range<usize> {
    let header = text.get(cursor..content.start).unwrap_or("");
    let mut start = None;
    let mut previous = ' ';
    let mut rest = header.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '|' | '>' => {
                start = Some(cursor + at);
                break;
            }
            // A comment, a tag and an anchor run on: to the end of the line, or to the next blank.
            '#' if previous.is_whitespace() => {
                let _ = rest.find(|&(_, c)| c == '\n');
                previous = '\n';
            }
            '!' | '&' => {
                let _ = rest.find(|&(_, c)| c.is_whitespace());
                previous = ' ';
            }
            _ => previous = c,
        }
    }
    let start = start.unwrap_or(content.start);
    let body = text.get(start..content.end).unwrap_or("");
    start..start + body.trim_end().len()
}

/// The `:` glued to a value on the lines before `at`, which made that line a text that now goes on.
fn key_without_space(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?;
    let (line_start, previous_end) = match before.rfind('\n') {
        Some(newline) => (newline + 1, newline),
        None => return None,
    };
    let previous = text.get(..previous_end)?;
    let previous_start = previous.rfind('\n').map_or(0, |newline| newline + 1);
    let line = previous.get(previous_start..)?;
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let colon = line.find(':')?;
    let key = line.get(..colon)?.trim_start();
    let glued = line.get(colon + 1..)?.chars().next().is_some_and(|c| !c.is_whitespace());
    let is_key = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
    (glued && is_key && indent(line) == indent(text.get(line_start..)?)).then_some(previous_start + colon)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
