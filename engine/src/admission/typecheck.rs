//! Type checking of a policy against the kinds it selects, as a controller does it for `status.typeChecking`
//! (`plugin/policy/validating/typechecking.go`; kubernetes-vap.md part 7). It warns and decides nothing.

use alloc::{collections::BTreeSet, format, rc::Rc, string::String, vec::Vec};
use core::fmt::Write as _;

use super::{Expression, NamedRule, Policy};
use crate::cel::{
    checker,
    env::{Env, ObjectTypes, TypeProvider},
    issues::Issues,
    types::Type,
};
use crate::environment::variables::{
    AUTHORIZER, Composition, NAMESPACE, REQUEST, RESOURCE_CHECK, VARIABLES, with_admission_types,
};
use crate::objects::{GroupVersion, GroupVersionKind, Resources};
use crate::order;
use crate::schema::{Schemas, declare::DeclaredSchema};

/// A rule counts no more kinds than this; reaching it ends the search, later rules included.
const MOST_KINDS: usize = 10;

/// What type checking found.
#[derive(Clone, Debug, Default)]
pub struct TypeChecking {
    /// The kinds checked against: those selected that have a schema, ascending.
    pub kinds: Vec<GroupVersionKind>,
    /// The kind of `params`, when it has a schema.
    pub param_kind: Option<GroupVersionKind>,
    /// One warning per expression that does not check, in order.
    pub warnings: Vec<ExpressionWarning>,
}

/// An expression that does not check against some kind.
#[derive(Clone, Debug)]
pub struct ExpressionWarning {
    /// `spec.validations[0].expression`
    pub field_ref: String,
    /// The expression.
    pub expression: Expression,
    /// What is wrong, per kind.
    pub issues: Vec<(GroupVersionKind, Issues)>,
}

impl ExpressionWarning {
    /// The text in `status.typeChecking.expressionWarnings[].warning`.
    #[must_use]
    pub fn warning(&self) -> String {
        let mut text = String::new();
        for (at, (kind, issues)) in self.issues.iter().enumerate() {
            let _ = writeln!(text, "{}{kind}: {issues}", if at == 0 { "" } else { "\n" });
        }
        text
    }
}

/// What the checks need to know.
#[derive(Clone, Copy, Debug)]
pub struct TypeChecker<'c> {
    /// The environment of stored expressions, without variables.
    pub env: &'c Env,
    /// Which resources are of which kind.
    pub resources: &'c Resources,
    /// What the kinds look like.
    pub schemas: &'c Schemas,
    /// What follows the kind in the name of an object's type: upstream puts the nanosecond there, we nothing.
    pub suffix: &'c str,
}

