//! Advice that guides give and that no manifest can be asked about.

use crate::checks::hardening::Check;
use crate::checks::{About, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::advice(
    About::hardening("advice-not-checkable", Severity::Info)
        .title("What no manifest shows")
        .help("watch what runs (Falco, Tetragon) and what it says to whom (Hubble); harden the nodes; practise restoring and responding; keep the control plane off the public network; upgrade in stages; train people")
        .references(&["https://kubernetes.io/docs/concepts/security/security-checklist/"]),
);
