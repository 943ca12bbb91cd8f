//! The abstract syntax tree, with cel-go's node kinds and cel-go's numbering of nodes (`common/ast/expr.go`), so that
//! positions, macro calls and golden prints agree with it.

use alloc::{boxed::Box, collections::BTreeMap, rc::Rc, vec::Vec};

use super::value::Value;

/// Number of a node, unique within its [`Ast`], from 1, in cel-go's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

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
    /// cel-go's position of a node: where errors about it point (for a call its operator or `(`, for a select its dot…).
    /// Byte offset into `text`.
    pub positions: BTreeMap<ExprId, u32>,
    /// Everything a node covers, first to last byte: what explain and squiggles mark. Ours; cel-go has only positions.
    pub ranges: BTreeMap<ExprId, OffsetRange>,
    /// The call as written, for nodes that a macro made: the key is the id of the expansion. Arguments that are macros
    /// themselves appear as `Unspecified` with the id of their expansion, as in cel-go.
    pub macro_calls: BTreeMap<ExprId, Expr>,
}

impl Expr {
    /// A node.
    #[must_use]
    pub const fn new(id: ExprId, kind: ExprKind) -> Self {
        Self { id, kind }
    }
}
