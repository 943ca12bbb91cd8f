//! What every Kubernetes object has: an identity, metadata, and a place in the cluster.

mod field;
mod json;
mod made;
mod builtin;
mod gvk;
mod metadata;
mod selector;
mod cluster;
pub mod names;
pub mod pods;
pub mod name;

use alloc::{borrow::ToOwned, format, rc::Rc, string::String, vec::Vec};
use core::fmt;

pub use self::{
    cluster::Cluster,
    field::Field,
    gvk::{
        GroupVersion, GroupVersionKind, GroupVersionResource, Knowledge, Resource, Resources, Scope,
        guess_plural,
    },
    json::{json, json_string},
    made::Maker,
    metadata::{Labels, Metadata},
    selector::{LabelSelector, Operator, Requirement},
};
use crate::source::{Span, Spanned};
use crate::yaml::{Document, NodeId, NodeRef, NodeValue};

/// A document, or an item of a `List`, that says what it is. Cloning shares the document.
#[derive(Clone, Debug)]
pub struct Object {
    /// The document it stands in.
    pub document: Rc<Document>,
    /// Its root there: the document's own, except for an item of a list.
    pub root: NodeId,
    /// `apiVersion` and `kind`, taken apart.
    pub gvk: GroupVersionKind,
    /// `apiVersion` as written.
    pub api_version: Spanned<Rc<str>>,
    /// `kind` as written.
    pub kind: Spanned<Rc<str>>,
    /// `metadata.name`; empty, at the object's start, when it has none.
    pub name: Spanned<Rc<str>>,
    /// `metadata.generateName`; empty when it has none.
    pub generate_name: Spanned<Rc<str>>,
    /// `metadata.namespace` as written; empty when it names none (or its kind has none).
    pub namespace: Spanned<Rc<str>>,
}

/// Why a document is no object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityError {
    kind: IdentityErrorKind,
    /// Where.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum IdentityErrorKind {
    NotAMap(&'static str),
    MissingKind(String),
    MissingApiVersion(String),
    ApiVersion(String),
    NotAString { field: &'static str, found: &'static str },
    ItemsNotAList(&'static str),
}

impl IdentityError {
    /// Whether the document has no `kind` or no `apiVersion`: perhaps it was never meant to be an object.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        matches!(self.kind, IdentityErrorKind::MissingKind(_) | IdentityErrorKind::MissingApiVersion(_))
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            IdentityErrorKind::NotAMap(found) => write!(f, "an object must be a map, not a {found}"),
            IdentityErrorKind::MissingKind(text) => write!(f, "Object 'Kind' is missing in '{text}'"),
            IdentityErrorKind::MissingApiVersion(text) => {
                write!(f, "Object 'apiVersion' is missing in '{text}'")
            }
            IdentityErrorKind::ApiVersion(text) => f.write_str(text),
            IdentityErrorKind::NotAString { field, found } => write!(
                f,
                "json: cannot unmarshal {found} into Go struct field ObjectMeta.{field} of type string"
            ),
            IdentityErrorKind::ItemsNotAList(found) => {
                write!(
                    f,
                    "json: cannot unmarshal {found} into Go struct field .items of type []json.RawMessage"
                )
            }
        }
    }
}

impl core::error::Error for IdentityError {}

/// The objects of a document, and what is wrong with the rest.
#[derive(Clone, Debug, Default)]
pub struct Identified {
    /// Objects in order; a list gives its items.
    pub objects: Vec<Object>,
    /// What is no object, in order.
    pub errors: Vec<IdentityError>,
}

/// As much of a nameless object as its error message quotes.
const ENOUGH: usize = 2_000;

/// Lists in lists are opened up to this depth, as deep as the YAML reader nests anyway.
const MAX_LIST_DEPTH: usize = 16;

impl Object {
    /// Identifies what stands in a document. A list (`items` beside `kind`) is replaced by its items; an item without
    /// kind or apiVersion takes those of its list (`PodList` → `Pod`). A null document gives nothing.
    #[must_use]
    pub fn identify(document: &Rc<Document>) -> Identified {
        let mut found = Identified::default();
        identify(document, document.root_id(), None, 0, &mut found);
        found
    }

    /// The object that stands at `root` of a document, which is not opened when it is a list.
    ///
    /// # Errors
    /// When it does not say what it is.
    pub fn at(document: &Rc<Document>, root: NodeId) -> Result<Self, IdentityError> {
        one(document, root, None)
    }

    /// Its root, to read.
    #[must_use]
    pub fn root(&self) -> NodeRef<'_> {
        self.document.at(self.root)
    }

    /// The place of the whole object.
    #[must_use]
    pub fn span(&self) -> Span {
        self.root().span()
    }

    /// Its metadata.
    #[must_use]
    pub fn metadata(&self) -> Metadata<'_> {
        Metadata::of(self.root())
    }

    /// Its name, or what it will be called by a server that draws `abcde` as the generated suffix.
    #[must_use]
    pub fn effective_name(&self) -> String {
        if self.name.value.is_empty() && !self.generate_name.value.is_empty() {
            // Upstream cuts the base so that base and suffix fit 63 bytes (`names.SimpleNameGenerator`).
            let mut base: &str = &self.generate_name.value;
            while base.len() > 58 {
                base = base.char_indices().next_back().map_or("", |(at, _)| base.get(..at).unwrap_or(""));
            }
            return format!("{base}abcde");
        }
        self.name.value.as_ref().to_owned()
    }
}

