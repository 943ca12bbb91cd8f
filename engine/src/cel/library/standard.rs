//! The standard library: operators, `size`, type conversions, string tests and accessors of time, with cel-go's overload
//! ids in cel-go's order (`common/stdlib/standard.go`).
//!
//! `&&`, `||`, `?:`, `==`, `!=`, `_[_]` and their optional kin are evaluated by the interpreter itself; their
//! declarations here serve the checker and the reader.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};
use core::cmp::Ordering;

use super::{MAX_TEXT, too_large};
use crate::cel::{
    cost::table,
    decls::{Body, Example, FunctionDecl, OverloadDecl, Prepared},
    error::EvalError,
    regex::Regex,
    timezone,
    types::Type,
    value::{CivilTime, Duration, Map, Timestamp, Value, compare, number},
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
        ("list", Type::list(Type::Dyn)),
        ("map", Type::map(Type::Dyn, Type::Dyn)),
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
            .singleton(not)
        .examples(const { &[example("!true", "false")] }),
        FunctionDecl::new(
            "@not_strictly_false",
            "Whether a loop goes on: anything but false. Only macros call it.",
            vec![non_strict(global("not_strictly_false", [Bool], Bool))],
        ),
        FunctionDecl::new(
            "_==_",
            "Equality. Numbers compare by value across their types, lists by element in order, maps by entry.",
            vec![global("equals", [a(), a()], Bool).cost(table::shorter).estimate(table::shorter_estimate)],
        )
        .examples(const { &[example("'a' == 'a'", "true"), example("dyn(3.0) == 3", "true")] }),
        FunctionDecl::new("_!=_", "Inequality.", vec![global("not_equals", [a(), a()], Bool).cost(table::shorter).estimate(table::shorter_estimate)])
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
                global("add_bytes", [Bytes, Bytes], Bytes).cost(table::both).estimate(table::both_estimate),
                global("add_double", [Double, Double], Double),
                global("add_duration_duration", [Duration, Duration], Duration),
                global("add_duration_timestamp", [Duration, Timestamp], Timestamp),
                global("add_timestamp_duration", [Timestamp, Duration], Timestamp),
                global("add_int64", [Int, Int], Int),
                global("add_list", [Type::list(a()), Type::list(a())], Type::list(a()))
                    .estimate(table::concatenation_estimate),
                global("add_string", [String, String], String)
                    .cost(table::both)
                    .estimate(table::both_estimate),
                global("add_uint64", [Uint, Uint], Uint),
            ],
        )
        .singleton(add)
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
        .singleton(divide)
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
        .singleton(modulo)
        .examples(const { &[example("-7 % 3", "-1"), example("1 % 0", "error: modulus by zero")] }),
        FunctionDecl::new(
            "_*_",
            "Product.",
            closed(&[("multiply_double", &Double), ("multiply_int64", &Int), ("multiply_uint64", &Uint)]),
        )
        .singleton(multiply)
        .examples(const { &[example("6 * 7", "42")] }),
        FunctionDecl::new(
            "-_",
            "The number with the other sign.",
            vec![global("negate_double", [Double], Double), global("negate_int64", [Int], Int)],
        )
        .singleton(negate)
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
        .singleton(subtract)
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
        .singleton(less)
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
        .singleton(less_equals)
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
        .singleton(greater)
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
        .singleton(greater_equals)
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
    let overload = |(id, params): (&'static str, [Type; 2])| {
        let traversed = matches!(params, [String | Bytes, _]);
        let declared = global(id, params, Bool);
        if traversed { declared.cost(table::shorter).estimate(table::shorter_estimate) } else { declared }
    };
    FunctionDecl::new(name, doc, ids.into_iter().zip(operands).map(overload).collect())
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
            vec![global("in_list", [a(), list()], Bool).cost(table::membership).estimate(table::membership_estimate), global("in_map", [a(), map()], Bool)],
        )
        .singleton(contains_element)
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
        .singleton(size)
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
        .singleton(type_of)
        .examples(const { &[example("type(1) == int", "true"), example("type(type(1)) == type", "true")] }),
        FunctionDecl::new(
            "bool",
            "Converts to a boolean. Of strings: `1 t T TRUE true True` and `0 f F FALSE false False`.",
            vec![global("bool_to_bool", [Bool], Bool).body(identity), global("string_to_bool", [String], Bool).body(string_to_bool)],
        )
        .examples(const { &[example("bool('true')", "true")] }),
        FunctionDecl::new(
            "bytes",
            "Converts a string to its UTF-8 octets.",
            vec![global("bytes_to_bytes", [Bytes], Bytes).body(identity), global("string_to_bytes", [String], Bytes).body(string_to_bytes).cost(table::first).estimate(table::encoding_estimate)],
        )
        .examples(const { &[example("bytes('hello')", "b'hello'")] }),
        FunctionDecl::new(
            "double",
            "Converts to a double.",
            vec![
                global("double_to_double", [Double], Double).body(identity),
                global("int64_to_double", [Int], Double).body(to_double),
                global("string_to_double", [String], Double).body(to_double),
                global("uint64_to_double", [Uint], Double).body(to_double),
            ],
        )
        .examples(const { &[example("double('1.25')", "1.25"), example("double(3)", "3.0")] }),
        FunctionDecl::new(
            "duration",
            "Converts a string such as `1h30m` or `0.5s` to a duration; units are ns, us, ms, s, m and h.",
            vec![global("duration_to_duration", [Duration], Duration).body(identity), global("string_to_duration", [String], Duration).body(to_duration)],
        )
        .examples(const { &[example("duration('1h2m3s')", "duration('3723s')")] }),
        FunctionDecl::new(
            "dyn",
            "The same value, its type unknown to the checker.",
            vec![global("to_dyn", [a()], Type::Dyn)],
        )
        .singleton(identity)
        .examples(const { &[example("dyn(1) == 1.0", "true")] }),
        FunctionDecl::new(
            "int",
            "Converts to an int: doubles are truncated, timestamps give seconds since 1970, durations nanoseconds.",
            vec![
                global("int64_to_int64", [Int], Int).body(identity),
                global("double_to_int64", [Double], Int).body(to_int),
                global("duration_to_int64", [Duration], Int).body(to_int),
                global("string_to_int64", [String], Int).body(to_int),
                global("timestamp_to_int64", [Timestamp], Int).body(to_int),
                global("uint64_to_int64", [Uint], Int).body(to_int),
            ],
        )
        .examples(const { &[example("int('-456')", "-456"), example("int(123.9)", "123")] }),
        FunctionDecl::new(
            "string",
            "Converts to a string.",
            vec![
                global("string_to_string", [String], String).body(identity),
                global("bool_to_string", [Bool], String).body(to_string),
                global("bytes_to_string", [Bytes], String).body(to_string).cost(table::first).estimate(table::decoding_estimate),
                global("double_to_string", [Double], String).body(to_string),
                global("duration_to_string", [Duration], String).body(to_string),
                global("int64_to_string", [Int], String).body(to_string),
                global("timestamp_to_string", [Timestamp], String).body(to_string),
                global("uint64_to_string", [Uint], String).body(to_string),
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
                global("timestamp_to_timestamp", [Timestamp], Timestamp).body(identity),
                global("int64_to_timestamp", [Int], Timestamp).body(to_timestamp),
                global("string_to_timestamp", [String], Timestamp).body(to_timestamp),
            ],
        )
        .examples(const { &[example("timestamp(1)", "timestamp('1970-01-01T00:00:01Z')")] }),
        FunctionDecl::new(
            "uint",
            "Converts to an unsigned integer.",
            vec![
                global("uint64_to_uint64", [Uint], Uint).body(identity),
                global("double_to_uint64", [Double], Uint).body(to_uint),
                global("int64_to_uint64", [Int], Uint).body(to_uint),
                global("string_to_uint64", [String], Uint).body(to_uint),
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
            vec![
                member("contains_string", [String, String], Bool)
                    .body(contains)
                    .cost(table::product)
                    .estimate(table::product_estimate),
            ],
        )
        .unguarded()
        .examples(const { &[example("'hello'.contains('ell')", "true")] }),
        FunctionDecl::new(
            "endsWith",
            "Whether the string ends with another.",
            vec![
                member("ends_with_string", [String, String], Bool)
                    .body(ends_with)
                    .cost(table::second)
                    .estimate(table::second_estimate),
            ],
        )
        .unguarded()
        .examples(const { &[example("'hello'.endsWith('lo')", "true")] }),
        FunctionDecl::new(
            "startsWith",
            "Whether the string starts with another.",
            vec![
                member("starts_with_string", [String, String], Bool)
                    .body(starts_with)
                    .cost(table::second)
                    .estimate(table::second_estimate),
            ],
        )
        .unguarded()
        .examples(const { &[example("'hello'.startsWith('he')", "true")] }),
        FunctionDecl::new(
            "matches",
            "Whether an RE2 regular expression matches anywhere in the string.",
            vec![
                global("matches", [String, String], Bool)
                    .prepare(prepare_matches)
                    .cost(table::matching)
                    .estimate(table::matching_estimate),
                member("matches_string", [String, String], Bool)
                    .prepare(prepare_matches)
                    .cost(table::matching)
                    .estimate(table::matching_estimate),
            ],
        )
        .singleton(matches)
        .examples(const { &[example("'v1.2'.matches('^v[0-9]+')", "true")] }),
    ]
}

