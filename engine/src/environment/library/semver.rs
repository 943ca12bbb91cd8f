//! `kubernetes.Semver` (`library/semverlib.go`): semantic versions as `github.com/blang/semver` reads and orders them, with
//! its error texts.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};
use core::{any::Any, cmp::Ordering, fmt};

use crate::cel::{
    cost::functions as cost,
    decls::{Body, Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::Library,
    quote::quote,
    types::Type,
    value::{Opaque, Value},
};

/// Name of the type.
pub const SEMVER: &str = "kubernetes.Semver";

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("kubernetes.Semver", functions())
}

fn kind() -> Type {
    Type::object(SEMVER)
}

fn functions() -> Vec<FunctionDecl> {
    let member = |name, doc, id, params: Vec<Type>, result, body: Body, examples| {
        FunctionDecl::new(name, doc, vec![OverloadDecl::member(id, params, result).body(body)])
            .examples(examples)
            .cost(cost::nominal)
            .estimate(cost::nominal_estimate)
    };
    let global = |id, params: Vec<Type>, result, body: Body| OverloadDecl::new(id, params, result).body(body);
    vec![
        FunctionDecl::new(
            "semver",
            "The version that the text denotes; with `true` also of a shorter or looser text, such as `v1.2`.",
            vec![
                global("string_to_semver", vec![Type::String], kind(), parse),
                global("string_bool_to_semver", vec![Type::String, Type::Bool], kind(), parse),
            ],
        )
        .examples(&[
            Example { expression: "semver('1.2.3').minor()", result: "2" },
            Example { expression: "semver('v1.0', true) == semver('1.0.0')", result: "true" },
            Example { expression: "semver('1.2')", result: "error: No Major.Minor.Patch elements found" },
        ])
        .cost(cost::scan)
        .estimate(cost::scan_estimate),
        FunctionDecl::new(
            "isSemver",
            "Whether the text denotes a version; with `true` also shorter or looser ones.",
            vec![
                global("is_semver_string", vec![Type::String], Type::Bool, is_semver),
                global("is_semver_string_bool", vec![Type::String, Type::Bool], Type::Bool, is_semver),
            ],
        )
        .examples(&[
            Example { expression: "isSemver('1.0.0')", result: "true" },
            Example { expression: "isSemver('v1.0')", result: "false" },
            Example { expression: "isSemver('v1.0', true)", result: "true" },
        ])
        .cost(cost::scan)
        .estimate(cost::scan_estimate),
        member(
            "isGreaterThan",
            "Whether the version is newer than another.",
            "semver_is_greater_than",
            vec![kind(), kind()],
            Type::Bool,
            |args| Ok(Value::Bool(order(args)?.is_gt())),
            &[Example { expression: "semver('1.2.3').isGreaterThan(semver('1.2.3-rc1'))", result: "true" }],
        ),
        member(
            "isLessThan",
            "Whether the version is older than another.",
            "semver_is_less_than",
            vec![kind(), kind()],
            Type::Bool,
            |args| Ok(Value::Bool(order(args)?.is_lt())),
            &[Example { expression: "semver('1.2.3').isLessThan(semver('1.10.0'))", result: "true" }],
        ),
        member(
            "compareTo",
            "0 when the versions are equal, 1 when the first is newer, -1 when it is older.",
            "semver_compare_to",
            vec![kind(), kind()],
            Type::Int,
            |args| Ok(Value::Int(order(args)? as i64)),
            &[Example { expression: "semver('1.2.3').compareTo(semver('2.0.0'))", result: "-1" }],
        ),
        member(
            "major",
            "The first number of the version.",
            "semver_major",
            vec![kind()],
            Type::Int,
            |args| Ok(Value::Int(receiver(args)?.major as i64)),
            &[Example { expression: "semver('1.2.3').major()", result: "1" }],
        ),
        member(
            "minor",
            "The second number of the version.",
            "semver_minor",
            vec![kind()],
            Type::Int,
            |args| Ok(Value::Int(receiver(args)?.minor as i64)),
            &[Example { expression: "semver('1.2.3').minor()", result: "2" }],
        ),
        member(
            "patch",
            "The third number of the version.",
            "semver_patch",
            vec![kind()],
            Type::Int,
            |args| Ok(Value::Int(receiver(args)?.patch as i64)),
            &[Example { expression: "semver('1.2.3').patch()", result: "3" }],
        ),
    ]
}

/// A part of what stands behind the `-`: numbers come before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Prerelease {
    Number(u64),
    Word(String),
}

/// A version.
#[derive(Clone, Debug)]
pub struct Semver {
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: Vec<Prerelease>,
    build: Vec<String>,
}

fn fault(why: &str) -> EvalError {
    EvalError::new(String::from(why))
}

/// A number of a version; `name` begins the errors.
fn number(text: &str, found_in: &str, name: &str) -> Result<u64, EvalError> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EvalError::new(format!("Invalid character(s) found in {found_in} {}", quote(text))));
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err(EvalError::new(format!("{name} must not contain leading zeroes {}", quote(text))));
    }
    text.parse().map_err(|_| {
        let why = if text.is_empty() { "invalid syntax" } else { "value out of range" };
        EvalError::new(format!("strconv.ParseUint: parsing {}: {why}", quote(text)))
    })
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
}

