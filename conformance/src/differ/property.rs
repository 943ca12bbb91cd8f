//! What holds of any generated expression. `CELGATE_CASES=100000 cargo test -p conformance property` looks longer.

use celgate::{
    cel::{
        interpreter::{Bindings, Limits},
        program::Program,
        value::Value as Cel,
    },
    environment::{CURRENT, Environment, Mode, limits::PER_CALL_LIMIT},
};
use serde_json::{Value, json};

use super::{declared, random::Random};
use crate::{
    cel::KIND,
    set::{self, Context},
};

/// How many expressions are made.
fn cases(otherwise: usize) -> usize {
    std::env::var("CELGATE_CASES").ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// Complaints about types that a checker is there to prevent.
const TYPE_ERRORS: [&str; 5] =
    ["no such overload", "found no matching overload", "unsupported", "no such attribute", "undeclared"];

#[test]
fn checked_expressions_have_no_type_errors_when_they_run() {
    let mut context = Context::new(set::corpora().unwrap_or_else(set::recorded));
    let mut random = Random::new(11);
    let (mut made, mut evaluated) = (0, 0);
    while made < cases(3000) {
        let expr = declared::expression(&mut random, false);
        if expr.len() > 420 {
            continue;
        }
        made += 1;
        let answer = (KIND.answer)(&json!({"id": "", "group": "deploy", "expr": expr}), &mut context);
        if !answer["compile_error"].is_null() {
            continue;
        }
        evaluated += usize::from(!answer["value"].is_null());
        // Of a text that is no address, Kubernetes itself says that there is no such overload.
        let said = ["containsIP", "containsCIDR"].iter().any(|name| expr.contains(name));
        let error = answer["error"].as_str().filter(|_| !said).unwrap_or("");
        assert!(!TYPE_ERRORS.iter().any(|complaint| error.contains(complaint)), "{expr}\n{error}");
    }
    println!("{evaluated} of {made} have a value");
    assert!(evaluated * 2 > made, "{evaluated} of {made} have a value");
}

/// The value in the form of both sides, unless it is of a type that `cel` has not.
fn peers(value: &::cel::Value) -> Option<Value> {
    use ::cel::Value as Peer;
    Some(match value {
        Peer::Null => Value::Null,
        Peer::Bool(value) => json!(value),
        Peer::Int(value) => json!({"int": value.to_string()}),
        Peer::UInt(value) => json!({"uint": value.to_string()}),
        Peer::Float(value) => json!({"double": format!("{value:?}")}),
        Peer::String(text) => json!({"string": **text}),
        Peer::List(items) => Value::Array(items.iter().map(peers).collect::<Option<_>>()?),
        Peer::Map(map) => {
            let mut entries = Vec::new();
            #[expect(
                clippy::iter_over_hash_type,
                reason = "the peer's maps are hashed; the entries are sorted below"
            )]
            for (key, value) in map.map.iter() {
                let key: ::cel::Value = key.into();
                entries.push((peers(&key)?.to_string(), peers(value)?));
            }
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            json!({"map": entries.into_iter().map(|(key, value)| json!([key, value])).collect::<Vec<_>>()})
        }
        _ => return None,
    })
}

fn ours(value: &Cel) -> Option<Value> {
    Some(match value {
        Cel::Null => Value::Null,
        Cel::Bool(value) => json!(value),
        Cel::Int(value) => json!({"int": value.to_string()}),
        Cel::Uint(value) => json!({"uint": value.to_string()}),
        Cel::Double(value) => json!({"double": format!("{value:?}")}),
        Cel::String(text) => json!({"string": **text}),
        Cel::List(list) => Value::Array(list.iter().map(|item| ours(&item)).collect::<Option<_>>()?),
        Cel::Map(map) => {
            let mut entries = Vec::new();
            for index in 0..map.len() {
                let (key, value) = map.entry(index).ok().flatten()?;
                entries.push((ours(&key)?.to_string(), ours(&value)?));
            }
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            json!({"map": entries.into_iter().map(|(key, value)| json!([key, value])).collect::<Vec<_>>()})
        }
        _ => return None,
    })
}

/// Two implementations that share no line agree wherever both have a value.
#[test]
fn values_are_those_of_another_implementation() {
    let env = Environment::new(CURRENT, Mode::Stored);
    let mut random = Random::new(13);
    let (mut made, mut compared) = (0, 0);
    while made < cases(2000) {
        let expr = declared::shared(&mut random);
        if expr.len() > 300 {
            continue;
        }
        made += 1;
        let Ok(checked) = env.compile(&expr) else { continue };
        let Ok(program) = Program::new(&env, &checked) else { continue };
        let Ok(value) = program.evaluate(&Bindings::new(), Limits { cost: Some(PER_CALL_LIMIT) }).result
        else {
            continue;
        };
        let Ok(program) = ::cel::Program::compile(&expr) else { continue };
        let Ok(other) = program.execute(&::cel::Context::default()) else { continue };
        let (Some(ours), Some(theirs)) = (ours(&value), peers(&other)) else { continue };
        compared += 1;
        assert_eq!(ours, theirs, "{expr}");
    }
    println!("{compared} of {made} compared");
    assert!(compared * 3 > made, "{compared} of {made} compared");
}
