//! What may be written at a place of an expression, or what a name there means: names in scope, fields by type, functions
//! and macros by receiver. Works on half an expression: what stands before the place is closed and checked.

use alloc::{
    format,
    rc::Rc,
    string::{String, ToString},
    vec::Vec,
};

use serde::{Deserialize, Serialize};

use super::reference::{macro_signature, signature};
use crate::cel::{
    ast::{Comprehension, Expr, ExprKind},
    checker::{CheckedAst, check},
    container::qualified_name,
    env::Env,
    lexer::{self, Kind, Token},
    macros::Macro,
    operators,
    types::Type,
    value::Value,
};

/// A name that stands for the place while the expression is checked.
pub const MARK: &str = "celgate__cursor";

/// What kind of thing a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CompletionKind {
    /// A field of an object.
    Field,
    /// A variable of the policy or of a macro.
    Variable,
    /// A macro.
    Macro,
    /// A function.
    Function,
    /// What stands before the dot of functions: `sets`.
    Namespace,
    /// `true`, `in`
    Keyword,
}

/// A name that may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// The name, as it is written.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its type; of a function and a macro a signature.
    pub detail: String,
}

/// The names that may stand at the end of `before`, the beginning of an expression, whatever letters of one are there
/// already; and how many bytes those are.
#[must_use]
pub fn completions(env: &Env, before: &str) -> (usize, Vec<Completion>) {
    let (tokens, unrecognised) = lexer::tokens(before);
    let mut tokens: Vec<Token> = tokens.into_iter().filter(|token| token.kind != Kind::Eof).collect();
    let end = before.len();
    if is_text(before, &tokens, unrecognised.last().map(|last| (last.start as usize, last.end as usize))) {
        return (0, Vec::new());
    }
    let begun = tokens.pop_if(|token| is_word(token.kind) && token.end as usize == end);
    let start = begun.map_or(end, |token| token.start as usize);
    let kinds = |back: usize| tokens.iter().rev().nth(back).map(|token| token.kind);
    let found = match (kinds(0), kinds(1)) {
        // After an operand only an operator may follow.
        (Some(last), _) if ends_operand(last) => {
            let keyword = || Completion {
                label: String::from("in"),
                kind: CompletionKind::Keyword,
                detail: String::from("A in list(A), map(A, B) -> bool"),
            };
            begun.map(|_| keyword()).into_iter().collect()
        }
        (Some(Kind::Dot), _) | (Some(Kind::QuestionMark), Some(Kind::Dot)) => {
            marked(env, before, start, &tokens, false)
        }
        _ => marked(env, before, start, &tokens, true),
    };
    (end.saturating_sub(start), found)
}

/// Whether the end of the text is inside a string or a comment.
fn is_text(text: &str, tokens: &[Token], unrecognised: Option<(usize, usize)>) -> bool {
    let last = tokens.last().map_or(0, |token| token.end as usize);
    if let Some((from, to)) = unrecognised
        && to >= text.len()
        && from >= last
        && text.get(from..to).is_some_and(|text| text.contains(['\'', '"']))
    {
        return true;
    }
    let comment = text.get(last..).and_then(|rest| rest.rsplit_once("//"));
    comment.is_some_and(|(_, comment)| !comment.contains('\n'))
}

const fn is_word(kind: Kind) -> bool {
    matches!(kind, Kind::Identifier | Kind::In | Kind::True | Kind::False | Kind::Null)
}

const fn ends_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RightBracket
            | Kind::RightBrace
            | Kind::RightParen
            | Kind::True
            | Kind::False
            | Kind::Null
            | Kind::NumFloat
            | Kind::NumInt
            | Kind::NumUint
            | Kind::String
            | Kind::Bytes
            | Kind::Identifier
            | Kind::EscIdentifier
    )
}

