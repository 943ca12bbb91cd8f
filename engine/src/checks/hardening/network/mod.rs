//! Network policies, TLS at the edge, meshes.

mod policies;

pub(in crate::checks::hardening) mod namespace_default_deny_missing;
pub(in crate::checks::hardening) mod pod_without_network_policy;
pub(in crate::checks::hardening) mod network_policy_allows_all;
pub(in crate::checks::hardening) mod network_policy_open_cidr;
pub(in crate::checks::hardening) mod network_policy_no_ports;
pub(in crate::checks::hardening) mod network_policy_all_namespaces;
pub(in crate::checks::hardening) mod network_policy_selects_nothing;
pub(in crate::checks::hardening) mod network_policy_egress_blocks_dns;
pub(in crate::checks::hardening) mod ingress_without_tls;
pub(in crate::checks::hardening) mod mesh_mtls_not_strict;
pub(in crate::checks::hardening) mod mesh_client_tls_disabled;
pub(in crate::checks::hardening) mod mesh_opted_out;
