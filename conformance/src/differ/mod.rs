//! `conformance differ`: new cases, asked of the engine and of Kubernetes' own code; what differs is explained by a written
//! rule, or made small and printed.
//!
//! A *subject* is one file beside this one and one line in [`SUBJECTS`].

mod admission;
mod cel;
mod declared;
mod expression;
mod mutation;
mod oracle;
#[cfg(test)]
mod property;
mod random;
mod syntax;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    panic,
    process::ExitCode,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

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
    generate: fn(&mut Random, &Start) -> Value,
    /// The fields compared.
    fields: fn(&Value, &Value) -> Vec<&'static str>,
    /// How many cases are asked at a time: enough that starting the oracle costs nothing, few enough to keep in memory.
    batch: u64,
    /// Why answers may differ though ours is right.
    explanations: &'static [Explanation],
    /// Cases like that one, with less in them.
    smaller: fn(&Value) -> Vec<Value>,
    /// The case as it is printed.
    shown: fn(&Value) -> String,
}

/// A rule that says why two answers differ, though the engine's is a server's.
struct Explanation {
    /// A few words.
    name: &'static str,
    /// The whole reason.
    why: &'static str,
    /// Whether it is why this case differs: the case, the oracle's answer, ours, the fields that differ.
    holds: fn(&Value, &Value, &Value, &[&str]) -> bool,
}

/// What both sides cannot be held to: Go crashed, or went by the order of a map.
const LAWLESS: &[Explanation] = &[
    Explanation {
        name: "panic",
        why: "Go crashes on the case: there is no answer to hold anyone to",
        holds: |_, theirs, ours, _| {
            let broken = !theirs["panic"].is_null()
                || theirs["oracle_failed"].as_str().is_some_and(|text| text.starts_with("panic: "))
                || ["error", "compile_error"].iter().any(|field| {
                    theirs[*field].as_str().is_some_and(|text| text.contains("internal error:"))
                });
            // A clean error is what is left to say; but Go folds constants that are never reached.
            broken && (ours["value"].is_null() || theirs["type"].is_null())
        },
    },
    Explanation {
        name: "order of a Go map",
        why: "the oracle, asked again, gave different answers, ours among them or the same in another order",
        holds: |_, theirs, ours, _| {
            let listed = theirs["alternatives"].as_array();
            let known = |listed: &Vec<Value>| {
                // Ours is one of those that were seen, or has their parts in the order of the keys, which Go may never
                // take: it starts anywhere, and goes on as the keys were put in. Of many, not all were seen.
                listed.len() >= MANY || listed.iter().any(|one| agrees(one, ours))
            };
            !theirs["nondeterministic"].is_null() && listed.is_none_or(known)
        },
    },
];

/// How many answers to one case are more than could be waited for.
const MANY: usize = 4;

/// Whether an answer is ours, or one of the same characters and cost.
fn agrees(theirs: &Value, ours: &Value) -> bool {
    let letters = |answer: &Value, field: &str| {
        let mut letters: Vec<char> = answer[field].to_string().chars().collect();
        letters.sort_unstable();
        letters
    };
    ["value", "error", "cost"].iter().all(|field| {
        set::same(&theirs[*field], &ours[*field]) || letters(theirs, field) == letters(ours, field)
    })
}

const SUBJECTS: &[Subject] = &[admission::SUBJECT, cel::SUBJECT, cel::VARIED, syntax::SUBJECT];

/// How many differences are shown in full.
const SHOWN: usize = 10;
/// How many of them differ in the same fields.
const OF_A_SORT: usize = 3;

