//! A structural schema as a CustomResourceDefinition has it, read from the document: `openAPIV3Schema` → [`Schema`].
//! Validation of the schema itself is not ours; what makes no sense is unexposed.

use alloc::{rc::Rc, vec::Vec};

use super::{
    builtin::Types,
    shape::{ListKind, Schema, Shape, ShapeId, ShapeKind, StringFormat, as_resource, push},
};
use crate::order;
use crate::yaml::{NodeRef, NodeValue};

/// Longest `metadata.name` that the cost of a custom resource's rules reckons with.
pub const NAME_LIMIT: u64 = 253;

/// Schemas nested deeper are cut off: nobody writes them, and aliases can make a small text a deep tree.
const DEPTH: u32 = 100;

/// Shapes of one schema, for the same reason.
const SHAPES: usize = 100_000;

/// A custom resource's schema as its own validation rules see it, as it is written: see [`Schema::of_resource`] for a root.
#[must_use]
pub fn structural(node: NodeRef<'_>) -> Schema {
    let mut reader = Reader { shapes: Vec::new(), metadata: None };
    let root = reader.read(node, 0);
    Schema::new(Rc::new(reader.shapes), root)
}

/// A custom resource's schema as the API server publishes it: the whole of `metadata` is there, in embedded resources too.
/// `None`: the definition has none, so only that it is a resource is known.
#[must_use]
pub fn published(node: Option<NodeRef<'_>>, built_in: &Types) -> Schema {
    let mut shapes = Vec::new();
    let metadata = built_in.copy("meta/v1.ObjectMeta", &mut shapes);
    let mut reader = Reader { shapes, metadata };
    let root = match node {
        Some(node) => {
            let root = reader.read(node, 0);
            reader.make_resource(root)
        }
        None => push(&mut reader.shapes, Shape { kind: ShapeKind::Object(Vec::new()), ..Shape::default() }),
    };
    Schema::new(Rc::new(reader.shapes), root).of_resource(None)
}

struct Reader {
    shapes: Vec<Shape>,
    // The shape of `metadata` in a published schema.
    metadata: Option<ShapeId>,
}

impl Reader {
    fn read(&mut self, node: NodeRef<'_>, depth: u32) -> ShapeId {
        let shape = if depth > DEPTH || self.shapes.len() > SHAPES {
            Shape::default()
        } else {
            self.shape(node, depth)
        };
        push(&mut self.shapes, shape)
    }

    /// A schema below another: an embedded resource is a resource in its own right.
    fn read_below(&mut self, node: NodeRef<'_>, depth: u32) -> ShapeId {
        let id = self.read(node, depth + 1);
        if flag(node, "x-kubernetes-embedded-resource") {
            return self.make_resource(id);
        }
        id
    }

    fn make_resource(&mut self, id: ShapeId) -> ShapeId {
        let Some(metadata) = self.metadata else {
            return as_resource(&mut self.shapes, id, Some(NAME_LIMIT));
        };
        let text = push(
            &mut self.shapes,
            Shape { kind: ShapeKind::String(StringFormat::Plain), ..Shape::default() },
        );
        if let Some(Shape { kind: ShapeKind::Object(properties), .. }) = self.shapes.get_mut(id.0 as usize) {
            properties.retain(|(name, _)| !matches!(&**name, "apiVersion" | "kind" | "metadata"));
            properties.push((Rc::from("apiVersion"), text));
            properties.push((Rc::from("kind"), text));
            properties.push((Rc::from("metadata"), metadata));
            order::sort_by(properties, |a, b| a.0.cmp(&b.0));
        }
        id
    }

