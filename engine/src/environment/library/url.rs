//! `kubernetes.urls` (`library/urls.go`): URLs as Go's `net/url` reads and prints them, with its error texts.

use alloc::{borrow::Cow, collections::BTreeMap, format, rc::Rc, string::String, vec, vec::Vec};
use core::{any::Any, fmt};

use super::{address, address::Address};
use crate::cel::{
    cost::functions as cost,
    decls::{Body, Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::Library,
    quote::{quote, quote_octets},
    types::Type,
    value::{Map, Opaque, OwnedMap, Value},
};

/// Name of the type.
pub const URL: &str = "kubernetes.URL";

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("kubernetes.urls", functions())
}

fn kind() -> Type {
    Type::object(URL)
}

fn functions() -> Vec<FunctionDecl> {
    let accessor = |name, doc, id, result, body: Body, examples| {
        FunctionDecl::new(name, doc, vec![OverloadDecl::member(id, vec![kind()], result).body(body)])
            .examples(examples)
            .cost(cost::nominal)
            .estimate(cost::nominal_estimate)
    };
    vec![
        FunctionDecl::new(
            "url",
            "The URL that the text denotes: absolute, or an absolute path.",
            vec![OverloadDecl::new("string_to_url", vec![Type::String], kind()).body(parse_url)],
        )
        .examples(&[
            Example { expression: "url('https://user:pass@example.com:80/').getHost()", result: "'example.com:80'" },
            Example {
                expression: "url('../relative')",
                result: "error: URL parse error during conversion from string: parse \"../relative\": invalid URI for request",
            },
        ])
        .cost(cost::scan)
        .estimate(cost::transform_estimate),
        accessor(
            "getScheme",
            "The scheme, in lower case; the empty text when there is none.",
            "url_get_scheme",
            Type::String,
            |args| Ok(Value::string(&*receiver(args)?.scheme)),
            &[Example { expression: "url('https://example.com/').getScheme()", result: "'https'" }],
        ),
        accessor(
            "getHost",
            "The host with its port.",
            "url_get_host",
            Type::String,
            |args| Ok(lossy(&receiver(args)?.host)),
            &[
                Example { expression: "url('https://example.com:80/').getHost()", result: "'example.com:80'" },
                Example { expression: "url('https://[::1]:80/').getHost()", result: "'[::1]:80'" },
            ],
        ),
        accessor(
            "getHostname",
            "The host without its port and without brackets.",
            "url_get_hostname",
            Type::String,
            |args| Ok(lossy(split_port(&receiver(args)?.host).0)),
            &[Example { expression: "url('https://[::1]:80/').getHostname()", result: "'::1'" }],
        ),
        accessor(
            "getPort",
            "The port; the empty text when there is none.",
            "url_get_port",
            Type::String,
            |args| Ok(lossy(split_port(&receiver(args)?.host).1)),
            &[Example { expression: "url('https://example.com:80/').getPort()", result: "'80'" }],
        ),
        accessor(
            "getEscapedPath",
            "The path with escape sequences for what cannot stand in one.",
            "url_get_escaped_path",
            Type::String,
            |args| Ok(lossy(&receiver(args)?.path.escaped(PATH))),
            &[Example {
                expression: "url('https://example.com/path with spaces/').getEscapedPath()",
                result: "'/path%20with%20spaces/'",
            }],
        ),
        accessor(
            "getQuery",
            "The values of each parameter of the query.",
            "url_get_query",
            Type::map(Type::String, Type::list(Type::String)),
            query,
            &[
                Example {
                    expression: "url('https://example.com/path?k1=a&k2=b&k2=c').getQuery()",
                    result: "{'k1': ['a'], 'k2': ['b', 'c']}",
                },
                Example { expression: "url('https://example.com/path').getQuery()", result: "{}" },
            ],
        ),
        FunctionDecl::new(
            "isURL",
            "Whether the text denotes a URL.",
            vec![OverloadDecl::new("is_url_string", vec![Type::String], Type::Bool).body(is_url)],
        )
        .examples(&[
            Example { expression: "isURL('https://user:pass@example.com:80/path?query=val#fragment')", result: "true" },
            Example { expression: "isURL('../relative-path')", result: "false" },
        ]),
    ]
}

