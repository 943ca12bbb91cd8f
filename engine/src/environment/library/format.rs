//! `kubernetes.format` (`library/format.go`): formats of texts by name, and what is wrong with a text that should have one.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};
use core::any::Any;

use super::url::request_uri_fault;
use crate::cel::{
    cost::{
        CallEstimate, Operand, REGEX_LENGTH, Range, STRING_TRAVERSAL, actual_size, functions as cost, scaled,
    },
    decls::{Body, Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::Library,
    types::Type,
    value::{Opaque, Timestamp, Value},
};
use crate::objects::name;

/// Name of the type.
pub const FORMAT: &str = "kubernetes.NamedFormat";

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("kubernetes.format", functions())
}

fn kind() -> Type {
    Type::object(FORMAT)
}

/// A named format.
#[derive(Debug)]
pub struct Format {
    /// Its name as Kubernetes prints it.
    name: &'static str,
    /// Its function: `format.` and its name in expressions.
    function: &'static str,
    /// Length of the pattern that it is taken to have.
    pattern: u64,
    faults: fn(&str) -> Vec<String>,
    body: Body,
    doc: &'static str,
    examples: &'static [Example],
}

const UUID: &str = "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$";
const DATE_TIME: &str = "^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$";

macro_rules! named {
    ($index:literal, $name:literal, $shown:literal, $pattern:expr, $faults:expr, $doc:literal, [$($expression:literal => $result:literal),*]) => {
        Format {
            name: $shown,
            function: concat!("format.", $name),
            pattern: $pattern,
            faults: $faults,
            body: |_| nth($index),
            doc: $doc,
            examples: &[$(Example { expression: $expression, result: $result }),*],
        }
    };
}

static FORMATS: [Format; 13] = [
    named!(
        0, "dns1123Label", "DNS1123Label", 30, name::dns1123_label,
        "A DNS label (RFC 1123): lower case letters, digits and `-`, up to 63.",
        ["format.dns1123Label().validate('my-label-name').hasValue()" => "false",
         "format.dns1123Label().validate('my.name').value()" => "['must not contain dots']"]
    ),
    named!(
        1, "dns1123Subdomain", "DNS1123Subdomain", 60, name::dns1123_subdomain,
        "A DNS subdomain (RFC 1123): labels with dots between them, up to 253 characters.",
        ["format.dns1123Subdomain().validate('apiextensions.k8s.io').hasValue()" => "false"]
    ),
    named!(
        2, "dns1035Label", "DNS1035Label", 30, name::dns1035_label,
        "A DNS label (RFC 1035): as a label of RFC 1123, but it begins with a letter.",
        ["format.dns1035Label().validate('my-label-name').hasValue()" => "false",
         "format.dns1035Label().validate('1st').hasValue()" => "true"]
    ),
    named!(
        3, "qualifiedName", "QualifiedName", 60, name::qualified_name,
        "A key of labels and annotations: a name, with or without a subdomain and `/` before it.",
        ["format.qualifiedName().validate('apiextensions.k8s.io/v1beta1').hasValue()" => "false"]
    ),
    named!(
        4, "dns1123LabelPrefix", "DNS1123LabelPrefix", 30, |text| name::dns1123_label(&name::mask_trailing_dash(text)),
        "The beginning of a DNS label (RFC 1123), as in generateName: it may end with `-`.",
        ["format.dns1123LabelPrefix().validate('my-label-prefix-').hasValue()" => "false"]
    ),
    named!(
        5, "dns1123SubdomainPrefix", "DNS1123SubdomainPrefix", 60, |text| name::dns1123_subdomain(&name::mask_trailing_dash(text)),
        "The beginning of a DNS subdomain (RFC 1123), as in generateName: it may end with `-`.",
        ["format.dns1123SubdomainPrefix().validate('mysubdomain.prefix-').hasValue()" => "false"]
    ),
    named!(
        6, "dns1035LabelPrefix", "DNS1035LabelPrefix", 30, |text| name::dns1035_label(&name::mask_trailing_dash(text)),
        "The beginning of a DNS label (RFC 1035), as in generateName: it may end with `-`.",
        ["format.dns1035LabelPrefix().validate('my-label-prefix-').hasValue()" => "false"]
    ),
    named!(
        7, "labelValue", "LabelValue", 40, name::label_value,
        "A value of a label: letters, digits, `-`, `_` and `.`, up to 63, or nothing.",
        ["format.labelValue().validate('my-cool-label-Value').hasValue()" => "false"]
    ),
    named!(
        8, "uri", "URI", 1103, |text| request_uri_fault(text).into_iter().collect(),
        "A URI: absolute, or an absolute path.",
        ["format.uri().validate('http://example.com').hasValue()" => "false",
         "format.uri().validate('x').value()" => "['parse \"x\": invalid URI for request']"]
    ),
    named!(
        9, "uuid", "uuid", UUID.len() as u64, |text| verdict(is_uuid(text), "does not match the UUID format"),
        "A UUID, with or without hyphens.",
        ["format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()" => "false"]
    ),
    named!(
        10, "byte", "byte", 84, |text| verdict(is_base64(text), "invalid base64"),
        "Octets in base64.",
        ["format.byte().validate('aGVsbG8=').hasValue()" => "false",
         "format.byte().validate('aGVsbG8').value()" => "['invalid base64']"]
    ),
    named!(
        11, "date", "date", DATE_TIME.len() as u64, |text| verdict(is_date(text), "invalid date"),
        "A date: year, month and day.",
        ["format.date().validate('2021-01-01').hasValue()" => "false",
         "format.date().validate('2021-02-30').value()" => "['invalid date']"]
    ),
    named!(
        12, "datetime", "datetime", DATE_TIME.len() as u64, |text| verdict(is_date_time(text), "invalid datetime"),
        "A date and a time with an offset.",
        ["format.datetime().validate('2021-01-01T00:00:00Z').hasValue()" => "false"]
    ),
];

