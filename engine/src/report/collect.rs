//! What admission made of one object, as an [`ObjectReport`] and marks in the texts.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    AuditAnnotation, BindingReport, ConditionReport, Diagnostic, Explanation, Label, ObjectReport, Outcome,
    ParamReport, PolicyReport, Read, Response, Root, Severity, Step, StepKind, StepState, TraceNode,
    TraceOutcome, ValidationReport, VariableReport, Verdict, changes, explain, places::Places, steps::Told,
};
use crate::admission::{
    Admission, Attempt, Attributes, Binding, BindingOutcome, Command, CompiledExpression, CompiledPolicy,
    EvaluationOutcome, ExpressionOutcome, Group, Operation, Policy, PolicyDecisionAction,
    PolicyDecisionEvaluation, PolicyOutcome, Status, VariableOutcome, delivered, print,
};
use crate::cel::interpreter::Trace;
use crate::cel::value::Value;
use crate::checks::pod_security::admission::Response as PodSecurity;
use crate::objects::{Object, Resources};
use crate::schema::defaults::{Problem, Seen};
use crate::source::Span;
use crate::yaml::{NodeRef, print as yaml_print};

/// A request that was judged, with everything it was judged by.
pub struct Judged<'a> {
    /// The object as the user wrote it.
    pub object: &'a Object,
    /// What the server was sent or has stored: `object`, but for a DELETE the copy in the cluster.
    pub written: &'a Object,
    /// The request.
    pub attributes: &'a Attributes,
    /// The policies, as `admission` counts them.
    pub policies: &'a [CompiledPolicy],
    /// The bindings, as `admission` counts them.
    pub bindings: &'a [Binding],
    /// The answer.
    pub admission: &'a Admission,
    /// The file kubectl would be given.
    pub file: &'a str,
    /// Where offsets of expressions stand in the texts.
    pub places: Places<'a>,
    /// What Pod Security admission says, by the labels of the namespace.
    pub pod_security: &'a PodSecurity,
    /// Policies that the cluster refuses, each with what kubectl prints.
    pub refused: &'a [(Policy, String)],
}

