//! The request that applying an object makes.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::{Scenario, read::Reading};
use crate::{
    admission::{Attributes, Operation, UserInfo},
    objects::{Knowledge, Maker, Object, Scope},
};

/// The page's default user, as kubeadm makes it.
const DEFAULT_USER: &str = "kubernetes-admin";
/// Its groups, with what the server adds.
const DEFAULT_GROUPS: &[&str] = &["kubeadm:cluster-admins", "system:authenticated"];

/// The request for one object of a scenario.
pub(super) fn attributes(object: &Object, scenario: &Scenario, reading: &Reading) -> Attributes {
    let asked = &scenario.request;
    let resource = reading.cluster.resources().of_kind(&object.gvk);
    let of_namespaces = object.gvk.is("", "Namespace");
    let namespace: Rc<str> = match resource.scope {
        Scope::Cluster if of_namespaces => Rc::from(object.effective_name()),
        Scope::Cluster => Rc::from(""),
        Scope::Namespaced if !object.namespace.value.is_empty() => Rc::clone(&object.namespace.value),
        Scope::Namespaced if asked.namespace.is_empty() => Rc::from("default"),
        Scope::Namespaced => Rc::from(asked.namespace.as_str()),
    };
    let stored = reading.stored.iter().find(|stored| {
        stored.gvk.same_group_kind(&object.gvk)
            && stored.name.value == object.name.value
            && (resource.scope == Scope::Cluster || in_namespace(stored, asked.namespace.as_str()) == namespace)
    });
    let operation = Operation::parse(&asked.operation)
        .unwrap_or(if stored.is_some() { Operation::Update } else { Operation::Create });
    let (new, old) = match operation {
        Operation::Create => (Some(object.clone()), None),
        Operation::Update => (Some(object.clone()), Some(stored.unwrap_or(object).clone())),
        Operation::Delete => (None, Some(stored.unwrap_or(object).clone())),
        Operation::Connect => (Some(object.clone()), None),
    };
    Attributes {
        operation,
        kind: object.gvk.clone(),
        resource: resource.gvr,
        subresource: Rc::from(asked.subresource.as_str()),
        name: Rc::from(object.effective_name()),
        namespace,
        object: new,
        old_object: old,
        options: options(operation, asked.dry_run),
        dry_run: asked.dry_run,
        user: user(scenario),
        typed: resource.knowledge == Knowledge::BuiltIn,
    }
}

fn in_namespace(object: &Object, default: &str) -> Rc<str> {
    match (&*object.namespace.value, default) {
        ("", "") => Rc::from("default"),
        ("", default) => Rc::from(default),
        _ => Rc::clone(&object.namespace.value),
    }
}

fn user(scenario: &Scenario) -> UserInfo {
    match &scenario.request.user {
        Some(user) => UserInfo {
            username: user.username.clone(),
            uid: user.uid.clone(),
            groups: user.groups.clone(),
            extra: user.extra.clone(),
        },
        None => UserInfo {
            username: String::from(DEFAULT_USER),
            groups: DEFAULT_GROUPS.iter().map(|group| String::from(*group)).collect(),
            ..UserInfo::default()
        },
    }
}

/// The options kubectl 1.37 sends (kubernetes-vap.md 3.3).
fn options(operation: Operation, dry_run: bool) -> Option<Object> {
    let kind = match operation {
        Operation::Create => "CreateOptions",
        Operation::Update => "UpdateOptions",
        Operation::Delete => "DeleteOptions",
        Operation::Connect => return None,
    };
    let mut maker = Maker::default();
    let mut fields: Vec<(&str, _)> =
        alloc::vec![("kind", maker.string(kind)), ("apiVersion", maker.string("meta.k8s.io/v1"))];
    if dry_run {
        let all = maker.string("All");
        fields.push(("dryRun", maker.list([all])));
    }
    if operation != Operation::Delete {
        fields.push(("fieldManager", maker.string("kubectl-client-side-apply")));
        fields.push(("fieldValidation", maker.string("Strict")));
    }
    let root = maker.map(fields);
    let document = maker.finish(root);
    Object::at(&document, root).ok()
}
