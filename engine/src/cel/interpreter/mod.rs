//! The stack machine that runs a [`Program`].
//!
//! Nothing recurses: how deep an expression nests shows only in the length of vectors. What is charged, and when, is what
//! cel-go's cost tracker observes with Kubernetes' estimator (`interpreter/runtimecost.go`,
//! `apiserver/pkg/cel/library/cost.go`); the limit is checked at every charge, and before calls with large arguments.

mod activation;
mod attributes;
mod comprehension;
mod trace;

use alloc::{boxed::Box, format, vec::Vec};

pub use self::{
    activation::{Activation, Bindings},
    trace::{Step, Trace},
};
use self::{
    attributes::{missing, qualify},
    comprehension::Loop,
};
use super::{
    ast::ExprId,
    cost::{LIST_CREATE, MAP_CREATE, STRUCT_CREATE, table},
    error::EvalError,
    planner::check_key,
    program::{Code, Op, Program, Site, Target},
    value::{MAX_COMPARED, OwnedMap, Value, equal_within},
};

/// How much an evaluation may take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Units of cost; `None`: any number.
    pub cost: Option<u64>,
}

/// How an evaluation went.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The value, or the error.
    pub result: Result<Value, EvalError>,
    /// What it was charged.
    pub cost: u64,
}

impl Program {
    /// Runs it.
    #[must_use]
    pub fn evaluate(&self, activation: &dyn Activation, limits: Limits) -> Evaluation {
        Machine::new(&self.code, activation, limits, None).run()
    }

    /// Runs it and records every step.
    #[must_use]
    pub fn trace(&self, activation: &dyn Activation, limits: Limits) -> (Evaluation, Trace) {
        let mut trace = Trace::default();
        let evaluation = Machine::new(&self.code, activation, limits, Some(&mut trace)).run();
        (evaluation, trace)
    }
}

/// What stands on the stack and in local variables.
#[derive(Clone, Debug)]
enum Slot {
    /// A value.
    Value(Value),
    /// The error of a node that failed.
    Error(Box<EvalError>),
    /// An attribute on its way through an optional: the value so far.
    Chain(Value),
    /// An attribute that has come to nothing on that way; a local variable without a value yet.
    Ended,
}

impl Slot {
    fn error(error: EvalError, id: ExprId) -> Self {
        Self::Error(Box::new(error.at(id)))
    }

    fn result(result: Result<Value, EvalError>, id: ExprId) -> Self {
        match result {
            Ok(value) => Self::Value(value),
            Err(error) => Self::error(error, id),
        }
    }

    const fn bool(&self) -> Option<bool> {
        match self {
            Self::Value(Value::Bool(value)) => Some(*value),
            _ => None,
        }
    }
}

/// A list or map being made.
struct Builder {
    elements: Vec<Value>,
    entries: OwnedMap,
    /// What it costs, and where the program goes on, if an error ends it early.
    cost: u64,
    end: Target,
}

struct Machine<'p> {
    code: &'p Code,
    activation: &'p dyn Activation,
    next: Target,
    stack: Vec<Slot>,
    locals: Vec<Slot>,
    variables: Vec<Slot>,
    loops: Vec<Loop>,
    builders: Vec<Builder>,
    returns: Vec<Target>,
    arguments: Vec<Value>,
    cost: u64,
    limit: u64,
    /// Octets of the results that calls have made.
    made: usize,
    /// Comparisons that `==` and `!=` may still make.
    comparisons: u32,
    trace: Option<&'p mut Trace>,
}

/// An error that ends the evaluation at once.
type Fatal = Box<EvalError>;

impl<'p> Machine<'p> {
    fn new(
        code: &'p Code,
        activation: &'p dyn Activation,
        limits: Limits,
        trace: Option<&'p mut Trace>,
    ) -> Self {
        Self {
            code,
            activation,
            next: 0,
            stack: Vec::with_capacity(8),
            locals: alloc::vec![Slot::Ended; code.locals as usize],
            variables: alloc::vec![Slot::Ended; code.variables.len()],
            loops: Vec::new(),
            builders: Vec::new(),
            returns: Vec::new(),
            arguments: Vec::new(),
            cost: 0,
            limit: limits.cost.unwrap_or(u64::MAX),
            made: 0,
            comparisons: MAX_COMPARED,
            trace,
        }
    }

