//! JSON values, read as Go's encoding/json reads a stream of them, with places; numbers as a cluster gets them.

use alloc::{
    borrow::{Cow, ToOwned},
    format,
    rc::Rc,
    string::String,
    vec::Vec,
};

use super::{
    builder::{Builder, Key, MAX_DEPTH},
    error::{Error, Kind, Warning},
    node::{Document, NodeValue},
    resolve,
};
use crate::decimal;
use crate::source::{Source, Span};

/// One value read.
pub(super) struct Value {
    pub(super) document: Document,
    pub(super) warnings: Vec<Warning>,
    /// The byte after it.
    pub(super) end: usize,
}

/// The next value of the stream, from `from` on; `None` when only white space is left.
pub(super) fn next(source: &Source, from: usize, to: usize) -> Option<Result<Value, Error>> {
    let mut reader = Reader { source, bytes: source.text.as_bytes().get(..to).unwrap_or(&[]), at: from };
    reader.skip_space();
    if reader.at >= reader.bytes.len() {
        return None;
    }
    Some(reader.value())
}

struct Reader<'s> {
    source: &'s Source,
    bytes: &'s [u8],
    at: usize,
}

/// What may come next.
enum State {
    Value,
    /// Just after `[`.
    FirstItem,
    /// Just after `{`.
    FirstKey,
    Key,
    AfterValue,
}

impl<'s> Reader<'s> {
    fn value(&mut self) -> Result<Value, Error> {
        let start = self.at;
        let mut builder = Builder::new();
        // `true` for an object, per open collection.
        let mut open: Vec<bool> = Vec::new();
        let mut state = State::Value;
        loop {
            self.skip_space();
            let at = self.at;
            match state {
                State::FirstItem if self.peek() == Some(b']') => {
                    self.at += 1;
                    open.pop();
                    builder.end(Some(offset(self.at)))?;
                    state = State::AfterValue;
                }
                State::FirstKey if self.peek() == Some(b'}') => {
                    self.at += 1;
                    open.pop();
                    builder.end(Some(offset(self.at)))?;
                    state = State::AfterValue;
                }
                State::Value | State::FirstItem => match self.peek() {
                    Some(b'{') => {
                        self.at += 1;
                        self.deeper(open.len())?;
                        open.push(true);
                        builder.start_mapping(self.span(at, self.at))?;
                        state = State::FirstKey;
                    }
                    Some(b'[') => {
                        self.at += 1;
                        self.deeper(open.len())?;
                        open.push(false);
                        builder.start_sequence(self.span(at, self.at))?;
                        state = State::FirstItem;
                    }
                    _ => {
                        let value = self.scalar()?;
                        builder.scalar(value, self.span(at, self.at))?;
                        state = State::AfterValue;
                    }
                },
                State::FirstKey | State::Key => {
                    if self.peek() != Some(b'"') {
                        return Err(self.unexpected("looking for beginning of object key string"));
                    }
                    let text = self.string()?;
                    let text = builder.intern(&text);
                    builder.key(Key::Text(text, self.span(at, self.at)));
                    self.skip_space();
                    if self.peek() != Some(b':') {
                        return Err(self.unexpected("after object key"));
                    }
                    self.at += 1;
                    state = State::Value;
                }
                State::AfterValue => {
                    let object = open.last().copied().unwrap_or(false);
                    match (self.peek(), object) {
                        (Some(b','), true) => state = State::Key,
                        (Some(b','), false) => state = State::Value,
                        (Some(b'}'), true) | (Some(b']'), false) => {
                            open.pop();
                            builder.end(Some(offset(self.at + 1)))?;
                        }
                        (_, true) => return Err(self.unexpected("after object key:value pair")),
                        (_, false) => return Err(self.unexpected("after array element")),
                    }
                    self.at += 1;
                }
            }
            // White space after the last value belongs to the stream, not to it.
            if open.is_empty() && matches!(state, State::AfterValue) {
                let span = self.span(start, self.at);
                return match builder.finish(span)? {
                    Some((document, warnings)) => Ok(Value { document, warnings, end: self.at }),
                    None => Err(self.unexpected("looking for beginning of value")),
                };
            }
        }
    }

