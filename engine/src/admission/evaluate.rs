//! One evaluation: a policy, a request and a param (kubernetes-vap.md part 6 and 5.4; `validating/validator.go`,
//! `plugin/cel/condition.go`, `activation.go`, `composition.go`).
//!
//! Four groups of expressions in order: match conditions, validations, message expressions, audit annotations. Each group
//! starts with fresh variables, which are evaluated when first touched and charged to the expression that touched them.

use alloc::{
    collections::BTreeMap,
    format,
    rc::{Rc, Weak},
    string::String,
    vec::Vec,
};
use core::cell::{Cell, RefCell};

use super::attributes::Attributes;
use super::compile::{CompiledExpression, CompiledPolicy, CompiledVariable};
use super::decision::{AuditAnnotationAction, ConditionsOutcome, PolicyDecision};
use super::dispatcher::Settings;
use super::matching::Match;
use super::policy::FailurePolicy;
use super::rbac::Rbac;
use super::{conversion, request};
use crate::cel::error::EvalError;
use crate::cel::interpreter::{Activation, Evaluation, Limits, Trace};
use crate::cel::program::Program;
use crate::cel::quote::quote;
use crate::cel::value::{Child, External, Map, Value};
use crate::environment::library::authz::{self, Authorize, Cached, User};
use crate::environment::limits::{MATCH_CONDITIONS_BUDGET, PER_CALL_LIMIT, RUNTIME_COST_BUDGET};
use crate::objects::{GroupVersionKind, GroupVersionResource, Object};
use crate::order;
use crate::schema::adapt;
use crate::schema::escaping::unescape;

/// What came of one evaluation.
#[derive(Clone, Debug, Default)]
pub struct EvaluationOutcome {
    /// The param; `None` when `params` is null or not declared.
    pub param: Option<Object>,
    /// The match conditions, all of them, unless they ran out of budget.
    pub conditions: Vec<ExpressionOutcome>,
    /// Whether the match conditions let the request in. An evaluation that did not has no decisions.
    pub matched: bool,
    /// The validations, in order; fewer when they ran out of budget.
    pub validations: Vec<ValidationOutcome>,
    /// The audit annotations, in order.
    pub audit: Vec<AuditOutcome>,
    /// The decisions, one per validation; or a single one when the whole failed.
    pub decisions: Vec<PolicyDecision>,
    /// The failure of the whole, if it failed: match conditions, or a budget.
    pub error: Option<String>,
    /// Variables that were evaluated, in order of their first use, by group.
    pub variables: Vec<VariableOutcome>,
    /// Cost of all of it.
    pub cost: u64,
    /// When explaining: the documents that `object`, `oldObject` and `params` read, with the values they are.
    pub documents: Vec<(&'static str, Value, Object)>,
}

/// The groups of expressions that share variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// `matchConditions`
    MatchConditions,
    /// `validations[].expression`
    Validations,
    /// `validations[].messageExpression`
    Messages,
    /// `auditAnnotations`
    AuditAnnotations,
}

/// What came of one expression.
#[derive(Clone, Debug)]
pub struct ExpressionOutcome {
    /// Its value, or what went wrong.
    pub result: Result<Value, ExpressionError>,
    /// Its own cost.
    pub cost: u64,
    /// Cost of the variables it was first to touch.
    pub variable_cost: u64,
    /// What its parts were, when asked for.
    pub trace: Option<Rc<Trace>>,
}

/// Why an expression has no value.
#[derive(Clone, Debug)]
pub struct ExpressionError {
    /// Kubernetes' text: `expression '…' resulted in error: …`, or `compilation error: …`.
    pub message: String,
    /// The error of evaluation, with the node that failed; `None` when it does not compile.
    pub error: Option<EvalError>,
}

/// What came of a validation.
#[derive(Clone, Debug)]
pub struct ValidationOutcome {
    /// Its expression.
    pub expression: ExpressionOutcome,
    /// Its message expression, if it has one and it was reached.
    pub message: Option<ExpressionOutcome>,
    /// The decision; overruled when the evaluation has an `error`.
    pub decision: PolicyDecision,
}

