//! The whole way of one request through all policies and bindings (`validating/dispatcher.go`).

use alloc::{format, rc::Rc, string::String, vec::Vec};

use super::attributes::Attributes;
use super::compile::CompiledPolicy;
use super::decision::{
    AuditAnnotationAction, PolicyDecision, PolicyDecisionAction, PolicyDecisionEvaluation,
};
use super::evaluate::{self, EvaluationOutcome};
use super::matching::{Match, Selection, is_excluded, select};
use super::params::{self, ParamResource};
use super::policy::{Binding, FailurePolicy, ValidationAction};
use super::response::{
    AnnotationCollector, Denial, Status, VALIDATION_FAILURE, ValidationFailure, failures_json,
};
use crate::environment::library::authz::Authorize;
use crate::objects::{Cluster, Object};

/// How requests are judged.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether to record match rows and what every part of every expression was. The decisions are the same.
    pub explain: bool,
    /// Whether a policy without binding is judged as if bound with Deny; a cluster never evaluates it.
    pub judge_unbound: bool,
    /// Who answers `authorizer`; without one nobody is allowed anything.
    pub authorizer: Option<Rc<dyn Authorize>>,
}

/// What the policies make of a request.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// Whether no policy was asked, because none is ever asked about this resource.
    pub excluded: bool,
    /// Each policy, in the order given.
    pub policies: Vec<PolicyOutcome>,
    /// What refuses the request; the first makes the response.
    pub denied: Vec<Denial>,
    /// Warnings as recorded; [`delivered`] says which of them reach the client.
    pub warnings: Vec<String>,
    /// Annotations of the audit event, key and value.
    pub audit: Vec<(String, String)>,
    /// The request failed before all policies were asked: its namespace could not be read.
    pub aborted: Option<Status>,
}

/// What one policy makes of a request.
#[derive(Clone, Debug)]
pub struct PolicyOutcome {
    /// Whether it selects the request, and why.
    pub selection: Selection,
    /// A configuration error, with the server's text; how it counts is the failurePolicy's to say.
    pub error: Option<String>,
    /// Its bindings, in the order given; none was looked at when the policy does not select the request.
    pub bindings: Vec<BindingOutcome>,
}

/// What one binding makes of a request.
#[derive(Clone, Debug)]
pub struct BindingOutcome {
    /// The binding, as an index into those given; `None` when it was assumed.
    pub index: Option<usize>,
    /// Its name.
    pub name: Rc<str>,
    /// Whether its `matchResources` select the request; `None` when it has none.
    pub selection: Option<Selection>,
    /// A configuration error, with the server's text.
    pub error: Option<String>,
    /// One per param, or a single one without; none when it does not select the request, and when its params are missing
    /// and may be.
    pub evaluations: Vec<EvaluationOutcome>,
}

impl BindingOutcome {
    /// Whether it selects the request.
    #[must_use]
    pub fn matched(&self) -> bool {
        self.selection.as_ref().is_none_or(|selection| matches!(selection.result, Ok(Some(_))))
    }
}

impl Admission {
    /// Whether the request passes.
    #[must_use]
    pub const fn allowed(&self) -> bool {
        self.denied.is_empty() && self.aborted.is_none()
    }

    /// The refusal, if it is refused.
    #[must_use]
    pub fn status(&self, attributes: &Attributes) -> Option<Status> {
        if let Some(status) = &self.aborted {
            return Some(status.clone());
        }
        self.denied.first().map(|denial| Status::denied(attributes, denial))
    }

    /// Number of evaluations that were made.
    #[must_use]
    pub fn evaluated(&self) -> usize {
        let bindings = self.policies.iter().flat_map(|policy| &policy.bindings);
        bindings.map(|binding| binding.evaluations.len()).sum()
    }
}

