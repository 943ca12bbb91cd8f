//! What Kubernetes takes `==` of its own types to cost before it happens (`library/cost.go`, `_==_`): their sizes are not
//! known, and would count as unbounded.

use super::{authz, cidr, format, ip, quantity, semver, url};
use crate::cel::{
    cost::{CallEstimate, Operand, Range, STRING_TRAVERSAL, table},
    types::Type,
};

/// Estimate of `==`.
#[must_use]
pub fn estimate(operands: &[Operand<'_>]) -> CallEstimate {
    /// Characters of the longest name of a format.
    const FORMAT_NAME: u64 = 64;
    let [left, right] = operands else { return table::shorter_estimate(operands) };
    let name = match (left.kind, right.kind) {
        (Type::Opaque(name, params), other) if params.is_empty() && left.kind == other => name,
        (Type::Object(name), other) if left.kind == other => name,
        _ => return table::shorter_estimate(operands),
    };
    let cost = match &**name {
        ip::IP
        | cidr::CIDR
        | quantity::QUANTITY
        | semver::SEMVER
        | authz::AUTHORIZER
        | authz::PATH_CHECK
        | authz::GROUP_CHECK
        | authz::RESOURCE_CHECK
        | authz::DECISION => Range::fixed(1),
        format::FORMAT => Range::new(1, FORMAT_NAME).scaled(STRING_TRAVERSAL),
        // Upstream looks at the right side twice.
        url::URL => Range::new(1, right.size.map_or(1, |size| size.max)).scaled(STRING_TRAVERSAL),
        _ => return table::shorter_estimate(operands),
    };
    CallEstimate::cost(cost)
}
