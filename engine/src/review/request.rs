//! The request that an object makes, or that is made of it.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::{Scenario, patch, read::Reading};
use crate::admission::{Attributes, Operation, UserInfo};
use crate::objects::{GroupVersionKind, Knowledge, Maker, Object, Resource, Scope};
use crate::order;
use crate::schema::defaults::{Defaults, Problem, Seen};
use crate::source::{Source, SourceId, Span};
use crate::yaml::{self, Document, FieldPath, NodeId, NodeRef, NodeValue};

/// The page's default user, as kubeadm makes it.
const DEFAULT_USER: &str = "kubernetes-admin";
/// Its groups, with what the server adds.
const DEFAULT_GROUPS: &[&str] = &["kubeadm:cluster-admins", "system:authenticated"];
/// As large as a made document may become.
const LIMIT: usize = 200_000;

/// The request for one object of a scenario, and what of it was written: sent, or stored in the cluster.
///
/// # Errors
/// When the server refuses the object before admission: it cannot be decoded, or has fields its kind does not have
/// (kubectl asks for strict validation).
pub(super) fn attributes(
    object: &Object,
    scenario: &Scenario,
    reading: &Reading,
    defaults: &Defaults,
) -> Result<(Attributes, Object), Seen> {
    let refused = |problem: Problem| Seen {
        document: (*object.document).clone(),
        refused: Some(problem),
        unknown: Vec::new(),
    };
    let asked = &scenario.request;
    let made = Asked::of(object, scenario, reading).map_err(refused)?;
    let custom = made.resource.knowledge != Knowledge::BuiltIn;
    let (new, old) = made.objects(custom);
    let placed = match made.resource.scope {
        Scope::Namespaced if made.operation != Operation::Connect => &*made.namespace,
        _ => "",
    };
    let written = new.as_ref().or(old.as_ref()).unwrap_or(object).clone();
    let sent = scenario.as_written.then(|| (new.clone(), old.clone()));
    let stored = Attributes::stored(defaults, made.operation, &made.subresource, placed, new, old);
    let mut stored = stored.map_err(refused)?;
    if !stored.unknown.is_empty() {
        // kubectl sends keys sorted, and in that order the server names what it does not know.
        order::sort_by(&mut stored.unknown, |a, b| a.path.cmp(&b.path));
        return Err(Seen { document: (*object.document).clone(), refused: None, unknown: stored.unknown });
    }
    let options = made.options(stored.old_object.as_ref(), &asked.options).map_err(refused)?;
    let typed = defaults.types().of_kind(&made.kind).is_some() || !custom;
    let (new, old) = sent.unwrap_or((stored.object, stored.old_object));
    let attributes = Attributes {
        operation: made.operation,
        resource: made.resource.gvr.clone(),
        subresource: Rc::clone(&made.subresource),
        name: Rc::clone(&made.name),
        namespace: Rc::clone(&made.namespace),
        object: new,
        old_object: old,
        options,
        dry_run: asked.dry_run,
        user: user(scenario),
        typed,
        kind: made.kind,
    };
    Ok((attributes, written))
}

/// What is asked, before the server has completed it.
struct Asked<'a> {
    document: &'a Object,
    /// The object in the cluster that it is about.
    stored: Option<&'a Object>,
    /// Whether the document is what the subresource takes, and not the object.
    is_body: bool,
    operation: Operation,
    patches: bool,
    resource: Resource,
    subresource: Rc<str>,
    /// The kind of what is sent.
    kind: GroupVersionKind,
    name: Rc<str>,
    namespace: Rc<str>,
    dry_run: bool,
    body: Option<Rc<Document>>,
}

