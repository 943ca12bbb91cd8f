//! Values as they exist while an expression runs.
//!
//! Cloning a value never copies data: strings, bytes, lists and maps are shared, and documents are read in place through
//! [`External`]. Strings are sequences of code points. Maps iterate in one order: ascending by key (bool, int, uint,
//! double, string).

mod external;
mod list;
mod identity;
mod map;
mod opaque;
mod object;
mod time;
pub mod number;
mod equality;
mod display;

use alloc::{borrow::Cow, rc::Rc};

pub use self::{
    equality::{MAX_COMPARED, compare, equal, equal_within},
    external::{Child, External},
    identity::Identity,
    list::{List, MAX_ELEMENTS},
    map::{Map, OwnedMap},
    object::Object,
    opaque::Opaque,
    time::{CivilTime, Duration, Timestamp},
};
use super::{error::EvalError, types::Type};

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
        Self::List(List::from(elements))
    }

    /// A map that owns its entries.
    #[must_use]
    pub fn map(entries: OwnedMap) -> Self {
        Self::Map(Map::Owned(Rc::new(entries)))
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

    /// Its type while expressions run, parameters erased.
    #[must_use]
    pub fn kind(&self) -> Type {
        match self {
            Self::Null => Type::Null,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Uint(_) => Type::Uint,
            Self::Double(_) => Type::Double,
            Self::String(_) => Type::String,
            Self::Bytes(_) => Type::Bytes,
            Self::List(_) => Type::list(Type::Dyn),
            Self::Map(_) => Type::map(Type::Dyn, Type::Dyn),
            Self::Duration(_) => Type::Duration,
            Self::Timestamp(_) => Type::Timestamp,
            Self::Type(_) => Type::Type(None),
            Self::Optional(_) => Type::optional(Type::Dyn),
            Self::Opaque(opaque) => opaque.kind(),
        }
    }

    /// The name of its type, as run-time errors have it: `null_type`, `list`, `google.protobuf.Duration`.
    #[must_use]
    pub fn kind_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::Type(_) => "type",
            Self::Optional(_) => super::types::OPTIONAL,
            Self::Opaque(opaque) => return Cow::Owned(opaque.kind().runtime_name().into()),
        })
    }

    /// The name of the Go type that cel-go and Kubernetes represent it with: some messages show it (`got 'types.Int',
    /// expected iterable type`).
    #[must_use]
    pub fn go_type(&self) -> &'static str {
        match self {
            Self::Null => "types.Null",
            Self::Bool(_) => "types.Bool",
            Self::Int(_) => "types.Int",
            Self::Uint(_) => "types.Uint",
            Self::Double(_) => "types.Double",
            Self::String(_) => "types.String",
            Self::Bytes(_) => "types.Bytes",
            Self::List(List::External(tree, at)) if tree.typed(*at) => "*common.reflectSchemalessTypedList",
            Self::Map(Map::External(tree, at)) if tree.typed(*at) => "*common.reflectSchemalessTypedStruct",
            Self::List(_) => "*types.baseList",
            Self::Map(_) => "*types.baseMap",
            Self::Duration(_) => "types.Duration",
            Self::Timestamp(_) => "types.Timestamp",
            Self::Type(_) => "*types.Type",
            Self::Optional(_) => "*types.Optional",
            Self::Opaque(opaque) => opaque.go_type(),
        }
    }

    /// Whether it is the zero value of its kind: false, 0, empty, null, no duration (`traits.Zeroer`). Values without a
    /// notion of zero are not.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(value) => *value == 0,
            Self::Uint(value) => *value == 0,
            Self::Double(value) => number::same(*value, 0.0),
            Self::String(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Duration(duration) => duration.nanos == 0,
            // Go's zero time is the first moment of year 1.
            Self::Timestamp(moment) => moment.seconds == -62_135_596_800 && moment.nanos == 0,
            Self::Type(_) | Self::Optional(_) | Self::Opaque(_) => false,
        }
    }

    /// Octets that are this value's alone, besides `holders` that share them; 0 when more do, and for what is small by
    /// nature: whoever made it has counted it.
    #[must_use]
    pub fn own_octets(&self, holders: usize) -> usize {
        let (count, octets) = match self {
            Self::String(text) => (Rc::strong_count(text), text.len()),
            Self::Bytes(bytes) => (Rc::strong_count(bytes), bytes.len()),
            Self::List(List::Owned(list, _)) => {
                (Rc::strong_count(list), list.len().saturating_mul(size_of::<Self>()))
            }
            Self::Map(Map::Owned(map)) => {
                (Rc::strong_count(map), map.len().saturating_mul(2 * size_of::<Self>()))
            }
            _ => return 0,
        };
        if count > holders { 0 } else { octets }
    }

    /// How many lists, maps and optionals are inside each other in it, documents not counted: what walks over a value may
    /// have to go so deep.
    #[must_use]
    pub fn depth(&self) -> u32 {
        let (mut value, mut levels) = (self, 0u32);
        while let Self::Optional(Some(inner)) = value {
            (value, levels) = (inner, levels.saturating_add(1));
        }
        levels.saturating_add(match value {
            Self::List(list) => list.depth(),
            Self::Map(Map::Owned(map)) => map.depth(),
            Self::Opaque(opaque) => opaque.depth(),
            _ => 0,
        })
    }

    /// Whether both share one list or map.
    #[must_use]
    pub fn shares(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(List::Owned(a, _)), Self::List(List::Owned(b, _))) => Rc::ptr_eq(a, b),
            (Self::Map(Map::Owned(a)), Self::Map(Map::Owned(b))) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Whether Go could look it up in a map: it cannot hash octets nor versions, and cel-go does not ask before.
    ///
    /// # Errors
    /// In Go's words.
    pub fn hashable(&self) -> Result<(), EvalError> {
        match self {
            Self::Bytes(_) => {}
            Self::Opaque(opaque) if !opaque.hashable() => {}
            _ => return Ok(()),
        }
        let go_type = self.go_type();
        Err(EvalError::new(alloc::format!(
            "internal error: runtime error: hash of unhashable type {go_type}"
        )))
    }
}
