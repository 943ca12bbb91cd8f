//! What the API server says of a policy, binding or webhook configuration when it is created
//! (`pkg/apis/admissionregistration/validation/validation.go`; kubernetes-vap.md part 1): defaults are applied, then every
//! field is checked and every expression compiled. Errors come in upstream's order and words, each with its place.
//!
//! What cannot be decoded at all never gets here.

use alloc::{collections::BTreeSet, format, rc::Rc, string::String, vec::Vec};
use core::fmt;

use crate::cel::{env::Env, issues::Issues, program::Program, quote::quote, types::Type};
use crate::environment::{
    mutation::{JSON_PATCH, OBJECT},
    variables::{Composition, OptionalVariables, with_admission_variables, with_mutation_types},
};
use crate::objects::{Field, Object, json_string, names};
use crate::order;
use crate::source::Span;

/// An error about a field.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// `spec.validations[0].expression`
    pub field: String,
    /// What kind of error it is.
    pub kind: FieldErrorKind,
    /// Everything after the field: `Required value`, `Invalid value: "…": …`
    pub message: String,
    /// The issues of an expression that does not compile; their offsets count in the expression as compiled, which begins
    /// at the byte [`FieldError::offset`] of the field's text.
    pub issues: Option<Issues>,
    /// See [`FieldError::issues`].
    pub offset: u32,
    /// The value, or what should have it.
    pub span: Span,
}

/// The kinds of error (`field.ErrorType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldErrorKind {
    /// Must be there and is not.
    Required,
    /// Malformed.
    Invalid,
    /// None of the values there are.
    NotSupported,
    /// There already.
    Duplicate,
    /// Must not be there.
    Forbidden,
    /// Too many items.
    TooMany,
    /// Too long.
    TooLong,
    /// The server itself failed.
    Internal,
}

impl FieldErrorKind {
    /// As `causes[].reason` says it.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Required => "FieldValueRequired",
            Self::Invalid => "FieldValueInvalid",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Duplicate => "FieldValueDuplicate",
            Self::Forbidden => "FieldValueForbidden",
            Self::TooMany => "FieldValueTooMany",
            Self::TooLong => "FieldValueTooLong",
            Self::Internal => "InternalError",
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Longest `valueExpression`, in bytes.
const MAX_VALUE_EXPRESSION: usize = 5 * 1024;

/// The most audit annotations.
const MAX_AUDIT_ANNOTATIONS: usize = 20;

/// The most match conditions.
const MAX_MATCH_CONDITIONS: usize = 64;

/// Names of policies that come from files.
const STATIC_SUFFIX: &str = ".static.k8s.io";

/// The text of the response to a request that creates an invalid object.
#[must_use]
pub fn invalid(kind: &str, group: &str, name: &str, errors: &[FieldError]) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for error in errors {
        let text = format!("{error}");
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    let list = match distinct.as_slice() {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    format!("{kind}.{group} {} is invalid: {list}", quote(name))
}

/// The name an object is created with: its own, or one made from `metadata.generateName` (upstream's suffix is random).
#[must_use]
pub fn created_name(object: &Object) -> Rc<str> {
    if !object.name.value.is_empty() || object.generate_name.value.is_empty() {
        return Rc::clone(&object.name.value);
    }
    let base = object.generate_name.value.get(..58).unwrap_or(&object.generate_name.value);
    format!("{base}abcde").into()
}

/// Checks an object of the group `admissionregistration.k8s.io` as its creation does; an object of another kind has no
/// errors. `libraries`: the environment of new expressions, without variables.
#[must_use]
pub fn validate(object: &Object, libraries: &Env) -> Vec<FieldError> {
    let root = Field::root(object.root());
    let mutating = object.gvk.kind.starts_with("Mutating");
    let mut run = Run { libraries, errors: Vec::new(), name: created_name(object), mutating };
    match &*object.gvk.kind {
        "ValidatingAdmissionPolicy" => {
            run.metadata(&root);
            run.policy(&root);
        }
        "ValidatingAdmissionPolicyBinding" => {
            run.metadata(&root);
            run.binding(&root, &object.gvk.version);
            return run.errors;
        }
        "MutatingAdmissionPolicy" => {
            run.metadata(&root);
            run.mutating_policy(&root);
        }
        "MutatingAdmissionPolicyBinding" => {
            run.metadata(&root);
            run.mutating_binding(&root, &object.gvk.version);
        }
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            run.metadata(&root);
            run.webhooks(&root);
        }
        _ => return Vec::new(),
    }
    run.static_name(&root);
    run.errors
}

struct Run<'r> {
    libraries: &'r Env,
    errors: Vec<FieldError>,
    name: Rc<str>,
    mutating: bool,
}

/// A field, there or not: what errors name.
struct Place {
    path: String,
    span: Span,
}

fn place(parent: &Field<'_>, name: &str) -> Place {
    match parent.get(name) {
        Some(field) => Place { path: field.path.clone(), span: field.span },
        None => Place { path: parent.path_to(&[name]), span: parent.head() },
    }
}

fn here(field: &Field<'_>) -> Place {
    Place { path: field.path.clone(), span: field.span }
}

/// `spec` of an object; one that is not there has no fields, whatever the object has beside it.
struct Spec<'d> {
    there: bool,
    field: Field<'d>,
}

