//! The whole way, once: [`review`] calls the layers in order and has no logic of its own.

mod scenario;
mod read;
mod gatekeeper;
mod request;
mod patch;
mod complete;

use alloc::{
    collections::BTreeMap,
    rc::Rc,
    string::{String, ToString},
    vec::Vec,
};

pub use self::complete::Completions;
use self::read::{Reading, Subject};
pub use self::scenario::{Request, Scenario, Text, TextRole, UserInfo};
use crate::admission::typecheck::TypeChecker;
use crate::admission::{
    Attributes, Binding, CompiledPolicy, Policy, Rbac, Settings, admit, as_read, validation,
};
use crate::cel::env::Env;
use crate::checks;
use crate::checks::pod_security::admission::{self, Response as PodSecurity};
use crate::checks::pod_security::{Configuration, labels};
use crate::environment::{CURRENT, Environment, Mode, Version};
use crate::objects::{Cluster, Knowledge, Object};
use crate::order;
use crate::report::{self, Diagnostic, Finding, Judged, Places, Refused, Report};
use crate::schema::Schemas;
use crate::schema::builtin::Types;
use crate::schema::defaults::Defaults;
use crate::source::Sources;

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
    types: Rc<Types>,
    defaults: Defaults,
}

impl Default for Reviewer {
    fn default() -> Self {
        let types = Rc::new(Types::built_in());
        Self { defaults: Defaults::new(Rc::clone(&types)), types }
    }
}

