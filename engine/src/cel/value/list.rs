//! Lists: owned elements, or a sequence of a document read in place.

use alloc::{rc::Rc, vec::Vec};

use super::{External, Identity, Value, equal, identity::unite};
use crate::cel::error::EvalError;

/// A list. Cloning shares it.
#[derive(Clone, Debug)]
pub enum List {
    /// Elements of its own. An accumulator that nobody else holds is extended in place (`Rc::make_mut`).
    Owned(Rc<Vec<Value>>),
    /// A sequence of a document.
    External(Rc<dyn External>, u32),
}

impl List {
    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Owned(elements) => elements.len(),
            Self::External(tree, at) => tree.len(*at),
        }
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Owned(elements) => elements.get(index).cloned(),
            Self::External(tree, at) => tree.element(*at, index).map(|child| child.into_value(tree)),
        }
    }

    /// The elements, in order.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Whether an element equals `wanted`.
    ///
    /// # Errors
    /// Fatal ones only: an element that cannot be compared is not the one looked for.
    pub fn contains(&self, wanted: &Value) -> Result<bool, EvalError> {
        // The element of a built-in object is asked, elsewhere the value looked for: it matters to what fails.
        let typed = matches!(self, Self::External(tree, at) if tree.typed(*at));
        for element in self.iter() {
            let found = if typed { equal(&element, wanted) } else { equal(wanted, &element) };
            match found {
                Ok(true) => return Ok(true),
                Err(error) if error.fatal => return Err(error),
                Ok(false) | Err(_) => {}
            }
        }
        Ok(false)
    }

    /// What makes an element the same as another.
    #[must_use]
    pub fn identity(&self) -> Identity {
        match self {
            Self::Owned(_) => Identity::Place,
            Self::External(tree, at) => tree.identity(*at),
        }
    }

    /// `self + other`: one after the other, or the union of lists whose elements have an identity of their own.
    ///
    /// # Errors
    /// An element of a set that is no scalar.
    pub fn plus(&self, other: &Self) -> Result<Self, EvalError> {
        match self.identity() {
            Identity::Place => Ok(self.concat(other)),
            identity => unite(identity, self, other),
        }
    }

    /// This list followed by another.
    #[must_use]
    pub fn concat(&self, other: &Self) -> Self {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        Self::Owned(Rc::new(self.iter().chain(other.iter()).collect()))
    }

    /// Adds an element at the end, in place if nobody else holds the list.
    pub fn push(&mut self, element: Value) {
        match self {
            Self::Owned(elements) => Rc::make_mut(elements).push(element),
            Self::External(..) => *self = Self::Owned(Rc::new(self.iter().chain([element]).collect())),
        }
    }

    /// Adds the elements of another list at the end, in place if nobody else holds this one.
    pub fn extend(&mut self, more: &Self) {
        match self {
            Self::Owned(elements) => Rc::make_mut(elements).extend(more.iter()),
            Self::External(..) => *self = self.concat(more),
        }
    }
}
