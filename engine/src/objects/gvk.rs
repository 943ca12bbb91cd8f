//! Kinds and resources: `apps/v1, Kind=Deployment` and `apps/v1, Resource=deployments`, and what leads from one to the
//! other: the built-in table of 1.37, the CRDs at hand, and for the rest apimachinery's guess.
//!
//! Upstream: `k8s.io/apimachinery/pkg/runtime/schema`, `k8s.io/apimachinery/pkg/api/meta/restmapper.go`.

use alloc::{borrow::ToOwned, format, rc::Rc, string::String, vec::Vec};
use core::fmt;

use super::{builtin::ROWS, builtin::Row};
use crate::yaml::NodeRef;

/// A group and a version: `apps/v1`, or `v1` of the core group.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupVersion {
    /// Empty for the core group.
    pub group: Rc<str>,
    /// `v1`
    pub version: Rc<str>,
}

impl GroupVersion {
    /// Reads an `apiVersion` as apimachinery does: `""` and `/` are the empty group and version.
    ///
    /// # Errors
    /// With upstream's text when there is more than one slash.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() || text == "/" {
            return Ok(Self::default());
        }
        match text.split_once('/') {
            None => Ok(Self { group: Rc::from(""), version: Rc::from(text) }),
            Some((group, version)) if !version.contains('/') => {
                Ok(Self { group: Rc::from(group), version: Rc::from(version) })
            }
            Some(_) => Err(format!("unexpected GroupVersion string: {text}")),
        }
    }
}

impl fmt::Display for GroupVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            f.write_str(&self.version)
        } else {
            write!(f, "{}/{}", self.group, self.version)
        }
    }
}

/// What an object is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupVersionKind {
    /// Empty for the core group.
    pub group: Rc<str>,
    /// `v1`
    pub version: Rc<str>,
    /// `Deployment`
    pub kind: Rc<str>,
}

impl GroupVersionKind {
    /// From its parts.
    #[must_use]
    pub fn new(group: &str, version: &str, kind: &str) -> Self {
        Self { group: Rc::from(group), version: Rc::from(version), kind: Rc::from(kind) }
    }

    /// Whether it is `group` and `kind`, in any version.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        &*self.group == group && &*self.kind == kind
    }

    /// As it stands in `apiVersion`.
    #[must_use]
    pub fn api_version(&self) -> String {
        format!("{}", GroupVersion { group: self.group.clone(), version: self.version.clone() })
    }

    /// Whether both are the same kind, in whatever versions.
    #[must_use]
    pub fn same_group_kind(&self, other: &Self) -> bool {
        self.group == other.group && self.kind == other.kind
    }
}

/// `apps/v1, Kind=Deployment`; the core group leaves the slash: `/v1, Kind=Pod`.
impl fmt::Display for GroupVersionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, Kind={}", self.group, self.version, self.kind)
    }
}

/// What a request is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupVersionResource {
    /// Empty for the core group.
    pub group: Rc<str>,
    /// `v1`
    pub version: Rc<str>,
    /// `deployments`
    pub resource: Rc<str>,
}

impl GroupVersionResource {
    /// From its parts.
    #[must_use]
    pub fn new(group: &str, version: &str, resource: &str) -> Self {
        Self { group: Rc::from(group), version: Rc::from(version), resource: Rc::from(resource) }
    }

    /// `deployments.apps`, or `pods` of the core group: how API errors name it.
    #[must_use]
    pub fn group_resource(&self) -> String {
        if self.group.is_empty() {
            self.resource.as_ref().to_owned()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }
}

/// `apps/v1, Resource=deployments`
impl fmt::Display for GroupVersionResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, Resource={}", self.group, self.version, self.resource)
    }
}

/// Where objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster.
    Cluster,
}

/// How well a resource is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Built into kube-apiserver.
    BuiltIn,
    /// Declared by a CRD at hand.
    Custom,
    /// Neither: plural and scope are guessed.
    Guessed,
}

/// A resource in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What requests name.
    pub gvr: GroupVersionResource,
    /// What its objects are.
    pub gvk: GroupVersionKind,
    /// Where they live. A guess says `Namespaced`.
    pub scope: Scope,
    /// Where this is known from.
    pub knowledge: Knowledge,
}

