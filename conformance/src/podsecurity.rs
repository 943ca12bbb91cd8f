//! Pod Security admission: single pods at a level and version, and whole requests.

use std::{collections::BTreeMap, rc::Rc};

use celgate::{
    checks::pod_security::{
        Configuration, Evaluation, Exemptions, Level, LevelVersion, NEWEST, Subject, Version, View,
        admission::{Request, Response, validate},
        evaluate,
        labels::{PREFIX, Policy, policy},
    },
    objects::{Object, Resources, pods::Pod},
    yaml::Document,
};
use serde_json::{Map, Value, json};

use crate::{
    document::document,
    set::{Context, Difference, Kind, Set, same},
};

pub(crate) static KIND: Kind = Kind {
    name: "podsecurity",
    answer,
    sets: &[
        Set {
            name: "podsecurity/pods",
            cases: "podsecurity/pods.jsonl",
            answers: None,
            compare: pods,
            bar: 100.0,
        },
        Set {
            name: "podsecurity/requests",
            cases: "podsecurity/requests.jsonl",
            answers: None,
            compare: requests,
            bar: 100.0,
        },
        Set {
            name: "pod_security/fixtures",
            cases: "pod_security/fixtures.jsonl",
            answers: None,
            compare: fixtures,
            bar: 100.0,
        },
        Set {
            name: "pod_security/messages",
            cases: "pod_security/messages.jsonl",
            answers: None,
            compare: messages,
            bar: 100.0,
        },
        Set {
            name: "pod_security/labels",
            cases: "pod_security/labels.jsonl",
            answers: None,
            compare: labels,
            bar: 100.0,
        },
    ],
};

fn answer(case: &Value, _: &mut Context) -> Value {
    match read(case) {
        Ok(asked) => asked.answer(case),
        Err(why) => json!({"skipped": why}),
    }
}

struct Asked {
    object: Object,
    resource: String,
}

fn read(case: &Value) -> Result<Asked, String> {
    // A recorded label set is a Namespace with these labels.
    let object = match &case["object"] {
        Value::Null => {
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "app", "labels": case["labels"]}})
        }
        object => object.clone(),
    };
    let document = Rc::new(document(&object));
    let object = Object::at(&document, document.root_id()).map_err(|error| error.to_string())?;
    let resource = Resources::default().of_kind(&object.gvk).gvr.resource.to_string();
    Ok(Asked { object, resource })
}

impl Asked {
    fn answer(&self, case: &Value) -> Value {
        let mut out = Map::new();
        let about_request = ["labels", "exempt", "operation"].iter().any(|name| !case[name].is_null());
        if about_request || &*self.object.gvk.kind == "Namespace" {
            self.answer_request(case, &mut out);
        }
        let Some(level) = case["level"].as_str() else { return Value::Object(out) };
        let asked = match level_version(level, case["version"].as_str().unwrap_or("latest")) {
            Ok(asked) => asked,
            Err(why) => return json!({"skipped": why}),
        };
        let Some(verdict) = self.verdict(asked, View::Defaulted) else {
            return json!({"skipped": "no pod spec"});
        };
        for (name, view) in [("raw", View::Written), ("stored", View::Stored)] {
            if let Some(other) = self.verdict(asked, view).filter(|other| *other != verdict) {
                out.insert(name.into(), other);
            }
        }
        if let Value::Object(fields) = verdict {
            out.extend(fields);
        }
        Value::Object(out)
    }

    /// The answer for one view of the object.
    fn verdict(&self, asked: LevelVersion, view: View) -> Option<Value> {
        let gvk = &self.object.gvk;
        let pod = Pod::find(&gvk.group, &gvk.kind, self.object.root())?;
        let evaluation = evaluate(&Subject::new(pod, view), asked, NEWEST);
        let configuration = Configuration { view, ..Configuration::default() };
        let labels = |modes: &[&str]| -> BTreeMap<String, String> {
            modes
                .iter()
                .flat_map(|mode| {
                    [
                        (format!("{PREFIX}{mode}"), asked.level.as_str().to_owned()),
                        (format!("{PREFIX}{mode}-version"), asked.version.to_string()),
                    ]
                })
                .collect()
        };
        let ask = |labels| validate(&self.request("CREATE", None), Some(&labels), &[], &configuration);
        let enforce = ask(labels(&["enforce"]));
        let mut soft = ask(labels(&["warn", "audit"]));
        let mut out = json!({
            "allowed": evaluation.is_allowed(),
            "checks": checks(&evaluation),
            "reason": evaluation.reason(),
            "detail": evaluation.detail(),
        });
        if let Some(refusal) = enforce.refusal {
            out["enforce"] = refusal.message.into();
        }
        if let Some(warning) = soft.warnings.pop() {
            out["warn"] = warning.into();
        }
        if let Some(audit) = soft.audit.remove("audit-violations") {
            out["audit"] = audit.into();
        }
        Some(out)
    }

