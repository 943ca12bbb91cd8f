//! A planned expression: instructions for the interpreter's stack machine, with everything resolved that does not depend
//! on the values of variables.
//!
//! A node's instructions leave one slot on the stack: its value, or the error it failed with. Errors travel as values
//! because `&&`, `||` and comprehensions may absorb them, and because cel-go goes on evaluating (and charging for) what
//! stands beside a failed operand.

use alloc::{format, rc::Rc, vec::Vec};

use super::{
    ast::ExprId,
    decls::{Body, Prepared, RuntimeCost},
    env::TypeProvider,
    error::EvalError,
    types::Type,
    value::{Value, number},
};
use crate::order;

/// A planned expression. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) code: Rc<Code>,
}

/// The instructions and what they refer to by number.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// The instructions.
    pub(super) ops: Vec<Op>,
    /// The node that each instruction belongs to.
    pub(super) ids: Vec<ExprId>,
    /// Literals, folded constants and keys.
    pub(super) constants: Vec<Value>,
    /// Names of the variables.
    pub(super) variables: Vec<Rc<str>>,
    /// Calls.
    pub(super) sites: Vec<Site>,
    /// Constant lists that `in` looks into.
    pub(super) sets: Vec<Set>,
    /// Comprehensions.
    pub(super) folds: Vec<Fold>,
    /// Types of objects made, each with who makes them.
    pub(super) makers: Vec<(Rc<str>, Rc<dyn TypeProvider>)>,
    /// How many local variables there are.
    pub(super) locals: u32,
}

/// Where an instruction continues.
pub(super) type Target = u32;

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    /// Pushes a constant.
    Const(u32),
    /// Pushes a variable of the activation.
    Variable(u32),
    /// Pushes a variable of the activation, looks into it if it is an optional, and continues elsewhere, if there is one.
    Bound { variable: u32, to: Target },
    /// Pushes a local variable.
    Local(u32),
    /// Pushes an accumulator whose first value is computed where it is first needed, by the instructions at `init`.
    LazyLocal { slot: u32, init: Target },
    /// Ends the instructions of a lazy accumulator's first value.
    LazyEnd(u32),
    /// Starts a chain of qualifiers: an optional is looked into.
    Unwrap,
    /// Qualifies by a constant key.
    Field { key: u32, optional: bool },
    /// Asks for the presence of a constant key.
    Test { key: u32 },
    /// Continues elsewhere if the chain has ended, in an error or in nothing.
    SkipEnded(Target),
    /// Qualifies by the key on top of the stack.
    Index { optional: bool },
    /// Ends an attribute.
    AttributeEnd { cost: bool },
    /// Ends a presence test; one of a conditional gets a unit back, as in cel-go.
    TestEnd { refund: bool },
    /// Decides `&&` by its left operand, if it can.
    AndLeft(Target),
    /// Decides `&&` by both.
    AndRight,
    /// Decides `||` by its left operand, if it can.
    OrLeft(Target),
    /// Decides `||` by both.
    OrRight,
    /// Chooses a branch of `?:`.
    Branch { otherwise: Target, failed: Target },
    /// Continues elsewhere.
    Jump(Target),
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// Whether the top of the stack is in a constant list.
    InSet(u32),
    /// `@not_strictly_false`
    NotStrictlyFalse,
    /// Calls with all arguments evaluated, failed or not.
    Call(u32),
    /// Continues elsewhere with the error on top of the stack, dropping what lies below it.
    Abort { to: Target, drop: u32 },
    /// Calls a body prepared for constants, unless another argument failed; the call costs nothing then.
    CallPrepared(u32),
    /// Decides `or` and `orValue` by their receiver, if it can.
    OptionalOr { to: Target, unwrap: bool },
    /// Ends `or` and `orValue` with the alternative's value: nothing but a place for the trace to see it.
    OptionalEnd,
    /// Starts a list, which an error among its elements ends early.
    ListStart { capacity: u32, end: Target },
    /// Adds an element.
    ListPush { optional: bool },
    /// Ends a list.
    ListEnd,
    /// Starts a map or an object, which an error ends early.
    MapStart { end: Target, cost: u32 },
    /// Ends the map if the key failed.
    MapKey,
    /// Adds an entry.
    MapPut { optional: bool },
    /// Ends a map.
    MapEnd,
    /// Ends an object, made by that maker.
    ObjectEnd(u32),
    /// Starts a comprehension over the range on top of the stack.
    FoldStart(u32),
    /// Goes on to the next element, or to the result.
    FoldNext(u32),
    /// Looks at the loop condition.
    FoldCondition(u32),
    /// Takes the step's value as the accumulator's.
    FoldStep(u32),
    /// Ends a comprehension.
    FoldEnd,
    /// Charges for reading an accumulator that the instruction to come changes in place.
    Accumulator,
    /// Goes on elsewhere with the accumulator's error, if it has one.
    AccumulatorFailed { slot: u32, to: Target },
    /// Adds the list on top of the stack to an accumulator.
    Append(u32),
    /// Adds the element on top of the stack to an accumulator.
    AppendOne(u32),
    /// Adds an entry (`pair`) or all entries of a map to an accumulator.
    Insert { slot: u32, pair: bool },
}

