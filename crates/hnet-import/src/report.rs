//! What came of an import: how much was said in words, and what could not be.

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use indexmap::IndexMap;

/// What could not be taken over, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where it stands.
    pub span: Span,
    /// What it is, and why it is not in the source.
    pub why: String,
}

impl Unread {
    /// What could not be taken over, and why.
    pub(crate) fn new(span: Span, why: impl Into<String>) -> Unread {
        Unread { span, why: why.into() }
    }
}

/// How many fields of a kind were taken over, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// In words of the language.
    pub typed: usize,
    /// In blocks of YAML in the source.
    pub raw: usize,
    /// Not at all: what could not be read, and what stays where it is, since somebody else runs it. Each is listed.
    pub unread: usize,
    /// Where somebody else writes them, as `observe` knows them.
    pub observed: usize,
}

/// How many comments were taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommentCount {
    /// To the statement that they are about.
    pub kept: usize,
    /// To a statement around it.
    pub moved: usize,
    /// Not at all: modelines, rulers, lines of YAML that are commented out, and what is about nothing that is kept.
    /// Together they are all comments of what was read.
    pub dropped: usize,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What could not be taken over, in the order of the files.
    pub unread: Vec<Unread>,
    /// What `observe` knows, and the source does not say.
    pub observed: Vec<Unread>,
    /// What stays YAML although its kind has words, and why.
    pub as_yaml: Vec<Unread>,
    /// What is judged and stays as it is, for the owner of the network to judge: each is allowed in the source.
    pub allowed: Vec<Unread>,
    /// The comments that were not taken over, but for those that only programs read.
    pub lost: Vec<Unread>,
    /// The fields by the kind of what they stand in.
    pub fields: IndexMap<String, Fields>,
    /// The comments.
    pub comments: CommentCount,
    /// The keys of talconfigs that talhelper does not read, each with whether it is one of the whole file.
    pub(crate) unknown_keys: Vec<(Span, bool)>,
    /// The comments of patches, which their blocks keep or lose. A file that several name is read as often.
    pub(crate) of_patches: BTreeMap<Span, String>,
}

impl Report {
    /// What came of it where the source observes nothing: what `observe` would know is not taken over.
    #[must_use]
    pub fn unobserved(mut self) -> Report {
        self.unread.append(&mut self.observed);
        self.unread.sort_by_key(|unread| unread.span);
        for fields in self.fields.values_mut() {
            fields.unread += std::mem::take(&mut fields.observed);
        }
        self
    }

    /// Says that something could not be taken over.
    pub(crate) fn unread(&mut self, span: Span, why: impl Into<String>) {
        self.unread.push(Unread::new(span, why));
    }

    /// Says that an object stays YAML.
    pub(crate) fn stays_yaml(&mut self, span: Span, why: impl Into<String>) {
        self.as_yaml.push(Unread::new(span, why));
    }

    /// The count of a kind.
    pub(crate) fn of(&mut self, kind: &str) -> &mut Fields {
        self.fields.entry(kind.to_owned()).or_default()
    }
}