    fn deeper(&self, depth: usize) -> Result<(), Error> {
        if depth >= MAX_DEPTH { Err(Error::new(Kind::TooDeep, self.span(self.at, self.at))) } else { Ok(()) }
    }

    fn scalar(&mut self) -> Result<NodeValue, Error> {
        match self.peek() {
            Some(b'"') => Ok(NodeValue::String(Rc::from(self.string()?))),
            Some(b't') => self.literal("true").map(|()| NodeValue::Bool(true)),
            Some(b'f') => self.literal("false").map(|()| NodeValue::Bool(false)),
            Some(b'n') => self.literal("null").map(|()| NodeValue::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.unexpected("looking for beginning of value")),
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), Error> {
        for byte in word.bytes() {
            if self.peek() != Some(byte) {
                return Err(self.unexpected(&format!("in literal {word} (expecting {})", quoted(byte))));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<NodeValue, Error> {
        let start = self.at;
        let mut whole = true;
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.unexpected("in numeric literal")),
        }
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.unexpected("after decimal point in numeric literal"));
            }
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.unexpected("in exponent of numeric literal"));
            }
            self.digits();
        }
        let text = self.source.text.get(start..self.at).unwrap_or("");
        if whole && let Ok(value) = text.parse() {
            return Ok(NodeValue::Int(value));
        }
        let too_large = || {
            let message = format!("json: cannot unmarshal number {text} into Go value of type float64");
            Error::new(Kind::Json { message }, self.span(start, self.at))
        };
        let value = decimal::parse(text).ok_or_else(too_large)?;
        resolve::number(value).map_err(|_| too_large())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// A string, from its opening quote on.
    fn string(&mut self) -> Result<Cow<'s, str>, Error> {
        let opened = self.at;
        self.at += 1;
        let start = self.at;
        let mut text: Option<String> = None;
        let mut run = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = self.source.text.get(run..self.at).unwrap_or("");
                    self.at += 1;
                    return Ok(match text {
                        Some(mut text) => {
                            text.push_str(rest);
                            Cow::Owned(text)
                        }
                        None => Cow::Borrowed(rest),
                    });
                }
                Some(b'\\') => {
                    let text = text.get_or_insert_default();
                    text.push_str(self.source.text.get(run..self.at).unwrap_or(""));
                    self.at += 1;
                    let character = self.escape()?;
                    text.push(character);
                    run = self.at;
                }
                Some(0x20..) => self.at += 1,
                Some(_) => return Err(self.unexpected("in string literal")),
                None => return Err(Error::new(Kind::UnclosedQuote, self.span(opened, opened + 1))),
            }
        }
    }

    /// What follows a backslash. A surrogate without its other half becomes U+FFFD, as in Go.
    fn escape(&mut self) -> Result<char, Error> {
        let simple = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let first = self.hex()?;
                if !(0xD800..0xDC00).contains(&first) {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                if self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
                    return Ok(char::REPLACEMENT_CHARACTER);
                }
                let back = self.at;
                self.at += 2;
                let second = self.hex()?;
                if !(0xDC00..0xE000).contains(&second) {
                    self.at = back;
                    return Ok(char::REPLACEMENT_CHARACTER);
                }
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        Ok(simple)
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let mut value = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            value = value << 4 | digit;
            self.at += 1;
        }
        Ok(value)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn unexpected(&self, context: &str) -> Error {
        let Some(byte) = self.peek() else {
            return Error::new(
                Kind::Json { message: "unexpected EOF".to_owned() },
                self.span(self.at, self.at),
            );
        };
        let width =
            self.source.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let message = format!("invalid character {} {context}", quoted(byte));
        Error::new(Kind::Json { message }, self.span(self.at, self.at + width))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.source.span(offset(start), offset(end))
    }
}

/// Go's `quoteChar`: a byte shown as a character literal.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".into(),
        b'"' => "'\"'".into(),
        b'\\' => "'\\\\'".into(),
        0x07 => "'\\a'".into(),
        0x08 => "'\\b'".into(),
        0x0c => "'\\f'".into(),
        b'\n' => "'\\n'".into(),
        b'\r' => "'\\r'".into(),
        b'\t' => "'\\t'".into(),
        0x0b => "'\\v'".into(),
        0..=0x1f | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        _ => format!("'{}'", char::from(byte)),
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
