//! Which params a binding passes to its policy (kubernetes-vap.md 6.8; `generic/policy_dispatcher.go`, `CollectParams`).

use alloc::{format, string::String, vec::Vec};

use super::policy::{ParamKind, ParamRef, ParameterNotFoundAction};
use crate::objects::{Cluster, GroupVersion, GroupVersionKind, Knowledge, Maker, Object, Scope};
use crate::order;

/// A policy's paramKind as the cluster knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamResource {
    /// The kind.
    pub gvk: GroupVersionKind,
    /// Where its objects live.
    pub scope: Scope,
}

/// Looks a paramKind up. A kind that is neither built in nor declared counts as served when the cluster holds an object of
/// it: whoever has a param has seldom its CRD at hand.
///
/// # Errors
/// The server's text, when it is not served.
pub(super) fn resolve(kind: &ParamKind, cluster: &Cluster) -> Result<ParamResource, String> {
    let version = GroupVersion::parse(&kind.api_version.value)?;
    let gvk =
        GroupVersionKind { group: version.group, version: version.version, kind: kind.kind.value.clone() };
    let resource = cluster.resources().of_kind(&gvk);
    let mut held = cluster.list(&gvk, None).peekable();
    let served = match resource.knowledge {
        Knowledge::BuiltIn | Knowledge::Custom => cluster.resources().is_served(&resource.gvr),
        Knowledge::Guessed => held.peek().is_some(),
    };
    if !served {
        return Err(format!("failed to find resource referenced by paramKind: '{gvk}'"));
    }
    let scope = match resource.knowledge {
        Knowledge::Guessed if held.all(|object| object.namespace.value.is_empty()) => Scope::Cluster,
        _ => resource.scope,
    };
    drop(held);
    Ok(ParamResource { gvk, scope })
}

/// The params of one binding. `Ok(None)`: the binding is evaluated once, without; an empty list: not at all.
///
/// # Errors
/// The text of a configuration error.
pub(super) fn collect(
    kind: Option<&ParamResource>,
    reference: Option<&ParamRef>,
    namespace: &str,
    cluster: &Cluster,
) -> Result<Option<Vec<Object>>, String> {
    let (Some(kind), Some(reference)) = (kind, reference) else { return Ok(None) };
    let wanted = match kind.scope {
        Scope::Cluster => None,
        Scope::Namespaced => match &reference.namespace {
            Some(named) => Some(&*named.value),
            None if namespace.is_empty() => {
                return Err("cannot use namespaced paramRef in policy binding that matches cluster-scoped \
                            resources"
                    .into());
            }
            None => Some(namespace),
        },
    };
    if reference.namespace.is_some() && kind.scope == Scope::Cluster {
        return Err("paramRef.namespace must not be provided for a cluster-scoped `paramKind`".into());
    }
    let mut found: Vec<Object> = match (&reference.name, &reference.selector) {
        (Some(_), Some(_)) => {
            return Err("paramRef.name and paramRef.selector are mutually exclusive".into());
        }
        (Some(name), None) => {
            held(kind, wanted, cluster).filter(|object| object.name.value == name.value).take(1).collect()
        }
        (None, Some(selector)) => {
            selector.check()?;
            held(kind, wanted, cluster)
                .filter(|object| selector.matches(object.metadata().labels()))
                .collect()
        }
        (None, None) => return Err("one of name or selector must be provided".into()),
    };
    // A server's order is that of a Go map.
    order::sort_by(&mut found, |a, b| {
        (&a.namespace.value, &a.name.value).cmp(&(&b.namespace.value, &b.name.value))
    });
    if found.is_empty() && reference.parameter_not_found_action == Some(ParameterNotFoundAction::Deny) {
        return Err("no params found for policy binding with `Deny` parameterNotFoundAction".into());
    }
    Ok(Some(found.into_iter().map(|object| as_kind(object, &kind.gvk)).collect()))
}

fn held<'c>(
    kind: &'c ParamResource,
    namespace: Option<&'c str>,
    cluster: &'c Cluster,
) -> impl Iterator<Item = Object> + 'c {
    cluster.list(&kind.gvk, None).filter_map(move |object| {
        let own = match kind.scope {
            Scope::Cluster => "",
            Scope::Namespaced if object.namespace.value.is_empty() => "default",
            Scope::Namespaced => &*object.namespace.value,
        };
        namespace.is_none_or(|namespace| namespace == own).then(|| object.clone())
    })
}

/// The object in the version that paramKind names: what a server reads from storage and injects.
fn as_kind(object: Object, gvk: &GroupVersionKind) -> Object {
    if object.gvk == *gvk {
        return object;
    }
    let mut maker = Maker::of(&object.document, object.root);
    let root = maker.detach(object.root);
    let version = maker.string(&gvk.api_version());
    maker.set(root, "apiVersion", version);
    let document = maker.finish(root);
    Object::at(&document, root).unwrap_or(object)
}
