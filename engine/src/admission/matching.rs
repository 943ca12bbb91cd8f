//! Which requests a policy or a binding selects (kubernetes-vap.md part 2; `policy/matching/matching.go`,
//! `webhook/predicates`), and on demand, for every component, what was asked and what was seen.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use super::attributes::{Attributes, Operation};
use super::policy::{MatchPolicy, MatchResources, NamedRule, Strings};
use crate::cel::quote::quote;
use crate::objects::{Cluster, GroupVersionKind, GroupVersionResource, LabelSelector, Labels, Object};
use crate::source::Span;

/// How a request was matched: by its own resource and kind, or by equivalent ones, which CEL then sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The matched resource.
    pub resource: GroupVersionResource,
    /// The matched kind; objects are converted to it.
    pub kind: GroupVersionKind,
}

/// One line of the table that says why a request was selected or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchRow {
    /// What is asked of: `namespaceSelector`, `resourceRules[0].operations` …
    pub component: String,
    /// What is asked.
    pub asked: String,
    /// What was seen.
    pub seen: String,
    /// Whether it let the request through; `None` when an earlier row had decided.
    pub passed: Option<bool>,
    /// Where the question stands.
    pub span: Option<Span>,
}

/// The answer to "does this select the request".
#[derive(Clone, Debug)]
pub struct Selection {
    /// `Ok(None)`: it does not. `Err`: it cannot be said, with the server's text (a configuration error).
    pub result: Result<Option<Match>, String>,
    /// Why, when asked for.
    pub rows: Vec<MatchRow>,
}

/// The resources that no policy in the API ever judges, by group.
const EXCLUDED: &[(&str, &[&str])] = &[
    ("authentication.k8s.io", &["selfsubjectreviews", "tokenreviews"]),
    (
        "authorization.k8s.io",
        &[
            "localsubjectaccessreviews",
            "selfsubjectaccessreviews",
            "selfsubjectrulesreviews",
            "subjectaccessreviews",
        ],
    ),
    (
        "admissionregistration.k8s.io",
        &[
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
        ],
    ),
];

/// Whether no policy is asked about requests on a resource, whatever it matches.
#[must_use]
pub fn is_excluded(resource: &GroupVersionResource) -> bool {
    EXCLUDED
        .iter()
        .any(|(group, resources)| *group == &*resource.group && resources.contains(&&*resource.resource))
}

/// Whether `constraints` select a request.
#[must_use]
pub fn select(
    constraints: &MatchResources,
    attributes: &Attributes,
    cluster: &Cluster,
    explain: bool,
) -> Selection {
    let mut rows = Rows { list: explain.then(Vec::new), decided: false };
    let result = decide(constraints, attributes, cluster, &mut rows);
    Selection { result, rows: rows.list.unwrap_or_default() }
}

/// Collects rows when they are wanted. After a row has decided, later ones are listed without a result.
struct Rows {
    list: Option<Vec<MatchRow>>,
    decided: bool,
}

impl Rows {
    const fn wanted(&self) -> bool {
        self.list.is_some()
    }

    fn push(&mut self, passed: bool, row: impl FnOnce() -> MatchRow) {
        let decided = self.decided;
        if let Some(list) = &mut self.list {
            let row = row();
            list.push(MatchRow { passed: (!decided).then_some(passed), ..row });
        }
    }
}

fn decide(
    constraints: &MatchResources,
    attributes: &Attributes,
    cluster: &Cluster,
    rows: &mut Rows,
) -> Result<Option<Match>, String> {
    let mut unmatched = false;
    let namespaces = select_namespace(&constraints.namespace_selector, attributes, cluster);
    rows.push(namespaces.passed != Ok(false), || MatchRow {
        component: "namespaceSelector".into(),
        asked: asked_selector(&constraints.namespace_selector),
        seen: namespaces.seen.clone(),
        passed: None,
        span: place(&constraints.namespace_selector),
    });
    if namespaces.passed == Ok(false) {
        unmatched = true;
        rows.decided = true;
    }
    let objects = select_object(&constraints.object_selector, attributes);
    rows.push(objects.passed != Ok(false), || MatchRow {
        component: "objectSelector".into(),
        asked: asked_selector(&constraints.object_selector),
        seen: objects.seen.clone(),
        passed: None,
        span: place(&constraints.object_selector),
    });
    if objects.passed == Ok(false) {
        unmatched = true;
        rows.decided = true;
    }
    if unmatched && !rows.wanted() {
        return Ok(None);
    }
    let excluded = select_rules(
        "excludeResourceRules",
        &constraints.exclude_resource_rules,
        constraints,
        attributes,
        cluster,
        rows,
    );
    if !unmatched && excluded.as_ref().is_ok_and(Option::is_some) {
        unmatched = true;
        rows.decided = true;
    }
    if unmatched && !rows.wanted() {
        return Ok(None);
    }
    let selected = if constraints.resource_rules.is_empty() {
        Ok(Some(Match { resource: attributes.resource.clone(), kind: attributes.kind.clone() }))
    } else {
        select_rules("resourceRules", &constraints.resource_rules, constraints, attributes, cluster, rows)
    };
    if unmatched {
        return Ok(None);
    }
    excluded?;
    let Some(selected) = selected? else { return Ok(None) };
    // Selector errors only matter for requests that the rules select.
    namespaces.passed?;
    objects.passed?;
    Ok(Some(selected))
}

