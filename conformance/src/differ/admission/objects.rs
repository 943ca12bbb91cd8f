//! What requests are about: objects of many kinds, in the state before and after, and what is asked to do with them.

use serde_json::{Value, json};

use super::{super::random::Random, pick};

/// Kind, group, version, resource, whether it lies in a namespace.
pub(super) struct Row {
    pub(super) kind: &'static str,
    pub(super) group: &'static str,
    pub(super) version: &'static str,
    pub(super) resource: &'static str,
    namespaced: bool,
    /// Its subresources that take the object itself.
    whole: &'static [&'static str],
}

const fn row(
    kind: &'static str,
    group: &'static str,
    version: &'static str,
    resource: &'static str,
    namespaced: bool,
    whole: &'static [&'static str],
) -> Row {
    Row { kind, group, version, resource, namespaced, whole }
}

/// The kinds that objects are made of; the frequent ones several times.
pub(super) const KINDS: &[Row] = &[
    row("Pod", "", "v1", "pods", true, &["status", "ephemeralcontainers", "resize"]),
    row("Pod", "", "v1", "pods", true, &["status"]),
    row("Pod", "", "v1", "pods", true, &[]),
    row("Deployment", "apps", "v1", "deployments", true, &["status"]),
    row("Deployment", "apps", "v1", "deployments", true, &[]),
    row("StatefulSet", "apps", "v1", "statefulsets", true, &["status"]),
    row("DaemonSet", "apps", "v1", "daemonsets", true, &["status"]),
    row("ReplicaSet", "apps", "v1", "replicasets", true, &[]),
    row("Job", "batch", "v1", "jobs", true, &["status"]),
    row("CronJob", "batch", "v1", "cronjobs", true, &[]),
    row("ConfigMap", "", "v1", "configmaps", true, &[]),
    row("Secret", "", "v1", "secrets", true, &[]),
    row("Service", "", "v1", "services", true, &["status"]),
    row("ServiceAccount", "", "v1", "serviceaccounts", true, &[]),
    row("Namespace", "", "v1", "namespaces", false, &["status", "finalize"]),
    row("Node", "", "v1", "nodes", false, &["status"]),
    row("PersistentVolumeClaim", "", "v1", "persistentvolumeclaims", true, &[]),
    row("Event", "", "v1", "events", true, &[]),
    row("Event", "events.k8s.io", "v1", "events", true, &[]),
    row("Ingress", "networking.k8s.io", "v1", "ingresses", true, &["status"]),
    row("NetworkPolicy", "networking.k8s.io", "v1", "networkpolicies", true, &[]),
    row("Role", "rbac.authorization.k8s.io", "v1", "roles", true, &[]),
    row("ClusterRole", "rbac.authorization.k8s.io", "v1", "clusterroles", false, &[]),
    row("RoleBinding", "rbac.authorization.k8s.io", "v1", "rolebindings", true, &[]),
    row("HorizontalPodAutoscaler", "autoscaling", "v2", "horizontalpodautoscalers", true, &["status"]),
    row("HorizontalPodAutoscaler", "autoscaling", "v1", "horizontalpodautoscalers", true, &[]),
    row("PodDisruptionBudget", "policy", "v1", "poddisruptionbudgets", true, &["status"]),
    row("PriorityClass", "scheduling.k8s.io", "v1", "priorityclasses", false, &[]),
    row("StorageClass", "storage.k8s.io", "v1", "storageclasses", false, &[]),
    row("Lease", "coordination.k8s.io", "v1", "leases", true, &[]),
    row(
        "ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io",
        "v1",
        "validatingwebhookconfigurations",
        false,
        &[],
    ),
    row(
        "ValidatingAdmissionPolicyBinding",
        "admissionregistration.k8s.io",
        "v1",
        "validatingadmissionpolicybindings",
        false,
        &[],
    ),
    row("SubjectAccessReview", "authorization.k8s.io", "v1", "subjectaccessreviews", false, &[]),
    row("Widget", "example.com", "v1", "widgets", true, &["status"]),
    row("Widget", "example.com", "v1", "widgets", true, &[]),
    row("ClusterWidget", "example.com", "v1", "clusterwidgets", false, &[]),
];