fn identify(
    document: &Rc<Document>,
    root: NodeId,
    inherited: Option<(&str, &str)>,
    depth: usize,
    found: &mut Identified,
) {
    let node = document.at(root);
    if node.is_null() && depth == 0 {
        return;
    }
    let kind = node.get("kind").and_then(NodeRef::as_str).unwrap_or("");
    match node.get("items") {
        // Any object with `items` is a list to kubectl; only a kind that says so is one to us when the items are no list.
        Some(items) if !items.is_null() && !kind.is_empty() && depth < MAX_LIST_DEPTH => {
            let NodeValue::Sequence(list) = items.value() else {
                if kind.ends_with("List") {
                    let what = IdentityErrorKind::ItemsNotAList(json_word(items));
                    found.errors.push(IdentityError { kind: what, span: items.span() });
                } else {
                    push(document, root, inherited, found);
                }
                return;
            };
            let api_version = node.get("apiVersion").and_then(NodeRef::as_str).unwrap_or("");
            let item_kind = kind.strip_suffix("List").unwrap_or(kind);
            for item in list {
                identify(document, item.value, Some((api_version, item_kind)), depth + 1, found);
            }
        }
        _ => push(document, root, inherited, found),
    }
}

fn push(document: &Rc<Document>, root: NodeId, inherited: Option<(&str, &str)>, found: &mut Identified) {
    match one(document, root, inherited) {
        Ok(object) => found.objects.push(object),
        Err(error) => found.errors.push(error),
    }
}

fn one(
    document: &Rc<Document>,
    root: NodeId,
    inherited: Option<(&str, &str)>,
) -> Result<Object, IdentityError> {
    let node = document.at(root);
    let NodeValue::Mapping(_) = node.value() else {
        return Err(IdentityError { kind: IdentityErrorKind::NotAMap(node.kind_word()), span: node.span() });
    };
    let string = |parent: Option<NodeRef<'_>>, key: &str, field: &'static str| {
        let Some((parent, entry)) = parent.and_then(|parent| Some((parent, parent.entry(key)?))) else {
            return Ok(None);
        };
        let value = parent.document().at(entry.value);
        match value.value() {
            NodeValue::Null => Ok(None),
            NodeValue::String(text) => Ok(Some(Spanned::new(Rc::clone(text), entry.span))),
            _ => Err(IdentityError {
                kind: IdentityErrorKind::NotAString { field, found: json_word(value) },
                span: entry.span,
            }),
        }
    };
    let start = node.span().before();
    let none = || Spanned::new(Rc::from(""), start);
    let mut kind = string(Some(node), "kind", "kind")?.filter(|kind| !kind.value.is_empty());
    let mut api_version =
        string(Some(node), "apiVersion", "apiVersion")?.filter(|version| !version.value.is_empty());
    if let Some((list_version, item_kind)) = inherited
        && (kind.is_none() || api_version.is_none())
        && !item_kind.is_empty()
    {
        kind = Some(Spanned::new(Rc::from(item_kind), start));
        api_version = Some(Spanned::new(Rc::from(list_version), start));
    }
    let missing =
        |make: fn(String) -> IdentityErrorKind| IdentityError { kind: make(json(node, ENOUGH)), span: start };
    let kind = kind.ok_or_else(|| missing(IdentityErrorKind::MissingKind))?;
    let api_version = api_version.ok_or_else(|| missing(IdentityErrorKind::MissingApiVersion))?;
    let parsed = GroupVersion::parse(&api_version.value).map_err(|text| IdentityError {
        kind: IdentityErrorKind::ApiVersion(text),
        span: api_version.span,
    })?;
    let gvk = GroupVersionKind { group: parsed.group, version: parsed.version, kind: Rc::clone(&kind.value) };
    let metadata = node.get("metadata");
    let name = string(metadata, "name", "metadata.name")?.unwrap_or_else(none);
    let generate_name = string(metadata, "generateName", "metadata.generateName")?.unwrap_or_else(none);
    let namespace = string(metadata, "namespace", "metadata.namespace")?.unwrap_or_else(none);
    Ok(Object { document: Rc::clone(document), root, gvk, api_version, kind, name, generate_name, namespace })
}

/// How encoding/json calls a value of the wrong type.
fn json_word(node: NodeRef<'_>) -> &'static str {
    match node.value() {
        NodeValue::Null => "null",
        NodeValue::Bool(_) => "bool",
        NodeValue::Int(_) | NodeValue::Float(_) => "number",
        NodeValue::String(_) => "string",
        NodeValue::Sequence(_) => "array",
        NodeValue::Mapping(_) => "object",
    }
}
