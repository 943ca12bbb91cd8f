//! Whole requests: which are judged, by what a namespace asks for, and how the answer is worded.
//!
//! Pods are refused, audited and warned about; workloads are audited and warned about, never refused; namespaces are
//! refused for wrong labels and warned about for the pods that are in them already.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{
    Configuration, Evaluation, Level, LevelVersion, Subject, evaluate,
    labels::{self, LabelError, Policy},
};
use crate::checks::{Place, quote::quote};
use crate::objects::{Field, pods::Pod};
use crate::order;
use crate::yaml::NodeRef;

/// A request to the API server.
#[derive(Clone, Copy, Debug)]
pub struct Request<'d> {
    /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`
    pub operation: &'d str,
    /// The resource's API group.
    pub group: &'d str,
    /// The kind of the resource, `Pod` also for its sub-resources.
    pub kind: &'d str,
    /// The resource: `pods`.
    pub resource: &'d str,
    /// The sub-resource, or nothing.
    pub subresource: &'d str,
    /// The object's name.
    pub name: &'d str,
    /// The namespace, for a Namespace its own name.
    pub namespace: &'d str,
    /// Who asks.
    pub username: &'d str,
    /// The object.
    pub object: Option<NodeRef<'d>>,
    /// What it replaces.
    pub old_object: Option<NodeRef<'d>>,
}

/// The answer to a request.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// Why it is refused; `None`: it is not.
    pub refusal: Option<Refusal>,
    /// Warnings to the client, in order.
    pub warnings: Vec<String>,
    /// Annotations of the audit event, without their prefix.
    pub audit: BTreeMap<&'static str, String>,
    /// How the enforced level judged, when it was asked.
    pub enforced: Option<Evaluation>,
    /// How the level that warns judged, when it was asked.
    pub warned: Option<Evaluation>,
    /// Wrong labels, when they are why.
    pub places: Vec<Place>,
}

/// The status of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP code.
    pub code: u16,
    /// `Forbidden`, `Invalid`, `InternalError`
    pub reason: &'static str,
    /// The message.
    pub message: String,
}

/// The pod sub-resources whose objects are no pods, or whose requests cannot change what matters.
const IGNORED_POD_SUBRESOURCES: &[&str] =
    &["exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status"];

/// Answers a request. `labels` are those of the request's namespace, `None` when there is no such namespace; `pods` are
/// the pods in it (asked for when a namespace is updated).
#[must_use]
pub fn validate(
    request: &Request<'_>,
    labels: Option<&BTreeMap<String, String>>,
    pods: &[NodeRef<'_>],
    configuration: &Configuration,
) -> Response {
    let judge = Judge { request, labels, configuration };
    match (request.group, request.kind) {
        ("", "Namespace") => judge.namespace(pods),
        ("", "Pod") => judge.pod(),
        (group, kind) if crate::objects::pods::template_path(group, kind).is_some() => judge.workload(),
        _ => Response::default(),
    }
}

/// The text labels of an object.
#[must_use]
pub fn labels_of(object: NodeRef<'_>) -> BTreeMap<String, String> {
    let labels = Field::root(object).at(&["metadata", "labels"]);
    let text = |(key, field): (&str, Field<'_>)| {
        let value = if field.node.is_null() { "" } else { field.node.as_str()? };
        Some((key.to_string(), value.to_string()))
    };
    labels.iter().flat_map(Field::fields).filter_map(text).collect()
}

struct Judge<'r> {
    request: &'r Request<'r>,
    labels: Option<&'r BTreeMap<String, String>>,
    configuration: &'r Configuration,
}

impl<'r> Judge<'r> {
    fn namespace(&self, pods: &[NodeRef<'_>]) -> Response {
        let Some(object) = self.request.object.filter(|_| self.request.subresource.is_empty()) else {
            return Response::default();
        };
        let defaults = &self.configuration.defaults;
        let new_labels = labels_of(object);
        let (policy, errors) = labels::policy(&new_labels, defaults);
        match self.request.operation {
            "CREATE" => {
                if !errors.is_empty() {
                    return self.invalid(object, &errors);
                }
                self.exempt_warning(&policy, &new_labels).unwrap_or_default()
            }
            "UPDATE" => {
                let Some(old) = self.request.old_object else { return Response::default() };
                let (old_policy, old_errors) = labels::policy(&labels_of(old), defaults);
                if !errors.is_empty() && errors != old_errors {
                    return self.invalid(object, &errors);
                }
                let (new, old) = (policy.enforce, old_policy.enforce);
                let loosened = new.version == old.version && new.level <= old.level;
                if new == old || new.level == Level::Privileged || loosened {
                    return Response::default();
                }
                if let Some(response) = self.exempt_warning(&policy, &new_labels) {
                    return response;
                }
                Response { warnings: self.existing_pods(pods, new), ..Response::default() }
            }
            _ => Response::default(),
        }
    }

    /// The answer for an exempt namespace: a warning when its labels ask for what it will not get.
    fn exempt_warning(&self, policy: &Policy, labels: &BTreeMap<String, String>) -> Option<Response> {
        if !listed(self.request.namespace, &self.configuration.exemptions.namespaces) {
            return None;
        }
        let mut response = Response::default();
        if policy.is_fully_privileged() || policy.is_equivalent(&self.configuration.defaults) {
            return Some(response);
        }
        let modes = [("enforce", policy.enforce), ("audit", policy.audit), ("warn", policy.warn)];
        let asked: Vec<String> = modes
            .iter()
            .filter(|(mode, asked)| {
                let labelled = |end: &str| labels.contains_key(&format!("{}{mode}{end}", labels::PREFIX));
                asked.level != Level::Privileged && (labelled("") || labelled("-version"))
            })
            .map(|(mode, asked)| format!("{mode}={asked}"))
            .collect();
        response.warnings.push(format!(
            "namespace {} is exempt from Pod Security, and the policy ({}) will be ignored",
            quote(self.request.name),
            asked.join(", ")
        ));
        Some(response)
    }

    /// Warnings about the pods that a tightened namespace holds already: one per distinct list of reasons.
    fn existing_pods(&self, pods: &[NodeRef<'_>], asked: LevelVersion) -> Vec<String> {
        /// Upstream stops here, and after a second; the engine has no clock.
        const MOST: usize = 3000;
        let pods = self.prioritized(pods);
        let mut warnings = Vec::new();
        if pods.len() > MOST {
            warnings.push(format!(
                "new PodSecurity enforce level only checked against the first {MOST} of {} existing pods",
                pods.len()
            ));
        }
        let mut seen: BTreeMap<String, (&str, usize)> = BTreeMap::new();
        for pod in pods.iter().take(MOST) {
            let Some(subject) = self.subject_of("", "Pod", *pod) else { continue };
            let evaluation = evaluate(&subject, asked, self.configuration.newest);
            if evaluation.is_allowed() {
                continue;
            }
            let name = pod.path(&["metadata", "name"]).and_then(NodeRef::as_str).unwrap_or("");
            let entry = seen.entry(evaluation.reason()).or_insert((name, 0));
            entry.0 = entry.0.min(name);
            entry.1 += 1;
        }
        if !seen.is_empty() {
            warnings.push(format!(
                "existing pods in namespace {} violate the new PodSecurity enforce level {}",
                quote(self.request.name),
                quote(&asked.to_string())
            ));
        }
        let mut texts: Vec<String> = seen
            .into_iter()
            .map(|(reasons, (name, count))| match count {
                1 => format!("{name}: {reasons}"),
                2 => format!("{name} (and 1 other pod): {reasons}"),
                more => format!("{name} (and {} other pods): {reasons}", more - 1),
            })
            .collect();
        order::sort_by(&mut texts, Ord::cmp);
        warnings.extend(texts);
        warnings
    }

    /// Pods without an exempt runtime class, one of each controller first.
    fn prioritized<'p>(&self, pods: &[NodeRef<'p>]) -> Vec<NodeRef<'p>> {
        let (mut first, mut later, mut controllers) = (Vec::new(), Vec::new(), Vec::new());
        for pod in pods {
            let class = pod.path(&["spec", "runtimeClassName"]).and_then(NodeRef::as_str);
            if self.is_exempt_class(class) {
                continue;
            }
            let owners = pod.path(&["metadata", "ownerReferences"]);
            let controller = owners.and_then(|owners| {
                owners.items().find(|owner| owner.get("controller").and_then(NodeRef::as_bool) == Some(true))
            });
            let Some(controller) = controller else {
                first.push(*pod);
                continue;
            };
            let uid = controller.get("uid").and_then(NodeRef::as_str).unwrap_or("");
            if controllers.contains(&uid) {
                later.push(*pod);
            } else {
                controllers.push(uid);
                first.push(*pod);
            }
        }
        first.extend(later);
        first
    }

    fn pod(&self) -> Response {
        let request = self.request;
        if IGNORED_POD_SUBRESOURCES.contains(&request.subresource) || request.object.is_none() {
            return Response::default();
        }
        if let Some(exempt) = self.exempt() {
            return exempt;
        }
        let Some(labels) = self.labels else {
            let status =
                format!("Internal error occurred: failed to lookup namespace {}", quote(request.namespace));
            let error = format!("{status}: namespaces {} not found", quote(request.namespace));
            return Response {
                refusal: Some(Refusal { code: 500, reason: "InternalError", message: status }),
                audit: order::map([("error", error)]),
                ..Response::default()
            };
        };
        let (policy, errors) = labels::policy(labels, &self.configuration.defaults);
        if errors.is_empty() && policy.is_fully_privileged() {
            let audit = order::map([("enforce-policy", LevelVersion::DEFAULT.to_string())]);
            return Response { audit, ..Response::default() };
        }
        if request.operation == "UPDATE"
            && let (Some(new), Some(old)) = (request.object, request.old_object)
            && !is_significant(new, old)
        {
            return Response::default();
        }
        self.evaluate(&policy, &errors, true)
    }

    fn workload(&self) -> Response {
        let request = self.request;
        if !request.subresource.is_empty() || request.object.is_none() {
            return Response::default();
        }
        if let Some(exempt) = self.exempt() {
            return exempt;
        }
        let Some(labels) = self.labels else {
            let namespace = quote(request.namespace);
            let error = format!("failed to lookup namespace {namespace}: namespaces {namespace} not found");
            return Response { audit: order::map([("error", error)]), ..Response::default() };
        };
        let (policy, errors) = labels::policy(labels, &self.configuration.defaults);
        let silent = policy.warn.level == Level::Privileged && policy.audit.level == Level::Privileged;
        if errors.is_empty() && silent {
            return Response::default();
        }
        self.evaluate(&policy, &errors, false)
    }

    fn evaluate(&self, policy: &Policy, errors: &[LabelError], enforce: bool) -> Response {
        let mut response = Response::default();
        let request = self.request;
        let Some(subject) =
            request.object.and_then(|object| self.subject_of(request.group, request.kind, object))
        else {
            return response;
        };
        // Only a ReplicationController's template is optional; any other workload then has an empty one.
        if subject.pod.template.is_none() && request.kind == "ReplicationController" {
            return response;
        }
        let class = subject.pod.get(&["runtimeClassName"]);
        if self.is_exempt_class(class.and_then(|class| class.node.as_str())) {
            response.audit.insert("exempt", "runtimeClass".into());
            return response;
        }
        if !errors.is_empty() {
            let error = format!("Failed to parse policy: {}", labels::aggregate(errors));
            response.audit.insert("error", error);
        }
        let judge = |asked: LevelVersion| evaluate(&subject, asked, self.configuration.newest);
        if enforce {
            response.audit.insert("enforce-policy", policy.enforce.to_string());
            let evaluation = judge(policy.enforce);
            if !evaluation.is_allowed() {
                let named =
                    if request.name.is_empty() { String::new() } else { format!(" {}", quote(request.name)) };
                let message = format!(
                    "{}{named} is forbidden: violates PodSecurity {}: {}",
                    self.resource(),
                    quote(&policy.enforce.to_string()),
                    evaluation.detail()
                );
                response.refusal = Some(Refusal { code: 403, reason: "Forbidden", message });
            }
            response.enforced = Some(evaluation);
        }
        let would = |asked: LevelVersion, evaluation: &Evaluation| {
            format!("would violate PodSecurity {}: {}", quote(&asked.to_string()), evaluation.detail())
        };
        let audited = judge(policy.audit);
        if !audited.is_allowed() {
            response.audit.insert("audit-violations", would(policy.audit, &audited));
        }
        // Who is refused is not warned as well.
        if response.refusal.is_none() {
            let warned = judge(policy.warn);
            if !warned.is_allowed() {
                response.warnings.push(would(policy.warn, &warned));
            }
            response.warned = Some(warned);
        }
        response
    }

    fn subject_of<'d>(&self, group: &str, kind: &str, object: NodeRef<'d>) -> Option<Subject<'d>> {
        Some(Subject::new(Pod::find(group, kind, object)?, self.configuration.view))
    }

    fn exempt(&self) -> Option<Response> {
        let exemptions = &self.configuration.exemptions;
        let why = if listed(self.request.namespace, &exemptions.namespaces) {
            "namespace"
        } else if listed(self.request.username, &exemptions.usernames) {
            "user"
        } else {
            return None;
        };
        Some(Response { audit: order::map([("exempt", why.into())]), ..Response::default() })
    }

    fn is_exempt_class(&self, class: Option<&str>) -> bool {
        class.is_some_and(|class| listed(class, &self.configuration.exemptions.runtime_classes))
    }

    /// The resource as messages name it: with its group, if it has one.
    fn resource(&self) -> String {
        match self.request.group {
            "" => self.request.resource.into(),
            group => format!("{}.{group}", self.request.resource),
        }
    }

    fn invalid(&self, object: NodeRef<'r>, errors: &[LabelError]) -> Response {
        let message =
            format!("Namespace {} is invalid: {}", quote(self.request.name), labels::aggregate(errors));
        let root = Field::root(object);
        let place = |error: &LabelError| Place::below(&root, &["metadata", "labels", &error.key]);
        Response {
            refusal: Some(Refusal { code: 422, reason: "Invalid", message }),
            places: errors.iter().map(place).collect(),
            ..Response::default()
        }
    }
}

fn listed(name: &str, list: &[String]) -> bool {
    !name.is_empty() && list.iter().any(|exempt| exempt == name)
}

/// Whether an update changes what could matter: the number of containers, an image, a new ephemeral container.
fn is_significant(new: NodeRef<'_>, old: NodeRef<'_>) -> bool {
    let list = |pod: NodeRef<'_>, name: &str| -> Vec<(String, String)> {
        let text = |item: NodeRef<'_>, name: &str| {
            item.get(name).and_then(NodeRef::as_str).unwrap_or("").to_string()
        };
        let list = pod.path(&["spec", name]);
        let items = list.into_iter().flat_map(NodeRef::items);
        items.map(|item| (text(item, "name"), text(item, "image"))).collect()
    };
    let images = |pod, name| list(pod, name).into_iter().map(|(_, image)| image).collect::<Vec<_>>();
    let ephemeral = list(old, "ephemeralContainers");
    images(new, "containers") != images(old, "containers")
        || images(new, "initContainers") != images(old, "initContainers")
        || list(new, "ephemeralContainers").iter().any(|(name, image)| {
            ephemeral.iter().find(|(other, _)| other == name).is_none_or(|(_, other)| other != image)
        })
}
