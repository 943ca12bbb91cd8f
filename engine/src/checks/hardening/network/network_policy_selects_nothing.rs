//! The policy selects no workload of its namespace.

use alloc::vec::Vec;

use super::policies::Policy;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};
use crate::objects::{Metadata, pods::Pod};

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("network-policy-selects-nothing", Severity::Low)
        .title("Policies that select nothing")
        .help("a selector with a typing mistake protects nobody; compare it with the labels of the pod template")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/"]),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let pods: Vec<_> = input
        .all()
        .filter_map(|object| {
            let pod = Pod::find(&object.gvk.group, &object.gvk.kind, object.root())?;
            Some((input.namespace_of(object), pod))
        })
        .collect();
    let mut found = Vec::new();
    for subject in input.subjects() {
        let Some(policy) = Policy::of(&subject) else { continue };
        let selects = pods.iter().any(|(namespace, pod)| {
            let labels = pod.template.as_ref().map(|template| Metadata::of(template.node).labels());
            *namespace == policy.namespace && policy.selects(labels.unwrap_or_default())
        });
        if !selects {
            let place = subject.place(&["spec", "podSelector"]);
            found.push(Finding::of(&subject, " selects no workload").at(place).if_complete(input));
        }
    }
    found
}
