//! What every Kubernetes object has: an identity, labels, a place in the cluster.

mod field;
pub mod pods;

pub use self::field::Field;
