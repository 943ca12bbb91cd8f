//! The engine's integration tests: one binary, a module per room.

mod layers;
mod regex;
mod schema;
