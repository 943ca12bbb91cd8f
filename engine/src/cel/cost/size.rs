//! What is known of sizes before an expression runs.

use alloc::rc::Rc;

use super::{CallEstimate, Operand, Range};
use crate::cel::types::Type;

/// Knows the sizes of data from outside (a schema's `maxLength`, `maxItems`, `maxProperties`), and the cost of calls that
/// the functions' declarations do not know.
pub trait CostEstimator {
    /// The size of the value that `path` leads to, from a variable's name over fields, `@items`, `@keys`, `@values`;
    /// without a path only the type is known. `None`: no idea.
    fn size(&self, path: Option<&[Rc<str>]>, kind: &Type) -> Option<Range> {
        let _ = (path, kind);
        None
    }

    /// The cost of a call, its arguments' left out, in place of what the overload's declaration says.
    fn call(&self, overload: &str, operands: &[Operand<'_>]) -> Option<CallEstimate> {
        let _ = (overload, operands);
        None
    }
}

/// The size of values of a type that all have the same (`checker.isScalar`).
pub(super) fn of_type(kind: &Type) -> Option<Range> {
    match kind {
        Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Timestamp | Type::Uint => {
            Some(Range::fixed(1))
        }
        Type::Wrapper(inner) => of_type(inner),
        _ => of_type(kind.unwrap_optional()?),
    }
}
