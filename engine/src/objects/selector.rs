//! Label selectors (`metav1.LabelSelector`): read, match, and say why they cannot.
//!
//! Upstream: `k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go`, `pkg/labels/selector.go`.

use alloc::{format, rc::Rc, string::String, vec::Vec};
use core::fmt;

use super::{metadata::Labels, name};
use crate::order;
use crate::source::{Span, Spanned};
use crate::yaml::{NodeRef, NodeValue};

/// A label selector as written. An empty one selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    /// `matchLabels` and `matchExpressions`, ANDed; labels first, ascending by key as upstream sorts them.
    pub requirements: Vec<Requirement>,
    /// Where the selector stands.
    pub span: Span,
}

/// One condition of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: Rc<str>,
    /// What is asked of it.
    pub operator: Operator,
    /// The values it is held against.
    pub values: Vec<Rc<str>>,
    /// Where it stands.
    pub span: Span,
}

/// What a requirement asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The key is there and its value is listed.
    In,
    /// The key is not there or its value is not listed.
    NotIn,
    /// The key is there.
    Exists,
    /// The key is not there.
    DoesNotExist,
    /// Something else was written: an error when the selector is used.
    Other(Spanned<Rc<str>>),
}

impl LabelSelector {
    /// Reads a selector. What has the wrong shape is left out: decoding has refused it already.
    #[must_use]
    pub fn read(node: NodeRef<'_>) -> Self {
        let mut requirements: Vec<Requirement> = Vec::new();
        if let Some(labels) = node.get("matchLabels") {
            for entry in labels.entries() {
                let value = node.document().at(entry.value);
                let text: Rc<str> = match value.value() {
                    NodeValue::String(text) => Rc::clone(text),
                    NodeValue::Null => Rc::from(""),
                    _ => continue,
                };
                requirements.push(Requirement {
                    key: Rc::clone(&entry.key),
                    operator: Operator::In,
                    values: alloc::vec![text],
                    span: entry.key_span.to(entry.span),
                });
            }
            order::sort_by(&mut requirements, |a, b| a.key.cmp(&b.key));
        }
        for expression in node.get("matchExpressions").into_iter().flat_map(NodeRef::items) {
            let written = expression.get("operator");
            let operator = match written.and_then(NodeRef::as_str).unwrap_or("") {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => Operator::Other(Spanned::new(
                    Rc::from(other),
                    written.map_or_else(|| expression.span().before(), NodeRef::span),
                )),
            };
            requirements.push(Requirement {
                key: Rc::from(expression.get("key").and_then(NodeRef::as_str).unwrap_or("")),
                operator,
                values: expression
                    .get("values")
                    .into_iter()
                    .flat_map(NodeRef::items)
                    .filter_map(|value| value.as_str().map(Rc::from))
                    .collect(),
                span: expression.span(),
            });
        }
        Self { requirements, span: node.span() }
    }

    /// Whether it selects everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// What is wrong with it, in upstream's words (`LabelSelectorAsSelector`, `labels.NewRequirement`): the first
    /// requirement that has a fault, with all of its faults.
    ///
    /// # Errors
    /// That text.
    pub fn check(&self) -> Result<(), String> {
        self.requirements.iter().try_for_each(Requirement::check)
    }

    /// Whether it selects something with those labels.
    #[must_use]
    pub fn matches(&self, labels: Labels<'_>) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }
}

impl Requirement {
    fn check(&self) -> Result<(), String> {
        let mut faults: Vec<String> = Vec::new();
        let mut invalid = |path: String, value: String, why: &str| {
            faults.push(format!("{path}: Invalid value: {value}: {why}"));
        };
        if let Operator::Other(operator) = &self.operator {
            return Err(format!("{:?} is not a valid label selector operator", &*operator.value));
        }
        let wrong = name::qualified_name(&self.key);
        if !wrong.is_empty() {
            invalid("key".into(), format!("{:?}", &*self.key), &wrong.join("; "));
        }
        let quoted: Vec<String> = self.values.iter().map(|value| format!("{:?}", &**value)).collect();
        let all = format!("[{}]", quoted.join(","));
        match self.operator {
            Operator::In | Operator::NotIn if self.values.is_empty() => {
                invalid("values".into(), all, "for 'in', 'notin' operators, values set can't be empty");
            }
            Operator::Exists | Operator::DoesNotExist if !self.values.is_empty() => {
                invalid("values".into(), all, "values set must be empty for exists and does not exist");
            }
            _ => {}
        }
        for (at, (value, quoted)) in self.values.iter().zip(quoted).enumerate() {
            let wrong = name::label_value(value);
            if !wrong.is_empty() {
                invalid(format!("values[{at}][{}]", self.key), quoted, &wrong.join("; "));
            }
        }
        match faults.as_slice() {
            [] => Ok(()),
            [one] => Err(one.clone()),
            many => Err(format!("[{}]", many.join(", "))),
        }
    }

    /// Whether the labels fulfil it.
    #[must_use]
    pub fn matches(&self, labels: Labels<'_>) -> bool {
        let value = labels.get(&self.key);
        let listed = || value.is_some_and(|value| self.values.iter().any(|known| &**known == value));
        match self.operator {
            Operator::In => listed(),
            Operator::NotIn => !listed(),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Other(_) => false,
        }
    }
}

/// As `kubectl` prints selectors: `app=web,tier in (a,b),!debug`.
impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, requirement) in self.requirements.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            write!(f, "{requirement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = |f: &mut fmt::Formatter<'_>, word: &str| {
            write!(f, "{} {word} ({})", self.key, self.values.join(","))
        };
        match (&self.operator, self.values.as_slice()) {
            (Operator::In, [one]) => write!(f, "{}={one}", self.key),
            (Operator::In, _) => set(f, "in"),
            (Operator::NotIn, [one]) => write!(f, "{}!={one}", self.key),
            (Operator::NotIn, _) => set(f, "notin"),
            (Operator::Exists, _) => f.write_str(&self.key),
            (Operator::DoesNotExist, _) => write!(f, "!{}", self.key),
            (Operator::Other(word), _) => set(f, &word.value),
        }
    }
}
