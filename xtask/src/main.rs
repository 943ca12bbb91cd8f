//! The two commands of the README, and the chores behind them.
//!
//! `cargo xtask playground` builds the page and serves it; `cargo xtask test` runs everything that is checked. What is
//! missing (wasm target, npm packages, a browser) is installed where that is possible, and named where it is not.

mod command;
mod fuzz;
mod mutants;
mod page;
mod server;
mod suite;
mod tools;
mod wasm;

use std::{env, path::PathBuf, process::ExitCode};

const USAGE: &str = "\
cargo xtask playground [--port N] [--dev]   build the page and serve it; --dev builds quickly and rebuilds on changes
cargo xtask test [STEP ...]                 everything: fmt, clippy, tests, no_std, conformance, browser
cargo xtask build [--dev] [--out DIR]       the page only, into dist/
cargo xtask serve [--port N] [--dir DIR]    a built page
cargo xtask shots [--dir DIR]               screenshots of the screens beside the drawn ones
cargo xtask fuzz [TARGET ...] [--runs N]    the fuzz targets, 10 million inputs each; keeps engine/fuzz/runs.tsv
cargo xtask mutants                         deliberate mistakes in Pod Security: whether the tests notice each
cargo xtask sizes                           what the page weighs, against its budget";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let flags = Flags(arguments.get(1..).unwrap_or_default());
    let result = match arguments.first().map(String::as_str) {
        Some("playground") => playground(flags),
        Some("build") => page::build(profile(flags), &out(flags)).map(|page| println!("{}", page.summary())),
        Some("serve") => server::serve(&dir(flags), flags.port()),
        Some("test") => return suite::run(flags.0),
        Some("shots") => page::shots(flags.value("--dir")),
        Some("fuzz") => {
            let words = flags.0.iter().map(String::as_str);
            let targets: Vec<&str> = words.take_while(|word| !word.starts_with("--")).collect();
            fuzz::run(&targets, flags.value("--runs").and_then(|number| number.parse().ok()))
        }
        Some("mutants") => mutants::run(),
        Some("sizes") => page::sizes(),
        _ => {
            println!("{USAGE}");
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn playground(flags: Flags<'_>) -> Result<(), String> {
    let profile = profile(flags);
    let out = out(flags);
    let page = page::build(profile, &out)?;
    println!("{}", page.summary());
    if profile == page::Profile::Dev {
        page::watch(out.clone());
    }
    server::serve(&out, flags.port())
}

fn profile(flags: Flags<'_>) -> page::Profile {
    if flags.has("--dev") { page::Profile::Dev } else { page::Profile::Web }
}

fn out(flags: Flags<'_>) -> PathBuf {
    flags.value("--out").map_or_else(|| tools::root().join("dist"), PathBuf::from)
}

fn dir(flags: Flags<'_>) -> PathBuf {
    flags.value("--dir").map_or_else(|| tools::root().join("dist"), PathBuf::from)
}

/// What stands behind the subcommand.
#[derive(Clone, Copy)]
struct Flags<'a>(&'a [String]);

impl<'a> Flags<'a> {
    fn has(self, name: &str) -> bool {
        self.0.iter().any(|argument| argument == name)
    }

    fn value(self, name: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|argument| argument == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn port(self) -> u16 {
        self.value("--port").and_then(|port| port.parse().ok()).unwrap_or(8080)
    }
}
