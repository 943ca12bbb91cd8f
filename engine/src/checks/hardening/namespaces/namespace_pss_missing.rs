//! A namespace needs a level to enforce, unless the server's configuration gives one to all. A namespace that is only
//! named by a workload is worth a hint.

use alloc::{collections::BTreeSet, format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::pod_security::configurations;
use crate::checks::{About, Change, Input, Severity};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("namespace-pss-missing", Severity::Medium)
        .title("Namespaces without a Pod Security level")
        .help("without the label nothing is enforced; begin with baseline, and with warn: restricted to see what is to do")
        .references(&["https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces"])
        .policy("pod-security/namespace-levels")
        .standards("CIS 5.2.1"),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    if has_default(input) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for subject in input.subjects() {
        let own = subject.is("", "Namespace");
        let namespace = if own { &*subject.object.name.value } else { input.namespace_of(subject.object) };
        if input.is_system(namespace) || !(own || subject.pod.is_some()) {
            continue;
        }
        let known = input.of_kind("", "Namespace").find(|other| &*other.name.value == namespace);
        let labelled = known.is_some_and(|known| known.metadata().labels().get(ENFORCE).is_some());
        let message = format!("Namespace/{namespace} has no pod-security enforce label");
        if own && !labelled {
            let path = &["metadata", "labels", ENFORCE];
            found.push(Finding::new(subject.index, message).at(subject.place(path)).change(Change::set(
                &subject.root,
                path,
                "\"baseline\"",
            )));
        } else if !own && known.is_none() && seen.insert(namespace) {
            let place = subject.place(&["metadata", "namespace"]);
            found.push(Finding::new(subject.index, message).at(place).severity(Severity::Info));
        }
    }
    found
}

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// Whether a PodSecurityConfiguration at hand enforces something everywhere.
fn has_default(input: &Input<'_>) -> bool {
    let enforces = |root: Field<'_>| {
        root.at(&["defaults", "enforce"]).is_some_and(|level| level.node.as_str() != Some("privileged"))
    };
    input
        .all()
        .any(|object| configurations(&Field::root(object.root()), &object.gvk).into_iter().any(enforces))
}