/// What came of an audit annotation.
#[derive(Clone, Debug)]
pub struct AuditOutcome {
    /// Its key.
    pub key: Rc<str>,
    /// Its expression.
    pub expression: ExpressionOutcome,
    /// What becomes of it.
    pub action: AuditAnnotationAction,
}

/// A variable that was evaluated.
#[derive(Clone, Debug)]
pub struct VariableOutcome {
    /// For which group.
    pub group: Group,
    /// Index in `spec.variables`.
    pub index: usize,
    /// Its value, or its own error (without the words that a user of the variable sees around it).
    pub result: Result<Value, EvalError>,
    /// Its cost.
    pub cost: u64,
    /// What its parts were, when asked for.
    pub trace: Option<Rc<Trace>>,
}

/// An object as expressions see it: its value, and the object it reads, if there is one.
type Sight = (Value, Option<Object>);

/// What all evaluations of a request share.
pub(crate) struct Inputs<'a> {
    attributes: &'a Attributes,
    authorizer: (Value, Value),
    objects: BTreeMap<GroupVersionKind, (Sight, Sight)>,
    requests: BTreeMap<(GroupVersionKind, GroupVersionResource), Value>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(attributes: &'a Attributes, settings: &Settings) -> Self {
        Self {
            attributes,
            authorizer: authorizer(attributes, settings),
            objects: BTreeMap::new(),
            requests: BTreeMap::new(),
        }
    }

    /// `object` and `oldObject` in the version of the matched kind.
    fn objects(&mut self, kind: &GroupVersionKind) -> (Sight, Sight) {
        if let Some(known) = self.objects.get(kind) {
            return known.clone();
        }
        let attributes = self.attributes;
        let seen = |object: &Option<Object>| match object {
            None => (Value::Null, None),
            Some(object) => {
                let object = conversion::to_version(object, kind, attributes);
                (adapt::value(&object.document, object.root, attributes.typed), Some(object))
            }
        };
        let pair = (seen(&attributes.object), seen(&attributes.old_object));
        self.objects.insert(kind.clone(), pair.clone());
        pair
    }

    /// `request`, as matched by that kind and resource.
    fn request(&mut self, kind: &GroupVersionKind, resource: &GroupVersionResource) -> Value {
        let key = (kind.clone(), resource.clone());
        if let Some(known) = self.requests.get(&key) {
            return known.clone();
        }
        let document = request::admission_request(self.attributes, kind, resource);
        let value = adapt::value(&document, document.root_id(), true);
        self.requests.insert(key, value.clone());
        value
    }
}

/// `authorizer` and `authorizer.requestResource` of a request. Each question is put once.
fn authorizer(attributes: &Attributes, settings: &Settings) -> (Value, Value) {
    let user = &attributes.user;
    let texts = |list: &[String]| list.iter().map(|text| Rc::from(text.as_str())).collect();
    let user = Rc::new(User {
        name: user.username.as_str().into(),
        uid: user.uid.as_str().into(),
        groups: texts(&user.groups),
        extra: order::map(user.extra.iter().map(|(key, values)| (key.as_str().into(), texts(values)))),
    });
    let nobody = || Rc::new(Rbac::default()) as Rc<dyn Authorize>;
    let authorize = Rc::new(Cached::new(settings.authorizer.clone().unwrap_or_else(nobody)));
    let resource = authz::Resource {
        group: Rc::clone(&attributes.resource.group),
        resource: Rc::clone(&attributes.resource.resource),
        subresource: Rc::clone(&attributes.subresource),
        namespace: Rc::clone(&attributes.namespace),
        name: Rc::clone(&attributes.name),
        ..authz::Resource::default()
    };
    (
        authz::authorizer(Rc::clone(&user), Rc::clone(&authorize) as Rc<dyn Authorize>),
        authz::resource_authorizer(user, authorize, resource),
    )
}

