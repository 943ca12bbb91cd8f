//! Custom resources as their own validation rules see them (`pkg/cel/common/valuesunstructured.go`): values have the types
//! their schema declares, fields have escaped names, and what the schema does not know is out of reach. Read in place.
//!
//! Policies do not see objects so; the rules of a CustomResourceDefinition do.

use alloc::{collections::BTreeMap, format, rc::Rc, vec::Vec};
use core::cell::RefCell;

use super::{
    adapt,
    escaping::{escape, unescape},
    shape::{ListKind, Schema, ShapeId, ShapeKind, StringFormat},
};
use crate::cel::{
    error::EvalError,
    value::{Child, Duration, External, Identity, Timestamp, Value},
};
use crate::order;
use crate::yaml::{Document, NodeId, NodeRef, NodeValue};

/// The node `at` of a document as a value of the schema.
///
/// # Errors
/// When it is no value of the schema.
pub fn value(document: &Rc<Document>, at: NodeId, schema: &Schema) -> Result<Value, EvalError> {
    let tree =
        Rc::new(Tree { document: Rc::clone(document), schema: schema.clone(), handles: RefCell::default() });
    let child = tree.child(at, schema.root())?;
    let tree: Rc<dyn External> = tree;
    Ok(child.into_value(&tree))
}

#[derive(Debug)]
struct Tree {
    document: Rc<Document>,
    schema: Schema,
    handles: RefCell<Handles>,
}

/// Nodes with the shape they were read by, numbered.
#[derive(Debug, Default)]
struct Handles {
    known: BTreeMap<(NodeId, ShapeId), u32>,
    listed: Vec<(NodeId, ShapeId)>,
}

impl Tree {
    fn handle(&self, node: NodeId, shape: ShapeId) -> u32 {
        let mut handles = self.handles.borrow_mut();
        if let Some(known) = handles.known.get(&(node, shape)) {
            return *known;
        }
        let new = u32::try_from(handles.listed.len()).unwrap_or(u32::MAX);
        handles.listed.push((node, shape));
        handles.known.insert((node, shape), new);
        new
    }

    fn at(&self, handle: u32) -> (NodeRef<'_>, ShapeId) {
        let listed = self.handles.borrow().listed.get(handle as usize).copied();
        let (node, shape) = listed.unwrap_or((self.document.root_id(), self.schema.root()));
        (self.document.at(node), shape)
    }

    /// What the schema does not know, as it is.
    fn plain(&self, node: NodeId) -> Child {
        Child::Value(adapt::value(&self.document, node, false))
    }

    fn child(&self, id: NodeId, shape: ShapeId) -> Result<Child, EvalError> {
        let node = self.document.at(id);
        let declared = self.schema.shape(shape);
        if node.is_null() {
            return if declared.nullable {
                Ok(Child::Value(Value::Null))
            } else {
                Err(EvalError::new("invalid data, got null for schema with nullable=false"))
            };
        }
        let wrong = |wanted: &'static str| Err(EvalError::new(wanted));
        let value = match (&declared.kind, node.value()) {
            (ShapeKind::IntOrString, NodeValue::Int(value)) | (ShapeKind::Integer, NodeValue::Int(value)) => {
                Value::Int(*value)
            }
            (ShapeKind::IntOrString, NodeValue::String(text)) => Value::String(Rc::clone(text)),
            (ShapeKind::IntOrString, _) => {
                return wrong("invalid data, expected XIntOrString value to be either a string or integer");
            }
            (ShapeKind::Integer, other) => {
                return Err(EvalError::new(format!("invalid data, expected int, got {}", go_type(other))));
            }
            #[expect(clippy::cast_precision_loss, reason = "Go converts so")]
            (ShapeKind::Number, NodeValue::Int(value)) => Value::Double(*value as f64),
            (ShapeKind::Number, NodeValue::Float(value)) => Value::Double(*value),
            (ShapeKind::Number, other) => {
                return Err(EvalError::new(format!("invalid data, expected float, got {}", go_type(other))));
            }
            (ShapeKind::Boolean, NodeValue::Bool(value)) => Value::Bool(*value),
            (ShapeKind::Boolean, other) => {
                return Err(EvalError::new(format!("invalid data, expected bool, got {}", go_type(other))));
            }
            (ShapeKind::String(format), NodeValue::String(text)) => formatted(*format, text)?,
            (ShapeKind::String(_), other) => {
                return Err(EvalError::new(format!("invalid data, expected string, got {}", go_type(other))));
            }
            (ShapeKind::List(Some(_)), NodeValue::Sequence(_)) => {
                return Ok(Child::List(self.handle(id, shape)));
            }
            (ShapeKind::List(None), _) => {
                return wrong("invalid array type, expected Items with a non-empty Schema");
            }
            (ShapeKind::List(_), _) => {
                return wrong("invalid data, expected an array for the provided schema with type=array");
            }
            (ShapeKind::Map(_) | ShapeKind::Object(_), NodeValue::Mapping(_)) => {
                return Ok(Child::Map(self.handle(id, shape)));
            }
            (ShapeKind::Map(_) | ShapeKind::Object(_), _) => {
                return wrong("invalid data, expected a map for the provided schema with type=object");
            }
            (ShapeKind::Unexposed, _) => return Ok(self.plain(id)),
        };
        Ok(Child::Value(value))
    }

