//! `kubernetes.regex` (`library/regex.go`): what a pattern matches.

use alloc::{format, rc::Rc, vec};

use crate::cel::{
    cost::functions as cost,
    decls::{Example, FunctionDecl, OverloadDecl, Prepared},
    error::EvalError,
    library::Library,
    regex::Regex,
    types::Type,
    value::Value,
};

/// The library.
#[must_use]
pub fn library() -> Library {
    use Type::{Int, String as Text};
    let texts = || Type::list(Text);
    Library::new(
        "kubernetes.regex",
        vec![
            FunctionDecl::new(
                "find",
                "The first part of the text that the pattern matches; the empty text when there is none.",
                vec![
                    OverloadDecl::member("string_find_string", vec![Text, Text], Text)
                        .body(find)
                        .prepare(prepare_find),
                ],
            )
            .examples(&[
                Example { expression: "'abc 123'.find('[0-9]+')", result: "'123'" },
                Example { expression: "'abc 123'.find('xyz')", result: "''" },
            ])
            .cost(cost::search)
            .estimate(cost::search_estimate),
            FunctionDecl::new(
                "findAll",
                "Every part of the text that the pattern matches, at most so many.",
                vec![
                    OverloadDecl::member("string_find_all_string", vec![Text, Text], texts())
                        .body(find_all)
                        .prepare(prepare_find_all),
                    OverloadDecl::member("string_find_all_string_int", vec![Text, Text, Int], texts())
                        .body(find_all)
                        .prepare(prepare_find_all),
                ],
            )
            .examples(&[
                Example { expression: "'123 abc 456'.findAll('[0-9]+')", result: "['123', '456']" },
                Example { expression: "'123 abc 456'.findAll('[0-9]+', 1)", result: "['123']" },
                Example { expression: "'123 abc 456'.findAll('xyz')", result: "[]" },
            ])
            .cost(cost::search)
            .estimate(cost::search_estimate),
        ],
    )
}

fn compiled(pattern: &str) -> Result<Regex, EvalError> {
    Regex::new(pattern).map_err(|error| EvalError::new(format!("Illegal regex: {error}")))
}

fn find(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text), Value::String(pattern)] = args else {
        return Err(EvalError::no_such_overload());
    };
    first(&compiled(pattern)?, text)
}

fn first(regex: &Regex, text: &str) -> Result<Value, EvalError> {
    let found = regex.find_at(text, 0)?.and_then(|(start, end)| text.get(start..end));
    Ok(Value::string(found.unwrap_or_default()))
}

fn find_all(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(text), Value::String(pattern), rest @ ..] = args else {
        return Err(EvalError::no_such_overload());
    };
    all(&compiled(pattern)?, text, rest.first())
}

fn all(regex: &Regex, text: &str, limit: Option<&Value>) -> Result<Value, EvalError> {
    let limit = match limit {
        None => None,
        Some(Value::Int(limit)) => usize::try_from(*limit).ok(),
        Some(_) => return Err(EvalError::no_such_overload()),
    };
    let found = regex.find_all(text, limit)?;
    Ok(Value::list(
        found.into_iter().filter_map(|(start, end)| text.get(start..end)).map(Value::string).collect(),
    ))
}

/// The pattern, when it is constant and text.
fn constant_pattern(args: &[Option<Value>]) -> Result<Option<Regex>, EvalError> {
    match args.get(1) {
        Some(Some(Value::String(pattern))) => Ok(Some(Regex::new(pattern)?)),
        _ => Ok(None),
    }
}

/// The text that a prepared call searches: Go takes a type for its name there, and looks at no other type first.
fn searched(receiver: &Value) -> Result<&str, EvalError> {
    match receiver {
        Value::String(text) => Ok(text),
        Value::Type(kind) => Ok(kind.runtime_name()),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn prepare_find(args: &[Option<Value>]) -> Result<Option<Prepared>, EvalError> {
    let Some(regex) = constant_pattern(args)? else { return Ok(None) };
    Ok(Some(Rc::new(move |args| match args {
        [receiver, _] => first(&regex, searched(receiver)?),
        _ => Err(EvalError::no_such_overload()),
    })))
}

fn prepare_find_all(args: &[Option<Value>]) -> Result<Option<Prepared>, EvalError> {
    let Some(regex) = constant_pattern(args)? else { return Ok(None) };
    Ok(Some(Rc::new(move |args| match args {
        [receiver, _, rest @ ..] => all(&regex, searched(receiver)?, rest.first()),
        _ => Err(EvalError::no_such_overload()),
    })))
}
