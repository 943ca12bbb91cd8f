//! Gatekeeper's templates that hold CEL, as the ValidatingAdmissionPolicies that Gatekeeper makes of them.
//!
//! A ConstraintTemplate with a `K8sNativeValidation` block becomes a policy whose params are its constraints, and a
//! constraint a binding. Expressions keep their places in the template. Kinds and namespaces of a constraint are asked in
//! match conditions, its selectors go into the binding; Rego is explained by a check, and not run.

use alloc::{format, rc::Rc, vec::Vec};

use super::read::Reading;
use crate::admission::{Binding, Policy};
use crate::objects::{Maker, Object};
use crate::yaml::{NodeId, NodeRef};

const CONSTRAINTS: &str = "constraints.gatekeeper.sh";

const MATCH: [(&str, &str); 3] = [
    (
        "gatekeeper-kinds",
        "!has(params.spec) || !has(params.spec.match) || !has(params.spec.match.kinds) || params.spec.match.kinds.exists(k, \
         (!has(k.kinds) || k.kinds.exists(n, n == '*' || n == request.kind.kind)) \
         && (!has(k.apiGroups) || k.apiGroups.exists(g, g == '*' || g == request.kind.group)))",
    ),
    (
        "gatekeeper-namespaces",
        "!has(params.spec) || !has(params.spec.match) || !has(params.spec.match.namespaces) || !has(request.namespace) \
         || params.spec.match.namespaces.exists(n, n == request.namespace \
         || n.endsWith('*') && request.namespace.startsWith(n.substring(0, n.size() - 1)) \
         || n.startsWith('*') && request.namespace.endsWith(n.substring(1)))",
    ),
    (
        "gatekeeper-excluded-namespaces",
        "!has(params.spec) || !has(params.spec.match) || !has(params.spec.match.excludedNamespaces) \
         || !has(request.namespace) || !params.spec.match.excludedNamespaces.exists(n, n == request.namespace \
         || n.endsWith('*') && request.namespace.startsWith(n.substring(0, n.size() - 1)) \
         || n.startsWith('*') && request.namespace.endsWith(n.substring(1)))",
    ),
];

const VARIABLES: [(&str, &str); 2] = [
    ("params", "!has(params.spec) || !has(params.spec.parameters) ? null : params.spec.parameters"),
    (
        "anyObject",
        "has(request.operation) && request.operation == 'DELETE' && object == null ? oldObject : object",
    ),
];

/// Adds a policy for every template that holds CEL, and a binding for every constraint of it.
pub(super) fn expand(reading: &mut Reading) {
    let objects = reading.cluster.objects();
    let (mut made, mut policies, mut bindings) = (Vec::new(), Vec::new(), Vec::new());
    for template in
        objects.iter().filter(|object| object.gvk.is("templates.gatekeeper.sh", "ConstraintTemplate"))
    {
        let root = template.root();
        let kind = root.path(&["spec", "crd", "spec", "names", "kind"]).and_then(NodeRef::as_str);
        let Some((kind, source)) = kind.zip(source(root)) else { continue };
        let constraints: Vec<&Object> =
            objects.iter().filter(|object| object.gvk.is(CONSTRAINTS, kind)).collect();
        // Without a constraint a template judges nothing.
        let Some(policy) = policy(template, kind, source).filter(|_| !constraints.is_empty()) else {
            continue;
        };
        made.extend(definition(template, kind));
        bindings.extend(constraints.iter().filter_map(|constraint| binding(constraint, &policy.name.value)));
        policies.push(policy);
    }
    made.into_iter().for_each(|definition| reading.cluster.add(definition));
    reading.policies.extend(policies.iter().map(Policy::decode));
    reading.bindings.extend(bindings.iter().map(Binding::decode));
}

/// The CEL of a template.
fn source(root: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let codes = root.path(&["spec", "targets"])?.items().filter_map(|target| target.get("code"));
    let mut codes = codes.flat_map(NodeRef::items);
    codes
        .find(|code| code.get("engine").and_then(NodeRef::as_str) == Some("K8sNativeValidation"))?
        .get("source")
}

