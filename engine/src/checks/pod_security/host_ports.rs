//! Ports of the node.
//!
//! A Pod on the host's network gets the host ports it does not name from the API server; a template does not.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{Check, Level, Revision, Subject, Violation, text};
use crate::checks::{About, Place, Severity};
use crate::objects::pods::ContainerKind;

pub(super) const CHECK: Check = Check {
    about: About {
        id: "host-ports",
        family: "pod-security/baseline",
        title: "Host ports",
        severity: Severity::High,
        help: "a host port takes a port of the node past every Service and network policy; use a Service",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/concepts/configuration/overview/#services",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "hostPorts",
    level: Level::Baseline,
    revisions: &[Revision { since: 0, overrides: &[], run: v1_0 }],
};

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let (mut names, mut ports, mut places) = (Vec::new(), BTreeSet::<String>::new(), Vec::new());
    let defaults = subject.defaults_host_ports();
    for container in &subject.containers {
        let defaulted = defaults && container.kind != ContainerKind::Ephemeral;
        let before = places.len();
        for port in container.field.items("ports") {
            let number = |name| port.get(name).and_then(|number| number.node.as_int()).unwrap_or(0);
            let host = match number("hostPort") {
                0 if defaulted => number("containerPort"),
                port => port,
            };
            if host != 0 {
                ports.insert(host.to_string());
                places.push(match port.get("hostPort") {
                    Some(written) => Place::value(&written),
                    None => Place {
                        path: port.path_to(&["hostPort"]),
                        missing: true,
                        ..Place::below(&port, &["containerPort"])
                    },
                });
            }
        }
        if places.len() > before {
            names.push(container.name());
        }
    }
    if names.is_empty() {
        return None;
    }
    let list: Vec<&str> = ports.iter().map(String::as_str).collect();
    Some(Violation {
        reason: "hostPort".into(),
        detail: format!(
            "{} {} {} {}",
            text::containers(&names),
            text::plural("uses", "use", names.len()),
            text::plural("hostPort", "hostPorts", ports.len()),
            list.join(", ")
        ),
        places,
        changes: Vec::new(),
    })
}
