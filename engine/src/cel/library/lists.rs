//! `cel.lib.ext.lists`, version 3 (`ext/lists.go`): slices, flattening, sorting, ranges.

use alloc::{format, vec, vec::Vec};

use super::{Library, MAX_COMPARISONS, sort, too_large};
use crate::cel::{
    cost::functions as cost,
    decls::{Example, FunctionDecl, OverloadDecl, StaticCost},
    error::EvalError,
    macros::list_macros,
    types::Type,
    value::{List, MAX_ELEMENTS, Value, compare, equal},
};

/// The longest list that `lists.range` makes.
pub const MAX_RANGE: i64 = 1_000_000;

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("cel.lib.ext.lists", functions()).macros(list_macros())
}

fn member<const N: usize>(id: &'static str, params: [Type; N], result: Type) -> OverloadDecl {
    OverloadDecl::member(id, params.into(), result)
}

fn t() -> Type {
    Type::list(Type::param("T"))
}

fn functions() -> Vec<FunctionDecl> {
    use Type::{Dyn, Int};
    vec![
        FunctionDecl::new(
            "slice",
            "The elements from one place of the list to another, which is not part of it.",
            vec![
                member("list_slice", [t(), Int, Int], t())
                    .body(slice)
                    .cost(cost::new_list)
                    .estimate(cost::slice_estimate),
            ],
        )
        .examples(&[
            Example { expression: "[1, 2, 3, 4].slice(1, 3)", result: "[2, 3]" },
            Example {
                expression: "[1, 2, 3].slice(1, 4)",
                result: "error: cannot slice(1, 4), list is length 3",
            },
        ]),
        FunctionDecl::new(
            "flatten",
            "The list with the elements of its lists in their place, so many levels down; one unless said.",
            vec![
                member("list_flatten", [Type::list(t())], t())
                    .body(flatten)
                    .cost(cost::flatten)
                    .estimate(cost::flatten_estimate),
                member("list_flatten_int", [Type::list(Dyn), Int], Type::list(Dyn))
                    .body(flatten)
                    .cost(cost::flatten)
                    .estimate(cost::flatten_estimate),
            ],
        )
        .unguarded()
        .examples(&[
            Example { expression: "[[1], [2, 3]].flatten()", result: "[1, 2, 3]" },
            Example { expression: "[[[1]], [[2, 3]]].flatten(2)", result: "[1, 2, 3]" },
            Example { expression: "[[1]].flatten(-1)", result: "error: level must be non-negative" },
        ]),
        FunctionDecl::new(
            "sort",
            "The elements in ascending order; they must have one type.",
            comparable(
                |kind, [id, _]| member(id, [Type::list(kind.clone())], Type::list(kind)),
                cost::pairs_estimate,
                cost::text_pairs_estimate,
            )
            .into_iter()
            .map(|overload| overload.cost(cost::pairs))
            .collect(),
        )
        .singleton(sorted)
        .examples(&[
            Example { expression: "[3, 2, 1].sort()", result: "[1, 2, 3]" },
            Example { expression: "['b', 'c', 'a'].sort()", result: "['a', 'b', 'c']" },
            Example {
                expression: "[dyn(1), dyn('a')].sort()",
                result: "error: list elements must have the same type",
            },
        ]),
        FunctionDecl::new(
            "@sortByAssociatedKeys",
            "The elements in the order of their keys; `l.sortBy(e, key)` stands for it.",
            comparable(
                |kind, [_, id]| member(id, [t(), Type::list(kind)], t()),
                cost::keys_estimate,
                cost::text_keys_estimate,
            )
            .into_iter()
            .map(|overload| overload.cost(cost::pairs_of_keys))
            .collect(),
        )
        .singleton(sorted_by_keys)
        .examples(&[Example {
            expression: "[{'n': 2}, {'n': 1}].sortBy(e, e.n)",
            result: "[{'n': 1}, {'n': 2}]",
        }]),
        FunctionDecl::new(
            "lists.range",
            "The integers from 0 to a number, which is not one of them; at most 1,000,000.",
            vec![
                OverloadDecl::new("lists_range", vec![Int], Type::list(Int))
                    .body(range)
                    .cost(cost::new_list)
                    .estimate(cost::range_estimate),
            ],
        )
        .examples(&[
            Example { expression: "lists.range(5)", result: "[0, 1, 2, 3, 4]" },
            Example {
                expression: "lists.range(-1)",
                result: "error: lists.range: size must be non-negative, got -1",
            },
        ]),
        FunctionDecl::new(
            "reverse",
            "The elements from last to first.",
            vec![
                member("list_reverse", [t()], t())
                    .body(reverse)
                    .cost(cost::new_list)
                    .estimate(cost::reverse_estimate),
            ],
        )
        .examples(&[Example { expression: "[5, 3, 1, 2].reverse()", result: "[2, 1, 3, 5]" }]),
        FunctionDecl::new(
            "distinct",
            "The elements without repetitions, each where it came first.",
            vec![
                member("list_distinct", [t()], t())
                    .body(distinct)
                    .cost(cost::pairs)
                    .estimate(cost::pairs_estimate),
            ],
        )
        .examples(&[
            Example { expression: "[1, 2, 2, 3, 3, 3].distinct()", result: "[1, 2, 3]" },
            Example { expression: "['b', 'b', 'c', 'a', 'c'].distinct()", result: "['b', 'c', 'a']" },
        ]),
    ]
}

