//! Each check beside its policy, on every object of all fixtures: where they differ, `policies/agreement.yaml` says why.
//!
//! A policy names its checks in its annotation `celgate.dev/checks`: `ID`, or `ID 0+2` for the validations that are that
//! check's, separated by commas. `policies/none.yaml` lists the checks that no policy can stand for.

use std::{
    collections::{BTreeMap, BTreeSet},
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
    checks::{
        self, CheckResult, Input, Options,
        pod_security::{self, LevelVersion, NEWEST, Subject, Version, View, evaluate},
    },
    environment::{CURRENT, Environment, Mode},
    objects::{Cluster, Field, Knowledge, Object, Resources, Scope, pods::Pod},
    schema::defaults::Operation as Step,
};

use crate::{
    checks::options,
    policies::{documents, library, objects, policies, seen, text, yaml_files},
};

/// A check and the policy that stands for it.
struct Pair {
    check: String,
    /// As an index into the compiled policies.
    policy: usize,
    /// `None`: all of them.
    validations: Option<BTreeSet<usize>>,
}

/// The policy's own name and every check it names.
fn pairs() -> (Vec<String>, Vec<Pair>) {
    let (mut names, mut pairs) = (Vec::new(), Vec::new());
    for (at, policy) in policies().iter().enumerate() {
        names.push(format!("{}/{}", policy.category, policy.name));
        let checks = policy.annotation("checks");
        for words in checks.split(',').map(str::trim).filter(|words| !words.is_empty()) {
            let (check, validations) = words.split_once(' ').map_or((words, None), |(check, list)| {
                (check, Some(list.split('+').map(|number| number.trim().parse().unwrap()).collect()))
            });
            pairs.push(Pair { check: check.to_owned(), policy: at, validations });
        }
    }
    (names, pairs)
}

#[test]
fn every_check_has_a_policy_or_a_reason() {
    let (names, pairs) = pairs();
    let none = documents(&fs::read_to_string(library().join("none.yaml")).unwrap()).remove(0);
    let reasons: BTreeMap<&str, &str> = none
        .root()
        .entries()
        .iter()
        .flat_map(|entry| {
            none.root().get(&entry.key).unwrap().items().map(|id| (id.as_str().unwrap(), &*entry.key))
        })
        .collect();
    let mut wrong = String::new();
    for about in checks::all() {
        let named: Vec<&str> = pairs
            .iter()
            .filter(|pair| pair.check == about.id)
            .map(|pair| names[pair.policy].as_str())
            .collect();
        if named != Vec::from_iter(about.policy) {
            let _ = writeln!(wrong, "{}: names {:?}, is named by {named:?}", about.id, about.policy);
        }
        if about.policy.is_some() == reasons.contains_key(about.id) {
            let _ = writeln!(wrong, "{}: a policy or a reason, and not both", about.id);
        }
    }
    let known: BTreeSet<&str> = checks::all().map(|about| about.id).collect();
    let unknown = pairs.iter().map(|pair| pair.check.as_str()).chain(reasons.keys().copied());
    unknown.filter(|id| !known.contains(id)).for_each(|id| {
        let _ = writeln!(wrong, "{id}: no such check");
    });
    println!(
        "{} checks have a policy, {} a reason why not; {} policies stand for checks, of {}",
        pairs.len(),
        reasons.len(),
        pairs.iter().map(|pair| pair.policy).collect::<BTreeSet<_>>().len(),
        names.len()
    );
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// An explanation of differences: the check alone, or the policy alone, speaks up.
struct Explanation {
    check: String,
    only: String,
    /// What the check's message, or the name of the fixture, contains.
    says: String,
    /// The severity of what the check says; empty: any.
    level: String,
    used: usize,
}

/// A text with its objects, and what it is called.
struct Fixture {
    name: String,
    objects: Vec<Object>,
    options: Options,
}

fn fixtures() -> Vec<Fixture> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/checks");
    let mut list: Vec<Fixture> = yaml_files(&own)
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file).unwrap();
            Fixture {
                name: file.strip_prefix(&own).unwrap().display().to_string(),
                objects: objects(&text),
                options: options(text.lines().next().unwrap_or("")),
            }
        })
        .collect();
    list.extend(policies().iter().flat_map(|policy| {
        policy.samples().into_iter().filter(|file| file.ends_with(".yaml")).map(move |file| Fixture {
            name: format!("policies/{}/{}/{file}", policy.category, policy.name),
            objects: objects(&policy.text(&format!("samples/{file}"))),
            options: Options::default(),
        })
    }));
    list.extend(shared());
    list
}

