//! `conformance differ`: new cases, asked of the engine and of Kubernetes' own code; what differs is made small and printed.

mod expression;
mod mutation;
mod oracle;
mod random;
mod syntax;

use std::{collections::BTreeMap, panic, process::ExitCode};

use serde_json::{Value, json};

use self::random::Random;
use crate::{
    check,
    set::{self, Context, Kind},
};

/// A kind of case that can be generated.
struct Subject {
    /// What it is called on the command line.
    name: &'static str,
    /// The kind of question that answers it, and its command among the oracle's.
    kind: &'static str,
    /// The engine's answer, if it is not that kind's.
    answer: Option<fn(&Value) -> Value>,
    generate: fn(&mut Random, &Recorded) -> Value,
    /// The fields compared.
    fields: fn(&Value, &Value) -> Vec<&'static str>,
}

const SUBJECTS: &[Subject] = &[
    Subject { name: "cel", kind: "cel", answer: None, generate: expression::case, fields: evaluated },
    Subject { name: "varied", kind: "cel", answer: None, generate: varied, fields: evaluated },
    Subject {
        name: "syntax",
        kind: "cel",
        answer: Some(syntax::answer),
        generate: syntax::case,
        fields: syntax::fields,
    },
];

/// How many differences are shown in full.
const SHOWN: usize = 10;

/// Runs `differ SUBJECT [--count N] [--seed S]`.
pub(crate) fn run(kinds: &[&'static Kind], words: &[&str]) -> ExitCode {
    let (mut subject, mut count, mut seed) = (None, 1000, 1);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|number| number.parse().ok());
        match *word {
            "--count" => count = number().unwrap_or(count),
            "--seed" => seed = number().unwrap_or(seed),
            name => subject = SUBJECTS.iter().find(|subject| subject.name == name),
        }
    }
    let Some(subject) = subject else {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        eprintln!("conformance differ {} [--count N] [--seed S]", names.join("|"));
        return ExitCode::from(2);
    };
    let kind = kinds.iter().find(|kind| kind.name == subject.kind).copied();
    let oracle = match oracle::Oracle::new(subject.kind) {
        Ok(oracle) => oracle,
        Err(why) => {
            eprintln!("conformance: {why}");
            return ExitCode::FAILURE;
        }
    };
    panic::set_hook(Box::new(|_| {}));
    let mut differ =
        Differ { subject, kind, oracle, context: Context::new(set::corpora().unwrap_or_else(set::recorded)) };
    match differ.run(count, seed) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("conformance: {why}");
            ExitCode::FAILURE
        }
    }
}

struct Differ {
    subject: &'static Subject,
    kind: Option<&'static Kind>,
    oracle: oracle::Oracle,
    context: Context,
}

impl Differ {
    fn run(&mut self, count: u64, seed: u64) -> Result<usize, String> {
        let mut random = Random::new(seed);
        let real = Recorded::new();
        let cases: Vec<Value> = (0..count)
            .map(|at| {
                let mut case = (self.subject.generate)(&mut random, &real);
                case["id"] = json!(format!("{seed}/{at}"));
                case
            })
            .collect();
        let differing = self.differing(&cases)?;
        println!("{} of {count} differ (seed {seed})", differing.len());
        let mut by_field: BTreeMap<String, usize> = BTreeMap::new();
        for (_, fields) in &differing {
            *by_field.entry(fields.join(", ")).or_default() += 1;
        }
        for (fields, times) in by_field {
            println!("  {times:>6} {fields}");
        }
        for (case, _) in differing.iter().take(SHOWN) {
            let small = self.shrink(case.clone())?;
            self.show(&small)?;
        }
        Ok(differing.len())
    }

    /// The cases on which the answers differ, and in what.
    fn differing(&mut self, cases: &[Value]) -> Result<Vec<(Value, Vec<&'static str>)>, String> {
        let theirs = self.oracle.answer(cases)?;
        let mut differing = Vec::new();
        for (case, theirs) in cases.iter().zip(&theirs) {
            let ours = self.ours(case);
            let fields = self.differences(theirs, &ours);
            if !fields.is_empty() {
                differing.push((case.clone(), fields));
            }
        }
        Ok(differing)
    }