/// A call, its function resolved as far as the static types allow.
#[derive(Debug)]
pub(super) struct Site {
    /// The function's name, for errors.
    pub(super) name: Rc<str>,
    /// What is called.
    pub(super) callee: Callee,
    /// How many arguments there are.
    pub(super) arguments: u32,
    /// What it costs; `None`: 1.
    pub(super) cost: Option<RuntimeCost>,
}

impl Site {
    /// A call with that many arguments.
    pub(super) fn new(name: &Rc<str>, callee: Callee, arguments: usize, cost: Option<RuntimeCost>) -> Self {
        Self { name: Rc::clone(name), callee, arguments: u32::try_from(arguments).unwrap_or(u32::MAX), cost }
    }

    /// Calls it.
    ///
    /// # Errors
    /// What the body fails with, and `no such overload: …` when no body takes these arguments.
    pub(super) fn call(&self, args: &[Value]) -> Result<Value, EvalError> {
        match &self.callee {
            Callee::Body(body) => body(args),
            Callee::Prepared(body) => body(args),
            Callee::Guarded(candidate) if candidate.accepts(args) => (candidate.body)(args),
            Callee::Dispatch(candidates) => match candidates.iter().find(|candidate| candidate.accepts(args))
            {
                Some(candidate) => (candidate.body)(args),
                None => Err(self.no_such_overload(args)),
            },
            Callee::Guarded(_) => Err(self.no_such_overload(args)),
            Callee::Missing => Err(EvalError::new(format!("no such overload: {}", self.name))),
        }
    }

    fn no_such_overload(&self, args: &[Value]) -> EvalError {
        let kinds: Vec<_> = args.iter().map(Value::kind_name).collect();
        EvalError::new(format!("no such overload: {}({})", self.name, kinds.join(", ")))
    }

    /// What a call costs, a failed argument standing as null.
    pub(super) fn cost(&self, args: &[Value], result: Option<&Value>) -> u64 {
        self.cost.map_or(1, |cost| cost(args, result))
    }
}

/// What a call calls.
pub(super) enum Callee {
    /// A body that looks at its arguments itself.
    Body(Body),
    /// One overload, behind a comparison with the parameters.
    Guarded(Candidate),
    /// The first overload whose parameters agree with the arguments.
    Dispatch(Vec<Candidate>),
    /// A body prepared for constant arguments.
    Prepared(Prepared),
    /// Nothing: the function has no body.
    Missing,
}

impl core::fmt::Debug for Callee {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Body(_) => "Body",
            Self::Guarded(_) => "Guarded",
            Self::Dispatch(_) => "Dispatch",
            Self::Prepared(_) => "Prepared",
            Self::Missing => "Missing",
        })
    }
}

/// An overload that a call may use.
#[derive(Debug)]
pub(super) struct Candidate {
    /// What the arguments must be.
    pub(super) parameters: Vec<Parameter>,
    /// What is done then.
    pub(super) body: Body,
}

/// The type of a parameter, as far as it is checked at run time: one element of a list is looked at, parameters of other
/// types are not.
#[derive(Clone, Debug)]
pub(super) enum Parameter {
    /// Anything.
    Any,
    /// A value of a type with that name.
    Named(Type),
    /// A list, empty or with such a first element.
    List(Rc<Parameter>),
    /// A map, empty or with such a first entry.
    Map(Rc<Parameter>, Rc<Parameter>),
}