/// Names of objects; rules name some of them.
pub(super) const NAMES: &[&str] =
    &["web", "api-k8s", "x", "prod-db", "test-1", "kube-proxy", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];
/// Keys and values of labels.
pub(super) const LABELS: &[&str] = &["app", "env", "team", "tier", "app.kubernetes.io/name", "owner"];
pub(super) const VALUES: &[&str] = &["a", "b", "prod", "test", ""];
/// Namespaces that things lie in.
pub(super) const NAMESPACES: &[&str] = &["default", "prod", "team-a"];

impl Row {
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.into() } else { format!("{}/{}", self.group, self.version) }
    }
}

/// A request on an object of that kind: the request, the new object, the old one.
pub(super) fn request(random: &mut Random, kind: usize) -> (Value, Value, Value) {
    let row = &KINDS[kind];
    let mut object = object(random, row);
    let mut old = Value::Null;
    let name = object["metadata"]["name"].clone();
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or("").to_owned();
    let resource = json!({"group": row.group, "version": row.version, "resource": row.resource});
    let mut kind = json!({"group": row.group, "version": row.version, "kind": row.kind});
    let mut operation = "CREATE";
    let mut subresource = String::new();
    match random.below(100) {
        0..50 => {}
        50..76 => {
            operation = "UPDATE";
            old = object.clone();
            // What comes from a cluster has the server's own.
            if let Some(metadata) = old["metadata"].as_object_mut() {
                metadata.retain(|key, _| !matches!(&**key, "uid" | "generation"));
            }
            for _ in 0..random.below(4) {
                vary(random, &mut old);
            }
            if !row.whole.is_empty() && random.chance(35) {
                subresource = (*random.one_of(row.whole)).into();
            }
        }
        76..86 => {
            operation = "DELETE";
            old = std::mem::take(&mut object);
        }
        _ => {
            let choices: &[Special] = match row.kind {
                "Pod" => &[EVICTION, BINDING, EXEC, EXEC, ATTACH, FORWARD, PROXY],
                "Deployment" | "StatefulSet" | "ReplicaSet" => &[SCALE],
                "ServiceAccount" => &[TOKEN],
                "Service" => &[SERVICE_PROXY],
                "Node" => &[NODE_PROXY],
                _ => &[],
            };
            if !choices.is_empty() {
                let special = random.one_of(choices);
                operation = special.operation;
                subresource = special.subresource.into();
                object = (special.object)(random, &name, &namespace);
                kind = json!({"group": special.group, "version": "v1", "kind": object["kind"]});
                if operation == "UPDATE" {
                    old = object.clone();
                    old["spec"]["replicas"] = pick!(random; 0, 1, 3);
                }
            }
        }
    }
    let mut request = json!({
        "operation": operation, "kind": kind, "resource": resource, "name": name, "namespace": namespace,
        "dryRun": random.chance(20), "userInfo": user(random),
    });
    if !subresource.is_empty() {
        request["subResource"] = json!(subresource);
    }
    if row.kind == "Namespace" {
        request["namespace"] = name.clone();
    }
    // An item of a delete-collection has no name.
    if operation == "DELETE" && random.chance(15) {
        request["name"] = json!("");
    }
    // The name may still be the object's to say.
    if random.chance(5) {
        request["name"] = json!("");
    }
    if let Some(options) = options(random, operation) {
        request["options"] = options;
    }
    if random.chance(2) {
        break_type(random, &mut object);
    }
    (request, object, old)
}

fn options(random: &mut Random, operation: &str) -> Option<Value> {
    if random.chance(60) {
        return None;
    }
    let kind = match operation {
        "CREATE" => "CreateOptions",
        "UPDATE" => "UpdateOptions",
        "DELETE" => "DeleteOptions",
        _ => return None,
    };
    let mut options = json!({"kind": kind, "apiVersion": "meta.k8s.io/v1"});
    if operation == "DELETE" {
        if random.chance(50) {
            options["gracePeriodSeconds"] = pick!(random; 0, 30);
        }
        if random.chance(50) {
            options["propagationPolicy"] = pick!(random; "Background", "Foreground", "Orphan");
        }
        if random.chance(20) {
            options["preconditions"] = json!({"uid": "00000000-0000-4000-8000-000000000000"});
        }
    } else {
        options["fieldManager"] = pick!(random; "kubectl-client-side-apply", "argocd");
        options["fieldValidation"] = pick!(random; "Strict", "Warn");
    }
    if random.chance(20) {
        options["dryRun"] = json!(["All"]);
    }
    Some(options)
}

