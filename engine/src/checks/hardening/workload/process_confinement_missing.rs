//! Every container needs a seccomp or an AppArmor profile, its own or the pod's. Windows has neither.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("process-confinement-missing", Severity::Medium)
        .title("No seccomp or AppArmor profile")
        .help("a profile keeps a process to the system calls and files it needs; RuntimeDefault at pod level costs nothing")
        .references(&["https://kubernetes.io/docs/tutorials/security/seccomp/", "https://kubernetes.io/docs/tutorials/security/apparmor/"])
        .standards("CIS 5.7.2; NSA 1.9, 1.10"),
    run,
);

const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = subject.pod.as_ref().filter(|pod| !pod.is_windows()) else { return Vec::new() };
    let mut found = Vec::new();
    for container in subject.containers() {
        let confined = ["seccompProfile", "appArmorProfile"].into_iter().any(|profile| {
            let own = container.field.at(&["securityContext", profile]);
            own.or_else(|| pod.get(&["securityContext", profile])).is_some_and(|profile| confines(&profile))
        });
        let annotated = pod.annotations().iter().any(|(key, value, _)| {
            key.strip_prefix(ANNOTATION) == Some(container.name())
                && (*value == "runtime/default" || value.starts_with("localhost/"))
        });
        if confined || annotated {
            continue;
        }
        let message = format!(": container \"{}\" has no seccomp or AppArmor profile", container.name());
        let mut finding = Finding::of(subject, &message)
            .at(Place::below(&container.field, &["securityContext", "seccompProfile", "type"]));
        if let Some(spec) = pod.spec()
            && spec.at(&["securityContext", "seccompProfile"]).is_none()
            && container.field.at(&["securityContext", "seccompProfile"]).is_none()
        {
            finding = finding.change(Change::set(
                &spec,
                &["securityContext", "seccompProfile", "type"],
                "\"RuntimeDefault\"",
            ));
        }
        found.push(finding);
    }
    found
}

fn confines(profile: &Field<'_>) -> bool {
    matches!(profile.text("type"), Some("RuntimeDefault" | "Localhost"))
}
