//! Schemas as CEL declarations (`pkg/cel/common/schemas.go`): an object's type has the name of its place, `Kind.spec`,
//! and its fields are found by walking there. Nothing is expanded ahead: built-in schemas are recursive.

use alloc::{format, rc::Rc, vec::Vec};

use super::{
    escaping::{escape, is_reserved, unescape},
    shape::{Schema, Shape, ShapeId, ShapeKind, StringFormat},
};
use crate::cel::{env::TypeProvider, types::Type};

/// Types nest no deeper.
const DEPTH: u32 = 100;

/// A schema whose object types have names that begin with one of their own.
#[derive(Clone, Debug)]
pub struct DeclaredSchema {
    schema: Schema,
    name: Rc<str>,
    reserved_words: bool,
}

/// A place in a schema, and the objects passed on the way: a recursive schema ends where it would enter one again.
#[derive(Clone, Debug)]
struct Place {
    // `None`: the empty object that stands where a recursive schema ends.
    shape: Option<ShapeId>,
    passed: Vec<ShapeId>,
}

impl DeclaredSchema {
    /// Declares the schema; its own type is called `name`. `reserved_words`: fields whose names the language reserves may
    /// also be written plainly (`self.namespace`; Kubernetes 1.31).
    #[must_use]
    pub fn new(schema: Schema, name: &str, reserved_words: bool) -> Self {
        Self { schema, name: Rc::from(name), reserved_words }
    }

    /// The type of the object; `None`: CEL does not see it.
    #[must_use]
    pub fn kind(&self) -> Option<Type> {
        self.type_at(&self.root(), &self.name, 0)
    }

