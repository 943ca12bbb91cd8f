//! A ValidatingAdmissionPolicy that no binding names never runs; a binding to a policy that is not there does nothing.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Place, Severity};
use crate::yaml::NodeRef;

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("vap-without-binding", Severity::High)
        .title("Policies without a binding")
        .help("a policy does nothing until a ValidatingAdmissionPolicyBinding names it")
        .references(&[
            "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/",
        ]),
    run,
);

const GROUP: &str = "admissionregistration.k8s.io";
const POLICY: &str = "ValidatingAdmissionPolicy";
const BINDING: &str = "ValidatingAdmissionPolicyBinding";

fn run(input: &Input<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in input.subjects() {
        if subject.is(GROUP, POLICY) {
            let name = &*subject.object.name.value;
            let bound = input.of_kind(GROUP, BINDING).any(|binding| {
                binding.root().path(&["spec", "policyName"]).and_then(NodeRef::as_str) == Some(name)
            });
            if !bound {
                let finding = Finding::of(&subject, " has no binding and is inert").at(subject.name_place());
                found.push(finding.if_complete(input));
            }
        } else if subject.is(GROUP, BINDING) {
            let Some(name) = subject.at(&["spec", "policyName"]) else { continue };
            let there =
                input.of_kind(GROUP, POLICY).any(|policy| Some(&*policy.name.value) == name.node.as_str());
            if !there {
                let message = format!(" binds missing policy {}", name.node.as_str().unwrap_or(""));
                let finding = Finding::of(&subject, &message).at(Place::value(&name));
                found.push(finding.severity(Severity::Medium).if_complete(input));
            }
        }
    }
    found
}
