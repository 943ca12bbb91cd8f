//! JSON as the engine's documents: for questions that are objects, not texts.

use celgate::{
    source::Span,
    yaml::{Document, Entry, Item, Node, NodeId, NodeValue, Origin, text},
};
use serde_json::Value;

/// A document of that value, without places.
pub(crate) fn document(value: &Value) -> Document {
    let empty = Node { value: NodeValue::Null, origin: Origin::Added(Span::default()) };
    let mut document = Document::new(empty, Span::default());
    let root = add(&mut document, value);
    document.set_root(root);
    document
}

fn add(document: &mut Document, value: &Value) -> NodeId {
    let span = Span::default();
    let value = match value {
        Value::Null => NodeValue::Null,
        Value::Bool(value) => NodeValue::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(value) => NodeValue::Int(value),
            None => NodeValue::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(value) => text(value.as_str()),
        Value::Array(items) => {
            NodeValue::Sequence(items.iter().map(|item| Item { value: add(document, item), span }).collect())
        }
        Value::Object(fields) => {
            let entry = |(key, value): (&String, &Value)| Entry {
                key: key.as_str().into(),
                key_span: span,
                value: add(document, value),
                span,
                merged: false,
            };
            NodeValue::Mapping(fields.iter().map(entry).collect())
        }
    };
    document.push(Node { value, origin: Origin::Added(span) })
}