fn time() -> Vec<FunctionDecl> {
    vec![
        accessor::<Year>(
            "getFullYear",
            "The year of a timestamp, in UTC unless a time zone is given.",
            ["timestamp_to_year", "timestamp_to_year_with_tz"],
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getFullYear()", "2023")] }),
        accessor::<Month>(
            "getMonth",
            "The month of a timestamp, from 0.",
            ["timestamp_to_month", "timestamp_to_month_with_tz"],
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getMonth()", "6")] }),
        accessor::<DayOfYear>(
            "getDayOfYear",
            "The day of the year, from 0.",
            ["timestamp_to_day_of_year", "timestamp_to_day_of_year_with_tz"],
            None,
        )
        .examples(const { &[example("timestamp('2023-01-02T00:00:00Z').getDayOfYear()", "1")] }),
        accessor::<DayOfMonth>(
            "getDayOfMonth",
            "The day of the month, from 0.",
            ["timestamp_to_day_of_month", "timestamp_to_day_of_month_with_tz"],
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getDayOfMonth()", "13")] }),
        accessor::<Date>(
            "getDate",
            "The day of the month, from 1.",
            ["timestamp_to_day_of_month_1_based", "timestamp_to_day_of_month_1_based_with_tz"],
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getDate()", "14")] }),
        accessor::<DayOfWeek>(
            "getDayOfWeek",
            "The day of the week, from 0 for Sunday.",
            ["timestamp_to_day_of_week", "timestamp_to_day_of_week_with_tz"],
            None,
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45Z').getDayOfWeek()", "5")] }),
        accessor::<Hours>(
            "getHours",
            "The hour of a timestamp, or all hours of a duration.",
            ["timestamp_to_hours", "timestamp_to_hours_with_tz"],
            Some(("duration_to_hours", |args| duration_part(args, Duration::whole_hours))),
        )
        .examples(const { &[example("duration('3723s').getHours()", "1")] }),
        accessor::<Minutes>(
            "getMinutes",
            "The minute of a timestamp, or all minutes of a duration.",
            ["timestamp_to_minutes", "timestamp_to_minutes_with_tz"],
            Some(("duration_to_minutes", |args| duration_part(args, Duration::whole_minutes))),
        )
        .examples(const { &[example("duration('3723s').getMinutes()", "62")] }),
        accessor::<Seconds>(
            "getSeconds",
            "The second of a timestamp, or all seconds of a duration.",
            ["timestamp_to_seconds", "timestamp_to_seconds_tz"],
            Some(("duration_to_seconds", |args| duration_part(args, Duration::whole_seconds))),
        )
        .examples(const { &[example("duration('3723.456s').getSeconds()", "3723")] }),
        accessor::<Milliseconds>(
            "getMilliseconds",
            "The milliseconds within the second of a timestamp, or all milliseconds of a duration.",
            ["timestamp_to_milliseconds", "timestamp_to_milliseconds_with_tz"],
            Some(("duration_to_milliseconds", |args| duration_part(args, Duration::whole_milliseconds))),
        )
        .examples(const { &[example("timestamp('2023-07-14T10:30:45.123Z').getMilliseconds()", "123")] }),
    ]
}

/// A part of a moment on calendar and clock.
trait Part {
    fn of(time: CivilTime, moment: Timestamp) -> i64;
}

macro_rules! parts {
    ($($name:ident: |$time:ident, $moment:ident| $value:expr;)*) => {
        $(
            struct $name;

            impl Part for $name {
                fn of($time: CivilTime, $moment: Timestamp) -> i64 {
                    $value
                }
            }
        )*
    };
}

parts! {
    Year: |time, _moment| time.year;
    Month: |time, _moment| i64::from(time.month) - 1;
    DayOfYear: |time, _moment| i64::from(time.year_day) - 1;
    DayOfMonth: |time, _moment| i64::from(time.day) - 1;
    Date: |time, _moment| i64::from(time.day);
    DayOfWeek: |time, _moment| i64::from(time.weekday);
    Hours: |time, _moment| i64::from(time.hour);
    Minutes: |time, _moment| i64::from(time.minute);
    Seconds: |time, _moment| i64::from(time.second);
    Milliseconds: |_time, moment| i64::from(moment.nanos / 1_000_000);
}

fn accessor<P: Part>(
    name: &'static str,
    doc: &'static str,
    [utc, zoned]: [&'static str; 2],
    duration: Option<(&'static str, Body)>,
) -> FunctionDecl {
    use Type::{Duration, Int, String, Timestamp};
    let mut overloads = vec![
        member(utc, [Timestamp], Int).body(|args| match args {
            [Value::Timestamp(moment)] => Ok(Value::Int(P::of(moment.civil(0), *moment))),
            _ => Err(EvalError::no_such_overload()),
        }),
        member(zoned, [Timestamp, String], Int).body(|args| match args {
            [Value::Timestamp(moment), Value::String(zone)] => {
                let offset = timezone::offset_at(zone, moment.seconds)?;
                Ok(Value::Int(P::of(moment.civil(offset), *moment)))
            }
            _ => Err(EvalError::no_such_overload()),
        }),
    ];
    overloads.extend(duration.map(|(id, body)| member(id, [Duration], Int).body(body)));
    FunctionDecl::new(name, doc, overloads)
}

fn duration_part(args: &[Value], part: fn(Duration) -> i64) -> Result<Value, EvalError> {
    match args {
        [Value::Duration(duration)] => Ok(Value::Int(part(*duration))),
        _ => Err(EvalError::no_such_overload()),
    }
}

/// What an operator gives for operands it has no meaning for. cel-go names the operator when values of the first
/// operand's kind can never stand there, unless they receive calls (strings, times), and stays silent otherwise.
fn unsupported(operator: &str, first: Option<&Value>, has_operation: bool) -> EvalError {
    match first {
        Some(Value::String(_) | Value::Duration(_) | Value::Timestamp(_)) => EvalError::no_such_overload(),
        _ if has_operation => EvalError::no_such_overload(),
        _ => EvalError::new(format!("no such overload: {operator}")),
    }
}

fn overflow(unsigned: bool) -> EvalError {
    EvalError::new(if unsigned { "unsigned integer overflow" } else { "integer overflow" })
}

fn int(value: Option<i64>) -> Result<Value, EvalError> {
    value.map(Value::Int).ok_or_else(|| overflow(false))
}

fn uint(value: Option<u64>) -> Result<Value, EvalError> {
    value.map(Value::Uint).ok_or_else(|| overflow(true))
}

/// `_+_`
///
/// # Errors
/// Overflow, and operands of different or other kinds.
pub fn add(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(a), Value::Int(b)] => int(a.checked_add(*b)),
        [Value::Uint(a), Value::Uint(b)] => uint(a.checked_add(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a + b)),
        [Value::String(a), Value::String(b)] => {
            if a.len().saturating_add(b.len()) > MAX_TEXT {
                return Err(too_large());
            }
            let mut text = String::with_capacity(a.len().saturating_add(b.len()));
            text.push_str(a);
            text.push_str(b);
            Ok(Value::string(text))
        }
        [Value::Bytes(a), Value::Bytes(b)] if a.len().saturating_add(b.len()) > MAX_TEXT => Err(too_large()),
        [Value::Bytes(a), Value::Bytes(b)] => Ok(Value::Bytes([&**a, &**b].concat().into())),
        [Value::List(a), Value::List(b)] => a.plus(b).map(Value::List),
        [Value::Duration(a), Value::Duration(b)] => a.plus(*b).map(Value::Duration),
        [Value::Duration(duration), Value::Timestamp(moment)]
        | [Value::Timestamp(moment), Value::Duration(duration)] => {
            moment.plus(*duration).map(Value::Timestamp)
        }
        [first, ..] => Err(unsupported(
            "_+_",
            Some(first),
            matches!(
                first,
                Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::Bytes(_) | Value::List(_)
            ),
        )),
        [] => Err(EvalError::no_such_overload()),
    }
}

fn subtract(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(a), Value::Int(b)] => int(a.checked_sub(*b)),
        [Value::Uint(a), Value::Uint(b)] => uint(a.checked_sub(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a - b)),
        [Value::Duration(a), Value::Duration(b)] => a.minus(*b).map(Value::Duration),
        [Value::Timestamp(a), Value::Duration(b)] => a.minus(*b).map(Value::Timestamp),
        [Value::Timestamp(a), Value::Timestamp(b)] => a.since(*b).map(Value::Duration),
        _ => Err(unsupported("_-_", args.first(), is_number(args.first()))),
    }
}

fn is_number(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Int(_) | Value::Uint(_) | Value::Double(_)))
}

fn multiply(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(a), Value::Int(b)] => int(a.checked_mul(*b)),
        [Value::Uint(a), Value::Uint(b)] => uint(a.checked_mul(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a * b)),
        _ => Err(unsupported("_*_", args.first(), is_number(args.first()))),
    }
}

