//! The built-in kinds: their Go types, which say how the API server reads and writes them, and the schemas it publishes.
//!
//! The table is text made by `data/generate/schemas.py`; its format is described there.

use alloc::{boxed::Box, collections::BTreeMap, format, rc::Rc, vec::Vec};

use super::shape::{Schema, Shape, ShapeId, ShapeKind, StringFormat, push};
use crate::objects::GroupVersionKind;
use crate::order;

/// Kubernetes 1.37.
const TABLE: &str = include_str!("../../data/schemas/types.txt");

/// The Go types of the built-in kinds.
#[derive(Clone, Debug)]
pub struct Types {
    types: Vec<GoType>,
    by_name: BTreeMap<Rc<str>, TypeId>,
    kinds: BTreeMap<Rc<str>, TypeId>,
    shapes: Rc<Vec<Shape>>,
}

/// Number of a type in its [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeId(pub u32);

/// A struct.
#[derive(Clone, Debug)]
pub struct GoType {
    /// `core/v1.Pod`
    pub name: Rc<str>,
    /// Its fields, ascending by name; those of inlined structs are its own.
    pub fields: Vec<GoField>,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct GoField {
    /// As JSON has it.
    pub name: Rc<str>,
    /// What it holds.
    pub kind: FieldKind,
    /// Left out when it is empty (`omitempty`).
    pub omit_empty: bool,
    /// Left out when it is zero (`omitzero`).
    pub omit_zero: bool,
    /// Whether it can be absent as opposed to zero.
    pub pointer: bool,
    /// The Go type of its strings, when that has a name of its own (`v1.PullPolicy`).
    pub named: Option<Rc<str>>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A string.
    String,
    /// A boolean.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A number.
    Float,
    /// Octets, in base64.
    Bytes,
    /// A moment, to the second.
    Time,
    /// A moment, to the microsecond.
    MicroTime,
    /// An amount with a unit.
    Quantity,
    /// An integer or a string.
    IntOrString,
    /// Any object.
    Raw,
    /// Anything, as JSON.
    Opaque,
    /// A struct, a list of them, or anything else that stands for one (`JSONSchemaPropsOrBool` and its like).
    StructOr(TypeId),
    /// A struct.
    Struct(TypeId),
    /// A list.
    List(Box<FieldKind>),
    /// A map from strings.
    Map(Box<FieldKind>),
}

impl Types {
    /// Those of Kubernetes 1.37.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse(TABLE)
    }

    /// Reads a table; lines that make no sense are left out.
    #[must_use]
    pub fn parse(table: &str) -> Self {
        let mut by_name = BTreeMap::new();
        let mut lines: Vec<(&str, &str)> = Vec::new();
        for line in table.lines().filter(|line| !line.starts_with('=') && !line.is_empty()) {
            let (name, fields) = line.split_once(' ').unwrap_or((line, ""));
            by_name.insert(Rc::from(name), TypeId(u32::try_from(lines.len()).unwrap_or(u32::MAX)));
            lines.push((name, fields));
        }
        let types: Vec<GoType> = lines
            .into_iter()
            .map(|(name, fields)| GoType {
                name: Rc::from(name),
                fields: fields.split(' ').filter_map(|word| field(word, &by_name)).collect(),
            })
            .collect();
        let kinds = table.lines().filter_map(|line| line.strip_prefix('=')?.split_once(' '));
        let kinds = order::map(kinds.filter_map(|(kind, name)| Some((Rc::from(kind), *by_name.get(name)?))));
        let shapes = Rc::new(shapes(&types));
        Self { types, by_name, kinds, shapes }
    }

    /// The type of a kind.
    #[must_use]
    pub fn of_kind(&self, kind: &GroupVersionKind) -> Option<TypeId> {
        self.kinds.get(&*format!("{}/{}", kind.api_version(), kind.kind)).copied()
    }

    /// The type of a kind in whatever version: what objects of versions that are served no more are read as.
    #[must_use]
    pub fn of_any_version(&self, kind: &GroupVersionKind) -> Option<TypeId> {
        let (group, name) = (format!("{}/", kind.group), format!("/{}", kind.kind));
        let of = self.kinds.iter().rev().find(|(known, _)| {
            let rest = known.strip_prefix(&*group).and_then(|rest| rest.strip_suffix(&*name));
            rest.is_some_and(|version| !version.contains('/'))
        });
        of.map(|(_, id)| *id).filter(|_| !kind.group.is_empty())
    }

    /// A type by its name: `core/v1.Pod`.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    /// A type.
    #[must_use]
    pub fn get(&self, id: TypeId) -> Option<&GoType> {
        self.types.get(id.0 as usize)
    }

    /// A field of a type.
    #[must_use]
    pub fn field(&self, id: TypeId, name: &str) -> Option<&GoField> {
        let fields = &self.get(id)?.fields;
        fields.get(fields.binary_search_by(|field| (*field.name).cmp(name)).ok()?)
    }

    /// The schema that the API server publishes for a kind.
    #[must_use]
    pub fn schema(&self, kind: &GroupVersionKind) -> Option<Schema> {
        // The first shapes are those of the types, in order.
        Some(Schema::new(Rc::clone(&self.shapes), ShapeId(self.of_kind(kind)?.0)))
    }