/// Octets that need no escape sequence, besides letters, digits and `-._~`.
type Allowed = &'static [u8];

const PATH: Allowed = b"$&+,/:;=@";
const HOST: Allowed = b"!\"$&'()*+,:;<=>[]";
const USER: Allowed = b"$&+,;=";
const FRAGMENT: Allowed = b"!$&()*+,/:;=?@";

fn must_escape(byte: u8, allowed: Allowed) -> bool {
    !(byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || allowed.contains(&byte))
}

/// Where escape sequences are read: each place has rules of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Host,
    Zone,
    Query,
    Other,
}

fn unescape(text: &[u8], place: Place) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'%' => {
                let sequence = |digits: &[u8]| {
                    let shown = [b"%", digits.get(..digits.len().min(2)).unwrap_or_default()].concat();
                    Err(format!("invalid URL escape {}", quote_octets(&shown)))
                };
                let value = match after {
                    [a, b, ..] => char::from(*a).to_digit(16).zip(char::from(*b).to_digit(16)),
                    _ => None,
                };
                let Some((high, low)) = value else { return sequence(after) };
                let value = (high << 4 | low) as u8;
                let percent = after.starts_with(b"25");
                if place == Place::Host && high < 8 && !percent {
                    return sequence(after);
                }
                if place == Place::Zone && !percent && value != b' ' && must_escape(value, HOST) {
                    return sequence(after);
                }
                out.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            b'+' if place == Place::Query => out.push(b' '),
            _ => {
                if matches!(place, Place::Host | Place::Zone) && *byte < 0x80 && must_escape(*byte, HOST) {
                    let shown = quote(&String::from(char::from(*byte)));
                    return Err(format!("invalid character {shown} in host name"));
                }
                out.push(*byte);
            }
        }
    }
    Ok(out)
}

fn escape(bytes: &[u8], allowed: Allowed) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if must_escape(*byte, allowed) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(*byte);
        }
    }
    out
}

/// A part of a URL, read; and as it was written, when that is not how it would be.
#[derive(Clone, Debug, Default)]
struct Part {
    decoded: Vec<u8>,
    written: Option<Vec<u8>>,
}

impl Part {
    fn parse(text: &str, allowed: Allowed) -> Result<Self, String> {
        let decoded = unescape(text.as_bytes(), Place::Other)?;
        let usual = escape(&decoded, allowed) == text.as_bytes();
        Ok(Self { decoded, written: (!usual).then(|| text.as_bytes().to_vec()) })
    }

    fn escaped(&self, allowed: Allowed) -> Vec<u8> {
        let valid = |byte: &u8| b"!$&'()*+,;=:@[]%".contains(byte) || !must_escape(*byte, allowed);
        match &self.written {
            Some(written) if written.iter().all(valid) => written.clone(),
            _ if self.decoded == b"*" => vec![b'*'],
            _ => escape(&self.decoded, allowed),
        }
    }
}

/// Name and password before the host.
#[derive(Clone, Debug)]
struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

/// A URL.
#[derive(Clone, Debug, Default)]
pub struct Url {
    scheme: String,
    opaque: String,
    user: Option<User>,
    host: Vec<u8>,
    path: Part,
    omit_host: bool,
    force_query: bool,
    query: String,
    fragment: Part,
}

/// What `ParseRequestURI` says of the text, if it does not like it.
#[must_use]
pub fn request_uri_fault(text: &str) -> Option<String> {
    Url::read(text, true).err().map(|why| format!("parse {}: {why}", quote(text)))
}

impl Url {
    /// Reads an absolute URL or an absolute path.
    ///
    /// # Errors
    /// Go's text behind Kubernetes' own.
    pub fn parse(text: &str) -> Result<Self, EvalError> {
        let fault =
            |why: String| EvalError::new(format!("URL parse error during conversion from string: {why}"));
        if let Some(why) = request_uri_fault(text) {
            return Err(fault(why));
        }
        // Read again: the first reading takes the fragment for a part of path or query.
        let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut url =
            Self::read(before, false).map_err(|why| fault(format!("parse {}: {why}", quote(before))))?;
        if !fragment.is_empty() {
            url.fragment = Part::parse(fragment, FRAGMENT)
                .map_err(|why| fault(format!("parse {}: {why}", quote(text))))?;
        }
        Ok(url)
    }

