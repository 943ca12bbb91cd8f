//! Kubernetes admission policies, judged as kube-apiserver 1.37 judges them, with the reason.
//!
//! Text goes in, a report comes out; in between, one way only:
//!
//! ```text
//! text ─▶ Source ─▶ Document ─▶ Object ─┬─▶ Policy ─▶ CompiledPolicy ─▶ PolicyDecision ─┐
//!                                       └─▶ CheckResult ────────────────────────────────┴─▶ Report
//! ```
//!
//! The modules stand in layer order: each names only those above it in this list (`tests/it/layers.rs` holds the table).
#![no_std]
#![warn(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod order;
pub mod decimal;
pub mod source;
pub mod yaml;
pub mod cel;
pub mod objects;
pub mod schema;
pub mod environment;
pub mod admission;
pub mod checks;
pub mod report;
pub mod review;
