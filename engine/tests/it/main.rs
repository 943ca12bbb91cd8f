//! The engine's integration tests: one binary, a module per room.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the engine reads no files; its tests do"
)]

mod cel_checker;
mod cel_syntax;
mod cel_conformance;
mod cel_microcases;
mod fuzz;
mod layers;
mod order;
mod decimal;
mod objects;
mod admission;
mod microcases;
mod kubectl;
mod policies;
mod checks;
mod agreement;
mod pod_security;
mod regex;
mod cel_examples;
mod timezones;
mod schema;
mod yaml;
mod defaults;
mod changes;
mod review;
mod policy_validation;
mod typecheck;
mod completion;
