//! The engine and nothing else: `cargo xtask sizes` compiles it for the page's target and weighs it.

use std::hint::black_box;

use celgate::review::{Scenario, review};

fn main() {
    black_box(review(&black_box(Scenario::default())));
}
