//! Kind `yaml`: what kubectl's reader makes of a text: values, or a refusal.
//!
//! A case has `text` (a scalar, put where `kind` says: after `k:`, or as a key under `data:`) or `yaml` (a whole text).
//! The answer is in the notation of corpora/yaml: JSON with Go types before scalars; `ERROR why` for a refusal.

use std::fmt::Write as _;

use celgate::{
    objects::GroupVersionKind,
    schema::defaults::{Defaults, Operation},
    source::{Source, SourceId},
    yaml::{self, NodeRef, NodeValue},
};
use serde_json::{Value, json};

use crate::set::{Context, Difference, Kind, Set};

pub(crate) const KIND: Kind = Kind {
    name: "yaml",
    answer,
    sets: &[
        Set { name: "yaml/scalars", cases: "yaml/scalars.jsonl", answers: None, compare, bar: 100.0 },
        Set { name: "yaml/documents", cases: "yaml/documents.jsonl", answers: None, compare, bar: 100.0 },
    ],
};

const HEAD: &str = "apiVersion: v1\nkind: X\nmetadata: {name: a}\n";

fn answer(case: &Value, context: &mut Context) -> Value {
    let defaults = context.keep("yaml", |_| Defaults::built_in());
    let text = case["text"].as_str();
    let whole = match (case["kind"].as_str(), text) {
        (Some("keys"), Some(text)) => format!("{HEAD}data:\n  {text}: v\n"),
        (_, Some(text)) => format!("{HEAD}k: {text}\n"),
        _ => case["yaml"].as_str().unwrap_or_default().to_owned(),
    };
    let parsed = yaml::parse(&Source { id: SourceId(0), name: String::new(), text: whole });
    if let Some(error) = parsed.errors.first() {
        return json!({"kubectl": format!("ERROR {error}")});
    }
    // kubectl reads `metadata` into its type, whatever the kind.
    let kind = GroupVersionKind::new("", "v1", "X");
    for document in &parsed.documents {
        if let Some(refused) = defaults.admit(document.root(), &kind, Operation::Read, None).refused {
            return json!({"kubectl": format!("ERROR {}", refused.message)});
        }
    }
    let roots = parsed.documents.iter().map(yaml::Document::root);
    let shown: Vec<String> = roots
        .map(|root| {
            let mut out = String::new();
            match case["kind"].as_str() {
                Some("keys") => {
                    out.push_str("{\"data\": ");
                    root.get("data").inspect(|data| show(*data, false, &mut out));
                    out.push('}');
                }
                Some(_) => root.get("k").into_iter().for_each(|value| show(value, false, &mut out)),
                None => show(root, true, &mut out),
            }
            out
        })
        .collect();
    json!({"kubectl": shown.join(" || ")})
}

/// The notation of the corpus. It was recorded with `kubectl label --local zz=b`, which shows in `metadata` of a root,
/// and without `apiVersion`.
fn show(node: NodeRef<'_>, is_root: bool, out: &mut String) {
    match node.value() {
        NodeValue::Null => out.push_str("null"),
        NodeValue::Bool(value) => write!(out, "{value}").unwrap_or_default(),
        NodeValue::Int(value) => write!(out, "int64 {value}").unwrap_or_default(),
        NodeValue::Float(value) => write!(out, "float64 {}", go_float(*value)).unwrap_or_default(),
        NodeValue::String(value) => write!(out, "string {}", json!(**value)).unwrap_or_default(),
        NodeValue::Sequence(_) => {
            out.push('[');
            for (at, item) in node.items().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                show(item, false, out);
            }
            out.push(']');
        }
        NodeValue::Mapping(entries) => {
            let mut entries: Vec<_> =
                entries.iter().filter(|e| !is_root || &*e.key != "apiVersion").collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for (at, entry) in entries.iter().enumerate() {
                let comma = if at > 0 { ", " } else { "" };
                write!(out, "{comma}{}: ", ascii(&entry.key)).unwrap_or_default();
                if is_root && &*entry.key == "metadata" {
                    let name = node.path(&["metadata", "name"]).and_then(NodeRef::as_str).unwrap_or_default();
                    write!(out, "{{\"labels\": {{\"zz\": string \"b\"}}, \"name\": string {}}}", ascii(name))
                        .unwrap_or_default();
                } else {
                    show(node.document().at(entry.value), false, out);
                }
            }
            out.push('}');
        }
    }
}

/// As Go's encoding/json prints a float64.
fn go_float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        match exponent.strip_prefix('-') {
            Some(digits) => format!("{mantissa}e-{digits}"),
            None => format!("{mantissa}e+{exponent}"),
        }
    } else {
        value.to_string()
    }
}

/// A JSON string in ASCII, as Python's json prints it.
fn ascii(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                write!(out, "\\u{unit:04x}").unwrap_or_default();
            }),
        }
    }
    out.push('"');
    out
}

/// Values must be equal; a refusal has no wording in common with libyaml's but that it is one.
fn compare(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let (theirs, ours) = (&theirs["kubectl"], &ours["kubectl"]);
    let refused = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("ERROR"));
    let equal = theirs == ours || refused(theirs) && refused(ours);
    let ours_is_stated = ours.as_str().is_some_and(|text| STATED.iter().any(|reason| text.contains(reason)));
    if equal || ours_is_stated {
        return Vec::new();
    }
    vec![Difference { field: "kubectl".into(), theirs: theirs.clone(), ours: ours.clone() }]
}

/// What the engine refuses though kubectl reads it: yaml.md 6.3.
const STATED: &[&str] = &["`:` without a space after it inside"];