impl<'d> Spec<'d> {
    fn of(root: &Field<'d>) -> Self {
        match root.get("spec") {
            Some(field) => Self { there: true, field },
            None => Self { there: false, field: Field { path: String::from("spec"), ..root.clone() } },
        }
    }

    fn get(&self, name: &str) -> Option<Field<'d>> {
        if self.there { self.field.get(name) } else { None }
    }

    fn text(&self, name: &str) -> &'d str {
        self.get(name).and_then(|field| field.node.as_str()).unwrap_or("")
    }

    fn items(&self, name: &str) -> Vec<Field<'d>> {
        if self.there { self.field.items(name) } else { Vec::new() }
    }

    fn place(&self, name: &str) -> Place {
        match self.get(name) {
            Some(field) => here(&field),
            None => Place { path: self.field.path_to(&[name]), span: self.field.head() },
        }
    }
}

/// The items of a list of strings; what is no string is the empty one.
fn strings<'d>(parent: &Field<'d>, name: &str) -> Vec<(Place, &'d str)> {
    let items = parent.items(name);
    items.iter().map(|item| (here(item), item.node.as_str().unwrap_or(""))).collect()
}

fn json_list(texts: &[(Place, &str)]) -> String {
    let mut out = String::from("[");
    for (at, (_, text)) in texts.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        json_string(text, &mut out);
    }
    out.push(']');
    out
}