/// Checks what stands before the place with a name there, and lists what could be that name.
fn marked(env: &Env, before: &str, start: usize, tokens: &[Token], global: bool) -> Vec<Completion> {
    let before = before.get(..start).unwrap_or(before);
    let mut parsed = env.parse(&closed(env, before, tokens, global));
    if !parsed.issues.is_empty() {
        // Something else is wrong as well: what the place depends on may be whole.
        let text = essence(before, tokens);
        let (tokens, _) = lexer::tokens(&text);
        parsed = env.parse(&closed(env, &text, &tokens, global));
    }
    let (checked, _) = check(env, parsed.ast);
    let mut search = Search { checked: &checked, locals: Vec::new() };
    match search.find(&checked.ast.expr) {
        Some(Found::Name) => names(env, &search.locals),
        Some(Found::Member(of)) => members(env, of, checked.type_of(of.id)),
        Some(Found::FieldOf(name)) => fields(env, name),
        None => Vec::new(),
    }
}

/// Of the text before a place what its meaning depends on: the calls that are open with their receivers and what they
/// bind, and the operand at the end.
fn essence(text: &str, tokens: &[Token]) -> String {
    let slice = |from: usize, to: usize| {
        let span = tokens.get(from..to).and_then(|part| Some((part.first()?.start, part.last()?.end)));
        span.and_then(|(start, end)| text.get(start as usize..end as usize)).unwrap_or("")
    };
    // Where each open bracket's content begins, and what follows its last comma.
    let mut open: Vec<(usize, usize)> = Vec::from([(0, 0)]);
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => open.push((at + 1, at + 1)),
            Kind::RightParen | Kind::RightBracket | Kind::RightBrace if open.len() > 1 => {
                open.pop();
            }
            Kind::Comma => open.last_mut().into_iter().for_each(|top| top.1 = at + 1),
            _ => {}
        }
    }
    let mut out = String::new();
    for (depth, &(from, last)) in open.iter().enumerate() {
        let end = open.get(depth + 1).map_or(tokens.len(), |next| next.0.saturating_sub(1));
        let bracket = from.checked_sub(1).and_then(|at| tokens.get(at)).map(|token| token.kind);
        match bracket {
            Some(Kind::LeftParen) => {
                out.push('(');
                out.push_str(slice(from, last));
            }
            Some(_) => out.push('['),
            None => {}
        }
        out.push_str(slice(operand(tokens, last, end), end));
    }
    out
}

