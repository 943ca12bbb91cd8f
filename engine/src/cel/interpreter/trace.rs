//! What happened at each node while an expression ran, for people who ask why.

use alloc::vec::Vec;

use crate::cel::{ast::ExprId, error::EvalError, value::Value};

/// The record of an evaluation. Nodes without steps were skipped.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    steps: Vec<Step>,
    truncated: bool,
}

/// A node that was evaluated once.
#[derive(Clone, Debug)]
pub struct Step {
    /// The node.
    pub id: ExprId,
    /// In which iteration of each comprehension around it, outermost first, from 0. Empty outside of comprehensions.
    pub iterations: Vec<u32>,
    /// What it gave.
    pub outcome: Result<Value, EvalError>,
    /// What the node itself was charged, without what is below it.
    pub cost: u64,
}

/// So many steps are kept: enough to look through, little enough for a page to hold.
const MAX_STEPS: usize = 20_000;

impl Trace {
    /// The steps, in the order in which they ended.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there were more steps than are kept.
    #[must_use]
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The steps of a node, one for each iteration.
    pub fn of(&self, id: ExprId) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.id == id)
    }

    pub(super) fn record(&mut self, step: Step) {
        if let Some(last) = self.steps.last_mut()
            && last.id == step.id
            && last.iterations == step.iterations
        {
            last.cost = last.cost.saturating_add(step.cost);
            last.outcome = step.outcome;
        } else if self.steps.len() < MAX_STEPS {
            self.steps.push(step);
        } else {
            self.truncated = true;
        }
    }
}
