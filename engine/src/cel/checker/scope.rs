//! Local variables: iteration variables and accumulators of the comprehensions around a node (`checker/scopes.go`).

use alloc::{rc::Rc, vec::Vec};

use crate::cel::types::Type;

/// A stack of variables; the innermost of a name counts.
#[derive(Debug)]
pub(super) struct Scopes {
    variables: Vec<(Rc<str>, Type)>,
    entered: bool,
}

impl Scopes {
    pub(super) const fn new() -> Self {
        Self { variables: Vec::new(), entered: false }
    }

    /// How many variables there are: to leave the scope that begins here.
    pub(super) const fn depth(&self) -> usize {
        self.variables.len()
    }

    /// Adds a variable to the innermost scope.
    pub(super) fn declare(&mut self, name: &Rc<str>, kind: Type) {
        self.entered = true;
        self.variables.push((Rc::clone(name), kind));
    }

    /// Leaves all scopes entered since there were `depth` variables.
    pub(super) fn leave(&mut self, depth: usize) {
        self.variables.truncate(depth);
    }

    /// The variable that `name` means inside all scopes; a leading dot is not looked at.
    pub(super) fn find(&self, name: &str) -> Option<&Type> {
        let name = name.strip_prefix('.').unwrap_or(name);
        self.variables.iter().rev().find(|(declared, _)| **declared == *name).map(|(_, kind)| kind)
    }

    /// Whether a comprehension has been entered, ever: cel-go forgets there which overloads are disabled.
    pub(super) const fn entered(&self) -> bool {
        self.entered
    }
}
