//! What a user supplies: texts, the request, the version. The serializable way in.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

/// Everything a review depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scenario {
    /// The texts; a text's index is its `SourceId` in the report.
    pub texts: Vec<Text>,
    /// The request to make of each object.
    pub request: Request,
    /// Kubernetes version, `1.37`; empty: the newest known.
    pub version: String,
    /// Whether to record what every part of every expression was (costs time; the verdict is the same).
    pub explain: bool,
    /// Ids of built-in checks that shall not speak.
    pub silenced: Vec<String>,
    /// The Pod Security level of namespaces that no text holds: `restricted`, `restricted:v1.30`; empty: no label. What
    /// the server itself is told is read from a PodSecurityConfiguration among the texts.
    pub pod_security: String,
    /// Registries, or paths in them, that images may come from; none: not asked.
    pub trusted_registries: Vec<String>,
    /// Whether the texts are all there is, so that what they do not hold is missing.
    pub complete: bool,
}

/// A named text of one or more documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Text {
    /// What the user calls it.
    pub name: String,
    /// What it is for. Policies and bindings are recognised wherever they stand.
    pub role: TextRole,
    /// The text.
    pub text: String,
}

/// What the documents of a text are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TextRole {
    /// Policies, bindings, and what belongs to them (params, CRDs).
    Policies,
    /// Objects that are applied, and judged.
    #[default]
    Resources,
    /// Objects that are in the cluster already: namespaces, params, RBAC, old versions of objects.
    Cluster,
}

/// The request made of each object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// CREATE, UPDATE, DELETE, CONNECT; empty: UPDATE when the cluster holds an old version of the object, else CREATE.
    pub operation: String,
    /// Namespace for objects that name none; empty: `default`.
    pub namespace: String,
    /// Subresource (`scale`, `status`, `exec` …).
    pub subresource: String,
    /// Who asks; `None`: the page's default user, `kubernetes-admin`.
    pub user: Option<UserInfo>,
    /// Whether it is a dry run.
    pub dry_run: bool,
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
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
