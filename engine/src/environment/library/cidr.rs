//! `kubernetes.net.cidr` (`library/cidr.go`): networks in CIDR notation; bits of the host may be set.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};
use core::{any::Any, fmt};

use super::{
    address,
    address::Address,
    ip,
    ip::{Ip, ip_of},
};
use crate::cel::{
    cost::{CallEstimate, Operand, Range, STRING_TRAVERSAL, actual_size, functions as cost, scaled},
    decls::{Body, Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::Library,
    quote::quote,
    types::Type,
    value::{Opaque, Value},
};

/// Name of the type.
pub const CIDR: &str = "net.CIDR";

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("kubernetes.net.cidr", functions()).types(vec![kind()])
}

fn kind() -> Type {
    Type::opaque(CIDR)
}

fn functions() -> Vec<FunctionDecl> {
    let member =
        |id, params: Vec<Type>, result, body: Body| OverloadDecl::member(id, params, result).body(body);
    let of_text = |id, result, body: Body| vec![OverloadDecl::new(id, vec![Type::String], result).body(body)];
    vec![
        FunctionDecl::new("cidr", "The network that the text denotes.", of_text("string_to_cidr", kind(), parse_cidr))
            .examples(&[
                Example { expression: "cidr('192.168.0.0/16').prefixLength()", result: "16" },
                Example {
                    expression: "cidr('192.168.0.0')",
                    result: "error: network address parse error during conversion from string: network address parse error \
                             during conversion from string: netip.ParsePrefix(\"192.168.0.0\"): no '/'",
                },
            ])
            .cost(cost::scan)
            .estimate(cost::scan_estimate),
        FunctionDecl::new(
            "containsIP",
            "Whether the address is in the network.",
            vec![
                member("cidr_contains_ip_string", vec![kind(), Type::String], Type::Bool, contains_ip)
                    .cost(contains_ip_text_cost)
                    .estimate(|operands| contains_estimate(operands, false, true)),
                member("cidr_contains_ip_ip", vec![kind(), ip::kind()], Type::Bool, contains_ip)
                    .estimate(|operands| contains_estimate(operands, false, false)),
            ],
        )
        .examples(&[
            Example { expression: "cidr('192.168.0.0/24').containsIP('192.168.0.1')", result: "true" },
            Example { expression: "cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))", result: "false" },
        ])
        .cost(contains_ip_cost),
        FunctionDecl::new(
            "containsCIDR",
            "Whether all of the other network is in this one.",
            vec![
                member("cidr_contains_cidr_string", vec![kind(), Type::String], Type::Bool, contains_cidr)
                    .cost(contains_cidr_text_cost)
                    .estimate(|operands| contains_estimate(operands, true, true)),
                member("cidr_contains_cidr", vec![kind(), kind()], Type::Bool, contains_cidr)
                    .estimate(|operands| contains_estimate(operands, true, false)),
            ],
        )
        .examples(&[
            Example { expression: "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')", result: "true" },
            Example { expression: "cidr('192.168.0.0/24').containsCIDR(cidr('192.168.0.0/16'))", result: "false" },
        ])
        .cost(contains_cidr_cost),
        FunctionDecl::new(
            "ip",
            "The address of the network, as it is written.",
            vec![
                member("cidr_ip", vec![kind()], ip::kind(), to_ip).cost(cost::nominal).estimate(cost::nominal_estimate),
            ],
        )
        .examples(&[Example { expression: "string(cidr('192.168.0.1/24').ip())", result: "'192.168.0.1'" }]),
        FunctionDecl::new(
            "prefixLength",
            "How many bits of the address are the network's.",
            vec![member("cidr_prefix_length", vec![kind()], Type::Int, prefix_length)],
        )
        .examples(&[Example { expression: "cidr('::1/128').prefixLength()", result: "128" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "masked",
            "The network with the bits of the host cleared.",
            vec![member("cidr_masked", vec![kind()], kind(), masked)],
        )
        .examples(&[Example { expression: "string(cidr('192.168.0.5/24').masked())", result: "'192.168.0.0/24'" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new("isCIDR", "Whether the text denotes a network.", of_text("is_cidr", Type::Bool, is_cidr))
            .examples(&[
                Example { expression: "isCIDR('::1/128')", result: "true" },
                Example { expression: "isCIDR('192.168.0.0/33')", result: "false" },
            ])
            .cost(cost::scan)
            .estimate(cost::scan_estimate),
        FunctionDecl::new(
            "string",
            "The network as a text.",
            vec![OverloadDecl::new("cidr_to_string", vec![kind()], Type::String).body(to_text)],
        )
        .examples(&[Example { expression: "string(cidr('10.0.0.0/8'))", result: "'10.0.0.0/8'" }]),
    ]
}

fn size(args: &[Value], index: usize) -> u64 {
    args.get(index).map_or(1, actual_size)
}

fn contains_ip_cost(args: &[Value], _: Option<&Value>) -> u64 {
    scaled(size(args, 0) * 2, STRING_TRAVERSAL)
}

fn contains_ip_text_cost(args: &[Value], result: Option<&Value>) -> u64 {
    contains_ip_cost(args, result) + scaled(size(args, 1), STRING_TRAVERSAL)
}

fn contains_cidr_cost(args: &[Value], result: Option<&Value>) -> u64 {
    contains_ip_cost(args, result) + scaled(size(args, 0), STRING_TRAVERSAL) + 1
}

fn contains_cidr_text_cost(args: &[Value], result: Option<&Value>) -> u64 {
    contains_cidr_cost(args, result) + scaled(size(args, 1), STRING_TRAVERSAL)
}

fn contains_estimate(operands: &[Operand<'_>], network: bool, text: bool) -> CallEstimate {
    let octets = Range::new(4, 16);
    let mut cost = octets.plus(octets).scaled(STRING_TRAVERSAL);
    if network {
        cost = cost.plus(octets.scaled(STRING_TRAVERSAL)).plus(Range::fixed(1));
    }
    if text {
        cost = cost.plus(operands.get(1).map_or(Range::UNKNOWN, Operand::size).scaled(STRING_TRAVERSAL));
    }
    CallEstimate::cost(cost)
}

/// A network: an address of it, and how many bits are common to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    address: Address,
    bits: u32,
}

impl Opaque for Cidr {
    fn kind(&self) -> Type {
        kind()
    }

    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        cidr_of(other).map(|other| *self == *other).ok_or_else(EvalError::no_such_overload)
    }

    fn size(&self) -> Option<u64> {
        Some(u64::from(self.bits.div_ceil(8)))
    }

    fn go_type(&self) -> &'static str {
        "cel.CIDR"
    }

    fn text(&self) -> String {
        format!("{self}")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Cidr {
    /// Reads a network.
    ///
    /// # Errors
    /// Go's text behind Kubernetes' own, which stands there twice.
    pub fn parse(text: &str) -> Result<Self, EvalError> {
        const FAILED: &str = "network address parse error during conversion from string: ";
        let fault =
            |why: &str| EvalError::new(format!("{FAILED}{FAILED}netip.ParsePrefix({}): {why}", quote(text)));
        let (address, digits) = text.rsplit_once('/').ok_or_else(|| fault("no '/'"))?;
        let parsed = address::parse(address).map_err(|why| fault(&why))?;
        if parsed.zone {
            return Err(fault("IPv6 zones cannot be present in a prefix"));
        }
        let bad_bits = || fault(&format!("bad bits after slash: {}", quote(digits)));
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(bad_bits());
        }
        let bits: i64 = digits.parse().map_err(|_| bad_bits())?;
        let bits = u32::try_from(bits).ok().filter(|bits| *bits <= parsed.address.bits());
        let bits = bits.ok_or_else(|| fault("prefix length out of range"))?;
        if parsed.address.is_v4_in_v6() {
            return Err(EvalError::new(format!(
                "{FAILED}IPv4-mapped IPv6 address {} is not allowed",
                quote(text)
            )));
        }
        Ok(Self { address: parsed.address, bits })
    }

    fn contains(&self, address: Address) -> bool {
        self.address.bits() == address.bits() && self.address.masked(self.bits) == address.masked(self.bits)
    }
}

/// The network that the value is, if it is one.
#[must_use]
pub fn cidr_of(value: &Value) -> Option<&Cidr> {
    match value {
        Value::Opaque(opaque) => opaque.as_any().downcast_ref(),
        _ => None,
    }
}

fn receiver(args: &[Value]) -> Result<&Cidr, EvalError> {
    args.first().and_then(cidr_of).ok_or_else(EvalError::no_such_overload)
}

fn text(args: &[Value]) -> Result<&str, EvalError> {
    args.first().and_then(Value::as_str).ok_or_else(EvalError::no_such_overload)
}

fn new(cidr: Cidr) -> Value {
    Value::Opaque(Rc::new(cidr))
}

fn parse_cidr(args: &[Value]) -> Result<Value, EvalError> {
    Cidr::parse(text(args)?).map(new)
}

fn is_cidr(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Bool(Cidr::parse(text(args)?).is_ok()))
}

fn contains_ip(args: &[Value]) -> Result<Value, EvalError> {
    let address = match args.get(1) {
        // Kubernetes forgets why a text is no address.
        Some(Value::String(text)) => Ip::parse(text).map_err(|_| EvalError::no_such_overload())?.0,
        Some(other) => ip_of(other).ok_or_else(EvalError::no_such_overload)?.0,
        None => return Err(EvalError::no_such_overload()),
    };
    Ok(Value::Bool(receiver(args)?.contains(address)))
}

fn contains_cidr(args: &[Value]) -> Result<Value, EvalError> {
    let cidr = receiver(args)?;
    let other = match args.get(1) {
        Some(Value::String(text)) => Cidr::parse(text)?,
        Some(other) => *cidr_of(other).ok_or_else(EvalError::no_such_overload)?,
        None => return Err(EvalError::no_such_overload()),
    };
    Ok(Value::Bool(cidr.bits <= other.bits && cidr.contains(other.address)))
}

fn to_ip(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Opaque(Rc::new(Ip(receiver(args)?.address))))
}

fn prefix_length(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Int(i64::from(receiver(args)?.bits)))
}

fn masked(args: &[Value]) -> Result<Value, EvalError> {
    let cidr = receiver(args)?;
    Ok(new(Cidr { address: cidr.address.masked(cidr.bits), bits: cidr.bits }))
}

fn to_text(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::string(format!("{}", receiver(args)?)))
}
