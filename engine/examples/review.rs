//! The native client in a page: `cargo run --example review -- policies.yaml -- pod.yaml -- cluster.yaml` prints what
//! kubectl would print for each object and every mark with its line; `--json` prints the whole report.
#![allow(clippy::disallowed_methods, reason = "the engine reads no files; its clients do")]

use std::{env, fs, process::ExitCode};

use celgate::{
    review::{Scenario, Text, TextRole, review},
    source::LineIndex,
};

fn main() -> ExitCode {
    let mut scenario = Scenario { explain: true, ..Scenario::default() };
    let mut roles = [TextRole::Policies, TextRole::Resources, TextRole::Cluster].into_iter();
    let mut role = roles.next().unwrap_or_default();
    let mut json = false;
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--" => role = roles.next().unwrap_or_default(),
            "--json" => json = true,
            name => match fs::read_to_string(name) {
                Ok(text) => scenario.texts.push(Text { name: name.into(), role, text }),
                Err(error) => {
                    eprintln!("{name}: {error}");
                    return ExitCode::from(2);
                }
            },
        }
    }
    let report = review(&scenario);
    if json {
        println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
        return ExitCode::SUCCESS;
    }
    for object in &report.objects {
        println!("{} {}: {:?}", object.kind, object.name, object.verdict.outcome);
        print!("{}{}", object.verdict.stdout, object.verdict.stderr);
        for policy in &object.policies {
            let steps: Vec<String> =
                policy.steps.iter().map(|step| format!("{:?}: {}", step.kind, step.text)).collect();
            println!("  {} | {}", policy.name, steps.join(" | "));
        }
    }
    for diagnostic in &report.diagnostics {
        let Some(text) = scenario.texts.get(diagnostic.span.source.0 as usize) else { continue };
        let place = LineIndex::new(&text.text).line_column(&text.text, diagnostic.span.start);
        println!(
            "{}:{}:{}: {:?}: {}",
            text.name, place.line, place.column, diagnostic.severity, diagnostic.message
        );
    }
    ExitCode::SUCCESS
}
