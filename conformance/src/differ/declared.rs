//! Expressions made from the declarations themselves: whatever a library declares is called, with arguments of the types
//! it wants. A new function needs no line here, unless it reads a text of its own kind.

use std::{collections::BTreeMap, rc::Rc};

use celgate::{
    cel::{operators, types::Type},
    environment::{libraries, library},
};

use super::random::Random;

/// A function of the environment, with the overloads of one kind of result.
struct Function {
    name: &'static str,
    overloads: Vec<Overload>,
}

#[derive(Clone)]
struct Overload {
    params: Vec<Type>,
    result: Type,
    member: bool,
}

/// Functions by what the result is called; those that may give anything are under `""`.
type Declarations = BTreeMap<String, Vec<Function>>;

thread_local! {
    static DECLARED: Declarations = declared();
}

fn declared() -> Declarations {
    let mut table = Declarations::new();
    for versioned in libraries().filter(|versioned| versioned.until.is_none()) {
        for function in versioned.library.functions {
            let internal = function.name.contains('@') && function.name != operators::IN
                || function.name.starts_with("__")
                || function.name == operators::OPT_SELECT;
            if internal {
                continue;
            }
            for overload in function.overloads {
                let functions = table.entry(head(&overload.result)).or_default();
                let overload =
                    Overload { params: overload.params, result: overload.result, member: overload.member };
                match functions.iter_mut().find(|known| known.name == function.name) {
                    Some(known) => known.overloads.push(overload),
                    None => functions.push(Function { name: function.name, overloads: vec![overload] }),
                }
            }
        }
    }
    table
}

fn head(kind: &Type) -> String {
    if matches!(kind, Type::TypeParam(_)) { String::new() } else { kind.runtime_name().to_owned() }
}

/// What a text must be to be of use to a function.
const TEXTS: &[(&[&str], &[&str])] = &[
    (
        &["quantity", "isQuantity"],
        &[
            "'500m'",
            "'1Gi'",
            "'0.5'",
            "'-3e2'",
            "'1.5E3'",
            "'100k'",
            "'.1'",
            "'1u'",
            "'12e-3'",
            "'9223372036854775808'",
        ],
    ),
    (
        &["ip", "isIP", "containsIP", "ip.isCanonical"],
        &[
            "'10.0.0.1'",
            "'127.0.0.1'",
            "'::1'",
            "'fe80::1'",
            "'2001:DB8::1'",
            "'010.0.0.1'",
            "'::ffff:1.2.3.4'",
            "'224.0.0.1'",
        ],
    ),
    (
        &["cidr", "isCIDR", "containsCIDR"],
        &["'10.0.0.0/8'", "'10.0.0.1/24'", "'::/0'", "'2001:db8::/32'", "'1.2.3.4/33'", "'0.0.0.0/0'"],
    ),
    (
        &["url", "isURL"],
        &[
            "'https://user@example.com:80/a/b?c=d&e=%20#f'",
            "'/path'",
            "'http://[::1]:8080/'",
            "'../a'",
            "'mailto:a@b'",
            "'https://a.b/?x&x=1'",
            "'%zz'",
        ],
    ),
    (
        &["semver", "isSemver"],
        &["'1.2.3'", "'v1.2'", "'1.0.0-alpha.1+b'", "'01.2.3'", "'1'", "'1.2.3-rc.10'"],
    ),
    (
        &["timestamp"],
        &[
            "'2024-02-29T23:59:59.5+02:00'",
            "'1969-12-31T23:59:59Z'",
            "'0001-01-01T00:00:00Z'",
            "'9999-12-31T23:59:59.999999999Z'",
            "'2023-02-29T00:00:00Z'",
            "'2024-06-01'",
        ],
    ),
    (
        &["duration"],
        &["'1h'", "'90s'", "'-5m'", "'1.5h30m'", "'100ns'", "'292y'", "'0'", "'2562047h47m16.854775807s'"],
    ),
    (
        &["matches", "find", "findAll"],
        &[
            "'^[a-z]+$'",
            "'[0-9]+'",
            "'(a|b)*'",
            "'\\\\bw'",
            "'(?i)WEB'",
            "'é|😀'",
            "'a{2,3}?'",
            "'['",
            "'\\\\pL+'",
            "''",
        ],
    ),
    (&["format.named"], &["'dns1123Label'", "'uuid'", "'date'", "'nope'", "'labelValue'"]),
    (
        &["int", "uint", "double", "bool"],
        &[
            "'5'",
            "'-5'",
            "'0x1'",
            "'1e3'",
            "'true'",
            "'TRUE'",
            "'t'",
            "'NaN'",
            "'9223372036854775808'",
            "' 1'",
        ],
    ),
    (
        &[
            "getFullYear",
            "getMonth",
            "getDayOfYear",
            "getDayOfMonth",
            "getDate",
            "getDayOfWeek",
            "getHours",
            "getMinutes",
            "getSeconds",
            "getMilliseconds",
        ],
        &["'UTC'", "'America/New_York'", "'+05:30'", "'-1:00'", "'Asia/Kolkata'", "'nope'", "''"],
    ),
    (
        &["validate"],
        &["'a-b'", "'A_b'", "'2024-01-01'", "'dGVzdA=='", "'-x'", "'00000000-0000-4000-8000-000000000000'"],
    ),
    (
        &["group", "resource", "subresource", "verb", "check"],
        &["'apps'", "''", "'pods'", "'get'", "'list'", "'status'"],
    ),
    (&["fieldSelector", "labelSelector"], &["'a=b'", "'a in (b, c), !d'", "'x ='", "'metadata.name!=a'"]),
];

