//! Text → AST, as cel-go parses: its grammar (`parser/gen/CEL.g4`), its numbering of nodes and positions
//! (`parser/parser.go`, `helper.go`), its limits and its words for what is wrong.
//!
//! Any text gives an AST. Where the text is wrong the AST has holes ([`ExprKind::Unspecified`]) and there are issues: all
//! that cel-go would report, not only the first. Nesting is counted, not left to the stack; `&&`, `||`, `!` and `-` may
//! go on without end.
//!
//! cel-go parses into a tree of tokens first and walks it afterwards; here both happen at once. What the walk would report
//! is kept apart, since it comes after everything about syntax.

use alloc::{boxed::Box, format, rc::Rc, string::String, vec::Vec};

use super::{
    ast::{Ast, Expr, ExprId, ExprKind, MapEntry, Numbering, OffsetRange, SourceInfo, StructField},
    issues::{Issue, Issues},
    lexer::{Kind, Token},
    macros::{Expander, Macro},
    operators,
    recovery::{Fault, Place, Stream, TokenSet},
    unescape,
    value::Value,
};
use crate::decimal;

/// A parser for one environment.
#[derive(Clone, Copy, Debug)]
pub struct Parser<'m> {
    /// The macros to apply. Among those of one name and number of arguments the last counts.
    pub macros: &'m [Macro],
    /// Whether `.?`, `[?`, `{?` and `[?x]` are part of the language.
    pub optional_syntax: bool,
}

/// What came of a text.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The expression; without holes when there are no issues.
    pub ast: Ast,
    /// What is wrong with the text.
    pub issues: Issues,
}

/// The longest text, in code points.
const LONGEST: usize = 100_000;

/// The deepest nesting, both of rules of the grammar and of operators.
const DEEPEST: u16 = 250;

/// Words that name nothing but may be fields.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

impl Parser<'_> {
    /// Parses `text`.
    #[must_use]
    pub fn parse(&self, text: &str) -> Parsed {
        let shared: Rc<str> = Rc::from(text);
        let mut issues = Issues::new(Rc::clone(&shared));
        // Bytes are at least as many as code points: the common case needs no count.
        let size = if text.len() > LONGEST { text.chars().count() } else { 0 };
        if size > LONGEST {
            issues.report(whole(format!(
                "expression code point size exceeds limit: size: {size}, limit {LONGEST}"
            )));
            return Parsed { ast: hole(SourceInfo::new(shared)), issues };
        }
        let mut run = Run {
            macros: self.macros,
            optional_syntax: self.optional_syntax,
            stream: Stream::new(text),
            nodes: Numbering::new(SourceInfo::new(shared)),
            issues: Vec::new(),
            exprs: Vec::new(),
            depth: Depth::default(),
        };
        let (expr, height) = run.whole();
        for issue in run.stream.issues {
            issues.report(issue);
        }
        if run.stream.aborted {
            return Parsed { ast: Ast { expr, source_info: run.nodes.info }, issues };
        }
        if height > DEEPEST {
            issues.report(whole(String::from("max recursion depth exceeded")));
            return Parsed { ast: Ast { expr, source_info: run.nodes.info }, issues };
        }
        for issue in run.issues {
            issues.report(issue);
        }
        if run.nodes.exhausted() {
            issues.report(whole(String::from("expression has too many nodes once its macros are expanded")));
        }
        Parsed { ast: Ast { expr, source_info: run.nodes.info }, issues }
    }
}

fn whole(message: String) -> Issue {
    Issue { offset: None, range: None, id: None, message }
}

fn hole(source_info: SourceInfo) -> Ast {
    Ast { expr: Expr::new(ExprId(1), ExprKind::Unspecified), source_info }
}

const fn set(kinds: &[Kind]) -> TokenSet {
    TokenSet::of(kinds)
}

/// What begins an operand that may have a suffix, any expression, and one that may be optional.
const PRIMARY: TokenSet = set(&[
    Kind::LeftBracket,
    Kind::LeftBrace,
    Kind::LeftParen,
    Kind::Dot,
    Kind::Minus,
    Kind::True,
    Kind::False,
    Kind::Null,
    Kind::NumFloat,
    Kind::NumInt,
    Kind::NumUint,
    Kind::String,
    Kind::Bytes,
    Kind::Identifier,
]);
const EXPR: TokenSet = PRIMARY.or(set(&[Kind::Exclam]));
const OPTIONAL_EXPR: TokenSet = EXPR.or(set(&[Kind::QuestionMark]));
const NAME: TokenSet = set(&[Kind::Identifier, Kind::EscIdentifier]);
const FIELD: TokenSet = NAME.or(set(&[Kind::QuestionMark]));
const LITERAL: TokenSet = set(&[
    Kind::Minus,
    Kind::True,
    Kind::False,
    Kind::Null,
    Kind::NumFloat,
    Kind::NumInt,
    Kind::NumUint,
    Kind::String,
    Kind::Bytes,
]);
const SUFFIX: TokenSet = set(&[Kind::LeftBracket, Kind::Dot]).or(TokenSet::END);
const BINARY: TokenSet = set(&[
    Kind::Equals,
    Kind::NotEquals,
    Kind::In,
    Kind::Less,
    Kind::LessEquals,
    Kind::GreaterEquals,
    Kind::Greater,
    Kind::LogicalAnd,
    Kind::LogicalOr,
    Kind::Minus,
    Kind::Plus,
    Kind::Star,
    Kind::Slash,
    Kind::Percent,
]);
const CONDITION: TokenSet = BINARY.or(set(&[Kind::QuestionMark])).or(TokenSet::END);
const RELATION: TokenSet = set(&[
    Kind::Equals,
    Kind::NotEquals,
    Kind::In,
    Kind::Less,
    Kind::LessEquals,
    Kind::GreaterEquals,
    Kind::Greater,
]);
const ARGS: TokenSet = set(&[Kind::Comma, Kind::RightParen]);
const ELEMENTS: TokenSet = set(&[Kind::Comma, Kind::RightBracket]);
const ENTRIES: TokenSet = set(&[Kind::Comma, Kind::RightBrace]);

