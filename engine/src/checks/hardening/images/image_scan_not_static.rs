//! Guides ask to scan images. That needs the images: nothing here looks into them.

use crate::checks::hardening::Check;
use crate::checks::{About, Severity};

pub(in crate::checks::hardening) const CHECK: Check = Check::advice(
    About::hardening("image-scan-not-static", Severity::Info)
        .title("What is in the images")
        .help("vulnerabilities are in the image, not in its manifest: run a scanner (Trivy, Grype, Clair) where images are built, and again later")
        .references(&["https://kubernetes.io/docs/concepts/security/cloud-native-security/"]),
);
