//! The object as admission sees it. The whole of it is held to Kubernetes' answers by `conformance check defaults`;
//! here are the parts that those do not reach: places, custom resources, updates, hostile objects.

use std::rc::Rc;

use celgate::{
    objects::GroupVersionKind,
    schema::defaults::{Defaults, Operation, Seen},
    source::{Source, SourceId},
    yaml::{self, Document, FieldPath, print},
};
use serde_json::{Value, json};

fn document(text: &str) -> Rc<Document> {
    let source = Source { id: SourceId(0), name: "test.yaml".into(), text: text.into() };
    let parsed = yaml::parse(&source);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    Rc::new(parsed.documents.into_iter().next().expect("a document"))
}

fn kind(document: &Document) -> GroupVersionKind {
    let text = |key| document.root().get(key).and_then(|node| node.as_str()).unwrap_or_default();
    let (group, version) = text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
    GroupVersionKind::new(group, version, text("kind"))
}

fn admit(defaults: &Defaults, text: &str, operation: Operation, old: Option<&Seen>) -> Seen {
    let document = document(text);
    defaults.admit(document.root(), &kind(&document), operation, old.map(|old| &old.document))
}

fn shown(seen: &Seen, path: &str) -> Value {
    let found = FieldPath::parse(path).find(&seen.document);
    if found.missing > 0 {
        return json!("absent");
    }
    serde_json::from_str(&print::json(found.node)).expect("JSON")
}

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {generateName: web-}
spec:
  containers:
  - name: app
    image: nginx
    resources: {limits: {cpu: 1000m}}
";

#[test]
fn written_values_keep_their_places() {
    let seen = admit(&Defaults::built_in(), POD, Operation::Create, None);
    let at = |path: &str| {
        let found = FieldPath::parse(path).find(&seen.document);
        assert_eq!(found.missing, 0, "{path}");
        let origin = found.node.node().origin;
        (origin.is_written(), &POD[origin.span().start as usize..origin.span().end as usize])
    };
    assert_eq!(at("spec.containers[0].image"), (true, "nginx"));
    // Rewritten, but still what the user wrote.
    assert_eq!(at("spec.containers[0].resources.limits.cpu"), (true, "1000m"));
    assert_eq!(shown(&seen, "spec.containers[0].resources.limits.cpu"), json!("1"));
    assert_eq!(at("spec.containers[0].resources.requests.cpu"), (false, ""));
    assert_eq!(at("spec.dnsPolicy"), (false, ""));
    assert_eq!(shown(&seen, "metadata.name"), json!("web-abcde"));
    assert_eq!(shown(&seen, "status"), json!({"phase": "Pending", "qosClass": "Burstable"}));
}

#[test]
fn what_cannot_be_decoded_is_refused_with_its_place() {
    let cases = [
        (
            "spec: {containers: [{name: 1}]}",
            "json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string",
            "1",
        ),
        (
            "spec: {containers: {}}",
            "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
            "{}",
        ),
        (
            "spec: {terminationGracePeriodSeconds: 1.5}",
            "json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64",
            "1.5",
        ),
        (
            "metadata: {labels: {a: yes}}",
            "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
            "yes",
        ),
        (
            "metadata: {creationTimestamp: soon}",
            "parsing time \"soon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"soon\" as \"2006\"",
            "soon",
        ),
        (
            "spec: {overhead: {cpu: 1x}}",
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            "1x",
        ),
    ];
    for (field, message, place) in cases {
        let text = format!("apiVersion: v1\nkind: Pod\n{field}\n");
        let problem = admit(&Defaults::built_in(), &text, Operation::Read, None).refused.expect(field);
        assert_eq!(problem.message, message, "{field}");
        assert_eq!(&text[problem.span.start as usize..problem.span.end as usize], place, "{field}");
    }
}

#[test]
fn unknown_fields_are_dropped_and_reported() {
    let text = format!("{POD}    imagePullpolicy: Always\n  hostNetwrk: true\n");
    let seen = admit(&Defaults::built_in(), &text, Operation::Create, None);
    let pod = GroupVersionKind::new("", "v1", "Pod");
    assert_eq!(
        seen.strict_message(&pod).as_deref(),
        Some(
            "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \
             \"spec.containers[0].imagePullpolicy\", unknown field \"spec.hostNetwrk\""
        )
    );
    assert_eq!(shown(&seen, "spec.hostNetwrk"), json!("absent"));
    let places: Vec<_> = seen
        .unknown
        .iter()
        .map(|problem| &text[problem.span.start as usize..problem.span.end as usize])
        .collect();
    assert_eq!(places, ["imagePullpolicy", "hostNetwrk"]);
}

