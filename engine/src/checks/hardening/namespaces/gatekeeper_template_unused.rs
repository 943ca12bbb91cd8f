//! A ConstraintTemplate without constraints, and constraints that do not deny.

use alloc::vec::Vec;

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Place, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("gatekeeper-template-unused", Severity::Medium)
        .title("Gatekeeper templates without a constraint")
        .help("a template does nothing until there is a constraint of its kind, with enforcementAction deny (the default)")
        .references(&["https://open-policy-agent.github.io/gatekeeper/website/docs/howto/"]),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in input.subjects() {
        if subject.is("templates.gatekeeper.sh", "ConstraintTemplate") {
            let kind = subject.at(&["spec", "crd", "spec", "names", "kind"]);
            let kind = kind.and_then(|kind| kind.node.as_str()).unwrap_or("");
            if input.of_kind("constraints.gatekeeper.sh", kind).next().is_none() {
                let finding = Finding::of(&subject, " has no constraint").at(subject.name_place());
                found.push(finding.if_complete(input));
            }
        } else if &*subject.object.gvk.group == "constraints.gatekeeper.sh" {
            let action = subject.at(&["spec", "enforcementAction"]);
            if let Some(action) = action.filter(|action| action.node.as_str() != Some("deny")) {
                found.push(Finding::of(&subject, " does not deny").at(Place::value(&action)));
            }
        }
    }
    found
}
