//! The messages of `google.protobuf` that every environment of cel-go knows: `google.protobuf.Int64Value{value: 1}` is a
//! wrapper, `google.protobuf.Value{…}` anything.

use alloc::{rc::Rc, vec::Vec};

use crate::cel::{env::TypeProvider, types::Type, value::Value};

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

    fn constant(&self, name: &str) -> Option<(Type, Value)> {
        (name == "google.protobuf.NullValue.NULL_VALUE").then_some((Type::Int, Value::Int(0)))
    }
}
