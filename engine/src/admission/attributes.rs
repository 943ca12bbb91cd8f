//! What is known of a request when validating admission sees it.

use alloc::{collections::BTreeMap, format, rc::Rc, string::String, vec::Vec};

use crate::cel::quote::quote;
use crate::objects::{GroupVersionKind, GroupVersionResource, Object};
use crate::yaml::Document;

/// What the request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A new object.
    Create,
    /// Another state of an object: PUT, PATCH and apply alike.
    Update,
    /// An object goes.
    Delete,
    /// `exec`, `attach`, `portforward`, `proxy`.
    Connect,
}

impl Operation {
    /// As in rules and in `request.operation`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }

    /// From the word in upper case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Create, Self::Update, Self::Delete, Self::Connect]
            .into_iter()
            .find(|operation| operation.as_str() == word)
    }
}

/// Who asks. Empty parts are absent for expressions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserInfo {
    /// User name.
    pub username: String,
    /// Unique id.
    pub uid: String,
    /// Groups.
    pub groups: Vec<String>,
    /// Extra information.
    pub extra: BTreeMap<String, Vec<String>>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Attributes {
    /// What it does.
    pub operation: Operation,
    /// The kind of what is sent.
    pub kind: GroupVersionKind,
    /// The resource it is sent to.
    pub resource: GroupVersionResource,
    /// The subresource; empty for none.
    pub subresource: Rc<str>,
    /// The object's name; empty for an item of a delete-collection.
    pub name: Rc<str>,
    /// The namespace; a Namespace's own name for a request on one; empty for other cluster-scoped kinds.
    pub namespace: Rc<str>,
    /// The object as admission sees it: decoded, defaulted, with the server's own metadata. None for DELETE.
    pub object: Option<Object>,
    /// The object before the request. None for CREATE and CONNECT.
    pub old_object: Option<Object>,
    /// The operation's options (`CreateOptions` …), when the request has any.
    pub options: Option<Rc<Document>>,
    /// Whether nothing will be stored.
    pub dry_run: bool,
    /// Who asks.
    pub user: UserInfo,
    /// Whether the objects are of a built-in kind, which CEL sees through a reflective wrapper (kubernetes-vap.md 8.3).
    pub typed: bool,
}

impl Attributes {
    /// How a refusal names the object: `deployments.apps "web"`.
    #[must_use]
    pub fn described(&self) -> String {
        format!("{} {}", self.resource.group_resource(), quote(&self.shown_name()))
    }

    /// The name a refusal shows.
    #[must_use]
    pub fn shown_name(&self) -> String {
        if !self.name.is_empty() {
            return (*self.name).into();
        }
        let Some(object) = &self.object else { return "Unknown".into() };
        if self.typed && object.metadata().node().is_none() {
            return "Unknown/errorGettingName".into();
        }
        [&object.name.value, &object.generate_name.value]
            .into_iter()
            .find(|name| !name.is_empty())
            .map_or_else(|| "Unknown".into(), |name| (**name).into())
    }
}
