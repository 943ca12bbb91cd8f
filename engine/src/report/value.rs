//! Values and nodes as people read them: like CEL literals, cut short when long.

use alloc::{
    format,
    string::{String, ToString},
};

use crate::cel::value::Value;
use crate::yaml::{NodeRef, NodeValue};

/// Characters of a printed value at most.
const LONGEST: usize = 160;
/// Lists and maps inside each other that are printed; deeper ones are `…`.
const DEEPEST: usize = 6;

/// A value as a CEL literal.
pub(super) fn print(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    cut(out)
}

/// A node of a document, the same way.
pub(super) fn print_node(node: NodeRef<'_>) -> String {
    let mut out = String::new();
    write_node(node, 0, &mut out);
    cut(out)
}

fn full(out: &str, depth: usize) -> bool {
    out.len() > LONGEST || depth > DEEPEST
}

fn write(value: &Value, depth: usize, out: &mut String) {
    if full(out, depth) {
        out.push('…');
        return;
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::String(text) => quote(text, out),
        Value::Uint(number) => out.push_str(&format!("{number}u")),
        Value::List(list) => {
            out.push('[');
            for (at, element) in list.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(&element, depth + 1, out);
                if out.len() > LONGEST {
                    break;
                }
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for index in 0..map.len() {
                let Ok(Some((key, value))) = map.entry(index) else { continue };
                out.push_str(if index == 0 { "" } else { ", " });
                write(&key, depth + 1, out);
                out.push_str(": ");
                write(&value, depth + 1, out);
                if out.len() > LONGEST {
                    break;
                }
            }
            out.push('}');
        }
        Value::Optional(Some(inner)) => {
            out.push_str("optional.of(");
            write(inner, depth + 1, out);
            out.push(')');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn write_node(node: NodeRef<'_>, depth: usize, out: &mut String) {
    if full(out, depth) {
        out.push('…');
        return;
    }
    match node.value() {
        NodeValue::String(text) => quote(text, out),
        NodeValue::Sequence(_) => {
            out.push('[');
            for (at, item) in node.items().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_node(item, depth + 1, out);
                if out.len() > LONGEST {
                    break;
                }
            }
            out.push(']');
        }
        NodeValue::Mapping(entries) => {
            out.push('{');
            for (at, entry) in entries.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                quote(&entry.key, out);
                out.push_str(": ");
                write_node(node.document().at(entry.value), depth + 1, out);
                if out.len() > LONGEST {
                    break;
                }
            }
            out.push('}');
        }
        _ => out.push_str(&format!("{node:?}")),
    }
}

/// In double quotes, as much of it as is shown.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars().take(LONGEST + 1) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A long text without its middle.
fn cut(text: String) -> String {
    let length = text.chars().count();
    if length <= LONGEST {
        return text;
    }
    let half = LONGEST / 2;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(length - half).collect();
    format!("{head}…{tail}")
}
