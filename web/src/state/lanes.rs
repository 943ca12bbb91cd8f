//! The explain view: each line of an expression, and under it, in lanes of brackets, the value of each of its parts.
//!
//! Columns count characters. Spans are sorted short to long; each takes the first lane where its bracket and its label
//! are free, but always below every span it contains.

use celgate::report::{Explanation, Iteration, TraceNode, TraceOutcome};

use super::{
    colour::{self, Piece},
    words,
};

/// An expression, laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) lines: Vec<Line>,
    /// The same values as a list, for narrow screens and screen readers.
    pub(crate) tree: Vec<Item>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Coloured runs of the line: text, class, and whether it was never evaluated.
    pub(crate) runs: Vec<(String, &'static str, bool)>,
    /// Whether nothing of the line was evaluated.
    pub(crate) off: bool,
    pub(crate) brackets: Vec<Bracket>,
    pub(crate) lanes: usize,
    /// Why the lines up to here were not evaluated.
    pub(crate) note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bracket {
    pub(crate) left: usize,
    pub(crate) width: usize,
    pub(crate) lane: usize,
    pub(crate) label: String,
    /// The whole value, when the label had to be cut.
    pub(crate) full: String,
    pub(crate) class: &'static str,
    /// The part, in bytes of the expression.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) depth: usize,
    pub(crate) text: String,
    pub(crate) result: String,
    pub(crate) class: &'static str,
}

/// A macro over a range and its turns: what the table of iterations is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range<'e> {
    pub(crate) node: &'e TraceNode,
    pub(crate) turns: &'e [Iteration],
    /// The turn on show.
    pub(crate) shown: usize,
}

/// The range the reader is most likely after: the deciding one, else the first.
pub(crate) fn range(explanation: &Explanation, turn: Option<usize>) -> Option<Range<'_>> {
    let with = || explanation.nodes.iter().filter(|node| !node.iterations.is_empty());
    let node = with().find(|node| node.deciding).or_else(|| with().next())?;
    Some(Range { node, turns: &node.iterations, shown: shown(node, turn) })
}

fn shown(node: &TraceNode, turn: Option<usize>) -> usize {
    turn.filter(|&turn| turn < node.iterations.len())
        .or_else(|| node.iterations.iter().position(|turn| turn.deciding))
        .or_else(|| node.iterations.iter().position(|turn| turn.visited))
        .unwrap_or(0)
}

/// What a turn shows of the part `start..end`: its value; of one that was skipped, alone or with more around it, that.
pub(crate) fn cell(turn: &Iteration, start: u32, end: u32) -> Option<String> {
    let same = turn.nodes.iter().find(|node| node.start == start && node.end == end);
    let skipped =
        |node: &TraceNode| node.outcome == TraceOutcome::Skipped && node.start <= start && end <= node.end;
    match same {
        Some(node) if node.outcome != TraceOutcome::Skipped => Some(node.text.clone()),
        _ => turn.nodes.iter().any(skipped).then(|| "skipped".to_owned()),
    }
}

/// A field of an element that was never visited, from the element as it is printed: a text, maybe cut.
pub(crate) fn field_of(turn: &Iteration, field: &str) -> Option<String> {
    let (_, rest) = turn.value.split_once(&format!("\"{field}\": \""))?;
    let text = rest.split('"').next().unwrap_or("");
    (!text.is_empty()).then(|| text.to_owned())
}

/// `stops at the first false`
pub(crate) fn note(range: &Range<'_>, name: &str) -> String {
    let visited = range.turns.iter().filter(|turn| turn.visited).count();
    match name {
        "all" if range.node.text == "false" => "stops at the first false".to_owned(),
        "exists" if range.node.text == "true" => "stops at the first true".to_owned(),
        _ if visited < range.turns.len() => format!("stops after {visited} of {}", range.turns.len()),
        _ => words::count(visited, "element"),
    }
}

/// What an element costs, and how many of them the limit allows.
pub(crate) fn rate(range: &Range<'_>, limit: u64) -> Option<(u64, u64)> {
    let visited = range.turns.iter().filter(|turn| turn.visited && turn.cost > 0);
    let (count, sum) = visited.fold((0, 0), |(count, sum), turn| (count + 1, sum + turn.cost));
    let each = u64::div_ceil(sum, if count == 0 { return None } else { count });
    // Two significant digits: it is an estimate.
    let most = limit / each.max(1);
    let digit = 10u64.pow(most.max(1).ilog10().saturating_sub(1));
    Some((each, most / digit * digit))
}

