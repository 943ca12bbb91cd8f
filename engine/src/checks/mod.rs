//! Built-in checks of manifests; a check is one file.
//!
//! Two families: [`pod_security`] answers what Pod Security admission answers, [`hardening`] what guides ask for beyond
//! it. Checks are plain functions over documents: no CEL, no schema, so that they work when a policy does not.
//!
//! [`run`] asks all of them of everything at hand.

pub mod pod_security;
pub mod hardening;
mod input;
mod edit;
mod quote;

use alloc::{string::String, vec::Vec};

use self::input::Index;
pub use self::{
    edit::Fix,
    input::{Input, Options, Subject},
};
use crate::objects::Field;
use crate::order;
use crate::source::Span;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A good habit is missing.
    Low,
    /// Eases an attack.
    Medium,
    /// Opens a way in or out.
    High,
    /// Gives the cluster away.
    Critical,
}

/// What a check is, apart from how it runs.
#[derive(Debug, PartialEq, Eq)]
pub struct About {
    /// Names the bad pattern: `host-ports`.
    pub id: &'static str,
    /// `pod-security/baseline`, `pod-security/restricted` or `hardening`.
    pub family: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// How much it matters, unless a result says otherwise.
    pub severity: Severity,
    /// Why it matters and what to do.
    pub help: &'static str,
    /// Links to read on.
    pub references: &'static [&'static str],
    /// The policy of `policies/` that refuses the same.
    pub policy: Option<&'static str>,
    /// The controls of benchmarks that ask for it: `CIS 5.2.6; NSA 1.7`.
    pub standards: &'static str,
}

impl About {
    /// A check of the hardening family.
    #[must_use]
    pub const fn hardening(id: &'static str, severity: Severity) -> Self {
        Self {
            id,
            family: "hardening",
            title: "",
            severity,
            help: "",
            references: &[],
            policy: None,
            standards: "",
        }
    }

    /// With this title.
    #[must_use]
    pub const fn title(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    /// With this advice.
    #[must_use]
    pub const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// With these links.
    #[must_use]
    pub const fn references(self, references: &'static [&'static str]) -> Self {
        Self { references, ..self }
    }

    /// With the policy that refuses the same.
    #[must_use]
    pub const fn policy(self, policy: &'static str) -> Self {
        Self { policy: Some(policy), ..self }
    }

    /// With the controls that ask for it.
    #[must_use]
    pub const fn standards(self, standards: &'static str) -> Self {
        Self { standards, ..self }
    }
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// Which check.
    pub about: &'static About,
    /// Which part of it, for a check that asks several questions: `node-proxy`.
    pub part: Option<&'static str>,
    /// The object it is about, as an index into [`Input::objects`].
    pub object: usize,
    /// How much it matters here.
    pub severity: Severity,
    /// What was found; Pod Security's own text where it is Pod Security.
    pub message: String,
    /// Where, most important first.
    pub places: Vec<Place>,
    /// What would mend it, when that is safe.
    pub changes: Vec<Change>,
}

/// A field that matters to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The value; for a missing field the key (or the name) of what it is missing from.
    pub span: Span,
    /// The field's path, whether it is there or not.
    pub path: String,
    /// Whether the field is missing.
    pub missing: bool,
}

impl Place {
    /// A value that is there.
    #[must_use]
    pub fn value(field: &Field<'_>) -> Self {
        Self { span: field.span, path: field.path.clone(), missing: false }
    }

    /// The value below `parent`, or the place it is missing from.
    #[must_use]
    pub fn below(parent: &Field<'_>, names: &[&str]) -> Self {
        match parent.at(names) {
            Some(field) => Self::value(&field),
            None => {
                Self { span: nearest(parent, names).0.head(), path: parent.path_to(names), missing: true }
            }
        }
    }
}

/// A change that mends: the field `names` below `parent` gets `value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it starts to be written.
    pub target: Target,
    /// What is still to be written there, outermost first; empty when the value itself is replaced.
    pub names: Vec<&'static str>,
    /// The value, as JSON (which is YAML as well).
    pub value: &'static str,
}