    fn answer_request(&self, case: &Value, out: &mut Map<String, Value>) {
        let own = celgate::checks::pod_security::admission::labels_of(self.object.root());
        let labels = match &case["labels"] {
            Value::Object(labels) => {
                labels.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or("").into())).collect()
            }
            _ => own,
        };
        let configuration = Configuration {
            defaults: defaults(&case["defaults"]),
            exemptions: exemptions(&case["exempt"]),
            view: View::Defaulted,
            ..Configuration::default()
        };
        let (effective, errors) = policy(&labels, &configuration.defaults);
        out.insert(
            "effective".into(),
            json!({
                "enforce": effective.enforce.to_string(),
                "audit": effective.audit.to_string(),
                "warn": effective.warn.to_string(),
            }),
        );
        if !errors.is_empty() {
            let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
            out.insert("label_errors".into(), json!(texts));
        }
        let existing: Vec<Document> = case["pods"].as_array().into_iter().flatten().map(document).collect();
        let existing: Vec<_> = existing.iter().map(Document::root).collect();
        let old = (!case["oldObject"].is_null()).then(|| document(&case["oldObject"]));
        let operation = case["operation"].as_str().unwrap_or("CREATE");
        let request = self.request(operation, old.as_ref());
        out.insert(
            "admission".into(),
            admission(validate(&request, Some(&labels), &existing, &configuration)),
        );
    }

    fn request<'a>(&'a self, operation: &'a str, old: Option<&'a Document>) -> Request<'a> {
        let namespace = match (&*self.object.gvk.kind, &*self.object.namespace.value) {
            ("Namespace", _) => &*self.object.name.value,
            (_, "") => "default",
            (_, namespace) => namespace,
        };
        Request {
            operation,
            group: &self.object.gvk.group,
            kind: &self.object.gvk.kind,
            resource: &self.resource,
            subresource: "",
            name: &self.object.name.value,
            namespace,
            username: "someone",
            object: Some(self.object.root()),
            old_object: old.map(Document::root),
        }
    }
}

fn level_version(level: &str, version: &str) -> Result<LevelVersion, String> {
    Ok(LevelVersion { level: Level::parse(level)?, version: Version::parse(version)? })
}

fn checks(evaluation: &Evaluation) -> Value {
    let answers = evaluation.answers.iter().map(|answer| match &answer.violation {
        None => json!({"id": answer.check.id, "allowed": true}),
        Some(violation) if violation.detail.is_empty() => {
            json!({"id": answer.check.id, "allowed": false, "reason": violation.reason})
        }
        Some(violation) => json!({
            "id": answer.check.id,
            "allowed": false,
            "reason": violation.reason,
            "detail": violation.detail,
        }),
    });
    answers.collect()
}

fn admission(response: Response) -> Value {
    let mut out = json!({"allowed": response.refusal.is_none()});
    if let Some(refusal) = response.refusal {
        out["code"] = refusal.code.into();
        out["status_reason"] = refusal.reason.into();
        out["message"] = refusal.message.into();
    }
    if !response.warnings.is_empty() {
        out["warnings"] = json!(response.warnings);
    }
    if !response.audit.is_empty() {
        out["audit"] = json!(response.audit);
    }
    out
}

/// `PodSecurityConfiguration.defaults` of a case.
fn defaults(case: &Value) -> Policy {
    let mode = |name: &str| {
        let text = |field: &str, otherwise: &'static str| {
            case[name][field].as_str().filter(|text| !text.is_empty()).unwrap_or(otherwise).to_owned()
        };
        level_version(&text("level", "privileged"), &text("version", "latest"))
            .unwrap_or(LevelVersion::DEFAULT)
    };
    Policy { enforce: mode("enforce"), audit: mode("audit"), warn: mode("warn") }
}

fn exemptions(case: &Value) -> Exemptions {
    let list = |name: &str| {
        case[name].as_array().into_iter().flatten().filter_map(|item| item.as_str().map(Into::into)).collect()
    };
    Exemptions {
        namespaces: list("namespaces"),
        usernames: list("usernames"),
        runtime_classes: list("runtimeClasses"),
    }
}

fn expect(out: &mut Vec<Difference>, field: &str, theirs: Value, ours: Value) {
    if !same(&theirs, &ours) {
        out.push(Difference { field: field.to_owned(), theirs, ours });
    }
}

fn failed(ours: &Value) -> Value {
    let failed = |check: &&Value| check["allowed"] == false;
    let slim = |check: &Value| {
        let mut check = check.clone();
        if let Value::Object(fields) = &mut check {
            fields.remove("allowed");
        }
        check
    };
    ours["checks"].as_array().into_iter().flatten().filter(failed).map(slim).collect()
}

fn failed_ids(ours: &Value) -> Value {
    failed(ours).as_array().into_iter().flatten().map(|check| check["id"].clone()).collect()
}

