//! An Istio DestinationRule must not turn TLS off, nor stop checking certificates.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("mesh-client-tls-disabled", Severity::Medium)
        .policy("networking/mesh-client-tls")
        .title("A mesh that sends plain text")
        .help("use ISTIO_MUTUAL, or leave the mode out")
        .references(&["https://istio.io/latest/docs/reference/config/networking/destination-rule/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let tls = subject.at(&["spec", "trafficPolicy", "tls"]);
    let Some(tls) = tls.filter(|_| subject.is("networking.istio.io", "DestinationRule")) else {
        return Vec::new();
    };
    let place = match tls.text("mode") {
        Some("DISABLE") => Place::below(&tls, &["mode"]),
        Some("SIMPLE") if tls.flag("insecureSkipVerify") == Some(true) => {
            Place::below(&tls, &["insecureSkipVerify"])
        }
        _ => return Vec::new(),
    };
    let host = subject.at(&["spec", "host"]).and_then(|host| host.node.as_str()).unwrap_or("its host");
    alloc::vec![Finding::of(subject, &format!(" turns TLS off for {host}")).at(place)]
}
