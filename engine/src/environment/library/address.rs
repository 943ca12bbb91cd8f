//! IP addresses as Go's `net/netip` reads and prints them, with its error texts.

use alloc::{format, string::String};
use core::fmt::Write;

use crate::cel::quote::quote;

/// An address of either family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    V4(u32),
    V6(u128),
}

/// What was read: an address, and whether a zone followed it.
pub(super) struct Parsed {
    pub(super) address: Address,
    pub(super) zone: bool,
}

/// Reads an address (`netip.ParseAddr`).
///
/// # Errors
/// `ParseAddr("x"): unable to parse IP` and its kin.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    match text.bytes().find(|byte| matches!(byte, b'.' | b':' | b'%')) {
        Some(b'.') => Ok(Parsed { address: Address::V4(parse_v4(text, text)?), zone: false }),
        Some(b':') => parse_v6(text),
        Some(_) => Err(fault(text, "missing IPv6 address", None)),
        None => Err(fault(text, "unable to parse IP", None)),
    }
}

fn fault(text: &str, why: &str, at: Option<&str>) -> String {
    match at {
        Some(at) if !at.is_empty() => format!("ParseAddr({}): {why} (at {})", quote(text), quote(at)),
        _ => format!("ParseAddr({}): {why}", quote(text)),
    }
}

/// The four fields of `part`; `whole` is what errors quote.
fn parse_v4(whole: &str, part: &str) -> Result<u32, String> {
    let bytes = part.as_bytes();
    let (mut address, mut fields, mut value, mut digits) = (0_u32, 0, 0_u32, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(fault(whole, "IPv4 field has octet with leading zero", None));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(fault(whole, "IPv4 field has value >255", None));
                }
            }
            b'.' => {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                if matches!(before, None | Some(b'.')) || at + 1 == bytes.len() {
                    return Err(fault(whole, "IPv4 field must have at least one digit", part.get(at..)));
                }
                if fields == 3 {
                    return Err(fault(whole, "IPv4 address too long", None));
                }
                address = address << 8 | value;
                fields += 1;
                (value, digits) = (0, 0);
            }
            _ => return Err(fault(whole, "unexpected character", part.get(at..))),
        }
    }
    if fields < 3 {
        return Err(fault(whole, "IPv4 address too short", None));
    }
    Ok(address << 8 | value)
}

fn parse_v6(text: &str) -> Result<Parsed, String> {
    let (mut s, zone) = match text.split_once('%') {
        Some((_, "")) => return Err(fault(text, "zone must be a non-empty string", None)),
        Some((address, _)) => (address, true),
        None => (text, false),
    };
    let done = |address: u128| Ok(Parsed { address: Address::V6(address), zone });
    // Octets read, how many, and how many of them stand before `::`.
    let (mut address, mut count, mut ellipsis) = (0_u128, 0_u32, None);
    if let Some(rest) = s.strip_prefix("::") {
        ellipsis = Some(0);
        s = rest;
        if s.is_empty() {
            return done(0);
        }
    }
    while count < 16 {
        let mut group = 0_u32;
        let mut length = 0;
        for digit in s.chars().map_while(|c| c.to_digit(16)) {
            group = group << 4 | digit;
            if length > 3 {
                return Err(fault(text, "each group must have 4 or less digits", Some(s)));
            }
            length += 1;
        }
        if length == 0 {
            return Err(fault(text, "each colon-separated field must have at least one digit", Some(s)));
        }
        if s.as_bytes().get(length) == Some(&b'.') {
            if ellipsis.is_none() && count != 12 {
                let why = "embedded IPv4 address must replace the final 2 fields of the address";
                return Err(fault(text, why, Some(s)));
            }
            if count + 4 > 16 {
                let why = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err(fault(text, why, Some(s)));
            }
            address = address << 32 | u128::from(parse_v4(text, s)?);
            count += 4;
            s = "";
            break;
        }
        address = address << 16 | u128::from(group);
        count += 2;
        s = s.get(length..).unwrap_or_default();
        if s.is_empty() {
            break;
        }
        let Some(rest) = s.strip_prefix(':') else {
            return Err(fault(text, "unexpected character, want colon", Some(s)));
        };
        if rest.is_empty() {
            return Err(fault(text, "colon must be followed by more characters", Some(s)));
        }
        s = rest;
        if let Some(rest) = s.strip_prefix(':') {
            if ellipsis.is_some() {
                return Err(fault(text, "multiple :: in address", Some(s)));
            }
            ellipsis = Some(count);
            s = rest;
            if s.is_empty() {
                break;
            }
        }
    }
    if !s.is_empty() {
        return Err(fault(text, "trailing garbage after address", Some(s)));
    }
    match ellipsis {
        None if count < 16 => Err(fault(text, "address string too short", None)),
        Some(_) if count == 16 => Err(fault(text, "the :: must expand to at least one field of zeros", None)),
        Some(before) => {
            // What stands after `::` stays at the end, what stands before it moves to the front.
            let after = (count - before) * 8;
            let tail = address & (1_u128 << after).wrapping_sub(1);
            let head = address.checked_shr(after).unwrap_or(0).checked_shl(128 - before * 8).unwrap_or(0);
            done(head | tail)
        }
        None => done(address),
    }
}

