//! YAML and JSON as kubectl reads them: values, places, recovery, and inputs that mean harm.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use celgate::{
    source::{Source, SourceId, Spanned},
    yaml::{self, FieldPath, NodeRef, Outcome, Parsed, ScalarMap, print},
};
use serde::Deserialize;

fn source(text: &str) -> Source {
    Source { id: SourceId(0), name: "test.yaml".into(), text: text.into() }
}

fn parse(text: &str) -> Parsed {
    yaml::parse(&source(text))
}

/// Each document as JSON, each error as `! message`, in order of the chunks.
fn outcome(text: &str) -> String {
    let parsed = parse(text);
    let shown = parsed.chunks.iter().filter_map(|chunk| match chunk.outcome {
        Outcome::Empty => None,
        Outcome::Document(at) => Some(print::json(parsed.documents[at].root())),
        Outcome::Broken(at) => Some(format!("! {}", parsed.errors[at])),
    });
    shown.collect::<Vec<_>>().join(" | ")
}

fn rows(name: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/yaml").join(name);
    let text = fs::read_to_string(path).expect("test data");
    let row = |line: &str| {
        let (text, value) = line.split_once('\t').expect("a tab");
        (text.replace('␠', " "), value.to_owned())
    };
    text.lines().filter(|line| !line.starts_with("# ")).map(row).collect()
}

