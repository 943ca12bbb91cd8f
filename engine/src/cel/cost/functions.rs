//! Costs of library functions as Kubernetes counts them (`apiserver/pkg/cel/library/cost.go`) and as cel-go's own
//! extensions do (`ext/lists.go`, `ext/sets.go`). Each rule stands once, at run time and before; the declarations name it.

use super::{CallEstimate, LIST_CREATE, Operand, REGEX_LENGTH, Range, STRING_TRAVERSAL, actual_size, scaled};
use crate::cel::{
    types::Type,
    value::{List, Map, Value},
};

fn size(args: &[Value], index: usize) -> u64 {
    args.get(index).map_or(1, actual_size)
}

fn known(operands: &[Operand<'_>], index: usize) -> Range {
    operands.get(index).map_or(Range::UNKNOWN, Operand::size)
}

/// A call that costs what any call costs.
#[must_use]
pub fn nominal(_: &[Value], _: Option<&Value>) -> u64 {
    1
}

/// [`nominal`] before it happens.
#[must_use]
pub fn nominal_estimate(_: &[Operand<'_>]) -> CallEstimate {
    CallEstimate::cost(Range::fixed(1))
}

/// One look at each character of the first argument.
#[must_use]
pub fn scan(args: &[Value], _: Option<&Value>) -> u64 {
    scaled(size(args, 0), STRING_TRAVERSAL)
}

/// [`scan`] before it happens, the result being something else than text: a parsed value, a verdict.
#[must_use]
pub fn scan_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    CallEstimate::cost(known(operands, 0).scaled(STRING_TRAVERSAL))
}

/// [`scan`] before it happens, the result being as long as the argument.
#[must_use]
pub fn transform_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    scan_estimate(operands).result(known(operands, 0))
}

/// Two looks at each character of the first argument: reading it and building the result.
#[must_use]
pub fn rebuild(args: &[Value], _: Option<&Value>) -> u64 {
    scaled(size(args, 0).saturating_mul(2), STRING_TRAVERSAL)
}

/// [`rebuild`] before it happens.
#[must_use]
pub fn rebuild_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    CallEstimate::cost(known(operands, 0).scaled(2.0 * STRING_TRAVERSAL))
}

/// Two looks at each character of the result; a call that failed gives one.
#[must_use]
pub fn build(_: &[Value], result: Option<&Value>) -> u64 {
    scaled(result.map_or(1, actual_size).saturating_mul(2), STRING_TRAVERSAL)
}

/// A search with a pattern.
#[must_use]
pub fn search(args: &[Value], _: Option<&Value>) -> u64 {
    let text = scaled(size(args, 0).saturating_add(1), STRING_TRAVERSAL);
    text.saturating_mul(scaled(size(args, 1), REGEX_LENGTH))
}

/// [`search`] before it happens; the result is at most as long as the text.
#[must_use]
pub fn search_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let text = known(operands, 0);
    let cost =
        text.plus(Range::fixed(1)).scaled(STRING_TRAVERSAL).times(known(operands, 1).scaled(REGEX_LENGTH));
    CallEstimate::cost(cost).result(Range::new(0, text.max))
}

/// One visit of everything in the first argument.
#[must_use]
pub fn traversal(args: &[Value], _: Option<&Value>) -> u64 {
    args.first().map_or(0, |value| traversal_of(value, 0))
}

/// Kubernetes' `traversalCost`: octets of text, not characters, and rounded down.
fn traversal_of(value: &Value, depth: u32) -> u64 {
    /// Documents are not nested so deep; anything else is not looked into any further.
    const DEEPEST: u32 = 600;
    if depth > DEEPEST {
        return 1;
    }
    let octets = |count: usize| (count as f64 * STRING_TRAVERSAL) as u64;
    match value {
        Value::String(text) => octets(text.len()),
        Value::Bytes(bytes) => octets(bytes.len()),
        Value::List(list) => list_traversal(list, depth),
        Value::Map(map) => map_traversal(map, depth),
        _ => 1,
    }
}

fn list_traversal(list: &List, depth: u32) -> u64 {
    list.iter().fold(0_u64, |cost, element| cost.saturating_add(traversal_of(&element, depth + 1)))
}

fn map_traversal(map: &Map, depth: u32) -> u64 {
    (0..map.len()).filter_map(|index| map.entry(index).ok().flatten()).fold(0_u64, |cost, (key, value)| {
        cost.saturating_add(traversal_of(&key, depth + 1)).saturating_add(traversal_of(&value, depth + 1))
    })
}