fn user(random: &mut Random) -> Value {
    let mut user = json!({
        "username": pick!(random; "alice", "mallory", "system:serviceaccount:default:app", "admin", ""),
        "groups": pick!(random; ["system:authenticated"], ["system:masters", "system:authenticated"], [], ["dev", "ops"]),
    });
    if random.chance(20) {
        user["uid"] = json!("u-1");
    }
    if random.chance(15) {
        user["extra"] = json!({"scopes": ["a", "b"], "example.com/x": []});
    }
    user
}

/// A request whose object is not of the resource's kind.
struct Special {
    operation: &'static str,
    subresource: &'static str,
    group: &'static str,
    object: fn(&mut Random, &Value, &str) -> Value,
}

const SCALE: Special = Special {
    operation: "UPDATE",
    subresource: "scale",
    group: "autoscaling",
    object: |random, name, namespace| {
        let mut scale = json!({
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": name, "namespace": namespace},
            "spec": {"replicas": pick!(random; 0, 1, 5, 100)}, "status": {"replicas": 1},
        });
        if random.chance(50) {
            scale["status"]["selector"] = json!("app=a");
        }
        scale
    },
};
const EVICTION: Special = Special {
    operation: "CREATE",
    subresource: "eviction",
    group: "policy",
    object: |random, name, namespace| {
        let mut eviction = json!({
            "apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace},
        });
        if random.chance(40) {
            eviction["deleteOptions"] = json!({"gracePeriodSeconds": 5});
        }
        eviction
    },
};
const BINDING: Special = Special {
    operation: "CREATE",
    subresource: "binding",
    group: "",
    object: |_, name, namespace| {
        json!({
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": name, "namespace": namespace},
            "target": {"kind": "Node", "name": "n1"},
        })
    },
};
const TOKEN: Special = Special {
    operation: "CREATE",
    subresource: "token",
    group: "authentication.k8s.io",
    object: |random, name, namespace| {
        json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"audiences": pick!(random; ["api"], []), "expirationSeconds": pick!(random; 600, 3600)},
        })
    },
};
const EXEC: Special = Special {
    operation: "CONNECT",
    subresource: "exec",
    group: "",
    object: |random, _, _| {
        let mut options = json!({"apiVersion": "v1", "kind": "PodExecOptions", "stdout": true});
        if random.chance(70) {
            options["command"] = pick!(random; ["sh"], ["ls", "-l"]);
        }
        if random.chance(50) {
            options["container"] = pick!(random; "app0", "web");
        }
        if random.chance(50) {
            options["stdin"] = pick!(random; true, false);
            options["tty"] = pick!(random; true, false);
        }
        options
    },
};
const ATTACH: Special = Special {
    operation: "CONNECT",
    subresource: "attach",
    group: "",
    object: |random, _, _| json!({"apiVersion": "v1", "kind": "PodAttachOptions", "stdin": random.chance(50), "stdout": true}),
};
const FORWARD: Special = Special {
    operation: "CONNECT",
    subresource: "portforward",
    group: "",
    object: |random, _, _| json!({"apiVersion": "v1", "kind": "PodPortForwardOptions", "ports": pick!(random; [80], [8080, 443])}),
};
const PROXY: Special = Special {
    operation: "CONNECT",
    subresource: "proxy",
    group: "",
    object: |random, _, _| json!({"apiVersion": "v1", "kind": "PodProxyOptions", "path": pick!(random; "/", "/x")}),
};
const SERVICE_PROXY: Special = Special {
    operation: "CONNECT",
    subresource: "proxy",
    group: "",
    object: |_, _, _| json!({"apiVersion": "v1", "kind": "ServiceProxyOptions", "path": "/metrics"}),
};
const NODE_PROXY: Special = Special {
    operation: "CONNECT",
    subresource: "proxy",
    group: "",
    object: |_, _, _| json!({"apiVersion": "v1", "kind": "NodeProxyOptions", "path": "/stats"}),
};

