//! `kubernetes.authz` and `kubernetes.authzSelectors` (`library/authz.go`): questions to the cluster's authorizer, built
//! step by step and asked by `check`. Who answers is the caller's business: an [`Authorize`].

use alloc::{collections::BTreeMap, format, rc::Rc, string::String, vec, vec::Vec};
use core::{any::Any, cell::RefCell, fmt::Debug};

use crate::cel::{
    cost::{
        CallEstimate, LIST_CREATE, Operand, Range, STRING_TRAVERSAL, STRUCT_CREATE, actual_size,
        functions as cost,
    },
    decls::{Body, Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::Library,
    quote::quote,
    types::Type,
    value::{Opaque, Value},
};
use crate::objects::name;

/// Name of the type of `authorizer`.
pub const AUTHORIZER: &str = "kubernetes.authorization.Authorizer";
/// Name of the type of a question about a path.
pub const PATH_CHECK: &str = "kubernetes.authorization.PathCheck";
/// Name of the type of a question about an API group, which needs a resource.
pub const GROUP_CHECK: &str = "kubernetes.authorization.GroupCheck";
/// Name of the type of a question about a resource.
pub const RESOURCE_CHECK: &str = "kubernetes.authorization.ResourceCheck";
/// Name of the type of an answer.
pub const DECISION: &str = "kubernetes.authorization.Decision";

/// Somebody who may or may not do something.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct User {
    /// Name.
    pub name: Rc<str>,
    /// UID.
    pub uid: Rc<str>,
    /// Groups.
    pub groups: Vec<Rc<str>>,
    /// What the authenticator added.
    pub extra: BTreeMap<Rc<str>, Vec<Rc<str>>>,
}

impl User {
    /// The user as which a service account acts.
    #[must_use]
    pub fn service_account(namespace: &str, name: &str) -> Self {
        Self {
            name: format!("system:serviceaccount:{namespace}:{name}").into(),
            groups: vec![
                "system:serviceaccounts".into(),
                format!("system:serviceaccounts:{namespace}").into(),
            ],
            ..Self::default()
        }
    }
}

/// What somebody wants to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attributes {
    /// Who.
    pub user: Rc<User>,
    /// `get`, `list`, …; for a path the HTTP verb.
    pub verb: Rc<str>,
    /// What to.
    pub target: Target,
}

/// What is to be done something to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An URL path that is no resource.
    Path(Rc<str>),
    /// A resource, of any version.
    Resource(Resource),
}

impl Default for Target {
    fn default() -> Self {
        Self::Resource(Resource::default())
    }
}

/// A resource, as much of it as is known; empty fields mean all.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// API group; empty for the core group.
    pub group: Rc<str>,
    /// Resource.
    pub resource: Rc<str>,
    /// Subresource.
    pub subresource: Rc<str>,
    /// Namespace.
    pub namespace: Rc<str>,
    /// Name.
    pub name: Rc<str>,
    /// Field selector as written; one that does not parse counts for nothing.
    pub field_selector: Rc<str>,
    /// Label selector as written; one that does not parse counts for nothing.
    pub label_selector: Rc<str>,
}

/// How an authorizer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Allowed.
    Allow,
    /// Denied, whatever another authorizer would say.
    Deny,
    /// Neither: not allowed unless another authorizer does.
    NoOpinion,
}

/// What an authorizer answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How it decides.
    pub verdict: Verdict,
    /// Why.
    pub reason: Rc<str>,
    /// What went wrong while it decided.
    pub error: Option<Rc<str>>,
}

/// Somebody who answers questions about what is allowed.
pub trait Authorize: Debug {
    /// Whether that is allowed.
    fn authorize(&self, attributes: &Attributes) -> Decision;
}

/// An authorizer that is asked each question once; a request has one for all its policies.
#[derive(Debug)]
pub struct Cached {
    authorizer: Rc<dyn Authorize>,
    decisions: RefCell<BTreeMap<Attributes, Decision>>,
}

impl Cached {
    /// With nothing asked yet.
    #[must_use]
    pub fn new(authorizer: Rc<dyn Authorize>) -> Self {
        Self { authorizer, decisions: RefCell::new(BTreeMap::new()) }
    }
}

impl Authorize for Cached {
    fn authorize(&self, attributes: &Attributes) -> Decision {
        if let Some(known) = self.decisions.borrow().get(attributes) {
            return known.clone();
        }
        let decision = self.authorizer.authorize(attributes);
        self.decisions.borrow_mut().insert(attributes.clone(), decision.clone());
        decision
    }
}

/// The value of `authorizer`: what the user may do.
#[must_use]
pub fn authorizer(user: Rc<User>, authorize: Rc<dyn Authorize>) -> Value {
    new(Authz::Authorizer(Authorizer { user, authorize }))
}