    fn shape(&mut self, node: NodeRef<'_>, depth: u32) -> Shape {
        let mut shape = Shape {
            nullable: flag(node, "nullable"),
            preserves_unknown_fields: flag(node, "x-kubernetes-preserve-unknown-fields"),
            ..Shape::default()
        };
        let format = node.get("format").and_then(NodeRef::as_str).unwrap_or("");
        if flag(node, "x-kubernetes-int-or-string") || format == "int-or-string" {
            shape.kind = ShapeKind::IntOrString;
            shape.max = limit(node, "maxLength");
            shape.max_is_characters = true;
            return shape;
        }
        match node.get("type").and_then(NodeRef::as_str).unwrap_or("") {
            "boolean" => shape.kind = ShapeKind::Boolean,
            "number" => shape.kind = ShapeKind::Number,
            "integer" => shape.kind = ShapeKind::Integer,
            "string" => string(node, format, &mut shape),
            "array" => {
                shape.max = limit(node, "maxItems");
                shape.list = list_kind(node);
                let items = node.get("items").filter(|items| matches!(items.value(), NodeValue::Mapping(_)));
                shape.kind = ShapeKind::List(items.map(|items| self.read_below(items, depth)));
            }
            "object" => self.object(node, &mut shape, depth),
            _ => {}
        }
        shape
    }

    fn object(&mut self, node: NodeRef<'_>, shape: &mut Shape, depth: u32) {
        let more = node.get("additionalProperties");
        if let Some(more) = more.filter(|more| matches!(more.value(), NodeValue::Mapping(_))) {
            shape.max = limit(node, "maxProperties");
            shape.kind = ShapeKind::Map(self.read_below(more, depth));
            return;
        }
        let mut properties: Vec<(Rc<str>, ShapeId)> = Vec::new();
        let declared = node.get("properties");
        for entry in declared.map(NodeRef::entries).unwrap_or_default() {
            let Some(property) = declared.and_then(|declared| declared.get(&entry.key)) else { continue };
            properties.push((Rc::clone(&entry.key), self.read_below(property, depth)));
        }
        order::sort_by(&mut properties, |a, b| a.0.cmp(&b.0));
        let required = node.get("required").map(|names| names.items());
        for name in required.into_iter().flatten().filter_map(NodeRef::as_str) {
            let property = declared.and_then(|declared| declared.get(name));
            if property.is_some_and(|property| property.get("default").is_none()) {
                shape.required.push(Rc::from(name));
            }
        }
        shape.kind = ShapeKind::Object(properties);
    }
}

fn string(node: NodeRef<'_>, format: &str, shape: &mut Shape) {
    let format = match format {
        "byte" => StringFormat::Byte,
        "date" => StringFormat::Date,
        "date-time" => StringFormat::DateTime,
        "duration" => StringFormat::Duration,
        _ => StringFormat::Plain,
    };
    shape.kind = ShapeKind::String(format);
    match format {
        StringFormat::Byte => shape.max = limit(node, "maxLength"),
        StringFormat::Plain => {
            shape.max = limit(node, "maxLength");
            shape.max_is_characters = shape.max.is_some();
            let longest = node.get("enum").and_then(|values| {
                let lengths = values.items().filter_map(NodeRef::as_str).map(|value| value.len() as u64);
                (values.items().len() > 0).then(|| lengths.max().unwrap_or(0))
            });
            shape.max = shape.max.or(longest);
        }
        StringFormat::Date | StringFormat::DateTime | StringFormat::Duration => {}
    }
}

fn list_kind(node: NodeRef<'_>) -> ListKind {
    match node.get("x-kubernetes-list-type").and_then(NodeRef::as_str) {
        Some("set") => ListKind::Set,
        Some("map") => {
            let keys = node.get("x-kubernetes-list-map-keys").map(|keys| keys.items());
            ListKind::Map(keys.into_iter().flatten().filter_map(NodeRef::as_str).map(Rc::from).collect())
        }
        _ => ListKind::Atomic,
    }
}

fn flag(node: NodeRef<'_>, name: &str) -> bool {
    node.get(name).and_then(NodeRef::as_bool).unwrap_or(false)
}

fn limit(node: NodeRef<'_>, name: &str) -> Option<u64> {
    node.get(name).and_then(NodeRef::as_int).map(|limit| u64::try_from(limit).unwrap_or(0))
}
