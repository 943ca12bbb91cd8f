//! Property names as CEL identifiers (`pkg/cel/escaping.go`): `x-y` is selected as `x__dash__y`.

use alloc::{borrow::Cow, format, string::String};

/// Words that no identifier of the language may be.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Whether `word` is reserved by the language.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// The identifier that selects the property `name`; `None` when none does.
#[must_use]
pub fn escape(name: &str) -> Option<Cow<'_, str>> {
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if is_reserved(name) {
        return Some(Cow::Owned(format!("__{name}__")));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.contains("__") && name.chars().all(plain) {
        return Some(Cow::Borrowed(name));
    }
    let mut escaped = String::with_capacity(name.len() + 16);
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("__") {
            escaped.push_str("__underscores__");
            rest = after;
            continue;
        }
        match first {
            '.' => escaped.push_str("__dot__"),
            '-' => escaped.push_str("__dash__"),
            '/' => escaped.push_str("__slash__"),
            c if plain(c) => escaped.push(c),
            _ => return None,
        }
        rest = rest.get(first.len_utf8()..).unwrap_or("");
    }
    Some(Cow::Owned(escaped))
}

/// The property that the identifier `escaped` selects; `None` when it holds a sequence that escapes nothing.
#[must_use]
pub fn unescape(escaped: &str) -> Option<Cow<'_, str>> {
    if !escaped.contains("__") {
        return Some(Cow::Borrowed(escaped));
    }
    let mut plain = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find("__") {
        // A sequence is two underscores, something without any, and two underscores.
        let inner = rest.get(at + 2..).unwrap_or("");
        let length = inner.find('_').unwrap_or(inner.len());
        let (word, after) = inner.split_at_checked(length).unwrap_or((inner, ""));
        let Some(after) = after.strip_prefix("__").filter(|_| !word.is_empty()) else {
            plain.push_str(rest.get(..=at).unwrap_or(""));
            rest = rest.get(at + 1..).unwrap_or("");
            continue;
        };
        plain.push_str(rest.get(..at).unwrap_or(""));
        plain.push_str(match word {
            "underscores" => "__",
            "dot" => ".",
            "dash" => "-",
            "slash" => "/",
            reserved if is_reserved(reserved) && reserved.len() + 4 == escaped.len() => reserved,
            _ => return None,
        });
        rest = after;
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}
