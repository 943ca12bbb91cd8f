//! What can be wrong with a text, and what is odd about it: every message of this module, in one place.
//!
//! Where kubectl would print a line of its own the message is that line, without its prefix; our words are in `help`.

use alloc::{format, string::String};
use core::fmt;

use granit_parser::ErrorKind;

use crate::source::Span;

/// Why a chunk of text is not a document, or a node not what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    kind: Kind,
    span: Span,
    related: Option<(Span, &'static str)>,
}

impl Error {
    pub(super) const fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, related: None }
    }

    pub(super) const fn with(mut self, span: Span, text: &'static str) -> Self {
        self.related = Some((span, text));
        self
    }

    /// Says where, unless something further inside did.
    pub(super) fn at(mut self, span: Span) -> Self {
        if let Kind::Decode { placed: placed @ false, .. } = &mut self.kind {
            *placed = true;
            self.span = span;
        }
        self
    }

    /// Where.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Another place that explains it, with what is to be seen there.
    #[must_use]
    pub const fn related(&self) -> Option<(Span, &'static str)> {
        self.related
    }

    /// What to do about it, when there is something to say that the message does not.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        self.kind.help()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for Error {}

/// Something kubectl accepts, and reads otherwise than it looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    kind: Oddity,
    span: Span,
    related: Option<(Span, &'static str)>,
}

impl Warning {
    pub(super) const fn new(kind: Oddity, span: Span) -> Self {
        Self { kind, span, related: None }
    }

    pub(super) const fn with(mut self, span: Span, text: &'static str) -> Self {
        self.related = Some((span, text));
        self
    }

    /// Where.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Another place that explains it, with what is to be seen there.
    #[must_use]
    pub const fn related(&self) -> Option<(Span, &'static str)> {
        self.related
    }

    /// Whether a field of the document has a value that was silently replaced: strict decoding refuses these.
    #[must_use]
    pub const fn is_duplicate(&self) -> bool {
        matches!(self.kind, Oddity::DuplicateKey { .. } | Oddity::MergedOver { .. })
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self.kind {
            Oddity::KeyResolved { .. } => Some("quote the key to keep it as it is written"),
            Oddity::MergedOver { .. } => Some("write `<<` first: a merge replaces what stands before it"),
            Oddity::AfterDocumentEnd => Some("separate documents with `---`"),
            Oddity::DuplicateKey { .. } | Oddity::Repaired(_) => None,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Oddity::DuplicateKey { key } => write!(f, "duplicate key `{key}`: the last value wins"),
            Oddity::MergedOver { key } => {
                write!(f, "`<<` replaces the value of `{key}` that was written before it")
            }
            Oddity::KeyResolved { written, key } => write!(f, "the key `{written}` becomes `\"{key}\"`"),
            Oddity::AfterDocumentEnd => f.write_str("everything after `...` is ignored"),
            Oddity::Repaired(what) => f.write_str(what),
        }
    }
}

/// The kinds of [`Warning`].
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Oddity {
    DuplicateKey { key: String },
    MergedOver { key: String },
    KeyResolved { written: String, key: String },
    AfterDocumentEnd,
    Repaired(&'static str),
}

/// The kinds of [`Error`].
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    TooLarge,
    TooManyDocuments,
    TooDeep,
    TooManyNodes,
    Separator {
        text: String,
    },
    Control,
    /// U+0085, U+2028 or U+2029: a line break to kubectl, invisible to a reader (yaml.md G1).
    HiddenLineBreak {
        character: char,
    },
    QuestionMarkInFlow,
    ColonBeforeFlowIndicator,
    AnchorName,
    Directive {
        incompatible: bool,
    },
    UnknownAnchor {
        name: String,
    },
    SelfReference {
        name: String,
    },
    ExcessiveAliasing,
    NullKey,
    Uint64Key {
        value: u64,
    },
    CollectionKey {
        word: &'static str,
    },
    Merge,
    NotRepresentable {
        value: &'static str,
    },
    CannotDecode {
        resolved: &'static str,
        text: String,
        tag: String,
    },
    Base64,
    UnclosedQuote,
    Escape,
    SurrogateEscape,
    /// Seen by the next line, which is no longer a key.
    MissingSpaceAfterColon(ErrorKind),
    ListItemInMapping,
    Scan(ErrorKind),
    /// Go's encoding/json, its words.
    Json {
        message: String,
    },
    /// A value of the wrong shape, found while reading a document into a type. serde says what, the reader where.
    Decode {
        message: String,
        placed: bool,
    },
}