/// [`traversal`] before it happens: elements of text are looked at character by character; a receiver of unknown type is
/// taken for text.
#[must_use]
pub fn traversal_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let Some(receiver) = operands.first() else { return CallEstimate::cost(Range::fixed(1)) };
    CallEstimate::cost(match element(receiver) {
        Some(each) => receiver.size().times(each),
        None => receiver.size().scaled(STRING_TRAVERSAL),
    })
}

/// [`traversal`] before it happens, where a receiver of unknown type is taken for a list of scalars: `includes`.
#[must_use]
pub fn membership_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let Some(receiver) = operands.first() else { return CallEstimate::cost(Range::fixed(1)) };
    CallEstimate::cost(receiver.size().times(element(receiver).unwrap_or(Range::fixed(1))))
}

/// The cost of looking at one element, when the static type has a parameter for it.
fn element(receiver: &Operand<'_>) -> Option<Range> {
    let inner = match receiver.kind {
        Type::List(inner) | Type::Map(inner, _) => &**inner,
        Type::Opaque(_, params) => params.first()?,
        _ => return None,
    };
    let one = Range::fixed(1);
    Some(match inner {
        Type::String | Type::Bytes => {
            one.plus(receiver.element.unwrap_or(Range::UNKNOWN).scaled(STRING_TRAVERSAL))
        }
        _ => one,
    })
}

/// The value of an integer literal, 0 for a negative one; `otherwise` for anything else.
fn literal(operands: &[Operand<'_>], index: usize, otherwise: u64) -> u64 {
    match operands.get(index).and_then(|operand| operand.int) {
        Some(value) => u64::try_from(value).unwrap_or(0),
        None => otherwise,
    }
}

/// What `s.replace(a, b)` can cost and give.
#[must_use]
pub fn replace_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let (text, old, new) = (known(operands, 0), known(operands, 1), known(operands, 2));
    let times = |of: u64, each: u64| scaled_quotient(of, each);
    // The longest result: nothing replaced by much, as often as can be.
    let (most, kept_most) = if old.min == 0 {
        (text.max.saturating_add(1), text.max)
    } else if new.max <= old.min {
        (0, text.max)
    } else {
        (times(text.max, old.min), 0)
    };
    // The shortest: much replaced by little.
    let (least, kept_least) = if old.max == 0 {
        (text.min.saturating_add(1), text.min)
    } else if old.max <= new.min {
        (0, text.min)
    } else {
        (times(text.min, old.max), 0)
    };
    let result = Range::new(least, most).times(new).plus(Range::new(kept_least, kept_most));
    rebuild_estimate(operands).result(result)
}

/// ⌈of / each⌉ in floating point.
fn scaled_quotient(of: u64, each: u64) -> u64 {
    let quotient = of as f64 / each as f64;
    let floor = whole(quotient);
    if (floor as f64) < quotient { floor.saturating_add(1) } else { floor }
}

/// What `s.split(separator, limit)` can cost and give.
#[must_use]
pub fn split_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let most = match operands.get(2).and_then(|operand| operand.int) {
        // Go's conversion of a negative limit, which stands for none, gives a very large number.
        Some(limit) => limit as u64,
        None => known(operands, 0).max,
    };
    rebuild_estimate(operands).result(Range::new(0, most))
}

/// What `l.join(separator)` can cost and give.
#[must_use]
pub fn join_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let list = known(operands, 0);
    let mut size = Range::fixed(0);
    if let Some(receiver) = operands.first()
        && element(receiver).is_some()
    {
        size = list.times(receiver.element.unwrap_or(Range::UNKNOWN));
    }
    if operands.len() > 1 {
        let separators = Range::new(list.min.saturating_sub(1), list.max.saturating_sub(1));
        size = size.plus(known(operands, 1).times(separators));
    }
    CallEstimate::cost(size.scaled(STRING_TRAVERSAL)).result(size)
}

/// Making a list of that many elements, each looked at `factor` times.
fn list_call(factor: f64, elements: u64) -> u64 {
    let factor = if factor < 0.0 { 1.0 } else { factor };
    whole(elements as f64 * factor).saturating_add(1).saturating_add(LIST_CREATE)
}

/// A float as an integer, as Go converts it on amd64: 2^63 when it does not fit.
fn whole(value: f64) -> u64 {
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
    if value < TWO_TO_64 { value as u64 } else { 1 << 63 }
}

fn list_call_estimate(factor: f64, elements: Range) -> CallEstimate {
    let cost = elements.scaled(factor).plus(Range::fixed(1)).plus(Range::fixed(LIST_CREATE));
    CallEstimate::cost(cost).result(elements)
}

