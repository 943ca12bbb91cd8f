//! The variables of admission policies and the types of those that have one (`plugin/cel/compile.go`,
//! `plugin/cel/composition.go`): `request` and `namespaceObject` have declared fields, `variables` gains a field per
//! composed variable, the objects are `dyn` until a schema says more.

use alloc::{rc::Rc, vec::Vec};

use super::{library::jsonpatch, mutation::MutationTypes};
use crate::cel::{
    env::{Env, ObjectTypes, TypeProvider},
    types::Type,
};

/// The type of `request`.
pub const REQUEST: &str = "kubernetes.AdmissionRequest";
/// The type of `namespaceObject`.
pub const NAMESPACE: &str = "kubernetes.Namespace";
/// The type of `variables`.
pub const VARIABLES: &str = "kubernetes.variables";
/// The type of `authorizer`.
pub const AUTHORIZER: &str = "kubernetes.authorization.Authorizer";
/// The type of `authorizer.requestResource`.
pub const RESOURCE_CHECK: &str = "kubernetes.authorization.ResourceCheck";

/// Which optional variables are declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OptionalVariables {
    /// `params`: when the policy has a `paramKind`.
    pub params: bool,
    /// `authorizer` and `authorizer.requestResource`: everywhere but in message expressions.
    pub authorizer: bool,
}

/// The environment with the variables of a policy: the objects are `dyn`.
#[must_use]
pub fn with_admission_variables(env: Env, optional: OptionalVariables) -> Env {
    let mut env = with_admission_types(env)
        .with_variable("object", Type::Dyn)
        .with_variable("oldObject", Type::Dyn)
        .with_variable("namespaceObject", Type::object(NAMESPACE))
        .with_variable("request", Type::object(REQUEST));
    if optional.params {
        env = env.with_variable("params", Type::Dyn);
    }
    if optional.authorizer {
        env = env
            .with_variable("authorizer", Type::object(AUTHORIZER))
            .with_variable("authorizer.requestResource", Type::object(RESOURCE_CHECK));
    }
    env
}

/// The environment with the types of `request` and `namespaceObject`.
#[must_use]
pub fn with_admission_types(env: Env) -> Env {
    let mut types = ObjectTypes::default();
    declare_request(&mut types);
    declare_namespace(&mut types);
    with_scalar_names(env).with_types(Rc::new(types))
}

/// The environment with the names that become types as soon as any object type is declared: `timestamp`, `duration`.
#[must_use]
pub fn with_scalar_names(env: Env) -> Env {
    env.with_types(Rc::new(Scalars))
}

/// The environment with the types that mutations make (`pkg/cel/mutation`) and what escapes keys for them.
#[must_use]
pub fn with_mutation_types(env: Env) -> Env {
    env.with_library(jsonpatch::library()).with_types(Rc::new(MutationTypes))
}

/// Names that become types as soon as any object type is declared (`DeclTypeProvider.findScalar`); the others of its
/// table are names of the language anyway.
#[derive(Debug)]
struct Scalars;

impl TypeProvider for Scalars {
    fn contains(&self, _: &str) -> bool {
        false
    }

    fn alias(&self, name: &str) -> Option<Type> {
        match name {
            "timestamp" => Some(Type::Timestamp),
            "duration" => Some(Type::Duration),
            _ => None,
        }
    }

    fn field(&self, _: &str, _: &str) -> Option<Type> {
        None
    }

    fn fields(&self, _: &str) -> Vec<(Rc<str>, Type)> {
        Vec::new()
    }
}

