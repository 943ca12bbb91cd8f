//! An edit before it is made: the lines it touches, with a little around them.

use celgate::report::Edit;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Same,
    Removed,
    Added,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Number in the text before (removed) or after (same, added).
    pub(crate) number: usize,
    pub(crate) change: Change,
    pub(crate) text: String,
}

/// The text after an edit; unchanged if the edit does not fit.
pub(crate) fn apply(text: &str, edit: &Edit) -> String {
    let (start, end) = (edit.span.start as usize, edit.span.end as usize);
    match (text.get(..start), text.get(end..)) {
        (Some(before), Some(after)) => format!("{before}{}{after}", edit.text),
        _ => text.to_owned(),
    }
}

/// The lines an edit of `text` touches, with up to two unchanged ones before and one after.
pub(crate) fn preview(text: &str, edit: &Edit) -> Vec<Line> {
    let after = apply(text, edit);
    let (old, new): (Vec<&str>, Vec<&str>) = (text.split('\n').collect(), after.split('\n').collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - same;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut lines = Vec::new();
    let mut push = |number: usize, change: Change, text: &str| {
        lines.push(Line { number: number + 1, change, text: text.trim_end_matches('\r').to_owned() });
    };
    for (number, line) in old.iter().enumerate().take(same).skip(same.saturating_sub(2)) {
        push(number, Change::Same, line);
    }
    for (number, line) in old.iter().enumerate().take(old.len() - tail).skip(same) {
        push(number, Change::Removed, line);
    }
    for (number, line) in new.iter().enumerate().take(new.len() - tail).skip(same) {
        push(number, Change::Added, line);
    }
    if let Some(next) = new.get(new.len() - tail).filter(|line| !line.trim().is_empty()) {
        push(new.len() - tail, Change::Same, next);
    }
    lines
}
