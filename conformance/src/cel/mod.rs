//! Single expressions: compile error, type, value, error, cost, estimate, AST (format: `oracle/cmd/cel/README.md`).

mod cost;
mod escaping;
mod activation;
mod authz;
mod custom;
mod request;
mod tagged;

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use celgate::{
    cel::{
        checker::{self, CheckedAst},
        cost::{CallEstimate, CostEstimator, Operand, Range, estimate},
        env::Env,
        interpreter::{Bindings, Limits},
        print,
        program::Program,
        types::Type,
        value::Value as Cel,
    },
    environment::{
        CURRENT, Environment, Mode, Version,
        cost::Kubernetes,
        limits::{PER_CALL_LIMIT, RUNTIME_COST_BUDGET},
        variables::{Composition, OptionalVariables, with_admission_variables, with_mutation_types},
    },
    schema::adapt,
};
use serde_json::{Map, Value, json};

use self::{
    activation::{Composed, Variable},
    tagged::{tagged, untagged},
};
use crate::{
    document::document,
    set::{Context, Difference, Kind, Set, lines, same},
};

pub(crate) static KIND: Kind = Kind {
    name: "cel",
    answer,
    sets: &[
        Set { name: "cel/library", cases: "cel/library.jsonl", answers: None, compare, bar: 100.0 },
        Set { name: "cel/random", cases: "cel/random.jsonl", answers: None, compare, bar: 100.0 },
        Set { name: "cel/expressions", cases: "cel/expressions.jsonl", answers: None, compare, bar: 100.0 },
        Set { name: "cel/typed", cases: "cel/typed.jsonl", answers: None, compare, bar: 100.0 },
        Set { name: "cel/syntax", cases: "cel/syntax.jsonl", answers: None, compare, bar: 100.0 },
        Set { name: "cel/ast", cases: "cel/ast.jsonl", answers: None, compare, bar: 100.0 },
        Set { name: "cel/cost", cases: "cel/cost.jsonl", answers: None, compare: cost::compare, bar: 100.0 },
        Set {
            name: "cel/field_escaping",
            cases: "cel/field_escaping.jsonl",
            answers: None,
            compare: escaping::compare,
            bar: 100.0,
        },
    ],
};

/// What is kept between cases.
#[derive(Default)]
struct Kept {
    groups: BTreeMap<String, Group>,
    compilers: RefCell<BTreeMap<String, Rc<Compiler>>>,
}

/// What cases leave to their group, and what is made of it once.
struct Group {
    fields: Value,
    shared: OnceCell<Shared>,
}

impl Group {
    const fn new(fields: Value) -> Self {
        Self { fields, shared: OnceCell::new() }
    }
}

/// What expressions of one request have in common.
struct Shared {
    compiler: Rc<Compiler>,
    bound: Vec<(&'static str, Cel)>,
}

/// An environment with the composed variables that expressions in it may name.
struct Compiler {
    env: Env,
    variables: Vec<(Rc<str>, Variable)>,
}

fn answer(case: &Value, context: &mut Context) -> Value {
    let kept = context.keep("cel", |root| {
        let root = [root.to_path_buf()];
        let files = ["cel/groups.jsonl"];
        let mut groups = BTreeMap::new();
        for name in files {
            let golden = lines(&[root[0].join("golden")], name).unwrap_or_default();
            for group in lines(&[root[0].join(".")], name).unwrap_or_default().into_iter().chain(golden) {
                groups.insert(group["id"].as_str().unwrap_or_default().to_owned(), Group::new(group));
            }
            let plain = std::fs::read_to_string(root[0].join(name)).unwrap_or_default();
            for group in plain.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
                groups.insert(group["id"].as_str().unwrap_or_default().to_owned(), Group::new(group));
            }
        }
        Kept { groups, ..Kept::default() }
    });
    let group = case["group"].as_str().and_then(|name| kept.groups.get(name));
    if let Some(group) = group.filter(|group| group.fields["kind"] == "vap" && only_expression(case)) {
        let mut answer = Map::new();
        answer.insert("id".into(), case["id"].clone());
        let shared = group.shared.get_or_init(|| share(&group.fields, &kept));
        evaluate(case, &group.fields, shared, &mut answer);
        return Value::Object(answer);
    }
    let mut merged = group.map_or_else(|| json!({}), |group| group.fields.clone());
    if let (Value::Object(merged), Value::Object(own)) = (&mut merged, case) {
        for (key, value) in own {
            if !value.is_null() {
                merged.insert(key.clone(), value.clone());
            }
        }
    }
    let mut answer = Map::new();
    answer.insert("id".into(), case["id"].clone());
    if cost::is(case) {
        cost::answer(&merged, &kept, &mut answer);
        return Value::Object(answer);
    }
    if escaping::is(case) {
        escaping::answer(case, &mut answer);
        return Value::Object(answer);
    }
    match merged["kind"].as_str().unwrap_or("plain") {
        "vap" => admission(&merged, &kept, &mut answer),
        "crd" => custom::custom(&merged, &mut answer),
        _ => plain(&merged, &kept, &mut answer),
    }
    Value::Object(answer)
}

