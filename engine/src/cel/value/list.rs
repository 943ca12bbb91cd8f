//! Lists: owned elements, or a sequence of a document read in place.

use alloc::{rc::Rc, vec::Vec};

use super::{External, Identity, Value, equal, identity::unite};
use crate::cel::error::EvalError;

/// Elements of the longest list that a function makes, `lists.range` having its own limit.
pub const MAX_ELEMENTS: usize = 1_000_000;

/// A list. Cloning shares it.
#[derive(Clone, Debug)]
pub enum List {
    /// Elements of its own, and how deep they nest ([`Value::depth`]). An accumulator that nobody else holds is extended in
    /// place (`Rc::make_mut`).
    Owned(Rc<Vec<Value>>, u32),
    /// A sequence of a document.
    External(Rc<dyn External>, u32),
}

impl From<Vec<Value>> for List {
    fn from(elements: Vec<Value>) -> Self {
        let depth = elements.iter().map(Value::depth).max().unwrap_or_default();
        Self::Owned(Rc::new(elements), depth.saturating_add(1))
    }
}

impl List {
    /// How deep it nests.
    #[must_use]
    pub fn depth(&self) -> u32 {
        match self {
            Self::Owned(_, depth) => *depth,
            Self::External(..) => 0,
        }
    }

    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Owned(elements, _) => elements.len(),
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
            Self::Owned(elements, _) => elements.get(index).cloned(),
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
            Self::Owned(..) => Identity::Place,
            Self::External(tree, at) => tree.identity(*at),
        }
    }

    /// `self + other`: one after the other, or the union of lists whose elements have an identity of their own.
    ///
    /// # Errors
    /// An element of a set that is no scalar. Fatal: more elements than any budget lets somebody look at; cel-go makes the
    /// list when it is looked at.
    pub fn plus(&self, other: &Self) -> Result<Self, EvalError> {
        match self.identity() {
            Identity::Place if self.len().saturating_add(other.len()) > MAX_ELEMENTS => {
                Err(EvalError::cancelled())
            }
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
        let mut elements = Vec::with_capacity(self.len().saturating_add(other.len()));
        elements.extend(self.iter().chain(other.iter()));
        Self::from(elements)
    }

    /// Adds an element at the end, in place if nobody else holds the list.
    pub fn push(&mut self, element: Value) {
        match self {
            Self::Owned(elements, depth) => {
                *depth = element.depth().saturating_add(1).max(*depth);
                Rc::make_mut(elements).push(element);
            }
            Self::External(..) => *self = Self::from(self.iter().chain([element]).collect::<Vec<_>>()),
        }
    }

    /// Adds the elements of another list at the end, in place if nobody else holds this one.
    pub fn extend(&mut self, more: &Self) {
        match self {
            Self::Owned(elements, depth) => {
                let elements = Rc::make_mut(elements);
                for element in more.iter() {
                    *depth = element.depth().saturating_add(1).max(*depth);
                    elements.push(element);
                }
            }
            Self::External(..) => *self = self.concat(more),
        }
    }
}
