//! Decimal texts to doubles, rounded exactly: `str::parse` does the same with a table that is 10 kB of the page.

use alloc::{vec, vec::Vec};

/// Digits that can matter; of more, only whether one of them is not zero.
const DIGITS: usize = 800;

/// The double nearest to `[+-]DIGITS[.DIGITS][eEXPONENT]`, as `str::parse` reads it; infinite when it is too large. `None`
/// when the text is not of that form.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix(['-', '+']) {
        Some(unsigned) => (text.starts_with('-'), unsigned),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut number = Big(Vec::new());
    let (mut count, mut power, mut rest) = (0_usize, exponent, false);
    for (in_fraction, part) in [(false, whole), (true, fraction)] {
        for digit in part.bytes() {
            let digit = u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
            if count < DIGITS {
                number.times_plus(10, digit);
                count += usize::from(count > 0 || digit > 0);
                power -= i64::from(in_fraction);
            } else {
                rest |= digit > 0;
                power += i64::from(!in_fraction);
            }
        }
    }
    if rest {
        number.times_plus(10, 1);
        power -= 1;
    }
    let magnitude = match i64::try_from(count) {
        _ if count == 0 => 0.0,
        Ok(digits) if digits + power > 310 => f64::INFINITY,
        Ok(digits) if digits + power < -330 => 0.0,
        _ => nearest(number, power),
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Digits with a sign; far out, their number no longer matters.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_i64;
    for digit in digits.bytes() {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value = (value * 10 + i64::from(digit)).min(1 << 40);
    }
    Some(if text.starts_with('-') { -value } else { value })
}

/// The double nearest to `number` times 10 to the `power`; of two, the even one.
fn nearest(mut number: Big, power: i64) -> f64 {
    let mut divisor = Big(vec![1]);
    let scaled = if power < 0 { &mut divisor } else { &mut number };
    for _ in 0..power.unsigned_abs() {
        scaled.times_plus(10, 0);
    }
    // The quotient shall have 64 bits, or 65: all of the double's, and some to round by.
    let mut exponent = number.bits() - divisor.bits() - 64;
    if exponent < 0 {
        number.shift(exponent.unsigned_abs());
    } else {
        divisor.shift(exponent.unsigned_abs());
    }
    let (mut quotient, mut inexact) = (0_u128, false);
    let steps = number.bits() - divisor.bits();
    divisor.shift(steps.max(0).unsigned_abs());
    for _ in 0..=steps {
        quotient <<= 1;
        if number.subtract(&divisor) {
            quotient |= 1;
        }
        divisor.halve();
    }
    inexact |= !number.0.is_empty();
    // Bits below the double's last one: more of them where doubles are subnormal.
    let length = i64::from(128 - quotient.leading_zeros());
    let drop = (length - 53).max(-1074 - exponent).clamp(0, 127);
    let half = 1_u128 << drop >> 1;
    let below = quotient & ((1 << drop) - 1);
    let mut kept = quotient >> drop;
    exponent += drop;
    let up = below > half || (below == half && (inexact || kept & 1 == 1));
    kept += u128::from(drop > 0 && up);
    // A carry into the next power of two carries into the exponent's bits by itself.
    let kept = u64::try_from(kept).unwrap_or(u64::MAX);
    if kept < 1 << 52 {
        return f64::from_bits(kept);
    }
    match u64::try_from(exponent + 1074) {
        Ok(biased) if biased < 2046 => f64::from_bits((biased << 52).wrapping_add(kept)),
        _ => f64::INFINITY,
    }
}

/// A natural number, the smallest 32 bits first and no zeros last.
struct Big(Vec<u32>);

#[expect(clippy::cast_possible_truncation, reason = "the low halves are what is meant")]
impl Big {
    fn times_plus(&mut self, factor: u32, carry: u32) {
        let mut carry = u64::from(carry);
        for limb in &mut self.0 {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn bits(&self) -> i64 {
        let last = self.0.last().map_or(0, |last| 32 - i64::from(last.leading_zeros()));
        i64::try_from(self.0.len().saturating_sub(1)).unwrap_or(0) * 32 + last
    }

    fn shift(&mut self, bits: u64) {
        for _ in 0..bits % 32 {
            self.times_plus(2, 0);
        }
        let limbs = usize::try_from(bits / 32).unwrap_or(0);
        self.0.splice(0..0, core::iter::repeat_n(0, limbs));
    }

    fn halve(&mut self) {
        let mut carry = 0;
        for limb in self.0.iter_mut().rev() {
            let low = *limb & 1;
            *limb = *limb >> 1 | carry << 31;
            carry = low;
        }
        self.trim();
    }

    /// Takes `other` away, when it is not larger.
    fn subtract(&mut self, other: &Self) -> bool {
        if self
            .0
            .len()
            .cmp(&other.0.len())
            .then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
            .is_lt()
        {
            return false;
        }
        let mut borrow = 0;
        let others = other.0.iter().copied().chain(core::iter::repeat(0));
        for (limb, other) in self.0.iter_mut().zip(others) {
            let difference = i64::from(*limb) - i64::from(other) - borrow;
            *limb = difference as u32;
            borrow = i64::from(difference < 0);
        }
        self.trim();
        true
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}
