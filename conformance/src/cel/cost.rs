//! Kubernetes' own tests of cost (`../shared/corpora/cel/cost.jsonl`): what a library call costs at run time and before, what
//! rules of custom resources are estimated at, and what budgets buy.

use celgate::{
    cel::{
        env::{Env, Options},
        interpreter::Bindings,
        library::Library,
    },
    environment::{libraries, library::jsonpatch},
};
use serde_json::{Map, Value, json};

use super::{Kept, admission, compile, custom, limits, outcome};
use crate::set::{Difference, fields};

/// Whether a case is one of those tests.
pub(super) fn is(case: &Value) -> bool {
    ["runtime", "estimated_max", "expectRemainingBudget"].iter().any(|field| case.get(field).is_some())
}

/// Answers with the fields that the tests look at.
pub(super) fn answer(case: &Value, kept: &Kept, answer: &mut Map<String, Value>) {
    let mut given = Map::new();
    if let Some(expressions) = case["exprs"].as_array() {
        budget(case, expressions, kept, answer);
    } else if case.get("estimated_max").is_some() {
        // The schemas of the estimates stand with the tests of the same name that evaluate.
        let name = case["group"].as_str().and_then(|group| group.rsplit('/').next()).unwrap_or_default();
        let tests = ["TestCelCostStability", "validation"];
        let schemas = tests.iter().filter_map(|test| kept.groups.get(&format!("crd/{test}/{name}")));
        let schemas = schemas.map(|group| group.fields.clone());
        for mut asked in bounded(name).into_iter().chain(schemas) {
            asked["expr"] = case["expr"].clone();
            given.clear();
            custom::custom(&asked, &mut given);
            if given.contains_key("estimate") {
                break;
            }
        }
        answer.insert(
            "estimated_max".into(),
            given.get("estimate").map_or(Value::Null, |known| known["max"].clone()),
        );
    } else {
        let mut asked = case.clone();
        asked["sizeEstimator"] = "test12".into();
        asked["unoptimized"] = true.into();
        asked["mode"] = "stored".into();
        if case["expr"].as_str().is_some_and(|text| text.contains("authorizer")) {
            admission(&asked, kept, &mut given);
        } else {
            unchecked_literals(&asked, &mut given);
        }
        answer.insert("runtime".into(), given.remove("cost").unwrap_or_default());
        answer.insert("estimated".into(), given.remove("estimate").unwrap_or_default());
    }
    for field in ["error", "compile_error"] {
        if let Some(text) = given.remove(field) {
            answer.insert(field.into(), text);
        }
    }
}

/// The schemas that only the tests of estimates have, some for their bounds on sizes.
fn bounded(name: &str) -> Option<Value> {
    let text = || json!({"type": "string"});
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let list = |items: Value| json!({"type": "array", "items": items});
    let map = |values: Value| json!({"type": "object", "additionalProperties": values});
    let ten = |mut schema: Value| {
        let bound = if schema["type"] == "array" { "maxItems" } else { "maxProperties" };
        schema[bound] = 10.into();
        schema
    };
    let set = || json!({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"});
    let keyed = |key: &str, item: Value| json!({"type": "array", "items": item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [key]});
    let any = || json!({"x-kubernetes-preserve-unknown-fields": true});
    let unknown = || json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let number = |format: &str| json!({"type": "number", "format": format});
    let schema = match name {
        "numeric comparisons" => object(json!({
            "val1": {"type": "integer"}, "val2": {"type": "number"}, "val3": number("float"), "val4": number("double"),
            "val5": {"type": "number"}, "val6": number("float"), "val7": number("double"),
        })),
        "date-time format" => {
            let moment = json!({"type": "string", "format": "date-time"});
            object(json!({"val1": moment, "val2": moment}))
        }
        "listSets" => object(json!({"val1": set(), "val2": set()})),
        "embedded object with properties" => object(json!({"embedded": {
            "type": "object", "x-kubernetes-embedded-resource": true,
            "properties": {
                "kind": text(), "apiVersion": text(),
                "metadata": object(json!({"name": text(), "generateName": text()})),
                "spec": object(json!({"field1": text()})),
            },
        }})),
        "objects" => object(json!({"objs": list(object(json!({"f1": text(), "f2": text()})))})),
        "object types are not accessible" => object(json!({
            "nestedInMap": map(object(json!({"inMapField": {"type": "integer"}}))),
            "nestedInList": list(object(json!({"inListField": {"type": "integer"}}))),
        })),
        "preserve unknown fields" => object(json!({
            "withUnknown": unknown(), "withUnknownList": list(unknown()),
            "withUnknownFieldList": list(object(json!({"fieldOfUnknownType": any()}))),
            "anyvalList": list(any()), "anyvalMap": map(any()), "anyvalField1": any(), "anyvalField2": any(),
        })),
        "container type composition" => object(json!({
            "obj": object(json!({"field": text()})),
            "mapOfMap": ten(map(ten(map(text())))),
            "mapOfObj": map(object(json!({"field2": text()}))),
            "mapOfListMap": ten(map(ten(keyed("k", object(json!({"k": text(), "v": text()})))))),
            "mapOfList": ten(map(ten(list(text())))),
            "listMapOfObj": ten(keyed("k2", object(json!({"k2": text(), "v2": text()})))),
            "listOfMap": ten(list(ten(map(text())))),
            "listOfObj": list(object(json!({"field3": text()}))),
            "listOfListMap": ten(list(ten(keyed("k", object(json!({"k3": text(), "v3": text()})))))),
        })),
        _ => return None,
    };
    Some(json!({"kind": "crd", "schema": schema, "isRoot": true}))
}

/// An expression in the environment of those tests: every library, none of the checks that Kubernetes adds.
fn unchecked_literals(case: &Value, answer: &mut Map<String, Value>) {
    let newest = libraries().filter(|known| known.until.is_none()).map(|known| known.library);
    let known = newest.chain([jsonpatch::library()]).map(|known| Library { validators: Vec::new(), ..known });
    let env = Env::new(Options::default(), known.collect());
    let Some((_, program)) = compile(case, &env, answer) else { return };
    outcome(&program.evaluate(&Bindings::new(), limits(case)), answer);
}

/// What is left of a budget after expressions, one after the other.
fn budget(case: &Value, expressions: &[Value], kept: &Kept, answer: &mut Map<String, Value>) {
    let mut left = case["budget"].as_u64();
    let (mut exceeded, mut cancelled) = (false, false);
    for expression in expressions {
        let mut asked = case.clone();
        asked["expr"] = expression.clone();
        asked["mode"] = "stored".into();
        let mut given = Map::new();
        admission(&asked, kept, &mut given);
        let cost = given.get("cost").and_then(Value::as_u64).unwrap_or_default();
        cancelled |= given
            .get("error")
            .and_then(Value::as_str)
            .is_some_and(|text| text.contains("cost limit exceeded"));
        if let Some(known) = left {
            left = known.checked_sub(cost);
            exceeded |= left.is_none();
        }
        if exceeded {
            break;
        }
    }
    answer.insert("expectRemainingBudget".into(), if exceeded { Value::Null } else { json!(left) });
    answer.insert("exceedBudget".into(), exceeded.into());
    answer.insert("exceedPerCallLimit".into(), cancelled.into());
}

/// What the tests say must come out.
pub(super) fn compare(_case: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let names = [
        "runtime",
        "estimated",
        "estimated_max",
        "expectRemainingBudget",
        "exceedBudget",
        "exceedPerCallLimit",
    ];
    let said: Vec<&str> = names.into_iter().filter(|name| theirs.get(name).is_some()).collect();
    fields(&said, theirs, ours)
}