    fn read(text: &str, request: bool) -> Result<Self, String> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7F) {
            return Err(String::from("net/url: invalid control character in URL"));
        }
        if text.is_empty() && request {
            return Err(String::from("empty url"));
        }
        let mut url = Self::default();
        if text == "*" {
            url.path.decoded = vec![b'*'];
            return Ok(url);
        }
        let (scheme, mut rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        if rest.ends_with('?') && rest.matches('?').count() == 1 {
            url.force_query = true;
            rest = rest.strip_suffix('?').unwrap_or(rest);
        } else if let Some((before, query)) = rest.split_once('?') {
            rest = before;
            url.query = String::from(query);
        }
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                url.opaque = String::from(rest);
                return Ok(url);
            }
            if request {
                return Err(String::from("invalid URI for request"));
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return Err(String::from("first path segment in URL cannot contain colon"));
            }
        }
        let with_authority = !url.scheme.is_empty() || (!request && !rest.starts_with("///"));
        match rest.strip_prefix("//").filter(|_| with_authority) {
            Some(after) => {
                let (authority, path) =
                    after.split_at_checked(after.find('/').unwrap_or(after.len())).unwrap_or((after, ""));
                (url.user, url.host) = read_authority(&url.scheme, authority)?;
                rest = path;
            }
            None => url.omit_host = !url.scheme.is_empty() && rest.starts_with('/'),
        }
        url.path = Part::parse(rest, PATH)?;
        Ok(url)
    }
}

/// The scheme, if the text begins with one, and the rest.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err(String::from("missing protocol scheme")),
            b':' => {
                let (scheme, rest) = text.split_at_checked(at).unwrap_or(("", text));
                return Ok((scheme, rest.strip_prefix(':').unwrap_or(rest)));
            }
            _ => break,
        }
    }
    Ok(("", text))
}

fn read_authority(scheme: &str, authority: &str) -> Result<(Option<User>, Vec<u8>), String> {
    let Some((user, host)) = authority.rsplit_once('@') else {
        return Ok((None, read_host(scheme, authority)?));
    };
    let host = read_host(scheme, host)?;
    if !user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte)) {
        return Err(String::from("net/url: invalid userinfo"));
    }
    let part = |text: &str| unescape(text.as_bytes(), Place::Other);
    let user = match user.split_once(':') {
        None => User { name: part(user)?, password: None },
        Some((name, password)) => User { name: part(name)?, password: Some(part(password)?) },
    };
    Ok((Some(user), host))
}

fn is_port(text: &[u8]) -> bool {
    text.is_empty() || text.strip_prefix(b":").is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
}

fn read_host(scheme: &str, host: &str) -> Result<Vec<u8>, String> {
    let invalid_port = |port: &str| Err(format!("invalid port {} after host", quote(port)));
    match host.rfind('[') {
        Some(0) => {
            let close = host.rfind(']').ok_or("missing ']' in host")?;
            let port = host.get(close + 1..).unwrap_or_default();
            if !is_port(port.as_bytes()) {
                return invalid_port(port);
            }
            let port = unescape(port.as_bytes(), Place::Host)?;
            let name = host.get(1..close).unwrap_or_default();
            let name = match name.find("%25").and_then(|at| name.split_at_checked(at)) {
                Some((address, zone)) => {
                    let mut name = unescape(address.as_bytes(), Place::Host)?;
                    name.extend(unescape(zone.as_bytes(), Place::Zone)?);
                    name
                }
                None => unescape(name.as_bytes(), Place::Host)?,
            };
            let parsed = address::parse(&String::from_utf8_lossy(&name))
                .map_err(|why| format!("invalid host: {why}"))?;
            if matches!(parsed.address, Address::V4(_)) {
                return Err(String::from("invalid IP-literal"));
            }
            return Ok([b"[".as_slice(), &name, b"]", &port].concat());
        }
        Some(_) => return Err(String::from("invalid IP-literal")),
        None => {}
    }
    if let (Some(first), Some(last)) = (host.find(':'), host.rfind(':')) {
        // Only databases have several hosts with ports.
        let from = if matches!(scheme, "http" | "https") { first } else { last };
        let port = host.get(from..).unwrap_or_default();
        if !is_port(port.as_bytes()) {
            return invalid_port(port);
        }
    }
    unescape(host.as_bytes(), Place::Host)
}

