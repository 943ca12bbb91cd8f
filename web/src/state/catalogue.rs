//! What the palette offers: examples from `web/examples` and the policy library, and commands.

use super::{Draft, Settings, drafts::Origin};

/// An example or policy of the library, compiled in by `build.rs`.
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

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

impl Entry {
    pub(crate) fn draft(&self) -> Draft {
        Draft {
            title: self.title.to_owned(),
            texts: [self.policies.to_owned(), self.resources.to_owned(), self.cluster.to_owned()],
            settings: serde_json::from_str::<Settings>(self.settings).unwrap_or_default(),
            origin: Origin::Example,
            edited: false,
        }
    }
}

/// The example with that id.
pub(crate) fn find(id: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.id == id)
}

/// Entries that hold every word of the query, in catalogue order.
pub(crate) fn search(query: &str) -> Vec<&'static Entry> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let holds = |entry: &&Entry| {
        let text =
            format!("{} {} {} {}", entry.id, entry.group, entry.title, entry.description).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    ENTRIES.iter().filter(holds).collect()
}