fn version(case: &Value) -> Version {
    case["k8s"].as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| CURRENT.compatibility())
}

fn mode(case: &Value) -> Mode {
    if matches!(case["mode"].as_str(), Some("stored" | "StoredExpressions")) {
        Mode::Stored
    } else {
        Mode::New
    }
}

fn flag(case: &Value, name: &str, otherwise: bool) -> bool {
    case[name].as_bool().unwrap_or(otherwise)
}

fn limits(case: &Value) -> Limits {
    Limits { cost: Some(case["perCallLimit"].as_u64().unwrap_or(PER_CALL_LIMIT)) }
}

impl Kept {
    fn compiler(&self, key: &str, make: impl FnOnce() -> Compiler) -> Rc<Compiler> {
        if let Some(known) = self.compilers.borrow().get(key) {
            return Rc::clone(known);
        }
        let made = Rc::new(make());
        self.compilers.borrow_mut().insert(key.to_owned(), Rc::clone(&made));
        made
    }
}

/// The compiled expression and its program, if it compiles; else the error is in the answer.
fn compile(case: &Value, env: &Env, answer: &mut Map<String, Value>) -> Option<(CheckedAst, Program)> {
    let estimator: &dyn CostEstimator = if case["sizeEstimator"] == "test12" { &Test12 } else { &Kubernetes };
    compile_sized(case, env, estimator, answer)
}

/// The same, the estimate made with those sizes.
fn compile_sized(
    case: &Value,
    env: &Env,
    estimator: &dyn CostEstimator,
    answer: &mut Map<String, Value>,
) -> Option<(CheckedAst, Program)> {
    let text = case["expr"].as_str().unwrap_or_default();
    let printed = !case["ast"].is_null();
    if printed {
        let parsed = env.parse(text);
        if parsed.issues.is_empty() {
            answer.insert("ast".into(), print::plain(&parsed.ast.expr).into());
            answer.insert("ast_ids".into(), print::with_ids(&parsed.ast.expr).into());
        }
    }
    let checked = match env.compile(text) {
        Ok(checked) => checked,
        Err(issues) => {
            answer.insert("compile_error".into(), format!("compilation failed: {issues}").into());
            return None;
        }
    };
    answer.insert("type".into(), checked.result_type().declared().to_string().into());
    if printed {
        answer.insert("checked_ast".into(), checker::print(&checked).into());
    }
    let estimated = estimate(env, &checked, estimator);
    answer.insert("estimate".into(), json!({"min": estimated.min, "max": estimated.max}));
    let returns: Vec<&str> =
        case["return"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let kind = checked.result_type();
    if !returns.is_empty() && !returns.iter().any(|name| *name == "any" || *kind == return_type(name)) {
        let wanted = match returns.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("one of [{}]", several.join(" ")),
        };
        let error = format!("must evaluate to {wanted} but got {}", kind.declared());
        answer.insert("compile_error".into(), error.into());
        return None;
    }
    let planned = if flag(case, "unoptimized", false) { Program::unoptimized } else { Program::new };
    match planned(env, &checked) {
        Ok(program) => Some((checked, program)),
        Err(error) => {
            answer.insert("compile_error".into(), format!("program instantiation failed: {error}").into());
            None
        }
    }
}

/// The size estimator of Kubernetes' own cost tests: texts and octets are at most twelve long.
struct Test12;

impl CostEstimator for Test12 {
    fn size(&self, _: Option<&[Rc<str>]>, kind: &Type) -> Option<Range> {
        matches!(kind, Type::String | Type::Bytes).then_some(Range::new(0, 12))
    }