impl Parameter {
    /// What is checked of a parameter of that type.
    pub(super) fn new(kind: &Type) -> Self {
        match kind {
            Type::Dyn | Type::Any | Type::TypeParam(_) | Type::Var(_) | Type::Error => Self::Any,
            Type::List(element) => Self::List(Rc::new(Self::new(element))),
            Type::Map(key, value) => Self::Map(Rc::new(Self::new(key)), Rc::new(Self::new(value))),
            Type::Wrapper(inner) => Self::new(inner),
            other => Self::Named(other.clone()),
        }
    }

    /// Whether a value may be passed (`Type.IsAssignableRuntimeType`).
    pub(super) fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, _)
            | (Self::Named(Type::String), Value::String(_))
            | (Self::Named(Type::Int), Value::Int(_))
            | (Self::Named(Type::Bool), Value::Bool(_)) => true,
            (Self::Named(kind), value) => kind.runtime_name() == value.kind_name(),
            (Self::List(element), Value::List(list)) => {
                list.get(0).is_none_or(|first| element.accepts(&first))
            }
            (Self::Map(key, value), Value::Map(map)) => match map.entry(0) {
                Ok(Some((first, of_first))) => key.accepts(&first) && value.accepts(&of_first),
                Ok(None) => true,
                Err(_) => false,
            },
            _ => false,
        }
    }
}

impl Candidate {
    /// Whether the arguments agree with the parameters.
    pub(super) fn accepts(&self, args: &[Value]) -> bool {
        self.parameters.len() == args.len()
            && self.parameters.iter().zip(args).all(|(parameter, value)| parameter.accepts(value))
    }
}

/// A comprehension.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fold {
    /// Where the accumulator is.
    pub(super) accumulator: u32,
    /// The accumulator's first value, unless it is computed when needed.
    pub(super) initial: Option<u32>,
    /// Where the first iteration variable is.
    pub(super) first: u32,
    /// Where the second is, if there are two.
    pub(super) second: Option<u32>,
    /// The instruction that goes on to the next element.
    pub(super) next: Target,
    /// The instructions of the result.
    pub(super) result: Target,
    /// What comes after the comprehension.
    pub(super) end: Target,
}

/// A constant list of scalars that `in` looks into. A number is found by any number that equals it, but only through
/// conversions that lose nothing, as cel-go prepares them.
#[derive(Debug, Default)]
pub(super) struct Set {
    strings: Vec<Rc<str>>,
    ints: Vec<i64>,
    uints: Vec<u64>,
    doubles: Vec<f64>,
    bools: Vec<bool>,
}

impl Set {
    /// The set of a list's elements; `None` when one of them is no scalar.
    #[expect(
        clippy::cast_precision_loss,
        reason = "cel-go converts so: a large integer is found by its rounding"
    )]
    pub(super) fn new(elements: impl Iterator<Item = Value>) -> Option<Self> {
        let mut set = Self::default();
        for element in elements {
            match element {
                Value::String(text) => set.strings.push(text),
                Value::Bool(value) => set.bools.push(value),
                Value::Int(value) => {
                    set.ints.push(value);
                    set.doubles.push(value as f64);
                    set.uints.extend(u64::try_from(value));
                }
                Value::Uint(value) => {
                    set.uints.push(value);
                    set.doubles.push(value as f64);
                    set.ints.extend(i64::try_from(value));
                }
                Value::Double(value) => {
                    set.doubles.push(value);
                    set.ints.extend(number::exact_int(value));
                    set.uints.extend(number::exact_uint(value));
                }
                _ => return None,
            }
        }
        order::sort_by(&mut set.strings, Ord::cmp);
        order::sort_by(&mut set.ints, Ord::cmp);
        order::sort_by(&mut set.uints, Ord::cmp);
        Some(set)
    }

    /// Whether the value is in it.
    ///
    /// # Errors
    /// Values that Go cannot hash.
    pub(super) fn contains(&self, value: &Value) -> Result<bool, EvalError> {
        Ok(match value {
            Value::String(text) => self.strings.binary_search(text).is_ok(),
            Value::Int(value) => self.ints.binary_search(value).is_ok(),
            Value::Uint(value) => self.uints.binary_search(value).is_ok(),
            Value::Double(value) => self.doubles.iter().any(|known| number::same(*known, *value)),
            Value::Bool(value) => self.bools.contains(value),
            other => {
                other.hashable()?;
                false
            }
        })
    }
}