/// What an expression may refer to, apart from the composed variables.
#[derive(Clone, Debug)]
struct Bound {
    object: Value,
    old_object: Value,
    request: Value,
    params: Value,
    namespace_object: Value,
    /// `authorizer` and `authorizer.requestResource`, where they are bound.
    authorizer: Option<(Value, Value)>,
}

impl Bound {
    fn get(&self, name: &str) -> Option<&Value> {
        match name {
            "object" => Some(&self.object),
            "oldObject" => Some(&self.old_object),
            "request" => Some(&self.request),
            "params" => Some(&self.params),
            "namespaceObject" => Some(&self.namespace_object),
            "authorizer" => self.authorizer.as_ref().map(|pair| &pair.0),
            "authorizer.requestResource" => self.authorizer.as_ref().map(|pair| &pair.1),
            _ => None,
        }
    }
}

/// The names of one group of expressions.
struct Names {
    variables: Rc<Variables>,
}

impl Activation for Names {
    fn resolve(&self, name: &str) -> Option<Result<Value, EvalError>> {
        if name == "variables" {
            let tree: Rc<dyn External> = Rc::clone(&self.variables) as Rc<dyn External>;
            return Some(Ok(Value::Map(Map::External(tree, 0))));
        }
        self.variables.bound.get(name).cloned().map(Ok)
    }
}

/// Variables using variables are evaluated inside each other, at most so deep: a page has a small stack. What lies deeper
/// is evaluated on its own, and what needed it is begun again; variables that have a value keep it.
const MAX_DEPTH: u32 = 16;

/// `variables`: a map whose fields are evaluated when they are read, once.
struct Variables {
    own: Weak<Variables>,
    compiled: Rc<[CompiledVariable]>,
    bound: Bound,
    group: Group,
    known: RefCell<BTreeMap<usize, Result<Value, EvalError>>>,
    outcomes: RefCell<Vec<VariableOutcome>>,
    /// Not yet charged to an expression.
    cost: Cell<u64>,
    depth: Cell<u32>,
    /// Those being evaluated. One that is touched again needs itself: two variables have one name.
    pending: RefCell<Vec<usize>>,
    /// The one too deep to be evaluated where it was touched. Whatever is evaluated while there is one is worth nothing.
    wanted: Cell<Option<usize>>,
    explain: bool,
}

impl core::fmt::Debug for Variables {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("variables")
    }
}

impl Variables {
    fn new(compiled: &Rc<[CompiledVariable]>, bound: Bound, group: Group, explain: bool) -> Rc<Self> {
        Rc::new_cyclic(|own| Self {
            own: Weak::clone(own),
            compiled: Rc::clone(compiled),
            bound,
            group,
            known: RefCell::default(),
            outcomes: RefCell::default(),
            cost: Cell::new(0),
            depth: Cell::new(0),
            pending: RefCell::default(),
            wanted: Cell::new(None),
            explain,
        })
    }

    /// Runs a program of the group, as often as variables turn out to lie too deep.
    fn run(&self, program: &Program, names: &Names) -> (Evaluation, Option<Rc<Trace>>) {
        loop {
            let done = call(program, names, self.explain);
            let Some(at) = self.wanted.take() else { return done };
            let mut waiting = alloc::vec![at];
            while let Some(&at) = waiting.last() {
                let _ = self.value(at);
                match self.wanted.take() {
                    None => drop(waiting.pop()),
                    // Around in a circle that is longer than what is evaluated at once.
                    Some(next) if waiting.contains(&next) => {
                        self.known.borrow_mut().insert(next, Err(needs_itself(&self.name(next))));
                    }
                    Some(next) => waiting.push(next),
                }
            }
        }
    }

    fn name(&self, at: usize) -> String {
        self.compiled.get(at).map(|variable| quote(&variable.name)).unwrap_or_default()
    }