impl<'a> Asked<'a> {
    fn of(object: &'a Object, scenario: &Scenario, reading: &'a Reading) -> Result<Self, Problem> {
        let asked = &scenario.request;
        let resources = reading.cluster.resources();
        let name: Rc<str> = match object.effective_name() {
            name if name.is_empty() => Rc::from(asked.name.as_str()),
            name => Rc::from(name),
        };
        // A document of a kind that only a subresource takes.
        let taker = resources.taker(&object.gvk);
        let scaled = || {
            let scales = |known: &&Object| {
                known.name.value == name
                    && resources
                        .subresource_kind(&resources.of_kind(&known.gvk).gvr, "scale")
                        .is_some_and(|kind| kind == object.gvk)
            };
            reading.cluster.objects().iter().find(scales).map(|known| resources.of_kind(&known.gvk))
        };
        let (resource, subresource) = match &taker {
            Some((_, "scale")) if scaled().is_some() => (scaled(), Rc::from("scale")),
            Some((parent, subresource)) => (resources.of_resource(parent), Rc::from(*subresource)),
            None => (None, Rc::from(asked.subresource.as_str())),
        };
        let is_body = resource.is_some();
        let resource = resource.unwrap_or_else(|| resources.of_kind(&object.gvk));
        let kind = match &*subresource {
            _ if is_body => object.gvk.clone(),
            "" => object.gvk.clone(),
            "scale" => GroupVersionKind::new("autoscaling", "v1", "Scale"),
            other => resources.subresource_kind(&resource.gvr, other).unwrap_or_else(|| object.gvk.clone()),
        };
        let namespace: Rc<str> = match resource.scope {
            Scope::Cluster if resource.gvk.is("", "Namespace") => Rc::clone(&name),
            Scope::Cluster => Rc::from(""),
            Scope::Namespaced if !object.namespace.value.is_empty() => Rc::clone(&object.namespace.value),
            Scope::Namespaced if asked.namespace.is_empty() => Rc::from("default"),
            Scope::Namespaced => Rc::from(asked.namespace.as_str()),
        };
        let stored = reading.stored.iter().find(|stored| {
            stored.gvk.same_group_kind(&resource.gvk)
                && stored.name.value == name
                && (resource.scope == Scope::Cluster
                    || in_namespace(stored, asked.namespace.as_str()) == namespace)
        });
        let patches = asked.operation == "PATCH";
        // Some subresources can be asked in one way only.
        let operation = match &*subresource {
            "exec" | "attach" | "portforward" | "proxy" => Operation::Connect,
            "eviction" | "binding" | "token" => Operation::Create,
            "" if patches => Operation::Update,
            "" => Operation::parse(&asked.operation).unwrap_or(match stored {
                Some(_) => Operation::Update,
                None => Operation::Create,
            }),
            _ => Operation::Update,
        };
        let body = written(&asked.body)?;
        Ok(Self {
            document: object,
            stored,
            is_body,
            operation,
            patches,
            resource,
            subresource,
            kind,
            name,
            namespace,
            dry_run: asked.dry_run,
            body,
        })
    }

    /// The new and the old object as sent, and as stored.
    fn objects(&self, custom: bool) -> (Option<Object>, Option<Object>) {
        let document = self.document;
        let before = self.stored.unwrap_or(document);
        match (self.operation, &*self.subresource) {
            (Operation::Create, "") => (Some(document.clone()), None),
            (Operation::Create | Operation::Connect, _) if self.is_body => (Some(self.laid(document)), None),
            (Operation::Create | Operation::Connect, _) => (Some(self.made()), None),
            (Operation::Delete, _) => (None, Some(before.clone())),
            (Operation::Update, "scale") if self.is_body => {
                let old = self.stored.map_or_else(|| document.clone(), |stored| self.scale(stored));
                (Some(self.laid(document)), Some(old))
            }
            (Operation::Update, "scale") => {
                (Some(self.laid(&self.scale(document))), Some(self.scale(before)))
            }
            (Operation::Update, "status") => {
                (Some(with_status(before, document.root().get("status"))), Some(before.clone()))
            }
            (Operation::Update, _) if self.patches => {
                (Some(patch::patched(before, document.root(), !custom)), Some(before.clone()))
            }
            (Operation::Update, _) => (Some(document.clone()), Some(before.clone())),
        }
    }