/// A CRD's names, versions and subresources.
#[derive(Clone, Debug)]
struct Custom {
    group: Rc<str>,
    plural: Rc<str>,
    kind: Rc<str>,
    scope: Scope,
    /// Served versions, in the order of the CRD, with their subresources.
    versions: Vec<(Rc<str>, Vec<&'static str>)>,
}

/// The resources of a cluster: the built-in ones, and those of CRDs.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    custom: Vec<Custom>,
    every_version: bool,
}

impl Resources {
    /// Those of a server that serves every version its libraries know, also those long gone.
    #[must_use]
    pub const fn of_every_version() -> Self {
        Self { custom: Vec::new(), every_version: true }
    }

    /// Whether requests can be made on a resource in that version. Resources that are neither built in nor declared are
    /// not.
    #[must_use]
    pub fn is_served(&self, gvr: &GroupVersionResource) -> bool {
        match self.custom_of(&gvr.group, &gvr.resource) {
            Some(custom) => custom.versions.iter().any(|version| version.0 == gvr.version),
            None => row_of(&gvr.group, &gvr.resource)
                .is_some_and(|row| self.versions(row).any(|version| version == &*gvr.version)),
        }
    }

    fn versions<'r>(&self, row: &'r Row) -> impl Iterator<Item = &'static str> + use<'r> {
        let more: [&[&str]; 2] = if self.every_version { [row.off, row.gone] } else { [&[], &[]] };
        row.on.iter().chain(more.into_iter().flatten()).copied()
    }

    /// Adds what a CustomResourceDefinition (v1 or v1beta1) declares. `false` when it lacks group, plural or kind.
    pub fn add_crd(&mut self, crd: NodeRef<'_>) -> bool {
        let Some(spec) = crd.get("spec") else { return false };
        let text = |node: Option<NodeRef<'_>>| node.and_then(NodeRef::as_str).map(Rc::from);
        let (Some(group), Some(plural), Some(kind)) = (
            text(spec.get("group")),
            text(spec.path(&["names", "plural"])),
            text(spec.path(&["names", "kind"])),
        ) else {
            return false;
        };
        let scope = match spec.get("scope").and_then(NodeRef::as_str) {
            Some("Cluster") => Scope::Cluster,
            _ => Scope::Namespaced,
        };
        let subresources = |node: NodeRef<'_>| {
            let declared = node.get("subresources");
            ["status", "scale"]
                .into_iter()
                .filter(|name| declared.and_then(|all| all.get(name)).is_some_and(|one| !one.is_null()))
                .collect::<Vec<_>>()
        };
        let mut versions: Vec<(Rc<str>, Vec<&'static str>)> = Vec::new();
        if let Some(listed) = spec.get("versions") {
            for version in listed.items() {
                if version.get("served").and_then(NodeRef::as_bool) == Some(false) {
                    continue;
                }
                if let Some(name) = text(version.get("name")) {
                    versions.push((name, subresources(version)));
                }
            }
        }
        if versions.is_empty()
            && let Some(name) = text(spec.get("version"))
        {
            versions.push((name, subresources(spec)));
        }
        self.custom.retain(|known| known.group != group || known.plural != plural);
        self.custom.push(Custom { group, plural, kind, scope, versions });
        true
    }

    /// Makes a custom kind known in one more version, where no CRD says anything of its plural, which is guessed.
    pub fn add_kind(&mut self, gvk: &GroupVersionKind, scope: Scope) {
        let version = (Rc::clone(&gvk.version), Vec::new());
        match self.custom.iter_mut().find(|known| known.group == gvk.group && known.kind == gvk.kind) {
            Some(known) if known.versions.iter().any(|served| served.0 == version.0) => {}
            Some(known) => known.versions.push(version),
            None => self.custom.push(Custom {
                group: Rc::clone(&gvk.group),
                plural: guess_plural(&gvk.kind).into(),
                kind: Rc::clone(&gvk.kind),
                scope,
                versions: alloc::vec![version],
            }),
        }
    }

    /// The resource that holds objects of a kind: built-in, custom, or guessed. A known kind in a version nobody serves
    /// keeps plural and scope of the versions that are.
    #[must_use]
    pub fn of_kind(&self, gvk: &GroupVersionKind) -> Resource {
        let made = |resource: &str, scope, knowledge| Resource {
            gvr: GroupVersionResource {
                group: gvk.group.clone(),
                version: gvk.version.clone(),
                resource: Rc::from(resource),
            },
            gvk: gvk.clone(),
            scope,
            knowledge,
        };
        if let Some(custom) =
            self.custom.iter().find(|known| known.group == gvk.group && known.kind == gvk.kind)
        {
            return made(&custom.plural, custom.scope, Knowledge::Custom);
        }
        if let Some(row) = ROWS.iter().find(|row| row.group == &*gvk.group && row.kind == &*gvk.kind) {
            return made(row.resource, row.scope, Knowledge::BuiltIn);
        }
        made(&guess_plural(&gvk.kind), Scope::Namespaced, Knowledge::Guessed)
    }

    /// What is known of a resource in that version; `None` when it is neither built in nor declared. Versions that are
    /// known but not served are found too.
    #[must_use]
    pub fn of_resource(&self, gvr: &GroupVersionResource) -> Option<Resource> {
        let made = |kind: &str, scope, knowledge| Resource {
            gvr: gvr.clone(),
            gvk: GroupVersionKind {
                group: gvr.group.clone(),
                version: gvr.version.clone(),
                kind: Rc::from(kind),
            },
            scope,
            knowledge,
        };
        if let Some(custom) = self.custom_of(&gvr.group, &gvr.resource)
            && custom.versions.iter().any(|version| version.0 == gvr.version)
        {
            return Some(made(&custom.kind, custom.scope, Knowledge::Custom));
        }
        row_of(&gvr.group, &gvr.resource)
            .filter(|row| [row.on, row.off, row.gone].iter().any(|list| list.contains(&&*gvr.version)))
            .map(|row| made(row.kind, row.scope, Knowledge::BuiltIn))
    }

    /// Resources of other versions, or other groups sharing the storage (core and `events.k8s.io` events), that a server
    /// serves for the same objects and that have the same subresource; `gvr` itself left out. With each, the kind of its
    /// (sub)resource.
    #[must_use]
    pub fn equivalents(
        &self,
        gvr: &GroupVersionResource,
        subresource: &str,
    ) -> Vec<(GroupVersionResource, Option<GroupVersionKind>)> {
        let mut found = Vec::new();
        let mut push = |group: &str, version: &str, resource: &str, kind| {
            let other = GroupVersionResource::new(group, version, resource);
            if other != *gvr {
                found.push((other, kind));
            }
        };
        if let Some(custom) = self.custom_of(&gvr.group, &gvr.resource) {
            for (version, subresources) in &custom.versions {
                let kind = match subresource {
                    "" => Some(GroupVersionKind::new(&custom.group, version, &custom.kind)),
                    name if !subresources.contains(&name) => continue,
                    "scale" => Some(GroupVersionKind::new("autoscaling", "v1", "Scale")),
                    _ => Some(GroupVersionKind::new(&custom.group, version, &custom.kind)),
                };
                push(&custom.group, version, &custom.plural, kind);
            }
            return found;
        }
        let groups: &[&str] = match (&*gvr.group, &*gvr.resource) {
            ("" | "events.k8s.io", "events") => &["", "events.k8s.io"],
            (group, _) => &[group],
        };
        for group in groups {
            let Some(row) = row_of(group, &gvr.resource) else { continue };
            for version in self.versions(row) {
                let kind = match row.subresources.iter().find(|known| known.0 == subresource) {
                    _ if subresource.is_empty() => Some(GroupVersionKind::new(row.group, version, row.kind)),
                    Some((_, Some((group, version, kind)))) => {
                        Some(GroupVersionKind::new(group, version, kind))
                    }
                    Some((_, None)) => Some(GroupVersionKind::new(row.group, version, row.kind)),
                    None => continue,
                };
                push(row.group, version, row.resource, kind);
            }
        }
        found
    }

    /// The kind that a subresource of a built-in resource takes, when it is not the resource's own: `pods/exec` takes
    /// `PodExecOptions`.
    #[must_use]
    pub fn subresource_kind(
        &self,
        gvr: &GroupVersionResource,
        subresource: &str,
    ) -> Option<GroupVersionKind> {
        let row = row_of(&gvr.group, &gvr.resource)?;
        let (group, version, kind) = row.subresources.iter().find(|known| known.0 == subresource)?.1?;
        Some(GroupVersionKind::new(group, version, kind))
    }

    /// The resource and the subresource that take objects of a kind which is nobody's own: `PodExecOptions` goes to
    /// `pods/exec`. Of several resources the first (`Scale`: deployments).
    #[must_use]
    pub fn taker(&self, gvk: &GroupVersionKind) -> Option<(GroupVersionResource, &'static str)> {
        let kind = (&*gvk.group, &*gvk.version, &*gvk.kind);
        let takes = |row: &'static Row| {
            let (subresource, _) = row.subresources.iter().find(|(_, takes)| *takes == Some(kind))?;
            let version = row.on.first()?;
            Some((GroupVersionResource::new(row.group, version, row.resource), *subresource))
        };
        // A deployment is what one scales.
        let preferred = ROWS.iter().filter(|row| row.resource == "deployments");
        preferred.chain(ROWS).find_map(takes)
    }

    /// A resource by what a person may type: plural, singular kind in any case, or short name; the core group first.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Resource> {
        let lower = name.to_lowercase();
        if let Some(custom) =
            self.custom.iter().find(|known| *known.plural == *lower || known.kind.to_lowercase() == lower)
        {
            let version = &custom.versions.first()?.0;
            return self.of_resource(&GroupVersionResource::new(&custom.group, version, &custom.plural));
        }
        let row = ROWS.iter().find(|row| {
            row.resource == lower || row.short.contains(&&*lower) || row.kind.to_lowercase() == lower
        })?;
        let version = row.on.first().or(row.off.first())?;
        self.of_resource(&GroupVersionResource::new(row.group, version, row.resource))
    }

    /// The kinds that a partly named resource may mean (`RESTMapper.KindsFor`): group and version may be empty, the name
    /// may be the singular, in any case. The empty group is no group: `v1` `deployments` finds apps/v1. Only what is
    /// served.
    #[must_use]
    pub fn kinds_for(&self, group: &str, version: &str, resource: &str) -> Vec<GroupVersionKind> {
        let asked = resource.to_lowercase();
        let built_in = ROWS
            .iter()
            .flat_map(|row| self.versions(row).map(|version| (row.group, version, row.resource, row.kind)));
        let custom = self.custom.iter().flat_map(|known| {
            let served = known.versions.iter();
            served.map(|version| (&*known.group, &*version.0, &*known.plural, &*known.kind))
        });
        let named: Vec<_> = built_in
            .chain(custom)
            .filter(|(_, _, plural, kind)| **plural == *asked || kind.to_lowercase() == asked)
            .filter(|(_, known, ..)| version.is_empty() || *known == version)
            .collect();
        let exact = named.iter().any(|(known, ..)| *known == group);
        let in_group = |known: &str| match (group, version) {
            ("", _) => true,
            // A group without a version may be cut short.
            (_, "") if !exact => known.starts_with(group),
            _ => known == group,
        };
        let found = named.iter().filter(|(known, ..)| in_group(known));
        found.map(|(group, version, _, kind)| GroupVersionKind::new(group, version, kind)).collect()
    }

    /// Every built-in resource in its preferred version, then the custom ones: for completion.
    pub fn iter(&self) -> impl Iterator<Item = Resource> + '_ {
        let built_in = ROWS.iter().filter_map(|row| {
            let version = row.on.first()?;
            self.of_resource(&GroupVersionResource::new(row.group, version, row.resource))
        });
        let custom = self.custom.iter().filter_map(|known| {
            let version = &known.versions.first()?.0;
            self.of_resource(&GroupVersionResource::new(&known.group, version, &known.plural))
        });
        built_in.chain(custom)
    }

    fn custom_of(&self, group: &str, plural: &str) -> Option<&Custom> {
        self.custom.iter().find(|known| &*known.group == group && &*known.plural == plural)
    }
}

fn row_of(group: &str, resource: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.group == group && row.resource == resource)
}

/// apimachinery's `UnsafeGuessKindToResource`: what the plural of an unknown kind probably is.
#[must_use]
pub fn guess_plural(kind: &str) -> String {
    let singular = kind.to_lowercase();
    if singular.ends_with("endpoints") {
        return singular;
    }
    match singular.chars().last() {
        None => singular,
        Some('s') => format!("{singular}es"),
        Some('y') => format!("{}ies", singular.strip_suffix('y').unwrap_or(&singular)),
        Some(_) => format!("{singular}s"),
    }
}
