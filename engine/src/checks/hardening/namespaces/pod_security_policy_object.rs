//! A PodSecurityPolicy, and the level that comes nearest to what it meant.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("pod-security-policy-object", Severity::High)
        .title("PodSecurityPolicy objects")
        .help("the kind went away in v1.25 and enforces nothing: label namespaces with a level of the Pod Security Standards")
        .references(&["https://kubernetes.io/docs/concepts/security/pod-security-policy/", "https://kubernetes.io/docs/tasks/configure-pod-container/migrate-from-psp/"])
        .standards("CIS 5.2.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !(subject.is("policy", "PodSecurityPolicy") || subject.is("extensions", "PodSecurityPolicy")) {
        return Vec::new();
    }
    let level = nearest(subject);
    let message = format!(" is not served since v1.25; nearest level: {level}");
    alloc::vec![Finding::of(subject, &message).at(subject.place(&["kind"]))]
}

fn nearest(subject: &Subject<'_>) -> &'static str {
    let Some(spec) = subject.at(&["spec"]) else { return "privileged" };
    let on = |name: &str| spec.flag(name) == Some(true);
    let lists = |list: &str, word: &str| spec.items(list).iter().any(|item| item.node.as_str() == Some(word));
    let open = ["privileged", "hostNetwork", "hostPID", "hostIPC"].into_iter().any(on)
        || lists("allowedCapabilities", "*")
        || lists("volumes", "*")
        || lists("volumes", "hostPath");
    let non_root =
        spec.at(&["runAsUser", "rule"]).and_then(|rule| rule.node.as_str()) == Some("MustRunAsNonRoot");
    let strict = non_root
        && lists("requiredDropCapabilities", "ALL")
        && spec.flag("allowPrivilegeEscalation") == Some(false);
    match (open, strict) {
        (true, _) => "privileged",
        (false, true) => "restricted",
        (false, false) => "baseline",
    }
}
