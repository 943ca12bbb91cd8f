//! Requests judged by policies: everything a request, a policy, a binding, params, namespaces, roles and users can differ in,
//! combined at random.
//!
//! Policies are drawn from a pool that moves on slowly, so that both sides compile each but once and every one meets many
//! requests.

mod expressions;
mod objects;
mod policies;

use celgate::objects::{GroupVersion, GroupVersionResource, Resources};
use serde_json::{Value, json};

use self::objects::KINDS;
use super::{Explanation, Start, Subject, random::Random};

/// One of several JSON values.
macro_rules! pick {
    ($random:expr; $($choices:tt)+) => {
        crate::differ::admission::one_of($random, serde_json::json!([$($choices)+]))
    };
}
pub(super) use pick;

pub(super) const SUBJECT: Subject = Subject {
    name: "admission",
    kind: "admission",
    answer: None,
    generate: case,
    fields,
    batch: 2000,
    explanations: EXPLANATIONS,
    smaller,
    shown: |case| serde_json::to_string(case).unwrap_or_default(),
};

const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        name: "metadata of custom resources",
        why: "the oracle takes metadata of a custom resource that is no ObjectMeta; a server refuses it when it decodes",
        holds: |case, theirs, ours, _| {
            let custom = case["request"]["kind"]["group"] == "example.com";
            let refused =
                ours["failed"].as_str().is_some_and(|text| text.contains("Go struct field ObjectMeta"));
            custom && refused && theirs["oracle_failed"].is_null()
        },
    },
    Explanation {
        name: "versions that no server serves",
        why: "the oracle knows every version its libraries know, and a rule that names one that 1.37 does not serve \
              matches by it; on a server it matches nothing, and the engine converts to served versions only",
        holds: |case, theirs, _, _| {
            let (seen, resource) = (&theirs["seen"], &case["request"]["resource"]["resource"]);
            let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
            let version = GroupVersion::parse(&text(&seen["apiVersion"])).unwrap_or_default();
            let matched = GroupVersionResource::new(&version.group, &version.version, &text(resource));
            let resources = Resources::default();
            resources.of_resource(&matched).is_some() && !resources.is_served(&matched)
        },
    },
    Explanation {
        name: "subresources in other versions",
        why: "the oracle's registry of equivalent resources has no subresources; a server's has them, and its rules match \
              `deployments/status` in every version that it serves",
        holds: |case, theirs, ours, _| {
            let version = &case["request"]["resource"]["version"];
            let lists = ["policies", "binding"]
                .into_iter()
                .flat_map(|list| case[list].as_array().into_iter().flatten());
            let matches = lists.flat_map(|object| {
                ["matchConstraints", "matchResources"]
                    .map(|field| object["spec"][field]["resourceRules"].clone())
            });
            let rules: Vec<Value> =
                matches.flat_map(|rules| rules.as_array().cloned().unwrap_or_default()).collect();
            let other = rules.iter().any(|rule| {
                let versions = rule["apiVersions"].as_array();
                versions.is_some_and(|versions| versions.iter().all(|known| known != "*" && known != version))
            });
            let subresource = case["request"]["subResource"].as_str().is_some_and(|name| !name.is_empty());
            let fewer = theirs["evaluated"].as_u64() < ours["evaluated"].as_u64()
                || theirs["allowed"] == true && ours["allowed"] == false;
            subresource && other && fewer
        },
    },
    Explanation {
        name: "empty lists of NetworkPolicies",
        why: "their strategy compares with reflect.DeepEqual, for which an empty list as sent is not the one that was left \
              out when it was stored, and raises the generation; the oracle never stored the old one, so the list is still there",
        holds: |case, _, _, _| {
            let empty = |object: &str| {
                ["ingress", "egress"]
                    .map(|list| case[object]["spec"][list].as_array().is_some_and(Vec::is_empty))
            };
            case["request"]["kind"]["kind"] == "NetworkPolicy" && empty("object") != empty("oldObject")
        },
    },
];

