//! The parser beside cel-go: recorded prints of ASTs with their numbers, recorded issues, hostile texts, round trips.

use std::{fs, path::Path};

use celgate::cel::{
    macros::{self, Macro},
    parser::{Parsed, Parser},
    print,
};
use serde_json::Value as Json;

/// The parser as Kubernetes 1.37 configures it.
fn kubernetes() -> Vec<Macro> {
    [
        macros::standard_macros(),
        macros::optional_macros(),
        macros::two_variable_macros(),
        macros::list_macros(),
    ]
    .concat()
}

fn parse(text: &str) -> Parsed {
    Parser { macros: &kubernetes(), optional_syntax: true }.parse(text)
}

/// The lines of a recorded file; none, and a printed line, when the recordings are not there.
fn recorded(name: &str) -> Vec<Json> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    let path = shared.map(|folder| folder.join("corpora/golden/cel").join(name)).find(|path| path.exists());
    let Some(text) = path.and_then(|path| fs::read_to_string(path).ok()) else {
        println!("skipped: no recorded {name}");
        return Vec::new();
    };
    // A few lines hold half a surrogate pair, which is no Rust text and so no expression to us.
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn text<'j>(line: &'j Json, field: &str) -> Option<&'j str> {
    line.get(field)?.as_str()
}

#[test]
fn asts_print_as_cel_go_prints_them() {
    let mut differing = Vec::new();
    let lines = recorded("ast.jsonl");
    for line in &lines {
        let expr = text(line, "expr").expect("an expression");
        let Some(plain) = text(line, "ast") else { continue };
        let parsed = parse(expr);
        let printed = print::plain(&parsed.ast.expr);
        let numbered = print::with_ids(&parsed.ast.expr);
        if !parsed.issues.is_empty() {
            differing.push(format!("{expr}\n  {}", parsed.issues));
        } else if printed != plain {
            differing.push(format!("{expr}\n  {plain}\n  {printed}"));
        } else if text(line, "ast_ids").is_some_and(|ids| ids != numbered) {
            differing.push(format!("{expr}\n  {}\n  {numbered}", line["ast_ids"]));
        }
    }
    assert!(
        differing.is_empty(),
        "{} of {} differ\n{}",
        differing.len(),
        lines.len(),
        differing.first().expect("one")
    );
}

#[test]
fn issues_read_as_cel_go_writes_them() {
    let mut figures = Figures::default();
    let mut differing = Vec::new();
    for line in
        recorded("syntax.jsonl").iter().chain(&recorded("expressions.jsonl")).chain(&recorded("random.jsonl"))
    {
        let expr = text(line, "expr").expect("an expression");
        let parsed = parse(expr);
        let wanted = text(line, "compile_error").unwrap_or("");
        let wanted = wanted.strip_prefix("compilation failed: ").unwrap_or(wanted);
        let found = parsed.issues.to_string();
        if !from_parser(wanted) {
            // The checker's business; the parser must have nothing to say.
            figures.accepted += 1;
            if !found.is_empty() {
                differing.push(format!("{expr}\n{wanted}\nfound\n{found}"));
            }
            continue;
        }
        figures.rejected += 1;
        figures.found += usize::from(!found.is_empty());
        figures.placed += usize::from(place(&found) == place(wanted));
        figures.equal += usize::from(found == wanted);
        if found != wanted {
            differing.push(format!("{expr}\n{wanted}\nfound\n{found}"));
        }
    }
    println!("{figures:?}");
    for one in differing.iter().take(std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(3)) {
        println!("---- {one}");
    }
    assert_eq!(figures.found, figures.rejected, "rejected");
    assert!(figures.placed * 100 >= figures.rejected * 95, "first place");
    assert!(figures.equal * 100 >= figures.rejected * 80, "text");
}

#[derive(Debug, Default)]
struct Figures {
    accepted: usize,
    rejected: usize,
    found: usize,
    placed: usize,
    equal: usize,
}

/// `1:2` of the first issue.
fn place(issues: &str) -> Option<(&str, &str)> {
    let mut parts = issues.strip_prefix("ERROR: <input>:")?.split(':');
    Some((parts.next()?, parts.next()?))
}

/// Whether the issues are the parser's: cel-go does not check what does not parse.
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
        "limit",
    ];
    issues.lines().any(|line| {
        line.strip_prefix("ERROR: <input>:")
            .and_then(|rest| rest.splitn(3, ':').nth(2))
            .is_some_and(|message| SAID.iter().any(|said| message.contains(said)))
    })
}
