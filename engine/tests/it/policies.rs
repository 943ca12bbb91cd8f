//! The policy library: every folder is whole, every case is answered as it says, the index is fresh.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use celgate::{
    admission::{
        Admission, Attributes, Binding, CompiledPolicy, Operation, Policy as Decoded, PolicyDecisionAction,
        PolicyDecisionEvaluation, Rbac, Settings, UserInfo, admit,
    },
    cel::env::Env,
    environment::{CURRENT, Environment, Mode},
    objects::{Cluster, GroupVersionKind, GroupVersionResource, Object, Resources, Scope, json},
    review::{Request, Reviewer, Scenario, Text, TextRole},
    schema::defaults::{Defaults, Operation as Step},
    source::Sources,
    yaml::{self, Document, NodeRef},
};

/// A folder of the library.
pub(crate) struct Policy {
    pub(crate) category: String,
    pub(crate) name: String,
    folder: PathBuf,
}

pub(crate) fn library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")
}

pub(crate) fn policies() -> Vec<Policy> {
    let folders = |of: &Path| {
        let mut list: Vec<PathBuf> = fs::read_dir(of)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        list.sort();
        list
    };
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    folders(&library())
        .iter()
        .flat_map(|category| {
            // Lessons are tested with the page.
            let lesson = |folder: &PathBuf| folder.join("lesson.json").is_file();
            folders(category).into_iter().filter(move |folder| !lesson(folder)).map(|folder| Policy {
                category: name(category),
                name: name(&folder),
                folder,
            })
        })
        .collect()
}

impl Policy {
    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap_or_default()
    }

    pub(crate) fn documents(&self, file: &str) -> Vec<Document> {
        documents(&self.text(file))
    }

    pub(crate) fn annotation(&self, key: &str) -> String {
        let documents = self.documents("policy.yaml");
        let key = format!("celgate.dev/{key}");
        let value = documents
            .first()
            .and_then(|document| document.root().path(&["metadata", "annotations", &key])?.as_str());
        value.unwrap_or("").to_owned()
    }

    pub(crate) fn samples(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.join("samples")).into_iter().flatten();
        let mut list: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        list.sort();
        list
    }
}

pub(crate) fn documents(text: &str) -> Vec<Document> {
    let mut sources = Sources::default();
    let id = sources.add("text", text);
    let parsed = yaml::parse(sources.get(id).unwrap());
    assert!(parsed.errors.is_empty(), "{:?}\n{text}", parsed.errors);
    parsed.documents
}

pub(crate) fn text<'d>(node: NodeRef<'d>, key: &str) -> &'d str {
    node.get(key).and_then(NodeRef::as_str).unwrap_or("")
}

#[test]
fn a_policy_has_all_its_parts() {
    for policy in policies() {
        let whole = format!("{}/{}", policy.category, policy.name);
        for (file, kind) in [
            ("policy.yaml", "ValidatingAdmissionPolicy"),
            ("binding.yaml", "ValidatingAdmissionPolicyBinding"),
        ] {
            let documents = policy.documents(file);
            assert_eq!(documents.len(), 1, "{whole}/{file} holds one document");
            let root = documents[0].root();
            assert_eq!(text(root, "kind"), kind, "{whole}/{file}");
            assert_eq!(
                root.path(&["metadata", "name"]).and_then(NodeRef::as_str),
                Some(&*policy.name),
                "{whole}/{file}"
            );
        }
        for key in ["title", "severity", "description"] {
            assert!(!policy.annotation(key).is_empty(), "{whole} has no {key}");
        }
        let tests = policy.documents("tests.yaml");
        let cases: Vec<_> = tests[0].root().get("cases").expect("cases").items().collect();
        let expected = |verdicts: &[&str]| cases.iter().any(|case| verdicts.contains(&text(*case, "expect")));
        assert!(expected(&["deny", "warn"]), "{whole}: a case that is refused");
        assert!(expected(&["admit"]), "{whole}: a case that is admitted");
        let named: Vec<&str> = cases
            .iter()
            .flat_map(|case| ["file", "oldFile", "clusterFile"].map(|key| text(*case, key)))
            .filter_map(|file| file.strip_prefix("samples/"))
            .collect();
        for sample in policy.samples() {
            let used = named.contains(&&*sample) || matches!(&*sample, "cluster.yaml" | "settings.json");
            assert!(used, "{whole}/samples/{sample}: no case uses it");
        }
        for sample in named {
            assert!(
                policy.samples().iter().any(|file| file == sample),
                "{whole}/samples/{sample} is missing"
            );
        }
    }
}

