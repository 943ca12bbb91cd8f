//! Part 10 of kubernetes-vap.md as a real server answered it: policies it takes and refuses, and requests. The rows that are
//! lone expressions stand with the tests of CEL.

use std::collections::{BTreeMap, BTreeSet};

use celgate::{
    admission::{
        Attributes, Binding, CompiledPolicy, Operation, Settings, UserInfo, admit, delivered,
        validation::validate,
    },
    environment::{CURRENT, Environment, Mode},
    objects::{Cluster, GroupVersionResource},
    review::{Request, Scenario, Text, TextRole, review},
    schema::defaults::Defaults,
};
use serde_json::{Value as Json, json};

use crate::admission::{compiled, corpus, judged, list, objects};

/// What the recorded server holds besides the policies.
const CLUSTER: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: micro, labels: {env: test}}
---
apiVersion: v1
kind: Namespace
metadata: {name: micro-dev, labels: {env: dev}}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: par-a, namespace: micro, labels: {par: "yes"}}, data: {v: "1"}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: par-b, namespace: micro, labels: {par: "yes"}}, data: {v: "2"}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: par-c, namespace: micro, labels: {par: "yes"}}, data: {v: "3"}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.celgate.dev}
spec:
  group: celgate.dev
  names: {plural: things, kind: Thing}
  scope: Namespaced
  versions: [{name: v1, served: true}, {name: v1beta1, served: true}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: climits.celgate.dev}
spec:
  group: celgate.dev
  names: {plural: climits, kind: CLimit}
  scope: Cluster
  versions: [{name: v1, served: true}]
"#;

/// The resource and namespace of a collection's path.
fn collection(path: &str) -> Option<(GroupVersionResource, String)> {
    let path = path.split('?').next()?;
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] => ("", version, rest),
        ["apis", group, version, rest @ ..] => (*group, version, rest),
        _ => return None,
    };
    let (namespace, resource) = match rest {
        ["namespaces", namespace, resource] => (*namespace, resource),
        [resource] => ("", resource),
        _ => return None,
    };
    Some((GroupVersionResource::new(group, version, resource), namespace.to_owned()))
}

/// A text in which the server's five random characters after `base` are those drawn here.
fn with_fixed_suffix(text: &str, base: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(base) {
        let (before, after) = rest.split_at(at + base.len());
        out.push_str(before);
        let drawn = |suffix: &&str| suffix.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        rest = after;
        if after.get(..5).as_ref().is_some_and(drawn) {
            out.push_str("abcde");
            rest = &after[5..];
        }
    }
    out + rest
}

/// Values of audit annotations as sets: where there are several, the server's order is that of a Go map.
fn distinct(audit: &Json) -> Vec<(String, BTreeSet<String>)> {
    let fields = audit.as_object().into_iter().flatten();
    let values = |value: &Json| value.as_str().unwrap_or("").split(", ").map(str::to_owned).collect();
    fields.map(|(key, value)| (key.clone(), values(value))).collect()
}

