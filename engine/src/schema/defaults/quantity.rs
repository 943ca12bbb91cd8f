//! Amounts with a unit, as `resource.Quantity` reads and prints them.
//!
//! What comes out depends on how Go holds the amount: a text that is canonical by a loose test stays as it was written
//! (`1E3`, `1025Ki`), any other is printed anew (`1000m` → `1`). Exact at any size.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::cmp::Ordering;

/// Longest digits that are worked on; nobody writes more, and more is slow.
const MAX_DIGITS: usize = 512;
/// Largest size of a decimal exponent.
const MAX_EXPONENT: i64 = 4_096;

/// Why a text is no quantity: upstream's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuantityError {
    Format,
    Suffix,
}

impl QuantityError {
    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::Format => {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            Self::Suffix => "unable to parse quantity's suffix",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Decimal,
    Binary,
    Exponent,
}

/// An amount.
#[derive(Clone, Debug)]
pub(super) struct Quantity {
    amount: Decimal,
    format: Format,
    /// The text it is printed as.
    written: Option<String>,
    /// The scale of Go's `int64Amount`; `None` for an `infDecAmount`.
    scale: Option<i64>,
}

impl Quantity {
    pub(super) fn parse(text: &str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, text.get(1..).unwrap_or("")),
            Some(b'+') => (false, text.get(1..).unwrap_or("")),
            _ => (false, text),
        };
        let stripped = unsigned.trim_start_matches('0');
        if text == "0" {
            return Ok(Self {
                amount: Decimal::ZERO,
                format: Format::Decimal,
                written: Some("0".to_owned()),
                scale: Some(0),
            });
        }
        let digits_end = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, rest) = stripped.split_at(digits_end(stripped));
        let number = if number.is_empty() { "0" } else { number };
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(digits_end(rest)),
            None => ("", rest),
        };
        let (format, exponent) = suffix_of(suffix)?;
        if number.len() + fraction.len() > MAX_DIGITS || exponent.abs() > MAX_EXPONENT {
            return Err(QuantityError::Format);
        }
        let mut amount = Decimal::new(negative, number, fraction);
        let (mut precision, mut scale) = (18 - length(number) - length(fraction), exponent);
        if format == Format::Binary {
            amount.multiply(1u64 << exponent.clamp(0, 60));
            precision = if fraction.is_empty() { 15 - length(number) - exponent * 3 / 10 - 1 } else { -1 };
            scale = 0;
        } else {
            amount.exponent += exponent;
        }
        if precision >= 0 {
            scale -= length(fraction);
            if scale >= -9 {
                let shifted = format!("{number}{fraction}");
                let canonical = match format {
                    // The low three bits are those of the last three decimal digits.
                    Format::Binary => low_digits(&shifted) & 7 != 0,
                    _ => scale % 3 == 0 && !shifted.ends_with("000") && !shifted.starts_with('0'),
                };
                let written = canonical.then(|| text.to_owned());
                return Ok(Self { amount, format, written, scale: Some(scale) });
            }
        }
        amount.round_up(-9);
        let mut format = format;
        if format == Format::Binary {
            let largest = Decimal::new(false, "9223372036854775807", "");
            if !amount.negative && amount.compare_size(&largest) == Ordering::Greater {
                amount = largest;
            }
            let one = Decimal::new(false, "1", "");
            if !amount.negative && !amount.is_zero() && amount.compare_size(&one) == Ordering::Less {
                format = Format::Decimal;
            }
        }
        Ok(Self { amount, format, written: None, scale: None })
    }

    /// What resource lists do with their values: up to a whole milli.
    pub(super) fn round_to_milli(&mut self) {
        if self.scale.is_none_or(|scale| scale < -3) {
            self.written = None;
            self.amount.round_up(-3);
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.amount.is_zero()
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.amount.compare(&other.amount)
    }

    /// The sum, in the format of the first that is not zero.
    pub(super) fn add(&mut self, other: &Self) {
        self.written = None;
        if self.is_zero() {
            self.format = other.format;
        }
        self.amount.add(&other.amount);
    }

    /// Go's `String()`.
    pub(super) fn print(&self) -> String {
        if let Some(text) = &self.written {
            return text.clone();
        }
        if self.amount.is_zero() {
            return "0".to_owned();
        }
        let sign = if self.amount.negative { "-" } else { "" };
        if self.format == Format::Binary
            && let Some(mut value) = self.amount.to_integer()
            && value >= 1024
        {
            let mut units = 0;
            while value % 1024 == 0 && units < 6 {
                value /= 1024;
                units += 1;
            }
            let unit = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].get(units).unwrap_or(&"");
            return format!("{sign}{value}{unit}");
        }
        let mut digits = self.amount.clone();
        digits.strip();
        // The largest multiple of three that leaves a whole number, from nano to exa.
        let exponent = digits.exponent.clamp(-9, 18).div_euclid(3) * 3;
        let zeros = usize::try_from(digits.exponent - exponent).unwrap_or(0);
        let number: String = digits.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        let zeros = "0".repeat(zeros);
        let unit = match (self.format, exponent) {
            (_, 0) => String::new(),
            (Format::Exponent, exponent) => format!("e{exponent}"),
            (_, exponent) => {
                let at = usize::try_from((exponent + 9) / 3).unwrap_or(3);
                (*["n", "u", "m", "", "k", "M", "G", "T", "P", "E"].get(at).unwrap_or(&"")).to_owned()
            }
        };
        format!("{sign}{number}{zeros}{unit}")
    }
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

