//! Nodes as compact JSON, as Go's encoding/json prints a map: keys ascending, `<`, `>` and `&` escaped.

use alloc::{format, string::String, vec::Vec};

use crate::order;
use crate::yaml::{NodeRef, NodeValue};

/// Deeper than any document the readers accept; aliases cannot make it endless, but they can make it deep.
const MAX_DEPTH: usize = 1_000;

/// The node as JSON. Stops with `…` once more than `enough` bytes are written: aliases can blow a small document up.
#[must_use]
pub fn json(node: NodeRef<'_>, enough: usize) -> String {
    let mut out = String::new();
    write(node, &mut out, enough, 0);
    out
}

/// A string as JSON, quotes included.
pub fn json_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn write(node: NodeRef<'_>, out: &mut String, enough: usize, depth: usize) {
    if out.len() > enough || depth > MAX_DEPTH {
        out.push('…');
        return;
    }
    match node.value() {
        NodeValue::Null => out.push_str("null"),
        NodeValue::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        NodeValue::Int(value) => out.push_str(&format!("{value}")),
        NodeValue::Float(value) => out.push_str(&format!("{value}")),
        NodeValue::String(value) => json_string(value, out),
        NodeValue::Sequence(_) => {
            out.push('[');
            for (at, item) in node.items().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out, enough, depth + 1);
                if out.len() > enough {
                    return;
                }
            }
            out.push(']');
        }
        NodeValue::Mapping(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            order::sort_by(&mut sorted, |a, b| a.key.cmp(&b.key));
            out.push('{');
            for (at, entry) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                json_string(&entry.key, out);
                out.push(':');
                write(node.document().at(entry.value), out, enough, depth + 1);
                if out.len() > enough {
                    return;
                }
            }
            out.push('}');
        }
    }
}
