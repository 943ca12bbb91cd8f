//! CEL as Kubernetes speaks it: which libraries, variables and limits at which version
//! (`apiserver/pkg/cel/environment/base.go`, one table here as there).

pub mod library;
pub mod cost;
pub mod limits;
pub mod variables;
pub mod mutation;

use alloc::{vec, vec::Vec};
use core::{fmt, str::FromStr};

use crate::cel::{
    checker::Validator,
    env::{Env, Options},
    library as celgo,
    library::Library,
    operators,
};

/// A version of Kubernetes, without its patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 1.
    pub major: u32,
    /// 37 in 1.37.
    pub minor: u32,
}

/// The version whose behaviour this is.
pub const CURRENT: Version = Version::new(1, 37);

impl Version {
    /// `major.minor`
    #[must_use]
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// The oldest version that an API server of this one may be rolled back to: what new expressions may use must exist
    /// there already.
    #[must_use]
    pub const fn compatibility(self) -> Self {
        Self { minor: self.minor.saturating_sub(1), ..self }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    /// Reads `1.37`, `v1.37` or `1.37.2`.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let mut parts = text.trim().trim_start_matches('v').split('.').map(str::parse);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err(InvalidVersion),
        }
    }
}

/// A text that is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidVersion;

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a version of Kubernetes such as `1.37`")
    }
}

impl core::error::Error for InvalidVersion {}

/// Whether an expression is being written or has been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Of an object that is created or changed: only what the compatibility version has.
    New,
    /// Of an object that is stored: everything there is, whatever the version; so are policies evaluated.
    Stored,
}

/// Something an environment gains at a version.
enum Part {
    Library(Library),
    Validators(Vec<Validator>),
    CrossTypeNumericComparisons,
}

/// From when, until when (not included), what.
type Row = (Version, Option<Version>, fn() -> Part);

/// Since ever.
const EVER: Version = Version::new(1, 0);

const fn v(minor: u32) -> Version {
    Version::new(1, minor)
}

const TABLE: &[Row] = &[
    (EVER, None, || Part::Validators(vec![Validator::HomogeneousLiterals])),
    (EVER, None, || Part::Library(library::url::library())),
    (EVER, None, || Part::Library(library::regex::library())),
    (EVER, Some(v(37)), || Part::Library(library::lists::library(0))),
    (v(27), None, || Part::Library(library::authz::library())),
    (v(28), None, || Part::CrossTypeNumericComparisons),
    (v(28), None, || Part::Library(celgo::optional::library())),
    (v(28), None, || Part::Library(library::quantity::library())),
    (v(29), None, || {
        Part::Validators(vec![
            Validator::DurationLiterals,
            Validator::TimestampLiterals,
            Validator::RegexLiterals,
        ])
    }),
    (EVER, Some(v(29)), || Part::Library(celgo::strings::library(0))),
    (v(29), None, || Part::Library(celgo::strings::library(2))),
    (v(29), None, || Part::Library(celgo::sets::library())),
    (v(30), None, || Part::Library(library::ip::library())),
    (v(30), None, || Part::Library(library::cidr::library())),
    (v(31), None, || Part::Library(library::format::library())),
    (v(31), None, || Part::Library(library::authz::selectors_library())),
    (v(32), None, || Part::Library(celgo::comprehensions::library())),
    (v(33), None, || Part::Library(library::semver::library())),
    (v(34), None, || Part::Library(celgo::lists::library())),
    (v(37), None, || Part::Library(library::lists::library(1))),
];

/// CEL with the libraries of a version, and no variables.
#[derive(Clone, Copy, Debug)]
pub struct Environment;

impl Environment {
    /// The environment in which an API server compiles expressions whose oldest compatible version is `compatibility`
    /// ([`Version::compatibility`] of its own).
    #[must_use]
    #[expect(
        clippy::new_ret_no_self,
        reason = "an environment is an `Env`; this is the table it is made from"
    )]
    pub fn new(compatibility: Version, mode: Mode) -> Env {
        let version = match mode {
            Mode::New => compatibility,
            Mode::Stored => Version::new(u32::MAX, u32::MAX),
        };
        let mut options = Options { cross_type_numeric_comparisons: false };
        let mut libraries = vec![standard()];
        let mut validators = Vec::new();
        for part in parts(version) {
            match part {
                Part::Library(library) => libraries.push(library),
                Part::Validators(more) => validators.extend(more),
                Part::CrossTypeNumericComparisons => options.cross_type_numeric_comparisons = true,
            }
        }
        // Validators of libraries come after these, as they do upstream.
        let empty = validators.into_iter().fold(Env::new(options, Vec::new()), Env::with_validator);
        libraries.into_iter().fold(empty, Env::with_library)
    }
}

/// The standard library with Kubernetes' estimate of `==`.
fn standard() -> Library {
    let mut standard = celgo::standard();
    let equality = standard.functions.iter_mut().find(|function| function.name == operators::EQUALS);
    for overload in equality.into_iter().flat_map(|function| &mut function.overloads) {
        overload.estimate = Some(library::equality::estimate);
    }
    standard
}

fn parts(version: Version) -> impl Iterator<Item = Part> {
    TABLE
        .iter()
        .filter(move |(from, until, _)| version >= *from && until.is_none_or(|until| version < until))
        .map(|(.., part)| part())
}

/// A library of the table with the versions that have it.
#[derive(Clone, Debug)]
pub struct Versioned {
    /// The first; `None` when there always was one like it.
    pub since: Option<Version>,
    /// The first that has it no more.
    pub until: Option<Version>,
    /// The library.
    pub library: Library,
}

/// Every library, the standard one first.
pub fn libraries() -> impl Iterator<Item = Versioned> {
    let standard = Versioned { since: None, until: None, library: celgo::standard() };
    let others = TABLE.iter().filter_map(|(from, until, part)| match part() {
        Part::Library(library) => {
            Some(Versioned { since: (*from > EVER).then_some(*from), until: *until, library })
        }
        Part::Validators(_) | Part::CrossTypeNumericComparisons => None,
    });
    core::iter::once(standard).chain(others)
}

/// Since which version there is a function or a macro of that name; `None` when there is none, `Some(None)` when there
/// always was. For the help to `undeclared reference`: written for an older version, it may be known to a newer one.
#[must_use]
pub fn available_since(name: &str) -> Option<Option<Version>> {
    libraries()
        .filter(|versioned| {
            let library = &versioned.library;
            library.functions.iter().any(|function| function.name == name)
                || library.macros.iter().any(|known| known.name == name)
        })
        .map(|versioned| versioned.since)
        .min()
}
