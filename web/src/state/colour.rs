//! The colours of CEL outside the editor: a text cut into classed pieces.

/// A run of one colour: byte range and class of `components.css`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) class: &'static str,
}

const ROOTS: [&str; 9] = [
    "object",
    "oldObject",
    "request",
    "params",
    "variables",
    "namespaceObject",
    "authorizer",
    "self",
    "oldSelf",
];

/// Cuts `text` into pieces that cover it without gaps. Never fails: what is no token is left uncoloured.
pub(crate) fn cel(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    let mut after_dot = false;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let class = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at = skip(bytes, at, |b| b.is_ascii_whitespace());
                ""
            }
            b'\'' | b'"' => {
                at = string(bytes, at);
                "c-str"
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = skip(bytes, at, |b| b != b'\n');
                "c-com"
            }
            b'0'..=b'9' => {
                at = skip(bytes, at, |b| b.is_ascii_alphanumeric() || b == b'.');
                "c-num"
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                at = skip(bytes, at, |b| b.is_ascii_alphanumeric() || b == b'_');
                let word = text.get(start..at).unwrap_or("");
                let prefix = word.len() <= 2
                    && word.bytes().all(|b| matches!(b, b'r' | b'R' | b'b' | b'B'))
                    && matches!(bytes.get(at), Some(b'\'' | b'"'));
                if prefix {
                    at = string(bytes, at);
                    "c-str"
                } else if matches!(word, "true" | "false" | "null" | "in") && !after_dot {
                    "c-num"
                } else if bytes.get(at) == Some(&b'(') {
                    "c-fn"
                } else if !after_dot && ROOTS.contains(&word) {
                    "c-var"
                } else {
                    "c-f"
                }
            }
            _ if byte.is_ascii_punctuation() => {
                at += 1;
                "c-op"
            }
            _ => {
                at = skip(bytes, at, |b| !b.is_ascii());
                at = at.max(start + 1);
                ""
            }
        };
        if !class.is_empty() {
            after_dot = byte == b'.' || (byte == b'?' && after_dot);
        }
        match pieces.last_mut() {
            Some(last) if last.class == class => last.end = at,
            _ => pieces.push(Piece { start, end: at, class }),
        }
    }
    pieces
}

fn skip(bytes: &[u8], from: usize, take: impl Fn(u8) -> bool) -> usize {
    from + bytes.iter().skip(from).take_while(|&&byte| take(byte)).count()
}

fn string(bytes: &[u8], from: usize) -> usize {
    let Some(&quote) = bytes.get(from) else { return from };
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte == b'\\' {
            at += 1;
        } else if byte == quote || byte == b'\n' {
            break;
        }
    }
    at.min(bytes.len())
}
