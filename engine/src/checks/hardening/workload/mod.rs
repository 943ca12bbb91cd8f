//! How workloads run: users, privileges, resources, tokens, nodes.

pub(in crate::checks::hardening) mod no_privilege_escalation;
pub(in crate::checks::hardening) mod read_only_root_filesystem;
pub(in crate::checks::hardening) mod run_as_root;
pub(in crate::checks::hardening) mod process_confinement_missing;
pub(in crate::checks::hardening) mod resource_limits_missing;
pub(in crate::checks::hardening) mod resource_requests_missing;
pub(in crate::checks::hardening) mod namespace_quota_missing;
pub(in crate::checks::hardening) mod service_account_token_automount;
pub(in crate::checks::hardening) mod default_service_account;
pub(in crate::checks::hardening) mod sensitive_host_path;
pub(in crate::checks::hardening) mod default_namespace;
pub(in crate::checks::hardening) mod hard_isolation_hint;
pub(in crate::checks::hardening) mod tolerates_everything;
pub(in crate::checks::hardening) mod tolerates_control_plane;
pub(in crate::checks::hardening) mod node_isolation_missing;
pub(in crate::checks::hardening) mod node_name_pinned;
pub(in crate::checks::hardening) mod tenant_storage_shared;
