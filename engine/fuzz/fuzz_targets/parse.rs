//! Any text gives an AST and issues that can be shown; without issues the AST has text and prints.
#![no_main]

use celgate::cel::{macros, parser::Parser, print, unparser};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let macros = [
        macros::standard_macros(),
        macros::optional_macros(),
        macros::two_variable_macros(),
        macros::list_macros(),
    ]
    .concat();
    let parsed = Parser { macros: &macros, optional_syntax: true }.parse(text);
    let _ = parsed.issues.to_string();
    let _ = print::with_ids(&parsed.ast.expr);
    let info = &parsed.ast.source_info;
    for id in info.ids() {
        let range = info.range(id).unwrap_or_default();
        assert!(text.get(range.start as usize..range.end as usize).is_some());
    }
    assert!(!parsed.issues.is_empty() || unparser::unparse(&parsed.ast).is_some());
});
