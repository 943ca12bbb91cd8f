//! What fields an object of a kind has; and here, only here, documents become CEL values.

pub mod adapt;
