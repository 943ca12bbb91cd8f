//! The engine's integration tests: one binary, a module per room.

mod cel_syntax;
mod layers;
mod policies;
mod regex;
mod schema;