impl Judged<'_> {
    /// The report on the object, without findings.
    #[must_use]
    pub fn report(&self) -> ObjectReport {
        let object = self.object;
        let policies = self
            .policies
            .iter()
            .zip(&self.admission.policies)
            .map(|(policy, outcome)| self.policy(policy, outcome));
        let (new, old) = (self.attributes.object.as_ref(), self.attributes.old_object.as_ref());
        let seen = new.or(old);
        ObjectReport {
            kind: object.kind.value.to_string(),
            api_version: object.api_version.value.to_string(),
            name: self.attributes.name.to_string(),
            namespace: self.attributes.namespace.to_string(),
            operation: self.attributes.operation.as_str().to_string(),
            span: object.span(),
            name_span: self.name_span(),
            verdict: self.verdict(),
            policies: policies
                .chain(self.never_asked())
                .chain(self.refused.iter().map(|(policy, printed)| PolicyReport {
                    refused: Some(printed.clone()),
                    ..out_of_force(policy, StepState::NotReached, "Refused by the cluster")
                }))
                .collect(),
            findings: Vec::new(),
            seen: seen.map(|seen| crate::yaml::print::yaml(seen.root())),
            changes: seen.map_or_else(Vec::new, |seen| changes(self.written.root(), seen.root())),
            update: new.zip(old).map_or_else(Vec::new, |(new, old)| changes(old.root(), new.root())),
        }
    }

    /// All policies, when the resource is one that no policy in the API is asked about.
    fn never_asked(&self) -> impl Iterator<Item = PolicyReport> + '_ {
        let policies = if self.admission.excluded { self.policies } else { &[] };
        let text = format!("{} are never asked about", self.attributes.resource.resource);
        policies.iter().map(move |policy| out_of_force(&policy.policy, StepState::NotMatched, &text))
    }

    fn name_span(&self) -> Span {
        let object = self.object;
        let named = [&object.name, &object.generate_name].into_iter().find(|name| !name.value.is_empty());
        named.map_or_else(|| object.span().before(), |name| name.span)
    }

    fn verdict(&self) -> Verdict {
        let admission = self.admission;
        let by_pod_security = self.pod_security.refusal.as_ref().map(|refusal| Status {
            code: refusal.code,
            reason: refusal.reason.to_string(),
            message: refusal.message.clone(),
            name: self.attributes.shown_name(),
            group: self.attributes.resource.group.to_string(),
            kind: self.attributes.resource.resource.to_string(),
            causes: Vec::new(),
        });
        let pod_security = by_pod_security.is_some();
        let mut recorded = self.pod_security.warnings.clone();
        recorded.extend(admission.warnings.iter().cloned());
        let warnings = delivered(&recorded);
        let status = by_pod_security.or_else(|| admission.status(self.attributes));
        let judged = admission.policies.iter().flat_map(|policy| &policy.bindings).any(|binding| {
            binding.error.is_some() || binding.evaluations.iter().any(|evaluation| evaluation.matched)
        });
        let outcome = match (&status, judged) {
            (Some(_), _) => Outcome::Denied,
            (None, _) if !warnings.is_empty() => Outcome::Warned,
            (None, false) => Outcome::NotJudged,
            (None, true) => Outcome::Admitted,
        };
        let (command, line, done) = self.command();
        let attempt = Attempt {
            file: self.file.to_string(),
            resource: self.attributes.resource.clone(),
            // What kubectl names on success is the resource's own kind.
            kind: Resources::default()
                .of_resource(&self.attributes.resource)
                .map_or_else(|| self.attributes.kind.clone(), |resource| resource.gvk),
            name: self.attributes.shown_name(),
            namespace: self.attributes.namespace.to_string(),
            patch: None,
            done,
            dry_run: self.attributes.dry_run,
            warnings: warnings.clone(),
            refused: status.clone(),
        };
        let mut printed = print(&command, &[attempt]);
        if done.is_empty() {
            printed.stdout.clear();
        }
        let first = admission.denied.first().filter(|_| !pod_security);
        let culprit = first
            .map(|denial| (denial.policy, denial.binding, denial.validation))
            .or_else(|| self.first_warned().filter(|_| !pod_security));
        let mut alternatives: Vec<String> = Vec::new();
        for denial in admission.denied.iter().skip(1) {
            let other =
                first.is_some_and(|first| (first.policy, first.binding) != (denial.policy, denial.binding));
            let message = denial.message();
            if other && !alternatives.contains(&message) {
                alternatives.push(message);
            }
        }
        let dry = if self.attributes.dry_run { " --dry-run=server" } else { "" };
        Verdict {
            outcome,
            policy: culprit.map(|culprit| culprit.0),
            binding: culprit.and_then(|culprit| culprit.1),
            validation: culprit.and_then(|culprit| culprit.2),
            stderr: printed.stderr,
            stdout: printed.stdout,
            command: format!("kubectl {line}{dry}"),
            exit_code: printed.exit_code,
            response: status.map(|status| Response {
                code: status.code,
                reason: status.reason,
                message: status.message,
            }),
            warnings,
            audit: admission
                .audit
                .iter()
                .map(|(key, value)| AuditAnnotation { key: key.clone(), value: value.clone() })
                .collect(),
            pod_security,
            alternatives,
        }
    }

    /// The command that makes the request, how it goes on, and what it says on success.
    fn command(&self) -> (Command, String, &'static str) {
        let attributes = self.attributes;
        let name = attributes.shown_name();
        let of = format!("{}/{name}", attributes.resource.group_resource());
        let file = self.file;
        let manager = attributes.options.as_ref().and_then(|options| options.root().get("fieldManager"));
        let patches = manager.and_then(NodeRef::as_str) == Some("kubectl-patch");
        let within = match &*attributes.namespace {
            "" | "default" => String::new(),
            namespace => format!(" -n {namespace}"),
        };
        match (attributes.operation, &*attributes.subresource) {
            (Operation::Create, "") => (Command::Apply, format!("apply -f {file}"), "created"),
            (Operation::Create, "token") => {
                (Command::Words("failed to create token: "), format!("create token {name}{within}"), "")
            }
            // kubectl evicts only while it drains a node; one pod is evicted by hand. The server's answer is JSON.
            (Operation::Create, "eviction") => {
                let namespace = &attributes.namespace;
                let path = format!("/api/v1/namespaces/{namespace}/pods/{name}/eviction");
                (Command::Bare, format!("create --raw {path} -f eviction.json"), "")
            }
            (Operation::Create, _) => (Command::Create, format!("create -f {file}"), "created"),
            (Operation::Update, "scale") => {
                let replicas =
                    attributes.object.as_ref().and_then(|scale| scale.root().path(&["spec", "replicas"]));
                let replicas = replicas.map_or_else(|| "0".into(), yaml_print::json);
                (Command::Bare, format!("scale {of} --replicas={replicas}{within}"), "scaled")
            }
            (Operation::Update, "") if patches => {
                (Command::Bare, format!("patch {of}{within} --patch-file {file}"), "patched")
            }
            (Operation::Update, "") => (Command::Replace, format!("replace -f {file}"), "replaced"),
            (Operation::Update, subresource) => (
                Command::Bare,
                format!("patch {of}{within} --subresource={subresource} --patch-file {file}"),
                "patched",
            ),
            (Operation::Delete, _) => (Command::Delete, format!("delete -f {file}"), "deleted"),
            (Operation::Connect, "exec") => {
                let command = attributes.object.as_ref().and_then(|options| options.root().get("command"));
                let words = command.into_iter().flat_map(NodeRef::items).filter_map(NodeRef::as_str);
                let words: Vec<&str> = words.collect();
                let line = format!("exec -it {name}{within} -- {}", words.join(" "));
                (Command::Words("unable to upgrade connection: "), line, "")
            }
            (Operation::Connect, "attach") => {
                (Command::Words("unable to upgrade connection: "), format!("attach -it {name}{within}"), "")
            }
            (Operation::Connect, "portforward") => (
                Command::Words("error upgrading connection: unable to upgrade connection: "),
                format!("port-forward {name}{within} 8080"),
                "",
            ),
            (Operation::Connect, subresource) => (
                Command::Bare,
                format!("get --raw …/{}/{name}/{subresource}/", attributes.resource.resource),
                "",
            ),
        }
    }

    /// The first decision that would deny and only warns.
    fn first_warned(&self) -> Option<(usize, Option<usize>, Option<usize>)> {
        for (at, policy) in self.admission.policies.iter().enumerate() {
            for (binding, outcome) in policy.bindings.iter().enumerate() {
                for evaluation in &outcome.evaluations {
                    let denied = evaluation
                        .decisions
                        .iter()
                        .position(|decision| decision.action == PolicyDecisionAction::Deny);
                    if let Some(index) = denied {
                        return Some((at, Some(binding), evaluation.error.is_none().then_some(index)));
                    }
                }
            }
        }
        None
    }

    /// Marks for what Pod Security admission refuses or warns about.
    fn pod_security_marks(&self, out: &mut Vec<Diagnostic>) {
        let answer = self.pod_security;
        let (evaluation, severity) = match (&answer.refusal, &answer.enforced, &answer.warned) {
            (Some(_), Some(enforced), _) => (enforced, Severity::Denial),
            (_, _, Some(warned)) => (warned, Severity::Warning),
            _ => return,
        };
        for (check, violation) in evaluation.violations() {
            for place in violation.places.iter().filter(|place| place.span != Span::default()) {
                out.push(Diagnostic {
                    id: format!("pod-security/{}", check.about.id),
                    severity,
                    message: violation.text(),
                    help: None,
                    span: place.span,
                    labels: Vec::new(),
                    fix: None,
                });
            }
        }
    }

    fn policy(&self, compiled: &CompiledPolicy, outcome: &PolicyOutcome) -> PolicyReport {
        let policy = &compiled.policy;
        let told = Told { policy, bindings: self.bindings, attributes: self.attributes, outcome };
        PolicyReport {
            name: policy.name.value.to_string(),
            name_span: policy.name.span,
            span: policy.span,
            refused: None,
            assumed_binding: outcome.bindings.iter().any(|binding| binding.index.is_none()),
            steps: told.steps(),
            match_rows: told.rows(),
            bindings: outcome.bindings.iter().map(|binding| self.binding(compiled, binding)).collect(),
        }
    }

    fn binding(&self, compiled: &CompiledPolicy, outcome: &BindingOutcome) -> BindingReport {
        let written = outcome.index.and_then(|index| self.bindings.get(index));
        let actions = written.map_or_else(
            || alloc::vec!["Deny".to_string()],
            |binding| {
                binding.validation_actions.iter().map(|action| action.value.as_str().to_string()).collect()
            },
        );
        BindingReport {
            name: outcome.name.to_string(),
            name_span: written.map(|binding| binding.name.span),
            actions,
            matched: outcome.matched(),
            error: outcome.error.clone(),
            evaluations: outcome
                .evaluations
                .iter()
                .map(|evaluation| self.evaluation(compiled, evaluation))
                .collect(),
        }
    }

    fn evaluation(&self, compiled: &CompiledPolicy, outcome: &EvaluationOutcome) -> ParamReport {
        let policy = &compiled.policy;
        let documents = &outcome.documents;
        let conditions = policy.match_conditions.iter().zip(&outcome.conditions).enumerate().map(
            |(at, (condition, outcome))| ConditionReport {
                name: condition.name.value.to_string(),
                span: condition.expression.span,
                result: match outcome.result {
                    Ok(Value::Bool(value)) => Some(value),
                    _ => None,
                },
                error: outcome.result.as_ref().err().map(|error| error.message.clone()),
                explanation: self.explanation(compiled.match_conditions.get(at), outcome, documents),
            },
        );
        let validations = policy.validations.iter().zip(&outcome.validations).enumerate().map(
            |(index, (validation, outcome))| {
                let decision = &outcome.decision;
                let own = validation.message.as_ref().map(|message| message.value.trim().to_string());
                let message = match decision.evaluation {
                    PolicyDecisionEvaluation::Admit => own
                        .filter(|own| !own.is_empty())
                        .unwrap_or_else(|| validation.expression.text.trim().to_string()),
                    _ => decision.message.clone(),
                };
                ValidationReport {
                    index,
                    span: validation.expression.span,
                    expression: validation.expression.text.to_string(),
                    evaluation: decision.evaluation.as_str().to_string(),
                    denied: decision.action == PolicyDecisionAction::Deny,
                    message,
                    reason: decision.reason.to_string(),
                    cost: outcome.expression.cost.saturating_add(outcome.expression.variable_cost),
                    explanation: self.explanation(
                        compiled.validations.get(index),
                        &outcome.expression,
                        documents,
                    ),
                }
            },
        );
        let variables = self.variables(compiled, outcome);
        let mut validations: Vec<ValidationReport> = validations.collect();
        for validation in validations.iter_mut().filter(|validation| validation.denied) {
            if let Some(explanation) = &mut validation.explanation {
                through_variables(explanation, &variables);
            }
        }
        ParamReport {
            param: outcome.param.as_ref().map(|param| match &*param.namespace.value {
                "" => param.name.value.to_string(),
                namespace => format!("{namespace}/{}", param.name.value),
            }),
            param_span: outcome.param.as_ref().map(|param| param.name.span),
            conditions: conditions.collect(),
            matched: outcome.matched,
            variables,
            validations,
            error: outcome.error.clone(),
            cost: outcome.cost,
        }
    }

    /// The variables the validations read.
    fn variables(&self, compiled: &CompiledPolicy, outcome: &EvaluationOutcome) -> Vec<VariableReport> {
        let read = outcome.variables.iter().filter(|variable| variable.group == Group::Validations);
        let report = |variable: &VariableOutcome| {
            let written = compiled.policy.variables.get(variable.index)?;
            let known = compiled.variables.iter().find(|known| known.index == variable.index);
            let expression = known.map(|known| &known.compiled);
            let explanation = variable
                .trace
                .as_deref()
                .and_then(|trace| self.traced(expression, trace, &outcome.documents));
            Some(VariableReport {
                name: written.name.value.to_string(),
                span: written.expression.span,
                value: variable.result.as_ref().map_or_else(ToString::to_string, super::value::print),
                failed: variable.result.is_err(),
                cost: variable.cost,
                explanation,
            })
        };
        read.filter_map(report).collect()
    }

    /// What the parts of an expression were, if that was recorded.
    fn explanation(
        &self,
        compiled: Option<&CompiledExpression>,
        outcome: &ExpressionOutcome,
        documents: &[(&'static str, Value, Object)],
    ) -> Option<Explanation> {
        self.traced(compiled, outcome.trace.as_deref()?, documents)
    }

    fn traced(
        &self,
        compiled: Option<&CompiledExpression>,
        trace: &Trace,
        documents: &[(&'static str, Value, Object)],
    ) -> Option<Explanation> {
        let checked = &compiled?.result.as_ref().ok()?.checked;
        let roots: Vec<Root<'_>> =
            documents.iter().map(|(name, value, object)| Root { name, value, object }).collect();
        Some(explain(checked, trace, &roots))
    }

    /// Marks in policy and manifest for each validation that denies or warns.
    pub fn marks(&self, report: &ObjectReport, out: &mut Vec<Diagnostic>) {
        self.pod_security_marks(out);
        let who = format!("{} {}", report.kind, report.name);
        for policy in &report.policies {
            for binding in &policy.bindings {
                let denies = binding.actions.iter().any(|action| action == "Deny");
                let warns = binding.actions.iter().any(|action| action == "Warn");
                for validation in binding.evaluations.iter().flat_map(|evaluation| &evaluation.validations) {
                    if !validation.denied {
                        continue;
                    }
                    let error = validation.evaluation == "error";
                    let severity = match (denies, warns, error) {
                        (true, ..) => Severity::Denial,
                        (false, true, _) => Severity::Warning,
                        (false, false, true) => Severity::Error,
                        (false, false, false) => Severity::Info,
                    };
                    let id = if error { "validation/error" } else { "validation/false" };
                    let read = validation.explanation.as_ref().and_then(|explanation| {
                        explanation.reads.iter().rev().find_map(|read| read.span.filter(|_| !read.defaulted))
                    });
                    let at = read.unwrap_or(report.name_span);
                    let place = validation
                        .explanation
                        .as_ref()
                        .and_then(|explanation| self.deciding(validation, explanation));
                    let place = place.unwrap_or(validation.span);
                    out.push(Diagnostic {
                        id: id.to_string(),
                        severity,
                        message: validation.message.clone(),
                        help: validation
                            .explanation
                            .as_ref()
                            .map(|explanation| explanation.summary.clone())
                            .filter(|text| !text.is_empty()),
                        span: place,
                        labels: alloc::vec![Label { span: at, text: who.clone() }],
                        fix: None,
                    });
                    out.push(Diagnostic {
                        id: id.to_string(),
                        severity,
                        message: validation.message.clone(),
                        help: None,
                        span: at,
                        labels: alloc::vec![Label {
                            span: place,
                            text: format!("{}, validation {}", policy.name, validation.index + 1)
                        }],
                        fix: None,
                    });
                }
            }
        }
    }

    /// The part of the expression that made it come out so, in the policy's text.
    fn deciding(&self, validation: &ValidationReport, explanation: &Explanation) -> Option<Span> {
        let part = culprit(&explanation.nodes)?;
        Some(self.places.span(validation.span, &validation.expression, part.start, part.end))
    }
}

/// The report on a policy that never gets to see the request.
fn out_of_force(policy: &Policy, state: StepState, text: &str) -> PolicyReport {
    let step = |kind, state| Step {
        kind,
        state,
        text: text.to_string(),
        detail: None,
        span: Some(policy.name.span),
        fix: None,
    };
    let later = [StepKind::Conditions, StepKind::Params, StepKind::Validations, StepKind::Action];
    let waiting = |kind| Step { text: "Not reached".to_string(), ..step(kind, StepState::NotReached) };
    PolicyReport {
        name: policy.name.value.to_string(),
        name_span: policy.name.span,
        span: policy.span,
        steps: core::iter::once(step(StepKind::Match, state)).chain(later.map(waiting)).collect(),
        ..PolicyReport::default()
    }
}

/// From the whole down to the smallest part with the same outcome: through operators and the deciding iteration.
fn culprit(nodes: &[TraceNode]) -> Option<&TraceNode> {
    let mut at = 0;
    let mut part = nodes.first()?;
    loop {
        let mut below = nodes.iter().enumerate().filter(|(_, node)| {
            node.parent == Some(at) && node.deciding && node.outcome == part.outcome && node.text == part.text
        });
        let same = if part.outcome == TraceOutcome::Error { below.next() } else { below.next_back() };
        if let Some(turn) = part.iterations.iter().find(|turn| turn.deciding)
            && let Some(inner) = culprit(&turn.nodes)
        {
            return Some(inner);
        }
        match same {
            Some((index, node)) => {
                at = index;
                part = node;
            }
            None => return Some(part),
        }
    }
}

/// The mark of a field that a server does not take.
#[must_use]
pub fn not_stored(problem: &Problem) -> Diagnostic {
    Diagnostic {
        id: "object/field".to_string(),
        severity: Severity::Error,
        message: problem.message.clone(),
        help: None,
        span: problem.span,
        labels: Vec::new(),
        fix: None,
    }
}

/// The report on an object that the server refuses before any policy is asked, with marks at the fields.
#[must_use]
pub fn refused(object: &Object, file: &str, seen: &Seen, out: &mut Vec<Diagnostic>) -> ObjectReport {
    let message = seen.strict_message(&object.gvk).unwrap_or_default();
    out.extend(seen.unknown.iter().chain(&seen.refused).map(not_stored));
    let named = [&object.name, &object.generate_name].into_iter().find(|name| !name.value.is_empty());
    ObjectReport {
        kind: object.kind.value.to_string(),
        api_version: object.api_version.value.to_string(),
        name: object.effective_name(),
        span: object.span(),
        name_span: named.map_or_else(|| object.span().before(), |name| name.span),
        verdict: Verdict {
            outcome: Outcome::Error,
            stderr: format!("Error from server (BadRequest): error when creating \"{file}\": {message}\n"),
            command: format!("kubectl apply -f {file}"),
            exit_code: 1,
            response: Some(Response { code: 400, reason: "BadRequest".to_string(), message }),
            ..Verdict::default()
        },
        ..ObjectReport::default()
    }
}

/// What an expression reads through its variables: those it names, and when these read nothing of the object, those they
/// name. What it reads itself comes last, where the culprit is looked for.
fn through_variables(explanation: &mut Explanation, variables: &[VariableReport]) {
    /// Variables name only earlier ones; this many deep nobody follows.
    const DEEPEST: usize = 4;
    let mut texts = alloc::vec![explanation.text.clone()];
    let mut found: Vec<Read> = Vec::new();
    for _ in 0..DEEPEST {
        let named: Vec<&Explanation> = variables
            .iter()
            .filter(|variable| texts.iter().any(|text| names(text, &variable.name)))
            .filter_map(|variable| variable.explanation.as_ref())
            .collect();
        for read in named.iter().flat_map(|named| &named.reads) {
            if found.iter().chain(&explanation.reads).all(|known| known.path != read.path) {
                found.push(read.clone());
            }
        }
        // Params, and who asks, are what the object is held against.
        let of_object = |read: &Read| read.path.starts_with("object") || read.path.starts_with("oldObject");
        if named.is_empty() || found.iter().any(of_object) {
            break;
        }
        texts = named.iter().map(|named| named.text.clone()).collect();
    }
    let own = core::mem::replace(&mut explanation.reads, found);
    explanation.reads.extend(own);
}

/// Whether an expression names that variable.
fn names(expression: &str, variable: &str) -> bool {
    expression.match_indices("variables.").any(|(at, start)| {
        let rest = expression.get(at + start.len()..).unwrap_or("");
        rest.strip_prefix(variable)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}
