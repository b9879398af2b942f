//! Which diagnostics are heard, and how loudly: the flags `-D`, `-W`, `-A`, and
//! `# hnet: allow HN901 because …` in the source.
//!
//! An error cannot be lowered: a network with one has values missing or cannot be read by the programs
//! that it is for. All else is a judgement, which the source or a flag may overrule; what was denied and
//! is allowed is kept, to be listed with its reason. Start at [`Options`] for the flags and [`silence`]
//! for the comments.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, FileId, Severity, Span, codes, nearest};
use hnet_model::Allowed;
use hnet_syntax::tree::{Argument, Comment, End, Statement, Tree};

/// How a network is checked: how loudly diagnostics are heard, by the number of their code, and on which Talos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The severity of a code; none where it is not heard at all. Codes that are not named keep
    /// the severity of their row.
    pub levels: BTreeMap<&'static str, Option<Severity>>,
    /// The same for all warnings whose code is not named.
    pub warnings: Option<Option<Severity>>,
    /// The version of Talos that clusters are taken to run in place of their own, as a source says it.
    pub talos: Option<String>,
}

/// Why a code cannot have a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelError {
    /// There is no such code; the one that was probably meant.
    Unknown(Option<&'static str>),
    /// It is an error, which cannot be lowered.
    IsError,
}

impl fmt::Display for LevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LevelError::Unknown(None) => f.write_str("there is no such code"),
            LevelError::Unknown(Some(other)) => write!(f, "there is no such code; did you mean `{other}`?"),
            LevelError::IsError => f.write_str("an error cannot be lowered, since nothing true could be written"),
        }
    }
}

impl Options {
    /// Takes clusters to run this version of Talos in place of their own; a `v` before it is left out.
    ///
    /// # Errors
    /// When it is no version: why.
    pub fn set_talos(&mut self, version: &str) -> Result<(), String> {
        let version = version.strip_prefix('v').unwrap_or(version);
        hnet_language::values::version(version).map_err(|wrong| wrong.open().title)?;
        self.talos = Some(version.to_owned());
        Ok(())
    }

    /// Sets the level of a code, given by number (`HN901`) or name, or of all `warnings`.
    ///
    /// # Errors
    /// When there is no such code, or it is an error and would be lowered.
    pub fn set(&mut self, code: &str, level: Option<Severity>) -> Result<(), LevelError> {
        if code == "warnings" {
            self.warnings = Some(level);
            return Ok(());
        }
        let code = find(code).ok_or_else(|| LevelError::Unknown(meant(code)))?;
        if code.severity == Severity::Error && level.is_none_or(|level| !level.stops()) {
            return Err(LevelError::IsError);
        }
        self.levels.insert(code.number, level);
        Ok(())
    }

    /// The level that is set for a finding; none where it keeps its own.
    fn level(&self, diagnostic: &Diagnostic) -> Option<Option<Severity>> {
        let warnings = self.warnings.filter(|_| diagnostic.severity == Severity::Warning);
        self.levels.get(diagnostic.code.number).copied().or(warnings)
    }

    /// The findings that are heard, with the severity that they are heard at. What stops the build by itself
    /// and is allowed joins the list of what was.
    #[must_use]
    pub fn apply(&self, mut diagnostics: Vec<Diagnostic>, allowed: &mut Vec<Allowed>) -> Vec<Diagnostic> {
        diagnostics.retain_mut(|diagnostic| match self.level(diagnostic) {
            None => true,
            Some(_) if diagnostic.severity == Severity::Error => true,
            Some(None) => {
                if diagnostic.severity.stops() {
                    let span = diagnostic.span().unwrap_or_default();
                    allowed.push(allowed_finding(diagnostic, "allowed when these files were built", span));
                }
                false
            }
            Some(Some(severity)) => {
                diagnostic.severity = severity;
                true
            }
        });
        diagnostics
    }
}

