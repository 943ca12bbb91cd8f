//! `cargo xtask test`: everything that is checked, step by step; the last line counts.

use std::{
    io::Write,
    process::{Command, ExitCode},
    time::Duration,
};

use crate::{
    command::{Finished, program, quiet},
    page::{self, Profile},
    tools,
};

struct Step {
    name: &'static str,
    run: fn() -> Result<Finished, String>,
}

/// In order of price, so that a slip is told early.
const STEPS: [Step; 7] = [
    Step { name: "fmt", run: fmt },
    Step { name: "clippy", run: clippy },
    Step { name: "tests", run: tests },
    Step { name: "no_std", run: no_std },
    Step { name: "conformance", run: conformance },
    Step { name: "hostile", run: hostile },
    Step { name: "browser", run: browser },
];

/// Runs all steps, or those that are named.
pub(crate) fn run(wanted: &[String]) -> ExitCode {
    if let Some(unknown) = wanted.iter().find(|name| !STEPS.iter().any(|step| step.name == name.as_str())) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        eprintln!("xtask: there is no step {unknown}; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    let steps: Vec<&Step> = STEPS
        .iter()
        .filter(|step| wanted.is_empty() || wanted.iter().any(|name| name == step.name))
        .collect();
    let (mut passed, mut failed) = (0, 0);
    for (index, step) in steps.iter().enumerate() {
        print!("[{}/{}] {} …", index + 1, steps.len(), step.name);
        let _ = std::io::stdout().flush();
        match (step.run)() {
            Ok(finished) => {
                let (mut good, mut bad) = counts(&finished.output);
                if good + bad == 0 {
                    good = u64::from(finished.ok);
                }
                if !finished.ok && bad == 0 {
                    bad = 1;
                }
                passed += good;
                failed += bad;
                println!(
                    " {} ({}), {good} passed, {bad} failed",
                    if bad == 0 { "ok" } else { "FAILED" },
                    seconds(finished.took)
                );
                if bad > 0 {
                    for line in tail(&finished.output, 60) {
                        println!("    {line}");
                    }
                    println!("    (all of it: {})", tools::target().join("xtask").display());
                }
            }
            Err(error) => {
                failed += 1;
                println!(" FAILED: {error}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn seconds(took: Duration) -> String {
    format!("{:.0} s", took.as_secs_f64())
}

/// Sums up what `cargo test` ("… 12 passed; 1 failed; …") and our own suites ("12 passed, 1 failed") say.
fn counts(output: &str) -> (u64, u64) {
    let number = |line: &str, word: &str| -> Option<u64> {
        let (before, _) = line.split_once(word)?;
        before.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    let (mut passed, mut failed) = (0, 0);
    for line in output.lines() {
        let ours =
            line.starts_with("test result:") || line.ends_with(" failed") && line.contains(" passed, ");
        if let (true, Some(good), Some(bad)) = (ours, number(line, " passed"), number(line, " failed")) {
            passed += good;
            failed += bad;
        }
    }
    (passed, failed)
}

fn tail(output: &str, most: usize) -> impl Iterator<Item = &str> {
    let lines = output.lines().count();
    output.lines().skip(lines.saturating_sub(most))
}

fn cargo(arguments: &[&str]) -> Command {
    program("cargo", arguments)
}

fn fmt() -> Result<Finished, String> {
    quiet(cargo(&["fmt", "--all", "--", "--check"]), "fmt")
}

fn clippy() -> Result<Finished, String> {
    quiet(
        cargo(&[
            "clippy",
            "--quiet",
            "--package",
            "celgate",
            "--package",
            "conformance",
            "--package",
            "xtask",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]),
        "clippy",
    )
}

fn tests() -> Result<Finished, String> {
    // The CEL specification's own tests, as an npm package; the tests that read them say so when they are not there.
    tools::npm("conformance")?;
    quiet(program("node", &["conformance/cel-spec.js"]), "cel-spec")?;
    quiet(
        cargo(&[
            "test",
            "--no-fail-fast",
            "--package",
            "celgate",
            "--package",
            "conformance",
            "--package",
            "xtask",
            "--package",
            "web",
        ]),
        "tests",
    )
}

fn no_std() -> Result<Finished, String> {
    tools::rust_target("wasm32v1-none")?;
    quiet(
        cargo(&[
            "check",
            "--quiet",
            "--package",
            "celgate",
            "--no-default-features",
            "--target",
            "wasm32v1-none",
        ]),
        "no_std",
    )
}

fn conformance() -> Result<Finished, String> {
    quiet(cargo(&["conformance", "check"]), "conformance")
}

/// Texts made to hurt, natively and as wasm built like the page's.
fn hostile() -> Result<Finished, String> {
    let native = quiet(cargo(&["hostile"]), "hostile")?;
    const TARGET: &str = "wasm32-unknown-unknown";
    tools::rust_target(TARGET)?;
    let mut build = cargo(&["rustc", "--quiet", "--package", "hostile", "--lib", "--profile", "web"]);
    build.args(["--crate-type", "cdylib", "--target", TARGET]);
    let built = quiet(build, "hostile-build")?;
    if !built.ok {
        return Ok(built);
    }
    let mut run = program("node", &["conformance/hostile/hostile.mjs"]);
    run.arg(tools::target().join(TARGET).join("web/hostile.wasm"));
    let wasm = quiet(run, "hostile-wasm")?;
    Ok(Finished {
        ok: native.ok && wasm.ok,
        output: native.output + &wasm.output,
        took: native.took + built.took + wasm.took,
    })
}

fn browser() -> Result<Finished, String> {
    let browser = tools::browser()?;
    tools::npm("web/e2e")?;
    let dist = tools::target().join("xtask/page");
    page::build(Profile::Web, &dist)?;
    let mut command = program("node", &["web/e2e/suite.mjs"]);
    command.arg(&dist).env("CHROMIUM", browser);
    quiet(command, "browser")
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_kinds_of_counts_are_summed() {
        let output =
            "test result: ok. 12 passed; 1 failed; 0 ignored\nlayers: 3 passed; x\n20 passed, 2 failed\n";
        assert_eq!(super::counts(output), (32, 3));
    }
}
