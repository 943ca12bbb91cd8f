//! `kubernetes.lists` (`library/lists.go`): order, sums, extremes and places of elements. Version 1, of Kubernetes 1.37,
//! adds `includes`.

use alloc::{format, vec, vec::Vec};
use core::cmp::Ordering;

use crate::cel::{
    cost::functions as cost,
    decls::{Body, Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::Library,
    types::Type,
    value::{Duration, List, Value, compare, equal},
};

/// The library at version 0 or 1.
#[must_use]
pub fn library(version: u32) -> Library {
    let mut functions = functions();
    if version >= 1 {
        functions.push(includes_decl());
    }
    Library::new("kubernetes.lists", functions)
}

/// The types that have an order, with the ids of `isSorted`, `max` and `min`.
const COMPARABLE: [(Type, [&str; 3]); 8] = [
    (Type::Int, ["list_int_is_sorted_bool", "list_int_max_int", "list_int_min_int"]),
    (Type::Uint, ["list_uint_is_sorted_bool", "list_uint_max_uint", "list_uint_min_uint"]),
    (Type::Double, ["list_double_is_sorted_bool", "list_double_max_double", "list_double_min_double"]),
    (Type::Bool, ["list_bool_is_sorted_bool", "list_bool_max_bool", "list_bool_min_bool"]),
    (
        Type::Duration,
        ["list_duration_is_sorted_bool", "list_duration_max_duration", "list_duration_min_duration"],
    ),
    (
        Type::Timestamp,
        ["list_timestamp_is_sorted_bool", "list_timestamp_max_timestamp", "list_timestamp_min_timestamp"],
    ),
    (Type::String, ["list_string_is_sorted_bool", "list_string_max_string", "list_string_min_string"]),
    (Type::Bytes, ["list_bytes_is_sorted_bool", "list_bytes_max_bytes", "list_bytes_min_bytes"]),
];

fn member<const N: usize>(id: &'static str, params: [Type; N], result: Type) -> OverloadDecl {
    OverloadDecl::member(id, params.into(), result)
}

/// `max` or `min`: an overload for each type that has an order.
fn extremes(which: usize, body: Body) -> Vec<OverloadDecl> {
    COMPARABLE
        .into_iter()
        .filter_map(|(kind, ids)| Some(member(ids.get(which)?, [Type::list(kind.clone())], kind).body(body)))
        .collect()
}

fn functions() -> Vec<FunctionDecl> {
    let a = || Type::param("A");
    let list = |kind: Type| Type::list(kind);
    let all = vec![
        FunctionDecl::new(
            "isSorted",
            "Whether no element is less than the one before it.",
            COMPARABLE
                .into_iter()
                .map(|(kind, [id, ..])| member(id, [list(kind)], Type::Bool).body(is_sorted))
                .collect(),
        )
        .examples(&[
            Example { expression: "[1, 2, 3].isSorted()", result: "true" },
            Example { expression: "['b', 'a'].isSorted()", result: "false" },
        ]),
        FunctionDecl::new(
            "sum",
            "The sum of the elements; zero for an empty list.",
            vec![
                member("list_int_sum_int", [list(Type::Int)], Type::Int)
                    .body(|args| sum(Value::Int(0), args)),
                member("list_uint_sum_uint", [list(Type::Uint)], Type::Uint)
                    .body(|args| sum(Value::Uint(0), args)),
                member("list_double_sum_double", [list(Type::Double)], Type::Double)
                    .body(|args| sum(Value::Double(0.0), args)),
                member("list_duration_sum_duration", [list(Type::Duration)], Type::Duration)
                    .body(|args| sum(Value::Duration(Duration::from_nanos(0)), args)),
            ],
        )
        .examples(&[
            Example { expression: "[1, 3].sum()", result: "4" },
            Example { expression: "[duration('1m'), duration('1s')].sum()", result: "duration('61s')" },
            Example { expression: "[].sum()", result: "0" },
        ]),
        FunctionDecl::new("max", "The greatest element; an error for an empty list.", extremes(1, max))
            .examples(&[
                Example { expression: "[1, 3].max()", result: "3" },
                Example { expression: "[].max()", result: "error: max called on empty list" },
            ]),
        FunctionDecl::new("min", "The least element; an error for an empty list.", extremes(2, min))
            .examples(&[
                Example { expression: "['b', 'a'].min()", result: "'a'" },
                Example { expression: "[].min()", result: "error: min called on empty list" },
            ]),
        FunctionDecl::new(
            "indexOf",
            "Where the list has an element equal to this for the first time; -1 when nowhere.",
            vec![member("list_a_index_of_int", [list(a()), a()], Type::Int).body(index_of)],
        )
        .examples(&[
            Example { expression: "[1, 2, 2, 3].indexOf(2)", result: "1" },
            Example { expression: "['a', 'b'].indexOf('c')", result: "-1" },
        ]),
        FunctionDecl::new(
            "lastIndexOf",
            "Where the list has an element equal to this for the last time; -1 when nowhere.",
            vec![member("list_a_last_index_of_int", [list(a()), a()], Type::Int).body(last_index_of)],
        )
        .examples(&[Example { expression: "['a', 'b', 'b', 'c'].lastIndexOf('b')", result: "2" }]),
    ];
    all.into_iter()
        .map(|function| function.cost(cost::traversal).estimate(cost::traversal_estimate))
        .collect()
}

fn includes_decl() -> FunctionDecl {
    FunctionDecl::new(
        "includes",
        "Whether the list has an element equal to this, or, for anything but a list, whether the two are equal.",
        vec![member("list_includes_dyn_dyn", [Type::Dyn, Type::Dyn], Type::Bool).body(includes)],
    )
    .examples(&[
        Example { expression: "[1, 2, 3].includes(2)", result: "true" },
        Example { expression: "'model-a'.includes('model-a')", result: "true" },
        Example { expression: "'model-a'.includes('model-b')", result: "false" },
    ])
    .cost(cost::traversal)
    .estimate(cost::membership_estimate)
}

fn list(args: &[Value]) -> Result<&List, EvalError> {
    match args.first() {
        Some(Value::List(list)) => Ok(list),
        _ => Err(EvalError::no_such_overload()),
    }
}

/// How two elements are ordered; `None` when they cannot be compared with each other.
///
/// # Errors
/// When the second has no order at all.
fn order(a: &Value, b: &Value) -> Result<Option<Ordering>, EvalError> {
    match compare(b, b) {
        None => Err(EvalError::no_such_overload()),
        Some(_) => Ok(compare(a, b).and_then(Result::ok)),
    }
}

fn is_sorted(args: &[Value]) -> Result<Value, EvalError> {
    let mut before: Option<Value> = None;
    for element in list(args)?.iter() {
        match before.as_ref().unwrap_or(&element) {
            before if order(before, &element)? == Some(Ordering::Greater) => return Ok(Value::Bool(false)),
            _ => before = Some(element),
        }
    }
    Ok(Value::Bool(true))
}

fn sum(zero: Value, args: &[Value]) -> Result<Value, EvalError> {
    list(args)?.iter().try_fold(zero, |sum, element| match (&sum, &element) {
        (Value::Int(a), Value::Int(b)) => {
            a.checked_add(*b).map(Value::Int).ok_or_else(|| EvalError::new("integer overflow"))
        }
        (Value::Uint(a), Value::Uint(b)) => {
            a.checked_add(*b).map(Value::Uint).ok_or_else(|| EvalError::new("unsigned integer overflow"))
        }
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a + b)),
        (Value::Duration(a), Value::Duration(b)) => a.plus(*b).map(Value::Duration),
        // A sum of durations may go on from a moment, as everywhere.
        (Value::Duration(a), Value::Timestamp(b)) => b.plus(*a).map(Value::Timestamp),
        (Value::Timestamp(a), Value::Duration(b)) => a.plus(*b).map(Value::Timestamp),
        _ => Err(EvalError::no_such_overload()),
    })
}

