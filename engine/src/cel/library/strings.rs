//! `cel.lib.ext.strings` (`ext/strings.go`) in the two versions that Kubernetes has used: 0 until 1.28, 2 since. Places in
//! a text are code points.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};

use super::{Library, MAX_TEXT, format::format_text, too_large};
use crate::cel::{
    checker::Validator,
    cost::functions as cost,
    decls::{Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    types::Type,
    value::{MAX_ELEMENTS, Value},
};

/// The library at a version: 0, or 2 with `format` and `strings.quote`.
#[must_use]
pub fn library(version: u32) -> Library {
    let mut functions = functions();
    if version < 1 {
        return Library::new("cel.lib.ext.strings", functions);
    }
    functions.extend(formatting());
    Library::new("cel.lib.ext.strings", functions).validators(vec![Validator::StringFormat])
}

fn member<const N: usize>(id: &'static str, params: [Type; N], result: Type) -> OverloadDecl {
    OverloadDecl::member(id, params.into(), result)
}

fn functions() -> Vec<FunctionDecl> {
    use Type::{Int, String as Text};
    let strings = || Type::list(Text);
    vec![
        FunctionDecl::new(
            "charAt",
            "The character at a place of the text; the empty text at its end.",
            vec![member("string_char_at_int", [Text, Int], Text).body(char_at)],
        )
        .examples(&[
            Example { expression: "'hello'.charAt(4)", result: "'o'" },
            Example { expression: "'hello'.charAt(5)", result: "''" },
            Example { expression: "'hello'.charAt(-1)", result: "error: index out of range: -1" },
        ]),
        FunctionDecl::new(
            "indexOf",
            "Where the text contains another for the first time, looking from a place on; -1 when nowhere.",
            vec![
                member("string_index_of_string", [Text, Text], Int).body(index_of),
                member("string_index_of_string_int", [Text, Text, Int], Int).body(index_of),
            ],
        )
        .examples(&[
            Example { expression: "'hello mellow'.indexOf('ello')", result: "1" },
            Example { expression: "'hello mellow'.indexOf('ello', 2)", result: "7" },
            Example { expression: "'hello mellow'.indexOf('jello')", result: "-1" },
            Example { expression: "'hello mellow'.indexOf('', 2)", result: "2" },
        ])
        .cost(cost::traversal)
        .estimate(cost::traversal_estimate),
        FunctionDecl::new(
            "lastIndexOf",
            "Where the text contains another for the last time, at a place or before it; -1 when nowhere.",
            vec![
                member("string_last_index_of_string", [Text, Text], Int).body(last_index_of),
                member("string_last_index_of_string_int", [Text, Text, Int], Int).body(last_index_of),
            ],
        )
        .examples(&[
            Example { expression: "'hello mellow'.lastIndexOf('ello')", result: "7" },
            Example { expression: "'hello mellow'.lastIndexOf('ello', 6)", result: "1" },
            Example { expression: "'hello mellow'.lastIndexOf('jello')", result: "-1" },
        ])
        .cost(cost::traversal)
        .estimate(cost::traversal_estimate),
        FunctionDecl::new(
            "lowerAscii",
            "The text with its ASCII letters in lower case; other letters stay.",
            vec![member("string_lower_ascii", [Text], Text).body(lower_ascii)],
        )
        .examples(&[
            Example { expression: "'TacoCat'.lowerAscii()", result: "'tacocat'" },
            Example { expression: "'TacoCÆt Xii'.lowerAscii()", result: "'tacocÆt xii'" },
        ])
        .cost(cost::scan)
        .estimate(cost::transform_estimate),
        FunctionDecl::new(
            "replace",
            "The text with every occurrence of one piece replaced by another, or only the first few.",
            vec![
                member("string_replace_string_string", [Text, Text, Text], Text).body(replace),
                member("string_replace_string_string_int", [Text, Text, Text, Int], Text).body(replace),
            ],
        )
        .examples(&[
            Example { expression: "'hello hello'.replace('he', 'we')", result: "'wello wello'" },
            Example { expression: "'hello hello'.replace('he', 'we', 1)", result: "'wello hello'" },
            Example { expression: "'hello hello'.replace('he', 'we', 0)", result: "'hello hello'" },
            Example { expression: "'abc'.replace('', '_')", result: "'_a_b_c_'" },
        ])
        .cost(cost::rebuild)
        .estimate(cost::replace_estimate),
        FunctionDecl::new(
            "split",
            "The pieces of the text between occurrences of a separator, at most so many; an empty separator gives \
             characters.",
            vec![
                member("string_split_string", [Text, Text], strings()).body(split),
                member("string_split_string_int", [Text, Text, Int], strings()).body(split),
            ],
        )
        .examples(&[
            Example { expression: "'hello hello hello'.split(' ')", result: "['hello', 'hello', 'hello']" },
            Example { expression: "'hello hello hello'.split(' ', 2)", result: "['hello', 'hello hello']" },
            Example { expression: "'hello hello'.split(' ', 0)", result: "[]" },
            Example { expression: "'abc'.split('')", result: "['a', 'b', 'c']" },
        ])
        .cost(cost::rebuild)
        .estimate(cost::split_estimate),
        FunctionDecl::new(
            "substring",
            "The text from one place to its end, or to another place, which is not part of it.",
            vec![
                member("string_substring_int", [Text, Int], Text).body(substring),
                member("string_substring_int_int", [Text, Int, Int], Text).body(substring),
            ],
        )
        .examples(&[
            Example { expression: "'tacocat'.substring(4)", result: "'cat'" },
            Example { expression: "'tacocat'.substring(0, 4)", result: "'taco'" },
            Example {
                expression: "'tacocat'.substring(2, 1)",
                result: "error: invalid substring range. start: 2, end: 1",
            },
        ])
        .cost(cost::scan)
        .estimate(cost::transform_estimate),
        FunctionDecl::new(
            "trim",
            "The text without white space at its ends, as Unicode defines it.",
            vec![member("string_trim", [Text], Text).body(trim)],
        )
        .examples(&[Example { expression: "'  \\ttrim\\n    '.trim()", result: "'trim'" }])
        .cost(cost::scan)
        .estimate(cost::transform_estimate),
        FunctionDecl::new(
            "upperAscii",
            "The text with its ASCII letters in upper case; other letters stay.",
            vec![member("string_upper_ascii", [Text], Text).body(upper_ascii)],
        )
        .examples(&[Example { expression: "'TacoCÆt Xii'.upperAscii()", result: "'TACOCÆT XII'" }])
        .cost(cost::scan)
        .estimate(cost::transform_estimate),
        FunctionDecl::new(
            "join",
            "The texts of a list one after the other, with a separator between them.",
            vec![
                member("list_join", [strings()], Text).body(join),
                member("list_join_string", [strings(), Text], Text).body(join),
            ],
        )
        .examples(&[
            Example { expression: "['hello', 'mellow'].join()", result: "'hellomellow'" },
            Example { expression: "['hello', 'mellow'].join(' ')", result: "'hello mellow'" },
            Example { expression: "[].join('/')", result: "''" },
        ])
        .cost(cost::build)
        .estimate(cost::join_estimate),
    ]
}

fn formatting() -> Vec<FunctionDecl> {
    use Type::{Dyn, String as Text};
    vec![
        FunctionDecl::new(
            "format",
            "The text with its clauses replaced by the elements of a list: %s any, %d integers, %f and %e doubles, %b %o \
             %x %X other notations of integers, %% a percent sign.",
            vec![
                member("string_format", [Text, Type::list(Dyn)], Text)
                    .variadic()
                    .body(format)
                    .cost(cost::scan)
                    .estimate(cost::format_estimate),
            ],
        )
        .examples(&[
            Example { expression: "'%s has %d replicas'.format(['web', 3])", result: "'web has 3 replicas'" },
            Example { expression: "'%.2f'.format([1234.5])", result: "'1,234.50'" },
            Example { expression: "'%s'.format([['a', 1]])", result: "'[\"a\", 1]'" },
            Example { expression: "'%x %b %o'.format([255, 5, 8])", result: "'ff 101 10'" },
        ]),
        FunctionDecl::new(
            "strings.quote",
            "The text in double quotes, with escape sequences for what cannot stand in a literal.",
            vec![
                OverloadDecl::new("strings_quote", vec![Text], Text)
                    .body(quote)
                    .cost(cost::scan)
                    .estimate(cost::quote_estimate),
            ],
        )
        .examples(&[Example {
            expression: "strings.quote('single-quote with \"double quote\"')",
            result: "'\"single-quote with \\\\\"double quote\\\\\"\"'",
        }]),
    ]
}

fn out_of_range(index: i64) -> EvalError {
    EvalError::new(format!("index out of range: {index}"))
}

/// The octet at which the code point `index` begins; the length for the place after the last.
fn octet(text: &str, index: i64) -> Option<usize> {
    let index = usize::try_from(index).ok()?;
    if index <= text.len() && text.is_ascii() {
        return Some(index);
    }
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(index)
}

fn char_at(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text), Value::Int(index)] = args else { return Err(EvalError::no_such_overload()) };
    let at = octet(text, *index).ok_or_else(|| out_of_range(*index))?;
    let character = text.get(at..).and_then(|rest| rest.chars().next());
    let mut buffer = [0; 4];
    Ok(Value::string(character.map_or("", |c| c.encode_utf8(&mut buffer))))
}

