//! Who may do what: roles and bindings.

mod rules;

pub(in crate::checks::hardening) mod rbac_wildcard;
pub(in crate::checks::hardening) mod rbac_cluster_admin_binding;
pub(in crate::checks::hardening) mod rbac_anonymous_binding;
pub(in crate::checks::hardening) mod rbac_broad_group_binding;
pub(in crate::checks::hardening) mod rbac_masters_binding;
pub(in crate::checks::hardening) mod rbac_secrets_access;
pub(in crate::checks::hardening) mod rbac_escalation_verbs;
pub(in crate::checks::hardening) mod rbac_pod_exec;
pub(in crate::checks::hardening) mod rbac_workload_create;
pub(in crate::checks::hardening) mod rbac_destructive_verbs;
pub(in crate::checks::hardening) mod rbac_default_sa_binding;
pub(in crate::checks::hardening) mod rbac_cluster_control;
pub(in crate::checks::hardening) mod rbac_dangling_role_ref;
