//! The checker beside cel-go: recorded types, errors and checked ASTs, the specification's tests, hostile expressions.

use std::{fs, path::Path, rc::Rc, time::Instant};

use celgate::cel::{
    checker,
    decls::{FunctionDecl, OverloadDecl},
    env::{Env, Options},
    library::{self, Library},
    macros::Macro,
    types::Type,
};
use celgate::environment::{
    CURRENT, Environment, Mode,
    variables::{Composition, OptionalVariables, with_admission_variables},
};
use serde_json::Value as Json;

/// The environment of a policy with params, and without variables of its own.
fn policy() -> Env {
    let base = Environment::new(CURRENT, Mode::Stored);
    Composition::new(with_admission_variables(base, OptionalVariables { params: true, authorizer: true }))
        .env()
}

/// `type`, or the issues.
fn check(expression: &str) -> String {
    match policy().compile(expression) {
        Ok(checked) => checked.result_type().declared().to_string(),
        Err(issues) => issues.to_string(),
    }
}

#[test]
fn types_and_faults_of_expressions() {
    let cases = [
        ("1 + 2", "int"),
        ("object.spec.replicas", "dyn"),
        ("object.spec.replicas + 1", "int"),
        ("[1, 2].map(x, [x])", "list(list(int))"),
        ("[]", "list(dyn)"),
        ("{'a': [null]}", "map(string, list(null_type))"),
        ("timestamp('2026-01-02T03:04:05Z') - duration('1h')", "google.protobuf.Timestamp"),
        ("optional.of(1)", "optional_type(int)"),
        ("object.?a.b", "optional_type(dyn)"),
        ("type(1)", "type(int)"),
        ("request.userInfo.groups.exists(g, g == 'a')", "bool"),
        ("request.kind.group", "string"),
        ("namespaceObject.metadata.labels['a']", "string"),
        ("true ? object.a : 'x'", "dyn"),
        ("google.protobuf.Int64Value{value: 1}", "wrapper(int)"),
        (
            "1 + 'a'",
            "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a'\n | ..^",
        ),
        ("foo", "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^"),
        ("request.object", "ERROR: <input>:1:8: undefined field 'object'\n | request.object\n | .......^"),
        ("'a'.b", "ERROR: <input>:1:4: type 'string' does not support field selection\n | 'a'.b\n | ...^"),
        ("true && 1", "ERROR: <input>:1:9: expected type 'bool' but found 'int'\n | true && 1\n | ........^"),
        ("[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"),
        (
            "'%s'.format([1, 'a'])",
            "ERROR: <input>:1:12: too many arguments supplied to string.format (expected 1, got 2)\n | '%s'.format([1, 'a'])\n | ...........^",
        ),
        (
            "'%d'.format(['a'])",
            "ERROR: <input>:1:14: error during formatting: decimal clause can only be used on integers, was given string\n | '%d'.format(['a'])\n | .............^",
        ),
        ("duration('x')", "ERROR: <input>:1:10: invalid duration argument\n | duration('x')\n | .........^"),
        (
            "'a'.matches('(')",
            "ERROR: <input>:1:13: invalid matches argument\n | 'a'.matches('(')\n | ............^",
        ),
        (
            "1.all(x, true)",
            "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | 1.all(x, true)\n | ^",
        ),
    ];
    for (expression, expected) in cases {
        assert_eq!(check(expression), expected, "{expression}");
    }
}

#[test]
fn hostile_expressions_end() {
    let nested = |before: &str, middle: &str, after: &str, count: usize| {
        format!("{}{middle}{}", before.repeat(count), after.repeat(count))
    };
    let pairs = "[1]".to_owned() + &".map(x, {x: x})".repeat(200);
    let unknown = nested("[].map(a, [a] + [{a: a}].map(b, ", "b", "))", 60);
    let expressions = [
        nested("[", "1", "]", 249),
        nested("{1: ", "1", "}", 249),
        nested("size(", "'a'", ")", 249),
        nested("[1].all(x, ", "true", ")", 200),
        nested("true ? 1 : ", "2", "", 240),
        nested("object[", "0", "]", 240),
        format!("object{}", ".a".repeat(250)),
        format!("1{}", " + 1".repeat(250)),
        vec!["object.a"; 3_000].join(" && "),
        format!("{}true", "!".repeat(10_001)),
        pairs,
        unknown,
        format!("[{}]", vec!["[]"; 20_000].join(", ")),
        format!("[{}]", vec!["object.a.b.c"; 7_000].join(", ")),
    ];
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let run = small.spawn(move || {
        let env = policy();
        for expression in expressions {
            let start = Instant::now();
            let text = match env.compile(&expression) {
                Ok(checked) => checked.result_type().to_string(),
                Err(issues) => issues.to_string(),
            };
            let shown: String = expression.chars().take(40).collect();
            println!("{:>6} ms {shown} {}", start.elapsed().as_millis(), text.len());
        }
    });
    run.expect("a thread").join().expect("no overflow");
}

