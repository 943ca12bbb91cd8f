//! How the figures are printed and kept.

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use serde_json::Value;

use crate::set::{Difference, Set};

/// A case whose answer differs.
pub(crate) struct Miss {
    /// The case.
    pub(crate) case: Value,
    /// What differs.
    pub(crate) differences: Vec<Difference>,
}

/// The figure of a set.
pub(crate) struct Figure {
    name: &'static str,
    equal: usize,
    all: usize,
    bar: f64,
}

impl Figure {
    /// Counts a set.
    pub(crate) fn new(set: &Set, all: usize, misses: &[Miss]) -> Self {
        Self { name: set.name, equal: all - misses.len(), all, bar: set.bar }
    }

    /// Whether enough is equal.
    pub(crate) fn reaches_bar(&self) -> bool {
        self.percent() >= self.bar
    }

    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    fn percent(&self) -> f64 {
        if self.all == 0 { 100.0 } else { 100.0 * self.equal as f64 / self.all as f64 }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.reaches_bar() { ' ' } else { '!' };
        write!(
            f,
            "{:<26} {:>6} of {:>6} equal  {:>6.2} %  (bar {} %) {mark}",
            self.name,
            self.equal,
            self.all,
            self.percent(),
            self.bar
        )
    }
}

/// Prints what differs: grouped by field and cause, then the first ten in full (all of them with `all`).
pub(crate) fn differences(misses: &[Miss], all: bool) {
    let mut groups: BTreeMap<(String, String, String), (usize, String)> = BTreeMap::new();
    for miss in misses {
        if let Some(first) = miss.differences.first() {
            let key = (first.field.clone(), shape(&first.theirs), shape(&first.ours));
            let group = groups.entry(key).or_insert_with(|| (0, miss.case["id"].to_string()));
            group.0 += 1;
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (count, _))| core::cmp::Reverse(*count));
    let shown = if all { groups.len() } else { 25 };
    for ((field, theirs, ours), (count, id)) in groups.iter().take(shown) {
        println!("    {count:>5} × {field}: {theirs}  ≠  {ours}   e.g. {id}");
    }
    if groups.len() > shown {
        println!("    … and {} more groups (--all)", groups.len() - shown);
    }
    for miss in misses.iter().take(if all { usize::MAX } else { 10 }) {
        println!("  - {}", cut(&miss.case["id"].to_string(), 200));
        for name in ["expr", "text", "yaml"] {
            if let Some(text) = miss.case[name].as_str() {
                println!("      {name}: {}", cut(text, 400));
            }
        }
        for difference in &miss.differences {
            println!(
                "      {}\n        kubernetes {}\n        celgate    {}",
                difference.field,
                cut(&difference.theirs.to_string(), 1200),
                cut(&difference.ours.to_string(), 1200)
            );
        }
    }
}

/// A value without what makes it particular: quoted words, numbers, long tails.
fn shape(value: &Value) -> String {
    let text = value.to_string();
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                out.push(c);
            }
            _ if quoted => {}
            '0'..='9' => {
                if !out.ends_with('#') {
                    out.push('#');
                }
            }
            _ => out.push(c),
        }
        if out.len() > 90 {
            out.push('…');
            break;
        }
    }
    out
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        text.chars().take(most).chain(['…']).collect()
    }
}

/// Writes the figures between the markers of README.md.
pub(crate) fn write(figures: &[Figure]) -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path)?;
    let (open, close) = ("<!-- figures -->", "<!-- /figures -->");
    let (Some(start), Some(end)) = (text.find(open), text.find(close)) else {
        return Err(io::Error::other("the markers are missing"));
    };
    let mut table = String::from("\n| set | equal | of | % | bar |\n|---|---|---|---|---|\n");
    for figure in figures {
        table += &format!(
            "| {} | {} | {} | {:.2} | {} |\n",
            figure.name,
            figure.equal,
            figure.all,
            figure.percent(),
            figure.bar
        );
    }
    fs::write(path, format!("{}{open}{table}{}", &text[..start], &text[end..]))
}
