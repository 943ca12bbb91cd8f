//! Without a mode everything is allowed; without RBAC nothing is asked of roles; without Node a kubelet needs wide
//! permissions.

use alloc::{format, vec::Vec};

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-authorization-mode", Severity::High)
        .title("Authorization that allows too much")
        .help("set --authorization-mode=Node,RBAC (with two dashes), or an AuthorizationConfiguration with both")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/authorization/"])
        .standards("CIS 1.2.6-1.2.8; NSA 7.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    if flags.is_set("authorization-config") {
        return Vec::new();
    }
    let written = flags.get("authorization-mode");
    if written.is_none() && flags.is_set("authorization-mode") {
        return Vec::new();
    }
    let value = written.as_ref().map_or("", |flag| flag.value);
    let modes: Vec<&str> = value.split(',').map(str::trim).collect();
    let has = |mode: &str| modes.contains(&mode);
    let (shown, severity) = match written {
        None => ("AlwaysAllow, which is the default", Severity::Critical),
        Some(_) if has("AlwaysAllow") => (value, Severity::Critical),
        Some(_) if !has("RBAC") => (value, Severity::High),
        Some(_) if !has("Node") => (value, Severity::Medium),
        Some(_) => return Vec::new(),
    };
    let message = format!("kube-apiserver authorization is {shown}");
    alloc::vec![Finding::new(subject.index, message).at(flags.place("authorization-mode")).severity(severity)]
}