#[test]
fn a_server_answers_the_same() {
    let mut different = String::new();
    let mut asked = 0;
    let defaults = Defaults::built_in();
    let lines = corpus("golden/kubectl/microcases.jsonl");
    for line in &lines {
        let (input, mut real) = (&line["input"], line["real"].clone());
        if input["request"]["method"] != "POST" {
            continue;
        }
        let Some((resource, mut namespace)) = collection(input["request"]["path"].as_str().unwrap()) else {
            continue;
        };
        let mut cluster = Cluster::default();
        for object in objects(CLUSTER) {
            cluster.add(object);
        }
        let object = objects(&input["request"]["body"].to_string()).remove(0);
        let place = namespace.clone();
        if &*resource.resource == "namespaces" {
            namespace = object.name.value.to_string();
        }
        let policies: Vec<CompiledPolicy> =
            objects(&input["policy"].to_string()).iter().map(compiled).collect();
        let bindings: Vec<Binding> = list(&input["bindings"])
            .iter()
            .flat_map(|one| objects(&one.to_string()))
            .map(|one| Binding::decode(&one))
            .collect();
        let stored =
            Attributes::stored(&defaults, Operation::Create, "", &place, Some(object.clone()), None).unwrap();
        let attributes = Attributes {
            operation: Operation::Create,
            kind: object.gvk.clone(),
            typed: cluster.resources().of_kind(&object.gvk).knowledge == celgate::objects::Knowledge::BuiltIn,
            resource,
            subresource: "".into(),
            name: object.effective_name().into(),
            namespace: namespace.into(),
            object: stored.object,
            old_object: None,
            options: None,
            dry_run: true,
            user: UserInfo { username: "admin".into(), ..UserInfo::default() },
        };
        let answer = admit(&attributes, &policies, &bindings, &cluster, &Settings::default());
        let status = answer.status(&attributes);
        if before_policies(&real) {
            continue;
        }
        // Names that the server draws.
        let message = real["message"].as_str().unwrap_or("").to_owned();
        if let Some(base) = input["request"]["body"]["metadata"]["generateName"].as_str()
            && !message.is_empty()
        {
            real["message"] = Json::String(with_fixed_suffix(&message, base));
        }
        asked += 1;
        let warnings: Vec<String> = delivered(&answer.warnings)
            .iter()
            .map(|text| format!("299 - \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
            .collect();
        let ours = serde_json::json!({
            "code": status.as_ref().map_or(201, |status| status.code),
            "reason": status.as_ref().map(|status| &status.reason),
            "message": status.as_ref().map(|status| &status.message),
            "warnings": warnings,
            "audit": answer.audit.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        });
        for field in ["code", "reason", "message", "warnings", "audit"] {
            let unordered = field == "audit" && distinct(&ours[field]) == distinct(&real[field]);
            if ours[field] != real[field] && !unordered {
                different.push_str(&format!(
                    "--- {} {field}\nwanted: {}\ngot:    {}\n",
                    line["case"], real[field], ours[field]
                ));
            }
        }
    }
    println!("requests that create: {asked}");
    assert!(different.is_empty(), "{different}");
}

/// Whether the server refused the request before policies were asked: the object is not valid, which the engine does not
/// say of objects; or its namespace is missing.
fn before_policies(real: &Json) -> bool {
    real["code"] == 400
        || real["code"] == 404
        || real["message"].as_str().is_some_and(|message| message.contains(" is invalid: "))
}

/// A status and what goes with it, as recorded.
fn answer(code: u16, reason: Option<&str>, message: Option<&str>, warnings: &[String], audit: Json) -> Json {
    let escaped = |text: &String| format!("299 - \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let warnings: Vec<String> = warnings.iter().map(escaped).collect();
    json!({"code": code, "reason": reason, "message": message, "warnings": warnings, "audit": audit})
}

/// How the objects `live` stand in the recorded server.
const LIVE: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: live, namespace: micro, labels: {app: x}}
---
apiVersion: v1
kind: Pod
metadata: {name: live, namespace: micro}
spec: {containers: [{name: a, image: nginx}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: live, namespace: micro}
spec:
  replicas: 1
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}
"#;

/// The kinds of resources in paths.
fn kind_of(resource: &str) -> (&'static str, &'static str) {
    match resource {
        "configmaps" => ("v1", "ConfigMap"),
        "pods" => ("v1", "Pod"),
        "deployments" => ("apps/v1", "Deployment"),
        "namespaces" => ("v1", "Namespace"),
        other => panic!("{other}"),
    }
}

/// A request on an object that is there, through the whole way: PATCH, DELETE, CONNECT, subresources.
fn reviewed(line: &Json, lines: &[Json]) -> Json {
    let (input, real) = (&line["input"], &line["real"]);
    let request = &input["request"];
    let path = request["path"].as_str().unwrap();
    let parts: Vec<&str> = path.split('?').next().unwrap().trim_matches('/').split('/').collect();
    let parts = if parts[0] == "api" { &parts[2..] } else { &parts[3..] };
    let (namespace, rest) = match parts {
        ["namespaces", namespace, resource, rest @ ..] => (*namespace, [&[*resource], rest].concat()),
        rest => ("", rest.to_vec()),
    };
    let (version, kind) = kind_of(rest[0]);
    let subresource = rest.get(2).copied().unwrap_or("");
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": rest[1]}});
    if !namespace.is_empty() {
        object["metadata"]["namespace"] = namespace.into();
    }
    let mut body = String::new();
    if subresource == "scale" {
        body = request["body"].to_string();
    } else {
        for (key, value) in request["body"].as_object().into_iter().flatten() {
            match value.as_object().filter(|_| key == "metadata") {
                Some(fields) => {
                    fields.iter().for_each(|(key, value)| object["metadata"][key] = value.clone())
                }
                None => object[key] = value.clone(),
            }
        }
    }
    // The recorder had the policies of some neighbours in force as well: it is named who spoke.
    let said = real.to_string();
    let speaks = |other: &&Json| {
        let name = other["input"]["policy"]["metadata"]["name"].as_str().unwrap_or("-");
        other["case"] == line["case"] || said.contains(&format!("'{name}'"))
    };
    let mut policies = Vec::new();
    for other in lines.iter().filter(speaks) {
        policies.push(other["input"]["policy"].to_string());
        policies.extend(list(&other["input"]["bindings"]).iter().map(ToString::to_string));
    }
    let text = |role, text: String| Text { name: "a.yaml".into(), role, text };
    let scenario = Scenario {
        texts: vec![
            text(TextRole::Policies, policies.join("\n---\n")),
            text(TextRole::Resources, object.to_string()),
            text(TextRole::Cluster, format!("{CLUSTER}---{LIVE}")),
        ],
        request: Request {
            operation: request["method"].as_str().unwrap().into(),
            subresource: subresource.into(),
            body,
            dry_run: true,
            ..Request::default()
        },
        ..Scenario::default()
    };
    let verdict = review(&scenario).objects.remove(0).verdict;
    let audit: BTreeMap<_, _> =
        verdict.audit.iter().map(|one| (one.key.clone(), one.value.clone())).collect();
    let status = verdict.response.as_ref();
    answer(
        status.map_or(200, |status| status.code),
        status.map(|status| &*status.reason),
        status.map(|status| &*status.message),
        &verdict.warnings,
        json!(audit),
    )
}

/// The expression that an answer repeats, and its error.
fn asked_of(real: &Json) -> Option<(&str, &str)> {
    let rest = real.as_str()?.strip_prefix("expression '")?;
    let (expression, error) = rest.split_once("' resulted in error: ")?;
    // The variables that one of them reads are not noted.
    (!expression.contains("variables.")).then_some((expression, error.trim_end_matches('"')))
}

/// The policy or binding of a row that was only created, and what is said of it.
fn created(line: &Json) -> String {
    let real = line["real"].as_str().unwrap();
    let mut spec = line["input"].clone();
    let kind = if spec["policyName"].is_null() {
        "ValidatingAdmissionPolicy"
    } else {
        "ValidatingAdmissionPolicyBinding"
    };
    let name = real.split('"').nth(1).filter(|_| real != "accepted").unwrap_or("p");
    if kind == "ValidatingAdmissionPolicy" && spec["matchConstraints"].is_null() {
        spec["matchConstraints"] = json!({"resourceRules": [{
            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"],
        }]});
    }
    let object = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec,
    });
    let env = Environment::new(CURRENT.compatibility(), Mode::New);
    let errors: Vec<String> =
        validate(&objects(&object.to_string())[0], &env).iter().map(ToString::to_string).collect();
    match errors.as_slice() {
        [] => "accepted".into(),
        [one] => format!("{kind}.admissionregistration.k8s.io \"{name}\" is invalid: {one}"),
        many => format!("{kind}.admissionregistration.k8s.io \"{name}\" is invalid: [{}]", many.join(", ")),
    }
}

