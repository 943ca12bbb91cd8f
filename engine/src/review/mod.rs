//! The whole way, once: [`review`] calls the layers in order and has no logic of its own.

mod scenario;
mod read;
mod request;

use alloc::{collections::BTreeMap, vec::Vec};

use self::read::{Reading, Subject};
pub use self::scenario::{Request, Scenario, Text, TextRole, UserInfo};
use crate::admission::{CompiledPolicy, Settings, admit};
use crate::checks;
use crate::environment::{CURRENT, Environment, Mode, Version};
use crate::objects::Object;
use crate::report::{self, Finding, Judged, Places, Report};
use crate::schema::defaults::Defaults;

/// What the cluster would answer to a scenario, and why. Total: any text gives a report.
///
/// ```
/// # use celgate::review::{Scenario, Text, TextRole, review};
/// let policy = "
/// apiVersion: admissionregistration.k8s.io/v1
/// kind: ValidatingAdmissionPolicy
/// metadata: {name: no-latest}
/// spec:
///   matchConstraints:
///     resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
///   validations:
///   - expression: object.spec.containers.all(c, !c.image.endsWith(':latest'))
///     message: images must not use :latest
/// ";
/// let pod = "
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: web}
/// spec: {containers: [{name: app, image: 'nginx:latest'}]}
/// ";
/// let text = |role, text: &str| Text { name: "a.yaml".into(), role, text: text.into() };
/// let texts = vec![text(TextRole::Policies, policy), text(TextRole::Resources, pod)];
/// let report = review(&Scenario { texts, ..Scenario::default() });
/// assert!(report.objects[0].verdict.stderr.contains("denied request: images must not use :latest"));
/// ```
#[must_use]
pub fn review(scenario: &Scenario) -> Report {
    Reviewer::default().review(scenario)
}

/// Reviews one scenario after the other, keeping the tables that all of them need.
#[derive(Clone, Debug)]
pub struct Reviewer {
    defaults: Defaults,
}

impl Default for Reviewer {
    fn default() -> Self {
        Self { defaults: Defaults::built_in() }
    }
}

impl Reviewer {
    /// What the cluster would answer to a scenario.
    #[must_use]
    pub fn review(&self, scenario: &Scenario) -> Report {
        let mut reading = read::read(scenario);
        let version = scenario.version.parse().unwrap_or(CURRENT);
        let libraries = Environment::new(Version::compatibility(version), Mode::Stored);
        let policies: Vec<CompiledPolicy> = core::mem::take(&mut reading.policies)
            .into_iter()
            .map(|policy| CompiledPolicy::compile(policy, &libraries))
            .collect();
        let mut report =
            Report { objects: Vec::new(), diagnostics: core::mem::take(&mut reading.diagnostics) };
        let places = Places::new(&reading.sources);
        for policy in &policies {
            report::policy(policy, places, &mut report.diagnostics);
            report::lint_policy(&policy.policy, &reading.bindings, &reading.sources, &mut report.diagnostics);
        }
        for binding in &reading.bindings {
            report::binding(binding, &policies, &mut report.diagnostics);
        }
        let settings = Settings { explain: true, judge_unbound: true, ..Settings::default() };
        let mut findings = findings(scenario, version, &reading);
        let mut cluster = reading.cluster.clone();
        let mut index = 0;
        for subject in &reading.subjects {
            let object = match subject {
                Subject::Object(object) => object,
                Subject::Broken(broken) => {
                    report.objects.push((**broken).clone());
                    continue;
                }
            };
            let file = reading.sources.get(object.span().source).map_or("", |source| &*source.name);
            let mut answer = match request::attributes(object, scenario, &reading, &self.defaults) {
                Err(seen) => report::refused(object, file, &seen, &mut report.diagnostics),
                Ok(attributes) => {
                    cluster.assume_namespace(&attributes.namespace);
                    let admission = admit(&attributes, &policies, &reading.bindings, &cluster, &settings);
                    let judged = Judged {
                        object,
                        attributes: &attributes,
                        policies: &policies,
                        bindings: &reading.bindings,
                        admission: &admission,
                        file,
                        places,
                    };
                    let answer = judged.report();
                    judged.marks(&answer, &mut report.diagnostics);
                    answer
                }
            };
            answer.findings = findings.remove(&index).unwrap_or_default();
            index += 1;
            report.objects.push(answer);
        }
        report::lint_samples(&report.objects, &mut report.diagnostics);
        report.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        report
    }
}

/// What built-in checks find, by the index of the object among the judged ones.
fn findings(scenario: &Scenario, version: Version, reading: &Reading) -> BTreeMap<usize, Vec<Finding>> {
    let judged: Vec<Object> = reading
        .subjects
        .iter()
        .filter_map(|subject| match subject {
            Subject::Object(object) => Some(object.clone()),
            Subject::Broken(_) => None,
        })
        .collect();
    let mut options = checks::Options {
        version: version.minor.into(),
        silenced: scenario.silenced.clone(),
        ..Default::default()
    };
    if !scenario.request.namespace.is_empty() {
        options.namespace.clone_from(&scenario.request.namespace);
    }
    let input = checks::Input { objects: &judged, cluster: &reading.others, options: &options };
    let mut found: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for result in checks::run(&input) {
        if let Some(object) = judged.get(result.object) {
            let finding = report::finding(&result, object, &reading.sources);
            found.entry(result.object).or_default().push(finding);
        }
    }
    found
}
