//! What the checks are asked of: the objects at hand, what is in the cluster, and what the user set.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::cell::OnceCell;

use super::{CheckResult, Place};
use crate::objects::{
    Field, Labels, Metadata, Object,
    pods::{Container, ContainerKind, Pod},
};
use crate::order;

/// An annotation that silences checks on the object that carries it: their ids, separated by commas.
pub(super) const SILENCE: &str = "celgate.dev/silence";

/// What a user may set. The defaults suit a first look.
#[derive(Clone, Debug)]
pub struct Options {
    /// The target's minor version: `v1.` and this.
    pub version: u64,
    /// Whether the objects are all there is, so that what is missing is missing.
    pub complete: bool,
    /// Ids that shall not speak.
    pub silenced: Vec<String>,
    /// Namespace of objects that name none.
    pub namespace: String,
    /// Registries, or paths in them, that images may come from; none: not asked.
    pub trusted_registries: Vec<String>,
    /// Namespaces that run the cluster itself.
    pub system_namespaces: Vec<String>,
    /// The label of workloads that need isolation from their node's kernel.
    pub sensitive_label: String,
    /// The label of workloads and namespaces that have nodes of their own.
    pub dedicated_label: String,
    /// The label of namespaces that says whose they are.
    pub tenant_label: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: super::pod_security::NEWEST,
            complete: false,
            silenced: Vec::new(),
            namespace: "default".into(),
            trusted_registries: Vec::new(),
            system_namespaces: ["kube-system", "kube-public", "kube-node-lease"]
                .map(ToOwned::to_owned)
                .to_vec(),
            sensitive_label: "celgate.dev/sensitive".into(),
            dedicated_label: "celgate.dev/dedicated".into(),
            tenant_label: "celgate.dev/tenant".into(),
        }
    }
}

/// Everything that checks see.
#[derive(Clone, Copy, Debug)]
pub struct Input<'i> {
    /// The objects to judge.
    pub objects: &'i [Object],
    /// What is in the cluster besides; not judged.
    pub cluster: &'i [Object],
    /// What the user set.
    pub options: &'i Options,
    /// All objects by kind, once somebody has counted them.
    index: Option<&'i Index<'i>>,
}

/// All objects by group and kind, in their order: what checks look up in each other.
#[derive(Debug)]
pub(super) struct Index<'i>(Vec<&'i Object>);

impl<'i> Index<'i> {
    pub(super) fn new(input: &Input<'i>) -> Self {
        let mut objects: Vec<&Object> = input.all().collect();
        order::sort_by(&mut objects, |one, other| key(one).cmp(&key(other)));
        Self(objects)
    }

    fn of_kind(&self, group: &str, kind: &str) -> &[&'i Object] {
        let start = self.0.partition_point(|object| key(object) < (group, kind));
        let end = self.0.partition_point(|object| key(object) <= (group, kind));
        self.0.get(start..end).unwrap_or_default()
    }
}

fn key(object: &Object) -> (&str, &str) {
    (&object.gvk.group, &object.gvk.kind)
}

impl<'i> Input<'i> {
    /// These objects to judge, beside what is in the cluster.
    #[must_use]
    pub const fn new(objects: &'i [Object], cluster: &'i [Object], options: &'i Options) -> Self {
        Self { objects, cluster, options, index: None }
    }

    /// The same, where objects of a kind are at hand.
    pub(super) const fn indexed<'s>(&self, index: &'s Index<'s>) -> Input<'s>
    where
        'i: 's,
    {
        Input { objects: self.objects, cluster: self.cluster, options: self.options, index: Some(index) }
    }

    /// All objects, judged or not.
    pub fn all(&self) -> impl Iterator<Item = &'i Object> + use<'i> {
        self.objects.iter().chain(self.cluster)
    }

