//! One plain thing that a source says otherwise than the repository, as a finding.

use hnet_diagnostics::{Diagnostic, Span, codes};
use hnet_language::values;
use hnet_model::Version;

/// What is otherwise.
pub(super) struct Otherwise {
    /// What it is of, for people.
    pub(super) of: String,
    /// Where the source says it, and what it says.
    pub(super) here: (Span, String),
    /// Where the repository says it, and what it says.
    pub(super) there: Vec<(Span, String)>,
    /// What to do.
    pub(super) help: &'static str,
    /// Whether what stands at the places may be a secret.
    pub(super) is_hidden: bool,
}

/// What to do where both say a thing.
pub(super) const BOTH: &str = "change it in that file as well: hnet writes only what `output` has a file for";

impl Otherwise {
    /// A field that is something else.
    pub(super) fn field(of: String, name: &str, here: (Span, &str), there: (Span, &str)) -> Self {
        Otherwise {
            of,
            here: (here.0, format!("`{name}` is {} here", here.1)),
            there: vec![(there.0, format!("the cluster gets {}", there.1))],
            help: BOTH,
            is_hidden: false,
        }
    }

    /// The same of what may be a secret, so that neither side is shown.
    pub(super) fn hidden(of: String, name: &str, here: Span, there: Span) -> Self {
        Otherwise {
            of,
            here: (here, format!("`{name}` is something else here")),
            there: vec![(there, "the cluster gets this".to_owned())],
            help: BOTH,
            is_hidden: true,
        }
    }

    /// The same with what else comes from the same place.
    pub(super) fn with(&mut self, more: usize) {
        match more {
            0 => {}
            1 => self.here.1.push_str(", and another field differs"),
            count => self.here.1.push_str(&format!(", and {count} other fields differ")),
        }
    }

    /// As a finding, of which the places of the repository become places of the sources.
    pub(super) fn finding(self, mut placed: impl FnMut(Span) -> Span) -> Diagnostic {
        let title = format!("nothing writes what is said of {}", self.of);
        let found = Diagnostic::new(&codes::WRITTEN_NOWHERE, title).label(self.here.0, self.here.1).help(self.help);
        self.there.into_iter().fold(found, |found, (span, text)| found.label(placed(span), text))
    }
}

/// Whether a text is surely another version than one that may leave out its last number.
pub(super) fn is_other(version: &Version, text: &str) -> bool {
    let Ok(there) = values::version(text.trim().trim_start_matches('v')) else { return false };
    let is_patch = version.patch.is_some() && there.patch.is_some();
    version.minor() != there.minor() || is_patch && (version.patch != there.patch || version.suffix != there.suffix)
}
