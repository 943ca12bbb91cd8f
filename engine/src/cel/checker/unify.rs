//! Assignability, unification and substitution of types (`checker/types.go`, `checker/mapping.go`).
//!
//! Type variables are numbers into a table. An attempt that fails leaves the table as it was. Types that share structure
//! can stand for exponentially large trees, so every walk spends from one budget: when it is used up the expression is
//! refused instead of the program being stuck.

use alloc::{rc::Rc, vec::Vec};

use crate::cel::types::{OPTIONAL, Type};

/// Steps of all walks over types together, while one expression is checked. Honest expressions need a few per node.
const STEPS: u32 = 4_000_000;

/// How deep types may nest: lists of lists come from nested literals, and those end at 250.
const DEPTH: u32 = 600;

/// What the type variables stand for.
#[derive(Debug)]
pub(super) struct Unifier {
    bindings: Vec<Option<Type>>,
    // What to restore when an attempt fails: variable and earlier binding.
    trail: Vec<(u32, Option<Type>)>,
    steps: u32,
    exhausted: bool,
}

impl Unifier {
    pub(super) const fn new() -> Self {
        Self { bindings: Vec::new(), trail: Vec::new(), steps: STEPS, exhausted: false }
    }

    /// Whether a walk was cut short; the types are unreliable then.
    pub(super) const fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// A type variable that nothing is known of.
    pub(super) fn fresh(&mut self) -> Type {
        let number = u32::try_from(self.bindings.len()).unwrap_or(u32::MAX);
        self.bindings.push(None);
        Type::Var(number)
    }

    /// Whether `from` may stand where `to` is expected; remembers what the variables have to be for it.
    pub(super) fn assignable(&mut self, to: &Type, from: &Type) -> bool {
        self.attempt(|this| this.assign(to, from, 0))
    }