    fn call(&self, overload: &str, operands: &[Operand<'_>]) -> Option<CallEstimate> {
        Kubernetes.call(overload, operands)
    }
}

fn return_type(name: &str) -> Type {
    match name {
        "bool" => Type::Bool,
        "string" => Type::String,
        "null_type" => Type::Null,
        _ => Type::Any,
    }
}

fn outcome(evaluation: &celgate::cel::interpreter::Evaluation, answer: &mut Map<String, Value>) {
    match &evaluation.result {
        Ok(value) => answer.insert("value".into(), tagged(value)),
        Err(error) => answer.insert("error".into(), error.to_string().into()),
    };
    answer.insert("cost".into(), evaluation.cost.into());
}

fn plain(case: &Value, kept: &Kept, answer: &mut Map<String, Value>) {
    let empty = Map::new();
    let variables = case["vars"].as_object().unwrap_or(&empty);
    let mut names: Vec<&str> = variables.keys().map(String::as_str).collect();
    names.sort_unstable();
    let key = format!("plain|{}|{}|{}|{names:?}", case["k8s"], case["mode"], case["patch"]);
    let compiler = kept.compiler(&key, || {
        let env = names.iter().fold(Environment::new(version(case), mode(case)), |env, name| {
            env.with_variable(name, Type::Dyn)
        });
        Compiler { env, variables: Vec::new() }
    });
    let Some((_, program)) = compile(case, &compiler.env, answer) else { return };
    let value = |value: &Value| match case["kind"].as_str() {
        Some("plain-tagged") => untagged(value),
        _ => whole(value, false),
    };
    let bindings: Bindings =
        variables.iter().map(|(name, bound)| (Rc::from(name.as_str()), value(bound))).collect();
    outcome(&program.evaluate(&bindings, limits(case)), answer);
}

/// A JSON value as expressions see it.
fn whole(value: &Value, typed: bool) -> Cel {
    let document = Rc::new(document(value));
    let root = document.root_id();
    adapt::value(&document, root, typed)
}

/// Whether the group says all but the expression.
fn only_expression(case: &Value) -> bool {
    let mut own = case.as_object().into_iter().flatten();
    own.all(|(field, value)| matches!(field.as_str(), "id" | "group" | "expr" | "ast") || value.is_null())
}

fn admission(case: &Value, kept: &Kept, answer: &mut Map<String, Value>) {
    evaluate(case, case, &share(case, kept), answer);
}

/// The environment and the variables of a request.
fn share(case: &Value, kept: &Kept) -> Shared {
    let has_params = flag(case, "hasParams", case["vars"].get("params").is_some());
    let has_authorizer = flag(case, "hasAuthorizer", true);
    let key = format!(
        "vap|{}|{}|{has_params}|{has_authorizer}|{}|{}",
        case["k8s"], case["mode"], case["patch"], case["variables"]
    );
    let compiler = kept.compiler(&key, || {
        let mut base = Environment::new(version(case), mode(case));
        if flag(case, "patch", false) {
            base = with_mutation_types(base);
        }
        let optional = OptionalVariables { params: has_params, authorizer: has_authorizer };
        let base = with_admission_variables(base, optional);
        let mut composition = Composition::new(base);
        let mut variables = Vec::new();
        for variable in case["variables"].as_array().into_iter().flatten() {
            let name = variable["name"].as_str().unwrap_or_default();
            let env = composition.env();
            let mut result = Map::new();
            let compiled = compile(&json!({"expr": variable["expression"]}), &env, &mut result);
            composition.add(name, compiled.as_ref().map(|(checked, _)| checked.result_type()));
            let compiled = match compiled {
                Some((_, program)) => Ok(program),
                None => Err(result["compile_error"].as_str().unwrap_or_default().to_owned()),
            };
            variables.push((Rc::from(name), Variable { compiled }));
        }
        Compiler { env: composition.env(), variables }
    });
    let mut bound = request::variables(case);
    bound.extend(authz::variables(case));
    Shared { compiler, bound }
}

/// The answer to the expression of `case`, in the request that `request` describes.
fn evaluate(case: &Value, request: &Value, shared: &Shared, answer: &mut Map<String, Value>) {
    let Shared { compiler, bound } = shared;
    let Some((_, program)) = compile(case, &compiler.env, answer) else { return };
    let activation = Composed::new(bound.clone(), &compiler.variables, limits(request));
    let evaluation = program.evaluate(&*activation, limits(request));
    outcome(&evaluation, answer);
    let composed = activation.cost();
    if !compiler.variables.is_empty() {
        answer.insert("var_cost".into(), composed.into());
    }
    let budget = request["budget"].as_u64().unwrap_or(RUNTIME_COST_BUDGET);
    if composed > budget || evaluation.cost > budget.saturating_sub(composed) {
        let text =
            "validation failed due to running out of cost budget, no further validation rules will be run";
        answer.insert("group_error".into(), text.into());
    }
}

/// What of the recorded answer ours must repeat.
const FIELDS: [&str; 11] = [
    "compile_error",
    "type",
    "value",
    "error",
    "group_error",
    "cost",
    "var_cost",
    "estimate",
    "ast",
    "ast_ids",
    "checked_ast",
];

fn compare(_case: &Value, theirs: &Value, ours: &Value) -> Vec<Difference> {
    let failed = !ours["error"].is_null() || !ours["compile_error"].is_null();
    let broken = !theirs["panic"].is_null()
        || ["error", "compile_error"]
            .iter()
            .any(|field| theirs[*field].as_str().is_some_and(|text| text.contains("internal error:")));
    if broken && failed || !theirs["skipped"].is_null() {
        return Vec::new();
    }
    if theirs["nondeterministic"] == true {
        let listed = theirs["alternatives"].as_array();
        let agrees = |alternative: &Value| {
            ["value", "error", "cost", "var_cost"]
                .iter()
                .all(|field| same(&alternative[*field], &ours[*field]))
        };
        if listed.is_none_or(|listed| listed.iter().any(agrees)) {
            return Vec::new();
        }
    }
    let recorded =
        |field: &str| theirs.get(field).is_some() || field == "group_error" && !ours[field].is_null();
    FIELDS
        .into_iter()
        .filter(|field| recorded(field) && !same(&theirs[*field], &ours[*field]))
        .map(|field| Difference {
            field: field.to_owned(),
            theirs: theirs[field].clone(),
            ours: ours[field].clone(),
        })
        .collect()
}
