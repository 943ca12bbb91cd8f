//! Hardening: what guides and benchmarks ask of manifests beyond Pod Security, one file per check.
//!
//! A check that needs more than one object is asked of all of them together. What it finds missing is only held against
//! the input when the input is said to be complete; otherwise it is worth knowing and no more.

mod embedded;
mod credentials;
mod image;
mod workload;
mod images;
mod secrets;
mod network;
mod rbac;
mod namespaces;
mod control_plane;

use alloc::{string::String, vec::Vec};

use super::{About, Change, CheckResult, Input, MOST_RESULTS, Place, Severity, Subject};

/// One of the hardening checks.
#[derive(Debug)]
pub struct Check {
    /// What it is.
    pub about: About,
    run: Run,
}

#[derive(Debug)]
enum Run {
    /// Asked of every object.
    Each(fn(&Subject<'_>) -> Vec<Finding>),
    /// Asked once of all objects.
    Whole(fn(&Input<'_>) -> Vec<Finding>),
    /// Advice that no manifest can show to be followed; never asked.
    Advice,
}

impl Check {
    const fn each(about: About, run: fn(&Subject<'_>) -> Vec<Finding>) -> Self {
        Self { about, run: Run::Each(run) }
    }

    const fn whole(about: About, run: fn(&Input<'_>) -> Vec<Finding>) -> Self {
        Self { about, run: Run::Whole(run) }
    }

    const fn advice(about: About) -> Self {
        Self { about, run: Run::Advice }
    }

    /// Whether it is advice only: something to know that no manifest can answer.
    #[must_use]
    pub const fn is_advice(&self) -> bool {
        matches!(self.run, Run::Advice)
    }

    /// What this check alone says.
    #[must_use]
    pub fn ask(&'static self, input: &Input<'_>) -> Vec<CheckResult> {
        match self.run {
            Run::Each(run) => {
                input.subjects().flat_map(|subject| run(&subject)).map(|found| self.result(found)).collect()
            }
            Run::Whole(run) => run(input).into_iter().map(|found| self.result(found)).collect(),
            Run::Advice => Vec::new(),
        }
    }

    fn result(&'static self, found: Finding) -> CheckResult {
        CheckResult {
            about: &self.about,
            part: found.part,
            object: found.object,
            severity: found.severity.unwrap_or(self.about.severity),
            message: found.message,
            places: found.places,
            changes: found.changes,
        }
    }
}

/// What a check found, before it is known as whose.
#[derive(Debug)]
struct Finding {
    object: usize,
    part: Option<&'static str>,
    severity: Option<Severity>,
    message: String,
    places: Vec<Place>,
    changes: Vec<Change>,
}

impl Finding {
    fn new(object: usize, message: String) -> Self {
        Self { object, part: None, severity: None, message, places: Vec::new(), changes: Vec::new() }
    }

    /// Of that subject, which is named before the message: `Deployment/web: …`.
    fn of(subject: &Subject<'_>, message: &str) -> Self {
        Self::new(subject.index, alloc::format!("{}{message}", subject.named()))
    }

    fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    fn part(self, part: &'static str) -> Self {
        Self { part: Some(part), ..self }
    }

    fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }

    /// Something that is missing: info only, unless the input is complete.
    fn if_complete(self, input: &Input<'_>) -> Self {
        if input.options.complete { self } else { self.severity(Severity::Info) }
    }
}

/// What all checks that are asked of every object say of that one.
pub(super) fn check(subject: &Subject<'_>) -> Vec<CheckResult> {
    let one = |check: &'static Check| match check.run {
        Run::Each(run) => {
            run(subject).into_iter().take(MOST_RESULTS).map(|found| check.result(found)).collect()
        }
        Run::Whole(_) | Run::Advice => Vec::new(),
    };
    let mut results: Vec<CheckResult> = CHECKS.iter().flat_map(|check| one(check)).collect();
    results.extend(embedded::check(subject));
    results
}

/// What all checks that are asked once say.
pub(super) fn check_whole(input: &Input<'_>) -> Vec<CheckResult> {
    let whole = |check: &&&'static Check| matches!(check.run, Run::Whole(_));
    CHECKS.iter().filter(whole).flat_map(|check| check.ask(input)).collect()
}

/// All checks, in the order in which they are asked.
pub const CHECKS: &[&Check] = &[
    &workload::no_privilege_escalation::CHECK,
    &workload::read_only_root_filesystem::CHECK,
    &workload::run_as_root::CHECK,
    &workload::process_confinement_missing::CHECK,
    &workload::resource_limits_missing::CHECK,
    &workload::resource_requests_missing::CHECK,
    &workload::namespace_quota_missing::CHECK,
    &workload::service_account_token_automount::CHECK,
    &workload::default_service_account::CHECK,
    &workload::sensitive_host_path::CHECK,
    &workload::default_namespace::CHECK,
    &workload::hard_isolation_hint::CHECK,
    &workload::tolerates_everything::CHECK,
    &workload::tolerates_control_plane::CHECK,
    &workload::node_isolation_missing::CHECK,
    &workload::node_name_pinned::CHECK,
    &workload::tenant_storage_shared::CHECK,
    &images::image_untrusted_registry::CHECK,
    &images::image_tag_latest::CHECK,
    &images::image_not_digest::CHECK,
    &images::image_pull_policy::CHECK,
    &images::image_signature_policy_missing::CHECK,
    &images::image_scan_not_static::CHECK,
    &secrets::secret_in_env_literal::CHECK,
    &secrets::secret_as_env::CHECK,
    &secrets::secret_manifest_in_source::CHECK,
    &secrets::configmap_credentials::CHECK,
    &secrets::credential_in_args::CHECK,
    &secrets::legacy_token_secret::CHECK,
    &secrets::static_cloud_credentials::CHECK,
    &secrets::workload_identity_missing::CHECK,
    &secrets::mountable_secrets_annotation::CHECK,
    &secrets::external_secret_store_hint::CHECK,
    &network::namespace_default_deny_missing::CHECK,
    &network::pod_without_network_policy::CHECK,
    &network::network_policy_allows_all::CHECK,
    &network::network_policy_open_cidr::CHECK,
    &network::network_policy_no_ports::CHECK,
    &network::network_policy_all_namespaces::CHECK,
    &network::network_policy_selects_nothing::CHECK,
    &network::network_policy_egress_blocks_dns::CHECK,
    &network::ingress_without_tls::CHECK,
    &network::mesh_mtls_not_strict::CHECK,
    &network::mesh_client_tls_disabled::CHECK,
    &network::mesh_opted_out::CHECK,
    &rbac::rbac_wildcard::CHECK,
    &rbac::rbac_cluster_admin_binding::CHECK,
    &rbac::rbac_anonymous_binding::CHECK,
    &rbac::rbac_broad_group_binding::CHECK,
    &rbac::rbac_masters_binding::CHECK,
    &rbac::rbac_secrets_access::CHECK,
    &rbac::rbac_escalation_verbs::CHECK,
    &rbac::rbac_pod_exec::CHECK,
    &rbac::rbac_workload_create::CHECK,
    &rbac::rbac_destructive_verbs::CHECK,
    &rbac::rbac_default_sa_binding::CHECK,
    &rbac::rbac_cluster_control::CHECK,
    &rbac::rbac_dangling_role_ref::CHECK,
    &namespaces::namespace_pss_missing::CHECK,
    &namespaces::namespace_pss_privileged::CHECK,
    &namespaces::namespace_pss_invalid_label::CHECK,
    &namespaces::namespace_pss_unpinned::CHECK,
    &namespaces::namespace_pss_no_audit::CHECK,
    &namespaces::pss_config_exemptions::CHECK,
    &namespaces::vap_without_binding::CHECK,
    &namespaces::vap_binding_not_denying::CHECK,
    &namespaces::admission_failure_policy_ignore::CHECK,
    &namespaces::vap_vacuous_guard::CHECK,
    &namespaces::vap_incomplete_match::CHECK,
    &namespaces::deprecated_api_version::CHECK,
    &namespaces::pod_security_policy_object::CHECK,
    &namespaces::gatekeeper_template_explained::CHECK,
    &namespaces::gatekeeper_template_unused::CHECK,
    &namespaces::kyverno_policy_audit_only::CHECK,
    &control_plane::etcd_client_tls::CHECK,
    &control_plane::etcd_client_cert_auth::CHECK,
    &control_plane::etcd_auto_tls::CHECK,
    &control_plane::etcd_peer_tls::CHECK,
    &control_plane::etcd_shared_ca::CHECK,
    &control_plane::apiserver_anonymous_auth::CHECK,
    &control_plane::apiserver_authorization_mode::CHECK,
    &control_plane::apiserver_node_restriction::CHECK,
    &control_plane::apiserver_admission_plugins::CHECK,
    &control_plane::apiserver_audit_log::CHECK,
    &control_plane::apiserver_encryption_config::CHECK,
    &control_plane::apiserver_etcd_tls::CHECK,
    &control_plane::apiserver_serving_tls::CHECK,
    &control_plane::apiserver_kubelet_tls::CHECK,
    &control_plane::apiserver_static_credentials::CHECK,
    &control_plane::apiserver_external_identity::CHECK,
    &control_plane::kubelet_anonymous_auth::CHECK,
    &control_plane::kubelet_authorization_mode::CHECK,
    &control_plane::kubelet_read_only_port::CHECK,
    &control_plane::kubelet_client_ca::CHECK,
    &control_plane::kubelet_certificate_rotation::CHECK,
    &control_plane::kubelet_hardening_hints::CHECK,
    &control_plane::encryption_identity_first::CHECK,
    &control_plane::encryption_secrets_uncovered::CHECK,
    &control_plane::encryption_key_inline::CHECK,
    &control_plane::audit_policy_silent::CHECK,
    &control_plane::audit_policy_secret_bodies::CHECK,
    &control_plane::audit_policy_gaps::CHECK,
    &control_plane::control_plane_version::CHECK,
    &control_plane::advice_not_checkable::CHECK,
];
