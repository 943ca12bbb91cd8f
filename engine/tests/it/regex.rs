//! Regular expressions beside Go's: 1,450 patterns with what `regexp` finds or says (`data/generate/regex.go` made them).

use std::{fs, string::ToString, vec::Vec};

use celgate::cel::regex::Regex;

/// All matches as Go's `FindAllStringIndex` prints them, or its error.
fn answer(pattern: &str, text: &str) -> String {
    match Regex::new(pattern) {
        Err(error) => error.to_string(),
        Ok(regex) => match regex.find_all(text, None) {
            Ok(found) => serde_json::to_string(&found).unwrap(),
            Err(error) => error.to_string(),
        },
    }
}

#[test]
fn matches_and_errors_are_those_of_go() {
    let lines = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/regex.jsonl")).unwrap();
    let different: Vec<String> = lines
        .lines()
        .filter_map(|line| {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let wanted = case["e"].as_str().map_or_else(|| case["a"].to_string(), ToString::to_string);
            let got = answer(case["p"].as_str().unwrap(), case["t"].as_str().unwrap_or_default());
            (got != wanted).then(|| format!("{line}\n  got {got}"))
        })
        .collect();
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}

/// Patterns that blow up other engines end in an answer or an error, soon.
#[test]
fn hostile_patterns_end() {
    let long = "a".repeat(20_000);
    for pattern in ["(a*)*b", "(a|a)*b", "(x+x+)+y", "a{1000}{1000}", "(a?){1000}a{1000}"] {
        let _ = Regex::new(pattern).map(|regex| regex.is_match(&long));
    }
    for piece in ["(", "|", "\\pL", "[\\pL]", "(a|b|c){1000}", "(?i)", "a?"] {
        let _ = Regex::new(&piece.repeat(20_000)).map(|regex| regex.is_match("a"));
    }
}
