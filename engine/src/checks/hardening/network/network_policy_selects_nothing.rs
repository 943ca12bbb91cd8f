//! The policy selects no workload of its namespace.

use alloc::vec::Vec;

use super::policies::{Policy, in_namespace};
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};
use crate::objects::{Labels, Metadata, pods::Pod};
use crate::order;

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("network-policy-selects-nothing", Severity::Low)
        .title("Policies that select nothing")
        .help("a selector with a typing mistake protects nobody; compare it with the labels of the pod template")
        .references(&["https://kubernetes.io/docs/concepts/services-networking/network-policies/"]),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let mut pods: Vec<(&str, Labels<'_>)> = Vec::new();
    for object in input.all() {
        let Some(pod) = Pod::find(&object.gvk.group, &object.gvk.kind, object.root()) else { continue };
        let labels = pod.template.as_ref().map(|template| Metadata::of(template.node).labels());
        pods.push((input.namespace_of(object), labels.unwrap_or_default()));
    }
    order::sort_by(&mut pods, |one, other| one.0.cmp(other.0));
    let mut found = Vec::new();
    for subject in input.subjects() {
        let Some(policy) = Policy::of(&subject) else { continue };
        let mut here = in_namespace(&pods, policy.namespace, |pod| pod.0);
        if !here.any(|(_, labels)| policy.selects(*labels)) {
            let place = subject.place(&["spec", "podSelector"]);
            found.push(Finding::of(&subject, " selects no workload").at(place).if_complete(input));
        }
    }
    found
}