    /// The value of a variable, evaluated if it is not known yet.
    fn value(&self, at: usize) -> Result<Value, EvalError> {
        if let Some(known) = self.known.borrow().get(&at) {
            return known.clone();
        }
        if self.pending.borrow().contains(&at) {
            return Err(needs_itself(&self.name(at)));
        }
        if self.depth.get() >= MAX_DEPTH {
            self.wanted.set(Some(at));
        }
        if self.wanted.get().is_some() {
            return Err(EvalError::fatal("a variable has to be evaluated first"));
        }
        self.pending.borrow_mut().push(at);
        let result = self.evaluate(at);
        self.pending.borrow_mut().pop();
        if self.wanted.get().is_none() {
            self.known.borrow_mut().insert(at, result.clone());
        }
        result
    }

    fn evaluate(&self, at: usize) -> Result<Value, EvalError> {
        let (Some(variable), Some(own)) = (self.compiled.get(at), self.own.upgrade()) else {
            return Err(EvalError::no_such_key(at));
        };
        let name = quote(&variable.name);
        let compiled = match &variable.compiled.result {
            Ok(compiled) => compiled,
            Err(error) => {
                return Err(EvalError::new(format!(
                    "composited variable {name} fails to compile: {}",
                    error.message
                )));
            }
        };
        self.depth.set(self.depth.get() + 1);
        let (evaluation, trace) = call(&compiled.program, &Names { variables: own }, self.explain);
        self.depth.set(self.depth.get() - 1);
        if self.wanted.get().is_some() {
            return evaluation.result;
        }
        self.cost.set(self.cost.get().saturating_add(evaluation.cost));
        self.outcomes.borrow_mut().push(VariableOutcome {
            group: self.group,
            index: variable.index,
            result: evaluation.result.clone(),
            cost: evaluation.cost,
            trace,
        });
        evaluation
            .result
            .map_err(|error| EvalError::new(format!("composited variable {name} fails to evaluate: {error}")))
    }
}

/// A server would crash here: no message of its own.
fn needs_itself(name: &str) -> EvalError {
    EvalError::new(format!("composited variable {name} fails to evaluate: it needs itself"))
}

impl External for Variables {
    fn len(&self, _at: u32) -> usize {
        self.compiled.len()
    }

    fn element(&self, _at: u32, _index: usize) -> Option<Child> {
        None
    }

    fn field(&self, _at: u32, key: &str) -> Result<Option<Child>, EvalError> {
        // Upstream unescapes the field's name first, so that a name which looks escaped is not found.
        let Some(name) = unescape(key) else { return Ok(None) };
        match self.compiled.iter().position(|variable| *variable.name == *name) {
            Some(at) => self.value(at).map(|value| Some(Child::Value(value))),
            None => Ok(None),
        }
    }

    fn key(&self, _at: u32, index: usize) -> Option<Rc<str>> {
        self.compiled.get(index).map(|variable| Rc::clone(&variable.name))
    }

    fn place(&self, _at: u32) -> Option<u32> {
        None
    }
}

/// Runs a program within the limit of a single call.
fn call(program: &Program, names: &Names, explain: bool) -> (Evaluation, Option<Rc<Trace>>) {
    let limits = Limits { cost: Some(PER_CALL_LIMIT) };
    if explain {
        let (evaluation, trace) = program.trace(names, limits);
        (evaluation, Some(Rc::new(trace)))
    } else {
        (program.evaluate(names, limits), None)
    }
}

const OUT_OF_BUDGET: &str =
    "validation failed due to running out of cost budget, no further validation rules will be run";

/// A group of expressions, evaluated.
struct GroupRun {
    /// As many as were evaluated; a slot without expression is `None`.
    outcomes: Vec<Option<ExpressionOutcome>>,
    /// What is left of the budget; `Err` when it ran out.
    remaining: Result<u64, &'static str>,
    variables: Vec<VariableOutcome>,
    cost: u64,
}

