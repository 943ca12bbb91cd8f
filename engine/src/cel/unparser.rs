//! AST → text, macros as they were written (cel-go `parser/unparser.go`): parses to the same AST again, but for the shape of
//! rows of `&&` and `||`, which the parser balances. Spaces and quotes are ours, not the user's.
//!
//! Differs from cel-go where its text would mean something else: `-(-a)`, `!(!a)`, `-(1)`, `(-a).b` keep their parentheses,
//! and fields called as a word of the language their back-ticks.

use alloc::{format, string::String};

use super::{
    ast::{Ast, Expr, ExprKind, SourceInfo},
    operators, print,
    value::Value,
};

/// The text of an AST; `None` when it has holes, or comprehensions that no macro call stands for.
#[must_use]
pub fn unparse(ast: &Ast) -> Option<String> {
    unparse_expr(&ast.expr, &ast.source_info)
}

/// The text of a part of an AST.
#[must_use]
pub fn unparse_expr(expr: &Expr, info: &SourceInfo) -> Option<String> {
    let mut unparser = Unparser { out: String::new(), info };
    unparser.expr(expr)?;
    Some(unparser.out)
}

struct Unparser<'i> {
    out: String,
    info: &'i SourceInfo,
}

impl Unparser<'_> {
    fn expr(&mut self, expr: &Expr) -> Option<()> {
        let expr = self.info.macro_calls.get(&expr.id).unwrap_or(expr);
        match &expr.kind {
            ExprKind::Unspecified | ExprKind::Comprehension(_) => return None,
            ExprKind::Literal(value) => self.literal(value)?,
            ExprKind::Ident(name) => self.out.push_str(name),
            ExprKind::Select { operand, field, test_only } => {
                if *test_only {
                    self.out.push_str("has(");
                }
                self.suffixed(operand)?;
                self.out.push('.');
                self.field(field);
                if *test_only {
                    self.out.push(')');
                }
            }
            ExprKind::Call { function, target, args } => self.call(function, target.as_deref(), args)?,
            ExprKind::List { elements, optional_indices } => {
                self.out.push('[');
                self.list(elements.iter().zip(0_u32..), |unparser, (element, index)| {
                    unparser.mark(optional_indices.contains(&index));
                    unparser.expr(element)
                })?;
                self.out.push(']');
            }
            ExprKind::Map(entries) => {
                self.out.push('{');
                self.list(entries.iter(), |unparser, entry| {
                    unparser.mark(entry.optional);
                    unparser.expr(&entry.key)?;
                    unparser.out.push_str(": ");
                    unparser.expr(&entry.value)
                })?;
                self.out.push('}');
            }
            ExprKind::Struct { type_name, fields } => {
                self.out.push_str(type_name);
                self.out.push('{');
                self.list(fields.iter(), |unparser, field| {
                    unparser.mark(field.optional);
                    unparser.field(&field.name);
                    unparser.out.push_str(": ");
                    unparser.expr(&field.value)
                })?;
                self.out.push('}');
            }
        }
        Some(())
    }

    fn call(&mut self, function: &str, target: Option<&Expr>, args: &[Expr]) -> Option<()> {
        match (function, args) {
            (operators::CONDITIONAL, [condition, yes, no]) => {
                let tightest = operators::precedence(operators::LOGICAL_OR);
                self.nested(condition, self.precedence(condition) > tightest)?;
                self.out.push_str(" ? ");
                self.nested(yes, self.precedence(yes) > tightest)?;
                self.out.push_str(" : ");
                self.expr(no)
            }
            (
                operators::OPT_SELECT,
                [operand, Expr { kind: ExprKind::Literal(Value::String(field)), .. }],
            ) => {
                self.suffixed(operand)?;
                self.out.push_str(".?");
                self.field(field);
                Some(())
            }
            (operators::INDEX | operators::OPT_INDEX, [operand, index]) => {
                self.suffixed(operand)?;
                self.out.push_str(if function == operators::INDEX { "[" } else { "[?" });
                self.expr(index)?;
                self.out.push(']');
                Some(())
            }
            (operators::LOGICAL_NOT | operators::NEGATE, [operand]) => {
                self.out.push(if function == operators::NEGATE { '-' } else { '!' });
                let number = matches!(
                    operand.kind,
                    ExprKind::Literal(Value::Int(_) | Value::Double(_)) if function == operators::NEGATE
                );
                let at = self.out.len();
                let nested = number || self.precedence(operand) > 1;
                self.nested(operand, nested)?;
                // A sign before a number is the number's, also where a dot or a bracket follows: `-(1.a)`.
                let signed =
                    |text: &str| text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
                let literal = matches!(operand.kind, ExprKind::Literal(_));
                if function == operators::NEGATE && !literal && self.out.get(at..).is_some_and(signed) {
                    self.out.insert(at, '(');
                    self.out.push(')');
                }
                Some(())
            }
            (_, [left, right]) if operators::binary_symbol(function).is_some() => {
                let own = operators::precedence(function);
                // Rows of `&&` and `||` are balanced trees: no parentheses inside.
                let row = matches!(function, operators::LOGICAL_AND | operators::LOGICAL_OR);
                let right_most = if row { own } else { own.saturating_sub(1) };
                self.nested(left, self.precedence(left) > own)?;
                self.out.push(' ');
                self.out.push_str(operators::binary_symbol(function)?);
                self.out.push(' ');
                self.nested(right, self.precedence(right) > right_most)
            }
            _ => {
                if let Some(target) = target {
                    self.suffixed(target)?;
                    self.out.push('.');
                }
                self.out.push_str(function);
                self.out.push('(');
                self.list(args.iter(), Self::expr)?;
                self.out.push(')');
                Some(())
            }
        }
    }

    /// An operand that a dot or a bracket follows.
    fn suffixed(&mut self, operand: &Expr) -> Option<()> {
        self.nested(operand, self.precedence(operand) > 1)
    }

    fn nested(&mut self, expr: &Expr, nested: bool) -> Option<()> {
        if nested {
            self.out.push('(');
        }
        self.expr(expr)?;
        if nested {
            self.out.push(')');
        }
        Some(())
    }

    /// How loosely the outermost operator of an expression binds, as it will be written.
    fn precedence(&self, expr: &Expr) -> u8 {
        match &self.info.macro_calls.get(&expr.id).unwrap_or(expr).kind {
            ExprKind::Call { function, .. } => operators::precedence(function),
            _ => 0,
        }
    }

    fn list<T>(
        &mut self,
        items: impl Iterator<Item = T>,
        write: impl Fn(&mut Self, T) -> Option<()>,
    ) -> Option<()> {
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            write(self, item)?;
        }
        Some(())
    }

    fn mark(&mut self, optional: bool) {
        if optional {
            self.out.push('?');
        }
    }

    fn field(&mut self, name: &str) {
        let word = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|part| part.is_ascii_alphanumeric() || part == '_')
            && !matches!(name, "in" | "true" | "false" | "null");
        if word {
            self.out.push_str(name);
        } else {
            self.out.push_str(&format!("`{name}`"));
        }
    }

    fn literal(&mut self, value: &Value) -> Option<()> {
        match value {
            Value::Double(number) => {
                let shown = print::double(*number);
                self.out.push_str(&shown);
                if !shown.contains(['.', 'e']) {
                    self.out.push_str(".0");
                }
            }
            Value::Bytes(bytes) => {
                self.out.push_str("b\"");
                for byte in bytes.iter() {
                    self.out.push_str(&format!("\\{byte:03o}"));
                }
                self.out.push('"');
            }
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::String(_) => {
                self.out.push_str(&print::literal(value));
            }
            _ => return None,
        }
        Some(())
    }
}
