//! The variables of a policy, composed ones among them: evaluated when first read, once, and charged apart.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use celgate::cel::{
    error::EvalError,
    interpreter::{Activation, Limits},
    program::Program,
    value::{Child, External, Map, Value},
};

/// A composed variable: its program, or why it has none.
pub(super) struct Variable {
    pub(super) compiled: Result<Program, String>,
}

/// An activation with `variables`.
pub(super) struct Composed {
    bound: Vec<(&'static str, Value)>,
    variables: Rc<Lazy>,
}

struct Lazy {
    compiled: Vec<(Rc<str>, Result<Program, String>)>,
    known: RefCell<Vec<Option<Result<Value, EvalError>>>>,
    cost: Cell<u64>,
    limits: Limits,
    activation: Weak<Composed>,
}

impl Composed {
    pub(super) fn new(
        bound: Vec<(&'static str, Value)>,
        variables: &[(Rc<str>, Variable)],
        limits: Limits,
    ) -> Rc<Self> {
        Rc::new_cyclic(|activation| {
            let compiled: Vec<_> =
                variables.iter().map(|(name, of)| (Rc::clone(name), of.compiled.clone())).collect();
            let known = RefCell::new(vec![None; compiled.len()]);
            let lazy =
                Lazy { compiled, known, cost: Cell::new(0), limits, activation: Weak::clone(activation) };
            Self { bound, variables: Rc::new(lazy) }
        })
    }

    /// What the composed variables have cost.
    pub(super) fn cost(&self) -> u64 {
        self.variables.cost.get()
    }
}

impl Activation for Composed {
    fn resolve(&self, name: &str) -> Option<Result<Value, EvalError>> {
        if name == "variables" {
            let tree: Rc<dyn External> = Rc::clone(&self.variables) as Rc<dyn External>;
            return Some(Ok(Value::Map(Map::External(tree, 0))));
        }
        self.bound.iter().find(|(bound, _)| *bound == name).map(|(_, value)| Ok(value.clone()))
    }
}

impl std::fmt::Debug for Lazy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.compiled.iter().map(|(name, _)| name)).finish()
    }
}

impl External for Lazy {
    fn len(&self, _: u32) -> usize {
        self.compiled.len()
    }

    fn element(&self, _: u32, _: usize) -> Option<Child> {
        None
    }

    fn field(&self, _: u32, key: &str) -> Result<Option<Child>, EvalError> {
        let Some(at) = self.compiled.iter().rposition(|(name, _)| **name == *key) else { return Ok(None) };
        if let Some(known) = &self.known.borrow()[at] {
            return known.clone().map(|value| Some(Child::Value(value)));
        }
        let result = match &self.compiled[at].1 {
            Err(error) => {
                Err(EvalError::new(format!("composited variable {key:?} fails to compile: {error}")))
            }
            Ok(program) => {
                let activation = self.activation.upgrade().ok_or_else(EvalError::no_such_overload)?;
                let evaluation = program.evaluate(&*activation, self.limits);
                self.cost.set(self.cost.get().saturating_add(evaluation.cost));
                evaluation.result.map_err(|error| {
                    EvalError::new(format!("composited variable {key:?} fails to evaluate: {error}"))
                })
            }
        };
        self.known.borrow_mut()[at] = Some(result.clone());
        result.map(|value| Some(Child::Value(value)))
    }

    fn key(&self, _: u32, index: usize) -> Option<Rc<str>> {
        self.compiled.get(index).map(|(name, _)| Rc::clone(name))
    }
}