#[test]
fn updates_raise_the_generation_when_the_spec_changes() {
    let defaults = Defaults::built_in();
    let deployment = |replicas: &str, annotation: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, annotations: {{a: {annotation}}}}}\nspec: {{replicas: {replicas}}}\nstatus: {{replicas: 7}}\n"
        )
    };
    let old = admit(&defaults, &deployment("1", "x"), Operation::Create, None);
    for (replicas, annotation, generation) in [("1", "x", 1), ("null", "x", 1), ("2", "x", 2), ("1", "z", 2)]
    {
        let new = admit(&defaults, &deployment(replicas, annotation), Operation::Update, Some(&old));
        assert_eq!(shown(&new, "metadata.generation"), json!(generation), "{replicas} {annotation}");
        assert_eq!(shown(&new, "metadata.uid"), json!("00000000-0000-4000-8000-000000000000"));
        assert_eq!(shown(&new, "status"), json!({}));
    }
}

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, default: 3}
              mode: {type: string, nullable: true, default: fast}
              note: {type: string}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: object, properties: {b: {type: string}}}}}
              parts:
                type: array
                items: {type: object, properties: {name: {type: string}, weight: {type: integer, default: 1}}}
              limits: {type: object, additionalProperties: {type: integer}}
              nested: {type: object, default: {}, properties: {deep: {type: string, default: x}}}
";

#[test]
fn custom_resources_are_pruned_and_defaulted() {
    let mut defaults = Defaults::built_in();
    let crd = document(CRD);
    defaults.add_crd(&crd, crd.root_id());
    let text = "apiVersion: example.com/v1
kind: Widget
metadata: {name: w, annotations: {}, labels: {a: b}, bogus: 1}
status: {ready: true}
spec:
  mode: null
  note: null
  extra: 1
  free: {x: 1, a: {b: c, d: e}}
  parts: [{name: p, junk: 1}]
  limits: {cpu: 1}
";
    let seen = admit(&defaults, text, Operation::Create, None);
    assert_eq!(
        shown(&seen, "spec"),
        json!({"mode": null, "free": {"x": 1, "a": {"b": "c"}}, "parts": [{"name": "p", "weight": 1}],
               "limits": {"cpu": 1}, "size": 3, "nested": {"deep": "x"}})
    );
    assert_eq!(shown(&seen, "status"), json!("absent"));
    assert_eq!(
        shown(&seen, "metadata"),
        json!({"name": "w", "labels": {"a": "b"}, "uid": "00000000-0000-4000-8000-000000000000",
               "creationTimestamp": "2026-01-02T03:04:05Z", "generation": 1})
    );
    let unknown: Vec<&str> = seen.unknown.iter().map(|problem| &*problem.message).collect();
    assert_eq!(
        unknown,
        [
            "unknown field \"metadata.bogus\"",
            "unknown field \"spec.extra\"",
            "unknown field \"spec.free.a.d\"",
            "unknown field \"spec.parts[0].junk\"",
            "unknown field \"status\""
        ]
    );
    // Without a definition nothing is known but that it is a resource.
    let unknown = admit(&Defaults::built_in(), text, Operation::Create, None);
    assert_eq!(shown(&unknown, "spec.extra"), json!(1));
    let refused =
        admit(&defaults, "apiVersion: a/v1\nkind: X\nmetadata: {labels: {a: 1}}\n", Operation::Read, None);
    assert!(refused.refused.is_some());
}

#[test]
fn hostile_objects_fit_a_small_stack() {
    let nested = |depth: usize| {
        let open = "{type: object, properties: {a: ".repeat(depth);
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {{versions: [{{name: v1, storage: true, schema: {{openAPIV3Schema: {open}{{type: string}}{}}}}}]}}\n",
            "}}".repeat(depth)
        )
    };
    let digits =
        format!("apiVersion: v1\nkind: Pod\nspec: {{overhead: {{cpu: '{}'}}}}\n", "9".repeat(300_000));
    let texts = [
        nested(240),
        digits,
        "apiVersion: v1\nkind: Pod\nspec: {overhead: {cpu: 1e999999999}}\n".into(),
        format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{}]}}\n", "{},".repeat(20_000)),
    ];
    let run = move || {
        let defaults = Defaults::built_in();
        for text in texts {
            let start = std::time::Instant::now();
            admit(&defaults, &text, Operation::Create, None);
            assert!(start.elapsed().as_secs() < 10);
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().expect("no overflow");
}
