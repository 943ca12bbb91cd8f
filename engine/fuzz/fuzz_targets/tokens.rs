//! Tokens and what is in none cover the text in order, without overlap; the end of the text is the last token.
#![no_main]

use celgate::cel::lexer::{Kind, tokens};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (tokens, unrecognised) = tokens(text);
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
});
