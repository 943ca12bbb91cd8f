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
            ..Request::default()
        }
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
pub(crate) const OPERATIONS: [(&str, &str); 5] =
    [("", "Apply"), ("CREATE", "Create"), ("UPDATE", "Update"), ("DELETE", "Delete"), ("CONNECT", "Connect")];

fn operation_word(operation: &str) -> &str {
    OPERATIONS.iter().find(|(value, _)| *value == operation).map_or(operation, |(_, word)| word)
}
