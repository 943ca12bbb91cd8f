//! The pipeline of one policy on one object, as five steps; why nothing happened is here.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{MatchRow, Step, StepKind, StepState};
use crate::admission::{
    Attributes, Binding, BindingOutcome, EvaluationOutcome, MatchRow as Row, Policy, PolicyOutcome,
    ValidationAction,
};
use crate::source::Span;

/// What the steps are told about.
pub(super) struct Told<'a> {
    /// The policy as written.
    pub(super) policy: &'a Policy,
    /// All bindings of the scenario, as the outcome counts them.
    pub(super) bindings: &'a [Binding],
    /// The request.
    pub(super) attributes: &'a Attributes,
    /// What came of it.
    pub(super) outcome: &'a PolicyOutcome,
}

impl Told<'_> {
    /// The five steps, in order.
    pub(super) fn steps(&self) -> Vec<Step> {
        let selected = self.select();
        let reached = selected.state == StepState::Passed;
        let params = if reached { self.params() } else { waiting(StepKind::Params) };
        let bound = !self.outcome.bindings.is_empty();
        let conditions = if reached && bound { self.conditions() } else { waiting(StepKind::Conditions) };
        let judged =
            self.evaluations().any(|evaluation| evaluation.matched && !failed_conditions(evaluation));
        let validations = if judged { self.validations() } else { waiting(StepKind::Validations) };
        let action = if reached { self.action(judged) } else { waiting(StepKind::Action) };
        alloc::vec![selected, conditions, params, validations, action]
    }

    /// The match table: the policy's rows, then each binding's.
    pub(super) fn rows(&self) -> Vec<MatchRow> {
        let of = |owner: &str, rows: &[Row]| {
            let row = |row: &Row| MatchRow {
                component: row.component.clone(),
                owner: owner.to_string(),
                asked: row.asked.clone(),
                seen: row.seen.clone(),
                passed: row.passed,
                span: row.span,
            };
            rows.iter().map(row).collect::<Vec<_>>()
        };
        let mut all = of("policy", &self.outcome.selection.rows);
        for binding in &self.outcome.bindings {
            if let Some(selection) = &binding.selection {
                all.extend(of(&binding.name, &selection.rows));
            }
        }
        all
    }

    fn evaluations(&self) -> impl Iterator<Item = &EvaluationOutcome> {
        self.outcome.bindings.iter().flat_map(|binding| &binding.evaluations)
    }

    /// The binding as written; `None` for the assumed one.
    fn binding(&self, outcome: &BindingOutcome) -> Option<&Binding> {
        self.bindings.get(outcome.index?)
    }

    fn select(&self) -> Step {
        let operation = self.attributes.operation.as_str();
        let resource = &self.attributes.resource.resource;
        let constraints = self.policy.match_constraints.as_ref().map(|constraints| constraints.span);
        match &self.outcome.selection.result {
            Err(text) => Step {
                detail: Some(text.clone()),
                ..step(StepKind::Match, StepState::Error, "Cannot be matched", constraints)
            },
            Ok(None) => {
                let (text, detail, span) = why_not(&self.outcome.selection.rows);
                Step { detail, ..step(StepKind::Match, StepState::NotMatched, &text, span.or(constraints)) }
            }
            Ok(Some(_)) => match self.unselected() {
                Some(not) => not,
                None => {
                    let rule = self.outcome.selection.rows.iter().rev().find_map(|row| {
                        let index = row
                            .component
                            .strip_prefix("resourceRules[")?
                            .split(']')
                            .next()?
                            .parse::<usize>()
                            .ok()?;
                        (row.passed == Some(true)).then_some(index + 1)
                    });
                    let text = match rule {
                        Some(rule) => format!("{operation} {resource}, rule {rule}"),
                        None => format!("{operation} {resource}"),
                    };
                    step(StepKind::Match, StepState::Passed, &text, constraints)
                }
            },
        }
    }

    /// The step when the policy selects the request and none of its bindings does.
    fn unselected(&self) -> Option<Step> {
        let bindings = &self.outcome.bindings;
        if bindings.is_empty() || bindings.iter().any(|binding| binding.matched() || binding.error.is_some())
        {
            return None;
        }
        let first = bindings.first()?;
        let rows = first.selection.as_ref().map(|selection| &*selection.rows).unwrap_or_default();
        let (why, detail, span) = why_not(rows);
        let detail = Some(format!("Binding {}: {}", first.name, detail.unwrap_or(why)));
        let place = span.or_else(|| self.binding(first).map(|binding| binding.name.span));
        Some(Step { detail, ..step(StepKind::Match, StepState::NotMatched, "No binding selects it", place) })
    }

    fn conditions(&self) -> Step {
        let Some(first) = self.policy.match_conditions.first() else {
            return step(StepKind::Conditions, StepState::NotNeeded, "None set", None);
        };
        let count = self.policy.match_conditions.len();
        let failed = self.evaluations().find(|evaluation| failed_conditions(evaluation));
        if let Some(text) = failed.and_then(|evaluation| evaluation.error.as_ref()) {
            return Step {
                detail: Some(text.clone()),
                ..step(StepKind::Conditions, StepState::Error, "A condition fails", Some(first.span))
            };
        }
        if self.evaluations().any(|evaluation| evaluation.matched) {
            let text = if count == 1 { String::from("True") } else { format!("All {count} are true") };
            return step(StepKind::Conditions, StepState::Passed, &text, Some(first.span));
        }
        let Some(evaluation) = self.evaluations().next() else { return waiting(StepKind::Conditions) };
        let not = evaluation
            .conditions
            .iter()
            .position(|condition| matches!(condition.result, Ok(crate::cel::value::Value::Bool(false))));
        let condition = not.and_then(|at| self.policy.match_conditions.get(at));
        let (text, span) = match condition {
            Some(condition) => (format!("{} is false", condition.name.value), condition.span),
            None => (String::from("A condition fails, ignored"), first.span),
        };
        step(StepKind::Conditions, StepState::NotMatched, &text, Some(span))
    }

    fn params(&self) -> Step {
        let Some(kind) = &self.policy.param_kind else {
            return step(StepKind::Params, StepState::NotNeeded, "Takes none", None);
        };
        if let Some(text) = &self.outcome.error {
            return Step {
                detail: Some(text.clone()),
                ..step(StepKind::Params, StepState::Error, "Unknown kind", Some(kind.span))
            };
        }
        if let Some((binding, text)) =
            self.outcome.bindings.iter().find_map(|binding| Some((binding, binding.error.as_ref()?)))
        {
            let span = self
                .binding(binding)
                .and_then(|binding| binding.param_ref.as_ref())
                .map(|reference| reference.span);
            return Step {
                detail: Some(text.clone()),
                ..step(StepKind::Params, StepState::Error, "Cannot be resolved", span.or(Some(kind.span)))
            };
        }
        let names: Vec<&str> = self
            .evaluations()
            .filter_map(|evaluation| evaluation.param.as_ref())
            .map(|param| &*param.name.value)
            .collect();
        match names.as_slice() {
            [one] => step(
                StepKind::Params,
                StepState::Passed,
                &format!("{} {one}", kind.kind.value),
                Some(kind.span),
            ),
            [] if self.evaluations().next().is_some() => {
                step(StepKind::Params, StepState::Passed, "No paramRef: params is null", Some(kind.span))
            }
            [] if self.outcome.bindings.is_empty() => waiting(StepKind::Params),
            [] => {
                let reference = self.outcome.bindings.iter().find_map(|outcome| {
                    self.binding(outcome)?.param_ref.as_ref().map(|reference| reference.span)
                });
                let detail = "The paramRef finds no object, and parameterNotFoundAction is Allow: the binding is skipped.";
                Step {
                    detail: Some(detail.to_string()),
                    ..step(StepKind::Params, StepState::NotMatched, "None found, allowed", reference)
                }
            }
            many => step(
                StepKind::Params,
                StepState::Passed,
                &format!("{} of kind {}", many.len(), kind.kind.value),
                Some(kind.span),
            ),
        }
    }

    fn validations(&self) -> Step {
        let span = self.policy.validations.first().map(|validation| validation.span);
        let count = self.policy.validations.len();
        let mut worst: Option<(usize, bool, Span)> = None;
        for evaluation in self.evaluations() {
            for (at, decision) in evaluation.decisions.iter().enumerate() {
                let error = decision.evaluation == crate::admission::PolicyDecisionEvaluation::Error;
                let fails = error || decision.evaluation == crate::admission::PolicyDecisionEvaluation::Deny;
                if fails && worst.is_none() {
                    let place = self.policy.validations.get(at).map(|validation| validation.span);
                    worst = Some((at, error, place.unwrap_or_default()));
                }
            }
        }
        match worst {
            None if count == 0 => step(StepKind::Validations, StepState::NotNeeded, "None set", None),
            None => step(StepKind::Validations, StepState::Passed, &format!("{count} of {count} true"), span),
            Some((at, true, place)) => step(
                StepKind::Validations,
                StepState::Error,
                &format!("{} of {count} fails to evaluate", at + 1),
                Some(place),
            ),
            Some((at, false, place)) => step(
                StepKind::Validations,
                StepState::Denied,
                &format!("{} of {count} is false", at + 1),
                Some(place),
            ),
        }
    }

    fn action(&self, judged: bool) -> Step {
        if self.outcome.bindings.is_empty() {
            let text = "A policy without a binding is never evaluated by a cluster.";
            return Step {
                detail: Some(text.to_string()),
                ..step(StepKind::Action, StepState::NotReached, "No binding", Some(self.policy.name.span))
            };
        }
        let fails = |binding: &&BindingOutcome| {
            binding
                .evaluations
                .iter()
                .flat_map(|evaluation| &evaluation.decisions)
                .any(|decision| decision.action == crate::admission::PolicyDecisionAction::Deny)
        };
        let configured = self.outcome.error.is_some()
            || self.outcome.bindings.iter().any(|binding| binding.error.is_some());
        let Some(outcome) = self.outcome.bindings.iter().find(fails) else {
            if configured {
                return match self.policy.failure_policy {
                    crate::admission::FailurePolicy::Ignore => step(
                        StepKind::Action,
                        StepState::Passed,
                        "Ignored, by failurePolicy",
                        self.policy.failure_policy_span,
                    ),
                    _ => step(
                        StepKind::Action,
                        StepState::Denied,
                        "Deny, by failurePolicy",
                        self.policy.failure_policy_span,
                    ),
                };
            }
            return if judged {
                step(StepKind::Action, StepState::Passed, "Admit", None)
            } else {
                waiting(StepKind::Action)
            };
        };
        let binding = self.binding(outcome);
        let actions: Vec<&ValidationAction> = binding
            .map(|binding| binding.validation_actions.iter().map(|action| &action.value).collect())
            .unwrap_or_else(|| alloc::vec![&ValidationAction::Deny]);
        let words: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
        let by = if binding.is_none() {
            "assumed: no binding".to_string()
        } else {
            format!("by {}", outcome.name)
        };
        let state = if actions.contains(&&ValidationAction::Deny) {
            StepState::Denied
        } else if actions.contains(&&ValidationAction::Warn) {
            StepState::Warned
        } else {
            StepState::Passed
        };
        let span = binding.map_or(self.policy.name.span, |binding| {
            binding.validation_actions.first().map_or(binding.name.span, |action| action.span)
        });
        step(StepKind::Action, state, &format!("{}, {by}", words.join(" and ")), Some(span))
    }
}

