//! `failurePolicy: Ignore` on what guards pods, roles or namespaces: an error admits.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Change, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("admission-failure-policy-ignore", Severity::Medium)
        .policy("admission/fail-closed")
        .title("Admission that fails open")
        .help("whoever can make it fail gets past it: set failurePolicy to Fail, and leave out the namespaces that must never be locked out")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#failure-policy", "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/"]),
    run,
);

const GUARDED: &[&str] = &[
    "pods",
    "roles",
    "clusterroles",
    "rolebindings",
    "clusterrolebindings",
    "namespaces",
    "*",
    "*/*",
    "pods/*",
];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if &*subject.object.gvk.group != "admissionregistration.k8s.io" {
        return Vec::new();
    }
    let candidates: Vec<(Field<'_>, &[&str])> = match &*subject.object.gvk.kind {
        "ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy" => subject
            .at(&["spec"])
            .map(|spec| (spec, &["matchConstraints", "resourceRules"][..]))
            .into_iter()
            .collect(),
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            subject.root.items("webhooks").into_iter().map(|webhook| (webhook, &["rules"][..])).collect()
        }
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (at, rules) in candidates {
        let Some(policy) = at.get("failurePolicy").filter(|policy| policy.node.as_str() == Some("Ignore"))
        else {
            continue;
        };
        let rules = at.at(rules).map(|rules| rules.elements()).unwrap_or_default();
        // Rules that are not there yet may be about anything.
        let guards = rules.is_empty()
            || rules
                .iter()
                .flat_map(|rule| rule.items("resources"))
                .any(|resource| resource.node.as_str().is_some_and(|resource| GUARDED.contains(&resource)));
        if guards {
            found.push(Finding::of(subject, " fails open").at(Place::value(&policy)).change(Change::set(
                &policy,
                &[],
                "\"Fail\"",
            )));
        }
    }
    found
}
