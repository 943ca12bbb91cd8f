//! The walk over the tree: every node gets its type, names and calls their references (`checker/checker.go`).

use alloc::{format, rc::Rc, string::String, vec::Vec};

use super::{
    CheckedAst, Reference, error,
    overload::Resolution,
    scope::Scopes,
    unify::{Unifier, maybe_unwrap_optional},
    validator::validate,
};
use crate::cel::{
    ast::{Ast, Comprehension, Expr, ExprId, ExprKind, ExprMap, MapEntry, StructField},
    container::qualified_name,
    decls::FunctionDecl,
    env::Env,
    issues::{Issue, Issues},
    types::Type,
    value::Value,
};

/// Issues beyond these are counted, not worded: cel-go reports as many.
const WORDED_ISSUES: usize = 100;

/// A fault found, and the node it is blamed on.
pub(super) type Fault = (ExprId, String);

/// Checks the expression; when its types agree the environment's validators look at it. The tree is as good as it gets
/// when there are issues.
#[must_use]
pub fn check(env: &Env, mut ast: Ast) -> (CheckedAst, Issues) {
    let mut checker = Checker::new(env);
    checker.check(&mut ast.expr);
    let Checker { mut types, references, mut unifier, mut faults, .. } = checker;
    for kind in types.values_mut() {
        *kind = unifier.settle(kind);
    }
    if unifier.exhausted() {
        faults = alloc::vec![(ast.expr.id, String::from(error::TOO_COMPLEX))];
    }
    let checked = CheckedAst { ast, types, references };
    if faults.is_empty() {
        faults = validate(env, &checked);
    }
    let info = &checked.ast.source_info;
    let mut issues = Issues::new(Rc::clone(&info.text));
    for (id, message) in faults {
        issues.report(Issue { offset: info.position(id), range: info.range(id), id: Some(id), message });
    }
    (checked, issues)
}

pub(super) struct Checker<'e> {
    pub(super) env: &'e Env,
    pub(super) unifier: Unifier,
    scopes: Scopes,
    types: ExprMap<Type>,
    references: ExprMap<Reference>,
    faults: Vec<Fault>,
}

/// What a name was found to be.
struct Ident {
    name: Rc<str>,
    kind: Type,
    constant: Option<Value>,
}

impl<'e> Checker<'e> {
    fn new(env: &'e Env) -> Self {
        Self {
            env,
            unifier: Unifier::new(),
            scopes: Scopes::new(),
            types: ExprMap::default(),
            references: ExprMap::default(),
            faults: Vec::new(),
        }
    }

    pub(super) fn report(&mut self, id: ExprId, message: impl FnOnce() -> String) {
        let message = if self.faults.len() < WORDED_ISSUES { message() } else { String::new() };
        self.faults.push((id, message));
    }

    fn set_type(&mut self, id: ExprId, kind: Type) {
        let kind = if self.unifier.fits(&kind) { kind } else { Type::Dyn };
        self.types.insert(id, kind);
    }

    pub(super) fn type_of(&self, expr: &Expr) -> Type {
        self.types.get(expr.id).cloned().unwrap_or(Type::Error)
    }

    /// Whether cross-type comparisons are off here.
    pub(super) fn is_strict_numeric(&self) -> bool {
        !self.env.options().cross_type_numeric_comparisons && !self.scopes.entered()
    }

    fn check(&mut self, expr: &mut Expr) {
        let id = expr.id;
        match &mut expr.kind {
            ExprKind::Literal(value) => {
                let kind = literal_type(value);
                self.set_type(id, kind);
            }
            ExprKind::Ident(_) => self.check_ident(expr),
            ExprKind::Select { .. } => self.check_select(expr),
            ExprKind::Call { .. } => self.check_call(expr),
            ExprKind::List { elements, optional_indices } => self.check_list(id, elements, optional_indices),
            ExprKind::Map(entries) => self.check_map(id, entries),
            ExprKind::Struct { type_name, fields } => self.check_struct(id, type_name, fields),
            ExprKind::Comprehension(comprehension) => self.check_comprehension(id, comprehension),
            ExprKind::Unspecified => {
                self.set_type(id, Type::Error);
                self.report(id, || String::from("unexpected unspecified type: *ast.expr"));
            }
        }
    }

    #[inline(never)]
    fn check_ident(&mut self, expr: &mut Expr) {
        let ExprKind::Ident(name) = &expr.kind else { return };
        match self.resolve_simple(name) {
            Some(ident) => self.becomes(expr, ident),
            None => {
                let name = Rc::clone(name);
                self.set_type(expr.id, Type::Error);
                self.undeclared(expr.id, &name);
            }
        }
    }

    fn undeclared(&mut self, id: ExprId, name: &str) {
        let env = self.env;
        self.report(id, || error::undeclared_reference(env.container().name(), name));
    }