fn allowed_finding(diagnostic: &Diagnostic, reason: &str, span: Span) -> Allowed {
    Allowed { code: diagnostic.code.number, finding: diagnostic.title.clone(), reason: reason.to_owned(), span }
}

/// The row of a number or a name.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    codes::find(code).or_else(|| codes::ALL.iter().copied().find(|row| row.name == code))
}

/// The number or name that was probably meant.
#[must_use]
pub fn meant(code: &str) -> Option<&'static str> {
    nearest(code, codes::ALL.iter().flat_map(|row| [row.number, row.name]))
}

/// A comment that silences a code for a statement, and why, as it says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Allow {
    reason: String,
    comment: Span,
}

/// The comments about one code.
#[derive(Default)]
struct Allows {
    /// By the statement, outer ones first; statements hold each other or have nothing in common.
    statements: Vec<Allowing>,
    /// Those that belong to no statement.
    nowhere: Vec<Allow>,
}

/// A statement that comments allow a code in.
struct Allowing {
    statement: Span,
    /// At least one.
    comments: Vec<Allow>,
    /// The place of the next statement around it.
    around: Option<usize>,
    used: bool,
}

impl Allows {
    fn new(comments: Vec<(Option<Span>, Allow)>) -> Self {
        let mut allows = Allows::default();
        let mut by_statement: BTreeMap<(FileId, u32, Reverse<u32>), Vec<Allow>> = BTreeMap::new();
        for (statement, allow) in comments {
            match statement {
                Some(Span { file, start, end }) => {
                    by_statement.entry((file, start, Reverse(end))).or_default().push(allow)
                }
                None => allows.nowhere.push(allow),
            }
        }
        for ((file, start, Reverse(end)), mut comments) in by_statement {
            comments.sort();
            let mut around = allows.statements.len().checked_sub(1);
            while let Some(at) = around
                && (allows.statements[at].statement.file != file || allows.statements[at].statement.end <= start)
            {
                around = allows.statements[at].around;
            }
            let statement = Span { file, start, end };
            allows.statements.push(Allowing { statement, comments, around, used: false });
        }
        allows
    }

    /// Takes the comments about a place as used; the one that is named as the reason.
    fn take(&mut self, place: Span) -> Option<&Allow> {
        let behind = self.statements.partition_point(|allowing| {
            let Span { file, start, .. } = allowing.statement;
            (file, start) <= (place.file, place.start)
        });
        let mut at = behind.checked_sub(1);
        let mut first: Option<usize> = None;
        while let Some(here) = at {
            let allowing = &mut self.statements[here];
            at = allowing.around;
            if covers(allowing.statement, place) {
                allowing.used = true;
                let is_less =
                    first.is_none_or(|first| self.statements[here].comments < self.statements[first].comments);
                first = if is_less { Some(here) } else { first };
            }
        }
        first.map(|at| &self.statements[at].comments[0])
    }

    /// The comments that no finding was about.
    fn unused(&self) -> impl Iterator<Item = &Allow> {
        let inside = self.statements.iter().filter(|allowing| !allowing.used).flat_map(|allowing| &allowing.comments);
        inside.chain(&self.nowhere)
    }
}

/// Removes the findings that a comment of the source allows (`taken` are the files that texts are taken from, with the
/// places that name them), which are the answer, and reports the
/// comments that allow nothing or that cannot be followed.
pub fn silence(found: &mut Diagnostics, trees: &[Tree], taken: &[(FileId, Span)]) -> Vec<Allowed> {
    let mut comments: BTreeMap<&'static str, Vec<(Option<Span>, Allow)>> = BTreeMap::new();
    let mut mistakes = Diagnostics::new();
    for tree in trees {
        let mut read = |comment: &Comment, statement: Option<Span>| {
            let (listed, reason) = order(comment, &mut mistakes);
            for code in listed {
                let allow = Allow { reason: reason.to_owned(), comment: comment.span };
                comments.entry(code.number).or_default().push((statement, allow));
            }
        };
        tree.statements.iter().for_each(|statement| walk(statement, &mut read));
        tree.trailing.iter().for_each(|comment| read(comment, None));
    }
    let allows = comments.into_iter().map(|(number, comments)| (number, Allows::new(comments))).collect();
    let allowed = follow(found, allows, taken, &mut mistakes);
    found.append(mistakes);
    allowed
}