    /// The schema.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    fn root(&self) -> Place {
        self.enter(Vec::new(), self.schema.root())
    }

    fn enter(&self, mut passed: Vec<ShapeId>, shape: ShapeId) -> Place {
        if passed.contains(&shape) {
            return Place { shape: None, passed };
        }
        if matches!(self.schema.shape(shape).kind, ShapeKind::Object(_)) {
            passed.push(shape);
        }
        Place { shape: Some(shape), passed }
    }

    fn child(&self, place: &Place, shape: ShapeId) -> Place {
        self.enter(place.passed.clone(), shape)
    }

    fn type_at(&self, place: &Place, name: &str, depth: u32) -> Option<Type> {
        let Some(shape) = place.shape else { return Some(Type::object(name)) };
        Some(match &self.schema.shape(shape).kind {
            ShapeKind::Unexposed | ShapeKind::List(None) => return None,
            ShapeKind::IntOrString => Type::Dyn,
            ShapeKind::Boolean => Type::Bool,
            ShapeKind::Number => Type::Double,
            ShapeKind::Integer => Type::Int,
            ShapeKind::String(StringFormat::Plain) => Type::String,
            ShapeKind::String(StringFormat::Byte) => Type::Bytes,
            ShapeKind::String(StringFormat::Date | StringFormat::DateTime) => Type::Timestamp,
            ShapeKind::String(StringFormat::Duration) => Type::Duration,
            ShapeKind::List(_) | ShapeKind::Map(_) if depth > DEPTH => return None,
            ShapeKind::List(Some(items)) => {
                Type::list(self.type_at(&self.child(place, *items), &format!("{name}.@idx"), depth + 1)?)
            }
            ShapeKind::Map(values) => {
                let values =
                    self.type_at(&self.child(place, *values), &format!("{name}.@elem"), depth + 1)?;
                Type::map(Type::String, values)
            }
            ShapeKind::Object(_) => Type::object(name),
        })
    }

    /// Where the object type of that name stands.
    fn place(&self, type_name: &str) -> Option<Place> {
        let path = type_name.strip_prefix(&*self.name)?;
        let mut place = self.root();
        if path.is_empty() {
            return Some(place);
        }
        for step in path.strip_prefix('.')?.split('.') {
            let shape = place.shape?;
            let next = match (&self.schema.shape(shape).kind, step) {
                (ShapeKind::List(Some(items)), "@idx") => *items,
                (ShapeKind::Map(values), "@elem") => *values,
                (ShapeKind::Object(_), field) => self.property(shape, field)?,
                _ => return None,
            };
            place = self.enter(place.passed, next);
        }
        Some(place)
    }

    /// The property that the identifier `field` selects.
    fn property(&self, shape: ShapeId, field: &str) -> Option<ShapeId> {
        if is_reserved(field) {
            return if self.reserved_words { self.schema.property(shape, field) } else { None };
        }
        let name = unescape(field)?;
        // `__x__` selects nothing when the property `x` has a plain name.
        if escape(&name)? != field {
            return None;
        }
        self.schema.property(shape, &name)
    }

    /// The greatest size of the value at a place, which the cost of an expression is reckoned with: characters, items or
    /// entries. The path is cel-go's: field names, `@items`, `@keys`, `@values`.
    #[must_use]
    pub fn max_size<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> Option<u64> {
        let mut shape = self.schema.root();
        for step in path {
            shape = match (&self.schema.shape(shape).kind, step) {
                (ShapeKind::List(Some(items)), "@items") => *items,
                (ShapeKind::Map(values), "@values") => *values,
                // Keys are strings without a declared length.
                (ShapeKind::Map(_), "@keys") => return Some(0),
                // Only the escaped form is known here: of `self.if` nothing is.
                (ShapeKind::Object(_), field) if is_reserved(field) => return None,
                (ShapeKind::Object(_), field) => self.property(shape, field)?,
                _ => return None,
            };
        }
        self.max_elements(shape)
    }

    fn max_elements(&self, id: ShapeId) -> Option<u64> {
        let shape = self.schema.shape(id);
        Some(match &shape.kind {
            ShapeKind::Unexposed | ShapeKind::List(None) => return None,
            ShapeKind::Boolean | ShapeKind::Number | ShapeKind::Integer | ShapeKind::Object(_) => 0,
            ShapeKind::IntOrString | ShapeKind::String(StringFormat::Plain | StringFormat::Byte) => {
                characters(shape).unwrap_or(REQUEST - 2)
            }
            ShapeKind::String(StringFormat::Duration) => 32,
            ShapeKind::String(StringFormat::Date) => 12,
            ShapeKind::String(StringFormat::DateTime) => 32,
            ShapeKind::List(Some(items)) => {
                self.min_size(*items, 0)?;
                shape.max.unwrap_or_else(|| (REQUEST - 2) / (self.min_size(*items, 0).unwrap_or(1) + 1))
            }
            ShapeKind::Map(values) => {
                self.min_size(*values, 0)?;
                shape.max.unwrap_or_else(|| (REQUEST - 2) / (self.min_size(*values, 0).unwrap_or(1) + 6))
            }
        })
    }

    /// The least number of bytes of the value in JSON; `None`: CEL does not see it.
    fn min_size(&self, id: ShapeId, depth: u32) -> Option<u64> {
        if depth > DEPTH {
            return None;
        }
        let shape: &Shape = self.schema.shape(id);
        Some(match &shape.kind {
            ShapeKind::Unexposed | ShapeKind::List(None) => return None,
            ShapeKind::IntOrString | ShapeKind::Number | ShapeKind::Integer => 1,
            ShapeKind::Boolean => 4,
            ShapeKind::String(StringFormat::Plain | StringFormat::Byte) => 2,
            ShapeKind::String(StringFormat::Duration) => 3,
            ShapeKind::String(StringFormat::Date) => 12,
            ShapeKind::String(StringFormat::DateTime) => 21,
            ShapeKind::List(Some(inner)) | ShapeKind::Map(inner) => {
                self.min_size(*inner, depth + 1)?;
                2
            }
            ShapeKind::Object(properties) => {
                let required = properties.iter().filter(|(name, _)| shape.required.contains(name));
                let sizes = required.filter_map(|(name, inner)| {
                    Some(name.len() as u64 + self.min_size(*inner, depth + 1)? + 4)
                });
                sizes.fold(2, u64::saturating_add)
            }
        })
    }
}

/// The greatest request, in bytes.
const REQUEST: u64 = 3 * 1024 * 1024;

fn characters(shape: &Shape) -> Option<u64> {
    shape.max.map(|max| if shape.max_is_characters { max.saturating_mul(4) } else { max })
}

impl TypeProvider for DeclaredSchema {
    fn contains(&self, type_name: &str) -> bool {
        let Some(place) = self.place(type_name) else { return false };
        match place.shape {
            None => true,
            Some(shape) => matches!(self.schema.shape(shape).kind, ShapeKind::Object(_)),
        }
    }

    fn field(&self, type_name: &str, field: &str) -> Option<Type> {
        let place = self.place(type_name)?;
        let property = self.property(place.shape?, field)?;
        // The name of the field's type has the escaped form.
        let field = if is_reserved(field) { format!("__{field}__") } else { field.into() };
        self.type_at(&self.child(&place, property), &format!("{type_name}.{field}"), 0)
    }

    fn fields(&self, type_name: &str) -> Vec<(Rc<str>, Type)> {
        let Some(place) = self.place(type_name) else { return Vec::new() };
        let Some(ShapeKind::Object(properties)) = place.shape.map(|shape| &self.schema.shape(shape).kind)
        else {
            return Vec::new();
        };
        let declared = properties.iter().filter_map(|(name, shape)| {
            let escaped = escape(name)?;
            let kind = self.type_at(&self.child(&place, *shape), &format!("{type_name}.{escaped}"), 0)?;
            Some((Rc::from(&*escaped), kind))
        });
        declared.collect()
    }
}