const STRINGS: &[&str] = &[
    "''",
    "'a'",
    "'web'",
    "'Web App'",
    "'héllo'",
    "'😀x'",
    "'5'",
    "'a,b,,c'",
    "'%s'",
    "' x '",
    "\"it's\"",
    "'\\n\\t'",
    "r'\\d'",
    "request.name",
    "request.operation",
    "request.userInfo.username",
    "namespaceObject.metadata.name",
    "request.subResource",
];

/// Simple expressions of a type.
fn leaves(kind: &Type) -> &'static [&'static str] {
    match kind {
        Type::Bool => &["true", "false", "request.dryRun", "has(request.name)", "has(request.userInfo.uid)"],
        Type::Int => &[
            "0",
            "1",
            "-1",
            "2",
            "5",
            "10",
            "0x1F",
            "9223372036854775807",
            "-9223372036854775808",
            "1700000000",
        ],
        Type::Uint => &["0u", "1u", "5u", "18446744073709551615u"],
        Type::Double => &["0.0", "-0.0", "0.5", "-2.25", "1e10", "1e300", "3.0", "9007199254740993.0"],
        Type::String => STRINGS,
        Type::Bytes => &["b''", "b'abc'", "b'\\xff\\x00'", "b'é'"],
        Type::Null => &["null"],
        Type::Duration => &["duration('1h')", "duration('90s')", "duration('-5m')", "duration('0.5s')"],
        Type::Timestamp => {
            &["timestamp('2024-02-29T23:59:59.5+02:00')", "timestamp(0)", "timestamp(1700000000)"]
        }
        Type::Type(_) => &[
            "int",
            "string",
            "bool",
            "list",
            "map",
            "double",
            "null_type",
            "type(1)",
            "uint",
            "bytes",
            "type",
        ],
        Type::Dyn | Type::Any => &[
            "object.spec.replicas",
            "object.metadata.labels",
            "object.spec.words",
            "object.spec.none",
            "object.spec.missing",
            "object.spec.ratio",
            "params.data.max",
            "object.spec.mixed",
            "variables.containers",
            "object.metadata.name",
            "object.spec.template.spec.containers",
            "dyn(1)",
            "dyn('a')",
            "dyn([1, 2])",
            "dyn({'a': 1})",
            "oldObject.spec.replicas",
        ],
        Type::Opaque(name, _) | Type::Object(name) => match &**name {
            library::quantity::QUANTITY => {
                &["quantity('500m')", "quantity('1Gi')", "quantity('-1')", "quantity('1.5')"]
            }
            library::ip::IP => &["ip('10.0.0.1')", "ip('::1')", "ip('169.254.0.1')", "ip('2001:db8::1')"],
            library::cidr::CIDR => &["cidr('10.0.0.0/8')", "cidr('10.1.2.3/16')", "cidr('2001:db8::/32')"],
            library::semver::SEMVER => &["semver('1.2.3')", "semver('2.0.0-rc.1')", "semver('v1.2', true)"],
            library::url::URL => &["url('https://example.com:80/a?b=c')", "url('/x')"],
            library::format::FORMAT => {
                &["format.dns1123Label()", "format.uuid()", "format.byte()", "format.date()", "format.uri()"]
            }
            library::authz::AUTHORIZER => &["authorizer", "authorizer.serviceAccount('default', 'my-sa')"],
            library::authz::PATH_CHECK => &["authorizer.path('/healthz')", "authorizer.path('/x')"],
            library::authz::GROUP_CHECK => &["authorizer.group('apps')", "authorizer.group('')"],
            library::authz::RESOURCE_CHECK => {
                &["authorizer.requestResource", "authorizer.group('').resource('pods')"]
            }
            library::authz::DECISION => &[
                "authorizer.path('/x').check('get')",
                "authorizer.group('').resource('secrets').check('get')",
                "authorizer.requestResource.check('create')",
            ],
            _ => &[],
        },
        Type::List(element) if **element == Type::String => {
            &["request.userInfo.groups", "['b', 'a', 'b']", "['web']"]
        }
        Type::Map(key, value) if **key == Type::String && **value == Type::String => {
            &["namespaceObject.metadata.labels", "{'a': 'b', 'c': ''}"]
        }
        _ => &[],
    }
}

