//! Kind `policies`: what a person who creates a policy, a binding or a webhook configuration is told.

use std::{fs, rc::Rc};

use celgate::{
    admission::{
        Attempt, Cause, Command, Status, print as kubectl,
        validation::{created_name, invalid, validate},
    },
    cel::env::Env,
    environment::{CURRENT, Environment, Mode},
    objects::{Object, Resources},
    schema::defaults::{Defaults, Operation},
    source::{Source, SourceId},
    yaml::{self, print},
};
use serde_json::{Value, json};

use crate::{
    document::document,
    set::{Context, Difference, Kind, Set, fields},
};

pub(crate) static KIND: Kind = Kind {
    name: "policies",
    answer,
    sets: &[Set {
        name: "policies/policies",
        cases: "policies/policies.jsonl",
        answers: None,
        compare,
        bar: 99.0,
    }],
};

fn answer(case: &Value, context: &mut Context) -> Value {
    let defaults = context.keep("defaults", |_| Defaults::built_in());
    let env = context.keep("new environment", |_| Environment::new(CURRENT.compatibility(), Mode::New));
    let text = match (case["text"].as_str(), case["file"].as_str()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(file)) => {
            let places = [context.root.join(file), context.root.join("admission").join(file)];
            match places.iter().find_map(|path| fs::read_to_string(path).ok()) {
                Some(text) => text,
                None => return json!({"failed": format!("no file {file}")}),
            }
        }
        _ => return json!({"failed": "neither text nor file"}),
    };
    let parsed = yaml::parse(&Source { id: SourceId(0), name: "STDIN".into(), text });
    let mut documents = Vec::new();
    for parsed in parsed.documents {
        let document = Rc::new(parsed);
        match Object::at(&document, document.root_id()) {
            Ok(object) => documents.extend(told(&object, &defaults, &env)),
            Err(error) => match unreadable(&document, &error.to_string()) {
                Some(refused) => documents.push(refused),
                None => return json!({"documents": [], "parse_error": error.to_string()}),
            },
        }
    }
    match parsed.errors.first() {
        Some(error) => json!({"documents": documents, "parse_error": error.to_string()}),
        None => json!({"documents": documents}),
    }
}

/// `None`: kubectl knows no such kind.
fn told(object: &Object, defaults: &Defaults, env: &Env) -> Option<Value> {
    defaults.types().of_kind(&object.gvk)?;
    let gvk = &object.gvk;
    let mut told = json!({"kind": &*gvk.kind});
    if !object.name.value.is_empty() {
        told["name"] = json!(&*object.name.value);
    }
    // kubectl sends the keys in order.
    let sent = sorted(&serde_json::from_str(&print::json(object.root())).unwrap_or_default());
    let sent = document(&sent);
    let seen = defaults.admit(sent.root(), gvk, Operation::Read, None);
    let strict = seen.strict_message(gvk);
    let mut refusal = None;
    match (&seen.refused, &strict) {
        (Some(_), Some(message)) => refusal = Some(status(object, 400, "BadRequest", message.clone())),
        _ => {
            if let (Some(message), false) = (&strict, seen.unknown.is_empty()) {
                told["strict_error"] = json!(message);
            }
            told["defaulted"] = serde_json::from_str(&print::json(seen.document.root())).unwrap_or_default();
            let errors = validate(object, env);
            if !errors.is_empty() {
                let name = created_name(object);
                let message = invalid(&gvk.kind, &gvk.group, &name, &errors);
                let mut status = status(object, 422, "Invalid", message);
                status.causes = errors
                    .into_iter()
                    .map(|error| Cause {
                        reason: error.kind.reason().into(),
                        message: error.message,
                        field: error.field,
                    })
                    .collect();
                refusal = Some(status);
            }
        }
    }
    told["accepted"] = json!(refusal.is_none() && told["strict_error"].is_null());
    if let Some(status) = refusal {
        told["error"] = json!(status.message);
        told["code"] = json!(status.code);
        told["reason"] = json!(status.reason);
        let causes = status.causes.iter();
        told["causes"] = causes
            .map(|cause| json!({"field": cause.field, "message": cause.message, "reason": cause.reason}))
            .collect();
        told["kubectl"] = json!(printed(object, status));
    }
    Some(told)
}

/// Metadata of wrong types: the answer of the server, which reads what kubectl passes on.
fn unreadable(document: &yaml::Document, error: &str) -> Option<Value> {
    let root = document.root();
    let (kind, version) = (root.get("kind")?.as_str()?, root.get("apiVersion")?.as_str()?);
    let version = version.rsplit('/').next()?;
    let why = error.strip_prefix("json: cannot unmarshal").map(|_| error)?;
    let message = format!("{kind} in version {version:?} cannot be handled as a {kind}: {why}");
    let printed = format!("Error from server (BadRequest): error when creating \"STDIN\": {message}");
    let mut told = json!({"kind": kind, "accepted": false, "error": message, "code": 400, "reason": "BadRequest", "kubectl": printed});
    if let Some(name) = root.path(&["metadata", "name"]).and_then(yaml::NodeRef::as_str) {
        told["name"] = json!(name);
    }
    Some(told)
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            Value::Object(fields.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

fn status(object: &Object, code: u16, reason: &str, message: String) -> Status {
    Status {
        code,
        reason: reason.into(),
        message,
        name: created_name(object).to_string(),
        group: object.gvk.group.to_string(),
        kind: object.gvk.kind.to_string(),
        causes: Vec::new(),
    }
}

fn printed(object: &Object, status: Status) -> String {
    let attempt = Attempt {
        file: "STDIN".into(),
        resource: Resources::default().of_kind(&object.gvk).gvr,
        kind: object.gvk.clone(),
        name: status.name.clone(),
        namespace: String::new(),
        patch: None,
        done: "created",
        dry_run: false,
        warnings: Vec::new(),
        refused: Some(status),
    };
    kubectl(&Command::Create, &[attempt]).stderr
}

fn compare(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let theirs = theirs.get("want").unwrap_or(theirs);
    let empty = Vec::new();
    let (a, b) =
        (theirs["documents"].as_array().unwrap_or(&empty), ours["documents"].as_array().unwrap_or(&empty));
    if a.len() != b.len() {
        return vec![Difference {
            field: "documents".into(),
            theirs: theirs["documents"].clone(),
            ours: ours["documents"].clone(),
        }];
    }
    let tidy = |side: &Value| {
        let mut side = side.clone();
        if let Some(text) = side["kubectl"].as_str() {
            side["kubectl"] = json!(text.trim_end());
        }
        if side["causes"].is_null() {
            side["causes"] = json!([]);
        }
        side
    };
    let names = ["accepted", "error", "code", "reason", "causes", "strict_error", "kubectl", "warnings"];
    let mut differences = Vec::new();
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (tidy(a), tidy(b));
        differences.extend(fields(&names, &a, &b));
        // Recorded only where the text is not the corpus's.
        if !a["defaulted"].is_null() {
            differences.extend(fields(&["defaulted"], &a, &b));
        }
    }
    differences
}
