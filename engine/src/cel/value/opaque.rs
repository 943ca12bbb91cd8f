//! Values of a library's own type.

use alloc::string::String;
use core::{any::Any, fmt::Debug};

use super::Value;
use crate::cel::{error::EvalError, types::Type};

/// A value whose inside only its library knows: a quantity, a URL, an authorizer.
pub trait Opaque: Debug {
    /// Its type, as `type(x)` and overload resolution see it.
    fn kind(&self) -> Type;

    /// Whether it equals another value of any type.
    ///
    /// # Errors
    /// Most types of Kubernetes answer `no such overload` to values of another type.
    fn equals(&self, other: &Value) -> Result<bool, EvalError>;

    /// Its size where the cost model gives it one (a CIDR: the octets of its prefix).
    fn size(&self) -> Option<u64> {
        None
    }

    /// The Go type that Kubernetes represents it with, for the messages that show one.
    fn go_type(&self) -> &'static str {
        "types.Opaque"
    }

    /// How Kubernetes prints it; the name of its type when it has no text of its own.
    fn text(&self) -> String {
        String::from(self.kind().runtime_name())
    }

    /// What it has under a field's name, if its type has fields and this one is set.
    fn field(&self, name: &Value) -> Option<Value> {
        let _ = name;
        None
    }

    /// How deep it nests ([`Value::depth`]).
    fn depth(&self) -> u32 {
        0
    }

    /// Whether it says of a field that it is set.
    fn is_set(&self, name: &Value) -> bool {
        self.field(name).is_some()
    }

    /// What `type(x)` gives.
    fn type_value(&self) -> Type {
        self.kind()
    }

    /// Whether Go could use it as a key of a map.
    fn hashable(&self) -> bool {
        true
    }

    /// For downcasting: `value.as_any().downcast_ref::<Quantity>()`.
    fn as_any(&self) -> &dyn Any;
}