/// The Namespace of that name, as it lies in the cluster.
pub(super) fn namespace(random: &mut Random, name: &str) -> Value {
    let mut namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let metadata = &mut namespace["metadata"];
    if random.chance(60) {
        metadata["labels"] = json!({"env": pick!(random; "prod", "test"), "app": "a"});
    }
    if random.chance(20) {
        metadata["annotations"] = json!({"a": "b"});
    }
    if random.chance(10) {
        metadata["creationTimestamp"] = json!("2025-05-05T05:05:05Z");
        metadata["uid"] = json!("5");
        metadata["resourceVersion"] = json!("17");
    }
    if random.chance(10) {
        namespace["status"] =
            json!({"phase": "Terminating", "conditions": [{"type": "X", "status": "True"}]});
    }
    if random.chance(5) {
        metadata_finalizers(&mut namespace);
    }
    namespace
}

fn metadata_finalizers(namespace: &mut Value) {
    namespace["metadata"]["finalizers"] = json!(["example.com/f"]);
    namespace["spec"] = json!({"finalizers": ["kubernetes", "other"]});
}

/// A small change somewhere.
fn vary(random: &mut Random, object: &mut Value) {
    match random.below(5) {
        0 => object["metadata"]["labels"][*random.one_of(LABELS)] = json!(*random.one_of(VALUES)),
        1 => object["metadata"]["annotations"] = json!({"example.com/exempt": "true"}),
        2 if !object["spec"]["replicas"].is_null() => object["spec"]["replicas"] = json!(2),
        3 => {
            if let Some(spec) = object["spec"].as_object_mut()
                && !spec.is_empty()
            {
                let key = spec.keys().nth(random.below(spec.len())).cloned().unwrap_or_default();
                if !matches!(&*key, "containers" | "selector" | "template" | "jobTemplate") {
                    spec.remove(&key);
                }
            }
        }
        _ => {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.remove("labels");
            }
        }
    }
}

