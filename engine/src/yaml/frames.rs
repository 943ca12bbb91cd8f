//! Text → chunks, as kubectl frames them before any YAML is read: a line that starts with `---` separates, whatever
//! stands around it; a text that starts with `{` is tried as a stream of JSON values first (yaml.md 4.1, 4.2).

use core::ops::Range;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A YAML document; cut off at `...`.
    Document {
        range: Range<usize>,
        /// Where something other than blanks and comments follows `...`.
        ignored: Option<usize>,
    },
    /// A line that starts with `---` and goes on otherwise than a separator may: the whole line, without its break.
    BadSeparator(Range<usize>),
}

/// Whether kubectl tries JSON first.
pub(super) fn starts_as_json(text: &str) -> bool {
    text.trim_start_matches(is_space).starts_with('{')
}

/// Where YAML goes on after a JSON value that ends at `at`: blanks up to the first line break are eaten.
pub(super) fn after_json(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let blanks = rest.len() - rest.trim_start_matches(is_space).len();
    at + rest.find('\n').map_or(blanks, |newline| blanks.min(newline + 1))
}

/// The chunks of `text` from `from` on.
pub(super) fn frames(text: &str, from: usize) -> impl Iterator<Item = Frame> + '_ {
    let mut at = from;
    let mut pending = None;
    core::iter::from_fn(move || {
        if let Some(frame) = pending.take() {
            return Some(frame);
        }
        if at > text.len() {
            return None;
        }
        let start = at;
        let mut end_marker: Option<usize> = None;
        let mut ignored = None;
        let mut line_start = at;
        loop {
            let rest = text.get(line_start..).unwrap_or("");
            let (line, next) = match rest.find('\n') {
                Some(length) => (rest.get(..length).unwrap_or(""), line_start + length + 1),
                None => (rest, text.len() + 1),
            };
            if let Some(after) = line.strip_prefix("---") {
                let after = after.trim_matches(is_space);
                if !after.is_empty() && !after.starts_with('#') {
                    pending = Some(Frame::BadSeparator(line_start..line_start + line.trim_end().len()));
                }
                at = next;
                return Some(Frame::Document { range: start..end_marker.unwrap_or(line_start), ignored });
            }
            if let Some(marker) = end_marker {
                let content = line.trim_start_matches(is_space);
                if ignored.is_none()
                    && !content.is_empty()
                    && !content.starts_with('#')
                    && marker != line_start
                {
                    ignored = Some(line_start);
                }
            } else if line
                .strip_prefix("...")
                .is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t', '\r']))
            {
                end_marker = Some(line_start);
            }
            if next > text.len() {
                at = next;
                return Some(Frame::Document { range: start..end_marker.unwrap_or(text.len()), ignored });
            }
            line_start = next;
        }
    })
}

/// Go's `unicode.IsSpace`.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}
