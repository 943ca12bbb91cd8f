//! `kubernetes.net.ip` (`library/ip.go`): IP addresses, without zones and not IPv4-mapped.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};
use core::{any::Any, fmt};

use super::{address, address::Address};
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
pub const IP: &str = "net.IP";

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("kubernetes.net.ip", functions()).types(vec![kind()])
}

pub(super) fn kind() -> Type {
    Type::opaque(IP)
}

fn functions() -> Vec<FunctionDecl> {
    let of_text = |id, result, body: Body| vec![OverloadDecl::new(id, vec![Type::String], result).body(body)];
    let predicate = |name, doc, id, body: Body, examples| {
        FunctionDecl::new(name, doc, vec![OverloadDecl::member(id, vec![kind()], Type::Bool).body(body)])
            .examples(examples)
            .cost(cost::nominal)
            .estimate(cost::nominal_estimate)
    };
    vec![
        FunctionDecl::new(
            "ip",
            "The IP address that the text denotes.",
            of_text("string_to_ip", kind(), parse_ip),
        )
        .examples(&[
            Example { expression: "ip('127.0.0.1').family()", result: "4" },
            Example {
                expression: "ip('300.1.1.1')",
                result: "error: IP Address \"300.1.1.1\" parse error during conversion from string: \
                             ParseAddr(\"300.1.1.1\"): IPv4 field has value >255",
            },
        ])
        .cost(cost::scan)
        .estimate(cost::scan_estimate),
        FunctionDecl::new(
            "family",
            "4 or 6.",
            vec![OverloadDecl::member("ip_family", vec![kind()], Type::Int).body(family)],
        )
        .examples(&[Example { expression: "ip('::1').family()", result: "6" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "ip.isCanonical",
            "Whether the text is the one way to write this address; an error when it is none.",
            of_text("ip_is_canonical", Type::Bool, is_canonical),
        )
        .examples(&[
            Example { expression: "ip.isCanonical('2001:db8::abcd')", result: "true" },
            Example { expression: "ip.isCanonical('2001:DB8::ABCD')", result: "false" },
        ])
        .cost(cost::rebuild)
        .estimate(cost::rebuild_estimate),
        predicate(
            "isUnspecified",
            "Whether it is 0.0.0.0 or ::.",
            "ip_is_unspecified",
            |args| Ok(Value::Bool(receiver(args)?.is_unspecified())),
            &[Example { expression: "ip('0.0.0.0').isUnspecified()", result: "true" }],
        ),
        predicate(
            "isLoopback",
            "Whether it is in 127.0.0.0/8 or is ::1.",
            "ip_is_loopback",
            |args| Ok(Value::Bool(receiver(args)?.is_loopback())),
            &[Example { expression: "ip('127.0.0.1').isLoopback()", result: "true" }],
        ),
        predicate(
            "isLinkLocalMulticast",
            "Whether it is in 224.0.0.0/24 or ff02::/16 (and its kin).",
            "ip_is_link_local_multicast",
            |args| Ok(Value::Bool(receiver(args)?.is_link_local_multicast())),
            &[
                Example { expression: "ip('224.0.0.1').isLinkLocalMulticast()", result: "true" },
                Example { expression: "ip('224.0.1.1').isLinkLocalMulticast()", result: "false" },
            ],
        ),
        predicate(
            "isLinkLocalUnicast",
            "Whether it is in 169.254.0.0/16 or fe80::/10.",
            "ip_is_link_local_unicast",
            |args| Ok(Value::Bool(receiver(args)?.is_link_local_unicast())),
            &[Example { expression: "ip('169.254.169.254').isLinkLocalUnicast()", result: "true" }],
        ),
        predicate(
            "isGlobalUnicast",
            "Whether it is neither unspecified, loopback, link-local, multicast nor 255.255.255.255; private addresses are.",
            "ip_is_global_unicast",
            |args| Ok(Value::Bool(receiver(args)?.is_global_unicast())),
            &[
                Example { expression: "ip('192.168.0.1').isGlobalUnicast()", result: "true" },
                Example { expression: "ip('255.255.255.255').isGlobalUnicast()", result: "false" },
            ],
        ),
        FunctionDecl::new(
            "isIP",
            "Whether the text denotes an IP address.",
            of_text("is_ip", Type::Bool, is_ip),
        )
        .examples(&[
            Example { expression: "isIP('127.0.0.1')", result: "true" },
            Example { expression: "isIP('127.0.0.01')", result: "false" },
        ])
        .cost(cost::scan)
        .estimate(cost::scan_estimate),
        FunctionDecl::new(
            "string",
            "The address as a text, in its shortest form.",
            vec![OverloadDecl::new("ip_to_string", vec![kind()], Type::String).body(to_text)],
        )
        .examples(&[Example { expression: "string(ip('2001:DB8::1'))", result: "'2001:db8::1'" }]),
    ]
}

/// An IP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ip(pub(super) Address);

impl Opaque for Ip {
    fn kind(&self) -> Type {
        kind()
    }

    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        ip_of(other).map(|other| *self == *other).ok_or_else(EvalError::no_such_overload)
    }

    fn size(&self) -> Option<u64> {
        Some(u64::from(self.0.bits() / 8))
    }

    fn go_type(&self) -> &'static str {
        "cel.IP"
    }

    fn text(&self) -> String {
        format!("{self}")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Ip {
    /// Reads an address.
    ///
    /// # Errors
    /// Go's text, behind what was asked; and for zones and IPv4-mapped addresses, that they are not allowed.
    pub fn parse(text: &str) -> Result<Self, EvalError> {
        let parsed = address::parse(text).map_err(|why| {
            EvalError::new(format!(
                "IP Address {} parse error during conversion from string: {why}",
                quote(text)
            ))
        })?;
        if parsed.zone {
            return Err(EvalError::new(format!("IP address {} with zone value is not allowed", quote(text))));
        }
        if parsed.address.is_v4_in_v6() {
            return Err(EvalError::new(format!("IPv4-mapped IPv6 address {} is not allowed", quote(text))));
        }
        Ok(Self(parsed.address))
    }
}

/// The address that the value is, if it is one.
#[must_use]
pub fn ip_of(value: &Value) -> Option<&Ip> {
    match value {
        Value::Opaque(opaque) => opaque.as_any().downcast_ref(),
        _ => None,
    }
}

fn receiver(args: &[Value]) -> Result<Address, EvalError> {
    args.first().and_then(ip_of).map(|ip| ip.0).ok_or_else(EvalError::no_such_overload)
}

fn text(args: &[Value]) -> Result<&str, EvalError> {
    args.first().and_then(Value::as_str).ok_or_else(EvalError::no_such_overload)
}

fn parse_ip(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Opaque(Rc::new(Ip::parse(text(args)?)?)))
}

fn family(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Int(if receiver(args)?.bits() == 32 { 4 } else { 6 }))
}

fn is_canonical(args: &[Value]) -> Result<Value, EvalError> {
    let text = text(args)?;
    Ok(Value::Bool(format!("{}", Ip::parse(text)?) == text))
}

fn is_ip(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Bool(Ip::parse(text(args)?).is_ok()))
}

fn to_text(args: &[Value]) -> Result<Value, EvalError> {
    let text: String = format!("{}", receiver(args)?);
    Ok(Value::string(text))
}