    /// Adds the shapes of a type, and of those it refers to, to another schema's.
    pub(super) fn copy(&self, name: &str, into: &mut Vec<Shape>) -> Option<ShapeId> {
        let root = ShapeId(self.named(name)?.0);
        let mut moved: BTreeMap<ShapeId, ShapeId> = BTreeMap::new();
        let mut open = alloc::vec![root];
        while let Some(id) = open.pop() {
            if moved.contains_key(&id) {
                continue;
            }
            let shape = self.shapes.get(id.0 as usize)?.clone();
            match &shape.kind {
                ShapeKind::List(Some(inner)) | ShapeKind::Map(inner) => open.push(*inner),
                ShapeKind::Object(properties) => open.extend(properties.iter().map(|(_, inner)| *inner)),
                _ => {}
            }
            moved.insert(id, push(into, shape));
        }
        for new in moved.values() {
            let Some(shape) = into.get_mut(new.0 as usize) else { continue };
            let follow = |id: &mut ShapeId| *id = moved.get(id).copied().unwrap_or(*id);
            match &mut shape.kind {
                ShapeKind::List(Some(inner)) | ShapeKind::Map(inner) => follow(inner),
                ShapeKind::Object(properties) => properties.iter_mut().for_each(|(_, inner)| follow(inner)),
                _ => {}
            }
        }
        moved.get(&root).copied()
    }
}

fn field(word: &str, by_name: &BTreeMap<Rc<str>, TypeId>) -> Option<GoField> {
    let (name, rest) = word.split_once(':')?;
    let (kind, flags) = rest.rsplit_once(',')?;
    let (kind, named) =
        kind.split_once('=').map_or((kind, None), |(kind, named)| (kind, Some(Rc::from(named))));
    Some(GoField {
        name: Rc::from(name),
        kind: field_kind(kind, by_name),
        omit_empty: flags.contains('o'),
        omit_zero: flags.contains('z'),
        pointer: flags.contains('p'),
        named,
    })
}

fn field_kind(word: &str, by_name: &BTreeMap<Rc<str>, TypeId>) -> FieldKind {
    if let Some(items) = word.strip_prefix("[]") {
        return FieldKind::List(Box::new(field_kind(items, by_name)));
    }
    if let Some(values) = word.strip_prefix("{}") {
        return FieldKind::Map(Box::new(field_kind(values, by_name)));
    }
    match word {
        "string" => FieldKind::String,
        "bool" => FieldKind::Bool,
        "int32" => FieldKind::Int32,
        "int64" => FieldKind::Int64,
        "float" => FieldKind::Float,
        "bytes" => FieldKind::Bytes,
        "Time" => FieldKind::Time,
        "MicroTime" => FieldKind::MicroTime,
        "Quantity" => FieldKind::Quantity,
        "IntOrString" => FieldKind::IntOrString,
        "Raw" => FieldKind::Raw,
        name => match (by_name.get(name), name.strip_prefix('?').and_then(|name| name.split_once("Or"))) {
            (Some(id), _) => FieldKind::Struct(*id),
            (None, Some((of, _))) => by_name.get(of).map_or(FieldKind::Opaque, |id| FieldKind::StructOr(*id)),
            (None, None) => FieldKind::Opaque,
        },
    }
}

/// The shapes of the published schemas, each type at its own number.
fn shapes(types: &[GoType]) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = types.iter().map(|_| Shape::default()).collect();
    for (at, kind) in types.iter().enumerate() {
        let properties = kind
            .fields
            .iter()
            .map(|field| (Rc::clone(&field.name), shape(&field.kind, &mut shapes)))
            .collect();
        let required = kind.fields.iter().filter(|field| !field.omit_empty && !field.omit_zero);
        let required = required.map(|field| Rc::clone(&field.name)).collect();
        if let Some(slot) = shapes.get_mut(at) {
            *slot = Shape { kind: ShapeKind::Object(properties), required, ..Shape::default() };
        }
    }
    shapes
}

fn shape(kind: &FieldKind, shapes: &mut Vec<Shape>) -> ShapeId {
    let kind = match kind {
        FieldKind::Struct(id) => return ShapeId(id.0),
        FieldKind::String => ShapeKind::String(StringFormat::Plain),
        FieldKind::Bool => ShapeKind::Boolean,
        FieldKind::Int32 | FieldKind::Int64 => ShapeKind::Integer,
        FieldKind::Float => ShapeKind::Number,
        FieldKind::Bytes => ShapeKind::String(StringFormat::Byte),
        FieldKind::Time | FieldKind::MicroTime => ShapeKind::String(StringFormat::DateTime),
        FieldKind::IntOrString => ShapeKind::IntOrString,
        FieldKind::Raw => ShapeKind::Object(Vec::new()),
        // Published without a type of their own.
        FieldKind::Quantity | FieldKind::Opaque | FieldKind::StructOr(_) => ShapeKind::Unexposed,
        FieldKind::List(items) => ShapeKind::List(Some(shape(items, shapes))),
        FieldKind::Map(values) => ShapeKind::Map(shape(values, shapes)),
    };
    push(shapes, Shape { kind, ..Shape::default() })
}
