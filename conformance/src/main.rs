//! The proof: the engine's answers beside Kubernetes' own.
fn main() {}