fn count(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

fn index_of(args: &[Value]) -> Result<Value, EvalError> {
    let (text, piece, from) = match args {
        [Value::String(text), Value::String(piece)] => (text, piece, 0),
        [Value::String(text), Value::String(piece), Value::Int(from)] => (text, piece, *from),
        _ => return Err(EvalError::no_such_overload()),
    };
    if from < 0 {
        return Err(out_of_range(from));
    }
    let start = octet(text, from);
    if piece.is_empty() {
        return Ok(Value::Int(if start.is_some() { from } else { count(text) }));
    }
    let rest = start.and_then(|at| text.get(at..)).unwrap_or_default();
    let found = rest.find(&**piece).and_then(|at| rest.get(..at));
    Ok(Value::Int(found.map_or(-1, |before| from + count(before))))
}

fn last_index_of(args: &[Value]) -> Result<Value, EvalError> {
    let (text, piece, until) = match args {
        [Value::String(text), Value::String(piece)] => (text, piece, None),
        [Value::String(text), Value::String(piece), Value::Int(until)] => (text, piece, Some(*until)),
        _ => return Err(EvalError::no_such_overload()),
    };
    if let Some(until) = until.filter(|until| *until < 0) {
        return Err(out_of_range(until));
    }
    let length = count(text);
    let until = until.unwrap_or(if piece.is_empty() { length } else { length - 1 });
    if piece.is_empty() {
        return Ok(Value::Int(until.min(length)));
    }
    // A place at or behind the end finds nothing, not even what stands at the end.
    if until >= length {
        return Ok(Value::Int(-1));
    }
    // What begins at the place or before it ends before this octet.
    let end = octet(text, until).map_or(text.len(), |at| at.saturating_add(piece.len()).min(text.len()));
    let end = (0..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let found = text.get(..end).and_then(|before| before.rfind(&**piece)).and_then(|at| text.get(..at));
    Ok(Value::Int(found.map_or(-1, count)))
}

fn lower_ascii(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::string(text.to_ascii_lowercase()))
}

fn upper_ascii(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::string(text.to_ascii_uppercase()))
}

