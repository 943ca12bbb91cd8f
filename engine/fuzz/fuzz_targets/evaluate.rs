#![no_main]

use celgate_fuzz::{mutated, seeds, target};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(
    init: seeds::write_cel(),
    |text: &str| target::evaluate(text)
);
fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| {
    mutated(data, size, max, seed).unwrap_or_else(|| fuzzer_mutate(data, size, max))
});