fn declare_request(types: &mut ObjectTypes) {
    let strings = || Type::list(Type::String);
    types.declare(
        "kubernetes.GroupVersionKind",
        [("group", Type::String), ("version", Type::String), ("kind", Type::String)],
    );
    types.declare(
        "kubernetes.GroupVersionResource",
        [("group", Type::String), ("version", Type::String), ("resource", Type::String)],
    );
    types.declare(
        "kubernetes.UserInfo",
        [
            ("username", Type::String),
            ("uid", Type::String),
            ("groups", strings()),
            ("extra", Type::map(Type::String, strings())),
        ],
    );
    types.declare(
        REQUEST,
        [
            ("kind", Type::object("kubernetes.GroupVersionKind")),
            ("resource", Type::object("kubernetes.GroupVersionResource")),
            ("subResource", Type::String),
            ("requestKind", Type::object("kubernetes.GroupVersionKind")),
            ("requestResource", Type::object("kubernetes.GroupVersionResource")),
            ("requestSubResource", Type::String),
            ("name", Type::String),
            ("namespace", Type::String),
            ("operation", Type::String),
            ("userInfo", Type::object("kubernetes.UserInfo")),
            ("dryRun", Type::Bool),
            ("options", Type::Dyn),
        ],
    );
}

fn declare_namespace(types: &mut ObjectTypes) {
    let strings = || Type::map(Type::String, Type::String);
    types.declare("kubernetes.NamespaceSpec", [("finalizers", Type::list(Type::String))]);
    types.declare(
        "kubernetes.NamespaceCondition",
        [
            ("status", Type::String),
            ("type", Type::String),
            ("lastTransitionTime", Type::Timestamp),
            ("message", Type::String),
            ("reason", Type::String),
        ],
    );
    types.declare(
        "kubernetes.NamespaceStatus",
        [("conditions", Type::list(Type::object("kubernetes.NamespaceCondition"))), ("phase", Type::String)],
    );
    types.declare(
        "kubernetes.NamespaceMetadata",
        [
            ("name", Type::String),
            ("generateName", Type::String),
            ("namespace", Type::String),
            ("labels", strings()),
            ("annotations", strings()),
            // As upstream spells it; at run time the key is `uid`.
            ("UID", Type::String),
            ("creationTimestamp", Type::Timestamp),
            ("deletionGracePeriodSeconds", Type::Int),
            ("deletionTimestamp", Type::Timestamp),
            ("generation", Type::Int),
            ("resourceVersion", Type::String),
            ("finalizers", Type::list(Type::String)),
        ],
    );
    types.declare(
        NAMESPACE,
        [
            ("metadata", Type::object("kubernetes.NamespaceMetadata")),
            ("spec", Type::object("kubernetes.NamespaceSpec")),
            ("status", Type::object("kubernetes.NamespaceStatus")),
        ],
    );
}

/// The composed variables declared so far; each expression sees those before it.
#[derive(Clone, Debug)]
pub struct Composition {
    base: Env,
    fields: ObjectTypes,
}

impl Composition {
    /// `variables` without fields, in that environment.
    #[must_use]
    pub fn new(base: Env) -> Self {
        let mut fields = ObjectTypes::default();
        fields.declare(VARIABLES, []);
        Self { base: base.with_variable("variables", Type::object(VARIABLES)), fields }
    }

    /// Adds the variable `name`, whose expression has that type; `None`: it does not compile.
    pub fn add(&mut self, name: &str, kind: Option<&Type>) {
        self.fields.declare_field(VARIABLES, name, kind.map_or(Type::Dyn, field_type));
    }

    /// The environment that expressions after the variables added are compiled in.
    #[must_use]
    pub fn env(&self) -> Env {
        self.base.clone().with_types(Rc::new(self.fields.clone()))
    }

    /// The same variables in another environment: one with other optional variables, or with typed objects.
    #[must_use]
    pub fn env_over(&self, base: Env) -> Env {
        base.with_variable("variables", Type::object(VARIABLES)).with_types(Rc::new(self.fields.clone()))
    }
}

/// The type of a field of `variables` (`convertCelTypeToDeclType`): what has no plain declaration is `dyn`.
fn field_type(kind: &Type) -> Type {
    match kind {
        Type::Any
        | Type::Bool
        | Type::Bytes
        | Type::Double
        | Type::Duration
        | Type::Int
        | Type::Null
        | Type::String
        | Type::Timestamp
        | Type::Uint => kind.clone(),
        Type::List(element) => Type::list(field_type(element)),
        Type::Map(key, value) => Type::map(field_type(key), field_type(value)),
        _ => Type::Dyn,
    }
}
