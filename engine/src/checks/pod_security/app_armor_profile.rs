//! AppArmor: only the runtime's default and local profiles, by field or by the old annotation.
//!
//! The annotation is judged for every key under its prefix, whether or not such a container exists. On its way into a
//! server the annotation of a Pod's container is copied into the field, so one line of a manifest can be named twice.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    subject::field,
    text::{self, Setters},
};
use crate::checks::{About, Change, Place, Severity, quote::quote};
use crate::objects::Field;
use crate::order;

pub(super) const CHECK: Check = Check {
    about: About {
        id: "app-armor-profile",
        family: "pod-security/baseline",
        title: "AppArmor profiles other than the runtime default",
        severity: Severity::High,
        help: "a container outside the runtime's AppArmor profile may use what the profile would stop; use RuntimeDefault or a Localhost profile",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tutorials/security/apparmor/",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "appArmorProfile",
    level: Level::Baseline,
    revisions: &[Revision { since: 0, overrides: &[], run: v1_0 }],
};

const PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";
const PROFILE: &[&str] = &["appArmorProfile"];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    let annotations = subject.pod.annotations();
    let mut setters = Setters::default();
    let mut types = BTreeSet::new();
    let mut places = Vec::new();
    let mut changes = Vec::new();
    let mut judge = |profile: &Field<'_>| {
        let kind = profile.text("type").unwrap_or("");
        let forbidden = !matches!(kind, "RuntimeDefault" | "Localhost");
        if forbidden {
            types.insert(String::from(kind));
            places.push(Place::below(profile, &["type"]));
            changes.push(Change::set(profile, &["type"], "\"RuntimeDefault\""));
        }
        forbidden
    };
    setters.pod = subject.pod_field(PROFILE).is_some_and(|profile| judge(&profile));
    let syncs = subject.syncs_app_armor();
    let by_key = order::map(annotations.iter().map(|(key, value, _)| (*key, *value)));
    let pods_own = pod_type(subject);
    let mut copied = Vec::new();
    for container in &subject.containers {
        match field(container, PROFILE) {
            Some(profile) => {
                if judge(&profile) {
                    setters.containers.push(container.name());
                }
            }
            None => {
                let unconfined = syncs
                    && by_key.get(&*format!("{PREFIX}{}", container.name())) == Some(&"unconfined")
                    && pods_own != Some("Unconfined");
                if unconfined {
                    setters.containers.push(container.name());
                    copied.push("Unconfined");
                }
            }
        }
    }
    types.extend(copied.into_iter().map(String::from));

    let mut forbidden = Vec::new();
    for (key, value, annotation) in &annotations {
        if key.starts_with(PREFIX) && !allowed(value) {
            forbidden.push(format!("{key}={}", quote(value)));
            places.push(Place::value(annotation));
            changes.push(Change::set(annotation, &[], "\"runtime/default\""));
        }
    }
    order::sort_by(&mut forbidden, Ord::cmp);
    let mut who = setters.list();
    if !forbidden.is_empty() {
        who.push(text::plural("annotation", "annotations", forbidden.len()).into());
    }
    if who.is_empty() {
        return None;
    }
    let values: Vec<String> = types.into_iter().chain(forbidden).collect();
    Some(Violation {
        reason: text::plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.len())
            .into(),
        detail: format!(
            "{} must not set AppArmor profile type to {}",
            who.join(" and "),
            text::quoted(values)
        ),
        places,
        changes,
    })
}

fn allowed(value: &str) -> bool {
    value.is_empty() || value == "runtime/default" || value.starts_with("localhost/")
}

/// The type that a container's annotation is compared with before it is copied: the pod's, when it is nothing more.
fn pod_type<'d>(subject: &Subject<'d>) -> Option<&'d str> {
    let profile = subject.pod_field(PROFILE)?;
    profile.text("type").filter(|_| profile.get("localhostProfile").is_none())
}