fn divide(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => {
            Err(EvalError::new("division by zero"))
        }
        [Value::Int(a), Value::Int(b)] => int(a.checked_div(*b)),
        [Value::Uint(a), Value::Uint(b)] => uint(a.checked_div(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a / b)),
        _ => Err(unsupported("_/_", args.first(), is_number(args.first()))),
    }
}

fn modulo(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => {
            Err(EvalError::new("modulus by zero"))
        }
        [Value::Int(a), Value::Int(b)] => int(a.checked_rem(*b)),
        [Value::Uint(a), Value::Uint(b)] => uint(a.checked_rem(*b)),
        [first, ..] => Err(unsupported("_%_", Some(first), matches!(first, Value::Int(_) | Value::Uint(_)))),
        [] => Err(EvalError::no_such_overload()),
    }
}

fn negate(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(value)] => int(value.checked_neg()),
        [Value::Double(value)] => Ok(Value::Double(-value)),
        [Value::Duration(value)] => value.negated().map(Value::Duration),
        _ => Err(unsupported("-_", args.first(), matches!(args.first(), Some(Value::Bool(_))))),
    }
}

/// `!_`
///
/// # Errors
/// Anything but a boolean.
pub fn not(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Bool(value)] => Ok(Value::Bool(!value)),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn ordered(operator: &str, args: &[Value], holds: fn(Ordering) -> bool) -> Result<Value, EvalError> {
    let [a, b] = args else { return Err(EvalError::no_such_overload()) };
    match compare(a, b) {
        Some(order) => Ok(Value::Bool(holds(order?))),
        None => Err(unsupported(operator, None, false)),
    }
}

