//! A policy about containers should read all three lists, see ephemeral containers when they are added, and look at
//! workloads, where people see the refusal.

use alloc::{format, string::String, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("vap-incomplete-match", Severity::Medium)
        .title("Policies that overlook containers")
        .help("init and ephemeral containers run the same images with the same rights; and a policy on pods alone refuses where nobody looks, at the ReplicaSet")
        .references(&["https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"]),
    run,
);

const WORKLOADS: &[&str] =
    &["deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs", "*", "*/*"];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("admissionregistration.k8s.io", "ValidatingAdmissionPolicy") {
        return Vec::new();
    }
    let Some(spec) = subject.at(&["spec"]) else { return Vec::new() };
    let expressions: String = ["variables", "validations"]
        .iter()
        .flat_map(|list| spec.items(list))
        .filter_map(|item| item.text("expression"))
        .fold(String::new(), |all, text| all + text + "\n");
    let rules = spec
        .at(&["matchConstraints"])
        .map(|constraints| constraints.items("resourceRules"))
        .unwrap_or_default();
    let matches = |wanted: &[&str], operation: &str| {
        rules.iter().any(|rule| {
            let has = |list: &str, names: &[&str]| {
                rule.items(list)
                    .iter()
                    .any(|item| item.node.as_str().is_some_and(|item| names.contains(&item)))
            };
            has("resources", wanted) && (operation.is_empty() || has("operations", &[operation, "*"]))
        })
    };
    if !matches(&["pods", "*", "*/*"], "") || !expressions.contains(".containers") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut push = |what: &str, severity: Severity, place: Place| {
        let message = format!(" does not look at {what}");
        found.push(Finding::of(subject, &message).at(place).severity(severity));
    };
    let expression = || Place::below(&spec, &["validations"]);
    let constraints = || Place::below(&spec, &["matchConstraints", "resourceRules"]);
    if !expressions.contains("initContainers") {
        push("initContainers", Severity::Medium, expression());
    }
    if !expressions.contains("ephemeralContainers") {
        push("ephemeralContainers", Severity::Low, expression());
    } else if !matches(&["pods/ephemeralcontainers", "pods/*", "*/*"], "UPDATE") {
        push("ephemeral containers when they are added", Severity::Medium, constraints());
    }
    if !matches(WORKLOADS, "") {
        push("workloads, only at their pods", Severity::Info, constraints());
    }
    found
}
