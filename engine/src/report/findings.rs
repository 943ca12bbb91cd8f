//! What built-in checks found, for people.

use alloc::{format, string::ToString, vec::Vec};

use super::{Diagnostic, Edit, Finding, Severity};
use crate::checks::{CheckResult, Severity as Weight};
use crate::objects::Object;
use crate::source::Sources;

/// A finding of a check, with its fix as an edit of the text.
#[must_use]
pub fn finding(result: &CheckResult, object: &Object, sources: &Sources) -> Finding {
    let about = result.about;
    let text = sources.get(object.span().source).map_or("", |source| &*source.text);
    let fix = result.fix(text, &object.document).map(|fix| Edit {
        title: fix.title,
        span: fix.span,
        text: fix.text,
    });
    let no_fix = fix.is_none().then(|| "the right value is yours to choose".to_string());
    Finding {
        check: result.id(),
        family: about.family.to_string(),
        title: about.title.to_string(),
        message: result.message.clone(),
        help: (!about.help.is_empty()).then(|| about.help.to_string()),
        severity: severity(result.severity),
        level: level(result.severity).to_string(),
        spans: result.places.iter().map(|place| place.span).collect(),
        paths: result.places.iter().map(|place| place.path.clone()).collect::<Vec<_>>(),
        fix,
        no_fix,
        references: about.references.iter().map(ToString::to_string).collect(),
        standards: about.standards.to_string(),
        policy: about.policy.map(ToString::to_string),
    }
}

impl Finding {
    /// The finding as a mark in an editor, for what is no object under judgement.
    #[must_use]
    pub fn mark(self) -> Diagnostic {
        Diagnostic {
            id: format!("check/{}", self.check),
            severity: self.severity,
            message: self.message,
            help: self.help,
            span: self.spans.first().copied().unwrap_or_default(),
            labels: Vec::new(),
            fix: self.fix,
        }
    }
}

const fn severity(weight: Weight) -> Severity {
    match weight {
        Weight::Info | Weight::Low => Severity::Info,
        Weight::Medium | Weight::High | Weight::Critical => Severity::Warning,
    }
}

const fn level(weight: Weight) -> &'static str {
    match weight {
        Weight::Info => "info",
        Weight::Low => "low",
        Weight::Medium => "medium",
        Weight::High => "high",
        Weight::Critical => "critical",
    }
}