    fn run(mut self) -> Evaluation {
        let result = match self.execute() {
            Ok(()) => match self.stack.pop() {
                Some(Slot::Value(value)) => Ok(value),
                Some(Slot::Error(error)) => Err(*error),
                _ => Err(EvalError::new("no result")),
            },
            Err(fatal) => Err(*fatal),
        };
        Evaluation { result, cost: self.cost }
    }

    fn execute(&mut self) -> Result<(), Fatal> {
        while let Some(&op) = self.code.ops.get(self.next as usize) {
            let at = self.next;
            self.next = at.saturating_add(1);
            if self.trace.is_none() {
                self.step(op, at)?;
            } else {
                let before = self.cost;
                let done = self.step(op, at);
                self.record(op, at, before);
                done?;
            }
        }
        Ok(())
    }

    /// The node that the instruction `at` belongs to.
    fn id(&self, at: Target) -> ExprId {
        self.code.ids.get(at as usize).copied().unwrap_or_default()
    }

    fn charge(&mut self, units: u64) -> Result<(), Fatal> {
        self.cost = self.cost.saturating_add(units);
        if self.cost > self.limit { Err(cancelled()) } else { Ok(()) }
    }

    fn push(&mut self, slot: Slot) {
        self.stack.push(slot);
    }

    fn pop(&mut self) -> Slot {
        self.stack.pop().unwrap_or(Slot::Ended)
    }

    fn take_top(&mut self) -> Slot {
        self.stack.last_mut().map_or(Slot::Ended, |top| core::mem::replace(top, Slot::Ended))
    }

    fn set_top(&mut self, slot: Slot) {
        if let Some(top) = self.stack.last_mut() {
            *top = slot;
        }
    }

    /// Pushes what a body gave, unless it asks for the end of everything.
    fn push_result(&mut self, result: Result<Value, EvalError>, at: Target) -> Result<(), Fatal> {
        match result {
            Ok(value) => self.push_made(value)?,
            Err(error) if error.fatal => return Err(Box::new(error.at(self.id(at)))),
            Err(error) => self.stack.push(Slot::error(error, self.id(at))),
        }
        Ok(())
    }

    /// Pushes a value that was made of others, unless it nests deeper than the stack of a page lets anything walk.
    fn push_made(&mut self, value: Value) -> Result<(), Fatal> {
        if value.depth() > MAX_DEPTH {
            return Err(cancelled());
        }
        self.stack.push(Slot::Value(value));
        Ok(())
    }

    fn constant(&self, constant: u32) -> Value {
        self.code.constants.get(constant as usize).cloned().unwrap_or(Value::Null)
    }