struct Part<'e> {
    node: &'e TraceNode,
    depth: usize,
    /// Index of the parent among the parts.
    parent: Option<usize>,
    /// Of the range of a macro, how many elements it has.
    counted: Option<usize>,
}

/// Lays an explanation out. `all`: every value; otherwise the deciding path and the values on it.
pub(crate) fn layout(explanation: &Explanation, turn: Option<usize>, all: bool) -> Layout {
    let text = explanation.text.as_str();
    let mut parts = Vec::new();
    let focus = range(explanation, turn).map(|range| std::ptr::from_ref(range.node));
    gather(&explanation.nodes, None, 0, &mut parts, &|node| {
        shown(node, turn.filter(|_| focus == Some(std::ptr::from_ref(node))))
    });
    let kept: Vec<&Part<'_>> = parts.iter().filter(|part| keep(part, &parts, text, all)).collect();
    let skipped: Vec<&TraceNode> = parts
        .iter()
        .filter(|part| part.node.outcome == TraceOutcome::Skipped && !under_skipped(part, &parts))
        .map(|part| part.node)
        .collect();
    Layout { lines: lines(text, &kept, &skipped), tree: tree(text, &kept) }
}

fn gather<'e>(
    nodes: &'e [TraceNode],
    parent: Option<usize>,
    depth: usize,
    parts: &mut Vec<Part<'e>>,
    choose: &dyn Fn(&TraceNode) -> usize,
) {
    if depth > 16 {
        return;
    }
    let base = parts.len();
    let mut at: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let own =
            node.parent.and_then(|index| at.get(index).copied()).filter(|&index| index >= base).or(parent);
        let deep = own.and_then(|index| parts.get(index)).map_or(0, |part| part.depth + 1);
        let index = parts.len();
        at.push(index);
        let over = own.and_then(|index| parts.get(index)).map(|part| part.node);
        let counted = over
            .filter(|over| !over.iterations.is_empty() && over.start == node.start)
            .map(|over| over.iterations.len());
        parts.push(Part { node, depth: deep, parent: own, counted });
        if let Some(turn) = node.iterations.get(choose(node)) {
            gather(&turn.nodes, Some(index), depth + 1, parts, choose);
        }
    }
}

fn under_skipped(part: &Part<'_>, parts: &[Part<'_>]) -> bool {
    let mut above = part.parent;
    while let Some(parent) = above.and_then(|index| parts.get(index)) {
        if parent.node.outcome == TraceOutcome::Skipped {
            return true;
        }
        above = parent.parent;
    }
    false
}

fn slice<'t>(text: &'t str, node: &TraceNode) -> &'t str {
    text.get(node.start as usize..node.end as usize).unwrap_or("")
}

fn is_path(source: &str) -> bool {
    !source.is_empty()
        && source.chars().all(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '?' | '[' | ']' | '\'' | '"' | '/' | '-')
        })
        && source.contains(['.', '['])
        && source.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn keep(part: &Part<'_>, parts: &[Part<'_>], text: &str, all: bool) -> bool {
    let node = part.node;
    if node.end <= node.start || under_skipped(part, parts) {
        return false;
    }
    if node.outcome == TraceOutcome::Skipped {
        return true;
    }
    let source = slice(text, node);
    let parent = part.parent.and_then(|index| parts.get(index)).map(|parent| parent.node);
    // A literal says its value itself; the operand of a selection is part of the path that is shown as a whole.
    let literal = source == node.text
        || source.starts_with(['\'', '"'])
            && source.ends_with(['\'', '"'])
            && !source.contains("&&")
            && !source.contains("||")
            && node.text.starts_with(['\'', '"'])
        || source.starts_with('[') && source.len() <= 2;
    let operand = parent.is_some_and(|parent| is_path(slice(text, parent)) && parent.start == node.start);
    let bare = source.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && parent.is_some();
    if node.outcome == TraceOutcome::Error {
        return true;
    }
    if literal || operand || bare && node.text.starts_with(['{', '[']) {
        return false;
    }
    if all {
        return true;
    }
    if node.deciding && (!is_path(source) || is_bool(node)) {
        return !passes_on(part, parts, text);
    }
    // The values read on the deciding path, each once: not the range of a macro, whose elements are in the table.
    let again = |other: &Part<'_>| {
        other.node.start > node.start && slice(text, other.node) == source && on_path(other, parts)
    };
    is_path(source) && on_path(part, parts) && !parts.iter().any(again)
}

fn is_bool(node: &TraceNode) -> bool {
    matches!(node.text.as_str(), "true" | "false")
}

