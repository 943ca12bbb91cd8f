//! Requests judged by policies: the case format of `corpora/admission`, real policies and generated ones.

use std::{cell::RefCell, collections::BTreeMap, fs, path::Path, rc::Rc};

use celgate::{
    admission::{
        Admission, Attributes, Binding, CompiledPolicy, Operation, Policy, Rbac, Settings, UserInfo, admit,
        as_read,
    },
    cel::env::Env,
    environment::{CURRENT, Environment, Mode},
    objects::{
        Cluster, GroupVersion, GroupVersionKind, GroupVersionResource, Knowledge, Object, Resources, Scope,
    },
    schema::defaults::Defaults,
    source::{Source, SourceId},
    yaml::{self, print},
};
use serde_json::{Map, Value, json};

use crate::{
    document::document,
    set::{Context, Difference, Kind, Set, fields},
};

const FIELDS: &[&str] =
    &["allowed", "code", "reason", "message", "warnings", "audit", "evaluated", "decisions"];

pub(crate) static KIND: Kind = Kind {
    name: "admission",
    answer,
    sets: &[
        Set {
            name: "admission/real",
            cases: "admission/cases.jsonl",
            answers: Some("admission/real.jsonl"),
            compare,
            bar: 100.0,
        },
        Set {
            name: "admission/generated",
            cases: "admission/generated.cases.jsonl",
            answers: Some("admission/generated.jsonl"),
            compare,
            bar: 100.0,
        },
        Set {
            name: "admission/real, seen",
            cases: "admission/cases.jsonl",
            answers: Some("admission/real.jsonl"),
            compare: compare_seen,
            bar: 99.0,
        },
        Set {
            name: "admission/generated, seen",
            cases: "admission/generated.cases.jsonl",
            answers: Some("admission/generated.jsonl"),
            compare: compare_seen,
            bar: 99.0,
        },
        Set {
            name: "admission/server",
            cases: "admission/cases.jsonl",
            answers: Some("admission/server.jsonl"),
            compare: compare_server,
            bar: 99.5,
        },
    ],
};

/// What a real API server said. It was asked as an administrator where the case names nobody, always as a dry run, and of
/// several policies that deny it names any. What it refuses before policies are asked (kinds it does not serve, objects that
/// are not valid) is held to be equal.
fn compare_server(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let denied = match theirs["outcome"].as_str() {
        Some("allow") => false,
        Some("deny_by_policy" | "error_by_policy") => true,
        _ => return Vec::new(),
    };
    let mut differences =
        fields(&["denied"], &json!({"denied": denied}), &json!({"denied": ours["allowed"] == false}));
    let decisions = ours["decisions"].as_array().into_iter().flatten();
    let mut messages =
        decisions.filter(|decision| decision["action"] == "deny").map(|decision| &decision["message"]);
    let said = &theirs["policy_message"];
    // A configuration error is no decision; then the whole message says it.
    let whole = ours["message"].as_str().unwrap_or("").ends_with(said.as_str().unwrap_or("-"));
    if denied && !whole && !messages.any(|message| message == said) {
        differences.extend(fields(&["message"], &json!({"message": said}), ours));
    }
    if denied && whole {
        // Not the message: the recorder gave bindings of its own where the case has none.
        differences.extend(fields(&["code", "reason"], theirs, ours));
    }
    differences
}

fn compare(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    // What cannot be decoded is refused before admission: only the text is an answer then.
    if theirs["oracle_failed"].is_null() && ours["failed"].is_null() {
        return fields(FIELDS, theirs, ours);
    }
    fields(&["failed"], &json!({"failed": theirs["oracle_failed"]}), ours)
}

/// The object as admission sees it. The oracle prints it only of what is created, and leaves a few kinds undecoded
/// (CustomResourceDefinition, FlowSchema, ResourceSlice): the rest is held to be equal.
fn compare_seen(_: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    if theirs["seen"].is_null() { Vec::new() } else { fields(&["seen"], theirs, ours) }
}

fn answer(case: &Value, context: &mut Context) -> Value {
    let id = case["id"].clone();
    match decide(case, context) {
        Ok(mut answer) => {
            answer.insert("id".into(), id);
            Value::Object(answer)
        }
        Err(why) => json!({"id": id, "failed": why}),
    }
}

/// The object as a server reads it from storage, unless it could not be decoded.
fn decodable(what: &str, object: &Object, defaults: &Defaults) -> Result<Object, String> {
    as_read(defaults, object, "").map(|read| read.0).map_err(|problem| format!("{what}: {}", problem.message))
}

