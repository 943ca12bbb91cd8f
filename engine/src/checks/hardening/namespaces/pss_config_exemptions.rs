//! The server's PodSecurityConfiguration: who is exempt, and what it leaves unsaid. Also inside an AdmissionConfiguration.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::pod_security::configurations;
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("pss-config-exemptions", Severity::Medium)
        .title("Exemptions from Pod Security")
        .help("an exempt user may create anything, and an exempt controller makes everybody exempt who can use it; narrow the list")
        .references(&["https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/"])
        .standards("CIS 5.2.1"),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for configuration in configurations(&subject.root, &subject.object.gvk) {
        let exempts = |what: &str, field: &Field<'_>| {
            Finding::new(subject.index, format!("PodSecurityConfiguration exempts {what}"))
                .at(Place::value(field))
        };
        if let Some(exemptions) = configuration.get("exemptions") {
            for (list, word) in [
                ("usernames", "the user"),
                ("runtimeClasses", "the runtime class"),
                ("namespaces", "the namespace"),
            ] {
                let items = exemptions.items(list);
                for (at, item) in items.iter().enumerate() {
                    let name = item.node.as_str().unwrap_or("");
                    let again = items.iter().take(at).any(|other| other.node.as_str() == Some(name));
                    if name.is_empty() || again {
                        let what = if again { "twice" } else { "without a name" };
                        let message = format!("PodSecurityConfiguration exempts {word} {name} {what}");
                        found.push(Finding::new(subject.index, message).at(Place::value(item)));
                    } else if list != "namespaces" || !subject.input.is_system(name) {
                        found.push(exempts(&format!("{word} {name}"), item));
                    }
                }
            }
        }
        let enforce = configuration.at(&["defaults", "enforce"]);
        if enforce.as_ref().is_none_or(|level| level.node.as_str() == Some("privileged")) {
            let message = "PodSecurityConfiguration enforces nothing by default".into();
            let place = Place::below(&configuration, &["defaults", "enforce"]);
            found.push(Finding::new(subject.index, message).at(place).severity(Severity::Info));
        }
    }
    found
}
