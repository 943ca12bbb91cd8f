//! The pod in any workload: where its template stands, its containers, its volumes.
//!
//! The kinds are those that Pod Security knows: Pod, PodTemplate, ReplicationController, the four of `apps`, Job and
//! CronJob. The version does not matter; other kinds with pod specs inside (custom resources) are not looked into.

use alloc::vec::Vec;

use super::Field;
use crate::yaml::NodeRef;

/// Which list of a pod spec a container stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContainerKind {
    /// `initContainers`
    Init,
    /// `containers`
    Regular,
    /// `ephemeralContainers`
    Ephemeral,
}

impl ContainerKind {
    /// All lists, in the order in which Kubernetes visits them.
    pub const ALL: [Self; 3] = [Self::Init, Self::Regular, Self::Ephemeral];

    /// The field of the pod spec.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Init => "initContainers",
            Self::Regular => "containers",
            Self::Ephemeral => "ephemeralContainers",
        }
    }
}

/// A container of a pod.
#[derive(Clone, Debug)]
pub struct Container<'d> {
    /// Which list it is in.
    pub kind: ContainerKind,
    /// The container; its `path` says which.
    pub field: Field<'d>,
}

impl<'d> Container<'d> {
    /// Its name, empty when it has none.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.field.text("name").unwrap_or("")
    }
}

/// A pod, or the template of the pods that a workload makes.
#[derive(Clone, Debug)]
pub struct Pod<'d> {
    /// Whether it is an object of kind Pod, not a template.
    pub is_pod: bool,
    /// What holds `metadata` and `spec`; `None` for a workload without its template.
    pub template: Option<Field<'d>>,
}

impl<'d> Pod<'d> {
    /// The pod in an object of that group and kind; `None` for kinds that have none.
    #[must_use]
    pub fn find(group: &str, kind: &str, root: NodeRef<'d>) -> Option<Self> {
        let path = template_path(group, kind)?;
        let root = Field::root(root);
        let template = if path.is_empty() { Some(root) } else { root.at(path) };
        Some(Self { is_pod: path.is_empty(), template })
    }

    /// The metadata: the pod's own, for a template the template's.
    #[must_use]
    pub fn metadata(&self) -> Option<Field<'d>> {
        self.template.as_ref()?.get("metadata")
    }

    /// The pod spec.
    #[must_use]
    pub fn spec(&self) -> Option<Field<'d>> {
        self.template.as_ref()?.get("spec")
    }

    /// A field of the pod spec.
    #[must_use]
    pub fn get(&self, names: &[&str]) -> Option<Field<'d>> {
        self.spec()?.at(names)
    }

    /// All containers: init, regular, ephemeral, each in list order.
    #[must_use]
    pub fn containers(&self) -> Vec<Container<'d>> {
        let Some(spec) = self.spec() else { return Vec::new() };
        let of = |kind: ContainerKind| {
            spec.items(kind.field()).into_iter().map(move |field| Container { kind, field })
        };
        ContainerKind::ALL.into_iter().flat_map(of).collect()
    }

    /// Containers that run for the pod's purpose: all but ephemeral ones.
    #[must_use]
    pub fn lasting(&self) -> Vec<Container<'d>> {
        let mut all = self.containers();
        all.retain(|container| container.kind != ContainerKind::Ephemeral);
        all
    }

    /// The volumes, in order.
    #[must_use]
    pub fn volumes(&self) -> Vec<Field<'d>> {
        self.spec().map(|spec| spec.items("volumes")).unwrap_or_default()
    }

    /// Annotations that are text (a null is the empty text), with their fields.
    #[must_use]
    pub fn annotations(&self) -> Vec<(&'d str, &'d str, Field<'d>)> {
        let Some(annotations) = self.metadata().and_then(|metadata| metadata.get("annotations")) else {
            return Vec::new();
        };
        annotations
            .fields()
            .filter_map(|(key, field)| {
                let value = if field.node.is_null() { "" } else { field.node.as_str()? };
                Some((key, value, field))
            })
            .collect()
    }

    /// Whether `spec.os.name` says windows. Node selectors do not count.
    #[must_use]
    pub fn is_windows(&self) -> bool {
        self.get(&["os", "name"]).is_some_and(|name| name.node.as_str() == Some("windows"))
    }
}

/// The way from an object of that kind to what holds the pod's metadata and spec; empty for a Pod itself, `None` for
/// kinds without one.
#[must_use]
pub fn template_path(group: &str, kind: &str) -> Option<&'static [&'static str]> {
    Some(match (group, kind) {
        ("", "Pod") => &[],
        ("", "PodTemplate") => &["template"],
        ("", "ReplicationController")
        | ("apps", "ReplicaSet" | "Deployment" | "StatefulSet" | "DaemonSet")
        | ("batch", "Job") => &["spec", "template"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    })
}
