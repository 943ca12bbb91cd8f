//! An object while it is being completed: a tree that can be changed, every value with its origin.

use alloc::{borrow::ToOwned, rc::Rc, string::String, vec::Vec};

use crate::source::Span;
use crate::yaml::{Document, Entry, Item, Node, NodeId, NodeRef, NodeValue, Origin};

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) data: Data,
    pub(super) origin: Origin,
    /// Where it is used: the alias, if it is one.
    pub(super) span: Span,
}

/// JSON's data model; structs and maps are both maps.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Rc<str>),
    List(Vec<Value>),
    Map(Vec<Field>),
}

/// An entry of a map or a field of a struct.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) key: Rc<str>,
    pub(super) key_span: Span,
    pub(super) value: Value,
}

impl Value {
    /// A value that nobody wrote; `at` is where it would belong.
    pub(super) const fn added(data: Data, at: Span) -> Self {
        Self { data, origin: Origin::Added(at), span: at }
    }

    /// A copy of a part of a document.
    pub(super) fn read(node: NodeRef<'_>, span: Span) -> Self {
        let data = match node.value() {
            NodeValue::Null => Data::Null,
            NodeValue::Bool(value) => Data::Bool(*value),
            NodeValue::Int(value) => Data::Int(*value),
            NodeValue::Float(value) => Data::Float(*value),
            NodeValue::String(text) => Data::String(Rc::clone(text)),
            NodeValue::Sequence(_) => {
                let items = node.items().zip(node.item_spans());
                Data::List(items.map(|(item, span)| Self::read(item, span)).collect())
            }
            NodeValue::Mapping(entries) => Data::Map(
                entries
                    .iter()
                    .map(|entry| Field {
                        key: Rc::clone(&entry.key),
                        key_span: entry.key_span,
                        value: Self::read(node.document().at(entry.value), entry.span),
                    })
                    .collect(),
            ),
        };
        Self { data, origin: node.node().origin, span }
    }

    /// Adds the value, and what is below, to a document.
    pub(super) fn write(&self, document: &mut Document) -> NodeId {
        let value = match &self.data {
            Data::Null => NodeValue::Null,
            Data::Bool(value) => NodeValue::Bool(*value),
            Data::Int(value) => NodeValue::Int(*value),
            Data::Float(value) => NodeValue::Float(*value),
            Data::String(text) => NodeValue::String(Rc::clone(text)),
            Data::List(items) => NodeValue::Sequence(
                items.iter().map(|item| Item { value: item.write(document), span: item.span }).collect(),
            ),
            Data::Map(fields) => NodeValue::Mapping(
                fields
                    .iter()
                    .map(|field| Entry {
                        key: Rc::clone(&field.key),
                        key_span: field.key_span,
                        value: field.value.write(document),
                        span: field.value.span,
                        merged: false,
                    })
                    .collect(),
            ),
        };
        document.push(Node { value, origin: self.origin })
    }

    /// Where something that is added to it would stand.
    pub(super) const fn end(&self) -> Span {
        self.origin.span().after()
    }

