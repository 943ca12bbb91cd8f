//! The pod under judgement, as the API server sees it by then.
//!
//! Pod Security judges typed, defaulted objects. Three things that the server does first change its answers; the
//! [`View`] says which of them are done:
//!
//! 1. a volume without a source becomes an emptyDir;
//! 2. a Pod on the host's network gets `hostPort` = `containerPort` (kind Pod only, not ephemeral containers);
//! 3. a Pod's AppArmor annotations are copied into the fields (servers from 1.30).

use alloc::vec::Vec;

use crate::objects::{
    Field,
    pods::{Container, Pod},
};

/// How far on its way through the server the object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// As written: what the library answers when it is asked directly.
    Written,
    /// After defaulting.
    Defaulted,
    /// After the create strategy: what the plugin in a server gets.
    Stored,
}

/// A pod or pod template under judgement.
#[derive(Clone, Debug)]
pub struct Subject<'d> {
    /// The pod.
    pub pod: Pod<'d>,
    /// Its containers: init, regular, ephemeral.
    pub containers: Vec<Container<'d>>,
    /// How it is seen.
    pub view: View,
}

impl<'d> Subject<'d> {
    /// The pod, seen so.
    #[must_use]
    pub fn new(pod: Pod<'d>, view: View) -> Self {
        let containers = pod.containers();
        Self { pod, containers, view }
    }

    /// The pod's own security context.
    #[must_use]
    pub fn security_context(&self) -> Option<Field<'d>> {
        self.pod.get(&["securityContext"])
    }

    /// A field of the pod's security context.
    pub(super) fn pod_field(&self, names: &[&str]) -> Option<Field<'d>> {
        self.security_context()?.at(names)
    }

    /// A true boolean of the pod spec.
    pub(super) fn is_set(&self, name: &str) -> Option<Field<'d>> {
        self.pod.get(&[name]).filter(|field| field.node.as_bool() == Some(true))
    }

    /// Whether the pod has its own user namespace: `hostUsers: false`.
    pub(super) fn has_user_namespace(&self) -> bool {
        self.pod.get(&["hostUsers"]).is_some_and(|field| field.node.as_bool() == Some(false))
    }

    /// Whether hostPort is filled in for the ports of containers that are not ephemeral.
    pub(super) fn defaults_host_ports(&self) -> bool {
        self.view >= View::Defaulted && self.pod.is_pod && self.is_set("hostNetwork").is_some()
    }

    /// Whether AppArmor annotations have been copied into fields.
    pub(super) fn syncs_app_armor(&self) -> bool {
        self.view >= View::Stored && self.pod.is_pod && !self.pod.is_windows()
    }
}

/// A field of a container's security context.
pub(super) fn field<'d>(container: &Container<'d>, names: &[&str]) -> Option<Field<'d>> {
    container.field.get("securityContext")?.at(names)
}
