//! Keys of a cloud account in a pod, written or from a Secret, by variable or by the folder that tools look into.

use alloc::{format, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("static-cloud-credentials", Severity::High)
        .policy("secrets/no-static-cloud-credentials")
        .title("Static keys of a cloud account")
        .help("such a key works from anywhere, for ever; map the service account to a cloud identity")
        .references(&["https://kubernetes.io/docs/concepts/security/service-accounts/"]),
    run,
);

const VARIABLES: &[&str] =
    &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AZURE_CLIENT_SECRET", "GOOGLE_APPLICATION_CREDENTIALS"];
const FOLDERS: &[&str] = &["/.aws", "/.azure", "/.config/gcloud"];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for container in subject.containers() {
        let names = container.field.items("env").into_iter().filter_map(|variable| variable.get("name"));
        let named = names.filter(|name| name.node.as_str().is_some_and(|name| VARIABLES.contains(&name)));
        let paths =
            container.field.items("volumeMounts").into_iter().filter_map(|mount| mount.get("mountPath"));
        let mounted = paths.filter(|path| {
            let text = path.node.as_str().unwrap_or("").trim_end_matches('/');
            FOLDERS.iter().any(|folder| text.ends_with(folder))
        });
        for field in named.chain(mounted) {
            let what = field.node.as_str().unwrap_or("");
            let message =
                format!(": container \"{}\" uses a static cloud credential ({what})", container.name());
            found.push(Finding::of(subject, &message).at(Place::value(&field)));
        }
    }
    found
}