fn extreme(args: &[Value], name: &str, worse: Ordering) -> Result<Value, EvalError> {
    let mut best: Option<Value> = None;
    for element in list(args)?.iter() {
        match &best {
            Some(known) if order(known, &element)? != Some(worse) => {}
            None if compare(&element, &element).is_none() => return Err(EvalError::no_such_overload()),
            _ => best = Some(element),
        }
    }
    best.ok_or_else(|| EvalError::new(format!("{name} called on empty list")))
}

fn max(args: &[Value]) -> Result<Value, EvalError> {
    extreme(args, "max", Ordering::Less)
}

fn min(args: &[Value]) -> Result<Value, EvalError> {
    extreme(args, "min", Ordering::Greater)
}

/// A comparison that fails finds nothing.
fn is(a: &Value, b: &Value) -> bool {
    equal(a, b).unwrap_or(false)
}

fn place(index: Option<usize>) -> Value {
    Value::Int(index.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1))
}

fn index_of(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list), wanted] = args else { return Err(EvalError::no_such_overload()) };
    Ok(place(list.iter().position(|element| is(&element, wanted))))
}

fn last_index_of(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list), wanted] = args else { return Err(EvalError::no_such_overload()) };
    Ok(place(
        (0..list.len()).rev().find(|index| list.get(*index).is_some_and(|element| is(&element, wanted))),
    ))
}

fn includes(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Bool(match args {
        [Value::List(list), wanted] => list.iter().any(|element| is(&element, wanted)),
        [value, wanted] => is(value, wanted),
        _ => return Err(EvalError::no_such_overload()),
    }))
}