impl Address {
    pub(super) const fn bits(self) -> u32 {
        match self {
            Self::V4(_) => 32,
            Self::V6(_) => 128,
        }
    }

    /// Whether it is an IPv4 address written as an IPv6 one: `::ffff:1.2.3.4`.
    pub(super) const fn is_v4_in_v6(self) -> bool {
        matches!(self, Self::V6(address) if address >> 32 == 0xFFFF)
    }

    pub(super) const fn is_unspecified(self) -> bool {
        matches!(self, Self::V4(0) | Self::V6(0))
    }

    pub(super) const fn is_loopback(self) -> bool {
        match self {
            Self::V4(address) => address >> 24 == 127,
            Self::V6(address) => address == 1,
        }
    }

    const fn is_multicast(self) -> bool {
        match self {
            Self::V4(address) => address >> 28 == 0xE,
            Self::V6(address) => address >> 120 == 0xFF,
        }
    }

    pub(super) const fn is_link_local_multicast(self) -> bool {
        match self {
            Self::V4(address) => address >> 8 == 0xE0_00_00,
            Self::V6(address) => address >> 112 & 0xFF0F == 0xFF02,
        }
    }

    pub(super) const fn is_link_local_unicast(self) -> bool {
        match self {
            Self::V4(address) => address >> 16 == 0xA9_FE,
            Self::V6(address) => address >> 118 == 0xFE80 >> 6,
        }
    }

    pub(super) const fn is_global_unicast(self) -> bool {
        !self.is_unspecified()
            && !matches!(self, Self::V4(u32::MAX))
            && !self.is_loopback()
            && !self.is_multicast()
            && !self.is_link_local_unicast()
    }

    /// The address with all but its first `bits` bits cleared.
    pub(super) fn masked(self, bits: u32) -> Self {
        match self {
            Self::V4(address) => Self::V4(address & u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0)),
            Self::V6(address) => Self::V6(address & u128::MAX.checked_shl(128 - bits.min(128)).unwrap_or(0)),
        }
    }
}

impl core::fmt::Display for Address {
    /// The canonical form: for IPv6 lower case, the longest run of zeros as `::`.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let address = match self {
            Self::V4(address) => {
                let [a, b, c, d] = address.to_be_bytes();
                return write!(f, "{a}.{b}.{c}.{d}");
            }
            Self::V6(address) => *address,
        };
        if self.is_v4_in_v6() {
            return write!(f, "::ffff:{}", Self::V4(address as u32));
        }
        let group = |at: u32| (address >> (112 - 16 * at)) as u16;
        let (mut start, mut end) = (8, 8);
        let mut at = 0;
        while at < 8 {
            let run = (at..8).take_while(|at| group(*at) == 0).count() as u32;
            if run >= 2 && run > end - start {
                (start, end) = (at, at + run);
            }
            at += run.max(1);
        }
        let mut at = 0;
        while at < 8 {
            if at == start && end > start {
                f.write_str("::")?;
                at = end;
                continue;
            }
            if at > 0 && at != end {
                f.write_char(':')?;
            }
            write!(f, "{:x}", group(at))?;
            at += 1;
        }
        Ok(())
    }
}