    /// The same for lists of equal length, pair by pair.
    pub(super) fn all_assignable<'a>(
        &mut self,
        to: impl ExactSizeIterator<Item = &'a Type>,
        from: impl ExactSizeIterator<Item = &'a Type>,
    ) -> bool {
        to.len() == from.len() && self.attempt(|this| to.zip(from).all(|(to, from)| this.assign(to, from, 0)))
    }

    fn attempt(&mut self, run: impl FnOnce(&mut Self) -> bool) -> bool {
        self.trail.clear();
        let succeeded = run(self);
        if !succeeded {
            while let Some((number, before)) = self.trail.pop() {
                if let Some(slot) = self.slot(number) {
                    *slot = before;
                }
            }
        }
        succeeded
    }

    fn slot(&mut self, number: u32) -> Option<&mut Option<Type>> {
        self.bindings.get_mut(usize::try_from(number).ok()?)
    }

    fn binding(&self, number: u32) -> Option<&Type> {
        self.bindings.get(usize::try_from(number).ok()?)?.as_ref()
    }

    fn bind(&mut self, number: u32, to: Type) {
        if let Some(slot) = self.slot(number) {
            let before = slot.replace(to);
            self.trail.push((number, before));
        }
    }

    /// Takes a step at that depth; false when there is none left.
    const fn step(&mut self, depth: u32) -> bool {
        if self.steps == 0 || depth > DEPTH {
            self.exhausted = true;
            return false;
        }
        self.steps -= 1;
        true
    }

    /// `internalIsAssignable`
    fn assign(&mut self, a: &Type, b: &Type, depth: u32) -> bool {
        if !self.step(depth) {
            return false;
        }
        if let Type::Var(number) = b {
            match self.substitutes(a, *number, depth) {
                Substitution::Valid => return true,
                Substitution::Conflict => return false,
                Substitution::Impossible => {}
            }
        }
        if let Type::Var(number) = a {
            return matches!(self.substitutes(b, *number, depth), Substitution::Valid);
        }
        match (a, b) {
            (a, b) if a.is_dyn_or_error() || b.is_dyn_or_error() => true,
            (Type::Null, other) | (other, Type::Null) => nullable(other),
            (Type::List(a), Type::List(b)) => Rc::ptr_eq(a, b) || self.assign(a, b, depth + 1),
            (Type::Map(a_key, a_value), Type::Map(b_key, b_value)) => {
                (Rc::ptr_eq(a_key, b_key) || self.assign(a_key, b_key, depth + 1))
                    && (Rc::ptr_eq(a_value, b_value) || self.assign(a_value, b_value, depth + 1))
            }
            (Type::Opaque(a, a_params), Type::Opaque(b, b_params)) => {
                a == b
                    && a_params.len() == b_params.len()
                    && a_params.iter().zip(b_params).all(|(a, b)| self.assign(a, b, depth + 1))
            }
            (Type::Type(_), Type::Type(_)) => true,
            // A primitive and its wrapper take each other.
            (Type::Wrapper(a), b) => **a == *unwrapped(b),
            (a, Type::Wrapper(b)) => *a == **b,
            (a, b) => a == b,
        }
    }

    /// `isValidTypeSubstitution`: whether the variable may stand for `other`, and binds it if so.
    fn substitutes(&mut self, other: &Type, number: u32, depth: u32) -> Substitution {
        if *other == Type::Var(number) {
            return Substitution::Valid;
        }
        if let Some(bound) = self.binding(number).cloned() {
            if self.exact(other, &bound, depth) {
                return Substitution::Valid;
            }
            if self.assign(other, &bound, depth + 1) {
                let general = if self.less_specific(other, &bound, depth) { other.clone() } else { bound };
                if self.absent(number, &general, depth) {
                    self.bind(number, general);
                }
                return Substitution::Valid;
            }
            return Substitution::Conflict;
        }
        if self.absent(number, other, depth) {
            self.bind(number, other.clone());
            return Substitution::Valid;
        }
        Substitution::Impossible
    }

    /// `notReferencedIn`: the occurs check.
    fn absent(&mut self, number: u32, within: &Type, depth: u32) -> bool {
        if !self.step(depth) {
            return false;
        }
        match within {
            Type::Var(other) if *other == number => false,
            Type::Var(other) => match self.binding(*other).cloned() {
                Some(bound) => self.absent(number, &bound, depth + 1),
                None => true,
            },
            Type::List(element) => self.absent(number, element, depth + 1),
            Type::Map(key, value) => {
                self.absent(number, key, depth + 1) && self.absent(number, value, depth + 1)
            }
            Type::Opaque(_, params) => params.iter().all(|param| self.absent(number, param, depth + 1)),
            Type::Type(Some(inner)) => self.absent(number, inner, depth + 1),
            _ => true,
        }
    }

    /// The more general of two types that are known to unify.
    pub(super) fn most_general(&mut self, a: Type, b: &Type) -> Type {
        if self.less_specific(&a, b, 0) { a } else { b.clone() }
    }

    /// `isEqualOrLessSpecific`
    fn less_specific(&mut self, a: &Type, b: &Type, depth: u32) -> bool {
        if !self.step(depth) {
            return false;
        }
        let open = |kind: &Type| kind.is_dyn() || matches!(kind, Type::Var(_) | Type::TypeParam(_));
        if open(a) {
            return true;
        }
        if open(b) {
            return false;
        }
        match (a, b) {
            (Type::List(a), Type::List(b)) => self.less_specific(a, b, depth + 1),
            (Type::Map(a_key, a_value), Type::Map(b_key, b_value)) => {
                self.less_specific(a_key, b_key, depth + 1) && self.less_specific(a_value, b_value, depth + 1)
            }
            (Type::Opaque(a, a_params), Type::Opaque(b, b_params)) => {
                a == b
                    && a_params.len() == b_params.len()
                    && a_params.iter().zip(b_params).all(|(a, b)| self.less_specific(a, b, depth + 1))
            }
            (Type::Type(_), Type::Type(_)) => true,
            (a, b) => unwrapped(a) == unwrapped(b),
        }
    }

    /// `IsExactType`; a wrapper is exactly what it wraps.
    pub(super) fn same(&mut self, a: &Type, b: &Type) -> bool {
        self.exact(a, b, 0)
    }

    fn exact(&mut self, a: &Type, b: &Type, depth: u32) -> bool {
        if !self.step(depth) {
            return false;
        }
        match (a, b) {
            (Type::List(a), Type::List(b)) | (Type::Type(Some(a)), Type::Type(Some(b))) => {
                Rc::ptr_eq(a, b) || self.exact(a, b, depth + 1)
            }
            (Type::Map(a_key, a_value), Type::Map(b_key, b_value)) => {
                (Rc::ptr_eq(a_key, b_key) || self.exact(a_key, b_key, depth + 1))
                    && (Rc::ptr_eq(a_value, b_value) || self.exact(a_value, b_value, depth + 1))
            }
            (Type::Opaque(a, a_params), Type::Opaque(b, b_params)) => {
                a == b
                    && a_params.len() == b_params.len()
                    && a_params.iter().zip(b_params).all(|(a, b)| self.exact(a, b, depth + 1))
            }
            (a, b) => unwrapped(a) == unwrapped(b),
        }
    }

    /// `kind` with all bound variables replaced by what they stand for; unbound ones stay.
    pub(super) fn resolve(&mut self, kind: &Type) -> Type {
        self.substitute(kind, false, 0).unwrap_or_else(|| kind.clone())
    }

    /// The same, unbound variables becoming `dyn`.
    pub(super) fn settle(&mut self, kind: &Type) -> Type {
        self.substitute(kind, true, 0).unwrap_or_else(|| kind.clone())
    }

    /// `None`: nothing to replace, so that types without variables stay shared.
    fn substitute(&mut self, kind: &Type, settle: bool, depth: u32) -> Option<Type> {
        match kind {
            Type::Var(_)
            | Type::TypeParam(_)
            | Type::List(_)
            | Type::Map(..)
            | Type::Opaque(..)
            | Type::Type(Some(_)) => {}
            _ => return None,
        }
        if !self.step(depth) {
            return Some(Type::Dyn);
        }
        match kind {
            Type::Var(number) => match self.binding(*number).cloned() {
                Some(bound) => Some(self.substitute(&bound, settle, depth + 1).unwrap_or(bound)),
                None => settle.then_some(Type::Dyn),
            },
            Type::TypeParam(_) => settle.then_some(Type::Dyn),
            Type::List(element) => Some(Type::list(self.substitute(element, settle, depth + 1)?)),
            Type::Type(Some(inner)) => Some(Type::type_of(self.substitute(inner, settle, depth + 1)?)),
            Type::Map(key, value) => {
                let new_key = self.substitute(key, settle, depth + 1);
                let new_value = self.substitute(value, settle, depth + 1);
                if new_key.is_none() && new_value.is_none() {
                    return None;
                }
                let keep = |new: Option<Type>, old: &Rc<Type>| new.map_or_else(|| Rc::clone(old), Rc::new);
                Some(Type::Map(keep(new_key, key), keep(new_value, value)))
            }
            Type::Opaque(name, params) => {
                let new: Vec<Option<Type>> =
                    params.iter().map(|param| self.substitute(param, settle, depth + 1)).collect();
                if new.iter().all(Option::is_none) {
                    return None;
                }
                let params = new.into_iter().zip(params).map(|(new, old)| new.unwrap_or_else(|| old.clone()));
                Some(Type::Opaque(Rc::clone(name), params.collect()))
            }
            _ => None,
        }
    }

    /// Whether printing or dropping `kind` stays within bounds: it may have been put together from parts it shares.
    pub(super) fn fits(&mut self, kind: &Type) -> bool {
        let mut room = 20_000;
        let fits = weigh(kind, &mut room, 0);
        self.exhausted |= !fits;
        fits
    }
}