impl Reviewer {
    /// What the cluster would answer to a scenario.
    #[must_use]
    pub fn review(&self, scenario: &Scenario) -> Report {
        let mut reading = read::read(scenario);
        let version = scenario.version.parse().unwrap_or(CURRENT);
        let libraries = Environment::new(Version::compatibility(version), Mode::Stored);
        let mut report =
            Report { diagnostics: core::mem::take(&mut reading.diagnostics), ..Report::default() };
        let (policies, refused) = self.policies(&mut reading, version, &libraries, &mut report);
        // A policy that is refused is known all the same: its binding is not what is wrong.
        let known: Vec<&str> = policies
            .iter()
            .map(|policy| &*policy.policy.name.value)
            .chain(refused.iter().map(|(policy, _)| &*policy.name.value))
            .collect();
        let bindings = self.bindings(&mut reading, version, &known, &mut report);
        let places = Places::new(&reading.sources);
        let mut findings = findings(scenario, version, &reading);
        policy_findings(scenario, &reading, &mut report);
        let mut defaults = self.defaults.clone();
        for object in reading.cluster.objects() {
            if object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
                defaults.add_crd(&object.document, object.root);
            }
        }
        let mut cluster = stored(scenario, &reading, &policies, &defaults, &mut report.diagnostics);
        // Whoever the cluster's roles allow something is allowed it by `authorizer` too.
        let authorizer = Rc::new(Rbac::of(&cluster));
        let settings = Settings { explain: true, judge_unbound: true, authorizer: Some(authorizer) };
        let labels = assumed_labels(&scenario.pod_security);
        let configuration = Configuration::of(reading.cluster.objects(), version.minor.into());
        let mut index = 0;
        for subject in &reading.subjects {
            let object = match subject {
                Subject::Object(object) => object,
                Subject::Broken(broken) => {
                    report.objects.push((**broken).clone());
                    continue;
                }
            };
            let file = file_of(object, &reading.sources);
            let mut answer = match request::attributes(object, scenario, &reading, &defaults) {
                Err(seen) => report::refused(object, file, &seen, &mut report.diagnostics),
                Ok((attributes, written)) => {
                    cluster.assume_namespace(&attributes.namespace, &labels);
                    let pod_security = pod_security(&attributes, &cluster, &reading.stored, &configuration);
                    let admission = admit(&attributes, &policies, &bindings, &cluster, &settings);
                    let judged = Judged {
                        object,
                        written: &written,
                        attributes: &attributes,
                        policies: &policies,
                        bindings: &bindings,
                        admission: &admission,
                        file,
                        places,
                        pod_security: &pod_security,
                        refused: &refused,
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
        order::sort_by_key(&mut report.diagnostics, |diagnostic| diagnostic.span);
        report
    }
}

impl Reviewer {
    /// The policies that the cluster takes, compiled; and those it refuses, with what kubectl prints.
    fn policies(
        &self,
        reading: &mut Reading,
        version: Version,
        libraries: &Env,
        report: &mut Report,
    ) -> (Vec<CompiledPolicy>, Vec<(Policy, String)>) {
        let new = Environment::new(Version::compatibility(version), Mode::New);
        let schemas = self.schemas(reading);
        let resources = reading.cluster.resources();
        let checker = TypeChecker { env: libraries, resources, schemas: &schemas, suffix: "" };
        let places = Places::new(&reading.sources);
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        for policy in core::mem::take(&mut reading.policies) {
            report::lint_policy(&policy, &reading.bindings, &reading.sources, &mut report.diagnostics);
            let errors = validation::validate(&policy.object, &new);
            let file = file_of(&policy.object, &reading.sources);
            match report::creation(
                &policy.object,
                &policy.errors,
                &errors,
                file,
                places,
                &mut report.diagnostics,
            ) {
                Some(stderr) => {
                    report.refused.push(refusal(&policy.object, &stderr));
                    refused.push((policy, stderr));
                }
                None => {
                    report::type_checking(&checker.check(&policy), places, &mut report.diagnostics);
                    let compiled = CompiledPolicy::compile(policy, libraries);
                    report::policy(&compiled, places, &mut report.diagnostics);
                    taken.push(compiled);
                }
            }
        }
        (taken, refused)
    }

    /// The built-in schemas and those of the definitions in the texts.
    fn schemas(&self, reading: &Reading) -> Schemas {
        let mut schemas = Schemas::new(Rc::clone(&self.types));
        for object in reading.cluster.objects() {
            if object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
                schemas.add_crd(object.root());
            }
        }
        schemas
    }

    /// The bindings that the cluster takes.
    fn bindings(
        &self,
        reading: &mut Reading,
        version: Version,
        known: &[&str],
        report: &mut Report,
    ) -> Vec<Binding> {
        let new = Environment::new(Version::compatibility(version), Mode::New);
        let places = Places::new(&reading.sources);
        let mut taken = Vec::new();
        for binding in core::mem::take(&mut reading.bindings) {
            let Some(object) = binding.object.clone() else { continue };
            let errors = validation::validate(&object, &new);
            let file = file_of(&object, &reading.sources);
            match report::creation(&object, &binding.errors, &errors, file, places, &mut report.diagnostics) {
                Some(stderr) => report.refused.push(refusal(&object, &stderr)),
                None => {
                    report::binding(&binding, known, &mut report.diagnostics);
                    taken.push(binding);
                }
            }
        }
        taken
    }
}

/// The cluster with what answers depend on as a server reads it from storage: params, Namespaces, roles. What no server would
/// have taken is said: a field that a role does not have makes a rule that silently allows nothing.
fn stored(
    scenario: &Scenario,
    reading: &Reading,
    policies: &[CompiledPolicy],
    defaults: &Defaults,
    diagnostics: &mut Vec<Diagnostic>,
) -> Cluster {
    let mut cluster = reading.cluster.clone();
    let kinds: Vec<_> = policies.iter().filter_map(|policy| policy.policy.param_kind.as_ref()).collect();
    for object in reading.cluster.objects() {
        let is_param = kinds.iter().any(|kind| {
            *kind.kind.value == *object.gvk.kind && *kind.api_version.value == *object.gvk.api_version()
        });
        let is_role = &*object.gvk.group == "rbac.authorization.k8s.io";
        if !is_param && !is_role && !object.gvk.is("", "Namespace") {
            continue;
        }
        let role = scenario.texts.get(object.span().source.0 as usize).map(|text| text.role);
        // What is applied speaks for itself.
        let applied = role == Some(TextRole::Resources);
        // Where objects of a kind that nobody declares lie is what they say themselves.
        let namespace = match cluster.resources().of_kind(&object.gvk).knowledge {
            Knowledge::Guessed => String::new(),
            Knowledge::BuiltIn | Knowledge::Custom => cluster.namespace_of(object),
        };
        match as_read(defaults, object, &namespace) {
            Ok((read, unknown)) => {
                if !applied {
                    diagnostics.extend(unknown.iter().map(report::not_stored));
                }
                cluster.add(read);
            }
            Err(problem) if !applied => diagnostics.push(report::not_stored(&problem)),
            Err(_) => {}
        }
    }
    cluster
}

fn file_of<'s>(object: &Object, sources: &'s Sources) -> &'s str {
    sources.get(object.span().source).map_or("", |source| &*source.name)
}