/// `_<_`
///
/// # Errors
/// Operands without an order between them.
pub fn less(args: &[Value]) -> Result<Value, EvalError> {
    ordered("_<_", args, Ordering::is_lt)
}

/// `_<=_`
///
/// # Errors
/// As [`less`].
pub fn less_equals(args: &[Value]) -> Result<Value, EvalError> {
    ordered("_<=_", args, Ordering::is_le)
}

/// `_>_`
///
/// # Errors
/// As [`less`].
pub fn greater(args: &[Value]) -> Result<Value, EvalError> {
    ordered("_>_", args, Ordering::is_gt)
}

/// `_>=_`
///
/// # Errors
/// As [`less`].
pub fn greater_equals(args: &[Value]) -> Result<Value, EvalError> {
    ordered("_>=_", args, Ordering::is_ge)
}

fn contains_element(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [element, Value::List(list)] => list.contains(element).map(Value::Bool),
        [key, Value::Map(map)] => {
            if matches!(map, Map::Owned(owned) if !owned.is_empty()) {
                key.hashable()?;
            }
            Ok(Value::Bool(map.find(key)?.is_some()))
        }
        _ => Err(EvalError::no_such_overload()),
    }
}

fn size(args: &[Value]) -> Result<Value, EvalError> {
    let size = match args {
        [Value::String(text)] => text.chars().count(),
        [Value::Bytes(bytes)] => bytes.len(),
        [Value::List(list)] => list.len(),
        [Value::Map(map)] => map.len(),
        _ => return Err(unsupported("size", args.first(), false)),
    };
    int(i64::try_from(size).ok())
}