    #[expect(clippy::too_many_lines, reason = "a table: one arm for each instruction")]
    fn step(&mut self, op: Op, at: Target) -> Result<(), Fatal> {
        match op {
            Op::Const(constant) => {
                let value = self.constant(constant);
                self.push(Slot::Value(value));
            }
            Op::Variable(variable) => self.push_variable(variable, at)?,
            Op::Bound { variable, to } => {
                if let Some(value) = self.lookup(variable, at)? {
                    self.push(value);
                    self.unwrap();
                    self.next = to;
                }
            }
            Op::Local(slot) => {
                let value = self.locals.get(slot as usize).cloned().unwrap_or(Slot::Ended);
                self.push(value);
            }
            Op::LazyLocal { slot, init } => match self.locals.get(slot as usize) {
                None | Some(Slot::Ended) => {
                    self.returns.push(at);
                    self.next = init;
                }
                Some(value) => {
                    let value = value.clone();
                    self.push(value);
                }
            },
            Op::LazyEnd(slot) => {
                let value = self.pop();
                self.set_local(slot, value);
                self.next = self.returns.pop().unwrap_or(Target::MAX);
            }
            Op::Unwrap => self.unwrap(),
            Op::Field { key, optional } => {
                let code = self.code;
                if let Some(key) = code.constants.get(key as usize) {
                    self.qualify(key, optional, at)?;
                }
            }
            Op::Test { key } => self.test(key, at)?,
            Op::SkipEnded(to) => {
                if matches!(self.stack.last(), Some(Slot::Error(_) | Slot::Ended)) {
                    self.next = to;
                }
            }
            Op::Index { optional } => self.index(optional, at)?,
            Op::AttributeEnd { cost } => {
                if let Some(top @ (Slot::Chain(_) | Slot::Ended)) = self.stack.last_mut() {
                    *top = Slot::Value(match core::mem::replace(top, Slot::Ended) {
                        Slot::Chain(value) => Value::optional_of(value),
                        _ => Value::Optional(None),
                    });
                }
                self.charge(u64::from(cost))?;
            }
            Op::TestEnd { refund } => {
                match self.stack.last_mut() {
                    Some(top @ Slot::Chain(_)) => *top = Slot::Value(Value::Bool(true)),
                    Some(top @ Slot::Ended) => *top = Slot::Value(Value::Bool(false)),
                    _ => {}
                }
                if refund {
                    self.cost = self.cost.saturating_sub(1);
                }
            }
            Op::AndLeft(to) => {
                if self.stack.last().and_then(Slot::bool) == Some(false) {
                    self.next = to;
                }
            }
            Op::OrLeft(to) => {
                if self.stack.last().and_then(Slot::bool) == Some(true) {
                    self.next = to;
                }
            }
            Op::AndRight => self.join(false, at),
            Op::OrRight => self.join(true, at),
            Op::Branch { otherwise, failed } => match self.pop() {
                Slot::Value(Value::Bool(true)) => {}
                Slot::Value(Value::Bool(false)) => self.next = otherwise,
                Slot::Error(error) => {
                    self.push(Slot::Error(error));
                    self.next = failed;
                }
                _ => {
                    self.push(Slot::error(EvalError::no_such_overload(), self.id(at)));
                    self.next = failed;
                }
            },
            Op::Jump(to) => self.next = to,
            Op::Equal => self.equal(at)?,
            Op::NotEqual => self.not_equal(at)?,
            Op::InSet(set) => {
                let found = match (self.stack.last(), self.code.sets.get(set as usize)) {
                    (Some(Slot::Value(value)), Some(set)) => set.contains(value),
                    _ => return Ok(()),
                };
                self.set_top(Slot::result(found.map(Value::Bool), self.id(at)));
            }
            Op::NotStrictlyFalse => {
                if self.stack.last().and_then(Slot::bool).is_none() {
                    self.set_top(Slot::Value(Value::Bool(true)));
                }
                self.charge(1)?;
            }
            Op::Call(site) => self.call(site, false, at)?,
            Op::CallPrepared(site) => self.call(site, true, at)?,
            Op::Abort { to, drop } => {
                if matches!(self.stack.last(), Some(Slot::Error(_))) {
                    let error = self.pop();
                    self.stack.truncate(self.stack.len().saturating_sub(drop as usize));
                    self.push(error);
                    self.next = to;
                }
            }
            Op::OptionalOr { to, unwrap } => self.optional_or(to, unwrap, at),
            Op::ListStart { capacity, end } => self.builders.push(Builder {
                elements: Vec::with_capacity(capacity as usize),
                entries: OwnedMap::default(),
                cost: LIST_CREATE,
                end,
            }),
            Op::ListPush { optional } => self.list_push(optional, at)?,
            Op::ListEnd => {
                let elements = self.builders.pop().map(|builder| builder.elements).unwrap_or_default();
                self.push_made(Value::list(elements))?;
                self.charge(LIST_CREATE)?;
            }
            Op::MapStart { end, cost } => self.builders.push(Builder {
                elements: Vec::new(),
                entries: OwnedMap::default(),
                cost: u64::from(cost),
                end,
            }),
            Op::MapKey => {
                if matches!(self.stack.last(), Some(Slot::Error(_))) {
                    let error = self.pop();
                    self.end_early(error)?;
                }
            }
            Op::MapPut { optional } => self.map_put(optional, at)?,
            Op::MapEnd => {
                let entries = self.builders.pop().map(|builder| builder.entries).unwrap_or_default();
                self.push_made(Value::map(entries))?;
                self.charge(MAP_CREATE)?;
            }
            Op::ObjectEnd(maker) => {
                let entries = self.builders.pop().map(|builder| builder.entries).unwrap_or_default();
                if let Some((name, maker)) = self.code.makers.get(maker as usize) {
                    self.push_result(maker.make(name, entries), at)?;
                }
                self.charge(STRUCT_CREATE)?;
            }
            Op::FoldStart(fold) => self.fold_start(fold, at),
            Op::FoldNext(fold) => self.fold_next(fold, at)?,
            Op::FoldCondition(fold) => self.fold_condition(fold),
            Op::FoldStep(fold) => self.fold_step(fold),
            Op::FoldEnd => self.fold_end(),
            Op::OptionalEnd => {}
            Op::Accumulator => self.charge(1)?,
            Op::AccumulatorFailed { slot, to } => {
                if let Some(failed @ Slot::Error(_)) = self.locals.get(slot as usize) {
                    let failed = failed.clone();
                    self.push(failed);
                    self.next = to;
                }
            }
            Op::Append(slot) => self.append(slot, at)?,
            Op::AppendOne(slot) => self.append_one(slot, at)?,
            Op::Insert { slot, pair } => self.insert(slot, pair, at)?,
        }
        Ok(())
    }

