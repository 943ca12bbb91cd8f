//! Changes as edits of the text that was written.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{Change, CheckResult, Target};
use crate::order;
use crate::source::Span;
use crate::yaml::{Document, NodeId, NodeValue};

/// A replacement in one text that mends what a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a verb.
    pub title: String,
    /// What is replaced; an empty range inserts.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A single replacement, in bytes of the text.
struct Piece {
    start: usize,
    end: usize,
    text: String,
}

impl CheckResult {
    /// The edit of `text`, which `document` was read from, that makes all changes of the result at once. `None` when it
    /// has none, or when they do not fit the text.
    #[must_use]
    pub fn fix(&self, text: &str, document: &Document) -> Option<Fix> {
        let source = self.places.first()?.span.source;
        let mut pieces: Vec<Piece> = Vec::new();
        for change in merge(&self.changes) {
            pieces.push(piece(text, document, &change)?);
        }
        order::sort_by_key(&mut pieces, |piece| (piece.start, piece.end));
        let (start, end) = (pieces.first()?.start, pieces.iter().map(|piece| piece.end).max()?);
        let mut whole = String::new();
        let mut at = start;
        for piece in &pieces {
            whole.push_str(text.get(at..piece.start)?);
            whole.push_str(&piece.text);
            at = piece.end;
        }
        whole.push_str(text.get(at..end)?);
        let place = |at: usize| u32::try_from(at).ok();
        Some(Fix {
            title: title(&self.changes),
            span: Span::new(source, place(start)?, place(end)?),
            text: whole,
        })
    }
}

/// `Set securityContext.allowPrivilegeEscalation: false`, in words for the changes together.
fn title(changes: &[Change]) -> String {
    let one = |change: &Change| match change.names.as_slice() {
        [] => format!("Set it to {}", change.value),
        names => format!("Set {}: {}", names.join("."), change.value),
    };
    let mut titles: Vec<String> = changes.iter().map(one).collect();
    order::sort_by(&mut titles, Ord::cmp);
    titles.dedup();
    match titles.as_slice() {
        [title] => title.clone(),
        titles => titles.join("; "),
    }
}

/// Several changes below one mapping that share their first name become one tree, so that no key is written twice.
fn merge(changes: &[Change]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for change in changes {
        let found = groups.iter_mut().find(|group| group.target == change.target);
        match found {
            Some(group) => group.tree.add(&change.names, change.value),
            None => {
                let mut tree = Tree::default();
                tree.add(&change.names, change.value);
                groups.push(Group { target: change.target, tree });
            }
        }
    }
    groups
}

struct Group {
    target: Target,
    tree: Tree,
}