/// The value of `authorizer.requestResource`: what the user may do with a resource.
#[must_use]
pub fn resource_authorizer(user: Rc<User>, authorize: Rc<dyn Authorize>, resource: Resource) -> Value {
    new(Authz::ResourceCheck(Authorizer { user, authorize }, resource))
}

/// The questions, without selectors.
#[must_use]
pub fn library() -> Library {
    Library::new("kubernetes.authz", functions())
}

/// What selectors add.
#[must_use]
pub fn selectors_library() -> Library {
    let selector = |name, doc, id, body: Body, examples| {
        FunctionDecl::new(
            name,
            doc,
            vec![
                OverloadDecl::member(id, vec![kind(RESOURCE_CHECK), Type::String], kind(RESOURCE_CHECK))
                    .body(body),
            ],
        )
        .examples(examples)
        .cost(selector_cost)
        .estimate(selector_estimate)
    };
    Library::new(
        "kubernetes.authzSelectors",
        vec![
            selector(
                "fieldSelector",
                "The question about objects that a field selector selects; one that does not parse counts for nothing.",
                "authorizer_fieldselector",
                |args| with(args, |resource, text| resource.field_selector = text),
                &[Example {
                    expression: "authorizer.group('').resource('pods').fieldSelector('spec.nodeName=n1').check('list').allowed()",
                    result: "true",
                }],
            ),
            selector(
                "labelSelector",
                "The question about objects that a label selector selects; one that does not parse counts for nothing.",
                "authorizer_labelselector",
                |args| with(args, |resource, text| resource.label_selector = text),
                &[Example {
                    expression: "authorizer.group('').resource('pods').labelSelector('app=web').check('list').allowed()",
                    result: "true",
                }],
            ),
        ],
    )
}

fn kind(name: &str) -> Type {
    Type::object(name)
}

fn functions() -> Vec<FunctionDecl> {
    let member =
        |id, params: Vec<Type>, result, body: Body| OverloadDecl::member(id, params, result).body(body);
    let text = |on| vec![kind(on), Type::String];
    let all = vec![
        FunctionDecl::new(
            "path",
            "A question about an URL path that is no resource.",
            vec![member("authorizer_path", text(AUTHORIZER), kind(PATH_CHECK), path)],
        )
        .examples(&[
            Example { expression: "authorizer.path('/healthz').check('get').allowed()", result: "true" },
            Example { expression: "authorizer.path('').check('get').allowed()", result: "error: path must not be empty" },
        ]),
        FunctionDecl::new(
            "group",
            "A question about an API group, `''` being the core group; go on with `resource`.",
            vec![member("authorizer_group", text(AUTHORIZER), kind(GROUP_CHECK), group)],
        )
        .examples(&[Example {
            expression: "authorizer.group('apps').resource('deployments').check('create').allowed()",
            result: "true",
        }]),
        FunctionDecl::new(
            "serviceAccount",
            "What a service account may do, by namespace and name.",
            vec![member(
                "authorizer_serviceaccount",
                vec![kind(AUTHORIZER), Type::String, Type::String],
                kind(AUTHORIZER),
                service_account,
            )],
        )
        .examples(&[Example {
            expression: "authorizer.serviceAccount('default', 'builder').group('').resource('pods').check('create').allowed()",
            result: "true",
        }]),
        FunctionDecl::new(
            "resource",
            "A question about a resource of the group.",
            vec![member("groupcheck_resource", text(GROUP_CHECK), kind(RESOURCE_CHECK), resource)],
        )
        .examples(&[Example {
            expression: "authorizer.group('').resource('pods').check('list').allowed()",
            result: "true",
        }]),
        FunctionDecl::new(
            "subresource",
            "The question about a subresource.",
            vec![member("resourcecheck_subresource", text(RESOURCE_CHECK), kind(RESOURCE_CHECK), |args| {
                with(args, |resource, text| resource.subresource = text)
            })],
        )
        .examples(&[Example {
            expression: "authorizer.group('').resource('pods').subresource('status').check('update').allowed()",
            result: "true",
        }]),
        FunctionDecl::new(
            "namespace",
            "The question about one namespace.",
            vec![member("resourcecheck_namespace", text(RESOURCE_CHECK), kind(RESOURCE_CHECK), |args| {
                with(args, |resource, text| resource.namespace = text)
            })],
        )
        .examples(&[Example {
            expression: "authorizer.group('').resource('pods').namespace('default').check('create').allowed()",
            result: "true",
        }]),
        FunctionDecl::new(
            "name",
            "The question about one object.",
            vec![member("resourcecheck_name", text(RESOURCE_CHECK), kind(RESOURCE_CHECK), |args| {
                with(args, |resource, text| resource.name = text)
            })],
        )
        .examples(&[Example {
            expression: "authorizer.group('').resource('secrets').name('tls').check('get').allowed()",
            result: "true",
        }]),
        FunctionDecl::new(
            "errored",
            "Whether something went wrong while the authorizer decided.",
            vec![member("decision_errored", vec![kind(DECISION)], Type::Bool, |args| {
                Ok(Value::Bool(decision(args)?.error.is_some()))
            })],
        )
        .examples(&[Example {
            expression: "authorizer.group('').resource('pods').check('get').errored()",
            result: "false",
        }]),
        FunctionDecl::new(
            "error",
            "What went wrong while the authorizer decided; the empty text when nothing did.",
            vec![member("decision_error", vec![kind(DECISION)], Type::String, |args| {
                Ok(Value::String(decision(args)?.error.clone().unwrap_or_else(|| "".into())))
            })],
        )
        .examples(&[Example { expression: "authorizer.group('').resource('pods').check('get').error()", result: "''" }]),
        FunctionDecl::new(
            "allowed",
            "Whether the authorizer allows it.",
            vec![member("decision_allowed", vec![kind(DECISION)], Type::Bool, |args| {
                Ok(Value::Bool(decision(args)?.verdict == Verdict::Allow))
            })],
        )
        .examples(&[Example {
            expression: "authorizer.group('').resource('pods').check('get').allowed()",
            result: "true",
        }]),
        FunctionDecl::new(
            "reason",
            "Why the authorizer decided so.",
            vec![member("decision_reason", vec![kind(DECISION)], Type::String, |args| {
                Ok(Value::String(Rc::clone(&decision(args)?.reason)))
            })],
        )
        .examples(&[Example { expression: "authorizer.group('').resource('pods').check('get').reason()", result: "''" }]),
    ];
    let mut all: Vec<FunctionDecl> = all
        .into_iter()
        .map(|function| function.cost(cost::nominal).estimate(cost::nominal_estimate))
        .collect();
    all.push(
        FunctionDecl::new(
            "check",
            "Asks the authorizer whether this verb is allowed. Costs 350,000: an expression can afford two.",
            vec![
                member("pathcheck_check", text(PATH_CHECK), kind(DECISION), check),
                member("resourcecheck_check", text(RESOURCE_CHECK), kind(DECISION), check),
            ],
        )
        .examples(&[Example {
            expression: "authorizer.group('').resource('pods').check('delete').allowed()",
            result: "true",
        }])
        .cost(|_, _| CHECK)
        .estimate(|_| CallEstimate::cost(Range::fixed(CHECK))),
    );
    all
}

