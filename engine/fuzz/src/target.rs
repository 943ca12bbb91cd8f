//! What must hold for any text. Nothing may panic; the rest is asserted.

use celgate::{
    cel::{
        checker::{self, CheckedAst},
        cost::estimate,
        lexer::{self, Kind},
        macros::{self, Macro},
        parser::{Parsed, Parser},
        print,
        program::Program,
        unparser,
    },
    environment::cost::Kubernetes,
    source::{Source, SourceId, Span},
    yaml::{self, NodeId, ScalarMap},
};

use super::request::REQUEST;

/// Tokens and what is in none cover the text in order, without overlap; the end of the text is the last token.
pub fn tokens(text: &str) {
    let (tokens, unrecognised) = lexer::tokens(text);
    let mut end = 0;
    for token in &tokens {
        assert!(token.start >= end && token.end >= token.start);
        assert!(text.get(token.start as usize..token.end as usize).is_some());
        end = token.end;
    }
    assert_eq!(tokens.last().map(|last| (last.kind, last.end as usize)), Some((Kind::Eof, text.len())));
    for gap in &unrecognised {
        assert!(gap.end > gap.start && text.get(gap.start as usize..gap.end as usize).is_some());
    }
}

thread_local! {
    static MACROS: Vec<Macro> = [
        macros::standard_macros(),
        macros::optional_macros(),
        macros::two_variable_macros(),
        macros::list_macros(),
    ]
    .concat();
}

fn parsed(text: &str) -> Parsed {
    MACROS.with(|macros| Parser { macros, optional_syntax: true }.parse(text))
}

/// Any text gives an AST and issues that can be shown; without issues the AST has text and prints.
pub fn parse(text: &str) {
    let parsed = parsed(text);
    let _ = parsed.issues.to_string();
    let _ = print::with_ids(&parsed.ast.expr);
    let info = &parsed.ast.source_info;
    for id in info.ids() {
        let range = info.range(id).unwrap_or_default();
        assert!(text.get(range.start as usize..range.end as usize).is_some());
    }
    assert!(!parsed.issues.is_empty() || unparser::unparse(&parsed.ast).is_some());
}

/// What the unparser writes parses to an AST that unparses to the same text.
pub fn unparse(text: &str) {
    let first = parsed(text);
    if !first.issues.is_empty() {
        return;
    }
    let Some(written) = unparser::unparse(&first.ast) else { return };
    let again = parsed(&written);
    // A text near the limits may unparse to one beyond them: parentheses and spaces are added.
    if written.len() < 10_000 && text.len() < 500 {
        assert!(again.issues.is_empty(), "{written}\n{}", again.issues);
        assert_eq!(unparser::unparse(&again.ast).as_deref(), Some(&*written));
    }
}

/// The checked text, if it has no issues; issues can be shown.
fn checked(text: &str) -> Option<CheckedAst> {
    REQUEST.with(|request| match request.env.compile(text) {
        Ok(checked) => Some(checked),
        Err(issues) => {
            let shown = issues.to_string();
            assert!(shown.starts_with("ERROR: <input>:"), "{shown}");
            None
        }
    })
}

/// Any text is refused with reasons, or has a type and an estimate that is a range, and prints.
pub fn check(text: &str) {
    let Some(checked) = checked(text) else { return };
    let _ = checked.result_type().to_string();
    let _ = checker::print(&checked);
    let range = REQUEST.with(|request| estimate(&request.env, &checked, &Kubernetes));
    assert!(range.min <= range.max, "{range:?}");
}

/// Any checked text evaluates to a value or an error within its cost, twice to the same, and the same while it is traced.
pub fn evaluate(text: &str) {
    let Some(checked) = checked(text) else { return };
    REQUEST.with(|request| {
        let Ok(program) = Program::new(&request.env, &checked) else { return };
        let first = program.evaluate(&request.bindings, request.limits);
        let (traced, _) = program.trace(&request.bindings, request.limits);
        assert_eq!(first.cost, traced.cost);
        assert_eq!(format!("{:?}", first.result), format!("{:?}", traced.result));
        assert!(first.result.is_err() || request.limits.cost.is_none_or(|most| first.cost <= most));
    });
}

/// Any text: no panic, every place inside the text and on character boundaries, and scalars lead back into it.
pub fn yaml_parse(text: &str) {
    let source = Source { id: SourceId(0), name: String::new(), text: text.into() };
    let parsed = yaml::parse(&source);
    let fits = |span: Span| assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
    parsed.errors.iter().for_each(|error| fits(error.span()));
    parsed.warnings.iter().for_each(|warning| fits(warning.span()));
    for document in &parsed.documents {
        for id in 0..u32::try_from(document.len()).unwrap_or(0) {
            let node = document.at(NodeId(id));
            fits(node.span());
            if let Some(decoded) = node.as_str() {
                let map = ScalarMap::new(&source, node.span(), decoded);
                for at in 0..=u32::try_from(decoded.len()).unwrap_or(0) {
                    assert!(map.source_offset(at) as usize <= text.len());
                }
            }
        }
    }
}
