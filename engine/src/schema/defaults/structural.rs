//! Custom resources: pruned and defaulted by the structural schema of their CustomResourceDefinition.
//! Source: apiextensions-apiserver `pkg/apiserver/schema/{pruning,defaulting}`, `customresource_handler.go`.

use alloc::{borrow::ToOwned, format, rc::Rc, vec::Vec};

use super::decode::Problem;
use super::tree::{Data, Value};
use crate::objects::GroupVersionKind;
use crate::order;
use crate::source::Span;
use crate::yaml::{Document, FieldPath, NodeId, NodeRef, Step};

/// Fields that every resource has.
const META_FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];
/// Values that defaults may add to one object: a default inside a default inside … can multiply.
const MAX_ADDED: usize = 100_000;

/// A served version of a CustomResourceDefinition.
#[derive(Clone, Debug)]
pub(super) struct CustomKind {
    pub(super) kind: GroupVersionKind,
    document: Rc<Document>,
    /// `openAPIV3Schema`; a version may have none.
    schema: Option<NodeId>,
    pub(super) has_status: bool,
    preserves_unknown_fields: bool,
}

/// The served versions of a CustomResourceDefinition.
pub(super) fn versions(document: &Rc<Document>, crd: NodeId) -> Vec<CustomKind> {
    let crd = document.at(crd);
    let text = |keys: &[&str]| crd.path(keys).and_then(NodeRef::as_str);
    let (Some(group), Some(kind)) = (text(&["spec", "group"]), text(&["spec", "names", "kind"])) else {
        return Vec::new();
    };
    let preserves = crd.path(&["spec", "preserveUnknownFields"]).and_then(NodeRef::as_bool) == Some(true);
    let versions = crd.path(&["spec", "versions"]).into_iter().flat_map(NodeRef::items);
    let served = versions.filter(|version| version.get("served").and_then(NodeRef::as_bool) == Some(true));
    served
        .filter_map(|version| {
            Some(CustomKind {
                kind: GroupVersionKind::new(group, version.get("name")?.as_str()?, kind),
                document: Rc::clone(document),
                schema: version.path(&["schema", "openAPIV3Schema"]).map(NodeRef::id),
                has_status: version.path(&["subresources", "status"]).is_some_and(|status| !status.is_null()),
                preserves_unknown_fields: preserves,
            })
        })
        .collect()
}

impl CustomKind {
    /// Prunes, then defaults. What was pruned is listed in `unknown`.
    pub(super) fn apply(&self, value: &mut Value, unknown: &mut Vec<Problem>) {
        let schema = self.schema.map(|id| Schema(self.document.at(id)));
        if !self.preserves_unknown_fields {
            let mut pruning = Pruning { path: Vec::new(), unknown };
            match schema {
                Some(schema) if schema.preserves() => pruning.skip(value, schema, true),
                _ => pruning.prune(value, schema, true),
            }
            order::sort_by(pruning.unknown, |a, b| a.message.cmp(&b.message));
        }
        prune_nulls(value, schema);
        if let Some(schema) = schema {
            let mut left = MAX_ADDED;
            default(value, schema, &mut left);
        }
    }
}

/// A schema, where it is written.
#[derive(Clone, Copy)]
struct Schema<'s>(NodeRef<'s>);

impl<'s> Schema<'s> {
    fn flag(self, name: &str) -> bool {
        self.0.get(name).and_then(NodeRef::as_bool) == Some(true)
    }

    fn preserves(self) -> bool {
        self.flag("x-kubernetes-preserve-unknown-fields")
    }

    fn property(self, name: &str) -> Option<Self> {
        self.0.get("properties")?.get(name).map(Schema)
    }

    /// `additionalProperties`, and their schema if they have one.
    fn additional(self) -> Option<Option<Self>> {
        let node = self.0.get("additionalProperties")?;
        match node.as_bool() {
            Some(true) => Some(None),
            Some(false) => None,
            None => (!node.is_null()).then_some(Some(Self(node))),
        }
    }

    fn of_field(self, name: &str) -> Option<Self> {
        self.property(name).or_else(|| self.additional()?)
    }

    fn items(self) -> Option<Self> {
        self.0.get("items").map(Schema)
    }

    fn default_value(self) -> Option<NodeRef<'s>> {
        self.0.get("default").filter(|node| !node.is_null())
    }

    fn refuses_null(self) -> bool {
        !self.flag("nullable")
    }
}

struct Pruning<'u> {
    path: Vec<Step>,
    unknown: &'u mut Vec<Problem>,
}

