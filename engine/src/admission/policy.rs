//! ValidatingAdmissionPolicy and ValidatingAdmissionPolicyBinding as the API server stores them: decoded straight from
//! nodes, every part with its place, defaults applied (kubernetes-vap.md 1.1.3). v1, v1beta1 and v1alpha1.
//!
//! Decoding never fails: what has the wrong shape is left out and reported in `errors`. Whether the API server would
//! accept the policy is asked elsewhere; a policy that it refuses still decodes as far as it can.

use alloc::{format, rc::Rc, string::String, vec::Vec};

use crate::objects::{LabelSelector, Object};
use crate::source::{Span, Spanned};
use crate::yaml::{NodeId, NodeRef, NodeValue};

/// API group of policies and bindings.
pub(super) const GROUP: &str = "admissionregistration.k8s.io";

/// A policy: what to match and what to check.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The object it was decoded from.
    pub object: Object,
    /// `metadata.name`
    pub name: Spanned<Rc<str>>,
    /// `spec`, or where it is missing.
    pub span: Span,
    /// `spec.paramKind`
    pub param_kind: Option<ParamKind>,
    /// `spec.matchConstraints`
    pub match_constraints: Option<MatchResources>,
    /// `spec.matchConditions`
    pub match_conditions: Vec<MatchCondition>,
    /// `spec.variables`, as written: of two with one name the later counts.
    pub variables: Vec<Variable>,
    /// `spec.validations`
    pub validations: Vec<Validation>,
    /// `spec.auditAnnotations`
    pub audit_annotations: Vec<AuditAnnotation>,
    /// `spec.failurePolicy`
    pub failure_policy: FailurePolicy,
    /// Where it stands, when it does.
    pub failure_policy_span: Option<Span>,
    /// What could not be decoded.
    pub errors: Vec<DecodeError>,
}

/// What happens when an evaluation fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FailurePolicy {
    /// The failure counts as a denial.
    #[default]
    Fail,
    /// The failure is passed over.
    Ignore,
    /// Something else was written; no API server stores it.
    Other(Rc<str>),
}

/// The kind of a policy's params.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamKind {
    /// `apiVersion`
    pub api_version: Spanned<Rc<str>>,
    /// `kind`
    pub kind: Spanned<Rc<str>>,
    /// The whole.
    pub span: Span,
}

/// A CEL expression in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Its text, as decoded from the scalar. Offsets of issues and errors count in it.
    pub text: Rc<str>,
    /// Its scalar, for mapping offsets back to the source.
    pub node: Option<NodeId>,
    /// The scalar's place.
    pub span: Span,
}

impl Expression {
    /// An expression that stands in no document.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: Rc::from(text), node: None, span: Span::default() }
    }
}

/// A condition on the request: all must be true for the policy to be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchCondition {
    /// Its name.
    pub name: Spanned<Rc<str>>,
    /// Its expression.
    pub expression: Expression,
    /// The whole item.
    pub span: Span,
}

/// A named expression that others may use as `variables.<name>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<Rc<str>>,
    /// Its expression.
    pub expression: Expression,
    /// The whole item.
    pub span: Span,
}

/// An expression that must be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    /// `expression`
    pub expression: Expression,
    /// `message`; `None` when left out or empty.
    pub message: Option<Spanned<Rc<str>>>,
    /// `messageExpression`; `None` when left out or empty.
    pub message_expression: Option<Expression>,
    /// `reason`
    pub reason: Option<Spanned<Rc<str>>>,
    /// The whole item.
    pub span: Span,
}

/// An expression whose value is written to the audit event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditAnnotation {
    /// `key`
    pub key: Spanned<Rc<str>>,
    /// `valueExpression`
    pub value_expression: Expression,
    /// The whole item.
    pub span: Span,
}

/// What a policy or a binding selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchResources {
    /// Namespaces; defaults to all.
    pub namespace_selector: LabelSelector,
    /// Objects by label; defaults to all.
    pub object_selector: LabelSelector,
    /// What is selected.
    pub resource_rules: Vec<NamedRule>,
    /// What is not, whatever the other rules say.
    pub exclude_resource_rules: Vec<NamedRule>,
    /// `Equivalent` unless it says `Exact`.
    pub match_policy: MatchPolicy,
    /// The whole.
    pub span: Span,
}