fn refusal(object: &Object, stderr: &str) -> Refused {
    Refused {
        kind: object.kind.value.to_string(),
        name: object.effective_name(),
        span: object.span(),
        stderr: stderr.to_string(),
    }
}

/// What Pod Security admission says of a request, by the labels of its namespace; of a namespace, by the pods in it.
fn pod_security(
    attributes: &Attributes,
    cluster: &Cluster,
    stored: &[Object],
    configuration: &Configuration,
) -> PodSecurity {
    let namespace = cluster.namespace(&attributes.namespace);
    let labels = namespace.map(|namespace| admission::labels_of(namespace.root()));
    let request = admission::Request {
        operation: attributes.operation.as_str(),
        group: &attributes.kind.group,
        kind: &attributes.kind.kind,
        resource: &attributes.resource.resource,
        subresource: &attributes.subresource,
        name: &attributes.name,
        namespace: &attributes.namespace,
        username: &attributes.user.username,
        object: attributes.object.as_ref().map(Object::root),
        old_object: attributes.old_object.as_ref().map(Object::root),
    };
    let pods: Vec<_> = stored
        .iter()
        .filter(|object| object.gvk.is("", "Pod") && cluster.namespace_of(object) == *attributes.namespace)
        .map(Object::root)
        .collect();
    admission::validate(&request, labels.as_ref(), &pods, configuration)
}

/// The labels that `restricted:v1.30` stands for.
fn assumed_labels(level: &str) -> Vec<(&str, &str)> {
    let (level, version) = level.split_once(':').unwrap_or((level, ""));
    let labels = [(labels::ENFORCE, level), (labels::ENFORCE_VERSION, version)];
    labels.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// What built-in checks find in the policies themselves, where lints do not say it already.
fn policy_findings(scenario: &Scenario, reading: &Reading, report: &mut Report) {
    const ASKED: [&str; 2] = ["vap-vacuous-guard", "admission-failure-policy-ignore"];
    let policies: Vec<Object> = reading.others.iter().filter(|object| Policy::is(object)).cloned().collect();
    let options = checks::Options { silenced: scenario.silenced.clone(), ..Default::default() };
    let input = checks::Input::new(&policies, &[], &options);
    for result in checks::run(&input) {
        if let Some(policy) = policies.get(result.object).filter(|_| ASKED.contains(&result.about.id)) {
            report.diagnostics.push(report::finding(&result, policy, &reading.sources).mark());
        }
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
        trusted_registries: scenario.trusted_registries.clone(),
        complete: scenario.complete,
        ..Default::default()
    };
    if !scenario.request.namespace.is_empty() {
        options.namespace.clone_from(&scenario.request.namespace);
    }
    let input = checks::Input::new(&judged, &reading.others, &options);
    let mut found: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for result in checks::run(&input) {
        if let Some(object) = judged.get(result.object) {
            let finding = report::finding(&result, object, &reading.sources);
            found.entry(result.object).or_default().push(finding);
        }
    }
    found
}
