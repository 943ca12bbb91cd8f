//! Built-in checks, on fixtures that are marked in place: a comment below a line points at what a check reports of it.
//!
//! `testdata/checks/ID/fail/*.yaml` hold what the check reports and nothing else of that check, `pass/*.yaml` what it
//! does not. Marks are compared, and written by `UPDATE=1`. A first line `# options: …` sets options: `complete`,
//! `version=25`, `trusted=registry.example`.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use celgate::{
    checks::{self, CheckResult, Input, Options, hardening, pod_security},
    objects::{Field, Object},
    source::{SourceId, Sources},
    yaml::{self, Document},
};
use serde_json::json;

/// A text, read.
struct Scene {
    text: String,
    documents: Vec<Rc<Document>>,
    objects: Vec<Object>,
    options: Options,
}

impl Scene {
    fn read(text: String) -> Self {
        let mut sources = Sources::default();
        let id = sources.add("fixture", text.clone());
        let parsed = yaml::parse(sources.get(id).unwrap());
        assert!(parsed.errors.is_empty(), "{:?}\n{text}", parsed.errors);
        let documents: Vec<_> = parsed.documents.into_iter().map(Rc::new).collect();
        let mut objects = Vec::new();
        for document in &documents {
            let identified = Object::identify(document);
            assert!(identified.errors.is_empty(), "{:?}\n{text}", identified.errors);
            objects.extend(identified.objects);
        }
        let options = options(text.lines().next().unwrap_or(""));
        Self { text, documents, objects, options }
    }

    fn ask(&self, id: &str) -> Vec<CheckResult> {
        let input = Input::new(&self.objects, &[], &self.options);
        let mut results = checks::run(&input);
        results.retain(|result| result.about.id == id);
        results
    }
}

pub(crate) fn options(line: &str) -> Options {
    let mut options = Options::default();
    let Some(words) = line.strip_prefix("# options: ") else { return options };
    for word in words.split(", ") {
        match word.split_once('=') {
            Some(("version", minor)) => options.version = minor.parse().unwrap(),
            Some(("trusted", registry)) => options.trusted_registries.push(registry.into()),
            Some(("silenced", id)) => options.silenced.push(id.into()),
            None if word == "complete" => options.complete = true,
            _ => panic!("unknown option {word}"),
        }
    }
    options
}

fn is_mark(line: &str) -> bool {
    line.trim_start().strip_prefix('#').is_some_and(|rest| rest.trim_start().starts_with('^'))
}

/// The text with a mark below every line that a result points at.
fn marked(scene: &Scene, results: &[CheckResult]) -> String {
    let mut marks: Vec<(usize, String)> = Vec::new();
    for result in results {
        for (at, place) in result.places.iter().enumerate() {
            assert_eq!(place.span.source, SourceId(0));
            let (start, end) = (place.span.start as usize, place.span.end as usize);
            let line_start = scene.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
            let line = scene.text[..start].matches('\n').count();
            let line_end = scene.text[start..].find('\n').map_or(scene.text.len(), |newline| start + newline);
            let column = scene.text[line_start..start].chars().count();
            let width = scene.text[start..end.min(line_end)].trim_end().chars().count().max(1);
            // A comment needs a column of its own before the carets.
            let mut mark = format!("{}#", " ".repeat(column.saturating_sub(2)));
            mark.push_str(&" ".repeat(column.saturating_sub(mark.len())));
            mark.push_str(&"^".repeat(width));
            if at == 0 {
                let _ = write!(mark, " {} · {:?} · {}", result.message, result.severity, place.path);
            }
            marks.push((line, mark));
        }
    }
    marks.sort_by_key(|mark| mark.0);
    let mut out = String::new();
    for (at, line) in scene.text.lines().enumerate() {
        out.push_str(line);
        out.push('\n');
        for (_, mark) in marks.iter().filter(|mark| mark.0 == at) {
            out.push_str(mark);
            out.push('\n');
        }
    }
    out
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/checks")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut list: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    list.sort();
    list
}

