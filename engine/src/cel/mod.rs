//! The Common Expression Language as cel-go 0.29 speaks it, without YAML and without Kubernetes.
//!
//! text → tokens → [`ast`] → checked AST → program → value or error, with cost, and on demand a trace.

pub mod ast;
pub mod operators;
pub mod issues;
pub mod macros;
pub mod lexer;
mod recovery;
mod unescape;
pub mod parser;
pub mod unicode;
pub mod quote;
pub mod print;
pub mod unparser;
pub mod regex;
pub mod timezone;
pub mod types;
pub mod error;
pub mod value;
pub mod cost;
pub mod decls;
pub mod container;
pub mod checker;
pub mod env;
pub mod library;
pub mod program;
pub mod planner;
pub mod interpreter;
