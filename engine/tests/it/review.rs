//! Whole scenarios through `review`.

use celgate::{
    report::{ObjectReport, Outcome, Read, Report, Severity, StepKind, StepState},
    review::{Request, Scenario, Text, TextRole, review},
    source::LineIndex,
};

const POLICY: &str = "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: no-latest
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}
  validations:
  - expression: |-
      object.spec.containers.all(c,
        !c.image.endsWith(':latest'))
    message: images must not use :latest
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: no-latest, validationActions: [Deny]}
";

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: app
    image: nginx:1.27
  - name: sidecar
    image: envoy:latest
";

fn text(role: TextRole, text: &str) -> Text {
    let name = match role {
        TextRole::Policies => "policies.yaml",
        TextRole::Resources => "pod.yaml",
        TextRole::Cluster => "cluster.yaml",
    };
    Text { name: name.into(), role, text: text.into() }
}

fn scenario(policies: &str, resources: &str) -> Scenario {
    let texts = vec![text(TextRole::Policies, policies), text(TextRole::Resources, resources)];
    Scenario { texts, explain: true, ..Scenario::default() }
}

/// Line and column of each mark of that severity, with the text it covers.
fn marks(scenario: &Scenario, report: &Report, severity: Severity) -> Vec<(String, u32, u32, String)> {
    let marks = report.diagnostics.iter().filter(|mark| mark.severity == severity);
    marks
        .map(|mark| {
            let text = &scenario.texts[mark.span.source.0 as usize];
            let place = LineIndex::new(&text.text).line_column(&text.text, mark.span.start);
            let covered = text.text[mark.span.start as usize..mark.span.end as usize].to_owned();
            (text.name.clone(), place.line, place.column, covered)
        })
        .collect()
}

fn outcomes(report: &Report) -> Vec<Outcome> {
    report.objects.iter().map(|object| object.verdict.outcome).collect()
}

#[test]
fn a_denial_has_the_text_of_the_cluster_and_both_places() {
    let scenario = scenario(POLICY, POD);
    let report = review(&scenario);
    let verdict = &report.objects[0].verdict;
    assert_eq!(verdict.outcome, Outcome::Denied);
    assert_eq!(
        verdict.stderr,
        "The pods \"web\" is invalid: : ValidatingAdmissionPolicy 'no-latest' with binding 'b' denied request: images must \
         not use :latest\n"
    );
    assert_eq!(
        marks(&scenario, &report, Severity::Denial),
        [
            ("policies.yaml".into(), 12, 9, "!c.image.endsWith(':latest')".into()),
            ("pod.yaml".into(), 9, 12, "envoy:latest".into()),
        ]
    );
    let validation = &report.objects[0].policies[0].bindings[0].evaluations[0].validations[0];
    let explanation = validation.explanation.as_ref().expect("an explanation");
    assert_eq!(explanation.summary, "spec.containers[1] sidecar: image is \"envoy:latest\"");
}

/// Beside the deciding path: what other elements were asked, and what a skipped part would have read.
#[test]
fn fields_beside_the_deciding_path_are_told_too() {
    let expression = "object.spec.containers.all(c, !c.image.endsWith(':latest')) && object.spec.?initContainers.orValue([]).all(c, c.image != '') && object.metadata.name != ''";
    let policy =
        POLICY.replace("object.spec.containers.all(c,\n        !c.image.endsWith(':latest'))", expression);
    assert!(policy.contains(expression));
    let report = review(&scenario(&policy, POD));
    let validation = &report.objects[0].policies[0].bindings[0].evaluations[0].validations[0];
    let explanation = validation.explanation.as_ref().expect("an explanation");
    let shown = |reads: &[Read]| -> Vec<String> {
        let word = |read: &Read| {
            if read.unread {
                "unread "
            } else if read.present {
                ""
            } else {
                "absent "
            }
        };
        reads.iter().map(|read| format!("{}{} {}", word(read), read.path, read.items)).collect()
    };
    assert_eq!(shown(&explanation.reads), ["object.spec.containers 2", "object.spec.containers[1].image 0"]);
    assert_eq!(
        shown(&explanation.others),
        [
            "object.spec.containers[0].image 0",
            "unread object.spec.initContainers 0",
            "unread object.metadata.name 0"
        ]
    );
}

