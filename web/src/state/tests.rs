//! Tests of what the page knows without a browser.

use celgate::report::{Edit, Explanation, Iteration, Report, TraceNode, TraceOutcome};
use celgate::source::{SourceId, Span};

use super::*;

fn node(text: &str, part: &str, value: &str, parent: Option<usize>, deciding: bool) -> TraceNode {
    let start = u32::try_from(text.find(part).unwrap_or_else(|| panic!("no {part} in {text}"))).unwrap();
    let end = start + u32::try_from(part.len()).unwrap();
    TraceNode { start, end, anchor: start, parent, text: value.to_owned(), deciding, ..TraceNode::default() }
}

/// Lane, columns and label of each bracket, line by line.
fn drawn(explanation: &Explanation, all: bool) -> Vec<Vec<(usize, usize, usize, String)>> {
    let mut lines: Vec<_> = lanes::layout(explanation, None, all)
        .lines
        .into_iter()
        .map(|line| line.brackets.into_iter().map(|b| (b.lane, b.left, b.width, b.label)).collect::<Vec<_>>())
        .collect();
    for line in &mut lines {
        line.sort();
    }
    lines
}

#[test]
fn outer_spans_lie_below_what_they_contain() {
    let text = "!c.image.endsWith(':latest')";
    let explanation = Explanation {
        text: text.into(),
        nodes: vec![
            node(text, text, "false", None, true),
            node(text, "c.image.endsWith(':latest')", "true", Some(0), true),
            node(text, "c.image", "\"envoy:latest\"", Some(1), false),
            node(text, "c", "{\"image\": \"envoy:latest\"}", Some(2), false),
            node(text, "':latest'", "\":latest\"", Some(1), false),
        ],
        ..Explanation::default()
    };
    assert_eq!(
        drawn(&explanation, false),
        [[(0, 1, 7, "\"envoy:latest\"".into()), (1, 1, 27, "true".into()), (2, 0, 28, "false".into())]]
    );
    let tree = lanes::layout(&explanation, None, false).tree;
    assert_eq!(tree.iter().map(|item| item.depth).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_span_over_lines_is_marked_at_its_name_and_skipped_lines_say_why() {
    let text = "a.all(c,\n  c.x) &&\nb";
    let mut all = node(text, "a.all(c,\n  c.x)", "false", Some(0), true);
    all.anchor = 2;
    all.iterations = vec![Iteration {
        index: "[1]".into(),
        name: "sidecar".into(),
        deciding: true,
        visited: true,
        nodes: vec![node(text, "c.x", "false", None, true)],
        ..Iteration::default()
    }];
    let mut right = node(text, "b", "the left side of && is already false", Some(0), false);
    right.start = u32::try_from(text.len() - 1).unwrap();
    right.end = right.start + 1;
    right.outcome = TraceOutcome::Skipped;
    let mut whole = node(text, text, "false", None, true);
    whole.anchor = u32::try_from(text.find("&&").unwrap()).unwrap();
    let explanation =
        Explanation { text: text.into(), nodes: vec![whole, all, right], ..Explanation::default() };
    assert_eq!(
        drawn(&explanation, false),
        [vec![(0, 2, 3, "false, decided by [1] sidecar".into())], vec![(0, 2, 3, "false".into())], vec![],]
    );
    assert_eq!(drawn(&explanation, true)[1], [(0, 7, 2, "false".into()), (1, 2, 3, "false".into())]);
    let layout = lanes::layout(&explanation, None, false);
    assert_eq!(layout.tree[0].text, "a.all(c, …)");
    assert!(layout.lines[2].off);
    assert_eq!(layout.lines[2].note.as_deref(), Some("the left side of && is already false"));
}

fn turn(index: &str, nodes: Vec<TraceNode>, visited: bool, cost: u64) -> Iteration {
    let value = r#"{"name": "app", "image": "nginx:1.27"}"#.into();
    Iteration { index: index.into(), value, nodes, visited, cost, ..Iteration::default() }
}

/// `a.all(c, f(c) || g(h(c)))`: of the first turn the right side was skipped, of the third everything.
#[test]
fn turns_say_what_was_skipped_and_where_they_stop() {
    let text = "a.all(c, f(c) || g(h(c)))";
    let skipped = TraceNode {
        outcome: TraceOutcome::Skipped,
        ..node(text, "g(h(c))", "the left side of || is already true", None, false)
    };
    let first = turn("[0]", vec![node(text, "f(c)", "true", None, false), skipped], true, 13);
    let second = turn("[1]", vec![node(text, "f(c)", "false", None, true)], true, 14);
    let turns = vec![first, second, turn("[2]", Vec::new(), false, 0)];
    let whole = TraceNode { iterations: turns, ..node(text, text, "false", None, true) };
    let explanation = Explanation { text: text.into(), nodes: vec![whole], ..Explanation::default() };
    let range = lanes::range(&explanation, None).expect("a range");
    let cell = |at: usize, part: &str| {
        let start = text.find(part).expect(part);
        lanes::cell(&range.turns[at], start as u32, (start + part.len()) as u32)
    };
    assert_eq!(cell(0, "f(c)").as_deref(), Some("true"));
    assert_eq!(cell(0, "g(h(c))").as_deref(), Some("skipped"));
    assert_eq!(cell(0, "h(c)").as_deref(), Some("skipped"), "a part of what was skipped");
    assert_eq!(cell(2, "f(c)"), None);
    assert_eq!(lanes::field_of(&range.turns[2], "image").as_deref(), Some("nginx:1.27"));
    assert_eq!(lanes::field_of(&range.turns[2], "ports"), None);
    assert_eq!(lanes::note(&range, "all"), "stops at the first false");
    assert_eq!(lanes::note(&range, "filter"), "stops after 2 of 3");
    assert_eq!(lanes::rate(&range, 1_000_000), Some((14, 71_000)));
    assert_eq!(lanes::rate(&range, 100), Some((14, 7)));
}

#[test]
fn colours_cover_the_text_without_gaps() {
    for text in
        ["object.spec.all(c, c.image == 'ä\\'b') // x", "r'\\d' + \"é\\", "a.?b[\"ключ\"] 1.5u ≠", "'"]
    {
        let pieces = colour::cel(text);
        let mut at = 0;
        for piece in &pieces {
            assert_eq!(piece.start, at, "{text}");
            assert!(text.get(piece.start..piece.end).is_some(), "{text}: {piece:?}");
            at = piece.end;
        }
        assert_eq!(at, text.len(), "{text}");
    }
}

#[test]
fn places_count_as_the_editor_does() {
    let texts = ["a: ä\nb: 𝄞c\n".to_owned(), String::new(), String::new()];
    let places = Places::new(&texts);
    let at = u32::try_from(texts[0].find('c').unwrap()).unwrap();
    assert_eq!(places.utf16(Editor::Policies, at), 10);
    assert_eq!(places.name(Span::new(SourceId(0), at, at + 1)), "Policies 2");
}

#[test]
fn parts_of_a_scalar_are_found_in_the_document() {
    let cases = [
        ("expression: |-\n      a &&\n        b\n", "|-", "a &&\n  b"),
        ("expression: >-\n      a &&\n      b\n", ">-", "a && b"),
        ("expression: 'a && b'\n", "'a", "a && b"),
        ("expression: a && b\n", "a && b", "a && b"),
    ];
    for (text, from, expression) in cases {
        let places = Places::new(&[text.to_owned(), String::new(), String::new()]);
        let start = text.find(from).unwrap() as u32;
        let end = text.trim_end().len() as u32;
        let map = places.scalar(Span::new(SourceId(0), start, end), expression).unwrap();
        let at = |part: &str| {
            let from = expression.find(part).unwrap() as u32;
            places.slice(map.span(from, from + part.len() as u32))
        };
        assert_eq!((at("a"), at("b")), ("a", "b"), "{text}");
    }
}

#[test]
fn a_link_holds_everything() {
    let draft = Draft {
        title: "No :latest images".into(),
        texts: ["kind: ä\n".repeat(300), "---\n# 𝄞\n".into(), "c".into()],
        settings: Settings {
            version: "1.33".into(),
            operation: "UPDATE".into(),
            namespace: "shop".into(),
            user: "alice".into(),
            groups: vec!["dev".into(), "ops".into()],
            dry_run: true,
            subresource: "scale".into(),
            body: "command: [sh]".into(),
            pod_security: "restricted".into(),
            pod_security_version: "1.30".into(),
            silenced: vec!["no-latest-tag".into()],
            trusted_registries: vec!["registry.example/".into()],
            complete: true,
            as_written: true,
        },
        origin: drafts::Origin::Shared,
        lesson: String::new(),
        edited: false,
    };
    let fragment = share::fragment(&draft, share::Included::default());
    assert!(fragment.len() < 600, "{}", fragment.len());
    assert_eq!(share::read(&format!("#{fragment}")).unwrap(), Some(draft));
    assert!(share::read(&fragment[..fragment.len() / 2]).is_err());
    assert!(share::read("v9.abc").is_err());
    assert_eq!(share::read("").unwrap(), None);
}

#[test]
fn a_preview_shows_what_an_edit_changes() {
    let text = "a\nb\nc\nd\n";
    let edit = Edit { title: String::new(), span: Span::new(SourceId(1), 4, 4), text: "x\ny\n".into() };
    let shown: Vec<_> =
        diff::preview(text, &edit).into_iter().map(|l| (l.number, l.change, l.text)).collect();
    assert_eq!(
        shown,
        [
            (1, diff::Change::Same, "a".to_owned()),
            (2, diff::Change::Same, "b".to_owned()),
            (3, diff::Change::Added, "x".to_owned()),
            (4, diff::Change::Added, "y".to_owned()),
            (5, diff::Change::Same, "c".to_owned()),
        ]
    );
}

#[test]
fn the_selected_object_is_recognised_again() {
    let object = |kind: &str, name: &str, outcome| celgate::report::ObjectReport {
        kind: kind.into(),
        name: name.into(),
        verdict: celgate::report::Verdict { outcome, ..Default::default() },
        ..Default::default()
    };
    use celgate::report::Outcome::{Admitted, Denied};
    let first = Report {
        objects: vec![object("Pod", "a", Admitted), object("Pod", "b", Denied)],
        ..Report::default()
    };
    let later = Report {
        objects: vec![object("Pod", "x", Denied), object("Pod", "a", Admitted)],
        ..Report::default()
    };
    assert_eq!(pick(&first, None), Some(1));
    assert_eq!(pick(&later, key(&first, 0).as_ref()), Some(1));
    assert_eq!(pick(&later, key(&first, 1).as_ref()), Some(0));
}

#[test]
fn settings_that_differ_become_chips() {
    let settings =
        Settings { user: "alice".into(), groups: vec!["a".into(), "b".into()], ..Settings::default() };
    let labels: Vec<String> = settings.chips().into_iter().map(|chip| chip.label).collect();
    assert_eq!(labels, ["user alice", "group a", "group b"]);
    assert_eq!(settings.chips()[1].without.groups, ["b"]);
}

#[test]
fn documents_are_counted_as_people_do() {
    assert_eq!(drafts::documents("# note\n---\na: 1\n---\n\n---\nb: 2\n"), 2);
    assert_eq!(words::grouped(10_000_000), "10,000,000");
    assert_eq!(words::middle("abcdefghijklmnop", 8), "abcde…op");
}
