//! Every container needs a seccomp or an AppArmor profile, its own or the pod's. Windows has neither.

use alloc::{collections::BTreeSet, format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("process-confinement-missing", Severity::Medium)
        .policy("pod-security/process-confinement")
        .title("No seccomp or AppArmor profile")
        .help("a profile keeps a process to the system calls and files it needs; RuntimeDefault at pod level costs nothing")
        .references(&["https://kubernetes.io/docs/tutorials/security/seccomp/", "https://kubernetes.io/docs/tutorials/security/apparmor/"])
        .standards("CIS 5.7.2; NSA 1.9, 1.10"),
    run,
);

const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(pod) = subject.pod.as_ref().filter(|pod| !pod.is_windows()) else { return Vec::new() };
    let spec = pod.spec();
    let of_pod = spec.as_ref().and_then(|spec| spec.get("securityContext"));
    let seccomp = of_pod.as_ref().and_then(|context| context.get("seccompProfile"));
    let app_armor = of_pod.as_ref().and_then(|context| context.get("appArmorProfile"));
    let annotations = pod.annotations();
    let annotated: BTreeSet<&str> = annotations
        .iter()
        .filter(|(_, value, _)| *value == "runtime/default" || value.starts_with("localhost/"))
        .filter_map(|(key, _, _)| key.strip_prefix(ANNOTATION))
        .collect();
    let mut found = Vec::new();
    for container in subject.containers() {
        let own = container.field.get("securityContext");
        let confined = [("seccompProfile", &seccomp), ("appArmorProfile", &app_armor)].into_iter().any(
            |(name, of_pod)| {
                let profile = own.as_ref().and_then(|own| own.get(name));
                profile.as_ref().or(of_pod.as_ref()).is_some_and(confines)
            },
        );
        if confined || annotated.contains(container.name()) {
            continue;
        }
        let message = format!(": container \"{}\" has no seccomp or AppArmor profile", container.name());
        let mut finding = Finding::of(subject, &message)
            .at(Place::below(&container.field, &["securityContext", "seccompProfile", "type"]));
        if let Some(spec) = &spec
            && seccomp.is_none()
            && container.field.at(&["securityContext", "seccompProfile"]).is_none()
        {
            finding = finding.change(Change::set(
                spec,
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