/// A value of a type of its own: JSON, where a plain string is quoted as Go quotes.
fn json_text(text: &str) -> String {
    let mut out = String::new();
    json_string(text, &mut out);
    out
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

impl Run<'_> {
    fn push(&mut self, place: Place, kind: FieldErrorKind, message: String) {
        let Place { path: field, span } = place;
        self.errors.push(FieldError { field, kind, message, issues: None, offset: 0, span });
    }

    fn required(&mut self, place: Place, detail: &str) {
        let message =
            if detail.is_empty() { "Required value".into() } else { format!("Required value: {detail}") };
        self.push(place, FieldErrorKind::Required, message);
    }

    fn invalid(&mut self, place: Place, value: &str, detail: &str) {
        let message = format!("Invalid value: {}: {detail}", quote(value));
        self.push(place, FieldErrorKind::Invalid, message);
    }

    fn invalid_json(&mut self, place: Place, value: &str, detail: &str) {
        self.push(place, FieldErrorKind::Invalid, format!("Invalid value: {value}: {detail}"));
    }

    fn forbidden(&mut self, place: Place, detail: &str) {
        self.push(place, FieldErrorKind::Forbidden, format!("Forbidden: {detail}"));
    }

    fn duplicate(&mut self, place: Place, value: &str) {
        self.push(place, FieldErrorKind::Duplicate, format!("Duplicate value: {}", quote(value)));
    }

    /// `supported`: in the order they are listed.
    fn one_of(&mut self, place: Place, value: &str, supported: &[&str]) {
        if supported.contains(&value) {
            return;
        }
        let listed: Vec<String> = supported.iter().map(|value| format!("\"{value}\"")).collect();
        let message =
            format!("Unsupported value: {}: supported values: {}", json_text(value), listed.join(", "));
        self.push(place, FieldErrorKind::NotSupported, message);
    }

    /// `ValidateObjectMeta` for a kind of the cluster.
    fn metadata(&mut self, root: &Field<'_>) {
        let missing = Field { path: String::from("metadata"), ..root.clone() };
        let metadata = root.get("metadata").unwrap_or(missing);
        let text = |name: &str| metadata.text(name).unwrap_or("");
        for fault in text_faults(text("generateName"), names::dns1123_subdomain_prefix) {
            self.invalid(place(&metadata, "generateName"), text("generateName"), &fault);
        }
        let name = Rc::clone(&self.name);
        if name.is_empty() {
            self.required(place(&metadata, "name"), "name or generateName is required");
        }
        for fault in text_faults(&name, names::dns1123_subdomain) {
            self.invalid(place(&metadata, "name"), &name, &fault);
        }
        // A namespace is dropped before validation: the kinds are the cluster's.
        if let Some(labels) = metadata.get("labels") {
            self.labels(&labels);
        }
        if let Some(annotations) = metadata.get("annotations") {
            let mut size = 0;
            for (key, value) in sorted(&annotations) {
                size += key.len() + value.node.as_str().unwrap_or("").len();
                for fault in names::qualified_name(&key.to_lowercase()) {
                    self.invalid(Place { path: annotations.path.clone(), span: value.head() }, key, &fault);
                }
            }
            if size > 256 * 1024 {
                let message = String::from("Too long: may not be more than 262144 bytes");
                self.push(here(&annotations), FieldErrorKind::TooLong, message);
            }
        }
        self.owners(&metadata);
        self.finalizers(&metadata);
    }

    /// Names that only files may use: checked apart from everything else, after it.
    fn static_name(&mut self, root: &Field<'_>) {
        if self.name.ends_with(STATIC_SUFFIX) {
            let name = Rc::clone(&self.name);
            let spot = match root.get("metadata") {
                Some(metadata) => place(&metadata, "name"),
                None => Place { path: String::from("metadata.name"), span: root.head() },
            };
            self.invalid(
                spot,
                &name,
                "names ending with \".static.k8s.io\" are reserved for static manifest-based configurations and cannot be \
                 managed via the API",
            );
        }
    }

    fn owners(&mut self, metadata: &Field<'_>) {
        let mut controller: Option<String> = None;
        for owner in metadata.items("ownerReferences") {
            let text = |name: &str| owner.text(name).unwrap_or("");
            let version = text("apiVersion");
            let parts = version.split('/').count();
            if version.is_empty() {
                self.required(place(&owner, "apiVersion"), "must not be empty");
            } else if parts > 2 || version.ends_with('/') {
                self.invalid(place(&owner, "apiVersion"), version, "must be <group>/<version> or <version>");
            }
            for name in ["kind", "name", "uid"] {
                if text(name).is_empty() {
                    self.required(place(&owner, name), "must not be empty");
                }
            }
            if owner.flag("controller") == Some(true) {
                let this = format!("{}/{}", text("kind"), text("name"));
                match &controller {
                    None => controller = Some(this),
                    Some(first) => {
                        let detail = format!(
                            "Only one reference can have Controller set to true. Found \"true\" in references for {first} \
                             and {this}"
                        );
                        let all = metadata.get("ownerReferences");
                        let value =
                            all.map(|all| crate::objects::json(all.node, 100_000)).unwrap_or_default();
                        self.invalid_json(place(metadata, "ownerReferences"), &value, &detail);
                    }
                }
            }
        }
    }

    fn finalizers(&mut self, metadata: &Field<'_>) {
        let finalizers = strings(metadata, "finalizers");
        for (_, finalizer) in &finalizers {
            for fault in names::qualified_name(finalizer) {
                self.invalid(place(metadata, "finalizers"), finalizer, &fault);
            }
        }
        let has = |name: &str| finalizers.iter().any(|(_, finalizer)| *finalizer == name);
        if has("orphan") && has("foregroundDeletion") {
            let detail = "finalizer orphan and foregroundDeletion cannot be both set";
            self.invalid_json(place(metadata, "finalizers"), &json_list(&finalizers), detail);
        }
    }

    /// `ValidateLabels`
    fn labels(&mut self, labels: &Field<'_>) {
        for (key, value) in sorted(labels) {
            let spot = || Place { path: labels.path.clone(), span: value.head() };
            for fault in names::qualified_name(key) {
                self.invalid(spot(), key, &fault);
            }
            let text = value.node.as_str().unwrap_or("");
            for fault in names::label_value(text) {
                self.invalid(Place { span: value.span, ..spot() }, text, &fault);
            }
        }
    }

    /// `ValidateLabelSelector`
    fn selector(&mut self, selector: &Field<'_>) {
        if let Some(labels) = selector.get("matchLabels") {
            self.labels(&labels);
        }
        for expression in selector.items("matchExpressions") {
            let values = strings(&expression, "values");
            let operator = expression.text("operator").unwrap_or("");
            match operator {
                "In" | "NotIn" if values.is_empty() => self.required(
                    place(&expression, "values"),
                    "must be specified when `operator` is 'In' or 'NotIn'",
                ),
                "Exists" | "DoesNotExist" if !values.is_empty() => self.forbidden(
                    place(&expression, "values"),
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                ),
                "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
                _ => {
                    let spot = place(&expression, "operator");
                    self.invalid_json(spot, &json_text(operator), "not a valid selector operator");
                }
            }
            let key = expression.text("key").unwrap_or("");
            for fault in names::qualified_name(key) {
                self.invalid(place(&expression, "key"), key, &fault);
            }
            for (spot, value) in values {
                for fault in names::label_value(value) {
                    self.invalid(Place { path: spot.path.clone(), ..spot }, value, &fault);
                }
            }
        }
    }

    fn policy(&mut self, root: &Field<'_>) {
        let spec = Spec::of(root);
        let mut compiler = self.policy_head(&spec);
        let variables = spec.items("variables");
        if !variables.is_empty() {
            compiler.compose();
        }
        for variable in &variables {
            self.variable(variable, &mut compiler);
        }
        let (validations, annotations) = (spec.items("validations"), spec.items("auditAnnotations"));
        if validations.is_empty() && annotations.is_empty() {
            for name in ["validations", "auditAnnotations"] {
                self.required(
                    spec.place(name),
                    "validations or auditAnnotations must contain at least one item",
                );
            }
            return;
        }
        for validation in &validations {
            self.validation(validation, &compiler);
        }
        if annotations.len() > MAX_AUDIT_ANNOTATIONS {
            let mut listed = String::from("[");
            for (at, annotation) in annotations.iter().enumerate() {
                listed.push_str(if at == 0 { "{\"Key\":" } else { ",{\"Key\":" });
                json_string(annotation.text("key").unwrap_or(""), &mut listed);
                listed.push_str(",\"ValueExpression\":");
                json_string(annotation.text("valueExpression").unwrap_or(""), &mut listed);
                listed.push('}');
            }
            listed.push(']');
            let detail = "must not have more than 20 auditAnnotations";
            self.invalid_json(spec.place("auditAnnotations"), &listed, detail);
        }
        let mut keys = BTreeSet::new();
        for annotation in &annotations {
            self.audit_annotation(annotation, &compiler);
            let key = annotation.text("key").unwrap_or("");
            if !keys.insert(key) {
                self.duplicate(place(annotation, "key"), key);
            }
        }
    }

    /// What validating and mutating policies have in common, match conditions included.
    fn policy_head(&mut self, spec: &Spec<'_>) -> Compiler {
        if let Some(failure) = spec.get("failurePolicy") {
            self.one_of(here(&failure), failure.node.as_str().unwrap_or(""), &["Fail", "Ignore"]);
        }
        let params = spec.get("paramKind");
        if let Some(kind) = &params {
            self.param_kind(kind);
        }
        match spec.get("matchConstraints") {
            None => self.required(spec.place("matchConstraints"), ""),
            Some(constraints) => {
                self.match_resources(&constraints);
                if constraints.items("resourceRules").is_empty() {
                    self.required(place(&constraints, "resourceRules"), "");
                }
                if self.mutating {
                    self.mutating_operations(&constraints);
                }
            }
        }
        let compiler = Compiler::new(self.libraries, params.is_some());
        let conditions = spec.items("matchConditions");
        self.match_conditions(&conditions, spec.place("matchConditions"), &compiler);
        compiler
    }

    /// Deletions cannot be mutated.
    fn mutating_operations(&mut self, resources: &Field<'_>) {
        for rule in resources.items("resourceRules") {
            for (spot, operation) in strings(&rule, "operations") {
                let path = resources.path_to(&["resourceRules", "operations"]);
                self.one_of(Place { path, ..spot }, operation, &["*", "CONNECT", "CREATE", "UPDATE"]);
            }
        }
    }

    fn mutating_policy(&mut self, root: &Field<'_>) {
        let spec = Spec::of(root);
        let mut compiler = self.policy_head(&spec);
        compiler.compose();
        for variable in &spec.items("variables") {
            self.variable(variable, &mut compiler);
        }
        let mutations = spec.items("mutations");
        if mutations.is_empty() {
            self.required(spec.place("mutations"), "mutations must contain at least one item");
        }
        for mutation in &mutations {
            self.mutation(mutation, &compiler);
        }
        match spec.text("reinvocationPolicy") {
            "" => self.required(spec.place("reinvocationPolicy"), ""),
            policy => self.one_of(spec.place("reinvocationPolicy"), policy, &["IfNeeded", "Never"]),
        }
    }

    fn mutation(&mut self, mutation: &Field<'_>, compiler: &Compiler) {
        let (mine, other, wanted) = match mutation.text("patchType").unwrap_or("") {
            "" => return self.required(place(mutation, "patchType"), ""),
            "JSONPatch" => ("jsonPatch", "applyConfiguration", Type::list(Type::object(JSON_PATCH))),
            "ApplyConfiguration" => ("applyConfiguration", "jsonPatch", Type::object(OBJECT)),
            kind => {
                let supported = ["ApplyConfiguration", "JSONPatch"];
                return self.one_of(place(mutation, "patchType"), kind, &supported);
            }
        };
        let kind = mutation.text("patchType").unwrap_or("");
        match mutation.get(mine) {
            None => {
                let detail = format!("must be specified when patchType is {kind}");
                self.required(place(mutation, mine), &detail);
            }
            Some(patch) => {
                let expression = patch.text("expression").unwrap_or("");
                let spot = place(&patch, "expression");
                if blank(expression) {
                    self.required(spot, "");
                } else {
                    let env = with_mutation_types(compiler.env(true));
                    self.expression(spot, expression, true, &env, &Wanted::one(wanted));
                }
            }
        }
        if let Some(other_field) = mutation.get(other) {
            let detail = format!("must not be specified when patchType is {kind}");
            self.invalid(here(&other_field), &format!("{{{other}}}"), &detail);
        }
    }

    fn mutating_binding(&mut self, root: &Field<'_>, version: &str) {
        let spec = Spec::of(root);
        let policy = spec.text("policyName");
        if policy.is_empty() {
            self.required(spec.place("policyName"), "");
        }
        for fault in text_faults(policy, names::dns1123_subdomain) {
            self.invalid(spec.place("policyName"), policy, &fault);
        }
        if let Some(reference) = spec.get("paramRef") {
            self.param_ref(&reference, version);
        }
        if let Some(resources) = spec.get("matchResources") {
            self.match_resources(&resources);
            self.mutating_operations(&resources);
        }
    }

    fn webhooks(&mut self, root: &Field<'_>) {
        let mut known = BTreeSet::new();
        for hook in root.items("webhooks") {
            self.webhook(&hook);
            self.review_versions(&hook);
            let name = hook.text("name").unwrap_or("");
            if !name.is_empty() && !known.insert(name) {
                self.duplicate(place(&hook, "name"), name);
            }
        }
    }

    fn webhook(&mut self, hook: &Field<'_>) {
        let name = hook.text("name").unwrap_or("");
        let faults = text_faults(name, names::dns1123_subdomain);
        if name.is_empty() {
            self.required(place(hook, "name"), "");
        } else if !faults.is_empty() {
            self.invalid(place(hook, "name"), name, &faults.join(","));
        } else if name.split('.').count() < 3 {
            let detail = "should be a domain with at least three segments separated by dots";
            self.invalid(place(hook, "name"), name, detail);
        }
        for rule in hook.items("rules") {
            self.rule(&rule);
        }
        for (field, supported) in
            [("failurePolicy", ["Fail", "Ignore"]), ("matchPolicy", ["Equivalent", "Exact"])]
        {
            if let Some(value) = hook.get(field) {
                self.one_of(here(&value), value.node.as_str().unwrap_or(""), &supported);
            }
        }
        match hook.get("sideEffects") {
            None => self.required(place(hook, "sideEffects"), "must specify one of None, NoneOnDryRun"),
            Some(value) => {
                self.one_of(here(&value), value.node.as_str().unwrap_or(""), &["None", "NoneOnDryRun"]);
            }
        }
        let seconds = hook.get("timeoutSeconds").and_then(|field| field.node.as_int());
        if let Some(seconds) = seconds.filter(|seconds| !(1..=30).contains(seconds)) {
            let detail = "the timeout value must be between 1 and 30 seconds";
            self.invalid_json(place(hook, "timeoutSeconds"), &format!("{seconds}"), detail);
        }
        for name in ["namespaceSelector", "objectSelector"] {
            if let Some(selector) = hook.get(name) {
                self.selector(&selector);
            }
        }
        if self.mutating
            && let Some(value) = hook.get("reinvocationPolicy")
        {
            self.one_of(here(&value), value.node.as_str().unwrap_or(""), &["IfNeeded", "Never"]);
        }
        let client = hook.get("clientConfig");
        let url = client.as_ref().and_then(|client| client.get("url"));
        let service = client.as_ref().and_then(|client| client.get("service"));
        match (&url, &service) {
            (Some(url), None) => self.webhook_url(url),
            (None, Some(service)) => self.webhook_service(service),
            _ => self.required(place(hook, "clientConfig"), "exactly one of url or service is required"),
        }
        let compiler = Compiler::new(self.libraries, false);
        let list = place(hook, "matchConditions");
        self.match_conditions(&hook.items("matchConditions"), list, &compiler);
    }

    fn webhook_url(&mut self, url: &Field<'_>) {
        const FORM: &str = "; desired format: https://host[/path]";
        let text = url.node.as_str().unwrap_or("");
        let parts = match UrlParts::of(text) {
            Ok(parts) => parts,
            Err(why) => {
                let detail = format!("url must be a valid URL: parse {}: {why}{FORM}", quote(text));
                return self.required(here(url), &detail);
            }
        };
        if parts.scheme != "https" {
            let detail = format!("'https' is the only allowed URL scheme{FORM}");
            self.invalid(here(url), &parts.scheme, &detail);
        }
        if parts.host.is_empty() {
            self.invalid(here(url), "", &format!("host must be specified{FORM}"));
        }
        if let Some(user) = parts.user {
            self.invalid(here(url), user, "user information is not permitted in the URL");
        }
        if !parts.fragment.is_empty() {
            self.invalid(here(url), parts.fragment, "fragments are not permitted in the URL");
        }
        if !parts.query.is_empty() {
            self.invalid(here(url), parts.query, "query parameters are not permitted in the URL");
        }
    }

    fn webhook_service(&mut self, service: &Field<'_>) {
        // Upstream passes name and namespace the other way round: a missing name is blamed on the namespace.
        for (checked, blamed) in [("namespace", "name"), ("name", "namespace")] {
            if service.text(checked).unwrap_or("").is_empty() {
                self.required(place(service, blamed), "");
            }
        }
        let port = service.get("port").and_then(|field| field.node.as_int());
        if let Some(port) = port.filter(|port| !(1..=65_535).contains(port)) {
            let detail = "port is not valid: must be between 1 and 65535, inclusive";
            self.invalid_json(place(service, "port"), &format!("{port}"), detail);
        }
        let path = service.text("path").unwrap_or("");
        if path.is_empty() || path == "/" {
            return;
        }
        let spot = || place(service, "path");
        if path == "//" {
            return self.invalid(spot(), path, "segment[0] may not be empty");
        }
        if !path.starts_with('/') {
            self.invalid(spot(), path, "must start with a '/'");
        }
        let mut letters = path.chars();
        letters.next();
        let rest = letters.as_str();
        for (at, step) in rest.strip_suffix('/').unwrap_or(rest).split('/').enumerate() {
            if step.is_empty() {
                self.invalid(spot(), path, &format!("segment[{at}] may not be empty"));
            }
            for fault in text_faults(step, names::dns1123_subdomain) {
                self.invalid(spot(), path, &format!("segment[{at}]: {fault}"));
            }
        }
    }

    fn review_versions(&mut self, hook: &Field<'_>) {
        let versions = strings(hook, "admissionReviewVersions");
        if versions.is_empty() {
            let detail = "must specify one of v1, v1beta1";
            return self.required(place(hook, "admissionReviewVersions"), detail);
        }
        let mut known = BTreeSet::new();
        for (spot, version) in &versions {
            let spot = || Place { path: spot.path.clone(), span: spot.span };
            if !known.insert(*version) {
                self.invalid(spot(), version, "duplicate version");
                continue;
            }
            for fault in names::dns1035_label(version) {
                self.invalid(spot(), version, &fault);
            }
        }
        if !known.contains("v1") && !known.contains("v1beta1") {
            let detail = "must include at least one of v1, v1beta1";
            self.invalid_json(place(hook, "admissionReviewVersions"), &json_list(&versions), detail);
        }
    }

    fn param_kind(&mut self, kind: &Field<'_>) {
        let version = kind.text("apiVersion").unwrap_or("");
        let spot = || place(kind, "apiVersion");
        match version.split_once('/') {
            _ if version.is_empty() => self.required(spot(), ""),
            Some((_, rest)) if rest.contains('/') => {
                self.invalid(spot(), version, &format!("unexpected GroupVersion string: {version}"));
            }
            parts => {
                let (group, number) = if version == "/" { ("", "") } else { parts.unwrap_or(("", version)) };
                let faults = text_faults(group, names::dns1123_subdomain);
                if !faults.is_empty() {
                    self.invalid(spot(), group, &faults.join(","));
                }
                if number.is_empty() {
                    self.invalid(spot(), version, "version must be specified");
                }
                let faults = text_faults(number, names::dns1035_label);
                if !faults.is_empty() {
                    self.invalid(spot(), number, &faults.join(","));
                }
            }
        }
        let name = kind.text("kind").unwrap_or("");
        if name.is_empty() {
            self.required(place(kind, "kind"), "");
        }
        let faults = text_faults(&name.to_lowercase(), names::dns1035_label);
        if !faults.is_empty() {
            let detail = format!("may have mixed case, but should otherwise match: {}", faults.join(","));
            self.invalid(place(kind, "kind"), name, &detail);
        }
    }

    fn match_resources(&mut self, resources: &Field<'_>) {
        if let Some(policy) = resources.get("matchPolicy") {
            self.one_of(here(&policy), policy.node.as_str().unwrap_or(""), &["Equivalent", "Exact"]);
        }
        for name in ["namespaceSelector", "objectSelector"] {
            if let Some(selector) = resources.get(name) {
                self.selector(&selector);
            }
        }
        for name in ["resourceRules", "excludeResourceRules"] {
            for rule in resources.items(name) {
                self.named_rule(&rule);
            }
        }
    }

    fn named_rule(&mut self, rule: &Field<'_>) {
        let mut known = BTreeSet::new();
        for (spot, name) in strings(rule, "resourceNames") {
            for fault in names::path_segment(name) {
                self.invalid(Place { path: spot.path.clone(), span: spot.span }, name, &fault);
            }
            if !known.insert(name) {
                self.duplicate(spot, name);
            }
        }
        self.rule(rule);
    }

    /// `validateRuleWithOperations`
    fn rule(&mut self, rule: &Field<'_>) {
        let operations = self.listed(rule, "operations", "operations");
        for (spot, operation) in operations {
            self.one_of(spot, operation, &["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]);
        }
        self.listed(rule, "apiGroups", "API groups");
        for (spot, version) in self.listed(rule, "apiVersions", "API versions") {
            if version.is_empty() {
                self.required(spot, "");
            }
        }
        self.resources(rule);
        if let Some(scope) = rule.get("scope") {
            self.one_of(here(&scope), scope.node.as_str().unwrap_or(""), &["*", "Cluster", "Namespaced"]);
        }
    }

    /// A list that must not be empty, and in which `*` must stand alone.
    fn listed<'d>(&mut self, rule: &Field<'d>, name: &str, what: &str) -> Vec<(Place, &'d str)> {
        let items = strings(rule, name);
        if items.is_empty() {
            self.required(place(rule, name), "");
        }
        if items.len() > 1 && items.iter().any(|(_, text)| *text == "*") {
            let detail = format!("if '*' is present, must not specify other {what}");
            self.invalid_json(place(rule, name), &json_list(&items), &detail);
        }
        items
    }

    fn resources(&mut self, rule: &Field<'_>) {
        let resources = strings(rule, "resources");
        if resources.is_empty() {
            self.required(place(rule, "resources"), "");
        }
        let (mut any_subresource, mut of_any) = (BTreeSet::new(), BTreeSet::new());
        let (mut double, mut single, mut plain) = (false, false, false);
        for (spot, text) in &resources {
            let spot = || Place { path: spot.path.clone(), span: spot.span };
            if text.is_empty() {
                self.required(spot(), "");
                continue;
            }
            double |= *text == "*/*";
            single |= *text == "*";
            let Some((resource, subresource)) = text.split_once('/') else {
                // Upstream forgets here what stood before: only the last one counts.
                plain = *text != "*";
                continue;
            };
            if any_subresource.contains(resource) {
                let detail = format!("if '{resource}/*' is present, must not specify {text}");
                self.invalid(spot(), text, &detail);
            }
            if of_any.contains(subresource) {
                let detail = format!("if '*/{subresource}' is present, must not specify {text}");
                self.invalid(spot(), text, &detail);
            }
            if subresource == "*" {
                any_subresource.insert(resource);
            }
            if resource == "*" {
                of_any.insert(subresource);
            }
        }
        let listed = json_list(&resources);
        if resources.len() > 1 && double {
            let detail = "if '*/*' is present, must not specify other resources";
            self.invalid_json(place(rule, "resources"), &listed, detail);
        }
        if single && plain {
            let detail = "if '*' is present, must not specify other resources without subresources";
            self.invalid_json(place(rule, "resources"), &listed, detail);
        }
    }

    fn match_conditions(&mut self, conditions: &[Field<'_>], list: Place, compiler: &Compiler) {
        if conditions.len() > MAX_MATCH_CONDITIONS {
            let message =
                format!("Too many: {}: must have at most {MAX_MATCH_CONDITIONS} items", conditions.len());
            self.push(list, FieldErrorKind::TooMany, message);
        }
        let mut known = BTreeSet::new();
        for condition in conditions {
            let expression = condition.text("expression").unwrap_or("");
            if blank(expression) {
                self.required(place(condition, "expression"), "");
            } else {
                let env = compiler.plain();
                let wanted = Wanted::one(Type::Bool);
                self.expression(place(condition, "expression"), expression, true, &env, &wanted);
            }
            let name = condition.text("name").unwrap_or("");
            if name.is_empty() {
                self.required(place(condition, "name"), "");
                continue;
            }
            for fault in names::qualified_name(name) {
                self.invalid(place(condition, "name"), name, &fault);
            }
            if !known.insert(name) {
                self.duplicate(place(condition, "name"), name);
            }
        }
    }

    fn variable(&mut self, variable: &Field<'_>, compiler: &mut Compiler) {
        let name = variable.text("name").unwrap_or("");
        if blank(name) {
            self.required(place(variable, "name"), "name is not specified");
        } else if !is_identifier(name) {
            self.invalid(place(variable, "name"), name, "must be a valid CEL identifier");
        }
        let expression = variable.text("expression").unwrap_or("");
        if blank(expression) {
            self.required(place(variable, "expression"), "expression is not specified");
            return;
        }
        let env = compiler.env(true);
        let spot = place(variable, "expression");
        let kind = self.expression(spot, expression, false, &env, &Wanted::any());
        compiler.add(name, kind.as_ref());
    }

    fn validation(&mut self, validation: &Field<'_>, compiler: &Compiler) {
        let text = |name: &str| validation.text(name).unwrap_or("");
        let expression = text("expression");
        if blank(expression) {
            self.required(place(validation, "expression"), "expression is not specified");
        } else {
            let spot = place(validation, "expression");
            self.expression(spot, expression, false, &compiler.env(true), &Wanted::one(Type::Bool));
        }
        let message = text("messageExpression");
        if !message.is_empty() && blank(message) {
            self.invalid(place(validation, "messageExpression"), message, "must be non-empty if specified");
        } else if !message.is_empty() {
            let spot = place(validation, "messageExpression");
            self.expression(spot, message, false, &compiler.env(false), &Wanted::one(Type::String));
        }
        let message = text("message");
        if !message.is_empty() && blank(message) {
            self.invalid(place(validation, "message"), message, "must be non-empty if specified");
        } else if message.trim().contains(['\n', '\r']) {
            self.invalid(place(validation, "message"), message, "must not contain line breaks");
        }
        if let Some(reason) = validation.get("reason") {
            let supported = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
            self.one_of(here(&reason), reason.node.as_str().unwrap_or(""), &supported);
        }
    }

    fn audit_annotation(&mut self, annotation: &Field<'_>, compiler: &Compiler) {
        let key = annotation.text("key").unwrap_or("");
        if self.name.is_empty() {
            self.invalid(place(annotation, "key"), key, "requires metadata.name be non-empty");
        } else {
            let full = format!("{}/{key}", self.name);
            for fault in names::qualified_name(&full) {
                self.invalid(place(annotation, "key"), &full, &fault);
            }
        }
        let expression = annotation.text("valueExpression").unwrap_or("");
        let spot = place(annotation, "valueExpression");
        if blank(expression) {
            self.required(spot, "valueExpression is not specified");
        } else if expression.trim().len() > MAX_VALUE_EXPRESSION {
            self.required(spot, "must not exceed 5120 bytes in length");
        } else {
            let wanted = Wanted { types: alloc::vec![Type::String, Type::Null], whole_value: true };
            self.expression(spot, expression, true, &compiler.env(true), &wanted);
        }
    }

    /// Compiles an expression, trimmed or as written, and gives its type.
    fn expression(
        &mut self,
        spot: Place,
        text: &str,
        trimmed: bool,
        env: &Env,
        wanted: &Wanted,
    ) -> Option<Type> {
        let compiled = if trimmed { text.trim() } else { text };
        let offset = if trimmed { text.len() - text.trim_start().len() } else { 0 };
        let shown = if wanted.whole_value { text } else { compiled };
        let checked = match env.compile(compiled) {
            Ok(checked) => checked,
            Err(issues) => {
                self.invalid(spot, shown, &format!("compilation failed: {issues}"));
                if let Some(error) = self.errors.last_mut() {
                    error.offset = u32::try_from(offset).unwrap_or(0);
                    error.issues = Some(issues);
                }
                return None;
            }
        };
        let kind = checked.result_type();
        if !wanted.types.is_empty() && !wanted.types.contains(kind) {
            let names: Vec<String> = wanted.types.iter().map(|kind| format!("{}", kind.declared())).collect();
            let must = match names.as_slice() {
                [one] => format!("must evaluate to {one} but got {}", kind.declared()),
                many => format!("must evaluate to one of [{}] but got {}", many.join(" "), kind.declared()),
            };
            self.invalid(spot, shown, &must);
            return None;
        }
        if let Err(error) = Program::new(env, &checked) {
            let message = format!("Internal error: program instantiation failed: {error}");
            self.push(spot, FieldErrorKind::Internal, message);
            return None;
        }
        Some(kind.clone())
    }

    fn binding(&mut self, root: &Field<'_>, version: &str) {
        let spec = Spec::of(root);
        let policy = spec.text("policyName");
        for fault in text_faults(policy, names::dns1123_subdomain) {
            self.invalid(spec.place("policyName"), policy, &fault);
        }
        if let Some(reference) = spec.get("paramRef") {
            self.param_ref(&reference, version);
        }
        if let Some(resources) = spec.get("matchResources") {
            self.match_resources(&resources);
        }
        let actions = if spec.there { strings(&spec.field, "validationActions") } else { Vec::new() };
        let mut known = BTreeSet::new();
        for (place, action) in &actions {
            let place = || Place { path: place.path.clone(), span: place.span };
            self.one_of(place(), action, &["Audit", "Deny", "Warn"]);
            if !known.insert(*action) {
                let message = format!("Duplicate value: {}", json_text(action));
                self.push(place(), FieldErrorKind::Duplicate, message);
            }
        }
        if known.contains("Deny") && known.contains("Warn") {
            self.invalid_json(
                spec.place("validationActions"),
                &json_list(&actions),
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response \
                 and headers serves no purpose)",
            );
        }
        self.static_name(root);
        // Declarative validation has these two, and comes last.
        if policy.is_empty() {
            self.required(spec.place("policyName"), "");
        }
        if actions.is_empty() {
            self.required(spec.place("validationActions"), "");
        }
    }

    fn param_ref(&mut self, reference: &Field<'_>, version: &str) {
        const BOTH: &str = "name and selector are mutually exclusive";
        let name = reference.text("name").unwrap_or("");
        let selector = reference.get("selector");
        for fault in text_faults(name, names::path_segment) {
            self.invalid(place(reference, "name"), name, &fault);
        }
        if !name.is_empty() && selector.is_some() {
            self.forbidden(place(reference, "name"), BOTH);
        }
        if let Some(selector) = &selector {
            self.selector(selector);
            if !name.is_empty() {
                self.forbidden(here(selector), BOTH);
            }
        } else if name.is_empty() {
            self.required(here(reference), "one of name or selector must be specified");
        }
        let action = reference.text("parameterNotFoundAction").unwrap_or("");
        let spot = place(reference, "parameterNotFoundAction");
        if !action.is_empty() {
            self.one_of(spot, action, &["Deny", "Allow"]);
        } else if version != "v1alpha1" || reference.get("parameterNotFoundAction").is_some() {
            self.required(spot, "");
        }
    }
}

/// What an expression must evaluate to; no types: anything.
struct Wanted {
    types: Vec<Type>,
    /// Whether errors show the field as written, though it is compiled without the space around it.
    whole_value: bool,
}

impl Wanted {
    fn one(kind: Type) -> Self {
        Self { types: alloc::vec![kind], whole_value: false }
    }

    const fn any() -> Self {
        Self { types: Vec::new(), whole_value: false }
    }
}

/// The environments of one policy.
struct Compiler {
    full: Env,
    without_authorizer: Env,
    composition: Option<Composition>,
}

impl Compiler {
    fn new(libraries: &Env, params: bool) -> Self {
        let env = |authorizer| {
            with_admission_variables(libraries.clone(), OptionalVariables { params, authorizer })
        };
        Self { full: env(true), without_authorizer: env(false), composition: None }
    }

    /// From now on there are `variables`.
    fn compose(&mut self) {
        self.composition = Some(Composition::new(self.full.clone()));
    }

    fn add(&mut self, name: &str, kind: Option<&Type>) {
        if let Some(composition) = &mut self.composition {
            composition.add(name, kind);
        }
    }

    /// Without `variables`: that of match conditions.
    fn plain(&self) -> Env {
        self.full.clone()
    }

    fn env(&self, authorizer: bool) -> Env {
        let base = if authorizer { &self.full } else { &self.without_authorizer };
        match &self.composition {
            Some(composition) => composition.env_over(base.clone()),
            None => base.clone(),
        }
    }
}

/// Faults of a text that may be left out.
fn text_faults(text: &str, faults: fn(&str) -> Vec<String>) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { faults(text) }
}

