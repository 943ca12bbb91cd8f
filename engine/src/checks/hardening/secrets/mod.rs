//! Secrets and credentials: where they are written, how they reach a program.

pub(in crate::checks::hardening) mod secret_in_env_literal;
pub(in crate::checks::hardening) mod secret_as_env;
pub(in crate::checks::hardening) mod secret_manifest_in_source;
pub(in crate::checks::hardening) mod configmap_credentials;
pub(in crate::checks::hardening) mod credential_in_args;
pub(in crate::checks::hardening) mod legacy_token_secret;
pub(in crate::checks::hardening) mod static_cloud_credentials;
pub(in crate::checks::hardening) mod workload_identity_missing;
pub(in crate::checks::hardening) mod mountable_secrets_annotation;
pub(in crate::checks::hardening) mod external_secret_store_hint;
