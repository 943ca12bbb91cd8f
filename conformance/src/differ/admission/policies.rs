//! Policies, bindings, params and roles.

use serde_json::{Value, json};

use super::{
    super::random::Random,
    expressions::{self, Names},
    objects::{KINDS, LABELS, NAMES, NAMESPACES, Row, VALUES},
    pick,
};

const VERSION: &str = "admissionregistration.k8s.io/v1";

/// The policy of that number, and the kind it is about. The same for the same seed and number.
pub(super) fn policy(seed: u64, number: u64) -> (usize, Value) {
    let random =
        &mut Random::new(seed.wrapping_mul(0x9e37_79b9) ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let kind = random.below(KINDS.len());
    let row = &KINDS[kind];
    let mut spec = json!({"matchConstraints": resources(random, row, true), "validations": []});
    if random.chance(60) {
        spec["failurePolicy"] = pick!(random; "Fail", "Ignore", "Fail", "Ignore");
    }
    let params = random.chance(35);
    if params {
        spec["paramKind"] = pick!(random;
            {"apiVersion": "v1", "kind": "ConfigMap"}, {"apiVersion": "v1", "kind": "ConfigMap"},
            {"apiVersion": "v1", "kind": "Secret"}, {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass"},
            {"apiVersion": "example.com/v1", "kind": "ClusterWidget"}, {"apiVersion": "example.com/v1", "kind": "Widget"},
            {"apiVersion": "v1", "kind": "ConfigMapp"}, {"apiVersion": "apps/v1", "kind": "Deployment"},
            {"apiVersion": "apps/v9", "kind": "Deployment"});
    }
    let mut variables: Vec<String> = Vec::new();
    if random.chance(50) {
        let mut list = Vec::new();
        for name in ["a", "b", "c", "d_e", "f__g"].iter().take(random.below(5)) {
            let names = Names { variables: &variables, params, authorizer: true };
            list.push(json!({"name": name, "expression": expressions::variable(random, row, &names)}));
            variables.push((*name).into());
        }
        if !list.is_empty() {
            spec["variables"] = json!(list);
        }
    }
    let names = Names { variables: &variables, params, authorizer: true };
    let plain = Names { variables: &variables, params, authorizer: false };
    let mut validations = Vec::new();
    for _ in 0..1 + random.below(4) {
        let mut validation = json!({"expression": expressions::boolean(random, row, &names)});
        if random.chance(40) {
            validation["message"] = pick!(random; "no", "must be set", " trimmed ", "<&> \"quoted\"");
        }
        if random.chance(30) {
            validation["messageExpression"] = json!(expressions::message(random, row, &plain));
        }
        if random.chance(30) {
            validation["reason"] =
                pick!(random; "Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge");
        }
        validations.push(validation);
    }
    spec["validations"] = json!(validations);
    if random.chance(30) {
        let conditions: Vec<Value> = (0..1 + random.below(3))
            .map(|at| json!({"name": format!("c{at}"), "expression": expressions::boolean(random, row, &names)}))
            .collect();
        spec["matchConditions"] = json!(conditions);
    }
    if random.chance(25) {
        let annotations: Vec<Value> = (0..1 + random.below(2))
            .map(|at| json!({"key": format!("k{at}"), "valueExpression": expressions::audit(random, row, &names)}))
            .collect();
        spec["auditAnnotations"] = json!(annotations);
    }
    let name = format!("policy-{number}");
    (
        kind,
        json!({"apiVersion": VERSION, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": name}, "spec": spec}),
    )
}

/// A binding of that policy.
pub(super) fn binding(random: &mut Random, policy: &Value, at: usize, kind: usize) -> Value {
    let name = policy["metadata"]["name"].as_str().unwrap_or("");
    let mut spec = json!({
        "policyName": name,
        "validationActions": pick!(random;
            ["Deny"], ["Deny"], ["Deny"], ["Warn"], ["Audit"], ["Warn", "Audit"], ["Deny", "Audit"], ["Audit", "Deny"]),
    });
    if random.chance(25) {
        spec["matchResources"] = resources(random, &KINDS[kind], false);
    }
    let kind = &policy["spec"]["paramKind"];
    if !kind.is_null() && random.chance(88) || random.chance(2) {
        let mut reference = json!({});
        if random.chance(97) {
            reference["parameterNotFoundAction"] = pick!(random; "Deny", "Allow");
        }
        let by = random.below(100);
        if by < 62 || by == 98 {
            reference["name"] = pick!(random; "p1", "p2", "gone");
        }
        if (62..99).contains(&by) {
            reference["selector"] = match random.below(4) {
                0 => json!({}),
                1 => json!({"matchLabels": {"use": "yes"}}),
                2 => json!({"matchLabels": {"use": "never"}}),
                _ => selector(random),
            };
        }
        let placed = matches!(kind["kind"].as_str(), Some("ConfigMap" | "Secret" | "Widget" | "Deployment"));
        if random.chance(if placed { 50 } else { 8 }) {
            reference["namespace"] = pick!(random; "default", "prod", "empty");
        }
        spec["paramRef"] = reference;
    }
    json!({
        "apiVersion": VERSION, "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": format!("{name}-{at}")}, "spec": spec,
    })
}

/// What the cluster holds of a policy's paramKind.
pub(super) fn params(random: &mut Random, policy: &Value, params: &mut Vec<Value>) {
    let kind = &policy["spec"]["paramKind"];
    let known: &[&str] = &["ConfigMap", "Secret", "StorageClass", "Widget", "ClusterWidget", "Deployment"];
    let served = kind["apiVersion"] != "apps/v9";
    let Some(name) = kind["kind"].as_str().filter(|name| served && known.contains(name)) else { return };
    for at in 1..=3 {
        let mut param = json!({
            "apiVersion": kind["apiVersion"], "kind": name,
            "metadata": {"name": format!("p{at}"), "labels": {"use": pick!(random; "yes", "no"), "app": "a"}},
        });
        // A custom kind is in namespaces, or it is not; a built-in one may leave the namespace out.
        let placed = match name {
            "StorageClass" | "ClusterWidget" => 0,
            "Widget" => 100,
            _ => 90,
        };
        if random.chance(placed) {
            param["metadata"]["namespace"] = json!(*random.one_of(NAMESPACES));
        }
        match name {
            "ConfigMap" => param["data"] = json!({"maxReplicas": pick!(random; "3", "10", "x")}),
            "Secret" => param["data"] = json!({"maxReplicas": "Mw=="}),
            "Widget" | "ClusterWidget" => {
                param["spec"] = json!({"max": pick!(random; 1, 3, 2.5), "on": true});
            }
            "StorageClass" => param["provisioner"] = json!("example.com/p"),
            "Deployment" => {
                param["spec"] = json!({
                    "selector": {"matchLabels": {"app": "a"}},
                    "template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a", "image": "b"}]}},
                });
            }
            _ => {}
        }
        let same = |known: &Value| {
            ["kind", "apiVersion"].iter().all(|key| known[*key] == param[*key])
                && ["name", "namespace"].iter().all(|key| known["metadata"][*key] == param["metadata"][*key])
        };
        if random.chance(75) && !params.iter().any(same) {
            params.push(param);
        }
    }
}

