//! What names, keys and values may look like (`apimachinery/pkg/util/validation`, `pkg/api/validate/content`): each function
//! gives upstream's words for all that is wrong, none for a good one.

use alloc::{format, string::String, vec::Vec};

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const KEY: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const KEY_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                        alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                        '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/// Letters of a label: lower case, digits, and `-` inside.
fn is_label(text: &str, first: fn(&char) -> bool) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.chars().all(inside) && text.chars().next().is_some_and(|c| first(&c)) && !text.ends_with('-')
}

const fn starts_label(c: &char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

/// A DNS label of RFC 1123: `my-name`.
#[must_use]
pub fn dns1123_label(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > 63 {
        faults.push(String::from("must be no more than 63 characters"));
    }
    if !is_label(text, starts_label) {
        faults.push(format!(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end \
             with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')"
        ));
    }
    faults
}

/// A DNS subdomain of RFC 1123: `example.com`.
#[must_use]
pub fn dns1123_subdomain(text: &str) -> Vec<String> {
    subdomain(text, "characters")
}

fn subdomain(text: &str, unit: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > 253 {
        faults.push(format!("must be no more than 253 {unit}"));
    }
    if !text.split('.').all(|label| is_label(label, starts_label)) {
        faults.push(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start \
             and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{LABEL}(\\.{LABEL})*')"
        ));
    }
    faults
}

/// The same for what comes before a generated suffix: it may end in `-`.
#[must_use]
pub fn dns1123_subdomain_prefix(text: &str) -> Vec<String> {
    match text.strip_suffix('-') {
        Some(rest) if rest.chars().count() > 0 => {
            let mut masked = String::from(rest);
            masked.pop();
            masked.push('a');
            dns1123_subdomain(&masked)
        }
        _ => dns1123_subdomain(text),
    }
}

/// A DNS label of RFC 1035: it begins with a letter.
#[must_use]
pub fn dns1035_label(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > 63 {
        faults.push(String::from("must be no more than 63 characters"));
    }
    if !is_label(text, char::is_ascii_lowercase) {
        faults.push(String::from(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
             character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is \
             '[a-z]([-a-z0-9]*[a-z0-9])?')",
        ));
    }
    faults
}

fn is_key(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.chars().all(inside)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// A label key: `[prefix/]name`.
#[must_use]
pub fn qualified_name(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            return alloc::vec![format!(
                "a valid label key {KEY_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
        Some(("", name)) => {
            faults.push(String::from("prefix part must be non-empty"));
            name
        }
        Some((prefix, name)) => {
            faults.extend(subdomain(prefix, "bytes").into_iter().map(|fault| format!("prefix part {fault}")));
            name
        }
    };
    if name.is_empty() {
        faults.push(String::from("name part must be non-empty"));
    } else if name.len() > 63 {
        faults.push(String::from("name part must be no more than 63 bytes"));
    }
    if !is_key(name) {
        faults.push(format!("name part {KEY_RULE}"));
    }
    faults
}

/// A label value.
#[must_use]
pub fn label_value(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > 63 {
        faults.push(String::from("must be no more than 63 bytes"));
    }
    if !text.is_empty() && !is_key(text) {
        faults.push(format!(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start \
             and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation \
             is '({KEY})?')"
        ));
    }
    faults
}

/// A name that can be a segment of a path.
#[must_use]
pub fn path_segment(text: &str) -> Vec<String> {
    if text == "." || text == ".." {
        return alloc::vec![format!("may not be '{text}'")];
    }
    let faults = ["/", "%"].into_iter().filter(|part| text.contains(part));
    faults.map(|part| format!("may not contain '{part}'")).collect()
}