/// A value of another type than the field's, somewhere.
fn break_type(random: &mut Random, object: &mut Value) {
    let size = object.as_object().map_or(0, serde_json::Map::len);
    let key = object.as_object().and_then(|fields| fields.keys().nth(random.below(size))).cloned();
    let Some(mut value) =
        key.filter(|key| !matches!(&**key, "apiVersion" | "kind")).and_then(|key| object.get_mut(&key))
    else {
        return;
    };
    loop {
        let size = match &*value {
            Value::Object(fields) => fields.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if size == 0 || random.chance(20) {
            break;
        }
        let at = random.below(size);
        let next = match value {
            Value::Object(fields) => {
                let key = fields.keys().nth(at).cloned().unwrap_or_default();
                if matches!(&*key, "apiVersion" | "kind") {
                    return;
                }
                fields.get_mut(&key)
            }
            Value::Array(items) => items.get_mut(at),
            _ => None,
        };
        let Some(next) = next else { return };
        value = next;
    }
    *value = pick!(random; "text", 7, true, ["a"], {"k": "v"}, null, 1.5);
}

fn metadata(random: &mut Random, row: &Row) -> Value {
    let mut metadata = json!({"name": *random.one_of(NAMES)});
    if row.namespaced {
        metadata["namespace"] = json!(*random.one_of(NAMESPACES));
    }
    if random.chance(60) {
        metadata["labels"] = json!({});
        for _ in 0..random.below(5) {
            metadata["labels"][*random.one_of(LABELS)] = json!(*random.one_of(VALUES));
        }
    }
    if random.chance(30) {
        metadata["annotations"] = json!({});
        for _ in 0..random.below(3) {
            let key = *random.one_of(&["a", "example.com/exempt", "b"]);
            metadata["annotations"][key] = pick!(random; "x", "true", "", "long long long ");
        }
    }
    if random.chance(5) {
        metadata["finalizers"] = json!(["example.com/f"]);
    }
    if random.chance(5) {
        metadata["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "1", "controller": true}]);
    }
    // What the server overwrites.
    if random.chance(3) {
        metadata["generation"] = json!(7);
        metadata["uid"] = json!("client");
    }
    metadata
}

fn object(random: &mut Random, row: &Row) -> Value {
    let metadata = metadata(random, row);
    let mut object = json!({"apiVersion": row.api_version(), "kind": row.kind, "metadata": metadata});
    let template =
        |random: &mut Random| json!({"metadata": {"labels": {"app": "a"}}, "spec": pod_spec(random)});
    match row.kind {
        "Pod" => object["spec"] = pod_spec(random),
        "Deployment" | "StatefulSet" | "ReplicaSet" | "DaemonSet" => {
            let mut spec = json!({"selector": {"matchLabels": {"app": "a"}}, "template": template(random)});
            if row.kind != "DaemonSet" && random.chance(70) {
                spec["replicas"] = pick!(random; 0, 1, 3, 5, 6, 100);
            }
            if row.kind == "StatefulSet" {
                spec["serviceName"] = json!("s");
            }
            if row.kind == "Deployment" && random.chance(30) {
                spec["strategy"] =
                    pick!(random; {"type": "Recreate"}, {"rollingUpdate": {"maxSurge": 1}}, {});
                spec["paused"] = pick!(random; true, false);
            }
            object["spec"] = spec;
        }
        "Job" => {
            let mut pod = template(random);
            pod["spec"]["restartPolicy"] = pick!(random; "Never", "OnFailure");
            object["spec"] = json!({"template": pod});
            if random.chance(40) {
                object["spec"]["parallelism"] = pick!(random; 1, 3);
                object["spec"]["suspend"] = pick!(random; true, false);
            }
        }
        "CronJob" => {
            let mut pod = template(random);
            pod["spec"]["restartPolicy"] = json!("Never");
            object["spec"] = json!({"schedule": "* * * * *", "jobTemplate": {"spec": {"template": pod}}});
        }
        "ConfigMap" => {
            if random.chance(90) {
                object["data"] = json!({});
                for _ in 0..random.below(4) {
                    object["data"][*random.one_of(&["a", "b", "maxReplicas", "x-y"])] =
                        pick!(random; "1", "true", "", "abc");
                }
            }
            if random.chance(10) {
                object["binaryData"] = json!({"bin": "AAECAw=="});
                object["immutable"] = json!(true);
            }
        }
        "Secret" => {
            object["data"] = json!({"p": "cGFzcw=="});
            if random.chance(70) {
                object["type"] = pick!(random; "Opaque", "kubernetes.io/tls");
            }
            if random.chance(30) {
                object["stringData"] = json!({"t": "x", "p": "over"});
            }
        }
        "Service" => service(random, &mut object),
        "ServiceAccount" => {
            if random.chance(50) {
                object["automountServiceAccountToken"] = pick!(random; true, false);
            }
            if random.chance(40) {
                object["imagePullSecrets"] = json!([{"name": "s"}]);
            }
        }
        "Node" => {
            object["spec"] = pick!(random; {}, {"unschedulable": true}, {"taints": [{"key": "k", "effect": "NoSchedule"}]});
            object["status"] = json!({"capacity": {"cpu": "4", "memory": "8Gi"}});
        }
        "PersistentVolumeClaim" => {
            object["spec"] = json!({
                "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": pick!(random; "1Gi", "500M", "1.5Gi")}},
            });
        }
        "Event" => event(random, row, &mut object),
        "Ingress" => {
            object["spec"] = json!({"rules": [{
                "host": pick!(random; "a.example.com", "*.example.com"),
                "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "s", "port": {"number": 80}}}}]},
            }]});
            if random.chance(50) {
                object["spec"]["tls"] = json!([{"hosts": ["a.example.com"], "secretName": "t"}]);
            }
        }
        "NetworkPolicy" => {
            object["spec"] = json!({"podSelector": pick!(random; {}, {"matchLabels": {"app": "a"}})});
            if random.chance(60) {
                object["spec"]["ingress"] = pick!(random;
                    [], [{}], [{"ports": [{"port": 80}]}],
                    [{"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}]}]);
            }
        }
        "Role" | "ClusterRole" => {
            if random.chance(80) {
                object["rules"] = json!([{
                    "apiGroups": [pick!(random; "", "*", "apps")], "resources": [pick!(random; "pods", "*", "secrets")],
                    "verbs": [pick!(random; "get", "*", "list")],
                }]);
            }
        }
        "RoleBinding" => {
            object["roleRef"] = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"});
            object["subjects"] = pick!(random;
                [], [{"kind": "User", "name": "alice"}], [{"kind": "ServiceAccount", "name": "app", "namespace": "default"}]);
        }
        "HorizontalPodAutoscaler" => autoscaler(random, row, &mut object),
        "PodDisruptionBudget" => {
            object["spec"] = json!({"selector": {"matchLabels": {"app": "a"}}});
            object["spec"][*random.one_of(&["minAvailable", "maxUnavailable"])] = pick!(random; 1, "50%", 0);
        }
        "PriorityClass" => {
            object["value"] = pick!(random; 0, 1000, -5);
            if random.chance(40) {
                object["globalDefault"] = pick!(random; true, false);
            }
        }
        "StorageClass" => {
            object["provisioner"] = json!("example.com/p");
            if random.chance(50) {
                object["parameters"] = json!({"type": "ssd"});
            }
        }
        "Lease" => {
            object["spec"] = json!({"holderIdentity": "h", "leaseDurationSeconds": 15, "renewTime": "2026-01-02T03:04:05.123456Z"});
        }
        "ValidatingWebhookConfiguration" => {
            object["webhooks"] = json!([{
                "name": "w.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                "clientConfig": {"url": "https://example.com/"},
            }]);
        }
        "ValidatingAdmissionPolicyBinding" => {
            object["spec"] = json!({"policyName": "p", "validationActions": ["Deny"]});
        }
        "SubjectAccessReview" => {
            object["spec"] = json!({"user": "alice", "nonResourceAttributes": {"path": "/", "verb": "get"}})
        }
        "Widget" => {
            object["spec"] = json!({
                "size": pick!(random; 1, 2.5, -3, 9_007_199_254_740_992_i64, 0), "on": pick!(random; true, false),
                "tags": pick!(random; [], ["a"], ["a", "b", "c"], ["c", "a"]), "none": null,
                "mode": pick!(random; "fast", "slow"), "x-y": {"namespace": "n", "a.b/c": [1, "two", 3.5, null]},
            });
            if random.chance(30) {
                object["status"] = json!({"phase": "Ready"});
            }
        }
        _ => object["spec"] = json!({"size": pick!(random; 1, 10)}),
    }
    object
}

fn service(random: &mut Random, object: &mut Value) {
    let mut port = json!({"port": pick!(random; 80, 443)});
    if random.chance(50) {
        port["targetPort"] = pick!(random; 8080, "http");
    }
    object["spec"] = json!({"selector": {"app": "a"}, "ports": [port]});
    if random.chance(50) {
        object["spec"]["type"] = pick!(random; "ClusterIP", "NodePort", "LoadBalancer", "ExternalName");
    }
    if random.chance(10) {
        object["spec"]["externalIPs"] = json!(["1.2.3.4"]);
        object["spec"]["sessionAffinity"] = pick!(random; "ClientIP", "None");
    }
}

fn event(random: &mut Random, row: &Row, object: &mut Value) {
    let about = json!({"kind": "Pod", "name": "web", "namespace": object["metadata"]["namespace"]});
    object["reason"] = json!("Created");
    object["type"] = pick!(random; "Normal", "Warning");
    if row.group.is_empty() {
        object["involvedObject"] = about;
        object["message"] = json!("made");
        object["count"] = pick!(random; 1, 2);
        object["source"] = json!({"component": "kubelet"});
        object["firstTimestamp"] = json!("2026-01-02T03:04:05Z");
    } else {
        object["regarding"] = about;
        object["note"] = json!("made");
        object["action"] = json!("Pulling");
        object["eventTime"] = json!("2026-01-02T03:04:05.000006Z");
        object["reportingController"] = json!("example.com/c");
        object["reportingInstance"] = json!("c-1");
    }
}

fn autoscaler(random: &mut Random, row: &Row, object: &mut Value) {
    object["spec"] = json!({
        "maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
    });
    if random.chance(40) {
        object["spec"]["minReplicas"] = pick!(random; 1, 2);
    }
    if row.version == "v1" {
        if random.chance(60) {
            object["spec"]["targetCPUUtilizationPercentage"] = pick!(random; 50, 80);
        }
        return;
    }
    let cpu = json!({"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}});
    let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "500Mi"}}});
    let pods = json!({"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "1k"}}});
    match random.below(5) {
        0 => object["spec"]["metrics"] = json!([cpu]),
        1 => object["spec"]["metrics"] = json!([memory, cpu]),
        2 => object["spec"]["metrics"] = json!([pods]),
        3 => object["spec"]["behavior"] = json!({"scaleDown": {"stabilizationWindowSeconds": 60}}),
        _ => {}
    }
}

fn container(random: &mut Random, at: usize) -> Value {
    let name = *random.one_of(&["app", "web", "db", "sidecar", "init"]);
    let mut container = json!({
        "name": format!("{name}{at}"),
        "image": pick!(random;
            "nginx", "nginx:1.27", "nginx:latest", "registry.example.com/team/app:v1.2.3", "ghcr.io/x/y",
            "docker.io/library/redis@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "localhost:5000/a:latest"),
    });
    if random.chance(50) {
        let mut security = json!({});
        for key in ["privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "runAsNonRoot"] {
            if random.chance(40) {
                security[key] = pick!(random; true, false);
            }
        }
        if random.chance(30) {
            security["runAsUser"] = pick!(random; 0, 1000, 65534);
        }
        if random.chance(30) {
            security["capabilities"] = json!({
                "drop": pick!(random; ["ALL"], ["NET_RAW"], []), "add": pick!(random; [], ["NET_ADMIN"], ["CHOWN", "KILL"]),
            });
        }
        container["securityContext"] = security;
    }
    if random.chance(40) {
        container["resources"] = json!({"limits": {
            "cpu": pick!(random; "100m", "2", "0.5", 1, "1500m"), "memory": pick!(random; "64Mi", "1Gi", "128M", "1e3"),
        }});
    }
    if random.chance(20) {
        container["resources"]["requests"] = json!({"cpu": pick!(random; "50m", "1"), "memory": "32Mi"});
    }
    if random.chance(30) {
        let mut port = json!({"containerPort": pick!(random; 80, 8080, 443)});
        if random.chance(40) {
            port["hostPort"] = pick!(random; 0, 80, 9000);
        }
        if random.chance(50) {
            port["name"] = json!("http");
        }
        container["ports"] = json!([port]);
    }
    if random.chance(30) {
        container["env"] = pick!(random;
            [{"name": "A", "value": "1"}], [{"name": "A", "value": ""}], [{"name": "A", "value": "é✓"}],
            [{"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}, {"name": "B"}],
            [{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]);
    }
    if random.chance(20) {
        container["command"] = pick!(random; ["sh", "-c", "echo"], []);
    }
    if random.chance(20) {
        container["livenessProbe"] = pick!(random;
            {"httpGet": {"path": "/", "port": 80}}, {"httpGet": {"port": "http"}}, {"tcpSocket": {"port": 1}},
            {"exec": {"command": ["true"]}, "periodSeconds": 3}, {"grpc": {"port": 1}});
    }
    container
}

fn pod_spec(random: &mut Random) -> Value {
    let count = 1 + random.below(3);
    let containers: Vec<Value> = (0..count).map(|at| container(random, at)).collect();
    let mut spec = json!({"containers": containers});
    if random.chance(30) {
        spec["initContainers"] = json!([container(random, 9)]);
    }
    for key in ["hostNetwork", "hostPID", "automountServiceAccountToken", "shareProcessNamespace"] {
        if random.chance(15) {
            spec[key] = pick!(random; true, false);
        }
    }
    if random.chance(20) {
        spec["serviceAccountName"] = pick!(random; "default", "app", "");
    }
    if random.chance(30) {
        spec["volumes"] = json!([pick!(random;
            {"name": "v", "emptyDir": {}}, {"name": "v", "hostPath": {"path": "/etc"}}, {"name": "v"},
            {"name": "v", "configMap": {"name": "c"}}, {"name": "v", "secret": {"secretName": "s"}},
            {"name": "v", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}})]);
    }
    if random.chance(20) {
        spec["nodeSelector"] = json!({"disk": "ssd"});
    }
    if random.chance(20) {
        spec["tolerations"] = json!([{"key": "k", "operator": "Exists"}]);
    }
    if random.chance(20) {
        spec["securityContext"] =
            pick!(random; {"runAsNonRoot": true}, {"runAsNonRoot": false}, {"fsGroup": 5}, {});
    }
    if random.chance(10) {
        spec["topologySpreadConstraints"] =
            json!([{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}]);
    }
    spec
}