#[test]
fn a_fixed_manifest_is_admitted() {
    let report = review(&scenario(POLICY, &POD.replace("envoy:latest", "envoy:1.30")));
    assert_eq!(outcomes(&report), [Outcome::Admitted]);
    assert_eq!(report.objects[0].verdict.stdout, "pod/web created\n");
    assert!(
        report.diagnostics.iter().all(|mark| mark.severity < Severity::Error),
        "{:?}",
        report.diagnostics
    );
}

#[test]
fn a_broken_document_keeps_its_neighbours() {
    let resources = format!("{POD}---\nkind: [\n---\n{}", POD.replace("envoy:latest", "envoy:1"));
    let scenario = scenario(POLICY, &resources);
    let report = review(&scenario);
    assert_eq!(outcomes(&report), [Outcome::Denied, Outcome::Error, Outcome::Admitted]);
    assert_eq!(marks(&scenario, &report, Severity::Error)[0].1, 11);
}

#[test]
fn a_policy_the_cluster_refuses_is_not_in_force_and_says_why() {
    let scenario = scenario(&POLICY.replace("(':latest'))", "(':latest'"), POD);
    let report = review(&scenario);
    assert_eq!(outcomes(&report), [Outcome::NotJudged]);
    let refused = report.objects[0].policies[0].refused.as_deref().unwrap_or_default();
    assert!(refused.starts_with("The ValidatingAdmissionPolicy \"no-latest\" is invalid: spec.validations[0].expression: Invalid value"), "{refused}");
    assert_eq!(marks(&scenario, &report, Severity::Error)[0].1, 12);
    assert!(report.diagnostics.iter().all(|mark| mark.id != "binding/no-policy"));
}

#[test]
fn an_update_sees_the_stored_object() {
    let policy = POLICY.replace(
        "object.spec.containers.all(c,",
        "oldObject.metadata.name == 'web' && object.spec.containers.all(c,",
    );
    let mut scenario = scenario(&policy, &POD.replace("envoy:latest", "envoy:1"));
    scenario.texts.push(text(TextRole::Cluster, POD));
    let report = review(&scenario);
    assert_eq!(report.objects[0].operation, "UPDATE");
    assert_eq!(outcomes(&report), [Outcome::Admitted]);
}

#[test]
fn a_namespace_with_labels_brings_pod_security() {
    let mut scenario = scenario("", POD);
    let labels = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {pod-security.kubernetes.io/enforce: restricted}}\n";
    scenario.texts.push(text(TextRole::Cluster, labels));
    let verdict = review(&scenario).objects.swap_remove(0).verdict;
    assert_eq!(verdict.outcome, Outcome::Denied);
    assert!(verdict.pod_security);
    assert!(
        verdict.stderr.starts_with("Error from server (Forbidden): error when creating \"pod.yaml\": pods \"web\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (containers \"app\", \"sidecar\" must set"),
        "{}",
        verdict.stderr
    );
}

#[test]
fn a_field_the_kind_does_not_have_is_refused_as_kubectl_prints_it() {
    let scenario = scenario("", &POD.replace("  containers:", "  hostNetwrk: true\n  containers:"));
    let report = review(&scenario);
    assert_eq!(outcomes(&report), [Outcome::Error]);
    assert_eq!(
        report.objects[0].verdict.stderr,
        "Error from server (BadRequest): error when creating \"pod.yaml\": Pod in version \"v1\" cannot be handled as a Pod: \
         strict decoding error: unknown field \"spec.hostNetwrk\"\n"
    );
    assert_eq!(marks(&scenario, &report, Severity::Error), [("pod.yaml".into(), 5, 3, "hostNetwrk".into())]);
}

#[test]
fn any_prefix_of_the_texts_gives_a_report() {
    for end in (0..POLICY.len()).step_by(7) {
        let report = review(&scenario(&POLICY[..end], POD));
        assert_eq!(report.objects.len(), 1);
    }
}

