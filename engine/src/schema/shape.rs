//! Structural schemas as a graph of shapes: what a value at a place may be. A tree for a custom resource; built-in kinds
//! share the shapes of their definitions, which may be recursive.

use alloc::{rc::Rc, vec::Vec};

/// The schema of a kind: shapes, and the one the object itself has. Cloning shares the shapes.
#[derive(Clone, Debug)]
pub struct Schema {
    shapes: Rc<Vec<Shape>>,
    root: ShapeId,
}

/// Number of a shape in its [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShapeId(pub u32);

/// What a value may be.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Its kind.
    pub kind: ShapeKind,
    /// Whether `null` is a value.
    pub nullable: bool,
    /// Whether it may have fields that are not declared (`x-kubernetes-preserve-unknown-fields`).
    pub preserves_unknown_fields: bool,
    /// `maxLength`, `maxItems` or `maxProperties`, or the longest value of an enumeration.
    pub max: Option<u64>,
    /// Whether `max` counts characters, of up to four bytes each.
    pub max_is_characters: bool,
    /// Properties that must be there and are not filled in by a default.
    pub required: Vec<Rc<str>>,
    /// `x-kubernetes-list-type`.
    pub list: ListKind,
}

/// The kinds of shape.
#[derive(Clone, Debug, Default)]
pub enum ShapeKind {
    /// Without a type: CEL does not see it.
    #[default]
    Unexposed,
    /// `x-kubernetes-int-or-string`
    IntOrString,
    /// `boolean`
    Boolean,
    /// `number`
    Number,
    /// `integer`
    Integer,
    /// `string`
    String(StringFormat),
    /// `array`, and what its items are; `None`: CEL does not see it.
    List(Option<ShapeId>),
    /// `object` with `additionalProperties`.
    Map(ShapeId),
    /// `object` with properties, sorted by name.
    Object(Vec<(Rc<str>, ShapeId)>),
}

/// Formats that have a type of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StringFormat {
    /// Any other, or none.
    #[default]
    Plain,
    /// `byte`: base64.
    Byte,
    /// `date`
    Date,
    /// `date-time`
    DateTime,
    /// `duration`
    Duration,
}

/// How the items of a list are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListKind {
    /// By place.
    #[default]
    Atomic,
    /// By value; the order does not count.
    Set,
    /// By these properties; the order does not count.
    Map(Vec<Rc<str>>),
}

impl Schema {
    /// The schema whose object has the shape `root`.
    #[must_use]
    pub const fn new(shapes: Rc<Vec<Shape>>, root: ShapeId) -> Self {
        Self { shapes, root }
    }

    /// The shape of the object itself.
    #[must_use]
    pub const fn root(&self) -> ShapeId {
        self.root
    }

    /// A shape; an unexposed one for a number of another schema.
    #[must_use]
    pub fn shape(&self, id: ShapeId) -> &Shape {
        self.shapes.get(id.0 as usize).unwrap_or(NOTHING)
    }

    /// The shape of a property, if `id` is an object that has it.
    #[must_use]
    pub fn property(&self, id: ShapeId, name: &str) -> Option<ShapeId> {
        let ShapeKind::Object(properties) = &self.shape(id).kind else { return None };
        let at = properties.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        properties.get(at).map(|(_, shape)| *shape)
    }

    /// The schema of a whole resource: `kind`, `apiVersion` and `metadata` with `name` and `generateName` are there, put
    /// in place of what a schema says that lacks one of them (`WithTypeAndObjectMeta`). `name_limit`: the longest name,
    /// where it counts (custom resources).
    #[must_use]
    pub fn of_resource(&self, name_limit: Option<u64>) -> Self {
        if is_resource(&self.shapes, self.root) {
            return self.clone();
        }
        let mut shapes = Vec::clone(&self.shapes);
        let root = as_resource(&mut shapes, self.root, name_limit);
        Self { shapes: Rc::new(shapes), root }
    }
}

