//! CEL as Kubernetes speaks it: which libraries, variables and limits at which version.

pub mod variables;
