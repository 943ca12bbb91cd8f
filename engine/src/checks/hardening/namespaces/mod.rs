//! Namespaces and the policies that guard them.

pub(in crate::checks::hardening) mod namespace_pss_missing;
pub(in crate::checks::hardening) mod namespace_pss_privileged;
pub(in crate::checks::hardening) mod namespace_pss_invalid_label;
pub(in crate::checks::hardening) mod namespace_pss_unpinned;
pub(in crate::checks::hardening) mod namespace_pss_no_audit;
pub(in crate::checks::hardening) mod pss_config_exemptions;
pub(in crate::checks::hardening) mod vap_without_binding;
pub(in crate::checks::hardening) mod vap_binding_not_denying;
pub(in crate::checks::hardening) mod admission_failure_policy_ignore;
pub(in crate::checks::hardening) mod vap_vacuous_guard;
pub(in crate::checks::hardening) mod vap_incomplete_match;
pub(in crate::checks::hardening) mod deprecated_api_version;
pub(in crate::checks::hardening) mod pod_security_policy_object;
pub(in crate::checks::hardening) mod gatekeeper_template_explained;
pub(in crate::checks::hardening) mod gatekeeper_template_unused;
pub(in crate::checks::hardening) mod kyverno_policy_audit_only;