fn trim(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::string(text.trim()))
}

fn substring(args: &[Value]) -> Result<Value, EvalError> {
    let (text, start, end) = match args {
        [Value::String(text), Value::Int(start)] => (text, *start, None),
        [Value::String(text), Value::Int(start), Value::Int(end)] => (text, *start, Some(*end)),
        _ => return Err(EvalError::no_such_overload()),
    };
    if let Some(end) = end.filter(|end| start > *end) {
        return Err(EvalError::new(format!("invalid substring range. start: {start}, end: {end}")));
    }
    let from = octet(text, start).ok_or_else(|| out_of_range(start))?;
    let to = match end {
        Some(end) => octet(text, end).ok_or_else(|| out_of_range(end))?,
        None => text.len(),
    };
    Ok(Value::string(text.get(from..to).unwrap_or_default()))
}

/// A limit as Go has it: negative is none.
fn limit(limit: i64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

fn replace(args: &[Value]) -> Result<Value, EvalError> {
    let (text, old, new, most) = match args {
        [Value::String(text), Value::String(old), Value::String(new)] => (text, old, new, usize::MAX),
        [Value::String(text), Value::String(old), Value::String(new), Value::Int(most)] => {
            (text, old, new, limit(*most))
        }
        _ => return Err(EvalError::no_such_overload()),
    };
    if old == new || most == 0 {
        return Ok(Value::String(Rc::clone(text)));
    }
    // Known before anything is allocated: how long the result will be.
    let found =
        if old.is_empty() { text.chars().count().saturating_add(1) } else { text.matches(&**old).count() };
    let times = found.min(most);
    if times == 0 {
        return Ok(Value::String(Rc::clone(text)));
    }
    let length = (text.len() - times * old.len()).saturating_add(times.saturating_mul(new.len()));
    if length > MAX_TEXT {
        return Err(too_large());
    }
    Ok(Value::string(text.replacen(&**old, new, times)))
}

fn split(args: &[Value]) -> Result<Value, EvalError> {
    let (text, separator, most) = match args {
        [Value::String(text), Value::String(separator)] => (text, separator, usize::MAX),
        [Value::String(text), Value::String(separator), Value::Int(most)] => (text, separator, limit(*most)),
        _ => return Err(EvalError::no_such_overload()),
    };
    let pieces: Vec<Value> = if most == 0 {
        Vec::new()
    } else if separator.is_empty() {
        characters(text, most)
    } else {
        text.splitn(most, &**separator).take(MAX_ELEMENTS + 1).map(Value::string).collect()
    };
    if pieces.len() > MAX_ELEMENTS { Err(too_large()) } else { Ok(Value::list(pieces)) }
}

/// Each character by itself, the last piece being all that is left.
fn characters(text: &str, most: usize) -> Vec<Value> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if pieces.len() + 1 == most || pieces.len() > MAX_ELEMENTS {
            pieces.push(Value::string(rest));
            break;
        }
        let (first, after) = rest.split_at_checked(c.len_utf8()).unwrap_or((rest, ""));
        pieces.push(Value::string(first));
        rest = after;
    }
    pieces
}

fn join(args: &[Value]) -> Result<Value, EvalError> {
    let (list, separator) = match args {
        [Value::List(list)] => (list, ""),
        [Value::List(list), Value::String(separator)] => (list, &**separator),
        _ => return Err(EvalError::no_such_overload()),
    };
    let mut out = String::new();
    for (index, element) in list.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        let Value::String(text) = &element else {
            return Err(EvalError::new(format!("join: invalid input: {element}")));
        };
        out.push_str(text);
        if out.len() > MAX_TEXT {
            return Err(too_large());
        }
    }
    Ok(Value::string(out))
}

fn format(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text), Value::List(list)] = args else { return Err(EvalError::no_such_overload()) };
    format_text(text, list, MAX_TEXT).map(Value::string)
}

fn quote(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text)] = args else { return Err(EvalError::no_such_overload()) };
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let escaped = match c {
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{b}' => "\\v",
            '\\' => "\\\\",
            '"' => "\\\"",
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push_str(escaped);
    }
    out.push('"');
    Ok(Value::string(out))
}
