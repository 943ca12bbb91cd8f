//! SELinux: users and roles not at all, types from a short list; the level is free.

use alloc::{format, string::ToString as _, vec::Vec};

use super::{
    Check, Level, Revision, Subject, Violation,
    subject::field,
    text::{self, Distinct, Setters},
};
use crate::checks::{About, Place, Severity};
use crate::objects::Field;

pub(super) const CHECK: Check = Check {
    about: About {
        id: "se-linux-options",
        family: "pod-security/baseline",
        title: "SELinux users, roles and types of one's choice",
        severity: Severity::High,
        help: "a chosen SELinux user, role or type can undo the confinement of containers; only the level is free",
        references: &[
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#assign-selinux-labels-to-a-container",
        ],
        policy: Some("pod-security/baseline"),
        standards: "",
    },
    id: "seLinuxOptions",
    level: Level::Baseline,
    revisions: &[
        Revision { since: 0, overrides: &[], run: v1_0 },
        Revision { since: 31, overrides: &[], run: v1_31 },
    ],
};

const TYPES: &[&str] = &["", "container_t", "container_init_t", "container_kvm_t"];
const OPTIONS: &[&str] = &["seLinuxOptions"];

fn v1_0(subject: &Subject<'_>) -> Option<Violation> {
    judge(subject, |kind| TYPES.contains(&kind))
}

fn v1_31(subject: &Subject<'_>) -> Option<Violation> {
    judge(subject, |kind| TYPES.contains(&kind) || kind == "container_engine_t")
}

fn judge(subject: &Subject<'_>, allowed: fn(&str) -> bool) -> Option<Violation> {
    let mut found = Found::default();
    let mut setters = Setters {
        pod: subject.pod_field(OPTIONS).is_some_and(|options| found.add(&options, allowed)),
        containers: Vec::new(),
    };
    for container in &subject.containers {
        if field(container, OPTIONS).is_some_and(|options| found.add(&options, allowed)) {
            setters.containers.push(container.name());
        }
    }
    if setters.is_empty() {
        return None;
    }
    let mut what = Vec::new();
    if !found.types.is_empty() {
        what.push(format!(
            "{} {}",
            text::plural("type", "types", found.types.len()),
            text::quoted(&found.types)
        ));
    }
    if found.user {
        what.push("user may not be set".to_string());
    }
    if found.role {
        what.push("role may not be set".to_string());
    }
    Some(Violation {
        reason: "seLinuxOptions".into(),
        detail: format!(
            "{} set forbidden securityContext.seLinuxOptions: {}",
            setters.join(),
            what.join("; ")
        ),
        places: found.places,
        changes: Vec::new(),
    })
}

#[derive(Default)]
struct Found<'d> {
    types: Distinct<'d>,
    user: bool,
    role: bool,
    places: Vec<Place>,
}

impl<'d> Found<'d> {
    /// Whether these options are forbidden.
    fn add(&mut self, options: &Field<'d>, allowed: fn(&str) -> bool) -> bool {
        let before = self.places.len();
        let kind = options.text("type").unwrap_or("");
        if !allowed(kind) {
            self.types.insert(kind);
            self.places.push(Place::below(options, &["type"]));
        }
        for (name, seen) in [("user", &mut self.user), ("role", &mut self.role)] {
            if options.text(name).is_some_and(|text| !text.is_empty()) {
                *seen = true;
                self.places.push(Place::below(options, &[name]));
            }
        }
        self.places.len() > before
    }
}
