//! What mutating policies make (`pkg/cel/mutation`): `Object{…}` and the types of its fields, and `JSONPatch{…}`.

use alloc::{format, rc::Rc, vec::Vec};
use core::any::Any;

use crate::cel::{
    env::TypeProvider,
    error::EvalError,
    types::Type,
    value::{Opaque, OwnedMap, Value, equal},
};

/// The type of objects that an apply configuration makes; those of its fields are `Object.spec` and so on.
pub const OBJECT: &str = "Object";
/// The type of an operation of a JSON patch.
pub const JSON_PATCH: &str = "JSONPatch";

/// The types, by name.
#[derive(Debug)]
pub(super) struct MutationTypes;

impl TypeProvider for MutationTypes {
    fn make(&self, type_name: &str, mut fields: OwnedMap) -> Result<Value, EvalError> {
        if type_name != JSON_PATCH {
            return Ok(Value::Opaque(Rc::new(Made { kind: Type::object(type_name), fields })));
        }
        for name in TEXTS {
            let key = Value::string(name);
            match fields.get(&key) {
                Some(Value::String(_)) => {}
                Some(other) => {
                    let go_type = match other {
                        Value::Bool(_) => "bool",
                        Value::Int(_) => "int64",
                        Value::Uint(_) => "uint64",
                        Value::Double(_) => "float64",
                        Value::Bytes(_) => "[]uint8",
                        other => other.go_type(),
                    };
                    return Err(EvalError::new(format!(
                        "unexpected type {go_type} for JSONPatchType '{name}' field"
                    )));
                }
                // What is left out is empty.
                None => {
                    fields.insert(key, Value::string(""));
                }
            }
        }
        Ok(Value::Opaque(Rc::new(Made { kind: Type::object(JSON_PATCH), fields })))
    }

    fn contains(&self, name: &str) -> bool {
        name == JSON_PATCH
            || name == OBJECT
            || name.strip_prefix(OBJECT).is_some_and(|rest| rest.starts_with('.'))
    }

    fn is_value(&self, _: &str) -> bool {
        false
    }

    fn field(&self, type_name: &str, field: &str) -> Option<Type> {
        Some(match (type_name, field) {
            (JSON_PATCH, "op" | "path" | "from") => Type::String,
            (JSON_PATCH, "value") => Type::Dyn,
            // Upstream finds any field, and of an unknown one a type that is none: nothing agrees with it.
            (JSON_PATCH, _) => Type::opaque(""),
            _ => Type::Dyn,
        })
    }

    fn fields(&self, type_name: &str) -> Vec<(Rc<str>, Type)> {
        if type_name != JSON_PATCH {
            return Vec::new();
        }
        let text = TEXTS.map(|name| (Rc::from(name), Type::String));
        text.into_iter().chain([(Rc::from("value"), Type::Dyn)]).collect()
    }
}

/// The fields of a patch that are texts.
const TEXTS: [&str; 3] = ["op", "path", "from"];

/// An object or a patch.
#[derive(Debug)]
struct Made {
    kind: Type,
    fields: OwnedMap,
}

impl Made {
    fn is_patch(&self) -> bool {
        self.kind.runtime_name() == JSON_PATCH
    }

    /// The fields as a map, those of objects in it as well.
    fn plain(&self) -> Value {
        let entries = (0..self.fields.len()).filter_map(|index| self.fields.entry(index));
        Value::map(entries.map(|(name, value)| (name.clone(), plain(value))).collect())
    }
}

/// A field of an object, as Go's `Value` gives it.
fn plain(value: &Value) -> Value {
    match value {
        Value::Opaque(opaque) => match opaque.as_any().downcast_ref::<Made>() {
            Some(made) if !made.is_patch() => made.plain(),
            _ => value.clone(),
        },
        value => value.clone(),
    }
}

impl Opaque for Made {
    fn kind(&self) -> Type {
        self.kind.clone()
    }

    fn type_value(&self) -> Type {
        Type::type_of(self.kind.clone())
    }

    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        let Value::Opaque(other) = other else { return Ok(false) };
        let Some(other) = other.as_any().downcast_ref::<Self>() else { return Ok(false) };
        if self.kind != other.kind || self.fields.len() != other.fields.len() {
            return Ok(false);
        }
        for index in 0..self.fields.len() {
            let (Some((name, ours)), Some((named, theirs))) =
                (self.fields.entry(index), other.fields.entry(index))
            else {
                return Ok(false);
            };
            // Objects are compared as Go's are: an integer is no float.
            let alike = self.is_patch() || ours.kind_name() == theirs.kind_name();
            if !(alike && equal(name, named)? && equal(ours, theirs)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn go_type(&self) -> &'static str {
        if self.is_patch() { "*mutation.JSONPatchVal" } else { "*dynamic.ObjectVal" }
    }

    /// What is not set is null.
    fn field(&self, name: &Value) -> Option<Value> {
        match self.fields.get(name) {
            Some(value) if self.is_patch() => Some(value.clone()),
            Some(value) => Some(plain(value)),
            None if self.is_patch() && name.as_str() != Some("value") => None,
            None => Some(Value::Null),
        }
    }

    fn is_set(&self, name: &Value) -> bool {
        match self.fields.get(name) {
            Some(Value::String(text)) if self.is_patch() && name.as_str() != Some("value") => {
                !text.is_empty()
            }
            found => found.is_some(),
        }
    }

    fn depth(&self) -> u32 {
        self.fields.depth()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
