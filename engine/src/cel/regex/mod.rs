//! Regular expressions as Go's `regexp` has them (RE2): its syntax, its error texts, its leftmost-first matches, and
//! linear time.
//!
//! Our own, for three reasons: Go's errors quote pieces of the pattern as only its own parser cuts them; `\d`, `\w`,
//! `\s` and `\b` are ASCII while `\pL` and `(?i)` are Unicode, a mixture the `regex` crates cannot be asked for; and
//! their Unicode tables alone take 176 kB of the page's download, all of this with tables 15.
//!
//! A pattern is parsed ([`parse`]), compiled to a program of a Pike machine ([`program`]), and run by one of two
//! searches that give the same answer ([`search`]), or by an automaton that knows whether there is one ([`automaton`]).

mod parse;
mod program;
mod search;
mod automaton;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use self::program::Program;
use super::error::EvalError;

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex {
    program: Program,
}

/// Why a pattern is none; prints as Go's error does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: &'static str,
    expression: String,
}

impl Error {
    fn new(code: &'static str, expression: &str) -> Self {
        Self { code, expression: expression.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error parsing regexp: {}: `{}`", self.code, self.expression)
    }
}

impl core::error::Error for Error {}

impl From<Error> for EvalError {
    fn from(error: Error) -> Self {
        Self::new(format!("{error}"))
    }
}

impl Regex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// As Go's `regexp.Compile`, but what is `expression too large` is decided at a quarter of Go's size.
    pub fn new(pattern: &str) -> Result<Self, Error> {
        let parsed = parse::parse(pattern)?;
        let program = Program::new(&parsed).ok_or_else(|| Error::new(parse::LARGE, pattern))?;
        Ok(Self { program })
    }

    /// Whether any part of `text` matches.
    ///
    /// # Errors
    /// When the search takes more steps than any cost budget allows.
    pub fn is_match(&self, text: &str) -> Result<bool, EvalError> {
        Ok(self.program.find(text, 0, true)?.is_some())
    }

    /// The first match that begins at the octet `from` or later.
    ///
    /// # Errors
    /// As [`Regex::is_match`].
    pub fn find_at(&self, text: &str, from: usize) -> Result<Option<(usize, usize)>, EvalError> {
        self.program.find(text, from, false)
    }

    /// Up to `limit` matches that do not overlap; an empty one right after another match does not count.
    ///
    /// # Errors
    /// As [`Regex::is_match`].
    pub fn find_all(&self, text: &str, limit: Option<usize>) -> Result<Vec<(usize, usize)>, EvalError> {
        let mut found = Vec::new();
        let mut at = 0;
        let mut last_end = None;
        while at <= text.len() && limit.is_none_or(|limit| found.len() < limit) {
            let Some((start, end)) = self.find_at(text, at)? else { break };
            let mut counts = true;
            if end == at {
                counts = last_end != Some(start);
                at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            } else {
                at = end;
            }
            last_end = Some(end);
            if counts {
                found.push((start, end));
            }
        }
        Ok(found)
    }
}
