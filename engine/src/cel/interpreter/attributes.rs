//! Qualification: what `value.key` and `value[key]` give (`interpreter/attributes.go`, `refQualify`).

use alloc::format;

use crate::cel::{
    error::EvalError,
    value::{List, Value, number},
};

/// The part of `object` under `key`; `None` when it has no such part.
///
/// # Errors
/// Keys that cannot be looked up in such an object, and what reading the object fails with.
pub(super) fn qualify(object: &Value, key: &Value) -> Result<Option<Value>, EvalError> {
    match object {
        Value::Map(map) => map.find(key),
        Value::List(list) => element(list, key),
        Value::Opaque(opaque) => Ok(opaque.field(key)),
        _ => Ok(None),
    }
}

/// What a missing part is called.
pub(super) fn missing(object: &Value, key: &Value) -> EvalError {
    match object {
        Value::List(_) => EvalError::new(format!("index out of bounds: {key}")),
        _ => EvalError::no_such_key(key),
    }
}

fn element(list: &List, key: &Value) -> Result<Option<Value>, EvalError> {
    let index = match key {
        Value::Int(index) => Some(*index),
        Value::Uint(index) => i64::try_from(*index).ok(),
        Value::Double(index) => number::exact_int(*index),
        other => {
            return Err(EvalError::new(format!("unsupported index type '{}' in list", other.kind_name())));
        }
    };
    let Some(index) = index else {
        return Err(EvalError::new(format!("unsupported index value {key} in list")));
    };
    let Some(found) = usize::try_from(index).ok().filter(|index| *index < list.len()) else {
        return Ok(None);
    };
    if matches!(list, List::External(tree, at) if tree.typed(*at)) && !matches!(key, Value::Int(_)) {
        return Err(EvalError::new(format!("unsupported index type: {}", key.go_type())));
    }
    Ok(list.get(found))
}
