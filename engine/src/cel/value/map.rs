//! Maps: owned entries in key order, or a mapping of a document read in place.

use alloc::{format, rc::Rc, vec::Vec};
use core::cmp::Ordering;

use super::{External, Value, number};
use crate::cel::error::EvalError;

/// A map. Cloning shares it.
#[derive(Clone, Debug)]
pub enum Map {
    /// Entries of its own.
    Owned(Rc<OwnedMap>),
    /// A mapping of a document: string keys only.
    External(Rc<dyn External>, u32),
}

/// Entries sorted by key. Keys of different kinds are different even when equal as numbers, as in Go's maps:
/// `{dyn(1.0): 1, dyn(1): 2}` has two entries.
#[derive(Clone, Debug, Default)]
pub struct OwnedMap {
    // INVARIANT: strictly ascending by `key_order`.
    entries: Vec<(Value, Value)>,
}

impl OwnedMap {
    /// The entries, ascending by key.
    #[must_use]
    pub fn entries(&self) -> &[(Value, Value)] {
        &self.entries
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts `value` under `key` and gives back what was there.
    pub fn insert(&mut self, key: Value, value: Value) -> Option<Value> {
        match self.entries.binary_search_by(|(known, _)| key_order(known, &key)) {
            Ok(at) => self.entries.get_mut(at).map(|entry| core::mem::replace(&mut entry.1, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes out what is under exactly `key`.
    pub fn remove(&mut self, key: &Value) {
        if let Ok(at) = self.entries.binary_search_by(|(known, _)| key_order(known, key)) {
            self.entries.remove(at);
        }
    }

    /// The value under `key` or under a number that equals it, as cel-go looks for it.
    fn find_number(&self, key: &Value) -> Option<&Value> {
        if let Some(found) = self.get(key) {
            return Some(found);
        }
        match key {
            Value::Double(double) => {
                let int = number::exact_int(*double).and_then(|int| self.get(&Value::Int(int)));
                int.or_else(|| self.get(&Value::Uint(number::exact_uint(*double)?)))
            }
            Value::Int(int) => self.get(&Value::Uint(u64::try_from(*int).ok()?)),
            Value::Uint(uint) => self.get(&Value::Int(i64::try_from(*uint).ok()?)),
            _ => None,
        }
    }

    /// The value under exactly `key`: same kind, same value.
    #[must_use]
    pub fn get(&self, key: &Value) -> Option<&Value> {
        let at = self.entries.binary_search_by(|(known, _)| key_order(known, key)).ok()?;
        self.entries.get(at).map(|entry| &entry.1)
    }
}

impl FromIterator<(Value, Value)> for OwnedMap {
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl Map {
    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Owned(map) => map.len(),
            Self::External(tree, at) => tree.len(*at),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under a string key.
    ///
    /// # Errors
    /// As [`External::field`].
    pub fn get_str(&self, key: &str) -> Result<Option<Value>, EvalError> {
        match self {
            Self::Owned(map) => {
                let found = map.entries.binary_search_by(|(known, _)| match known {
                    Value::String(known) => (**known).cmp(key),
                    other => rank(other).cmp(&STRING_RANK),
                });
                Ok(found.ok().and_then(|at| map.entries.get(at)).map(|entry| entry.1.clone()))
            }
            Self::External(tree, at) => Ok(tree.field(*at, key)?.map(|child| child.into_value(tree))),
        }
    }

    /// The value under any key, numbers standing for each other when they are equal.
    ///
    /// # Errors
    /// `unsupported map key type: …` when a built-in object is asked for anything but a string, and as
    /// [`External::field`].
    pub fn find(&self, key: &Value) -> Result<Option<Value>, EvalError> {
        match (self, key) {
            (_, Value::String(key)) => self.get_str(key),
            (Self::External(tree, at), _) if tree.typed(*at) => {
                Err(EvalError::new(format!("unsupported map key type: {}", key.go_type())))
            }
            (Self::External(..), _) => Ok(None),
            (Self::Owned(map), _) => Ok(map.find_number(key).cloned()),
        }
    }

    /// The `index`-th entry, ascending by key.
    ///
    /// # Errors
    /// As [`External::field`].
    pub fn entry(&self, index: usize) -> Result<Option<(Value, Value)>, EvalError> {
        match self {
            Self::Owned(map) => Ok(map.entries.get(index).cloned()),
            Self::External(tree, at) => {
                let Some(key) = tree.key(*at, index) else { return Ok(None) };
                let value = tree.field(*at, &key)?.map(|child| child.into_value(tree));
                Ok(value.map(|value| (Value::String(key), value)))
            }
        }
    }

    /// The `index`-th key, ascending.
    #[must_use]
    pub fn key(&self, index: usize) -> Option<Value> {
        match self {
            Self::Owned(map) => map.entries.get(index).map(|entry| entry.0.clone()),
            Self::External(tree, at) => tree.key(*at, index).map(Value::String),
        }
    }
}

const STRING_RANK: u8 = 5;

const fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) => 2,
        Value::Uint(_) => 3,
        Value::Double(_) => 4,
        Value::String(_) => STRING_RANK,
        Value::Duration(_) => 6,
        Value::Timestamp(_) => 7,
        _ => 8,
    }
}

/// Total order of keys: by kind, then by value. Kinds that cannot be keys are all equal and last.
fn key_order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Uint(a), Value::Uint(b)) => a.cmp(b),
        // Both zeros are one key, as in Go; NaN is never found again.
        (Value::Double(a), Value::Double(b)) => {
            a.partial_cmp(b).unwrap_or_else(|| if a.is_nan() { Ordering::Greater } else { Ordering::Less })
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Timestamp(a), Value::Timestamp(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}