/// Literals.
fn plain_leaves(kind: &Type) -> &'static [&'static str] {
    match kind {
        Type::Bool => &["true", "false"],
        Type::String => &["''", "'a'", "'web'", "'héllo'", "'😀x'", "'5'"],
        Type::List(_) | Type::Map(..) => &[],
        other => leaves(other),
    }
}

/// An expression of any type. `dyn_too`: with parts whose type is known only when they exist.
pub(super) fn expression(random: &mut Random, dyn_too: bool) -> String {
    made(Generator { random, scope: Vec::new(), named: 0, dyn_too, shared: false })
}

/// An expression of what every CEL has, without variables.
#[cfg(test)]
pub(super) fn shared(random: &mut Random) -> String {
    made(Generator { random, scope: Vec::new(), named: 0, dyn_too: false, shared: true })
}

/// What every CEL has besides operators and the macros of one variable.
const SHARED: [&str; 8] = ["size", "contains", "startsWith", "endsWith", "int", "uint", "double", "type"];

fn made(mut generator: Generator<'_>) -> String {
    let depth = 1 + generator.random.below(5);
    let kind = if generator.random.chance(40) { Type::Bool } else { generator.some_type(2) };
    generator.of(&kind, depth)
}

/// What may be a key of a map.
const KEYS: [Type; 5] = [Type::String, Type::String, Type::Int, Type::Uint, Type::Bool];

struct Generator<'r> {
    random: &'r mut Random,
    /// Variables of the comprehensions around.
    scope: Vec<(String, Type)>,
    named: usize,
    dyn_too: bool,
    /// Only what every CEL has.
    shared: bool,
}

