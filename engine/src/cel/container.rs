//! Qualified names: where a name written in an expression is looked for (`common/containers/container.go`).

use alloc::{format, rc::Rc, string::String, vec::Vec};

use super::ast::{Expr, ExprKind};

/// The namespace an expression is written in. Kubernetes uses the root, whose name is empty.
#[derive(Clone, Debug, Default)]
pub struct Container {
    name: Option<Rc<str>>,
}

impl Container {
    /// The namespace `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: (!name.is_empty()).then(|| Rc::from(name)) }
    }

    /// Its name, as messages print it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("")
    }

    /// The first thing that `look` finds under the names that `name` may stand for, innermost namespace first. A leading
    /// dot makes a name absolute.
    pub fn resolve<T>(&self, name: &str, mut look: impl FnMut(&str) -> Option<T>) -> Option<T> {
        if let Some(absolute) = name.strip_prefix('.') {
            return look(absolute);
        }
        let mut prefix = self.name();
        while !prefix.is_empty() {
            if let Some(found) = look(&format!("{prefix}.{name}")) {
                return Some(found);
            }
            prefix = prefix.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
        look(name)
    }
}

/// The dotted name that `expr` spells, if it is nothing but identifiers and selections.
#[must_use]
pub fn qualified_name(expr: &Expr) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Ident(name) => {
                parts.push(name);
                break;
            }
            ExprKind::Select { operand, field, test_only: false } => {
                parts.push(field);
                at = operand;
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.join("."))
}
