//! The checker's messages, in cel-go's words (`checker/errors.go`).

use alloc::{format, string::String};
use core::fmt::Write as _;

use crate::cel::types::Type;

pub(super) fn undeclared_reference(container: &str, name: &str) -> String {
    format!("undeclared reference to '{name}' (in container '{container}')")
}

pub(super) fn undefined_field(field: &str) -> String {
    format!("undefined field '{field}'")
}

pub(super) fn unexpected_failed_resolution(type_name: &str) -> String {
    format!("unexpected failed resolution of '{type_name}'")
}

pub(super) fn no_field_selection(kind: &Type) -> String {
    format!("type '{kind}' does not support field selection")
}

pub(super) fn type_mismatch(expected: &Type, actual: &Type) -> String {
    format!("expected type '{expected}' but found '{actual}'")
}

pub(super) fn field_type_mismatch(field: &str, expected: &Type, actual: &Type) -> String {
    format!("expected type of field '{field}' is '{expected}' but provided type is '{actual}'")
}

pub(super) fn not_a_message_type(name: &str) -> String {
    format!("'{name}' is not a message type")
}

pub(super) fn not_a_comprehension_range(kind: &Type) -> String {
    format!("expression of type '{kind}' cannot be range of a comprehension (must be list, map, or dynamic)")
}

pub(super) fn no_optional_field_selection(why: &str) -> String {
    format!("unsupported optional field selection: {why}")
}

/// `args` has the receiver first when it is a member call.
pub(super) fn no_matching_overload(function: &str, args: &[Type], member: bool) -> String {
    let mut signature = String::new();
    let mut args = args.iter();
    if member && let Some(receiver) = args.next() {
        let _ = write!(signature, "{receiver}.");
    }
    signature.push('(');
    for (at, arg) in args.enumerate() {
        let _ = write!(signature, "{}{arg}", if at == 0 { "" } else { ", " });
    }
    signature.push(')');
    format!("found no matching overload for '{function}' applied to '{signature}'")
}

/// Ours: cel-go has no such limit and takes time or memory without end.
pub(super) const TOO_COMPLEX: &str = "the types of the expression are too complex to be checked";