    /// All objects of a kind, in any version.
    pub fn of_kind<'k>(
        &self,
        group: &'k str,
        kind: &'k str,
    ) -> impl Iterator<Item = &'i Object> + use<'i, 'k> {
        let known = self.index.map(|index| index.of_kind(group, kind));
        let all = self.all().filter(move |object| known.is_none() && object.gvk.is(group, kind));
        known.unwrap_or_default().iter().copied().chain(all.take(if known.is_none() {
            usize::MAX
        } else {
            0
        }))
    }

    /// Whether there is an object of one of those groups' kinds, or of that kind when one is named.
    #[must_use]
    pub fn has_any(&self, kinds: &[(&str, &str)]) -> bool {
        self.all().any(|object| {
            kinds.iter().any(|(group, kind)| {
                &*object.gvk.group == *group && (kind.is_empty() || &*object.gvk.kind == *kind)
            })
        })
    }

    /// The namespace an object is in, or would be put into.
    #[must_use]
    pub fn namespace_of(&self, object: &'i Object) -> &'i str {
        match &*object.namespace.value {
            "" => &self.options.namespace,
            namespace => namespace,
        }
    }

    /// The subjects: every judged object.
    pub fn subjects(&self) -> impl Iterator<Item = Subject<'i>> + use<'i, '_> {
        (0..self.objects.len()).filter_map(|index| Subject::new(self, index))
    }

    /// Whether a namespace runs the cluster itself.
    #[must_use]
    pub fn is_system(&self, namespace: &str) -> bool {
        self.options.system_namespaces.iter().any(|system| system == namespace)
    }

    /// Whether a result shall not be shown.
    #[must_use]
    pub fn is_silenced(&self, result: &CheckResult) -> bool {
        let object = self.objects.get(result.object);
        let annotation = object.and_then(|object| object.metadata().annotations().get(SILENCE));
        if self.options.silenced.is_empty() && annotation.is_none() {
            return false;
        }
        let level = match result.about.family {
            "pod-security/baseline" => "pss-baseline",
            "pod-security/restricted" => "pss-restricted",
            _ => "",
        };
        let id = result.id();
        let silences = |silenced: &str| {
            silenced == id || silenced == result.about.id || (!level.is_empty() && silenced == level)
        };
        self.options.silenced.iter().any(|silenced| silences(silenced))
            || annotation.is_some_and(|ids| ids.split(',').any(|id| silences(id.trim())))
    }
}

/// One object under judgement, beside all others.
#[derive(Clone, Debug)]
pub struct Subject<'i> {
    /// Everything.
    pub input: Input<'i>,
    /// The object.
    pub object: &'i Object,
    /// Its index in [`Input::objects`].
    pub index: usize,
    /// Its root.
    pub root: Field<'i>,
    /// Its pod, for a workload.
    pub pod: Option<Pod<'i>>,
    /// The pod's containers, once somebody has asked.
    containers: OnceCell<Vec<Container<'i>>>,
}

impl<'i> Subject<'i> {
    /// The object with that index.
    #[must_use]
    pub fn new(input: &Input<'i>, index: usize) -> Option<Self> {
        let object = input.objects.get(index)?;
        let pod = Pod::find(&object.gvk.group, &object.gvk.kind, object.root());
        Some(Self {
            input: *input,
            object,
            index,
            root: Field::root(object.root()),
            pod,
            containers: OnceCell::new(),
        })
    }

    /// Whether it is of that kind, in any version.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.object.gvk.is(group, kind)
    }

    /// `Deployment/web`, or the kind alone.
    #[must_use]
    pub fn named(&self) -> String {
        let kind = &self.object.gvk.kind;
        match self.object.effective_name() {
            name if name.is_empty() => kind.to_string(),
            name => format!("{kind}/{name}"),
        }
    }

    /// The namespace it is in, or would be put into.
    #[must_use]
    pub fn namespace(&self) -> &'i str {
        self.input.namespace_of(self.object)
    }

    /// A field of it.
    #[must_use]
    pub fn at(&self, names: &[&str]) -> Option<Field<'i>> {
        self.root.at(names)
    }

    /// Containers of its pod: init, regular, ephemeral.
    #[must_use]
    pub fn containers(&self) -> &[Container<'i>] {
        self.containers.get_or_init(|| self.pod.as_ref().map(Pod::containers).unwrap_or_default())
    }

    /// Containers that run for the pod's purpose: all but ephemeral ones.
    pub fn lasting(&self) -> impl Iterator<Item = &Container<'i>> {
        self.containers().iter().filter(|container| container.kind != ContainerKind::Ephemeral)
    }

    /// Labels of the pods it makes.
    #[must_use]
    pub fn pod_labels(&self) -> Labels<'i> {
        let template = self.pod.as_ref().and_then(|pod| pod.template.as_ref());
        template.map(|template| Metadata::of(template.node).labels()).unwrap_or_default()
    }

    /// The place of a field below the root, or where it is missing.
    #[must_use]
    pub fn place(&self, names: &[&str]) -> Place {
        Place::below(&self.root, names)
    }

    /// The place of its name.
    #[must_use]
    pub fn name_place(&self) -> Place {
        match self.at(&["metadata", "name"]) {
            Some(name) => Place::value(&name),
            None => Place {
                span: self.root.node.entry("kind").map_or(self.root.span, |entry| entry.span),
                path: "metadata.name".into(),
                missing: true,
            },
        }
    }
}
