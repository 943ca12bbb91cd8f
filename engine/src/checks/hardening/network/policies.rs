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
    spec: Field<'i>,
}

impl<'i> Policy<'i> {
    /// All policies at hand.
    pub(super) fn all(input: &'i Input<'i>) -> Vec<Self> {
        let policies = input.of_kind("networking.k8s.io", "NetworkPolicy");
        policies.filter_map(|object| Self::read(input, object)).collect()
    }

    /// The policy that the subject is.
    pub(super) fn of(subject: &'i Subject<'i>) -> Option<Self> {
        let object = subject.object;
        if !object.gvk.is("networking.k8s.io", "NetworkPolicy") {
            return None;
        }
        Self::read(&subject.input, object)
    }

    fn read(input: &'i Input<'i>, object: &'i Object) -> Option<Self> {
        let spec = Field::root(object.root()).get("spec")?;
        let selector = spec.get("podSelector").map(|selector| LabelSelector::read(selector.node));
        Some(Self { namespace: input.namespace_of(object), selector: selector.unwrap_or_default(), spec })
    }

    pub(super) fn selects_all(&self) -> bool {
        self.selector.is_empty()
    }

    pub(super) fn selects(&self, labels: Labels<'_>) -> bool {
        self.selector.matches(labels)
    }

    /// Whether it restricts that direction: named in policyTypes; without those, ingress always, egress when it has
    /// rules for it.
    pub(super) fn applies_to(&self, direction: Direction) -> bool {
        let types = self.spec.items("policyTypes");
        if types.is_empty() {
            return direction == Direction::Ingress || self.spec.get("egress").is_some();
        }
        types.iter().any(|kind| kind.node.as_str() == Some(direction.name()))
    }

    pub(super) fn rules(&self, direction: Direction) -> Vec<Field<'i>> {
        self.spec.items(direction.word())
    }

    /// Whether nothing gets through in that direction, as far as this policy goes.
    pub(super) fn denies_all(&self, direction: Direction) -> bool {
        self.applies_to(direction) && self.rules(direction).is_empty()
    }
}
