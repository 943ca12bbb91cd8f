//! Levels and versions of the Pod Security Standards, as labels name them.

use core::fmt;

/// How much a namespace forbids, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    Privileged,
    /// Known ways to more privileges.
    Baseline,
    /// Whatever current hardening practice forbids.
    Restricted,
}

impl Level {
    /// Reads a label value.
    ///
    /// # Errors
    /// Says what a value must be, in upstream's words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "privileged" => Ok(Self::Privileged),
            "baseline" => Ok(Self::Baseline),
            "restricted" => Ok(Self::Restricted),
            _ => Err("must be one of privileged, baseline, restricted"),
        }
    }

    /// As labels write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

/// A policy version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `latest`: the newest the server knows.
    Latest,
    /// `v1.` and this.
    Minor(u64),
}

impl Version {
    /// Reads a label value: `latest`, or `v1.` and a number without leading zeros.
    ///
    /// # Errors
    /// Says what a value must be, in upstream's words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const MUST: &str = r#"must be "latest" or "v1.x""#;
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let digits = text.strip_prefix("v1.").ok_or(MUST)?;
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(MUST);
        }
        // Upstream reads an int; what does not fit one is no version.
        digits.parse::<i64>().map(|minor| Self::Minor(minor.unsigned_abs())).map_err(|_| MUST)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Minor(minor) => write!(f, "v1.{minor}"),
        }
    }
}

/// What one mode of a namespace asks for: `restricted:v1.30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelVersion {
    /// The level.
    pub level: Level,
    /// In which version.
    pub version: Version,
}

impl LevelVersion {
    /// What a namespace without labels gets from a server without configuration.
    pub const DEFAULT: Self = Self { level: Level::Privileged, version: Version::Latest };

    /// Whether both forbid the same: equal, or both privileged.
    #[must_use]
    pub fn is_equivalent(&self, other: &Self) -> bool {
        self == other || (self.level == Level::Privileged && other.level == Level::Privileged)
    }
}

impl fmt::Display for LevelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.level.as_str(), self.version)
    }
}
