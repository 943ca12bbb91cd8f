//! The libraries that Kubernetes adds to CEL (`apiserver/pkg/cel/library`), one file each.

pub mod regex;
pub mod lists;
pub mod quantity;
mod decimal;