/// Policies and bindings of files, read once, and policies compiled once.
struct Files {
    libraries: Env,
    defaults: Defaults,
    objects: RefCell<BTreeMap<String, Rc<Vec<Object>>>>,
    compiled: RefCell<BTreeMap<String, Rc<Vec<CompiledPolicy>>>>,
    /// Policies that stand in cases, by their text: generated ones come again and again.
    inline: RefCell<BTreeMap<String, Rc<Vec<CompiledPolicy>>>>,
}

/// How many policies of cases are kept.
const KEPT: usize = 2000;

impl Files {
    fn read(&self, root: &Path, name: &str) -> Result<Rc<Vec<Object>>, String> {
        if let Some(known) = self.objects.borrow().get(name) {
            return Ok(Rc::clone(known));
        }
        let text = fs::read_to_string(root.join("admission").join(name))
            .or_else(|_| fs::read_to_string(root.join(name)))
            .map_err(|error| format!("{name}: {error}"))?;
        let source = Source { id: SourceId(0), name: name.into(), text };
        let mut objects = Vec::new();
        for document in yaml::parse(&source).documents {
            // The oracle does not open lists.
            let document = Rc::new(document);
            objects.extend(Object::at(&document, document.root_id()));
        }
        let objects = Rc::new(objects);
        self.objects.borrow_mut().insert(name.into(), Rc::clone(&objects));
        Ok(objects)
    }
}

fn object(value: &Value) -> Result<Option<Object>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let document = Rc::new(document(value));
    Object::at(&document, document.root_id()).map(Some).map_err(|error| error.to_string())
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("")
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn decide(case: &Value, context: &mut Context) -> Result<Map<String, Value>, String> {
    let root = context.root.clone();
    let files = context.keep("admission", |_| Files {
        libraries: Environment::new(CURRENT.compatibility(), Mode::Stored),
        defaults: Defaults::built_in(),
        objects: RefCell::default(),
        compiled: RefCell::default(),
        inline: RefCell::default(),
    });
    let inline = !case["binding"].is_null();
    let file_bindings = case["bindings_in_policy_files"] == true && !inline;

    let mut policies: Vec<Rc<Vec<CompiledPolicy>>> = Vec::new();
    let mut bindings: Vec<Binding> = Vec::new();
    let mut add_bindings = |objects: &[Object]| {
        bindings.extend(objects.iter().filter(|object| Binding::is(object)).map(Binding::decode));
    };
    for policy in case["policies"].as_array().into_iter().flatten() {
        let text = policy.to_string();
        let known = files.inline.borrow().get(&text).filter(|_| !file_bindings).cloned();
        if let Some(known) = known {
            policies.push(known);
            continue;
        }
        let mut objects: Vec<Object> = Vec::new();
        if let Some(object) = object(policy)? {
            decodable("policy", &object, &files.defaults)?;
            objects.push(object);
        }
        let compiled = Rc::new(compile(&objects, &files.libraries));
        let mut inline = files.inline.borrow_mut();
        if inline.len() >= KEPT {
            inline.clear();
        }
        inline.insert(text, Rc::clone(&compiled));
        policies.push(compiled);
        if file_bindings {
            add_bindings(&objects);
        }
    }
    for file in strings(&case["policy_files"]) {
        let objects = files.read(&root, &file)?;
        let known = files.compiled.borrow().get(&file).cloned();
        policies.push(known.unwrap_or_else(|| {
            let compiled = Rc::new(compile(&objects, &files.libraries));
            files.compiled.borrow_mut().insert(file.clone(), Rc::clone(&compiled));
            compiled
        }));
        if file_bindings {
            add_bindings(&objects);
        }
    }
    let mut binding_files = strings(&case["binding_files"]);
    binding_files.extend(case["binding_file"].as_str().map(str::to_owned));
    for file in binding_files {
        add_bindings(&files.read(&root, &file)?);
    }
    match &case["binding"] {
        Value::Array(many) => {
            for one in many {
                add_bindings(&object(one)?.into_iter().collect::<Vec<_>>());
            }
        }
        one => add_bindings(&object(one)?.into_iter().collect::<Vec<_>>()),
    }
    let judge_unbound = bindings.is_empty();
    let policies: Vec<CompiledPolicy> =
        policies.iter().flat_map(|policies| policies.iter().cloned()).collect();

    // The oracle's registry knows every version of the libraries, and serves any custom kind.
    let mut cluster = Cluster::new(Resources::of_every_version());
    for compiled in &policies {
        declare_params(&compiled.policy, &bindings, &case["params"], &mut cluster);
    }
    if let Some(namespace) = object(&case["namespace"])? {
        cluster.add(decodable("namespace", &namespace, &files.defaults)?);
    }
    for param in case["params"].as_array().into_iter().flatten() {
        if let Some(param) = object(param)? {
            let namespace = cluster.namespace_of(&param);
            cluster.add(as_read(&files.defaults, &param, &namespace).map_or(param, |read| read.0));
        }
    }
    let attributes = attributes(case, &files.defaults)?;
    cluster.assume_namespace(&attributes.namespace, &[]);
    let rbac = Rc::new(Rbac::of(&roles(&case["authorizer"])?));
    let settings = Settings { explain: false, judge_unbound, authorizer: Some(rbac) };
    let admission = admit(&attributes, &policies, &bindings, &cluster, &settings);
    Ok(answered(&attributes, &policies, &admission))
}

