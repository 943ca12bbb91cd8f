//! Exact decimal numbers, for quantities: as much of `gopkg.in/inf.v0` as they need.

use alloc::{string::String, vec, vec::Vec};
use core::cmp::Ordering;

/// ± digits × 10^−scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Most significant first, no zero in front; none at all for zero.
    digits: Vec<u8>,
    scale: i64,
}

/// Digits of the longest number that is computed with. Go has no bound, and runs out of memory instead.
const MAX_DIGITS: i64 = 20_000;

impl Decimal {
    pub(super) fn from_int(value: i64, scale: i64) -> Self {
        let mut digits = Vec::new();
        let mut rest = value.unsigned_abs();
        while rest > 0 {
            digits.push((rest % 10) as u8);
            rest /= 10;
        }
        digits.reverse();
        Self { negative: value < 0, digits, scale }
    }

    /// Reads `-12.50`. `None`: no digits, or something else than a number.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut digits = Vec::with_capacity(unsigned.len());
        for digit in whole.bytes().chain(fraction.bytes()) {
            digits.push(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        if digits.is_empty() || digits.len() as i64 > MAX_DIGITS {
            return None;
        }
        Some(Self { negative, digits, scale: i64::try_from(fraction.len()).ok()? }.trimmed())
    }

    fn trimmed(mut self) -> Self {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.negative &= !self.digits.is_empty();
        self
    }

    /// Digits after the point.
    pub(super) const fn scale(&self) -> i64 {
        self.scale
    }

    /// × 10^exponent, exactly.
    pub(super) fn shifted(mut self, exponent: i64) -> Self {
        self.scale = self.scale.saturating_sub(exponent);
        self
    }

    /// −1, 0 or 1.
    pub(super) fn sign(&self) -> i64 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    pub(super) fn negated(mut self) -> Self {
        self.negative = !self.negative && !self.digits.is_empty();
        self
    }

    pub(super) fn absolute(mut self) -> Self {
        self.negative = false;
        self
    }

    /// × 2^exponent.
    pub(super) fn times_power_of_two(mut self, exponent: u32) -> Self {
        for _ in 0..exponent {
            let mut carry = 0;
            for digit in self.digits.iter_mut().rev() {
                let double = *digit * 2 + carry;
                *digit = double % 10;
                carry = double / 10;
            }
            if carry > 0 {
                self.digits.insert(0, carry);
            }
        }
        self
    }

    /// Where the first digit stands: 10^n ≤ |x| < 10^(n+1).
    fn magnitude(&self) -> i64 {
        (self.digits.len() as i64).saturating_sub(1).saturating_sub(self.scale)
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match self.sign().cmp(&other.sign()) {
            Ordering::Equal if self.sign() < 0 => other.compare_absolute(self),
            Ordering::Equal if self.sign() > 0 => self.compare_absolute(other),
            order => order,
        }
    }

    fn compare_absolute(&self, other: &Self) -> Ordering {
        let digit = |of: &Self, at: usize| of.digits.get(at).copied().unwrap_or(0);
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let longest = self.digits.len().max(other.digits.len());
            (0..longest)
                .map(|at| digit(self, at).cmp(&digit(other, at)))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        })
    }

    /// The same number with exactly `scale` digits after the point, rounded away from zero. `None`: too long.
    pub(super) fn round_up(mut self, scale: i64) -> Option<Self> {
        let more = scale.saturating_sub(self.scale);
        if more >= 0 {
            if more.saturating_add(self.digits.len() as i64) > MAX_DIGITS && !self.digits.is_empty() {
                return None;
            }
            let zeros = if self.digits.is_empty() { 0 } else { usize::try_from(more).ok()? };
            self.digits.extend(core::iter::repeat_n(0, zeros));
            self.scale = scale;
            return Some(self);
        }
        let dropped = usize::try_from(more.unsigned_abs()).unwrap_or(usize::MAX).min(self.digits.len());
        let kept = self.digits.len() - dropped;
        let rest = self.digits.split_off(kept);
        self.scale = scale;
        if rest.iter().any(|digit| *digit != 0) {
            let one = Self { negative: self.negative, digits: vec![1], scale };
            return Some(self.plus_aligned(&one));
        }
        Some(self.trimmed())
    }

    /// The sum, with the longer of the two fractions. `None`: too long.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Some(self.clone().round_up(scale)?.plus_aligned(&other.clone().round_up(scale)?))
    }

    /// The sum of two numbers of one scale.
    fn plus_aligned(&self, other: &Self) -> Self {
        let (larger, smaller) =
            if self.compare_absolute(other).is_lt() { (other, self) } else { (self, other) };
        let subtract = larger.negative != smaller.negative;
        let mut digits = Vec::with_capacity(larger.digits.len() + 1);
        let mut carry = 0_i8;
        let mut small = smaller.digits.iter().rev();
        for digit in larger.digits.iter().rev() {
            let other = small.next().copied().unwrap_or(0) as i8;
            let sum = if subtract { *digit as i8 - other + carry } else { *digit as i8 + other + carry };
            digits.push(sum.rem_euclid(10) as u8);
            carry = sum.div_euclid(10);
        }
        if carry > 0 {
            digits.push(carry as u8);
        }
        digits.reverse();
        Self { negative: larger.negative, digits, scale: self.scale }.trimmed()
    }

    /// Digits (with sign) and exponent, the exponent being a multiple of three and as large as can be.
    pub(super) fn canonical(&self) -> (String, i64) {
        let mut digits = self.digits.clone();
        let mut exponent = self.scale.saturating_neg();
        while digits.last() == Some(&0) {
            digits.pop();
            exponent += 1;
        }
        while exponent.rem_euclid(3) != 0 {
            digits.push(0);
            exponent -= 1;
        }
        (text(self.negative, &digits), exponent)
    }

    /// All digits with sign, without regard to the scale.
    pub(super) fn unscaled(&self) -> String {
        text(self.negative, &self.digits)
    }

    /// An integer divided by `by`, when nothing remains.
    pub(super) fn divided(&self, by: u32) -> Option<Self> {
        let mut rest = 0_u32;
        let mut digits = Vec::with_capacity(self.digits.len());
        for digit in &self.digits {
            let dividend = rest * 10 + u32::from(*digit);
            digits.push((dividend / by) as u8);
            rest = dividend % by;
        }
        (rest == 0 && !self.digits.is_empty())
            .then(|| Self { negative: self.negative, digits, scale: self.scale }.trimmed())
    }
}

fn text(negative: bool, digits: &[u8]) -> String {
    if digits.is_empty() {
        return String::from("0");
    }
    let sign = if negative { "-" } else { "" };
    sign.chars().chain(digits.iter().map(|digit| char::from(b'0' + digit))).collect()
}