fn on_path(part: &Part<'_>, parts: &[Part<'_>]) -> bool {
    let parent = part.parent.and_then(|index| parts.get(index));
    parent.is_some_and(|parent| parent.node.deciding && parent.node.iterations.is_empty())
}

/// Whether a part is `&&` or `||` that only hands on what a part of it decided.
fn passes_on(part: &Part<'_>, parts: &[Part<'_>], text: &str) -> bool {
    let operator = text
        .get(part.node.anchor as usize..)
        .is_some_and(|rest| rest.starts_with("&&") || rest.starts_with("||"));
    operator
        && parts.iter().any(|child| {
            let parent = child.parent.and_then(|index| parts.get(index));
            child.node.deciding
                && child.node.text == part.node.text
                && parent.is_some_and(|parent| std::ptr::eq(parent.node, part.node))
        })
}

fn class(text: &str, node: &TraceNode) -> &'static str {
    let source = slice(text, node);
    match node.outcome {
        TraceOutcome::Skipped => "off",
        TraceOutcome::Error => "bad",
        // A value that was read is no step of the reasoning, even where it decides.
        TraceOutcome::Value if is_path(source) && !is_bool(node) => "",
        TraceOutcome::Value if node.deciding && node.text.starts_with("false") => "bad",
        TraceOutcome::Value if node.deciding && node.parent.is_none() && node.text == "true" => "good",
        TraceOutcome::Value if node.deciding => "hot",
        TraceOutcome::Value => "",
    }
}

/// `false, decided by [1] sidecar`
fn value(node: &TraceNode) -> String {
    let by = node.iterations.iter().find(|turn| turn.deciding && node.deciding).map(turn_name);
    match by {
        Some(name) => format!("{}, decided by {name}", node.text),
        None => node.text.clone(),
    }
}

/// `[1] sidecar`
pub(crate) fn turn_name(turn: &Iteration) -> String {
    if turn.name.is_empty() { turn.index.clone() } else { format!("{} {}", turn.index, turn.name) }
}

/// Longest label under a line; the rest is on hover.
const LABEL: usize = 44;

fn lines(text: &str, kept: &[&Part<'_>], skipped: &[&TraceNode]) -> Vec<Line> {
    let pieces = colour::cel(text);
    let mut lines: Vec<Line> = Vec::new();
    let mut start = 0;
    for source in text.split('\n') {
        let end = start + source.len();
        let runs = runs(text, start, end, &pieces, skipped);
        let off =
            !source.trim().is_empty() && runs.iter().all(|(text, _, cut)| *cut || text.trim().is_empty());
        let mut line = Line { runs, off, ..Line::default() };
        for part in kept {
            let counted = part.counted;
            if let Some(bracket) = bracket(text, part.node, counted, start, end, off) {
                line.brackets.push(bracket);
            }
        }
        line.lanes = assign(&mut line.brackets);
        lines.push(line);
        start = end + 1;
    }
    notes(text, &mut lines, skipped);
    lines
}

fn notes(text: &str, lines: &mut [Line], skipped: &[&TraceNode]) {
    let mut start = 0;
    let ends: Vec<usize> = text
        .split('\n')
        .map(|source| {
            start += source.len() + 1;
            start - 1
        })
        .collect();
    for node in skipped {
        let last = ends.iter().position(|&end| node.end as usize <= end);
        if let Some(line) = last.and_then(|last| lines.get_mut(last)).filter(|line| line.off) {
            line.note = Some(node.text.clone());
        }
    }
}

/// The coloured runs of one line; a run is cut where a skipped part begins or ends.
fn runs(
    text: &str,
    from: usize,
    to: usize,
    pieces: &[Piece],
    skipped: &[&TraceNode],
) -> Vec<(String, &'static str, bool)> {
    let mut edges: Vec<usize> = vec![from, to];
    edges.extend(pieces.iter().flat_map(|piece| [piece.start, piece.end]));
    edges.extend(skipped.iter().flat_map(|node| [node.start as usize, node.end as usize]));
    edges.retain(|&edge| from <= edge && edge <= to && text.is_char_boundary(edge));
    celgate::order::sort_by(&mut edges, Ord::cmp);
    edges.dedup();
    let mut runs = Vec::new();
    for pair in edges.windows(2) {
        let &[a, b] = pair else { continue };
        let class =
            pieces.iter().find(|piece| piece.start <= a && b <= piece.end).map_or("", |piece| piece.class);
        let cut = skipped.iter().any(|node| node.start as usize <= a && b <= node.end as usize);
        runs.push((text.get(a..b).unwrap_or("").to_owned(), class, cut));
    }
    runs
}

fn bracket(
    text: &str,
    node: &TraceNode,
    counted: Option<usize>,
    from: usize,
    to: usize,
    off: bool,
) -> Option<Bracket> {
    let (start, end) = (node.start as usize, node.end as usize);
    let (start, end) =
        if slice(text, node).contains('\n') { token(text, node.anchor as usize)? } else { (start, end) };
    if start < from || end > to || (off && node.outcome == TraceOutcome::Skipped) {
        return None;
    }
    let left = text.get(from..start)?.chars().count();
    let width = text.get(start..end)?.chars().count();
    let full = value(node);
    let shown = counted.map_or_else(
        || full.clone(),
        |count| format!("{} of {count}", if full.starts_with('{') { "map" } else { "list" }),
    );
    let label = words::middle(words::first_line(&shown), LABEL);
    Some(Bracket {
        left,
        width: width.max(1),
        lane: 0,
        full: if label == full { String::new() } else { full },
        label,
        class: class(text, node),
        start: node.start,
        end: node.end,
    })
}

/// The name of a call: `all`.
pub(crate) fn name<'t>(text: &'t str, node: &TraceNode) -> &'t str {
    token(text, node.anchor as usize).and_then(|(start, end)| text.get(start..end)).unwrap_or("")
}