// ---- why nothing happened -------------------------------------------------------------------------------------------

#[test]
fn why_nothing_happened() {
    let text = include_str!("../../testdata/why.txt");
    let mut failures = Vec::new();
    let mut count = 0;
    for section in text.split("\n--- ").skip(1) {
        count += 1;
        if let Err(found) = check_why(section) {
            failures.push(format!("{}\n    {found}", section.lines().next().unwrap_or("")));
        }
    }
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 40, "only {count} scenarios");
}

fn check_why(section: &str) -> Result<(), String> {
    let part = |name: &str| {
        section.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
    };

    let rules = part("rules").unwrap_or(
        "[{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}]".into(),
    );
    let further = part("policy").map(|text| text[1..text.len() - 1].to_owned()).unwrap_or_default();
    let validations =
        if further.contains("validations:") { "" } else { ", validations: [{expression: 'false'}]" };
    let match_fields =
        part("match").map(|text| format!(", {}", &text[1..text.len() - 1])).unwrap_or_default();
    let further = if further.is_empty() { String::new() } else { format!(", {further}") };
    let mut policies = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\n\
         spec: {{matchConstraints: {{resourceRules: {rules}{match_fields}}}{further}{validations}}}\n"
    );
    if part("binding").as_deref() != Some("none") {
        let binding =
            part("binding").map(|text| format!(", {}", &text[1..text.len() - 1])).unwrap_or_default();
        policies += &format!(
            "---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: b}}\n\
             spec: {{policyName: p, validationActions: [Deny]{binding}}}\n"
        );
    }
    let object = part("object").unwrap_or(
        "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: a}}, spec: {containers: [{name: a, image: b}]}}".into(),
    );
    let cluster: Vec<String> =
        section.lines().filter_map(|line| line.strip_prefix("cluster: ")).map(str::to_owned).collect();
    let mut scenario = scenario(&policies, &object.replacen('{', "---\n{", 1));
    scenario.texts.push(text(TextRole::Cluster, &format!("---\n{}", cluster.join("\n---\n"))));
    if let Some(request) = part("request") {
        scenario.request = serde_json::from_str::<Request>(&request).map_err(|error| error.to_string())?;
    }
    let report = review(&scenario);
    let object: &ObjectReport = report.objects.first().ok_or("no object")?;
    let policy = object.policies.first().ok_or_else(|| format!("no policy; {:?}", report.diagnostics))?;
    let expected = section.lines().find_map(|line| line.strip_prefix("=> ")).ok_or("no expectation")?;
    let (kind, rest) = expected.split_once(' ').ok_or("no state")?;
    let (state, words) = rest.split_once(' ').ok_or("no words")?;
    let kind: StepKind = serde_json::from_str(&format!("{kind:?}")).map_err(|error| error.to_string())?;
    let state: StepState = serde_json::from_str(&format!("{state:?}")).map_err(|error| error.to_string())?;
    let step = policy.steps.iter().find(|step| step.kind == kind).ok_or("no step")?;
    let said = format!("{} / {}", step.text, step.detail.as_deref().unwrap_or(""));
    let waiting = |name: StepKind| policy.steps.iter().find(|step| step.kind == name).map(|step| step.state);
    if step.state != state || !said.contains(words) {
        return Err(format!("{:?} {said} {:?}", step.state, policy.refused));
    }
    if state == StepState::NotMatched && step.span.is_none() && !words.contains("never") {
        return Err(format!("no place: {said}"));
    }
    if state == StepState::NotMatched && waiting(StepKind::Validations) != Some(StepState::NotReached) {
        return Err("the validations were reached".into());
    }
    Ok(())
}

// ---- requests ---------------------------------------------------------------------------------------------------------

#[test]
fn requests_are_what_a_server_makes_of_them() {
    let text = include_str!("../../testdata/requests.txt");
    let sections: Vec<&str> = text.split("\n--- ").skip(1).collect();
    let failures: Vec<String> = sections
        .iter()
        .filter_map(|section| {
            let found = check_request(section).err()?;
            Some(format!("{}\n    {found}", section.lines().next().unwrap_or("")))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), sections.len(), failures.join("\n"));
}

