//! The version of the control plane, by the tags of its images or by kubeadm's configuration.

use alloc::{format, vec::Vec};

use crate::checks::hardening::image::Image;
use crate::checks::hardening::{Check, Finding};
use crate::checks::pod_security::NEWEST;
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("control-plane-version", Severity::Info)
        .title("Versions out of support")
        .help("upgrade: Kubernetes mends the three newest minor versions only")
        .references(&["https://kubernetes.io/releases/"]),
    run,
);

const COMPONENTS: &[&str] = &["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut judge = |component: &str, version: &str, field: &Field<'_>| {
        let minor =
            version.trim_start_matches('v').split('.').nth(1).and_then(|minor| minor.parse::<u64>().ok());
        if minor.is_some_and(|minor| minor + 2 < NEWEST) {
            let message = format!("{component} {version} is out of support");
            found.push(Finding::new(subject.index, message).at(Place::value(field)));
        }
    };
    for container in subject.containers() {
        let Some(image) = container.field.get("image") else { continue };
        let parsed = Image::parse(image.node.as_str().unwrap_or(""));
        let name = parsed.name.rsplit('/').next().unwrap_or("");
        if let (true, Some(tag)) = (COMPONENTS.contains(&name), parsed.tag) {
            judge(name, tag, &image);
        }
    }
    if subject.is("kubeadm.k8s.io", "ClusterConfiguration")
        && let Some(version) = subject.at(&["kubernetesVersion"])
    {
        judge("Kubernetes", version.node.as_str().unwrap_or(""), &version);
    }
    found
}
