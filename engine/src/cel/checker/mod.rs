//! The gradual type checker (`checker/checker.go`): a parsed expression and an environment in, types and references out.

mod check;
mod error;
mod format;
mod overload;
mod reference;
mod scope;
mod unify;
mod validator;

use alloc::string::String;
use core::fmt::Write as _;

pub use self::{
    check::check,
    reference::{Constant, Reference},
    validator::Validator,
};
use super::{
    ast::{Ast, ExprId, ExprMap},
    print::{Element, adorned},
    types::Type,
};

/// An expression that has been checked: names are resolved in the tree itself (`a.b` that is one variable is one
/// identifier), every node has a type and names and calls have references.
#[derive(Clone, Debug)]
pub struct CheckedAst {
    /// The expression.
    pub ast: Ast,
    /// The type of each node. A node without entry is part of nothing that evaluates.
    pub types: ExprMap<Type>,
    /// What names and calls mean.
    pub references: ExprMap<Reference>,
}

impl CheckedAst {
    /// The type of the node `id`; `dyn` when it has none.
    #[must_use]
    pub fn type_of(&self, id: ExprId) -> &Type {
        self.types.get(id).unwrap_or(&Type::Dyn)
    }

    /// The type of the whole expression.
    #[must_use]
    pub fn result_type(&self) -> &Type {
        self.type_of(self.ast.expr.id)
    }
}

/// The checked expression as cel-go prints it: each node with `~` and its type, names and calls with `^` and what they
/// were resolved to.
#[must_use]
pub fn print(checked: &CheckedAst) -> String {
    adorned(&checked.ast.expr, &|element| {
        let Element::Expr(expr) = element else { return String::new() };
        let mut text = String::new();
        if let Some(kind) = checked.types.get(expr.id) {
            let _ = write!(text, "~{kind}");
        }
        match checked.references.get(expr.id) {
            Some(Reference::Ident { name, .. }) => {
                let _ = write!(text, "^{name}");
            }
            Some(Reference::Overloads(ids)) => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                for (at, id) in ids.iter().enumerate() {
                    let _ = write!(text, "{}{id}", if at == 0 { '^' } else { '|' });
                }
            }
            None => {}
        }
        text
    })
}
