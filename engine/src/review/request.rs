//! The request that applying an object makes.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::{Scenario, read::Reading};
use crate::admission::{Attributes, Operation, UserInfo};
use crate::objects::{Knowledge, Maker, Object, Scope};
use crate::schema::defaults::{Defaults, Operation as Step, Seen};
use crate::yaml::Document;

/// The page's default user, as kubeadm makes it.
const DEFAULT_USER: &str = "kubernetes-admin";
/// Its groups, with what the server adds.
const DEFAULT_GROUPS: &[&str] = &["kubeadm:cluster-admins", "system:authenticated"];

/// The request for one object of a scenario.
///
/// # Errors
/// When the server refuses the object before admission: it cannot be decoded, or has fields its kind does not have
/// (kubectl asks for strict validation).
pub(super) fn attributes(
    object: &Object,
    scenario: &Scenario,
    reading: &Reading,
    defaults: &Defaults,
) -> Result<Attributes, Seen> {
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
            && (resource.scope == Scope::Cluster
                || in_namespace(stored, asked.namespace.as_str()) == namespace)
    });
    let operation = Operation::parse(&asked.operation).unwrap_or(if stored.is_some() {
        Operation::Update
    } else {
        Operation::Create
    });
    let (new, old) = match operation {
        Operation::Create => (Some(seen(object, Step::Create, None, defaults)?), None),
        Operation::Update => {
            let old = seen(stored.unwrap_or(object), Step::Create, None, defaults)?;
            (Some(seen(object, Step::Update, Some(&old.document), defaults)?), Some(old))
        }
        Operation::Delete => (None, Some(seen(stored.unwrap_or(object), Step::Create, None, defaults)?)),
        Operation::Connect => (Some(object.clone()), None),
    };
    Ok(Attributes {
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
    })
}

/// The object as admission sees it.
fn seen(object: &Object, step: Step, old: Option<&Document>, defaults: &Defaults) -> Result<Object, Seen> {
    let seen = defaults.admit(object.root(), &object.gvk, step, old);
    if seen.refused.is_some() || !seen.unknown.is_empty() {
        return Err(seen);
    }
    let document = Rc::new(seen.document);
    let root = document.root_id();
    Ok(Object::at(&document, root).unwrap_or_else(|_| object.clone()))
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
fn options(operation: Operation, dry_run: bool) -> Option<Rc<Document>> {
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
    Some(maker.finish(root))
}
