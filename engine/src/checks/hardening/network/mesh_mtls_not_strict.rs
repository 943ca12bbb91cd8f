//! An Istio PeerAuthentication must ask for mutual TLS.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("mesh-mtls-not-strict", Severity::Medium)
        .policy("networking/mesh-mtls")
        .title("A mesh that takes plain text")
        .help("set spec.mtls.mode to STRICT once every client is in the mesh")
        .references(&["https://istio.io/latest/docs/reference/config/security/peer_authentication/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("security.istio.io", "PeerAuthentication") {
        return Vec::new();
    }
    let mode = subject.at(&["spec", "mtls", "mode"]);
    let strict = mode.as_ref().and_then(|mode| mode.node.as_str()) == Some("STRICT");
    let ports = subject.at(&["spec", "portLevelMtls"]);
    let disabled = ports
        .iter()
        .flat_map(|ports| ports.fields().collect::<Vec<_>>())
        .find_map(|(_, port)| port.get("mode").filter(|mode| mode.node.as_str() == Some("DISABLE")));
    let place = match disabled {
        Some(mode) => Place::value(&mode),
        None if !strict => subject.place(&["spec", "mtls", "mode"]),
        None => return Vec::new(),
    };
    let finding = Finding::of(subject, " does not require mTLS").at(place);
    let change = Change::set(&subject.root, &["spec", "mtls", "mode"], "\"STRICT\"");
    alloc::vec![if strict { finding } else { finding.change(change) }]
}
