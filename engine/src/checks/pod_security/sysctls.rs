//! Kernel settings: only those of the safe set, which has grown over the versions.

use alloc::vec::Vec;

use super::{Check, Level, Revision, Subject, Violation};
use crate::checks::{About, Place, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "sysctls",
        family: "pod-security/baseline",
        title: "Sysctls that are not safe",
        severity: Severity::High,
        help: "these kernel settings can weaken the node or reach other pods; only namespaced ones from the safe set are allowed",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "sysctls",
    level: Level::Baseline,
    revisions: &[
        Revision { since: 0, overrides: &[], run: v1_0 },
        Revision { since: 27, overrides: &[], run: v1_27 },
        Revision { since: 29, overrides: &[], run: v1_29 },
        Revision { since: 32, overrides: &[], run: v1_32 },
        Revision { since: 37, overrides: &[], run: v1_37 },
    ],
};

/// The safe set, each with the version it came in.
const SAFE: &[(&str, u64)] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    judge(subject, 0)
}

fn v1_27(subject: &Subject<'_>) -> Option<Violation> {
    judge(subject, 27)
}

fn v1_29(subject: &Subject<'_>) -> Option<Violation> {
    judge(subject, 29)
}

fn v1_32(subject: &Subject<'_>) -> Option<Violation> {
    judge(subject, 32)
}

fn v1_37(subject: &Subject<'_>) -> Option<Violation> {
    judge(subject, 37)
}

fn judge(subject: &Subject<'_>, version: u64) -> Option<Violation> {
    let (mut names, mut places) = (Vec::new(), Vec::new());
    let context = subject.security_context()?;
    for sysctl in context.items("sysctls") {
        let name = sysctl.text("name").unwrap_or("");
        if !SAFE.iter().any(|(safe, since)| *safe == name && *since <= version) {
            names.push(name);
            places.push(Place::below(&sysctl, &["name"]));
        }
    }
    if names.is_empty() {
        return None;
    }
    let detail = names.join(", ");
    Some(Violation { reason: "forbidden sysctls".into(), detail, places, changes: Vec::new() })
}
