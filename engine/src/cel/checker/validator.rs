//! Checks of literals in an expression whose types agree (`cel/validator.go`).

use alloc::{format, string::String, vec::Vec};

use super::{CheckedAst, check::Fault, error, format::check_format};
use crate::cel::{
    ast::{Comprehension, Expr, ExprKind},
    env::Env,
    types::{OPTIONAL, Type},
    value::Value,
};

/// A check made after type checking, in the order in which the environment lists them. Kubernetes has them in this order:
/// homogeneous literals (always), durations, timestamps, patterns (1.29), formats (with the strings library v2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validator {
    /// `duration('…')` must parse.
    DurationLiterals,
    /// `timestamp('…')` must parse.
    TimestampLiterals,
    /// The pattern of `matches` must compile.
    RegexLiterals,
    /// Elements of a list or map literal have one type, outside `format`.
    HomogeneousLiterals,
    /// The clauses of a literal `format` call agree with its literal arguments.
    StringFormat,
    /// Comprehensions over anything but an empty list nest at most so deep.
    ComprehensionNesting(u32),
}

/// Runs the environment's validators, one after the other.
pub(super) fn validate(env: &Env, checked: &CheckedAst) -> Vec<Fault> {
    let validators = env.validators();
    if validators.is_empty() {
        return Vec::new();
    }
    let mut walk = Walk {
        env,
        checked,
        exempts_format: validators.contains(&Validator::StringFormat),
        found: validators.iter().map(|validator| (*validator, Findings::default())).collect(),
    };
    walk.visit(&checked.ast.expr, Around::default());
    walk.found
        .into_iter()
        .flat_map(|(_, findings)| findings.first.into_iter().chain(findings.second))
        .collect()
}

/// Of one validator; homogeneity looks at all lists, then at all maps.
#[derive(Default)]
struct Findings {
    first: Vec<Fault>,
    second: Vec<Fault>,
}

/// What stands around a node.
#[derive(Clone, Copy, Default)]
struct Around {
    /// A call of `format`, whose arguments may be of mixed types.
    format: bool,
    /// How many loops.
    loops: u32,
}

struct Walk<'w> {
    env: &'w Env,
    checked: &'w CheckedAst,
    exempts_format: bool,
    found: Vec<(Validator, Findings)>,
}

impl Walk<'_> {
    /// Children first, in cel-go's order.
    fn visit(&mut self, expr: &Expr, around: Around) {
        match &expr.kind {
            ExprKind::Select { operand, .. } => self.visit(operand, around),
            ExprKind::Call { function, target, args } => {
                let around = Around { format: around.format || **function == *"format", ..around };
                if let Some(target) = target {
                    self.visit(target, around);
                }
                for arg in args {
                    self.visit(arg, around);
                }
                self.judge(expr, around);
            }
            ExprKind::List { elements, .. } => {
                for element in elements {
                    self.visit(element, around);
                }
                self.judge(expr, around);
            }
            ExprKind::Map(entries) => {
                for entry in entries {
                    self.visit(&entry.key, around);
                    self.visit(&entry.value, around);
                }
                self.judge(expr, around);
            }
            ExprKind::Struct { fields, .. } => {
                for field in fields {
                    self.visit(&field.value, around);
                }
            }
            ExprKind::Comprehension(inner) => {
                let loops = around.loops.saturating_add(u32::from(!is_over_nothing(inner)));
                let around = Around { loops, ..around };
                self.visit(&inner.iter_range, around);
                self.visit(&inner.accu_init, around);
                self.visit(&inner.loop_condition, around);
                self.visit(&inner.loop_step, around);
                self.visit(&inner.result, around);
                self.judge(expr, around);
            }
            ExprKind::Literal(_) | ExprKind::Ident(_) | ExprKind::Unspecified => {}
        }
    }

    #[inline(never)]
    fn judge(&mut self, expr: &Expr, around: Around) {
        let Self { env, checked, exempts_format, found } = self;
        for (validator, findings) in found {
            match validator {
                Validator::DurationLiterals => {
                    check_literal(expr, "duration", &mut findings.first, |value| {
                        converts(env, "duration", value)
                    });
                }
                Validator::TimestampLiterals => {
                    check_literal(expr, "timestamp", &mut findings.first, |value| {
                        converts(env, "timestamp", value)
                    });
                }
                Validator::RegexLiterals => {
                    check_literal(expr, "matches", &mut findings.first, |value| compiles(env, value));
                }
                Validator::HomogeneousLiterals if *exempts_format && around.format => {}
                Validator::HomogeneousLiterals => check_homogeneous(checked, expr, findings),
                Validator::StringFormat => check_format(checked, expr, &mut findings.first),
                Validator::ComprehensionNesting(limit) => {
                    if matches!(expr.kind, ExprKind::Comprehension(_)) && around.loops > *limit {
                        findings.first.push((expr.id, String::from("comprehension exceeds nesting limit")));
                    }
                }
            }
        }
    }
}

