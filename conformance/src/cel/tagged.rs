//! Values in the oracle's tagged form: `{"t": "int", "v": 1}`.

use std::rc::Rc;

use celgate::cel::value::{Duration, OwnedMap, Timestamp, Value as Cel};
use serde_json::{Value, json};

/// The value in tagged form.
pub(super) fn tagged(value: &Cel) -> Value {
    tagged_at(value, 0)
}

/// The oracle goes sixty levels deep.
fn tagged_at(value: &Cel, depth: u32) -> Value {
    if depth > 60 {
        return json!({"t": "other", "v": "too deep"});
    }
    let tagged = |value: &Cel| tagged_at(value, depth + 1);
    match value {
        Cel::Null => json!({"t": "null", "v": null}),
        Cel::Bool(value) => json!({"t": "bool", "v": value}),
        Cel::Int(value) => json!({"t": "int", "v": value}),
        Cel::Uint(value) => json!({"t": "uint", "v": value}),
        Cel::Double(value) => json!({"t": "double", "v": double(*value)}),
        Cel::String(text) => json!({"t": "string", "v": &**text}),
        Cel::Bytes(bytes) => json!({"t": "bytes", "v": base64(bytes)}),
        Cel::Timestamp(moment) => json!({"t": "timestamp", "v": moment.to_string()}),
        Cel::Duration(duration) => json!({"t": "duration", "v": duration.to_text(), "ns": duration.nanos}),
        Cel::Optional(None) => json!({"t": "optional", "v": null}),
        Cel::Optional(Some(value)) => json!({"t": "optional", "v": tagged(value)}),
        Cel::Type(kind) => json!({"t": "type", "v": kind.runtime_name()}),
        Cel::List(list) => {
            json!({"t": "list", "v": list.iter().map(|element| tagged(&element)).collect::<Vec<_>>()})
        }
        Cel::Map(map) => {
            let mut entries: Vec<(String, Value)> = (0..map.len())
                .filter_map(|index| map.entry(index).ok().flatten())
                .map(|(key, value)| (tagged(&key).to_string(), json!([tagged(&key), tagged(&value)])))
                .collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            json!({"t": "map", "v": entries.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>()})
        }
        Cel::Opaque(opaque) => {
            let kind = opaque.kind();
            let name = kind.runtime_name().rsplit('.').next().unwrap_or_default().to_lowercase();
            match name.as_str() {
                "quantity" | "url" | "ip" | "cidr" | "semver" => json!({"t": name, "v": text(&**opaque)}),
                "namedformat" => json!({"t": "format", "v": text(&**opaque)}),
                _ => json!({"t": "other", "type": kind.runtime_name(), "v": opaque.go_type()}),
            }
        }
    }
}

/// The value of a tagged form.
pub(super) fn untagged(value: &Value) -> Cel {
    let inner = &value["v"];
    match value["t"].as_str().unwrap_or_default() {
        "bool" => Cel::Bool(inner.as_bool().unwrap_or_default()),
        "int" => Cel::Int(inner.as_i64().unwrap_or_default()),
        "uint" => Cel::Uint(inner.as_u64().unwrap_or_default()),
        "double" => Cel::Double(match inner.as_str() {
            Some("Infinity") => f64::INFINITY,
            Some("-Infinity") => f64::NEG_INFINITY,
            Some(_) => f64::NAN,
            None => inner.as_f64().unwrap_or_default(),
        }),
        "string" => Cel::string(inner.as_str().unwrap_or_default()),
        "bytes" => Cel::Bytes(unbase64(inner.as_str().unwrap_or_default()).into()),
        "list" => Cel::list(inner.as_array().into_iter().flatten().map(untagged).collect()),
        "map" => {
            let entries = inner.as_array().into_iter().flatten();
            Cel::map(entries.map(|entry| (untagged(&entry[0]), untagged(&entry[1]))).collect::<OwnedMap>())
        }
        "timestamp" => match Timestamp::parse(inner.as_str().unwrap_or_default()) {
            Some(Ok(moment)) => Cel::Timestamp(moment),
            _ => Cel::Null,
        },
        "duration" => Cel::Duration(Duration::parse(inner.as_str().unwrap_or_default()).unwrap_or_default()),
        "optional" if inner.is_null() => Cel::Optional(None),
        "optional" => Cel::Optional(Some(Rc::new(untagged(inner)))),
        _ => Cel::Null,
    }
}

fn text(opaque: &dyn celgate::cel::value::Opaque) -> String {
    opaque.text()
}

fn double(value: f64) -> Value {
    if value.is_nan() {
        "NaN".into()
    } else if value.is_infinite() {
        (if value > 0.0 { "Infinity" } else { "-Infinity" }).into()
    } else {
        json!(value)
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(ALPHABET[(group >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

fn unbase64(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter_map(|byte| ALPHABET.iter().position(|known| *known == byte));
    let digits: Vec<usize> = digits.collect();
    let mut out = Vec::new();
    for chunk in digits.chunks(4) {
        let group = chunk.iter().fold(0usize, |group, digit| group << 6 | digit) << (6 * (4 - chunk.len()));
        for place in 0..chunk.len().saturating_sub(1) {
            out.push((group >> (16 - 8 * place) & 255) as u8);
        }
    }
    out
}
