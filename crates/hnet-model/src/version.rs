//! Versions and durations.

use std::fmt;

/// A version: `1.13`, `1.36.2`, `1.14.0-rc.1`. A part left out is unknown, not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number, where given.
    pub patch: Option<u32>,
    /// What follows a hyphen or a plus sign, with it; empty for a release.
    pub suffix: String,
}

impl Version {
    /// A version by its first two numbers.
    #[must_use]
    pub const fn of(major: u32, minor: u32) -> Self {
        Version { major, minor, patch: None, suffix: String::new() }
    }

    /// The first two numbers, which tables are keyed by.
    #[must_use]
    pub fn minor(&self) -> (u32, u32) {
        (self.major, self.minor)
    }

    /// The version with all three numbers, `1.13` as `1.13.0`.
    #[must_use]
    pub fn full(&self) -> String {
        format!("{}.{}.{}{}", self.major, self.minor, self.patch.unwrap_or(0), self.suffix)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if let Some(patch) = self.patch {
            write!(f, ".{patch}")?;
        }
        f.write_str(&self.suffix)
    }
}

impl serde::Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A span of time in milliseconds, written as Go and Kubernetes do: `30s`, `1m30s`, `250ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub u64);

impl Duration {
    /// Whole seconds, rounded down.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, mut empty) = (self.0, true);
        for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if rest >= size {
                write!(f, "{}{unit}", rest / size)?;
                rest %= size;
                empty = false;
            }
        }
        if empty { f.write_str("0s") } else { Ok(()) }
    }
}

impl serde::Serialize for Duration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
