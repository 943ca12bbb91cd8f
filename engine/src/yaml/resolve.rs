//! Which scalars are null, bool, int or float: go-yaml v2's `resolve`, then Go's `json.Marshal`, then the number
//! reading of sigs.k8s.io/json. The three together decide what a cluster gets (yaml.md 5).

use alloc::{
    borrow::{Cow, ToOwned},
    format,
    rc::Rc,
    string::{String, ToString},
    vec::Vec,
};

use super::{error::Kind, node::NodeValue};
use crate::decimal;

const CORE: &str = "tag:yaml.org,2002:";

/// A scalar after go-yaml's `resolve`, before JSON.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Resolved<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// Larger than an int64.
    Uint(u64),
    Float(f64),
    String(Cow<'t, str>),
}

/// Resolves a scalar. `tag` is the full tag if one is written; `plain` says that the text is not quoted.
pub(super) fn resolve<'t>(tag: Option<&str>, plain: bool, text: &'t str) -> Result<Resolved<'t>, Kind> {
    let Some(tag) = tag else {
        return Ok(if plain { untagged(text) } else { Resolved::String(Cow::Borrowed(text)) });
    };
    let core = tag.strip_prefix(CORE).unwrap_or("");
    let resolved = match core {
        "binary" => return binary(text).map(|text| Resolved::String(Cow::Owned(text))).ok_or(Kind::Base64),
        "bool" | "int" | "float" | "null" => untagged(text),
        "timestamp" => {
            if is_timestamp(text) {
                return Ok(Resolved::String(Cow::Borrowed(text)));
            }
            untagged(text)
        }
        _ => return Ok(Resolved::String(Cow::Borrowed(text))),
    };
    match (core, &resolved) {
        ("float", Resolved::Int(value)) => Ok(Resolved::Float(to_float(*value))),
        _ if kind_of(&resolved) == core => Ok(resolved),
        _ => Err(Kind::CannotDecode {
            resolved: kind_of(&resolved),
            text: text.to_owned(),
            tag: core.to_owned(),
        }),
    }
}

/// The value a document has for a scalar.
///
/// # Errors
/// Infinities and NaN, which JSON cannot hold.
pub(super) fn value(resolved: Resolved<'_>) -> Result<NodeValue, Kind> {
    Ok(match resolved {
        Resolved::Null => NodeValue::Null,
        Resolved::Bool(value) => NodeValue::Bool(value),
        Resolved::Int(value) => NodeValue::Int(value),
        #[expect(clippy::cast_precision_loss, reason = "what Go does with a uint64 that is no int64")]
        Resolved::Uint(value) => NodeValue::Float(value as f64),
        Resolved::Float(value) => number(value)?,
        Resolved::String(text) => NodeValue::String(Rc::from(text)),
    })
}

/// A float as it comes back from JSON: Go prints a whole number without a fraction, and reads such text as an int64.
pub(super) fn number(value: f64) -> Result<NodeValue, Kind> {
    if value.is_nan() {
        return Err(Kind::NotRepresentable { value: "NaN" });
    }
    if value.is_infinite() {
        let value = if value > 0.0 { "+Inf" } else { "-Inf" };
        return Err(Kind::NotRepresentable { value });
    }
    // Neither int64 nor printed without exponent: nothing to look for.
    if value.abs() >= 1e19 || (value != 0.0 && value.abs() < 1e-6) {
        return Ok(NodeValue::Float(value));
    }
    // Rust's and Go's shortest digits agree; both pad with zeros.
    Ok(value.to_string().parse().map_or(NodeValue::Float(value), NodeValue::Int))
}

