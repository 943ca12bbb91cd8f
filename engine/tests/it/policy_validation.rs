//! What the API server says of policies and bindings that it does not take.

use std::rc::Rc;

use celgate::admission::validation::validate;
use celgate::environment::{CURRENT, Environment, Mode};
use celgate::objects::Object;
use celgate::source::{Source, SourceId};
use celgate::yaml;

/// The errors about an object of that kind with that `spec`.
fn errors(kind: &str, name: &str, spec: &str) -> Vec<String> {
    let text = format!(
        "{{apiVersion: admissionregistration.k8s.io/v1, kind: {kind}, metadata: {{name: '{name}'}}, spec: {spec}}}"
    );
    let parsed = yaml::parse(&Source { id: SourceId(0), name: String::new(), text });
    let document = Rc::new(parsed.documents.into_iter().next().expect("a document"));
    let object = Object::at(&document, document.root_id()).expect("an object");
    let env = Environment::new(CURRENT.compatibility(), Mode::New);
    validate(&object, &env).iter().map(ToString::to_string).collect()
}

const MATCH: &str = "matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods]}]}";

#[test]
fn policies_are_validated_as_upstream() {
    let policy = |rest: &str| errors("ValidatingAdmissionPolicy", "p", &format!("{{{MATCH}, {rest}}}"));
    assert_eq!(policy("validations: [{expression: 'has(object.spec)'}]"), [""; 0]);
    let cases: [(&str, &[&str]); 8] = [
        (
            "validations: []",
            &[
                "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
                "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
            ],
        ),
        (
            "validations: [{expression: object.spec.paused}]",
            &[
                "spec.validations[0].expression: Invalid value: \"object.spec.paused\": must evaluate to bool but got dyn",
            ],
        ),
        (
            "validations: [{expression: params.x == 1}]",
            &[
                "spec.validations[0].expression: Invalid value: \"params.x == 1\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x == 1\n | ^",
            ],
        ),
        (
            "validations: [{expression: 'true', message: ' ', reason: Unauthorized}]",
            &[
                "spec.validations[0].message: Invalid value: \" \": must be non-empty if specified",
                "spec.validations[0].reason: Unsupported value: \"Unauthorized\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"",
            ],
        ),
        (
            "validations: [{expression: \"int('x') == 1\"}]",
            &[
                "spec.validations[0].expression: Internal error: program instantiation failed: type conversion error from 'string' to 'int'",
            ],
        ),
        (
            "variables: [{name: a.b, expression: ''}], validations: [{expression: 'true'}]",
            &[
                "spec.variables[0].name: Invalid value: \"a.b\": must be a valid CEL identifier",
                "spec.variables[0].expression: Required value: expression is not specified",
            ],
        ),
        (
            "auditAnnotations: [{key: a, valueExpression: \"1\"}]",
            &[
                "spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to one of [string null_type] but got int",
            ],
        ),
        (
            "failurePolicy: Deny, matchConditions: [{name: a, expression: variables.x}], validations: [{expression: 'true'}]",
            &[
                "spec.failurePolicy: Unsupported value: \"Deny\": supported values: \"Fail\", \"Ignore\"",
                "spec.matchConditions[0].expression: Invalid value: \"variables.x\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'variables' (in container '')\n | variables.x\n | ^",
            ],
        ),
    ];
    for (rest, expected) in cases {
        assert_eq!(policy(rest), expected, "{rest}");
    }
    assert_eq!(
        errors("ValidatingAdmissionPolicy", "p", "{validations: [{expression: 'true'}]}"),
        ["spec.matchConstraints: Required value"]
    );
}

#[test]
fn bindings_are_validated_as_upstream() {
    let cases: [(&str, &str, &[&str]); 4] = [
        ("b", "{policyName: p, validationActions: [Deny]}", &[]),
        ("b", "{}", &["spec.policyName: Required value", "spec.validationActions: Required value"]),
        (
            "b",
            "{policyName: p, validationActions: [Deny, Warn], paramRef: {name: a, selector: {}}}",
            &[
                "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
                "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
                "spec.paramRef.parameterNotFoundAction: Required value",
                "spec.validationActions: Invalid value: [\"Deny\",\"Warn\"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
            ],
        ),
        (
            "b.static.k8s.io",
            "{policyName: p, validationActions: [Deny]}",
            &[
                "metadata.name: Invalid value: \"b.static.k8s.io\": names ending with \".static.k8s.io\" are reserved for static manifest-based configurations and cannot be managed via the API",
            ],
        ),
    ];
    for (name, spec, expected) in cases {
        assert_eq!(errors("ValidatingAdmissionPolicyBinding", name, spec), expected, "{spec}");
    }
}