struct Selected {
    passed: Result<bool, String>,
    seen: String,
}

fn asked_selector(selector: &LabelSelector) -> String {
    if selector.is_empty() { "any".into() } else { format!("{selector}") }
}

fn place(selector: &LabelSelector) -> Option<Span> {
    (selector.span != Span::default()).then_some(selector.span)
}

fn internal(text: &str) -> String {
    format!("Internal error occurred: {text}")
}

/// The labels that are seen, as `kubectl` prints them.
fn print_labels(labels: Labels<'_>) -> String {
    let mut out = String::new();
    for (key, value) in labels.iter() {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(key);
        out.push('=');
        out.push_str(value);
    }
    if out.is_empty() { "no labels".into() } else { out }
}

fn select_namespace(selector: &LabelSelector, attributes: &Attributes, cluster: &Cluster) -> Selected {
    let on_namespaces = &*attributes.resource.resource == "namespaces";
    if attributes.namespace.is_empty() && !on_namespaces {
        return Selected { passed: Ok(true), seen: "cluster-scoped".into() };
    }
    if let Err(text) = selector.check() {
        return Selected { passed: Err(internal(&text)), seen: text };
    }
    if selector.is_empty() {
        return Selected { passed: Ok(true), seen: format!("namespace {}", attributes.namespace) };
    }
    let incoming = on_namespaces
        && attributes.subresource.is_empty()
        && matches!(attributes.operation, Operation::Create | Operation::Update);
    let namespace = if incoming {
        attributes.object.as_ref()
    } else {
        let found = cluster.namespace(&attributes.namespace);
        if found.is_none() {
            let text = format!("namespaces {} not found", quote(&attributes.namespace));
            return Selected { passed: Err(text.clone()), seen: text };
        }
        found
    };
    let labels = namespace.map(|object| object.metadata().labels()).unwrap_or_default();
    Selected { passed: Ok(selector.matches(labels)), seen: print_labels(labels) }
}

fn select_object(selector: &LabelSelector, attributes: &Attributes) -> Selected {
    if let Err(text) = selector.check() {
        return Selected { passed: Err(internal(&text)), seen: text };
    }
    let labels = |object: &Option<Object>| -> Option<bool> {
        let metadata = object.as_ref()?.metadata();
        // Options objects have no metadata; an object without any has no labels.
        (attributes.operation != Operation::Connect).then(|| selector.matches(metadata.labels()))
    };
    let passed = selector.is_empty()
        || labels(&attributes.object) == Some(true)
        || labels(&attributes.old_object) == Some(true);
    let print =
        |object: &Option<Object>| object.as_ref().map(|object| print_labels(object.metadata().labels()));
    let seen = match (print(&attributes.object), print(&attributes.old_object)) {
        (Some(new), Some(old)) if new != old => format!("{new}; before: {old}"),
        (Some(seen), _) | (None, Some(seen)) => seen,
        (None, None) => "no object".into(),
    };
    Selected { passed: Ok(passed), seen }
}

fn select_rules(
    name: &str,
    rules: &[NamedRule],
    constraints: &MatchResources,
    attributes: &Attributes,
    cluster: &Cluster,
    rows: &mut Rows,
) -> Result<Option<Match>, String> {
    let mut found: Option<Result<Match, String>> = None;
    for (at, rule) in rules.iter().enumerate() {
        let matched = rule_matches(rule, &attributes.resource, attributes) && names(rule, attributes);
        if rows.wanted() {
            let decided = rows.decided;
            rows.decided = decided || found.is_some();
            explain_rule(&format!("{name}[{at}]"), rule, attributes, rows);
            rows.decided = decided;
        }
        if matched && found.is_none() {
            found = Some(Ok(Match { resource: attributes.resource.clone(), kind: attributes.kind.clone() }));
            if !rows.wanted() {
                break;
            }
        }
    }
    if found.is_none() && constraints.match_policy == MatchPolicy::Equivalent && !rules.is_empty() {
        let equivalents = cluster.resources().equivalents(&attributes.resource, &attributes.subresource);
        'rules: for (at, rule) in rules.iter().enumerate() {
            for (resource, kind) in &equivalents {
                if !rule_matches(rule, resource, attributes) {
                    continue;
                }
                let Some(kind) = kind else {
                    found = Some(Err(format!("unable to convert to {resource}: unknown kind")));
                    break 'rules;
                };
                if names(rule, attributes) {
                    rows.push(true, || MatchRow {
                        component: format!("{name}[{at}]"),
                        asked: format!("equivalent {resource}"),
                        seen: format!("{}", attributes.resource),
                        passed: None,
                        span: Some(rule.span),
                    });
                    found = Some(Ok(Match { resource: resource.clone(), kind: kind.clone() }));
                    break 'rules;
                }
            }
        }
    }
    found.transpose()
}

