//! Policies meet requests, as in the validating admission phase of kube-apiserver 1.37.
//!
//! ```text
//! Object ─▶ Policy, Binding ─▶ CompiledPolicy ─┐
//! Attributes, Cluster, Settings ───────────────┴─▶ admit ─▶ Admission
//! ```
//!
//! How it is used: decode ([`Policy::decode`], [`Binding::decode`]), compile each policy once
//! ([`CompiledPolicy::compile`]), then [`admit`] per request. An [`Admission`] keeps everything a report needs: for each
//! policy and binding why it selects the request or not, for each param one evaluation with its conditions, validations
//! and costs, what is refused and with which text ([`Admission::status`]), warnings and audit annotations.
//! Expressions keep their place ([`Expression::span`]); offsets in issues and errors count in [`Expression::text`].
//!
//! Order, where a server's is that of a Go map: policies and bindings as given, params by namespace and name.

mod policy;
mod attributes;
mod stored;
mod matching;
mod params;
mod decision;
mod response;
mod kubectl;
mod conversion;
mod request;
mod rbac;
mod compile;
mod evaluate;
mod dispatcher;
pub mod typecheck;
pub mod validation;

pub use self::{
    attributes::{Attributes, Operation, UserInfo},
    compile::{CompileError, CompiledExpression, CompiledPolicy},
    decision::{
        AuditAnnotationAction, ConditionsOutcome, PolicyDecision, PolicyDecisionAction,
        PolicyDecisionEvaluation,
    },
    dispatcher::{Admission, BindingOutcome, PolicyOutcome, Settings, admit},
    evaluate::{
        AuditOutcome, EvaluationOutcome, ExpressionOutcome, Group, ValidationOutcome, VariableOutcome,
    },
    kubectl::{Attempt, Command, Printed, print},
    matching::{Match, MatchRow, Selection, is_excluded, select},
    params::ParamResource,
    policy::{
        AuditAnnotation, Binding, DecodeError, Expression, FailurePolicy, MatchCondition, MatchPolicy,
        MatchResources, NamedRule, ParamKind, ParamRef, ParameterNotFoundAction, Policy, Strings, Validation,
        ValidationAction, Variable,
    },
    rbac::Rbac,
    response::{Cause, Denial, Status, ValidationFailure, delivered},
    stored::{Stored, as_read},
};
