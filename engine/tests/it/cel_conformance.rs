//! The conformance tests of the CEL specification (npm `@bufbuild/cel-spec`), as far as they apply in Kubernetes. Read
//! from `conformance/node_modules/cel-spec.jsonl` (`npm install` in `conformance`); skipped, with a printed line, when it is
//! not there.

use std::{fs, path::Path};

use celgate::cel::{
    env::{Env, Options},
    interpreter::{Bindings, Limits},
    library,
    program::Program,
    types::Type,
    value::{Duration, OwnedMap, Timestamp, Value, equal},
};
use serde_json::Value as Json;

/// Suites that say nothing of Kubernetes, and why.
const SUITES: [(&str, &str); 10] = [
    ("conformance/proto2", "protobuf messages"),
    ("conformance/proto3", "protobuf messages"),
    ("conformance/enums", "protobuf enumerations"),
    ("conformance/math_ext", "a library that Kubernetes has not"),
    ("conformance/encoders_ext", "a library that Kubernetes has not"),
    ("conformance/block_ext", "a library that Kubernetes has not"),
    ("conformance/bindings_ext", "a library that Kubernetes has not"),
    ("parsing", "parsed, not evaluated: tests cel_syntax has them"),
    ("checking", "checked, not evaluated: tests cel_checker has them"),
    ("comprehension", "parsed, not evaluated"),
];

/// Single tests that Kubernetes answers otherwise, and why. One that passes fails the suite.
const EXCEPTIONS: [(&str, &str); 27] = [
    ("conformance/fields/qualified_identifier_resolution/map_key_float", DOUBLE),
    ("conformance/fields/map_fields/map_bad_key_type_or_true", FOLDED),
    ("conformance/fields/map_fields/map_bad_key_type_and_false", FOLDED),
    ("conformance/fields/qualified_identifier_resolution/map_value_repeat_key", REPEATED),
    ("conformance/fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous", REPEATED),
    ("conformance/optionals/optionals/map_null_entry_no_such_key", PRESENCE),
    ("conformance/optionals/optionals/map_present_key_invalid_field", PRESENCE),
    ("conformance/string_ext/format/scientific notation formatting clause", FORMAT),
    ("conformance/string_ext/format/default precision for scientific notation", FORMAT),
    ("conformance/string_ext/format/NaN support for scientific notation", FORMAT),
    ("conformance/string_ext/format/positive infinity support for scientific notation", FORMAT),
    ("conformance/string_ext/format/negative infinity support for scientific notation", FORMAT),
    ("conformance/string_ext/format/NaN support for decimal", FORMAT),
    ("conformance/string_ext/format/positive infinity support for decimal", FORMAT),
    ("conformance/string_ext/format/negative infinity support for decimal", FORMAT),
    ("conformance/string_ext/format/positive infinity support for fixed-point", FORMAT),
    ("conformance/string_ext/format/negative infinity support for fixed-point", FORMAT),
    ("conformance/string_ext/format/list support for string", FORMAT),
    ("conformance/string_ext/format/map support for string", FORMAT),
    ("conformance/string_ext/format/map support (all key types)", FORMAT),
    ("conformance/string_ext/format/dyntype support for scientific notation", FORMAT),
    ("conformance/string_ext/format/dyntype NaN/infinity support", FORMAT),
    ("conformance/string_ext/format/dyntype support for lists", FORMAT),
    ("conformance/string_ext/format/dyntype support for maps", FORMAT),
    ("conformance/string_ext/format/scientific notation formatting clause in a string variable", FORMAT),
    ("conformance/string_ext/value_errors/indexof_out_of_range", STRINGS),
    ("conformance/string_ext/value_errors/lastindexof_out_of_range", STRINGS),
];

const FORMAT: &str =
    "Kubernetes has the second version of the string library, whose `format` goes by an English locale";
const STRINGS: &str = "the second version of the string library searches from beyond the end";
const DOUBLE: &str =
    "cel-go takes a double as a key; Kubernetes refuses this literal before, for its mixed values";