fn functions() -> Vec<FunctionDecl> {
    let mut functions = vec![
        FunctionDecl::new(
            "validate",
            "What is wrong with the text, as texts; absent when nothing is.",
            vec![
                OverloadDecl::member(
                    "format-validate",
                    vec![kind(), Type::String],
                    Type::optional(Type::list(Type::String)),
                )
                .body(validate)
                .estimate(validate_estimate),
            ],
        )
        .examples(&[
            Example { expression: "format.dns1123Label().validate('my-name').hasValue()", result: "false" },
            Example { expression: "format.date().validate('tomorrow').value()", result: "['invalid date']" },
        ])
        .cost(validate_cost),
        FunctionDecl::new(
            "format.named",
            "The format of that name, if there is one.",
            vec![OverloadDecl::new("format-named", vec![Type::String], Type::optional(kind())).body(named)],
        )
        .examples(&[
            Example { expression: "format.named('dns1123Label').hasValue()", result: "true" },
            Example { expression: "format.named('email').hasValue()", result: "false" },
        ])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
    ];
    functions.extend(FORMATS.iter().map(|format| {
        let overload = OverloadDecl::new(format.function, Vec::new(), kind()).body(format.body);
        FunctionDecl::new(format.function, format.doc, vec![overload]).examples(format.examples)
    }));
    functions
}

/// A format as a value.
#[derive(Debug)]
struct Handle(&'static Format);

impl Opaque for Handle {
    fn kind(&self) -> Type {
        kind()
    }

    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        format_of(other).map(|other| self.0.name == other.name).ok_or_else(EvalError::no_such_overload)
    }

    fn go_type(&self) -> &'static str {
        "cel.Format"
    }

    fn hashable(&self) -> bool {
        false
    }

    fn text(&self) -> String {
        String::from(self.0.name)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The format that the value is, if it is one.
#[must_use]
pub fn format_of(value: &Value) -> Option<&'static Format> {
    match value {
        Value::Opaque(opaque) => opaque.as_any().downcast_ref::<Handle>().map(|handle| handle.0),
        _ => None,
    }
}

