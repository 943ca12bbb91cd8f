//! The only layer that speaks to people: everything a reader of the answer may want, plain and serializable.
//!
//! One of the two serializable ends of the engine (the other is `review::Scenario`). Places are spans into the
//! scenario's texts; views turn them into lines and columns.

mod diagnostic;
mod verdict;
mod places;
mod changes;
mod steps;
mod value;
mod explain;
mod collect;
mod policies;
mod lints;
mod findings;
pub mod reference;
pub mod completion;

pub use self::{
    changes::{Change, changes},
    collect::{Judged, not_stored, refused},
    diagnostic::{Diagnostic, Edit, Label, Severity},
    explain::{Root, explain},
    findings::finding,
    lints::{lint_policy, lint_samples},
    places::Places,
    policies::{binding, creation, policy, type_checking},
    verdict::{
        AuditAnnotation, BindingReport, ConditionReport, Explanation, Finding, Iteration, MatchRow,
        ObjectReport, Outcome, ParamReport, PolicyReport, Read, Response, Step, StepKind, StepState,
        TraceNode, TraceOutcome, ValidationReport, VariableReport, Verdict,
    },
};

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// The answer to a scenario.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Report {
    /// One per judged object, in the order of the texts.
    pub objects: Vec<ObjectReport>,
    /// Policies and bindings that the cluster refuses.
    pub refused: Vec<Refused>,
    /// Everything that is worth a mark in an editor: parse errors, policy errors, lints, denials (at the policy and at the
    /// manifest), findings. In order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// A policy or binding that the cluster refuses when it is applied.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Refused {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The document.
    pub span: Span,
    /// What kubectl prints on standard error.
    pub stderr: String,
}
