//! Containers need a limit for memory, and better one for the processor. The pod's own limit counts, and so does a
//! default of a LimitRange in the namespace.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("resource-limits-missing", Severity::Medium)
        .title("No resource limits")
        .help("without a memory limit one container can starve its node; set resources.limits, or a default for the namespace in a LimitRange")
        .references(&["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/", "https://kubernetes.io/docs/concepts/policy/limit-range/"])
        .policy("resources/memory-limits")
        .standards("NSA 4.0-4.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = &subject.pod else { return Vec::new() };
    let mut found = Vec::new();
    for (resource, severity) in [("memory", Severity::Medium), ("cpu", Severity::Low)] {
        let path = ["resources", "limits", resource];
        if pod.get(&path).is_some() || has_default(subject, resource) {
            continue;
        }
        for container in subject.lasting() {
            if container.field.at(&path).is_some() {
                continue;
            }
            let message = format!(": container \"{}\" has no {resource} limit", container.name());
            let finding = Finding::of(subject, &message).at(Place::below(&container.field, &path));
            found.push(finding.severity(severity));
        }
    }
    found
}

/// Whether the namespace gives containers a limit that name none.
fn has_default(subject: &Subject<'_>, resource: &str) -> bool {
    let mut ranges = subject.input.of_kind("", "LimitRange");
    ranges.any(|range| {
        subject.input.namespace_of(range) == subject.namespace()
            && Field::root(range.root()).at(&["spec"]).is_some_and(|spec| {
                spec.items("limits").iter().any(|limit| {
                    limit.text("type") == Some("Container") && limit.at(&["default", resource]).is_some()
                })
            })
    })
}