    fn push_variable(&mut self, variable: u32, at: Target) -> Result<(), Fatal> {
        let slot = match self.lookup(variable, at)? {
            Some(slot) => slot,
            None => {
                let name = self.code.variables.get(variable as usize).map_or("", |name| &**name);
                Slot::error(EvalError::new(format!("no such attribute(s): {name}")), self.id(at))
            }
        };
        self.push(slot);
        Ok(())
    }

    /// What a variable stands for, if there is one; asked of the activation once.
    fn lookup(&mut self, variable: u32, at: Target) -> Result<Option<Slot>, Fatal> {
        let known = self.variables.get(variable as usize);
        if let Some(known @ (Slot::Value(_) | Slot::Error(_))) = known {
            return Ok(Some(known.clone()));
        }
        let name = self.code.variables.get(variable as usize).map_or("", |name| &**name);
        let slot = match self.activation.resolve(name) {
            Some(Err(error)) if error.fatal => return Err(Box::new(error.at(self.id(at)))),
            Some(result) => Slot::result(result, self.id(at)),
            None => return Ok(None),
        };
        if let Some(known) = self.variables.get_mut(variable as usize) {
            *known = slot.clone();
        }
        Ok(Some(slot))
    }

    /// Goes on with what an optional holds.
    fn unwrap(&mut self) {
        if let Some(top) = self.stack.last_mut()
            && let Slot::Value(Value::Optional(optional)) = top
        {
            *top = optional.take().map_or(Slot::Ended, |value| Slot::Chain((*value).clone()));
        }
    }

    fn set_local(&mut self, slot: u32, value: Slot) {
        if let Some(local) = self.locals.get_mut(slot as usize) {
            *local = value;
        }
    }

    fn take_local(&mut self, slot: u32) -> Slot {
        self.locals.get_mut(slot as usize).map_or(Slot::Ended, |local| core::mem::replace(local, Slot::Ended))
    }

    // ---- attributes -------------------------------------------------------------------------------------------------

    /// Qualifies the top of the stack. A qualifier costs a unit; an optional one only if it finds something.
    fn qualify(&mut self, key: &Value, optional: bool, at: Target) -> Result<(), Fatal> {
        let (object, chained) = match self.take_top() {
            Slot::Value(object) => (object, optional),
            Slot::Chain(object) => (object, true),
            ended => {
                self.set_top(ended);
                return Ok(());
            }
        };
        let part = match &object {
            Value::Opaque(opaque) if chained && !opaque.is_set(key) => Ok(None),
            object => qualify(object, key),
        };
        let slot = match (part, chained) {
            (Ok(Some(part)), false) => Slot::Value(part),
            (Ok(Some(part)), true) => Slot::Chain(part),
            (Ok(None), false) => Slot::error(missing(&object, key), self.id(at)),
            (Ok(None), true) => return Ok(()),
            (Err(error), _) if error.fatal => return Err(Box::new(error.at(self.id(at)))),
            (Err(error), false) => Slot::error(error, self.id(at)),
            (Err(error), true) => {
                self.set_top(Slot::error(error, self.id(at)));
                return Ok(());
            }
        };
        self.set_top(slot);
        self.charge(1)
    }