const NOTHING: &Shape = &Shape {
    kind: ShapeKind::Unexposed,
    nullable: false,
    preserves_unknown_fields: false,
    max: None,
    max_is_characters: false,
    required: Vec::new(),
    list: ListKind::Atomic,
};

/// Adds a shape.
pub(super) fn push(shapes: &mut Vec<Shape>, shape: Shape) -> ShapeId {
    let id = ShapeId(u32::try_from(shapes.len()).unwrap_or(u32::MAX));
    shapes.push(shape);
    id
}

fn properties_of(shapes: &[Shape], of: ShapeId) -> &[(Rc<str>, ShapeId)] {
    match shapes.get(of.0 as usize).map(|shape| &shape.kind) {
        Some(ShapeKind::Object(properties)) => properties,
        _ => &[],
    }
}

fn find(properties: &[(Rc<str>, ShapeId)], name: &str) -> Option<ShapeId> {
    properties.iter().find(|(known, _)| **known == *name).map(|(_, id)| *id)
}

/// Whether a shape has the properties that every resource has.
fn is_resource(shapes: &[Shape], of: ShapeId) -> bool {
    let properties = properties_of(shapes, of);
    let metadata = find(properties, "metadata").map(|id| properties_of(shapes, id)).unwrap_or_default();
    let is_string = |properties: &[(Rc<str>, ShapeId)], name: &str| {
        let shape = find(properties, name).and_then(|id| shapes.get(id.0 as usize));
        shape.is_some_and(|shape| matches!(shape.kind, ShapeKind::String(_)))
    };
    is_string(properties, "kind")
        && is_string(properties, "apiVersion")
        && is_string(metadata, "name")
        && is_string(metadata, "generateName")
}

/// The shape `of` with the properties every resource has; itself when it has them, or is no object (a map stays one).
pub(super) fn as_resource(shapes: &mut Vec<Shape>, of: ShapeId, name_limit: Option<u64>) -> ShapeId {
    let Some(shape) = shapes.get(of.0 as usize).cloned() else { return of };
    let ShapeKind::Object(mut properties) = shape.kind.clone() else { return of };
    if is_resource(shapes, of) {
        return of;
    }
    let metadata = find(&properties, "metadata").map(|id| properties_of(shapes, id)).unwrap_or_default();
    let (name, generate_name) = (find(metadata, "name"), find(metadata, "generateName"));
    let capped = |had: Option<ShapeId>, limit: Option<u64>| {
        let declared = had.and_then(|id| shapes.get(id.0 as usize)).and_then(|shape| shape.max);
        let max = limit.map(|limit| declared.map_or(limit, |declared| declared.min(limit)));
        Shape {
            kind: ShapeKind::String(StringFormat::Plain),
            max,
            max_is_characters: true,
            ..Shape::default()
        }
    };
    let name = capped(name, name_limit);
    let generate_name = capped(generate_name, name_limit.map(|limit| limit.saturating_sub(1)));
    let name = push(shapes, name);
    let generate_name = push(shapes, generate_name);
    let text = || Shape { kind: ShapeKind::String(StringFormat::Plain), ..Shape::default() };
    let kind = push(shapes, text());
    let api_version = push(shapes, text());
    let metadata = push(
        shapes,
        Shape {
            kind: ShapeKind::Object(alloc::vec![
                (Rc::from("generateName"), generate_name),
                (Rc::from("name"), name)
            ]),
            ..Shape::default()
        },
    );
    for (name, id) in [("apiVersion", api_version), ("kind", kind), ("metadata", metadata)] {
        match properties.binary_search_by(|(known, _)| (**known).cmp(name)) {
            Ok(at) => {
                if let Some(slot) = properties.get_mut(at) {
                    slot.1 = id;
                }
            }
            Err(at) => properties.insert(at, (Rc::from(name), id)),
        }
    }
    push(shapes, Shape { kind: ShapeKind::Object(properties), ..shape })
}
