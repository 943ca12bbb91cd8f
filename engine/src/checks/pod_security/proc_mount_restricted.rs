//! How `/proc` is mounted, whatever the user namespace.

use super::{Check, Level, Revision, proc_mount};
use crate::checks::{About, Severity};

pub(super) const CHECK: Check = Check {
    about: About {
        id: "proc-mount-restricted",
        family: "pod-security/restricted",
        title: "Unmasked /proc",
        severity: Severity::Medium,
        help: "the default mount hides parts of /proc that let a container reach its node; at restricted, a user namespace does not make up for it",
        references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
        policy: Some("pod-security/restricted"),
        standards: "",
    },
    id: "procMount_restricted",
    level: Level::Restricted,
    revisions: &[Revision { since: 35, overrides: &["procMount"], run: proc_mount::v1_0 }],
};
