//! serde over documents: typed structs with places. Every type error carries the span of the innermost value at fault,
//! a missing field that of the mapping it is missing from.
//!
//! As in Go, a null field of a struct is an absent one. Spans inside `flatten`, `untagged` and internally tagged enums
//! are lost (serde buffers them): decide by `kind` first, by hand.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{cell::RefCell, fmt};

use serde::{
    Deserialize,
    de::{
        self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
        VariantAccess, Visitor, value::U32Deserializer,
    },
    forward_to_deserialize_any,
};

use super::{
    error::{Error, Kind},
    node::{Entry, NodeRef, NodeValue},
};
use crate::source::{Span, Spanned};

/// A field that the type does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// Its name.
    pub name: String,
    /// Where its key stands.
    pub span: Span,
}

/// Reads a node into a type. Fields that the type does not have are listed, in order.
///
/// # Errors
/// The first value that does not fit.
pub fn from_node<'d, T: Deserialize<'d>>(node: NodeRef<'d>) -> Result<(T, Vec<UnknownField>), Error> {
    let unknown = RefCell::new(Vec::new());
    let value = T::deserialize(De { node, span: node.span(), key: None, unknown: &unknown })?;
    Ok((value, unknown.into_inner()))
}

/// A node to be read, and what is known of its use.
#[derive(Clone, Copy)]
struct De<'d, 'u> {
    node: NodeRef<'d>,
    /// Where it is used: the alias, if it is one.
    span: Span,
    /// The entry it is the value of.
    key: Option<&'d Entry>,
    unknown: &'u RefCell<Vec<UnknownField>>,
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Decode { message: message.to_string(), placed: false }, Span::default())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", words(unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", words(unexpected)))
    }
}

/// What was found, in the words of YAML rather than Rust.
fn words(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        Unexpected::Signed(value) => format!("number `{value}`"),
        Unexpected::Unsigned(value) => format!("number `{value}`"),
        Unexpected::Float(value) => format!("number `{value}`"),
        other => other.to_string(),
    }
}

impl<'d, 'u> De<'d, 'u> {
    fn entries(self, skip_null: bool) -> Entries<'d, 'u> {
        Entries { of: self, entries: self.node.entries().iter(), next: None, skip_null }
    }

    fn map<V: Visitor<'d>>(self, visitor: V, skip_null: bool) -> Result<V::Value, Error> {
        match self.node.value() {
            NodeValue::Mapping(_) => {
                visitor.visit_map(self.entries(skip_null)).map_err(|error| error.at(self.span))
            }
            // serde would read a struct from a list of its fields.
            NodeValue::Sequence(_) => {
                Err(<Error as de::Error>::invalid_type(Unexpected::Seq, &visitor).at(self.span))
            }
            _ => self.deserialize_any(visitor),
        }
    }
}

impl<'d> Deserializer<'d> for De<'d, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match self.node.value() {
            NodeValue::Null => visitor.visit_unit(),
            NodeValue::Bool(value) => visitor.visit_bool(*value),
            NodeValue::Int(value) => visitor.visit_i64(*value),
            NodeValue::Float(value) => visitor.visit_f64(*value),
            NodeValue::String(text) => visitor.visit_borrowed_str(text),
            NodeValue::Sequence(_) => visitor.visit_seq(Items {
                of: self,
                at: 0,
                items: self.node.items().zip(self.node.item_spans().collect::<Vec<_>>()).collect(),
            }),
            NodeValue::Mapping(_) => visitor.visit_map(self.entries(false)),
        };
        result.map_err(|error: Error| error.at(self.span))
    }

    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.map(visitor, true)
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == Spanned::<()>::MARKER {
            visitor.visit_seq(Placed { of: self, part: 0 })
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_enum<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match self.node.value() {
            NodeValue::String(text) => visitor.visit_enum((&**text).into_deserializer()),
            NodeValue::Mapping(entries) if entries.len() == 1 => visitor.visit_enum(self),
            _ => self.deserialize_any(visitor),
        };
        result.map_err(|error: Error| error.at(self.span))
    }

    /// serde asks for this where a type has no field of that name.
    fn deserialize_ignored_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(entry) = self.key {
            let name = (*entry.key).to_owned();
            self.unknown.borrow_mut().push(UnknownField { name, span: entry.key_span });
        }
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'d>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

struct Items<'d, 'u> {
    of: De<'d, 'u>,
    at: usize,
    items: Vec<(NodeRef<'d>, Span)>,
}

impl<'d> SeqAccess<'d> for Items<'d, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(&(node, span)) = self.items.get(self.at) else { return Ok(None) };
        self.at += 1;
        seed.deserialize(De { node, span, key: None, ..self.of }).map(Some).map_err(|error| error.at(span))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len().saturating_sub(self.at))
    }
}

struct Entries<'d, 'u> {
    of: De<'d, 'u>,
    entries: core::slice::Iter<'d, Entry>,
    next: Option<&'d Entry>,
    skip_null: bool,
}

impl<'d> MapAccess<'d> for Entries<'d, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'d>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let document = self.of.node.document();
        let skip_null = self.skip_null;
        self.next = self.entries.find(|entry| !(skip_null && document.at(entry.value).is_null()));
        let Some(entry) = self.next else { return Ok(None) };
        let key = de::value::BorrowedStrDeserializer::new(&entry.key);
        seed.deserialize(key).map(Some).map_err(|error: Error| error.at(entry.key_span))
    }

    fn next_value_seed<V: DeserializeSeed<'d>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some(entry) = self.next.take() else { return Err(de::Error::custom("a value without a key")) };
        let node = self.of.node.document().at(entry.value);
        let of = De { node, span: entry.span, key: Some(entry), ..self.of };
        seed.deserialize(of).map_err(|error| error.at(entry.span))
    }
}

/// The answer to [`Spanned::MARKER`]: source, start, end, value.
struct Placed<'d, 'u> {
    of: De<'d, 'u>,
    part: u8,
}

impl<'d> SeqAccess<'d> for Placed<'d, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.part += 1;
        let number: U32Deserializer<Error> = match self.part {
            1 => self.of.span.source.0,
            2 => self.of.span.start,
            3 => self.of.span.end,
            4 => return seed.deserialize(self.of).map(Some).map_err(|error| error.at(self.of.span)),
            _ => return Ok(None),
        }
        .into_deserializer();
        seed.deserialize(number).map(Some)
    }
}

impl<'d, 'u> EnumAccess<'d> for De<'d, 'u> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'d>>(self, seed: V) -> Result<(V::Value, Self::Variant), Error> {
        let Some(entry) = self.node.entries().first() else {
            return Err(de::Error::custom("expected a map with one entry"));
        };
        let key = de::value::BorrowedStrDeserializer::new(&entry.key);
        let variant = seed.deserialize(key).map_err(|error: Error| error.at(entry.key_span))?;
        let node = self.node.document().at(entry.value);
        Ok((variant, De { node, span: entry.span, key: None, ..self }))
    }
}

impl<'d> VariantAccess<'d> for De<'d, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.node.is_null() {
            Ok(())
        } else {
            Err(<Error as de::Error>::custom("this variant has no value").at(self.span))
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'d>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'d>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'d>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.map(visitor, true)
    }
}
