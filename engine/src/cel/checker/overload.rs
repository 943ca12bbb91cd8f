//! Choosing the overloads of a call by the static types of its arguments (`checker/checker.go`, `resolveOverload`).

use alloc::{rc::Rc, vec::Vec};

use super::{check::Checker, error};
use crate::cel::{
    ast::{Expr, ExprId},
    decls::{FunctionDecl, OverloadDecl},
    types::Type,
};
use crate::order;

/// The overloads that agree with the arguments, and the type of the call.
pub(super) struct Resolution {
    pub(super) overloads: Vec<&'static str>,
    pub(super) result: Type,
}

impl Checker<'_> {
    pub(super) fn resolve_overload(
        &mut self,
        id: ExprId,
        function: &FunctionDecl,
        target: Option<&Expr>,
        args: &[Expr],
    ) -> Option<Resolution> {
        let given: Vec<Type> = target.into_iter().chain(args).map(|arg| self.type_of(arg)).collect();
        let mut overloads = Vec::new();
        let mut result: Option<Type> = None;
        for overload in &function.overloads {
            if target.is_some() != overload.member || (is_cross_type(overload) && self.is_strict_numeric()) {
                continue;
            }
            if function.name == "_&&_" || function.name == "_||_" {
                return self.resolve_logic(overload, args, &given);
            }
            let (params, returned) = self.instantiate(overload);
            let params = params.as_deref().unwrap_or(&overload.params);
            if !self.unifier.all_assignable(given.iter(), params.iter()) {
                continue;
            }
            overloads.push(overload.id);
            let returned = self.unifier.resolve(returned.as_ref().unwrap_or(&overload.result));
            result = Some(match result {
                None => returned,
                Some(known) if known.is_dyn() || self.unifier.same(&returned, &known) => known,
                Some(_) => Type::Dyn,
            });
        }
        if result.is_none() {
            let given: Vec<Type> = given.iter().map(|kind| self.unifier.settle(kind)).collect();
            self.report(id, || error::no_matching_overload(function.name, &given, target.is_some()));
        }
        Some(Resolution { overloads, result: result? })
    }

    /// `&&` and `||` say which operand is wrong.
    fn resolve_logic(
        &mut self,
        overload: &OverloadDecl,
        args: &[Expr],
        given: &[Type],
    ) -> Option<Resolution> {
        let mut agree = true;
        for (arg, kind) in args.iter().zip(given) {
            if !self.unifier.assignable(kind, &Type::Bool) {
                self.report(arg.id, || error::type_mismatch(&Type::Bool, kind));
                agree = false;
            }
        }
        agree.then(|| Resolution { overloads: alloc::vec![overload.id], result: Type::Bool })
    }

    /// The parameters and result with fresh variables for type parameters; `None` where there are none.
    fn instantiate(&mut self, overload: &OverloadDecl) -> (Option<Vec<Type>>, Option<Type>) {
        let mut names: Vec<Rc<str>> = Vec::new();
        collect(&overload.result, &mut names);
        for param in &overload.params {
            collect(param, &mut names);
        }
        if names.is_empty() {
            return (None, None);
        }
        order::sort_by(&mut names, Ord::cmp);
        let fresh: Vec<(Rc<str>, Type)> =
            names.into_iter().map(|name| (name, self.unifier.fresh())).collect();
        let params = overload.params.iter().map(|param| rename(param, &fresh)).collect();
        (Some(params), Some(rename(&overload.result, &fresh)))
    }
}

fn collect(kind: &Type, names: &mut Vec<Rc<str>>) {
    match kind {
        Type::TypeParam(name) if !names.contains(name) => {
            names.push(Rc::clone(name));
        }
        Type::List(inner) | Type::Type(Some(inner)) => collect(inner, names),
        Type::Map(key, value) => {
            collect(key, names);
            collect(value, names);
        }
        Type::Opaque(_, params) => params.iter().for_each(|param| collect(param, names)),
        _ => {}
    }
}

fn rename(kind: &Type, fresh: &[(Rc<str>, Type)]) -> Type {
    match kind {
        Type::TypeParam(name) => fresh
            .iter()
            .find(|(known, _)| known == name)
            .map_or_else(|| kind.clone(), |(_, variable)| variable.clone()),
        Type::List(inner) => Type::list(rename(inner, fresh)),
        Type::Type(Some(inner)) => Type::type_of(rename(inner, fresh)),
        Type::Map(key, value) => Type::map(rename(key, fresh), rename(value, fresh)),
        Type::Opaque(name, params) => {
            Type::Opaque(Rc::clone(name), params.iter().map(|param| rename(param, fresh)).collect())
        }
        other => other.clone(),
    }
}

/// Whether it compares two kinds of number: an ordering whose parameters are different numbers.
fn is_cross_type(overload: &OverloadDecl) -> bool {
    let number = |kind: &Type| matches!(kind, Type::Int | Type::Uint | Type::Double);
    match overload.params.as_slice() {
        [a, b] => {
            a != b
                && number(a)
                && number(b)
                && (overload.id.starts_with("less_") || overload.id.starts_with("greater_"))
        }
        _ => false,
    }
}
