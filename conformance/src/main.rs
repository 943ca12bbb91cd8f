//! The proof: the engine's answers beside Kubernetes' own. See README.md.
//!
//! A *kind* is one file beside this one and one line in [`KINDS`]; a *set* is a file of recorded cases and answers.

mod set;
mod document;
mod admission;
mod cel;
mod podsecurity;
mod policies;
mod typecheck;
mod defaults;
mod check;
mod report;
mod differ;
#[cfg(feature = "peer")]
mod bench;
mod yaml;
mod throughput;

use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
    process::ExitCode,
};

use serde_json::{Value, json};

use self::set::{Context, Kind};

/// Every kind of question, in the order of README.md.
const KINDS: &[&Kind] = &[
    &cel::KIND,
    &admission::KIND,
    &podsecurity::KIND,
    &yaml::KIND,
    &policies::KIND,
    &typecheck::KIND,
    &defaults::KIND,
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["answer", kind, rest @ ..] => answer(kind, rest),
        ["check", rest @ ..] => check::run(KINDS, rest),
        ["differ", rest @ ..] => differ::run(KINDS, rest),
        #[cfg(feature = "peer")]
        ["bench", rest @ ..] => bench::run(rest),
        ["throughput"] => throughput::run(),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    eprintln!(
        "conformance answer KIND [--root DIR] < cases > answers\n\
         conformance check [KIND…] [--set NAME] [--from DIR] [--all] [--grep TEXT] [--write]\n\
         conformance differ admission|cel|varied|syntax [--count N] [--seed S]\n\
         conformance throughput\n\
         KIND: {}",
        kinds.join(", ")
    );
    ExitCode::from(2)
}

/// Answers each line of standard input with a line of standard output, whatever the answers.
fn answer(kind: &str, rest: &[&str]) -> ExitCode {
    let Some(kind) = KINDS.iter().find(|known| known.name == kind) else { return usage() };
    let root = match rest {
        ["--root", folder] => PathBuf::from(folder),
        [] => set::corpora().unwrap_or_default(),
        _ => return usage(),
    };
    let mut context = Context::new(root);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<Value>(&line) {
            Ok(case) => check::guarded(kind, &case, &mut context),
            Err(error) => json!({"id": null, "failed": error.to_string()}),
        };
        if writeln!(out, "{answer}").is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}