fn policy(template: &Object, kind: &str, source: NodeRef<'_>) -> Option<Object> {
    let mut maker = Maker::of(&template.document, template.root);
    let mut with = |made: &[(&str, &str)], list: &str| -> NodeId {
        let mut items: Vec<NodeId> = Vec::new();
        for (name, expression) in made {
            let entries = [("name", maker.string(name)), ("expression", maker.string(expression))];
            items.push(maker.map(entries));
        }
        items.extend(source.get(list).into_iter().flat_map(NodeRef::items).map(NodeRef::id));
        maker.list(items)
    };
    let (conditions, variables) = (with(&MATCH, "matchConditions"), with(&VARIABLES, "variables"));
    let strings = |maker: &mut Maker, words: &[&str]| {
        let words: Vec<NodeId> = words.iter().map(|word| maker.string(word)).collect();
        maker.list(words)
    };
    let everything = [
        ("apiGroups", strings(&mut maker, &["*"])),
        ("apiVersions", strings(&mut maker, &["*"])),
        ("operations", strings(&mut maker, &["CREATE", "UPDATE"])),
        ("resources", strings(&mut maker, &["*"])),
    ];
    let rule = maker.map(everything);
    let rules = maker.list([rule]);
    let version = format!("{CONSTRAINTS}/v1beta1");
    let param_kind = [("apiVersion", maker.string(&version)), ("kind", maker.string(kind))];
    let mut spec = alloc::vec![
        ("paramKind", maker.map(param_kind)),
        ("matchConstraints", maker.map([("resourceRules", rules)])),
        ("matchConditions", conditions),
        ("variables", variables),
        ("validations", source.get("validations")?.id()),
    ];
    spec.extend(source.get("failurePolicy").map(|policy| ("failurePolicy", policy.id())));
    let spec = maker.map(spec);
    object(maker, "ValidatingAdmissionPolicy", &format!("gatekeeper-{}", template.name.value), spec)
}

fn binding(constraint: &Object, policy: &str) -> Option<Object> {
    let mut maker = Maker::of(&constraint.document, constraint.root);
    let spec = constraint.root().get("spec");
    let action = match spec.and_then(|spec| spec.get("enforcementAction")).and_then(NodeRef::as_str) {
        Some("warn") => "Warn",
        Some("dryrun") => "Audit",
        _ => "Deny",
    };
    let action = maker.string(action);
    let param =
        [("name", maker.string(&constraint.name.value)), ("parameterNotFoundAction", maker.string("Allow"))];
    let mut entries = alloc::vec![
        ("policyName", maker.string(policy)),
        ("paramRef", maker.map(param)),
        ("validationActions", maker.list([action])),
    ];
    let wanted = spec.and_then(|spec| spec.get("match"));
    let selectors: Vec<(&str, NodeId)> =
        [("labelSelector", "objectSelector"), ("namespaceSelector", "namespaceSelector")]
            .iter()
            .filter_map(|(from, to)| Some((*to, wanted?.get(from)?.id())))
            .collect();
    if !selectors.is_empty() {
        entries.push(("matchResources", maker.map(selectors)));
    }
    let spec = maker.map(entries);
    let name = format!("gatekeeper-{}", constraint.name.value);
    object(maker, "ValidatingAdmissionPolicyBinding", &name, spec)
}

/// What makes the constraints' kind known to the cluster.
fn definition(template: &Object, kind: &str) -> Option<Object> {
    let mut maker = Maker::of(&template.document, template.root);
    let plural = kind.to_ascii_lowercase();
    let names = [("kind", maker.string(kind)), ("plural", maker.string(&plural))];
    let version = [("name", maker.string("v1beta1"))];
    let version = maker.map(version);
    let spec = [
        ("group", maker.string(CONSTRAINTS)),
        ("scope", maker.string("Cluster")),
        ("names", maker.map(names)),
        ("versions", maker.list([version])),
    ];
    let spec = maker.map(spec);
    let root = [
        ("apiVersion", maker.string("apiextensions.k8s.io/v1")),
        ("kind", maker.string("CustomResourceDefinition")),
        ("metadata", {
            let name = maker.string(&format!("{plural}.{CONSTRAINTS}"));
            maker.map([("name", name)])
        }),
        ("spec", spec),
    ];
    finish(maker, &root)
}

fn object(mut maker: Maker, kind: &str, name: &str, spec: NodeId) -> Option<Object> {
    let name = maker.string(name);
    let root = [
        ("apiVersion", maker.string("admissionregistration.k8s.io/v1")),
        ("kind", maker.string(kind)),
        ("metadata", maker.map([("name", name)])),
        ("spec", spec),
    ];
    finish(maker, &root)
}

fn finish(mut maker: Maker, entries: &[(&str, NodeId)]) -> Option<Object> {
    let root = maker.map(entries.iter().copied());
    let document: Rc<_> = maker.finish(root);
    Object::at(&document, root).ok()
}
