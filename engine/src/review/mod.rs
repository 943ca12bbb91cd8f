//! The whole way, once: `review(&Scenario) -> Report` calls the layers in order and has no logic of its own.

mod scenario;

pub use self::scenario::{Request, Scenario, Text, TextRole, UserInfo};
