//! How the API server is served: with a certificate, on a secure port, with a current TLS.

use alloc::{format, vec::Vec};

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-serving-tls", Severity::High)
        .title("An API server without proper TLS")
        .help("set --tls-cert-file, --tls-private-key-file and --client-ca-file, leave --secure-port on, and take the insecure flags off: the server does not start with them")
        .references(&["https://kubernetes.io/docs/concepts/security/controlling-access/"])
        .standards("CIS 1.2.24, 1.2.25, 1.2.29; NSA 5.0"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let mut found = Vec::new();
    let mut say = |problem: &str, at: &str, severity: Severity| {
        let message = format!("kube-apiserver serving TLS: {problem}");
        found.push(Finding::new(subject.index, message).at(flags.place(at)).severity(severity));
    };
    for name in ["tls-cert-file", "tls-private-key-file", "client-ca-file"] {
        if !flags.is_set(name) {
            say(&format!("--{name} is not set"), name, Severity::High);
        }
    }
    if flags.get("secure-port").is_some_and(|flag| flag.value == "0") {
        say("--secure-port is 0", "secure-port", Severity::High);
    }
    for name in ["insecure-port", "insecure-bind-address"] {
        if flags.get(name).is_some() {
            say(&format!("--{name} was removed in v1.24"), name, Severity::High);
        }
    }
    if let Some(version) = flags.get("tls-min-version")
        && matches!(version.value, "VersionTLS10" | "VersionTLS11")
    {
        say(&format!("--tls-min-version is {}", version.value), "tls-min-version", Severity::Medium);
    }
    found
}