/// Runs `differ SUBJECT [--count N] [--seed S] [--only NUMBER]`, the last to ask one of the cases again.
pub(crate) fn run(kinds: &[&'static Kind], words: &[&str]) -> ExitCode {
    let (mut subject, mut count, mut seed, mut only) = (None, 1000, 1, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|number| number.parse().ok());
        match *word {
            "--count" => count = number().unwrap_or(count),
            "--seed" => seed = number().unwrap_or(seed),
            "--only" => only = number(),
            name => subject = SUBJECTS.iter().find(|subject| subject.name == name),
        }
    }
    let Some(subject) = subject else {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        eprintln!("conformance differ {} [--count N] [--seed S] [--only NUMBER]", names.join("|"));
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
    match differ.run(count, seed, only) {
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

/// A case on which the answers differ.
struct Difference {
    case: Value,
    fields: Vec<&'static str>,
    explained: Option<&'static Explanation>,
}

impl Differ {
    /// The number of differences that no rule explains.
    fn run(&mut self, count: u64, seed: u64, only: Option<u64>) -> Result<usize, String> {
        let started = Instant::now();
        let mut told = started;
        let (mut unexplained, mut examples) = (0, Vec::new());
        let mut by_field: BTreeMap<String, usize> = BTreeMap::new();
        let mut by_reason: BTreeMap<&str, (usize, &str, Value)> = BTreeMap::new();
        let (batches, receive) = mpsc::sync_channel(1);
        let (generate, batch, oracle) = (self.subject.generate, self.subject.batch, self.oracle.quick());
        // The oracle answers the next batch while the engine answers this one.
        let asking = thread::spawn(move || {
            let mut random = Random::new(seed);
            let mut start = Start::new(seed);
            while start.at < count {
                let size = batch.min(count - start.at);
                let cases: Vec<Value> = (0..size)
                    .map(|_| {
                        let mut case = generate(&mut random, &start);
                        case["id"] = json!(format!("{seed}/{}", start.at));
                        start.at += 1;
                        case
                    })
                    .filter(|case| only.is_none_or(|only| case["id"] == format!("{seed}/{only}")))
                    .collect();
                let answers = oracle.answer(&cases);
                if batches.send(answers.map(|answers| (cases, answers))).is_err() {
                    return;
                }
            }
        });
        let mut asked = 0;
        for batch in receive {
            let (cases, answers) = batch?;
            asked += cases.len();
            // What the oracle said in a hurry counts only where it says so again with time.
            let differing = self.differing(&cases, &answers);
            let again = differing.into_iter().map(|mut difference| {
                difference.case["ast"] = json!(true);
                difference.case
            });
            let again: Vec<Value> = again.collect();
            for difference in self.ask(&again)? {
                match difference.explained {
                    Some(explanation) => {
                        let first = || (0, explanation.why, difference.case.clone());
                        by_reason.entry(explanation.name).or_insert_with(first).0 += 1;
                    }
                    None => {
                        unexplained += 1;
                        let times = by_field.entry(difference.fields.join(", ")).or_default();
                        *times += 1;
                        // At once: a long run may be stopped.
                        println!(
                            "{} differs in {}",
                            (self.subject.shown)(&difference.case),
                            difference.fields.join(", ")
                        );
                        if examples.len() < SHOWN && *times <= OF_A_SORT {
                            examples.push(difference.case);
                        }
                    }
                }
            }
            if told.elapsed() > Duration::from_secs(10) {
                told = Instant::now();
                println!("{asked:>8} of {count} asked, {unexplained} unexplained, {:.0?}", started.elapsed());
                let _ = std::io::stdout().flush();
            }
        }
        let _ = asking.join();
        println!("{asked} cases in {:.0?} (seed {seed})", started.elapsed());
        for (name, (times, why, first)) in by_reason {
            let first: String = (self.subject.shown)(&first).chars().take(200).collect();
            println!("  {times:>6} explained: {name}: {why}\n         the first: {first}");
        }
        for (fields, times) in by_field {
            println!("  {times:>6} differ in {fields}");
        }
        println!("{unexplained} unexplained of {asked}");
        for case in examples {
            let small = self.shrink(case)?;
            self.show(&small)?;
        }
        Ok(unexplained)
    }

    /// The cases on which the answers differ.
    fn differing(&mut self, cases: &[Value], theirs: &[Value]) -> Vec<Difference> {
        let mut differing = Vec::new();
        for (case, theirs) in cases.iter().zip(theirs) {
            let ours = self.ours(case);
            let fields = self.differences(theirs, &ours);
            if !fields.is_empty() {
                let mut rules = LAWLESS.iter().chain(self.subject.explanations);
                let explained = rules.find(|rule| (rule.holds)(case, theirs, &ours, &fields));
                differing.push(Difference { case: case.clone(), fields, explained });
            }
        }
        differing
    }

    fn ours(&mut self, case: &Value) -> Value {
        match (self.subject.answer, self.kind) {
            (Some(answer), _) => answer(case),
            (None, Some(kind)) => check::guarded(kind, case, &mut self.context),
            (None, None) => json!({"failed": format!("no kind is called {}", self.subject.kind)}),
        }
    }

    fn differences(&self, theirs: &Value, ours: &Value) -> Vec<&'static str> {
        // What the oracle cannot answer (a text that cannot be decoded) is compared by its words.
        if !ours["failed"].is_null() || !theirs["oracle_failed"].is_null() {
            let same = ours["failed"] == theirs["oracle_failed"];
            return if same { Vec::new() } else { vec!["failed"] };
        }
        let fields = (self.subject.fields)(theirs, ours);
        fields.into_iter().filter(|field| !set::same(&theirs[*field], &ours[*field])).collect()
    }

    /// The same difference with less around it.
    fn shrink(&mut self, mut case: Value) -> Result<Value, String> {
        let fields = match self.ask(std::slice::from_ref(&case))?.pop() {
            Some(difference) => difference.fields,
            None => return Ok(case),
        };
        for _ in 0..25 {
            let mut smaller = (self.subject.smaller)(&case);
            for (at, candidate) in smaller.iter_mut().enumerate() {
                candidate["id"] = json!(at.to_string());
            }
            let kept = self
                .ask(&smaller)?
                .into_iter()
                .filter(|found| found.fields == fields && found.explained.is_none());
            let Some(smallest) = kept.map(|found| found.case).min_by_key(|case| case.to_string().len())
            else {
                break;
            };
            case = smallest;
        }
        Ok(case)
    }

    fn ask(&mut self, cases: &[Value]) -> Result<Vec<Difference>, String> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let theirs = self.oracle.answer(cases)?;
        Ok(self.differing(cases, &theirs))
    }

    fn show(&mut self, case: &Value) -> Result<(), String> {
        let theirs = self.oracle.answer(std::slice::from_ref(case))?;
        let Some(theirs) = theirs.first() else { return Ok(()) };
        let ours = self.ours(case);
        println!("----\n{}", (self.subject.shown)(case));
        for field in self.differences(theirs, &ours) {
            let named = if field == "failed" { "oracle_failed" } else { field };
            println!("  {field}\n    theirs {}\n    ours   {}", theirs[named], ours[field]);
        }
        Ok(())
    }
}

/// What generators may start from.
struct Start {
    /// The run's seed.
    seed: u64,
    /// The number of the case.
    at: u64,
    /// Recorded cases of expressions, without their answers.
    cases: Vec<Value>,
    /// Their expressions.
    expressions: Vec<String>,
}

impl Start {
    fn new(seed: u64) -> Self {
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
        // The oracle knows the groups of the golden sets.
        let groups = set::lines(&folders, "cel/groups.jsonl").unwrap_or_default();
        let groups: BTreeSet<&str> = groups.iter().filter_map(|group| group["id"].as_str()).collect();
        let known = |case: &Value| case["group"].as_str().is_none_or(|group| groups.contains(group));
        let cases = cases.into_iter().filter(known).collect();
        Self { seed, at: 0, cases, expressions }
    }
}

/// The fields of a case (oracle/cmd/cel/README.md) that a recorded line may have besides its answer.
const CASE: [&str; 8] = ["group", "expr", "k8s", "mode", "kind", "vars", "typed", "return"];
