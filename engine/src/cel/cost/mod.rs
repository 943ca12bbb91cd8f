//! Cost: what evaluation is charged (run time, equal to cel-go's tracker with Kubernetes' estimator) and what it could be
//! charged at most (static estimate). Numbers: kubernetes-vap.md part 5.

/// Least and most of something counted in elements, characters or units of cost. `max` saturates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: u64,
    /// The most; `u64::MAX` when nothing bounds it.
    pub max: u64,
}

/// What is known of the size of an argument before it exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeEstimate {
    /// Characters, octets, elements or entries; `None` when the value has no size or nothing is known.
    pub size: Option<Range>,
    /// The same for the elements of a list or the values of a map.
    pub element: Option<Range>,
    /// Whether the type is one whose values have no size (a scalar).
    pub scalar: bool,
}

/// The static cost of a call, and the size of what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallEstimate {
    /// Its cost.
    pub cost: Range,
    /// The size of the result, when the function says.
    pub result: Option<Range>,
}