    pub(super) fn fields(&self) -> &[Field] {
        match &self.data {
            Data::Map(fields) => fields,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn items_mut(&mut self) -> &mut [Self] {
        match &mut self.data {
            Data::List(items) => items,
            _ => &mut [],
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.fields().iter().find(|field| &*field.key == key).map(|field| &field.value)
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.data {
            Data::Map(fields) => {
                fields.iter_mut().find(|field| &*field.key == key).map(|field| &mut field.value)
            }
            _ => None,
        }
    }

    /// [`get`](Self::get) along a path `a.b.c`.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |value, key| value.get(key))
    }

    pub(super) fn at_mut(&mut self, path: &str) -> Option<&mut Self> {
        path.split('.').try_fold(self, |value, key| value.get_mut(key))
    }

    /// The text under a key; empty when there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.get(key).map_or("", Self::as_str)
    }

    pub(super) fn as_str(&self) -> &str {
        match &self.data {
            Data::String(text) => text,
            _ => "",
        }
    }

    pub(super) fn as_int(&self) -> Option<i64> {
        match self.data {
            Data::Int(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// Go's zero value of a scalar, or an empty list or map.
    pub(super) fn is_empty(&self) -> bool {
        match &self.data {
            Data::Null | Data::Bool(false) | Data::Int(0) => true,
            Data::Bool(true) | Data::Int(_) => false,
            Data::Float(value) => *value == 0.0,
            Data::String(text) => text.is_empty(),
            Data::List(items) => items.is_empty(),
            Data::Map(fields) => fields.is_empty(),
        }
    }

    /// Puts a value under a key: over what is there, or at the end.
    pub(super) fn set(&mut self, key: &str, data: Data) {
        let end = self.end();
        match self.get_mut(key) {
            Some(value) => {
                let at = value.span;
                *value = Self::added(data, at);
            }
            None => self.push(key, Self::added(data, end)),
        }
    }

    /// The value under a key, put there if it is absent or null.
    pub(super) fn or_insert(&mut self, key: &str, data: Data) -> Option<&mut Self> {
        if self.get(key).is_none_or(Self::is_null) {
            self.set(key, data);
        }
        self.get_mut(key)
    }

    /// Adds a field that is not there.
    pub(super) fn push(&mut self, key: &str, value: Self) {
        if let Data::Map(fields) = &mut self.data {
            fields.push(Field { key: Rc::from(key), key_span: value.span, value });
        }
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Self> {
        match &mut self.data {
            Data::Map(fields) => {
                let at = fields.iter().position(|field| &*field.key == key)?;
                Some(fields.remove(at).value)
            }
            _ => None,
        }
    }

    /// Makes it a value that nobody wrote.
    pub(super) fn relocate(&mut self, at: Span) {
        self.origin = Origin::Added(at);
        self.span = at;
        match &mut self.data {
            Data::List(items) => items.iter_mut().for_each(|item| item.relocate(at)),
            Data::Map(fields) => fields.iter_mut().for_each(|field| {
                field.key_span = at;
                field.value.relocate(at);
            }),
            _ => {}
        }
    }

    /// What it holds, as something nobody wrote, at another place.
    pub(super) fn copied(&self, at: Span) -> Data {
        let mut copy = self.clone();
        copy.relocate(at);
        copy.data
    }

    /// Equality of what is written, wherever it is.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (&self.data, &other.data) {
            (Data::Null, Data::Null) => true,
            (Data::Bool(a), Data::Bool(b)) => a == b,
            (Data::Int(a), Data::Int(b)) => a == b,
            (Data::Float(a), Data::Float(b)) => a == b,
            (Data::String(a), Data::String(b)) => a == b,
            (Data::List(a), Data::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Data::Map(a), Data::Map(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|field| other.get(&field.key).is_some_and(|value| field.value.same(value)))
            }
            _ => false,
        }
    }
}

impl Data {
    pub(super) fn text(text: &str) -> Self {
        Self::String(Rc::from(text))
    }

    pub(super) fn owned(text: String) -> Self {
        Self::String(Rc::from(text))
    }

    pub(super) const fn empty_map() -> Self {
        Self::Map(Vec::new())
    }

    /// A map of these.
    pub(super) fn map<const N: usize>(fields: [(&str, Self); N], at: Span) -> Self {
        let field = |(key, data): (&str, Self)| Field {
            key: Rc::from(key.to_owned()),
            key_span: at,
            value: Value::added(data, at),
        };
        Self::Map(fields.into_iter().map(field).collect())
    }
}

/// Both absent, or both there and the same; what is empty counts as absent.
pub(super) fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.same(b),
        (Some(value), None) | (None, Some(value)) => value.is_empty(),
        (None, None) => true,
    }
}