/// How many of the rules that can nest without end are under way.
#[derive(Debug, Default)]
struct Depth {
    expr: u16,
    relation: u16,
    calc: u16,
}

/// A part of the expression that has been parsed and lies on the stack of [`Run::exprs`]: the parser's own frames stay
/// small, so that the deepest nesting fits the stack of WebAssembly.
#[derive(Clone, Copy, Debug)]
struct Operand {
    /// What it covers, parentheses included.
    start: u32,
    end: u32,
    /// How many operators, selections, calls on receivers and indices are nested in it.
    height: u16,
}

/// The name after a dot or of a field.
struct Name {
    /// `None`: there is none.
    text: Option<Rc<str>>,
    /// Where it begins.
    token: Token,
}

/// A point to return to when the walk would not visit what follows.
struct Mark {
    next: ExprId,
    issues: usize,
    exprs: usize,
}

struct Run<'r> {
    macros: &'r [Macro],
    optional_syntax: bool,
    stream: Stream<'r>,
    nodes: Numbering,
    /// What the walk would report.
    issues: Vec<Issue>,
    /// What has been parsed and is not yet part of anything. Every rule adds one.
    exprs: Vec<Expr>,
    depth: Depth,
}

impl Run<'_> {
    fn whole(&mut self) -> (Expr, u16) {
        let Operand { height, .. } = self.within(set(&[Kind::Eof]), Self::expr);
        if let Err(fault) = self.stream.expect(Kind::Eof, Place::Whole, TokenSet::END) {
            self.stream.leave(fault);
        }
        (self.pop(), height)
    }

    /// Parses with a rule that `follow` may follow.
    fn within<T>(&mut self, follow: TokenSet, rule: impl FnOnce(&mut Self) -> T) -> T {
        self.stream.follow.push(follow);
        let result = rule(self);
        self.stream.follow.pop();
        result
    }

    /// Counts a rule that is entered. Beyond the limit nothing more is parsed.
    fn enter(&mut self, depth: fn(&mut Depth) -> &mut u16) -> bool {
        let depth = depth(&mut self.depth);
        if *depth >= DEEPEST {
            self.stream.abort(format!("expression recursion limit exceeded: {DEEPEST}"));
            return false;
        }
        *depth = depth.saturating_add(1);
        true
    }

    fn exit(&mut self, depth: fn(&mut Depth) -> &mut u16) {
        let depth = depth(&mut self.depth);
        *depth = depth.saturating_sub(1);
    }

    fn expr(&mut self) -> Operand {
        if !self.enter(|depth| &mut depth.expr) {
            return self.hole(None);
        }
        self.stream.follow.push(CONDITION);
        let condition = self.disjunction();
        self.stream.follow.pop();
        let expr = match self.stream.take_if(Kind::QuestionMark) {
            Some(mark) => self.branches(condition, mark),
            None => condition,
        };
        self.exit(|depth| &mut depth.expr);
        expr
    }

    /// `condition ? a : b` from the question mark on.
    #[inline(never)]
    fn branches(&mut self, condition: Operand, mark: Token) -> Operand {
        let id = self.number(mark);
        let yes = self.within(BINARY.or(set(&[Kind::Colon])), Self::disjunction);
        let no = match self.stream.expect(Kind::Colon, Place::Ternary, EXPR) {
            Ok(_) => self.expr(),
            Err(fault) => {
                self.stream.leave(fault);
                self.hole(None)
            }
        };
        let (start, end) = (condition.start, no.end.max(yes.end));
        let height = condition.height.max(yes.height).max(no.height);
        self.operator(id, operators::CONDITIONAL, 3, start, end, height.saturating_add(1))
    }

    fn disjunction(&mut self) -> Operand {
        let first = self.conjunction();
        if self.stream.kind() == Kind::LogicalOr {
            return self.row(Kind::LogicalOr, operators::LOGICAL_OR, first, Self::conjunction);
        }
        first
    }

    fn conjunction(&mut self) -> Operand {
        let first = self.relation();
        if self.stream.kind() == Kind::LogicalAnd {
            return self.row(Kind::LogicalAnd, operators::LOGICAL_AND, first, Self::relation);
        }
        first
    }

    /// The terms after the `first` of a row of `&&` or `||`; all as a balanced tree.
    #[inline(never)]
    fn row(
        &mut self,
        kind: Kind,
        function: &'static str,
        first: Operand,
        term: fn(&mut Self) -> Operand,
    ) -> Operand {
        let mut terms = Vec::from([first]);
        let mut ids = Vec::new();
        while let Some(operator) = self.stream.take_if(kind) {
            terms.push(term(self));
            ids.push(self.number(operator));
        }
        let exprs = self.exprs.split_off(self.exprs.len().saturating_sub(terms.len()));
        self.balance(function, &mut terms.into_iter().zip(exprs), &ids)
    }

    /// The tree over the next of `terms`, one more than `ids` (cel-go's `balancedTree`).
    #[inline(never)]
    fn balance(
        &mut self,
        function: &'static str,
        terms: &mut dyn Iterator<Item = (Operand, Expr)>,
        ids: &[ExprId],
    ) -> Operand {
        // `(lo + hi + 1) / 2` of cel-go, with lo = 0 and hi = ids - 1.
        let (left, rest) = ids.split_at(ids.len() / 2);
        let Some((&id, right)) = rest.split_first() else {
            let Some((operand, expr)) = terms.next() else { return self.hole(None) };
            self.exprs.push(expr);
            return operand;
        };
        let left = self.balance(function, terms, left);
        let right = self.balance(function, terms, right);
        self.operator(id, function, 2, left.start, right.end, left.height.max(right.height))
    }

    fn relation(&mut self) -> Operand {
        if !self.enter(|depth| &mut depth.relation) {
            return self.hole(None);
        }
        let mut left = self.calc(1);
        while RELATION.has(self.stream.kind()) {
            let operator = self.stream.take();
            let id = self.number(operator);
            // The right side is a relation of its own to cel-go's counter.
            let right = if self.enter(|depth| &mut depth.relation) {
                let right = self.calc(1);
                self.exit(|depth| &mut depth.relation);
                right
            } else {
                self.hole(None)
            };
            left = self.binary(id, operator, left, right);
        }
        self.exit(|depth| &mut depth.relation);
        left
    }

    /// Operands joined by arithmetic operators that bind at least as tightly as `least`: 1 sums, 2 products.
    fn calc(&mut self, least: u8) -> Operand {
        if !self.enter(|depth| &mut depth.calc) {
            return self.hole(None);
        }
        let mut left = self.unary();
        loop {
            let tightness = match self.stream.kind() {
                Kind::Star | Kind::Slash | Kind::Percent => 2,
                Kind::Plus | Kind::Minus => 1,
                _ => break,
            };
            if tightness < least {
                break;
            }
            let operator = self.stream.take();
            let id = self.number(operator);
            let right = self.calc(tightness.saturating_add(1));
            left = self.binary(id, operator, left, right);
        }
        self.exit(|depth| &mut depth.calc);
        left
    }

    #[inline(never)]
    fn binary(&mut self, id: ExprId, operator: Token, left: Operand, right: Operand) -> Operand {
        let function = operators::binary(self.stream.text_of(operator)).unwrap_or("");
        let height = left.height.max(right.height).saturating_add(1);
        self.operator(id, function, 2, left.start, right.end, height)
    }

    fn unary(&mut self) -> Operand {
        let start = self.stream.token();
        if let Err(fault) = self.stream.sync(Place::Unary, EXPR) {
            return self.left(fault, start);
        }
        let token = self.stream.token();
        match token.kind {
            Kind::Exclam => self.not(),
            Kind::Minus => {
                let second = self.stream.ahead(1).kind;
                if matches!(second, Kind::NumInt | Kind::NumFloat) {
                    // A number's own sign, rather than an operator on it.
                    self.member()
                } else if PRIMARY.has(second) {
                    self.negation()
                } else {
                    self.left(self.stream.no_viable(Place::Unary, 2), start)
                }
            }
            kind if PRIMARY.has(kind) => self.member(),
            _ => self.left(self.stream.no_viable(Place::Unary, 1), start),
        }
    }

    #[inline(never)]
    fn not(&mut self) -> Operand {
        let first = self.stream.take();
        let mut odd = true;
        loop {
            self.stream.sync_loop(EXPR);
            if self.stream.take_if(Kind::Exclam).is_none() {
                break;
            }
            odd = !odd;
        }
        self.prefixed(first, odd, operators::LOGICAL_NOT)
    }

    #[inline(never)]
    fn negation(&mut self) -> Operand {
        let first = self.stream.take();
        let mut odd = true;
        loop {
            self.stream.sync_loop(PRIMARY);
            let kind = self.stream.kind();
            if kind == Kind::Minus {
                if !PRIMARY.has(self.stream.ahead(1).kind) {
                    let fault = self.stream.no_viable(Place::Negations, 2);
                    return self.left(fault, first);
                }
                self.stream.take();
                odd = !odd;
            } else if PRIMARY.has(kind) {
                break;
            } else {
                let fault = self.stream.no_viable(Place::Negations, 1);
                return self.left(fault, first);
            }
        }
        self.prefixed(first, odd, operators::NEGATE)
    }

    /// The operand of a row of `!` or `-`; an even number of them is none.
    fn prefixed(&mut self, first: Token, odd: bool, function: &'static str) -> Operand {
        if !odd {
            let operand = self.member();
            return Operand { start: first.start, ..operand };
        }
        let id = self.number(first);
        let operand = self.member();
        self.operator(id, function, 1, first.start, operand.end, operand.height)
    }

    fn member(&mut self) -> Operand {
        self.stream.follow.push(SUFFIX);
        let mut operand = self.primary();
        self.stream.follow.pop();
        loop {
            match self.stream.kind() {
                Kind::LeftBracket => match self.index(operand) {
                    Ok(indexed) => operand = indexed,
                    Err(left) => return left,
                },
                Kind::Dot => {
                    let call = match self.stream.ahead(1).kind {
                        Kind::Identifier => self.stream.ahead(2).kind == Kind::LeftParen,
                        Kind::EscIdentifier | Kind::QuestionMark => false,
                        _ => {
                            let fault = self.stream.no_viable(Place::Suffix, 2);
                            self.stream.leave(fault);
                            return operand;
                        }
                    };
                    if call {
                        match self.member_call(operand) {
                            Ok(called) => operand = called,
                            Err(left) => return left,
                        }
                    } else {
                        operand = self.select(operand);
                    }
                }
                _ => return operand,
            }
        }
    }

    #[inline(never)]
    fn select(&mut self, operand: Operand) -> Operand {
        let dot = self.stream.take();
        let optional = self.stream.take_if(Kind::QuestionMark);
        let name = self.within(SUFFIX, Self::name);
        let field = name.text.unwrap_or_else(|| {
            self.complain(Some(name.token), "unsupported ident kind");
            Rc::from("")
        });
        let (start, end) = (operand.start, self.stream.last_end());
        let height = operand.height.saturating_add(1);
        if optional.is_none() {
            let id = self.number(dot);
            let kind = ExprKind::Select { operand: Box::new(self.pop()), field, test_only: false };
            return self.finish(id, kind, start, end, height);
        }
        if !self.optional_syntax {
            self.pop();
            return self.report(Some(dot), "unsupported syntax '.?'");
        }
        let literal = self.number(name.token);
        self.exprs.push(Expr::new(literal, ExprKind::Literal(Value::String(field))));
        let id = self.number(dot);
        self.operator(id, operators::OPT_SELECT, 2, start, end, height)
    }

    /// `Err`: the rule was left.
    #[inline(never)]
    fn index(&mut self, operand: Operand) -> Result<Operand, Operand> {
        let bracket = self.stream.take();
        let id = self.number(bracket);
        let (start, mut height) = (operand.start, operand.height);
        let mut optional = None;
        let mut fault = self.stream.sync(Place::IndexStart, OPTIONAL_EXPR).err();
        let index = if fault.is_some() {
            self.hole(None)
        } else {
            optional = self.stream.take_if(Kind::QuestionMark);
            let index = self.within(set(&[Kind::RightBracket]), Self::expr);
            fault = self.stream.expect(Kind::RightBracket, Place::IndexEnd, SUFFIX).err();
            index
        };
        if let Some(fault) = fault {
            self.stream.leave(fault);
        }
        height = height.max(index.height).saturating_add(1);
        let end = self.stream.last_end();
        let indexed = match optional {
            Some(_) if !self.optional_syntax => {
                self.pop();
                self.pop();
                self.report(Some(bracket), "unsupported syntax '[?'")
            }
            _ => {
                let function = if optional.is_some() { operators::OPT_INDEX } else { operators::INDEX };
                self.operator(id, function, 2, start, end, height)
            }
        };
        if fault.is_some() { Err(indexed) } else { Ok(indexed) }
    }

    /// `Err`: the rule was left.
    #[inline(never)]
    fn member_call(&mut self, operand: Operand) -> Result<Operand, Operand> {
        self.stream.take();
        let name = self.stream.take();
        let open = self.stream.take();
        let id = self.number(open);
        let before = self.exprs.len();
        let (height, fault) = self.args(Place::CallArgs, Place::CallEnd, SUFFIX);
        if let Some(fault) = fault {
            self.stream.leave(fault);
        }
        let height = height.max(operand.height).saturating_add(1);
        let (start, end) = (operand.start, self.stream.last_end());
        let function = self.stream.text_of(name);
        let args = self.exprs.split_off(before);
        let target = self.pop();
        let called = self.call(id, function, Some(target), args, Operand { start, end, height });
        if fault.is_some() { Err(called) } else { Ok(called) }
    }

    /// Arguments and the parenthesis after them; what was wrong is left to the caller, whose rule it is.
    fn args(&mut self, start: Place, end: Place, after: TokenSet) -> (u16, Option<Fault>) {
        let mut height = 0;
        if let Err(fault) = self.stream.sync(start, EXPR.or(set(&[Kind::RightParen]))) {
            return (height, Some(fault));
        }
        if EXPR.has(self.stream.kind()) {
            self.stream.follow.push(ARGS);
            loop {
                height = self.expr().height.max(height);
                if self.stream.take_if(Kind::Comma).is_none() {
                    break;
                }
            }
            self.stream.follow.pop();
        }
        let fault = self.stream.expect(Kind::RightParen, end, after).err();
        (height, fault)
    }

    fn primary(&mut self) -> Operand {
        let start = self.stream.token();
        if let Err(fault) = self.stream.sync(Place::Primary, PRIMARY) {
            self.stream.leave(fault);
            return self.hole(None);
        }
        let token = self.stream.token();
        match token.kind {
            Kind::Identifier => self.named(None, start),
            Kind::Dot if self.stream.ahead(1).kind == Kind::Identifier => {
                let dot = self.stream.take();
                self.named(Some(dot), start)
            }
            Kind::LeftParen => self.nested(),
            Kind::LeftBracket => self.list(),
            Kind::LeftBrace => self.map(),
            kind if LITERAL.has(kind) => self.literal(),
            kind => {
                let fault = self.stream.no_viable(Place::Primary, if kind == Kind::Dot { 2 } else { 1 });
                self.stream.leave(fault);
                self.hole(None)
            }
        }
    }

    /// A name, a call or an object, the leading dot being taken.
    #[inline(never)]
    fn named(&mut self, dot: Option<Token>, start: Token) -> Operand {
        let start = start.start;
        match self.stream.ahead(1).kind {
            Kind::LeftParen => self.global_call(dot, start),
            Kind::LeftBrace => self.message(dot, start),
            Kind::Dot if self.is_message() => self.message(dot, start),
            _ => {
                let name = self.stream.take();
                let text = self.stream.text_of(name);
                if RESERVED.contains(&text) {
                    return self.reserved(dot.unwrap_or(name), text);
                }
                let ident = match dot {
                    Some(_) => Rc::from(format!(".{text}")),
                    None => Rc::from(text),
                };
                let id = self.number(name);
                self.finish(id, ExprKind::Ident(ident), start, name.end, 0)
            }
        }
    }

    /// Whether the dotted name here is followed by a brace.
    fn is_message(&mut self) -> bool {
        let mut ahead = 1_usize;
        while self.stream.ahead(ahead).kind == Kind::Dot
            && self.stream.ahead(ahead.saturating_add(1)).kind == Kind::Identifier
        {
            ahead = ahead.saturating_add(2);
        }
        self.stream.ahead(ahead).kind == Kind::LeftBrace
    }

    fn reserved(&mut self, at: Token, word: &str) -> Operand {
        self.report(Some(at), &format!("reserved identifier: {word}"))
    }

    #[inline(never)]
    fn global_call(&mut self, dot: Option<Token>, start: u32) -> Operand {
        let name = self.stream.take();
        let open = self.stream.take();
        let text = self.stream.text_of(name);
        let mark = self.mark();
        let id = self.number(open);
        let before = self.exprs.len();
        let (height, fault) = self.args(Place::GlobalArgs, Place::GlobalEnd, TokenSet::END);
        if let Some(fault) = fault {
            self.stream.leave(fault);
        }
        let end = self.stream.last_end();
        if RESERVED.contains(&text) {
            self.rewind(&mark);
            return self.reserved(dot.unwrap_or(name), text);
        }
        let args = self.exprs.split_off(before);
        let extent = Operand { start, end, height };
        match dot {
            Some(_) => self.call(id, &format!(".{text}"), None, args, extent),
            None => self.call(id, text, None, args, extent),
        }
    }

    fn nested(&mut self) -> Operand {
        let open = self.stream.take();
        let inner = self.within(set(&[Kind::RightParen]), Self::expr);
        if let Err(fault) = self.stream.expect(Kind::RightParen, Place::NestedEnd, TokenSet::END) {
            self.stream.leave(fault);
        }
        Operand { start: open.start, end: self.stream.last_end(), ..inner }
    }

    #[inline(never)]
    fn list(&mut self) -> Operand {
        let open = self.stream.take();
        let id = self.number(open);
        let before = self.exprs.len();
        let mut optional_indices = Vec::new();
        let mut height = 0;
        if let Err(fault) = self.list_body(&mut optional_indices, &mut height) {
            self.stream.leave(fault);
        }
        let elements = self.exprs.split_off(before);
        let end = self.stream.last_end();
        self.finish(id, ExprKind::List { elements, optional_indices }, open.start, end, height)
    }

    fn list_body(&mut self, optional: &mut Vec<u32>, height: &mut u16) -> Result<(), Fault> {
        self.stream.sync(Place::ListStart, OPTIONAL_EXPR.or(ELEMENTS))?;
        if OPTIONAL_EXPR.has(self.stream.kind()) {
            self.stream.follow.push(ELEMENTS);
            for index in 0.. {
                let (mark, element) = self.optional_expr();
                *height = element.height.max(*height);
                match mark {
                    Some(_) if self.optional_syntax => optional.push(index),
                    Some(mark) => {
                        self.complain(Some(mark), "unsupported syntax '?'");
                    }
                    None => {}
                }
                if !self.goes_on(OPTIONAL_EXPR) {
                    break;
                }
            }
            self.stream.follow.pop();
        }
        self.stream.sync(Place::ListComma, ELEMENTS)?;
        self.stream.take_if(Kind::Comma);
        self.stream.expect(Kind::RightBracket, Place::ListEnd, TokenSet::END)?;
        Ok(())
    }

    /// Takes the comma before another element, entry or field, not the one that may stand last.
    fn goes_on(&mut self, first: TokenSet) -> bool {
        let comma = self.stream.kind() == Kind::Comma && first.has(self.stream.ahead(1).kind);
        if comma {
            self.stream.take();
        }
        comma
    }

    fn optional_expr(&mut self) -> (Option<Token>, Operand) {
        if let Err(fault) = self.stream.sync(Place::OptionalExpr, OPTIONAL_EXPR) {
            self.stream.leave(fault);
            return (None, self.hole(None));
        }
        let mark = self.stream.take_if(Kind::QuestionMark);
        (mark, self.expr())
    }

    #[inline(never)]
    fn map(&mut self) -> Operand {
        let open = self.stream.take();
        let id = self.number(open);
        let mut entries = Vec::new();
        let mut height = 0;
        if let Err(fault) = self.map_body(&mut entries, &mut height) {
            self.stream.leave(fault);
        }
        let end = self.stream.last_end();
        self.finish(id, ExprKind::Map(entries), open.start, end, height)
    }

    fn map_body(&mut self, entries: &mut Vec<MapEntry>, height: &mut u16) -> Result<(), Fault> {
        self.stream.sync(Place::MapStart, OPTIONAL_EXPR.or(ENTRIES))?;
        if OPTIONAL_EXPR.has(self.stream.kind()) {
            self.stream.follow.push(ENTRIES);
            let mut place = Place::MapColon;
            loop {
                if let Err(fault) = self.map_entry(place, entries, height) {
                    self.stream.leave(fault);
                    break;
                }
                if !self.goes_on(OPTIONAL_EXPR) {
                    break;
                }
                place = Place::LaterMapColon;
            }
            self.stream.follow.pop();
        }
        self.stream.sync(Place::MapComma, ENTRIES)?;
        self.stream.take_if(Kind::Comma);
        self.stream.expect(Kind::RightBrace, Place::MapEnd, TokenSet::END)?;
        Ok(())
    }

    fn map_entry(
        &mut self,
        place: Place,
        entries: &mut Vec<MapEntry>,
        height: &mut u16,
    ) -> Result<(), Fault> {
        let mark = self.mark();
        let first = self.stream.token();
        // cel-go numbers the colon before the key.
        let id = self.nodes.take(None, OffsetRange::default());
        self.stream.follow.push(set(&[Kind::Colon]));
        let (optional, key) = self.optional_expr();
        self.stream.follow.pop();
        let colon = match self.stream.expect(Kind::Colon, place, EXPR) {
            Ok(colon) => colon,
            Err(fault) => {
                self.rewind(&mark);
                return Err(fault);
            }
        };
        let before_value = self.mark();
        let value = self.expr();
        *height = key.height.max(value.height).max(*height);
        if optional.is_some() && !self.optional_syntax {
            self.rewind(&before_value);
            self.rewind(&mark);
            let id = self.number(colon);
            debug_assert_eq!(id, mark.next);
            self.complain(Some(first), "unsupported syntax '?'");
            return Ok(());
        }
        self.nodes.info.set(id, Some(colon.start), OffsetRange { start: first.start, end: value.end });
        let (value, key) = (self.pop(), self.pop());
        entries.push(MapEntry { id, key, value, optional: optional.is_some() });
        Ok(())
    }

    #[inline(never)]
    fn message(&mut self, dot: Option<Token>, start: u32) -> Operand {
        let mut type_name = String::new();
        if dot.is_some() {
            type_name.push('.');
        }
        let name = self.stream.take();
        type_name.push_str(self.stream.text_of(name));
        while self.stream.take_if(Kind::Dot).is_some() {
            let name = self.stream.take();
            type_name.push('.');
            type_name.push_str(self.stream.text_of(name));
        }
        let open = self.stream.take();
        let id = self.number(open);
        let mut fields = Vec::new();
        let mut height = 0;
        if let Err(fault) = self.message_body(&mut fields, &mut height) {
            self.stream.leave(fault);
        }
        let end = self.stream.last_end();
        self.finish(id, ExprKind::Struct { type_name: Rc::from(type_name), fields }, start, end, height)
    }

    fn message_body(&mut self, fields: &mut Vec<StructField>, height: &mut u16) -> Result<(), Fault> {
        self.stream.sync(Place::MessageStart, FIELD.or(ENTRIES))?;
        if FIELD.has(self.stream.kind()) {
            self.stream.follow.push(ENTRIES);
            let list = self.stream.token();
            let mut place = Place::FieldColon;
            loop {
                if let Err(fault) = self.message_field(place, list, fields, height) {
                    // Without its colon a field makes cel-go forget all of them.
                    fields.clear();
                    self.stream.leave(fault);
                    break;
                }
                if !self.goes_on(FIELD) {
                    break;
                }
                place = Place::LaterFieldColon;
            }
            self.stream.follow.pop();
        }
        self.stream.sync(Place::MessageComma, ENTRIES)?;
        self.stream.take_if(Kind::Comma);
        self.stream.expect(Kind::RightBrace, Place::MessageEnd, TokenSet::END)?;
        Ok(())
    }

    fn message_field(
        &mut self,
        place: Place,
        list: Token,
        fields: &mut Vec<StructField>,
        height: &mut u16,
    ) -> Result<(), Fault> {
        let first = self.stream.token();
        let (optional, name) = self.within(set(&[Kind::Colon]), Self::field_name);
        let colon = self.stream.expect(Kind::Colon, place, EXPR)?;
        let id = self.number(colon);
        let mark = self.mark();
        let value = self.expr();
        *height = value.height.max(*height);
        if optional.is_some() && !self.optional_syntax {
            self.rewind(&mark);
            self.complain(Some(first), "unsupported syntax '?'");
            return Ok(());
        }
        let Some(name) = name.text else {
            self.rewind(&mark);
            self.complain(Some(list), "unsupported ident kind");
            return Ok(());
        };
        self.nodes.info.set_range(id, OffsetRange { start: first.start, end: value.end });
        let value = self.pop();
        fields.push(StructField { id, name, value, optional: optional.is_some() });
        Ok(())
    }

    fn field_name(&mut self) -> (Option<Token>, Name) {
        if let Err(fault) = self.stream.sync(Place::Field, FIELD) {
            let token = self.stream.token();
            self.stream.leave(fault);
            return (None, Name { text: None, token });
        }
        let mark = self.stream.take_if(Kind::QuestionMark);
        (mark, self.name())
    }

    fn name(&mut self) -> Name {
        let token = self.stream.token();
        let chosen = self.stream.sync(Place::Name, NAME);
        let current = self.stream.token();
        let fault = match (chosen, current.kind) {
            (Err(fault), _) => fault,
            (Ok(()), Kind::Identifier) => {
                self.stream.take();
                return Name { text: Some(Rc::from(self.stream.text_of(current))), token: current };
            }
            (Ok(()), Kind::EscIdentifier) => {
                self.stream.take();
                let text = self.stream.text_of(current).trim_matches('`');
                return Name { text: Some(Rc::from(text)), token: current };
            }
            (Ok(()), _) => self.stream.no_viable(Place::Name, 1),
        };
        self.stream.leave(fault);
        Name { text: None, token }
    }

    #[inline(never)]
    fn literal(&mut self) -> Operand {
        let first = self.stream.token();
        if first.kind == Kind::Minus && !matches!(self.stream.ahead(1).kind, Kind::NumInt | Kind::NumFloat) {
            let fault = self.stream.no_viable(Place::Literal, 2);
            self.stream.leave(fault);
            return self.hole(None);
        }
        let negative = self.stream.take_if(Kind::Minus).is_some();
        let token = self.stream.take();
        let text = self.stream.text_of(token);
        let value = match token.kind {
            Kind::NumInt => integer(text, negative).map(Value::Int).ok_or("invalid int literal"),
            Kind::NumUint => unsigned(text).map(Value::Uint).ok_or("invalid uint literal"),
            Kind::NumFloat => double(text, negative).map(Value::Double).ok_or("invalid double literal"),
            Kind::String => unescape::string(text).map(|value| Value::String(Rc::from(value))),
            Kind::Bytes => {
                unescape::bytes(text.get(1..).unwrap_or("")).map(|value| Value::Bytes(Rc::from(value)))
            }
            Kind::True => Ok(Value::Bool(true)),
            Kind::False => Ok(Value::Bool(false)),
            _ => Ok(Value::Null),
        };
        match value {
            Ok(value) => {
                let id = self.number(first);
                self.finish(id, ExprKind::Literal(value), first.start, token.end, 0)
            }
            Err(message) => {
                Operand { start: first.start, end: token.end, ..self.report(Some(first), message) }
            }
        }
    }

    /// Leaves a rule that began at `start`, with a hole for what it would have given.
    fn left(&mut self, fault: Fault, start: Token) -> Operand {
        self.stream.leave(fault);
        self.hole(Some(start))
    }

    #[inline(never)]
    fn hole(&mut self, at: Option<Token>) -> Operand {
        let (start, end) = at.map_or_else(
            || (self.stream.last_end(), self.stream.last_end()),
            |token| (token.start, token.end),
        );
        let id = self.nodes.take(at.map(|token| token.start), OffsetRange { start, end });
        self.exprs.push(Expr::new(id, ExprKind::Unspecified));
        Operand { start, end, height: 0 }
    }

    /// What the walk of cel-go reports, and the hole it leaves.
    #[inline(never)]
    fn report(&mut self, at: Option<Token>, message: &str) -> Operand {
        let (id, range) = self.complain(at, message);
        self.exprs.push(Expr::new(id, ExprKind::Unspecified));
        Operand { start: range.start, end: range.end, height: 0 }
    }

    /// What the walk of cel-go reports before it goes on; takes a number as well.
    #[inline(never)]
    fn complain(&mut self, at: Option<Token>, message: &str) -> (ExprId, OffsetRange) {
        let end = self.stream.last_end();
        let range =
            at.map_or(OffsetRange { start: end, end }, |at| OffsetRange { start: at.start, end: at.end });
        let offset = at.map(|token| token.start);
        let id = self.nodes.take(offset, range);
        let message = String::from(message);
        self.issues.push(Issue { offset, range: Some(range), id: Some(id), message });
        (id, range)
    }

    /// The number of a node that stands at `token`.
    fn number(&mut self, token: Token) -> ExprId {
        self.nodes.take(Some(token.start), OffsetRange { start: token.start, end: token.end })
    }

    fn mark(&self) -> Mark {
        Mark { next: self.nodes.next(), issues: self.issues.len(), exprs: self.exprs.len() }
    }

    fn rewind(&mut self, mark: &Mark) {
        self.nodes.rewind(mark.next);
        self.issues.truncate(mark.issues);
        self.exprs.truncate(mark.exprs);
    }

    fn pop(&mut self) -> Expr {
        self.exprs.pop().unwrap_or(Expr::new(ExprId(0), ExprKind::Unspecified))
    }

    /// The call of an operator on that many operands.
    #[inline(never)]
    fn operator(
        &mut self,
        id: ExprId,
        function: &'static str,
        operands: usize,
        start: u32,
        end: u32,
        height: u16,
    ) -> Operand {
        let args = self.exprs.split_off(self.exprs.len().saturating_sub(operands));
        let kind = ExprKind::Call { function: Rc::from(function), target: None, args };
        self.finish(id, kind, start, end, height)
    }

    /// A node that is complete. One that is too deep becomes a hole: the AST is of no use, and must not be deep.
    #[inline(never)]
    fn finish(&mut self, id: ExprId, kind: ExprKind, start: u32, end: u32, height: u16) -> Operand {
        self.nodes.info.set_range(id, OffsetRange { start, end });
        let kind = if height > DEEPEST { ExprKind::Unspecified } else { kind };
        self.exprs.push(Expr::new(id, kind));
        Operand { start, end, height }
    }

    /// A call that may be of a macro.
    #[inline(never)]
    fn call(
        &mut self,
        id: ExprId,
        function: &str,
        target: Option<Expr>,
        args: Vec<Expr>,
        extent: Operand,
    ) -> Operand {
        let Operand { start, end, height } = extent;
        let fits = |known: &&Macro| {
            known.name == function && known.args == args.len() && known.receiver == target.is_some()
        };
        let Some(found) =
            self.macros.iter().rev().find(fits).filter(|_| height <= DEEPEST && !self.nodes.exhausted())
        else {
            let kind = ExprKind::Call { function: Rc::from(function), target: target.map(Box::new), args };
            return self.finish(id, kind, start, end, height);
        };
        let written = self.call_as_written(&Rc::from(function), target.as_ref(), &args);
        let position = self.nodes.info.position(id);
        let range = OffsetRange { start, end };
        let mut expander = Expander { nodes: &mut self.nodes, position, range };
        match (found.expand)(&mut expander, target, args) {
            Ok(expr) => {
                self.nodes.info.macro_calls.insert(expr.id, Expr::new(ExprId(0), written));
                self.nodes.release(id);
                self.exprs.push(expr);
            }
            Err(error) => {
                let offset = self.nodes.info.position(error.id);
                let blamed = self.nodes.info.range(error.id);
                self.nodes.release(id);
                let id = self.nodes.take(offset, blamed.unwrap_or(range));
                let message = error.message;
                self.issues.push(Issue {
                    offset,
                    range: Some(blamed.unwrap_or(range)),
                    id: Some(id),
                    message,
                });
                self.exprs.push(Expr::new(id, ExprKind::Unspecified));
            }
        }
        extent
    }

    /// A copy for [`SourceInfo::macro_calls`]: what a macro made is a hole with the number of its call.
    fn as_written(&self, expr: &Expr) -> Expr {
        if self.nodes.info.macro_calls.contains_key(&expr.id) {
            return Expr::new(expr.id, ExprKind::Unspecified);
        }
        let kind = match &expr.kind {
            ExprKind::Select { operand, field, test_only } => {
                let operand = Box::new(self.as_written(operand));
                ExprKind::Select { operand, field: Rc::clone(field), test_only: *test_only }
            }
            ExprKind::Call { function, target, args } => {
                self.call_as_written(function, target.as_deref(), args)
            }
            ExprKind::List { elements, optional_indices } => ExprKind::List {
                elements: self.all_as_written(elements),
                optional_indices: optional_indices.clone(),
            },
            ExprKind::Map(entries) => self.map_as_written(entries),
            ExprKind::Struct { type_name, fields } => self.struct_as_written(type_name, fields),
            other => other.clone(),
        };
        Expr::new(expr.id, kind)
    }

    // Expressions nest deeply: each of these keeps its locals out of the frame of `as_written`.

    #[inline(never)]
    fn call_as_written(&self, function: &Rc<str>, target: Option<&Expr>, args: &[Expr]) -> ExprKind {
        let args = self.all_as_written(args);
        let target = target.map(|target| Box::new(self.as_written(target)));
        ExprKind::Call { function: Rc::clone(function), target, args }
    }

    #[inline(never)]
    fn all_as_written(&self, exprs: &[Expr]) -> Vec<Expr> {
        let mut written = Vec::with_capacity(exprs.len());
        for expr in exprs {
            written.push(self.as_written(expr));
        }
        written
    }

    #[inline(never)]
    fn map_as_written(&self, entries: &[MapEntry]) -> ExprKind {
        let mut written = Vec::with_capacity(entries.len());
        for &MapEntry { id, ref key, ref value, optional } in entries {
            let key = self.as_written(key);
            written.push(MapEntry { id, key, value: self.as_written(value), optional });
        }
        ExprKind::Map(written)
    }

    #[inline(never)]
    fn struct_as_written(&self, type_name: &Rc<str>, fields: &[StructField]) -> ExprKind {
        let mut written = Vec::with_capacity(fields.len());
        for &StructField { id, ref name, ref value, optional } in fields {
            let name = Rc::clone(name);
            written.push(StructField { id, name, value: self.as_written(value), optional });
        }
        ExprKind::Struct { type_name: Rc::clone(type_name), fields: written }
    }
}

/// A decimal or, after `0x`, hexadecimal number.
fn integer(text: &str, negative: bool) -> Option<i64> {
    let magnitude = unsigned_digits(text)?;
    if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// The same with `u` after it.
fn unsigned(text: &str) -> Option<u64> {
    unsigned_digits(text.strip_suffix(['u', 'U'])?)
}

fn unsigned_digits(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// A number with a fraction or an exponent; one that is too large is none.
fn double(text: &str, negative: bool) -> Option<f64> {
    let magnitude = decimal::parse(text)?;
    magnitude.is_finite().then_some(if negative { -magnitude } else { magnitude })
}