/// The key a mapping has for a scalar (yaml.md 5.3).
///
/// # Errors
/// Null and integers beyond int64.
pub(super) fn key(resolved: Resolved<'_>) -> Result<Cow<'_, str>, Kind> {
    Ok(match resolved {
        Resolved::String(text) => text,
        Resolved::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Resolved::Int(value) => Cow::Owned(value.to_string()),
        Resolved::Float(value) => Cow::Owned(float_key(value)),
        Resolved::Null => return Err(Kind::NullKey),
        Resolved::Uint(value) => return Err(Kind::Uint64Key { value }),
    })
}

/// Go's `FormatFloat(value, 'g', -1, 32)`, with YAML's names for what is no number.
fn float_key(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "sigs.k8s.io/yaml prints keys as float32")]
    let value = value as f32;
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let shortest = format!("{value:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        value.to_string()
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
    }
}

fn kind_of(resolved: &Resolved<'_>) -> &'static str {
    match resolved {
        Resolved::Null => "null",
        Resolved::Bool(_) => "bool",
        Resolved::Int(_) | Resolved::Uint(_) => "int",
        Resolved::Float(_) => "float",
        Resolved::String(_) => "str",
    }
}

#[expect(clippy::cast_precision_loss, reason = "what Go's float64(v) does")]
fn to_float(value: i64) -> f64 {
    value as f64
}

/// The rule of yaml.md 5.1; the first byte decides what is tried.
fn untagged(text: &str) -> Resolved<'_> {
    let string = || Resolved::String(Cow::Borrowed(text));
    let Some(&first) = text.as_bytes().first() else { return Resolved::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => match text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
                Resolved::Bool(true)
            }
            "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
                Resolved::Bool(false)
            }
            "~" | "null" | "Null" | "NULL" => Resolved::Null,
            _ => string(),
        },
        b'.' => match text {
            ".inf" | ".Inf" | ".INF" => Resolved::Float(f64::INFINITY),
            ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
            _ => dotted_float(text).map_or_else(string, Resolved::Float),
        },
        b'0'..=b'9' | b'+' | b'-' => match text {
            "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
            _ => digits(text).unwrap_or_else(string),
        },
        _ => string(),
    }
}

/// Go's `ParseFloat` on a text that starts with a dot: a single `_` may stand between digits.
fn dotted_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let separates = |at: usize| digit(at.checked_sub(1)) && digit(Some(at + 1));
    if bytes.iter().enumerate().any(|(at, &byte)| byte == b'_' && !separates(at)) {
        return None;
    }
    decimal_float(&without_underscores(text))
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) }
}

fn digits(text: &str) -> Option<Resolved<'_>> {
    // Most texts that begin so are versions, quantities, dates and addresses: leave before anything is parsed.
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_')) {
        return None;
    }
    let plain = without_underscores(text);
    let (negative, unsigned) = match plain.as_bytes().first() {
        Some(b'-') => (true, plain.get(1..)?),
        Some(b'+') => (false, plain.get(1..)?),
        _ => (false, &*plain),
    };
    let signed = unsigned.len() != plain.len();
    if let Some(magnitude) = base_prefixed(unsigned) {
        if let Some(value) = apply_sign(magnitude, negative) {
            return Some(Resolved::Int(value));
        }
        if !signed {
            return Some(Resolved::Uint(magnitude));
        }
    }
    if let Some(value) = decimal_float(&plain) {
        return Some(Resolved::Float(value));
    }
    if let Some(binary) = plain.strip_prefix("0b") {
        let (negative, digits) = match binary.as_bytes().first() {
            Some(b'-') => (true, binary.get(1..)?),
            Some(b'+') => (false, binary.get(1..)?),
            _ => (false, binary),
        };
        let magnitude = radix(digits, 2)?;
        return apply_sign(magnitude, negative).map(Resolved::Int);
    }
    None
}

/// Go's `ParseUint(text, 0, 64)` on a text without underscores.
fn base_prefixed(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    match (bytes.first()?, bytes.get(1), bytes.len()) {
        (b'0', None, _) => Some(0),
        (b'0', Some(b'x' | b'X'), 3..) => radix(text.get(2..)?, 16),
        (b'0', Some(b'o' | b'O'), 3..) => radix(text.get(2..)?, 8),
        (b'0', Some(b'b' | b'B'), 3..) => radix(text.get(2..)?, 2),
        (b'0', ..) => radix(text.get(1..)?, 8),
        _ => radix(text, 10),
    }
}