impl Generator<'_> {
    fn some_type(&mut self, depth: usize) -> Type {
        if self.shared {
            return match self.random.below(if depth == 0 { 4 } else { 6 }) {
                0 => Type::Int,
                1 => Type::String,
                2 => Type::Bool,
                3 => Type::Double,
                4 => Type::map(self.random.one_of(&KEYS).clone(), self.some_type(depth - 1)),
                _ => Type::list(self.some_type(depth - 1)),
            };
        }
        match self.random.below(if depth == 0 { 13 } else { 20 }) {
            0 | 1 => Type::Int,
            2 | 3 => Type::String,
            4 => Type::Bool,
            5 => Type::Double,
            6 => Type::Uint,
            7 => Type::Bytes,
            8 => Type::Duration,
            9 => Type::Timestamp,
            10 => Type::opaque(library::quantity::QUANTITY),
            11 => {
                let names = [
                    library::ip::IP,
                    library::cidr::CIDR,
                    library::semver::SEMVER,
                    library::url::URL,
                    library::format::FORMAT,
                ];
                Type::opaque(self.random.one_of::<&str>(&names))
            }
            12 => Type::Null,
            13..16 => Type::list(self.some_type(depth - 1)),
            16 | 17 => Type::map(self.random.one_of(&KEYS).clone(), self.some_type(depth - 1)),
            18 => Type::type_of(self.some_type(0)),
            _ => Type::optional(self.some_type(depth - 1)),
        }
    }

    fn of(&mut self, kind: &Type, depth: usize) -> String {
        let known: Vec<&String> =
            self.scope.iter().filter(|(_, known)| known == kind).map(|(name, _)| name).collect();
        if !known.is_empty() && (depth == 0 || self.random.chance(35)) {
            return (*self.random.one_of(&known)).clone();
        }
        if self.dyn_too && self.random.chance(4) {
            return (*self.random.one_of(leaves(&Type::Dyn))).to_owned();
        }
        if depth == 0 || self.random.chance(10) {
            return self.leaf(kind);
        }
        if self.random.chance(30)
            && let Some(made) = self.comprehension(kind, depth - 1)
        {
            return made;
        }
        if matches!(kind, Type::List(_) | Type::Map(..)) && self.random.chance(25) {
            return self.literal(kind, depth - 1);
        }
        self.call(kind, depth - 1).unwrap_or_else(|| self.leaf(kind))
    }

    fn leaf(&mut self, kind: &Type) -> String {
        let leaves = if self.shared { plain_leaves(kind) } else { leaves(kind) };
        if leaves.is_empty() || matches!(kind, Type::List(_) | Type::Map(..)) && self.random.chance(50) {
            return self.literal(kind, 0);
        }
        (*self.random.one_of(leaves)).to_owned()
    }

    /// Lists, maps and optionals of what is in them.
    fn literal(&mut self, kind: &Type, depth: usize) -> String {
        match kind {
            Type::List(element) => {
                let parts: Vec<String> =
                    (0..1 + self.random.below(3)).map(|_| self.of(element, depth)).collect();
                format!("[{}]", parts.join(", "))
            }
            Type::Map(key, value) => {
                let mut parts = Vec::new();
                for _ in 0..1 + self.random.below(2) {
                    parts.push(format!("{}: {}", self.leaf(key), self.of(value, depth)));
                }
                format!("{{{}}}", parts.join(", "))
            }
            Type::Opaque(..) if kind.unwrap_optional().is_some() => {
                let inner = kind.unwrap_optional().cloned().unwrap_or(Type::Int);
                match self.random.below(4) {
                    0 => format!("optional.ofNonZeroValue({})", self.of(&inner, depth)),
                    // None of nothing in particular has no type of its own.
                    1 => format!("[{}][?5]", self.of(&inner, depth)),
                    _ => format!("optional.of({})", self.of(&inner, depth)),
                }
            }
            _ => "null".to_owned(),
        }
    }

    fn fresh(&mut self, kind: &Type) -> String {
        self.named += 1;
        let name = format!("{}{}", self.random.one_of(&["x", "y", "v", "e"]), self.named);
        self.scope.push((name.clone(), kind.clone()));
        name
    }

    /// A macro with that result.
    fn comprehension(&mut self, kind: &Type, depth: usize) -> Option<String> {
        let outside = self.scope.len();
        let made = match kind {
            Type::Bool => {
                let element = self.some_type(1);
                let (over, first, second) = if self.random.chance(70) {
                    (Type::list(element.clone()), Type::Int, element)
                } else {
                    (Type::map(Type::String, element.clone()), Type::String, element)
                };
                let range = self.of(&over, depth);
                if self.shared || self.random.chance(50) {
                    let one = if matches!(over, Type::List(_)) { &second } else { &first };
                    let name = self.fresh(one);
                    let word = *self.random.one_of(&["all", "exists", "exists_one"]);
                    format!("{range}.{word}({name}, {})", self.of(kind, depth))
                } else {
                    let (one, two) = (self.fresh(&first), self.fresh(&second));
                    let word = *self.random.one_of(&["all", "exists", "existsOne"]);
                    format!("{range}.{word}({one}, {two}, {})", self.of(kind, depth))
                }
            }
            Type::List(element) => {
                let from = self.some_type(1);
                match if self.shared { self.random.below(2) * 4 } else { self.random.below(5) } {
                    0 => {
                        let range = self.of(kind, depth);
                        let name = self.fresh(element);
                        format!("{range}.filter({name}, {})", self.of(&Type::Bool, depth))
                    }
                    1 => {
                        let range = self.of(&Type::list(from.clone()), depth);
                        let name = self.fresh(&from);
                        let test = self.of(&Type::Bool, depth);
                        format!("{range}.map({name}, {test}, {})", self.of(element, depth))
                    }
                    2 => {
                        let range = self.of(kind, depth);
                        let name = self.fresh(element);
                        let keys = [Type::Int, Type::String, Type::Double, Type::Bool, Type::Timestamp];
                        let key = self.random.one_of(&keys).clone();
                        format!("{range}.sortBy({name}, {})", self.of(&key, depth))
                    }
                    3 => {
                        let range = self.of(&Type::map(Type::String, from.clone()), depth);
                        let (one, two) = (self.fresh(&Type::String), self.fresh(&from));
                        format!("{range}.transformList({one}, {two}, {})", self.of(element, depth))
                    }
                    _ => {
                        let range = self.of(&Type::list(from.clone()), depth);
                        let name = self.fresh(&from);
                        format!("{range}.map({name}, {})", self.of(element, depth))
                    }
                }
            }
            Type::Map(key, value) if !self.shared => {
                let from = self.some_type(1);
                if self.random.chance(50) {
                    let range = self.of(&Type::map((**key).clone(), from.clone()), depth);
                    let (one, two) = (self.fresh(key), self.fresh(&from));
                    let test = if self.random.chance(30) {
                        self.of(&Type::Bool, depth) + ", "
                    } else {
                        String::new()
                    };
                    format!("{range}.transformMap({one}, {two}, {test}{})", self.of(value, depth))
                } else {
                    let range = self.of(&Type::list(from.clone()), depth);
                    let (one, two) = (self.fresh(&Type::Int), self.fresh(&from));
                    let dyn_too = core::mem::take(&mut self.dyn_too);
                    let key = self.of(key, depth);
                    self.dyn_too = dyn_too;
                    let value = self.of(value, depth);
                    format!("{range}.transformMapEntry({one}, {two}, {{{key}: {value}}})")
                }
            }
            Type::Opaque(..) => {
                let inner = kind.unwrap_optional()?.clone();
                let from = self.some_type(1);
                let range = self.of(&Type::optional(from.clone()), depth);
                let name = self.fresh(&from);
                if self.random.chance(60) {
                    format!("{range}.optMap({name}, {})", self.of(&inner, depth))
                } else {
                    format!("{range}.optFlatMap({name}, {})", self.of(kind, depth))
                }
            }
            _ => return None,
        };
        self.scope.truncate(outside);
        Some(made)
    }

    /// A call of any function with that result.
    fn call(&mut self, kind: &Type, depth: usize) -> Option<String> {
        let (name, overload) = DECLARED.with(|declared| {
            let own = declared.get(&head(kind)).map_or(&[][..], Vec::as_slice);
            let any = declared.get("").map_or(&[][..], Vec::as_slice);
            for _ in 0..6 {
                let functions = if own.is_empty() || self.random.chance(15) { any } else { own };
                let function = self.random.one_of(functions);
                let overload = self.random.one_of(&function.overloads);
                let untyped = overload.params.iter().any(mentions_dyn) || mentions_dyn(&overload.result);
                let shared =
                    !function.name.chars().all(char::is_alphabetic) || SHARED.contains(&function.name);
                if (self.dyn_too || !untyped) && (shared || !self.shared) {
                    return Some((function.name, overload.clone()));
                }
            }
            None
        })?;
        let mut bound = BTreeMap::new();
        if !unify(&overload.result, kind, &mut bound) {
            return None;
        }
        // Keys are what maps allow; a library that says less means them.
        for param in &overload.params {
            if let Type::Map(key, _) = param
                && let Type::TypeParam(name) = &**key
            {
                let key = self.random.one_of(&KEYS).clone();
                bound.entry(Rc::clone(name)).or_insert(key);
            }
        }
        let mut arguments = Vec::new();
        for param in &overload.params {
            let wanted = self.bind(param, &mut bound);
            let texts = TEXTS.iter().find(|(names, _)| names.contains(&name)).map(|(_, texts)| *texts);
            let texts = texts.filter(|_| wanted == Type::String && self.random.chance(75));
            arguments.push(match texts {
                Some(texts) if arguments.is_empty() != overload.member || overload.params.len() == 1 => {
                    (*self.random.one_of(texts)).to_owned()
                }
                _ => self.of(&wanted, depth),
            });
        }
        Some(written(name, overload.member, &arguments))
    }

    /// The type with its parameters bound, to anything when nothing is known of them.
    fn bind(&mut self, kind: &Type, bound: &mut BTreeMap<Rc<str>, Type>) -> Type {
        match kind {
            Type::TypeParam(name) => match bound.get(name) {
                Some(known) => known.clone(),
                None => {
                    let some = self.some_type(1);
                    bound.insert(Rc::clone(name), some.clone());
                    some
                }
            },
            Type::List(element) => Type::list(self.bind(element, bound)),
            Type::Map(key, value) => Type::map(self.bind(key, bound), self.bind(value, bound)),
            Type::Opaque(name, params) => {
                Type::Opaque(Rc::clone(name), params.iter().map(|param| self.bind(param, bound)).collect())
            }
            Type::Type(Some(of)) => Type::type_of(self.bind(of, bound)),
            other => other.clone(),
        }
    }
}

