//! A message at a place.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Nothing wrong; worth knowing.
    Info,
    /// Works, but not as one would think; or would print a warning.
    Warning,
    /// An evaluation failed, or a text could not be read: no verdict from it.
    Error,
    /// The request is denied because of this.
    Denial,
}

/// A message at a place, shaped so that an editor can show it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// What kind of message: `yaml/duplicate-key`, `cel/syntax`, `policy/invalid`, `validation/denied`,
    /// `check/host-ports` …; stable, lower case.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// The message; upstream's wording letter for letter where upstream has one.
    pub message: String,
    /// Our advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The place; empty range for a place between characters.
    pub span: Span,
    /// Other places that matter: the line of the policy for a mark in the manifest, and the other way round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// An edit that would mend it, when one is safe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Edit>,
}

/// Another place, with a word on why it is named.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// Where.
    pub span: Span,
    /// Why.
    pub text: String,
}

/// A change to one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// What it does, as a verb: `Set runAsNonRoot: true`.
    pub title: String,
    /// What is replaced; an empty range inserts.
    pub span: Span,
    /// The new text.
    pub text: String,
}