    fn index(&mut self, optional: bool, at: Target) -> Result<(), Fatal> {
        let failed = match self.pop() {
            Slot::Value(key) => match check_key(&key) {
                Ok(()) => return self.qualify(&key, optional, at),
                Err(error) => Box::new(error.at(self.id(at))),
            },
            Slot::Error(error) => error,
            _ => Box::new(EvalError::no_such_overload()),
        };
        let chained = optional || matches!(self.stack.last(), Some(Slot::Chain(_)));
        self.set_top(Slot::Error(failed));
        self.charge(u64::from(!chained))
    }

    fn test(&mut self, key: u32, at: Target) -> Result<(), Fatal> {
        let code = self.code;
        let Some(key) = code.constants.get(key as usize) else { return Ok(()) };
        let (object, chained) = match self.take_top() {
            Slot::Value(object) => (object, false),
            Slot::Chain(object) => (object, true),
            ended => {
                self.set_top(ended);
                return Ok(());
            }
        };
        let found = match (&object, qualify(&object, key)) {
            (Value::Opaque(opaque), Ok(_)) => opaque.is_set(key),
            (_, Ok(part)) => part.is_some(),
            (_, Err(error)) if error.fatal => return Err(Box::new(error.at(self.id(at)))),
            (_, Err(error)) => {
                self.set_top(Slot::error(error, self.id(at)));
                return self.charge(u64::from(!chained));
            }
        };
        if chained && !found {
            return Ok(());
        }
        let found = Value::Bool(found);
        self.set_top(if chained { Slot::Chain(found) } else { Slot::Value(found) });
        self.charge(1)
    }

    fn optional_or(&mut self, to: Target, unwrap: bool, at: Target) {
        match self.pop() {
            Slot::Value(Value::Optional(None)) => return,
            Slot::Value(Value::Optional(Some(value))) if unwrap => self.push(Slot::Value((*value).clone())),
            present @ (Slot::Value(Value::Optional(_)) | Slot::Error(_)) => self.push(present),
            _ => self.push(Slot::error(EvalError::no_such_overload(), self.id(at))),
        }
        self.next = to;
    }

    // ---- operators --------------------------------------------------------------------------------------------------

    /// `&&` (`decisive` false) and `||` (true) of two operands, of which the first did not decide.
    fn join(&mut self, decisive: bool, at: Target) {
        let right = self.pop();
        let left = self.pop();
        let joined = match (left, right) {
            (_, Slot::Value(Value::Bool(right))) if right == decisive => Slot::Value(Value::Bool(decisive)),
            (error @ Slot::Error(_), _) | (Slot::Value(Value::Bool(_)), error @ Slot::Error(_)) => error,
            (Slot::Value(Value::Bool(_)), Slot::Value(Value::Bool(_))) => Slot::Value(Value::Bool(!decisive)),
            _ => Slot::error(EvalError::no_such_overload(), self.id(at)),
        };
        self.push(joined);
    }

    fn equal(&mut self, at: Target) -> Result<(), Fatal> {
        match self.operands() {
            Ok((left, right)) => {
                // Kubernetes' own values compare at a flat rate.
                let cost =
                    if matches!(left, Value::Opaque(_)) { 1 } else { table::comparison(&left, &right) };
                self.charge(cost)?;
                let equal = equal_within(&left, &right, &mut self.comparisons);
                self.push_result(equal.map(Value::Bool), at)
            }
            Err(failed) => self.fail_comparison(failed),
        }
    }