    /// The node turns into the identifier it was resolved to.
    fn becomes(&mut self, expr: &mut Expr, ident: Ident) {
        self.set_type(expr.id, ident.kind);
        self.references
            .insert(expr.id, Reference::Ident { name: Rc::clone(&ident.name), constant: ident.constant });
        expr.kind = ExprKind::Ident(ident.name);
    }

    /// `resolveSimpleIdent`
    fn resolve_simple(&self, name: &Rc<str>) -> Option<Ident> {
        let local = self.scopes.find(name);
        if let Some(kind) = local
            && !name.starts_with('.')
        {
            return Some(Ident { name: Rc::clone(name), kind: kind.clone(), constant: None });
        }
        self.resolve_global(name, local.is_some())
    }

    /// What a name means outside of all scopes; `hidden`: a local variable of the name exists, so the reference says
    /// with a leading dot that it is not meant.
    fn resolve_global(&self, name: &str, hidden: bool) -> Option<Ident> {
        self.env.container().resolve(name, |candidate| {
            let (kind, constant) = self.global(candidate)?;
            let name = if hidden { format!(".{candidate}").into() } else { Rc::from(candidate) };
            Some(Ident { name, kind, constant })
        })
    }

    /// `lookupGlobalIdent`: variables, then types, then constants.
    fn global(&self, name: &str) -> Option<(Type, Option<Value>)> {
        if let Some(kind) = self.env.variable(name) {
            return Some((kind.clone(), None));
        }
        if let Some(kind) = self.env.type_named(name) {
            return Some((Type::type_of(kind), None));
        }
        let constant = *self.env.constant(name)?;
        Some((constant.0, Some(constant.1)))
    }

    #[inline(never)]
    fn check_select(&mut self, expr: &mut Expr) {
        if let Some(ident) = self.resolve_qualified(expr) {
            self.becomes(expr, ident);
            return;
        }
        let id = expr.id;
        let ExprKind::Select { operand, field, test_only } = &mut expr.kind else { return };
        self.check(operand);
        let operand_type = self.type_of(operand);
        let result = self.select_field(id, &operand_type, field, false);
        let result = if *test_only { Type::Bool } else { self.unifier.resolve(&result) };
        self.set_type(id, result);
    }

    /// A selection that as a whole is the name of a variable or type.
    fn resolve_qualified(&self, expr: &Expr) -> Option<Ident> {
        // Most selections start from a variable with fields, whose longer name nobody declared.
        let name = qualified_name(expr)?;
        let first = name.split('.').next().unwrap_or("");
        let absolute = name.starts_with('.');
        let local = if absolute {
            self.scopes.find(name.get(1..)?.split('.').next().unwrap_or("")).is_some()
        } else {
            self.scopes.find(first).is_some()
        };
        if local && !absolute {
            return None;
        }
        self.resolve_global(&name, local)
    }

    /// The type of a field of a value of the type `operand`; `optional`: selected with `.?`.
    #[inline(never)]
    fn select_field(&mut self, id: ExprId, operand: &Type, field: &str, optional: bool) -> Type {
        let operand = self.unifier.resolve(operand);
        let (target, was_optional) = maybe_unwrap_optional(operand);
        let result = match &target {
            Type::Map(_, value) => Type::clone(value),
            Type::Object(name) => self.field_type(id, name, field).unwrap_or(Type::Error),
            Type::Var(_) => {
                self.unifier.assignable(&Type::Dyn, &target);
                Type::Dyn
            }
            other => {
                if !other.is_dyn_or_error() {
                    self.report(id, || error::no_field_selection(other));
                }
                Type::Dyn
            }
        };
        if was_optional || optional { Type::optional(result) } else { result }
    }

    fn field_type(&mut self, id: ExprId, type_name: &str, field: &str) -> Option<Type> {
        let found = self.env.field_type(type_name, field);
        if found.is_none() {
            if self.env.contains_type(type_name) {
                self.report(id, || error::undefined_field(field));
            } else {
                self.report(id, || error::unexpected_failed_resolution(type_name));
            }
        }
        found
    }

