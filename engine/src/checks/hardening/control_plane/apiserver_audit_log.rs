//! The API server must write an audit log, and keep it long enough to be read.

use alloc::{format, vec::Vec};

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-audit-log", Severity::Medium)
        .title("No audit log")
        .help("without it nobody knows who did what: set --audit-policy-file, and --audit-log-path or a webhook")
        .references(&["https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/"])
        .standards("CIS 1.2.16-1.2.19, 3.2.1; NSA 8.0-8.2"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let backend = flags.is_set("audit-log-path") || flags.is_set("audit-webhook-config-file");
    if !flags.is_set("audit-policy-file") || !backend {
        let missing = if flags.is_set("audit-policy-file") { "audit-log-path" } else { "audit-policy-file" };
        let message = "kube-apiserver audit logging is not configured".into();
        return alloc::vec![Finding::new(subject.index, message).at(flags.place(missing))];
    }
    if !flags.is_set("audit-log-path") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (name, least) in [("audit-log-maxage", 30), ("audit-log-maxbackup", 10), ("audit-log-maxsize", 100)] {
        let value = flags.get(name).and_then(|flag| flag.value.parse::<u64>().ok());
        if value.is_none_or(|value| value < least) {
            let message = format!("kube-apiserver audit log: {name} is below {least}");
            found.push(Finding::new(subject.index, message).at(flags.place(name)).severity(Severity::Low));
        }
    }
    found
}
