//! What Kubernetes knows of costs beyond its functions' own: comparing values of its types
//! (`apiserver/pkg/cel/library/cost.go`).

use crate::cel::cost::{CallEstimate, CostEstimator, Operand, Range, STRING_TRAVERSAL};

/// The estimator of admission policies, where nothing is known of sizes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kubernetes;

/// The longest name of a format (`MaxFormatSize`).
const MAX_FORMAT_SIZE: u64 = 64;

impl CostEstimator for Kubernetes {
    fn call(&self, overload: &str, operands: &[Operand<'_>]) -> Option<CallEstimate> {
        let ("equals", [left, right]) = (overload, operands) else { return None };
        if left.kind != right.kind {
            return None;
        }
        let cost = match left.kind.runtime_name() {
            "net.IP" | "net.CIDR" | "kubernetes.Quantity" | "kubernetes.Semver" => Range::fixed(1),
            name if name.starts_with("kubernetes.authorization.") => Range::fixed(1),
            "kubernetes.NamedFormat" => Range::new(1, MAX_FORMAT_SIZE).scaled(STRING_TRAVERSAL),
            // Upstream reads the right operand's size twice.
            "kubernetes.URL" => Range::new(1, right.size.map_or(1, |size| size.max)).scaled(STRING_TRAVERSAL),
            _ => return None,
        };
        Some(CallEstimate::cost(cost))
    }
}
