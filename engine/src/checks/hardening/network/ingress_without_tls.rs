//! Every host of an Ingress needs an entry under `tls`; a Gateway needs a listener with TLS for what it serves.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("ingress-without-tls", Severity::Medium)
        .title("Hosts without TLS")
        .help("add spec.tls with the host and the Secret of its certificate; for a Gateway, a listener with protocol HTTPS")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"])
        .policy("networking/ingress-tls"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.is("networking.k8s.io", "Ingress") || subject.is("extensions", "Ingress") {
        return ingress(subject);
    }
    if subject.is("gateway.networking.k8s.io", "Gateway") { gateway(subject) } else { Vec::new() }
}

fn ingress(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(spec) = subject.at(&["spec"]) else { return Vec::new() };
    let tls = spec.items("tls");
    let hosts: Vec<_> = tls.iter().flat_map(|entry| entry.items("hosts")).collect();
    // An entry without hosts is for all of them.
    let for_all = tls.iter().any(|entry| entry.items("hosts").is_empty());
    let mut found = Vec::new();
    for rule in spec.items("rules") {
        let host = rule.text("host").unwrap_or("");
        let covered = for_all
            || hosts.iter().any(|covered| covered.node.as_str().is_some_and(|covered| covers(covered, host)));
        if !covered {
            let shown = if host.is_empty() { "every host" } else { host };
            let message = format!(" serves {shown} without TLS");
            let place = if tls.is_empty() && host.is_empty() {
                Place::below(&spec, &["tls"])
            } else {
                Place::below(&rule, &["host"])
            };
            found.push(Finding::of(subject, &message).at(place));
        }
    }
    if spec.items("rules").is_empty() && tls.is_empty() {
        found.push(Finding::of(subject, " serves every host without TLS").at(Place::below(&spec, &["tls"])));
    }
    found
}

fn gateway(subject: &Subject<'_>) -> Vec<Finding> {
    let listeners = subject.at(&["spec"]).map(|spec| spec.items("listeners")).unwrap_or_default();
    let secure = |host: &str| {
        listeners.iter().any(|other| {
            matches!(other.text("protocol"), Some("HTTPS" | "TLS"))
                && other.text("hostname").is_none_or(|covered| covers(covered, host))
        })
    };
    let mut found = Vec::new();
    for listener in &listeners {
        let host = listener.text("hostname").unwrap_or("");
        if listener.text("protocol") == Some("HTTP") && !secure(host) {
            let shown = if host.is_empty() { "every host" } else { host };
            let message = format!(" serves {shown} without TLS");
            found.push(Finding::of(subject, &message).at(Place::below(listener, &["protocol"])));
        }
    }
    found
}

/// Whether a name, perhaps `*.example.com`, is for that host.
fn covers(name: &str, host: &str) -> bool {
    name == host
        || name.strip_prefix("*.").is_some_and(|domain| {
            host.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && rest == domain)
        })
}
