//! Texts made to hurt: each must end, in an answer or a clean error, within [`TIME`] and [`MEMORY`] on a stack of
//! [`STACK`], natively (`../src/bin/hostile.rs`) and as wasm (`wasm.rs`, driven by `hostile.mjs`). `cargo hostile` and
//! `cargo xtask test hostile` run them.

mod cases;
mod memory;
#[cfg(target_arch = "wasm32")]
mod wasm;

pub use self::{
    cases::{Case, Kind, cases},
    memory::Counting,
};
use celgate::{
    cel::{
        cost::estimate,
        interpreter::{Bindings, Limits},
        program::Program,
        types::Type,
        value::Value,
    },
    environment::{CURRENT, Environment, Mode, cost::Kubernetes, limits::PER_CALL_LIMIT},
    review::{Scenario, Text, TextRole, review},
    source::{Source, SourceId},
    yaml,
};

/// What each case may take, in milliseconds.
pub const TIME: u32 = 100;
/// What each case may hold at once, its text included, in octets.
pub const MEMORY: usize = 64 << 20;
/// What a browser gives a worker.
pub const STACK: usize = 1 << 20;
/// A machine does other things too: the best of so many runs counts, and the first that is good enough ends it.
pub const RUNS: u32 = 6;

/// How much is done with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// An expression is compiled, its cost estimated, its value computed; a document is read.
    Plain,
    /// An expression is traced besides; a document is reviewed beside a policy.
    Whole,
}

impl Depth {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Whole];
}

/// Does with the text of a case all that can be done with it.
pub fn run(kind: Kind, text: &str, depth: Depth) {
    match (kind, depth) {
        (Kind::Expression, _) => expression(text, depth == Depth::Whole),
        (Kind::Document, Depth::Plain) => {
            let source = Source { id: SourceId(0), name: "hostile.yaml".into(), text: text.into() };
            drop(yaml::parse(&source));
        }
        (Kind::Document, Depth::Whole) => {
            let named = |role, text: &str| Text { name: String::new(), role, text: text.to_owned() };
            let texts = vec![named(TextRole::Policies, POLICY), named(TextRole::Resources, text)];
            drop(review(&Scenario { texts, explain: true, ..Scenario::default() }));
        }
    }
}

fn expression(text: &str, traced: bool) {
    let env = Environment::new(CURRENT, Mode::Stored).with_variable("a", Type::Dyn);
    let Ok(checked) = env.compile(text) else { return };
    let _ = estimate(&env, &checked, &Kubernetes);
    let Ok(program) = Program::new(&env, &checked) else { return };
    let limits = Limits { cost: Some(PER_CALL_LIMIT) };
    let bindings = Bindings::new().with("a", Value::list(vec![Value::Int(1)]));
    if traced {
        drop(program.trace(&bindings, limits));
    } else {
        drop(program.evaluate(&bindings, limits));
    }
}

const POLICY: &str = "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]
  validations:
  - expression: object.metadata.all(k, k != 'x') || object.spec == oldObject
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [Deny]}
";
