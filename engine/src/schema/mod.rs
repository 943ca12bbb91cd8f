//! What fields an object of a kind has; and here, only here, documents become CEL values.

pub mod adapt;
pub mod shape;
pub mod escaping;
pub mod builtin;
pub mod openapi;
pub mod declare;
