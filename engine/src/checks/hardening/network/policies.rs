//! Network policies, as their defaults make them.

use alloc::vec::Vec;

use crate::checks::{Input, Subject};
use crate::objects::{Field, LabelSelector, Labels, Object};

/// Of traffic, seen from the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    /// As messages say it, and as the field of rules is called.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }

    /// The field of a rule that lists the other side.
    pub(super) const fn peers(self) -> &'static str {
        match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        }
    }
}

/// A NetworkPolicy.
#[derive(Debug)]
pub(super) struct Policy<'i> {
    pub(super) namespace: &'i str,
    pub(super) selector: LabelSelector,
    /// Whether it restricts ingress, and egress: named in policyTypes; without those, ingress always, egress when it has
    /// rules for it.
    restricts: [bool; 2],
    spec: Field<'i>,
}

impl<'i> Policy<'i> {
    /// All policies at hand.
    pub(super) fn all(input: &Input<'i>) -> Vec<Self> {
        let policies = input.of_kind("networking.k8s.io", "NetworkPolicy");
        policies.filter_map(|object| Self::read(input, object)).collect()
    }

    /// The policy that the subject is.
    pub(super) fn of(subject: &Subject<'i>) -> Option<Self> {
        let object = subject.object;
        if !object.gvk.is("networking.k8s.io", "NetworkPolicy") {
            return None;
        }
        Self::read(&subject.input, object)
    }

    fn read(input: &Input<'i>, object: &'i Object) -> Option<Self> {
        let spec = Field::root(object.root()).get("spec")?;
        let selector = spec.get("podSelector").map(|selector| LabelSelector::read(selector.node));
        let types = spec.items("policyTypes");
        let named =
            |direction: Direction| types.iter().any(|kind| kind.node.as_str() == Some(direction.name()));
        let restricts = if types.is_empty() {
            [true, spec.get("egress").is_some()]
        } else {
            [named(Direction::Ingress), named(Direction::Egress)]
        };
        let selector = selector.unwrap_or_default();
        Some(Self { namespace: input.namespace_of(object), selector, restricts, spec })
    }

    pub(super) fn selects_all(&self) -> bool {
        self.selector.is_empty()
    }

    pub(super) fn selects(&self, labels: Labels<'_>) -> bool {
        self.selector.matches(labels)
    }

    /// Whether it restricts that direction.
    pub(super) const fn applies_to(&self, direction: Direction) -> bool {
        let [ingress, egress] = self.restricts;
        match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        }
    }

    pub(super) fn rules(&self, direction: Direction) -> Vec<Field<'i>> {
        self.spec.items(direction.word())
    }

    /// Whether nothing gets through in that direction, as far as this policy goes.
    pub(super) fn denies_all(&self, direction: Direction) -> bool {
        self.applies_to(direction) && self.rules(direction).is_empty()
    }
}

/// What is in that namespace, of things that are in the order of their namespaces.
pub(super) fn in_namespace<'l, T>(
    sorted: &'l [T],
    namespace: &str,
    of: impl Fn(&T) -> &str,
) -> impl Iterator<Item = &'l T> {
    let start = sorted.partition_point(|item| of(item) < namespace);
    let end = sorted.partition_point(|item| of(item) <= namespace);
    sorted.get(start..end).unwrap_or_default().iter()
}