fn pods(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let mut out = Vec::new();
    let want = &theirs["want"];
    expect(&mut out, "allowed", want["allowed"].clone(), ours["allowed"].clone());
    expect(&mut out, "failed", want["failed"].clone(), failed(ours));
    if !want["enforce"].is_null() {
        expect(&mut out, "enforce", want["enforce"].clone(), ours["enforce"].clone());
    } else {
        expect(&mut out, "warn", want["warn"].clone(), ours["warn"].clone());
    }
    for (field, name) in [("want_raw", "raw"), ("want_stored", "stored")] {
        let view = if ours[name].is_null() { ours } else { &ours[name] };
        let slim = json!({"allowed": view["allowed"], "detail": view["detail"]});
        let want = match &theirs[field] {
            Value::Null => json!({"allowed": ours["allowed"], "detail": ours["detail"]}),
            want => want.clone(),
        };
        expect(&mut out, name, want, slim);
    }
    out
}

fn requests(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let mut out = Vec::new();
    for field in ["effective", "label_errors", "admission"] {
        expect(&mut out, field, theirs["want"][field].clone(), ours[field].clone());
    }
    out
}

/// One object, judged at each of the versions it is a fixture of.
fn fixtures(case: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let mut out = Vec::new();
    let Ok(asked) = read(case) else {
        expect(&mut out, "object", json!("an object"), ours.clone());
        return out;
    };
    let passes = theirs["expect"] == "pass";
    for version in theirs["versions"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let mut case = case.clone();
        case["version"] = version.into();
        let ours = asked.answer(&case);
        expect(&mut out, "allowed", json!([version, passes]), json!([version, ours["allowed"]]));
        if let Some(part) = theirs["expect_substring"].as_str()
            && !ours["detail"].as_str().unwrap_or("").contains(part)
        {
            expect(&mut out, "expect_substring", json!([version, part]), json!([version, ours["detail"]]));
        }
        if theirs["version"] == version && !theirs["derived"].is_null() {
            expect(&mut out, "fires", theirs["derived"]["fires"].clone(), failed_ids(&ours));
            expect(&mut out, "detail", theirs["derived"]["detail"].clone(), ours["detail"].clone());
        }
    }
    out
}

fn messages(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let mut out = Vec::new();
    let written = if ours["raw"].is_null() { ours } else { &ours["raw"] };
    if theirs["scope"] == "single-check" {
        // Calls of one check function, on objects that nothing has defaulted.
        let mine =
            written["checks"].as_array().into_iter().flatten().find(|check| check["id"] == theirs["check"]);
        let mine = mine.cloned().unwrap_or_default();
        for (field, name) in
            [("allowed", "allowed"), ("expected_reason", "reason"), ("expected_detail", "detail")]
        {
            expect(&mut out, field, theirs[field].clone(), mine[name].clone());
        }
        return out;
    }
    let mut view = ours;
    if let Some(message) = theirs["expected_message_after_apiserver_defaulting"].as_str() {
        let found = [&ours["enforce"], &ours["warn"]]
            .iter()
            .any(|text| text.as_str().is_some_and(|text| text.contains(message)));
        if !found {
            expect(&mut out, "message after defaulting", message.into(), ours["enforce"].clone());
        }
        view = written;
    }
    expect(&mut out, "allowed", theirs["allowed"].clone(), view["allowed"].clone());
    if let Some(message) = theirs["expected_message"].as_str() {
        let own = format!(
            "violates PodSecurity \"{}:{}\": {}",
            theirs["level"].as_str().unwrap_or(""),
            theirs["version"].as_str().unwrap_or(""),
            view["detail"].as_str().unwrap_or("")
        );
        let texts = [view["enforce"].as_str(), view["warn"].as_str(), Some(&own)];
        if !texts.into_iter().flatten().any(|text| text.contains(message)) {
            expect(&mut out, "expected_message", message.into(), own.into());
        }
    }
    if !theirs["expected_status_message"].is_null() {
        expect(&mut out, "status", theirs["expected_status_message"].clone(), view["enforce"].clone());
    }
    if theirs["scope"] == "whole-evaluation" && !theirs["checks"].is_null() {
        expect(&mut out, "checks", theirs["checks"].clone(), failed_ids(view));
    }
    out
}

fn labels(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let mut out = Vec::new();
    for mode in ["enforce", "audit", "warn"] {
        expect(&mut out, mode, theirs[mode].clone(), ours["effective"][mode].clone());
    }
    let count = |list: &Value| json!(list.as_array().map_or(0, Vec::len));
    expect(&mut out, "errors", count(&theirs["errors"]), count(&ours["label_errors"]));
    if !theirs["namespace_create_error"].is_null() {
        let ours = ours["admission"]["message"].clone();
        expect(&mut out, "namespace_create_error", theirs["namespace_create_error"].clone(), ours);
    }
    out
}
