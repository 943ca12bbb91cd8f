//! What is known of sizes before an expression runs.

use alloc::rc::Rc;

use super::Range;
use crate::cel::types::Type;

/// Knows the sizes of data from outside: a schema's `maxLength`, `maxItems`, `maxProperties`.
pub trait SizeEstimator {
    /// The size of the value that `path` leads to, from a variable's name over fields, `@items`, `@keys`, `@values`;
    /// without a path only the type is known. `None`: no idea.
    fn size(&self, path: Option<&[Rc<str>]>, kind: &Type) -> Option<Range>;
}

/// Knows nothing: the estimator of admission policies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unbounded;

impl SizeEstimator for Unbounded {
    fn size(&self, _: Option<&[Rc<str>]>, _: &Type) -> Option<Range> {
        None
    }
}

/// The size of values of a type that all have the same (`checker.isScalar`).
pub(super) fn of_type(kind: &Type) -> Option<Range> {
    match kind {
        Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Timestamp | Type::Uint => Some(Range::fixed(1)),
        _ => of_type(kind.unwrap_optional()?),
    }
}