/// Where a [`Change`] starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Replaces the value there.
    Value {
        /// The value.
        value: Span,
        /// Its key; `None` for an item of a list.
        key: Option<Span>,
    },
    /// Adds an entry to the mapping that is that node.
    Mapping(crate::yaml::NodeId),
    /// Gives a value to a key that has none (null).
    Empty {
        /// The key.
        key: Span,
        /// The mapping it is in.
        mapping: crate::yaml::NodeId,
    },
}

impl Change {
    /// Sets the field `names` below `parent`.
    #[must_use]
    pub fn set(parent: &Field<'_>, names: &[&'static str], value: &'static str) -> Self {
        let (field, depth) = nearest(parent, names);
        let rest = names.get(depth..).unwrap_or_default();
        let Some(next) = rest.first() else {
            let target = Target::Value { value: field.span, key: field.key };
            return Self { target, names: Vec::new(), value };
        };
        match field.node.entry(next) {
            Some(entry) => {
                let names = rest.get(1..).unwrap_or_default().to_vec();
                let target = Target::Empty { key: entry.key_span, mapping: field.node.id() };
                Self { target, names, value }
            }
            None => Self { target: Target::Mapping(field.node.id()), names: rest.to_vec(), value },
        }
    }
}

/// The deepest field that is there on the way, and how many names lead to it.
fn nearest<'d>(parent: &Field<'d>, names: &[&str]) -> (Field<'d>, usize) {
    let mut field = parent.clone();
    for (depth, name) in names.iter().enumerate() {
        match field.get(name) {
            Some(next) => field = next,
            None => return (field, depth),
        }
    }
    (field, names.len())
}

impl CheckResult {
    /// The id with the part: `rbac-cluster-control/node-proxy`.
    #[must_use]
    pub fn id(&self) -> String {
        match self.part {
            Some(part) => alloc::format!("{}/{part}", self.about.id),
            None => self.about.id.into(),
        }
    }
}

/// Every check there is: Pod Security first, then hardening, in the order in which results come.
pub fn all() -> impl Iterator<Item = &'static About> {
    let pod_security = pod_security::CHECKS.iter().map(|check| &check.about);
    pod_security.chain(hardening::CHECKS.iter().map(|check| &check.about))
}

/// As many objects are checked, and looked up in each other; more would take too long.
const MOST_OBJECTS: usize = 20_000;
/// As many places of a result are kept, and as many results of one check for one object.
const MOST_RESULTS: usize = 100;

/// Keeps a result to a size that somebody can still look at.
fn bound(result: &mut CheckResult) {
    result.places.truncate(MOST_RESULTS);
    // Part of the changes would not mend it.
    if result.changes.len() > MOST_RESULTS {
        result.changes.clear();
    }
}

/// What all checks say, object by object, except what is silenced.
#[must_use]
pub fn run(input: &Input<'_>) -> Vec<CheckResult> {
    let first = |objects| <[_]>::get(objects, ..MOST_OBJECTS).unwrap_or(objects);
    let input = Input::new(first(input.objects), first(input.cluster), input.options);
    let index = Index::new(&input);
    let input = &input.indexed(&index);
    let mut results = Vec::new();
    for (index, _) in input.objects.iter().enumerate() {
        let Some(subject) = Subject::new(input, index) else { continue };
        for level in [pod_security::Level::Baseline, pod_security::Level::Restricted] {
            let Some(pod) = subject.pod.clone() else { break };
            let pod = pod_security::Subject::new(pod, pod_security::View::Stored);
            let newest = input.options.version;
            results.extend(
                pod_security::check(&pod, level, newest)
                    .into_iter()
                    .map(|result| CheckResult { object: index, ..result }),
            );
        }
        results.extend(hardening::check(&subject));
    }
    results.extend(hardening::check_whole(input));
    results.retain(|result| !input.is_silenced(result));
    order::sort_by_key(&mut results, |result| result.object);
    results
}
