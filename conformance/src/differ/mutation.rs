//! Expressions that are not quite: real ones with tokens removed, doubled, swapped, cut off or replaced, and heaps of tokens.

use super::random::Random;

/// What gets mutated when no better is at hand.
const SEEDS: &[&str] = &[
    "object.spec.replicas <= 5 && has(object.metadata.labels)",
    "object.spec.template.spec.containers.all(c, c.image.startsWith('registry.example.com/') || c.name == \"x\")",
    "!has(object.spec.a) || (object.spec.a - 1) * -2 >= 3u ? [1, 2.5, b'x'] : {'k': v, ?'o': w}",
    "a.b.c{f: 1, ?g: -x, `h-i`: null}[?0].?d.`e/f`(g)",
    "[?x, y, {1: 2}, f(), .g(1, 2), .h.i{}].exists_one(k, v, !(k in [v]) && --v % 2 == -1)",
    "o.optMap(v, v + 1).orValue(r'\\d' + '''a''' + '\\u00e9\\n')",
    "m.transformMapEntry(k, v, v > 0, {k: v}).map(k, k == '', [k]).sortBy(e, -e)",
    "-1.a + -(1) - !true ? (a) : b ? c : d",
];

const ODD: &[&str] = &[
    "@",
    "#",
    "\\",
    ";",
    "&",
    "|",
    "=",
    "`",
    "'",
    "\"",
    "'''",
    "=>",
    "++",
    "..",
    "::",
    "?.",
    "[?",
    "!",
    "-",
    "let",
    "namespace",
    "if",
    "in",
    "null",
    "true",
    "false",
    ",",
    ":",
    "?",
    ")",
    "(",
    "]",
    "[",
    "}",
    "{",
    "é",
    "😀",
    "\u{a0}",
    "0x",
    "1e",
    "1.2.3",
    "1a",
    "u",
    "r'",
    "b'\\u00e9'",
    "'\\q'",
    "'\\x4'",
    "%",
    "/",
    "*",
    "<",
    "==",
    "!=",
    "&&",
    "||",
    "has(",
    "has()",
    "all(",
    ".all(x, x)",
    ".map(x)",
    "9223372036854775808",
    "18446744073709551616u",
    "1e999",
    "\t",
    "\n",
    "\r\n",
    "//",
    "{:}",
    "[,]",
    "? :",
    "_",
    "__result__",
    ".5",
    "5.",
    ".",
    ".?",
    "a",
    "a.b",
    "1",
    "-1",
    "`a-b`",
    "''",
    "x.y(z)",
    "T{",
    "T{a:",
    "{a:",
    "!!",
    "--",
    "- -1",
];

/// An expression that may well be none.
pub(crate) fn generate(random: &mut Random, real: &[String]) -> String {
    if random.chance(25) {
        let separator = *random.one_of(&["", " "]);
        let parts: Vec<&str> = (0..=random.below(9)).map(|_| *random.one_of(ODD)).collect();
        return parts.join(separator);
    }
    if random.chance(4) {
        // The limits on nesting and recovery.
        let times = 1 + random.below(300);
        let (open, close) = (*random.one_of(ODD), *random.one_of(ODD));
        let middle = *random.one_of(ODD);
        let closing = if random.chance(50) { close.repeat(times) } else { String::new() };
        return format!("{}{middle}{closing}", format!("{open} ").repeat(times));
    }
    let source = if real.is_empty() || random.chance(50) {
        (*random.one_of(SEEDS)).to_owned()
    } else {
        random.one_of(real).clone()
    };
    mutated(random, &source, real)
}

/// The text with a few tokens removed, doubled, swapped, cut off, or replaced by odd ones or parts of others.
pub(crate) fn mutated(random: &mut Random, text: &str, others: &[String]) -> String {
    let mut tokens = split(text);
    for _ in 0..=random.below(3) {
        if !others.is_empty() && random.chance(20) {
            let other = split(random.one_of::<String>(others));
            graft(random, &mut tokens, &other);
        } else {
            mutate(random, &mut tokens);
        }
    }
    tokens.concat()
}

/// Puts a part of another expression in.
fn graft(random: &mut Random, tokens: &mut Vec<String>, other: &[String]) {
    let from = random.below(other.len());
    let end = (from + 1 + random.below(12)).min(other.len());
    let at = random.below(tokens.len() + 1);
    let replaced = (at + random.below(3)).min(tokens.len());
    tokens.splice(at..replaced, other[from.min(end)..end].iter().cloned());
}

/// A real expression with a few words, numbers, strings and signs exchanged for others of their kind: it still parses, and
/// mostly checks or fails in an interesting way.
pub(crate) fn vary(random: &mut Random, expr: &str, others: &[String]) -> String {
    let mut tokens = split(expr);
    let other = split(random.one_of::<String>(others));
    for _ in 0..=random.below(2) {
        if tokens.is_empty() || other.is_empty() {
            break;
        }
        let at = random.below(tokens.len());
        let alike: Vec<&String> =
            tokens.iter().chain(&other).filter(|token| class(token) == class(&tokens[at])).collect();
        if class(&tokens[at]) != 0 && !alike.is_empty() {
            let replacement = (*random.one_of(&alike)).clone();
            tokens[at] = replacement;
        }
    }
    tokens.concat()
}

/// Numbers, words, strings, operators; 0 for what must stay.
fn class(token: &str) -> u8 {
    match token.chars().next() {
        Some('0'..='9') => 1,
        Some('\'' | '"') => 2,
        Some(first) if first.is_alphabetic() || first == '_' => 3,
        Some('<' | '>' | '=' | '!' | '&' | '|' | '+' | '-' | '*' | '/' | '%') => 4,
        _ => 0,
    }
}

fn mutate(random: &mut Random, tokens: &mut Vec<String>) {
    if tokens.is_empty() {
        return;
    }
    let at = random.below(tokens.len());
    match random.below(9) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[at].clone()),
        2 => {
            let other = random.below(tokens.len());
            tokens.swap(at, other);
        }
        3 => tokens.truncate(at),
        4 => tokens.truncate(at + 1),
        5 => tokens.insert(at, (*random.one_of(ODD)).to_owned()),
        6 => (*random.one_of(ODD)).clone_into(&mut tokens[at]),
        7 => tokens.push((*random.one_of(ODD)).to_owned()),
        _ => {
            // A part of its own: what nests is where recovery gets interesting.
            let end = (at + 1 + random.below(6)).min(tokens.len());
            let part: Vec<String> = tokens[at..end].to_vec();
            let place = random.below(tokens.len());
            tokens.splice(place..place, part);
        }
    }
}

/// Words, numbers, strings and signs; blanks are tokens too.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(first) = characters.next() {
        let mut token = String::from(first);
        if first == '\'' || first == '"' {
            while let Some(next) = characters.next() {
                token.push(next);
                if next == '\\' {
                    token.extend(characters.next());
                } else if next == first {
                    break;
                }
            }
        } else if first.is_alphanumeric() || first == '_' {
            while let Some(next) = characters.next_if(|next| next.is_alphanumeric() || *next == '_') {
                token.push(next);
            }
        } else if let Some(next) = characters
            .next_if(|next| matches!((first, next), ('&', '&') | ('|', '|') | ('=' | '!' | '<' | '>', '=')))
        {
            token.push(next);
        }
        tokens.push(token);
    }
    tokens
}
