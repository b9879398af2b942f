//! Ways into two documents at once.

use std::fmt;

/// A step of a way into two documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To a member of a list: where it is in each document, and what tells it from the others.
    Member {
        /// Its place in the first document.
        from: Option<usize>,
        /// Its place in the second.
        to: Option<usize>,
        /// What tells it from the others, as in `name=https`; empty where that is its place.
        label: String,
    },
}

impl Step {
    /// The key, if it is to one.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) => Some(key),
            Step::Member { .. } => None,
        }
    }
}

/// A way into two documents, shown as `spec.listeners[name=https].port`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The keys on the way, without the members of lists.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        keys(&self.0)
    }
}

/// The keys among these steps.
pub(crate) fn keys(steps: &[Step]) -> Vec<&str> {
    steps.iter().filter_map(Step::key).collect()
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let dot = if at == 0 { "" } else { "." };
                    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '$' | '/');
                    match !key.is_empty() && key.chars().all(is_word) {
                        true => write!(out, "{dot}{key}")?,
                        false => write!(out, "{dot}\"{key}\"")?,
                    }
                }
                Step::Member { from, to, label } if label.is_empty() => {
                    write!(out, "[{}]", from.or(*to).unwrap_or_default())?;
                }
                Step::Member { label, .. } => write!(out, "[{label}]")?,
            }
        }
        Ok(())
    }
}
