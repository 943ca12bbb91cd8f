//! What the unparser writes parses to an AST that unparses to the same text.
#![no_main]

use celgate::cel::{macros, parser::Parser, unparser};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let macros = [
        macros::standard_macros(),
        macros::optional_macros(),
        macros::two_variable_macros(),
        macros::list_macros(),
    ]
    .concat();
    let parser = Parser { macros: &macros, optional_syntax: true };
    let parsed = parser.parse(text);
    if !parsed.issues.is_empty() {
        return;
    }
    let Some(written) = unparser::unparse(&parsed.ast) else { return };
    let again = parser.parse(&written);
    // A text near the limits may unparse to one beyond them: parentheses and spaces are added.
    if written.len() < 10_000 && text.len() < 500 {
        assert!(again.issues.is_empty(), "{written}\n{}", again.issues);
        assert_eq!(unparser::unparse(&again.ast).as_deref(), Some(&*written));
    }
});
