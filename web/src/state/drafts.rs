//! What the user works on: three texts, the settings, a title and where it came from.

use serde::{Deserialize, Serialize};

use super::Settings;

/// Where a draft came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Origin {
    #[default]
    Own,
    Example,
    Shared,
    Lesson,
}

/// Everything that is kept, shared and restored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) texts: [String; 3],
    pub(crate) settings: Settings,
    pub(crate) origin: Origin,
    /// Id of the lesson it belongs to.
    pub(crate) lesson: String,
    pub(crate) edited: bool,
}

impl Draft {
    pub(crate) fn title(&self) -> &str {
        if self.title.is_empty() { "Untitled" } else { &self.title }
    }

    /// The tag beside the title.
    pub(crate) const fn tag(&self) -> Option<&'static str> {
        match self.origin {
            Origin::Own if self.edited => Some("Your draft"),
            Origin::Own => None,
            Origin::Example => Some("Example"),
            Origin::Lesson => Some("Lesson"),
            Origin::Shared => Some("Shared"),
        }
    }
}

/// `---`-separated documents of a text that say something.
pub(crate) fn documents(text: &str) -> usize {
    let mut count = 0;
    let mut content = false;
    for line in text.lines() {
        if line == "---" || line.starts_with("--- ") {
            count += usize::from(content);
            content = false;
        } else if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            content = true;
        }
    }
    count + usize::from(content)
}