/// What is found by whoever knows more than the sources, when these have been checked.
static LATER: [&Code; 2] = [&codes::WRITTEN_NOWHERE, &codes::PLACEHOLDER_SLIP];

/// The findings of such that no comment allows. What is wrong with the comments was said when the sources were checked.
pub(crate) fn silence_later(found: Vec<Diagnostic>, trees: &[Tree], taken: &[(FileId, Span)]) -> Vec<Diagnostic> {
    let mut all = Diagnostics::new();
    for diagnostic in found {
        all.report(diagnostic);
    }
    silence(&mut all, trees, taken);
    all.retain(|diagnostic| LATER.contains(&diagnostic.code));
    all.into_sorted()
}

/// The same for the comments that were understood.
fn follow(
    found: &mut Diagnostics,
    mut allows: BTreeMap<&'static str, Allows>,
    taken: &[(FileId, Span)],
    mistakes: &mut Diagnostics,
) -> Vec<Allowed> {
    let mut allowed = Vec::new();
    if allows.is_empty() {
        return allowed;
    }
    let mut heard = Diagnostics::new();
    for diagnostic in std::mem::take(found).into_sorted() {
        let Some(allows) = allows.get_mut(diagnostic.code.number) else {
            heard.report(diagnostic);
            continue;
        };
        // Of two that are at odds the finding stands at the second in the source, and which one that is means
        // nothing: it may be allowed at either. What is found in a file may be allowed where the file is named.
        let mut reason: Option<Allow> = None;
        for label in &diagnostic.labels {
            let named = taken.iter().filter(|(file, _)| *file == label.span.file).map(|(_, at)| *at);
            for place in std::iter::once(label.span).chain(named) {
                let other = allows.take(place).filter(|other| reason.as_ref().is_none_or(|reason| *other < reason));
                reason = other.cloned().or(reason);
            }
        }
        match reason {
            Some(Allow { reason, comment }) => allowed.push(allowed_finding(&diagnostic, &reason, comment)),
            None => {
                heard.report(diagnostic);
            }
        }
    }
    // What could not be read may be what is allowed.
    let all_is_read = !heard.has_errors();
    *found = heard;
    for (number, allow) in allows.iter().flat_map(|(number, of)| of.unused().map(move |allow| (number, allow))) {
        let is_later = LATER.iter().any(|code| code.number == *number);
        if all_is_read && !is_later {
            mistakes.report(
                Diagnostic::new(&codes::UNUSED_ALLOW, format!("there is no `{number}` here to allow"))
                    .label(allow.comment, "silences nothing")
                    .help("remove the comment, or move it before the statement that it is about"),
            );
        }
    }
    allowed
}

/// A comment that would have to silence an error.
fn of_error(number: &str, comment: Span) -> Diagnostic {
    Diagnostic::new(&codes::ALLOW_OF_ERROR, format!("`{number}` is an error and cannot be allowed"))
        .label(comment, "cannot be silenced")
        .help("mend what it is about; what is denied, a warning or a note can be allowed")
}

fn covers(statement: Span, span: Span) -> bool {
    statement.file == span.file && statement.start <= span.start && span.start <= statement.end
}

