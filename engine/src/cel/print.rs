//! An expression as cel-go's debug printer writes it (`common/debug`): one node a line, macros expanded. What golden
//! files hold, and what "show the expansion" shows.

use alloc::{format, string::String};

use super::{
    ast::{Comprehension, Expr, ExprId, ExprKind},
    quote::quote,
    value::Value,
};

/// A part of an expression that can be adorned.
#[derive(Clone, Copy, Debug)]
pub enum Element<'e> {
    /// A node.
    Expr(&'e Expr),
    /// An entry of a map literal, or a field of an object literal.
    Entry(ExprId),
}

/// The expression, plain.
#[must_use]
pub fn plain(expr: &Expr) -> String {
    adorned(expr, &|_| String::new())
}

/// The expression with the number of each node after it: `a@id:1 `.
#[must_use]
pub fn with_ids(expr: &Expr) -> String {
    adorned(expr, &|element| match element {
        Element::Expr(expr) => format!("@id:{} ", expr.id.0),
        Element::Entry(_) => String::new(),
    })
}

/// The expression with what `adornment` says after each part.
#[must_use]
pub fn adorned(expr: &Expr, adornment: &dyn Fn(Element<'_>) -> String) -> String {
    let mut printer = Printer { out: String::new(), indent: 0, line_start: true, adornment };
    printer.expr(expr);
    printer.out
}

/// A literal as the printer writes it; other values, which no literal has, as their kind.
#[must_use]
pub fn literal(value: &Value) -> String {
    match value {
        Value::Null => String::from("null"),
        Value::Bool(value) => format!("{value}"),
        Value::Int(value) => format!("{value}"),
        Value::Uint(value) => format!("{value}u"),
        Value::Double(value) => double(*value),
        Value::String(text) => quote(text),
        Value::Bytes(bytes) => octets(bytes),
        _ => String::from("<value>"),
    }
}

fn octets(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for chunk in bytes.utf8_chunks() {
        let quoted = quote(chunk.valid());
        out.push_str(quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(""));
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out.push('"');
    out
}

/// Go's `%v`: shortest digits, with an exponent below 1e-4 and from 1e6 on.
pub(super) fn double(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

struct Printer<'a> {
    out: String,
    indent: usize,
    line_start: bool,
    adornment: &'a dyn Fn(Element<'_>) -> String,
}

impl Printer<'_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Unspecified => {}
            ExprKind::Literal(value) => self.push(&literal(value)),
            ExprKind::Ident(name) => self.push(name),
            ExprKind::Select { operand, field, test_only } => {
                self.expr(operand);
                self.push(".");
                self.push(field);
                if *test_only {
                    self.push("~test-only~");
                }
            }
            ExprKind::Call { function, target, args } => {
                if let Some(target) = target {
                    self.expr(target);
                    self.push(".");
                }
                self.push(function);
                self.block("(", ")", args, Self::expr);
            }
            ExprKind::List { elements, .. } => self.block("[", "]", elements, Self::expr),
            ExprKind::Map(entries) => self.block("{", "}", entries, |printer, entry| {
                if entry.optional {
                    printer.push("?");
                }
                printer.expr(&entry.key);
                printer.push(":");
                printer.expr(&entry.value);
                printer.adorn(Element::Entry(entry.id));
            }),
            ExprKind::Struct { type_name, fields } => {
                self.push(type_name);
                self.block("{", "}", fields, |printer, field| {
                    if field.optional {
                        printer.push("?");
                    }
                    printer.push(&field.name);
                    printer.push(":");
                    printer.expr(&field.value);
                    printer.adorn(Element::Entry(field.id));
                });
            }
            ExprKind::Comprehension(fold) => self.comprehension(fold),
        }
        self.adorn(Element::Expr(expr));
    }

    fn comprehension(&mut self, fold: &Comprehension) {
        self.push("__comprehension__(");
        self.indent = self.indent.saturating_add(1);
        self.line();
        self.heading("// Variable");
        self.push(&fold.iter_var);
        self.comma();
        if let Some(second) = &fold.iter_var2 {
            self.push(second);
            self.comma();
        }
        self.heading("// Target");
        self.expr(&fold.iter_range);
        self.comma();
        self.heading("// Accumulator");
        self.push(&fold.accu_var);
        self.comma();
        for (heading, part) in [
            ("// Init", &fold.accu_init),
            ("// LoopCondition", &fold.loop_condition),
            ("// LoopStep", &fold.loop_step),
        ] {
            self.heading(heading);
            self.expr(part);
            self.comma();
        }
        self.heading("// Result");
        self.expr(&fold.result);
        self.push(")");
        self.indent = self.indent.saturating_sub(1);
    }

    /// Items between brackets, each on a line of its own.
    fn block<T>(&mut self, open: &str, close: &str, items: &[T], show: impl Fn(&mut Self, &T)) {
        self.push(open);
        if !items.is_empty() {
            self.indent = self.indent.saturating_add(1);
            self.line();
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    self.comma();
                }
                show(self, item);
            }
            self.indent = self.indent.saturating_sub(1);
            self.line();
        }
        self.push(close);
    }

    fn heading(&mut self, heading: &str) {
        self.push(heading);
        self.line();
    }

    fn comma(&mut self) {
        self.push(",");
        self.line();
    }

    fn push(&mut self, text: &str) {
        if core::mem::take(&mut self.line_start) {
            for _ in 0..self.indent {
                self.out.push_str("  ");
            }
        }
        self.out.push_str(text);
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.line_start = true;
    }

    fn adorn(&mut self, element: Element<'_>) {
        let adornment = (self.adornment)(element);
        self.push(&adornment);
    }
}
