//! Rules of custom resources (`x-kubernetes-validations`): `self` and `oldSelf`, typed by a structural schema.

use std::rc::Rc;

use celgate::{
    cel::{
        cost::{CallEstimate, CostEstimator, Operand, Range},
        interpreter::Bindings,
        types::Type,
        value::Value as Cel,
    },
    environment::{Environment, cost::Kubernetes, variables::with_scalar_names},
    schema::{declare::DeclaredSchema, openapi, typed},
};
use serde_json::{Map, Value};

use super::{compile_sized, limits, mode, outcome, version};
use crate::document::document;

/// Answers a case of kind `crd`.
pub(super) fn custom(case: &Value, answer: &mut Map<String, Value>) {
    let written = document(&case["schema"]);
    let schema = openapi::structural(written.root());
    let root = case["isRoot"] == true;
    let schema = if root { schema.of_resource(Some(openapi::NAME_LIMIT)) } else { schema };
    let declared = Rc::new(DeclaredSchema::new(schema, "selfType1", true));
    let Some(kind) = declared.kind() else { return };
    let optional = case["optionalOldSelf"] == true;
    let old = if optional { Type::optional(kind.clone()) } else { kind.clone() };
    let env = with_scalar_names(Environment::new(version(case), mode(case)))
        .with_types(Rc::clone(&declared) as Rc<_>)
        .with_variable("self", kind)
        .with_variable("oldSelf", old);
    let sizes = Sizes(Rc::clone(&declared));
    let Some((checked, program)) = compile_sized(case, &env, &sizes, answer) else { return };
    if *checked.result_type() != Type::Bool {
        answer.insert("compile_error".into(), "cel expression must evaluate to a bool".into());
        return;
    }
    let value = |name: &str| {
        let given = case.get(name).or_else(|| case["vars"].get(name)).filter(|given| !given.is_null())?;
        let document = Rc::new(document(given));
        Some(typed::value(&document, document.root_id(), declared.schema()))
    };
    let mut bindings: Vec<(Rc<str>, Cel)> = Vec::new();
    let Some(this) = value("self") else { return };
    if let Ok(this) = this {
        bindings.push(("self".into(), this));
    }
    let old = value("oldSelf").and_then(Result::ok);
    match old {
        Some(old) if optional => bindings.push(("oldSelf".into(), Cel::optional_of(old))),
        Some(old) => bindings.push(("oldSelf".into(), old)),
        None if optional => bindings.push(("oldSelf".into(), Cel::Optional(None))),
        None => {}
    }
    let bindings: Bindings = bindings.into_iter().collect();
    outcome(&program.evaluate(&bindings, limits(case)), answer);
}

/// The sizes that the schema allows.
struct Sizes(Rc<DeclaredSchema>);

impl CostEstimator for Sizes {
    fn size(&self, path: Option<&[Rc<str>]>, _: &Type) -> Option<Range> {
        let (_, path) = path?.split_first()?;
        self.0.max_size(path.iter().map(|step| &**step)).map(|max| Range::new(0, max))
    }

    fn call(&self, overload: &str, operands: &[Operand<'_>]) -> Option<CallEstimate> {
        Kubernetes.call(overload, operands)
    }
}
