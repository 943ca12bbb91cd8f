//! A workload that keeps the sidecar of its mesh away.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("mesh-opted-out", Severity::Low)
        .policy("networking/mesh-membership")
        .title("Workloads outside the mesh")
        .help("its traffic is neither encrypted nor checked by the mesh; drop the label, or write down why")
        .references(&["https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(template) = subject.pod.as_ref().and_then(|pod| pod.template.clone()) else { return Vec::new() };
    let metadata = |map: &'static str, key: &'static str| template.at(&["metadata", map, key]);
    let out = [
        metadata("labels", "sidecar.istio.io/inject"),
        metadata("annotations", "sidecar.istio.io/inject"),
        metadata("annotations", "linkerd.io/inject"),
    ];
    let out =
        out.into_iter().flatten().find(|field| matches!(field.node.as_str(), Some("false" | "disabled")));
    let found =
        out.map(|field| Finding::of(subject, " opts out of the service mesh").at(Place::value(&field)));
    found.into_iter().collect()
}