const FOLDED: &str = "the key is folded while the program is made, which fails then";
const REPEATED: &str = "cel-go takes the last of equal keys";
const PRESENCE: &str = "Kubernetes leaves it to cel-go's default: no field of a scalar is present";

fn tests() -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/node_modules/cel-spec.jsonl");
    let Ok(text) = fs::read_to_string(path) else {
        println!("skipped: no conformance/node_modules/cel-spec.jsonl");
        return Vec::new();
    };
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Why a test says nothing of Kubernetes, if so.
fn inapplicable(test: &Json) -> Option<&'static str> {
    let suite = test["suite"].as_str().unwrap_or_default();
    let original = &test["original"];
    let written = original.to_string();
    if let Some((_, why)) = SUITES.iter().find(|(name, _)| suite.starts_with(name)) {
        return Some(why);
    }
    if written.contains("TestAllTypes")
        || written.contains("messageType")
        || written.contains("cel.expr.conformance")
    {
        return Some("protobuf messages");
    }
    if !original["typedResult"].is_null() {
        return Some("checked, not evaluated");
    }
    let text = original["expr"].as_str().unwrap_or_default();
    if original["disableCheck"] == true && env(original).compile(text).is_err() {
        return Some("does not check, and Kubernetes checks every expression");
    }
    None
}

fn env(original: &Json) -> Env {
    let libraries = vec![
        library::standard(),
        library::optional::library(),
        library::strings::library(2),
        library::sets::library(),
        library::comprehensions::library(),
        library::lists::library(),
    ];
    let env = Env::new(Options { cross_type_numeric_comparisons: true }, libraries);
    let env = env.with_container(original["container"].as_str().unwrap_or_default());
    let declared = original["typeEnv"].as_array().into_iter().flatten();
    declared.fold(env, |env, declaration| {
        let name = declaration["name"].as_str().unwrap_or_default();
        match declaration["ident"]["type"].as_object() {
            Some(_) => env.with_variable(name, kind(&declaration["ident"]["type"])),
            None => env,
        }
    })
}

fn kind(declared: &Json) -> Type {
    match declared["primitive"].as_str() {
        Some("BOOL") => return Type::Bool,
        Some("INT64") => return Type::Int,
        Some("UINT64") => return Type::Uint,
        Some("DOUBLE") => return Type::Double,
        Some("STRING") => return Type::String,
        Some("BYTES") => return Type::Bytes,
        _ => {}
    }
    match declared["wellKnown"].as_str() {
        Some("DURATION") => return Type::Duration,
        Some("TIMESTAMP") => return Type::Timestamp,
        _ => {}
    }
    if let Some(list) = declared["listType"].as_object() {
        return Type::list(list.get("elemType").map_or(Type::Dyn, kind));
    }
    if let Some(map) = declared["mapType"].as_object() {
        let part = |name: &str| map.get(name).map_or(Type::Dyn, kind);
        return Type::map(part("keyType"), part("valueType"));
    }
    if declared["null"].is_string() {
        return Type::Null;
    }
    Type::Dyn
}

