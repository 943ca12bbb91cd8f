//! The conformance tests of the CEL specification (npm `@bufbuild/cel-spec`), as far as they apply in Kubernetes. Read
//! from `conformance/node_modules/cel-spec.jsonl` (`npm install` in `conformance`); skipped, with a printed line, when it is
//! not there.

use std::{collections::BTreeMap, fs, path::Path};

use celgate::cel::{
    env::{Env, Options},
    interpreter::{Bindings, Limits},
    library,
    program::Program,
    value::{Duration, OwnedMap, Timestamp, Value, equal},
};
use serde_json::Value as Json;

use crate::cel_checker::{declared, type_of};

/// Suites of the package that are not the specification's evaluation tests, and where they are run.
const ELSEWHERE: [(&str, &str); 3] = [
    ("parsing", "parsed, not evaluated: tests cel_syntax has them"),
    ("checking", "checked, not evaluated: tests cel_checker has them"),
    ("comprehension", "parsed, not evaluated: tests cel_syntax has them"),
];

/// Suites that say nothing of Kubernetes, and why.
const SUITES: [(&str, &str); 7] = [
    ("conformance/proto2", PROTOBUF),
    ("conformance/proto3", PROTOBUF),
    ("conformance/enums", PROTOBUF),
    ("conformance/math_ext", LIBRARY),
    ("conformance/encoders_ext", LIBRARY),
    ("conformance/block_ext", LIBRARY),
    ("conformance/bindings_ext", LIBRARY),
];
const PROTOBUF: &str = "needs the specification's protobuf messages";
const LIBRARY: &str = "needs a library that Kubernetes has not";

/// Single tests that Kubernetes answers otherwise, and why. One that passes fails the suite.
const EXCEPTIONS: [(&str, &str); 28] = [
    (
        "conformance/type_deductions/legacy_nullable_types/null_assignable_to_abstract_parameter_candidate",
        "cel-go's checker says null, as the package records",
    ),
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
    let written = test["original"].to_string();
    // Messages first: some tests of libraries need both.
    if SUITES.iter().any(|(name, why)| suite.starts_with(name) && *why == PROTOBUF)
        || ["TestAllTypes", "messageType", "cel.expr.conformance"].iter().any(|name| written.contains(name))
    {
        return Some(PROTOBUF);
    }
    SUITES.iter().find(|(name, _)| suite.starts_with(name)).map(|(_, why)| *why)
}

