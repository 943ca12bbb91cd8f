//! Types of the checker (`common/types/types.go`): what an expression may evaluate to.

use alloc::{rc::Rc, vec::Vec};
use core::fmt;

/// A type. Printing gives cel-go's own words, as its messages have them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `null` (as a run-time type: `null_type`).
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `double`
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `google.protobuf.Duration`
    Duration,
    /// `google.protobuf.Timestamp`
    Timestamp,
    /// Anything, checked when it runs.
    Dyn,
    /// `google.protobuf.Any`
    Any,
    /// The type of an expression that did not check; agrees with everything so that one fault is reported once.
    Error,
    /// `list(T)`
    List(Rc<Type>),
    /// `map(K, V)`
    Map(Rc<Type>, Rc<Type>),
    /// `type` or `type(T)`
    Type(Option<Rc<Type>>),
    /// A type parameter of a declaration, by name; renamed apart before use.
    TypeParam(Rc<str>),
    /// A type yet unknown while an expression is checked, by number (cel-go's `_var0`, `_var1`, …). Never in a checked AST.
    Var(u32),
    /// A type without fields, by name: `kubernetes.Quantity`, or `optional_type(T)` with a parameter.
    Opaque(Rc<str>, Vec<Type>),
    /// A type with declared fields, by name.
    Object(Rc<str>),
    /// `wrapper(T)`: a primitive or null.
    Wrapper(Rc<Type>),
}

/// Name of the opaque type of optional values.
pub const OPTIONAL: &str = "optional_type";

impl Type {
    /// `list(element)`
    #[must_use]
    pub fn list(element: Type) -> Self {
        Self::List(Rc::new(element))
    }

    /// `map(key, value)`
    #[must_use]
    pub fn map(key: Type, value: Type) -> Self {
        Self::Map(Rc::new(key), Rc::new(value))
    }

    /// `optional_type(inner)`
    #[must_use]
    pub fn optional(inner: Type) -> Self {
        Self::Opaque(Rc::from(OPTIONAL), alloc::vec![inner])
    }

    /// A parameter named `name`.
    #[must_use]
    pub fn param(name: &str) -> Self {
        Self::TypeParam(Rc::from(name))
    }

    /// An opaque type without parameters.
    #[must_use]
    pub fn opaque(name: &str) -> Self {
        Self::Opaque(Rc::from(name), Vec::new())
    }

    /// A type with declared fields.
    #[must_use]
    pub fn object(name: &str) -> Self {
        Self::Object(Rc::from(name))
    }

    /// `type(inner)`
    #[must_use]
    pub fn type_of(inner: Type) -> Self {
        Self::Type(Some(Rc::new(inner)))
    }

    /// Whether values of the type are known only when they exist: `dyn` and `any`.
    #[must_use]
    pub const fn is_dyn(&self) -> bool {
        matches!(self, Self::Dyn | Self::Any)
    }

    /// Whether it is `dyn`, `any` or the type of a failed expression.
    #[must_use]
    pub const fn is_dyn_or_error(&self) -> bool {
        matches!(self, Self::Dyn | Self::Any | Self::Error)
    }

    /// `T`, if this is `optional_type(T)`.
    #[must_use]
    pub fn unwrap_optional(&self) -> Option<&Self> {
        match self {
            Self::Opaque(name, params) if &**name == OPTIONAL => params.first(),
            _ => None,
        }
    }

    /// The name of the type's values when they exist, parameters erased: what `type(x)` prints and run-time errors say.
    #[must_use]
    pub fn runtime_name(&self) -> &str {
        match self {
            Self::Null => "null_type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Duration => "google.protobuf.Duration",
            Self::Timestamp => "google.protobuf.Timestamp",
            Self::Dyn | Self::Var(_) => "dyn",
            Self::Any => "google.protobuf.Any",
            Self::Error => "error",
            Self::List(_) => "list",
            Self::Map(..) => "map",
            Self::Type(_) => "type",
            Self::TypeParam(name) | Self::Opaque(name, _) | Self::Object(name) => name,
            Self::Wrapper(inner) => inner.runtime_name(),
        }
    }

    /// The type as declarations name it (`types.Type.String`): `must evaluate to bool but got google.protobuf.Timestamp`.
    #[must_use]
    pub const fn declared(&self) -> Declared<'_> {
        Declared(self)
    }
}

/// Prints a type with its run-time names, parameters included.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a>(&'a Type);

impl fmt::Display for Declared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Type::List(element) => write!(f, "list({})", element.declared()),
            Type::Map(key, value) => write!(f, "map({}, {})", key.declared(), value.declared()),
            Type::Type(Some(inner)) => write!(f, "type({})", inner.declared()),
            Type::TypeParam(name) => write!(f, "<{name}>"),
            Type::Var(number) => write!(f, "<_var{number}>"),
            Type::Opaque(name, params) => {
                f.write_str(name)?;
                for (at, param) in params.iter().enumerate() {
                    write!(f, "{}{}", if at == 0 { "(" } else { ", " }, param.declared())?;
                }
                if params.is_empty() { Ok(()) } else { f.write_str(")") }
            }
            Type::Wrapper(inner) => write!(f, "wrapper({})", inner.declared()),
            plain => f.write_str(plain.runtime_name()),
        }
    }
}

impl fmt::Display for Type {
    /// As cel-go's `types.FormatCheckedType` / `checker.FormatCELType` print it in messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Duration => f.write_str("duration"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Dyn => f.write_str("dyn"),
            Self::Any => f.write_str("any"),
            Self::Error => f.write_str("!error!"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Type(None) => f.write_str("type"),
            Self::Type(Some(inner)) => write!(f, "type({inner})"),
            Self::TypeParam(name) | Self::Object(name) => f.write_str(name),
            Self::Var(number) => write!(f, "_var{number}"),
            Self::Opaque(name, params) => {
                f.write_str(name)?;
                for (i, param) in params.iter().enumerate() {
                    write!(f, "{}{param}", if i == 0 { "(" } else { ", " })?;
                }
                if params.is_empty() { Ok(()) } else { f.write_str(")") }
            }
            Self::Wrapper(inner) => write!(f, "wrapper({inner})"),
        }
    }
}
