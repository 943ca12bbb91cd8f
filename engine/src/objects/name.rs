//! What may be a name, and what upstream says of one that may not (`apimachinery/pkg/util/validation`,
//! `pkg/api/validate/content`).

use alloc::{format, string::String, vec, vec::Vec};

const DNS1123_LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and \
                             end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
                             '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const DNS1123_SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an \
     alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DNS1035_LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
                             character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for \
                             validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const LABEL_KEY: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character \
                         (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start \
                           and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
                           validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Whether the text is not empty, begins with an octet of `first`, ends with one of `last` and consists of `within`.
fn consists(text: &str, first: fn(u8) -> bool, within: fn(u8) -> bool, last: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(head), Some(tail)) => first(*head) && last(*tail) && bytes.iter().all(|byte| within(*byte)),
        _ => false,
    }
}

const fn lower_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

const fn lower(byte: u8) -> bool {
    byte.is_ascii_lowercase()
}

const fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

const fn in_dns_label(byte: u8) -> bool {
    lower_alphanumeric(byte) || byte == b'-'
}

const fn in_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_dns_label(text: &str) -> bool {
    consists(text, lower_alphanumeric, in_dns_label, lower_alphanumeric)
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}

fn too_long(text: &str, most: usize, unit: &str) -> Vec<String> {
    if text.len() > most { vec![format!("must be no more than {most} {unit}")] } else { Vec::new() }
}

/// What is wrong with a DNS label (RFC 1123): lower case letters, digits and `-`, up to 63 octets.
#[must_use]
pub fn dns1123_label(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 63, "characters");
    if !is_dns_label(text) {
        let dots = is_subdomain(text);
        faults.push(String::from(if dots { "must not contain dots" } else { DNS1123_LABEL }));
    }
    faults
}

/// What is wrong with a DNS subdomain (RFC 1123): labels with dots between them, up to 253 octets.
#[must_use]
pub fn dns1123_subdomain(text: &str) -> Vec<String> {
    subdomain(text, "characters")
}

fn subdomain(text: &str, unit: &str) -> Vec<String> {
    let mut faults = too_long(text, 253, unit);
    if !is_subdomain(text) {
        faults.push(String::from(DNS1123_SUBDOMAIN));
    }
    faults
}

/// What is wrong with a DNS label (RFC 1035): as [`dns1123_label`], but it begins with a letter.
#[must_use]
pub fn dns1035_label(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 63, "characters");
    if !consists(text, lower, in_dns_label, lower_alphanumeric) {
        faults.push(String::from(DNS1035_LABEL));
    }
    faults
}

/// What is wrong with a qualified name, which is what a key of labels or annotations is: a name, or a subdomain, `/` and a
/// name.
#[must_use]
pub fn qualified_name(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut parts = text.split('/');
    let name = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => name,
        (Some(prefix), Some(name), None) => {
            if prefix.is_empty() {
                faults.push(String::from("prefix part must be non-empty"));
            }
            if !prefix.is_empty() {
                faults.extend(
                    subdomain(prefix, "bytes").into_iter().map(|fault| format!("prefix part {fault}")),
                );
            }
            name
        }
        _ => {
            return vec![format!(
                "a valid label key {LABEL_KEY} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        faults.push(String::from("name part must be non-empty"));
    } else if name.len() > 63 {
        faults.push(String::from("name part must be no more than 63 bytes"));
    }
    if !consists(name, alphanumeric, in_label, alphanumeric) {
        faults.push(format!("name part {LABEL_KEY}"));
    }
    faults
}

/// What is wrong with the value of a label.
#[must_use]
pub fn label_value(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 63, "bytes");
    if !text.is_empty() && !consists(text, alphanumeric, in_label, alphanumeric) {
        faults.push(String::from(LABEL_VALUE));
    }
    faults
}

/// A name's beginning, to which a server adds: one `-` at its end is as good as a letter.
#[must_use]
pub fn mask_trailing_dash(text: &str) -> String {
    match text.strip_suffix('-') {
        // Upstream replaces two octets by one letter; half a letter that is left over makes no name either way.
        Some(rest) if !rest.is_empty() => {
            let kept = rest.strip_suffix(|c: char| c.is_ascii()).unwrap_or(rest);
            format!("{kept}a")
        }
        _ => String::from(text),
    }
}
