//! What is in the cluster already: namespaces, params, roles, old versions of objects, and the kinds its CRDs declare.

use alloc::{string::String, vec::Vec};

use super::{GroupVersionKind, Maker, Object, Resources, Scope};

/// The objects of a cluster. The order of [`objects`](Self::objects) is the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    objects: Vec<Object>,
    resources: Resources,
}

impl Cluster {
    /// An empty cluster that serves those resources.
    #[must_use]
    pub const fn new(resources: Resources) -> Self {
        Self { objects: Vec::new(), resources }
    }

    /// Adds an object, which replaces one of the same kind, namespace and name (in whatever version). A
    /// CustomResourceDefinition makes its kinds known as well; a Namespace is labelled with its own name, and active, as
    /// every server has it.
    pub fn add(&mut self, object: Object) {
        let object = if object.gvk.is("", "Namespace") { completed(object) } else { object };
        if object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
            self.resources.add_crd(object.root());
        }
        let namespace = self.namespace_of(&object);
        let same = self.objects.iter().position(|known| {
            known.gvk.same_group_kind(&object.gvk)
                && known.name.value == object.name.value
                && self.namespace_of(known) == namespace
        });
        match same.and_then(|at| self.objects.get_mut(at)) {
            Some(known) => *known = object,
            None => self.objects.push(object),
        }
    }

    /// The kinds and resources it knows.
    #[must_use]
    pub const fn resources(&self) -> &Resources {
        &self.resources
    }

    /// The same, to add to.
    pub const fn resources_mut(&mut self) -> &mut Resources {
        &mut self.resources
    }

    /// Everything in it.
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The Namespace of that name.
    #[must_use]
    pub fn namespace(&self, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.gvk.is("", "Namespace") && &*object.name.value == name)
    }

    /// Adds the Namespace `name` as a server would have it, when it is not there yet: with these labels and its own name
    /// as one, active. Says whether it had to.
    pub fn assume_namespace(&mut self, name: &str, labels: &[(&str, &str)]) -> bool {
        if name.is_empty() || self.namespace(name).is_some() {
            return false;
        }
        let mut maker = Maker::default();
        let finalizer = maker.string("kubernetes");
        let finalizers = maker.list([finalizer]);
        let fields = [
            ("apiVersion", maker.string("v1")),
            ("kind", maker.string("Namespace")),
            ("metadata", {
                let name = maker.string(name);
                let labels =
                    labels.iter().map(|(key, value)| (*key, maker.string(value))).collect::<Vec<_>>();
                let labels = maker.map(labels);
                maker.map([("name", name), ("labels", labels)])
            }),
            ("spec", maker.map([("finalizers", finalizers)])),
        ];
        let root = maker.map(fields);
        let document = maker.finish(root);
        match Object::at(&document, root) {
            Ok(object) => self.objects.push(completed(object)),
            Err(_) => return false,
        }
        true
    }

    /// An object by group and kind (in whatever version), namespace (empty for cluster-scoped kinds) and name.
    #[must_use]
    pub fn get(&self, gvk: &GroupVersionKind, namespace: &str, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| {
            object.gvk.same_group_kind(gvk)
                && &*object.name.value == name
                && self.namespace_of(object) == namespace
        })
    }

    /// All objects of a group and kind, in whatever version; those of one namespace, or of all.
    pub fn list<'c>(
        &'c self,
        gvk: &'c GroupVersionKind,
        namespace: Option<&'c str>,
    ) -> impl Iterator<Item = &'c Object> {
        self.objects.iter().filter(move |object| {
            object.gvk.same_group_kind(gvk)
                && namespace.is_none_or(|namespace| self.namespace_of(object) == namespace)
        })
    }

    /// The namespace an object is in: the one it names, `default` for a namespaced kind that names none, empty for a
    /// cluster-scoped kind.
    #[must_use]
    pub fn namespace_of(&self, object: &Object) -> String {
        match self.resources.of_kind(&object.gvk).scope {
            Scope::Cluster => String::new(),
            Scope::Namespaced if object.namespace.value.is_empty() => "default".into(),
            Scope::Namespaced => (*object.namespace.value).into(),
        }
    }
}

/// A Namespace with the label and the phase that defaulting gives every one.
fn completed(namespace: Object) -> Object {
    let mut maker = Maker::of(&namespace.document, namespace.root);
    let root = maker.detach(namespace.root);
    let metadata = maker.own(root, "metadata");
    let labels = maker.own(metadata, "labels");
    let name = maker.string(&namespace.name.value);
    maker.set(labels, "kubernetes.io/metadata.name", name);
    let status = maker.own(root, "status");
    if maker.get(status, "phase").is_none() {
        let phase = maker.string("Active");
        maker.set(status, "phase", phase);
    }
    let document = maker.finish(root);
    Object::at(&document, root).unwrap_or(namespace)
}
