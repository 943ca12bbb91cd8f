//! The variables of an admission request, as Kubernetes makes them from a case's `vars`.

use std::rc::Rc;

use celgate::{
    cel::value::Value as Cel,
    objects::GroupVersionKind,
    schema::{adapt, defaults::Defaults},
};
use serde_json::{Map, Value, json};

use super::{flag, whole};
use crate::document::document;

/// `object`, `oldObject`, `params`, `request`, `namespaceObject`.
pub(super) fn variables(case: &Value) -> Vec<(&'static str, Cel)> {
    let given = &case["vars"];
    let typed = flag(case, "typed", false);
    let mut bound = vec![
        ("object", object(&given["object"], typed)),
        ("oldObject", object(&given["oldObject"], typed)),
        ("params", object(&given["params"], typed)),
        ("request", whole(&request(&given["request"]), true)),
        ("namespaceObject", whole(&namespace(&given["namespaceObject"]), true)),
    ];
    bound.retain(|(name, _)| *name != "params" || flag(case, "hasParams", given.get("params").is_some()));
    bound
}

/// An object: as it is, or as its built-in type has it.
fn object(given: &Value, typed: bool) -> Cel {
    let document = document(given);
    let version = given["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let kind = GroupVersionKind::new(group, version, given["kind"].as_str().unwrap_or_default());
    let decoded = if typed { DEFAULTS.with(|defaults| defaults.typed(document.root(), &kind)) } else { None };
    let typed = decoded.is_some();
    let document = Rc::new(decoded.unwrap_or(document));
    let root = document.root_id();
    adapt::value(&document, root, typed)
}

thread_local! {
    static DEFAULTS: Defaults = Defaults::built_in();
}

/// Fields that JSON leaves out when they are empty.
fn put(object: &mut Map<String, Value>, name: &str, value: &Value) {
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if !empty {
        object.insert(name.to_owned(), value.clone());
    }
}

fn names(given: &Value, fields: [&str; 3]) -> Value {
    let text = |field: &str| given[field].as_str().unwrap_or_default();
    json!({fields[0]: text(fields[0]), fields[1]: text(fields[1]), fields[2]: text(fields[2])})
}

fn request(given: &Value) -> Value {
    let kind = names(&given["kind"], ["group", "version", "kind"]);
    let resource = names(&given["resource"], ["group", "version", "resource"]);
    let request_kind = match &given["requestKind"] {
        Value::Null => kind.clone(),
        given => names(given, ["group", "version", "kind"]),
    };
    let request_resource = match &given["requestResource"] {
        Value::Null => resource.clone(),
        given => names(given, ["group", "version", "resource"]),
    };
    let mut user = Map::new();
    for field in ["username", "uid", "groups", "extra"] {
        put(&mut user, field, &given["userInfo"][field]);
    }
    let mut request = Map::new();
    request.insert("uid".into(), "".into());
    request.insert("kind".into(), kind);
    request.insert("resource".into(), resource);
    put(&mut request, "subResource", &given["subResource"]);
    request.insert("requestKind".into(), request_kind);
    request.insert("requestResource".into(), request_resource);
    put(&mut request, "requestSubResource", &given["subResource"]);
    put(&mut request, "name", &given["name"]);
    put(&mut request, "namespace", &given["namespace"]);
    request.insert("operation".into(), given["operation"].as_str().unwrap_or("CREATE").into());
    request.insert("userInfo".into(), Value::Object(user));
    // Never set, but there: seen through dyn(request).
    request.insert("object".into(), Value::Null);
    request.insert("oldObject".into(), Value::Null);
    request.insert("dryRun".into(), given["dryRun"].as_bool().unwrap_or_default().into());
    request.insert("options".into(), given["options"].clone());
    Value::Object(request)
}

fn namespace(given: &Value) -> Value {
    const METADATA: [&str; 12] = [
        "name",
        "generateName",
        "namespace",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "labels",
        "annotations",
        "finalizers",
    ];
    if given.is_null() {
        return Value::Null;
    }
    let mut metadata = Map::new();
    for field in METADATA {
        put(&mut metadata, field, &given["metadata"][field]);
    }
    let part = |name: &str| if given[name].is_null() { json!({}) } else { given[name].clone() };
    json!({"metadata": metadata, "spec": part("spec"), "status": part("status")})
}