/// An overload for each type that has an order; `overload` gets the ids of `sort` and of `@sortByAssociatedKeys`.
fn comparable(
    overload: fn(Type, [&'static str; 2]) -> OverloadDecl,
    plain: StaticCost,
    text: StaticCost,
) -> Vec<OverloadDecl> {
    let types = [
        (Type::Int, ["list_int_sort", "list_int_sortByAssociatedKeys"]),
        (Type::Uint, ["list_uint_sort", "list_uint_sortByAssociatedKeys"]),
        (Type::Double, ["list_double_sort", "list_double_sortByAssociatedKeys"]),
        (Type::Bool, ["list_bool_sort", "list_bool_sortByAssociatedKeys"]),
        (
            Type::Duration,
            ["list_google.protobuf.Duration_sort", "list_google.protobuf.Duration_sortByAssociatedKeys"],
        ),
        (
            Type::Timestamp,
            ["list_google.protobuf.Timestamp_sort", "list_google.protobuf.Timestamp_sortByAssociatedKeys"],
        ),
        (Type::String, ["list_string_sort", "list_string_sortByAssociatedKeys"]),
        (Type::Bytes, ["list_bytes_sort", "list_bytes_sortByAssociatedKeys"]),
    ];
    types
        .into_iter()
        .map(|(kind, ids)| {
            let estimate = if matches!(kind, Type::String | Type::Bytes) { text } else { plain };
            overload(kind, ids).estimate(estimate)
        })
        .collect()
}

fn slice(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list), Value::Int(start), Value::Int(end)] = args else {
        return Err(EvalError::no_such_overload());
    };
    let fault = |why: &str| Err(EvalError::new(format!("cannot slice({start}, {end}), {why}")));
    let (Ok(from), Ok(to)) = (usize::try_from(*start), usize::try_from(*end)) else {
        return fault("negative indexes not supported");
    };
    if from > to {
        return fault("start index must be less than or equal to end index");
    }
    if to > list.len() {
        return fault(&format!("list is length {}", list.len()));
    }
    Ok(Value::list(picked(list, from..to)))
}