impl Kind {
    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Separator { .. } => {
                "only blanks or a comment may follow `---`; put the document on the next line"
            }
            Self::HiddenLineBreak { .. } => {
                "kubectl starts a new line at this invisible character; delete it, or write it as an escape in double quotes"
            }
            Self::QuestionMarkInFlow => {
                "to kubectl, `?` inside `{}` or `[]` starts an explicit key; quote the text"
            }
            Self::ColonBeforeFlowIndicator => {
                "kubectl reads the colon as part of the text; put a space after it, or quote the text"
            }
            Self::AnchorName => "kubectl allows only letters, digits, `_` and `-` in anchor names",
            Self::Directive { .. } => {
                "delete the directive: kubectl splits the file at `---` before it reads YAML"
            }
            Self::NullKey => "an empty, `~` or `null` key has no text; quote it",
            Self::Uint64Key { .. } => "quote the key",
            Self::Merge => "give `<<` an alias of a map, or a list of such aliases",
            Self::NotRepresentable { .. } => "quote it if text is meant",
            Self::SurrogateEscape => "write the character itself, or `\\U` with eight digits",
            Self::Escape => "use single quotes, or write `\\\\` for a backslash",
            Self::ListItemInMapping => "a list item stands inside a map: indent it under its key",
            Self::MissingSpaceAfterColon(_) => "is a space missing after the `:` of the line before?",
            Self::Scan(kind) => return scan_help(kind),
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("text is larger than 16 MiB"),
            Self::TooManyDocuments => f.write_str("more than 10,000 documents in one text"),
            Self::TooDeep => f.write_str("nested deeper than 500 levels"),
            Self::TooManyNodes => f.write_str("document has more than a million values"),
            Self::Separator { text } => write!(f, "invalid Yaml document separator: {text}"),
            Self::Control => f.write_str("control characters are not allowed"),
            Self::HiddenLineBreak { character } => {
                write!(f, "hidden line break U+{:04X}", *character as u32)
            }
            Self::QuestionMarkInFlow => f.write_str("`?` in an unquoted text inside `{}` or `[]`"),
            Self::ColonBeforeFlowIndicator => f.write_str("`:` without a space after it inside `{}` or `[]`"),
            Self::AnchorName => f.write_str("did not find expected alphabetic or numeric character"),
            Self::Directive { incompatible: true } => f.write_str("found incompatible YAML document"),
            Self::Directive { incompatible: false } => f.write_str("did not find expected <document start>"),
            Self::UnknownAnchor { name } => write!(f, "unknown anchor '{name}' referenced"),
            Self::SelfReference { name } => write!(f, "anchor '{name}' value contains itself"),
            Self::ExcessiveAliasing => f.write_str("document contains excessive aliasing"),
            Self::NullKey => f.write_str("unsupported map key: null"),
            Self::Uint64Key { value } => write!(f, "unsupported map key: {value} is larger than an int64"),
            Self::CollectionKey { word } => write!(f, "invalid map key: a {word}"),
            Self::Merge => f.write_str("map merge requires map or sequence of maps as the value"),
            Self::NotRepresentable { value } => write!(f, "json: unsupported value: {value}"),
            Self::CannotDecode { resolved, text, tag } => {
                write!(f, "cannot decode !!{resolved} `{text}` as a !!{tag}")
            }
            Self::Base64 => f.write_str("!!binary value contains invalid base64 data"),
            Self::UnclosedQuote => f.write_str("a quote opened here is not closed"),
            Self::Escape => f.write_str("found unknown escape character"),
            Self::SurrogateEscape => f.write_str("found invalid Unicode character escape code"),
            Self::ListItemInMapping => f.write_str("did not find expected key"),
            Self::Scan(kind) | Self::MissingSpaceAfterColon(kind) => f.write_str(&scan_message(kind)),
            Self::Json { message } | Self::Decode { message, .. } => f.write_str(message),
        }
    }
}

