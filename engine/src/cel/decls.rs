//! Declarations: what a name means to the checker, what it does when it runs, and what a person should know of it.
//!
//! A function is one item: signatures, body, cost, documentation, examples. Completion, hover, the reference page and
//! the example tests read the same item that the checker and the planner read.

use alloc::{rc::Rc, vec::Vec};

use super::{cost::CallEstimate, cost::Operand, error::EvalError, types::Type, value::Value};

/// A variable of the environment.
#[derive(Clone, Debug)]
pub struct VariableDecl {
    /// Its name; may be dotted (`authorizer.requestResource`).
    pub name: Rc<str>,
    /// Its type.
    pub kind: Type,
}

/// A function with all its overloads.
#[derive(Clone, Debug)]
pub struct FunctionDecl {
    /// Its name; operators have cel-go's names (`_+_`).
    pub name: &'static str,
    /// What it does: a sentence or two, for a person who writes policies. Empty without the feature `reference`.
    pub doc: &'static str,
    /// Checked examples.
    pub examples: &'static [Example],
    /// The overloads, in cel-go's order (it decides which one a call with dyn arguments is said to use).
    pub overloads: Vec<OverloadDecl>,
    /// One body for all overloads, chosen when no overload was selected by type (cel-go's singleton bindings: operators,
    /// `size`, conversions). `None`: the call is dispatched on run-time types among the overloads.
    pub singleton: Option<Body>,
    /// Run-time cost by name, as Kubernetes' estimator has it: for calls of which no overload was selected, and for
    /// overloads without a cost of their own.
    pub cost: Option<RuntimeCost>,
    /// Whether a call whose overload was selected runs its body without comparing the arguments' run-time types with the
    /// parameters first (cel-go `DisableTypeGuards`). Dispatch among several overloads looks at the number of arguments
    /// only, then.
    pub unguarded: bool,
}

/// An example of a function: evaluated by a test, shown to people.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The expression.
    pub expression: &'static str,
    /// What it evaluates to, as a CEL literal; or the error's text after `error: `.
    pub result: &'static str,
}

/// One signature of a function.
#[derive(Clone, Debug)]
pub struct OverloadDecl {
    /// cel-go's id: `add_int64`.
    pub id: &'static str,
    /// Parameter types; for a member call the receiver is the first.
    pub params: Vec<Type>,
    /// Result type.
    pub result: Type,
    /// Whether it is called as `receiver.function(args)`.
    pub member: bool,
    /// Whether errors and unknowns may be passed as arguments (cel-go `NonStrict`).
    pub non_strict: bool,
    /// Whether arguments are evaluated only until one fails, and the call then costs nothing (cel-go's `FunctionBinding`).
    /// Always so with three arguments or more; with fewer, cel-go evaluates all of them otherwise.
    pub variadic: bool,
    /// The body, when it is not the function's singleton.
    pub body: Option<Body>,
    /// Run-time cost of a call; `None`: 1, or what the function's row in cel-go's own table says.
    pub cost: Option<RuntimeCost>,
    /// Static cost of a call and size of its result; `None`: as the function's row in cel-go's own table, else 1 and unknown.
    pub estimate: Option<StaticCost>,
    /// Prepares a call whose arguments are partly constant, once, when the program is built: a pattern to compile.
    /// `Err`: the program cannot be built. `Ok(None)`: nothing to prepare.
    pub prepare: Option<Prepare>,
}

/// The body of a function: arguments (receiver first) in, value out.
pub type Body = fn(&[Value]) -> Result<Value, EvalError>;

/// Cost of a call that has happened: arguments, and the result unless it failed.
pub type RuntimeCost = fn(&[Value], Option<&Value>) -> u64;

/// Cost of a call not yet made, from what is known of its arguments (receiver first).
pub type StaticCost = fn(&[Operand<'_>]) -> CallEstimate;

/// A prepared body that holds what was computed from constant arguments.
pub type Prepared = Rc<dyn Fn(&[Value]) -> Result<Value, EvalError>>;

/// See [`OverloadDecl::prepare`]; constant arguments are `Some`.
pub type Prepare = fn(&[Option<Value>]) -> Result<Option<Prepared>, EvalError>;

impl OverloadDecl {
    /// A global overload without body, cost or preparation of its own.
    #[must_use]
    pub fn new(id: &'static str, params: Vec<Type>, result: Type) -> Self {
        Self {
            id,
            params,
            result,
            member: false,
            non_strict: false,
            variadic: false,
            body: None,
            cost: None,
            estimate: None,
            prepare: None,
        }
    }

    /// A member overload; `params[0]` is the receiver.
    #[must_use]
    pub fn member(id: &'static str, params: Vec<Type>, result: Type) -> Self {
        Self { member: true, ..Self::new(id, params, result) }
    }

    /// Evaluating arguments only until one fails.
    #[must_use]
    pub fn variadic(self) -> Self {
        Self { variadic: true, ..self }
    }

    /// With that body.
    #[must_use]
    pub fn body(self, body: Body) -> Self {
        Self { body: Some(body), ..self }
    }

    /// With that run-time cost.
    #[must_use]
    pub fn cost(self, cost: RuntimeCost) -> Self {
        Self { cost: Some(cost), ..self }
    }

    /// With that static cost.
    #[must_use]
    pub fn estimate(self, estimate: StaticCost) -> Self {
        Self { estimate: Some(estimate), ..self }
    }

    /// With that preparation.
    #[must_use]
    pub fn prepare(self, prepare: Prepare) -> Self {
        Self { prepare: Some(prepare), ..self }
    }
}

/// The text in builds that have a reference, else nothing.
#[inline(always)]
pub(super) const fn explain(doc: &'static str) -> &'static str {
    if cfg!(feature = "reference") { doc } else { "" }
}

impl FunctionDecl {
    /// A function whose overloads bring their own bodies.
    // Inlined, so that texts nobody reads are not linked.
    #[must_use]
    #[inline(always)]
    pub fn new(name: &'static str, doc: &'static str, overloads: Vec<OverloadDecl>) -> Self {
        Self::explained(name, explain(doc), overloads)
    }

    fn explained(name: &'static str, doc: &'static str, overloads: Vec<OverloadDecl>) -> Self {
        Self { name, doc, examples: &[], overloads, singleton: None, cost: None, unguarded: false }
    }

    /// With those examples.
    #[must_use]
    #[inline(always)]
    pub fn examples(self, examples: &'static [Example]) -> Self {
        if cfg!(feature = "reference") { Self { examples, ..self } } else { self }
    }

    /// With that run-time cost for every overload that has none of its own.
    #[must_use]
    pub fn cost(self, cost: RuntimeCost) -> Self {
        Self { cost: Some(cost), ..self }
    }

    /// With that static cost for every overload that has none of its own.
    #[must_use]
    pub fn estimate(mut self, estimate: StaticCost) -> Self {
        for overload in &mut self.overloads {
            overload.estimate.get_or_insert(estimate);
        }
        self
    }

    /// Without comparison of run-time types before the body runs.
    #[must_use]
    pub fn unguarded(self) -> Self {
        Self { unguarded: true, ..self }
    }

    /// With one body for all overloads.
    #[must_use]
    pub fn singleton(self, body: Body) -> Self {
        Self { singleton: Some(body), ..self }
    }
}