    #[inline(never)]
    fn check_call(&mut self, expr: &mut Expr) {
        let id = expr.id;
        let ExprKind::Call { function, target, args } = &mut expr.kind else { return };
        if &**function == "_?._" && target.is_none() {
            self.check_optional_select(id, args);
            return;
        }
        for arg in args.iter_mut() {
            self.check(arg);
        }
        if target.is_none() {
            match self.find_function(function) {
                Some((name, declared)) => {
                    if **function != *name {
                        *function = name.into();
                    }
                    self.resolve_call(id, &declared, None, args);
                }
                None => {
                    let name = Rc::clone(function);
                    self.undeclared(id, &name);
                    self.set_type(id, Type::Error);
                }
            }
            return;
        }
        // `a.b.c()` is a function of that name, or the function `c` of the receiver `a.b`.
        let prefix = target.as_deref().and_then(qualified_name);
        if let Some(prefix) = prefix
            && let Some((name, declared)) = self.find_function(&format!("{prefix}.{function}"))
        {
            *function = name.into();
            *target = None;
            self.resolve_call(id, &declared, None, args);
            return;
        }
        if let Some(receiver) = target {
            self.check(receiver);
        }
        match self.find_function(function) {
            Some((_, declared)) => self.resolve_call(id, &declared, target.as_deref(), args),
            None => {
                let name = Rc::clone(function);
                self.set_type(id, Type::Error);
                self.undeclared(id, &name);
            }
        }
    }

    fn find_function(&self, name: &str) -> Option<(String, Rc<FunctionDecl>)> {
        self.env.container().resolve(name, |candidate| {
            let declared = self.env.function(candidate)?;
            Some((String::from(candidate), Rc::clone(declared)))
        })
    }

    #[inline(never)]
    fn resolve_call(&mut self, id: ExprId, function: &FunctionDecl, target: Option<&Expr>, args: &[Expr]) {
        match self.resolve_overload(id, function, target, args) {
            Some(Resolution { overloads, result }) => {
                self.set_type(id, result);
                self.references.insert(id, Reference::Overloads(overloads));
            }
            None => self.set_type(id, Type::Error),
        }
    }

    #[inline(never)]
    fn check_optional_select(&mut self, id: ExprId, args: &mut [Expr]) {
        let count = args.len();
        let [operand, field] = args else {
            self.report(id, || {
                error::no_optional_field_selection(&format!("incorrect signature. argument count: {count}"))
            });
            return;
        };
        let ExprKind::Literal(Value::String(name)) = &field.kind else {
            self.report(field.id, || error::no_optional_field_selection("not a field name"));
            return;
        };
        let name = Rc::clone(name);
        self.check(operand);
        let operand_type = self.type_of(operand);
        let result = self.select_field(id, &operand_type, &name, true);
        let result = self.unifier.resolve(&result);
        self.set_type(id, result);
        self.references.insert(id, Reference::Overloads(alloc::vec!["select_optional_field"]));
    }

    #[inline(never)]
    fn check_list(&mut self, id: ExprId, elements: &mut [Expr], optional_indices: &[u32]) {
        let mut joined: Option<Type> = None;
        for (at, element) in elements.iter_mut().enumerate() {
            self.check(element);
            let mut kind = self.type_of(element);
            if u32::try_from(at).is_ok_and(|at| optional_indices.binary_search(&at).is_ok()) {
                kind = self.unwrap_element(element.id, kind);
            }
            joined = Some(self.join(joined, kind));
        }
        let element = joined.unwrap_or_else(|| self.unifier.fresh());
        self.set_type(id, Type::list(element));
    }

    #[inline(never)]
    fn check_map(&mut self, id: ExprId, entries: &mut [MapEntry]) {
        let mut joined: Option<(Type, Type)> = None;
        for entry in entries.iter_mut() {
            let (keys, values) = joined.map_or((None, None), |(keys, values)| (Some(keys), Some(values)));
            self.check(&mut entry.key);
            let key = self.type_of(&entry.key);
            let keys = self.join(keys, key);
            self.check(&mut entry.value);
            let mut value = self.type_of(&entry.value);
            if entry.optional {
                value = self.unwrap_element(entry.value.id, value);
            }
            let values = self.join(values, value);
            joined = Some((keys, values));
        }
        let (key, value) = joined.unwrap_or_else(|| (self.unifier.fresh(), self.unifier.fresh()));
        self.set_type(id, Type::map(key, value));
    }

    /// The type inside an element written with `?`.
    fn unwrap_element(&mut self, id: ExprId, kind: Type) -> Type {
        let (inner, was_optional) = maybe_unwrap_optional(kind);
        if !was_optional && !inner.is_dyn() {
            self.report(id, || error::type_mismatch(&Type::optional(inner.clone()), &inner));
        }
        inner
    }

    /// The type that the elements so far and one of the type `current` have together. Whether elements may differ at all
    /// is for a validator to say.
    fn join(&mut self, previous: Option<Type>, current: Type) -> Type {
        let Some(previous) = previous else { return current };
        if self.unifier.assignable(&previous, &current) {
            return self.unifier.most_general(previous, &current);
        }
        Type::Dyn
    }

