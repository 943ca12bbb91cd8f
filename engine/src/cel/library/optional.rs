//! `cel.lib.optional` (`cel/library.go`): values that may be absent. `.?`, `[?]`, `or` and `orValue` are evaluated by the
//! interpreter, which leaves out what is not needed; their declarations here serve the checker and the reader.

use alloc::{format, rc::Rc, vec, vec::Vec};

use super::Library;
use crate::cel::{
    decls::{Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    macros::optional_macros,
    operators,
    types::Type,
    value::Value,
};

/// The library, and its syntax.
#[must_use]
pub fn library() -> Library {
    Library::new("cel.lib.optional", functions())
        .macros(optional_macros())
        .types(vec![Type::optional(Type::Dyn)])
        .optional_syntax()
}

fn v() -> Type {
    Type::param("V")
}

fn optional() -> Type {
    Type::optional(v())
}

fn global<const N: usize>(id: &'static str, params: [Type; N], result: Type) -> OverloadDecl {
    OverloadDecl::new(id, params.into(), result)
}

fn member<const N: usize>(id: &'static str, params: [Type; N], result: Type) -> OverloadDecl {
    OverloadDecl::member(id, params.into(), result)
}

fn functions() -> Vec<FunctionDecl> {
    use Type::{Bool, Dyn, Int, String as Text};
    let list = || Type::list(v());
    let map = || Type::map(Type::param("K"), v());
    let key = || Type::param("K");
    vec![
        FunctionDecl::new(
            "optional.of",
            "An optional value that is present.",
            vec![global("optional_of", [v()], optional()).body(of)],
        )
        .examples(&[Example { expression: "optional.of(1).value()", result: "1" }]),
        FunctionDecl::new(
            "optional.ofNonZeroValue",
            "An optional value that is present unless it is false, 0, empty or null.",
            vec![global("optional_ofNonZeroValue", [v()], optional()).body(of_non_zero_value)],
        )
        .examples(&[
            Example { expression: "optional.ofNonZeroValue('').hasValue()", result: "false" },
            Example { expression: "optional.ofNonZeroValue('hello').hasValue()", result: "true" },
        ]),
        FunctionDecl::new(
            "optional.none",
            "The optional value that is absent.",
            vec![global("optional_none", [], optional()).body(none)],
        )
        .examples(&[Example { expression: "optional.none().hasValue()", result: "false" }]),
        FunctionDecl::new(
            "value",
            "The value, an error when it is absent.",
            vec![member("optional_value", [optional()], v()).body(value)],
        )
        .examples(&[
            Example { expression: "optional.of(1).value()", result: "1" },
            Example { expression: "optional.none().value()", result: "error: optional.none() dereference" },
        ]),
        FunctionDecl::new(
            "hasValue",
            "Whether the value is present.",
            vec![member("optional_hasValue", [optional()], Bool).body(has_value)],
        )
        .examples(&[Example { expression: "optional.of({1: 2}).hasValue()", result: "true" }]),
        FunctionDecl::new(
            "or",
            "The first of two optional values that is present; the second is evaluated only when needed.",
            vec![member("optional_or_optional", [optional(), optional()], optional())],
        )
        .examples(&[Example { expression: "optional.none().or(optional.of(1)).value()", result: "1" }]),
        FunctionDecl::new(
            "orValue",
            "The value when it is present, something else otherwise.",
            vec![member("optional_orValue_value", [optional(), v()], v())],
        )
        .examples(&[
            Example { expression: "{'hello': 'world'}[?'hello'].orValue('you')", result: "'world'" },
            Example { expression: "{'hello': 'world'}.?bye.orValue('you')", result: "'you'" },
        ]),
        FunctionDecl::new(
            operators::OPT_SELECT,
            "The field as an optional value, absent when there is none.",
            vec![global("select_optional_field", [Dyn, Text], optional())],
        )
        .examples(&[Example { expression: "{'a': {'b': 1}}.?a.?b.hasValue()", result: "true" }]),
        FunctionDecl::new(
            operators::OPT_INDEX,
            "The element as an optional value, absent when there is none.",
            vec![
                global("list_optindex_optional_int", [list(), Int], optional()),
                global("optional_list_optindex_optional_int", [Type::optional(list()), Int], optional()),
                global("map_optindex_optional_value", [map(), key()], optional()),
                global("optional_map_optindex_optional_value", [Type::optional(map()), key()], optional()),
            ],
        )
        .examples(&[
            Example { expression: "[1, 2, 3][?5].hasValue()", result: "false" },
            Example { expression: "{0: 2, 2: 4}[?2].value()", result: "4" },
        ]),
        FunctionDecl::new(
            operators::INDEX,
            "",
            vec![
                global("optional_list_index_int", [Type::optional(list()), Int], optional()),
                global("optional_map_index_value", [Type::optional(map()), key()], optional()),
            ],
        ),
        FunctionDecl::new(
            "last",
            "The last element of a list as an optional value.",
            vec![member("list_last", [list()], optional()).body(last)],
        )
        .examples(&[
            Example { expression: "[1, 2, 3].last().value()", result: "3" },
            Example { expression: "[].last().hasValue()", result: "false" },
        ]),
        FunctionDecl::new(
            "first",
            "The first element of a list as an optional value.",
            vec![member("list_first", [list()], optional()).body(first)],
        )
        .examples(&[
            Example { expression: "[1, 2, 3].first().value()", result: "1" },
            Example { expression: "[].first().hasValue()", result: "false" },
        ]),
        FunctionDecl::new(
            "optional.unwrap",
            "The values that are present among optional values.",
            vec![global("optional_unwrap", [Type::list(optional())], list()).body(unwrap)],
        )
        .examples(&[Example {
            expression: "optional.unwrap([optional.of(1), optional.none()])",
            result: "[1]",
        }]),
        FunctionDecl::new(
            "unwrapOpt",
            "The values that are present among optional values.",
            vec![member("optional_unwrapOpt", [Type::list(optional())], list()).body(unwrap)],
        )
        .examples(&[Example { expression: "[optional.of(1), optional.none()].unwrapOpt()", result: "[1]" }]),
    ]
}

fn of(args: &[Value]) -> Result<Value, EvalError> {
    let [value] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::optional_of(value.clone()))
}

fn of_non_zero_value(args: &[Value]) -> Result<Value, EvalError> {
    let [value] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::Optional((!value.is_zero()).then(|| Rc::new(value.clone()))))
}

fn none(_: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Optional(None))
}

fn value(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Optional(Some(value))] => Ok((**value).clone()),
        [Value::Optional(None)] => Err(EvalError::new("optional.none() dereference")),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn has_value(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::Optional(value)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::Bool(value.is_some()))
}

fn first(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::Optional(list.get(0).map(Rc::new)))
}

fn last(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::Optional(list.len().checked_sub(1).and_then(|index| list.get(index)).map(Rc::new)))
}

fn unwrap(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::List(list)] = args else { return Err(EvalError::no_such_overload()) };
    let mut values = Vec::new();
    for element in list.iter() {
        match element {
            Value::Optional(Some(value)) => values.push((*value).clone()),
            Value::Optional(None) => {}
            other => return Err(EvalError::new(format!("value {other} is not optional"))),
        }
    }
    Ok(Value::list(values))
}