/// What lies beside the repository.
fn shared() -> Vec<Fixture> {
    let ancestors = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let found: Option<PathBuf> =
        ancestors.map(|folder| folder.join("shared/corpora")).find(|folder| folder.is_dir());
    let Some(corpora) = found else {
        println!("skipped: shared/corpora is not here");
        return Vec::new();
    };
    // The last is long and much the same: every eighth, unless ALL=1 asks for the whole.
    let step = if std::env::var_os("ALL").is_some() { 1 } else { 8 };
    let files = [
        ("pod_security/fixtures.jsonl", 1),
        ("pod_security/messages.jsonl", 1),
        ("golden/podsecurity/pods.jsonl", step),
    ];
    let mut list = Vec::new();
    for (file, step) in files {
        let text = fs::read_to_string(corpora.join(file)).unwrap_or_default();
        for (at, line) in text.lines().enumerate().step_by(step) {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            if case["object"].is_object() {
                list.push(Fixture {
                    name: format!("{file}:{}", at + 1),
                    objects: objects(&case["object"].to_string()),
                    options: Options::default(),
                });
            }
        }
    }
    list
}

/// All policies, bound to everything, with their params.
fn library_compiled() -> (Vec<CompiledPolicy>, Vec<Binding>, Vec<Object>) {
    let libraries = Environment::new(CURRENT.compatibility(), Mode::Stored);
    let compiled: Vec<CompiledPolicy> = policies()
        .iter()
        .map(|policy| {
            CompiledPolicy::compile(
                Decoded::decode(&objects(&policy.text("policy.yaml")).remove(0)),
                &libraries,
            )
        })
        .collect();
    // Bindings leave namespaces out, and some only warn: the policies are asked as if they were bound to everything.
    let bindings: Vec<Binding> = policies()
        .iter()
        .map(|policy| {
            let params = match policy.documents("params.yaml").last() {
                Some(params) => format!(
                    ", paramRef: {{name: {}, namespace: {}, parameterNotFoundAction: Deny}}",
                    text(params.root().get("metadata").unwrap(), "name"),
                    match text(params.root().get("metadata").unwrap(), "namespace") {
                        "" => "null",
                        namespace => namespace,
                    }
                ),
                None => String::new(),
            };
            Binding::decode(&objects(&format!(
                "{{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: \
                 {{name: b}}, spec: {{policyName: {}, validationActions: [Deny]{params}}}}}",
                policy.name
            ))
            .remove(0))
        })
        .collect();
    let params: Vec<Object> =
        policies().iter().flat_map(|policy| objects(&policy.text("params.yaml"))).collect();
    (compiled, bindings, params)
}

/// What a check says of an object, with its severity. What restricted need not repeat of baseline counts here.
fn says(results: &[CheckResult], at: usize, check: &str, object: &Object) -> Vec<(String, String)> {
    let pods = pod_security::CHECKS.iter().find(|known| known.about.id == check);
    let pod = Pod::find(&object.gvk.group, &object.gvk.kind, object.root());
    if let Some((known, pod)) = pods.zip(pod) {
        let asked = LevelVersion { level: known.level, version: Version::Latest };
        let evaluation = evaluate(&Subject::new(pod, View::Stored), asked, NEWEST);
        let violations = evaluation.violations().filter(|(answered, _)| answered.id == known.id);
        return violations.map(|(_, violation)| (String::new(), violation.text())).collect();
    }
    let own = results.iter().filter(|result| result.object == at && result.about.id == check);
    own.map(|result| (format!("{:?}", result.severity).to_lowercase(), result.message.clone())).collect()
}

/// Whether the API's validation refuses an object: a rule without verbs, a pod without containers or images.
fn is_invalid(object: &Object) -> bool {
    let rules = Field::root(object.root()).items("rules");
    if &*object.gvk.group == "rbac.authorization.k8s.io"
        && rules.iter().any(|rule| rule.items("verbs").is_empty())
    {
        return true;
    }
    let Some(pod) = Pod::find(&object.gvk.group, &object.gvk.kind, object.root()) else { return false };
    let regular = pod.get(&["containers"]).is_some_and(|list| !list.elements().is_empty());
    !regular || pod.containers().iter().any(|container| container.field.text("image").is_none())
}