impl TypeChecker<'_> {
    /// Checks `validations[].expression` and `messageExpression`.
    #[must_use]
    pub fn check(&self, policy: &Policy) -> TypeChecking {
        let mut result = TypeChecking::default();
        let params = self.params(policy);
        if let Some(Params::Typed(kind, _)) = &params {
            result.param_kind = Some(kind.clone());
        }
        let mut envs: Vec<(GroupVersionKind, Env)> = Vec::new();
        for kind in self.kinds(policy) {
            let Some(schema) = self.schemas.of_kind(&kind) else { continue };
            let object = self.declare(schema.of_resource(None), &kind);
            envs.push((kind.clone(), self.env_of(&object, params.as_ref(), policy)));
            result.kinds.push(kind);
        }
        for (at, validation) in policy.validations.iter().enumerate() {
            let message = validation.message_expression.as_ref();
            let expressions = [("expression", Some(&validation.expression)), ("messageExpression", message)];
            for (field, expression) in expressions {
                let Some(expression) = expression else { continue };
                let failed = |(kind, env): &(GroupVersionKind, Env)| {
                    env.compile(&expression.text).err().map(|issues| (kind.clone(), issues))
                };
                let issues: Vec<_> = envs.iter().filter_map(failed).collect();
                if !issues.is_empty() {
                    result.warnings.push(ExpressionWarning {
                        field_ref: format!("spec.validations[{at}].{field}"),
                        expression: expression.clone(),
                        issues,
                    });
                }
            }
        }
        result
    }

    fn declare(&self, schema: crate::schema::shape::Schema, kind: &GroupVersionKind) -> Rc<DeclaredSchema> {
        Rc::new(DeclaredSchema::new(schema, &format!("{}{}", kind.kind, self.suffix), true))
    }

    /// The environments an author may think in, one per kind the policy selects, or else per kind of `samples`; objects of
    /// unknown kind are `dyn`. `variables`: how many of the policy's are declared before the expression; unlike those of
    /// the controller they keep their types. `authorizer`: whether it is declared.
    #[must_use]
    pub fn environments(
        &self,
        policy: &Policy,
        samples: &BTreeSet<GroupVersionKind>,
        variables: usize,
        authorizer: bool,
    ) -> Vec<(GroupVersionKind, Env)> {
        let params = self.params(policy);
        let declared = |kinds: &BTreeSet<GroupVersionKind>| -> Vec<_> {
            let known = kinds.iter().filter_map(|kind| Some((kind.clone(), self.schemas.of_kind(kind)?)));
            let known = known.take(MOST_KINDS);
            known.map(|(kind, schema)| (self.declare(schema.of_resource(None), &kind), kind)).collect()
        };
        let selected = self.kinds(policy);
        let mut objects = declared(&selected);
        if selected.is_empty() {
            objects = declared(samples);
        }
        let mut bases: Vec<_> = objects
            .into_iter()
            .map(|(object, kind)| (kind, self.base(Some(&object), params.as_ref(), authorizer)))
            .collect();
        if bases.is_empty() {
            bases.push((GroupVersionKind::default(), self.base(None, params.as_ref(), authorizer)));
        }
        for (_, env) in &mut bases {
            if authorizer {
                *env = env.clone().with_variable("authorizer.requestResource", Type::object(RESOURCE_CHECK));
            }
            let base = env.clone().with_variable("variables", Type::object(VARIABLES));
            let mut fields = ObjectTypes::default();
            fields.declare(VARIABLES, []);
            *env = base.clone().with_types(Rc::new(fields.clone()));
            for variable in policy.variables.iter().take(variables) {
                let (checked, _) = checker::check(env, env.parse(&variable.expression.text).ast);
                let kind = match checked.result_type() {
                    Type::Error => Type::Dyn,
                    kind => kind.clone(),
                };
                fields.declare_field(VARIABLES, &variable.name.value, kind);
                *env = base.clone().with_types(Rc::new(fields.clone()));
            }
        }
        bases
    }

    /// The environment of expressions about objects of a kind, without the policy's variables.
    fn base(&self, object: Option<&Rc<DeclaredSchema>>, params: Option<&Params>, authorizer: bool) -> Env {
        let kind = object.and_then(|object| object.kind()).unwrap_or(Type::Dyn);
        let mut env = with_admission_types(self.env.clone())
            .with_variable("namespaceObject", Type::object(NAMESPACE))
            .with_variable("request", Type::object(REQUEST))
            .with_variable("object", kind.clone())
            .with_variable("oldObject", kind);
        if authorizer {
            env = env.with_variable("authorizer", Type::object(AUTHORIZER));
        }
        if let Some(object) = object {
            env = env.with_types(Rc::clone(object) as Rc<dyn TypeProvider>);
        }
        match params {
            None => {}
            Some(Params::Untyped) => env = env.with_variable("params", Type::Dyn),
            Some(Params::Typed(_, schema)) => {
                env = env
                    .with_variable("params", schema.kind().unwrap_or(Type::Dyn))
                    .with_types(Rc::clone(schema) as Rc<dyn TypeProvider>);
            }
        }
        env
    }

    /// The same, the policy's variables included.
    fn env_of(&self, object: &Rc<DeclaredSchema>, params: Option<&Params>, policy: &Policy) -> Env {
        let mut variables = Composition::new(self.base(Some(object), params, true));
        for variable in &policy.variables {
            let checked = variables.env().compile(&variable.expression.text);
            variables.add(&variable.name.value, checked.as_ref().ok().map(|checked| checked.result_type()));
        }
        variables.env()
    }

    fn params(&self, policy: &Policy) -> Option<Params> {
        let declared = policy.param_kind.as_ref()?;
        // A version that cannot be read leaves `params` undeclared.
        let GroupVersion { group, version } = GroupVersion::parse(&declared.api_version.value).ok()?;
        let kind = GroupVersionKind::new(&group, &version, &declared.kind.value);
        if kind == GroupVersionKind::default() {
            return None;
        }
        Some(match self.schemas.of_kind(&kind) {
            None => Params::Untyped,
            Some(schema) => {
                let schema = self.declare(schema.of_resource(None), &kind);
                Params::Typed(kind, schema)
            }
        })
    }

    /// The kinds that the policy's rules name (`typesToCheck`).
    fn kinds(&self, policy: &Policy) -> BTreeSet<GroupVersionKind> {
        let mut kinds = BTreeSet::new();
        let rules = policy.match_constraints.as_ref().map(|constraints| &constraints.resource_rules);
        for rule in rules.into_iter().flatten() {
            if self.kinds_of_rule(rule, &mut kinds) {
                break;
            }
        }
        kinds
    }

    /// Adds the kinds of a rule; `true` when they reach the limit.
    fn kinds_of_rule(&self, rule: &NamedRule, kinds: &mut BTreeSet<GroupVersionKind>) -> bool {
        let sorted = |strings: &super::Strings| {
            let mut texts: Vec<Rc<str>> = strings.items.iter().map(|item| Rc::clone(&item.value)).collect();
            order::sort_by(&mut texts, Ord::cmp);
            texts
        };
        let (groups, versions, mut resources) =
            (sorted(&rule.api_groups), sorted(&rule.api_versions), sorted(&rule.resources));
        if groups.iter().chain(&versions).any(|text| text.contains('*')) {
            return false;
        }
        resources.retain(|resource| !resource.contains(['*', '/']));
        let mut count = 0;
        for group in &groups {
            for version in &versions {
                for resource in &resources {
                    for kind in self.resources.kinds_for(group, version, resource) {
                        kinds.insert(kind);
                        count += 1;
                        if count == MOST_KINDS {
                            return true;
                        }
                    }
                }
            }
        }
        false
    }
}

enum Params {
    Untyped,
    Typed(GroupVersionKind, Rc<DeclaredSchema>),
}