fn is_over_nothing(comprehension: &Comprehension) -> bool {
    matches!(&comprehension.iter_range.kind, ExprKind::List { elements, .. } if elements.is_empty())
}

/// The first argument of a call of `function`, receiver not counted, if it is a literal that is not `valid`.
fn check_literal(expr: &Expr, function: &str, faults: &mut Vec<Fault>, valid: impl FnOnce(&Value) -> bool) {
    let ExprKind::Call { function: called, args, .. } = &expr.kind else { return };
    if **called == *function
        && let Some(arg) = args.first()
        && let ExprKind::Literal(value) = &arg.kind
        && !valid(value)
    {
        faults.push((arg.id, format!("invalid {function} argument")));
    }
}

/// Whether the conversion function takes the value; what has no body here is left to run time.
fn converts(env: &Env, function: &str, value: &Value) -> bool {
    let Some(declared) = env.function(function) else { return true };
    // Null checks, as it may stand for a duration or a timestamp, but no overload takes it.
    let Some(kind) = literal_type(value) else { return !matches!(value, Value::Null) };
    let overload = declared.overloads.iter().find(|overload| overload.params.first() == Some(&kind));
    let body = overload.and_then(|overload| overload.body).or(declared.singleton);
    body.is_none_or(|body| body(core::slice::from_ref(value)).is_ok())
}

fn literal_type(value: &Value) -> Option<Type> {
    Some(match value {
        Value::Int(_) => Type::Int,
        Value::Uint(_) => Type::Uint,
        Value::Double(_) => Type::Double,
        Value::String(_) => Type::String,
        Value::Bytes(_) => Type::Bytes,
        Value::Bool(_) => Type::Bool,
        _ => return None,
    })
}

/// Whether the value is a pattern; the function that matches knows.
fn compiles(env: &Env, pattern: &Value) -> bool {
    let Some(declared) = env.function("matches") else { return true };
    let overload = declared.overloads.first();
    if let Some(prepare) = overload.and_then(|overload| overload.prepare) {
        return prepare(&[None, Some(pattern.clone())]).is_ok();
    }
    let body = overload.and_then(|overload| overload.body).or(declared.singleton);
    body.is_none_or(|body| body(&[Value::string(""), pattern.clone()]).is_ok())
}

#[inline(never)]
fn check_homogeneous(checked: &CheckedAst, expr: &Expr, findings: &mut Findings) {
    match &expr.kind {
        ExprKind::List { elements, optional_indices } => {
            let mut first: Option<&Type> = None;
            for (at, element) in elements.iter().enumerate() {
                let optional = u32::try_from(at).is_ok_and(|at| optional_indices.binary_search(&at).is_ok());
                let Some(kind) = element_type(checked, element, optional, &mut findings.first) else { break };
                let expected = *first.get_or_insert(kind);
                if expected != kind {
                    findings.first.push((element.id, error::type_mismatch(expected, kind)));
                    break;
                }
            }
        }
        ExprKind::Map(entries) => {
            let mut first: Option<(&Type, &Type)> = None;
            for entry in entries {
                let key = checked.type_of(entry.key.id);
                let value = element_type(checked, &entry.value, entry.optional, &mut findings.second);
                let Some(value) = value else { break };
                let (keys, values) = *first.get_or_insert((key, value));
                if keys != key {
                    findings.second.push((entry.key.id, error::type_mismatch(keys, key)));
                }
                if values != value {
                    findings.second.push((entry.value.id, error::type_mismatch(values, value)));
                }
            }
        }
        _ => {}
    }
}

/// The type of an element, unwrapped when it is optional. An optional element of which the type is not known is a fault:
/// upstream's validator panics on it.
fn element_type<'c>(
    checked: &'c CheckedAst,
    element: &Expr,
    optional: bool,
    faults: &mut Vec<Fault>,
) -> Option<&'c Type> {
    let kind = checked.type_of(element.id);
    match kind {
        _ if !optional => Some(kind),
        Type::Opaque(name, params) if **name == *OPTIONAL => params.first(),
        // These have a parameter that upstream takes for the value's.
        Type::List(inner) | Type::Map(inner, _) => Some(inner),
        _ => {
            faults.push((element.id, error::type_mismatch(&Type::optional(kind.clone()), kind)));
            None
        }
    }
}
