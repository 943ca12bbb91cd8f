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

/// Entries in the order of their keys. Keys of different kinds are different even when equal as numbers, as in Go's maps:
/// `{dyn(1.0): 1, dyn(1): 2}` has two entries.
#[derive(Clone, Debug, Default)]
pub struct OwnedMap {
    // INVARIANT: strictly ascending by `key_order`, or as `order` says if that is not empty.
    entries: Vec<(Value, Value)>,
    /// Of a large map whose keys did not come in order: places in `entries`, ascending by key. Putting an entry between
    /// others moves these, not them.
    order: Vec<u32>,
    /// How deep the values nest, at most; what was taken out again may have been deeper.
    depth: u32,
}

/// Entries up to which they are moved to where they belong.
const MOVED: usize = 128;

impl OwnedMap {
    /// How deep it nests.
    #[must_use]
    pub const fn depth(&self) -> u32 {
        self.depth.saturating_add(1)
    }

    /// The `index`-th entry, ascending by key.
    #[must_use]
    pub fn entry(&self, index: usize) -> Option<&(Value, Value)> {
        self.entries.get(self.place(index)?)
    }

    /// Where the `index`-th entry is.
    fn place(&self, index: usize) -> Option<usize> {
        if self.order.is_empty() { Some(index) } else { self.order.get(index).map(|at| *at as usize) }
    }

    /// Which entry it is, or would be, whose key `order` finds equal.
    fn search(&self, order: impl Fn(&Value) -> Ordering) -> Result<usize, usize> {
        if self.order.is_empty() {
            return self.entries.binary_search_by(|(known, _)| order(known));
        }
        self.order.binary_search_by(|at| {
            self.entries.get(*at as usize).map_or(Ordering::Less, |(known, _)| order(known))
        })
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
        self.depth = self.depth.max(value.depth());
        match self.search(|known| key_order(known, &key)) {
            Ok(index) => {
                let entry = self.place(index).and_then(|at| self.entries.get_mut(at))?;
                Some(core::mem::replace(&mut entry.1, value))
            }
            Err(index) => {
                let count = self.entries.len();
                if self.order.is_empty() && (index == count || count < MOVED) {
                    self.entries.insert(index, (key, value));
                } else {
                    let place = u32::try_from(count).unwrap_or(u32::MAX);
                    if self.order.is_empty() {
                        self.order.extend(0..place);
                    }
                    self.order.insert(index, place);
                    self.entries.push((key, value));
                }
                None
            }
        }
    }

    /// Takes out what is under exactly `key`.
    pub fn remove(&mut self, key: &Value) {
        let Ok(index) = self.search(|known| key_order(known, key)) else { return };
        let Some(place) = self.place(index) else { return };
        self.entries.remove(place);
        if !self.order.is_empty() {
            self.order.remove(index);
            for at in &mut self.order {
                *at -= u32::from(*at as usize > place);
            }
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
        let index = self.search(|known| key_order(known, key)).ok()?;
        self.entry(index).map(|entry| &entry.1)
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
                let found = map.search(|known| match known {
                    Value::String(known) => (**known).cmp(key),
                    other => rank(other).cmp(&STRING_RANK),
                });
                Ok(found.ok().and_then(|index| map.entry(index)).map(|entry| entry.1.clone()))
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
            Self::Owned(map) => Ok(map.entry(index).cloned()),
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
            Self::Owned(map) => map.entry(index).map(|entry| entry.0.clone()),
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
