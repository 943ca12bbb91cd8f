//! What an answer draws into the editors: squiggles at exact columns, gutter marks, lenses at line ends, verdicts at
//! the heads of documents. Offsets are UTF-16, lines count from 1, as the editor has it.

use std::collections::BTreeMap;

use celgate::{
    report::{Diagnostic, Severity, StepState},
    source::Span,
};
use serde::Serialize;

use super::{
    Answer, Editor, State,
    words::{self, Mark},
};

/// The marks of one editor; the shape is the bundle's (`web/editor/src/marks.js`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Marks {
    pub(crate) squiggles: Vec<Squiggle>,
    pub(crate) gutter: Vec<Gutter>,
    pub(crate) lenses: Vec<Note>,
    pub(crate) docs: Vec<Note>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Squiggle {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) kind: Mark,
    pub(crate) message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Gutter {
    pub(crate) line: u32,
    pub(crate) kind: Mark,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Note {
    pub(crate) line: u32,
    pub(crate) kind: Mark,
    pub(crate) text: String,
}

/// A lens longer than this would push the reader sideways; the whole text is in the answer and on hover.
const LENS: usize = 64;

/// The marks of all three editors.
pub(crate) fn marks(state: &State) -> [Marks; 3] {
    let mut marks: [Marks; 3] = Default::default();
    let Some(answer) = &state.answer else { return marks };
    let mut lines: [BTreeMap<u32, (Severity, String)>; 3] = Default::default();
    for diagnostic in &answer.report.diagnostics {
        let Some(editor) = Editor::of(diagnostic.span) else { continue };
        if diagnostic.severity == Severity::Info {
            continue;
        }
        let text = lens(diagnostic);
        let slot = &mut lines[editor.index()];
        let line = answer.places.line(diagnostic.span);
        let heavier = slot.get(&line).is_none_or(|(severity, _)| *severity < diagnostic.severity);
        if heavier {
            slot.insert(line, (diagnostic.severity, text));
        }
        let (from, to) = one_line(answer, editor, diagnostic.span);
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message.push('\n');
            message.push_str(help);
        }
        marks[editor.index()].squiggles.push(Squiggle {
            from,
            to,
            kind: words::severity_mark(diagnostic.severity),
            message,
        });
    }
    several(answer, &mut lines);
    unmatched(state, answer, &mut marks, &lines);
    findings(state, answer, &mut marks, &lines);
    for (index, lines) in lines.into_iter().enumerate() {
        for (line, (severity, text)) in lines {
            let kind = words::severity_mark(severity);
            marks[index].gutter.push(Gutter { line, kind });
            marks[index].lenses.push(Note { line, kind, text });
        }
    }
    documents(state, answer, &mut marks);
    marks
}

/// Where Pod Security has more than one thing to say of a line, how many.
fn several(answer: &Answer, lines: &mut [BTreeMap<u32, (Severity, String)>; 3]) {
    let mut found: BTreeMap<(Editor, u32), usize> = BTreeMap::new();
    for diagnostic in
        answer.report.diagnostics.iter().filter(|diagnostic| diagnostic.id.starts_with("pod-security/"))
    {
        if let Some(editor) = Editor::of(diagnostic.span) {
            *found.entry((editor, answer.places.line(diagnostic.span))).or_default() += 1;
        }
    }
    for ((editor, line), count) in found.into_iter().filter(|(_, count)| *count > 1) {
        if let Some((severity, text)) = lines[editor.index()].get_mut(&line)
            && *severity <= Severity::Warning
        {
            *text = words::count(count, "Pod Security check");
        }
    }
}

