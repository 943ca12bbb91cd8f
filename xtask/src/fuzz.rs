//! `cargo xtask fuzz`: the fuzz targets of `engine/fuzz`, built by cargo-fuzz, run for a number of inputs and put on record.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use crate::{
    command::{output, program, show},
    tools,
};

/// Each with the most bytes of an input: short ones are run often, and tokens nest deep enough in them.
const TARGETS: [(&str, u32); 6] =
    [("tokens", 64), ("parse", 64), ("unparse", 64), ("check", 64), ("evaluate", 64), ("yaml_parse", 96)];
/// What "a run" is when nothing else is said.
const RUNS: u64 = 10_000_000;
/// Seconds after which an input counts as hanging.
const TIMEOUT: u32 = 10;
/// Where runs are put on record.
const RECORD: &str = "engine/fuzz/runs.tsv";

/// Runs those targets, or all, one after the other. What was found to be of use stays in `target/fuzz/runs` for the next time.
pub(crate) fn run(wanted: &[&str], runs: Option<u64>) -> Result<(), String> {
    let runs = runs.unwrap_or(RUNS);
    if let Some(unknown) = wanted.iter().find(|name| !TARGETS.iter().any(|(known, _)| known == *name)) {
        let names = TARGETS.map(|(name, _)| name).join(", ");
        return Err(format!("there is no fuzz target {unknown}; there are {names}"));
    }
    let chosen = TARGETS.iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
    let host = host()?;
    let built = tools::target().join("fuzz");
    build(&host, &built)?;
    let mut failed = Vec::new();
    for (name, longest) in chosen {
        let binary = built.join(&host).join("release").join(name);
        let folder = built.join("runs").join(name);
        if !fuzz(name, &binary, &folder, *longest, runs)? {
            failed.push(*name);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("inputs that panic: {}", failed.join(", "))) }
}

/// Without a sanitizer, which forbidding `unsafe` leaves nothing to find, and without tracing compared values: both cost
/// more inputs than they find. Debug assertions and overflow checks are on.
fn build(host: &str, into: &Path) -> Result<(), String> {
    let tools = tools::cargo_fuzz()?;
    let into = into.to_string_lossy();
    let mut command = program(
        "cargo",
        &[
            "+nightly",
            "fuzz",
            "build",
            "--sanitizer",
            "none",
            "--no-trace-compares",
            "--codegen-units",
            "16",
            "--target",
            host,
            "--target-dir",
            &into,
        ],
    );
    command.current_dir(tools::root().join("engine")).env("PATH", tools);
    show(command, "cargo fuzz build")
}

/// Runs one target; whether no input panicked.
fn fuzz(name: &str, binary: &Path, folder: &Path, longest: u32, runs: u64) -> Result<bool, String> {
    let told = |error: std::io::Error| format!("{name}: {error}");
    fs::create_dir_all(folder.join("corpus")).map_err(told)?;
    print!("{name}: {runs} inputs of at most {longest} bytes …");
    let _ = std::io::stdout().flush();
    let log = folder.join("log");
    let started = Instant::now();
    // The target writes its seeds and its dictionary into the folder before libFuzzer reads them.
    let status = Command::new(binary)
        .current_dir(folder)
        .env("SEEDS", folder)
        .args(["corpus", "-dict=dictionary", "-print_final_stats=1", "-verbosity=0"])
        .args([format!("-runs={runs}"), format!("-max_len={longest}"), format!("-timeout={TIMEOUT}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).map_err(told)?)
        .status()
        .map_err(told)?;
    let seconds = started.elapsed().as_secs();
    let said = fs::read(&log).map_err(told)?;
    let said = String::from_utf8_lossy(&said);
    let inputs = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let inputs: u64 = inputs.and_then(|number| number.trim().parse().ok()).unwrap_or(0);
    let panics = u8::from(!status.success());
    println!(" {inputs} inputs, {seconds} s, {panics} panics");
    record(name, inputs, seconds, panics)?;
    if !status.success() {
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(25)..].iter().for_each(|line| println!("    {line}"));
        println!("    (the input: {})", folder.display());
    }
    Ok(status.success())
}

/// A line: when, which commit (`+` when the engine was changed since), target, inputs, seconds, panics.
fn record(name: &str, inputs: u64, seconds: u64, panics: u8) -> Result<(), String> {
    let date = output(program("date", &["-u", "+%Y-%m-%d"]))?;
    let commit = output(program("git", &["rev-parse", "--short=10", "HEAD"]))?;
    let changed = output(program("git", &["status", "--porcelain", "engine/src"]))?;
    let changed = if changed.is_empty() { "" } else { "+" };
    let path = tools::root().join(RECORD);
    let mut file =
        OpenOptions::new().append(true).create(true).open(&path).map_err(|error| error.to_string())?;
    writeln!(file, "{date}\t{commit}{changed}\t{name}\t{inputs}\t{seconds}\t{panics}")
        .map_err(|error| error.to_string())
}

/// The machine, as rustc names it.
fn host() -> Result<String, String> {
    let said = output(program("rustc", &["-vV"]))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say what it runs on".to_owned())
}