/// The host without brackets, and the port.
fn split_port(host: &[u8]) -> (&[u8], &[u8]) {
    let (mut name, mut port) = (host, [].as_slice());
    if let Some((before, after)) =
        host.iter().rposition(|byte| *byte == b':').and_then(|at| host.split_at_checked(at))
        && is_port(after)
    {
        (name, port) = (before, after.strip_prefix(b":").unwrap_or_default());
    }
    if let Some(inner) = name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]")) {
        name = inner;
    }
    (name, port)
}

impl fmt::Display for Url {
    /// The URL put together again (`URL.String`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

impl Url {
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(self.scheme.as_bytes());
            out.push(b':');
        }
        if self.opaque.is_empty() {
            let path = self.path.escaped(PATH);
            let no_authority = self.host.is_empty() && self.user.is_none();
            let has_authority = !self.scheme.is_empty() || !no_authority;
            if has_authority && !(self.omit_host && no_authority) {
                if !no_authority || !self.path.decoded.is_empty() {
                    out.extend_from_slice(b"//");
                }
                if let Some(user) = &self.user {
                    out.extend(escape(&user.name, USER));
                    if let Some(password) = &user.password {
                        out.push(b':');
                        out.extend(escape(password, USER));
                    }
                    out.push(b'@');
                }
                out.extend(escape(&self.host, HOST));
            }
            if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
                out.push(b'/');
            }
            if out.is_empty()
                && path.split(|byte| *byte == b'/').next().is_some_and(|first| first.contains(&b':'))
            {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
        } else {
            out.extend_from_slice(self.opaque.as_bytes());
        }
        if self.force_query || !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(self.query.as_bytes());
        }
        if !self.fragment.decoded.is_empty() {
            out.push(b'#');
            out.extend(self.fragment.escaped(FRAGMENT));
        }
        out
    }
}

impl Opaque for Url {
    fn kind(&self) -> Type {
        kind()
    }

    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        url_of(other).map(|other| self.to_bytes() == other.to_bytes()).ok_or_else(EvalError::no_such_overload)
    }

    fn go_type(&self) -> &'static str {
        "cel.URL"
    }

    fn text(&self) -> String {
        format!("{self}")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The URL that the value is, if it is one.
#[must_use]
pub fn url_of(value: &Value) -> Option<&Url> {
    match value {
        Value::Opaque(opaque) => opaque.as_any().downcast_ref(),
        _ => None,
    }
}

fn receiver(args: &[Value]) -> Result<&Url, EvalError> {
    args.first().and_then(url_of).ok_or_else(EvalError::no_such_overload)
}

fn text(args: &[Value]) -> Result<&str, EvalError> {
    args.first().and_then(Value::as_str).ok_or_else(EvalError::no_such_overload)
}

/// Text from octets; escape sequences can spell what is no UTF-8, which Go keeps and a text here cannot hold.
fn lossy(bytes: &[u8]) -> Value {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => Value::string(text),
        Cow::Owned(text) => Value::string(text),
    }
}

fn parse_url(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Opaque(Rc::new(Url::parse(text(args)?)?)))
}

fn is_url(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Bool(Url::read(text(args)?, true).is_ok()))
}

fn query(args: &[Value]) -> Result<Value, EvalError> {
    /// Go reads no query of more parameters.
    const MOST: usize = 10_000;
    let query = &receiver(args)?.query;
    let mut values: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    if query.matches('&').count() < MOST {
        for pair in query.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let part = |text: &str| unescape(text.as_bytes(), Place::Query);
            if let (Ok(key), Ok(value)) = (part(key), part(value)) {
                let key = String::from_utf8_lossy(&key).into_owned();
                values.entry(key).or_default().push(lossy(&value));
            }
        }
    }
    let entries = values.into_iter().map(|(key, values)| (Value::string(key), Value::list(values)));
    Ok(Value::Map(Map::Owned(Rc::new(entries.collect::<OwnedMap>()))))
}