fn flatten(args: &[Value]) -> Result<Value, EvalError> {
    let (list, depth) = match args {
        [Value::List(list)] => (list, 1),
        [Value::List(list), Value::Int(depth)] => (list, *depth),
        [other] => {
            return Err(EvalError::new(format!("no such overload: {}.flatten()", other.kind().declared())));
        }
        [other, depth] => {
            let (other, depth) = (other.kind(), depth.kind());
            return Err(EvalError::new(format!(
                "no such overload: {}.flatten({})",
                other.declared(),
                depth.declared()
            )));
        }
        _ => return Err(EvalError::no_such_overload()),
    };
    if depth < 0 {
        return Err(EvalError::new("level must be non-negative"));
    }
    let mut flat = Vec::new();
    // Lists that are being read: which, from where on, and how many levels may still be opened.
    let mut open: Vec<(List, usize, i64)> = vec![(list.clone(), 0, depth)];
    while let Some((list, index, depth)) = open.pop() {
        let Some(element) = list.get(index) else { continue };
        open.push((list, index + 1, depth));
        match element {
            Value::List(inner) if depth > 0 => {
                if depth == 1 && inner.len() <= MAX_ELEMENTS {
                    flat.reserve(inner.len());
                }
                open.push((inner, 0, depth - 1));
            }
            other => flat.push(other),
        }
        if flat.len() > MAX_ELEMENTS || open.len() > MAX_ELEMENTS {
            return Err(too_large());
        }
    }
    Ok(Value::list(flat))
}

/// A list that is none: values that have methods of their own are asked for one, and have none of that name.
fn not_a_list(function: &str, value: Option<&Value>) -> EvalError {
    match value {
        Some(Value::String(_) | Value::Duration(_) | Value::Timestamp(_)) | None => {
            EvalError::no_such_overload()
        }
        Some(_) => EvalError::new(format!("no such overload: {function}")),
    }
}

fn sorted(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::List(list)] => sort_by(list, list),
        _ => Err(not_a_list("sort", args.first())),
    }
}

fn sorted_by_keys(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::List(list), Value::List(keys)] => sort_by(list, keys),
        [Value::List(_), _] => Err(EvalError::no_such_overload()),
        _ => Err(not_a_list("@sortByAssociatedKeys", args.first())),
    }
}

fn sort_by(list: &List, keys: &List) -> Result<Value, EvalError> {
    if list.len() != keys.len() {
        return Err(EvalError::new(format!(
            "@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got {} and {} \
             elements respectively",
            list.len(),
            keys.len()
        )));
    }
    let keys: Vec<Value> = keys.iter().collect();
    let Some(first) = keys.first() else { return Ok(Value::List(list.clone())) };
    if compare(first, first).is_none() {
        return Err(EvalError::new("list elements must be comparable"));
    }
    // A single element is compared with nothing.
    if keys.iter().any(|key| key.kind() != first.kind()) {
        return Err(EvalError::new("list elements must have the same type"));
    }
    let order = sort::order(keys.len(), |a, b| {
        let (Some(a), Some(b)) = (keys.get(a), keys.get(b)) else { return false };
        matches!(compare(a, b), Some(Ok(core::cmp::Ordering::Less)))
    });
    Ok(Value::list(order.into_iter().filter_map(|index| list.get(index)).collect()))
}

fn range(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::Int(size)] = args else { return Err(EvalError::no_such_overload()) };
    if *size < 0 {
        return Err(EvalError::new(format!("lists.range: size must be non-negative, got {size}")));
    }
    if *size > MAX_RANGE {
        return Err(EvalError::new(format!(
            "lists.range: size {size} exceeds maximum allowed ({MAX_RANGE})"
        )));
    }
    Ok(Value::list((0..*size).map(Value::Int).collect()))
}

fn reverse(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::list(picked(list, (0..list.len()).rev())))
}

/// The elements at those places, without more room than they need.
fn picked(list: &List, places: impl ExactSizeIterator<Item = usize>) -> Vec<Value> {
    let mut elements = Vec::with_capacity(places.len());
    elements.extend(places.filter_map(|index| list.get(index)));
    elements
}

fn distinct(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list)] = args else { return Err(EvalError::no_such_overload()) };
    let mut unique: Vec<Value> = Vec::new();
    let mut comparisons = 0;
    for element in list.iter() {
        comparisons += unique.len();
        if comparisons > MAX_COMPARISONS {
            return Err(too_large());
        }
        if !unique.iter().any(|known| equal(&element, known).unwrap_or(false)) {
            unique.push(element);
        }
    }
    Ok(Value::list(unique))
}