/// Cost of a question.
const CHECK: u64 = 350_000;

/// A selector is read once, and makes a requirement of every two characters at most.
fn selector_costs(length: Range) -> Range {
    const REQUIREMENTS: f64 = 0.5;
    let requirements = length.scaled(REQUIREMENTS).scaled((LIST_CREATE + STRUCT_CREATE) as f64);
    Range::fixed(LIST_CREATE).plus(length.scaled(STRING_TRAVERSAL)).plus(requirements)
}

fn selector_cost(args: &[Value], _: Option<&Value>) -> u64 {
    selector_costs(Range::fixed(args.get(1).map_or(1, actual_size))).max
}

fn selector_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    CallEstimate::cost(selector_costs(operands.get(1).map_or(Range::UNKNOWN, Operand::size)))
}

/// Who is asked, and for whom.
#[derive(Clone, Debug)]
struct Authorizer {
    user: Rc<User>,
    authorize: Rc<dyn Authorize>,
}

#[derive(Clone, Debug)]
enum Authz {
    Authorizer(Authorizer),
    PathCheck(Authorizer, Rc<str>),
    GroupCheck(Authorizer, Rc<str>),
    ResourceCheck(Authorizer, Resource),
    Decision(Decision),
}

impl Opaque for Authz {
    fn kind(&self) -> Type {
        kind(match self {
            Self::Authorizer(_) => AUTHORIZER,
            Self::PathCheck(..) => PATH_CHECK,
            Self::GroupCheck(..) => GROUP_CHECK,
            Self::ResourceCheck(..) => RESOURCE_CHECK,
            Self::Decision(_) => DECISION,
        })
    }

    /// Nothing equals them, not even they themselves: Kubernetes compares a type that no value has.
    fn equals(&self, _: &Value) -> Result<bool, EvalError> {
        Err(EvalError::no_such_overload())
    }

