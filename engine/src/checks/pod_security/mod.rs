//! Pod Security admission: what the `PodSecurity` plugin of kube-apiserver 1.37 answers, with places.
//!
//! [`evaluate`] judges one pod (or pod template) at a level and version; [`labels`] reads what a namespace asks for;
//! [`admission`] answers whole requests. Wording, order and rules are those of
//! <https://github.com/kubernetes/pod-security-admission>; one binary has one wording for all policy versions.

mod level;
pub mod labels;
mod configuration;
pub mod admission;
mod subject;
mod text;

mod app_armor_profile;
mod capabilities_baseline;
mod host_namespaces;
mod host_path_volumes;
mod host_ports;
mod host_probes_and_host_lifecycle;
mod privileged;
mod proc_mount;
mod se_linux_options;
mod seccomp_profile_baseline;
mod sysctls;
mod windows_host_process;

mod allow_privilege_escalation;
mod capabilities_restricted;
mod proc_mount_restricted;
mod restricted_volumes;
mod run_as_non_root;
mod run_as_user;
mod seccomp_profile_restricted;

use alloc::{format, string::String, vec::Vec};

pub(super) use self::configuration::configurations;
pub use self::{
    configuration::{Configuration, Exemptions},
    level::{Level, LevelVersion, Version},
    subject::{Subject, View},
};
use super::{About, Change, CheckResult, Place, bound};

/// One of the 19 checks.
#[derive(Debug)]
pub struct Check {
    /// What it is called here.
    pub about: About,
    /// What Kubernetes calls it: `hostPorts`.
    pub id: &'static str,
    /// The level it belongs to. Restricted pods must pass those of baseline as well.
    pub level: Level,
    /// Its rules over time, oldest first. A revision is in force until the next one.
    pub revisions: &'static [Revision],
}

/// A rule and the policy version it is in force from.
#[derive(Debug)]
pub struct Revision {
    /// The first policy version, `v1.` and this.
    pub since: u64,
    /// Baseline checks that need not run where this one does.
    pub overrides: &'static [&'static str],
    /// The rule.
    pub run: fn(&Subject<'_>) -> Option<Violation>,
}

/// Why a check forbids a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violation {
    /// In a word or two: `host namespaces`.
    pub reason: String,
    /// Who and what: `hostNetwork=true`.
    pub detail: String,
    /// The fields that offend, or where the missing ones belong.
    pub places: Vec<Place>,
    /// What would make it pass.
    pub changes: Vec<Change>,
}

/// All checks in the order of their answers: baseline, then restricted, each by id.
pub const CHECKS: &[&Check] = &[
    &app_armor_profile::CHECK,
    &capabilities_baseline::CHECK,
    &host_namespaces::CHECK,
    &host_path_volumes::CHECK,
    &host_ports::CHECK,
    &host_probes_and_host_lifecycle::CHECK,
    &privileged::CHECK,
    &proc_mount::CHECK,
    &se_linux_options::CHECK,
    &seccomp_profile_baseline::CHECK,
    &sysctls::CHECK,
    &windows_host_process::CHECK,
    &allow_privilege_escalation::CHECK,
    &capabilities_restricted::CHECK,
    &proc_mount_restricted::CHECK,
    &restricted_volumes::CHECK,
    &run_as_non_root::CHECK,
    &run_as_user::CHECK,
    &seccomp_profile_restricted::CHECK,
];

/// The newest policy version of this release: the last revision of any check.
pub const NEWEST: u64 = 37;

/// The checks that run at a level and version on a server whose newest policy version is `newest`.
#[must_use]
pub fn active(asked: LevelVersion, newest: u64) -> Vec<(&'static Check, &'static Revision)> {
    let newest = newest.min(NEWEST);
    let minor = match asked.version {
        Version::Latest => newest,
        Version::Minor(minor) => minor.min(newest),
    };
    let in_force = |check: &&'static Check| {
        let revision = check.revisions.iter().rev().find(|revision| revision.since <= minor)?;
        (check.level <= asked.level).then_some((*check, revision))
    };
    let all: Vec<_> = CHECKS.iter().filter_map(in_force).collect();
    let overridden: Vec<&str> = all.iter().flat_map(|(_, revision)| revision.overrides).copied().collect();
    all.into_iter().filter(|(check, _)| !overridden.contains(&check.id)).collect()
}

/// A check's answer for one pod.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Which check.
    pub check: &'static Check,
    /// Why it forbids the pod; `None`: it does not.
    pub violation: Option<Violation>,
}

/// All answers for one pod, in order.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// One per active check.
    pub answers: Vec<Answer>,
}

impl Evaluation {
    /// Whether nothing forbids the pod.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.violations().next().is_none()
    }

    /// What forbids the pod, in order.
    pub fn violations(&self) -> impl Iterator<Item = (&'static Check, &Violation)> {
        self.answers.iter().filter_map(|answer| Some((answer.check, answer.violation.as_ref()?)))
    }

    /// All reasons: `host namespaces, hostPort`.
    #[must_use]
    pub fn reason(&self) -> String {
        let reasons: Vec<&str> = self.violations().map(|(_, violation)| &*violation.reason).collect();
        reasons.join(", ")
    }

    /// All reasons with their details: `host namespaces (hostNetwork=true), hostPort (…)`.
    #[must_use]
    pub fn detail(&self) -> String {
        let details: Vec<String> = self.violations().map(|(_, violation)| violation.text()).collect();
        details.join(", ")
    }
}

impl Violation {
    /// `reason (detail)`
    #[must_use]
    pub fn text(&self) -> String {
        if self.detail.is_empty() {
            return self.reason.clone();
        }
        format!("{} ({})", self.reason, self.detail)
    }
}

/// Judges a pod at a level and version.
#[must_use]
pub fn evaluate(subject: &Subject<'_>, asked: LevelVersion, newest: u64) -> Evaluation {
    let answer =
        |(check, revision): (&'static Check, &Revision)| Answer { check, violation: (revision.run)(subject) };
    Evaluation { answers: active(asked, newest).into_iter().map(answer).collect() }
}

/// What the checks of a level say of a pod, one result per failing check. At restricted, what baseline reports already
/// is left out: findings of the two levels add up.
#[must_use]
pub fn check(subject: &Subject<'_>, level: Level, newest: u64) -> Vec<CheckResult> {
    let asked = LevelVersion { level, version: Version::Latest };
    let mut results = Vec::new();
    for (check, revision) in active(asked, newest).into_iter().filter(|(check, _)| check.level == level) {
        let Some(violation) = (revision.run)(subject) else { continue };
        if overridden_and_failing(revision, &violation, subject, newest) {
            continue;
        }
        results.push(CheckResult {
            about: &check.about,
            part: None,
            object: 0,
            severity: check.about.severity,
            message: violation.text(),
            places: violation.places,
            changes: violation.changes,
        });
        if let Some(result) = results.last_mut() {
            bound(result);
        }
    }
    results
}

/// Whether a restricted check only repeats what the baseline check it overrides says.
fn overridden_and_failing(revision: &Revision, mine: &Violation, subject: &Subject<'_>, newest: u64) -> bool {
    if revision.overrides.is_empty() {
        return false;
    }
    let baseline = LevelVersion { level: Level::Baseline, version: Version::Latest };
    let overridden =
        active(baseline, newest).into_iter().filter(|(other, _)| revision.overrides.contains(&other.id));
    overridden.filter_map(|(_, other)| (other.run)(subject)).any(|theirs| {
        !theirs.places.is_empty() && mine.places.iter().all(|place| theirs.places.contains(place))
    })
}
