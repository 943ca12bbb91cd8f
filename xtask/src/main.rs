//! The two commands of the README, and the chores behind them.
fn main() {}