enum Substitution {
    /// The variable stands for the type.
    Valid,
    /// It stands for something else already.
    Conflict,
    /// It occurs within the type.
    Impossible,
}

fn weigh(kind: &Type, room: &mut u32, depth: u32) -> bool {
    if *room == 0 || depth > DEPTH {
        return false;
    }
    *room -= 1;
    match kind {
        Type::List(element) | Type::Type(Some(element)) => weigh(element, room, depth + 1),
        Type::Map(key, value) => weigh(key, room, depth + 1) && weigh(value, room, depth + 1),
        Type::Opaque(_, params) => params.iter().all(|param| weigh(param, room, depth + 1)),
        _ => true,
    }
}

fn unwrapped(kind: &Type) -> &Type {
    match kind {
        Type::Wrapper(inner) => inner,
        plain => plain,
    }
}

const fn nullable(kind: &Type) -> bool {
    matches!(
        kind,
        Type::Null
            | Type::Opaque(..)
            | Type::Object(_)
            | Type::Duration
            | Type::Timestamp
            | Type::Wrapper(_)
            | Type::TypeParam(_)
    )
}

/// `T` of `optional_type(T)` and true, or the type itself and false.
pub(super) fn maybe_unwrap_optional(kind: Type) -> (Type, bool) {
    match kind {
        Type::Opaque(name, params) if &*name == OPTIONAL => {
            (params.into_iter().next().unwrap_or(Type::Dyn), true)
        }
        other => (other, false),
    }
}
