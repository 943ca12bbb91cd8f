//! What fields an object of a kind has; and here, only here, documents become CEL values.

pub mod adapt;
pub mod shape;
pub mod escaping;
pub mod builtin;
pub mod openapi;
pub mod declare;
pub mod typed;
pub mod defaults;

use alloc::{rc::Rc, vec::Vec};

use self::{builtin::Types, shape::Schema};
use crate::objects::GroupVersionKind;
use crate::yaml::NodeRef;

/// The schemas of a cluster: the built-in kinds', and those that CustomResourceDefinitions publish. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Schemas {
    types: Rc<Types>,
    custom: Vec<(GroupVersionKind, Schema)>,
}

impl Default for Schemas {
    fn default() -> Self {
        Self::new(Rc::new(Types::built_in()))
    }
}

impl Schemas {
    /// Those of the built-in kinds.
    #[must_use]
    pub const fn new(types: Rc<Types>) -> Self {
        Self { types, custom: Vec::new() }
    }

    /// The Go types of the built-in kinds.
    #[must_use]
    pub const fn types(&self) -> &Rc<Types> {
        &self.types
    }

    /// Adds what a CustomResourceDefinition (v1) publishes for its served versions.
    pub fn add_crd(&mut self, crd: NodeRef<'_>) {
        let text = |keys: &[&str]| crd.path(keys).and_then(NodeRef::as_str);
        let (Some(group), Some(kind)) = (text(&["spec", "group"]), text(&["spec", "names", "kind"])) else {
            return;
        };
        let versions = crd.path(&["spec", "versions"]).map(|versions| versions.items());
        for version in versions.into_iter().flatten() {
            let Some(name) = version.get("name").and_then(NodeRef::as_str) else { continue };
            if version.get("served").and_then(NodeRef::as_bool) == Some(true) {
                let schema = openapi::published(version.path(&["schema", "openAPIV3Schema"]), &self.types);
                self.add(GroupVersionKind::new(group, name, kind), schema);
            }
        }
    }

    /// Adds the schema of a kind, in place of one it had.
    pub fn add(&mut self, kind: GroupVersionKind, schema: Schema) {
        self.custom.retain(|(known, _)| *known != kind);
        self.custom.push((kind, schema));
    }

    /// The schema published for a kind.
    #[must_use]
    pub fn of_kind(&self, kind: &GroupVersionKind) -> Option<Schema> {
        let custom = self.custom.iter().find(|(known, _)| known == kind);
        custom.map(|(_, schema)| schema.clone()).or_else(|| self.types.schema(kind))
    }
}