/// Whether an evaluation ended with its match conditions, in failure.
const fn failed_conditions(evaluation: &EvaluationOutcome) -> bool {
    evaluation.error.is_some() && evaluation.validations.is_empty() && !evaluation.conditions.is_empty()
}

/// Which component kept a request out: words, a sentence, the place.
fn why_not(rows: &[Row]) -> (String, Option<String>, Option<Span>) {
    let excluded =
        rows.iter().filter(|row| row.component.starts_with("excludeResourceRules")).collect::<Vec<_>>();
    let failed = rows
        .iter()
        .find(|row| row.passed == Some(false) && !row.component.starts_with("excludeResourceRules"));
    match (failed, excluded.first()) {
        (Some(row), _) => {
            let part = row.component.rsplit('.').next().unwrap_or(&row.component);
            let detail = format!("{} asks for {}; the request has {}.", row.component, row.asked, row.seen);
            (format!("{part} does not match"), Some(detail), row.span)
        }
        (None, Some(row)) => {
            let detail = format!("{} asks for {}; the request has {}.", row.component, row.asked, row.seen);
            (String::from("Excluded by excludeResourceRules"), Some(detail), row.span)
        }
        (None, None) => (String::from("No rule selects it"), None, None),
    }
}

fn step(kind: StepKind, state: StepState, text: &str, span: Option<Span>) -> Step {
    Step { kind, state, text: text.to_string(), detail: None, span, fix: None }
}

fn waiting(kind: StepKind) -> Step {
    step(kind, StepState::NotReached, "Not reached", None)
}