fn resources(random: &mut Random, row: &Row, required: bool) -> Value {
    let mut resources = json!({});
    if required || random.chance(70) {
        let count = 1 + random.below(3).min(1 + random.below(2));
        let rules: Vec<Value> = (0..count)
            .map(|_| {
                let fits = random.chance(82);
                rule(random, row, fits)
            })
            .collect();
        resources["resourceRules"] = json!(rules);
    }
    if random.chance(12) {
        let fits = random.chance(40);
        resources["excludeResourceRules"] = json!([rule(random, row, fits)]);
    }
    if random.chance(15) {
        resources["namespaceSelector"] = selector(random);
    }
    if random.chance(15) {
        resources["objectSelector"] = selector(random);
    }
    if random.chance(30) {
        resources["matchPolicy"] = pick!(random; "Exact", "Equivalent");
    }
    resources
}

fn rule(random: &mut Random, row: &Row, fits: bool) -> Value {
    let (mut group, mut version, mut resource) = (row.group, row.version, row.resource.to_owned());
    if !fits {
        match random.below(7) {
            0 => (group, version, resource) = ("apps", "v1", "daemonsets".into()),
            1 => resource = "pods/exec".into(),
            2 => (group, version) = ("apps", "v1beta1"),
            3 => version = *random.one_of(&["v1beta1", "v2", "v1", "v1beta2"]),
            4 => resource = format!("{resource}/{}", random.one_of(&["status", "scale", "exec"])),
            // The other group that has events; the other version of autoscalers.
            5 if row.kind == "Event" => group = if group.is_empty() { "events.k8s.io" } else { "" },
            5 => version = if version == "v2" { "v1" } else { "v2" },
            _ => group = *random.one_of(&["", "extensions", "apps", "batch"]),
        }
    }
    let base = resource.split('/').next().unwrap_or("").to_owned();
    let mut rule = json!({
        "apiGroups": pick!(random; [group], ["*"], [group, "extra.io"]),
        "apiVersions": pick!(random; [version], ["*"], [version, "v1beta1"]),
        "operations": pick!(random;
            ["CREATE", "UPDATE"], ["*"], ["*"], ["CREATE", "UPDATE", "DELETE"], ["CREATE"], ["UPDATE", "DELETE"],
            ["CREATE", "UPDATE", "DELETE", "CONNECT"], ["CONNECT"]),
        "resources": pick!(random;
            [resource], [resource], ["*"], ["*/*"], [resource, (format!("{base}/status"))], [(format!("{base}/*"))],
            ["*/scale"], [resource, "pods/exec", "pods/attach"]),
    });
    if random.chance(15) {
        rule["scope"] = pick!(random; "*", "Namespaced", "Cluster");
    }
    if random.chance(8) {
        rule["resourceNames"] = json!([*random.one_of(NAMES), *random.one_of(NAMES)]);
    }
    rule
}