impl Pruning<'_> {
    /// `resource`: `apiVersion`, `kind` and `metadata` are not the schema's business.
    fn prune(&mut self, value: &mut Value, schema: Option<Schema<'_>>, resource: bool) {
        if let Some(schema) = schema
            && schema.preserves()
        {
            return self.skip(value, schema, resource);
        }
        let resource = resource || schema.is_some_and(|schema| schema.flag("x-kubernetes-embedded-resource"));
        match &mut value.data {
            Data::Map(fields) => {
                let at_root = self.path.is_empty();
                fields.retain_mut(|field| {
                    let is_meta = META_FIELDS.contains(&&*field.key);
                    if resource && is_meta {
                        return true;
                    }
                    self.path.push(Step::Field((*field.key).to_owned()));
                    let inner = schema.map(|schema| (schema.property(&field.key), schema.additional()));
                    let kept = match inner {
                        Some((Some(property), _)) => {
                            self.prune(&mut field.value, Some(property), false);
                            true
                        }
                        Some((None, Some(additional))) => {
                            self.prune(&mut field.value, additional, false);
                            true
                        }
                        _ => {
                            if !(is_meta && at_root) {
                                let path = FieldPath { steps: self.path.clone() };
                                let message = format!("unknown field \"{path}\"");
                                self.unknown.push(Problem { message, path, span: field.key_span });
                            }
                            false
                        }
                    };
                    self.path.pop();
                    kept
                });
            }
            Data::List(items) => {
                let inner = schema.and_then(Schema::items);
                for (index, item) in items.iter_mut().enumerate() {
                    self.path.push(Step::Index(index));
                    self.prune(item, inner, false);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    /// Inside what keeps unknown fields: known ones are pruned by their own schemas.
    fn skip(&mut self, value: &mut Value, schema: Schema<'_>, resource: bool) {
        let resource = resource || schema.flag("x-kubernetes-embedded-resource");
        match &mut value.data {
            Data::Map(fields) => {
                for field in fields {
                    if resource && META_FIELDS.contains(&&*field.key) {
                        continue;
                    }
                    let inner = match schema.property(&field.key) {
                        Some(property) => Some(Some(property)),
                        None => schema.additional(),
                    };
                    if let Some(inner) = inner {
                        self.path.push(Step::Field((*field.key).to_owned()));
                        self.prune(&mut field.value, inner, false);
                        self.path.pop();
                    }
                }
            }
            Data::List(items) => {
                let Some(inner) = schema.items() else { return };
                for (index, item) in items.iter_mut().enumerate() {
                    self.path.push(Step::Index(index));
                    self.skip(item, inner, false);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }
}

/// Drops nulls that are neither allowed nor defaulted.
fn prune_nulls(value: &mut Value, schema: Option<Schema<'_>>) {
    match &mut value.data {
        Data::Map(fields) => fields.retain_mut(|field| {
            let inner = schema.and_then(|schema| schema.of_field(&field.key));
            let dropped = field.value.is_null()
                && inner.is_some_and(|inner| inner.refuses_null() && inner.default_value().is_none());
            if !dropped {
                prune_nulls(&mut field.value, inner);
            }
            !dropped
        }),
        Data::List(items) => {
            let inner = schema.and_then(Schema::items);
            items.iter_mut().for_each(|item| prune_nulls(item, inner));
        }
        _ => {}
    }
}

fn default(value: &mut Value, schema: Schema<'_>, left: &mut usize) {
    let end = value.end();
    match &mut value.data {
        Data::Map(fields) => {
            let properties = schema.0.get("properties").map_or(&[][..], NodeRef::entries);
            let document = schema.0.document();
            for entry in properties {
                let property = Schema(document.at(entry.value));
                if property.default_value().is_none() {
                    continue;
                }
                let found = fields.iter_mut().find(|field| field.key == entry.key);
                match found {
                    Some(field) if field.value.is_null() && property.refuses_null() => {
                        if let Some(made) = made(property, field.value.span, left) {
                            field.value = made;
                        }
                    }
                    Some(_) => {}
                    None => {
                        if let Some(made) = made(property, end, left) {
                            let key = Rc::clone(&entry.key);
                            fields.push(super::tree::Field { key, key_span: end, value: made });
                        }
                    }
                }
            }
            for field in fields {
                let inner = schema.property(&field.key);
                let additional = if inner.is_none() { schema.additional().flatten() } else { None };
                if let Some(additional) = additional
                    && field.value.is_null()
                    && additional.refuses_null()
                    && let Some(made) = made(additional, field.value.span, left)
                {
                    field.value = made;
                }
                if let Some(inner) = inner.or(additional) {
                    default(&mut field.value, inner, left);
                }
            }
        }
        Data::List(items) => {
            let Some(inner) = schema.items() else { return };
            for item in items {
                if item.is_null()
                    && inner.refuses_null()
                    && let Some(made) = made(inner, item.span, left)
                {
                    *item = made;
                }
                default(item, inner, left);
            }
        }
        _ => {}
    }
}

/// The default of a schema; none when there are more than an object can have.
fn made(schema: Schema<'_>, at: Span, left: &mut usize) -> Option<Value> {
    let read = schema.default_value().map(|node| Value::read(node, node.span()))?;
    *left = left.checked_sub(1 + size(&read))?;
    Some(Value::added(read.copied(at), at))
}

fn size(value: &Value) -> usize {
    let below: usize = match &value.data {
        Data::List(items) => items.iter().map(size).sum(),
        Data::Map(fields) => fields.iter().map(|field| size(&field.value)).sum(),
        _ => 0,
    };
    below + 1
}