#[test]
fn fixtures_are_answered_as_marked() {
    let mut wrong = String::new();
    for folder in files(&testdata()) {
        let id = folder.file_name().unwrap().to_str().unwrap();
        for file in files(&folder.join("fail")) {
            let text = fs::read_to_string(&file).unwrap();
            let bare: String =
                text.lines().filter(|line| !is_mark(line)).flat_map(|line| [line, "\n"]).collect();
            let scene = Scene::read(bare);
            let results = scene.ask(id);
            let fresh = marked(&scene, &results);
            if results.is_empty() {
                let _ = writeln!(wrong, "{}: nothing is reported", file.display());
            }
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&file, fresh).unwrap();
            } else if fresh != text {
                let _ = writeln!(wrong, "{}: marks differ, now:\n{fresh}", file.display());
            }
            for result in &results {
                if let Some(error) = fix_fails(&scene, result, id) {
                    let _ = writeln!(wrong, "{}: {error}", file.display());
                }
            }
        }
        for file in files(&folder.join("pass")) {
            let scene = Scene::read(fs::read_to_string(&file).unwrap());
            let results = scene.ask(id);
            if !results.is_empty() {
                let _ = writeln!(wrong, "{}: reported:\n{}", file.display(), marked(&scene, &results));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Applies the fix of a result, which must make it go away and leave the rest of the text readable.
fn fix_fails(scene: &Scene, result: &CheckResult, id: &str) -> Option<String> {
    if result.changes.is_empty() {
        return None;
    }
    let object = &scene.objects[result.object];
    let document = scene.documents.iter().find(|document| Rc::ptr_eq(document, &object.document)).unwrap();
    let Some(fix) = result.fix(&scene.text, document) else {
        return Some(format!("no edit for {:?}", result.changes));
    };
    let (start, end) = (fix.span.start as usize, fix.span.end as usize);
    let fixed = format!("{}{}{}", &scene.text[..start], fix.text, &scene.text[end..]);
    let after = Scene::read(fixed.clone());
    let values = |scene: &Scene| -> Vec<serde_json::Value> {
        let json = scene.objects.iter().map(|object| celgate::objects::json(object.root(), usize::MAX));
        json.map(|text| serde_json::from_str(&text).unwrap()).collect()
    };
    let (was, is) = (values(scene), values(&after));
    let changed: usize = was.iter().zip(&is).map(|(was, is)| replaced(was, is)).sum();
    if was.len() != is.len() || changed > result.changes.len() {
        return Some(format!("the fix changes more than it should ({}):\n{fixed}", fix.title));
    }
    let gone =
        !after.ask(id).iter().any(|other| other.message == result.message && other.object == result.object);
    (!gone).then(|| format!("the fix does not mend it ({}):\n{fixed}", fix.title))
}

/// How many values of `was` are others in `is`; what is new does not count.
fn replaced(was: &serde_json::Value, is: &serde_json::Value) -> usize {
    use serde_json::Value::{Array, Null, Object};
    match (was, is) {
        (Null, _) => 0,
        (Object(was), Object(is)) => {
            was.iter().map(|(key, was)| is.get(key).map_or(1, |is| replaced(was, is))).sum()
        }
        (Array(was), Array(is)) if was.len() == is.len() => {
            was.iter().zip(is).map(|(was, is)| replaced(was, is)).sum()
        }
        _ => usize::from(was != is),
    }
}

/// How the fixtures of a kind are called: `absent*.yaml` leave out what the check is about.
const KINDS: [&str; 3] = ["failing", "passing", "absent"];

/// The fixtures of a check by kind, in the order of [`KINDS`].
fn fixtures(id: &str) -> [Vec<PathBuf>; 3] {
    let [mut failing, mut passing] = ["fail", "pass"].map(|side| files(&testdata().join(id).join(side)));
    let absent = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("absent");
    let missing = failing.iter().chain(&passing).filter(|path| absent(path)).cloned().collect();
    // One that is absent and passes is a passing one only for checks that have no other.
    for side in [&mut failing, &mut passing] {
        if side.iter().any(|path| !absent(path)) {
            side.retain(|path| !absent(path));
        }
    }
    [failing, passing, missing]
}

#[test]
fn every_check_has_fixtures_and_words() {
    let (mut seen, mut advice) = (BTreeSet::new(), Vec::new());
    let (mut checks, mut counts) = (0, [0; 3]);
    let mut wrong = String::new();
    for about in checks::all() {
        assert!(seen.insert(about.id), "{} twice", about.id);
        assert!(!about.title.is_empty() && !about.help.is_empty(), "{} says nothing", about.id);
        assert!(!about.references.is_empty(), "{} has no link", about.id);
        if let Some(policy) = about.policy {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(policy);
            assert!(folder.is_dir(), "{}: policies/{policy} is not there", about.id);
        }
        if hardening::CHECKS.iter().any(|check| check.about.id == about.id && check.is_advice()) {
            advice.push(about.id);
            continue;
        }
        checks += 1;
        for ((kind, files), count) in KINDS.iter().zip(fixtures(about.id)).zip(&mut counts) {
            *count += files.len();
            if files.is_empty() {
                let _ = writeln!(wrong, "{}: no {kind} fixture", about.id);
            }
        }
    }
    for folder in files(&testdata()) {
        let id = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if !seen.contains(&*id) {
            let _ = writeln!(wrong, "{id}: fixtures of no check");
        }
    }
    println!("{checks} checks with fixtures: {counts:?} {KINDS:?}");
    println!("{} more are advice that no manifest can show to be followed: {advice:?}", advice.len());
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What is called absent is: none of the fields that the check points at elsewhere is in the text.
#[test]
fn absent_fields_are_absent() {
    /// A path without the numbers in it.
    fn anywhere(path: &str) -> String {
        let mut out = String::new();
        for part in path.split_inclusive('[') {
            out.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        }
        out
    }
    fn paths(field: &Field<'_>, into: &mut BTreeSet<String>) {
        into.insert(anywhere(&field.path));
        field.fields().for_each(|(_, field)| paths(&field, into));
        field.elements().iter().for_each(|item| paths(item, into));
    }
    let (mut held, mut wrong) = (0, String::new());
    for about in checks::all() {
        let [failing, _, absent] = fixtures(about.id);
        let pointed = |files: &[PathBuf], missing: bool| -> BTreeSet<String> {
            let scenes = files.iter().map(|file| Scene::read(fs::read_to_string(file).unwrap()));
            let results = scenes.flat_map(|scene| scene.ask(about.id));
            let places = results.filter_map(|result| result.places.into_iter().next());
            places.filter(|place| place.missing == missing).map(|place| anywhere(&place.path)).collect()
        };
        let mut values = pointed(&failing, false);
        // A name stands for the whole object, a kind or a version is never left out.
        for whole in ["metadata.name", "kind", "apiVersion"] {
            values.remove(whole);
        }
        for file in absent {
            held += 1;
            let scene = Scene::read(fs::read_to_string(&file).unwrap());
            let mut there = BTreeSet::new();
            scene.objects.iter().for_each(|object| paths(&Field::root(object.root()), &mut there));
            for path in values.intersection(&there) {
                // What is missing from a list is not the list.
                if !path.ends_with("[]") {
                    let _ = writeln!(wrong, "{}: {path} is there", file.display());
                }
            }
        }
    }
    println!("{held} fixtures without the field");
    assert!(held > 100 && wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_catalogue_agrees() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/corpora/hardening/catalogue.json"));
    let Some(text) = path.into_iter().find_map(|path| fs::read_to_string(path).ok()) else {
        println!("skipped: shared/corpora is not here");
        return;
    };
    let catalogue: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let known: BTreeSet<&str> = checks::all().map(|about| about.id).collect();
    let (mut asked, mut wrong) = (0, String::new());
    for entry in &catalogue {
        let id = entry["id"].as_str().unwrap();
        if id == "pss-baseline" || id == "pss-restricted" {
            continue;
        }
        if !known.contains(id) {
            let _ = writeln!(wrong, "{id} is missing");
        }
        for case in entry["tests"].as_array().into_iter().flatten() {
            let mut object = case[0].clone();
            // These two are only asked of what is marked; the catalogue's expressions leave that to matchConditions.
            match id {
                "hard-isolation-hint" => {
                    object["metadata"]["labels"] = json!({"celgate.dev/sensitive": "true"})
                }
                "node-isolation-missing" => {
                    object["metadata"]["labels"] = json!({"celgate.dev/dedicated": "true"})
                }
                _ => {}
            }
            complete(&mut object, entry["kinds"].as_str().unwrap());
            let mut scene = Scene::read(object.to_string());
            if let Some(registries) = entry["params"]["registries"].as_array() {
                scene.options.trusted_registries =
                    registries.iter().map(|registry| registry.as_str().unwrap().to_owned()).collect();
            }
            let results = scene.ask(id);
            let passes = case[1].as_bool().unwrap();
            asked += 1;
            if results.is_empty() != passes {
                let messages: Vec<_> = results.iter().map(|result| &result.message).collect();
                let _ = writeln!(wrong, "{id}: passes {passes}, reported {messages:?}\n  {}", case[0]);
            }
        }
    }
    println!("{asked} cases of the catalogue");
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The catalogue leaves out what its expressions do not read.
fn complete(object: &mut serde_json::Value, kinds: &str) {
    const GROUPS: &[(&str, &str)] = &[
        ("Pod", "v1"),
        ("Deployment", "apps/v1"),
        ("CronJob", "batch/v1"),
        ("NetworkPolicy", "networking.k8s.io/v1"),
        ("Ingress", "networking.k8s.io/v1"),
        ("Role", "rbac.authorization.k8s.io/v1"),
        ("ClusterRole", "rbac.authorization.k8s.io/v1"),
        ("RoleBinding", "rbac.authorization.k8s.io/v1"),
        ("ClusterRoleBinding", "rbac.authorization.k8s.io/v1"),
        ("PeerAuthentication", "security.istio.io/v1"),
        ("DestinationRule", "networking.istio.io/v1"),
        ("ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1"),
        ("ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1"),
        ("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1"),
    ];
    if object["kind"].is_null() {
        object["kind"] = kinds.split([',', ' ', ';']).next().unwrap().into();
    }
    if object["apiVersion"].is_null() {
        let kind = object["kind"].as_str().unwrap();
        let known = GROUPS.iter().find(|(known, _)| *known == kind);
        object["apiVersion"] = known.map_or("v1", |(_, version)| version).into();
    }
}

#[test]
fn pod_security_stands_in_the_order_of_its_answers() {
    let ids: Vec<(pod_security::Level, &str)> =
        pod_security::CHECKS.iter().map(|check| (check.level, check.id)).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for check in pod_security::CHECKS {
        assert!(check.revisions.is_sorted_by(|a, b| a.since < b.since), "{}", check.id);
    }
}

#[test]
fn an_object_silences_checks() {
    let pod = |silence: &str| {
        Scene::read(format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    celgate.dev/silence: {silence}\n\
             spec:\n  hostPID: true\n  containers:\n    - name: a\n      image: busybox\n"
        ))
    };
    for (silence, id, left) in [
        ("x", "image-tag-latest", 1),
        ("image-tag-latest, host-ports", "image-tag-latest", 0),
        ("host-namespaces", "host-namespaces", 0),
        ("pss-baseline", "host-namespaces", 0),
        ("pss-baseline", "run-as-non-root", 1),
    ] {
        assert_eq!(pod(silence).ask(id).len(), left, "{silence}: {id}");
    }
}

/// The findings as a user meets them: in the report of a review.
mod in_a_review {
    use celgate::review::{Scenario, Text, TextRole, review};

    fn scenario(texts: &[(TextRole, &str)]) -> Scenario {
        let text = |(role, text): &(TextRole, &str)| Text {
            name: format!("{role:?}.yaml"),
            role: *role,
            text: (*text).to_owned(),
        };
        Scenario { texts: texts.iter().map(text).collect(), ..Scenario::default() }
    }

    #[test]
    fn a_vacuous_guard_is_marked_in_its_policy() {
        let policy = include_str!("../../../policies/lessons/deny-mutable-filesystem/policy.yaml");
        let report = review(&scenario(&[(TextRole::Policies, policy)]));
        let mark =
            report.diagnostics.iter().find(|mark| mark.id == "check/vap-vacuous-guard").expect("a mark");
        let message = "ValidatingAdmissionPolicy/deny-mutable-filesystem: expression 0 passes when \
                       readOnlyRootFilesystem is absent";
        assert_eq!(mark.message, message);
        assert!(policy[mark.span.start as usize..].starts_with(">-"), "{:?}", mark.span);
    }

    #[test]
    fn a_pod_is_refused_by_the_level_of_its_namespace() {
        let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: \
                         {pod-security.kubernetes.io/enforce: baseline}}}";
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: \
                   {hostPID: true, containers: [{name: a, image: 'x:1'}]}}";
        let report = review(&scenario(&[(TextRole::Cluster, namespace), (TextRole::Resources, pod)]));
        let message = r#"pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)"#;
        let verdict = &report.objects[0].verdict;
        assert!(verdict.stderr.contains(message), "{}", verdict.stderr);
        let ids: Vec<&str> = report.objects[0].findings.iter().map(|finding| &*finding.check).collect();
        assert!(ids.contains(&"host-namespaces") && ids.contains(&"no-privilege-escalation"), "{ids:?}");
    }

    /// What a user sets, and what of the answer depends on it.
    #[test]
    fn settings_are_heard() {
        const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\n\
                           spec: {hostPID: true, containers: [{name: a, image: 'docker.io/x:1'}]}\n";
        let report = |change: &dyn Fn(&mut Scenario), more: &str| {
            let mut scenario = scenario(&[(TextRole::Resources, POD), (TextRole::Cluster, more)]);
            change(&mut scenario);
            review(&scenario).objects.remove(0)
        };
        let refusal = |change: &dyn Fn(&mut Scenario), more: &str| report(change, more).verdict.stderr;
        let levels = |change: &dyn Fn(&mut Scenario), id: &str| -> Vec<String> {
            let findings = report(change, "").findings.into_iter();
            findings.filter(|finding| finding.check == id).map(|finding| finding.level).collect()
        };
        let refused = r#"violates PodSecurity "baseline:v1.30": host namespaces (hostPID=true)"#;
        let set = |level: &'static str| move |scenario: &mut Scenario| scenario.pod_security = level.into();
        let nothing = |_: &mut Scenario| ();

        // The level of a namespace that is not there; one that is there speaks for itself.
        assert_eq!(refusal(&nothing, ""), "");
        assert!(refusal(&set("baseline:v1.30"), "").contains(refused));
        assert!(refusal(&set("baseline"), "").contains(&refused.replace("v1.30", "latest")));
        let open = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}";
        assert_eq!(refusal(&set("baseline"), open), "");
        assert_eq!(report(&set("privileged"), "").verdict.warnings.len(), 0);

        // What the server is told, alone or as part of its configuration.
        let alone = |exempt: &str| {
            format!(
                "{{apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, \
                 defaults: {{enforce: baseline, enforce-version: v1.30}}, exemptions: {{{exempt}}}}}"
            )
        };
        assert!(refusal(&nothing, &alone("")).contains(refused));
        assert!(refusal(&set("baseline:v1.30"), &alone("usernames: [somebody]")).contains(refused));
        for exempt in ["namespaces: [shop]", "usernames: [kubernetes-admin]"] {
            assert_eq!(refusal(&nothing, &alone(exempt)), "", "{exempt}");
        }
        let inside = format!(
            "{{apiVersion: apiserver.config.k8s.io/v1, kind: AdmissionConfiguration, plugins: \
             [{{name: PodSecurity, configuration: {}}}]}}",
            alone("")
        );
        assert!(refusal(&nothing, &inside).contains(refused));
        assert_eq!(refusal(&nothing, &alone("").replace("enforce: baseline", "enforce: Baseline")), "");

        // Registries, completeness, silence.
        assert!(levels(&nothing, "image-untrusted-registry").is_empty());
        let trust = |registry: &'static str| {
            move |scenario: &mut Scenario| scenario.trusted_registries = vec![registry.into()]
        };
        assert_eq!(levels(&trust("registry.example"), "image-untrusted-registry"), ["high"]);
        assert!(levels(&trust("docker.io/library"), "image-untrusted-registry").is_empty());
        assert_eq!(levels(&nothing, "namespace-default-deny-missing"), ["info", "info"]);
        let complete = |scenario: &mut Scenario| scenario.complete = true;
        assert_eq!(levels(&complete, "namespace-default-deny-missing"), ["high", "medium"]);
        assert_eq!(levels(&nothing, "host-namespaces"), ["high"]);
        for silenced in ["host-namespaces", "pss-baseline"] {
            let silence = |scenario: &mut Scenario| scenario.silenced = vec![silenced.into()];
            assert!(levels(&silence, "host-namespaces").is_empty(), "{silenced}");
            assert_eq!(levels(&silence, "no-privilege-escalation"), ["high"]);
        }
        let standards = report(&nothing, "").findings.into_iter();
        let standards = standards.filter(|finding| finding.check == "no-privilege-escalation");
        assert_eq!(standards.map(|finding| finding.standards).collect::<String>(), "CIS 5.2.6; NSA 1.7");
    }

    /// The CEL of a ConstraintTemplate is evaluated as the policy that Gatekeeper makes of it.
    #[test]
    fn a_gatekeeper_template_with_cel_is_judged() {
        const TEMPLATE: &str = "apiVersion: templates.gatekeeper.sh/v1\n\
            kind: ConstraintTemplate\n\
            metadata: {name: k8srequiredlabels}\n\
            spec:\n\
            \x20 crd: {spec: {names: {kind: K8sRequiredLabels}}}\n\
            \x20 targets:\n\
            \x20 - target: admission.k8s.gatekeeper.sh\n\
            \x20   code:\n\
            \x20   - engine: K8sNativeValidation\n\
            \x20     source:\n\
            \x20       variables:\n\
            \x20       - {name: missing, expression: \"variables.params.labels.filter(l, !(l in variables.anyObject.metadata.?labels.orValue({})))\"}\n\
            \x20       validations:\n\
            \x20       - {expression: 'variables.missing.size() == 0', messageExpression: \"'missing: ' + variables.missing.join(', ')\"}\n\
            ---\n";
        let constraint = |more: &str| {
            format!(
                "{TEMPLATE}{{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: K8sRequiredLabels, metadata: {{name: \
                 team}}, spec: {{{more}match: {{kinds: [{{apiGroups: [''], kinds: [Pod]}}], excludedNamespaces: ['kube-*']}}, \
                 parameters: {{labels: [team, tier]}}}}}}"
            )
        };
        let pod = |rest: &str| {
            format!(
                "{{apiVersion: v1, kind: Pod, metadata: {{name: p{rest}}}, spec: {{containers: [{{name: a, image: 'x:1'}}]}}}}"
            )
        };
        let verdict = |policies: &str, resources: &str| {
            let report =
                review(&scenario(&[(TextRole::Policies, policies), (TextRole::Resources, resources)]));
            report.objects[0].verdict.clone()
        };
        let text = "ValidatingAdmissionPolicy 'gatekeeper-k8srequiredlabels' with binding 'gatekeeper-team' denied request: \
                    missing: tier";
        let labelled = pod(", labels: {team: shop}");
        let denied = verdict(&constraint(""), &labelled);
        assert!(denied.stderr.contains(text), "{}", denied.stderr);
        let warned = verdict(&constraint("enforcementAction: warn, "), &labelled);
        assert!(warned.stderr.contains("missing: tier") && warned.exit_code == 0, "{warned:?}");
        for (what, policies, resources) in [
            ("all labels", constraint(""), pod(", labels: {team: shop, tier: web}")),
            ("a namespace that is left out", constraint(""), pod(", namespace: kube-public")),
            ("another kind", constraint(""), "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}}".into()),
            ("no constraint", TEMPLATE.into(), labelled),
        ] {
            assert_eq!(verdict(&policies, &resources).stderr, "", "{what}");
        }
    }

    #[test]
    fn tightening_a_namespace_warns_of_the_pods_in_it() {
        let before = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n\
                      {apiVersion: v1, kind: Pod, metadata: {name: old, namespace: shop}, spec: \
                      {hostPID: true, containers: [{name: a, image: 'x:1'}]}}";
        let after = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: \
                     {pod-security.kubernetes.io/enforce: baseline}}}";
        let report = review(&scenario(&[(TextRole::Cluster, before), (TextRole::Resources, after)]));
        assert_eq!(
            report.objects[0].verdict.warnings,
            [
                r#"existing pods in namespace "shop" violate the new PodSecurity enforce level "baseline:latest""#,
                "old: host namespaces"
            ]
        );
    }
}
