//! The request and the version, as the user sets them; what differs from the default becomes a chip.

use celgate::review::{Request, UserInfo};
use serde::{Deserialize, Serialize};

/// The newest Kubernetes the engine knows; the default.
pub(crate) const NEWEST: u32 = 37;
/// The first with `ValidatingAdmissionPolicy` at v1.
pub(crate) const OLDEST: u32 = 30;
/// Who asks unless told otherwise: what `kubectl` on a fresh cluster is.
pub(crate) const DEFAULT_USER: &str = "kubernetes-admin";

/// Everything beside the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// `1.36`; empty: the newest.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) version: String,
    /// CREATE, UPDATE, DELETE, CONNECT; empty: what `kubectl apply` would do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) operation: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) namespace: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) user: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) dry_run: bool,
    /// `scale`, `status`, `exec` …; empty: the object itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) subresource: String,
    /// YAML that is laid over what a subresource is sent: `command: [sh]`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
    /// The level of namespaces that no text holds: `baseline`, `restricted` …; empty: no label.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) pod_security: String,
    /// Which Kubernetes version's Pod Security: `1.30`; empty: the latest.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) pod_security_version: String,
    /// Ids of built-in checks that shall not speak.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) silenced: Vec<String>,
    /// Where images may come from; empty: not asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) trusted_registries: Vec<String>,
    /// Whether the texts are all there is.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) complete: bool,
    /// Whether policies see objects as they are written, without the server's defaults.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) as_written: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A setting that differs from the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chip {
    pub(crate) label: String,
    /// The settings without it.
    pub(crate) without: Settings,
}

impl Settings {
    pub(crate) fn version(&self) -> String {
        if self.version.is_empty() { format!("1.{NEWEST}") } else { self.version.clone() }
    }

    /// All versions on offer, oldest first.
    pub(crate) fn versions() -> impl Iterator<Item = String> {
        (OLDEST..=NEWEST).map(|minor| format!("1.{minor}"))
    }

    pub(crate) fn request(&self) -> Request {
        let user = (!self.user.is_empty() || !self.groups.is_empty()).then(|| UserInfo {
            username: if self.user.is_empty() { DEFAULT_USER.to_owned() } else { self.user.clone() },
            groups: self.groups.clone(),
            ..UserInfo::default()
        });
        Request {
            operation: self.operation.clone(),
            namespace: self.namespace.clone(),
            user,
            dry_run: self.dry_run,
            subresource: self.subresource.clone(),
            body: self.body.clone(),
            ..Request::default()
        }
    }

    /// `restricted:v1.30`, as the scenario takes it.
    pub(crate) fn pod_security(&self) -> String {
        match (self.pod_security.as_str(), self.pod_security_version.as_str()) {
            ("", _) => String::new(),
            (level, "") => level.to_owned(),
            (level, version) => format!("{level}:v{version}"),
        }
    }

    /// Pod Security versions on offer, oldest first.
    pub(crate) fn pod_security_versions() -> impl Iterator<Item = String> {
        (0..=NEWEST).map(|minor| format!("1.{minor}"))
    }

    /// The chips of the bar, in the order of the settings.
    pub(crate) fn chips(&self) -> Vec<Chip> {
        let mut chips = Vec::new();
        let mut chip = |label: String, change: &dyn Fn(&mut Self)| {
            let mut without = self.clone();
            change(&mut without);
            chips.push(Chip { label, without });
        };
        if !self.version.is_empty() {
            chip(format!("Kubernetes {}", self.version), &|s| s.version.clear());
        }
        if !self.operation.is_empty() {
            chip(operation_word(&self.operation).to_owned(), &|s| s.operation.clear());
        }
        if !self.namespace.is_empty() {
            chip(format!("namespace {}", self.namespace), &|s| s.namespace.clear());
        }
        if !self.user.is_empty() {
            chip(format!("user {}", self.user), &|s| s.user.clear());
        }
        for (index, group) in self.groups.iter().enumerate() {
            chip(format!("group {group}"), &|s| {
                s.groups.remove(index);
            });
        }
        if self.dry_run {
            chip("dry run".to_owned(), &|s| s.dry_run = false);
        }
        if !self.subresource.is_empty() {
            chip(format!("subresource {}", self.subresource), &|s| {
                s.subresource.clear();
                s.body.clear();
            });
        }
        if !self.pod_security.is_empty() {
            chip(format!("Pod Security {}", self.pod_security()), &|s| {
                s.pod_security.clear();
                s.pod_security_version.clear();
            });
        }
        if self.as_written {
            chip("without defaults".to_owned(), &|s| s.as_written = false);
        }
        if self.complete {
            chip("these manifests are all".to_owned(), &|s| s.complete = false);
        }
        if !self.trusted_registries.is_empty() {
            let what =
                super::words::plural(self.trusted_registries.len(), "trusted registry", "trusted registries");
            chip(what, &|s| s.trusted_registries.clear());
        }
        if !self.silenced.is_empty() {
            let what = match self.silenced.as_slice() {
                [one] => format!("{one} silenced"),
                many => format!("{} checks silenced", many.len()),
            };
            chip(what, &|s| s.silenced.clear());
        }
        chips
    }

    /// `CREATE by kubernetes-admin in shop`, for the head of the cluster editor.
    pub(crate) fn summary(&self) -> String {
        let operation = if self.operation.is_empty() { "Apply" } else { operation_word(&self.operation) };
        let user = if self.user.is_empty() { DEFAULT_USER } else { &self.user };
        let namespace = if self.namespace.is_empty() { "default" } else { &self.namespace };
        format!("{operation} as {user}, namespace {namespace} unless the object names one")
    }
}

/// The operations on offer: value and word.
pub(crate) const OPERATIONS: [(&str, &str); 6] = [
    ("", "Apply"),
    ("CREATE", "Create"),
    ("UPDATE", "Update"),
    ("PATCH", "Patch"),
    ("DELETE", "Delete"),
    ("CONNECT", "Connect"),
];

/// The subresources on offer.
pub(crate) const SUBRESOURCES: [&str; 11] = [
    "status",
    "scale",
    "exec",
    "attach",
    "portforward",
    "proxy",
    "log",
    "ephemeralcontainers",
    "resize",
    "eviction",
    "binding",
];

fn operation_word(operation: &str) -> &str {
    OPERATIONS.iter().find(|(value, _)| *value == operation).map_or(operation, |(_, word)| word)
}