    fn not_equal(&mut self, at: Target) -> Result<(), Fatal> {
        match self.operands() {
            Ok((left, right)) => {
                self.charge(table::comparison(&left, &right))?;
                match equal_within(&left, &right, &mut self.comparisons) {
                    Err(error) if error.fatal => Err(Box::new(error.at(self.id(at)))),
                    // What cannot be compared differs.
                    compared => {
                        self.push(Slot::Value(Value::Bool(!compared.unwrap_or(false))));
                        Ok(())
                    }
                }
            }
            Err(failed) => self.fail_comparison(failed),
        }
    }

    /// The two operands on the stack; or, the first that failed, and the other.
    fn operands(&mut self) -> Result<(Value, Value), (Slot, Option<Value>)> {
        let right = self.pop();
        let left = self.pop();
        match (left, right) {
            (Slot::Value(left), Slot::Value(right)) => Ok((left, right)),
            (Slot::Value(left), failed) => Err((failed, Some(left))),
            (failed, Slot::Value(right)) => Err((failed, Some(right))),
            (failed, _) => Err((failed, None)),
        }
    }

    /// A comparison with a failed operand, which counts as a scalar.
    fn fail_comparison(&mut self, (failed, other): (Slot, Option<Value>)) -> Result<(), Fatal> {
        self.push(failed);
        self.charge(other.map_or(1, |other| table::comparison(&Value::Null, &other)))
    }

    fn call(&mut self, site: u32, strict: bool, at: Target) -> Result<(), Fatal> {
        let code = self.code;
        let Some(site) = code.sites.get(site as usize) else { return Ok(()) };
        // The ordinary case without a vector between.
        match (site.arguments, self.stack.as_slice()) {
            (1, [.., Slot::Value(_)]) => {
                if let Slot::Value(argument) = self.pop() {
                    return self.call_body(site, &[argument], at);
                }
            }
            (2, [.., Slot::Value(_), Slot::Value(_)]) => {
                if let (Slot::Value(right), Slot::Value(left)) = (self.pop(), self.pop()) {
                    return self.call_body(site, &[left, right], at);
                }
            }
            _ => {}
        }
        let mut arguments = core::mem::take(&mut self.arguments);
        arguments.clear();
        let first = self.stack.len().saturating_sub(site.arguments as usize);
        let mut failed = None;
        for slot in self.stack.drain(first..) {
            match slot {
                Slot::Value(value) => arguments.push(value),
                slot => {
                    failed.get_or_insert(slot);
                    arguments.push(Value::Null);
                }
            }
        }
        let done = match failed {
            Some(failed) => {
                self.push(failed);
                if strict { Ok(()) } else { self.charge(site.cost(&arguments, None)) }
            }
            None => self.call_body(site, &arguments, at),
        };
        arguments.clear();
        self.arguments = arguments;
        done
    }

    fn call_body(&mut self, site: &Site, arguments: &[Value], at: Target) -> Result<(), Fatal> {
        if site.cost.is_some() && arguments.iter().any(is_large) {
            let least = site.cost(arguments, None);
            if self.cost.saturating_add(least) > self.limit {
                return self.charge(least);
            }
        }
        let result = site.call(arguments);
        let cost = site.cost(arguments, result.as_ref().ok());
        self.made = self.made.saturating_add(result.as_ref().map_or(0, |value| value.own_octets(1)));
        if self.made > MEMORY {
            return Err(cancelled());
        }
        self.push_result(result, at)?;
        self.charge(cost)
    }

    // ---- literals ---------------------------------------------------------------------------------------------------

    /// Ends the innermost list or map with an error.
    fn end_early(&mut self, error: Slot) -> Result<(), Fatal> {
        self.push(error);
        match self.builders.pop() {
            Some(builder) => {
                self.next = builder.end;
                self.charge(builder.cost)
            }
            None => Ok(()),
        }
    }

