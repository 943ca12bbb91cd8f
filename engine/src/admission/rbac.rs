//! The authorizer of a cluster with RBAC: answers from the roles and bindings that the cluster holds
//! (`plugin/pkg/auth/authorizer/rbac`, `pkg/registry/rbac/validation/rule.go`).

use alloc::{format, string::String, vec::Vec};

use super::attributes::UserInfo;
use crate::cel::quote::quote;
use crate::objects::{Cluster, GroupVersionKind, Object};
use crate::yaml::NodeRef;

const GROUP: &str = "rbac.authorization.k8s.io";

/// What is asked of an authorizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access<'a> {
    /// A verb on a resource.
    Resource {
        /// `get`, `create` …
        verb: &'a str,
        /// Its group.
        group: &'a str,
        /// Its plural.
        resource: &'a str,
        /// The subresource; empty for none.
        subresource: &'a str,
        /// The namespace; empty for all, and for cluster-scoped resources.
        namespace: &'a str,
        /// The name; empty for any.
        name: &'a str,
    },
    /// A verb on a path.
    Path {
        /// `get` …
        verb: &'a str,
        /// `/healthz`
        path: &'a str,
    },
}

/// What an authorizer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why.
    pub reason: String,
}

/// Whether the cluster's roles allow a user that access.
#[must_use]
pub fn authorize(cluster: &Cluster, user: &UserInfo, access: &Access<'_>) -> Answer {
    let mut errors: Vec<String> = Vec::new();
    for binding in of_kind(cluster, "ClusterRoleBinding") {
        let described =
            |subject: &str| format!("ClusterRoleBinding {} {subject}", quote(&binding.name.value));
        if let Some(answer) = bound(cluster, binding, "", user, access, &described, &mut errors) {
            return answer;
        }
    }
    if let Access::Resource { namespace, .. } = access
        && !namespace.is_empty()
    {
        for binding in of_kind(cluster, "RoleBinding") {
            if cluster.namespace_of(binding) != *namespace {
                continue;
            }
            let name = format!("{}/{namespace}", binding.name.value);
            let described = |subject: &str| format!("RoleBinding {} {subject}", quote(&name));
            if let Some(answer) = bound(cluster, binding, namespace, user, access, &described, &mut errors) {
                return answer;
            }
        }
    }
    let reason = match errors.as_slice() {
        [] => String::new(),
        [one] => format!("RBAC: {one}"),
        many => format!("RBAC: [{}]", many.join(", ")),
    };
    Answer { allowed: false, reason }
}

fn of_kind<'c>(cluster: &'c Cluster, kind: &'static str) -> impl Iterator<Item = &'c Object> {
    cluster.objects().iter().filter(move |object| object.gvk.is(GROUP, kind))
}

fn bound(
    cluster: &Cluster,
    binding: &Object,
    namespace: &str,
    user: &UserInfo,
    access: &Access<'_>,
    described: &dyn Fn(&str) -> String,
    errors: &mut Vec<String>,
) -> Option<Answer> {
    let root = binding.root();
    let subject = root
        .get("subjects")
        .into_iter()
        .flat_map(NodeRef::items)
        .find(|subject| applies(*subject, namespace, user))?;
    let text = |node: NodeRef<'_>, key: &str| -> String {
        node.get(key).and_then(NodeRef::as_str).unwrap_or("").into()
    };
    let reference = root.get("roleRef")?;
    let (kind, name) = (text(reference, "kind"), text(reference, "name"));
    let mut fail = |error: String| {
        if !errors.contains(&error) {
            errors.push(error);
        }
    };
    let role_namespace = match &*kind {
        "Role" => namespace,
        "ClusterRole" => "",
        _ => {
            fail(format!("unsupported role reference kind: {}", quote(&kind)));
            return None;
        }
    };
    let Some(role) = cluster.get(&GroupVersionKind::new(GROUP, "v1", &kind), role_namespace, &name) else {
        fail(format!("{}s.{GROUP} {} not found", kind.to_lowercase(), quote(&name)));
        return None;
    };
    let rules = role.root().get("rules");
    if !rules.into_iter().flat_map(NodeRef::items).any(|rule| allows(rule, access)) {
        return None;
    }
    let subject_kind = text(subject, "kind");
    let mut subject_name = text(subject, "name");
    if subject_kind == "ServiceAccount" {
        let own = text(subject, "namespace");
        subject_name = format!("{subject_name}/{}", if own.is_empty() { namespace } else { &own });
    }
    let tail = format!("of {kind} {} to {subject_kind} {}", quote(&name), quote(&subject_name));
    Some(Answer { allowed: true, reason: format!("RBAC: allowed by {}", described(&tail)) })
}

fn applies(subject: NodeRef<'_>, namespace: &str, user: &UserInfo) -> bool {
    let text = |key: &str| subject.get(key).and_then(NodeRef::as_str).unwrap_or("");
    let name = text("name");
    match text("kind") {
        "User" => user.username == name,
        "Group" => user.groups.iter().any(|group| group == name),
        "ServiceAccount" => {
            let own = text("namespace");
            let namespace = if own.is_empty() { namespace } else { own };
            !namespace.is_empty() && user.username == format!("system:serviceaccount:{namespace}:{name}")
        }
        _ => false,
    }
}

fn allows(rule: NodeRef<'_>, access: &Access<'_>) -> bool {
    let any = |key: &str, test: &dyn Fn(&str) -> bool| {
        rule.get(key).into_iter().flat_map(NodeRef::items).filter_map(NodeRef::as_str).any(test)
    };
    let has = |key: &str, wanted: &str| any(key, &|item| item == "*" || item == wanted);
    match *access {
        Access::Resource { verb, group, resource, subresource, name, .. } => {
            let combined = if subresource.is_empty() {
                String::from(resource)
            } else {
                format!("{resource}/{subresource}")
            };
            let every = |item: &str| !subresource.is_empty() && item.strip_prefix("*/") == Some(subresource);
            let names = rule.get("resourceNames").is_none_or(|list| list.items().len() == 0);
            has("verbs", verb)
                && has("apiGroups", group)
                && any("resources", &|item| item == "*" || item == combined || every(item))
                && (names || any("resourceNames", &|item| item == name))
        }
        Access::Path { verb, path } => {
            has("verbs", verb)
                && any("nonResourceURLs", &|item| {
                    item == "*"
                        || item == path
                        || item.ends_with('*') && path.starts_with(item.trim_end_matches('*'))
                })
        }
    }
}