/// `u64::from_str_radix` that does not accept a sign.
fn radix(text: &str, radix: u32) -> Option<u64> {
    if text.bytes().any(|byte| matches!(byte, b'+' | b'-')) {
        None
    } else {
        u64::from_str_radix(text, radix).ok()
    }
}

fn apply_sign(magnitude: u64, negative: bool) -> Option<i64> {
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, and finite.
fn decimal_float(text: &str) -> Option<f64> {
    decimal::parse(text).filter(|value| value.is_finite())
}

/// Go's standard base64, line breaks ignored, as text: what is no UTF-8 becomes U+FFFD byte by byte, as Go prints it.
fn binary(text: &str) -> Option<String> {
    Some(go_text(&decode_base64(text).ok()?))
}

/// Bytes of Go's standard base64; `\r` and `\n` are skipped wherever they stand.
///
/// # Errors
/// The index of the byte that does not fit.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0u32, 0usize, 0);
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n')) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if count >= 2 && padding < 4 - count => {
                padding += 1;
                continue;
            }
            _ => return Err(at),
        };
        if padding > 0 {
            return Err(at);
        }
        bits = bits << 6 | u32::from(digit);
        count += 1;
        if count == 4 {
            bytes.extend(bits.to_be_bytes().into_iter().skip(1));
            (bits, count) = (0, 0);
        }
    }
    match (count, padding) {
        (0, _) => {}
        (2, 2) => bytes.extend((bits >> 4).to_be_bytes().into_iter().skip(3)),
        (3, 1) => bytes.extend((bits >> 2).to_be_bytes().into_iter().skip(2)),
        _ => return Err(text.len() - count),
    }
    Ok(bytes)
}

/// Bytes as Go's encoding/json prints a string that holds them.
fn go_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match core::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                text.push_str(core::str::from_utf8(valid).unwrap_or(""));
                text.push(char::REPLACEMENT_CHARACTER);
                rest = after.get(1..).unwrap_or(&[]);
            }
        }
    }
}

/// go-yaml's `parseTimestamp`: `2006-1-2`, alone, or with a time after `T`, `t` or a space.
fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let date_end = rest.find(['T', 't', ' ']).unwrap_or(rest.len());
    let (date, time) = rest.split_at(date_end);
    let Some((month, day)) = date.split_once('-') else { return false };
    let number = |text: &str, most: usize| -> Option<u32> {
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if fits { text.parse().ok() } else { None }
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    if !(1..=longest).contains(&day) {
        return false;
    }
    let Some(separator) = time.chars().next() else { return true };
    let clock = time.get(1..).unwrap_or("");
    let clock = if separator == ' ' {
        clock
    } else if let Some(clock) = clock.strip_suffix('Z') {
        clock
    } else {
        // `+07:00`: two digits each.
        let Some(at) = clock.rfind(['+', '-']) else { return false };
        let (clock, zone) = clock.split_at(at);
        let zone = zone.get(1..).unwrap_or("").as_bytes();
        let &[h1, h2, b':', m1, m2] = zone else { return false };
        if ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) || (h1, h2) > (b'2', b'4') || m1 > b'5' {
            return false;
        }
        clock
    };
    let (clock, fraction) = match clock.find(['.', ',']) {
        Some(at) => (clock.get(..at).unwrap_or(""), clock.get(at + 1..)),
        None => (clock, None),
    };
    if fraction.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let mut parts = clock.split(':');
    let in_range =
        |part: Option<&str>, below: u32| part.and_then(|part| number(part, 2)).is_some_and(|n| n < below);
    in_range(parts.next(), 24)
        && in_range(parts.next(), 60)
        && in_range(parts.next(), 60)
        && parts.next().is_none()
}
