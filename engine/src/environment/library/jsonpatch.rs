//! `kubernetes.jsonpatch` (`library/jsonpatch.go`): only where mutating policies are compiled.

use alloc::{string::String, vec};

use crate::cel::{
    cost::functions as cost,
    decls::{Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::Library,
    types::Type,
    value::Value,
};

/// The library.
#[must_use]
pub fn library() -> Library {
    let escape = FunctionDecl::new(
        "jsonpatch.escapeKey",
        "The key as a path of a JSON patch has it: `~0` for `~`, `~1` for `/`.",
        vec![
            OverloadDecl::new("string_jsonpatch_escapeKey_string", vec![Type::String], Type::String)
                .body(escape_key),
        ],
    )
    .examples(&[Example {
        expression: "'/metadata/labels/' + jsonpatch.escapeKey('example.com/environment')",
        result: "'/metadata/labels/example.com~1environment'",
    }])
    .cost(cost::scan)
    .estimate(cost::transform_estimate);
    Library::new("kubernetes.jsonpatch", vec![escape])
}

fn escape_key(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(key)] = args else { return Err(EvalError::no_such_overload()) };
    let mut out = String::with_capacity(key.len());
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            _ => out.push(c),
        }
    }
    Ok(Value::string(out))
}
