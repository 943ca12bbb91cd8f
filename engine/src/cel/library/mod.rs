//! Libraries: named bundles of functions, macros and types that an environment is built from. One file per library, in
//! which a function's declaration, body, cost, documentation and examples are one item.

pub mod standard;

use alloc::vec::Vec;

use super::{checker::Validator, decls::FunctionDecl, types::Type};

/// A bundle of declarations.
#[derive(Clone, Debug)]
pub struct Library {
    /// cel-go's name of it (`cel.lib.std`, `k8s.quantity`, …); a library of a name already present replaces nothing.
    pub name: &'static str,
    /// Its functions. A function that the environment has already gains the overloads it lacks.
    pub functions: Vec<FunctionDecl>,
    /// Types whose names are identifiers of the language: `kubernetes.Quantity` evaluates to a type.
    pub types: Vec<Type>,
    /// What else is looked at after an expression has checked.
    pub validators: Vec<Validator>,
}

impl Library {
    /// A library of functions.
    #[must_use]
    pub const fn new(name: &'static str, functions: Vec<FunctionDecl>) -> Self {
        Self { name, functions, types: Vec::new(), validators: Vec::new() }
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
        .types(standard::types().into_iter().map(|(_, kind)| kind).collect())
}
