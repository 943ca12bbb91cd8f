//! Where images come from and what pins them.

pub(in crate::checks::hardening) mod image_untrusted_registry;
pub(in crate::checks::hardening) mod image_tag_latest;
pub(in crate::checks::hardening) mod image_not_digest;
pub(in crate::checks::hardening) mod image_pull_policy;
pub(in crate::checks::hardening) mod image_signature_policy_missing;
pub(in crate::checks::hardening) mod image_scan_not_static;

use alloc::vec::Vec;

use crate::checks::Subject;
use crate::objects::Field;

/// Every image a pod names: its containers' and its image volumes'.
fn images<'i>(subject: &Subject<'i>) -> Vec<Field<'i>> {
    let containers = subject.containers().iter().filter_map(|container| container.field.get("image"));
    let volumes = subject.pod.iter().flat_map(|pod| pod.volumes());
    containers.chain(volumes.filter_map(|volume| volume.at(&["image", "reference"]))).collect()
}
