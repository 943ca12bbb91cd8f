//! The abstract syntax tree, with cel-go's node kinds and cel-go's numbering of nodes (`common/ast/expr.go`), so that
//! positions, macro calls and golden prints agree with it.

use alloc::{boxed::Box, collections::BTreeMap, rc::Rc, vec::Vec};

use super::value::Value;

/// Number of a node, unique within its [`Ast`], from 1, in cel-go's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// Something for each of an expression's nodes, by number: numbers are dense, so this is a list.
#[derive(Clone, Debug)]
pub struct ExprMap<T>(Vec<Option<T>>);

impl<T> Default for ExprMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ExprMap<T> {
    /// What there is for the node `id`.
    #[must_use]
    pub fn get(&self, id: ExprId) -> Option<&T> {
        self.0.get(id.0 as usize)?.as_ref()
    }

    /// Puts something there, in place of what was.
    pub fn insert(&mut self, id: ExprId, value: T) {
        let at = id.0 as usize;
        if at >= self.0.len() {
            self.0.resize_with(at.saturating_add(1), || None);
        }
        if let Some(place) = self.0.get_mut(at) {
            *place = Some(value);
        }
    }

    /// All there is.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }
}

/// A parsed expression and what is known of its text.
#[derive(Clone, Debug)]
pub struct Ast {
    /// The expression, macros expanded.
    pub expr: Expr,
    /// Positions and macro calls.
    pub source_info: SourceInfo,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its number.
    pub id: ExprId,
    /// What it is.
    pub kind: ExprKind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// Nothing usable: a hole that error recovery left. Never in an AST without issues.
    Unspecified,
    /// A scalar literal: null, bool, int, uint, double, string or bytes.
    Literal(Value),
    /// A name, possibly with a leading dot.
    Ident(Rc<str>),
    /// `operand.field`, or `has(operand.field)` when `test_only`.
    Select {
        /// What is selected from.
        operand: Box<Expr>,
        /// The field, back-ticks removed.
        field: Rc<str>,
        /// Whether only presence is asked.
        test_only: bool,
    },
    /// `function(args)` or `target.function(args)`; operators have cel-go's names (`_+_`, `@in`, `_?_:_`, …).
    Call {
        /// The function.
        function: Rc<str>,
        /// The receiver of a member call.
        target: Option<Box<Expr>>,
        /// The arguments, without the receiver.
        args: Vec<Expr>,
    },
    /// `[a, ?b]`
    List {
        /// The elements.
        elements: Vec<Expr>,
        /// Which of them are optional (`?`), ascending.
        optional_indices: Vec<u32>,
    },
    /// `{k: v, ?k: v}`
    Map(Vec<MapEntry>),
    /// `Type{field: value}`
    Struct {
        /// The type's name as written.
        type_name: Rc<str>,
        /// The fields.
        fields: Vec<StructField>,
    },
    /// What a macro expands to.
    Comprehension(Box<Comprehension>),
}

/// An entry of a map literal.
#[derive(Clone, Debug)]
pub struct MapEntry {
    /// Its own number.
    pub id: ExprId,
    /// The key.
    pub key: Expr,
    /// The value.
    pub value: Expr,
    /// Whether it is written `?key: value`.
    pub optional: bool,
}

/// A field of an object literal.
#[derive(Clone, Debug)]
pub struct StructField {
    /// Its own number.
    pub id: ExprId,
    /// The field's name.
    pub name: Rc<str>,
    /// The value.
    pub value: Expr,
    /// Whether it is written `?name: value`.
    pub optional: bool,
}

/// A fold over a range (`common/ast/expr.go`, `ComprehensionExpr`).
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// What is iterated.
    pub iter_range: Expr,
    /// The first iteration variable.
    pub iter_var: Rc<str>,
    /// The second, of two-variable comprehensions.
    pub iter_var2: Option<Rc<str>>,
    /// The accumulator's name, `@result`.
    pub accu_var: Rc<str>,
    /// Its first value.
    pub accu_init: Expr,
    /// Whether to go on.
    pub loop_condition: Expr,
    /// Its next value.
    pub loop_step: Expr,
    /// The value of the whole.
    pub result: Expr,
}

/// A range of bytes of the expression's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OffsetRange {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// What is known of the text of an [`Ast`].
#[derive(Clone, Debug, Default)]
pub struct SourceInfo {
    /// The text.
    pub text: Rc<str>,
    /// By number of the node, from 1.
    places: Vec<Place>,
    /// The call as written, for nodes that a macro made: the key is the id of the expansion. Parts that are macros
    /// themselves appear as `Unspecified` with the id of their expansion, as in cel-go.
    pub macro_calls: BTreeMap<ExprId, Expr>,
}

/// Where a node stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// `NOWHERE`: not known.
    position: u32,
    range: OffsetRange,
}

