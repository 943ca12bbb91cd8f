//! Text → tokens, by the rules of cel-go's grammar (`parser/gen/CEL.g4`) and with ANTLR's ways: the longest match wins,
//! among equals the rule that stands first; a text that begins no token is reported up to the character that ended the
//! attempt, that character is skipped too, and lexing goes on.
//!
//! Always ends in [`Kind::Eof`], whatever the text. Blanks and comments leave no tokens.

use alloc::vec::Vec;

/// What a token is. The order is the grammar's: sets of tokens are shown in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it; the texts are in `Kind::name`")]
pub enum Kind {
    Eof,
    Equals,
    NotEquals,
    In,
    Less,
    LessEquals,
    GreaterEquals,
    Greater,
    LogicalAnd,
    LogicalOr,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    Dot,
    Comma,
    Minus,
    Exclam,
    QuestionMark,
    Colon,
    Plus,
    Star,
    Slash,
    Percent,
    True,
    False,
    Null,
    NumFloat,
    NumInt,
    NumUint,
    String,
    Bytes,
    Identifier,
    EscIdentifier,
}

impl Kind {
    /// As messages name it: a fixed text in quotes, else the name of the rule.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eof => "<EOF>",
            Self::Equals => "'=='",
            Self::NotEquals => "'!='",
            Self::In => "'in'",
            Self::Less => "'<'",
            Self::LessEquals => "'<='",
            Self::GreaterEquals => "'>='",
            Self::Greater => "'>'",
            Self::LogicalAnd => "'&&'",
            Self::LogicalOr => "'||'",
            Self::LeftBracket => "'['",
            Self::RightBracket => "']'",
            Self::LeftBrace => "'{'",
            Self::RightBrace => "'}'",
            Self::LeftParen => "'('",
            Self::RightParen => "')'",
            Self::Dot => "'.'",
            Self::Comma => "','",
            Self::Minus => "'-'",
            Self::Exclam => "'!'",
            Self::QuestionMark => "'?'",
            Self::Colon => "':'",
            Self::Plus => "'+'",
            Self::Star => "'*'",
            Self::Slash => "'/'",
            Self::Percent => "'%'",
            Self::True => "'true'",
            Self::False => "'false'",
            Self::Null => "'null'",
            Self::NumFloat => "NUM_FLOAT",
            Self::NumInt => "NUM_INT",
            Self::NumUint => "NUM_UINT",
            Self::String => "STRING",
            Self::Bytes => "BYTES",
            Self::Identifier => "IDENTIFIER",
            Self::EscIdentifier => "ESC_IDENTIFIER",
        }
    }

    /// All, in order.
    pub const ALL: [Self; 36] = [
        Self::Eof,
        Self::Equals,
        Self::NotEquals,
        Self::In,
        Self::Less,
        Self::LessEquals,
        Self::GreaterEquals,
        Self::Greater,
        Self::LogicalAnd,
        Self::LogicalOr,
        Self::LeftBracket,
        Self::RightBracket,
        Self::LeftBrace,
        Self::RightBrace,
        Self::LeftParen,
        Self::RightParen,
        Self::Dot,
        Self::Comma,
        Self::Minus,
        Self::Exclam,
        Self::QuestionMark,
        Self::Colon,
        Self::Plus,
        Self::Star,
        Self::Slash,
        Self::Percent,
        Self::True,
        Self::False,
        Self::Null,
        Self::NumFloat,
        Self::NumInt,
        Self::NumUint,
        Self::String,
        Self::Bytes,
        Self::Identifier,
        Self::EscIdentifier,
    ];
}

/// A token: what and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A text that begins no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unrecognised {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// How many tokens stand before it.
    pub before: usize,
}

