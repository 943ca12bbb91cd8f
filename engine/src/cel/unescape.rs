//! The value of a string or bytes literal (cel-go `parser/unescape.go`).

use alloc::{string::String, vec::Vec};

const MALFORMED: &str = "unable to unescape string";
const OCTAL: &str = "unable to unescape octal sequence in string";
const NO_CODE_POINT: &str = "invalid unicode code point";

/// The text that a string literal, quotes and `r` included, stands for.
///
/// # Errors
/// What is wrong with it, in cel-go's words.
pub(super) fn string(literal: &str) -> Result<String, &'static str> {
    let bytes = unescape(literal, false)?;
    String::from_utf8(bytes).map_err(|_| NO_CODE_POINT)
}

/// The octets that a bytes literal, without its `b`, stands for.
///
/// # Errors
/// What is wrong with it, in cel-go's words.
pub(super) fn bytes(literal: &str) -> Result<Vec<u8>, &'static str> {
    unescape(literal, true)
}

fn unescape(literal: &str, octets: bool) -> Result<Vec<u8>, &'static str> {
    let (raw, quoted) = match literal.strip_prefix(['r', 'R']) {
        Some(quoted) => (true, quoted),
        None => (false, literal),
    };
    let inner = unquote(quoted).ok_or(MALFORMED)?;
    let mut value = Vec::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                // Every line break is one newline.
                let rest = characters.as_str();
                characters = rest.strip_prefix('\n').unwrap_or(rest).chars();
                value.push(b'\n');
            }
            '\\' if !raw => escape(&mut characters, octets, &mut value)?,
            _ => push(&mut value, character),
        }
    }
    Ok(value)
}

fn unquote(quoted: &str) -> Option<&str> {
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        let inner = quoted.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if inner.is_some() {
            return inner;
        }
    }
    None
}

fn push(value: &mut Vec<u8>, character: char) {
    value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The sequence after a backslash.
fn escape(rest: &mut core::str::Chars<'_>, octets: bool, value: &mut Vec<u8>) -> Result<(), &'static str> {
    let simple = match rest.next().ok_or("unable to unescape string, found '\\' as last character")? {
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        same @ ('\\' | '\'' | '"' | '`' | '?') => u8::try_from(same).unwrap_or(b'?'),
        'x' | 'X' => return code_point(digits(rest, 2, 16, 0, MALFORMED)?, octets, value),
        'u' if !octets => return code_point(digits(rest, 4, 16, 0, MALFORMED)?, false, value),
        'U' if !octets => return code_point(digits(rest, 8, 16, 0, MALFORMED)?, false, value),
        first @ '0'..='3' => {
            return code_point(digits(rest, 2, 8, first.to_digit(8).unwrap_or(0), OCTAL)?, octets, value);
        }
        _ => return Err(MALFORMED),
    };
    value.push(simple);
    Ok(())
}

fn digits(
    rest: &mut core::str::Chars<'_>,
    count: u32,
    radix: u32,
    first: u32,
    error: &'static str,
) -> Result<u32, &'static str> {
    (0..count).try_fold(first, |number, _| {
        let digit = rest.next().and_then(|digit| digit.to_digit(radix)).ok_or(error)?;
        Ok(number.wrapping_mul(radix).wrapping_add(digit))
    })
}

fn code_point(number: u32, octet: bool, value: &mut Vec<u8>) -> Result<(), &'static str> {
    if octet {
        value.push(u8::try_from(number).map_err(|_| MALFORMED)?);
    } else {
        push(value, char::from_u32(number).ok_or(NO_CODE_POINT)?);
    }
    Ok(())
}
