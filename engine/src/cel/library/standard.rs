//! The standard library: operators, `size`, type conversions, string tests and accessors of time, with cel-go's overload
//! ids in cel-go's order (`common/stdlib/standard.go`).
//!
//! `&&`, `||`, `?:`, `==`, `!=`, `_[_]` and their optional kin are evaluated by the interpreter itself; their
//! declarations here serve the checker and the reader.

use alloc::{vec, vec::Vec};

use crate::cel::{
    decls::{Example, FunctionDecl, OverloadDecl},
    types::Type,
};

/// Every function of the standard library.
#[must_use]
pub fn functions() -> Vec<FunctionDecl> {
    let mut all = logic();
    all.extend(arithmetic());
    all.extend(order());
    all.extend(collections());
    all.extend(conversions());
    all.extend(text());
    all.extend(time());
    all
}

/// The names that stand for types in expressions (`int`, `list`, `google.protobuf.Duration`), each with the type it
/// denotes.
#[must_use]
pub fn types() -> Vec<(&'static str, Type)> {
    vec![
        ("bool", Type::Bool),
        ("bytes", Type::Bytes),
        ("double", Type::Double),
        ("google.protobuf.Duration", Type::Duration),
        ("int", Type::Int),
        ("list", Type::list(a())),
        ("map", Type::map(a(), b())),
        ("null_type", Type::Null),
        ("string", Type::String),
        ("google.protobuf.Timestamp", Type::Timestamp),
        ("type", Type::Type(None)),
        ("uint", Type::Uint),
    ]
}

fn a() -> Type {
    Type::param("A")
}

fn b() -> Type {
    Type::param("B")
}

/// A global overload; most take one or two arguments.
fn global<const N: usize>(id: &'static str, params: [Type; N], result: Type) -> OverloadDecl {
    OverloadDecl::new(id, params.into(), result)
}

/// A member overload; the first parameter is the receiver.
fn member<const N: usize>(id: &'static str, params: [Type; N], result: Type) -> OverloadDecl {
    OverloadDecl::member(id, params.into(), result)
}

