//! What happened at each node while an expression ran, for people who ask why.

use alloc::vec::Vec;

use crate::cel::{ast::ExprId, error::EvalError, value::Value};

/// The record of an evaluation. Nodes without steps were skipped.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    steps: Vec<Step>,
    truncated: bool,
    /// Octets of the values that are kept here and nowhere else.
    octets: usize,
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

/// So much of values is kept.
const MAX_OCTETS: usize = 8 << 20;

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

    /// Whether a step of that node would be kept; notes it if not.
    pub(super) fn takes(&mut self, id: ExprId) -> bool {
        let takes = self.steps.len() < MAX_STEPS || self.steps.last().is_some_and(|last| last.id == id);
        self.truncated |= !takes;
        takes
    }

    pub(super) fn record(&mut self, step: Step) {
        // The stack holds it too.
        let octets = step.outcome.as_ref().map_or(0, |value| value.own_octets(2));
        if self.octets.saturating_add(octets) > MAX_OCTETS {
            self.truncated = true;
            return;
        }
        self.octets = self.octets.saturating_add(octets);
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

    /// Forgets what an accumulator has become: it is changed in place, which cannot be while somebody else holds it.
    pub(super) fn forget(&mut self, accumulator: &Value) {
        let mut octets = 0;
        for step in self.steps.iter_mut().rev().take(RECENT) {
            if step.outcome.as_ref().is_ok_and(|value| value.shares(accumulator)) {
                octets = accumulator.own_octets(usize::MAX);
                step.outcome = Ok(Value::Null);
            }
        }
        self.octets = self.octets.saturating_sub(octets);
    }
}

/// Steps among which those stand that hand an accumulator on: what adds to it and the conditions around that.
const RECENT: usize = 8;
