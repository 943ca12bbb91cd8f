//! What the palette offers: examples from `web/examples` and the policy library, and commands.

use super::{Draft, Settings, drafts::Origin};

/// An example or policy of the library.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    /// Stable id, as in `#example=no-latest`.
    pub(crate) id: &'static str,
    /// Group heading.
    pub(crate) group: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) policies: &'static str,
    pub(crate) resources: &'static str,
    pub(crate) cluster: &'static str,
    /// `Settings` as JSON; empty: the defaults.
    pub(crate) settings: &'static str,
}

/// The eight texts of every entry, made by `build.rs`.
static TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/catalogue.txt"));

/// Everything the palette can open.
pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    let mut texts = TEXTS.split('\u{1f}');
    core::iter::from_fn(move || {
        let mut next = || texts.next();
        let entry = Entry {
            id: next()?,
            group: next()?,
            title: next()?,
            description: next()?,
            policies: next()?,
            resources: next()?,
            cluster: next()?,
            settings: next()?,
        };
        Some(entry)
    })
}

impl Entry {
    pub(crate) fn draft(&self) -> Draft {
        Draft {
            title: self.title.to_owned(),
            texts: [self.policies.to_owned(), self.resources.to_owned(), self.cluster.to_owned()],
            settings: serde_json::from_str::<Settings>(self.settings).unwrap_or_default(),
            origin: Origin::Example,
            lesson: String::new(),
            edited: false,
        }
    }
}

/// The example with that id.
pub(crate) fn find(id: &str) -> Option<Entry> {
    entries().find(|entry| entry.id == id)
}

/// Entries that hold every word of the query, in catalogue order.
pub(crate) fn search(query: &str) -> Vec<Entry> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let holds = |entry: &Entry| {
        let text =
            format!("{} {} {} {}", entry.id, entry.group, entry.title, entry.description).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    entries().filter(holds).collect()
}