/// Making the list that the call gives; one that failed counts as one of one element.
#[must_use]
pub fn new_list(_: &[Value], result: Option<&Value>) -> u64 {
    list_call(1.0, result.map_or(1, actual_size))
}

/// [`new_list`] of a slice before it happens.
#[must_use]
pub fn slice_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let start = literal(operands, 1, 0);
    let end = literal(operands, 2, known(operands, 0).max);
    list_call_estimate(1.0, Range::fixed(end.wrapping_sub(start)))
}

/// [`new_list`] of a range before it happens.
#[must_use]
pub fn range_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    list_call_estimate(1.0, Range::fixed(literal(operands, 0, u64::MAX)))
}

/// [`new_list`] as long as the receiver, before it happens.
#[must_use]
pub fn reverse_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    list_call_estimate(1.0, known(operands, 0))
}

/// One pass over the receiver for each level flattened.
#[must_use]
pub fn flatten(args: &[Value], _: Option<&Value>) -> u64 {
    let depth = match args.get(1) {
        Some(Value::Int(depth)) => *depth as f64,
        _ => 1.0,
    };
    list_call(depth, size(args, 0))
}

/// [`flatten`] before it happens.
#[must_use]
pub fn flatten_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let depth = if operands.len() > 1 { literal(operands, 1, u64::MAX) } else { 1 };
    list_call_estimate(depth as f64, known(operands, 0))
}

fn self_comparison(list: Option<&Value>) -> u64 {
    let Some(Value::List(list)) = list else { return list_call(2.0, 0) };
    let factor = match list.get(0) {
        Some(Value::String(_) | Value::Bytes(_)) => 2.0 + STRING_TRAVERSAL,
        _ => 2.0,
    };
    let count = list.len() as u64;
    list_call(factor, count.saturating_mul(count))
}

/// Every element of the receiver against every other.
#[must_use]
pub fn pairs(args: &[Value], _: Option<&Value>) -> u64 {
    self_comparison(args.first())
}

/// Every element of the second argument against every other.
#[must_use]
pub fn pairs_of_keys(args: &[Value], _: Option<&Value>) -> u64 {
    self_comparison(args.get(1))
}

/// [`pairs`] before it happens.
#[must_use]
pub fn pairs_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = known(operands, 0);
    list_call_estimate(2.0, size.times(size))
}

/// [`pairs`] of text before it happens.
#[must_use]
pub fn text_pairs_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = known(operands, 0);
    list_call_estimate(2.0 + STRING_TRAVERSAL, size.times(size))
}

/// [`pairs_of_keys`] before it happens.
#[must_use]
pub fn keys_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = known(operands, 1);
    list_call_estimate(2.0, size.times(size))
}

/// [`pairs_of_keys`] of text before it happens.
#[must_use]
pub fn text_keys_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = known(operands, 1);
    list_call_estimate(2.0 + STRING_TRAVERSAL, size.times(size))
}

/// Every element of one list against every element of the other.
#[must_use]
pub fn cross(args: &[Value], _: Option<&Value>) -> u64 {
    whole(size(args, 0).wrapping_mul(size(args, 1)) as f64).saturating_add(1)
}

/// [`cross`] both ways.
#[must_use]
pub fn cross_twice(args: &[Value], _: Option<&Value>) -> u64 {
    whole(size(args, 0).wrapping_mul(size(args, 1)) as f64 * 2.0).saturating_add(1)
}

/// [`cross`] before it happens.
#[must_use]
pub fn cross_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let comparisons = known(operands, 0).times(known(operands, 1));
    CallEstimate::cost(comparisons.scaled(1.0).plus(Range::fixed(1)))
}

/// [`cross_twice`] before it happens.
#[must_use]
pub fn cross_twice_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let comparisons = known(operands, 0).times(known(operands, 1));
    CallEstimate::cost(comparisons.scaled(2.0).plus(Range::fixed(1)))
}

/// `s.format(args)` before it happens: the format text is read once, the result has any size.
#[must_use]
pub fn format_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    scan_estimate(operands)
}

/// `strings.quote(s)` before it happens: two quotes more, and every character escaped at most.
#[must_use]
pub fn quote_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    let size = known(operands, 0);
    // cel-go lets these wrap.
    let result = Range::new(size.min.wrapping_add(2), size.max.wrapping_mul(2).wrapping_add(2));
    CallEstimate::cost(size.scaled(STRING_TRAVERSAL)).result(result)
}
