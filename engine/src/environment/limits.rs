//! What evaluation may cost and how long texts may be (`apiserver/pkg/apis/cel/config.go`, and where each is used).

/// Cost of one evaluation: of a validation, a message, an audit annotation, a match condition or a variable.
pub const PER_CALL_LIMIT: u64 = 1_000_000;

/// Cost of all validations of one policy, binding and parameter; what is left goes to message expressions. Audit
/// annotations have as much again.
pub const RUNTIME_COST_BUDGET: u64 = 10_000_000;

/// Cost of all match conditions of one evaluation.
pub const MATCH_CONDITIONS_BUDGET: u64 = 2_500_000;

/// Iterations of a comprehension between two looks at whether the evaluation has been cancelled.
pub const CHECK_FREQUENCY: u32 = 100;

/// Octets of an evaluated message.
pub const MAX_MESSAGE_SIZE: usize = 5_120;

/// Octets of the expression of an audit annotation.
pub const MAX_AUDIT_EXPRESSION_SIZE: usize = 5_120;

/// Octets of a published audit annotation; the rest is cut off.
pub const MAX_AUDIT_VALUE_SIZE: usize = 10_240;

/// Entries of the annotation that lists failed validations.
pub const MAX_VALIDATION_FAILURES: usize = 50;

/// Match conditions of a policy.
pub const MAX_MATCH_CONDITIONS: usize = 64;

/// Audit annotations of a policy.
pub const MAX_AUDIT_ANNOTATIONS: usize = 20;