impl Semver {
    /// Reads a version: exactly three numbers, then what is optional.
    ///
    /// # Errors
    /// The texts of blang/semver.
    pub fn parse(text: &str) -> Result<Self, EvalError> {
        if text.is_empty() {
            return Err(fault("Version string empty"));
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(fault("No Major.Minor.Patch elements found"));
        };
        let major = number(major, "major number", "Major number")?;
        let minor = number(minor, "minor number", "Minor number")?;
        let (rest, build) = rest.split_once('+').map_or((rest, None), |(rest, build)| (rest, Some(build)));
        let (patch, prerelease) = rest.split_once('-').map_or((rest, None), |(rest, pre)| (rest, Some(pre)));
        let patch = number(patch, "patch number", "Patch number")?;
        let mut version = Self { major, minor, patch, prerelease: Vec::new(), build: Vec::new() };
        for part in prerelease.into_iter().flat_map(|parts| parts.split('.')) {
            if part.is_empty() {
                return Err(fault("Prerelease is empty"));
            }
            version.prerelease.push(if part.bytes().all(|byte| byte.is_ascii_digit()) {
                Prerelease::Number(number(part, "prerelease", "Numeric PreRelease version")?)
            } else if is_word(part) {
                Prerelease::Word(String::from(part))
            } else {
                return Err(EvalError::new(format!(
                    "Invalid character(s) found in prerelease {}",
                    quote(part)
                )));
            });
        }
        for part in build.into_iter().flat_map(|parts| parts.split('.')) {
            if part.is_empty() {
                return Err(fault("Build meta data is empty"));
            }
            if !is_word(part) {
                return Err(EvalError::new(format!(
                    "Invalid character(s) found in build meta data {}",
                    quote(part)
                )));
            }
            version.build.push(String::from(part));
        }
        Ok(version)
    }

    /// Reads a version that may begin with `v`, have fewer numbers and zeros before them.
    ///
    /// # Errors
    /// As [`Semver::parse`], of the text as completed.
    pub fn parse_normalized(text: &str) -> Result<Self, EvalError> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts: Vec<String> = text
            .splitn(3, '.')
            .map(|part| match part.trim_start_matches('0') {
                _ if part.len() <= 1 => String::from(part),
                rest if rest.starts_with(|c: char| c.is_ascii_digit()) => String::from(rest),
                rest => format!("0{rest}"),
            })
            .collect();
        if parts.len() < 3 {
            if parts.last().is_some_and(|part| part.contains(['+', '-'])) {
                return Err(fault("short version cannot contain PreRelease/Build meta data"));
            }
            parts.resize(3, String::from("0"));
        }
        Self::parse(&parts.join("."))
    }

    fn order(&self, other: &Self) -> Ordering {
        let numbers = |version: &Self| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| {
            match (self.prerelease.is_empty(), other.prerelease.is_empty()) {
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => self.prerelease.cmp(&other.prerelease),
            }
        })
    }
}

impl fmt::Display for Semver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        for (at, part) in self.prerelease.iter().enumerate() {
            f.write_str(if at == 0 { "-" } else { "." })?;
            match part {
                Prerelease::Number(number) => write!(f, "{number}")?,
                Prerelease::Word(word) => f.write_str(word)?,
            }
        }
        for (at, part) in self.build.iter().enumerate() {
            write!(f, "{}{part}", if at == 0 { "+" } else { "." })?;
        }
        Ok(())
    }
}

impl Opaque for Semver {
    fn kind(&self) -> Type {
        kind()
    }

    /// Build data does not count.
    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        semver_of(other).map(|other| self.order(other).is_eq()).ok_or_else(EvalError::no_such_overload)
    }

    fn go_type(&self) -> &'static str {
        "cel.Semver"
    }

    fn hashable(&self) -> bool {
        false
    }

    fn text(&self) -> String {
        format!("{self}")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The version that the value is, if it is one.
#[must_use]
pub fn semver_of(value: &Value) -> Option<&Semver> {
    match value {
        Value::Opaque(opaque) => opaque.as_any().downcast_ref(),
        _ => None,
    }
}

fn receiver(args: &[Value]) -> Result<&Semver, EvalError> {
    args.first().and_then(semver_of).ok_or_else(EvalError::no_such_overload)
}

fn order(args: &[Value]) -> Result<Ordering, EvalError> {
    let other = args.get(1).and_then(semver_of).ok_or_else(EvalError::no_such_overload)?;
    Ok(receiver(args)?.order(other))
}

fn read(args: &[Value]) -> Result<Result<Semver, EvalError>, EvalError> {
    match args {
        [Value::String(text)] | [Value::String(text), Value::Bool(false)] => Ok(Semver::parse(text)),
        [Value::String(text), Value::Bool(true)] => Ok(Semver::parse_normalized(text)),
        _ => Err(EvalError::no_such_overload()),
    }
}

fn parse(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Opaque(Rc::new(read(args)??)))
}

fn is_semver(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Bool(read(args)?.is_ok()))
}