/// Judges a request.
#[must_use]
pub fn admit(
    attributes: &Attributes,
    policies: &[CompiledPolicy],
    bindings: &[Binding],
    cluster: &Cluster,
    settings: &Settings,
) -> Admission {
    let mut admission = Admission::default();
    if is_excluded(&attributes.resource) {
        admission.excluded = true;
        return admission;
    }
    let mut failures: Vec<ValidationFailure> = Vec::new();
    let mut inputs = evaluate::Inputs::new(attributes, settings);
    for (index, compiled) in policies.iter().enumerate() {
        let policy = &compiled.policy;
        let assumed;
        let mut bound: Vec<(Option<usize>, &Binding)> = bindings
            .iter()
            .enumerate()
            .filter(|(_, binding)| binding.policy_name.value == policy.name.value)
            .map(|(at, binding)| (Some(at), binding))
            .collect();
        if bound.is_empty() && settings.judge_unbound {
            assumed = Binding::assumed(policy);
            bound.push((None, &assumed));
        }
        let unbound = bound.is_empty();
        let mut judge = Judge {
            index,
            compiled,
            attributes,
            cluster,
            settings,
            admission: &mut admission,
            failures: &mut failures,
            annotations: AnnotationCollector::default(),
        };
        // A policy without binding is shown with its match, but nothing comes of it.
        let outcome = judge.policy(&bound, unbound, &mut inputs);
        let annotations = judge.annotations;
        admission.policies.push(outcome);
        if admission.aborted.is_some() {
            return admission;
        }
        admission.audit.extend(annotations.publish(&policy.name.value));
    }
    if !failures.is_empty() {
        admission.audit.push((VALIDATION_FAILURE.into(), failures_json(&failures)));
    }
    admission
}

/// One policy meeting one request.
struct Judge<'a> {
    index: usize,
    compiled: &'a CompiledPolicy,
    attributes: &'a Attributes,
    cluster: &'a Cluster,
    settings: &'a Settings,
    admission: &'a mut Admission,
    failures: &'a mut Vec<ValidationFailure>,
    annotations: AnnotationCollector,
}

