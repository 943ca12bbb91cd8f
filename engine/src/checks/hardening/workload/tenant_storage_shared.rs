//! Namespaces of different tenants should not draw their volumes from the same StorageClass.

use alloc::{collections::BTreeMap, collections::BTreeSet, format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Input, Severity};
use crate::objects::Object;
use crate::yaml::NodeRef;

pub(in crate::checks::hardening) const CHECK: Check = Check::whole(
    About::hardening("tenant-storage-shared", Severity::Info)
        .title("Tenants on one StorageClass")
        .help("what reclaims and encrypts volumes is set by StorageClass; tenants that must not meet need one each")
        .references(&["https://kubernetes.io/docs/concepts/storage/storage-classes/", "https://kubernetes.io/docs/concepts/security/multi-tenancy/"]),
    run,
);

fn run(input: &Input<'_>) -> Vec<Finding> {
    let tenant = |namespace: &str| {
        let object = input.of_kind("", "Namespace").find(|object| &*object.name.value == namespace)?;
        object.metadata().labels().get(&input.options.tenant_label)
    };
    let mut classes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for claim in input.of_kind("", "PersistentVolumeClaim") {
        if let Some(tenant) = tenant(input.namespace_of(claim)) {
            classes.entry(class(claim)).or_default().insert(tenant);
        }
    }
    let mut found = Vec::new();
    for subject in input.subjects().filter(|subject| subject.is("", "PersistentVolumeClaim")) {
        let class = class(subject.object);
        let shared = classes.get(class).filter(|tenants| tenants.len() > 1);
        let (Some(tenants), Some(_)) = (shared, tenant(subject.namespace())) else { continue };
        let tenants: Vec<&str> = tenants.iter().copied().collect();
        let class = if class.is_empty() { "(the cluster's default)" } else { class };
        let message = format!(
            "PVC/{}: StorageClass \"{class}\" is shared by tenants {}",
            subject.object.effective_name(),
            tenants.join(", ")
        );
        let place = subject.place(&["spec", "storageClassName"]);
        found.push(Finding::new(subject.index, message).at(place));
    }
    found
}

fn class(claim: &Object) -> &str {
    claim.root().path(&["spec", "storageClassName"]).and_then(NodeRef::as_str).unwrap_or("")
}
