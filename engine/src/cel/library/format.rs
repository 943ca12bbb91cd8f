//! The clauses of `'…'.format([…])` (`ext/formatting.go`, the version that Kubernetes uses): `%s %d %f %e %b %x %X %o`.
//!
//! `%f` and `%e` go through a printer for the locale en_US (`golang.org/x/text/message`), which groups digits, prints `∞`,
//! and stores widths and precisions in 8 and 16 bits; the number in `%.3e` ends up as a width. All of that is kept.

use alloc::{format, string::String, vec::Vec};

use crate::cel::{
    error::EvalError,
    quote::quote,
    value::{List, Map, Value, number::format_double},
};
use crate::order;

/// The text of `format` with its clauses replaced by `args`; refused when it grows beyond `limit` octets.
///
/// # Errors
/// cel-go's, for a clause that is none, does not fit its argument or has none.
pub(super) fn format_text(text: &str, args: &List, limit: usize) -> Result<String, EvalError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut index = 0;
    while let Some(at) = rest.find('%') {
        let (literal, clause) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(literal);
        let clause = clause.strip_prefix('%').unwrap_or_default();
        if let Some(after) = clause.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let Some(argument) = args.get(index) else {
            return Err(EvalError::new(format!("index {index} out of range")));
        };
        if clause.is_empty() {
            return Err(EvalError::new("unexpected end of string"));
        }
        let (clause, after) = Clause::parse(clause)
            .map_err(|why| EvalError::new(format!("could not parse formatting clause: {why}")))?;
        let shown = clause.apply(&argument, limit);
        out.push_str(&shown.map_err(|why| EvalError::new(format!("error during formatting: {why}")))?);
        if out.len() > limit {
            return Err(super::too_large());
        }
        rest = after;
        index += 1;
    }
    out.push_str(rest);
    Ok(out)
}

#[derive(Clone, Copy)]
enum Clause {
    Text,
    Decimal,
    Fixed(u64),
    Scientific(u64),
    Binary,
    Hex { upper: bool },
    Octal,
}

const DEFAULT_PRECISION: u64 = 6;

impl Clause {
    /// What stands after the `%`, and the rest.
    fn parse(text: &str) -> Result<(Self, &str), String> {
        let (mut precision, mut rest) = (DEFAULT_PRECISION, text);
        if let Some(digits) = text.strip_prefix('.') {
            let end = digits
                .find(|c: char| !c.is_ascii_digit())
                .ok_or("error while parsing precision: could not find end of precision specifier")?;
            let (digits, after) = digits.split_at_checked(end).unwrap_or_default();
            precision = match digits.parse::<i64>() {
                Ok(precision) => precision.unsigned_abs(),
                Err(_) => {
                    let why = if digits.is_empty() { "invalid syntax" } else { "value out of range" };
                    return Err(format!(
                        "error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing \
                         {}: {why}",
                        quote(digits)
                    ));
                }
            };
            rest = after;
        }
        // cel-go looks at one octet, and shows it as if it were a character.
        let letter = rest.bytes().next().map_or('\0', char::from);
        let clause = match letter {
            's' => Self::Text,
            'd' => Self::Decimal,
            'f' => Self::Fixed(precision),
            'e' => Self::Scientific(precision),
            'b' => Self::Binary,
            'x' => Self::Hex { upper: false },
            'X' => Self::Hex { upper: true },
            'o' => Self::Octal,
            _ => return Err(format!("unrecognized formatting clause \"{letter}\"")),
        };
        Ok((clause, rest.get(1..).unwrap_or_default()))
    }

