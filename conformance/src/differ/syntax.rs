//! What the parser decides, apart from everything after it: the AST with its numbers, and the parser's issues.

use celgate::cel::{macros, parser::Parser, print};
use serde_json::{Value, json};

use super::{Start, Subject, cel, mutation, random::Random};

pub(super) const SUBJECT: Subject =
    Subject { name: "syntax", answer: Some(answer), generate: case, fields, ..cel::SUBJECT };

/// A mutated expression.
fn case(random: &mut Random, real: &Start) -> Value {
    json!({"group": "deploy", "ast": true, "expr": mutation::generate(random, &real.expressions)})
}

/// The parser's answer, in the oracle's format.
fn answer(case: &Value) -> Value {
    let macros = [
        macros::standard_macros(),
        macros::optional_macros(),
        macros::two_variable_macros(),
        macros::list_macros(),
    ]
    .concat();
    let parsed = Parser { macros: &macros, optional_syntax: true }.parse(case["expr"].as_str().unwrap_or(""));
    if !parsed.issues.is_empty() {
        return json!({"compile_error": format!("compilation failed: {}", parsed.issues)});
    }
    let expr = &parsed.ast.expr;
    json!({"compile_error": null, "ast": print::plain(expr), "ast_ids": print::with_ids(expr)})
}

/// The AST where the oracle gives it; else the issues, unless the oracle's are the checker's and we have none.
fn fields(theirs: &Value, ours: &Value) -> Vec<&'static str> {
    let issues = theirs["compile_error"].as_str().unwrap_or("");
    if ours["compile_error"].is_null() && !from_parser(issues) {
        let known = ["ast", "ast_ids"].into_iter().filter(|field| !theirs[*field].is_null());
        return known.collect();
    }
    vec!["compile_error"]
}

/// Whether issues are the parser's: cel-go does not check what does not parse.
fn from_parser(issues: &str) -> bool {
    const SAID: [&str; 16] = [
        "Syntax error: ",
        "reserved identifier: ",
        "invalid int literal",
        "invalid uint literal",
        "invalid double literal",
        "unable to unescape",
        "invalid unicode code point",
        "argument must be a simple name",
        "argument is not an identifier",
        "iteration variable overwrites",
        "duplicate variable name",
        "invalid argument to has() macro",
        "variable name must be a simple identifier",
        "sortBy can only be applied",
        "recursion",
        "limit exceeded",
    ];
    let messages = issues.lines().filter_map(|line| line.split_once("<input>:")?.1.splitn(3, ':').nth(2));
    messages.into_iter().any(|message| SAID.iter().any(|said| message.contains(said)))
}
