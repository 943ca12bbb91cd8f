//! The control plane, the nodes and data at rest: static pods, kubeadm's and the kubelet's configuration, encryption,
//! audit policies. None of it passes through admission.

mod flags;
mod kubelet;
mod encryption;
mod audit;

pub(in crate::checks::hardening) mod etcd_client_tls;
pub(in crate::checks::hardening) mod etcd_client_cert_auth;
pub(in crate::checks::hardening) mod etcd_auto_tls;
pub(in crate::checks::hardening) mod etcd_peer_tls;
pub(in crate::checks::hardening) mod etcd_shared_ca;
pub(in crate::checks::hardening) mod apiserver_anonymous_auth;
pub(in crate::checks::hardening) mod apiserver_authorization_mode;
pub(in crate::checks::hardening) mod apiserver_node_restriction;
pub(in crate::checks::hardening) mod apiserver_admission_plugins;
pub(in crate::checks::hardening) mod apiserver_audit_log;
pub(in crate::checks::hardening) mod apiserver_encryption_config;
pub(in crate::checks::hardening) mod apiserver_etcd_tls;
pub(in crate::checks::hardening) mod apiserver_serving_tls;
pub(in crate::checks::hardening) mod apiserver_kubelet_tls;
pub(in crate::checks::hardening) mod apiserver_static_credentials;
pub(in crate::checks::hardening) mod apiserver_external_identity;
pub(in crate::checks::hardening) mod kubelet_anonymous_auth;
pub(in crate::checks::hardening) mod kubelet_authorization_mode;
pub(in crate::checks::hardening) mod kubelet_read_only_port;
pub(in crate::checks::hardening) mod kubelet_client_ca;
pub(in crate::checks::hardening) mod kubelet_certificate_rotation;
pub(in crate::checks::hardening) mod kubelet_hardening_hints;
pub(in crate::checks::hardening) mod encryption_identity_first;
pub(in crate::checks::hardening) mod encryption_secrets_uncovered;
pub(in crate::checks::hardening) mod encryption_key_inline;
pub(in crate::checks::hardening) mod audit_policy_silent;
pub(in crate::checks::hardening) mod audit_policy_secret_bodies;
pub(in crate::checks::hardening) mod audit_policy_gaps;
pub(in crate::checks::hardening) mod control_plane_version;
pub(in crate::checks::hardening) mod advice_not_checkable;