/// The entries of a map, by key: Go's order is none.
fn sorted<'d>(map: &Field<'d>) -> Vec<(&'d str, Field<'d>)> {
    let mut entries: Vec<_> = map.fields().collect();
    order::sort_by_key(&mut entries, |(key, _)| *key);
    entries
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !crate::schema::escaping::is_reserved(name)
}

/// What validation looks at in a URL (Go's `url.Parse`, as far as it goes here).
struct UrlParts<'u> {
    scheme: String,
    user: Option<&'u str>,
    host: &'u str,
    query: &'u str,
    fragment: &'u str,
}

impl<'u> UrlParts<'u> {
    fn of(text: &'u str) -> Result<Self, &'static str> {
        if text.chars().any(|c| c.is_ascii_control()) {
            return Err("net/url: invalid control character in URL");
        }
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let scheme = match text.split_once(':') {
            Some(("", _)) => return Err("missing protocol scheme"),
            Some((scheme, _))
                if scheme.chars().all(letter) && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) =>
            {
                scheme
            }
            Some((segment, _)) if !segment.contains('/') && !segment.chars().all(letter) => {
                return Err("first path segment in URL cannot contain colon");
            }
            _ => "",
        };
        let rest = if scheme.is_empty() { text } else { text.get(scheme.len() + 1..).unwrap_or("") };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = match rest.strip_prefix("//") {
            Some(rest) => rest.split('/').next().unwrap_or(""),
            None => "",
        };
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if host.contains(' ') {
            return Err("invalid character \" \" in host name");
        }
        Ok(Self { scheme: scheme.to_ascii_lowercase(), user, host, query, fragment })
    }
}
