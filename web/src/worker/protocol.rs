//! The only types that cross.

use celgate::{report::Report, review::Scenario};
use serde::{Deserialize, Serialize};

/// A question to the worker.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) id: u32,
    pub(super) scenario: Scenario,
    /// Not a review is wanted but help with writing: the answer is `?ID JSON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
}

/// A place in a text.
#[derive(Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) text: usize,
    /// In bytes.
    pub(super) offset: u32,
    /// Whether it is asked what the word means that ends there, else what may stand there.
    pub(super) word: bool,
}

/// Its answer.
#[derive(Serialize, Deserialize)]
pub(super) struct Response {
    pub(super) id: u32,
    pub(super) report: Report,
    /// Milliseconds the review took.
    pub(super) took: f64,
}
