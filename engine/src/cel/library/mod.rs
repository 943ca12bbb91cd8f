//! Libraries: named bundles of functions, macros and types that an environment is built from. One file per library, in
//! which a function's declaration, body, cost, documentation and examples are one item.

pub mod standard;
pub mod well_known;
pub mod strings;
mod format;
pub mod lists;
mod sort;
pub mod sets;
pub mod optional;
pub mod comprehensions;

use alloc::vec::Vec;

use super::{
    checker::Validator,
    decls::FunctionDecl,
    error::EvalError,
    macros::{Macro, standard_macros},
    types::Type,
};

/// A bundle of declarations.
#[derive(Clone, Debug)]
pub struct Library {
    /// cel-go's name of it (`cel.lib.std`, `k8s.quantity`, …); a library of a name already present replaces nothing.
    pub name: &'static str,
    /// Its functions. A function that the environment has already gains the overloads it lacks.
    pub functions: Vec<FunctionDecl>,
    /// Its macros.
    pub macros: Vec<Macro>,
    /// Whether it brings `.?`, `[?`, `{?` and `[?x]`.
    pub optional_syntax: bool,
    /// Types whose names are identifiers of the language: `kubernetes.Quantity` evaluates to a type.
    pub types: Vec<Type>,
    /// What else is looked at after an expression has checked.
    pub validators: Vec<Validator>,
}

impl Library {
    /// A library of functions.
    #[must_use]
    pub const fn new(name: &'static str, functions: Vec<FunctionDecl>) -> Self {
        Self {
            name,
            functions,
            macros: Vec::new(),
            optional_syntax: false,
            types: Vec::new(),
            validators: Vec::new(),
        }
    }

    /// With those macros.
    #[must_use]
    pub fn macros(self, macros: Vec<Macro>) -> Self {
        Self { macros, ..self }
    }

    /// With the syntax of optional values.
    #[must_use]
    pub fn optional_syntax(self) -> Self {
        Self { optional_syntax: true, ..self }
    }

    /// With those type names.
    #[must_use]
    pub fn types(self, types: Vec<Type>) -> Self {
        Self { types, ..self }
    }

    /// With those validators.
    #[must_use]
    pub fn validators(self, validators: Vec<Validator>) -> Self {
        Self { validators, ..self }
    }
}

/// The standard library: in every environment.
#[must_use]
pub fn standard() -> Library {
    Library::new("cel.lib.std", standard::functions())
        .macros(standard_macros())
        .types(standard::types().into_iter().map(|(_, kind)| kind).collect())
}

/// Octets of the longest text that a function makes: more than a request may have (3 MB), and little enough for a page.
pub const MAX_TEXT: usize = 4 << 20;

/// Comparisons of elements in one call. cel-go counts them once they are made; a call that makes more costs fifty times
/// any budget.
pub const MAX_COMPARISONS: usize = 25_000_000;

/// What a call answers whose result or work would be too large: the budget's own words, as it could not be afforded.
#[must_use]
pub fn too_large() -> EvalError {
    EvalError::cancelled()
}
