//! Policies, compiled once and evaluated often (`validating/plugin.go`, `plugin/cel/compile.go`, `composition.go`).
//!
//! Compilation never fails as a whole: an expression that does not compile keeps its error, which surfaces when it is
//! evaluated. Which variables are declared where: kubernetes-vap.md 3.1.

use alloc::{format, rc::Rc, string::String, vec::Vec};

use super::policy::{Expression, Policy};
use crate::cel::checker::CheckedAst;
use crate::cel::env::Env;
use crate::cel::issues::Issues;
use crate::cel::program::Program;
use crate::cel::types::Type;
use crate::environment::variables::{Composition, OptionalVariables, with_admission_variables};

/// A policy whose expressions are compiled.
#[derive(Clone, Debug)]
pub struct CompiledPolicy {
    /// The policy.
    pub policy: Rc<Policy>,
    /// Its variables, one per name: of two with one name the later.
    pub variables: Rc<[CompiledVariable]>,
    /// One per match condition.
    pub match_conditions: Vec<CompiledExpression>,
    /// One per validation.
    pub validations: Vec<CompiledExpression>,
    /// One per validation; `None` where it has no message expression.
    pub messages: Vec<Option<CompiledExpression>>,
    /// One per audit annotation.
    pub audit_annotations: Vec<CompiledExpression>,
}

/// A composed variable.
#[derive(Clone, Debug)]
pub struct CompiledVariable {
    /// Its name.
    pub name: Rc<str>,
    /// Index in `spec.variables`.
    pub index: usize,
    /// Its expression.
    pub compiled: CompiledExpression,
}

/// An expression, ready to be evaluated or not.
#[derive(Clone, Debug)]
pub struct CompiledExpression {
    /// Its text.
    pub text: Rc<str>,
    /// What came of it.
    pub result: Result<Rc<Compiled>, CompileError>,
}

/// An expression that compiles.
#[derive(Debug)]
pub struct Compiled {
    /// Its tree, with types.
    pub checked: CheckedAst,
    /// What is run.
    pub program: Program,
}

/// Why an expression does not compile.
#[derive(Clone, Debug)]
pub struct CompileError {
    /// Kubernetes' text: `compilation failed: ERROR: <input>:1:1: …`
    pub message: String,
    /// The issues in it, with offsets in the expression's text; `None` when it is the type of the whole that is wrong, or
    /// the program cannot be built.
    pub issues: Option<Issues>,
}

/// What an expression must evaluate to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Anything.
    Any,
    /// `bool`: match conditions and validations.
    Bool,
    /// `string`: message expressions.
    String,
    /// `string` or `null_type`: audit annotations.
    StringOrNull,
}

impl CompiledPolicy {
    /// Compiles a policy in an environment of libraries: for a policy that is stored, of every library any version has.
    #[must_use]
    pub fn compile(policy: Policy, libraries: &Env) -> Self {
        let params = policy.param_kind.is_some();
        let full =
            with_admission_variables(libraries.clone(), OptionalVariables { params, authorizer: true });
        let without_authorizer =
            with_admission_variables(libraries.clone(), OptionalVariables { params, authorizer: false });
        let mut composition = Composition::new(full);
        let mut variables: Vec<CompiledVariable> = Vec::new();
        for (index, variable) in policy.variables.iter().enumerate() {
            let compiled = compile(&composition.env(), &variable.expression, Wanted::Any);
            let kind = compiled.result.as_ref().ok().map(|compiled| compiled.checked.result_type());
            composition.add(&variable.name.value, kind);
            let name = Rc::clone(&variable.name.value);
            variables.retain(|known| known.name != name);
            variables.push(CompiledVariable { name, index, compiled });
        }
        let env = composition.env();
        let message_env = composition.env_over(without_authorizer);
        Self {
            match_conditions: policy
                .match_conditions
                .iter()
                .map(|condition| compile(&env, &condition.expression, Wanted::Bool))
                .collect(),
            validations: policy
                .validations
                .iter()
                .map(|validation| compile(&env, &validation.expression, Wanted::Bool))
                .collect(),
            messages: policy
                .validations
                .iter()
                .map(|validation| {
                    let message = validation.message_expression.as_ref()?;
                    Some(compile(&message_env, message, Wanted::String))
                })
                .collect(),
            audit_annotations: policy
                .audit_annotations
                .iter()
                .map(|annotation| compile(&env, &annotation.value_expression, Wanted::StringOrNull))
                .collect(),
            variables: variables.into(),
            policy: Rc::new(policy),
        }
    }
}

/// Compiles one expression.
#[must_use]
pub(super) fn compile(env: &Env, expression: &Expression, wanted: Wanted) -> CompiledExpression {
    let text = Rc::clone(&expression.text);
    let result = try_compile(env, &text, wanted).map(Rc::new);
    CompiledExpression { text, result }
}

fn try_compile(env: &Env, text: &str, wanted: Wanted) -> Result<Compiled, CompileError> {
    let checked = env.compile(text).map_err(|issues| CompileError {
        message: format!("compilation failed: {issues}"),
        issues: Some(issues),
    })?;
    let got = checked.result_type();
    let (fits, must) = match wanted {
        Wanted::Any => (true, ""),
        Wanted::Bool => (*got == Type::Bool, "bool"),
        Wanted::String => (*got == Type::String, "string"),
        Wanted::StringOrNull => (matches!(got, Type::String | Type::Null), "one of [string null_type]"),
    };
    if !fits {
        return Err(CompileError {
            message: format!("must evaluate to {must} but got {}", got.declared()),
            issues: None,
        });
    }
    let program = Program::new(env, &checked).map_err(|error| CompileError {
        message: format!("program instantiation failed: {}", error),
        issues: None,
    })?;
    Ok(Compiled { checked, program })
}
