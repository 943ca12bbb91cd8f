//! Equality and order of values (`common/types`, `traits.Comparer`), across the numeric types and with the quirks of
//! built-in Kubernetes objects that the API server wraps by reflection.

use core::cmp::Ordering;

use super::{Identity, List, Map, Value, identity::equal_unordered, number};
use crate::cel::error::EvalError;

/// What `a == b` gives.
///
/// # Errors
/// `no such overload` when `a` is a list or map of a built-in object and `b` is of another kind, or as an opaque type has it; and what reading `a` or
/// `b` fails with.
pub fn equal(a: &Value, b: &Value) -> Result<bool, EvalError> {
    equal_within(a, b, &mut { MAX_COMPARED })
}

/// Parts of lists and maps that are compared in one evaluation. cel-go charges for the elements of a list, whatever is in them: what
/// is in them may be shared, and so be as much as one likes.
pub const MAX_COMPARED: u32 = 500_000;

/// [`equal`], as long as there are comparisons `left`; a fatal error when there are none.
///
/// # Errors
/// As [`equal`].
pub fn equal_within(a: &Value, b: &Value, left: &mut u32) -> Result<bool, EvalError> {
    Ok(match (a, b) {
        (Value::Null, other) | (other, Value::Null) => matches!(other, Value::Null),
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Duration(a), Value::Duration(b)) => a == b,
        (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
        (Value::Type(a), Value::Type(b)) => a.runtime_name() == b.runtime_name(),
        (Value::Optional(a), Value::Optional(b)) => match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => equal_within(a, b, left)?,
            _ => false,
        },
        (Value::Opaque(a), b) => a.equals(b)?,
        (Value::List(a), Value::List(b)) => equal_lists(a, b, left)?,
        (Value::Map(a), Value::Map(b)) => equal_maps(a, b, left)?,
        (Value::List(List::External(tree, at)) | Value::Map(Map::External(tree, at)), _)
            if tree.typed(*at) =>
        {
            return Err(EvalError::no_such_overload());
        }
        _ => numeric_order(a, b).is_some_and(Ordering::is_eq),
    })
}

/// The order of two numbers; `None` when one is not a number, or is NaN.
fn numeric_order(a: &Value, b: &Value) -> Option<Ordering> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Uint(a), Value::Uint(b)) => a.cmp(b),
        (Value::Double(a), Value::Double(b)) => return a.partial_cmp(b),
        (Value::Int(a), Value::Uint(b)) => number::compare_int_uint(*a, *b),
        (Value::Uint(a), Value::Int(b)) => number::compare_int_uint(*b, *a).reverse(),
        (Value::Double(double), _) | (_, Value::Double(double)) if double.is_nan() => return None,
        (Value::Int(a), Value::Double(b)) => number::compare_int_double(*a, *b),
        (Value::Double(a), Value::Int(b)) => number::compare_int_double(*b, *a).reverse(),
        (Value::Uint(a), Value::Double(b)) => number::compare_uint_double(*a, *b),
        (Value::Double(a), Value::Uint(b)) => number::compare_uint_double(*b, *a).reverse(),
        _ => return None,
    })
}

/// An element whose comparison fails differs in a list of a built-in object; elsewhere cel-go overlooks the failure.
fn element_equal(typed: bool, a: &Value, b: &Value, left: &mut u32) -> Result<bool, EvalError> {
    *left = left.checked_sub(1).ok_or_else(EvalError::cancelled)?;
    match equal_within(a, b, left) {
        Err(error) if error.fatal => Err(error),
        Err(_) => Ok(!typed),
        decided => decided,
    }
}

fn equal_lists(a: &List, b: &List, left: &mut u32) -> Result<bool, EvalError> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let identity = a.identity();
    if identity != Identity::Place {
        return equal_unordered(&identity, a, b);
    }
    let typed = matches!(a, List::External(tree, at) if tree.typed(*at));
    for (a, b) in a.iter().zip(b.iter()) {
        if !element_equal(typed, &a, &b, left)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn equal_maps(a: &Map, b: &Map, left: &mut u32) -> Result<bool, EvalError> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let typed = matches!(a, Map::External(tree, at) if tree.typed(*at));
    for index in 0..a.len() {
        let Some((key, ours)) = a.entry(index)? else { return Ok(false) };
        let Some(theirs) = b.find(&key)? else { return Ok(false) };
        if !element_equal(typed, &ours, &theirs, left)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How `a` is ordered before `b`. `None`: values of that kind have no order, whatever `b` is.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Option<Result<Ordering, EvalError>> {
    let order = match (a, b) {
        (
            Value::Int(_) | Value::Uint(_) | Value::Double(_),
            Value::Int(_) | Value::Uint(_) | Value::Double(_),
        ) => numeric_order(a, b).ok_or_else(|| EvalError::new("NaN values cannot be ordered")),
        (Value::Double(a), _) if a.is_nan() => Err(EvalError::new("NaN values cannot be ordered")),
        (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Ok(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) => Ok(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => Ok(a.cmp(b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => Ok(a.cmp(b)),
        (
            Value::Int(_)
            | Value::Uint(_)
            | Value::Double(_)
            | Value::Bool(_)
            | Value::String(_)
            | Value::Bytes(_)
            | Value::Duration(_)
            | Value::Timestamp(_),
            _,
        ) => Err(EvalError::no_such_overload()),
        _ => return None,
    };
    Some(order)
}
