//! Cost: what evaluation is charged (run time, equal to cel-go's tracker with Kubernetes' estimator) and what it could be
//! charged at most (static estimate). Numbers: kubernetes-vap.md part 5.

pub mod table;
mod size;
pub mod estimate;

pub use self::{estimate::estimate, size::CostEstimator};
pub mod functions;

use super::{types::Type, value::Value};

/// Least and most of something counted in elements, characters or units of cost. `max` saturates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: u64,
    /// The most; `u64::MAX` when nothing bounds it.
    pub max: u64,
}

/// What is known of an argument before it exists.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a> {
    /// Its static type.
    pub kind: &'a Type,
    /// Characters, octets, elements or entries; `None` when nothing is known.
    pub size: Option<Range>,
    /// The same for the elements of a list or the values of a map, when a schema declares it.
    pub element: Option<Range>,
    /// Its value, when it is an integer literal.
    pub int: Option<i64>,
}

/// The static cost of a call, and the size of what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallEstimate {
    /// Its cost.
    pub cost: Range,
    /// The size of the result, when the function says.
    pub result: Option<Range>,
}

/// cel-go's cost of looking at one character or octet (`common.StringTraversalCostFactor`).
pub const STRING_TRAVERSAL: f64 = 0.1;
/// cel-go's cost of one character of a regular expression (`common.RegexStringLengthCostFactor`).
pub const REGEX_LENGTH: f64 = 0.25;
/// cel-go's cost of making a list.
pub const LIST_CREATE: u64 = 10;
/// cel-go's cost of making a map.
pub const MAP_CREATE: u64 = 30;
/// cel-go's cost of making an object.
pub const STRUCT_CREATE: u64 = 40;

impl Range {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { min: 0, max: u64::MAX };

    /// From `min` to `max`.
    #[must_use]
    pub const fn new(min: u64, max: u64) -> Self {
        Self { min, max }
    }

    /// Exactly `count`.
    #[must_use]
    pub const fn fixed(count: u64) -> Self {
        Self { min: count, max: count }
    }

    /// Both added, saturating.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { min: self.min.saturating_add(other.min), max: self.max.saturating_add(other.max) }
    }

    /// Both multiplied, saturating.
    #[must_use]
    pub const fn times(self, other: Self) -> Self {
        Self { min: self.min.saturating_mul(other.min), max: self.max.saturating_mul(other.max) }
    }

    /// Multiplied by a factor, each end rounded up.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self { min: scaled(self.min, factor), max: scaled(self.max, factor) }
    }

    /// The least range that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

/// `count` times `factor`, rounded up, at most `u64::MAX` (`checker.multiplyByCostFactor`).
#[must_use]
pub fn scaled(count: u64, factor: f64) -> u64 {
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
    #[expect(
        clippy::cast_precision_loss,
        reason = "cel-go computes in float64, and its roundings are part of the cost"
    )]
    let product = count as f64 * factor;
    if product >= TWO_TO_64 {
        return u64::MAX;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 2^64; rounding up follows"
    )]
    let floor = product as u64;
    #[expect(clippy::cast_precision_loss, reason = "an integer above 2^53 has no fraction to round")]
    if (floor as f64) < product { floor.saturating_add(1) } else { floor }
}

impl CallEstimate {
    /// That cost, and a result without a known size.
    #[must_use]
    pub const fn cost(cost: Range) -> Self {
        Self { cost, result: None }
    }

    /// With that size of the result.
    #[must_use]
    pub const fn result(self, size: Range) -> Self {
        Self { result: Some(size), ..self }
    }
}

impl Operand<'_> {
    /// The size, or [`Range::UNKNOWN`].
    #[must_use]
    pub fn size(&self) -> Range {
        self.size.unwrap_or(Range::UNKNOWN)
    }
}

/// Number of code points, octets, elements or entries of a value; 1 for values without a size
/// (`interpreter.actualSize`, which also looks into optionals, as Kubernetes' own does not).
#[must_use]
pub fn actual_size(value: &Value) -> u64 {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Opaque(opaque) => return opaque.size().unwrap_or(1),
        _ => 1,
    };
    u64::try_from(size).unwrap_or(u64::MAX)
}
