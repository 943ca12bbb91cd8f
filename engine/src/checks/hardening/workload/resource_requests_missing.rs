//! Containers need requests for memory and processor. A Pod's limit implies an equal request.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("resource-requests-missing", Severity::Low)
        .title("No resource requests")
        .help("the scheduler places a pod by its requests; without them it lands where there is no room")
        .references(&["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"])
        .policy("resources/requests"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = &subject.pod else { return Vec::new() };
    let spec = pod.spec();
    let set = |at: &Field<'_>, resource: &str| {
        ["requests", "limits"].iter().any(|list| at.at(&["resources", list, resource]).is_some())
    };
    let mut found = Vec::new();
    for resource in ["memory", "cpu"] {
        if spec.as_ref().is_some_and(|spec| set(spec, resource)) {
            continue;
        }
        for container in subject.lasting() {
            if set(&container.field, resource) {
                continue;
            }
            let message = format!(": container \"{}\" has no {resource} request", container.name());
            let place = Place::below(&container.field, &["resources", "requests", resource]);
            found.push(Finding::of(subject, &message).at(place));
        }
    }
    found
}
