//! The libraries that Kubernetes adds to CEL (`apiserver/pkg/cel/library`), one file each.

pub mod regex;
pub mod lists;
pub mod quantity;
mod decimal;
mod address;
pub mod ip;
pub mod cidr;
pub mod jsonpatch;
pub mod url;
pub mod semver;
pub mod format;
pub mod authz;
pub mod equality;
