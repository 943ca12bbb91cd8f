//! The authorizer of a cluster with RBAC: answers from the roles and bindings that the cluster holds
//! (`plugin/pkg/auth/authorizer/rbac`, `pkg/registry/rbac/validation/rule.go`).

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};

use crate::cel::quote::quote;
use crate::environment::library::authz::{Attributes, Authorize, Decision, Target, User, Verdict};
use crate::objects::{Cluster, GroupVersionKind, LabelSelector, Object};
use crate::yaml::NodeRef;

const GROUP: &str = "rbac.authorization.k8s.io";

/// The roles and role bindings of a cluster, as an authorizer. Without any it has no opinion about anything.
#[derive(Clone, Debug, Default)]
pub struct Rbac {
    cluster: Cluster,
}

impl Rbac {
    /// The authorizer of that cluster.
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        let mut own = Cluster::default();
        for object in cluster.objects().iter().filter(|object| &*object.gvk.group == GROUP) {
            own.add(object.clone());
        }
        Self { cluster: own }
    }
}

impl Authorize for Rbac {
    fn authorize(&self, attributes: &Attributes) -> Decision {
        let mut errors: Vec<String> = Vec::new();
        for binding in of_kind(&self.cluster, "ClusterRoleBinding") {
            let described =
                |subject: &str| format!("ClusterRoleBinding {} {subject}", quote(&binding.name.value));
            if let Some(reason) = allowed(&self.cluster, binding, "", attributes, &described, &mut errors) {
                return decision(Verdict::Allow, reason);
            }
        }
        if let Target::Resource(resource) = &attributes.target
            && !resource.namespace.is_empty()
        {
            let namespace = &*resource.namespace;
            for binding in of_kind(&self.cluster, "RoleBinding") {
                if self.cluster.namespace_of(binding) != namespace {
                    continue;
                }
                let name = format!("{}/{namespace}", binding.name.value);
                let described = |subject: &str| format!("RoleBinding {} {subject}", quote(&name));
                let reason = allowed(&self.cluster, binding, namespace, attributes, &described, &mut errors);
                if let Some(reason) = reason {
                    return decision(Verdict::Allow, reason);
                }
            }
        }
        let reason = match errors.as_slice() {
            [] => String::new(),
            [one] => format!("RBAC: {one}"),
            many => format!("RBAC: [{}]", many.join(", ")),
        };
        decision(Verdict::NoOpinion, reason)
    }
}

fn decision(verdict: Verdict, reason: String) -> Decision {
    Decision { verdict, reason: Rc::from(reason), error: None }
}

fn of_kind<'c>(cluster: &'c Cluster, kind: &'static str) -> impl Iterator<Item = &'c Object> {
    cluster.objects().iter().filter(move |object| object.gvk.is(GROUP, kind))
}

/// The reason why a binding allows it, if it does.
fn allowed(
    cluster: &Cluster,
    binding: &Object,
    namespace: &str,
    attributes: &Attributes,
    described: &dyn Fn(&str) -> String,
    errors: &mut Vec<String>,
) -> Option<String> {
    let root = binding.root();
    let subject = root
        .get("subjects")
        .into_iter()
        .flat_map(NodeRef::items)
        .find(|subject| applies(*subject, namespace, &attributes.user))?;
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
    if !grants(cluster, role, attributes) {
        return None;
    }
    let subject_kind = text(subject, "kind");
    let mut subject_name = text(subject, "name");
    if subject_kind == "ServiceAccount" {
        let own = text(subject, "namespace");
        subject_name = format!("{subject_name}/{}", if own.is_empty() { namespace } else { &own });
    }
    let tail = format!("of {kind} {} to {subject_kind} {}", quote(&name), quote(&subject_name));
    Some(format!("RBAC: allowed by {}", described(&tail)))
}

/// Whether a role allows it. Into a role that aggregates, a controller writes the rules of those that it selects, instead of
/// its own (`clusterroleaggregation_controller.go`).
fn grants(cluster: &Cluster, role: &Object, attributes: &Attributes) -> bool {
    let mut open: Vec<&Object> = vec![role];
    let mut done: Vec<&str> = vec![&role.name.value];
    while let Some(role) = open.pop() {
        let aggregates = role.root().get("aggregationRule").filter(|node| !node.is_null());
        let Some(aggregates) = aggregates.filter(|_| &*role.gvk.kind == "ClusterRole") else {
            let rules = role.root().get("rules").into_iter().flat_map(NodeRef::items);
            if rules.into_iter().any(|rule| allows(rule, attributes)) {
                return true;
            }
            continue;
        };
        let selectors = aggregates.get("clusterRoleSelectors").into_iter().flat_map(NodeRef::items);
        let selectors: Vec<LabelSelector> = selectors.map(LabelSelector::read).collect();
        for other in of_kind(cluster, "ClusterRole") {
            let selected = selectors.iter().any(|selector| selector.matches(other.metadata().labels()));
            if selected && !done.contains(&&*other.name.value) {
                done.push(&other.name.value);
                open.push(other);
            }
        }
    }
    false
}

fn applies(subject: NodeRef<'_>, namespace: &str, user: &User) -> bool {
    let text = |key: &str| subject.get(key).and_then(NodeRef::as_str).unwrap_or("");
    let name = text("name");
    match text("kind") {
        "User" => &*user.name == name,
        "Group" => user.groups.iter().any(|group| &**group == name),
        "ServiceAccount" => {
            let own = text("namespace");
            let namespace = if own.is_empty() { namespace } else { own };
            !namespace.is_empty() && *user.name == *format!("system:serviceaccount:{namespace}:{name}")
        }
        _ => false,
    }
}

fn allows(rule: NodeRef<'_>, attributes: &Attributes) -> bool {
    let any = |key: &str, test: &dyn Fn(&str) -> bool| {
        rule.get(key).into_iter().flat_map(NodeRef::items).filter_map(NodeRef::as_str).any(test)
    };
    let has = |key: &str, wanted: &str| any(key, &|item| item == "*" || item == wanted);
    if !has("verbs", &attributes.verb) {
        return false;
    }
    match &attributes.target {
        Target::Resource(asked) => {
            let subresource = &*asked.subresource;
            let combined = if subresource.is_empty() {
                String::from(&*asked.resource)
            } else {
                format!("{}/{subresource}", asked.resource)
            };
            let every = |item: &str| !subresource.is_empty() && item.strip_prefix("*/") == Some(subresource);
            let names = rule.get("resourceNames").is_none_or(|list| list.items().len() == 0);
            has("apiGroups", &asked.group)
                && any("resources", &|item| item == "*" || item == combined || every(item))
                && (names || any("resourceNames", &|item| item == &*asked.name))
        }
        Target::Path(path) => any("nonResourceURLs", &|item| {
            item == "*"
                || item == &**path
                || item.ends_with('*') && path.starts_with(item.trim_end_matches('*'))
        }),
    }
}