    #[inline(never)]
    fn check_struct(&mut self, id: ExprId, type_name: &mut Rc<str>, fields: &mut [StructField]) {
        let found = self.env.container().resolve(type_name, |candidate| {
            Some((Rc::<str>::from(candidate), self.env.type_named(candidate)?))
        });
        let Some((name, kind)) = found else {
            let name = Rc::clone(type_name);
            self.undeclared(id, &name);
            self.set_type(id, Type::Error);
            return;
        };
        *type_name = Rc::clone(&name);
        self.references.insert(id, Reference::Ident { name, constant: None });
        let (result, fields_of) = match kind {
            Type::Object(name) => (Type::Object(Rc::clone(&name)), name),
            other => match well_known_name(&other) {
                Some(name) => (other, Rc::from(name)),
                None => {
                    self.report(id, || error::not_a_message_type(other.runtime_name()));
                    (Type::Error, Rc::clone(type_name))
                }
            },
        };
        self.set_type(id, result);
        for field in fields {
            self.check(&mut field.value);
            let declared = self.field_type(field.id, &fields_of, &field.name).unwrap_or(Type::Error);
            let mut given = self.type_of(&field.value);
            if field.optional {
                given = self.unwrap_element(field.value.id, given);
            }
            if !self.unifier.assignable(&declared, &given) {
                self.report(field.id, || error::field_type_mismatch(&field.name, &declared, &given));
            }
        }
    }

    #[inline(never)]
    fn check_comprehension(&mut self, id: ExprId, comprehension: &mut Comprehension) {
        self.check(&mut comprehension.iter_range);
        self.check(&mut comprehension.accu_init);
        let accumulator = self.type_of(&comprehension.accu_init);
        let outer = self.scopes.depth();
        self.open_loop(comprehension, accumulator.clone());
        self.check(&mut comprehension.loop_condition);
        self.expect(&comprehension.loop_condition, &Type::Bool);
        self.check(&mut comprehension.loop_step);
        self.expect(&comprehension.loop_step, &accumulator);
        self.scopes.leave(outer + 1);
        self.check(&mut comprehension.result);
        self.scopes.leave(outer);
        let result = self.type_of(&comprehension.result);
        let result = self.unifier.resolve(&result);
        self.set_type(id, result);
    }

    /// Declares the accumulator, then in a scope within the iteration variables.
    #[inline(never)]
    fn open_loop(&mut self, comprehension: &Comprehension, accumulator: Type) {
        let range = self.type_of(&comprehension.iter_range);
        let range = self.unifier.resolve(&range);
        self.scopes.declare(&comprehension.accu_var, accumulator);
        let two = comprehension.iter_var2.as_ref();
        let (first, second) = match &range {
            Type::List(element) if two.is_some() => (Type::Int, Type::clone(element)),
            Type::List(element) => (Type::clone(element), Type::Error),
            Type::Map(key, value) => (Type::clone(key), Type::clone(value)),
            Type::Dyn | Type::Any | Type::Error | Type::Var(_) => {
                self.unifier.assignable(&Type::Dyn, &range);
                (Type::Dyn, Type::Dyn)
            }
            other => {
                self.report(comprehension.iter_range.id, || error::not_a_comprehension_range(other));
                (Type::Error, Type::Error)
            }
        };
        if let Some(name) = two {
            self.scopes.declare(name, second);
        }
        self.scopes.declare(&comprehension.iter_var, first);
    }

    fn expect(&mut self, expr: &Expr, kind: &Type) {
        let actual = self.type_of(expr);
        if !self.unifier.assignable(kind, &actual) {
            self.report(expr.id, || error::type_mismatch(kind, &actual));
        }
    }
}

fn literal_type(value: &Value) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Uint(_) => Type::Uint,
        Value::Double(_) => Type::Double,
        Value::String(_) => Type::String,
        Value::Bytes(_) => Type::Bytes,
        _ => Type::Error,
    }
}

/// The message type behind a type that has a name of its own: `google.protobuf.Duration{…}`.
fn well_known_name(kind: &Type) -> Option<&'static str> {
    Some(match kind {
        Type::Any => "google.protobuf.Any",
        Type::Timestamp => "google.protobuf.Timestamp",
        Type::Duration => "google.protobuf.Duration",
        Type::Dyn => "google.protobuf.Value",
        Type::Null => "google.protobuf.NullValue",
        Type::Wrapper(inner) => match **inner {
            Type::Bool => "google.protobuf.BoolValue",
            Type::Bytes => "google.protobuf.BytesValue",
            Type::Double => "google.protobuf.DoubleValue",
            Type::Int => "google.protobuf.Int64Value",
            Type::String => "google.protobuf.StringValue",
            Type::Uint => "google.protobuf.UInt64Value",
            _ => return None,
        },
        Type::List(element) if **element == Type::Dyn => "google.protobuf.ListValue",
        Type::Map(key, value) if **key == Type::String && **value == Type::Dyn => "google.protobuf.Struct",
        _ => return None,
    })
}