fn low_digits(text: &str) -> u32 {
    text.get(text.len().saturating_sub(3)..).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn suffix_of(suffix: &str) -> Result<(Format, i64), QuantityError> {
    let decimal = |exponent| Ok((Format::Decimal, exponent));
    let binary = |exponent| Ok((Format::Binary, exponent));
    match suffix {
        "" => decimal(0),
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        _ => {
            let letters =
                suffix.trim_start_matches(['e', 'E', 'i', 'n', 'u', 'm', 'k', 'K', 'M', 'G', 'T', 'P']);
            let digits = letters.strip_prefix(['-', '+']).unwrap_or(letters);
            if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(QuantityError::Format);
            }
            let exponent = suffix.strip_prefix(['e', 'E']).ok_or(QuantityError::Suffix)?;
            exponent.parse().map(|exponent| (Format::Exponent, exponent)).map_err(|_| QuantityError::Suffix)
        }
    }
}

/// `±digits × 10^exponent`; digits without leading zeros, none for zero.
#[derive(Clone, Debug)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    const ZERO: Self = Self { negative: false, digits: Vec::new(), exponent: 0 };

    fn new(negative: bool, whole: &str, fraction: &str) -> Self {
        let digits = whole.bytes().chain(fraction.bytes()).map(|byte| byte.wrapping_sub(b'0'));
        let digits: Vec<u8> = digits.skip_while(|digit| *digit == 0).collect();
        Self { negative: negative && !digits.is_empty(), digits, exponent: -length(fraction) }
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Moves zeros at the end into the exponent.
    fn strip(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
            self.exponent += 1;
        }
    }

    fn multiply(&mut self, factor: u64) {
        let mut carry = 0u128;
        for digit in self.digits.iter_mut().rev() {
            carry += u128::from(*digit) * u128::from(factor);
            *digit = low_digit(carry);
            carry /= 10;
        }
        while carry > 0 {
            self.digits.insert(0, low_digit(carry));
            carry /= 10;
        }
    }

    /// Away from zero to a multiple of 10^`exponent`.
    fn round_up(&mut self, exponent: i64) {
        if self.is_zero() || self.exponent >= exponent {
            return;
        }
        let cut = usize::try_from(exponent - self.exponent).unwrap_or(usize::MAX);
        let kept = self.digits.len().saturating_sub(cut);
        let exact = self.digits.get(kept..).is_none_or(|rest| rest.iter().all(|digit| *digit == 0));
        self.digits.truncate(kept);
        self.exponent = exponent;
        if exact {
            return;
        }
        for digit in self.digits.iter_mut().rev() {
            *digit += 1;
            if *digit < 10 {
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
    }

    /// Digits down to the given exponent, which is not above its own.
    fn scaled(&self, exponent: i64) -> Vec<u8> {
        let zeros = usize::try_from(self.exponent - exponent).unwrap_or(0);
        let mut digits = self.digits.clone();
        if !digits.is_empty() {
            digits.resize(digits.len() + zeros, 0);
        }
        digits
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.scaled(exponent), other.scaled(exponent));
        a.len().cmp(&b.len()).then_with(|| a.cmp(&b))
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn add(&mut self, other: &Self) {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.scaled(exponent), other.scaled(exponent));
        let digits = if self.negative == other.negative || b.is_empty() {
            sum(&a, &b)
        } else if a.is_empty() {
            self.negative = other.negative;
            b
        } else {
            let larger_first = a.len().cmp(&b.len()).then_with(|| a.cmp(&b)) != Ordering::Less;
            if !larger_first {
                self.negative = other.negative;
            }
            if larger_first { difference(&a, &b) } else { difference(&b, &a) }
        };
        self.digits = digits;
        self.exponent = exponent;
        if self.digits.is_empty() {
            *self = Self::ZERO;
        }
    }

    /// The size as a whole number, if it is one that fits.
    fn to_integer(&self) -> Option<u64> {
        let mut value = self.clone();
        value.strip();
        if value.exponent < 0 {
            return None;
        }
        let digits = value.scaled(0);
        digits.iter().try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(*digit)))
    }
}

fn low_digit(value: u128) -> u8 {
    u8::try_from(value % 10).unwrap_or(0)
}

fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut digits = Vec::with_capacity(a.len().max(b.len()) + 1);
    let (mut a, mut b) = (a.iter().rev(), b.iter().rev());
    let mut carry = 0;
    loop {
        let (left, right) = (a.next(), b.next());
        if left.is_none() && right.is_none() && carry == 0 {
            break;
        }
        carry += left.unwrap_or(&0) + right.unwrap_or(&0);
        digits.push(carry % 10);
        carry /= 10;
    }
    digits.reverse();
    digits
}

/// `a - b`, of which `a` is not the smaller.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut digits = Vec::with_capacity(a.len());
    let mut b = b.iter().rev();
    let mut borrow = 0;
    for digit in a.iter().rev() {
        let take = b.next().unwrap_or(&0) + borrow;
        borrow = u8::from(*digit < take);
        digits.push(digit + 10 * borrow - take);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits.reverse();
    digits
}
