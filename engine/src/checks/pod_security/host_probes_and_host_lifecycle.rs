//! Probes and lifecycle handlers that name a host.

use alloc::{format, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    text::{self, Distinct},
};
use crate::checks::{About, Change, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "host-probes",
        family: "pod-security/baseline",
        title: "Probes and handlers that call another host",
        severity: Severity::High,
        help: "the kubelet makes this call from the node, so a host of one's choice turns it into a way past network policies; leave host empty: the pod's own address is used",
        references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "hostProbesAndHostLifecycle",
    level: Level::Baseline,
    revisions: &[Revision { since: 34, overrides: &[], run: v1_34 }],
};

const CALLERS: &[&[&str]] = &[
    &["livenessProbe"],
    &["readinessProbe"],
    &["startupProbe"],
    &["lifecycle", "postStart"],
    &["lifecycle", "preStop"],
];

fn v1_34(subject: &Subject<'_>) -> Option<Violation> {
    // The only check that sorts the containers' names.
    let (mut names, mut hosts) = (Distinct::new(), Distinct::new());
    let (mut places, mut changes) = (Vec::new(), Vec::new());
    for container in &subject.containers {
        for caller in CALLERS.iter().filter_map(|names| container.field.at(names)) {
            for action in ["httpGet", "tcpSocket"] {
                let Some(host) = caller.at(&[action, "host"]) else { continue };
                let Some(name) = host.node.as_str().filter(|name| !name.is_empty()) else { continue };
                names.insert(container.name());
                hosts.insert(name);
                places.push(Place::value(&host));
                changes.push(Change::set(&host, &[], "\"\""));
            }
        }
    }
    if names.is_empty() {
        return None;
    }
    let containers: Vec<&str> = names.into_iter().collect();
    Some(Violation {
        reason: "probe or lifecycle host".into(),
        detail: format!(
            "{} {} {} {}",
            text::containers(&containers),
            text::plural("uses", "use", containers.len()),
            text::plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.len()),
            text::quoted(hosts)
        ),
        places,
        changes,
    })
}