/// The name or operator at `anchor`; of a call, whose anchor is its parenthesis, the name before it.
fn token(text: &str, anchor: usize) -> Option<(usize, usize)> {
    let (before, after) = (text.get(..anchor)?, text.get(anchor..)?);
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    if after.starts_with('(') {
        let name = before.bytes().rev().take_while(is_name).count();
        if name > 0 {
            return Some((anchor - name, anchor));
        }
    }
    let name = after.bytes().take_while(is_name).count();
    let length = if name > 0 {
        name
    } else {
        after.bytes().take(2).take_while(|b| b"&|<>=!?:+-*/%".contains(b)).count().max(1)
    };
    Some((anchor, anchor + length))
}

/// Gives every bracket a lane and says how many there are.
fn assign(brackets: &mut [Bracket]) -> usize {
    celgate::order::sort_by_key(brackets, |bracket| (bracket.width, bracket.left));
    let mut lanes: Vec<Vec<(usize, usize)>> = Vec::new();
    for index in 0..brackets.len() {
        let (done, rest) = brackets.split_at_mut(index);
        let Some(bracket) = rest.first_mut() else { continue };
        let end = bracket.left + bracket.width;
        let mut lane = done
            .iter()
            .filter(|inner| bracket.left <= inner.left && inner.left + inner.width <= end)
            .map(|inner| inner.lane + 1)
            .max()
            .unwrap_or(0);
        let shown = bracket.label.chars().count() * 87 / 100 + 2;
        let reach = bracket.left + bracket.width.max(shown);
        let taken = |lane: &[(usize, usize)]| lane.iter().any(|&(a, b)| bracket.left < b && a < reach);
        while lanes.get(lane).is_some_and(|lane| taken(lane)) {
            lane += 1;
        }
        if lanes.len() <= lane {
            lanes.resize(lane + 1, Vec::new());
        }
        if let Some(taken) = lanes.get_mut(lane) {
            taken.push((bracket.left, reach));
        }
        bracket.lane = lane;
    }
    lanes.len()
}

fn tree(text: &str, kept: &[&Part<'_>]) -> Vec<Item> {
    let mut depths: Vec<usize> = Vec::new();
    kept.iter()
        .map(|part| {
            // Depth among what is shown, not among all there is.
            while depths.last().is_some_and(|&depth| depth >= part.depth) {
                depths.pop();
            }
            let depth = depths.len();
            depths.push(part.depth);
            Item {
                depth,
                text: words::middle(&outline(text, part.node), 160),
                result: part.counted.map_or_else(
                    || value(part.node),
                    |count| {
                        format!("{} of {count}", if part.node.text.starts_with('{') { "map" } else { "list" })
                    },
                ),
                class: class(text, part.node),
            }
        })
        .collect()
}

/// A part in one line; of a macro only what it goes over: `object.spec.containers.all(c, …)`.
fn outline(text: &str, node: &TraceNode) -> String {
    let source = slice(text, node);
    let at = (node.anchor as usize).saturating_sub(node.start as usize);
    let comma = source.get(at..).and_then(|rest| rest.find(',')).map(|comma| at + comma);
    let source = match comma.filter(|_| !node.iterations.is_empty()).and_then(|comma| source.get(..=comma)) {
        Some(head) => format!("{head} …)"),
        None => source.to_owned(),
    };
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}
