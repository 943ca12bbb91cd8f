//! Plugins that should never be on, should never be off, or are gone.

use alloc::{format, vec::Vec};

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("apiserver-admission-plugins", Severity::High)
        .title("Admission plugins switched the wrong way")
        .help("leave the default plugins on, and take those off the list that are gone: the server does not start with them")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/"])
        .standards("CIS 1.2.9-1.2.13"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "kube-apiserver") else { return Vec::new() };
    let mut found = Vec::new();
    let lists: [(&str, &str, &[&str]); 2] = [
        ("enable-admission-plugins", "enables", &["AlwaysAdmit", "PodSecurityPolicy", "SecurityContextDeny"]),
        (
            "disable-admission-plugins",
            "disables",
            &[
                "PodSecurity",
                "ServiceAccount",
                "NamespaceLifecycle",
                "ValidatingAdmissionPolicy",
                "ValidatingAdmissionWebhook",
                "NodeRestriction",
            ],
        ),
    ];
    for (name, does, bad) in lists {
        let Some(flag) = flags.get(name) else { continue };
        for plugin in flag.value.split(',').map(str::trim).filter(|plugin| bad.contains(plugin)) {
            let message = format!("kube-apiserver {does} {plugin}");
            found.push(Finding::new(subject.index, message).at(flags.place(name)));
        }
    }
    let enabled = flags.get("enable-admission-plugins");
    for plugin in ["EventRateLimit", "AlwaysPullImages"] {
        let on =
            enabled.as_ref().is_some_and(|flag| flag.value.split(',').any(|other| other.trim() == plugin));
        if !on {
            let message = format!("kube-apiserver runs without {plugin}");
            let finding = Finding::new(subject.index, message).at(flags.place("enable-admission-plugins"));
            found.push(finding.severity(Severity::Info));
        }
    }
    found
}
