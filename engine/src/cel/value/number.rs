//! Numbers: comparison across their types, conversion between them and text, all as Go and cel-go do it.

use crate::decimal;
use alloc::{format, string::String};
use core::cmp::Ordering;

/// 2^63 and 2^64, the first doubles beyond the integers.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

/// An int against a double that is not NaN. The int is rounded to a double first, as in cel-go.
#[must_use]
pub fn compare_int_double(int: i64, double: f64) -> Ordering {
    if double < -TWO_63 {
        return Ordering::Greater;
    }
    if double > TWO_63 {
        return Ordering::Less;
    }
    #[expect(clippy::cast_precision_loss, reason = "cel-go compares the rounded value")]
    let rounded = int as f64;
    rounded.partial_cmp(&double).unwrap_or(Ordering::Equal)
}

/// A uint against a double that is not NaN.
#[must_use]
pub fn compare_uint_double(uint: u64, double: f64) -> Ordering {
    if double < 0.0 {
        return Ordering::Greater;
    }
    if double > TWO_64 {
        return Ordering::Less;
    }
    #[expect(clippy::cast_precision_loss, reason = "cel-go compares the rounded value")]
    let rounded = uint as f64;
    rounded.partial_cmp(&double).unwrap_or(Ordering::Equal)
}

/// An int against a uint.
#[must_use]
pub fn compare_int_uint(int: i64, uint: u64) -> Ordering {
    u64::try_from(int).map_or(Ordering::Less, |int| int.cmp(&uint))
}

/// Truncated towards zero, when it is in range; the ends themselves are out of range, as in cel-go.
#[must_use]
pub fn double_to_int(double: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "truncation is the conversion")]
    (double > -TWO_63 && double < TWO_63).then_some(double as i64)
}

/// Truncated towards zero, when it is in range.
#[must_use]
pub fn double_to_uint(double: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "truncation is the conversion"
    )]
    (0.0..TWO_64).contains(&double).then_some(double as u64)
}

/// The int that equals the double.
#[must_use]
pub fn exact_int(double: f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "a loss shows as inequality")]
    double_to_int(double).filter(|int| same(*int as f64, double))
}

/// The uint that equals the double.
#[must_use]
pub fn exact_uint(double: f64) -> Option<u64> {
    #[expect(clippy::cast_precision_loss, reason = "a loss shows as inequality")]
    double_to_uint(double).filter(|uint| same(*uint as f64, double))
}

/// Equality of doubles as IEEE 754 has it.
#[must_use]
#[expect(clippy::float_cmp, reason = "CEL's equality is exact")]
pub fn same(a: f64, b: f64) -> bool {
    a == b
}

/// Reads a double as Go's `strconv.ParseFloat`: decimal, hexadecimal, `inf`, `infinity`, `nan`. `None` also when the
/// value is too large.
#[must_use]
pub fn parse_double(text: &str) -> Option<f64> {
    if text.contains('_') {
        return if underscores_separate_digits(text) { parse_double(&text.replace('_', "")) } else { None };
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let negative = text.starts_with('-');
    if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") {
        return Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    if unsigned.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("0x")) {
        let magnitude = parse_hexadecimal(unsigned.get(2..)?)?;
        return Some(if negative { -magnitude } else { magnitude });
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    decimal::parse(text).filter(|value| value.is_finite())
}

/// Whether every `_` stands between two digits, a base prefix counting as one (Go's `underscoreOK`).
fn underscores_separate_digits(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let prefixed = unsigned.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("0x"));
    let digits = if prefixed { unsigned.get(2..).unwrap_or_default() } else { unsigned };
    let is_digit = |c: char| c.is_ascii_digit() || (prefixed && c.is_ascii_hexdigit());
    let mut before = if prefixed { '0' } else { '^' };
    for c in digits.chars() {
        if c == '_' {
            if before != '0' {
                return false;
            }
            before = '_';
        } else if is_digit(c) {
            before = '0';
        } else {
            if before == '_' {
                return false;
            }
            before = '!';
        }
    }
    before != '_'
}

/// `1.8p1`: hexadecimal digits with an optional point, and a binary exponent that may not be missing.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut value, mut scale) = (0u64, 0i32);
    let mut sticky = false;
    for (in_fraction, digits) in [(false, whole), (true, fraction)] {
        for digit in digits.chars() {
            let digit = u64::from(digit.to_digit(16)?);
            if value >> 56 == 0 {
                value = value.wrapping_mul(16).wrapping_add(digit);
                scale = scale.saturating_sub(if in_fraction { 4 } else { 0 });
            } else {
                sticky |= digit != 0;
                scale = scale.saturating_add(if in_fraction { 0 } else { 4 });
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "rounding to the nearest double is the point")]
    let mut result = (value | u64::from(sticky)) as f64;
    let mut power = exponent.saturating_add(scale);
    while power > 0 && result != 0.0 && result.is_finite() {
        result *= 2.0;
        power = power.saturating_sub(1);
    }
    while power < 0 && result != 0.0 {
        result /= 2.0;
        power = power.saturating_add(1);
    }
    result.is_finite().then_some(result)
}

/// Reads an int as Go's `strconv.ParseInt` with base 10.
#[must_use]
pub fn parse_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// Reads a uint as Go's `strconv.ParseUint` with base 10: no sign.
#[must_use]
pub fn parse_uint(text: &str) -> Option<u64> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

/// Reads a boolean as Go's `strconv.ParseBool`.
#[must_use]
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Prints a double as Go's `%g` does: the shortest digits that read back the same, in exponent form below 1e-4 and from
/// 1e6 on.
#[must_use]
pub fn format_double(value: f64) -> String {
    if value.is_nan() {
        return String::from("NaN");
    }
    if value.is_infinite() {
        return String::from(if value < 0.0 { "-Inf" } else { "+Inf" });
    }
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..EXPONENT_FROM).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// The first decimal exponent that `%g` without a precision writes as such.
const EXPONENT_FROM: i32 = 6;