fn walk(statement: &Statement, read: &mut impl FnMut(&Comment, Option<Span>)) {
    let Statement { leading, arguments, before_end, end, trailing, .. } = statement;
    // Its comments are of it: a secret may stand in one.
    let first = leading.first().map_or(statement.span, |comment| comment.span);
    let last = trailing.as_ref().map_or(statement.span, |comment| comment.span);
    let here = Some(first.to(last).to(statement.span));
    let inside = arguments.iter().flat_map(|Argument { leading, .. }| leading);
    for comment in leading.iter().chain(inside).chain(before_end).chain(trailing.as_deref()) {
        read(comment, here);
    }
    if let End::Body(body) = end {
        body.open_comment.iter().for_each(|comment| read(comment, here));
        body.statements.iter().for_each(|inner| walk(inner, read));
        body.trailing.iter().for_each(|comment| read(comment, None));
    }
}

/// The codes that a comment allows, and why; none where it is an ordinary comment or a mistake, which is reported.
pub fn order<'t>(comment: &'t Comment, mistakes: &mut Diagnostics) -> (Vec<&'static Code>, &'t str) {
    match comment.text.strip_prefix("hnet:").filter(|_| !comment.doc) {
        Some(order) => return read_order(order.trim(), comment, mistakes),
        None if is_nearly_an_order(comment) => {
            mistakes.report(
                Diagnostic::new(&codes::UNKNOWN_ALLOW, "this comment allows nothing")
                    .label(comment.span, if comment.doc { "a doc comment describes" } else { "an ordinary comment" })
                    .help(FORM),
            );
        }
        None => {}
    }
    (Vec::new(), "")
}

/// How an order is written, as messages say it.
const FORM: &str = "write `# hnet: allow HN901 because …`, with a reason";

/// Whether a comment that is none is meant to allow something: `hnet allow`, `hnet-allow: HN118`, `allow HN118`, and
/// `## hnet: allow HN118`.
fn is_nearly_an_order(comment: &Comment) -> bool {
    let words = comment.text.split(|sign: char| !sign.is_ascii_alphanumeric());
    let mut words = words.filter(|word| !word.is_empty()).take(3).peekable();
    let named = words.next_if(|word| word.eq_ignore_ascii_case("hnet")).is_some();
    let orders = words.next().is_some_and(|word| ["allow", "ignore", "disable"].contains(&&*word.to_ascii_lowercase()));
    // Prose may speak of what hnet allows, but of no code behind it.
    orders && (named && !comment.doc || words.next().is_some_and(|word| codes::find(word).is_some()))
}

fn read_order<'t>(order: &'t str, comment: &Comment, mistakes: &mut Diagnostics) -> (Vec<&'static Code>, &'t str) {
    let finding = |code: &'static Code, title: String, label: &str, help: &str| {
        Diagnostic::new(code, title).label(comment.span, label).help(help)
    };
    let Some(rest) = order.strip_prefix("allow").filter(|rest| rest.starts_with(char::is_whitespace)) else {
        let title = "only `allow` may be ordered here".to_owned();
        mistakes.report(finding(&codes::UNKNOWN_ALLOW, title, "not understood", FORM));
        return (Vec::new(), "");
    };
    let (names, reason) = rest.split_once("because").unwrap_or((rest, ""));
    let reason = reason.trim();
    // The dots of the form that messages show, copied with nothing in their place.
    if reason.trim_matches(['…', '.']).is_empty() {
        let title = "an allowed finding needs a reason".to_owned();
        mistakes.report(finding(&codes::ALLOW_WITHOUT_REASON, title, "no reason here", FORM));
        return (Vec::new(), "");
    }
    let mut allowed = Vec::new();
    for name in names.split([',', ' ']).filter(|name| !name.is_empty()) {
        match find(name) {
            Some(code) if code.severity == Severity::Error => {
                mistakes.report(of_error(code.number, comment.span));
            }
            Some(code) => allowed.push(code),
            None => {
                let help = meant(name).map_or_else(|| FORM.to_owned(), |other| format!("did you mean `{other}`?"));
                let title = format!("there is no code `{name}`");
                mistakes.report(finding(&codes::UNKNOWN_ALLOW, title, "not a code", &help));
            }
        }
    }
    (allowed, reason)
}
