//! Values as they exist while an expression runs.
//!
//! Cloning a value never copies data: strings, bytes, lists and maps are shared, and documents are read in place through
//! [`External`]. Strings are sequences of code points. Maps iterate in one order: ascending by key (bool, int, uint,
//! double, string).

mod external;
mod list;
mod map;
mod opaque;
mod time;

use alloc::rc::Rc;

pub use self::{
    external::{Child, External},
    list::List,
    map::{Map, OwnedMap},
    opaque::Opaque,
    time::{Duration, Timestamp},
};
use super::types::Type;

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A signed 64-bit integer.
    Int(i64),
    /// An unsigned 64-bit integer.
    Uint(u64),
    /// A 64-bit float.
    Double(f64),
    /// Text.
    String(Rc<str>),
    /// Octets.
    Bytes(Rc<[u8]>),
    /// A list.
    List(List),
    /// A map, or an object read as one.
    Map(Map),
    /// A span of time.
    Duration(Duration),
    /// A moment.
    Timestamp(Timestamp),
    /// A type, as `type(x)` and type names give it.
    Type(Rc<Type>),
    /// `optional.none()` or `optional.of(x)`.
    Optional(Option<Rc<Value>>),
    /// A value of a library's own type.
    Opaque(Rc<dyn Opaque>),
}

impl Value {
    /// Text from anything that is a string.
    #[must_use]
    pub fn string(text: impl Into<Rc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A list that owns its elements.
    #[must_use]
    pub fn list(elements: alloc::vec::Vec<Value>) -> Self {
        Self::List(List::Owned(Rc::new(elements)))
    }

    /// `optional.of(value)`
    #[must_use]
    pub fn optional_of(value: Value) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// Text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}
