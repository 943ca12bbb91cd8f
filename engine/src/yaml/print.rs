//! Documents as text: JSON as Go's encoding/json prints it, and YAML that reads back as the same document.

use alloc::{
    format,
    string::{String, ToString},
};
use core::fmt::Write as _;

use super::{
    node::{NodeRef, NodeValue},
    resolve::{self, Resolved},
};

/// The node as JSON on one line, keys in the order of the document.
#[must_use]
pub fn json(node: NodeRef<'_>) -> String {
    let mut out = String::new();
    write_json(node, None, 0, &mut out);
    out
}

/// The node as JSON, two spaces a level.
#[must_use]
pub fn json_pretty(node: NodeRef<'_>) -> String {
    let mut out = String::new();
    write_json(node, Some(2), 0, &mut out);
    out
}

/// The node as YAML in block style, ending with a line break.
#[must_use]
pub fn yaml(node: NodeRef<'_>) -> String {
    let mut out = String::new();
    write_yaml(node, 0, &mut out);
    out
}

/// A float64 as Go's encoding/json prints it: shortest digits, no exponent between 1e-6 and 1e21.
#[must_use]
pub fn float(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}e+{exponent}"),
        _ => text,
    }
}

/// A string as JSON, quotes included.
pub fn string(text: &str, out: &mut String) {
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
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => escape(c, out),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\u{:04x}", u32::from(c));
}

fn scalar(node: NodeRef<'_>) -> Option<String> {
    Some(match node.value() {
        NodeValue::Null => "null".into(),
        NodeValue::Bool(value) => value.to_string(),
        NodeValue::Int(value) => value.to_string(),
        NodeValue::Float(value) => float(*value),
        _ => return None,
    })
}

fn write_json(node: NodeRef<'_>, indent: Option<usize>, depth: usize, out: &mut String) {
    let separate = |at: usize, depth: usize, out: &mut String| {
        if at > 0 {
            out.push(',');
        }
        if let Some(width) = indent {
            out.push('\n');
            out.extend(core::iter::repeat_n(' ', width * depth));
        }
    };
    match node.value() {
        NodeValue::String(text) => string(text, out),
        NodeValue::Sequence(items) => {
            out.push('[');
            for (at, item) in node.items().enumerate() {
                separate(at, depth + 1, out);
                write_json(item, indent, depth + 1, out);
            }
            if !items.is_empty() {
                separate(0, depth, out);
            }
            out.push(']');
        }
        NodeValue::Mapping(entries) => {
            out.push('{');
            for (at, entry) in entries.iter().enumerate() {
                separate(at, depth + 1, out);
                string(&entry.key, out);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write_json(node.document().at(entry.value), indent, depth + 1, out);
            }
            if !entries.is_empty() {
                separate(0, depth, out);
            }
            out.push('}');
        }
        _ => out.push_str(&scalar(node).unwrap_or_default()),
    }
}

/// Writes the node at the place the cursor is; block collections start there, their further lines at `indent`.
fn write_yaml(node: NodeRef<'_>, indent: usize, out: &mut String) {
    let line = |at: usize, out: &mut String| {
        if at > 0 {
            out.extend(core::iter::repeat_n(' ', indent));
        }
    };
    match node.value() {
        NodeValue::Mapping(entries) if !entries.is_empty() => {
            for (at, entry) in entries.iter().enumerate() {
                line(at, out);
                yaml_string(&entry.key, None, out);
                out.push(':');
                let value = node.document().at(entry.value);
                match value.value() {
                    NodeValue::Mapping(inner) if !inner.is_empty() => {
                        out.push('\n');
                        out.extend(core::iter::repeat_n(' ', indent + 2));
                        write_yaml(value, indent + 2, out);
                    }
                    // Lists stand under their key without further indentation, as kubectl prints them.
                    NodeValue::Sequence(inner) if !inner.is_empty() => {
                        out.push('\n');
                        out.extend(core::iter::repeat_n(' ', indent));
                        write_yaml(value, indent, out);
                    }
                    _ => {
                        out.push(' ');
                        write_yaml(value, indent + 2, out);
                    }
                }
            }
        }
        NodeValue::Sequence(items) if !items.is_empty() => {
            for (at, item) in node.items().enumerate() {
                line(at, out);
                out.push_str("- ");
                write_yaml(item, indent + 2, out);
            }
        }
        NodeValue::Mapping(_) => out.push_str("{}\n"),
        NodeValue::Sequence(_) => out.push_str("[]\n"),
        NodeValue::String(text) => {
            yaml_string(text, Some(indent), out);
            out.push('\n');
        }
        _ => {
            out.push_str(&scalar(node).unwrap_or_default());
            out.push('\n');
        }
    }
}

/// A string as it may stand in YAML: plain when nothing reads it otherwise, a literal block when it has lines and
/// `block` says how far it is indented, quoted else.
fn yaml_string(text: &str, block: Option<usize>, out: &mut String) {
    let is_text = |c: char| {
        c == '\n'
            || c == '\t'
            || (c >= ' '
                && !('\u{7f}'..='\u{9f}').contains(&c)
                && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'))
    };
    if let Some(indent) = block
        && text.contains('\n')
        && text.chars().all(is_text)
        && !text.starts_with(['\n', ' ', '\t'])
        && !text.lines().any(|line| line.trim().is_empty() && !line.is_empty())
    {
        let body = text.trim_end_matches('\n');
        out.push_str(match text.len() - body.len() {
            0 => "|-",
            1 => "|",
            _ => "|+",
        });
        for line in body.split('\n') {
            out.push('\n');
            if !line.is_empty() {
                out.extend(core::iter::repeat_n(' ', indent));
                out.push_str(line);
            }
        }
        out.extend(core::iter::repeat_n('\n', (text.len() - body.len()).saturating_sub(1)));
        return;
    }
    if is_plain(text) { out.push_str(text) } else { string(text, out) }
}

fn is_plain(text: &str) -> bool {
    let is_string = matches!(resolve::resolve(None, true, text), Ok(Resolved::String(_)));
    let first_fits =
        text.chars().next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '$' | '('));
    let fits = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    is_string
        && first_fits
        && text.chars().all(fits)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("...")
        && !text.ends_with([':', ' '])
        && text != "<<"
        && text != "="
}
