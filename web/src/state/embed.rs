//! The page inside another: one example with its verdict, and what the author of that page expects it to be.

use celgate::report::Outcome;
use serde::Deserialize;

use super::{Draft, Editor, Settings, catalogue, drafts::Origin};

/// What the other page asks for (`www/embed.js`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Embed {
    pub(crate) title: String,
    /// The id of an example; the texts below replace its own.
    pub(crate) example: String,
    pub(crate) policies: String,
    pub(crate) resources: String,
    pub(crate) cluster: String,
    pub(crate) settings: Settings,
    /// `denied`, `admitted`, `warned`, `notJudged`; anything else: no expectation.
    pub(crate) expect: String,
    /// Which text is in sight first: `policies`, `resources`, `cluster`.
    pub(crate) show: String,
    /// Whether the answer has a side of its own.
    pub(crate) split: bool,
}

impl Embed {
    /// The example, and a draft to come back to.
    pub(crate) fn draft(&self) -> Draft {
        let mut draft = catalogue::find(&self.example).map(|entry| entry.draft()).unwrap_or_default();
        for (text, own) in draft.texts.iter_mut().zip([&self.policies, &self.resources, &self.cluster]) {
            if !own.is_empty() {
                text.clone_from(own);
            }
        }
        if self.settings != Settings::default() {
            draft.settings = self.settings.clone();
        }
        if !self.title.is_empty() {
            draft.title.clone_from(&self.title);
        }
        draft.origin = Origin::Example;
        draft
    }

    /// The editor in sight first.
    pub(crate) fn first(&self) -> Editor {
        match self.show.as_str() {
            "policies" => Editor::Policies,
            "cluster" => Editor::Cluster,
            _ => Editor::Resources,
        }
    }

    /// What the other page expects.
    pub(crate) fn expected(&self) -> Option<Outcome> {
        match self.expect.as_str() {
            "denied" => Some(Outcome::Denied),
            "admitted" => Some(Outcome::Admitted),
            "warned" => Some(Outcome::Warned),
            "notJudged" => Some(Outcome::NotJudged),
            _ => None,
        }
    }
}

/// The first line in which two texts differ, counted from 1.
pub(crate) fn changed_line(before: &str, after: &str) -> Option<usize> {
    if before == after {
        return None;
    }
    let same = before.lines().zip(after.lines()).take_while(|(before, after)| before == after).count();
    Some(same + 1)
}
