//! Help with writing: what may stand at a place in an expression of a policy, and what the word there means.

use alloc::{
    collections::BTreeSet,
    format,
    rc::Rc,
    string::{String, ToString},
    vec::Vec,
};

use serde::{Deserialize, Serialize};

use super::{
    Reviewer, Scenario,
    read::{self, Reading, Subject},
};
use crate::admission::typecheck::TypeChecker;
use crate::admission::{Expression, Policy};
use crate::cel::env::Env;
use crate::environment::{CURRENT, Environment, Mode, Version};
use crate::objects::GroupVersionKind;
use crate::report::completion::{Completion, CompletionKind, MARK, completions};

/// What may stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Completions {
    /// How many bytes before the place belong to the word that is completed.
    pub begun: usize,
    /// What it may become: fields and variables first.
    pub items: Vec<Completion>,
}

impl Reviewer {
    /// What may stand at the byte `offset` of a text; `None`: no expression is there.
    #[must_use]
    pub fn complete(&self, scenario: &Scenario, text: usize, offset: usize) -> Option<Completions> {
        let found = self.at(scenario, text, offset, Mode::New)?;
        (!found.items.is_empty()).then_some(found)
    }

    /// What the word means that ends at the byte `offset` of a text.
    #[must_use]
    pub fn describe(&self, scenario: &Scenario, text: usize, offset: usize) -> Option<Completion> {
        let source = &scenario.texts.get(text)?.text;
        let called = source.get(offset..)?.trim_start().starts_with('(');
        let found = self.at(scenario, text, offset, Mode::Stored)?;
        let word = source.get(offset.checked_sub(found.begun)?..offset)?;
        found.items.into_iter().find(|item| {
            let callable = matches!(item.kind, CompletionKind::Function | CompletionKind::Macro);
            item.label == word && callable == called
        })
    }

    fn at(&self, scenario: &Scenario, text: usize, offset: usize, mode: Mode) -> Option<Completions> {
        // A quote that nothing closes yet would hide the whole document.
        for close in ["", "\"", "'"] {
            let mut marked = scenario.clone();
            let source = &mut marked.texts.get_mut(text)?.text;
            let (before, after) = source.split_at_checked(offset)?;
            *source = format!("{before}{MARK}{close}{after}");
            let reading = read::read(&marked);
            for policy in &reading.policies {
                if let Some((expression, variables, authorizer)) = marked_in(policy) {
                    let version = scenario.version.parse().unwrap_or(CURRENT);
                    let env = Environment::new(Version::compatibility(version), mode);
                    let before = expression.text.split(MARK).next().unwrap_or("");
                    return Some(self.listed(&reading, policy, &env, before, variables, authorizer));
                }
            }
        }
        None
    }

    fn listed(
        &self,
        reading: &Reading,
        policy: &Policy,
        env: &Env,
        before: &str,
        variables: usize,
        authorizer: bool,
    ) -> Completions {
        let schemas = self.schemas(reading);
        let resources = reading.cluster.resources();
        let checker = TypeChecker { env, resources, schemas: &schemas, suffix: "" };
        let samples = reading.subjects.iter().filter_map(|subject| match subject {
            Subject::Object(object) => Some(object.gvk.clone()),
            Subject::Broken(_) => None,
        });
        let samples: BTreeSet<GroupVersionKind> = samples.collect();
        let environments = checker.environments(policy, &samples, variables, authorizer);
        let mut answer = Completions::default();
        // Which kinds have a field that not all have.
        let mut kinds: Vec<Vec<Rc<str>>> = Vec::new();
        for (kind, env) in &environments {
            let (begun, items) = completions(env, before);
            answer.begun = begun;
            for item in items {
                let known =
                    answer.items.iter().position(|had| had.kind == item.kind && had.label == item.label);
                let at = known.unwrap_or_else(|| {
                    answer.items.push(item);
                    kinds.push(Vec::new());
                    kinds.len().saturating_sub(1)
                });
                if let Some(of) = kinds.get_mut(at) {
                    of.push(Rc::clone(&kind.kind));
                }
            }
        }
        for (item, of) in answer.items.iter_mut().zip(kinds) {
            if of.len() < environments.len() {
                let of: Vec<String> = of.iter().map(ToString::to_string).collect();
                item.detail = format!("{} of {}", item.detail, of.join(", "));
            }
        }
        answer
    }
}

/// The expression that holds the mark, how many variables are declared before it, and whether the authorizer is.
fn marked_in(policy: &Policy) -> Option<(&Expression, usize, bool)> {
    let all = policy.variables.len();
    let variables = policy.variables.iter().enumerate().map(|(at, known)| (&known.expression, at, true));
    let conditions = policy.match_conditions.iter().map(|known| (&known.expression, all, true));
    let validations = policy.validations.iter().flat_map(|known| {
        let message = known.message_expression.as_ref().map(|message| (message, all, false));
        [Some((&known.expression, all, true)), message].into_iter().flatten()
    });
    let annotations = policy.audit_annotations.iter().map(|known| (&known.value_expression, all, true));
    variables
        .chain(conditions)
        .chain(validations)
        .chain(annotations)
        .find(|(expression, ..)| expression.text.contains(MARK))
}