#[test]
fn the_index_is_fresh() {
    const START: &str = "-->\n";
    const END: &str = "<!-- /index -->";
    let path = library().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let start =
        readme.find("<!-- index:").and_then(|at| Some(at + readme[at..].find(START)? + START.len())).unwrap();
    let end = readme.find(END).unwrap();
    let mut index = String::from("\n| policy | severity | what it asks for |\n|---|---|---|\n");
    for policy in policies() {
        let Policy { category, name, .. } = &policy;
        let (title, severity) = (policy.annotation("title"), policy.annotation("severity"));
        index.push_str(&format!(
            "| [{category}/{name}]({category}/{name}/policy.yaml) | {severity} | {title} |\n"
        ));
    }
    index.push('\n');
    let fresh = format!("{}{index}{}", &readme[..start], &readme[end..]);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, fresh).unwrap();
    } else {
        assert!(readme == fresh, "policies/README.md: run UPDATE=1 cargo test -p celgate --test it policies");
    }
}

#[test]
fn every_case_is_answered_as_it_says() {
    let libraries = Environment::new(CURRENT.compatibility(), Mode::Stored);
    let (mut asked, mut wrong) = (0, String::new());
    for policy in policies() {
        let tests = Rc::new(policy.documents("tests.yaml").remove(0));
        for case in tests.root().get("cases").unwrap().items() {
            asked += 1;
            let answer = Case { policy: &policy, tests: &tests, case }.ask(&libraries);
            if let Err(difference) = answer.and_then(|answer| answer.differs(case)) {
                let _ = writeln!(
                    wrong,
                    "{}/{}: {}: {difference}",
                    policy.category,
                    policy.name,
                    text(case, "name")
                );
            }
        }
    }
    println!("{asked} cases of the library");
    assert!(wrong.is_empty(), "\n{wrong}");
}

pub(crate) fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    list.sort();
    list.into_iter().flat_map(|path| if path.is_dir() { yaml_files(&path) } else { vec![path] }).collect()
}

/// A case of a policy.
struct Case<'c> {
    policy: &'c Policy,
    tests: &'c Rc<Document>,
    case: NodeRef<'c>,
}

/// What came of a case.
struct Answer {
    verdict: &'static str,
    /// The validation that decides, and what it says.
    validation: Option<usize>,
    message: String,
    audit: BTreeMap<String, String>,
}