fn type_of(args: &[Value]) -> Result<Value, EvalError> {
    let kind = match args.first().ok_or_else(EvalError::no_such_overload)? {
        Value::Opaque(opaque) => opaque.type_value(),
        value => value.kind(),
    };
    Ok(Value::Type(Rc::new(kind)))
}

fn identity(args: &[Value]) -> Result<Value, EvalError> {
    args.first().cloned().ok_or_else(EvalError::no_such_overload)
}

/// A conversion that the value's text or range does not allow.
fn failed_conversion(value: &Value, to: &str) -> EvalError {
    EvalError::new(format!("type conversion error from '{}' to '{to}'", value.kind_name()))
}

fn string_to_bool(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [value @ Value::String(text)] => {
            number::parse_bool(text).map(Value::Bool).ok_or_else(|| failed_conversion(value, "bool"))
        }
        _ => Err(EvalError::no_such_overload()),
    }
}

fn string_to_bytes(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::String(text)] => Ok(Value::Bytes(text.as_bytes().into())),
        _ => Err(EvalError::no_such_overload()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the conversion rounds to the nearest double")]
fn to_double(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(value)] => Ok(Value::Double(*value as f64)),
        [Value::Uint(value)] => Ok(Value::Double(*value as f64)),
        [value @ Value::String(text)] => {
            number::parse_double(text).map(Value::Double).ok_or_else(|| failed_conversion(value, "double"))
        }
        _ => Err(EvalError::no_such_overload()),
    }
}