    fn apply(self, value: &Value, limit: usize) -> Result<String, String> {
        match self {
            Self::Text => {
                let mut out = String::new();
                show(value, limit, &mut out)?;
                Ok(out)
            }
            Self::Decimal => match value {
                Value::Int(value) => Ok(format!("{value}")),
                Value::Uint(value) => Ok(format!("{value}")),
                other => Err(unfit("decimal clause can only be used on integers", other)),
            },
            Self::Fixed(precision) => match as_double(value) {
                Some(value) => Ok(fixed(value, precision)),
                None => Err(unfit("fixed-point clause can only be used on doubles", value)),
            },
            Self::Scientific(width) => match as_double(value) {
                Some(value) => Ok(scientific(value, width)),
                None => Err(unfit("scientific clause can only be used on doubles", value)),
            },
            Self::Binary => match value {
                Value::Int(value) => Ok(format!("{}{:b}", sign(*value), value.unsigned_abs())),
                Value::Uint(value) => Ok(format!("{value:b}")),
                Value::Bool(value) => Ok(String::from(if *value { "1" } else { "0" })),
                other => Err(unfit("only integers and bools can be formatted as binary", other)),
            },
            Self::Hex { upper } => {
                let mut out = match value {
                    Value::Int(value) => format!("{}{:x}", sign(*value), value.unsigned_abs()),
                    Value::Uint(value) => format!("{value:x}"),
                    Value::String(text) => hex(text.as_bytes()),
                    Value::Bytes(bytes) => hex(bytes),
                    other => {
                        let rule = "only integers, byte buffers, and strings can be formatted as hex";
                        return Err(unfit(rule, other));
                    }
                };
                if upper {
                    out.make_ascii_uppercase();
                }
                Ok(out)
            }
            Self::Octal => match value {
                Value::Int(value) => Ok(format!("{}{:o}", sign(*value), value.unsigned_abs())),
                Value::Uint(value) => Ok(format!("{value:o}")),
                other => Err(unfit("octal clause can only be used on integers", other)),
            },
        }
    }
}

fn unfit(rule: &str, value: &Value) -> String {
    format!("{rule}, was given {}", value.kind_name())
}

const fn sign(value: i64) -> &'static str {
    if value < 0 { "-" } else { "" }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Doubles, and the three words that stand for what has no literal.
fn as_double(value: &Value) -> Option<f64> {
    match value {
        Value::Double(value) => Some(*value),
        Value::String(text) => match &**text {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

/// `%s` of a value by itself.
fn show(value: &Value, limit: usize, out: &mut String) -> Result<(), String> {
    match value {
        Value::List(list) => show_list(list, limit, out)?,
        Value::Map(map) => show_map(map, limit, out)?,
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&format!("{value}")),
        Value::Uint(value) => out.push_str(&format!("{value}")),
        Value::Double(value) => out.push_str(&format_double(*value)),
        Value::String(text) => out.push_str(text),
        Value::Bytes(bytes) => out.push_str(text_of(bytes)?),
        Value::Duration(duration) => out.push_str(&duration.to_text()),
        Value::Timestamp(moment) => out.push_str(&format!("{moment}")),
        Value::Type(kind) => out.push_str(kind.runtime_name()),
        Value::Optional(_) | Value::Opaque(_) => {
            return Err(unfit(
                "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, \
                 and timestamps",
                value,
            ));
        }
    }
    Ok(())
}

fn text_of(bytes: &[u8]) -> Result<&str, String> {
    let invalid = "could not convert argument \"invalid UTF-8 in bytes, cannot convert to string\" to string";
    core::str::from_utf8(bytes).map_err(|_| String::from(invalid))
}

/// `%s` of a value inside a list or map.
fn show_inner(value: &Value, limit: usize, out: &mut String) -> Result<(), String> {
    match value {
        Value::String(text) => out.push_str(&quote(text)),
        Value::Bytes(bytes) => {
            out.push('b');
            out.push_str(&quote(text_of(bytes)?));
        }
        Value::Double(value) if !value.is_finite() => out.push_str(&quote(&format_double(*value))),
        Value::Double(value) => out.push_str(&format!("{value:.6}")),
        Value::Duration(duration) => out.push_str(&format!("duration({})", quote(&duration.to_text()))),
        Value::Timestamp(moment) => out.push_str(&format!("timestamp({})", quote(&format!("{moment}")))),
        Value::Optional(_) | Value::Opaque(_) => {
            return Err(format!("no formatting function for {}", value.kind_name()));
        }
        other => show(other, limit, out)?,
    }
    // Reported as any error of the clause: nothing else can be done with so much text.
    if out.len() > limit { Err(String::from("the text is too large")) } else { Ok(()) }
}

fn show_list(list: &List, limit: usize, out: &mut String) -> Result<(), String> {
    out.push('[');
    for (index, element) in list.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        show_inner(&element, limit, out)?;
    }
    out.push(']');
    Ok(())
}

/// Entries in the order of their keys as printed.
fn show_map(map: &Map, limit: usize, out: &mut String) -> Result<(), String> {
    let mut entries = Vec::with_capacity(map.len());
    let mut total = 0;
    for index in 0..map.len() {
        let Some((key, value)) = map.entry(index).map_err(|error| format!("{error}"))? else { continue };
        let key = match &key {
            Value::String(text) => quote(text),
            Value::Bool(value) => format!("{value}"),
            Value::Int(value) => format!("{value}"),
            Value::Uint(value) => format!("{value}"),
            other => return Err(format!("no formatting function for map key of type {}", other.kind_name())),
        };
        let mut shown = String::new();
        show_inner(&value, limit, &mut shown)?;
        total += key.len() + shown.len();
        if total > limit {
            return Err(String::from("the text is too large"));
        }
        entries.push((key, shown));
    }
    order::sort_by(&mut entries, |(a, _), (b, _)| a.cmp(b));
    out.push('{');
    for (index, (key, value)) in entries.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        out.push_str(key);
        out.push(':');
        out.push_str(value);
    }
    out.push('}');
    Ok(())
}