    fn list_push(&mut self, optional: bool, at: Target) -> Result<(), Fatal> {
        let value = match (self.pop(), optional) {
            (Slot::Value(Value::Optional(None)), true) => return Ok(()),
            (Slot::Value(Value::Optional(Some(value))), true) => (*value).clone(),
            (Slot::Value(value), true) => {
                let message =
                    format!("cannot initialize optional list element from non-optional value {value}");
                return self.end_early(Slot::error(EvalError::new(message), self.id(at)));
            }
            (Slot::Value(value), false) => value,
            (error, _) => return self.end_early(error),
        };
        if let Some(builder) = self.builders.last_mut() {
            builder.elements.push(value);
        }
        Ok(())
    }

    fn map_put(&mut self, optional: bool, at: Target) -> Result<(), Fatal> {
        let value = self.pop();
        let Slot::Value(key) = self.pop() else { return Ok(()) };
        let value = match (value, optional) {
            (Slot::Value(Value::Optional(None)), true) => None,
            (Slot::Value(Value::Optional(Some(value))), true) => Some((*value).clone()),
            (Slot::Value(value), true) => {
                let message =
                    format!("cannot initialize optional entry '{key}' from non-optional value {value}");
                return self.end_early(Slot::error(EvalError::new(message), self.id(at)));
            }
            (Slot::Value(value), false) => Some(value),
            (error, _) => return self.end_early(error),
        };
        if let Err(error) = key.hashable() {
            return self.end_early(Slot::error(error, self.id(at)));
        }
        if let Some(builder) = self.builders.last_mut() {
            match value {
                Some(value) => {
                    builder.entries.insert(key, value);
                }
                None => builder.entries.remove(&key),
            }
        }
        Ok(())
    }

    // ---- trace ------------------------------------------------------------------------------------------------------

    /// Records what the instruction completed, if it completed a node.
    fn record(&mut self, op: Op, at: Target, before: u64) {
        let jumped = self.next != at.saturating_add(1);
        let completes = match op {
            Op::Jump(_)
            | Op::Bound { .. }
            | Op::Unwrap
            | Op::SkipEnded(_)
            | Op::LazyEnd(_)
            | Op::ListStart { .. }
            | Op::MapStart { .. }
            | Op::FoldNext(_)
            | Op::FoldCondition(_)
            | Op::FoldStep(_)
            | Op::Accumulator => false,
            Op::LazyLocal { .. } => !jumped,
            Op::AndLeft(_)
            | Op::OrLeft(_)
            | Op::OptionalOr { .. }
            | Op::Abort { .. }
            | Op::ListPush { .. }
            | Op::MapKey
            | Op::MapPut { .. }
            | Op::FoldStart(_)
            | Op::AccumulatorFailed { .. } => jumped,
            Op::Branch { failed, .. } => jumped && self.next == failed,
            _ => true,
        };
        let id = self.id(at);
        if !completes || !self.trace.as_deref_mut().is_some_and(|trace| trace.takes(id)) {
            return;
        }
        let outcome = match self.stack.last() {
            Some(Slot::Value(value) | Slot::Chain(value)) => Ok(value.clone()),
            Some(Slot::Error(error)) => Err((**error).clone()),
            Some(Slot::Ended) => Ok(Value::Optional(None)),
            None => return,
        };
        let iterations = self.loops.iter().map(Loop::iteration).collect();
        let step = Step { id, iterations, outcome, cost: self.cost.saturating_sub(before) };
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.record(step);
        }
    }
}

fn cancelled() -> Fatal {
    Box::new(EvalError::cancelled())
}

/// What all results of the calls of one evaluation may take: the cost model charges what a call reads, and a call that
/// makes much of little can be repeated. cel-go makes a list of two when somebody looks at it; here it is made at once.
const MEMORY: usize = 32 << 20;

/// Lists and maps inside each other, documents not counted: as much as a document may have.
const MAX_DEPTH: u32 = 500;

/// Whether a call on the value may take long enough to look at its cost first.
fn is_large(value: &Value) -> bool {
    const LARGE: usize = 64;
    match value {
        Value::String(text) => text.len() > LARGE,
        Value::Bytes(bytes) => bytes.len() > LARGE,
        Value::List(list) => list.len() > LARGE,
        Value::Map(map) => map.len() > LARGE,
        _ => false,
    }
}