/// The tokens of `text`, and what of it is in none.
#[must_use]
pub fn tokens(text: &str) -> (Vec<Token>, Vec<Unrecognised>) {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0 };
    // Half the bytes is what dense expressions need; few reallocations otherwise.
    let mut tokens = Vec::with_capacity(text.len() / 4 + 2);
    let mut unrecognised = Vec::new();
    loop {
        lexer.skip_hidden();
        let start = lexer.at;
        if start >= text.len() {
            break;
        }
        match lexer.next() {
            Ok((kind, end)) => {
                lexer.at = end;
                tokens.push(Token { kind, start: offset(start), end: offset(end) });
            }
            Err(stuck) => {
                let end = text
                    .get(stuck..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(stuck, |c| stuck + c.len_utf8());
                lexer.at = end;
                unrecognised.push(Unrecognised {
                    start: offset(start),
                    end: offset(end),
                    before: tokens.len(),
                });
            }
        }
    }
    let end = offset(text.len());
    tokens.push(Token { kind: Kind::Eof, start: end, end });
    (tokens, unrecognised)
}

/// Texts are limited to 16 MiB, so every offset fits.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

/// A token's kind and end, or where the attempt ended.
type Match = Result<(Kind, usize), usize>;

impl Lexer<'_> {
    fn peek(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn skip_hidden(&mut self) {
        loop {
            match self.peek(self.at) {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0c => self.at += 1,
                b'/' if self.peek(self.at + 1) == b'/' => {
                    let rest = self.bytes.get(self.at..).unwrap_or(&[]);
                    self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn next(&self) -> Match {
        let at = self.at;
        let second = self.peek(at + 1);
        let one = |kind| Ok((kind, at + 1));
        let two = |kind| Ok((kind, at + 2));
        match self.peek(at) {
            b'=' if second == b'=' => two(Kind::Equals),
            b'!' if second == b'=' => two(Kind::NotEquals),
            b'!' => one(Kind::Exclam),
            b'<' if second == b'=' => two(Kind::LessEquals),
            b'<' => one(Kind::Less),
            b'>' if second == b'=' => two(Kind::GreaterEquals),
            b'>' => one(Kind::Greater),
            b'&' if second == b'&' => two(Kind::LogicalAnd),
            b'|' if second == b'|' => two(Kind::LogicalOr),
            b'=' | b'&' | b'|' => Err(at + 1),
            b'[' => one(Kind::LeftBracket),
            b']' => one(Kind::RightBracket),
            b'{' => one(Kind::LeftBrace),
            b'}' => one(Kind::RightBrace),
            b'(' => one(Kind::LeftParen),
            b')' => one(Kind::RightParen),
            b'.' if second.is_ascii_digit() => Ok(self.fraction(at)),
            b'.' => one(Kind::Dot),
            b',' => one(Kind::Comma),
            b'-' => one(Kind::Minus),
            b'?' => one(Kind::QuestionMark),
            b':' => one(Kind::Colon),
            b'+' => one(Kind::Plus),
            b'*' => one(Kind::Star),
            b'/' => one(Kind::Slash),
            b'%' => one(Kind::Percent),
            b'0'..=b'9' => Ok(self.number(at)),
            b'"' | b'\'' => self.string(at, false).map(|end| (Kind::String, end)),
            b'`' => self.escaped_identifier(at),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Ok(self.word(at)),
            _ => Err(at),
        }
    }

    fn digits(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        at + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
    }

    fn number(&self, at: usize) -> (Kind, usize) {
        if self.peek(at) == b'0' && self.peek(at + 1) == b'x' {
            let rest = self.bytes.get(at + 2..).unwrap_or(&[]);
            let digits = rest.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(rest.len());
            if digits > 0 {
                return self.integer(at + 2 + digits);
            }
        }
        let end = self.digits(at);
        if self.peek(end) == b'.' && self.peek(end + 1).is_ascii_digit() {
            return self.fraction(end);
        }
        match self.exponent(end) {
            Some(end) => (Kind::NumFloat, end),
            None => self.integer(end),
        }
    }

    fn integer(&self, end: usize) -> (Kind, usize) {
        match self.peek(end) {
            b'u' | b'U' => (Kind::NumUint, end + 1),
            _ => (Kind::NumInt, end),
        }
    }

    /// From the dot on.
    fn fraction(&self, dot: usize) -> (Kind, usize) {
        let end = self.digits(dot + 1);
        (Kind::NumFloat, self.exponent(end).unwrap_or(end))
    }

    fn exponent(&self, at: usize) -> Option<usize> {
        if !matches!(self.peek(at), b'e' | b'E') {
            return None;
        }
        let digits = if matches!(self.peek(at + 1), b'+' | b'-') { at + 2 } else { at + 1 };
        let end = self.digits(digits);
        (end > digits).then_some(end)
    }

    /// A name, a word of the language, or a string with a prefix; a string that does not end leaves the prefix a name.
    fn word(&self, at: usize) -> (Kind, usize) {
        let (first, second, third) = (self.peek(at), self.peek(at + 1), self.peek(at + 2));
        let quote = |byte| byte == b'"' || byte == b'\'';
        let raw = |byte| byte == b'r' || byte == b'R';
        let string = match first {
            b'r' | b'R' if quote(second) => self.string(at + 1, true).map(|end| (Kind::String, end)),
            b'b' | b'B' if quote(second) => self.string(at + 1, false).map(|end| (Kind::Bytes, end)),
            b'b' | b'B' if raw(second) && quote(third) => {
                self.string(at + 2, true).map(|end| (Kind::Bytes, end))
            }
            _ => Err(at),
        };
        if let Ok(string) = string {
            return string;
        }
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let end = at + rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
        let kind = match self.text.get(at..end).unwrap_or("") {
            "in" => Kind::In,
            "true" => Kind::True,
            "false" => Kind::False,
            "null" => Kind::Null,
            _ => Kind::Identifier,
        };
        (kind, end)
    }

    fn escaped_identifier(&self, at: usize) -> Match {
        let rest = self.bytes.get(at + 1..).unwrap_or(&[]);
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-/ ".contains(byte);
        let length = rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
        let end = at + 1 + length;
        if length > 0 && self.peek(end) == b'`' { Ok((Kind::EscIdentifier, end + 1)) } else { Err(end) }
    }

    /// End of the string whose quotes begin at `at`, or where the attempt ended.
    fn string(&self, at: usize, raw: bool) -> Result<usize, usize> {
        let quote = self.peek(at);
        if self.peek(at + 1) != quote {
            return self.short_string(at + 1, quote, raw);
        }
        // An empty string, unless a third quote begins a long one that ends.
        if self.peek(at + 2) != quote {
            return Ok(at + 2);
        }
        Ok(self.long_string(at + 3, quote, raw).unwrap_or(at + 2))
    }

    fn short_string(&self, mut at: usize, quote: u8, raw: bool) -> Result<usize, usize> {
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\n' | b'\r' => return Err(at),
                b'\\' if !raw => at = self.escape(at)?,
                _ if byte == quote => return Ok(at + 1),
                _ => at += 1,
            }
        }
        Err(at)
    }

    fn long_string(&self, mut at: usize, quote: u8, raw: bool) -> Option<usize> {
        while let Some(&byte) = self.bytes.get(at) {
            if byte == quote && self.peek(at + 1) == quote && self.peek(at + 2) == quote {
                return Some(at + 3);
            }
            if byte == b'\\' && !raw {
                at = self.escape(at).ok()?;
            } else {
                at += 1;
            }
        }
        None
    }

    /// End of the escape sequence at `at`, or the character that is wrong in it.
    fn escape(&self, at: usize) -> Result<usize, usize> {
        let (digits, hexadecimal) = match self.peek(at + 1) {
            b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'"' | b'\'' | b'\\' | b'?' | b'`' => {
                return Ok(at + 2);
            }
            b'x' | b'X' => (2, true),
            b'u' => (4, true),
            b'U' => (8, true),
            b'0'..=b'3' => (2, false),
            _ => return Err(at + 1),
        };
        for place in at + 2..at + 2 + digits {
            let byte = self.peek(place);
            if !(if hexadecimal { byte.is_ascii_hexdigit() } else { matches!(byte, b'0'..=b'7') }) {
                return Err(place);
            }
        }
        Ok(at + 2 + digits)
    }
}