fn run<'c>(
    expressions: impl Iterator<Item = Option<&'c CompiledExpression>>,
    group: Group,
    compiled: &CompiledPolicy,
    bound: Bound,
    budget: u64,
    explain: bool,
) -> GroupRun {
    let variables = Variables::new(&compiled.variables, bound, group, explain);
    let names = Names { variables: Rc::clone(&variables) };
    let mut outcomes = Vec::new();
    let mut remaining = budget;
    let mut exhausted = false;
    let mut cost: u64 = 0;
    for expression in expressions {
        let Some(expression) = expression else {
            outcomes.push(None);
            continue;
        };
        let program = match &expression.result {
            Ok(compiled) => &compiled.program,
            Err(error) => {
                let message = format!("compilation error: {}", error.message);
                outcomes.push(Some(ExpressionOutcome {
                    result: Err(ExpressionError { message, error: None }),
                    cost: 0,
                    variable_cost: 0,
                    trace: None,
                }));
                continue;
            }
        };
        let (evaluation, trace) = variables.run(program, &names);
        let variable_cost = variables.cost.replace(0);
        cost = cost.saturating_add(variable_cost).saturating_add(evaluation.cost);
        let result = evaluation.result.map_err(|error| ExpressionError {
            message: format!("expression '{}' resulted in error: {error}", expression.text),
            error: Some(error),
        });
        outcomes.push(Some(ExpressionOutcome { result, cost: evaluation.cost, variable_cost, trace }));
        let left =
            remaining.checked_sub(variable_cost).and_then(|remaining| remaining.checked_sub(evaluation.cost));
        match left {
            Some(left) => remaining = left,
            None => {
                exhausted = true;
                break;
            }
        }
    }
    let variables = variables.outcomes.take();
    GroupRun {
        outcomes,
        remaining: if exhausted { Err(OUT_OF_BUDGET) } else { Ok(remaining) },
        variables,
        cost,
    }
}

fn text(outcome: &ExpressionOutcome) -> Result<&Value, &str> {
    match &outcome.result {
        Ok(value) => Ok(value),
        Err(error) => Err(&error.message),
    }
}