/// Whether other versions of a rule's resources count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatchPolicy {
    /// Only what the rule says.
    Exact,
    /// The same objects by other versions too.
    #[default]
    Equivalent,
}

/// `NamedRuleWithOperations`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedRule {
    /// Names; empty for all.
    pub resource_names: Strings,
    /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`, `*`
    pub operations: Strings,
    /// Groups; `""` is the core group.
    pub api_groups: Strings,
    /// Versions.
    pub api_versions: Strings,
    /// `pods`, `pods/status`, `*`, `pods/*`, `*/scale`, `*/*`
    pub resources: Strings,
    /// `Cluster`, `Namespaced` or `*`, the default.
    pub scope: Option<Spanned<Rc<str>>>,
    /// The whole item.
    pub span: Span,
}

/// A list of strings and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings {
    /// The strings.
    pub items: Vec<Spanned<Rc<str>>>,
    /// The list; `None` when left out.
    pub span: Option<Span>,
}

impl Strings {
    /// Whether one of them is `text`.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.items.iter().any(|item| &*item.value == text)
    }
}

/// A binding: where a policy is enforced, with what params and to what effect.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The object it was decoded from; `None` for one that was assumed.
    pub object: Option<Object>,
    /// `metadata.name`
    pub name: Spanned<Rc<str>>,
    /// `spec.policyName`
    pub policy_name: Spanned<Rc<str>>,
    /// `spec.paramRef`
    pub param_ref: Option<ParamRef>,
    /// `spec.matchResources`
    pub match_resources: Option<MatchResources>,
    /// `spec.validationActions`, in order.
    pub validation_actions: Vec<Spanned<ValidationAction>>,
    /// What could not be decoded.
    pub errors: Vec<DecodeError>,
}

/// What a binding does about a denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValidationAction {
    /// Refuse the request.
    Deny,
    /// Warn the client.
    Warn,
    /// Note it in the audit event.
    Audit,
    /// Something else was written; it has no effect.
    Other(Rc<str>),
}

impl ValidationAction {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Deny => "Deny",
            Self::Warn => "Warn",
            Self::Audit => "Audit",
            Self::Other(text) => text,
        }
    }
}

/// Which params a binding passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamRef {
    /// `name`; `None` when left out or empty.
    pub name: Option<Spanned<Rc<str>>>,
    /// `namespace`; `None` when left out or empty.
    pub namespace: Option<Spanned<Rc<str>>>,
    /// `selector`
    pub selector: Option<LabelSelector>,
    /// `parameterNotFoundAction`; v1alpha1 defaults to Deny.
    pub parameter_not_found_action: Option<ParameterNotFoundAction>,
    /// The whole.
    pub span: Span,
}

/// What happens when a paramRef selects nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterNotFoundAction {
    /// The binding is passed over.
    Allow,
    /// A configuration error.
    Deny,
}

/// What could not be decoded, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// `json: cannot unmarshal …`
    pub message: String,
    /// The value.
    pub span: Span,
}

impl Policy {
    /// Whether an object is a policy of a version that can be decoded.
    #[must_use]
    pub fn is(object: &Object) -> bool {
        object.gvk.is(GROUP, "ValidatingAdmissionPolicy")
    }

    /// Decodes a policy.
    #[must_use]
    pub fn decode(object: &Object) -> Self {
        let mut decoder = Decoder::default();
        let root = object.root();
        let spec = decoder.map(root, "spec", "ValidatingAdmissionPolicy", ".spec");
        let field = |name| spec.and_then(|spec| spec.get(name));
        let (failure_policy, failure_policy_span) =
            match decoder.string(spec, "failurePolicy", "ValidatingAdmissionPolicySpec", ".spec") {
                None => (FailurePolicy::Fail, None),
                Some(text) => (
                    match &*text.value {
                        "Fail" => FailurePolicy::Fail,
                        "Ignore" => FailurePolicy::Ignore,
                        _ => FailurePolicy::Other(Rc::clone(&text.value)),
                    },
                    Some(text.span),
                ),
            };
        let param_kind = decoder
            .map_of(field("paramKind"), "ValidatingAdmissionPolicySpec.spec.paramKind", "v1.ParamKind")
            .map(|node| ParamKind {
                api_version: decoder.text(node, "apiVersion", "ParamKind", ".spec.paramKind"),
                kind: decoder.text(node, "kind", "ParamKind", ".spec.paramKind"),
                span: node.span(),
            });
        let match_constraints = decoder
            .map_of(
                field("matchConstraints"),
                "ValidatingAdmissionPolicySpec.spec.matchConstraints",
                "v1.MatchResources",
            )
            .map(|node| decoder.match_resources(node, ".spec.matchConstraints"));
        let match_conditions = decoder
            .list(field("matchConditions"), "spec.matchConditions", "v1.MatchCondition")
            .into_iter()
            .map(|node| MatchCondition {
                name: decoder.text(node, "name", "MatchCondition", ".spec.matchConditions"),
                expression: decoder.expression(node, "expression", "MatchCondition", ".spec.matchConditions"),
                span: node.span(),
            })
            .collect();
        let variables = decoder
            .list(field("variables"), "spec.variables", "v1.Variable")
            .into_iter()
            .map(|node| Variable {
                name: decoder.text(node, "name", "Variable", ".spec.variables"),
                expression: decoder.expression(node, "expression", "Variable", ".spec.variables"),
                span: node.span(),
            })
            .collect();
        let validations = decoder
            .list(field("validations"), "spec.validations", "v1.Validation")
            .into_iter()
            .map(|node| {
                let path = ".spec.validations";
                let message_expression = decoder.expression(node, "messageExpression", "Validation", path);
                Validation {
                    expression: decoder.expression(node, "expression", "Validation", path),
                    message: decoder
                        .string(Some(node), "message", "Validation", path)
                        .filter(|text| !text.value.is_empty()),
                    message_expression: (!message_expression.text.is_empty()).then_some(message_expression),
                    reason: decoder.string(Some(node), "reason", "Validation", path),
                    span: node.span(),
                }
            })
            .collect();
        let audit_annotations = decoder
            .list(field("auditAnnotations"), "spec.auditAnnotations", "v1.AuditAnnotation")
            .into_iter()
            .map(|node| {
                let path = ".spec.auditAnnotations";
                AuditAnnotation {
                    key: decoder.text(node, "key", "AuditAnnotation", path),
                    value_expression: decoder.expression(node, "valueExpression", "AuditAnnotation", path),
                    span: node.span(),
                }
            })
            .collect();
        Self {
            name: object.name.clone(),
            span: spec.map_or_else(|| root.span().after(), NodeRef::span),
            param_kind,
            match_constraints,
            match_conditions,
            variables,
            validations,
            audit_annotations,
            failure_policy,
            failure_policy_span,
            errors: decoder.errors,
            object: object.clone(),
        }
    }
}

impl Binding {
    /// Whether an object is a binding of a version that can be decoded.
    #[must_use]
    pub fn is(object: &Object) -> bool {
        object.gvk.is(GROUP, "ValidatingAdmissionPolicyBinding")
    }

    /// Decodes a binding.
    #[must_use]
    pub fn decode(object: &Object) -> Self {
        let mut decoder = Decoder::default();
        let root = object.root();
        let spec = decoder.map(root, "spec", "ValidatingAdmissionPolicyBinding", ".spec");
        let field = |name| spec.and_then(|spec| spec.get(name));
        let policy_name = decoder
            .string(spec, "policyName", "ValidatingAdmissionPolicyBindingSpec", ".spec")
            .unwrap_or_else(|| Spanned::new(Rc::from(""), root.span().before()));
        let param_ref = decoder
            .map_of(field("paramRef"), "ValidatingAdmissionPolicyBindingSpec.spec.paramRef", "v1.ParamRef")
            .map(|node| {
                let mut text = |name| {
                    decoder
                        .string(Some(node), name, "ParamRef", ".spec.paramRef")
                        .filter(|text| !text.value.is_empty())
                };
                let name = text("name");
                let namespace = text("namespace");
                let action = match text("parameterNotFoundAction").as_ref().map(|text| &*text.value) {
                    Some("Deny") => Some(ParameterNotFoundAction::Deny),
                    Some(_) => Some(ParameterNotFoundAction::Allow),
                    None if &*object.gvk.version == "v1alpha1" => Some(ParameterNotFoundAction::Deny),
                    None => None,
                };
                let selector =
                    node.get("selector").filter(|selector| !selector.is_null()).map(LabelSelector::read);
                ParamRef { name, namespace, selector, parameter_not_found_action: action, span: node.span() }
            });
        let match_resources = decoder
            .map_of(
                field("matchResources"),
                "ValidatingAdmissionPolicyBindingSpec.spec.matchResources",
                "v1.MatchResources",
            )
            .map(|node| decoder.match_resources(node, ".spec.matchResources"));
        let validation_actions = decoder
            .strings(
                field("validationActions"),
                "ValidatingAdmissionPolicyBindingSpec.spec.validationActions",
                "v1.ValidationAction",
            )
            .items
            .into_iter()
            .map(|text| {
                let action = match &*text.value {
                    "Deny" => ValidationAction::Deny,
                    "Warn" => ValidationAction::Warn,
                    "Audit" => ValidationAction::Audit,
                    _ => ValidationAction::Other(Rc::clone(&text.value)),
                };
                Spanned::new(action, text.span)
            })
            .collect();
        Self {
            object: Some(object.clone()),
            name: object.name.clone(),
            policy_name,
            param_ref,
            match_resources,
            validation_actions,
            errors: decoder.errors,
        }
    }

    /// The binding that a policy without any is judged by: everywhere, no params, Deny.
    #[must_use]
    pub fn assumed(policy: &Policy) -> Self {
        Self {
            object: None,
            name: Spanned::new(Rc::from(format!("{}-binding", policy.name.value)), Span::default()),
            policy_name: policy.name.clone(),
            param_ref: None,
            match_resources: None,
            validation_actions: alloc::vec![Spanned::new(ValidationAction::Deny, Span::default())],
            errors: Vec::new(),
        }
    }

    /// Whether it was assumed, not written.
    #[must_use]
    pub const fn is_assumed(&self) -> bool {
        self.object.is_none()
    }
}

/// Reads fields as encoding/json would, notes what it could not read. Null is absent.
#[derive(Default)]
struct Decoder {
    errors: Vec<DecodeError>,
}

impl Decoder {
    fn refuse(&mut self, node: NodeRef<'_>, field: &str, wanted: &str) {
        let found = match node.value() {
            NodeValue::Null => return,
            NodeValue::Bool(_) => "bool",
            NodeValue::Int(_) | NodeValue::Float(_) => "number",
            NodeValue::String(_) => "string",
            NodeValue::Sequence(_) => "array",
            NodeValue::Mapping(_) => "object",
        };
        self.errors.push(DecodeError {
            message: format!("json: cannot unmarshal {found} into Go struct field {field} of type {wanted}"),
            span: node.span(),
        });
    }

    fn map<'d>(&mut self, parent: NodeRef<'d>, key: &str, owner: &str, path: &str) -> Option<NodeRef<'d>> {
        self.map_of(parent.get(key), &format!("{owner}{path}"), &format!("v1.{owner}Spec"))
    }

    fn map_of<'d>(&mut self, node: Option<NodeRef<'d>>, field: &str, wanted: &str) -> Option<NodeRef<'d>> {
        let node = node.filter(|node| !node.is_null())?;
        if let NodeValue::Mapping(_) = node.value() {
            return Some(node);
        }
        self.refuse(node, field, wanted);
        None
    }

    /// Items that are maps; a null item is an empty one in Go, and so has nothing to read.
    fn list<'d>(&mut self, node: Option<NodeRef<'d>>, field: &str, wanted: &str) -> Vec<NodeRef<'d>> {
        self.list_of(node, &format!("ValidatingAdmissionPolicySpec.{field}"), wanted)
    }

    fn list_of<'d>(&mut self, node: Option<NodeRef<'d>>, field: &str, wanted: &str) -> Vec<NodeRef<'d>> {
        let Some(node) = node.filter(|node| !node.is_null()) else { return Vec::new() };
        if !matches!(node.value(), NodeValue::Sequence(_)) {
            self.refuse(node, field, &format!("[]{wanted}"));
            return Vec::new();
        }
        let mut items = Vec::new();
        for item in node.items() {
            match item.value() {
                NodeValue::Mapping(_) | NodeValue::Null => items.push(item),
                _ => self.refuse(item, field, wanted),
            }
        }
        items
    }

    fn string(
        &mut self,
        parent: Option<NodeRef<'_>>,
        key: &str,
        owner: &str,
        path: &str,
    ) -> Option<Spanned<Rc<str>>> {
        let parent = parent?;
        let entry = parent.entry(key)?;
        let node = parent.document().at(entry.value);
        match node.value() {
            NodeValue::String(text) => Some(Spanned::new(Rc::clone(text), entry.span)),
            _ => {
                let path = path.strip_prefix('.').unwrap_or(path);
                // Go names the type where the field has one of its own.
                let wanted = match key {
                    "failurePolicy" => "v1.FailurePolicyType",
                    "matchPolicy" => "v1.MatchPolicyType",
                    "scope" => "v1.ScopeType",
                    "reason" => "v1.StatusReason",
                    "parameterNotFoundAction" => "v1.ParameterNotFoundActionType",
                    _ => "string",
                };
                self.refuse(node, &format!("{owner}.{path}.{key}"), wanted);
                None
            }
        }
    }

    fn text(&mut self, parent: NodeRef<'_>, key: &str, owner: &str, path: &str) -> Spanned<Rc<str>> {
        self.string(Some(parent), key, owner, path)
            .unwrap_or_else(|| Spanned::new(Rc::from(""), parent.span().before()))
    }

    fn expression(&mut self, parent: NodeRef<'_>, key: &str, owner: &str, path: &str) -> Expression {
        let text = self.text(parent, key, owner, path);
        Expression { text: text.value, node: parent.entry(key).map(|entry| entry.value), span: text.span }
    }

    fn strings(&mut self, node: Option<NodeRef<'_>>, field: &str, wanted: &str) -> Strings {
        let Some(node) = node.filter(|node| !node.is_null()) else { return Strings::default() };
        let NodeValue::Sequence(list) = node.value() else {
            self.refuse(node, field, &format!("[]{wanted}"));
            return Strings { items: Vec::new(), span: Some(node.span()) };
        };
        let mut items = Vec::new();
        for item in list {
            let value = node.document().at(item.value);
            match value.value() {
                NodeValue::String(text) => items.push(Spanned::new(Rc::clone(text), item.span)),
                NodeValue::Null => items.push(Spanned::new(Rc::from(""), item.span)),
                _ => self.refuse(value, field, wanted),
            }
        }
        Strings { items, span: Some(node.span()) }
    }

    fn match_resources(&mut self, node: NodeRef<'_>, path: &str) -> MatchResources {
        let selector = |decoder: &mut Self, key: &str| {
            let field = format!("MatchResources{path}.{key}");
            decoder.map_of(node.get(key), &field, "v1.LabelSelector").map(LabelSelector::read)
        };
        let namespace_selector = selector(self, "namespaceSelector").unwrap_or_default();
        let object_selector = selector(self, "objectSelector").unwrap_or_default();
        let match_policy = match self
            .string(Some(node), "matchPolicy", "MatchResources", path)
            .as_ref()
            .map(|t| &*t.value)
        {
            Some("Exact") => MatchPolicy::Exact,
            _ => MatchPolicy::Equivalent,
        };
        MatchResources {
            namespace_selector,
            object_selector,
            resource_rules: self.rules(node.get("resourceRules"), &format!("{path}.resourceRules")),
            exclude_resource_rules: self
                .rules(node.get("excludeResourceRules"), &format!("{path}.excludeResourceRules")),
            match_policy,
            span: node.span(),
        }
    }

    fn rules(&mut self, node: Option<NodeRef<'_>>, path: &str) -> Vec<NamedRule> {
        let field = path.strip_prefix('.').unwrap_or(path);
        let items = self.list_of(node, &format!("MatchResources.{field}"), "v1.NamedRuleWithOperations");
        items
            .into_iter()
            .map(|rule| {
                // The path goes through the structs that are embedded.
                let mut strings = |key: &str, wanted: &str| {
                    let embedded = match key {
                        "resourceNames" => "",
                        "operations" => ".RuleWithOperations",
                        _ => ".RuleWithOperations.Rule",
                    };
                    let field = format!("NamedRuleWithOperations{path}{embedded}.{key}");
                    self.strings(rule.get(key), &field, wanted)
                };
                NamedRule {
                    resource_names: strings("resourceNames", "string"),
                    operations: strings("operations", "v1.OperationType"),
                    api_groups: strings("apiGroups", "string"),
                    api_versions: strings("apiVersions", "string"),
                    resources: strings("resources", "string"),
                    scope: self.string(
                        Some(rule),
                        "scope",
                        "NamedRuleWithOperations",
                        &format!("{path}.RuleWithOperations.Rule"),
                    ),
                    span: rule.span(),
                }
            })
            .collect()
    }
}
