//! From texts to what they hold: policies, bindings, objects to judge, and the cluster they meet.

use alloc::{boxed::Box, collections::BTreeMap, format, rc::Rc, string::ToString, vec::Vec};

use super::{Scenario, TextRole, gatekeeper};
use crate::admission::{Binding, Policy};
use crate::objects::{Cluster, Object};
use crate::report::{Diagnostic, Label, ObjectReport, Outcome as Answer, Severity, Verdict};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Outcome};

/// What the texts of a scenario hold.
pub(super) struct Reading {
    /// The texts.
    pub(super) sources: Sources,
    /// The policies, in order.
    pub(super) policies: Vec<Policy>,
    /// The bindings, in order.
    pub(super) bindings: Vec<Binding>,
    /// What is to be judged, and the documents among it that are no objects, in order.
    pub(super) subjects: Vec<Subject>,
    /// Everything that is or will be in the cluster.
    pub(super) cluster: Cluster,
    /// Everything that is not judged: policies, bindings, what is in the cluster.
    pub(super) others: Vec<Object>,
    /// Old versions of objects: what the text of the cluster holds.
    pub(super) stored: Vec<Object>,
    /// What is wrong with the texts.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Something that was pasted to be applied.
pub(super) enum Subject {
    /// An object.
    Object(Object),
    /// A document that is none: what can be said of it.
    Broken(Box<ObjectReport>),
}

/// Reads all texts.
pub(super) fn read(scenario: &Scenario) -> Reading {
    let mut reading = Reading {
        sources: Sources::default(),
        policies: Vec::new(),
        bindings: Vec::new(),
        subjects: Vec::new(),
        cluster: Cluster::default(),
        others: Vec::new(),
        stored: Vec::new(),
        diagnostics: Vec::new(),
    };
    for text in &scenario.texts {
        let id = reading.sources.add(text.name.as_str(), text.text.as_str());
        read_text(id, text.role, &mut reading);
    }
    duplicates(&mut reading);
    gatekeeper::expand(&mut reading);
    reading
}

fn read_text(id: SourceId, role: TextRole, reading: &mut Reading) {
    let Some(source) = reading.sources.get(id) else { return };
    let parsed = yaml::parse(source);
    for error in &parsed.errors {
        reading.diagnostics.push(Diagnostic {
            id: "yaml/syntax".to_string(),
            severity: Severity::Error,
            message: error.to_string(),
            help: error.help().map(ToString::to_string),
            span: error.span(),
            labels: related(error.related()),
            fix: None,
        });
    }
    for warning in &parsed.warnings {
        reading.diagnostics.push(Diagnostic {
            id: "yaml/odd".to_string(),
            severity: Severity::Warning,
            message: warning.to_string(),
            help: warning.help().map(ToString::to_string),
            span: warning.span(),
            labels: related(warning.related()),
            fix: None,
        });
    }
    let documents: Vec<Rc<yaml::Document>> = parsed.documents.into_iter().map(Rc::new).collect();
    for chunk in &parsed.chunks {
        match chunk.outcome {
            Outcome::Empty => {}
            Outcome::Broken(at) => {
                let message = parsed.errors.get(at).map(ToString::to_string).unwrap_or_default();
                if role == TextRole::Resources {
                    reading.subjects.push(Subject::Broken(Box::new(broken(chunk.span, &message))));
                }
            }
            Outcome::Document(at) => {
                if let Some(document) = documents.get(at) {
                    read_document(document, chunk.span, role, reading);
                }
            }
        }
    }
}

fn read_document(document: &Rc<yaml::Document>, span: Span, role: TextRole, reading: &mut Reading) {
    let identified = Object::identify(document);
    for error in &identified.errors {
        reading.diagnostics.push(Diagnostic {
            id: "object/identity".to_string(),
            severity: Severity::Error,
            message: error.to_string(),
            help: error.is_anonymous().then(|| "an object names its apiVersion and its kind".to_string()),
            span: error.span,
            labels: Vec::new(),
            fix: None,
        });
        if role == TextRole::Resources {
            reading.subjects.push(Subject::Broken(Box::new(broken(span, &error.to_string()))));
        }
    }
    for object in identified.objects {
        if role != TextRole::Resources || Policy::is(&object) || Binding::is(&object) {
            reading.others.push(object.clone());
        }
        if Policy::is(&object) {
            reading.policies.push(Policy::decode(&object));
        } else if Binding::is(&object) {
            reading.bindings.push(Binding::decode(&object));
        } else {
            reading.cluster.add(object.clone());
            match role {
                TextRole::Resources => reading.subjects.push(Subject::Object(object)),
                TextRole::Cluster => reading.stored.push(object),
                TextRole::Policies => {}
            }
        }
    }
}

fn related(place: Option<(Span, &'static str)>) -> Vec<Label> {
    place.into_iter().map(|(span, text)| Label { span, text: text.to_string() }).collect()
}

/// The report on a document that cannot be read.
fn broken(span: Span, message: &str) -> ObjectReport {
    ObjectReport {
        span,
        name_span: span.before(),
        verdict: Verdict {
            outcome: Answer::Error,
            stderr: format!("error: {message}\n"),
            exit_code: 1,
            ..Verdict::default()
        },
        ..ObjectReport::default()
    }
}

/// Two policies or two bindings of one name: a cluster keeps the one applied last.
fn duplicates(reading: &mut Reading) {
    let mut seen: BTreeMap<(&str, Rc<str>), Span> = BTreeMap::new();
    let policies = reading.policies.iter().map(|policy| ("policy", &policy.name));
    let bindings = reading.bindings.iter().map(|binding| ("binding", &binding.name));
    for (what, name) in policies.chain(bindings) {
        if name.value.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert((what, Rc::clone(&name.value)), name.span) {
            reading.diagnostics.push(Diagnostic {
                id: "policy/duplicate".to_string(),
                severity: Severity::Warning,
                message: format!("another {what} is named `{}`", name.value),
                help: Some("A cluster keeps the one that is applied last; here both are judged.".to_string()),
                span: name.span,
                labels: alloc::vec![Label { span: first, text: "the other one".to_string() }],
                fix: None,
            });
        }
    }
}