impl Case<'_> {
    /// An object of the case: inline under `key`, or in the file under `file`.
    fn object(&self, key: &str, file: &str) -> Option<Object> {
        if let Some(inline) = self.case.get(key) {
            return Some(Object::at(self.tests, inline.id()).unwrap());
        }
        let file = text(self.case, file);
        (!file.is_empty()).then(|| objects(&self.policy.text(file)).remove(0))
    }

    /// A list of objects of the case, likewise.
    fn objects(&self, key: &str, file: &str) -> Option<Vec<Object>> {
        if let Some(list) = self.case.get(key) {
            return Some(list.items().map(|item| Object::at(self.tests, item.id()).unwrap()).collect());
        }
        let file = text(self.case, file);
        (!file.is_empty()).then(|| objects(&self.policy.text(file)))
    }

    fn cluster(&self) -> Cluster {
        let mut cluster = Cluster::new(Resources::default());
        let params = objects(&self.policy.text("params.yaml"));
        let (crds, params): (Vec<_>, Vec<_>) =
            params.into_iter().partition(|object| &*object.gvk.kind == "CustomResourceDefinition");
        crds.into_iter().for_each(|crd| cluster.add(crd));
        self.objects("params", "").unwrap_or(params).into_iter().for_each(|param| cluster.add(param));
        let more = self.objects("cluster", "clusterFile").unwrap_or_default();
        more.into_iter().for_each(|object| cluster.add(object));
        cluster
    }

    fn attributes(&self, resources: &Resources) -> Result<Attributes, String> {
        let request = self.case.get("request");
        let asked = |key: &str| request.map_or("", |request| text(request, key));
        let operation = match asked("operation") {
            "" => Operation::Create,
            word => Operation::parse(word).ok_or_else(|| format!("no operation is called {word}"))?,
        };
        let mut object = self.object("object", "file");
        let mut old_object = self.object("oldObject", "oldFile");
        if operation == Operation::Delete {
            old_object = object.take();
        }
        let main = object.as_ref().or(old_object.as_ref()).ok_or("no object")?;
        let (kind, written) = (main.gvk.clone(), main.clone());
        let of_pods = GroupVersionKind::new("", "v1", "Pod");
        let known = resources.of_kind(if operation == Operation::Connect { &of_pods } else { &kind });
        let first = |words: [&str; 2]| words.into_iter().find(|word| !word.is_empty()).map(str::to_owned);
        let name = first([asked("name"), &written.effective_name()]).unwrap_or_default();
        let namespace = match known.scope {
            Scope::Cluster if &*kind.kind == "Namespace" => name.clone(),
            Scope::Cluster => String::new(),
            Scope::Namespaced => {
                first([asked("namespace"), &written.namespace.value]).unwrap_or_else(|| "default".into())
            }
        };
        // As the server sees them: the old object was created once, the new one is what the operation makes of it.
        let old_object = old_object.map(|old| seen(&old, Step::Create, None)).transpose()?;
        let step = if operation == Operation::Update { Step::Update } else { Step::Create };
        let object = match object {
            Some(new) if operation != Operation::Connect => Some(seen(&new, step, old_object.as_ref())?),
            as_it_is => as_it_is,
        };
        let user = request.and_then(|request| request.get("user"));
        let groups = user.and_then(|user| user.get("groups"));
        let groups = groups
            .map(|groups| groups.items().filter_map(|group| Some(group.as_str()?.to_owned())).collect());
        Ok(Attributes {
            operation,
            kind,
            resource: GroupVersionResource::new(&known.gvr.group, &known.gvr.version, &known.gvr.resource),
            subresource: asked("subresource").into(),
            name: name.into(),
            namespace: namespace.into(),
            object,
            old_object,
            options: (operation != Operation::Connect).then(|| Rc::new(documents("{}").remove(0))),
            dry_run: false,
            user: UserInfo {
                username: user.map_or("kubernetes-admin", |user| text(user, "username")).into(),
                uid: "".into(),
                groups: groups
                    .unwrap_or_else(|| vec!["kubeadm:cluster-admins".into(), "system:authenticated".into()]),
                extra: Vec::new().into_iter().collect(),
            },
            typed: true,
        })
    }

    fn ask(&self, libraries: &Env) -> Result<Answer, String> {
        let decode = |file: &str| objects(&self.policy.text(file)).remove(0);
        let compiled = [CompiledPolicy::compile(Decoded::decode(&decode("policy.yaml")), libraries)];
        let bindings = [Binding::decode(&decode("binding.yaml"))];
        let mut cluster = self.cluster();
        let attributes = self.attributes(cluster.resources())?;
        cluster.assume_namespace(&attributes.namespace, &[]);
        let settings = Settings { authorizer: Some(Rc::new(Rbac::of(&cluster))), ..Settings::default() };
        let admission = admit(&attributes, &compiled, &bindings, &cluster, &settings);
        Ok(Answer::of(&attributes, &admission))
    }
}

impl Answer {
    fn of(attributes: &Attributes, admission: &Admission) -> Self {
        let evaluations = admission
            .policies
            .iter()
            .flat_map(|policy| &policy.bindings)
            .flat_map(|binding| &binding.evaluations);
        let decisions: Vec<_> =
            evaluations.flat_map(|evaluation| evaluation.decisions.iter().enumerate()).collect();
        let failed =
            decisions.iter().any(|(_, decision)| decision.evaluation == PolicyDecisionEvaluation::Error);
        let denied = decisions.iter().find(|(_, decision)| decision.action == PolicyDecisionAction::Deny);
        let verdict = match admission.allowed() {
            _ if failed => "error",
            false => "deny",
            true if admission.evaluated() == 0 => "not judged",
            true if !admission.warnings.is_empty() => "warn",
            true => "admit",
        };
        let status = admission.status(attributes).map(|status| status.message.to_string());
        Self {
            verdict,
            validation: denied.map(|(index, _)| *index),
            message: denied
                .map_or_else(|| status.unwrap_or_default(), |(_, decision)| decision.message.to_string()),
            audit: admission.audit.iter().cloned().collect(),
        }
    }

    /// Whether the case expects something else.
    fn differs(&self, case: NodeRef<'_>) -> Result<(), String> {
        let mut out = String::new();
        if self.verdict != text(case, "expect") {
            let _ = write!(out, "{} instead of {}; ", self.verdict, text(case, "expect"));
        }
        let expected = case.get("validation").and_then(NodeRef::as_int);
        if let Some(expected) = expected
            && self.validation.and_then(|index| i64::try_from(index).ok()) != Some(expected)
        {
            let _ = write!(out, "validation {:?} instead of {expected}; ", self.validation);
        }
        let message = text(case, "message");
        if !self.message.ends_with(message) {
            let _ = write!(out, "`{}` instead of `{message}`; ", self.message);
        }
        for entry in case.get("audit").map(NodeRef::entries).unwrap_or_default() {
            let value = case.get("audit").map(|audit| text(audit, &entry.key)).unwrap_or_default();
            if self.audit.get(&*entry.key).map(String::as_str) != Some(value) {
                let _ = write!(out, "annotation {} is {:?}; ", entry.key, self.audit.get(&*entry.key));
            }
        }
        if out.is_empty() {
            return Ok(());
        }
        if self.verdict != "admit" {
            let _ = write!(out, "it says `{}`", self.message);
        }
        Err(out)
    }
}

