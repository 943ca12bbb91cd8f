//! Type checking: a policy and CRDs in, the warnings of `status.typeChecking` and the kinds checked out.

use std::rc::Rc;

use celgate::{
    admission::{Policy, typecheck::TypeChecker},
    environment::{CURRENT, Environment, Mode},
    objects::{GroupVersionKind, Object, Resources},
    schema::{Schemas, openapi::published},
};
use serde_json::{Value, json};

use crate::{
    document::document,
    set::{Context, Difference, Kind, Set, fields},
};

pub(crate) static KIND: Kind = Kind {
    name: "typecheck",
    answer,
    sets: &[
        Set {
            name: "typecheck/typecheck",
            cases: "typecheck/typecheck.jsonl",
            answers: None,
            compare: recorded,
            bar: 100.0,
        },
        Set {
            name: "admission/typecheck",
            cases: "admission/typecheck.jsonl",
            answers: None,
            compare: assertions,
            bar: 100.0,
        },
    ],
};

fn answer(case: &Value, context: &mut Context) -> Value {
    let env = context.keep("stored environment", |_| Environment::new(CURRENT, Mode::Stored));
    let built_in = context.keep("built-in schemas", |_| Schemas::default());
    let mut schemas = Schemas::clone(&built_in);
    let mut resources = Resources::default();
    for crd in case["crds"].as_array().into_iter().flatten() {
        let crd = document(crd);
        resources.add_crd(crd.root());
        schemas.add_crd(crd.root());
    }
    let mut policy = case["policy"].clone();
    // Upstream's own tests leave out what says what it is.
    policy["apiVersion"] = json!("admissionregistration.k8s.io/v1");
    policy["kind"] = json!("ValidatingAdmissionPolicy");
    let document = Rc::new(document(&policy));
    let object = match Object::at(&document, document.root_id()) {
        Ok(object) => object,
        Err(error) => return json!({"failed": error.to_string()}),
    };
    let policy = Policy::decode(&object);
    if case.get("schema_for_all_types").is_some() {
        schemas = one_for_all(&policy, &case["schema_for_all_types"], &built_in);
    }
    let checker = TypeChecker { env: &env, resources: &resources, schemas: &schemas, suffix: "<ns>" };
    let checked = checker.check(&policy);
    let warnings: Vec<Value> = checked
        .warnings
        .iter()
        .map(|warning| json!({"fieldRef": warning.field_ref, "warning": warning.warning()}))
        .collect();
    let kinds: Vec<String> = checked.kinds.iter().map(ToString::to_string).collect();
    json!({"expressionWarnings": warnings, "kinds": kinds})
}

/// Upstream's tests have one schema whatever the kind, or none.
fn one_for_all(policy: &Policy, schema: &Value, built_in: &Schemas) -> Schemas {
    let mut schemas = Schemas::new(Rc::new(celgate::schema::builtin::Types::parse("")));
    if schema.is_null() {
        return schemas;
    }
    let schema = document(schema);
    let schema = published(Some(schema.root()), built_in.types());
    for resource in Resources::default().iter() {
        schemas.add(resource.gvk, schema.clone());
    }
    if let Some(kind) = &policy.param_kind {
        let (group, version) =
            kind.api_version.value.split_once('/').unwrap_or(("", &kind.api_version.value));
        schemas.add(GroupVersionKind::new(group, version, &kind.kind.value), schema);
    }
    schemas
}

fn recorded(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let mut theirs = theirs.get("want").unwrap_or(theirs).clone();
    if theirs["kinds"].is_null() {
        theirs["kinds"] = json!([]);
    }
    fields(&["expressionWarnings", "kinds"], &theirs, ours)
}

/// What upstream's tests ask of the warnings.
fn assertions(case: &Value, _: &Value, ours: &Value) -> Vec<Difference> {
    let warnings = ours["expressionWarnings"].as_array().cloned().unwrap_or_default();
    let mut differences = Vec::new();
    for assertion in case["assertions"].as_array().into_iter().flatten() {
        let Some((name, wanted)) = assertion.as_object().and_then(|assertion| assertion.iter().next()) else {
            continue;
        };
        let texts: Vec<&str> = wanted.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let holds = match name.as_str() {
            "toBeEmpty" => warnings.is_empty(),
            "toHaveLengthOf" => wanted[0].as_u64() == Some(warnings.len() as u64),
            "toHaveFieldRef" => {
                warnings.iter().filter_map(|warning| warning["fieldRef"].as_str()).eq(texts.iter().copied())
            }
            "toContain" => texts.iter().all(|text| {
                warnings.iter().any(|warning| warning["warning"].as_str().unwrap_or("").contains(text))
            }),
            _ => false,
        };
        if !holds {
            differences.push(Difference {
                field: name.clone(),
                theirs: wanted.clone(),
                ours: Value::Array(warnings.clone()),
            });
        }
    }
    differences
}
