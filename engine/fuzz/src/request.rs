//! The request that expressions are checked and evaluated for: a deployment is changed, a config map is the parameter.

use std::rc::Rc;

use celgate::{
    cel::{
        env::Env,
        interpreter::{Bindings, Limits},
        types::Type,
        value::Value,
    },
    environment::{
        CURRENT, Environment, Mode,
        library::authz::{
            Attributes, Authorize, Decision, Resource, User, Verdict, authorizer, resource_authorizer,
        },
        variables::{OptionalVariables, with_admission_variables, with_mutation_types},
    },
    schema::adapt,
    source::{Source, SourceId},
    yaml,
};

/// What an expression may name, and its value.
pub struct Request {
    /// The declarations.
    pub env: Env,
    /// The values.
    pub bindings: Bindings,
    /// A hundredth of what a cluster allows: most inputs end before, and those that loop do not hold up the others.
    pub limits: Limits,
}

thread_local! {
    /// The request.
    pub static REQUEST: Request = Request::new();
}

const DOCUMENTS: &str = include_str!("request.yaml");

impl Request {
    fn new() -> Self {
        let optional = OptionalVariables { params: true, authorizer: true };
        let env = with_mutation_types(Environment::new(CURRENT, Mode::Stored));
        let env = with_admission_variables(env, optional).with_variable("variables", Type::Dyn);
        let source = Source { id: SourceId(0), name: String::new(), text: DOCUMENTS.into() };
        let documents = yaml::parse(&source).documents;
        let document = Rc::new(documents.into_iter().next().expect("request.yaml is a document"));
        let mut bindings = Bindings::new();
        for (name, typed) in [
            ("object", false),
            ("oldObject", false),
            ("params", false),
            ("request", true),
            ("namespaceObject", true),
            ("variables", false),
        ] {
            let node = document.root().path(&[name]).expect("request.yaml has every variable");
            bindings = bindings.with(name, adapt::value(&document, node.id(), typed));
        }
        let user = Rc::new(User { name: "alice".into(), ..User::default() });
        let rules: Rc<dyn Authorize> = Rc::new(Rules);
        let resource =
            Resource { resource: "deployments".into(), group: "apps".into(), ..Resource::default() };
        let authorizers: [(&str, Value); 2] = [
            ("authorizer", authorizer(Rc::clone(&user), Rc::clone(&rules))),
            ("authorizer.requestResource", resource_authorizer(user, rules, resource)),
        ];
        let bindings = authorizers.into_iter().fold(bindings, |bound, (name, value)| bound.with(name, value));
        Self { env, bindings, limits: Limits { cost: Some(10_000) } }
    }
}

/// Reading is allowed, nothing is said of the rest.
#[derive(Debug)]
struct Rules;

impl Authorize for Rules {
    fn authorize(&self, attributes: &Attributes) -> Decision {
        let verdict = if &*attributes.verb == "get" { Verdict::Allow } else { Verdict::NoOpinion };
        Decision { verdict, reason: "reader".into(), error: None }
    }
}
