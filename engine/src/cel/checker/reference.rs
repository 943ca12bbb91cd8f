//! What a name or a call was resolved to (`common/ast/ast.go`, `ReferenceInfo`).

use alloc::{rc::Rc, vec::Vec};

use crate::cel::value::Value;

/// What a name or a call means.
#[derive(Clone, Debug)]
pub enum Reference {
    /// A variable or type by its full name (a leading dot when a local variable would hide it), or a named constant.
    Ident {
        /// The resolved name.
        name: Rc<str>,
        /// Its value when it is a constant.
        constant: Constant,
    },
    /// A call: the ids of the overloads that agree with the static types, in order of declaration.
    Overloads(Vec<&'static str>),
}

/// The value of an identifier that is a constant.
pub type Constant = Option<Value>;