/// What the policies make of the creation of an object, among the other objects of its fixture.
fn ask(
    object: &Object,
    fixture: &Fixture,
    params: &[Object],
    compiled: &[CompiledPolicy],
    bindings: &[Binding],
) -> Admission {
    let mut cluster = Cluster::new(Resources::default());
    for param in params {
        let trusted = fixture.options.trusted_registries.join(", ");
        if &*param.gvk.kind == "TrustedRegistries" {
            let text = format!(
                "{{apiVersion: policies.celgate.dev/v1, kind: TrustedRegistries, metadata: {{name: {}}}, \
                 registries: [{trusted}]}}",
                param.name.value
            );
            objects(&text).into_iter().for_each(|object| cluster.add(object));
        } else {
            cluster.add(param.clone());
        }
    }
    fixture.objects.iter().for_each(|other| cluster.add(other.clone()));
    let known = cluster.resources().of_kind(&object.gvk);
    let namespace = match (known.scope, &*object.gvk.kind) {
        (Scope::Cluster, "Namespace") => object.effective_name(),
        (Scope::Cluster, _) => String::new(),
        (Scope::Namespaced, _) => cluster.namespace_of(object),
    };
    cluster.assume_namespace(&namespace, &[]);
    let attributes = Attributes {
        operation: Operation::Create,
        kind: object.gvk.clone(),
        resource: known.gvr,
        subresource: "".into(),
        name: object.effective_name().into(),
        namespace: namespace.into(),
        object: Some(object.clone()),
        old_object: None,
        options: Some(Rc::new(documents("{}").remove(0))),
        dry_run: false,
        user: UserInfo::default(),
        typed: known.knowledge == Knowledge::BuiltIn,
    };
    let settings = Settings { authorizer: Some(Rc::new(Rbac::of(&cluster))), ..Settings::default() };
    admit(&attributes, compiled, bindings, &cluster, &settings)
}

/// Which validations of which policies an object fails.
fn denials(name: &str, admission: &Admission, compiled: &[CompiledPolicy]) -> BTreeMap<usize, Vec<usize>> {
    let mut denied = BTreeMap::new();
    for (at, (policy, outcome)) in compiled.iter().zip(&admission.policies).enumerate() {
        let decisions = outcome
            .bindings
            .iter()
            .flat_map(|binding| &binding.evaluations)
            .flat_map(|evaluation| evaluation.decisions.iter().enumerate());
        for (index, decision) in decisions {
            assert!(
                decision.evaluation != PolicyDecisionEvaluation::Error,
                "{}: {}: {}",
                name,
                policy.policy.name.value,
                decision.message
            );
            if decision.action == PolicyDecisionAction::Deny {
                denied.entry(at).or_insert_with(Vec::new).push(index);
            }
        }
    }
    denied
}

