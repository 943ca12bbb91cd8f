//! What the server is told of Pod Security: its `PodSecurityConfiguration`, alone or inside an `AdmissionConfiguration`.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use super::{Level, LevelVersion, NEWEST, Version, View, labels::Policy};
use crate::objects::{Field, GroupVersionKind, Object};

/// What a server is told in its `PodSecurityConfiguration`, and what it is.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// What a namespace gets for the labels it does not have.
    pub defaults: Policy,
    /// Who and what is never judged.
    pub exemptions: Exemptions,
    /// The server's minor version: the newest policy version it knows.
    pub newest: u64,
    /// How far through the server the objects are.
    pub view: View,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            defaults: Policy::DEFAULT,
            exemptions: Exemptions::default(),
            newest: NEWEST,
            view: View::Stored,
        }
    }
}

/// Who and what is never judged.
#[derive(Clone, Debug, Default)]
pub struct Exemptions {
    /// Namespaces by name.
    pub namespaces: Vec<String>,
    /// Users by name.
    pub usernames: Vec<String>,
    /// `runtimeClassName` of the pod spec.
    pub runtime_classes: Vec<String>,
}

impl Configuration {
    /// That of a server of that minor version with the first configuration among the objects. A level or a version that
    /// is none is as if it were not there: no server starts with it.
    #[must_use]
    pub fn of(objects: &[Object], newest: u64) -> Self {
        let mut read = Self { newest, ..Self::default() };
        let mut all =
            objects.iter().flat_map(|object| configurations(&Field::root(object.root()), &object.gvk));
        let Some(written) = all.next() else { return read };
        let mode = |level: &str, version: &str| {
            let text = |name: &str| written.at(&["defaults", name]).and_then(|field| field.node.as_str());
            let level = text(level).and_then(|text| Level::parse(text).ok());
            let version = text(version).and_then(|text| Version::parse(text).ok());
            LevelVersion {
                level: level.unwrap_or(Level::Privileged),
                version: version.unwrap_or(Version::Latest),
            }
        };
        read.defaults = Policy {
            enforce: mode("enforce", "enforce-version"),
            audit: mode("audit", "audit-version"),
            warn: mode("warn", "warn-version"),
        };
        let list = |name: &str| -> Vec<String> {
            let items =
                written.get("exemptions").map(|exemptions| exemptions.items(name)).unwrap_or_default();
            items.iter().filter_map(|item| item.node.as_str()).map(|text| text.to_string()).collect()
        };
        read.exemptions = Exemptions {
            namespaces: list("namespaces"),
            usernames: list("usernames"),
            runtime_classes: list("runtimeClasses"),
        };
        read
    }
}

/// The PodSecurityConfigurations that an object is or holds.
pub(in crate::checks) fn configurations<'d>(root: &Field<'d>, gvk: &GroupVersionKind) -> Vec<Field<'d>> {
    if gvk.is("pod-security.admission.config.k8s.io", "PodSecurityConfiguration") {
        return alloc::vec![root.clone()];
    }
    if !gvk.is("apiserver.config.k8s.io", "AdmissionConfiguration") {
        return Vec::new();
    }
    let plugins = root.items("plugins").into_iter();
    let ours = plugins.filter(|plugin| plugin.text("name") == Some("PodSecurity"));
    ours.filter_map(|plugin| plugin.get("configuration")).collect()
}
