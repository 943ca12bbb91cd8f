//! `conformance check`: every recorded set, answered by the engine and compared.

use std::{
    collections::BTreeMap,
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    process::ExitCode,
    thread,
};

use serde_json::{Value, json};

use crate::{
    report::{self, Figure, Miss},
    set::{self, Context, Kind, Set},
};

/// Runs the sets that `words` name; fails when one is below its bar.
pub(crate) fn run(kinds: &[&'static Kind], words: &[&str]) -> ExitCode {
    let mut wanted = Vec::new();
    let (mut only, mut from, mut all, mut grep, mut write) = (None, None, false, None, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--set" => only = words.next().copied(),
            "--from" => from = words.next().map(PathBuf::from),
            "--all" => all = true,
            "--grep" => grep = words.next().copied(),
            "--write" => write = true,
            kind => wanted.push(kind),
        }
    }
    if let Some(unknown) = wanted.iter().find(|name| !kinds.iter().any(|kind| kind.name == **name)) {
        eprintln!("conformance: no kind is called `{unknown}`");
        return ExitCode::from(2);
    }
    let folders: Vec<PathBuf> = match from {
        Some(folder) => vec![folder],
        None => set::corpora().into_iter().chain([set::recorded()]).collect(),
    };
    panic::set_hook(Box::new(|_| {}));
    let mut figures = Vec::new();
    for kind in kinds.iter().filter(|kind| wanted.is_empty() || wanted.contains(&kind.name)) {
        for set in kind.sets.iter().filter(|set| only.is_none_or(|name| set.name == name)) {
            let Some(cases) = load(&folders, set) else {
                println!("{:<26} not here: it lies in shared/corpora, outside the repository", set.name);
                continue;
            };
            let cases: Vec<_> = match grep {
                Some(text) => cases.into_iter().filter(|(case, _)| case.to_string().contains(text)).collect(),
                None => cases,
            };
            let misses = answer_all(kind, set, &cases);
            let figure = Figure::new(set, cases.len(), &misses);
            println!("{figure}");
            report::differences(&misses, all);
            figures.push(figure);
        }
    }
    let failed = figures.iter().filter(|figure| !figure.reaches_bar()).count();
    println!("{} passed, {failed} failed", figures.len() - failed);
    if write && let Err(error) = report::write(&figures) {
        eprintln!("conformance: README.md could not be written: {error}");
        return ExitCode::FAILURE;
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The cases of a set, each with its recorded answer.
fn load(folders: &[PathBuf], set: &Set) -> Option<Vec<(Value, Value)>> {
    let cases = set::lines(folders, set.cases)?;
    let Some(answers) = set.answers else {
        return Some(cases.into_iter().map(|case| (case.clone(), case)).collect());
    };
    let mut answers: BTreeMap<String, Value> =
        set::lines(folders, answers)?.into_iter().map(|answer| (answer["id"].to_string(), answer)).collect();
    let joined = cases.into_iter().filter_map(|case| {
        let answer = answers.remove(&case["id"].to_string())?;
        Some((case, answer))
    });
    Some(joined.collect())
}

/// Answers and compares, on as many threads as there are processors (a thread's values are its own).
fn answer_all(kind: &'static Kind, set: &Set, cases: &[(Value, Value)]) -> Vec<Miss> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let chunk = cases.len().div_ceil(threads * 8).max(1);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let chunks: Vec<&[(Value, Value)]> = cases.chunks(chunk).collect();
    let work = || {
        let mut context = Context::new(set::corpora().unwrap_or_else(set::recorded));
        let mut misses = Vec::new();
        while let Some((at, cases)) = {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            chunks.get(at).map(|cases| (at, cases))
        } {
            for (inside, (case, theirs)) in cases.iter().enumerate() {
                let ours = guarded(kind, case, &mut context);
                // A case that Kubernetes cannot answer either is compared like any other.
                let differences = if ours["failed"].is_null() || !theirs["oracle_failed"].is_null() {
                    (set.compare)(case, theirs, &ours)
                } else {
                    vec![set::Difference {
                        field: "failed".into(),
                        theirs: Value::Null,
                        ours: ours["failed"].clone(),
                    }]
                };
                if !differences.is_empty() {
                    misses.push((at, inside, Miss { case: case.clone(), differences }));
                }
            }
        }
        misses
    };
    let mut misses = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, work);
        let running: Vec<_> = (0..threads).filter_map(|at| spawn(at).ok()).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    misses.sort_by_key(|miss| (miss.0, miss.1));
    misses.into_iter().map(|miss| miss.2).collect()
}

/// The engine's answer with the case's id; a panic becomes `failed`, so that one case cannot hide the others.
pub(crate) fn guarded(kind: &Kind, case: &Value, context: &mut Context) -> Value {
    let answer = panic::catch_unwind(AssertUnwindSafe(|| (kind.answer)(case, context)));
    let mut answer = answer.unwrap_or_else(|cause| {
        let text =
            cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
        json!({"failed": format!("panic: {}", text.unwrap_or("unknown"))})
    });
    if let Value::Object(fields) = &mut answer {
        fields.insert("id".into(), case["id"].clone());
    }
    answer
}
