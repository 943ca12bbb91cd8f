//! What `hostile.mjs` calls: cases by number, one at a time.
#![expect(unsafe_code, reason = "functions that a host calls by name need `no_mangle`")]
#![expect(unreachable_pub, reason = "who calls them is not Rust")]

use std::cell::RefCell;

use crate::{Case, Depth, MEMORY, RUNS, TIME, cases, run};

thread_local! {
    static CASES: Vec<Case> = cases();
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// How many cases there are.
#[unsafe(no_mangle)]
pub extern "C" fn count() -> usize {
    CASES.with(Vec::len)
}

/// The bounds: time, memory, runs.
#[unsafe(no_mangle)]
pub extern "C" fn bound(which: usize) -> usize {
    [TIME as usize, MEMORY, RUNS as usize].get(which).copied().unwrap_or_default()
}

/// Where the name of a case starts.
#[unsafe(no_mangle)]
pub extern "C" fn name(at: usize) -> *const u8 {
    CASES.with(|cases| cases.get(at).map_or(std::ptr::null(), |case| case.name.as_ptr()))
}

/// How long it is.
#[unsafe(no_mangle)]
pub extern "C" fn name_length(at: usize) -> usize {
    CASES.with(|cases| cases.get(at).map_or(0, |case| case.name.len()))
}

/// Makes the text of a case.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(at: usize) {
    let text = CASES.with(|cases| cases.get(at).map(|case| (case.text)()).unwrap_or_default());
    TEXT.set(text);
}

/// Runs the case that was prepared, plainly or wholly.
#[unsafe(no_mangle)]
pub extern "C" fn go(at: usize, whole: bool) {
    let Some(kind) = CASES.with(|cases| cases.get(at).map(|case| case.kind)) else { return };
    run(kind, &TEXT.take(), if whole { Depth::Whole } else { Depth::Plain });
}
