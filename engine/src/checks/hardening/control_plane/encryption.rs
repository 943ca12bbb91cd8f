//! EncryptionConfiguration: what is encrypted at rest, and how.

use alloc::vec::Vec;

use crate::checks::Subject;
use crate::objects::Field;

pub(super) fn is_configuration(subject: &Subject<'_>) -> bool {
    subject.is("apiserver.config.k8s.io", "EncryptionConfiguration")
}

/// Its entries; none for anything else.
pub(super) fn entries<'i>(subject: &Subject<'i>) -> Vec<Field<'i>> {
    if is_configuration(subject) { subject.root.items("resources") } else { Vec::new() }
}

/// Whether an entry is for Secrets.
pub(super) fn covers_secrets(entry: &Field<'_>) -> bool {
    entry
        .items("resources")
        .iter()
        .any(|resource| matches!(resource.node.as_str(), Some("secrets" | "secrets." | "*." | "*.*")))
}