/// Where the operand begins that ends, or is not finished, at the token `end`; not before `first`.
fn operand(tokens: &[Token], first: usize, end: usize) -> usize {
    let kind = |at: usize| {
        at.checked_sub(1).filter(|at| *at >= first).and_then(|at| tokens.get(at)).map(|token| token.kind)
    };
    let mut at = end;
    loop {
        // A dot asks for what stands before it.
        at = match (kind(at), kind(at.saturating_sub(1))) {
            (Some(Kind::Dot), _) => at.saturating_sub(1),
            (Some(Kind::QuestionMark), Some(Kind::Dot)) => at.saturating_sub(2),
            _ if at < end => return at,
            _ => at,
        };
        // Calls and indices stand behind their operand.
        while let Some(Kind::RightParen | Kind::RightBracket | Kind::RightBrace) = kind(at) {
            let mut depth = 0usize;
            while let Some(this) = kind(at) {
                at = at.saturating_sub(1);
                match this {
                    Kind::RightParen | Kind::RightBracket | Kind::RightBrace => depth += 1,
                    Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        match kind(at) {
            Some(last) if ends_operand(last) => at = at.saturating_sub(1),
            _ => return at,
        }
        if !matches!(kind(at), Some(Kind::Dot | Kind::QuestionMark)) {
            return at;
        }
    }
}

/// A bracket that is open.
#[derive(Default)]
struct Open {
    close: &'static str,
    /// The name before a parenthesis.
    name: Option<(usize, usize)>,
    /// Commas seen in it, conditions without their `:`, and whether an entry has its `:`.
    commas: usize,
    conditions: usize,
    colon: bool,
}

/// The text with the mark behind it, and everything closed that is open.
fn closed(env: &Env, text: &str, tokens: &[Token], global: bool) -> String {
    let mut open = Vec::from([Open::default()]);
    let mut before: [Option<&Token>; 2] = [None, None];
    for token in tokens {
        let previous = before[1].map(|token| token.kind);
        let top = |open: &mut Vec<Open>, change: fn(&mut Open)| open.last_mut().into_iter().for_each(change);
        match token.kind {
            Kind::LeftParen => {
                let name = before[1].filter(|token| token.kind == Kind::Identifier);
                let name = name.map(|token| (token.start as usize, token.end as usize));
                open.push(Open { close: ")", name, ..Open::default() });
            }
            Kind::LeftBracket => open.push(Open { close: "]", ..Open::default() }),
            Kind::LeftBrace => open.push(Open { close: "}", ..Open::default() }),
            Kind::RightParen | Kind::RightBracket | Kind::RightBrace if open.len() > 1 => {
                open.pop();
            }
            Kind::Comma => top(&mut open, |top| {
                top.commas += 1;
                (top.conditions, top.colon) = (0, false);
            }),
            // Otherwise it marks an optional field, index or element.
            Kind::QuestionMark if previous.is_some_and(ends_operand) => {
                top(&mut open, |top| top.conditions += 1);
            }
            Kind::Colon => top(&mut open, |top| match top.conditions {
                0 => top.colon = true,
                some => top.conditions = some - 1,
            }),
            _ => {}
        }
        before = [before[1], Some(token)];
    }
    let mut out = format!("{text}{MARK}");
    for (depth, of) in open.iter().rev().enumerate() {
        let name = of.name.and_then(|(from, to)| text.get(from..to)).unwrap_or("");
        // `has()` takes a selection only.
        if depth == 0 && global && name == "has" {
            out.push_str(".f");
        }
        for _ in 0..of.conditions {
            out.push_str(": null");
        }
        if of.close == "}" && !of.colon {
            out.push_str(": null");
        }
        let given = of.commas + 1;
        let macros = || env.macros().iter().filter(|known| known.name == name && !name.is_empty());
        if !macros().any(|known| known.args == given)
            && let Some(wanted) = macros().map(|known| known.args).filter(|args| *args > given).min()
        {
            for _ in given..wanted {
                out.push_str(", true");
            }
        }
        out.push_str(of.close);
    }
    out
}

/// Where the mark is.
enum Found<'a> {
    /// It is a name of its own.
    Name,
    /// It is selected from this.
    Member(&'a Expr),
    /// It is a field in a literal of that type.
    FieldOf(&'a str),
}

struct Search<'a> {
    checked: &'a CheckedAst,
    /// The variables of the macros around, outermost first.
    locals: Vec<(Rc<str>, Type)>,
}

impl<'a> Search<'a> {
    /// No deeper than the parser lets expressions nest.
    fn find(&mut self, expr: &'a Expr) -> Option<Found<'a>> {
        match &expr.kind {
            ExprKind::Unspecified | ExprKind::Literal(_) => None,
            ExprKind::Ident(name) => (&**name == MARK).then_some(Found::Name),
            ExprKind::Select { operand, field, .. } => {
                if &**field == MARK {
                    Some(Found::Member(operand))
                } else {
                    self.find(operand)
                }
            }
            ExprKind::Call { function, args, .. } if &**function == operators::OPT_SELECT => match &**args {
                [operand, Expr { kind: ExprKind::Literal(Value::String(field)), .. }] if &**field == MARK => {
                    Some(Found::Member(operand))
                }
                args => self.any(args),
            },
            ExprKind::Call { target, args, .. } => {
                match target.as_deref().and_then(|target| self.find(target)) {
                    Some(found) => Some(found),
                    None => self.any(args),
                }
            }
            ExprKind::List { elements, .. } => self.any(elements),
            ExprKind::Map(entries) => {
                entries.iter().find_map(|entry| self.find(&entry.key).or_else(|| self.find(&entry.value)))
            }
            ExprKind::Struct { type_name, fields } => fields.iter().find_map(|field| {
                if &*field.name == MARK { Some(Found::FieldOf(type_name)) } else { self.find(&field.value) }
            }),
            ExprKind::Comprehension(comprehension) => self.find_in(comprehension),
        }
    }

    fn any(&mut self, list: &'a [Expr]) -> Option<Found<'a>> {
        list.iter().find_map(|expr| self.find(expr))
    }

    fn find_in(&mut self, comprehension: &'a Comprehension) -> Option<Found<'a>> {
        let Comprehension { iter_range, iter_var, iter_var2, accu_var, accu_init, .. } = comprehension;
        if let Some(found) = self.find(iter_range).or_else(|| self.find(accu_init)) {
            return Some(found);
        }
        let outside = self.locals.len();
        let (first, second) = match self.checked.type_of(iter_range.id) {
            Type::List(element) if iter_var2.is_some() => (Type::Int, Type::clone(element)),
            Type::List(element) => (Type::clone(element), Type::Dyn),
            Type::Map(key, value) => (Type::clone(key), Type::clone(value)),
            _ => (Type::Dyn, Type::Dyn),
        };
        let accumulated = self.checked.type_of(accu_init.id).clone();
        let bound = [(Some(accu_var), accumulated), (Some(iter_var), first), (iter_var2.as_ref(), second)];
        for (name, kind) in bound {
            // No text can say the names that macros make up.
            if let Some(name) = name.filter(|name| !name.starts_with(['@', '#'])) {
                self.locals.push((Rc::clone(name), kind));
            }
        }
        let found = self
            .find(&comprehension.loop_step)
            .or_else(|| self.find(&comprehension.loop_condition))
            .or_else(|| self.find(&comprehension.result));
        if found.is_none() {
            self.locals.truncate(outside);
        }
        found
    }
}

/// A list in which the first entry of a name and kind counts.
#[derive(Default)]
struct List(Vec<Completion>);

impl List {
    fn add(&mut self, label: &str, kind: CompletionKind, detail: impl FnOnce() -> String) {
        if !self.0.iter().any(|known| known.kind == kind && known.label == label) {
            self.0.push(Completion { label: label.to_string(), kind, detail: detail() });
        }
    }
}

/// Names that stand on their own.
fn names(env: &Env, locals: &[(Rc<str>, Type)]) -> Vec<Completion> {
    let mut list = List::default();
    let variables = env.variables().filter(|(name, _)| !name.contains('.'));
    let locals = locals.iter().rev().map(|(name, kind)| (name, kind));
    for (name, kind) in locals.chain(variables) {
        list.add(name, CompletionKind::Variable, || shown(kind));
    }
    for known in env.macros().iter().filter(|known| !known.receiver) {
        list.add(known.name, CompletionKind::Macro, || macro_shown(known));
    }
    for function in env.functions().filter(|function| is_written(function.name)) {
        let Some(overload) = function.overloads.iter().find(|overload| !overload.member) else { continue };
        match function.name.split_once('.') {
            Some((namespace, _)) => {
                list.add(namespace, CompletionKind::Namespace, || format!("{namespace}.…"));
            }
            None => {
                list.add(function.name, CompletionKind::Function, || signature(function.name, overload));
            }
        }
    }
    for word in ["true", "false", "null"] {
        list.add(word, CompletionKind::Keyword, String::new);
    }
    list.0
}

/// What may follow the dot after a value.
fn members(env: &Env, of: &Expr, kind: &Type) -> Vec<Completion> {
    let mut list = List::default();
    let inner = kind.unwrap_optional().unwrap_or(kind);
    if let Type::Object(name) = inner {
        list.0 = fields(env, name);
    }
    if let Some(path) = qualified_name(of) {
        // Variables and functions with a dot in their name.
        let rest = |name: &str| {
            let rest = name.strip_prefix(&*path)?.strip_prefix('.')?;
            (!rest.contains('.')).then(|| rest.to_string())
        };
        for (name, kind) in env.variables() {
            if let Some(rest) = rest(name) {
                list.add(&rest, CompletionKind::Field, || shown(kind));
            }
        }
        let mut found = false;
        for function in env.functions() {
            if let (Some(rest), Some(overload)) = (rest(function.name), function.overloads.first()) {
                list.add(&rest, CompletionKind::Function, || signature(function.name, overload));
                found = true;
            }
        }
        if found && matches!(kind, Type::Error) {
            return list.0;
        }
    }
    for known in env.macros().iter().filter(|known| known.receiver && ranges_over(known, kind)) {
        list.add(known.name, CompletionKind::Macro, || macro_shown(known));
    }
    for function in env.functions().filter(|function| is_written(function.name)) {
        let mut fitting = function.overloads.iter().filter(|overload| overload.member);
        let fits = |wanted: Option<&Type>| wanted.is_some_and(|wanted| receives(wanted, kind));
        if let Some(overload) = fitting.find(|overload| fits(overload.params.first())) {
            list.add(function.name, CompletionKind::Function, || signature(function.name, overload));
        }
    }
    list.0
}

fn fields(env: &Env, type_name: &str) -> Vec<Completion> {
    let field = |(name, kind): (Rc<str>, Type)| Completion {
        label: name.to_string(),
        kind: CompletionKind::Field,
        detail: shown(&kind),
    };
    env.fields(type_name).into_iter().map(field).collect()
}

/// Names of operators and of what macros expand to cannot be written.
fn is_written(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && !name.contains('@')
}

fn macro_shown(known: &Macro) -> String {
    macro_signature(known.name, known.receiver, known.args)
}

/// Whether a macro may be called on a value of that type.
fn ranges_over(known: &Macro, kind: &Type) -> bool {
    if kind.is_dyn_or_error() {
        return true;
    }
    match known.name {
        "optMap" | "optFlatMap" => kind.unwrap_optional().is_some(),
        "sortBy" => matches!(kind, Type::List(_)),
        _ => matches!(kind, Type::List(_) | Type::Map(..)),
    }
}

/// Whether a function whose receiver is `wanted` may be called on a value of the type `kind`. Parameters fit anything: what
/// is listed for too much is refused when it is checked.
fn receives(wanted: &Type, kind: &Type) -> bool {
    match (wanted, kind) {
        (Type::TypeParam(_), _) => true,
        (wanted, kind) if wanted.is_dyn() || kind.is_dyn_or_error() => true,
        (Type::List(wanted), Type::List(kind)) => receives(wanted, kind),
        (Type::Map(key, value), Type::Map(key_kind, value_kind)) => {
            receives(key, key_kind) && receives(value, value_kind)
        }
        (Type::Opaque(name, _), Type::Opaque(other, _)) => name == other,
        (wanted, Type::Wrapper(inner)) => receives(wanted, inner),
        (wanted, kind) => wanted == kind,
    }
}

/// A type in few words: of an object it matters that it has fields.
fn shown(kind: &Type) -> String {
    match kind {
        Type::Object(_) => String::from("object"),
        Type::List(element) => format!("list({})", shown(element)),
        Type::Map(key, value) => format!("map({}, {})", shown(key), shown(value)),
        Type::Opaque(_, params) if kind.unwrap_optional().is_some() => {
            format!("optional({})", params.first().map(shown).unwrap_or_default())
        }
        Type::Wrapper(inner) => format!("{} or null", shown(inner)),
        Type::Error => String::from("dyn"),
        other => other.to_string(),
    }
}