#[test]
fn every_row_is_accounted_for() {
    let lines = corpus("golden/kubectl/microcases.jsonl");
    if lines.is_empty() {
        return;
    }
    let mut different = String::new();
    let mut count: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in &lines {
        let (input, real) = (&line["input"], &line["real"]);
        let method = input["request"]["method"].as_str();
        let path = input["request"]["path"].as_str().unwrap_or("");
        let (sort, ours) = match (input, method) {
            (Json::Null, _) => match asked_of(real) {
                Some((expression, error)) => {
                    let ours = judged(expression);
                    let wanted = format!("error: {error}");
                    (
                        "expressions in their answers",
                        Some(if ours == wanted { real.clone() } else { ours.into() }),
                    )
                }
                None => ("noted without what was asked", None),
            },
            (Json::String(_), _) => ("expressions (tests of CEL)", None),
            (_, None) => ("policies and bindings created", Some(json!(created(line)))),
            (_, Some(_)) if before_policies(real) => ("refused before any policy is asked", None),
            (_, Some("POST")) if !path.contains("/live/") => {
                ("requests that create (a_server_answers_the_same)", None)
            }
            _ => ("PATCH, DELETE, CONNECT, subresources", Some(reviewed(line, &lines))),
        };
        count.entry(sort).or_default().push(line["case"].to_string().trim_matches('"').to_owned());
        let Some(ours) = ours else { continue };
        let fields: &[&str] =
            if real.is_object() { &["code", "reason", "message", "warnings", "audit"] } else { &[] };
        let equal = if fields.is_empty() {
            ours == *real
        } else {
            fields.iter().all(|field| ours[*field] == real[*field])
        };
        if !equal {
            different.push_str(&format!("--- {}\nwanted: {real}\ngot:    {ours}\n", line["case"]));
        }
    }
    for (sort, rows) in &count {
        println!("{:>4} {sort}: {}", rows.len(), rows.join(" "));
    }
    let sum: usize = count.values().map(Vec::len).sum();
    println!("{sum} of {} rows", lines.len());
    assert!(different.is_empty(), "{different}");
    assert_eq!(sum, lines.len());
}
