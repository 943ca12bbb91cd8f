//! Libraries: functions, macros and types that an environment is built from. A library is one file.

pub mod standard;
