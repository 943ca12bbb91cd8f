//! Kind `defaults`: an object as admission sees it, before and after the strategy of its kind.

use std::rc::Rc;

use celgate::{
    objects::GroupVersionKind,
    schema::defaults::{Defaults, Operation, Seen},
    yaml::print,
};
use serde_json::{Value, json};

use crate::{
    document::document,
    set::{Context, Difference, Kind, Set, fields},
};

pub(crate) const KIND: Kind = Kind {
    name: "defaults",
    answer,
    sets: &[Set {
        name: "defaults/objects",
        cases: "defaults/objects.jsonl",
        answers: None,
        compare,
        bar: 99.0,
    }],
};

fn answer(case: &Value, context: &mut Context) -> Value {
    let defaults: Rc<Defaults> = context.keep("defaults", |_| Defaults::built_in());
    let object = &case["object"];
    let (version, kind) =
        (object["apiVersion"].as_str().unwrap_or_default(), object["kind"].as_str().unwrap_or_default());
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let kind = GroupVersionKind::new(group, version, kind);
    let document = document(object);
    let seen = |operation| defaults.admit(document.root(), &kind, operation, None);
    let read = seen(Operation::Read);
    if let Some(problem) = &read.refused {
        return json!({"decode_error": problem.message});
    }
    let mut answer = json!({"result": shown(&read), "created": shown(&seen(Operation::Create))});
    if !read.unknown.is_empty() {
        answer["strict_error"] = json!(read.strict_message(&kind));
    }
    answer
}

fn shown(seen: &Seen) -> Value {
    serde_json::from_str(&print::json(seen.document.root())).unwrap_or_default()
}

fn compare(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let mut ours = ours.clone();
    let mut theirs = theirs.clone();
    // Only that it is refused counts, and what strict decoding says.
    for side in [&mut ours, &mut theirs] {
        side["decode_error"] = json!(!side["decode_error"].is_null());
    }
    let created = theirs["created_patch"].as_array().map(|patch| patched(&theirs["result"], patch));
    match created {
        Some(created) => theirs["created"] = created,
        // Not created: refused by validation, which the engine does not do.
        None => ours["created"] = Value::Null,
    }
    let mut differences = fields(&["decode_error", "strict_error"], &theirs, &ours);
    for field in ["result", "created"] {
        inside(field, &theirs[field], &ours[field], &mut differences);
    }
    differences
}

/// The innermost values that differ, so that causes show.
fn inside(path: &str, theirs: &Value, ours: &Value, differences: &mut Vec<Difference>) {
    match (theirs, ours) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let missing = json!("absent");
                let side =
                    |object: &serde_json::Map<String, Value>| object.get(key).unwrap_or(&missing).clone();
                inside(&format!("{path}.{key}"), &side(a), &side(b), differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b) {
                inside(&format!("{path}[]"), a, b, differences);
            }
        }
        _ if crate::set::same(theirs, ours) => {}
        // The oracle cannot fix every uuid.
        (Value::String(theirs), Value::String(ours)) if theirs == "<uuid>" && ours.len() == 36 => {}
        _ => differences.push(Difference {
            field: path.to_owned(),
            theirs: theirs.clone(),
            ours: ours.clone(),
        }),
    }
}

/// A JSON Patch of `add`, `replace` and `remove`, applied.
fn patched(value: &Value, patch: &[Value]) -> Value {
    let mut value = value.clone();
    for step in patch {
        let path = step["path"].as_str().unwrap_or_default();
        let Some((holder, key)) = path.rsplit_once('/') else { continue };
        let key = key.replace("~1", "/").replace("~0", "~");
        let Some(holder) = value.pointer_mut(holder) else { continue };
        match (holder, step["op"].as_str()) {
            (Value::Object(fields), Some("remove")) => drop(fields.remove(&key)),
            (Value::Object(fields), _) => drop(fields.insert(key, step["value"].clone())),
            (Value::Array(items), op) => match (key.parse::<usize>(), op) {
                (Ok(at), Some("remove")) => drop(items.remove(at)),
                (Ok(at), Some("replace")) => items[at] = step["value"].clone(),
                (Ok(at), _) => items.insert(at, step["value"].clone()),
                _ => items.push(step["value"].clone()),
            },
            _ => {}
        }
    }
    value
}
