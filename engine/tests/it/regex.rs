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

/// Long texts are asked of another machine than short ones: both say the same.
#[test]
fn long_texts_match_as_short_ones_do() {
    let pieces = [
        "a", "b", "é", "(a|b)", "[^a]", "a?", "b*", "(?:ab)+", ".", "x", "^", "$", "(?i)A", "(a?){3}",
        "a{2,}",
    ];
    let fillers = ["", "ab", "éx", "aab"];
    for first in pieces {
        for second in ["", "a", "b*", "[^a]", "(a?){3}"] {
            for third in ["", "b", "$"] {
                let pattern = [first, second, third].concat();
                let Ok(regex) = Regex::new(&pattern) else { continue };
                for text in fillers {
                    let around = |count: usize| format!("{0}{text}{0}", "\n".repeat(count));
                    let (short, long) = (around(4), around(30_000));
                    assert_eq!(regex.is_match(&short), regex.is_match(&long), "{pattern} in {text}");
                }
            }
        }
    }
    for (pattern, text, wanted) in [
        ("^a*$", "a".repeat(300_000), true),
        ("^a*$", "a".repeat(300_000) + "b", false),
        ("a$", "b".repeat(300_000) + "a", true),
        ("a$", "a".repeat(300_000) + "b", false),
        ("^(a|b)+c$", "ab".repeat(200_000) + "c", true),
        ("(a?){1000}b", "a".repeat(10_000), false),
        ("(a?){1000}b", "a".repeat(10_000) + "b", true),
        ("((a{100}){10})c", "a".repeat(30_000) + "c", true),
        ("((a{100}){10})c", "a".repeat(999) + "c" + &"a".repeat(30_000), false),
        ("^b", "a".repeat(300_000), false),
    ] {
        let found = Regex::new(pattern).unwrap().is_match(&text);
        assert_eq!(found, Ok(wanted), "{pattern}");
    }
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
