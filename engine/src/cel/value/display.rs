//! How values print inside messages: as Go's `%v` prints cel-go's values.

use core::fmt;

use super::{List, Map, Value, number};

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // cel-go's null is an enumeration's number.
            Self::Null => f.write_str("0"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Uint(value) => write!(f, "{value}"),
            Self::Double(value) => f.write_str(&number::format_double(*value)),
            Self::String(text) => f.write_str(text),
            Self::Bytes(bytes) => {
                f.write_str("[")?;
                for (at, byte) in bytes.iter().enumerate() {
                    write!(f, "{}{byte}", if at == 0 { "" } else { " " })?;
                }
                f.write_str("]")
            }
            Self::List(list) => write!(f, "{list}"),
            Self::Map(map) => write!(f, "{map}"),
            Self::Duration(duration) => write!(f, "{duration}"),
            Self::Timestamp(moment) => {
                let time = moment.civil(i64::from(moment.offset));
                write!(
                    f,
                    "{:04}-{:02}-{:02} {:02}:{:02}:{:02} +0000 UTC",
                    time.year, time.month, time.day, time.hour, time.minute, time.second
                )
            }
            Self::Type(kind) => write!(f, "{}", kind.declared()),
            Self::Optional(Some(value)) => write!(f, "optional({value})"),
            Self::Optional(None) => f.write_str("optional.none()"),
            Self::Opaque(opaque) => f.write_str(&opaque.text()),
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (at, element) in self.iter().enumerate() {
            write!(f, "{}{element}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str("]")
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for index in 0..self.len() {
            if let Ok(Some((key, value))) = self.entry(index) {
                write!(f, "{}{key}: {value}", if index == 0 { "" } else { ", " })?;
            }
        }
        f.write_str("}")
    }
}