fn mentions_dyn(kind: &Type) -> bool {
    match kind {
        Type::Dyn | Type::Any => true,
        Type::List(element) => mentions_dyn(element),
        Type::Map(key, value) => mentions_dyn(key) || mentions_dyn(value),
        Type::Opaque(_, params) => params.iter().any(mentions_dyn),
        _ => false,
    }
}

/// Whether a declared type can be that one, and what its parameters are then.
fn unify(declared: &Type, wanted: &Type, bound: &mut BTreeMap<Rc<str>, Type>) -> bool {
    match (declared, wanted) {
        (Type::TypeParam(name), _) => match bound.get(name) {
            Some(known) => known == wanted,
            None => {
                bound.insert(Rc::clone(name), wanted.clone());
                true
            }
        },
        (Type::List(declared), Type::List(wanted)) => unify(declared, wanted, bound),
        (Type::Map(key, value), Type::Map(wanted, of)) => {
            unify(key, wanted, bound) && unify(value, of, bound)
        }
        (Type::Type(Some(declared)), Type::Type(Some(wanted))) => unify(declared, wanted, bound),
        (Type::Opaque(name, params), Type::Opaque(wanted, of)) => {
            name == wanted
                && params.len() == of.len()
                && params.iter().zip(of).all(|(declared, wanted)| unify(declared, wanted, bound))
        }
        (declared, wanted) => declared == wanted,
    }
}

fn written(name: &str, member: bool, arguments: &[String]) -> String {
    if let (Some(symbol), [left, right]) = (operators::binary_symbol(name), arguments) {
        return format!("({left} {symbol} {right})");
    }
    match (name, arguments) {
        (operators::CONDITIONAL, [test, then, other]) => format!("({test} ? {then} : {other})"),
        (operators::LOGICAL_NOT, [of]) => format!("!{of}"),
        (operators::NEGATE, [of]) => format!("-({of})"),
        (operators::INDEX, [of, at]) => format!("{of}[{at}]"),
        (operators::OPT_INDEX, [of, at]) => format!("{of}[?{at}]"),
        (_, [of, rest @ ..]) if member => {
            let of = if of.starts_with(|first: char| first.is_ascii_digit() || "-!".contains(first)) {
                format!("({of})")
            } else {
                of.clone()
            };
            format!("{of}.{name}({})", rest.join(", "))
        }
        _ => format!("{name}({})", arguments.join(", ")),
    }
}