/// The value under `get`, as JSON; `ERROR` when the text is refused.
fn under(parsed: &Parsed, get: impl Fn(NodeRef<'_>) -> Option<String>) -> String {
    match parsed.documents.first() {
        Some(document) if parsed.errors.is_empty() => get(document.root()).unwrap_or_default(),
        _ => "ERROR".into(),
    }
}

#[test]
fn scalars_resolve_as_in_kubectl() {
    for (text, expected) in rows("scalars.txt") {
        let found = under(&parse(&format!("a: 1\nk: {text}\n")), |root| root.get("k").map(print::json));
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap_or(expected.clone().into());
        let found: serde_json::Value = serde_json::from_str(&found).unwrap_or(found.into());
        assert_eq!(found, expected, "`{text}`");
    }
}

#[test]
fn keys_resolve_as_in_kubectl() {
    for (text, expected) in rows("keys.txt") {
        let found = under(&parse(&format!("data:\n  {text}: v\n")), |root| {
            let key = &root.get("data")?.entries().first()?.key;
            Some(format!("{key:?}"))
        });
        assert_eq!(found, expected, "`{text}`");
    }
}

#[test]
fn documents_are_framed_as_in_kubectl() {
    let cases = [
        ("", ""),
        ("# only a comment\n", ""),
        ("---\n", ""),
        ("a: 1\n---\nb: 2\n", r#"{"a":1} | {"b":2}"#),
        ("a: 1\r\n---\r\nb: 2\r\n", r#"{"a":1} | {"b":2}"#),
        ("a: |\n  x\n  ---\n  y\n", r#"{"a":"x\n---\ny\n"}"#),
        ("a: 'x\n---\ny'\n", "! a quote opened here is not closed | \"y'\""),
        ("a: 1\n...\n{[}\n---\nb: 2\n", r#"{"a":1} | {"b":2}"#),
        ("a: 1\n--- # comment\nb: 2", r#"{"a":1} | {"b":2}"#),
        ("{\"a\":1}{\"b\":2}\n{\"c\":3}", r#"{"a":1} | {"b":2} | {"c":3}"#),
        ("{\"a\":1}\n---\nb: 2\n", r#"{"a":1} | {"b":2}"#),
        ("{a: 1, b: yes}\n", r#"{"a":1,"b":true}"#),
        (
            "{\"a\":1}\n{\"b\":2}\n{\"c\":}\n",
            r#"{"a":1} | {"b":2} | ! invalid character '}' looking for beginning of value"#,
        ),
        ("{\n\t\"a\": [\n\t\t1e2,\n\t\t\"\\/\\ud83d\\ude00\"\n\t]\n}\n", r#"{"a":[100,"/😀"]}"#),
        ("b: 1\n---\n{\n\t\"a\": 1\n}\n", r#"{"b":1} | {"a":1}"#),
        ("%YAML 1.1\n---\na: 1\n", r#"! did not find expected <document start> | {"a":1}"#),
        ("%YAML 1.2\n---\na: 1\n", r#"! found incompatible YAML document | {"a":1}"#),
        ("\u{feff}a: 1\n", r#"{"a":1}"#),
        ("null\n---\n~\n---\nx\n", r#""x""#),
        (
            "a:\tb\t# c\nd: {\t\n\te: f\t}\n  \t\ng: |\n  h\n  \ti\n",
            r#"! found character that cannot start any token"#,
        ),
        (
            "a:\tb\t# c\nd: {\t\n\te: f\t}\ng: h\n  \t\ni: |\n  h\n  \ti\n",
            r#"{"a":"b","d":{"e":"f"},"g":"h","i":"h\n\ti\n"}"#,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(outcome(text), expected, "{text:?}");
    }
}

#[test]
fn a_broken_document_keeps_its_neighbours() {
    let parsed = parse("a: 1\n---\nb: [\n---\nc: 3\n--- d\ne: 5\n");
    assert_eq!(parsed.documents.len(), 3);
    let messages: Vec<String> = parsed.errors.iter().map(ToString::to_string).collect();
    assert_eq!(messages, ["`[` is not closed", "invalid Yaml document separator: d"]);
    let outcomes: Vec<Outcome> = parsed.chunks.iter().map(|chunk| chunk.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Document(0), Outcome::Broken(0), Outcome::Document(1), Outcome::Document(2)]
    );
}

#[test]
fn merges_apply_in_place() {
    let cases = [
        ("b: &b {x: 1, z: 2}\nd:\n  x: 9\n  <<: *b\n", r#"{"x":1,"z":2}"#),
        ("b: &b {x: 1, z: 2}\nd:\n  <<: *b\n  x: 9\n", r#"{"x":9,"z":2}"#),
        ("b: &b {x: 1}\nc: &c {x: 2, z: 3}\nd:\n  <<: [*b, *c]\n", r#"{"x":1,"z":3}"#),
        ("b: &b {x: 1}\nc: &c {x: 2, z: 3}\nd:\n  <<: *b\n  <<: *c\n", r#"{"x":2,"z":3}"#),
        ("d:\n  '<<': 1\n", r#"{"<<":1}"#),
        ("d:\n  !!merge '<<': {x: 1}\n", r#"{"x":1}"#),
        ("l: &l [{x: 1}]\nd:\n  <<: *l\n", "ERROR"),
        ("d:\n  <<: 3\n", "ERROR"),
        ("d:\n  <<:\n", "ERROR"),
        ("a: &a {x: *a}\nd: 1\n", "ERROR"),
        ("a: &a k\nd: {*a : 1}\n", r#"{"k":1}"#),
        ("&a k: 1\nd: *a\n", r#""k""#),
        ("a: &x 1\nb: &x 2\nd: *x\n", "2"),
    ];
    for (text, expected) in cases {
        assert_eq!(under(&parse(text), |root| root.get("d").map(print::json)), expected, "{text:?}");
    }
}

#[test]
fn what_reads_otherwise_than_it_looks_is_refused() {
    let cases = [
        ("a: 1 # c\u{2028}hostNetwork: true\n", "hidden line break U+2028"),
        ("a: \u{85}b\n", "hidden line break U+0085"),
        ("a: x\0y\n", "control characters are not allowed"),
        ("a: {?x: 1}\n", "`?` in an unquoted text inside `{}` or `[]`"),
        ("a: {b:, c: 1}\n", "`:` without a space after it inside `{}` or `[]`"),
        ("a: &an:chor v\n", "did not find expected alphabetic or numeric character"),
        ("a: \"\\/\"\n", "found unknown escape character"),
        ("a: \"\\ud83d\\ude00\"\n", "found invalid Unicode character escape code"),
        ("a: *b\n", "unknown anchor 'b' referenced"),
        ("a: \"b\n", "a quote opened here is not closed"),
        ("a: 1\nb:2\nc: 3\n", "could not find expected ':'"),
        ("a: b\n- c\n", "did not find expected key"),
        ("a:\n\tb: c\n", "found character that cannot start any token"),
        ("\ta: b\n", "found character that cannot start any token"),
        ("a:\n  \tb: c\n", "found character that cannot start any token"),
        ("a:\n-\tb: c\n", "found character that cannot start any token"),
        ("a:\n  b: c\n\t\n  d: e\n", "found a tab character that violates indentation"),
        ("a: 'b'\n\t# c\n", "found character that cannot start any token"),
    ];
    for (text, expected) in cases {
        let parsed = parse(text);
        let messages: Vec<String> = parsed.errors.iter().map(ToString::to_string).collect();
        assert_eq!(messages, [expected], "{text:?}");
    }
}

#[test]
fn oddities_are_warnings_with_places() {
    let cases = [
        ("a: 1\na: 2\n", "duplicate key `a`: the last value wins @5..6"),
        ("on: 1\n", "the key `on` becomes `\"true\"` @0..2"),
        ("0777: 1\n", "the key `0777` becomes `\"511\"` @0..4"),
        (
            "b: &b {x: 1}\nd: {x: 9, <<: *b}\n",
            "`<<` replaces the value of `x` that was written before it @23..25",
        ),
        ("a: 1\n...\nb: 2\n", "everything after `...` is ignored @9..9"),
        ("a: 'x'#c\n", "a comment should have a blank before it @6..6"),
    ];
    for (text, expected) in cases {
        let parsed = parse(text);
        assert!(parsed.errors.is_empty(), "{text:?}: {:?}", parsed.errors);
        let shown: Vec<String> = parsed
            .warnings
            .iter()
            .map(|warning| format!("{warning} @{}..{}", warning.span().start, warning.span().end))
            .collect();
        assert_eq!(shown, [expected], "{text:?}");
    }
}

#[test]
fn every_value_knows_its_place() {
    let text = "a:\n- &x {b: 'c'}\n- *x\nd: |  # note\n  line\n  two\n\ne:\nf: [1, \"x\"#\n]\n";
    let parsed = parse(text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let document = &parsed.documents[0];
    let at = |path: &str| {
        let found = FieldPath::parse(path).find(document);
        assert_eq!(found.missing, 0, "{path}");
        (
            &text[found.key.start as usize..found.key.end as usize],
            &text[found.span.start as usize..found.span.end as usize],
        )
    };
    assert_eq!(at("a"), ("a", "- &x {b: 'c'}\n- *x"));
    assert_eq!(at("a[0].b"), ("b", "'c'"));
    assert_eq!(at("a[1]"), ("*x", "*x"));
    assert_eq!(at("a[1].b"), ("b", "'c'"));
    assert_eq!(at("d"), ("d", "|  # note\n  line\n  two"));
    assert_eq!(at("e"), ("e", ""));
    assert_eq!(at("f[1]"), ("\"x\"", "\"x\""));
    let found = FieldPath::parse("a[0].q.r[3]").find(document);
    assert_eq!(found.missing, 3);
    assert_eq!(&text[found.span.start as usize..found.span.end as usize], "{b: 'c'}");
}

#[test]
fn paths_print_as_they_are_read() {
    for path in
        ["spec.containers[0].image", "metadata.labels['app.kubernetes.io/name']", "", "[2].a-b", "a['b c'].d"]
    {
        assert_eq!(FieldPath::parse(path).to_string(), path);
    }
    assert_eq!(FieldPath::parse("metadata.labels[a.b/c]").to_string(), "metadata.labels['a.b/c']");
}

#[test]
fn places_inside_a_scalar_are_places_in_the_file() {
    // The marker is looked for in the decoded text, and must be found at the same characters of the source.
    let cases = [
        "e: object.x > MARK\n",
        "e: >-\n    object.x >\n    MARK && y\n",
        "e: >\n  a\n  b\n\n  c\n    more\n    MARK\n  d\n",
        "e: |\n  object.x\n    && MARK\n",
        "e: |2\n    object.x\n   && MARK\n",
        "e: |-\r\n  a\r\n  MARK\r\n",
        "e: 'it''s MARK'\n",
        "e: 'a\n   b\n\n   MARK'\n",
        "e: \"a\\n\\x41\\u0042\\U00000043 MARK\"\n",
        "e: \"a \\\n   b MARK\"\n",
        "e: a\n  b\n\n  MARK c\n",
        "l:\n- e: |\n    é MARK\n",
        "{\"e\": \"\\ud83d\\ude00\\/ MARK\"}",
        "e: \"x\"#c\nf: >\n  MARK\n",
    ];
    for text in cases {
        let source = source(text);
        let parsed = yaml::parse(&source);
        assert!(parsed.errors.is_empty(), "{text:?}: {:?}", parsed.errors);
        let mut found = false;
        let document = &parsed.documents[0];
        for id in 0..u32::try_from(document.len()).unwrap() {
            let node = document.at(yaml::NodeId(id));
            let Some(decoded) = node.as_str() else { continue };
            let map = ScalarMap::new(&source, node.span(), decoded);
            let Some(at) = decoded.find("MARK").map(|at| u32::try_from(at).unwrap()) else { continue };
            let span = map.span(at, at + 4);
            assert_eq!(&text[span.start as usize..span.end as usize], "MARK", "{text:?}");
            found = true;
        }
        assert!(found, "{text:?}");
    }
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Validation {
    expression: Spanned<String>,
    #[serde(default)]
    message: Option<Spanned<String>>,
    #[serde(default)]
    failure_policy: FailurePolicy,
    #[serde(default)]
    weights: Vec<i32>,
}

#[derive(Deserialize, Debug, Default, PartialEq)]
enum FailurePolicy {
    #[default]
    Fail,
    Ignore,
}

#[test]
fn typed_values_have_places() {
    let text = "expression: a > 1\nmessage: null\nfailurePolicy: Ignore\nweights: null\nextra: {a: 1}\n";
    let parsed = parse(text);
    let (value, unknown) = yaml::from_node::<Validation>(parsed.documents[0].root()).unwrap();
    assert_eq!(value.expression.value, "a > 1");
    assert_eq!(&text[value.expression.span.start as usize..value.expression.span.end as usize], "a > 1");
    assert!(value.message.is_none() && value.weights.is_empty());
    assert_eq!(value.failure_policy, FailurePolicy::Ignore);
    let unknown: Vec<_> = unknown.iter().map(|field| (&*field.name, field.span.start)).collect();
    assert_eq!(unknown, [("extra", 68)]);
    // Elsewhere the same type reads plain values.
    let plain: Validation = serde_json::from_str(r#"{"expression": "x"}"#).unwrap();
    assert_eq!(plain.expression.value, "x");
}

#[test]
fn type_errors_have_places() {
    let cases = [
        ("expression: yes\n", "invalid type: boolean `true`, expected a string @12..15"),
        ("expression: x\nweights: [1, two]\n", "invalid type: string \"two\", expected i32 @27..30"),
        (
            "expression: x\nfailurePolicy: Retry\n",
            "unknown variant `Retry`, expected `Fail` or `Ignore` @29..34",
        ),
        ("message: x\n", "missing field `expression` @0..10"),
        ("- x\n", "invalid type: a list, expected struct Validation @0..3"),
    ];
    for (text, expected) in cases {
        let parsed = parse(text);
        let error = yaml::from_node::<Validation>(parsed.documents[0].root()).unwrap_err();
        let shown = format!("{error} @{}..{}", error.span().start, error.span().end);
        assert_eq!(shown, expected, "{text:?}");
    }
}

#[test]
fn printed_yaml_reads_back() {
    let text = r#"{"a": ["x", {"b": "yes", "c": null, "d": ["- x", "a: b", "a #b", "", " ", "é"]}, [], {}, [1, [2.5]]],
        "lines": "one\n  two\n\nthree", "kept": "x\n\n", "blank": "a\n \nb\n", "y": "0777", "n": 1e-7, "z": "x:",
        "1": true, "u": "\u0001\u2028", "cr": "a\r\nb", "tab": "\tx\ny", "key: odd": "|", "...": "..."}"#;
    let document = &parse(text).documents[0];
    let printed = print::yaml(document.root());
    let again = parse(&printed);
    assert!(again.errors.is_empty(), "{printed}\n{:?}", again.errors);
    assert_eq!(print::json(again.documents[0].root()), print::json(document.root()), "{printed}");
}

/// Reads, and walks what was accepted with recursion, on the stack a browser gives; says how long reading took.
fn bounded(text: String) -> Duration {
    let run = move || {
        let start = Instant::now();
        let parsed = parse(&text);
        let time = start.elapsed();
        for document in &parsed.documents {
            assert!(print::json(document.root()).len() < 100_000_000);
        }
        time
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().expect("no panic")
}

#[test]
fn hostile_texts_are_refused_in_bounded_time() {
    let bomb = {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let uses = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{uses}]\n"));
        }
        text
    };
    let merges = {
        let mut text = String::from("m0: &m0 {");
        text.extend((0..1000).map(|at| format!("k{at}: 1, ")));
        text.push_str("}\n");
        text.extend((1..5000).map(|at| format!("m{at}: &m{at} {{<<: *m{}, n{at}: 1}}\n", at - 1)));
        text
    };
    let chain = {
        let mut text = String::from("a0: &a0 {x: 1}\n");
        text.extend((1..5000).map(|at| format!("a{at}: &a{at} {{x: *a{}}}\n", at - 1)));
        text
    };
    let many: String = (0..300_000).map(|at| format!("k{at}: v\n")).collect();
    let cases = [
        ("flow maps", "{a: ".repeat(75_000)),
        ("flow lists", "[".repeat(300_000)),
        ("block lists", "- ".repeat(300_000)),
        ("JSON", "[{\"a\":".repeat(100_000)),
        ("JSON object", "{\"a\":".repeat(100_000)),
        ("block maps", (0..3_000).map(|at| format!("{}a:\n", " ".repeat(at))).collect()),
        ("bomb", bomb),
        ("merges", merges),
        ("alias chain", chain),
        ("keys", many),
        ("open quote", format!("a: \"{}", "x\n".repeat(200_000))),
        ("comments without a blank", "- 'x'#c\n".repeat(50_000)),
        ("documents", "---\na\n".repeat(100_000)),
        ("anchors", "&a [".repeat(100_000)),
        ("question marks", "? ".repeat(100_000)),
        ("long line", format!("a: {}", "x".repeat(4_000_000))),
        ("blank lines", format!("a: |\n{}", "\n".repeat(1_000_000))),
        ("duplicates", "a: 1\n".repeat(100_000)),
        ("too large", " ".repeat(17 << 20)),
    ];
    for (name, text) in cases {
        let time = bounded(text);
        println!("{name}: {time:?}");
        assert!(time < Duration::from_secs(20), "{name} took {time:?}");
    }
}

/// Cut and garbled documents: spans stay inside the text, on character boundaries.
#[test]
fn mutilated_texts_keep_their_places() {
    let seeds = [
        "apiVersion: v1\nkind: Pod\nmetadata: {name: é, labels: {\"a\": 'b'}}\nspec:\n  containers:\n  - &c name: x\n    args: [\"--a\", *c]\n    command: |\n      echo 'x' \\\n      \"y\"\n...\n---\n{\"json\": [1, -2.5e3, \"\\u00e9\"]}\n",
        "a: &b {<<: {x: 1}, ? k : v}\nq: \"un\n\tder\n in'd\"#x\nz: >+2\n    folded\n   text\n\n",
    ];
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let alphabet: Vec<char> = "{}[],:#&*!|>'\"%@`-?~ \t\n\r.abé0\u{feff}\u{2028}".chars().collect();
    for round in 0..4000 {
        let mut chars: Vec<char> = seeds[round % seeds.len()].chars().collect();
        for _ in 0..=random(4) {
            let at = random(chars.len());
            match random(3) {
                0 => drop(chars.remove(at)),
                1 => chars.insert(at, alphabet[random(alphabet.len())]),
                _ => chars[at] = alphabet[random(alphabet.len())],
            }
        }
        let text: String = chars.into_iter().collect();
        let source = source(&text);
        let parsed = yaml::parse(&source);
        let fits = |span: celgate::source::Span| {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
        };
        parsed.errors.iter().for_each(|error| fits(error.span()));
        parsed.warnings.iter().for_each(|warning| fits(warning.span()));
        for document in &parsed.documents {
            for id in 0..u32::try_from(document.len()).unwrap() {
                let node = document.at(yaml::NodeId(id));
                fits(node.span());
                if let Some(decoded) = node.as_str() {
                    let map = ScalarMap::new(&source, node.span(), decoded);
                    (0..=decoded.len()).for_each(|at| {
                        let at = map.source_offset(u32::try_from(at).unwrap());
                        assert!(node.span().start <= at && at <= node.span().end.max(at), "{text:?}");
                    });
                }
            }
        }
    }
}
