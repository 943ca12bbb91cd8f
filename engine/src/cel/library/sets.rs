//! `cel.lib.ext.sets` (`ext/sets.go`): lists compared as sets, numbers of different types being equal when their values are.

use alloc::{vec, vec::Vec};

use super::{Library, MAX_COMPARISONS, too_large};
use crate::cel::{
    cost::functions as cost,
    decls::{Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    types::Type,
    value::{List, Value, equal},
};

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("cel.lib.ext.sets", functions())
}

fn overload(id: &'static str) -> OverloadDecl {
    let t = || Type::list(Type::param("T"));
    OverloadDecl::new(id, vec![t(), t()], Type::Bool)
}

fn functions() -> Vec<FunctionDecl> {
    vec![
        FunctionDecl::new(
            "sets.contains",
            "Whether the first list has every element of the second.",
            vec![
                overload("list_sets_contains_list")
                    .body(contains)
                    .cost(cost::cross)
                    .estimate(cost::cross_estimate),
            ],
        )
        .examples(&[
            Example { expression: "sets.contains([1, 2, 3], [2, 3])", result: "true" },
            Example { expression: "sets.contains([], [1])", result: "false" },
            Example { expression: "sets.contains([1], [])", result: "true" },
        ]),
        FunctionDecl::new(
            "sets.equivalent",
            "Whether each list has every element of the other, in any order and number.",
            vec![
                overload("list_sets_equivalent_list")
                    .body(equivalent)
                    .cost(cost::cross_twice)
                    .estimate(cost::cross_twice_estimate),
            ],
        )
        .examples(&[
            Example { expression: "sets.equivalent([1], [1, 1])", result: "true" },
            Example { expression: "sets.equivalent([1, 2], [2, 3])", result: "false" },
        ]),
        FunctionDecl::new(
            "sets.intersects",
            "Whether the lists have an element in common.",
            vec![
                overload("list_sets_intersects_list")
                    .body(intersects)
                    .cost(cost::cross)
                    .estimate(cost::cross_estimate),
            ],
        )
        .examples(&[
            Example { expression: "sets.intersects([1], [1, 2])", result: "true" },
            Example { expression: "sets.intersects([1], [])", result: "false" },
        ]),
    ]
}

fn lists(args: &[Value]) -> Result<(&List, &List), EvalError> {
    let [Value::List(a), Value::List(b)] = args else { return Err(EvalError::no_such_overload()) };
    if a.len().saturating_mul(b.len()) > MAX_COMPARISONS { Err(too_large()) } else { Ok((a, b)) }
}

/// A comparison that fails finds nothing.
fn has(list: &List, wanted: &Value) -> bool {
    list.iter().any(|element| equal(wanted, &element).unwrap_or(false))
}

fn contains(args: &[Value]) -> Result<Value, EvalError> {
    let (list, sublist) = lists(args)?;
    Ok(Value::Bool(sublist.iter().all(|element| has(list, &element))))
}

fn equivalent(args: &[Value]) -> Result<Value, EvalError> {
    let (a, b) = lists(args)?;
    Ok(Value::Bool(b.iter().all(|element| has(a, &element)) && a.iter().all(|element| has(b, &element))))
}

fn intersects(args: &[Value]) -> Result<Value, EvalError> {
    let (a, b) = lists(args)?;
    Ok(Value::Bool(a.iter().any(|element| has(b, &element))))
}