/// The object as admission sees it.
pub(crate) fn seen(object: &Object, step: Step, old: Option<&Object>) -> Result<Object, String> {
    thread_local!(static DEFAULTS: Defaults = Defaults::built_in());
    let seen = DEFAULTS
        .with(|defaults| defaults.admit(object.root(), &object.gvk, step, old.map(|old| &*old.document)));
    if seen.refused.is_some() || !seen.unknown.is_empty() {
        return Err(format!("{} is refused before admission", object.name.value));
    }
    let document = Rc::new(seen.document);
    Object::at(&document, document.root_id()).map_err(|error| error.to_string())
}

pub(crate) fn objects(text: &str) -> Vec<Object> {
    let documents = documents(text).into_iter().map(Rc::new);
    documents.flat_map(|document| Object::identify(&document).objects).collect()
}

/// The field that a case is about is among those that decided, in the report of a review.
#[test]
fn reports_point_at_the_field() {
    let reviewer = Reviewer::default();
    let (mut asked, mut wrong) = (0, String::new());
    for policy in policies() {
        let tests = Rc::new(policy.documents("tests.yaml").remove(0));
        for node in tests.root().get("cases").unwrap().items() {
            let case = Case { policy: &policy, tests: &tests, case: node };
            let path = text(node, "path");
            // A review applies objects; what is not applied is asked about elsewhere.
            let asked_for = node
                .get("request")
                .is_some_and(|request| matches!(text(request, "operation"), "CONNECT" | "DELETE"));
            if path.is_empty() || asked_for {
                continue;
            }
            asked += 1;
            let report = reviewer.review(&case.scenario());
            let reads: Vec<String> = report
                .objects
                .iter()
                .flat_map(|object| &object.policies)
                .flat_map(|policy| &policy.bindings)
                .flat_map(|binding| &binding.evaluations)
                .flat_map(|evaluation| &evaluation.validations)
                .filter(|validation| validation.denied)
                .filter_map(|validation| validation.explanation.as_ref())
                .flat_map(|explanation| explanation.reads.iter().map(|read| read.path.clone()))
                .collect();
            let about = format!("object.{path}");
            let reads: Vec<String> =
                reads.iter().map(|read| read.replace("[\"", "[").replace("\"]", "]")).collect();
            // A culprit that a variable collected is named as a whole: what it is about is in it.
            if !reads.iter().any(|read| about.starts_with(read.as_str()) || read.starts_with(&about)) {
                let _ = writeln!(
                    wrong,
                    "{}: {}: {about} is not among {reads:?}",
                    policy.name,
                    text(node, "name")
                );
            }
        }
    }
    println!("{asked} places");
    assert!(wrong.is_empty(), "\n{wrong}");
}

impl Case<'_> {
    /// The case as a person would paste it.
    fn scenario(&self) -> Scenario {
        let request = self.case.get("request");
        let asked = |key: &str| request.map_or("", |request| text(request, key)).to_owned();
        let print = |objects: Vec<Object>| -> String {
            objects.iter().map(|object| json(object.root(), usize::MAX) + "\n---\n").collect()
        };
        let text = |role, text: String| Text { name: format!("{role:?}"), role, text };
        let params = match self.objects("params", "") {
            Some(params) => print(params),
            None => self.policy.text("params.yaml"),
        };
        let files = ["policy.yaml", "binding.yaml"].map(|file| self.policy.text(file));
        let mut cluster = self.objects("cluster", "clusterFile").unwrap_or_default();
        cluster.extend(self.object("oldObject", "oldFile"));
        let object = self.object("object", "file");
        Scenario {
            texts: vec![
                text(TextRole::Policies, format!("{}\n---\n{}\n---\n{params}", files[0], files[1])),
                text(TextRole::Resources, print(object.into_iter().collect())),
                text(TextRole::Cluster, print(cluster)),
            ],
            request: Request {
                operation: asked("operation"),
                subresource: asked("subresource"),
                ..Request::default()
            },
            explain: true,
            ..Scenario::default()
        }
    }
}
