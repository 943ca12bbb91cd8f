//! Where variables get their values.

use alloc::{rc::Rc, vec::Vec};

use crate::cel::{error::EvalError, value::Value};

/// The variables of an evaluation.
pub trait Activation {
    /// The value of the variable `name`, or the failure to get it; `None` when there is no such variable. Asked at most
    /// once in an evaluation for each name that has a value.
    fn resolve(&self, name: &str) -> Option<Result<Value, EvalError>>;
}

/// Variables by name, in a list.
#[derive(Clone, Debug, Default)]
pub struct Bindings(Vec<(Rc<str>, Value)>);

impl Bindings {
    /// No variables.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// With a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.push((Rc::from(name), value));
        self
    }
}

impl FromIterator<(Rc<str>, Value)> for Bindings {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Value)>>(bindings: I) -> Self {
        Self(bindings.into_iter().collect())
    }
}

impl Activation for Bindings {
    fn resolve(&self, name: &str) -> Option<Result<Value, EvalError>> {
        self.0.iter().rev().find(|(bound, _)| **bound == *name).map(|(_, value)| Ok(value.clone()))
    }
}