fn value(given: &Json) -> Option<Value> {
    let (name, inner) = given.as_object()?.iter().next()?;
    Some(match name.as_str() {
        "nullValue" => Value::Null,
        "boolValue" => Value::Bool(inner.as_bool()?),
        "int64Value" => Value::Int(inner.as_str().map_or_else(|| inner.as_i64(), |text| text.parse().ok())?),
        "uint64Value" => {
            Value::Uint(inner.as_str().map_or_else(|| inner.as_u64(), |text| text.parse().ok())?)
        }
        "doubleValue" => Value::Double(match inner.as_str() {
            Some("Infinity") => f64::INFINITY,
            Some("-Infinity") => f64::NEG_INFINITY,
            Some(_) => f64::NAN,
            None => inner.as_f64()?,
        }),
        "stringValue" => Value::string(inner.as_str()?),
        "bytesValue" => Value::Bytes(octets(inner.as_str()?).into()),
        "listValue" => {
            Value::list(inner["values"].as_array().into_iter().flatten().filter_map(value).collect())
        }
        "mapValue" => {
            let entries = inner["entries"].as_array().into_iter().flatten();
            let entry = |entry: &Json| Some((value(&entry["key"])?, value(&entry["value"])?));
            Value::map(entries.filter_map(entry).collect::<OwnedMap>())
        }
        "typeValue" => return None,
        "objectValue" => {
            let text = inner["value"].as_str().unwrap_or_default();
            match inner["@type"].as_str()? {
                "type.googleapis.com/google.protobuf.Duration" => Value::Duration(Duration::parse(text)?),
                "type.googleapis.com/google.protobuf.Timestamp" => {
                    Value::Timestamp(Timestamp::parse(text)?.ok()?)
                }
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn octets(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<usize> =
        text.bytes().filter_map(|byte| ALPHABET.iter().position(|known| *known == byte)).collect();
    let mut out = Vec::new();
    for chunk in digits.chunks(4) {
        let group = chunk.iter().fold(0usize, |group, digit| group << 6 | digit) << (6 * (4 - chunk.len()));
        for place in 0..chunk.len().saturating_sub(1) {
            out.push((group >> (16 - 8 * place) & 255) as u8);
        }
    }
    out
}

/// What a test gets instead of what it expects; `None`: just that.
fn fault(original: &Json) -> Option<String> {
    let env = env(original);
    let text = original["expr"].as_str().unwrap_or_default();
    let expects_error = !original["evalError"].is_null();
    let checked = match env.compile(text) {
        Ok(checked) => checked,
        Err(_) if expects_error => return None,
        Err(issues) => return Some(issues.to_string()),
    };
    let program = match Program::new(&env, &checked) {
        Ok(program) => program,
        Err(_) if expects_error => return None,
        Err(error) => return Some(error.to_string()),
    };
    let bound = original["bindings"].as_object().into_iter().flatten();
    let bindings: Bindings =
        bound.filter_map(|(name, bound)| Some((name.as_str().into(), value(&bound["value"])?))).collect();
    let result = program.evaluate(&bindings, Limits::default()).result;
    match result {
        Err(_) if expects_error => None,
        Err(error) => Some(error.to_string()),
        Ok(found) if expects_error => Some(format!("{found:?}")),
        Ok(Value::Type(found)) if !original["value"].is_null() => {
            let wanted = original["value"]["typeValue"].as_str();
            (wanted != Some(found.runtime_name())).then(|| found.to_string())
        }
        // A test that says nothing of its result wants `true`.
        Ok(found) if original["value"].is_null() => {
            (!matches!(found, Value::Bool(true))).then(|| format!("{found:?}"))
        }
        Ok(found) => match value(&original["value"]) {
            Some(Value::Double(wanted)) if wanted.is_nan() => {
                (!matches!(found, Value::Double(found) if found.is_nan())).then(|| format!("{found:?}"))
            }
            // The recorded text of a double is not read to the last bit.
            Some(Value::Double(wanted)) if matches!(found, Value::Double(found) if (found - wanted).abs() <= found.abs() * 1e-15) => {
                None
            }
            Some(wanted) if found.kind_name() == wanted.kind_name() && equal(&found, &wanted) == Ok(true) => {
                None
            }
            _ => Some(format!("{found:?}")),
        },
    }
}

#[test]
fn spec_tests_pass() {
    let mut faults = Vec::new();
    let (mut passed, mut skipped) = (0, 0);
    for test in tests() {
        if inapplicable(&test).is_some() {
            skipped += 1;
            continue;
        }
        let name = format!(
            "{}/{}",
            test["suite"].as_str().unwrap_or_default(),
            test["name"].as_str().unwrap_or_default()
        );
        let exception = EXCEPTIONS.iter().any(|(known, _)| *known == name);
        match (fault(&test["original"]), exception) {
            (None, false) | (Some(_), true) => passed += 1,
            (None, true) => faults.push(format!("{name}: passes, so it is no exception")),
            (Some(fault), false) => faults.push(format!("{name}: {}\n    {fault}", test["original"]["expr"])),
        }
    }
    println!("cel-spec: {passed} pass, {skipped} do not apply");
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), faults.len() + passed, faults.join("\n"));
}
