//! etcd must serve its clients with TLS. A plain listener on the node itself is half as bad.

use alloc::vec::Vec;

use super::flags::Flags;
use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("etcd-client-tls", Severity::High)
        .title("etcd without TLS for clients")
        .help("etcd holds every Secret: set --cert-file and --key-file, and https in every --listen-client-urls")
        .references(&["https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters"])
        .standards("CIS 2.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(flags) = Flags::of(subject, "etcd") else { return Vec::new() };
    let certificate = flags.is_set("cert-file") && flags.is_set("key-file");
    let urls = flags.get("listen-client-urls");
    let plain: Vec<&str> = urls
        .iter()
        .flat_map(|urls| urls.value.split(','))
        .filter(|url| url.trim().starts_with("http://"))
        .collect();
    let local = plain
        .iter()
        .all(|url| url.contains("//127.0.0.1") || url.contains("//localhost") || url.contains("//[::1]"));
    let finding = Finding::new(subject.index, "etcd serves clients without TLS".into());
    let found = match (certificate, plain.is_empty()) {
        (true, true) => return Vec::new(),
        (true, false) => {
            let finding = finding.at(flags.place("listen-client-urls"));
            if local { finding.severity(Severity::Medium) } else { finding }
        }
        (false, _) => finding.at(flags.place("cert-file")),
    };
    alloc::vec![found]
}