fn lines(path: &Path) -> Vec<Json> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The tests of the CEL specification, with what cel-go gave their authors (`npm ci` in conformance/).
fn specification() -> Vec<Json> {
    let found =
        lines(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/node_modules/cel-spec.jsonl"));
    if found.is_empty() {
        println!("skipped: no conformance/node_modules/cel-spec.jsonl (npm ci in conformance/)");
    }
    found
}

/// Words of tests of the specification that say nothing about Kubernetes, and why.
const OUT_OF_REACH: &[(&str, &[&str])] = &[
    (
        "messages that Kubernetes does not declare",
        &["TestAllTypes", "proto2", "proto3", "FieldMask", "NullValue.NULL"],
    ),
    (
        "extensions that it has not",
        &["math.", "base64", "cel.bind", "cel.block", "cel.index", "proto.", ".reverse()"],
    ),
    ("another version of the strings extension", &["format_errors"]),
    ("a parser with other limits", &["recursion", "unsupported syntax", "code point size", "limit exceeded"]),
    (
        "declarations that the data leaves out",
        &["~string^is", "~int^ii", "~uint^iu", "~bool^iz", "~double^id", "~null^ix", "~bytes^ib", "^fg_s_0"],
    ),
    ("variables of an undetermined type", &["a.b + 1 == a[0]", "set([1, 2]) == x"]),
    (
        "another version of cel-go",
        &["NotAMessage", "optional_type~type(optional_type)", "existsOne(__result__"],
    ),
];

fn out_of_reach(test: &Json) -> bool {
    let text = test.to_string();
    OUT_OF_REACH.iter().any(|(_, words)| words.iter().any(|word| text.contains(word)))
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// A type as the specification's tests write it.
pub(crate) fn type_of(json: &Json) -> Type {
    let primitive = |name: &str| match name {
        "BOOL" => Type::Bool,
        "INT64" => Type::Int,
        "UINT64" => Type::Uint,
        "DOUBLE" => Type::Double,
        "STRING" => Type::String,
        _ => Type::Bytes,
    };
    let fields = json.as_object().expect("a type");
    let (kind, value) = fields.iter().next().expect("a kind");
    match kind.as_str() {
        "primitive" => primitive(value.as_str().expect("a name")),
        "wrapper" => Type::Wrapper(Rc::new(primitive(value.as_str().expect("a name")))),
        "null" => Type::Null,
        "listType" => Type::list(type_of(&value["elemType"])),
        "mapType" => Type::map(type_of(&value["keyType"]), type_of(&value["valueType"])),
        "typeParam" => Type::param(value.as_str().expect("a name")),
        "abstractType" => Type::Opaque(
            value["name"].as_str().expect("a name").into(),
            value["parameterTypes"].as_array().into_iter().flatten().map(type_of).collect(),
        ),
        "messageType" => {
            let name = value.as_str().expect("a name");
            Env::new(Options::default(), vec![]).type_named(name).unwrap_or_else(|| Type::object(name))
        }
        "wellKnown" => match value.as_str() {
            Some("DURATION") => Type::Duration,
            Some("TIMESTAMP") => Type::Timestamp,
            _ => Type::Any,
        },
        _ => Type::Dyn,
    }
}

/// `base` with what a test of the specification declares.
pub(crate) fn declared(test: &Json, base: &Env) -> Env {
    let mut env = base.clone().with_container(test["original"]["container"].as_str().unwrap_or(""));
    for item in test["original"]["typeEnv"].as_array().into_iter().flatten() {
        let name = item["name"].as_str().unwrap_or("");
        if let Some(kind) = item["ident"].get("type") {
            env = env.with_variable(name, type_of(kind));
            continue;
        }
        let overloads = item["function"]["overloads"].as_array().into_iter().flatten().map(|overload| {
            let params = overload["params"].as_array().into_iter().flatten().map(type_of).collect();
            let mut made = OverloadDecl::new(
                leak(overload["overloadId"].as_str().unwrap_or("")),
                params,
                type_of(&overload["resultType"]),
            );
            made.member = overload["isInstanceFunction"] == true;
            made
        });
        let function = FunctionDecl::new(leak(name), "", overloads.collect());
        env = env.with_library(Library::new(leak(&format!("test {name}")), vec![function]));
    }
    env
}

#[test]
fn the_specification_s_checked_asts_and_errors() {
    // As the authors had it: a macro that Kubernetes has not, no comprehensions with two variables, no validators.
    let standard = library::standard();
    let one = standard.macros.iter().find(|known| known.name == "exists_one").cloned().expect("exists_one");
    let more = Library::new("test", vec![]).macros(vec![Macro { name: "existsOne", ..one }]);
    let strings = Library { validators: vec![], ..library::strings::library(2) };
    let libraries = vec![standard, library::optional::library(), strings];
    let plain = Env::new(Options { cross_type_numeric_comparisons: false }, libraries);
    let conformance = plain.clone().with_library(more);
    let (mut all, mut differing) = (0, Vec::new());
    for test in specification().iter().filter(|test| !out_of_reach(test)) {
        let expression = test["original"]["expr"].as_str().expect("an expression");
        let suite = test["suite"].as_str().unwrap_or("");
        let env = declared(test, if suite.starts_with("conformance") { &conformance } else { &plain });
        let parsed = env.parse(expression);
        if !parsed.issues.is_empty() {
            continue;
        }
        all += 1;
        let (found, wanted) = match checker::check(&env, parsed.ast) {
            (checked, issues) if issues.is_empty() => (checker::print(&checked), test["checkedAst"].as_str()),
            (_, issues) => (issues.to_string(), test["error"].as_str()),
        };
        if wanted != Some(&found) {
            differing.push(format!(
                "{suite} {expression}\n{}{}\nfound\n{found}",
                test["checkedAst"], test["error"]
            ));
        }
    }
    println!("{} of {all} differ", differing.len());
    for one in differing.iter().take(std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(3)) {
        println!("---- {one}");
    }
    assert!(differing.is_empty());
}

#[test]
fn recorded_types_and_errors() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    let golden = shared.map(|folder| folder.join("corpora/golden/cel")).find(|path| path.exists());
    let Some(golden) = golden else {
        println!("skipped: no shared/corpora");
        return;
    };
    let groups = lines(&golden.join("groups.jsonl"));
    let deploy = groups.iter().find(|group| group["id"] == "deploy").expect("the group");
    let mut composition = Composition::new(with_admission_variables(
        Environment::new(CURRENT, Mode::Stored),
        OptionalVariables { params: true, authorizer: true },
    ));
    for variable in deploy["variables"].as_array().into_iter().flatten() {
        let checked = composition.env().compile(variable["expression"].as_str().expect("an expression"));
        let kind = checked.as_ref().ok().map(|checked| checked.result_type());
        composition.add(variable["name"].as_str().expect("a name"), kind);
    }
    let env = composition.env();
    for name in ["typed.jsonl", "ast.jsonl"] {
        for line in lines(&golden.join(name))
            .iter()
            .filter(|line| line["group"] == "deploy" && line["panic"].is_null())
        {
            let expression = line["expr"].as_str().expect("an expression");
            let wanted = line["compile_error"].as_str();
            if wanted.is_some_and(|wanted| !wanted.starts_with("compilation failed: ")) {
                continue;
            }
            match env.compile(expression) {
                Ok(checked) => {
                    assert_eq!(None, wanted, "{expression}");
                    assert_eq!(
                        line["type"].as_str(),
                        Some(&*checked.result_type().declared().to_string()),
                        "{expression}"
                    );
                    if let Some(printed) = line["checked_ast"].as_str() {
                        assert_eq!(checker::print(&checked), printed);
                    }
                }
                Err(issues) => {
                    assert_eq!(Some(&*format!("compilation failed: {issues}")), wanted, "{expression}")
                }
            }
        }
    }
}
