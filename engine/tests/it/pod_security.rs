//! Pod Security on hand-written cases (`testdata/pod_security.yaml`): each check at each policy version that matters.
//!
//! `cargo xtask mutants` shows that these cases see what fixtures do not.

use std::{fmt::Write as _, path::Path, rc::Rc};

use celgate::{
    checks::pod_security::{CHECKS, Level, LevelVersion, NEWEST, Subject, Version, View, evaluate},
    objects::{Field, pods::Pod},
    source::Sources,
    yaml::{self, Document, NodeRef},
};

fn cases() -> Rc<Document> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pod_security.yaml");
    let mut sources = Sources::default();
    let id = sources.add("pod_security.yaml", std::fs::read_to_string(path).unwrap());
    let mut parsed = yaml::parse(sources.get(id).unwrap());
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    Rc::new(parsed.documents.remove(0))
}

fn text<'d>(node: NodeRef<'d>, key: &str) -> &'d str {
    node.get(key).and_then(NodeRef::as_str).unwrap_or("")
}

/// The answer to a case at a policy version: what it says, `None` when it passes.
fn answer(case: NodeRef<'_>, version: &str) -> Option<String> {
    // A case has `annotations` where an object has `metadata`; the rest of a pod is as it is written.
    let is_pod = text(case, "kind") != "Deployment";
    let written =
        json(case.get("annotations")).map_or("{}".to_owned(), |list| format!("{{annotations: {list}}}"));
    let template =
        format!("{{metadata: {written}, spec: {}}}", json(case.get("spec")).expect("a case has a spec"));
    let mut sources = Sources::default();
    let id = sources.add("pod", template);
    let document = yaml::parse(sources.get(id).unwrap()).documents.remove(0);
    let pod = Pod { is_pod, template: Some(Field::root(document.root())) };
    let wanted = CHECKS.iter().find(|check| check.id == text(case, "check"));
    let level = wanted.map_or_else(|| Level::parse(text(case, "level")).unwrap(), |check| check.level);
    let asked = LevelVersion { level, version: Version::parse(version).unwrap() };
    let evaluation = evaluate(&Subject::new(pod, View::Stored), asked, NEWEST);
    let Some(check) = wanted else {
        return Some(evaluation.detail()).filter(|detail| !detail.is_empty());
    };
    match evaluation.answers.iter().find(|answer| answer.check.id == check.id) {
        None => Some("not asked".to_owned()),
        Some(answer) => answer.violation.as_ref().map(|violation| violation.text()),
    }
}

fn json(node: Option<NodeRef<'_>>) -> Option<String> {
    Some(yaml::print::json(node?))
}

#[test]
fn cases_are_answered_as_they_say() {
    let document = cases();
    let (mut asked, mut wrong) = (0, String::new());
    for case in document.root().get("cases").unwrap().items() {
        let name = text(case, "check");
        assert!(name.is_empty() || CHECKS.iter().any(|check| check.id == name), "no check is called {name}");
        for entry in case.get("at").expect("versions").entries() {
            asked += 1;
            let expected = case.get("at").and_then(|at| at.get(&entry.key)).and_then(NodeRef::as_str);
            let answer = answer(case, &entry.key);
            if answer.as_deref() != expected {
                let _ = writeln!(
                    wrong,
                    "{} at {}: {answer:?}\n    instead of {expected:?}",
                    text(case, "name"),
                    entry.key
                );
            }
        }
    }
    println!("{asked} answers");
    assert!(asked > 0 && wrong.is_empty(), "\n{wrong}");
}

/// Every check is asked, on both sides of every version at which it changes.
#[test]
fn every_revision_has_a_case() {
    let document = cases();
    let mut missing = String::new();
    for check in CHECKS {
        let mut versions = Vec::new();
        for case in document.root().get("cases").unwrap().items() {
            if text(case, "check") == check.id {
                versions.extend(case.get("at").unwrap().entries().iter().map(|entry| entry.key.to_string()));
            }
        }
        let mut minors = versions.iter().map(|version| match Version::parse(version).unwrap() {
            Version::Latest => NEWEST,
            Version::Minor(minor) => minor,
        });
        let mut at: Vec<u64> = minors.by_ref().collect();
        at.sort_unstable();
        for (index, revision) in check.revisions.iter().enumerate() {
            let until = check.revisions.get(index + 1).map_or(u64::MAX, |next| next.since);
            if !at.iter().any(|minor| (revision.since..until).contains(minor)) {
                let _ = writeln!(missing, "{}: nothing asks the rule of v1.{}", check.id, revision.since);
            }
        }
    }
    assert!(missing.is_empty(), "\n{missing}");
}
