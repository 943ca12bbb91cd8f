//! How Pod Security words its details: quotes, plurals, joins.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

/// `"a", "b"`: quoted as they are, not escaped.
pub(super) fn quoted<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("\"{}\"", item.as_ref())).collect();
    items.join(", ")
}

/// One form or the other by count.
pub(super) fn plural<'t>(one: &'t str, more: &'t str, count: usize) -> &'t str {
    if count == 1 { one } else { more }
}

/// `container "a"`, `containers "a", "b"`.
pub(super) fn containers(names: &[&str]) -> String {
    format!("{} {}", plural("container", "containers", names.len()), quoted(names))
}

/// Who set a value: `pod`, `container "a"`, `pod and containers "a", "b"`.
#[derive(Default)]
pub(super) struct Setters<'d> {
    /// Whether the pod did.
    pub(super) pod: bool,
    /// Names of the containers that did, in order.
    pub(super) containers: Vec<&'d str>,
}

impl Setters<'_> {
    pub(super) fn is_empty(&self) -> bool {
        !self.pod && self.containers.is_empty()
    }

    pub(super) fn list(&self) -> Vec<String> {
        let pod = self.pod.then(|| "pod".to_string());
        let containers = (!self.containers.is_empty()).then(|| containers(&self.containers));
        pod.into_iter().chain(containers).collect()
    }

    pub(super) fn join(&self) -> String {
        self.list().join(" and ")
    }
}

/// Distinct values in byte order.
pub(super) type Distinct<'d> = BTreeSet<&'d str>;
