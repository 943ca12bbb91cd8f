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
    /// Whether policies are asked about objects as they are written, without what the server makes of them: to see what
    /// hangs on a default. No cluster does that.
    pub as_written: bool,
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
    /// CREATE, UPDATE, PATCH, DELETE, CONNECT; empty: UPDATE when the cluster holds an old version of the object, else
    /// CREATE. UPDATE puts the document in the place of the old one. PATCH lays it over the old one, strategically for
    /// built-in kinds; policies see an UPDATE with the result. Without an old version the document is its own.
    pub operation: String,
    /// Namespace for objects that name none; empty: `default`.
    pub namespace: String,
    /// Name for documents that have none (`PodExecOptions` and its like).
    pub name: String,
    /// Subresource: `exec`, `attach`, `portforward`, `proxy` (then it is a CONNECT), `eviction`, `binding`, `token` (a
    /// CREATE), `scale`, `status` and others (an UPDATE). The document may be the object itself, and what the subresource
    /// takes is made of it as kubectl does; or it is what the subresource takes (`kind: Scale`, `PodExecOptions`,
    /// `Eviction` …), and this stays empty.
    pub subresource: String,
    /// YAML that is laid over what is sent to a subresource: `command: [cat, /etc/passwd]` for `exec`, `spec: {replicas: 9}`
    /// for `scale`, `deleteOptions: {gracePeriodSeconds: 0}` for `eviction`. Null takes a field away.
    pub body: String,
    /// YAML that is laid over kubectl's options (`request.options`): `fieldManager: argocd`, `propagationPolicy: Orphan`.
    pub options: String,
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