/// Names with values or more names below them.
#[derive(Default)]
struct Tree {
    value: Option<&'static str>,
    below: Vec<(&'static str, Tree)>,
}

impl Tree {
    fn add(&mut self, names: &[&'static str], value: &'static str) {
        let Some((first, rest)) = names.split_first() else {
            self.value = Some(value);
            return;
        };
        if let Some((_, tree)) = self.below.iter_mut().find(|(name, _)| name == first) {
            return tree.add(rest, value);
        }
        let mut tree = Self::default();
        tree.add(rest, value);
        self.below.push((first, tree));
    }

    /// In block style, every line but the first indented.
    fn block(&self, indent: usize, out: &mut String) {
        for (at, (name, tree)) in self.below.iter().enumerate() {
            if at > 0 {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
            }
            out.push_str(name);
            out.push(':');
            match tree.value {
                Some(value) => {
                    out.push(' ');
                    out.push_str(&plain(value));
                }
                None => {
                    out.push('\n');
                    out.push_str(&" ".repeat(indent + 2));
                    tree.block(indent + 2, out);
                }
            }
        }
    }

    /// In flow style, as JSON.
    fn flow(&self, out: &mut String) {
        if let Some(value) = self.value {
            out.push_str(value);
            return;
        }
        out.push('{');
        self.flow_entries(out);
        out.push('}');
    }

    fn flow_entries(&self, out: &mut String) {
        for (at, (name, tree)) in self.below.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            out.push_str(&format!("\"{name}\": "));
            tree.flow(out);
        }
    }
}

/// A JSON string without its quotes where YAML needs none: a word.
fn plain(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    match inner {
        Some(word)
            if word.starts_with(|c: char| c.is_ascii_alphabetic())
                && word.chars().all(|c| c.is_ascii_alphanumeric() || "-./".contains(c))
                && !matches!(
                    word.to_ascii_lowercase().as_str(),
                    "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
                ) =>
        {
            word.to_string()
        }
        _ => value.to_string(),
    }
}

fn piece(text: &str, document: &Document, group: &Group) -> Option<Piece> {
    match group.target {
        Target::Value { value, key } => replace(text, document, value, key, group.tree.value?),
        Target::Empty { key, mapping } => {
            let flow = is_flow(text, document, mapping);
            let colon = after_colon(text, key)?;
            let after = text.get(colon..)?;
            let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
            let written = after.get(blank..)?;
            let null = ["null", "Null", "NULL", "~"].into_iter().find(|null| written.starts_with(null));
            let end = colon + null.map_or(0, |null| blank + null.len());
            let mut new = String::from(" ");
            if flow || group.tree.value.is_some() {
                group.tree.flow(&mut new);
            } else {
                let indent = column(text, key.start as usize) + 2;
                new = format!("\n{}", " ".repeat(indent));
                group.tree.block(indent, &mut new);
            }
            // A comment behind the key stays there: the lines go below it.
            if !flow && group.tree.value.is_none() {
                let line = text.get(end..)?.find(['\n', '\r']).map_or(text.len(), |at| end + at);
                let kept = text.get(end..line)?.trim_end();
                return Some(Piece { start: colon, end: line, text: format!("{kept}{new}") });
            }
            Some(Piece { start: colon, end, text: new })
        }
        Target::Mapping(node) => into_mapping(text, document, node, &group.tree),
    }
}

/// Another value in the place of one that is there.
fn replace(text: &str, document: &Document, value: Span, key: Option<Span>, new: &str) -> Option<Piece> {
    let (start, end) = (value.start as usize, value.end as usize);
    let old = text.get(start..end)?;
    // A collection in block style, or text in one, cannot simply be overwritten: what replaces it follows its key.
    let block = old.contains('\n') && !old.starts_with(['{', '[', '"', '\'']);
    if let Some(key) = key.filter(|_| block || old.starts_with("- ") || old.starts_with(['|', '>'])) {
        let line_end = if old.ends_with('\n') { "\n" } else { "" };
        let new = format!(" {}{line_end}", plain(new));
        return Some(Piece { start: after_colon(text, key)?, end, text: new });
    }
    // Quotes are kept where there were some, and JSON stays JSON.
    let quoted = old.starts_with(['"', '\'']) || in_json(text, document);
    Some(Piece { start, end, text: if quoted { new.to_string() } else { plain(new) } })
}

fn in_json(text: &str, document: &Document) -> bool {
    text.get(document.span.start as usize..).is_some_and(|text| text.trim_start().starts_with('{'))
}

fn is_flow(text: &str, document: &Document, mapping: NodeId) -> bool {
    let start = document.at(mapping).span().start as usize;
    text.get(start..).is_some_and(|text| text.starts_with('{'))
}

/// The byte after the colon of a key.
fn after_colon(text: &str, key: Span) -> Option<usize> {
    let end = key.end as usize;
    Some(end + text.get(end..)?.find(':')? + 1)
}

/// New entries at the end of a mapping.
fn into_mapping(text: &str, document: &Document, node: NodeId, tree: &Tree) -> Option<Piece> {
    let mapping = document.at(node);
    let NodeValue::Mapping(entries) = mapping.value() else { return None };
    let span = mapping.span();
    if is_flow(text, document, node) {
        let close =
            (span.end as usize).checked_sub(1).filter(|close| text.get(*close..=*close) == Some("}"))?;
        let inside = text.get(span.start as usize + 1..close)?;
        let at = close - (inside.len() - inside.trim_end().len());
        let mut new =
            String::from(if entries.is_empty() || inside.trim_end().ends_with(',') { "" } else { ", " });
        tree.flow_entries(&mut new);
        return Some(Piece { start: at, end: at, text: new });
    }
    let first = entries.first()?;
    let indent = column(text, first.key_span.start as usize);
    // Entries that came through a merge key stand elsewhere.
    let last = entries.iter().rev().find(|entry| !entry.merged)?;
    let end = end_of(document, last.value).max(last.span.end).max(last.key_span.end) as usize;
    let mut new = String::new();
    let before = text.get(..end)?;
    if before.ends_with('\n') {
        new.push_str(&" ".repeat(indent));
        tree.block(indent, &mut new);
        new.push('\n');
        return Some(Piece { start: end, end, text: new });
    }
    let line = text.get(end..)?.find(['\n', '\r']).map_or(text.len(), |at| end + at);
    new.push('\n');
    new.push_str(&" ".repeat(indent));
    tree.block(indent, &mut new);
    Some(Piece { start: line, end: line, text: new })
}

/// One past the last byte of a value and of all that is in it.
fn end_of(document: &Document, node: NodeId) -> u32 {
    document.at(node).span().end
}

/// Column of a byte on its line, in characters from 0.
fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    before.get(line..).unwrap_or("").chars().count()
}
