//! A credential must not be an argument: `--password=…`, `--token …`, or a URL with a user and a password.

use alloc::{format, vec::Vec};

use crate::checks::hardening::credentials;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("credential-in-args", Severity::Medium)
        .policy("secrets/no-credentials-in-arguments")
        .title("Credentials on the command line")
        .help("everybody on the node can read command lines; pass the path of a file instead")
        .references(&["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for container in subject.containers() {
        let arguments: Vec<_> =
            ["command", "args"].iter().flat_map(|list| container.field.items(list)).collect();
        let mut after_flag = false;
        for argument in &arguments {
            let text = argument.node.as_str().unwrap_or("");
            let value = after_flag && credentials::is_literal(text) && !text.starts_with(['-', '$']);
            after_flag = is_bare_flag(text);
            if value || is_flag_with_value(text) || credentials::has_user_and_password(text) {
                let message =
                    format!(": container \"{}\" passes a credential on its command line", container.name());
                found.push(Finding::of(subject, &message).at(Place::value(argument)));
                break;
            }
        }
    }
    found
}

/// Flags that take a credential, without their dashes.
const FLAGS: &[&str] = &["password", "passwd", "token", "secret", "api-key", "apikey"];

fn flag(text: &str) -> Option<&str> {
    text.strip_prefix("--").or_else(|| text.strip_prefix('-'))
}

fn is_bare_flag(text: &str) -> bool {
    flag(text).is_some_and(|name| FLAGS.iter().any(|flag| name.eq_ignore_ascii_case(flag)))
}

/// In a shell's command the flag may stand anywhere.
fn is_flag_with_value(text: &str) -> bool {
    text.split([' ', '\t', '\n']).filter_map(flag).any(|word| {
        word.split_once('=').is_some_and(|(name, value)| {
            FLAGS.iter().any(|flag| name.eq_ignore_ascii_case(flag))
                && credentials::is_literal(value)
                && !value.starts_with(['$', '"', '\''])
        })
    })
}