/// `T op T → T` for a row of types.
fn closed(rows: &[(&'static str, &Type)]) -> Vec<OverloadDecl> {
    rows.iter().map(|&(id, kind)| global(id, [kind.clone(), kind.clone()], kind.clone())).collect()
}

const fn example(expression: &'static str, result: &'static str) -> Example {
    Example { expression, result }
}

fn logic() -> Vec<FunctionDecl> {
    use Type::Bool;
    let non_strict = |overload: OverloadDecl| OverloadDecl { non_strict: true, ..overload };
    vec![
        FunctionDecl::new(
            "_?_:_",
            "The conditional operator: the second operand when the first is true, else the third. The other is not evaluated.",
            vec![non_strict(global("conditional", [Bool, a(), a()], a()))],
        )
        .examples(const { &[example("2 > 1 ? 'more' : 'less'", "'more'")] }),
        FunctionDecl::new(
            "_&&_",
            "Logical and. False when either side is false, even if the other side fails.",
            vec![non_strict(global("logical_and", [Bool, Bool], Bool))],
        )
        .examples(const { &[example("true && false", "false"), example("1 / 0 > 1 && false", "false")] }),
        FunctionDecl::new(
            "_||_",
            "Logical or. True when either side is true, even if the other side fails.",
            vec![non_strict(global("logical_or", [Bool, Bool], Bool))],
        )
        .examples(const { &[example("true || false", "true"), example("1 / 0 > 1 || true", "true")] }),
        FunctionDecl::new("!_", "Logical not.", vec![global("logical_not", [Bool], Bool)])
            .examples(const { &[example("!true", "false")] }),
        FunctionDecl::new(
            "@not_strictly_false",
            "Whether a loop goes on: anything but false. Only macros call it.",
            vec![non_strict(global("not_strictly_false", [Bool], Bool))],
        ),
        FunctionDecl::new(
            "_==_",
            "Equality. Numbers compare by value across their types, lists by element in order, maps by entry.",
            vec![global("equals", [a(), a()], Bool)],
        )
        .examples(const { &[example("'a' == 'a'", "true"), example("dyn(3.0) == 3", "true")] }),
        FunctionDecl::new("_!=_", "Inequality.", vec![global("not_equals", [a(), a()], Bool)])
            .examples(const { &[example("1 != 2", "true")] }),
    ]
}

fn arithmetic() -> Vec<FunctionDecl> {
    use Type::{Bytes, Double, Duration, Int, String, Timestamp, Uint};
    vec![
        FunctionDecl::new(
            "_+_",
            "Sum of numbers or times; concatenation of strings, bytes or lists.",
            vec![
                global("add_bytes", [Bytes, Bytes], Bytes),
                global("add_double", [Double, Double], Double),
                global("add_duration_duration", [Duration, Duration], Duration),
                global("add_duration_timestamp", [Duration, Timestamp], Timestamp),
                global("add_timestamp_duration", [Timestamp, Duration], Timestamp),
                global("add_int64", [Int, Int], Int),
                global("add_list", [Type::list(a()), Type::list(a())], Type::list(a())),
                global("add_string", [String, String], String),
                global("add_uint64", [Uint, Uint], Uint),
            ],
        )
        .examples(
            const {
                &[
                    example("1 + 2", "3"),
                    example("'ab' + 'c'", "'abc'"),
                    example("[1] + [2, 3]", "[1, 2, 3]"),
                    example("9223372036854775807 + 1", "error: integer overflow"),
                ]
            },
        ),
        FunctionDecl::new(
            "_/_",
            "Quotient. Of integers it is truncated towards zero.",
            closed(&[("divide_double", &Double), ("divide_int64", &Int), ("divide_uint64", &Uint)]),
        )
        .examples(
            const {
                &[
                    example("7 / 2", "3"),
                    example("7.0 / 2.0", "3.5"),
                    example("1 / 0", "error: division by zero"),
                ]
            },
        ),
        FunctionDecl::new(
            "_%_",
            "Remainder of integers, with the sign of the first.",
            closed(&[("modulo_int64", &Int), ("modulo_uint64", &Uint)]),
        )
        .examples(const { &[example("-7 % 3", "-1"), example("1 % 0", "error: modulus by zero")] }),
        FunctionDecl::new(
            "_*_",
            "Product.",
            closed(&[("multiply_double", &Double), ("multiply_int64", &Int), ("multiply_uint64", &Uint)]),
        )
        .examples(const { &[example("6 * 7", "42")] }),
        FunctionDecl::new(
            "-_",
            "The number with the other sign.",
            vec![global("negate_double", [Double], Double), global("negate_int64", [Int], Int)],
        )
        .examples(const { &[example("-(2 + 3)", "-5")] }),
        FunctionDecl::new(
            "_-_",
            "Difference of numbers or times.",
            vec![
                global("subtract_double", [Double, Double], Double),
                global("subtract_duration_duration", [Duration, Duration], Duration),
                global("subtract_int64", [Int, Int], Int),
                global("subtract_timestamp_duration", [Timestamp, Duration], Timestamp),
                global("subtract_timestamp_timestamp", [Timestamp, Timestamp], Duration),
                global("subtract_uint64", [Uint, Uint], Uint),
            ],
        )
        .examples(const { &[example("5 - 3", "2"), example("3u - 5u", "error: unsigned integer overflow")] }),
    ]
}

fn order() -> Vec<FunctionDecl> {
    vec![
        comparison(
            "_<_",
            "Whether the first is less than the second. Numbers compare by value across their types.",
            [
                "less_bool",
                "less_int64",
                "less_int64_double",
                "less_int64_uint64",
                "less_uint64",
                "less_uint64_double",
                "less_uint64_int64",
                "less_double",
                "less_double_int64",
                "less_double_uint64",
                "less_string",
                "less_bytes",
                "less_timestamp",
                "less_duration",
            ],
        )
        .examples(const { &[example("1 < 1.1", "true"), example("'a' < 'b'", "true")] }),
        comparison(
            "_<=_",
            "Whether the first is at most the second.",
            [
                "less_equals_bool",
                "less_equals_int64",
                "less_equals_int64_double",
                "less_equals_int64_uint64",
                "less_equals_uint64",
                "less_equals_uint64_double",
                "less_equals_uint64_int64",
                "less_equals_double",
                "less_equals_double_int64",
                "less_equals_double_uint64",
                "less_equals_string",
                "less_equals_bytes",
                "less_equals_timestamp",
                "less_equals_duration",
            ],
        )
        .examples(const { &[example("2 <= 2", "true")] }),
        comparison(
            "_>_",
            "Whether the first is greater than the second.",
            [
                "greater_bool",
                "greater_int64",
                "greater_int64_double",
                "greater_int64_uint64",
                "greater_uint64",
                "greater_uint64_double",
                "greater_uint64_int64",
                "greater_double",
                "greater_double_int64",
                "greater_double_uint64",
                "greater_string",
                "greater_bytes",
                "greater_timestamp",
                "greater_duration",
            ],
        )
        .examples(const { &[example("3 > -2", "true")] }),
        comparison(
            "_>=_",
            "Whether the first is at least the second.",
            [
                "greater_equals_bool",
                "greater_equals_int64",
                "greater_equals_int64_double",
                "greater_equals_int64_uint64",
                "greater_equals_uint64",
                "greater_equals_uint64_double",
                "greater_equals_uint64_int64",
                "greater_equals_double",
                "greater_equals_double_int64",
                "greater_equals_double_uint64",
                "greater_equals_string",
                "greater_equals_bytes",
                "greater_equals_timestamp",
                "greater_equals_duration",
            ],
        )
        .examples(const { &[example("2u >= 1u", "true")] }),
    ]
}

/// The four orderings have the same fourteen signatures.
fn comparison(name: &'static str, doc: &'static str, ids: [&'static str; 14]) -> FunctionDecl {
    use Type::{Bool, Bytes, Double, Duration, Int, String, Timestamp, Uint};
    let operands = [
        [Bool, Bool],
        [Int, Int],
        [Int, Double],
        [Int, Uint],
        [Uint, Uint],
        [Uint, Double],
        [Uint, Int],
        [Double, Double],
        [Double, Int],
        [Double, Uint],
        [String, String],
        [Bytes, Bytes],
        [Timestamp, Timestamp],
        [Duration, Duration],
    ];
    FunctionDecl::new(
        name,
        doc,
        ids.into_iter().zip(operands).map(|(id, params)| global(id, params, Bool)).collect(),
    )
}

fn collections() -> Vec<FunctionDecl> {
    use Type::{Bool, Bytes, Int, String};
    let list = || Type::list(a());
    let map = || Type::map(a(), b());
    vec![
        FunctionDecl::new(
            "_[_]",
            "The element of a list at an index from 0, or the value of a map under a key.",
            vec![global("index_list", [list(), Int], a()), global("index_map", [map(), a()], b())],
        )
        .examples(const {
            &[
                example("[1, 2, 3][1]", "2"),
                example("{'k': 'v'}['k']", "'v'"),
                example("[1][5]", "error: index out of bounds: 5"),
                example("{'k': 'v'}['x']", "error: no such key: x"),
            ]
        }),
        FunctionDecl::new(
            "@in",
            "Whether a list has the element, or a map the key.",
            vec![global("in_list", [a(), list()], Bool), global("in_map", [a(), map()], Bool)],
        )
        .examples(const { &[example("2 in [1, 2, 3]", "true"), example("'x' in {'k': 'v'}", "false")] }),
        FunctionDecl::new(
            "size",
            "The number of elements of a list, entries of a map, code points of a string, or octets of bytes.",
            vec![
                global("size_bytes", [Bytes], Int),
                member("bytes_size", [Bytes], Int),
                global("size_list", [list()], Int),
                member("list_size", [list()], Int),
                global("size_map", [map()], Int),
                member("map_size", [map()], Int),
                global("size_string", [String], Int),
                member("string_size", [String], Int),
            ],
        )
        .examples(const { &[example("size([1, 2, 3])", "3"), example("'äöü'.size()", "3")] }),
    ]
}

fn conversions() -> Vec<FunctionDecl> {
    use Type::{Bool, Bytes, Double, Duration, Int, String, Timestamp, Uint};
    vec![
        FunctionDecl::new(
            "type",
            "The type of a value.",
            vec![global("type", [a()], Type::Type(Some(alloc::rc::Rc::new(a()))))],
        )
        .examples(const { &[example("type(1) == int", "true"), example("type(type(1)) == type", "true")] }),
        FunctionDecl::new(
            "bool",
            "Converts to a boolean. Of strings: `1 t T TRUE true True` and `0 f F FALSE false False`.",
            vec![global("bool_to_bool", [Bool], Bool), global("string_to_bool", [String], Bool)],
        )
        .examples(const { &[example("bool('true')", "true")] }),
        FunctionDecl::new(
            "bytes",
            "Converts a string to its UTF-8 octets.",
            vec![global("bytes_to_bytes", [Bytes], Bytes), global("string_to_bytes", [String], Bytes)],
        )
        .examples(const { &[example("bytes('hello')", "b'hello'")] }),
        FunctionDecl::new(
            "double",
            "Converts to a double.",
            vec![
                global("double_to_double", [Double], Double),
                global("int64_to_double", [Int], Double),
                global("string_to_double", [String], Double),
                global("uint64_to_double", [Uint], Double),
            ],
        )
        .examples(const { &[example("double('1.25')", "1.25"), example("double(3)", "3.0")] }),
        FunctionDecl::new(
            "duration",
            "Converts a string such as `1h30m` or `0.5s` to a duration; units are ns, us, ms, s, m and h.",
            vec![global("duration_to_duration", [Duration], Duration), global("string_to_duration", [String], Duration)],
        )
        .examples(const { &[example("duration('1h2m3s')", "duration('3723s')")] }),
        FunctionDecl::new(
            "dyn",
            "The same value, its type unknown to the checker.",
            vec![global("to_dyn", [a()], Type::Dyn)],
        )
        .examples(const { &[example("dyn(1) == 1.0", "true")] }),
        FunctionDecl::new(
            "int",
            "Converts to an int: doubles are truncated, timestamps give seconds since 1970, durations nanoseconds.",
            vec![
                global("int64_to_int64", [Int], Int),
                global("double_to_int64", [Double], Int),
                global("duration_to_int64", [Duration], Int),
                global("string_to_int64", [String], Int),
                global("timestamp_to_int64", [Timestamp], Int),
                global("uint64_to_int64", [Uint], Int),
            ],
        )
        .examples(const { &[example("int('-456')", "-456"), example("int(123.9)", "123")] }),
        FunctionDecl::new(
            "string",
            "Converts to a string.",
            vec![
                global("string_to_string", [String], String),
                global("bool_to_string", [Bool], String),
                global("bytes_to_string", [Bytes], String),
                global("double_to_string", [Double], String),
                global("duration_to_string", [Duration], String),
                global("int64_to_string", [Int], String),
                global("timestamp_to_string", [Timestamp], String),
                global("uint64_to_string", [Uint], String),
            ],
        )
        .examples(const {
            &[
                example("string(-123)", "'-123'"),
                example("string(1.0)", "'1'"),
                example("string(duration('1h30m'))", "'5400s'"),
            ]
        }),
        FunctionDecl::new(
            "timestamp",
            "Converts RFC 3339 text, or seconds since 1970, to a timestamp.",
            vec![
                global("timestamp_to_timestamp", [Timestamp], Timestamp),
                global("int64_to_timestamp", [Int], Timestamp),
                global("string_to_timestamp", [String], Timestamp),
            ],
        )
        .examples(const { &[example("timestamp(1)", "timestamp('1970-01-01T00:00:01Z')")] }),
        FunctionDecl::new(
            "uint",
            "Converts to an unsigned integer.",
            vec![
                global("uint64_to_uint64", [Uint], Uint),
                global("double_to_uint64", [Double], Uint),
                global("int64_to_uint64", [Int], Uint),
                global("string_to_uint64", [String], Uint),
            ],
        )
        .examples(const { &[example("uint('123')", "123u"), example("uint(-1)", "error: unsigned integer overflow")] }),
    ]
}

fn text() -> Vec<FunctionDecl> {
    use Type::{Bool, String};
    // cel-go declares these three without type guards: a wrong argument is a bare `no such overload`.
    vec![
        FunctionDecl::new(
            "contains",
            "Whether the string contains another.",
            vec![member("contains_string", [String, String], Bool)],
        )
        .unguarded()
        .examples(const { &[example("'hello'.contains('ell')", "true")] }),
        FunctionDecl::new(
            "endsWith",
            "Whether the string ends with another.",
            vec![member("ends_with_string", [String, String], Bool)],
        )
        .unguarded()
        .examples(const { &[example("'hello'.endsWith('lo')", "true")] }),
        FunctionDecl::new(
            "startsWith",
            "Whether the string starts with another.",
            vec![member("starts_with_string", [String, String], Bool)],
        )
        .unguarded()
        .examples(const { &[example("'hello'.startsWith('he')", "true")] }),
        FunctionDecl::new(
            "matches",
            "Whether an RE2 regular expression matches anywhere in the string.",
            vec![global("matches", [String, String], Bool), member("matches_string", [String, String], Bool)],
        )
        .examples(const { &[example("'v1.2'.matches('^v[0-9]+')", "true")] }),
    ]
}

fn time() -> Vec<FunctionDecl> {
    vec![
        accessor(
            "getFullYear",
            "The year of a timestamp, in UTC unless a time zone is given.",
            "timestamp_to_year",
            "timestamp_to_year_with_tz",
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getFullYear()", "2023")] }),
        accessor(
            "getMonth",
            "The month of a timestamp, from 0.",
            "timestamp_to_month",
            "timestamp_to_month_with_tz",
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getMonth()", "6")] }),
        accessor(
            "getDayOfYear",
            "The day of the year, from 0.",
            "timestamp_to_day_of_year",
            "timestamp_to_day_of_year_with_tz",
            None,
        )
        .examples(const { &[example("timestamp('2023-01-02T00:00:00Z').getDayOfYear()", "1")] }),
        accessor(
            "getDayOfMonth",
            "The day of the month, from 0.",
            "timestamp_to_day_of_month",
            "timestamp_to_day_of_month_with_tz",
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getDayOfMonth()", "13")] }),
        accessor(
            "getDate",
            "The day of the month, from 1.",
            "timestamp_to_day_of_month_1_based",
            "timestamp_to_day_of_month_1_based_with_tz",
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getDate()", "14")] }),
        accessor(
            "getDayOfWeek",
            "The day of the week, from 0 for Sunday.",
            "timestamp_to_day_of_week",
            "timestamp_to_day_of_week_with_tz",
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getDayOfWeek()", "5")] }),
        accessor(
            "getHours",
            "The hour of a timestamp, or all hours of a duration.",
            "timestamp_to_hours",
            "timestamp_to_hours_with_tz",
            Some("duration_to_hours"),
        )
        .examples(const { &[example("duration('3723s').getHours()", "1")] }),
        accessor(
            "getMinutes",
            "The minute of a timestamp, or all minutes of a duration.",
            "timestamp_to_minutes",
            "timestamp_to_minutes_with_tz",
            Some("duration_to_minutes"),
        )
        .examples(const { &[example("duration('3723s').getMinutes()", "62")] }),
        accessor(
            "getSeconds",
            "The second of a timestamp, or all seconds of a duration.",
            "timestamp_to_seconds",
            "timestamp_to_seconds_tz",
            Some("duration_to_seconds"),
        )
        .examples(const { &[example("duration('3723.456s').getSeconds()", "3723")] }),
        accessor(
            "getMilliseconds",
            "The milliseconds within the second of a timestamp, or all milliseconds of a duration.",
            "timestamp_to_milliseconds",
            "timestamp_to_milliseconds_with_tz",
            Some("duration_to_milliseconds"),
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45.123Z').getMilliseconds()", "123")] }),
    ]
}

fn accessor(
    name: &'static str,
    doc: &'static str,
    utc: &'static str,
    zoned: &'static str,
    duration: Option<&'static str>,
) -> FunctionDecl {
    use Type::{Duration, Int, String, Timestamp};
    let mut overloads = vec![member(utc, [Timestamp], Int), member(zoned, [Timestamp, String], Int)];
    overloads.extend(duration.map(|id| member(id, [Duration], Int)));
    FunctionDecl::new(name, doc, overloads)
}