fn selector(random: &mut Random) -> Value {
    let key = |random: &mut Random| match random.below(4) {
        0 => "kubernetes.io/metadata.name",
        _ => *random.one_of(LABELS),
    };
    let value = |random: &mut Random| match random.below(3) {
        0 => *random.one_of(NAMESPACES),
        _ => *random.one_of(VALUES),
    };
    if random.chance(20) {
        return json!({});
    }
    let mut selector = json!({});
    if random.chance(45) {
        selector["matchLabels"] = json!({key(random): value(random)});
    }
    if random.chance(60) {
        let expressions: Vec<Value> = (0..1 + random.below(2))
            .map(|_| {
                let operator = *random.one_of(&["In", "NotIn", "Exists", "DoesNotExist"]);
                let mut expression = json!({"key": key(random), "operator": operator});
                if operator.ends_with("In") {
                    let values: Vec<&str> = (0..1 + random.below(3)).map(|_| value(random)).collect();
                    expression["values"] = json!(values);
                }
                expression
            })
            .collect();
        selector["matchExpressions"] = json!(expressions);
    }
    selector
}

/// Who may do what.
pub(super) fn roles(random: &mut Random) -> Value {
    let rule = |random: &mut Random| {
        let mut rule = json!({"verbs": pick!(random; ["get"], ["create"], ["update"], ["*"], ["get", "list", "delete"])});
        if random.chance(25) {
            rule["nonResourceURLs"] = pick!(random; ["/healthz"], ["*"], ["/metrics/*"], ["/a", "/b", "/c"]);
        } else {
            rule["apiGroups"] = pick!(random; [""], ["apps"], ["*"]);
            rule["resources"] = pick!(random; ["pods"], ["deployments"], ["*"], ["pods/exec"], ["*/exec"], ["pods/*"], ["pods", "secrets"]);
            if random.chance(15) {
                rule["resourceNames"] = pick!(random; ["web"], ["x", "web"]);
            }
        }
        rule
    };
    if random.chance(50) {
        let mut entry = json!({
            "subject": pick!(random; "alice", "system:serviceaccount:default:app", "mallory"),
            "rules": [rule(random), rule(random)],
        });
        if random.chance(40) {
            entry["namespace"] = json!(*random.one_of(NAMESPACES));
        }
        return json!({"rbac": [entry]});
    }
    let version = "rbac.authorization.k8s.io/v1";
    let subject = pick!(random;
        {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "alice"},
        {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:authenticated"},
        {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:serviceaccounts:default"},
        {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "*"},
        {"kind": "ServiceAccount", "name": "app", "namespace": "default"},
        {"kind": "ServiceAccount", "name": "app"});
    let namespace = *random.one_of(NAMESPACES);
    let role = pick!(random; "ClusterRole", "Role", "ClusterRole");
    let mut objects = vec![
        json!({"apiVersion": version, "kind": "ClusterRole", "metadata": {"name": "r"}, "rules": [rule(random)]}),
        json!({"apiVersion": version, "kind": "Role", "metadata": {"name": "r", "namespace": namespace}, "rules": [rule(random)]}),
    ];
    let reference = |kind: &Value, name: &str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name});
    if random.chance(60) {
        objects.push(json!({
            "apiVersion": version, "kind": "RoleBinding", "metadata": {"name": "b", "namespace": namespace},
            "roleRef": reference(&role, "r"), "subjects": [subject],
        }));
    }
    if random.chance(50) {
        objects.push(json!({
            "apiVersion": version, "kind": "ClusterRoleBinding", "metadata": {"name": "b"},
            "roleRef": reference(&json!("ClusterRole"), random.one_of::<&str>(&["r", "r", "gone"])), "subjects": [subject],
        }));
    }
    json!({"objects": objects})
}
