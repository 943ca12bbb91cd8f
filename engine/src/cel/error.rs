//! Errors of evaluation: values of the language, with the node that failed.

use alloc::{borrow::Cow, rc::Rc, string::String};
use core::fmt;

use super::ast::ExprId;

/// What went wrong while an expression ran, in cel-go's words (kubernetes-vap.md 4.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// The text, without position or prefix.
    pub message: Rc<str>,
    /// The node that failed, once known: functions leave it empty, the interpreter fills it.
    pub id: Option<ExprId>,
    /// Whether evaluation must stop at once and no `&&`, `||`, `all` or `exists` may absorb it: cost and memory limits.
    pub fatal: bool,
}

impl EvalError {
    /// An ordinary error.
    #[must_use]
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: Rc::from(&*message.into()), id: None, fatal: false }
    }

    /// An error that nothing absorbs.
    #[must_use]
    pub fn fatal(message: impl Into<Cow<'static, str>>) -> Self {
        Self { fatal: true, ..Self::new(message) }
    }

    /// What costs more than any budget has: the words of the budget, which nothing absorbs.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::fatal("operation cancelled: actual cost limit exceeded")
    }

    /// Bare `no such overload`.
    #[must_use]
    pub fn no_such_overload() -> Self {
        Self::new("no such overload")
    }

    /// `no such key: <key>`
    #[must_use]
    pub fn no_such_key(key: impl fmt::Display) -> Self {
        Self::new(alloc::format!("no such key: {key}"))
    }

    /// The same, blamed on `id` unless a deeper node is blamed already.
    #[must_use]
    pub fn at(mut self, id: ExprId) -> Self {
        self.id.get_or_insert(id);
        self
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for EvalError {}

impl From<String> for EvalError {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}
