//! Type checking of policies against the kinds they select.

use std::rc::Rc;

use celgate::admission::{Policy, typecheck::TypeChecker};
use celgate::environment::{CURRENT, Environment, Mode};
use celgate::objects::{Object, Resources};
use celgate::schema::Schemas;
use celgate::source::{Source, SourceId};
use celgate::yaml;

const CRD: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer}
              x-y: {type: string}
              when: {type: string, format: date-time}
              port: {x-kubernetes-int-or-string: true}
              anything: {x-kubernetes-preserve-unknown-fields: true}
              parts: {type: array, items: {type: object, properties: {name: {type: string}}}}
";

fn object(text: &str) -> Object {
    let parsed = yaml::parse(&Source { id: SourceId(0), name: String::new(), text: text.into() });
    let document = Rc::new(parsed.documents.into_iter().next().expect("a document"));
    Object::at(&document, document.root_id()).expect("an object")
}

/// The warnings about one expression in a policy on that rule: `groups versions resources`.
fn warnings(rule: &str, expression: &str) -> String {
    let mut words = rule.split_whitespace();
    let mut word = || words.next().unwrap_or_default();
    let (groups, versions, resources) = (word(), word(), word());
    let text = format!(
        "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: p}}
spec:
  matchConstraints:
    resourceRules:
    - {{apiGroups: {groups}, apiVersions: {versions}, operations: ['*'], resources: {resources}}}
  variables:
  - {{name: spec, expression: object.spec}}
  validations:
  - expression: >-
      {expression}
"
    );
    let crd = object(CRD);
    let mut resources = Resources::default();
    resources.add_crd(crd.root());
    let mut schemas = Schemas::default();
    schemas.add_crd(crd.root());
    let env = Environment::new(CURRENT, Mode::Stored);
    let checker = TypeChecker { env: &env, resources: &resources, schemas: &schemas, suffix: "" };
    let checked = checker.check(&Policy::decode(&object(&text)));
    checked.warnings.iter().map(|warning| format!("{}\n{}", warning.field_ref, warning.warning())).collect()
}

#[test]
fn expressions_meet_the_schemas_of_the_kinds_selected() {
    let deployments = "['apps'] ['v1'] ['deployments']";
    let widgets = "['example.com'] ['v1'] ['widgets']";
    let right = [
        (deployments, "object.spec.replicas <= 5"),
        (deployments, "object.spec.template.spec.containers.all(c, c.image.startsWith('x'))"),
        (deployments, "object.metadata.labels['a'] == 'b' && object.metadata.namespace == 'x'"),
        (deployments, "variables.spec.nothing == 1"),
        (deployments, "object.spec.strategy.rollingUpdate.maxSurge == '25%'"),
        (widgets, "object.spec.size > 1 && object.spec.x__dash__y == 'a' && object.spec.parts[0].name == ''"),
        (
            widgets,
            "object.metadata.labels.a == 'b' && object.spec.port == 'http' && object.spec.when < timestamp(0)",
        ),
        ("['*'] ['v1'] ['deployments']", "object.nothing == 1"),
        ("['apps'] ['v1'] ['nothing','deployments/scale']", "object.nothing == 1"),
    ];
    for (rule, expression) in right {
        assert_eq!(warnings(rule, expression), "", "{expression}");
    }
    let wrong = [
        (
            deployments,
            "object.foo == 1",
            "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'foo'",
        ),
        (
            deployments,
            "object.spec == 1",
            "found no matching overload for '_==_' applied to '(Deployment.spec, int)'",
        ),
        (
            deployments,
            "object.spec.template.spec.containers[0] == 1",
            "applied to '(Deployment.spec.template.spec.containers.@idx, int)'",
        ),
        (
            deployments,
            "object.spec.template.spec.containers[0].resources.limits.cpu == '1'",
            "undefined field 'limits'",
        ),
        (
            deployments,
            "authorizer.requestResource.check('get').allowed()",
            "unexpected failed resolution of 'kubernetes.authorization.Authorizer'",
        ),
        (deployments, "params.x == 1", "undeclared reference to 'params'"),
        (
            widgets,
            "object.spec.anything == 1",
            "example.com/v1, Kind=Widget: ERROR: <input>:1:12: undefined field 'anything'",
        ),
        (
            "[''] ['v1'] ['events']",
            "object.foo == 1",
            "/v1, Kind=Event: ERROR: <input>:1:7: undefined field 'foo'",
        ),
        ("[''] ['v1'] ['events']", "object.foo == 1", "\n\nevents.k8s.io/v1, Kind=Event: ERROR: <input>:1:7"),
    ];
    for (rule, expression, wanted) in wrong {
        let found = warnings(rule, expression);
        assert!(found.contains(wanted), "{expression}\n{found}");
        assert!(found.starts_with("spec.validations[0].expression\n"), "{found}");
    }
}
