//! What is fuzzed, what inputs start from, and how they change.

#[path = "../../../conformance/src/differ/mutation.rs"]
#[expect(dead_code, reason = "`conformance differ` makes more of it")]
mod mutation;
#[path = "../../../conformance/src/differ/random.rs"]
mod random;
mod request;
pub mod seeds;
pub mod target;

use random::Random;

/// Changes tokens of the input in place and gives its new size, half the time; else libFuzzer is to change bytes.
pub fn mutated(data: &mut [u8], size: usize, max: usize, seed: u32) -> Option<usize> {
    let mut random = Random::new(u64::from(seed));
    let text = core::str::from_utf8(data.get(..size)?).ok().filter(|_| random.chance(50))?;
    let changed = seeds::CEL.with(|expressions| mutation::mutated(&mut random, text, expressions));
    let place = data.get_mut(..changed.len()).filter(|_| changed.len() <= max)?;
    place.copy_from_slice(changed.as_bytes());
    Some(changed.len())
}