fn check_request(section: &str) -> Result<(), String> {
    let parts = |name: &str| -> Vec<String> {
        let lines = section.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        lines.map(str::to_owned).collect()
    };
    let policy = |expressions: &[String]| {
        let validations: Vec<String> = expressions
            .iter()
            .map(|text| {
                format!("  - {{reason: Forbidden, message: 'no', expression: {}}}", serde_json::json!(text))
            })
            .collect();
        format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
             matchConstraints: {{resourceRules: [{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*']}}]}}\n  \
             validations:\n{}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\n\
             metadata: {{name: b}}\nspec: {{policyName: p, validationActions: [Deny]}}\n",
            validations.join("\n")
        )
    };
    let asked = |expressions: &[String]| -> Result<ObjectReport, String> {
        let policies = policy(expressions);
        let mut scenario = scenario(&policies, &parts("object").concat());
        scenario.texts[1].name = "requests.yaml".into();
        let cluster = parts("cluster").join("\n---\n");
        scenario.texts.push(text(TextRole::Cluster, &cluster));
        if let Some(request) = parts("request").first() {
            scenario.request = serde_json::from_str(request).map_err(|error| error.to_string())?;
        }
        review(&scenario).objects.into_iter().next().ok_or_else(|| "no object".into())
    };
    let expressions = parts("true");
    let answer = asked(&expressions)?;
    if answer.verdict.outcome != Outcome::Admitted {
        let evaluations = answer
            .policies
            .iter()
            .flat_map(|policy| &policy.bindings)
            .flat_map(|binding| &binding.evaluations);
        let failed: Vec<String> = evaluations
            .flat_map(|evaluation| &evaluation.validations)
            .filter(|validation| validation.denied)
            .map(|validation| format!("{} {}", validation.expression, validation.message))
            .collect();
        return Err(format!(
            "{}\n    {}\n{}",
            answer.verdict.stderr,
            failed.join("\n    "),
            answer.seen.unwrap_or_default()
        ));
    }
    if let Some(command) = parts("command").first()
        && *command != answer.verdict.command
    {
        return Err(format!("command: {}", answer.verdict.command));
    }
    if let Some(denied) = parts("denied").first() {
        let stderr = asked(&["false".into()])?.verdict.stderr;
        if stderr.trim_end() != denied {
            return Err(format!("denied: {stderr}"));
        }
    }
    Ok(())
}

// ---- roles, params, Namespaces ------------------------------------------------------------------------------------------

/// Whether `expression` is true of a Pod when the cluster holds that, and the errors that are marked in the cluster's text.
fn with_cluster(expression: &str, further: &str, binding: &str, cluster: &str) -> (String, Vec<String>) {
    let policies = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         matchConstraints: {{resourceRules: [{{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods]}}]}}\n  \
         {further}\n  validations: [{{expression: {}}}]\n---\napiVersion: admissionregistration.k8s.io/v1\n\
         kind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: b}}\nspec: {{policyName: p, validationActions: [Deny]{binding}}}\n",
        serde_json::json!(expression)
    );
    let mut scenario = scenario(&policies, &POD.replace("envoy:latest", "envoy:1"));
    scenario.request.user = Some(celgate::review::UserInfo {
        username: "jane".into(),
        groups: vec!["dev".into()],
        ..Default::default()
    });
    scenario.texts.push(text(TextRole::Cluster, cluster));
    let report = review(&scenario);
    let errors =
        report.diagnostics.iter().filter(|mark| mark.severity == Severity::Error && mark.span.source.0 == 2);
    let answer = match report.objects[0].verdict.outcome {
        Outcome::Admitted => "true".into(),
        _ => report.objects[0].verdict.stderr.clone(),
    };
    (answer, errors.map(|mark| mark.message.clone()).collect())
}

const AGGREGATED: &str = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: all}}]}
rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: some, labels: {to: all}}
aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: to, operator: In, values: [some]}]}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: pods, labels: {to: some}}
rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: dev}, {kind: ServiceAccount, name: app, namespace: shop}]
";

