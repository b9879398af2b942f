//! A finding about a source, as data: what, where, why, and the edits that would mend it.

use crate::{Code, Severity, Span};

/// A place that a diagnostic speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What stands there, in lower case without a full stop.
    pub text: String,
}

/// A change of one stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// The edits that mend a mistake, offered where there is only one sensible way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do, as an order: ``write `10.0.0.0/24` ``.
    pub title: String,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// The text of the file with the edits made.
    #[must_use]
    pub fn made(&self, text: &str) -> String {
        let mut edits: Vec<&Edit> = self.edits.iter().collect();
        edits.sort_by_key(|edit| edit.span.start);
        let mut mended = text.to_owned();
        for edit in edits.into_iter().rev() {
            mended.replace_range(edit.span.range(), &edit.text);
        }
        mended
    }
}

/// One finding. The first label is where it is; the others are what it conflicts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The row of the table.
    pub code: &'static Code,
    /// The row's severity, unless a flag or the source changed it.
    pub severity: Severity,
    /// What is wrong, in under 60 characters where names allow: lower case, no full stop.
    pub title: String,
    /// The places, the main one first. A diagnostic about the whole project has none.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// Ways to mend it by machine.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding of a row of the table.
    #[must_use]
    pub fn new(code: &'static Code, title: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            title: title.into(),
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Adds a place; the first added is the main one.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Offers an edit of one stretch.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix_all(title, vec![Edit { span, text: text.into() }])
    }

    /// Offers several edits that belong together.
    #[must_use]
    pub fn fix_all(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix { title: title.into(), edits });
        self
    }

    /// How a finding that is denied is allowed; none of what is an error or stops nothing.
    #[must_use]
    pub fn allowance(&self) -> Option<String> {
        let number = self.code.number;
        (self.severity == Severity::Denied).then(|| match self.span() {
            Some(_) => format!("if it is meant: `# hnet: allow {number} because …` before the statement"),
            None => format!("if it is meant: `-A {number}`"),
        })
    }

    /// The main place, if the finding has one.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// The proof that a mistake was recorded. Only [`Diagnostics::report`] makes one, so a value that
/// failed cannot be dropped in silence, and what depends on it can stay silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported(());

/// The findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No findings yet.
    #[must_use]
    pub fn new() -> Self {
        Diagnostics::default()
    }

    /// Records a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.list.push(diagnostic);
        Reported(())
    }

    /// Whether any finding is an error: something has no value.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are no findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings in the order of the sources, then of the codes. What is said twice of one place stands once,
    /// with the further label that is first in the sources.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        let further = |diagnostic: &Diagnostic| diagnostic.labels.get(1).map(|label| label.span);
        self.list.sort_by(|a, b| {
            (a.span(), a.code.number, &a.title, further(a)).cmp(&(b.span(), b.code.number, &b.title, further(b)))
        });
        self.list.dedup_by(|again, first| {
            again.span() == first.span() && *again.code == *first.code && again.title == first.title
        });
        self.list
    }

    /// The findings as recorded.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// What was recorded behind the first so many findings, to be said better by who knows more.
    pub fn since(&mut self, count: usize) -> &mut [Diagnostic] {
        self.list.get_mut(count..).unwrap_or_default()
    }

    /// Keeps the findings that are to be said.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// Adds all findings of another run.
    pub fn append(&mut self, mut other: Diagnostics) {
        self.list.append(&mut other.list);
    }
}
