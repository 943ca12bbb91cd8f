//! Lists: owned elements, or a sequence of a document read in place.

use alloc::{rc::Rc, vec::Vec};

use super::{External, Value};

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
}
