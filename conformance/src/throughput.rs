//! `cargo bench-checks`: how many manifests a core checks in a second, whether twice as many take twice as long, and what a
//! review of a page-full takes.
//!
//! The mix is generated, the same every time: workloads, services, configuration, roles and bindings, network policies,
//! namespaces, as a repository holds them.

use std::{fmt::Write as _, process::ExitCode, rc::Rc, time::Instant};

use celgate::{
    checks::{self, Input, Options},
    objects::Object,
    review::{Reviewer, Scenario, Text, TextRole},
    source::{Source, SourceId},
    yaml,
};

/// How much longer a manifest may take among four times as many.
const TOLERANCE: f64 = 1.3;
/// What a page-full may take natively, in milliseconds; the page measures its own.
const REVIEW: f64 = 50.0;

/// Manifests as YAML, one document each.
pub(crate) fn manifests(count: usize) -> String {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut pick = |of: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % of
    };
    let mut out = String::new();
    for at in 0..count {
        let namespace = format!("team-{}", pick(40));
        let metadata =
            format!("metadata:\n  name: app-{at}\n  namespace: {namespace}\n  labels: {{app: app-{at}}}\n");
        let mut container = |name: &str| {
            let mut out = format!("- name: {name}\n  image: registry.example/shop/{name}:1.{at}\n");
            if pick(2) == 0 {
                out.push_str("  resources: {limits: {memory: 128Mi, cpu: 100m}, requests: {memory: 64Mi}}\n");
            }
            if pick(2) == 0 {
                out.push_str(
                    "  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n",
                );
            }
            if pick(3) == 0 {
                out.push_str("  env:\n  - name: DB_PASSWORD\n    valueFrom: {secretKeyRef: {name: db, key: password}}\n  - {name: LEVEL, value: info}\n");
            }
            out.push_str("  ports: [{containerPort: 8080}]\n  livenessProbe: {httpGet: {path: /healthz, port: 8080}}\n");
            out
        };
        let containers = container("web") + &container("sidecar");
        let pod = |indent: usize, containers: &str| {
            let text =
                format!("spec:\n  serviceAccountName: web\n  containers:\n{}", indented(containers, 2));
            indented(&text, indent)
        };
        let template = |indent| {
            format!("template:\n  metadata: {{labels: {{app: app-{at}}}}}\n{}", pod(2, &containers))
                .lines()
                .map(|line| format!("{}{line}\n", " ".repeat(indent)))
                .collect::<String>()
        };
        let rbac = "apiVersion: rbac.authorization.k8s.io/v1";
        let _ = match pick(20) {
            0..8 => write!(
                out,
                "apiVersion: apps/v1\nkind: Deployment\n{metadata}spec:\n  replicas: 2\n  selector: {{matchLabels: {{app: app-{at}}}}}\n{}",
                template(2)
            ),
            8..10 => write!(out, "apiVersion: v1\nkind: Pod\n{metadata}{}", pod(0, &containers)),
            10 => write!(
                out,
                "apiVersion: batch/v1\nkind: CronJob\n{metadata}spec:\n  schedule: '0 4 * * *'\n  jobTemplate:\n    spec:\n{}",
                template(6)
            ),
            11 | 12 => write!(
                out,
                "apiVersion: v1\nkind: Service\n{metadata}spec:\n  selector: {{app: app-{at}}}\n  ports: [{{port: 80, targetPort: 8080}}]\n"
            ),
            13 | 14 => write!(
                out,
                "apiVersion: v1\nkind: ConfigMap\n{metadata}data:\n  level: info\n  url: https://example.com/{at}\n  settings: |\n    a: 1\n    b: 2\n"
            ),
            15 => write!(
                out,
                "{rbac}\nkind: Role\n{metadata}rules:\n- apiGroups: ['']\n  resources: [pods, secrets]\n  verbs: [get, list]\n"
            ),
            16 => write!(
                out,
                "{rbac}\nkind: RoleBinding\n{metadata}roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: app-{at}}}\nsubjects: [{{kind: ServiceAccount, name: web}}]\n"
            ),
            17 => write!(
                out,
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n{metadata}spec:\n  podSelector: {{matchLabels: {{app: app-{at}}}}}\n  policyTypes: [Ingress, Egress]\n  ingress:\n  - from: [{{podSelector: {{matchLabels: {{app: front}}}}}}]\n    ports: [{{port: 8080}}]\n"
            ),
            18 => write!(
                out,
                "apiVersion: v1\nkind: ServiceAccount\n{metadata}automountServiceAccountToken: false\n"
            ),
            _ => write!(
                out,
                "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {namespace}\n  labels: {{pod-security.kubernetes.io/enforce: baseline}}\n"
            ),
        };
        out.push_str("---\n");
    }
    out
}

fn indented(text: &str, by: usize) -> String {
    text.lines().flat_map(|line| [" ".repeat(by), line.to_owned(), "\n".to_owned()]).collect()
}

fn read(text: &str) -> Vec<Object> {
    let source = Source { id: SourceId(0), name: "mix".into(), text: text.to_owned() };
    let documents = yaml::parse(&source).documents.into_iter().map(Rc::new);
    documents.flat_map(|document| Object::identify(&document).objects).collect()
}

/// Seconds that this thread has been on a core, where the system counts them (Linux does), else seconds since `start`: a
/// busy machine must not change the answer.
fn on_core(start: Instant) -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counted.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

/// Least time of a few rounds, in seconds on a core.
fn least<T>(rounds: usize, mut work: impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    let round = |_| {
        let before = on_core(start);
        std::hint::black_box(work());
        on_core(start) - before
    };
    (0..rounds).map(round).fold(f64::INFINITY, f64::min)
}

pub(crate) fn run() -> ExitCode {
    let options =
        Options { complete: true, trusted_registries: vec!["registry.example".into()], ..Options::default() };
    println!(
        "| manifests | read, per second | checked, per second | both, µs each | results |\n|---|---|---|---|---|"
    );
    let mut each = Vec::new();
    for count in [2_500, 5_000, 10_000] {
        let text = manifests(count);
        let reading = least(3, || read(&text));
        let objects = read(&text);
        assert_eq!(objects.len(), count, "every manifest is an object");
        let input = Input::new(&objects, &[], &options);
        let checking = least(3, || checks::run(&input));
        let results = checks::run(&input);
        let last = results.iter().map(|result| result.object).max().unwrap_or(0);
        let number = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let both = (reading + checking) * 1e6 / number;
        each.push(both);
        println!(
            "| {count} | {:.0} | {:.0} | {both:.1} | {} (of manifest {last} the last) |",
            number / reading,
            number / checking,
            results.len()
        );
    }
    let growth = each.last().copied().unwrap_or(0.0) / each.first().copied().unwrap_or(1.0);
    println!("a manifest among 10,000 takes {growth:.2} times as long as among 2,500 (bar: {TOLERANCE})");

    let reviewer = Reviewer::default();
    let text = Text { name: "mix.yaml".into(), role: TextRole::Resources, text: manifests(200) };
    let scenario = Scenario { texts: vec![text], ..Scenario::default() };
    let took = least(9, || reviewer.review(&scenario)) * 1e3;
    println!("a review of 200 manifests takes {took:.1} ms (bar: {REVIEW} ms)");
    if growth > TOLERANCE || took > REVIEW { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