const NOWHERE: u32 = u32::MAX;

impl Default for Place {
    fn default() -> Self {
        Self { position: NOWHERE, range: OffsetRange::default() }
    }
}

impl SourceInfo {
    /// Nothing known yet of `text`.
    #[must_use]
    pub fn new(text: Rc<str>) -> Self {
        Self { text, places: Vec::new(), macro_calls: BTreeMap::new() }
    }

    /// cel-go's position of a node: where errors about it point (for a call its operator or `(`, for a select its dot…).
    /// Byte offset into `text`.
    #[must_use]
    pub fn position(&self, id: ExprId) -> Option<u32> {
        let place = self.places.get(index(id)?)?;
        (place.position != NOWHERE).then_some(place.position)
    }

    /// Everything a node covers, first to last byte: what explain and squiggles mark. Ours; cel-go has only positions.
    /// Nodes that a macro added cover what the macro call covers.
    #[must_use]
    pub fn range(&self, id: ExprId) -> Option<OffsetRange> {
        let place = self.places.get(index(id)?)?;
        let OffsetRange { start, end } = place.range;
        // What recovery made of missing tokens may end before it starts.
        (place.position != NOWHERE).then_some(OffsetRange { start, end: end.max(start) })
    }

    /// The nodes whose position is known, in order.
    pub fn ids(&self) -> impl Iterator<Item = ExprId> {
        let known = self.places.iter().enumerate().filter(|(_, place)| place.position != NOWHERE);
        known.map(|(at, _)| ExprId(u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1)))
    }

    /// The text a node covers.
    #[must_use]
    pub fn slice(&self, id: ExprId) -> &str {
        self.range(id).and_then(|range| self.text.get(range.start as usize..range.end as usize)).unwrap_or("")
    }

    /// Says where a node stands; `position` `None`: nowhere.
    pub fn set(&mut self, id: ExprId, position: Option<u32>, range: OffsetRange) {
        if let Some(place) = self.place(id) {
            *place = Place { position: position.unwrap_or(NOWHERE), range };
        }
    }

    /// Says what a node covers, its position being known.
    pub(super) fn set_range(&mut self, id: ExprId, range: OffsetRange) {
        if let Some(place) = self.place(id) {
            place.range = range;
        }
    }

    /// Forgets where a node stands.
    pub fn clear(&mut self, id: ExprId) {
        if let Some(place) = index(id).and_then(|at| self.places.get_mut(at)) {
            *place = Place::default();
        }
    }

    fn place(&mut self, id: ExprId) -> Option<&mut Place> {
        let at = index(id)?;
        if at >= self.places.len() {
            self.places.resize(at.saturating_add(1), Place::default());
        }
        self.places.get_mut(at)
    }
}

/// Hands out the numbers of nodes and notes where each stands (cel-go's `parserHelper`).
#[derive(Debug)]
pub struct Numbering {
    /// What was noted.
    pub info: SourceInfo,
    next: u32,
}

/// More nodes than this make no AST: the longest text has fewer, but `optMap` copies what it is called on, and a chain
/// of 250 would copy it 2²⁵⁰ times.
const MOST_NODES: u32 = 1 << 17;

impl Numbering {
    /// From 1.
    #[must_use]
    pub const fn new(info: SourceInfo) -> Self {
        Self { info, next: 1 }
    }

    /// The next number.
    pub fn take(&mut self, position: Option<u32>, range: OffsetRange) -> ExprId {
        let id = ExprId(self.next);
        if !self.exhausted() {
            self.info.set(id, position, range);
            self.next = self.next.saturating_add(1);
        }
        id
    }

    /// Gives a number back: it stands nowhere, and if it was the last it will be taken again.
    pub fn release(&mut self, id: ExprId) {
        self.info.clear(id);
        if id.0 == self.next.saturating_sub(1) {
            self.next = id.0;
        }
    }

    /// The number that would be taken next.
    #[must_use]
    pub const fn next(&self) -> ExprId {
        ExprId(self.next)
    }

    /// Forgets all numbers from `first` on.
    pub fn rewind(&mut self, first: ExprId) {
        for id in first.0..self.next {
            self.info.clear(ExprId(id));
            self.info.macro_calls.remove(&ExprId(id));
        }
        self.next = self.next.min(first.0);
    }

    /// Whether there are too many nodes: every further one gets the same number, and the AST is of no use.
    #[must_use]
    pub const fn exhausted(&self) -> bool {
        self.next > MOST_NODES
    }
}

fn index(id: ExprId) -> Option<usize> {
    (id.0 as usize).checked_sub(1)
}

impl Expr {
    /// A node.
    #[must_use]
    pub const fn new(id: ExprId, kind: ExprKind) -> Self {
        Self { id, kind }
    }
}
