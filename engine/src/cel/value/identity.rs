//! Lists whose elements are told apart by what they are, not by where they stand: sets, and lists that are maps in truth
//! (`x-kubernetes-list-type`; `pkg/cel/common/valuesreflect.go`). Their order does not count, and `+` is a union.

use alloc::{rc::Rc, vec::Vec};

use super::{Child, External, List, Value, equal};
use crate::cel::error::EvalError;

/// What makes an element of a list the same as another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// Its place.
    #[default]
    Place,
    /// Its value, a scalar.
    Value,
    /// The values of these fields.
    Fields(Rc<[Rc<str>]>),
}

/// A list with an identity that is the result of an operation.
#[derive(Debug)]
struct United {
    elements: Vec<Value>,
    identity: Identity,
}

impl External for United {
    fn len(&self, _: u32) -> usize {
        self.elements.len()
    }

    fn element(&self, _: u32, index: usize) -> Option<Child> {
        self.elements.get(index).cloned().map(Child::Value)
    }

    fn field(&self, _: u32, _: &str) -> Result<Option<Child>, EvalError> {
        Ok(None)
    }

    fn key(&self, _: u32, _: usize) -> Option<Rc<str>> {
        None
    }

    fn identity(&self, _: u32) -> Identity {
        self.identity.clone()
    }

    fn place(&self, _: u32) -> Option<u32> {
        None
    }
}

/// Whether two elements are the same in a list of that identity.
fn same(identity: &Identity, a: &Value, b: &Value) -> Result<bool, EvalError> {
    match identity {
        Identity::Fields(fields) => {
            for field in fields.iter() {
                let of = |element: &Value| match element {
                    Value::Map(map) => map.get_str(field),
                    _ => Ok(None),
                };
                match (of(a)?, of(b)?) {
                    (Some(a), Some(b)) if equal(&a, &b)? => {}
                    (None, None) => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        Identity::Value | Identity::Place => match (a, b) {
            (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => {
                Err(EvalError::new("listSet operations are only supported on lists of scalar values"))
            }
            _ => equal(a, b),
        },
    }
}

fn position(identity: &Identity, elements: &[Value], wanted: &Value) -> Result<Option<usize>, EvalError> {
    for (at, element) in elements.iter().enumerate() {
        if same(identity, element, wanted)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// `a + b`: the elements of `a` in their places, those of `b` that `a` has not after them; where elements are told apart by
/// fields, those of `b` take the place of theirs in `a`.
pub(super) fn unite(identity: Identity, a: &List, b: &List) -> Result<List, EvalError> {
    let mut elements: Vec<Value> = a.iter().collect();
    for element in b.iter() {
        match position(&identity, &elements, &element)? {
            None => elements.push(element),
            Some(at) if matches!(identity, Identity::Fields(_)) => {
                if let Some(slot) = elements.get_mut(at) {
                    *slot = element;
                }
            }
            Some(_) => {}
        }
    }
    Ok(List::External(Rc::new(United { elements, identity }), 0))
}

/// `a == b`, whatever the order.
pub(super) fn equal_unordered(identity: &Identity, a: &List, b: &List) -> Result<bool, EvalError> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let ours: Vec<Value> = a.iter().collect();
    let mut seen = alloc::vec![false; ours.len()];
    for element in b.iter() {
        let Some(at) = position(identity, &ours, &element)? else { return Ok(false) };
        if let Some(mark) = seen.get_mut(at) {
            *mark = true;
        }
        let fields = matches!(identity, Identity::Fields(_));
        if fields && !ours.get(at).map_or(Ok(false), |ours| equal(ours, &element))? {
            return Ok(false);
        }
    }
    // An element that `b` has twice leaves one of `a` unseen, unless `a` has it twice too.
    let distinct = ours.iter().enumerate().try_fold(0, |count, (at, element)| {
        let first = position(identity, &ours, element)? == Some(at);
        Ok::<usize, EvalError>(count + usize::from(first))
    })?;
    Ok(seen.into_iter().filter(|mark| *mark).count() == distinct)
}