/// libyaml's words for what the parser found, as kubectl prints them.
fn scan_message(kind: &ErrorKind) -> String {
    use ErrorKind as K;
    let words = match kind {
        K::UnexpectedCharacter { .. }
        | K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::PlainScalarStartsWithDashFlowIndicator => "found character that cannot start any token",
        K::TabInIndentation
        | K::TabInPlainScalar
        | K::TabAtBlockScalarStart
        | K::InvalidBlockEntryWhitespace => "found a tab character that violates indentation",
        K::MappingValueNotAllowed | K::InvalidMappingValueWhitespace | K::InvalidColonPlacement => {
            "mapping values are not allowed in this context"
        }
        K::MappingKeyNotAllowed => "mapping keys are not allowed in this context",
        K::BlockSequenceEntryNotAllowed | K::BlockEntryInFlowCollection => {
            "block sequence entries are not allowed in this context"
        }
        K::SimpleKeyExpected | K::InvalidSimpleKey => "could not find expected ':'",
        K::ExpectedBlockMappingKey
        | K::UnexpectedEofBlockMapping
        | K::InvalidTrailingSingleQuotedScalar
        | K::InvalidTrailingDoubleQuotedScalar
        | K::InvalidIndentation
        | K::InvalidFlowScalarIndent
        | K::InvalidQuotedScalarIndent => "did not find expected key",
        K::ExpectedBlockSequenceEntry | K::UnexpectedEofBlockSequence => {
            "did not find expected '-' indicator"
        }
        K::ExpectedFlowMappingSeparator
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping => "did not find expected ',' or '}'",
        K::ExpectedFlowSequenceSeparator | K::UnexpectedEofFlowSequence => "did not find expected ',' or ']'",
        K::UnclosedFlowCollection { open } => return format!("`{open}` is not closed"),
        K::MismatchedFlowCollectionEnd { open, close } => {
            return format!("`{open}` is closed by `{close}`");
        }
        K::ExpectedNodeContent | K::MisplacedFlowCollectionEnd | K::UnexpectedEndOfPlainScalar => {
            "did not find expected node content"
        }
        K::ExpectedDocumentStart | K::InvalidDocumentEnd | K::MissingDocumentEndBeforeDirective => {
            "did not find expected <document start>"
        }
        K::UndeclaredTagHandle => "found undefined tag handle",
        K::DocumentIndicatorInQuotedScalar => "found unexpected document indicator",
        K::InvalidQuotedScalarHexEscape => "did not find expected hexdecimal number",
        K::InvalidBlockScalarHeader => "did not find expected comment or line break",
        K::ZeroBlockScalarIndent => "found an indentation indicator equal to 0",
        K::InvalidBlockScalarIndent => {
            "block scalar starts with a line of blanks longer than its indentation"
        }
        K::MissingAnchorOrAliasName => "did not find expected alphabetic or numeric character",
        K::CommentNotSeparated | K::CommentInterceptedScalar => {
            "comment is not separated from the text before it"
        }
        K::ExpectedTagBang
        | K::InvalidTagTerminator
        | K::MissingTagUri
        | K::UnclosedVerbatimTag
        | K::InvalidTagEscape
        | K::InvalidTagUtf8LeadingByte
        | K::InvalidTagUtf8TrailingByte
        | K::InvalidTagUtf8
        | K::InvalidGlobalTagCharacter => "did not find expected whitespace or line break",
        K::BomInsideDocument => "byte-order mark inside a document",
        K::UnexpectedEof => "found unexpected end of stream",
        K::FlowMappingValueAdjacentCollection => "did not find expected ',' or '}'",
        K::RecursionLimitExceeded => "nested deeper than 500 levels",
        _ => "document is not valid YAML",
    };
    words.into()
}

fn scan_help(kind: &ErrorKind) -> Option<&'static str> {
    use ErrorKind as K;
    Some(match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabInPlainScalar
        | K::TabAtBlockScalarStart
        | K::InvalidBlockEntryWhitespace => "indent with spaces, not tabs",
        K::UnexpectedCharacter { .. } => "quote a text that starts with this character",
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            "nothing may follow a closing quote; quote the whole value"
        }
        K::BlockSequenceEntryNotAllowed => "a list starts on the line after its key",
        K::SimpleKeyExpected | K::InvalidSimpleKey => "is a `:` missing after this key?",
        K::InvalidIndentation | K::ExpectedBlockMappingKey => "check the indentation of this line",
        K::InvalidBlockScalarIndent => "delete the blanks on the empty lines after `|` or `>`",
        _ => return None,
    })
}
