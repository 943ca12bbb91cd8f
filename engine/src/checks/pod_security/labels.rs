//! What a namespace's labels ask for, and which of them are wrong.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use super::level::{Level, LevelVersion, Version};
use crate::checks::quote::quote;

/// The prefix of all labels and audit annotations.
pub const PREFIX: &str = "pod-security.kubernetes.io/";
/// The label of the level that refuses pods.
pub const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
/// The label of that level's version.
pub const ENFORCE_VERSION: &str = "pod-security.kubernetes.io/enforce-version";

/// What each mode asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Refuses pods.
    pub enforce: LevelVersion,
    /// Notes violations in the audit log.
    pub audit: LevelVersion,
    /// Warns who applies.
    pub warn: LevelVersion,
}

impl Policy {
    /// What a server without configuration starts from.
    pub const DEFAULT: Self =
        Self { enforce: LevelVersion::DEFAULT, audit: LevelVersion::DEFAULT, warn: LevelVersion::DEFAULT };

    /// Whether nothing is asked for in any mode.
    #[must_use]
    pub fn is_fully_privileged(&self) -> bool {
        [self.enforce, self.audit, self.warn].iter().all(|mode| mode.level == Level::Privileged)
    }

    /// Whether both ask for the same in every mode.
    #[must_use]
    pub fn is_equivalent(&self, other: &Self) -> bool {
        self.enforce.is_equivalent(&other.enforce)
            && self.audit.is_equivalent(&other.audit)
            && self.warn.is_equivalent(&other.warn)
    }
}

/// A label with a value that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelError {
    /// The label's key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What it must be.
    pub detail: &'static str,
}

impl core::fmt::Display for LabelError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "metadata.labels[{}]: Invalid value: {}: {}", self.key, quote(&self.value), self.detail)
    }
}

/// Several errors as apimachinery joins them: one alone, more in brackets.
#[must_use]
pub fn aggregate(errors: &[LabelError]) -> String {
    let texts: Vec<String> = errors.iter().map(|error| format!("{error}")).collect();
    match texts.as_slice() {
        [one] => one.clone(),
        more => format!("[{}]", more.join(", ")),
    }
}

/// The policy of a namespace with these labels. There always is one: a wrong level makes enforce restricted and leaves
/// audit and warn privileged, a wrong version is the latest.
#[must_use]
pub fn policy(labels: &BTreeMap<String, String>, defaults: &Policy) -> (Policy, Vec<LabelError>) {
    let mut policy = *defaults;
    let mut errors = Vec::new();
    if labels.is_empty() {
        return (policy, errors);
    }
    let mut reader = Reader { labels, errors: &mut errors };

    let enforce = reader.level("enforce", Level::Restricted);
    policy.enforce.level = enforce.level.unwrap_or(policy.enforce.level);
    policy.enforce.version = reader.version("enforce").unwrap_or(policy.enforce.version);
    let audit = reader.level("audit", Level::Privileged);
    policy.audit.level = audit.level.unwrap_or(policy.audit.level);
    policy.audit.version = reader.version("audit").unwrap_or(policy.audit.version);
    let warn = reader.level("warn", Level::Privileged);
    policy.warn.level = warn.level.unwrap_or(policy.warn.level);
    let warn_version = reader.version("warn");
    policy.warn.version = warn_version.unwrap_or(policy.warn.version);

    // Who is refused shall be warned as well, unless the namespace says how to warn.
    if warn.level.is_none() && enforce.valid && policy.enforce.level > policy.warn.level {
        policy.warn.level = policy.enforce.level;
        if warn_version.is_none() {
            policy.warn.version = policy.enforce.version;
        }
    }
    (policy, errors)
}

struct Reader<'l> {
    labels: &'l BTreeMap<String, String>,
    errors: &'l mut Vec<LabelError>,
}

struct LevelLabel {
    level: Option<Level>,
    valid: bool,
}

impl Reader<'_> {
    fn level(&mut self, mode: &str, otherwise: Level) -> LevelLabel {
        match self.label(mode, "", Level::parse) {
            None => LevelLabel { level: None, valid: false },
            Some(level) => LevelLabel { level: Some(level.unwrap_or(otherwise)), valid: level.is_some() },
        }
    }

    fn version(&mut self, mode: &str) -> Option<Version> {
        self.label(mode, "-version", Version::parse).map(|version| version.unwrap_or(Version::Latest))
    }

    /// `None`: no such label. `Some(None)`: one that is wrong.
    fn label<T>(
        &mut self,
        mode: &str,
        end: &str,
        parse: fn(&str) -> Result<T, &'static str>,
    ) -> Option<Option<T>> {
        let key = format!("{PREFIX}{mode}{end}");
        let value = self.labels.get(&key)?;
        match parse(value) {
            Ok(value) => Some(Some(value)),
            Err(detail) => {
                self.errors.push(LabelError { key, value: value.clone(), detail });
                Some(None)
            }
        }
    }
}
