//! The messages of `google.protobuf` that every environment of cel-go knows: `google.protobuf.Int64Value{value: 1}` is a
//! wrapper, `google.protobuf.Value{…}` anything.

use alloc::{format, rc::Rc, vec::Vec};

use crate::cel::{
    env::TypeProvider,
    error::EvalError,
    types::Type,
    value::{Duration, Object, OwnedMap, Timestamp, Value},
};

/// The messages.
#[derive(Debug)]
pub struct WellKnown;

const PREFIX: &str = "google.protobuf.";

/// What a wrapper message wraps.
fn wrapped(message: &str) -> Option<Type> {
    Some(match message {
        "BoolValue" => Type::Bool,
        "BytesValue" => Type::Bytes,
        "DoubleValue" | "FloatValue" => Type::Double,
        "Int32Value" | "Int64Value" => Type::Int,
        "StringValue" => Type::String,
        "UInt32Value" | "UInt64Value" => Type::Uint,
        _ => return None,
    })
}

fn fields_of(message: &str) -> Option<Vec<(&'static str, Type)>> {
    if let Some(kind) = wrapped(message) {
        return Some(alloc::vec![("value", kind)]);
    }
    let json = || Type::map(Type::String, Type::Dyn);
    Some(match message {
        "Any" => alloc::vec![("type_url", Type::String), ("value", Type::Bytes)],
        "Duration" | "Timestamp" => alloc::vec![("seconds", Type::Int), ("nanos", Type::Int)],
        "Empty" => Vec::new(),
        "ListValue" => alloc::vec![("values", Type::list(Type::Dyn))],
        "Struct" => alloc::vec![("fields", json())],
        "Value" => alloc::vec![
            ("null_value", Type::Int),
            ("number_value", Type::Double),
            ("string_value", Type::String),
            ("bool_value", Type::Bool),
            ("struct_value", json()),
            ("list_value", Type::list(Type::Dyn)),
        ],
        _ => return None,
    })
}

impl TypeProvider for WellKnown {
    fn contains(&self, type_name: &str) -> bool {
        type_name.strip_prefix(PREFIX).is_some_and(|message| fields_of(message).is_some())
    }

    fn alias(&self, name: &str) -> Option<Type> {
        let message = name.strip_prefix(PREFIX)?;
        if let Some(kind) = wrapped(message) {
            return Some(Type::Wrapper(Rc::new(kind)));
        }
        Some(match message {
            "Any" => Type::Any,
            "Duration" => Type::Duration,
            "Timestamp" => Type::Timestamp,
            "ListValue" => Type::list(Type::Dyn),
            "Struct" => Type::map(Type::String, Type::Dyn),
            "Value" => Type::Dyn,
            _ => return None,
        })
    }

    fn field(&self, type_name: &str, field: &str) -> Option<Type> {
        let fields = fields_of(type_name.strip_prefix(PREFIX)?)?;
        fields.into_iter().find(|(name, _)| *name == field).map(|(_, kind)| kind)
    }

    fn fields(&self, type_name: &str) -> Vec<(Rc<str>, Type)> {
        let fields = type_name.strip_prefix(PREFIX).and_then(fields_of).unwrap_or_default();
        fields.into_iter().map(|(name, kind)| (Rc::from(name), kind)).collect()
    }

    fn make(&self, type_name: &str, fields: OwnedMap) -> Result<Value, EvalError> {
        let message = type_name.strip_prefix(PREFIX).unwrap_or(type_name);
        let field = |name: &str| fields.get(&Value::string(name)).cloned();
        let int = |name: &str| match field(name) {
            Some(Value::Int(value)) => value,
            _ => 0,
        };
        if let Some(kind) = wrapped(message) {
            let value = field("value").unwrap_or_else(|| zero(&kind));
            return match (message, &value) {
                ("Int32Value", Value::Int(wide)) if i32::try_from(*wide).is_err() => {
                    Err(misfit(type_name, "integer overflow"))
                }
                ("UInt32Value", Value::Uint(wide)) if u32::try_from(*wide).is_err() => {
                    Err(misfit(type_name, "unsigned integer overflow"))
                }
                #[expect(clippy::cast_possible_truncation, reason = "the message holds single precision")]
                ("FloatValue", Value::Double(wide)) => Ok(Value::Double(f64::from(*wide as f32))),
                _ => Ok(value),
            };
        }
        match message {
            "Any" => Err(EvalError::new("unsupported conversion to ref.Val: (*dynamicpb.Message)")),
            "Duration" => {
                let nanos = int("seconds")
                    .checked_mul(1_000_000_000)
                    .and_then(|nanos| nanos.checked_add(int("nanos")));
                nanos
                    .map(|nanos| Value::Duration(Duration::from_nanos(nanos)))
                    .ok_or_else(|| EvalError::new("integer overflow"))
            }
            "Timestamp" => {
                let moment = Timestamp::from_seconds(int("seconds"))?;
                moment.plus(Duration::from_nanos(int("nanos"))).map(Value::Timestamp)
            }
            "ListValue" => Ok(json(&field("values").unwrap_or_else(|| Value::list(Vec::new())))),
            "Struct" => Ok(json(&field("fields").unwrap_or_else(|| Value::map(OwnedMap::default())))),
            "Value" => Ok(match fields.entry(fields.len().saturating_sub(1)) {
                Some((Value::String(name), _)) if &**name == "null_value" => Value::Null,
                Some((_, value)) => json(value),
                None => Value::Null,
            }),
            _ => Ok(Object::new(type_name, "*types.protoObj", fields).into()),
        }
    }

    fn constant(&self, name: &str) -> Option<(Type, Value)> {
        (name == "google.protobuf.NullValue.NULL_VALUE").then_some((Type::Int, Value::Int(0)))
    }
}

/// The value of a wrapper whose field is not set.
fn zero(kind: &Type) -> Value {
    match kind {
        Type::Bool => Value::Bool(false),
        Type::Bytes => Value::Bytes(Rc::from([])),
        Type::Double => Value::Double(0.0),
        Type::Int => Value::Int(0),
        Type::String => Value::string(""),
        Type::Uint => Value::Uint(0),
        _ => Value::Null,
    }
}

fn misfit(type_name: &str, cause: &str) -> EvalError {
    EvalError::new(format!("field type conversion error for {type_name}.value value type: {cause}"))
}

/// A value as JSON has it: every number is a double.
#[expect(clippy::cast_precision_loss, reason = "JSON numbers are doubles")]
fn json(value: &Value) -> Value {
    match value {
        Value::Int(value) => Value::Double(*value as f64),
        Value::Uint(value) => Value::Double(*value as f64),
        Value::List(list) => Value::list(list.iter().map(|element| json(&element)).collect()),
        Value::Map(map) => {
            let entries = (0..map.len()).filter_map(|index| map.entry(index).ok().flatten());
            Value::map(entries.map(|(key, value)| (key, json(&value))).collect())
        }
        other => other.clone(),
    }
}