impl Format {
    /// Its name as Go prints it: the formats of names have one that begins with a capital letter.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

fn new(format: &'static Format) -> Value {
    Value::Opaque(Rc::new(Handle(format)))
}

fn nth(index: usize) -> Result<Value, EvalError> {
    FORMATS.get(index).map(new).ok_or_else(EvalError::no_such_overload)
}

fn named(args: &[Value]) -> Result<Value, EvalError> {
    let [Value::String(name)] = args else { return Err(EvalError::no_such_overload()) };
    Ok(Value::Optional(
        FORMATS
            .iter()
            .find(|format| format.function.strip_prefix("format.") == Some(&**name))
            .map(|format| Rc::new(new(format))),
    ))
}

fn validate(args: &[Value]) -> Result<Value, EvalError> {
    let [format, Value::String(text)] = args else { return Err(EvalError::no_such_overload()) };
    let format = format_of(format).ok_or_else(EvalError::no_such_overload)?;
    let faults = (format.faults)(text);
    if faults.is_empty() {
        return Ok(Value::Optional(None));
    }
    Ok(Value::optional_of(Value::list(faults.into_iter().map(Value::string).collect())))
}

fn validate_cost(args: &[Value], _: Option<&Value>) -> u64 {
    let Some(format) = args.first().and_then(format_of) else { return 1 };
    let text = args.get(1).map_or(1, actual_size).saturating_add(1);
    scaled(text, STRING_TRAVERSAL).saturating_mul(scaled(format.pattern, REGEX_LENGTH))
}

fn validate_estimate(operands: &[Operand<'_>]) -> CallEstimate {
    /// What Kubernetes takes for the longest pattern.
    const PATTERN: f64 = 128.0;
    let text = operands.get(1).map_or(Range::UNKNOWN, Operand::size);
    CallEstimate::cost(text.scaled(STRING_TRAVERSAL).scaled(PATTERN * REGEX_LENGTH))
}

fn verdict(valid: bool, fault: &str) -> Vec<String> {
    if valid { Vec::new() } else { vec![String::from(fault)] }
}

/// 32 hexadecimal digits, with or without a hyphen at each of four places ([`UUID`]).
fn is_uuid(text: &str) -> bool {
    let mut rest = text;
    for (group, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if group > 0 {
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
        match rest.split_at_checked(length) {
            Some((digits, after)) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => rest = after,
            _ => return false,
        }
    }
    rest.is_empty()
}

/// Groups of four of base64's alphabet, at least one, the last filled up with `=`.
fn is_base64(text: &str) -> bool {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    !text.is_empty()
        && text.len().is_multiple_of(4)
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// `2006-01-02` as Go reads it: digits, and a day that exists.
fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    shape
        && (Timestamp::parse(&format!("{text}T00:00:00Z")).is_some_and(|read| read.is_ok())
            || is_year_zero(text))
}

/// Go's dates begin with year 0, the moments of CEL with year 1.
fn is_year_zero(text: &str) -> bool {
    // Year 0 is a leap year, as 2000 is.
    text.strip_prefix("0000").is_some_and(|rest| is_date(&format!("2000{rest}")))
}

fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else { return false };
    text.len() >= 4 && is_date(date) && is_time(time)
}

/// Hours, minutes, seconds, a fraction behind any one character, `z` or an offset ([`DATE_TIME`]).
fn is_time(time: &str) -> bool {
    let bytes = time.as_bytes();
    let pair = |at: usize, most: &str| {
        time.get(at..at + 2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_digit()) && two <= most)
    };
    if !(pair(0, "23")
        && pair(3, "59")
        && pair(6, "59")
        && bytes.get(2) == Some(&b':')
        && bytes.get(5) == Some(&b':'))
    {
        return false;
    }
    let is_zone = |zone: &str| match zone.as_bytes() {
        [b'z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].into_iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let rest = time.get(8..).unwrap_or_default();
    let mut fraction = rest.chars();
    let separator = fraction.next();
    let after = fraction.as_str();
    let zone = after.trim_start_matches(|c: char| c.is_ascii_digit());
    is_zone(rest) || (separator.is_some_and(|c| c != '\n') && zone.len() < after.len() && is_zone(zone))
}