/// The roles of a case: `{"rbac": [{"subject": NAME, "rules": [PolicyRule], "namespace": NS?}]}`, or the objects themselves.
fn roles(authorizer: &Value) -> Result<Cluster, String> {
    let mut cluster = Cluster::default();
    let mut add = |value: &Value| -> Result<(), String> {
        object(value)?.into_iter().for_each(|object| cluster.add(object));
        Ok(())
    };
    for (at, entry) in authorizer["rbac"].as_array().into_iter().flatten().enumerate() {
        let name = format!("r{at}");
        let parts: Vec<&str> = text(entry, "subject").split(':').collect();
        let subject = match parts.as_slice() {
            [_, "serviceaccount", namespace, name] => {
                json!({"kind": "ServiceAccount", "namespace": namespace, "name": name})
            }
            _ => json!({"kind": "User", "name": entry["subject"]}),
        };
        let version = "rbac.authorization.k8s.io/v1";
        add(&json!({
            "apiVersion": version, "kind": "ClusterRole", "metadata": {"name": name}, "rules": entry["rules"],
        }))?;
        let namespace = text(entry, "namespace");
        let (kind, metadata) = match namespace {
            "" => ("ClusterRoleBinding", json!({"name": name})),
            namespace => ("RoleBinding", json!({"name": name, "namespace": namespace})),
        };
        add(&json!({
            "apiVersion": version, "kind": kind, "metadata": metadata, "subjects": [subject],
            "roleRef": {"kind": "ClusterRole", "name": name},
        }))?;
    }
    for value in authorizer["objects"].as_array().into_iter().flatten() {
        add(value)?;
    }
    Ok(cluster)
}

/// A custom paramKind is served; namespaced when a binding or a param names a namespace.
fn declare_params(policy: &Policy, bindings: &[Binding], params: &Value, cluster: &mut Cluster) {
    let Some(kind) = &policy.param_kind else { return };
    let Ok(version) = GroupVersion::parse(&kind.api_version.value) else { return };
    let gvk = GroupVersionKind::new(&version.group, &version.version, &kind.kind.value);
    let custom = gvk.group.contains('.') && (!gvk.group.ends_with(".k8s.io") || gvk.group.contains("x-k8s"));
    if !custom || cluster.resources().of_kind(&gvk).knowledge == Knowledge::BuiltIn {
        return;
    }
    let bound = bindings
        .iter()
        .filter(|binding| binding.policy_name.value == policy.name.value)
        .filter_map(|binding| binding.param_ref.as_ref())
        .any(|reference| reference.namespace.is_some());
    let placed = params
        .as_array()
        .into_iter()
        .flatten()
        .filter(|param| text(param, "kind") == &*gvk.kind)
        .any(|param| !text(&param["metadata"], "namespace").is_empty());
    let scope = if bound || placed { Scope::Namespaced } else { Scope::Cluster };
    cluster.resources_mut().add_kind(&gvk, scope);
}

fn compile(objects: &[Object], libraries: &Env) -> Vec<CompiledPolicy> {
    let policies = objects.iter().filter(|object| Policy::is(object));
    policies.map(|object| CompiledPolicy::compile(Policy::decode(object), libraries)).collect()
}

