//! The object as admission sees it: read by its type, defaulted, and given what the API server gives an object before
//! any policy is asked.
//!
//! In the order of the server: decode ([`decode`], which drops what the kind does not have), default ([`rules`]), the
//! strategy of the kind ([`strategy`]), and the form in which it is shown ([`encode`]). Custom resources are pruned and
//! defaulted by their schema ([`structural`]). Values that were written keep their places; what was added says so.
//! Source: k8s.io/apiserver `pkg/endpoints/handlers/create.go`, kubernetes-vap.md 8.3.

mod tree;
mod quantity;
mod time;
mod image;
mod decode;
mod rules;
mod procedures;
mod encode;
mod pod;
mod strategy;
mod structural;

use alloc::{format, rc::Rc, string::String, vec::Vec};

pub use self::decode::Problem;
use self::{decode::Decoder, rules::Rules, structural::CustomKind, tree::Value};
use crate::objects::GroupVersionKind;
use crate::schema::builtin::{TypeId, Types};
use crate::yaml::{Document, NodeId, NodeRef};

/// Everything that completes objects: types, rules, and the schemas of custom kinds. Made once, as reading the tables
/// costs a few milliseconds; cloning shares them.
#[derive(Clone, Debug)]
pub struct Defaults {
    types: Rc<Types>,
    rules: Rc<Rules>,
    custom: Vec<CustomKind>,
}

/// What a request does to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It is new, and gets what every new object gets.
    Create,
    /// It replaces the stored one.
    Update,
    /// It is only read: decoded and defaulted.
    Read,
}

/// An object as admission sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The object. As written, when it was refused.
    pub document: Document,
    /// Why the API server does not take it.
    pub refused: Option<Problem>,
    /// Fields its kind does not have: dropped, or with strict field validation (kubectl's default) the reason to refuse it.
    pub unknown: Vec<Problem>,
}

impl Defaults {
    /// Those of Kubernetes 1.37.
    #[must_use]
    pub fn built_in() -> Self {
        Self::new(Rc::new(Types::built_in()))
    }

    /// With a table of types that is there already.
    #[must_use]
    pub fn new(types: Rc<Types>) -> Self {
        let rules = Rc::new(Rules::built_in(&types));
        Self { types, rules, custom: Vec::new() }
    }

    /// The types of the built-in kinds.
    #[must_use]
    pub fn types(&self) -> &Types {
        &self.types
    }

    /// Adds the served versions of a CustomResourceDefinition: the node `crd` of a document. Its custom resources are
    /// pruned and defaulted by their schemas from then on.
    pub fn add_crd(&mut self, document: &Rc<Document>, crd: NodeId) {
        for version in structural::versions(document, crd) {
            self.custom.retain(|known| known.kind != version.kind);
            self.custom.push(version);
        }
    }

    /// The object at `node` as validating admission sees it. `old`: the stored object, as admission sees it, on update.
    #[must_use]
    pub fn admit(
        &self,
        node: NodeRef<'_>,
        kind: &GroupVersionKind,
        operation: Operation,
        old: Option<&Document>,
    ) -> Seen {
        let mut unknown = Vec::new();
        let stored = || old.map(|old| Value::read(old.root(), old.root().span()));
        let declared = self.custom.iter().any(|custom| custom.kind == *kind);
        let older = || self.types.of_any_version(kind).filter(|_| !declared);
        let Some(of) = self.types.of_kind(kind).or_else(older) else {
            let custom = self.custom.iter().find(|custom| custom.kind == *kind);
            return match self.custom_decoded(custom, node, &mut unknown) {
                Ok(mut value) => {
                    let has_status = custom.is_none_or(|custom| custom.has_status);
                    strategy::custom(operation, &mut value, stored().as_ref(), has_status, custom.is_some());
                    Seen { document: written(&value, node.document()), refused: None, unknown }
                }
                Err(problem) => refused(node, problem),
            };
        };
        match self.decoded(of, node, &mut unknown) {
            Ok(mut value) => {
                let old = stored();
                if old.is_some() {
                    // Compared with the old one, which is in that form: an empty list is none.
                    encode::structure(&self.types, of, &mut value);
                }
                strategy::apply(operation, kind, &mut value, old.as_ref());
                encode::structure(&self.types, of, &mut value);
                Seen { document: written(&value, node.document()), refused: None, unknown }
            }
            Err(problem) => refused(node, problem),
        }
    }

