//! Roles and bindings, as checks ask of them.

use alloc::vec::Vec;

use crate::checks::Subject;
use crate::objects::Field;

/// The API group of all four kinds.
pub(super) const GROUP: &str = "rbac.authorization.k8s.io";

/// Whether it is a role of somebody's: those that Kubernetes maintains itself are not.
pub(super) fn is_role(subject: &Subject<'_>) -> bool {
    let labels = subject.object.metadata().labels();
    (subject.is(GROUP, "Role") || subject.is(GROUP, "ClusterRole"))
        && labels.get("kubernetes.io/bootstrapping") != Some("rbac-defaults")
}

/// A rule of a role.
#[derive(Debug)]
pub(super) struct Rule<'i> {
    pub(super) field: Field<'i>,
}

/// The rules of a role, in order. An aggregated role has null.
pub(super) fn rules<'i>(subject: &Subject<'i>) -> Vec<Rule<'i>> {
    subject.root.items("rules").into_iter().map(|field| Rule { field }).collect()
}

impl<'i> Rule<'i> {
    fn first(&self, list: &str, wanted: impl Fn(&str) -> bool) -> Option<Field<'i>> {
        self.field.items(list).into_iter().find(|item| item.node.as_str().is_some_and(&wanted))
    }

    /// The first verb that allows one of `verbs`, by name or as a wildcard.
    pub(super) fn verb(&self, verbs: &[&str]) -> Option<Field<'i>> {
        self.first("verbs", |verb| verb == "*" || verbs.contains(&verb))
    }

    /// The first verb among `verbs`.
    pub(super) fn named_verb(&self, verbs: &[&str]) -> Option<Field<'i>> {
        self.first("verbs", |verb| verbs.contains(&verb))
    }

    /// The first resource that covers one of `resources`, by name or as a wildcard.
    pub(super) fn resource(&self, resources: &[&str]) -> Option<Field<'i>> {
        self.first("resources", |resource| {
            resource == "*"
                || resources.iter().any(|wanted| {
                    *wanted == resource
                        || wanted.split_once('/').is_some_and(|(of, sub)| {
                            resource.split_once('/').is_some_and(|(other, other_sub)| {
                                (other == "*" || other == of) && (other_sub == "*" || other_sub == sub)
                            })
                        })
                })
        })
    }

    /// The first resource among `resources`.
    pub(super) fn named_resource(&self, resources: &[&str]) -> Option<Field<'i>> {
        self.first("resources", |resource| resources.contains(&resource))
    }

    /// Whether it is for that API group.
    pub(super) fn in_group(&self, group: &str) -> bool {
        self.first("apiGroups", |other| other == "*" || other == group).is_some()
    }

    /// Whether it is for objects by name.
    pub(super) fn is_named(&self) -> bool {
        !self.field.items("resourceNames").is_empty()
    }
}

/// A binding.
#[derive(Debug)]
pub(super) struct Binding<'i> {
    /// `Role` or `ClusterRole`
    pub(super) role_kind: &'i str,
    /// The role's name.
    pub(super) role: &'i str,
    pub(super) subjects: Vec<Field<'i>>,
}

impl<'i> Binding<'i> {
    /// The binding that the subject is.
    pub(super) fn of(subject: &Subject<'i>) -> Option<Self> {
        if !(subject.is(GROUP, "RoleBinding") || subject.is(GROUP, "ClusterRoleBinding")) {
            return None;
        }
        let role = subject.at(&["roleRef"])?;
        Some(Self {
            role_kind: role.text("kind").unwrap_or(""),
            role: role.text("name").unwrap_or(""),
            subjects: subject.root.items("subjects"),
        })
    }
}
