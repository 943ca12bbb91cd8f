//! Schemas as CEL sees them.

use std::{fs, path::Path};

use celgate::schema::escaping::{escape, unescape};
use serde_json::Value;

#[test]
fn property_names_escape_as_upstream() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = here.ancestors().map(|folder| folder.join("shared/corpora/cel/field_escaping.jsonl"));
    let Some(text) = files.into_iter().find_map(|path| fs::read_to_string(path).ok()) else {
        println!("skipped: no shared/corpora");
        return;
    };
    for case in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let plain = case["unescaped"].as_str().unwrap();
        if let Some(escaped) = case["escaped"].as_str() {
            assert_eq!(escape(plain).as_deref(), Some(escaped), "{case}");
            assert_eq!(unescape(escaped).as_deref(), Some(plain), "{case}");
        } else if case["unescapable"].as_bool() == Some(true) {
            assert_eq!(escape(plain), None, "{case}");
        }
    }
}
