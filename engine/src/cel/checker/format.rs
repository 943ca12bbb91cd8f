//! The clauses of a literal `'…'.format([…])` beside the types of its arguments (`ext/formatting.go`,
//! `stringFormatValidator`).

use alloc::{format, string::String, vec::Vec};

use super::{CheckedAst, check::Fault};
use crate::cel::{
    ast::{Expr, ExprId, ExprKind},
    checker::Reference,
    types::Type,
    value::Value,
};

/// Reports the first clause that does not fit, or arguments left over.
pub(super) fn check_format(checked: &CheckedAst, expr: &Expr, faults: &mut Vec<Fault>) {
    let ExprKind::Call { function, target: Some(target), args } = &expr.kind else { return };
    let (ExprKind::Literal(Value::String(text)), [arg]) = (&target.kind, args.as_slice()) else { return };
    let ExprKind::List { elements, .. } = &arg.kind else { return };
    let resolved = match checked.references.get(expr.id) {
        Some(Reference::Overloads(ids)) => ids.contains(&"string_format"),
        _ => true,
    };
    if **function != *"format" || !resolved {
        return;
    }
    match check_clauses(checked, text.as_bytes(), elements) {
        Err(fault) => faults.push((fault.id.unwrap_or(expr.id), fault.message)),
        Ok(used) if elements.len() > used => faults.push((
            expr.id,
            format!("too many arguments supplied to string.format (expected {used}, got {})", elements.len()),
        )),
        Ok(_) => {}
    }
}

struct ClauseFault {
    /// The argument at fault; `None`: the call.
    id: Option<ExprId>,
    message: String,
}

impl ClauseFault {
    fn new(message: impl Into<String>) -> Self {
        Self { id: None, message: message.into() }
    }
}

/// How many arguments the clauses ask for.
fn check_clauses(checked: &CheckedAst, text: &[u8], args: &[Expr]) -> Result<usize, ClauseFault> {
    let mut rest = text;
    let mut used = 0;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        let clause = rest.get(at + 1..).unwrap_or_default();
        match clause.first() {
            None => return Err(ClauseFault::new("unexpected end of string")),
            Some(b'%') => rest = clause.get(1..).unwrap_or_default(),
            Some(_) => {
                let Some(arg) = args.get(used) else {
                    return Err(ClauseFault::new(format!("index {used} out of range")));
                };
                used += 1;
                let after = skip_precision(clause)
                    .map_err(|why| ClauseFault::new(format!("could not parse formatting clause: {why}")))?;
                let verb = after.first().copied().unwrap_or_default();
                check_verb(checked, verb, arg)?;
                rest = after.get(1..).unwrap_or_default();
            }
        }
    }
    Ok(used)
}

fn skip_precision(clause: &[u8]) -> Result<&[u8], String> {
    let Some(digits) = clause.strip_prefix(b".") else { return Ok(clause) };
    let Some(end) = digits.iter().position(|byte| !byte.is_ascii_digit()) else {
        return Err(String::from("error while parsing precision: could not find end of precision specifier"));
    };
    let (number, rest) = digits.split_at_checked(end).unwrap_or((digits, &[]));
    let number = core::str::from_utf8(number).unwrap_or_default();
    let why = match number.parse::<i64>() {
        Ok(_) => return Ok(rest),
        Err(_) if number.is_empty() => "invalid syntax",
        Err(_) => "value out of range",
    };
    Err(format!(
        "error while parsing precision: error while converting precision to integer: \
         strconv.Atoi: parsing \"{number}\": {why}"
    ))
}

fn check_verb(checked: &CheckedAst, verb: u8, arg: &Expr) -> Result<(), ClauseFault> {
    let kind = checked.type_of(arg.id);
    let plain = match kind {
        Type::Wrapper(inner) => inner,
        other => other,
    };
    let (fits, wants) = match verb {
        b's' => {
            return match misfit(checked, arg) {
                None => Ok(()),
                Some(id) => Err(clause_fault(
                    id,
                    "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, \
                     durations, and timestamps",
                    checked.type_of(id),
                )),
            };
        }
        b'd' => (matches!(plain, Type::Int | Type::Uint), "decimal clause can only be used on integers"),
        b'f' => {
            (matches!(plain, Type::Double | Type::String), "fixed-point clause can only be used on doubles")
        }
        b'e' => {
            (matches!(plain, Type::Double | Type::String), "scientific clause can only be used on doubles")
        }
        b'b' => (
            matches!(plain, Type::Int | Type::Uint | Type::Bool),
            "only integers and bools can be formatted as binary",
        ),
        b'x' | b'X' => (
            matches!(plain, Type::Int | Type::Uint | Type::String | Type::Bytes),
            "only integers, byte buffers, and strings can be formatted as hex",
        ),
        b'o' => (matches!(plain, Type::Int | Type::Uint), "octal clause can only be used on integers"),
        // cel-go reads one byte and prints it as a character of that number.
        other => {
            return Err(ClauseFault::new(format!(
                "could not parse formatting clause: unrecognized formatting clause \"{}\"",
                char::from(other)
            )));
        }
    };
    if fits || *plain == Type::Dyn { Ok(()) } else { Err(clause_fault(arg.id, wants, kind)) }
}

fn clause_fault(id: ExprId, wants: &str, given: &Type) -> ClauseFault {
    let message = format!("error during formatting: {wants}, was given {}", given.runtime_name());
    ClauseFault { id: Some(id), message }
}

/// The first node of a literal that `%s` cannot print.
fn misfit(checked: &CheckedAst, arg: &Expr) -> Option<ExprId> {
    let printable = matches!(
        checked.type_of(arg.id),
        Type::Dyn
            | Type::List(_)
            | Type::Map(..)
            | Type::Int
            | Type::Uint
            | Type::Double
            | Type::Bool
            | Type::String
            | Type::Timestamp
            | Type::Bytes
            | Type::Duration
            | Type::Type(_)
            | Type::Null
            | Type::Wrapper(_)
    );
    if !printable {
        return Some(arg.id);
    }
    match &arg.kind {
        ExprKind::List { elements, .. } => elements.iter().find_map(|element| misfit(checked, element)),
        ExprKind::Map(entries) => entries
            .iter()
            .find_map(|entry| misfit(checked, &entry.key).or_else(|| misfit(checked, &entry.value))),
        _ => None,
    }
}
