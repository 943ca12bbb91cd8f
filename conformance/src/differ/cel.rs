//! Expressions: most of them check and evaluate, some are recorded ones varied, some are broken.

use serde_json::{Value, json};

use super::{Explanation, Start, Subject, declared, expression, mutation, random::Random};

pub(super) const SUBJECT: Subject = Subject {
    name: "cel",
    kind: "cel",
    answer: None,
    generate: case,
    fields: |_, _| vec!["compile_error", "type", "value", "error", "cost", "estimate"],
    batch: 20_000,
    explanations: EXPLANATIONS,
    smaller: fewer_tokens,
    shown: |case| format!("{}\n  in {}", case["expr"].as_str().unwrap_or(""), case["group"]),
};

/// Recorded expressions only, with a few words exchanged: the fastest way to what nobody thought of.
pub(super) const VARIED: Subject = Subject { name: "varied", generate: varied, ..SUBJECT };

const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        name: "`variables` as a whole",
        why: "the plugin's lazy map is half a map: it yields values where keys are due, and knows neither size nor `in`",
        holds: |case, _, _, _| whole_variables(case["expr"].as_str().unwrap_or("")),
    },
    Explanation {
        name: "keys that are no keys",
        why: "a map with keys other than bool, int, uint, string: Go finds them by the address of what they consist of",
        holds: |_, theirs, _, _| odd_keys(theirs["checked_ast"].as_str().unwrap_or("")),
    },
];

/// Whether a map's type says that its keys are lists, maps, or made by a library.
fn odd_keys(checked: &str) -> bool {
    const KEYS: [&str; 5] = ["bool", "int", "uint", "string", "dyn"];
    checked.split("map(").skip(1).any(|key| !KEYS.iter().any(|known| key.starts_with(known)))
}

/// Whether `variables` stands there without one of its fields being read.
fn whole_variables(text: &str) -> bool {
    let mut tokens = mutation::split(text).into_iter().filter(|token| !token.trim().is_empty()).peekable();
    while let Some(token) = tokens.next() {
        if token == "variables" && tokens.peek().is_none_or(|next| next != "." && next != "[") {
            return true;
        }
    }
    false
}

fn case(random: &mut Random, start: &Start) -> Value {
    match random.below(100) {
        0..13 => varied(random, start),
        13..23 => broken(random, start),
        23..60 => from_declarations(random),
        _ => expression::case(random, start),
    }
}

/// A call of whatever is declared.
fn from_declarations(random: &mut Random) -> Value {
    loop {
        let dyn_too = random.chance(60);
        let expr = declared::expression(random, dyn_too);
        if expr.len() > 3 && expr.len() < 420 {
            return json!({"group": "deploy", "expr": expr});
        }
    }
}

/// A recorded case with its expression varied.
fn varied(random: &mut Random, start: &Start) -> Value {
    if start.cases.is_empty() {
        return expression::case(random, start);
    }
    let mut case = random.one_of(&start.cases).clone();
    case["expr"] = json!(mutation::vary(random, case["expr"].as_str().unwrap_or(""), &start.expressions));
    case
}

/// An expression that may well be none.
fn broken(random: &mut Random, start: &Start) -> Value {
    if random.chance(50) {
        return json!({"group": "deploy", "expr": mutation::generate(random, &start.expressions)});
    }
    let mut case = expression::case(random, start);
    let text = case["expr"].as_str().unwrap_or("");
    case["expr"] = json!(mutation::mutated(random, text, &start.expressions));
    case
}

/// The case with tokens of its expression left out.
pub(super) fn fewer_tokens(case: &Value) -> Vec<Value> {
    let tokens = mutation::split(case["expr"].as_str().unwrap_or(""));
    let mut smaller = Vec::new();
    let mut length = tokens.len() / 2;
    while length > 0 {
        for from in (0..=tokens.len() - length).step_by((length / 2).max(1)) {
            let mut candidate = case.clone();
            candidate["expr"] = json!([&tokens[..from], &tokens[from + length..]].concat().concat());
            smaller.push(candidate);
        }
        length /= 2;
    }
    smaller
}