fn one_of(random: &mut Random, mut choices: Value) -> Value {
    let count = choices.as_array().map_or(0, Vec::len);
    choices.get_mut(random.below(count)).map(Value::take).unwrap_or_default()
}

/// How many cases a policy is in, about.
const USES: u64 = 8;
/// How many policies a case can choose from.
const POOL: usize = 64;

fn fields(theirs: &Value, _: &Value) -> Vec<&'static str> {
    let mut fields =
        vec!["allowed", "code", "reason", "message", "warnings", "audit", "evaluated", "decisions"];
    if !theirs["seen"].is_null() {
        fields.push("seen");
    }
    fields
}

/// A request, and policies most of which have to do with it.
fn case(random: &mut Random, start: &Start) -> Value {
    let newest = start.at / USES;
    let count = if random.chance(75) { 1 } else { 2 + random.below(2) };
    let mut policies = Vec::new();
    let mut about = None;
    for _ in 0..count {
        // Several policies of one request are about one kind, mostly.
        for _ in 0..20 {
            let number = newest + random.below(POOL) as u64;
            let (kind, policy) = policies::policy(start.seed, number);
            let again = policies.iter().any(|known: &Value| known["metadata"] == policy["metadata"]);
            if !again && about.is_none_or(|about| about == kind) {
                about = Some(kind);
                policies.push(policy);
                break;
            }
        }
    }
    let kind = match about {
        Some(kind) if random.chance(92) => kind,
        _ => random.below(KINDS.len()),
    };
    let (request, object, old) = objects::request(random, kind);
    let mut params = Vec::new();
    let mut bindings = Vec::new();
    for policy in &policies {
        let count = if random.chance(4) { 0 } else { 1 + usize::from(random.chance(25)) };
        for at in 0..count {
            bindings.push(policies::binding(random, policy, at, kind));
        }
        policies::params(random, policy, &mut params);
    }
    if random.chance(10) {
        bindings.reverse();
    }
    let mut case = json!({
        "policies": policies, "binding": bindings, "params": params, "namespace": null,
        "request": request, "object": object, "oldObject": old,
    });
    let namespace = request["namespace"].as_str().unwrap_or("");
    if !namespace.is_empty() && random.chance(80) {
        case["namespace"] = objects::namespace(random, namespace);
    }
    if random.chance(35) {
        case["authorizer"] = policies::roles(random);
    }
    case
}

/// The case with one entry or item left out; larger ones first.
fn smaller(case: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    collect(case, &mut String::new(), &mut paths);
    paths.sort_by_key(|path| core::cmp::Reverse(path.1));
    let without = |path: &String| {
        let mut smaller = case.clone();
        let (parent, key) = path.rsplit_once('/')?;
        match smaller.pointer_mut(parent)? {
            Value::Object(fields) => {
                fields.remove(&key.replace("~1", "/").replace("~0", "~"))?;
            }
            Value::Array(items) => {
                let at: usize = key.parse().ok()?;
                items.remove(at);
            }
            _ => return None,
        }
        Some(smaller)
    };
    paths.iter().take(60).filter_map(|(path, _)| without(path)).collect()
}

/// Paths of what can be left out, and how long it is.
fn collect(value: &Value, path: &mut String, out: &mut Vec<(String, usize)>) {
    let length = path.len();
    let mut visit = |key: &str, child: &Value| {
        path.push('/');
        path.push_str(&key.replace('~', "~0").replace('/', "~1"));
        // What makes a thing what it is stays.
        const KEPT: [&str; 13] = [
            "id",
            "apiVersion",
            "kind",
            "metadata",
            "name",
            "namespace",
            "policyName",
            "spec",
            "request",
            "resource",
            "operation",
            "subResource",
            "matchConstraints",
        ];
        if !KEPT.contains(&key)
            && !path.starts_with("/request/kind")
            && !path.starts_with("/request/resource")
        {
            out.push((path.clone(), child.to_string().len()));
        }
        collect(child, path, out);
        path.truncate(length);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, child)| visit(key, child)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, child)| visit(&at.to_string(), child));
        }
        _ => {}
    }
}