fn attributes(case: &Value, defaults: &Defaults) -> Result<Attributes, String> {
    let request = &case["request"];
    let mut new = object(&case["object"]).map_err(|text| format!("object: {text}"))?;
    let mut old = object(&case["oldObject"]).map_err(|text| format!("oldObject: {text}"))?;
    let mut kind = new.as_ref().or(old.as_ref()).map(|object| object.gvk.clone()).unwrap_or_default();
    let given = &request["kind"];
    if !text(given, "kind").is_empty() {
        kind = GroupVersionKind::new(text(given, "group"), text(given, "version"), text(given, "kind"));
    }
    let resources = Resources::default();
    let known = resources.of_kind(&kind);
    let mut resource = match known.knowledge {
        Knowledge::Guessed => GroupVersionResource::default(),
        _ => known.gvr.clone(),
    };
    let given = &request["resource"];
    if !text(given, "resource").is_empty() {
        resource =
            GroupVersionResource::new(text(given, "group"), text(given, "version"), text(given, "resource"));
    }
    let operation = match text(request, "operation") {
        "" if new.is_some() && old.is_some() => Operation::Update,
        "" if new.is_none() && old.is_some() => Operation::Delete,
        "" => Operation::Create,
        word => Operation::parse(word).ok_or_else(|| format!("operation {word}"))?,
    };
    let subresource = text(request, "subResource");
    let stored = Attributes::stored(defaults, operation, subresource, "", new, old)
        .map_err(|problem| format!("object: {}", problem.message))?;
    (new, old) = (stored.object, stored.old_object);
    let mut namespace = text(request, "namespace").to_owned();
    let mut name = text(request, "name").to_owned();
    for object in [&new, &old].into_iter().flatten() {
        if namespace.is_empty() {
            namespace = object.namespace.value.to_string();
        }
        if name.is_empty() {
            name = object.name.value.to_string();
        }
    }
    if namespace.is_empty() && known.knowledge == Knowledge::BuiltIn && known.scope == Scope::Namespaced {
        namespace = "default".into();
    }
    let user = &request["userInfo"];
    let extra = user["extra"].as_object().into_iter().flatten();
    Ok(Attributes {
        operation,
        resource,
        subresource: subresource.into(),
        name: name.into(),
        namespace: namespace.into(),
        object: new,
        old_object: old,
        options: match operation {
            Operation::Connect => None,
            // The oracle's have no fields unless the case says so.
            _ if request["options"].is_object() => Some(Rc::new(document(&request["options"]))),
            _ => Some(Rc::new(document(&json!({})))),
        },
        dry_run: request["dryRun"] == true,
        user: UserInfo {
            username: text(user, "username").into(),
            uid: text(user, "uid").into(),
            groups: strings(&user["groups"]),
            extra: extra.map(|(key, values)| (key.clone(), strings(values))).collect(),
        },
        typed: defaults.types().of_kind(&kind).is_some() || known.knowledge == Knowledge::BuiltIn,
        kind,
    })
}

fn answered(
    attributes: &Attributes,
    policies: &[CompiledPolicy],
    admission: &Admission,
) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("allowed".into(), admission.allowed().into());
    if let Some(status) = admission.status(attributes) {
        answer.insert("code".into(), status.code.into());
        answer.insert("reason".into(), status.reason.into());
        answer.insert("message".into(), status.message.into());
    }
    if !admission.warnings.is_empty() {
        answer.insert("warnings".into(), json!(admission.warnings));
    }
    if !admission.audit.is_empty() {
        let audit = admission.audit.iter().map(|(key, value)| (key.clone(), json!(value)));
        answer.insert("audit".into(), Value::Object(audit.collect()));
    }
    let judged = admission
        .policies
        .iter()
        .find(|policy| policy.bindings.iter().any(|binding| !binding.evaluations.is_empty()));
    if let Some(Ok(Some(matched))) = judged.map(|policy| &policy.selection.result)
        && let Some(seen) = attributes.object_as(&matched.kind)
    {
        answer.insert("seen".into(), serde_json::from_str(&print::json(seen.root())).unwrap_or_default());
    }
    answer.insert("evaluated".into(), admission.evaluated().into());
    let mut decisions = Vec::new();
    let resources = Resources::default();
    let custom = |param: &&Object| resources.of_kind(&param.gvk).knowledge != Knowledge::BuiltIn;
    for (compiled, outcome) in policies.iter().zip(&admission.policies) {
        let evaluations = outcome.bindings.iter().flat_map(|binding| &binding.evaluations);
        for evaluation in evaluations {
            for (index, decision) in evaluation.decisions.iter().enumerate() {
                let mut printed = json!({
                    "policy": &*compiled.policy.name.value,
                    "index": index,
                    "action": decision.action.as_str(),
                    "evaluation": decision.evaluation.as_str(),
                });
                let optional = [
                    // The oracle cannot name params of built-in kinds.
                    ("param", evaluation.param.as_ref().filter(custom).map_or("", |param| &param.name.value)),
                    ("message", &decision.message),
                    ("reason", &decision.reason),
                ];
                for (key, value) in optional {
                    if !value.is_empty() {
                        printed[key] = value.into();
                    }
                }
                decisions.push(printed);
            }
        }
    }
    if !decisions.is_empty() {
        answer.insert("decisions".into(), Value::Array(decisions));
    }
    answer
}