/// The line that keeps a policy from selecting the object: marked, because nothing else on the page would happen there.
fn unmatched(
    state: &State,
    answer: &Answer,
    marks: &mut [Marks; 3],
    lines: &[BTreeMap<u32, (Severity, String)>; 3],
) {
    let Some((_, object)) = state.object() else { return };
    for step in object.policies.iter().flat_map(|policy| &policy.steps) {
        let (StepState::NotMatched, Some(span)) = (step.state, step.span) else { continue };
        let Some(editor) = Editor::of(span) else { continue };
        let line = answer.places.line(span);
        if lines[editor.index()].contains_key(&line)
            || marks[editor.index()].gutter.iter().any(|g| g.line == line)
        {
            continue;
        }
        let mark = &mut marks[editor.index()];
        mark.gutter.push(Gutter { line, kind: "no" });
        mark.lenses.push(Note { line, kind: "no", text: words::middle(&step.text, LENS) });
    }
}

/// What built-in checks found, where the answer spreads it out: one mark a line, and how many there are.
fn findings(
    state: &State,
    answer: &Answer,
    marks: &mut [Marks; 3],
    lines: &[BTreeMap<u32, (Severity, String)>; 3],
) {
    let Some((_, object)) = state.object().filter(|(_, object)| state.findings_open(object)) else { return };
    let mut found: BTreeMap<(Editor, u32), (usize, String)> = BTreeMap::new();
    for finding in object.findings.iter().filter(|finding| finding.severity >= Severity::Warning) {
        let Some((span, editor)) = finding.spans.first().and_then(|span| Some((*span, Editor::of(*span)?)))
        else {
            continue;
        };
        let slot =
            found.entry((editor, answer.places.line(span))).or_insert_with(|| (0, finding.title.clone()));
        slot.0 += 1;
    }
    for ((editor, line), (count, title)) in found {
        let mark = &mut marks[editor.index()];
        if lines[editor.index()].contains_key(&line) || mark.gutter.iter().any(|gutter| gutter.line == line) {
            continue;
        }
        let text = if count == 1 { words::middle(&title, LENS) } else { words::count(count, "check") };
        mark.gutter.push(Gutter { line, kind: "warn" });
        mark.lenses.push(Note { line, kind: "warn", text });
    }
}

/// A mark covers no more than the first line of what it is about; a wave over ten lines says nothing.
fn one_line(answer: &Answer, editor: Editor, span: Span) -> (u32, u32) {
    let covered = answer.places.slice(span);
    let first = covered.split('\n').next().unwrap_or("").trim_end();
    let end = span.start + u32::try_from(first.len()).unwrap_or(0);
    let end = if first.is_empty() { span.end.min(span.start) } else { end };
    (answer.places.utf16(editor, span.start), answer.places.utf16(editor, end))
}

/// A few words: who says so, at the manifest; about whom, at the policy; else the message.
fn lens(diagnostic: &Diagnostic) -> String {
    let other = diagnostic.labels.first().map(|label| label.text.as_str());
    match (diagnostic.id.as_str(), other) {
        ("validation/false" | "validation/error", Some(who)) if who.contains(", validation ") => {
            who.to_owned()
        }
        ("validation/false", Some(who)) => format!("false for {who}"),
        ("validation/error", Some(who)) => format!("fails for {who}"),
        _ => words::middle(&words::first_line(&diagnostic.message).replace('`', ""), LENS),
    }
}

fn documents(state: &State, answer: &Answer, marks: &mut [Marks; 3]) {
    let report = &answer.report;
    let mut put = |span: Span, kind: Mark, text: String| {
        let Some(editor) = Editor::of(span) else { return };
        let line = answer.places.head(span);
        let docs = &mut marks[editor.index()].docs;
        if !docs.iter().any(|note| note.line == line) {
            docs.push(Note { line, kind, text });
        }
    };
    for object in &report.objects {
        put(object.span, words::standing(object, answer), words::short(object, answer));
    }
    let Some((_, object)) = state.object() else { return };
    for policy in &object.policies {
        put(answer.places.document(policy.name_span), words::policy_mark(policy), policy.name.clone());
        for binding in &policy.bindings {
            if let Some(span) = binding.name_span {
                put(answer.places.document(span), "", format!("{} → {}", binding.name, policy.name));
            }
        }
    }
}
