//! What a ConstraintTemplate is, and what can be seen to be wrong with it without running its Rego.

use alloc::{format, string::String, vec::Vec};

use crate::checks::hardening::{Check, Finding};
use crate::checks::{About, Place, Severity, Subject};
use crate::objects::Field;

pub(in crate::checks::hardening) const CHECK: Check = Check::each(
    About::hardening("gatekeeper-template-explained", Severity::Info)
        .title("Gatekeeper templates")
        .help("a ValidatingAdmissionPolicy does the same in the API server itself; policies/ has one for the common cases")
        .references(&["https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates/"]),
    run,
);

fn run(subject: &Subject<'_>) -> Vec<Finding> {
    if !subject.is("templates.gatekeeper.sh", "ConstraintTemplate") {
        return Vec::new();
    }
    let crd = subject.at(&["spec", "crd", "spec"]);
    let kind = crd.as_ref().and_then(|crd| crd.at(&["names", "kind"]));
    let kind_name = kind.as_ref().and_then(|kind| kind.node.as_str()).unwrap_or("");
    let mut found = Vec::new();
    let mut say = |message: String, place: Place, severity: Severity| {
        found.push(Finding::of(subject, &message).at(place).severity(severity));
    };
    let targets = subject.at(&["spec"]).map(|spec| spec.items("targets")).unwrap_or_default();
    let engine = |code: &Field<'_>| code.text("engine") == Some("K8sNativeValidation");
    let cel = targets.iter().flat_map(|target| target.items("code")).any(|code| engine(&code));
    let explained = match (kind_name, cel) {
        ("", _) => ": names no constraint kind".into(),
        (kind, true) => format!(": makes the constraint kind {kind}, judged by CEL, as a policy would be"),
        (kind, false) => format!(": makes the constraint kind {kind}, judged by Rego"),
    };
    say(explained, subject.name_place(), Severity::Info);
    if !kind_name.is_empty() && kind_name.to_ascii_lowercase() != *subject.object.name.value {
        say(
            format!(": its name must be {}", kind_name.to_ascii_lowercase()),
            subject.name_place(),
            Severity::Medium,
        );
    }
    let stray =
        crd.as_ref().and_then(|crd| crd.get("properties").or_else(|| crd.at(&["names", "properties"])));
    if let Some(stray) = stray {
        let message = ": properties here are ignored; parameters belong under validation.openAPIV3Schema";
        say(message.into(), Place { span: stray.head(), ..Place::value(&stray) }, Severity::Medium);
    }
    if &*subject.object.gvk.version != "v1" {
        say(
            ": templates.gatekeeper.sh/v1 is preferred".into(),
            subject.place(&["apiVersion"]),
            Severity::Info,
        );
    }
    for target in targets {
        let Some(rego) = target.get("rego") else { continue };
        let text = rego.node.as_str().unwrap_or("");
        if text.contains("spec.securityContext") && !text.contains("containers") {
            let message = ": its Rego reads the pod's securityContext only: what containers set is not seen";
            say(message.into(), Place::value(&rego), Severity::Medium);
        }
        if text.contains("review.object.spec.securityContext") && !text.contains("template") {
            let message = ": its Rego reads pods only; a workload keeps its pods under spec.template";
            say(message.into(), Place::value(&rego), Severity::Low);
        }
    }
    found
}