#[test]
fn roles_that_aggregate_have_the_rules_of_those_they_select() {
    let asked = |expression: &str| with_cluster(expression, "", "", AGGREGATED);
    let yes = (String::from("true"), Vec::new());
    assert_eq!(asked("authorizer.group('').resource('pods').check('get').allowed()"), yes);
    assert_eq!(
        asked(
            "authorizer.group('').resource('pods').check('get').reason() == 'RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"all\" to Group \"dev\"'"
        ),
        yes
    );
    // What stands in the aggregating role itself is overwritten.
    assert_eq!(asked("!authorizer.group('').resource('secrets').check('get').allowed()"), yes);
    assert_eq!(asked("!authorizer.group('').resource('pods').check('delete').allowed()"), yes);
    assert_eq!(
        asked("authorizer.serviceAccount('shop', 'app').group('').resource('pods').check('get').allowed()"),
        yes
    );
    assert_eq!(
        asked(
            "!authorizer.serviceAccount('shop', 'other').group('').resource('pods').check('get').allowed()"
        ),
        yes
    );
}

#[test]
fn a_role_with_an_unknown_field_is_an_error() {
    let cluster = AGGREGATED.replace(
        "verbs: [get]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding",
        "verb: [get]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding",
    );
    let (answer, errors) =
        with_cluster("!authorizer.group('').resource('pods').check('get').allowed()", "", "", &cluster);
    assert_eq!((&*answer, errors), ("true", vec![r#"unknown field "rules[0].verb""#.to_owned()]));
}

#[test]
fn params_are_what_a_server_reads() {
    let kind = "paramKind: {apiVersion: v1, kind: ConfigMap}";
    let binding = ", paramRef: {name: c, namespace: shop, parameterNotFoundAction: Deny}";
    let param = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\nimmutable: null\ndata: {a: 'x', b: null}\n";
    let asked = |expression: &str, param: &str| with_cluster(expression, kind, binding, param);
    let yes = (String::from("true"), Vec::new());
    assert_eq!(
        asked("params.data.a == 'x' && params.kind == 'ConfigMap' && params.apiVersion == 'v1'", param),
        yes
    );
    assert_eq!(asked("!has(params.immutable) && has(params.metadata.namespace)", param), yes);
    let (answer, errors) = asked("params.data.a == 'x'", &param.replace("immutable", "imutable"));
    assert_eq!((&*answer, errors), ("true", vec![r#"unknown field "imutable""#.to_owned()]));
    let (_, errors) = asked("true", &param.replace("a: 'x'", "a: 7"));
    assert_eq!(errors, ["json: cannot unmarshal number into Go struct field ConfigMap.data of type string"]);
}

#[test]
fn faults_are_named_in_the_order_of_sorted_keys() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, zone: a, area: b}\nspec: {zz: 1, containers: [{name: a, image: b, q: 1, c: 2}], aa: 1}\n";
    let report = review(&scenario("", pod));
    assert_eq!(
        report.objects[0].verdict.stderr,
        "Error from server (BadRequest): error when creating \"pod.yaml\": Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: \
         unknown field \"metadata.area\", unknown field \"metadata.zone\", unknown field \"spec.aa\", unknown field \"spec.containers[0].c\", \
         unknown field \"spec.containers[0].q\", unknown field \"spec.zz\"\n"
    );
}

#[test]
fn a_function_of_a_newer_version_is_told_as_that() {
    let policy = |expression: &str| {
        POLICY.replace("object.spec.containers.all(c,\n        !c.image.endsWith(':latest'))", expression)
    };
    let help = |expression: &str| {
        let report = review(&scenario(&policy(expression), POD));
        let found = report.diagnostics.iter().find(|one| one.message.contains("undeclared reference"));
        found.and_then(|one| one.help.clone()).unwrap_or_default()
    };
    assert_eq!(
        help("[1].includes(1)"),
        "unknown function: available from Kubernetes 1.37; new policies may use it from 1.38 on"
    );
    assert_eq!(help("math.greatest(1, 2) == 2"), "Kubernetes has not CEL's `math` extension");
    assert_eq!(help("nothing(1)"), "");
}
