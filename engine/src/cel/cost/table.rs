//! The costs of the standard functions, at run time and before (`interpreter/runtimecost.go`, `checker/cost.go`).

use super::{CallEstimate, Operand, REGEX_LENGTH, Range, STRING_TRAVERSAL, actual_size, scaled};
use crate::cel::value::Value;

fn size_at(args: &[Value], index: usize) -> u64 {
    args.get(index).map_or(1, actual_size)
}

fn operand_at(operands: &[Operand<'_>], index: usize) -> Range {
    operands.get(index).map_or(Range::UNKNOWN, Operand::size)
}

/// A traversal of the first argument.
#[must_use]
pub fn first(args: &[Value], _: Option<&Value>) -> u64 {
    scaled(size_at(args, 0), STRING_TRAVERSAL)
}

/// A traversal of the second argument.
#[must_use]
pub fn second(args: &[Value], _: Option<&Value>) -> u64 {
    scaled(size_at(args, 1), STRING_TRAVERSAL)
}

/// A traversal of both arguments one after the other: concatenation.
#[must_use]
pub fn both(args: &[Value], _: Option<&Value>) -> u64 {
    scaled(size_at(args, 0).saturating_add(size_at(args, 1)), STRING_TRAVERSAL)
}

/// A traversal of the shorter argument: comparison.
#[must_use]
pub fn shorter(args: &[Value], _: Option<&Value>) -> u64 {
    match args {
        [a, b] => comparison(a, b),
        _ => 1,
    }
}

/// The cost of `a == b`.
#[must_use]
pub fn comparison(a: &Value, b: &Value) -> u64 {
    match (a, b) {
        // A code point has at least one octet: short texts need no counting.
        (Value::String(a), Value::String(b)) if a.len().min(b.len()) <= 10 => {
            u64::from(!a.is_empty() && !b.is_empty())
        }
        _ => scaled(unwrapped_size(a).min(unwrapped_size(b)), STRING_TRAVERSAL),
    }
}

/// The size of a value, or of what an optional holds: cel-go's own costs look into it, Kubernetes' do not.
fn unwrapped_size(value: &Value) -> u64 {
    match value {
        Value::Optional(Some(value)) => unwrapped_size(value),
        value => actual_size(value),
    }
}

/// One for each element of the second argument: `in` on a list.
#[must_use]
pub fn membership(args: &[Value], _: Option<&Value>) -> u64 {
    size_at(args, 1)
}

/// Every part of the first argument against every part of the second: `contains`.
#[must_use]
pub fn product(args: &[Value], _: Option<&Value>) -> u64 {
    scaled(size_at(args, 0), STRING_TRAVERSAL).saturating_mul(scaled(size_at(args, 1), STRING_TRAVERSAL))
}

/// A text against a regular expression; the text counts one more than it is long, so that no pattern is free.
#[must_use]
pub fn matching(args: &[Value], _: Option<&Value>) -> u64 {
    let text = scaled(size_at(args, 0).saturating_add(1), STRING_TRAVERSAL);
    text.saturating_mul(scaled(size_at(args, 1), REGEX_LENGTH))
}

/// [`second`] before it happens.
#[must_use]
pub fn second_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    CallEstimate::cost(operand_at(operands, 1).scaled(STRING_TRAVERSAL))
}

/// [`membership`] before it happens.
#[must_use]
pub fn membership_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    CallEstimate::cost(operand_at(operands, 1).scaled(1.0))
}

/// [`product`] before it happens.
#[must_use]
pub fn product_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let text = operand_at(operands, 0).scaled(STRING_TRAVERSAL);
    CallEstimate::cost(text.times(operand_at(operands, 1).scaled(STRING_TRAVERSAL)))
}

/// [`matching`] before it happens.
#[must_use]
pub fn matching_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let text = operand_at(operands, 0).plus(Range::fixed(1)).scaled(STRING_TRAVERSAL);
    CallEstimate::cost(text.times(operand_at(operands, 1).scaled(REGEX_LENGTH)))
}

/// [`shorter`] before it happens.
#[must_use]
pub fn shorter_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let most = operand_at(operands, 0).max.min(operand_at(operands, 1).max);
    CallEstimate::cost(Range::new(u64::from(most > 0), most).scaled(STRING_TRAVERSAL))
}

/// Concatenation of text or octets before it happens.
#[must_use]
pub fn both_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = operand_at(operands, 0).plus(operand_at(operands, 1));
    CallEstimate::cost(size.scaled(STRING_TRAVERSAL)).result(size)
}

/// Concatenation of lists before it happens: cheap, but the result's size is known.
#[must_use]
pub fn concatenation_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    CallEstimate::cost(Range::fixed(1)).result(operand_at(operands, 0).plus(operand_at(operands, 1)))
}

/// Text to octets: up to four for a code point. cel-go lets the product wrap.
#[must_use]
pub fn encoding_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = operand_at(operands, 0);
    CallEstimate::cost(size.scaled(STRING_TRAVERSAL)).result(Range::new(size.min, size.max.wrapping_mul(4)))
}

/// Octets to text: down to a code point for four.
#[must_use]
pub fn decoding_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = operand_at(operands, 0);
    CallEstimate::cost(size.scaled(STRING_TRAVERSAL)).result(Range::new(size.min / 4, size.max))
}