/// Scope, operation, group, version and resource, as `rules.Matcher` tests them.
fn rule_matches(rule: &NamedRule, resource: &GroupVersionResource, attributes: &Attributes) -> bool {
    scope(rule, resource, attributes)
        && any_or(&rule.operations, attributes.operation.as_str())
        && any_or(&rule.api_groups, &resource.group)
        && any_or(&rule.api_versions, &resource.version)
        && resources(rule, resource, attributes)
}

fn scope(rule: &NamedRule, resource: &GroupVersionResource, attributes: &Attributes) -> bool {
    let namespaces =
        resource.group.is_empty() && &*resource.version == "v1" && &*resource.resource == "namespaces";
    match rule.scope.as_ref().map(|scope| &*scope.value) {
        None | Some("*") => true,
        Some("Namespaced") => !namespaces && !attributes.namespace.is_empty(),
        Some("Cluster") => namespaces || attributes.namespace.is_empty(),
        Some(_) => false,
    }
}

fn any_or(list: &Strings, wanted: &str) -> bool {
    list.items.iter().any(|item| &*item.value == "*" || &*item.value == wanted)
}

fn resources(rule: &NamedRule, resource: &GroupVersionResource, attributes: &Attributes) -> bool {
    rule.resources.items.iter().any(|item| {
        let (name, subresource) = item.value.split_once('/').unwrap_or((&item.value, ""));
        (name == "*" || name == &*resource.resource)
            && (subresource == "*" || subresource == &*attributes.subresource)
    })
}

fn names(rule: &NamedRule, attributes: &Attributes) -> bool {
    rule.resource_names.items.is_empty() || rule.resource_names.contains(&attributes.name)
}

/// Every component of a rule against the request's own resource.
fn explain_rule(name: &str, rule: &NamedRule, attributes: &Attributes, rows: &mut Rows) {
    let resource = &attributes.resource;
    let list = |strings: &Strings| {
        strings
            .items
            .iter()
            .map(|item| if item.value.is_empty() { "\"\"" } else { &item.value })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut row = |part: &str, asked: String, seen: String, passed: bool, span: Option<Span>| {
        rows.push(passed, || MatchRow {
            component: format!("{name}.{part}"),
            asked,
            seen,
            passed: None,
            span: span.or(Some(rule.span)),
        });
    };
    if let Some(asked) = &rule.scope {
        let seen = if attributes.namespace.is_empty() || &*resource.resource == "namespaces" {
            "Cluster"
        } else {
            "Namespaced"
        };
        let passed = scope(rule, resource, attributes);
        row("scope", (*asked.value).to_owned(), seen.into(), passed, Some(asked.span));
    }
    let operation = attributes.operation.as_str();
    row(
        "operations",
        list(&rule.operations),
        operation.into(),
        any_or(&rule.operations, operation),
        rule.operations.span,
    );
    let group = if resource.group.is_empty() { "\"\"" } else { &resource.group };
    row(
        "apiGroups",
        list(&rule.api_groups),
        group.into(),
        any_or(&rule.api_groups, &resource.group),
        rule.api_groups.span,
    );
    row(
        "apiVersions",
        list(&rule.api_versions),
        (*resource.version).into(),
        any_or(&rule.api_versions, &resource.version),
        rule.api_versions.span,
    );
    let seen = if attributes.subresource.is_empty() {
        (*resource.resource).to_owned()
    } else {
        format!("{}/{}", resource.resource, attributes.subresource)
    };
    row("resources", list(&rule.resources), seen, resources(rule, resource, attributes), rule.resources.span);
    if !rule.resource_names.items.is_empty() {
        row(
            "resourceNames",
            list(&rule.resource_names),
            (*attributes.name).into(),
            names(rule, attributes),
            rule.resource_names.span,
        );
    }
}
