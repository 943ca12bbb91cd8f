//! The only types that cross.

use celgate::{report::Report, review::Scenario};
use serde::{Deserialize, Serialize};

/// A question to the worker.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) id: u32,
    pub(super) scenario: Scenario,
}

/// Its answer.
#[derive(Serialize, Deserialize)]
pub(super) struct Response {
    pub(super) id: u32,
    pub(super) report: Report,
    /// Milliseconds the review took.
    pub(super) took: f64,
}
