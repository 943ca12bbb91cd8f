//! Any text: no panic, every place inside the text and on character boundaries, and scalars lead back into it.
#![no_main]

use celgate::{
    source::{Source, SourceId, Span},
    yaml::{self, NodeId, ScalarMap},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
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
});
