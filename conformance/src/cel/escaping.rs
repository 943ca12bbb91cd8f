//! Names of properties as expressions write them (`../shared/corpora/cel/field_escaping.jsonl`, `pkg/cel/escaping_test.go`).

use celgate::schema::escaping::{escape, unescape};
use serde_json::{Map, Value};

use crate::set::{Difference, fields};

/// Whether a case is one of those tests.
pub(super) fn is(case: &Value) -> bool {
    case.get("unescaped").is_some()
}

/// A name escaped; and whether escaping leaves it alone, or what unescaping makes of it again.
pub(super) fn answer(case: &Value, answer: &mut Map<String, Value>) {
    let name = case["unescaped"].as_str().unwrap_or_default();
    let escaped = escape(name);
    answer.insert("escaped".into(), escaped.as_deref().into());
    answer.insert("canSkip".into(), (escaped.as_deref() == Some(name)).into());
    answer.insert("invalidCharFound".into(), escaped.is_none().into());
    // Both ways, where there is a way.
    let back = escaped.as_deref().and_then(unescape);
    answer.insert("unescaped".into(), back.as_deref().unwrap_or(name).into());
}

/// What the tests say must come out.
pub(super) fn compare(_case: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let names = ["escaped", "canSkip", "invalidCharFound", "unescaped"];
    let said: Vec<&str> = names.into_iter().filter(|name| theirs.get(name).is_some()).collect();
    fields(&said, theirs, ours)
}