    fn go_type(&self) -> &'static str {
        match self {
            Self::Authorizer(_) => "library.authorizerVal",
            Self::PathCheck(..) => "library.pathCheckVal",
            Self::GroupCheck(..) => "library.groupCheckVal",
            Self::ResourceCheck(..) => "library.resourceCheckVal",
            Self::Decision(_) => "library.decisionVal",
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Authorizer(authorizer) => format!("authorizer of {}", authorizer.user.name),
            Self::PathCheck(_, path) => format!("path {path}"),
            Self::GroupCheck(_, group) => format!("group {}", quote(group)),
            Self::ResourceCheck(_, resource) => {
                format!("resource {} of group {}", resource.resource, quote(&resource.group))
            }
            Self::Decision(decision) => String::from(match decision.verdict {
                Verdict::Allow => "allow",
                Verdict::Deny => "deny",
                Verdict::NoOpinion => "no opinion",
            }),
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn new(authz: Authz) -> Value {
    Value::Opaque(Rc::new(authz))
}

/// Receiver and text of a call.
fn call(args: &[Value]) -> Result<(&Authz, &Rc<str>), EvalError> {
    match args {
        [Value::Opaque(receiver), Value::String(text)] => {
            let receiver = receiver.as_any().downcast_ref().ok_or_else(EvalError::no_such_overload)?;
            Ok((receiver, text))
        }
        _ => Err(EvalError::no_such_overload()),
    }
}

fn decision(args: &[Value]) -> Result<&Decision, EvalError> {
    match args.first() {
        Some(Value::Opaque(receiver)) => match receiver.as_any().downcast_ref() {
            Some(Authz::Decision(decision)) => Ok(decision),
            _ => Err(EvalError::no_such_overload()),
        },
        _ => Err(EvalError::no_such_overload()),
    }
}

fn path(args: &[Value]) -> Result<Value, EvalError> {
    let (Authz::Authorizer(authorizer), path) = call(args)? else {
        return Err(EvalError::no_such_overload());
    };
    if path.trim().is_empty() {
        return Err(EvalError::new("path must not be empty"));
    }
    Ok(new(Authz::PathCheck(authorizer.clone(), Rc::clone(path))))
}

fn group(args: &[Value]) -> Result<Value, EvalError> {
    let (Authz::Authorizer(authorizer), group) = call(args)? else {
        return Err(EvalError::no_such_overload());
    };
    Ok(new(Authz::GroupCheck(authorizer.clone(), Rc::clone(group))))
}

fn service_account(args: &[Value]) -> Result<Value, EvalError> {
    let [receiver, Value::String(namespace), Value::String(account)] = args else {
        return Err(EvalError::no_such_overload());
    };
    let Value::Opaque(receiver) = receiver else { return Err(EvalError::no_such_overload()) };
    let Some(Authz::Authorizer(authorizer)) = receiver.as_any().downcast_ref() else {
        return Err(EvalError::no_such_overload());
    };
    if !name::dns1123_subdomain(account).is_empty() {
        return Err(EvalError::new("Invalid service account name"));
    }
    if !name::dns1123_label(namespace).is_empty() {
        return Err(EvalError::new("Invalid service account namespace"));
    }
    let user = Rc::new(User::service_account(namespace, account));
    Ok(new(Authz::Authorizer(Authorizer { user, authorize: Rc::clone(&authorizer.authorize) })))
}

fn resource(args: &[Value]) -> Result<Value, EvalError> {
    let (Authz::GroupCheck(authorizer, group), resource) = call(args)? else {
        return Err(EvalError::no_such_overload());
    };
    if resource.trim().is_empty() {
        return Err(EvalError::new("resource must not be empty"));
    }
    let resource = Resource { group: Rc::clone(group), resource: Rc::clone(resource), ..Resource::default() };
    Ok(new(Authz::ResourceCheck(authorizer.clone(), resource)))
}

/// The question with one thing changed.
fn with(args: &[Value], change: fn(&mut Resource, Rc<str>)) -> Result<Value, EvalError> {
    let (Authz::ResourceCheck(authorizer, resource), text) = call(args)? else {
        return Err(EvalError::no_such_overload());
    };
    let mut resource = resource.clone();
    change(&mut resource, Rc::clone(text));
    Ok(new(Authz::ResourceCheck(authorizer.clone(), resource)))
}

fn check(args: &[Value]) -> Result<Value, EvalError> {
    let (receiver, verb) = call(args)?;
    let (authorizer, target) = match receiver {
        Authz::PathCheck(authorizer, path) => (authorizer, Target::Path(Rc::clone(path))),
        Authz::ResourceCheck(authorizer, resource) => (authorizer, Target::Resource(resource.clone())),
        _ => return Err(EvalError::no_such_overload()),
    };
    let attributes = Attributes { user: Rc::clone(&authorizer.user), verb: Rc::clone(verb), target };
    Ok(new(Authz::Decision(authorizer.authorize.authorize(&attributes))))
}