    /// The document with the request's body laid over it.
    fn laid(&self, object: &Object) -> Object {
        match &self.body {
            Some(body) => patch::patched(object, body.root(), false),
            None => object.clone(),
        }
    }

    /// What is sent to a subresource that takes a kind of its own, as kubectl makes it.
    fn made(&self) -> Object {
        let mut maker = Maker::new(self.document.span().before());
        let mut fields = alloc::vec![
            ("apiVersion", maker.string(&self.kind.api_version())),
            ("kind", maker.string(&self.kind.kind))
        ];
        if self.operation != Operation::Connect {
            fields.push(("metadata", self.metadata(&mut maker)));
        }
        let yes = maker.node(NodeValue::Bool(true));
        match &*self.subresource {
            "exec" | "attach" => {
                fields.extend([("stdin", yes), ("stdout", yes), ("tty", yes)]);
                let first =
                    self.document.root().path(&["spec", "containers"]).and_then(|all| all.items().next());
                if let Some(name) = first.and_then(|first| first.get("name")).and_then(NodeRef::as_str) {
                    fields.push(("container", maker.string(name)));
                }
                if &*self.subresource == "exec" {
                    let shell = maker.string("sh");
                    fields.push(("command", maker.list([shell])));
                }
            }
            "binding" => {
                let parts = [("kind", maker.string("Node")), ("name", maker.string("node-1"))];
                fields.push(("target", maker.map(parts)));
            }
            _ => {}
        }
        let root = maker.map(fields);
        self.laid(&object_of(maker, root, self.document))
    }

    fn metadata(&self, maker: &mut Maker) -> NodeId {
        let mut fields = alloc::vec![("name", maker.string(&self.name))];
        if !self.namespace.is_empty() {
            fields.push(("namespace", maker.string(&self.namespace)));
        }
        maker.map(fields)
    }

    /// The Scale of an object.
    fn scale(&self, object: &Object) -> Object {
        let mut maker = Maker::new(object.span().before());
        let root = object.root();
        let count = |maker: &mut Maker, path: &[&str], absent: i64| {
            let found = root.path(path).and_then(|node| match node.value() {
                NodeValue::Int(count) => Some(*count),
                _ => None,
            });
            maker.node(NodeValue::Int(found.unwrap_or(absent)))
        };
        let metadata = self.metadata(&mut maker);
        for key in ["uid", "resourceVersion", "creationTimestamp"] {
            if let Some(node) = root.path(&["metadata", key]).filter(|node| !node.is_null()) {
                let copy = maker.copy(node, LIMIT);
                maker.set(metadata, key, copy);
            }
        }
        let spec = [("replicas", count(&mut maker, &["spec", "replicas"], 1))];
        let spec = maker.map(spec);
        let mut status = alloc::vec![("replicas", count(&mut maker, &["status", "replicas"], 0))];
        let labels = root.path(&["spec", "selector", "matchLabels"]).map_or(&[][..], NodeRef::entries);
        let mut selector: Vec<String> = Vec::new();
        for entry in labels {
            let value = root.document().at(entry.value).as_str().unwrap_or("");
            selector.push(alloc::format!("{}={value}", entry.key));
        }
        if !selector.is_empty() {
            order::sort_by(&mut selector, Ord::cmp);
            status.push(("selector", maker.string(&selector.join(","))));
        }
        let status = maker.map(status);
        let fields = [
            ("apiVersion", maker.string("autoscaling/v1")),
            ("kind", maker.string("Scale")),
            ("metadata", metadata),
            ("spec", spec),
            ("status", status),
        ];
        let root = maker.map(fields);
        object_of(maker, root, object)
    }

