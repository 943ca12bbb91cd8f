//! `cel.lib.ext.comprev2` (`ext/comprehensions.go`): macros of two variables. Those that build maps call `cel.@mapInsert`,
//! which the interpreter does in place.

use alloc::{format, rc::Rc, vec};

use super::Library;
use crate::cel::{
    decls::{Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    macros::two_variable_macros,
    types::Type,
    value::{Map, OwnedMap, Value},
};

/// The library.
#[must_use]
pub fn library() -> Library {
    let (k, v) = (|| Type::param("K"), || Type::param("V"));
    let map = || Type::map(k(), v());
    let insert = FunctionDecl::new(
        "cel.@mapInsert",
        "A map with one entry more, or with those of another map; `transformMap` and `transformMapEntry` stand for it.",
        vec![
            OverloadDecl::new("@mapInsert_map_key_value", vec![map(), k(), v()], map()).body(insert),
            OverloadDecl::new("@mapInsert_map_map", vec![map(), map()], map()).body(insert),
        ],
    )
    .examples(&[
        Example { expression: "['a', 'b'].transformMap(i, v, v + string(i))", result: "{0: 'a0', 1: 'b1'}" },
        Example { expression: "{'a': 'x', 'b': 'y'}.transformMapEntry(k, v, {v: k})", result: "{'x': 'a', 'y': 'b'}" },
        Example {
            expression: "{'a': 'x', 'b': 'x'}.transformMapEntry(k, v, {v: k})",
            result: "error: insert failed: key x already exists",
        },
    ]);
    Library::new("cel.lib.ext.comprev2", vec![insert]).macros(two_variable_macros())
}

fn insert(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Map(map), key, value] => {
            let mut entries = owned(map)?;
            add(&mut entries, key.clone(), value.clone())?;
            Ok(Value::Map(Map::Owned(Rc::new(entries))))
        }
        [Value::Map(map), Value::Map(more)] => {
            let mut entries = owned(map)?;
            for index in 0..more.len() {
                if let Some((key, value)) = more.entry(index)? {
                    add(&mut entries, key, value)?;
                }
            }
            Ok(Value::Map(Map::Owned(Rc::new(entries))))
        }
        _ => Err(EvalError::no_such_overload()),
    }
}

fn owned(map: &Map) -> Result<OwnedMap, EvalError> {
    if let Map::Owned(map) = map {
        return Ok((**map).clone());
    }
    let mut entries = OwnedMap::default();
    for index in 0..map.len() {
        if let Some((key, value)) = map.entry(index)? {
            entries.insert(key, value);
        }
    }
    Ok(entries)
}

/// Adds an entry whose key is new.
///
/// # Errors
/// `insert failed: key K already exists`
pub fn add(map: &mut OwnedMap, key: Value, value: Value) -> Result<(), EvalError> {
    let shown = format!("{key}");
    match map.insert(key, value) {
        None => Ok(()),
        Some(_) => Err(EvalError::new(format!("insert failed: key {shown} already exists"))),
    }
}
