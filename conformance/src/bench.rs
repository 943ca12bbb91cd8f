//! `cargo bench-cel [ORACLE]`: compile and evaluation times of the engine beside `cel` 0.15, and beside cel-go as the API
//! server runs it when the oracle's binary is named (`conformance/oracle/bin/cel`), in one run on one machine.
//!
//! The work is that of the oracle's own bench: four expressions on a Deployment of five containers and ten labels.

use std::{
    process::{Command, ExitCode},
    rc::Rc,
    time::{Duration, Instant},
};

use celgate::{
    cel::{
        interpreter::{Bindings, Limits},
        program::Program,
        types::Type,
    },
    environment::{CURRENT, Environment, Mode},
    schema::adapt,
};
use serde_json::{Value, json};

use crate::document::document;

const EXPRESSIONS: [(&str, &str); 4] = [
    (
        "a",
        "object.spec.template.spec.containers.all(c, has(c.securityContext) && \
         has(c.securityContext.allowPrivilegeEscalation) && c.securityContext.allowPrivilegeEscalation == false)",
    ),
    ("b", "object.spec.template.spec.containers.all(c, c.image.startsWith('registry.example.com/'))"),
    ("c", "object.metadata.labels.all(k, k.matches('^[a-z0-9./-]+$'))"),
    ("d", "lists.range(1000).filter(x, x % 3 == 0).map(x, x * 2).exists(x, x == 1998)"),
];

fn deployment() -> Value {
    let labels: serde_json::Map<String, Value> = [
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/version",
        "app.kubernetes.io/component",
        "app.kubernetes.io/part-of",
        "app.kubernetes.io/managed-by",
        "team",
        "env",
        "tier",
        "release",
    ]
    .iter()
    .map(|key| ((*key).to_owned(), json!("web")))
    .collect();
    let container = |index: u32| {
        json!({
            "name": format!("c{index}"),
            "image": format!("registry.example.com/team/app-{index}:1.2.3"),
            "ports": [{"containerPort": 8080 + index}],
            "resources": {"limits": {"cpu": "500m", "memory": "128Mi"}},
            "securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true},
        })
    };
    let containers: Vec<Value> = (0..5).map(container).collect();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "prod", "labels": labels},
        "spec": {"replicas": 3, "template": {"spec": {"containers": containers}}},
    })
}

/// Least time per call over rounds, in microseconds.
fn timed(mut work: impl FnMut()) -> f64 {
    let mut count: u32 = 1;
    loop {
        let started = Instant::now();
        (0..count).for_each(|_| work());
        if started.elapsed() > Duration::from_millis(40) {
            break;
        }
        count = count.saturating_mul(2);
    }
    let round = |_| {
        let started = Instant::now();
        (0..count).for_each(|_| work());
        started.elapsed().as_secs_f64() * 1e6 / f64::from(count)
    };
    (0..7).map(round).fold(f64::INFINITY, f64::min)
}

pub(crate) fn run(words: &[&str]) -> ExitCode {
    let object = deployment();
    let read = Rc::new(document(&object));
    let env = Environment::new(CURRENT, Mode::Stored).with_variable("object", Type::Dyn);
    println!("Microseconds per call, least of 7 rounds.\n");
    println!(
        "| expression | compile: celgate | cel 0.15 (parses only) | evaluate with cost: celgate | cel 0.15 (no cost) | ratio |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, text) in EXPRESSIONS {
        let compile = || env.compile(text).ok().and_then(|checked| Program::new(&env, &checked).ok());
        let Some(program) = compile() else {
            eprintln!("bench: {name} does not compile");
            return ExitCode::FAILURE;
        };
        let compiled = timed(|| drop(std::hint::black_box(compile())));
        let evaluated = timed(|| {
            let value = adapt::value(&read, read.root_id(), false);
            let names = Bindings::default().with("object", value);
            std::hint::black_box(program.evaluate(&names, Limits { cost: Some(1_000_000) }).cost);
        });
        let peer_compiled = timed(|| drop(std::hint::black_box(cel::Program::compile(text))));
        let peer = cel::Program::compile(text).ok().and_then(|program| {
            let mut context = cel::Context::default();
            context.add_variable("object", &object).ok()?;
            program.execute(&context).ok()?;
            Some(timed(|| drop(std::hint::black_box(program.execute(&context)))))
        });
        let (peer_evaluated, ratio) = match peer {
            Some(time) => (format!("{time:.2}"), format!("{:.1}×", time / evaluated)),
            None => ("cannot".into(), "–".into()),
        };
        println!(
            "| {name} | {compiled:.2} | {peer_compiled:.2} | {evaluated:.2} | {peer_evaluated} | {ratio} |"
        );
    }
    match words {
        [] => {
            println!(
                "\nName the oracle's binary (conformance/oracle/bin/cel) to have cel-go's times in the same run."
            );
            ExitCode::SUCCESS
        }
        [oracle, ..] => match Command::new(oracle).arg("-bench").status() {
            Ok(status) if status.success() => ExitCode::SUCCESS,
            other => {
                eprintln!("bench: {oracle} -bench: {other:?}");
                ExitCode::FAILURE
            }
        },
    }
}