    fn ours(&mut self, case: &Value) -> Value {
        match (self.subject.answer, self.kind) {
            (Some(answer), _) => answer(case),
            (None, Some(kind)) => check::guarded(kind, case, &mut self.context),
            (None, None) => json!({"failed": format!("no kind is called {}", self.subject.kind)}),
        }
    }

    fn differences(&self, theirs: &Value, ours: &Value) -> Vec<&'static str> {
        if !ours["failed"].is_null() {
            return vec!["failed"];
        }
        // Go crashed, or went by the order of a map: no answer to hold anyone to.
        let lawless = ["panic", "nondeterministic"].iter().any(|mark| !theirs[*mark].is_null())
            || ["error", "compile_error"]
                .iter()
                .any(|field| theirs[*field].as_str().is_some_and(|text| text.contains("internal error:")));
        if lawless {
            return Vec::new();
        }
        let fields = (self.subject.fields)(theirs, ours);
        fields.into_iter().filter(|field| !set::same(&theirs[*field], &ours[*field])).collect()
    }

    /// The same difference with fewer tokens.
    fn shrink(&mut self, mut case: Value) -> Result<Value, String> {
        let fields = match self.differing(std::slice::from_ref(&case))?.pop() {
            Some((_, fields)) => fields,
            None => return Ok(case),
        };
        for _ in 0..40 {
            let tokens = mutation::split(case["expr"].as_str().unwrap_or(""));
            let mut smaller = Vec::new();
            let mut length = tokens.len() / 2;
            while length > 0 {
                for from in (0..=tokens.len() - length).step_by((length / 2).max(1)) {
                    let text = [&tokens[..from], &tokens[from + length..]].concat().concat();
                    let mut candidate = case.clone();
                    candidate["expr"] = json!(text);
                    candidate["id"] = json!(smaller.len().to_string());
                    smaller.push(candidate);
                }
                length /= 2;
            }
            let kept = self.differing(&smaller)?.into_iter().filter(|(_, differing)| *differing == fields);
            let Some((smallest, _)) = kept.min_by_key(|(case, _)| case["expr"].as_str().map_or(0, str::len))
            else {
                break;
            };
            case = smallest;
        }
        Ok(case)
    }

    fn show(&mut self, case: &Value) -> Result<(), String> {
        let theirs = self.oracle.answer(std::slice::from_ref(case))?;
        let Some(theirs) = theirs.first() else { return Ok(()) };
        let ours = self.ours(case);
        println!("----\n{}\n  in {}", case["expr"].as_str().unwrap_or(""), case["group"]);
        for field in self.differences(theirs, &ours) {
            println!("  {field}\n    theirs {}\n    ours   {}", theirs[field], ours[field]);
        }
        Ok(())
    }
}

/// What generators may start from.
struct Recorded {
    /// Cases without their answers.
    cases: Vec<Value>,
    /// Their expressions.
    expressions: Vec<String>,
}

impl Recorded {
    fn new() -> Self {
        let folders: Vec<_> = set::corpora().into_iter().chain([set::recorded()]).collect();
        let lines = ["library", "expressions", "typed", "ast"]
            .into_iter()
            .flat_map(|name| set::lines(&folders, &format!("cel/{name}.jsonl")).unwrap_or_default());
        let cases: Vec<Value> = lines
            .map(|mut line| {
                if let Value::Object(fields) = &mut line {
                    fields.retain(|field, _| CASE.contains(&field.as_str()));
                }
                line
            })
            .collect();
        let expressions = cases.iter().filter_map(|case| case["expr"].as_str().map(str::to_owned)).collect();
        Self { cases, expressions }
    }
}

/// The fields of a case (oracle/cmd/cel/README.md) that a recorded line may have besides its answer.
const CASE: [&str; 8] = ["group", "expr", "k8s", "mode", "kind", "vars", "typed", "return"];

/// A recorded case with its expression varied.
fn varied(random: &mut Random, recorded: &Recorded) -> Value {
    if recorded.cases.is_empty() {
        return expression::case(random, recorded);
    }
    let mut case = random.one_of(&recorded.cases).clone();
    case["expr"] = json!(mutation::vary(random, case["expr"].as_str().unwrap_or(""), &recorded.expressions));
    case
}

fn evaluated(_: &Value, _: &Value) -> Vec<&'static str> {
    vec!["compile_error", "type", "value", "error", "cost", "estimate"]
}
