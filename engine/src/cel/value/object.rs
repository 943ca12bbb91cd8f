//! Objects that an expression makes: `Type{field: value}`.

use alloc::rc::Rc;
use core::any::Any;

use super::{Opaque, OwnedMap, Value, equal};
use crate::cel::{error::EvalError, types::Type};

/// A value of a type with fields, of which some are set.
#[derive(Clone, Debug)]
pub struct Object {
    kind: Rc<str>,
    fields: OwnedMap,
    go_type: &'static str,
}

impl Object {
    /// An object of the type `kind`, which Kubernetes represents with that Go type.
    #[must_use]
    pub fn new(kind: &str, go_type: &'static str, fields: OwnedMap) -> Self {
        Self { kind: Rc::from(kind), fields, go_type }
    }

    /// The fields that are set.
    #[must_use]
    pub const fn fields(&self) -> &OwnedMap {
        &self.fields
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Opaque(Rc::new(object))
    }
}

impl Opaque for Object {
    fn kind(&self) -> Type {
        Type::Object(Rc::clone(&self.kind))
    }

    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        let Value::Opaque(other) = other else { return Ok(false) };
        let Some(other) = other.as_any().downcast_ref::<Self>() else { return Ok(false) };
        let (ours, theirs) = (Value::map(self.fields.clone()), Value::map(other.fields.clone()));
        Ok(self.kind == other.kind && equal(&ours, &theirs)?)
    }

    fn go_type(&self) -> &'static str {
        self.go_type
    }

    fn field(&self, name: &Value) -> Option<Value> {
        self.fields.get(name).cloned()
    }

    fn depth(&self) -> u32 {
        self.fields.depth()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
