//! The boundary: `Scenario` goes to the worker, `Report` comes back, both as JSON text. Anything that evaluates runs over
//! there, because a worker can be killed.

mod protocol;
mod runner;
mod serve;

pub(crate) use self::{
    runner::{Outcome, Runner},
    serve::serve,
};
