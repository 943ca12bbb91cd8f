//! The hostile cases, natively: one thread of a small stack after the other, time and memory printed and held to their
//! bounds. `cargo hostile`, or `cargo hostile NAME` for those whose name holds NAME.
//!
//! A program beside `conformance`, because its allocator counts.

use std::{
    fs,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use hostile::{Case, Counting, Depth, MEMORY, RUNS, STACK, TIME, cases, run};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let (mut passed, mut failed) = (0, 0);
    println!("{:>9} {:>9} {:>9} {:>9}  native", "ms", "MB", "ms whole", "MB whole");
    for case in cases().iter().filter(|case| case.name.contains(&wanted)) {
        let mut line = String::new();
        let mut good = true;
        for depth in Depth::ALL {
            match measure(case, depth) {
                Some((taken, octets)) => {
                    good &= taken <= Duration::from_millis(TIME.into()) && octets <= MEMORY;
                    line += &format!("{:9.1} {:9.1} ", millis(taken), megabytes(octets));
                }
                None => {
                    good = false;
                    line += &format!("{:>19} ", "fails");
                }
            }
        }
        println!("{line} {}{}", case.name, if good { "" } else { "  <- beyond the bound" });
        if good { passed += 1 } else { failed += 1 }
    }
    println!(
        "hostile, native: bounds {TIME} ms of a processor and {} MB, stack {} MB",
        MEMORY >> 20,
        STACK >> 20
    );
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The best time and the most memory; `None` if it panics.
fn measure(case: &Case, depth: Depth) -> Option<(Duration, usize)> {
    let mut best = (Duration::MAX, 0);
    for _ in 0..RUNS {
        let before = ALLOCATOR.used();
        let (text, kind) = ((case.text)(), case.kind);
        ALLOCATOR.reset();
        let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
            let (start, busy) = (Instant::now(), busy());
            run(kind, &text, depth);
            let taken = start.elapsed();
            busy.zip(self::busy()).map_or(taken, |(before, after)| taken.min(after.saturating_sub(before)))
        });
        let taken = thread.ok()?.join().ok()?;
        best = (best.0.min(taken), ALLOCATOR.most().saturating_sub(before));
        if best.0 <= Duration::from_millis(TIME.into()) {
            break;
        }
    }
    Some(best)
}

/// What this thread has had of a processor, where the system says so: other programs' share is not ours.
fn busy() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "printed with one digit")]
fn megabytes(octets: usize) -> f64 {
    octets as f64 / f64::from(1 << 20)
}
