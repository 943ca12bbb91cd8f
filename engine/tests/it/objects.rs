//! Identities, kinds and resources, selectors.

use std::rc::Rc;

use celgate::{
    objects::{
        GroupVersionKind, GroupVersionResource, LabelSelector, Metadata, Object, Resources, Scope,
        guess_plural,
    },
    source::{Source, SourceId},
    yaml,
};

fn documents(text: &str) -> Vec<Rc<yaml::Document>> {
    let source = Source { id: SourceId(0), name: "test.yaml".into(), text: text.into() };
    let parsed = yaml::parse(&source);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    parsed.documents.into_iter().map(Rc::new).collect()
}

fn identities(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for document in documents(text) {
        let identified = Object::identify(&document);
        found.extend(identified.objects.iter().map(|object| format!("{} {}", object.gvk, object.name.value)));
        found.extend(identified.errors.iter().map(|error| format!("! {error}")));
    }
    found
}

#[test]
fn documents_are_identified_and_lists_opened() {
    assert_eq!(
        identities("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}"),
        ["apps/v1, Kind=Deployment web"]
    );
    assert_eq!(
        identities(
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {kind: Pod}"
        ),
        ["/v1, Kind=Pod a", r#"! Object 'apiVersion' is missing in '{"kind":"Pod"}'"#]
    );
    // An item without kind takes that of its list.
    assert_eq!(
        identities("apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: a}}]"),
        ["/v1, Kind=ConfigMap a"]
    );
    assert_eq!(
        identities("metadata: {name: a}"),
        [r#"! Object 'Kind' is missing in '{"metadata":{"name":"a"}}'"#]
    );
    assert_eq!(identities("apiVersion: a/b/c\nkind: Pod"), ["! unexpected GroupVersion string: a/b/c"]);
    assert_eq!(identities("[]"), ["! an object must be a map, not a list"]);
}

#[test]
fn kinds_lead_to_resources() {
    let mut resources = Resources::default();
    let plural = |resources: &Resources, group, kind| {
        resources.of_kind(&GroupVersionKind::new(group, "v1", kind)).gvr.resource.to_string()
    };
    assert_eq!(plural(&resources, "", "Endpoints"), "endpoints");
    assert_eq!(plural(&resources, "networking.k8s.io", "Ingress"), "ingresses");
    assert_eq!(plural(&resources, "networking.k8s.io", "NetworkPolicy"), "networkpolicies");
    assert_eq!(plural(&resources, "example.com", "Gadget"), "gadgets");
    assert_eq!(guess_plural("Class"), "classes");
    assert_eq!(resources.of_kind(&GroupVersionKind::new("", "v1", "Node")).scope, Scope::Cluster);
    assert_eq!(resources.named("po").unwrap().gvr.to_string(), "/v1, Resource=pods");

    let crd = documents(
        "spec: {group: example.com, names: {plural: gadgetry, kind: Gadget}, scope: Cluster, \
         versions: [{name: v1, served: true}, {name: v2, served: true}, {name: v0, served: false}]}",
    );
    assert!(resources.add_crd(crd[0].root()));
    assert_eq!(plural(&resources, "example.com", "Gadget"), "gadgetry");
    let v1 = GroupVersionResource::new("example.com", "v1", "gadgetry");
    let equivalents = resources.equivalents(&v1, "");
    assert_eq!(equivalents.len(), 1);
    assert_eq!(equivalents[0].0.to_string(), "example.com/v2, Resource=gadgetry");
}

#[test]
fn events_of_both_groups_are_equivalent() {
    let resources = Resources::default();
    let core = GroupVersionResource::new("", "v1", "events");
    let equivalents = resources.equivalents(&core, "");
    let kinds: Vec<String> = equivalents.iter().map(|(_, kind)| kind.as_ref().unwrap().to_string()).collect();
    assert_eq!(kinds, ["events.k8s.io/v1, Kind=Event"]);
}

#[test]
fn selectors_match_labels() {
    let selects = |selector: &str, labels: &str| {
        let selector = documents(&format!("selector: {selector}"));
        let object = documents(&format!("metadata: {{labels: {labels}}}"));
        let selector = LabelSelector::read(selector[0].root().get("selector").unwrap());
        selector.check().map(|()| selector.matches(Metadata::of(object[0].root()).labels()))
    };
    assert_eq!(selects("{}", "{}"), Ok(true));
    assert_eq!(selects("{matchLabels: {a: x}}", "{a: x, b: y}"), Ok(true));
    assert_eq!(selects("{matchLabels: {a: x}}", "{a: y}"), Ok(false));
    let not_in = "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}";
    assert_eq!(selects(not_in, "{}"), Ok(true));
    assert_eq!(selects(not_in, "{a: x}"), Ok(false));
    assert_eq!(selects("{matchExpressions: [{key: a, operator: Exists}]}", "{a: ''}"), Ok(true));
    assert_eq!(selects("{matchExpressions: [{key: a, operator: DoesNotExist}]}", "{a: x}"), Ok(false));
    assert_eq!(
        selects("{matchExpressions: [{key: a, operator: Gt, values: ['1']}]}", "{a: '2'}"),
        Err("\"Gt\" is not a valid label selector operator".into())
    );
}
