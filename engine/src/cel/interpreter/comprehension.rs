//! Comprehensions: ranges, iteration variables, and accumulators that are changed in place (`interpreter.evalFold`).

use alloc::{format, rc::Rc};

use super::{Fatal, Machine, Slot};
use crate::cel::{
    cost::LIST_CREATE,
    error::EvalError,
    program::{Fold, Target},
    value::{Map, Value},
};

/// A comprehension that is running.
#[derive(Debug)]
pub(super) struct Loop {
    range: Value,
    next: usize,
    len: usize,
}

impl Loop {
    /// The iteration that is running, from 0.
    pub(super) fn iteration(&self) -> u32 {
        u32::try_from(self.next.saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

impl Machine<'_> {
    fn fold(&self, fold: u32) -> Fold {
        self.code.folds.get(fold as usize).copied().unwrap_or_default()
    }

    pub(super) fn fold_start(&mut self, fold: u32, at: Target) {
        let fold = self.fold(fold);
        let range = match self.pop() {
            Slot::Value(range) => range,
            failed => {
                self.push(failed);
                self.next = fold.end;
                return;
            }
        };
        let len = match &range {
            Value::List(list) => list.len(),
            Value::Map(map) => map.len(),
            other => {
                let message = if fold.second.is_some() {
                    format!("unsupported comprehension range type: {}", other.go_type())
                } else {
                    format!("got '{}', expected iterable type", other.go_type())
                };
                self.push(Slot::error(EvalError::new(message), self.id(at)));
                self.next = fold.end;
                return;
            }
        };
        let initial = fold.initial.map_or(Slot::Ended, |constant| Slot::Value(self.constant(constant)));
        self.set_local(fold.accumulator, initial);
        self.loops.push(Loop { range, next: 0, len });
    }

    pub(super) fn fold_next(&mut self, fold: u32, at: Target) -> Result<(), Fatal> {
        let fold = self.fold(fold);
        let Some(running) = self.loops.last_mut() else { return Ok(()) };
        if running.next >= running.len {
            self.next = fold.result;
            return Ok(());
        }
        let index = running.next;
        running.next = index.saturating_add(1);
        let (first, second) = match (&running.range, fold.second) {
            (Value::List(list), None) => (list.get(index), None),
            (Value::List(list), Some(_)) => {
                (i64::try_from(index).ok().map(Value::Int), list.get(index).map(Ok))
            }
            (Value::Map(map), None) => (map.key(index), None),
            (Value::Map(map), Some(_)) => match map.entry(index) {
                Ok(Some((key, value))) => (Some(key), Some(Ok(value))),
                Ok(None) => (None, None),
                Err(error) if error.fatal => return Err(alloc::boxed::Box::new(error)),
                Err(error) => (map.key(index), Some(Err(error))),
            },
            _ => (None, None),
        };
        self.set_local(fold.first, first.map_or(Slot::Ended, Slot::Value));
        if let (Some(slot), Some(second)) = (fold.second, second) {
            let second = Slot::result(second, self.id(at));
            self.set_local(slot, second);
        }
        Ok(())
    }

    pub(super) fn fold_condition(&mut self, fold: u32) {
        if self.pop().bool() == Some(false) {
            self.next = self.fold(fold).result;
        }
    }

    pub(super) fn fold_step(&mut self, fold: u32) {
        let fold = self.fold(fold);
        let value = self.pop();
        if let (Some(trace), Slot::Value(value)) = (self.trace.as_deref_mut(), &value) {
            trace.forget(value);
        }
        self.set_local(fold.accumulator, value);
        self.next = fold.next;
    }

    pub(super) fn fold_end(&mut self) {
        self.loops.pop();
    }

    fn push_accumulated(&mut self, slot: Slot) -> Result<(), Fatal> {
        match slot {
            Slot::Value(value) => self.push_made(value),
            failed => {
                self.push(failed);
                Ok(())
            }
        }
    }

    /// `accumulator + list`, in place.
    pub(super) fn append(&mut self, slot: u32, at: Target) -> Result<(), Fatal> {
        let added = match (self.take_local(slot), self.pop()) {
            (failed @ Slot::Error(_), _) | (_, failed @ Slot::Error(_)) => failed,
            (Slot::Value(Value::List(mut list)), Slot::Value(Value::List(more))) => {
                list.extend(&more);
                Slot::Value(Value::List(list))
            }
            _ => Slot::error(EvalError::no_such_overload(), self.id(at)),
        };
        self.push_accumulated(added)?;
        self.charge(1)
    }

    /// `accumulator + [element]`, in place.
    pub(super) fn append_one(&mut self, slot: u32, at: Target) -> Result<(), Fatal> {
        let added = match (self.take_local(slot), self.pop()) {
            (failed @ Slot::Error(_), _) | (_, failed @ Slot::Error(_)) => failed,
            (Slot::Value(Value::List(mut list)), Slot::Value(element)) => {
                list.push(element);
                Slot::Value(Value::List(list))
            }
            _ => Slot::error(EvalError::no_such_overload(), self.id(at)),
        };
        self.push_accumulated(added)?;
        self.charge(LIST_CREATE.saturating_add(1))
    }

    /// `cel.@mapInsert`, in place.
    pub(super) fn insert(&mut self, slot: u32, pair: bool, at: Target) -> Result<(), Fatal> {
        let last = self.pop();
        let key = if pair { self.pop() } else { Slot::Ended };
        let inserted = match (self.take_local(slot), key, last) {
            (failed @ Slot::Error(_), ..)
            | (_, failed @ Slot::Error(_), _)
            | (.., failed @ Slot::Error(_)) => failed,
            (Slot::Value(Value::Map(mut map)), Slot::Value(key), Slot::Value(value)) => {
                match insert(&mut map, key, value) {
                    Ok(()) => Slot::Value(Value::Map(map)),
                    Err(error) => Slot::error(error, self.id(at)),
                }
            }
            (Slot::Value(Value::Map(mut map)), _, Slot::Value(Value::Map(more))) => {
                let all = (0..more.len()).try_for_each(|index| match more.entry(index)? {
                    Some((key, value)) => insert(&mut map, key, value),
                    None => Ok(()),
                });
                match all {
                    Ok(()) => Slot::Value(Value::Map(map)),
                    Err(error) => Slot::error(error, self.id(at)),
                }
            }
            (Slot::Value(map), _, Slot::Value(other)) => {
                let kinds = format!("{}, {}", map.kind_name(), other.kind_name());
                Slot::error(EvalError::new(format!("no such overload: cel.@mapInsert({kinds})")), self.id(at))
            }
            _ => Slot::error(EvalError::no_such_overload(), self.id(at)),
        };
        self.push_accumulated(inserted)?;
        self.charge(1)
    }
}

fn insert(map: &mut Map, key: Value, value: Value) -> Result<(), EvalError> {
    key.hashable()?;
    if map.find(&key)?.is_some() {
        return Err(EvalError::new(format!("insert failed: key {key} already exists")));
    }
    if let Map::Owned(entries) = map {
        Rc::make_mut(entries).insert(key, value);
    }
    Ok(())
}
