//! Checks of literals in an expression whose types agree (`cel/validator.go`, `ext/formatting_v2.go`).

/// A check made after type checking, in the order in which the environment lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validator {
    /// `duration('…')` must parse.
    DurationLiterals,
    /// `timestamp('…')` must parse.
    TimestampLiterals,
    /// The pattern of `matches` must compile.
    RegexLiterals,
    /// Elements of a list or map literal have one type, outside `format`.
    HomogeneousLiterals,
    /// The clauses of a literal `format` call agree with its literal arguments.
    StringFormat,
    /// Comprehensions over anything but an empty list nest at most so deep.
    ComprehensionNesting(u32),
}