    /// The keys of a map as expressions say them, ascending.
    fn keys(&self, handle: u32) -> Vec<Rc<str>> {
        let (node, shape) = self.at(handle);
        let object = matches!(self.schema.shape(shape).kind, ShapeKind::Object(_));
        let name = |key: &Rc<str>| match escape(key) {
            Some(escaped) if object => Rc::from(&*escaped),
            _ => Rc::clone(key),
        };
        let mut keys: Vec<Rc<str>> = node.entries().iter().map(|entry| name(&entry.key)).collect();
        order::sort_by(&mut keys, Ord::cmp);
        keys
    }
}

impl External for Tree {
    fn len(&self, at: u32) -> usize {
        let (node, _) = self.at(at);
        match node.value() {
            NodeValue::Sequence(items) => items.len(),
            NodeValue::Mapping(entries) => entries.len(),
            _ => 0,
        }
    }

    fn element(&self, at: u32, index: usize) -> Option<Child> {
        let (node, shape) = self.at(at);
        let ShapeKind::List(Some(items)) = self.schema.shape(shape).kind else { return None };
        let item = node.index(index)?;
        // An item that is no value of the schema cannot be stored; it is shown as it is.
        Some(self.child(item.id(), items).unwrap_or_else(|_| self.plain(item.id())))
    }

    fn field(&self, at: u32, key: &str) -> Result<Option<Child>, EvalError> {
        let (node, shape) = self.at(at);
        match &self.schema.shape(shape).kind {
            ShapeKind::Map(values) => {
                let Some(entry) = node.entry(key) else { return Ok(None) };
                self.child(entry.value, *values).map(Some)
            }
            ShapeKind::Object(_) => {
                let Some(name) = unescape(key) else { return Ok(None) };
                let Some(entry) = node.entry(&name) else { return Ok(None) };
                // A null is the same as nothing.
                if self.document.at(entry.value).is_null() {
                    return Ok(None);
                }
                match self.schema.property(shape, &name) {
                    Some(property) => self.child(entry.value, property).map(Some),
                    None => Ok(Some(self.plain(entry.value))),
                }
            }
            _ => Ok(None),
        }
    }

    fn key(&self, at: u32, index: usize) -> Option<Rc<str>> {
        self.keys(at).get(index).cloned()
    }

    fn identity(&self, at: u32) -> Identity {
        let (_, shape) = self.at(at);
        match &self.schema.shape(shape).list {
            ListKind::Atomic => Identity::Place,
            ListKind::Set => Identity::Value,
            ListKind::Map(keys) => Identity::Fields(
                keys.iter()
                    .map(|key| escape(key).map_or_else(|| Rc::clone(key), |key| Rc::from(&*key)))
                    .collect(),
            ),
        }
    }

    fn place(&self, at: u32) -> Option<u32> {
        Some(self.at(at).0.id().0)
    }
}

fn formatted(format: StringFormat, text: &Rc<str>) -> Result<Value, EvalError> {
    match format {
        StringFormat::Plain => Ok(Value::String(Rc::clone(text))),
        StringFormat::Duration => match Duration::parse(text) {
            Some(duration) => Ok(Value::Duration(duration)),
            None => {
                Err(EvalError::new(format!("Invalid duration {text}: unable to parse {text:?} as duration")))
            }
        },
        StringFormat::Date => match Timestamp::parse(&format!("{text}T00:00:00Z")) {
            Some(moment) => Ok(Value::Timestamp(moment?)),
            None => Err(EvalError::new(format!("Invalid date formatted string {text}"))),
        },
        StringFormat::DateTime => match Timestamp::parse(text) {
            Some(moment) => Ok(Value::Timestamp(moment?)),
            None => Err(EvalError::new(format!("Invalid date-time formatted string {text}"))),
        },
        StringFormat::Byte => match base64(text) {
            Some(octets) => Ok(Value::Bytes(octets.into())),
            None => Err(EvalError::new(format!("Invalid byte formatted string {text}"))),
        },
    }
}

/// Standard base64; line breaks are passed over, as Go does.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let letters: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !letters.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(letters.len() / 4 * 3);
    let last = letters.chunks(4).len().saturating_sub(1);
    for (at, chunk) in letters.chunks(4).enumerate() {
        let padding = chunk.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || (padding > 0 && at != last) {
            return None;
        }
        let mut bits = 0u32;
        for byte in chunk.iter().take(4 - padding) {
            bits = bits << 6 | u32::from(digit(*byte)?);
        }
        bits <<= 6 * padding;
        let octets = bits.to_be_bytes();
        out.extend(octets.iter().skip(1).take(3 - padding));
    }
    Some(out)
}

const fn go_type(value: &NodeValue) -> &'static str {
    match value {
        NodeValue::Null => "<nil>",
        NodeValue::Bool(_) => "bool",
        NodeValue::Int(_) => "int64",
        NodeValue::Float(_) => "float64",
        NodeValue::String(_) => "string",
        NodeValue::Sequence(_) => "[]interface {}",
        NodeValue::Mapping(_) => "map[string]interface {}",
    }
}
