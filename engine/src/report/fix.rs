//! A check's changes as one edit of the text, indented as its surroundings are.

use alloc::{format, string::String, vec::Vec};

use super::Edit;
use crate::{
    checks::{Change, Target},
    source::{Sources, Span},
    yaml::{Document, Entry, NodeId, NodeValue},
};

/// One edit that makes all `changes`: from the first changed place to the last, what lies between kept. `None` when
/// there is nothing to change, or a change cannot be written where it belongs.
pub(super) fn edit(title: String, changes: &[Change], document: &Document, sources: &Sources) -> Option<Edit> {
    let mut pieces: Vec<(Span, String)> =
        merged(changes).iter().map(|change| piece(change, document, sources)).collect::<Option<_>>()?;
    pieces.sort_by_key(|(span, _)| (span.start, span.end));
    let (first, last) = (pieces.first()?.0, pieces.last()?.0);
    let span = first.to(last);
    let source = sources.get(span.source)?;
    let mut text = String::new();
    let mut at = span.start;
    for (place, new) in &pieces {
        if place.source != span.source || place.start < at {
            return None;
        }
        text.push_str(source.text.get(at as usize..place.start as usize)?);
        text.push_str(new);
        at = place.end;
    }
    text.push_str(source.text.get(at as usize..span.end as usize)?);
    Some(Edit { title, span, text })
}

/// What is to be written at one place: names below it, with their values.
struct Merged<'c> {
    target: Target,
    fields: Vec<(&'c [&'static str], &'static str)>,
}

/// Changes of one place together, so that a missing `securityContext` is written once for all its fields.
fn merged(changes: &[Change]) -> Vec<Merged<'_>> {
    let mut all: Vec<Merged<'_>> = Vec::new();
    for change in changes {
        let field = (&*change.names, change.value);
        match all.iter_mut().find(|known| known.target == change.target) {
            Some(known) if !known.fields.contains(&field) => known.fields.push(field),
            Some(_) => {}
            None => all.push(Merged { target: change.target, fields: alloc::vec![field] }),
        }
    }
    all
}

fn piece(change: &Merged<'_>, document: &Document, sources: &Sources) -> Option<(Span, String)> {
    match change.target {
        Target::Value(span) => Some((span, String::from(change.fields.first()?.1))),
        Target::Empty(key) => {
            let source = sources.get(key.source)?;
            let after = source.text.get(key.end as usize..)?;
            let colon = after.find(':')?;
            let at = key.end + u32::try_from(colon).ok()? + 1;
            Some((source.span(at, at), format!(" {}", flow(&change.fields))))
        }
        Target::Mapping(node) => into_mapping(node, change, document, sources),
    }
}

/// Adds entries to a mapping: after its last entry, in its own style.
fn into_mapping(
    node: NodeId,
    change: &Merged<'_>,
    document: &Document,
    sources: &Sources,
) -> Option<(Span, String)> {
    let mapping = document.at(node);
    let NodeValue::Mapping(entries) = mapping.value() else { return None };
    let written: Vec<&Entry> = entries.iter().filter(|entry| !entry.merged && !entry.key_span.is_empty()).collect();
    let span = mapping.span();
    let source = sources.get(span.source)?;
    if source.text.get(span.start as usize..)?.starts_with('{') {
        let at = span.start + 1;
        let comma = if written.is_empty() { "" } else { ", " };
        let body = flow(&change.fields);
        let body = body.strip_prefix('{')?.strip_suffix('}')?;
        return Some((source.span(at, at), format!("{body}{comma}")));
    }
    let (first, last) = (written.first()?, written.last()?);
    let line = source.text.get(..first.key_span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let column = first.key_span.start as usize - line;
    let end = span_end(document, last.value).max(last.span.end).max(last.key_span.end) as usize;
    let rest = source.text.get(end..)?;
    let line_end = end + rest.find('\n').unwrap_or(rest.len());
    let at = u32::try_from(line_end).ok()?;
    let mut text = String::new();
    block(&change.fields, column, &mut text);
    Some((source.span(at, at), text))
}

/// The end of everything below a node: the span of a block collection may end before a trailing comment, never after.
fn span_end(document: &Document, node: NodeId) -> u32 {
    document.at(node).span().end
}

/// `{a: {b: 1}, c: 2}`
fn flow(fields: &[(&[&'static str], &'static str)]) -> String {
    if let [([], value)] = fields {
        return String::from(*value);
    }
    let mut out = String::from("{");
    for (at, (name, below)) in grouped(fields).iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        out.push_str(&format!("{name}: {}", flow(below)));
    }
    out.push('}');
    out
}

/// The same over several lines, each after a line break.
fn block(fields: &[(&[&'static str], &'static str)], column: usize, out: &mut String) {
    for (name, below) in grouped(fields) {
        out.push('\n');
        out.extend(core::iter::repeat_n(' ', column));
        out.push_str(name);
        out.push(':');
        match below.as_slice() {
            [([], value)] => {
                out.push(' ');
                out.push_str(value);
            }
            below => block(below, column + 2, out),
        }
    }
}

type Fields<'c> = Vec<(&'c [&'static str], &'static str)>;

/// Fields by their first name, in order of first mention.
fn grouped<'c>(fields: &[(&'c [&'static str], &'static str)]) -> Vec<(&'static str, Fields<'c>)> {
    let mut groups: Vec<(&'static str, Fields<'c>)> = Vec::new();
    for (names, value) in fields {
        let Some((first, rest)) = names.split_first() else { continue };
        match groups.iter_mut().find(|group| group.0 == *first) {
            Some(group) => group.1.push((rest, value)),
            None => groups.push((first, alloc::vec![(rest, *value)])),
        }
    }
    groups
}