impl Judge<'_> {
    fn policy(
        &mut self,
        bound: &[(Option<usize>, &Binding)],
        unbound: bool,
        inputs: &mut evaluate::Inputs<'_>,
    ) -> PolicyOutcome {
        let policy = Rc::clone(&self.compiled.policy);
        let selection = match &policy.match_constraints {
            Some(constraints) => select(constraints, self.attributes, self.cluster, self.settings.explain),
            None => Selection {
                result: Err("policy contained no match constraints, a required field".into()),
                rows: Vec::new(),
            },
        };
        let mut outcome = PolicyOutcome { selection, error: None, bindings: Vec::new() };
        if unbound {
            return outcome;
        }
        let matched = match &outcome.selection.result {
            Ok(Some(matched)) => matched.clone(),
            Ok(None) => return outcome,
            Err(text) => {
                outcome.error = Some(text.clone());
                self.configuration_error(None, text);
                return outcome;
            }
        };
        let kind = policy.param_kind.as_ref().map(|kind| params::resolve(kind, self.cluster)).transpose();
        let kind = match kind {
            Ok(kind) => kind,
            Err(text) => {
                self.configuration_error(None, &text);
                outcome.error = Some(text);
                return outcome;
            }
        };
        for (at, (index, binding)) in bound.iter().enumerate() {
            let judged = self.binding(at, *index, binding, &matched, kind.as_ref(), inputs);
            outcome.bindings.push(judged);
            if self.admission.aborted.is_some() {
                break;
            }
        }
        outcome
    }

    fn binding(
        &mut self,
        at: usize,
        index: Option<usize>,
        binding: &Binding,
        matched: &Match,
        kind: Option<&ParamResource>,
        inputs: &mut evaluate::Inputs<'_>,
    ) -> BindingOutcome {
        let selection = binding
            .match_resources
            .as_ref()
            .map(|resources| select(resources, self.attributes, self.cluster, self.settings.explain));
        let mut outcome = BindingOutcome {
            index,
            name: Rc::clone(&binding.name.value),
            selection,
            error: None,
            evaluations: Vec::new(),
        };
        let selected = outcome.selection.as_ref().map(|selection| &selection.result);
        match selected {
            None | Some(Ok(Some(_))) => {}
            Some(Ok(None)) => return outcome,
            Some(Err(text)) => {
                let text = text.clone();
                self.configuration_error(Some((at, binding)), &text);
                outcome.error = Some(text);
                return outcome;
            }
        }
        let namespace = &self.attributes.namespace;
        let params = match params::collect(kind, binding.param_ref.as_ref(), namespace, self.cluster) {
            Ok(params) => params,
            Err(text) => {
                self.configuration_error(Some((at, binding)), &text);
                outcome.error = Some(text);
                return outcome;
            }
        };
        // Without params there is one evaluation, whose `params` is null.
        let params: Vec<Option<Object>> =
            params.map_or_else(|| alloc::vec![None], |all| all.into_iter().map(Some).collect());
        let of_namespaces =
            self.attributes.kind.is("", "Namespace") && &*self.attributes.kind.version == "v1";
        let mut namespace_object = None;
        if !namespace.is_empty() && !of_namespaces {
            namespace_object = self.cluster.namespace(namespace);
            if namespace_object.is_none() {
                self.admission.aborted = Some(Status::namespace_not_found(namespace));
                return outcome;
            }
        }
        for param in params {
            let evaluation =
                evaluate::evaluate(self.compiled, inputs, matched, param, namespace_object, self.settings);
            self.enforce(at, outcome.evaluations.len(), binding, &evaluation);
            outcome.evaluations.push(evaluation);
        }
        outcome
    }

    /// What the binding does with the decisions of an evaluation.
    fn enforce(
        &mut self,
        at: usize,
        evaluation_index: usize,
        binding: &Binding,
        evaluation: &EvaluationOutcome,
    ) {
        let whole = evaluation.error.is_some();
        for (index, decision) in evaluation.decisions.iter().enumerate() {
            if decision.action == PolicyDecisionAction::Admit {
                continue;
            }
            for action in &binding.validation_actions {
                match &action.value {
                    ValidationAction::Deny => {
                        let validation = (!whole).then_some(index);
                        self.deny(at, binding, Some(evaluation_index), validation, decision.clone());
                    }
                    ValidationAction::Audit => self.failures.push(ValidationFailure {
                        message: decision.message.clone(),
                        policy: Rc::clone(&binding.policy_name.value),
                        binding: Rc::clone(&binding.name.value),
                        expression_index: index,
                        actions: binding
                            .validation_actions
                            .iter()
                            .map(|action| Rc::from(action.value.as_str()))
                            .collect(),
                    }),
                    ValidationAction::Warn => self.admission.warnings.push(format!(
                        "Validation failed for ValidatingAdmissionPolicy '{}' with binding '{}': {}",
                        self.compiled.policy.name.value, binding.name.value, decision.message
                    )),
                    ValidationAction::Other(_) => {}
                }
            }
        }
        for outcome in &evaluation.audit {
            match &outcome.action {
                AuditAnnotationAction::Publish(value) => self.annotations.add(&outcome.key, value),
                AuditAnnotationAction::Exclude => {}
                AuditAnnotationAction::Error(text) => {
                    let decision = PolicyDecision {
                        action: PolicyDecisionAction::Deny,
                        evaluation: PolicyDecisionEvaluation::Error,
                        message: text.clone(),
                        reason: Rc::from(""),
                    };
                    self.deny(at, binding, Some(evaluation_index), None, decision);
                }
            }
        }
    }

    fn deny(
        &mut self,
        at: usize,
        binding: &Binding,
        evaluation: Option<usize>,
        validation: Option<usize>,
        decision: PolicyDecision,
    ) {
        self.admission.denied.push(Denial {
            policy: self.index,
            binding: Some(at),
            evaluation,
            validation,
            policy_name: Rc::clone(&self.compiled.policy.name.value),
            binding_name: Some(Rc::clone(&binding.name.value)),
            decision,
        });
    }

    /// An error in how a policy or binding is set up: denies, whatever the validationActions, unless failures are ignored.
    fn configuration_error(&mut self, binding: Option<(usize, &Binding)>, text: &str) {
        let policy = &self.compiled.policy;
        let message = match &policy.failure_policy {
            FailurePolicy::Ignore => return,
            FailurePolicy::Other(word) => format!("unrecognized failure policy: '{word}'"),
            FailurePolicy::Fail if binding.is_some() => {
                format!("failed to configure binding: {text}")
            }
            FailurePolicy::Fail => format!("failed to configure policy: {text}"),
        };
        self.admission.denied.push(Denial {
            policy: self.index,
            binding: binding.map(|(at, _)| at),
            evaluation: None,
            validation: None,
            policy_name: Rc::clone(&policy.name.value),
            binding_name: binding.map(|(_, binding)| Rc::clone(&binding.name.value)),
            decision: PolicyDecision {
                action: PolicyDecisionAction::Deny,
                evaluation: PolicyDecisionEvaluation::Error,
                message,
                reason: Rc::from(""),
            },
        });
    }
}