    /// The options of the request (kubernetes-vap.md 3.3): kubectl 1.37's, and what the scenario lays over them.
    fn options(&self, old: Option<&Object>, more: &str) -> Result<Option<Rc<Document>>, Problem> {
        let kind = match self.operation {
            Operation::Create => "CreateOptions",
            Operation::Update => "UpdateOptions",
            Operation::Delete => "DeleteOptions",
            Operation::Connect => return Ok(None),
        };
        let mut maker = Maker::default();
        let mut fields: Vec<(&str, _)> =
            alloc::vec![("kind", maker.string(kind)), ("apiVersion", maker.string("meta.k8s.io/v1"))];
        if self.dry_run {
            let all = maker.string("All");
            fields.push(("dryRun", maker.list([all])));
        }
        if self.operation == Operation::Delete {
            fields.push(("propagationPolicy", maker.string("Background")));
            let metadata = |key: &str| old.and_then(|old| old.root().path(&["metadata", key]));
            match (&*self.resource.gvk.group, &*self.resource.gvk.kind) {
                // The server fills these in.
                ("", "Pod") => {
                    let grace =
                        old.and_then(|old| old.root().path(&["spec", "terminationGracePeriodSeconds"]));
                    let grace = grace.map_or(NodeValue::Int(30), |node| node.value().clone());
                    fields.push(("gracePeriodSeconds", maker.node(grace)));
                }
                ("", "Namespace") => {
                    if let Some(uid) = metadata("uid").and_then(NodeRef::as_str) {
                        let uid = maker.string(uid);
                        fields.push(("preconditions", maker.map([("uid", uid)])));
                    }
                }
                _ => {}
            }
        } else if self.subresource.is_empty() {
            let manager = if self.patches { "kubectl-patch" } else { "kubectl-client-side-apply" };
            fields.push(("fieldManager", maker.string(manager)));
            if !self.patches {
                fields.push(("fieldValidation", maker.string("Strict")));
            }
        }
        let root = maker.map(fields);
        if let Some(more) = written(more)? {
            patch::lay(&mut maker, root, more.root(), false);
        }
        Ok(Some(maker.finish(root)))
    }
}

/// A document that the scenario writes out: none when it is empty.
fn written(text: &str) -> Result<Option<Rc<Document>>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let source = Source { id: SourceId(u32::MAX), name: String::new(), text: text.into() };
    let parsed = yaml::parse(&source);
    if let Some(error) = parsed.errors.first() {
        let message = alloc::format!("the request's own YAML: {error}");
        return Err(Problem { message, path: FieldPath::default(), span: Span::default() });
    }
    Ok(parsed.documents.into_iter().next().map(Rc::new))
}

fn object_of(maker: Maker, root: NodeId, fallback: &Object) -> Object {
    let document = maker.finish(root);
    Object::at(&document, root).unwrap_or_else(|_| fallback.clone())
}

/// The object with another status.
fn with_status(object: &Object, status: Option<NodeRef<'_>>) -> Object {
    let mut maker = Maker::of(&object.document, object.root);
    let root = maker.detach(object.root);
    match status.filter(|node| !node.is_null()) {
        Some(status) => {
            let limit = maker.document().len().saturating_add(LIMIT);
            let copy = maker.copy(status, limit);
            maker.set(root, "status", copy);
        }
        None => maker.remove(root, "status"),
    }
    object_of(maker, root, object)
}

fn in_namespace(object: &Object, default: &str) -> Rc<str> {
    match (&*object.namespace.value, default) {
        ("", "") => Rc::from("default"),
        ("", default) => Rc::from(default),
        _ => Rc::clone(&object.namespace.value),
    }
}

fn user(scenario: &Scenario) -> UserInfo {
    match &scenario.request.user {
        Some(user) => UserInfo {
            username: user.username.clone(),
            uid: user.uid.clone(),
            groups: user.groups.clone(),
            extra: user.extra.clone(),
        },
        None => UserInfo {
            username: String::from(DEFAULT_USER),
            groups: DEFAULT_GROUPS.iter().map(|group| String::from(*group)).collect(),
            ..UserInfo::default()
        },
    }
}