/// What Go prints for a format that it does not read to its end.
const UNREADABLE: &str = "%!(NOVERB)";

/// Go's `Printf` gives up on numbers in a format that pass a million before their last digit.
const fn printable(number: u64) -> bool {
    number / 10 <= 1_000_000
}

/// Digits without leading and trailing zeros, and where the point stands among them.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// Of a decimal number without sign: `12.5`, `0.001`, or `1.25e-7`.
    fn parse(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let mut point = whole.len() as i64 + exponent.parse::<i64>().unwrap_or(0);
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        point -= zeros as i64;
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            point = 0;
        }
        Self { digits, point }
    }
}

fn special(value: f64) -> Option<String> {
    if value.is_nan() {
        return Some(String::from("NaN"));
    }
    value.is_infinite().then(|| String::from(if value < 0.0 { "-∞" } else { "∞" }))
}

/// `%.Nf` for en_US.
fn fixed(value: f64, precision: u64) -> String {
    if !printable(precision) {
        return String::from(UNREADABLE);
    }
    if let Some(text) = special(value) {
        return text;
    }
    // The printer keeps the most digits in an int16 and the fewest in a uint8.
    let most = precision as i16;
    let fewest = i64::from(precision as u8);
    let digits = match usize::try_from(most) {
        // No double has more than 1,074 digits after the point.
        Ok(most) => Digits::parse(&format!("{:.*}", most.min(1_100), value.abs())),
        Err(_) => Digits::parse(&format!("{:e}", value.abs())),
    };
    let end = if digits.digits.is_empty() {
        fewest
    } else {
        (digits.digits.len() as i64).max(digits.point + fewest)
    };
    let mut out = String::from(if value < 0.0 { "-" } else { "" });
    if digits.point <= 0 {
        out.push('0');
    }
    let digit = |at: i64| {
        usize::try_from(at).ok().and_then(|at| digits.digits.get(at)).copied().map_or('0', char::from)
    };
    for at in 0..digits.point {
        out.push(digit(at));
        let left = digits.point - at - 1;
        if left > 0 && left % 3 == 0 {
            out.push(',');
        }
    }
    if end > digits.point {
        out.push('.');
    }
    for at in digits.point..end {
        out.push(digit(at));
    }
    out
}

/// `%Ne` for en_US: seven digits, and blanks before them up to a width of N.
fn scientific(value: f64, width: u64) -> String {
    const SUPERSCRIPT: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    if !printable(width) {
        return String::from(UNREADABLE);
    }
    let text = special(value).unwrap_or_else(|| {
        let mut digits = Digits::parse(&format!("{:.6e}", value.abs()));
        if digits.digits.is_empty() {
            digits.point = 1;
        }
        let mut out = String::from(if value < 0.0 { "-" } else { "" });
        for at in 0..7 {
            if at == 1 {
                out.push('.');
            }
            out.push(digits.digits.get(at).copied().map_or('0', char::from));
        }
        out.push_str("×10");
        let exponent = digits.point - 1;
        if exponent < 0 {
            out.push('⁻');
        }
        let exponent = format!("{:02}", exponent.unsigned_abs());
        out.extend(
            exponent.bytes().filter_map(|digit| SUPERSCRIPT.get(usize::from(digit.wrapping_sub(b'0')))),
        );
        out
    });
    // The printer keeps the width in a uint16.
    let missing = usize::from(width as u16).saturating_sub(text.chars().count());
    let mut out = " ".repeat(missing);
    out.push_str(&text);
    out
}