/// Evaluates a policy for a request and a param.
pub(crate) fn evaluate(
    compiled: &CompiledPolicy,
    inputs: &mut Inputs<'_>,
    matched: &Match,
    param: Option<Object>,
    namespace: Option<&Object>,
    settings: &Settings,
) -> EvaluationOutcome {
    let attributes = inputs.attributes;
    let policy = &compiled.policy;
    let failure_policy = &policy.failure_policy;
    let mut outcome = EvaluationOutcome::default();
    let ((object, seen), (old_object, old_seen)) = inputs.objects(&matched.kind);
    let params = param.as_ref().map_or(Value::Null, |param| adapt::value(&param.document, param.root, false));
    let bound = Bound {
        object,
        old_object,
        request: inputs.request(&matched.kind, &matched.resource),
        params,
        namespace_object: Value::Null,
        authorizer: Some(inputs.authorizer.clone()),
    };
    if settings.explain {
        let documents = [("object", &bound.object, seen), ("oldObject", &bound.old_object, old_seen)];
        let documents = documents.into_iter().chain([("params", &bound.params, param.clone())]);
        outcome.documents =
            documents.filter_map(|(name, value, object)| Some((name, value.clone(), object?))).collect();
    }
    outcome.param = param;
    outcome.matched = true;

    if !compiled.match_conditions.is_empty() {
        // Match conditions see the request's own resource, and no namespace.
        let bound = Bound { request: inputs.request(&matched.kind, &attributes.resource), ..bound.clone() };
        let conditions = run(
            compiled.match_conditions.iter().map(Some),
            Group::MatchConditions,
            compiled,
            bound,
            MATCH_CONDITIONS_BUDGET,
            settings.explain,
        );
        outcome.add(&conditions);
        outcome.conditions = conditions.outcomes.into_iter().flatten().collect();
        let result = match conditions.remaining {
            Ok(_) => ConditionsOutcome::of(outcome.conditions.iter().map(text), failure_policy),
            Err(_) if *failure_policy == FailurePolicy::Ignore => ConditionsOutcome::NotMatched,
            Err(message) => ConditionsOutcome::Failed(message.into()),
        };
        match result {
            ConditionsOutcome::Matched => {}
            ConditionsOutcome::NotMatched => {
                outcome.matched = false;
                return outcome;
            }
            ConditionsOutcome::Failed(message) => return outcome.failed(failure_policy, message),
        }
    }

    let bound = Bound {
        namespace_object: namespace.map_or(Value::Null, |object| {
            let document = request::namespace_object(object);
            adapt::value(&document, document.root_id(), true)
        }),
        ..bound
    };
    let validations = run(
        compiled.validations.iter().map(Some),
        Group::Validations,
        compiled,
        bound.clone(),
        RUNTIME_COST_BUDGET,
        settings.explain,
    );
    outcome.add(&validations);
    let remaining = validations.remaining;
    let validations: Vec<ExpressionOutcome> = validations.outcomes.into_iter().flatten().collect();
    let budget = match remaining {
        Ok(budget) => budget,
        Err(message) => {
            // The results obtained are shown, but count for nothing.
            outcome.validations = policy
                .validations
                .iter()
                .zip(validations)
                .map(|(validation, expression)| ValidationOutcome {
                    decision: PolicyDecision::of(validation, text(&expression), None, None, failure_policy),
                    expression,
                    message: None,
                })
                .collect();
            return outcome.failed(failure_policy, message.into());
        }
    };

    // From here on the authorizer is not bound.
    let bound = Bound { authorizer: None, ..bound };
    let messages = run(
        compiled.messages.iter().map(Option::as_ref),
        Group::Messages,
        compiled,
        bound.clone(),
        budget,
        settings.explain,
    );
    outcome.add(&messages);
    let messages_failed = messages.remaining.err();
    let mut messages = messages.outcomes.into_iter();
    for (validation, expression) in policy.validations.iter().zip(validations) {
        let message = messages.next().flatten();
        let value = message.as_ref().and_then(|message| message.result.as_ref().ok());
        // Results of a group that ran out of budget are gone.
        let value = value.filter(|_| messages_failed.is_none());
        let decision =
            PolicyDecision::of(validation, text(&expression), value, messages_failed, failure_policy);
        outcome.decisions.push(decision.clone());
        outcome.validations.push(ValidationOutcome { expression, message, decision });
    }

    if compiled.audit_annotations.is_empty() {
        return outcome;
    }
    // Audit annotations see the whole Namespace, not the selected fields.
    let bound = Bound {
        namespace_object: namespace
            .map_or(Value::Null, |object| adapt::value(&object.document, object.root, true)),
        ..bound
    };
    let annotations = run(
        compiled.audit_annotations.iter().map(Some),
        Group::AuditAnnotations,
        compiled,
        bound,
        RUNTIME_COST_BUDGET,
        settings.explain,
    );
    outcome.add(&annotations);
    if let Err(message) = annotations.remaining {
        return outcome.failed(failure_policy, message.into());
    }
    outcome.audit = policy
        .audit_annotations
        .iter()
        .zip(annotations.outcomes.into_iter().flatten())
        .map(|(annotation, expression)| AuditOutcome {
            key: Rc::clone(&annotation.key.value),
            action: AuditAnnotationAction::of(annotation, text(&expression), failure_policy),
            expression,
        })
        .collect();
    outcome
}

impl EvaluationOutcome {
    fn add(&mut self, run: &GroupRun) {
        self.cost = self.cost.saturating_add(run.cost);
        self.variables.extend(run.variables.iter().cloned());
    }

    /// One decision in place of all.
    fn failed(mut self, policy: &FailurePolicy, message: String) -> Self {
        self.decisions = alloc::vec![PolicyDecision::failed(policy, message.clone())];
        self.error = Some(message);
        self
    }
}