#[test]
fn checks_and_policies_agree() {
    let (names, pairs) = pairs();
    let (compiled, bindings, params) = library_compiled();
    let written = documents(&fs::read_to_string(library().join("agreement.yaml")).unwrap()).remove(0);
    let mut explanations: Vec<Explanation> = written
        .root()
        .items()
        .map(|item| {
            assert!(!text(item, "why").is_empty(), "an explanation says why");
            Explanation {
                check: text(item, "check").into(),
                only: text(item, "only").into(),
                says: text(item, "says").into(),
                level: text(item, "level").into(),
                used: 0,
            }
        })
        .collect();
    let mut table: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let (mut judged, mut wrong) = (0, String::new());
    for fixture in fixtures() {
        let input = Input::new(&fixture.objects, &[], &fixture.options);
        let results = checks::run(&input);
        for (at, object) in fixture.objects.iter().enumerate() {
            // What the API server refuses before it asks, it never asks about.
            let Ok(asked) = seen(object, Step::Create, None) else { continue };
            if is_invalid(&asked) {
                continue;
            }
            judged += 1;
            let admission = ask(&asked, &fixture, &params, &compiled, &bindings);
            let denied = denials(&fixture.name, &admission, &compiled);
            for pair in &pairs {
                if pair.check == "image-untrusted-registry" && fixture.options.trusted_registries.is_empty() {
                    continue;
                }
                let row = table.entry(&pair.check).or_default();
                let found = says(&results, at, &pair.check, &asked);
                let denies = denied.get(&pair.policy).is_some_and(|list| {
                    list.iter().any(|index| pair.validations.as_ref().is_none_or(|own| own.contains(index)))
                });
                let only = match (found.is_empty(), denies) {
                    (false, true) => {
                        row[0] += 1;
                        continue;
                    }
                    (true, false) => {
                        row[1] += 1;
                        continue;
                    }
                    (false, false) => "check",
                    (true, true) => "policy",
                };
                let explained = explanations.iter_mut().find(|explanation| {
                    let fits = |(level, message): &(String, String)| {
                        format!("{}: {message}", fixture.name).contains(&explanation.says)
                            && (explanation.level.is_empty() || explanation.level == *level)
                    };
                    explanation.check == pair.check
                        && explanation.only == only
                        && if found.is_empty() {
                            fixture.name.contains(&explanation.says)
                        } else {
                            found.iter().all(fits)
                        }
                });
                match explained {
                    Some(explanation) => {
                        explanation.used += 1;
                        row[2] += 1;
                    }
                    None => {
                        row[3] += 1;
                        let _ = writeln!(
                            wrong,
                            "{} ({}): only the {only} objects to {} {} of {}: {found:?}",
                            pair.check,
                            names[pair.policy],
                            object.kind.value,
                            object.name.value,
                            fixture.name
                        );
                    }
                }
            }
        }
    }
    println!("{judged} objects");
    println!("| check | both object | neither | explained | differ |\n|---|---|---|---|---|");
    for (check, [both, neither, explained, differ]) in &table {
        println!("| {check} | {both} | {neither} | {explained} | {differ} |");
        if *both == 0 {
            let _ = writeln!(wrong, "{check}: no fixture that both object to");
        }
    }
    let total = table.values().fold([0; 4], |sum: [usize; 4], row| [0, 1, 2, 3].map(|at| sum[at] + row[at]));
    println!("| all {} | {} | {} | {} | {} |", table.len(), total[0], total[1], total[2], total[3]);
    for explanation in explanations.iter().filter(|explanation| explanation.used == 0) {
        let _ =
            writeln!(wrong, "agreement.yaml: nothing needs `{}` of {}", explanation.says, explanation.check);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Objects as large as people make them, one of every kind that policies are for.
fn largest() -> String {
    let many =
        |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(", ");
    let containers = |what: &str, count: usize| {
        many(count, &|at| {
            let env = many(40, &|at| format!("{{name: SETTING_{at}, value: 'a value of some length {at}'}}"));
            let args = many(20, &|at| format!("'--setting-{at}=value'"));
            let mounts = many(10, &|at| format!("{{name: v{at}, mountPath: /data/{at}}}"));
            let ports = many(10, &|at| format!("{{containerPort: {}}}", 8000 + at));
            format!(
                "{{name: {what}-{at}, image: 'registry.example/team/{what}-{at}:1.4.2', args: [{args}], env: [{env}], \
                 ports: [{ports}], volumeMounts: [{mounts}]}}"
            )
        })
    };
    let pod = format!(
        "{{containers: [{}], initContainers: [{}], volumes: [{}], tolerations: [{}]}}",
        containers("app", 12),
        containers("setup", 6),
        many(20, &|at| format!("{{name: v{at}, configMap: {{name: settings-{at}}}}}")),
        many(20, &|at| format!("{{key: taint-{at}, operator: Exists}}"))
    );
    let labels = many(40, &|at| format!("example.com/label-{at}: value-{at}"));
    let rules = many(150, &|at| {
        let resources = many(10, &|at| format!("things-{at}"));
        format!("{{apiGroups: [group-{at}.example], resources: [{resources}], verbs: [get, list, watch]}}")
    });
    let subjects = many(150, &|at| format!("{{kind: ServiceAccount, name: account-{at}, namespace: shop}}"));
    let peers = many(20, &|at| format!("{{namespaceSelector: {{matchLabels: {{team: team-{at}}}}}}}"));
    let blocks = many(20, &|at| format!("{{ipBlock: {{cidr: 10.{at}.0.0/16}}}}"));
    let ports = many(10, &|at| format!("{{port: {}}}", 8000 + at));
    let name = format!("name: largest, labels: {{{labels}}}, annotations: {{{labels}}}");
    let selected = format!("{{metadata: {{labels: {{app: a}}, annotations: {{{labels}}}}}, spec: {pod}}}");
    let of = |version: &str, kind: &str, namespace: &str, rest: &str| {
        format!("{{apiVersion: {version}, kind: {kind}, metadata: {{{name}{namespace}}}, {rest}}}")
    };
    let named = ", namespace: shop";
    let rbac = "rbac.authorization.k8s.io/v1";
    [
        of("v1", "Pod", named, &format!("spec: {pod}")),
        of(
            "apps/v1",
            "Deployment",
            named,
            &format!("spec: {{replicas: 3, selector: {{matchLabels: {{app: a}}}}, template: {selected}}}"),
        ),
        of(
            "batch/v1",
            "CronJob",
            named,
            &format!("spec: {{schedule: '* * * * *', jobTemplate: {{spec: {{template: {selected}}}}}}}"),
        ),
        of("v1", "Namespace", "", "spec: {}"),
        of("v1", "ServiceAccount", named, "automountServiceAccountToken: false"),
        of("v1", "Secret", named, &format!("stringData: {{{labels}}}")),
        of(
            "v1",
            "ConfigMap",
            named,
            &format!(
                "data: {{{}}}",
                many(100, &|at| format!("key-{at}: '{}'", "some text ".repeat(100)))
            ),
        ),
        of(
            "v1",
            "Service",
            named,
            &format!(
                "spec: {{ports: [{ports}], externalIPs: [{}]}}",
                many(20, &|at| format!("203.0.113.{at}"))
            ),
        ),
        of(rbac, "ClusterRole", "", &format!("rules: [{rules}]")),
        of(
            rbac,
            "RoleBinding",
            named,
            &format!(
                "roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}}, subjects: [{subjects}]"
            ),
        ),
        of(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            named,
            &format!(
                "spec: {{podSelector: {{matchLabels: {{app: a}}}}, policyTypes: [Ingress, Egress], ingress: [{}], \
                 egress: [{}]}}",
                many(20, &|_| format!("{{from: [{peers}], ports: [{ports}]}}")),
                many(20, &|_| format!("{{to: [{blocks}], ports: [{ports}]}}"))
            ),
        ),
        of(
            "networking.k8s.io/v1",
            "Ingress",
            named,
            &format!(
                "spec: {{rules: [{}], tls: [{}]}}",
                many(50, &|at| format!("{{host: web-{at}.example}}")),
                many(50, &|at| format!("{{hosts: [web-{at}.example], secretName: s}}"))
            ),
        ),
    ]
    .join("\n---\n")
}

/// A policy must not come near its budget: one expression and all of them together stay within a tenth of theirs.
#[test]
fn policies_stay_within_a_tenth_of_their_budget() {
    const OF_AN_EXPRESSION: u64 = 1_000_000;
    const OF_A_POLICY: u64 = 10_000_000;
    /// What Kubernetes charges for asking the authorizer, whatever the object.
    const OF_AUTHORIZATION: u64 = 350_000;
    let authorizing: BTreeSet<String> = policies()
        .iter()
        .filter(|policy| policy.text("policy.yaml").contains("authorizer."))
        .map(|policy| policy.name.clone())
        .collect();
    let (compiled, bindings, params) = library_compiled();
    let mut fixtures: Vec<Fixture> =
        fixtures().into_iter().filter(|fixture| fixture.name.starts_with("policies/")).collect();
    let objects = objects(&largest());
    fixtures.push(Fixture { name: "largest".into(), objects, options: Options::default() });
    let mut costs: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for fixture in &fixtures {
        for object in &fixture.objects {
            let Ok(asked) = seen(object, Step::Create, None) else {
                assert!(fixture.name != "largest", "{} is refused", object.kind.value);
                continue;
            };
            let admission = ask(&asked, fixture, &params, &compiled, &bindings);
            for (policy, outcome) in compiled.iter().zip(&admission.policies) {
                for evaluation in outcome.bindings.iter().flat_map(|binding| &binding.evaluations) {
                    let validations = evaluation.validations.iter();
                    let expressions = validations.flat_map(|one| one.message.iter().chain([&one.expression]));
                    let own = expressions.map(|one| one.cost);
                    let dearest = own.chain(evaluation.variables.iter().map(|one| one.cost)).max();
                    let known = costs.entry(&policy.policy.name.value).or_default();
                    *known = [known[0].max(dearest.unwrap_or(0)), known[1].max(evaluation.cost)];
                }
            }
        }
    }
    let mut wrong = String::new();
    println!("| policy | dearest expression | all of it |\n|---|---|---|");
    for (name, [one, all]) in &costs {
        println!("| {name} | {one} | {all} |");
        let fixed = if authorizing.contains(*name) { OF_AUTHORIZATION } else { 0 };
        let (one, all) = (one.saturating_sub(fixed), all.saturating_sub(fixed));
        if one * 10 > OF_AN_EXPRESSION || all * 10 > OF_A_POLICY {
            let _ = writeln!(wrong, "{name}: {one} for an expression, {all} in all");
        }
    }
    assert!(costs.len() > 50 && wrong.is_empty(), "{} policies\n{wrong}", costs.len());
}