fn base() -> Env {
    let libraries = vec![
        library::standard(),
        library::optional::library(),
        library::strings::library(2),
        library::sets::library(),
        library::comprehensions::library(),
        library::lists::library(),
    ];
    Env::new(Options { cross_type_numeric_comparisons: true }, libraries)
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
fn fault(test: &Json, base: &Env) -> Option<String> {
    let env = declared(test, base);
    let original = &test["original"];
    let text = original["expr"].as_str().unwrap_or_default();
    let expects_error = !original["evalError"].is_null();
    let program = if original["disableCheck"] == true {
        Program::unchecked(&env, &env.parse(text).ast)
    } else {
        let checked = match env.compile(text) {
            Ok(checked) => checked,
            Err(_) if expects_error => return None,
            Err(issues) => return Some(issues.to_string()),
        };
        if let Some(deduced) = original["typedResult"].get("deducedType") {
            let (found, wanted) = (checked.result_type().to_string(), type_of(deduced).to_string());
            if found != wanted {
                return Some(format!("is of type {found}, not {wanted}"));
            }
        }
        if original["checkOnly"] == true {
            return None;
        }
        Program::new(&env, &checked)
    };
    let program = match program {
        Ok(program) => program,
        Err(_) if expects_error => return None,
        Err(error) => return Some(error.to_string()),
    };
    let bound = original["bindings"].as_object().into_iter().flatten();
    let bindings: Bindings =
        bound.filter_map(|(name, bound)| Some((name.as_str().into(), value(&bound["value"])?))).collect();
    let found = match program.evaluate(&bindings, Limits::default()).result {
        Err(_) if expects_error => return None,
        Err(error) => return Some(error.to_string()),
        Ok(found) if expects_error => return Some(format!("{found:?}")),
        Ok(found) => found,
    };
    let wanted = match (&original["value"], &original["typedResult"]["result"]) {
        // A test that says nothing of its result wants `true`.
        (Json::Null, Json::Null) => {
            return (!matches!(found, Value::Bool(true))).then(|| format!("{found:?}"));
        }
        (Json::Null, wanted) | (wanted, _) => wanted,
    };
    let equal = match (&found, value(wanted)) {
        (Value::Type(found), _) => wanted["typeValue"].as_str() == Some(found.runtime_name()),
        (Value::Double(found), Some(Value::Double(wanted))) if wanted.is_nan() => found.is_nan(),
        // The recorded text of a double is not read to the last bit.
        (Value::Double(found), Some(Value::Double(wanted)))
            if (found - wanted).abs() <= found.abs() * 1e-15 =>
        {
            true
        }
        (found, Some(wanted)) => found.kind_name() == wanted.kind_name() && equal(found, &wanted) == Ok(true),
        (_, None) => false,
    };
    (!equal).then(|| format!("{found:?}"))
}

/// Why, and how many by the suite they stand in.
type Skipped = BTreeMap<&'static str, BTreeMap<String, usize>>;

fn print(title: &str, skipped: &Skipped) {
    for (why, suites) in skipped {
        let named: Vec<String> = suites.iter().map(|(suite, count)| format!("{suite} {count}")).collect();
        println!("{:6} {title}{why}: {}", suites.values().sum::<usize>(), named.join(", "));
    }
}

#[test]
fn spec_tests_pass() {
    let tests = tests();
    if tests.is_empty() {
        return;
    }
    let base = base();
    let mut faults = Vec::new();
    let (mut passed, mut unchecked, mut well_known) = (0, 0, 0);
    let (mut elsewhere, mut skipped, mut otherwise) = (Skipped::new(), Skipped::new(), Skipped::new());
    let mut exceptions: BTreeMap<&str, &'static str> = EXCEPTIONS.into_iter().collect();
    for test in &tests {
        let suite = test["suite"].as_str().unwrap_or_default();
        let name = format!("{suite}/{}", test["name"].as_str().unwrap_or_default());
        let mut parts = suite.split('/');
        let first = parts.next().unwrap_or_default();
        let count = |into: &mut Skipped, why, suite: &str| {
            *into.entry(why).or_default().entry(suite.to_owned()).or_default() += 1;
        };
        if let Some((_, why)) = ELSEWHERE.iter().find(|(name, _)| first == *name) {
            count(&mut elsewhere, why, first);
            continue;
        }
        let second = parts.next().unwrap_or_default();
        if let Some(why) = inapplicable(test) {
            count(&mut skipped, why, second);
            continue;
        }
        let original = &test["original"];
        match (fault(test, &base), exceptions.remove(&*name)) {
            (None, None) => {
                passed += 1;
                unchecked += usize::from(original["disableCheck"] == true);
                well_known += usize::from(original.to_string().contains("google.protobuf"));
            }
            (Some(_), Some(why)) => count(&mut otherwise, why, second),
            (None, Some(_)) => faults.push(format!("{name}: passes, so it is no exception")),
            (Some(fault), None) => faults.push(format!("{name}: {}\n    {fault}", original["expr"])),
        }
    }
    faults.extend(exceptions.keys().map(|name| format!("{name}: an exception without a test")));
    println!("cel-spec: the package has {} tests", tests.len());
    print("", &elsewhere);
    print("", &skipped);
    let different: usize = otherwise.values().flat_map(BTreeMap::values).sum();
    println!("{:6} apply in Kubernetes", passed + different + faults.len());
    print("Kubernetes answers otherwise: ", &otherwise);
    println!(
        "{passed:6} pass ({unchecked} of them without the checker, {well_known} with well-known messages), {} fail",
        faults.len()
    );
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), faults.len() + passed, faults.join("\n"));
}