    /// The object at `node` as its built-in type has it, nothing completed: what a stored object is read into. `None`: no
    /// kind of that name, or it does not decode.
    #[must_use]
    pub fn typed(&self, node: NodeRef<'_>, kind: &GroupVersionKind) -> Option<Document> {
        let of = self.types.of_kind(kind)?;
        let mut decoder = Decoder::new(&self.types, &self.rules.exact, None);
        let mut value = decoder.structure(of, node, node.span()).ok()?;
        encode::structure(&self.types, of, &mut value);
        Some(written(&value, node.document()))
    }

    /// A custom resource: its metadata is typed whatever its schema says, and shown so when that is known.
    fn custom_decoded(
        &self,
        custom: Option<&CustomKind>,
        node: NodeRef<'_>,
        unknown: &mut Vec<Problem>,
    ) -> Result<Value, Problem> {
        let mut value = Value::read(node, node.span());
        if let Some(of) = self.types.named("meta/v1.ObjectMeta")
            && let Some(entry) = node.entry("metadata")
        {
            let metadata = node.document().at(entry.value);
            let mut decoder = Decoder::new(&self.types, &self.rules.exact, None);
            let typed = decoder.metadata(of, metadata, entry.span)?;
            if let Some(mismatch) = decoder.mismatch {
                return Err(mismatch);
            }
            if custom.is_some()
                && let Some(slot) = value.get_mut("metadata")
            {
                unknown.append(&mut decoder.unknown);
                *slot = typed;
                encode::structure(&self.types, of, slot);
            }
        }
        if let Some(custom) = custom {
            custom.apply(&mut value, unknown);
        }
        Ok(value)
    }

    fn decoded(&self, of: TypeId, node: NodeRef<'_>, unknown: &mut Vec<Problem>) -> Result<Value, Problem> {
        let mut decoder = Decoder::new(&self.types, &self.rules.exact, None);
        let mut value = decoder.structure(of, node, node.span())?;
        if let Some(mismatch) = decoder.mismatch {
            return Err(mismatch);
        }
        *unknown = decoder.unknown;
        self.rules.apply(&self.types, of, &mut value)?;
        Ok(value)
    }
}

impl Seen {
    /// The message of the 400 that a strict request (kubectl's default) gets; `None` when it gets none.
    #[must_use]
    pub fn strict_message(&self, kind: &GroupVersionKind) -> Option<String> {
        if self.unknown.is_empty() {
            return self.refused.as_ref().map(|problem| cannot_be_handled(kind, &problem.message));
        }
        let errors: Vec<&str> = self.unknown.iter().map(|problem| &*problem.message).collect();
        Some(cannot_be_handled(kind, &format!("strict decoding error: {}", errors.join(", "))))
    }
}

fn cannot_be_handled(kind: &GroupVersionKind, why: &str) -> String {
    let name = &kind.kind;
    format!("{name} in version {:?} cannot be handled as a {name}: {why}", kind.version)
}

/// A body that cannot be read stays as it is, and says nothing about unknown fields.
fn refused(node: NodeRef<'_>, problem: Problem) -> Seen {
    let mut document = node.document().clone();
    document.set_root(node.id());
    Seen { document, refused: Some(problem), unknown: Vec::new() }
}

/// A document of the value, with the span of the one it was read from.
fn written(value: &Value, from: &Document) -> Document {
    let placeholder = crate::yaml::Node {
        value: crate::yaml::NodeValue::Null,
        origin: crate::yaml::Origin::Added(from.span.before()),
    };
    let mut document = Document::new(placeholder, from.span);
    let root = value.write(&mut document);
    document.set_root(root);
    document
}