fn to_int(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Double(value)] => int(number::double_to_int(*value)),
        [Value::Duration(value)] => Ok(Value::Int(value.nanos)),
        [Value::Timestamp(value)] => Ok(Value::Int(value.seconds)),
        [Value::Uint(value)] => int(i64::try_from(*value).ok()),
        [value @ Value::String(text)] => {
            number::parse_int(text).map(Value::Int).ok_or_else(|| failed_conversion(value, "int"))
        }
        _ => Err(EvalError::no_such_overload()),
    }
}

fn to_uint(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Double(value)] => uint(number::double_to_uint(*value)),
        [Value::Int(value)] => uint(u64::try_from(*value).ok()),
        [value @ Value::String(text)] => {
            number::parse_uint(text).map(Value::Uint).ok_or_else(|| failed_conversion(value, "uint"))
        }
        _ => Err(EvalError::no_such_overload()),
    }
}

fn to_string(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::string(match args {
        [Value::Bool(value)] => format!("{value}"),
        [Value::Int(value)] => format!("{value}"),
        [Value::Uint(value)] => format!("{value}"),
        [Value::Double(value)] => number::format_double(*value),
        [Value::Duration(value)] => value.to_text(),
        [Value::Timestamp(value)] => format!("{value}"),
        [Value::Bytes(bytes)] => match core::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => return Err(EvalError::new("invalid UTF-8 in bytes, cannot convert to string")),
        },
        _ => return Err(EvalError::no_such_overload()),
    }))
}

fn to_duration(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [value @ Value::String(text)] => Duration::parse(text)
            .map(Value::Duration)
            .ok_or_else(|| failed_conversion(value, Type::Duration.runtime_name())),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn to_timestamp(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::Int(seconds)] => Timestamp::from_seconds(*seconds).map(Value::Timestamp),
        [value @ Value::String(text)] => match Timestamp::parse(text) {
            Some(moment) => moment.map(Value::Timestamp),
            None => Err(failed_conversion(value, Type::Timestamp.runtime_name())),
        },
        _ => Err(EvalError::no_such_overload()),
    }
}

fn contains(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::String(text), Value::String(part)] => Ok(Value::Bool(text.contains(&**part))),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn starts_with(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::String(text), Value::String(part)] => Ok(Value::Bool(text.starts_with(&**part))),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn ends_with(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::String(text), Value::String(part)] => Ok(Value::Bool(text.ends_with(&**part))),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn matches(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::String(text), Value::String(pattern)] => Regex::new(pattern)?.is_match(text).map(Value::Bool),
        _ => Err(unsupported("matches", args.first(), false)),
    }
}

/// A constant pattern is compiled once. cel-go then reads a type as its name.
fn prepare_matches(args: &[Option<Value>]) -> Result<Option<Prepared>, EvalError> {
    let [_, Some(Value::String(pattern))] = args else { return Ok(None) };
    let regex = Regex::new(pattern)?;
    Ok(Some(Rc::new(move |args: &[Value]| match args {
        [Value::String(text), _] => regex.is_match(text).map(Value::Bool),
        [Value::Type(kind), _] => regex.is_match(kind.runtime_name()).map(Value::Bool),
        _ => Err(EvalError::no_such_overload()),
    })))
}
