//! Names that are not declared since something is wrong with their declaration: one mistake, which is said
//! there. A finding that is reported again stands once, and is the proof that what depends on it may stay silent.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Severity, Span, codes, nearest};
use hnet_syntax::tree::{Statement, Value};

use super::{Scope, members_of};
use crate::declaration::Space;
use crate::shape;
use crate::values;

impl Scope<'_> {
    /// What keeps a name from being declared, where that was reported: a file is not there, the name of a declaration
    /// is no name, or its keyword no word. Reported again, it stands once.
    pub fn lost(&self, spaces: &[Space], name: &str, out: &mut Diagnostics) -> Option<Reported> {
        if let Some(missing) = self.missing_file() {
            return Some(out.report(missing.clone()));
        }
        let unnamed =
            self.layers().flat_map(|layer| spaces.iter().filter_map(|space| layer.unnamed(*space, self.vocabulary())));
        if let Some(unnamed) = unnamed.min_by_key(|declared| declared.span) {
            return unnamed.statement.arguments.first().and_then(|first| values::refused_name(&first.value, out));
        }
        let nameless =
            self.layers().flat_map(|layer| spaces.iter().filter_map(|space| layer.nameless(*space, self.vocabulary())));
        if let Some(nameless) = nameless.min_by_key(|statement| statement.span) {
            return Some(out.report(shape::missing_name(nameless, self.vocabulary().kind(&nameless.keyword.text)?)));
        }
        let mut misread = self.layers().flat_map(|layer| layer.misread(name, self.vocabulary()));
        misread.find_map(|statement| said_again(statement, out))
    }

    /// The same for a name that a statement declares for itself.
    pub fn lost_member(&self, owner: &Statement, name: &str, out: &mut Diagnostics) -> Option<Reported> {
        // Few declare more than a handful; of a longer one the first will do.
        let statements = || owner.statements().iter().take(100);
        let member = self.vocabulary().member();
        let mut members = statements().filter(|nested| nested.keyword.text == member.keyword);
        if let Some(nameless) = members.find(|nested| nested.arguments.is_empty()) {
            return Some(out.report(shape::missing_name(nameless, member)));
        }
        let unnamed = members_of(owner, member).take(100).find_map(|(name, _)| values::refused_name(name, out));
        if unnamed.is_some() {
            return unnamed;
        }
        let named = |statement: &&Statement| statement.arguments.first().is_some_and(|first| first.value.text == name);
        statements().filter(named).find_map(|statement| said_again(statement, out))
    }

    /// The same for a value that may be the name of a `let`.
    pub(super) fn lost_value(&self, value: &Value, out: &mut Diagnostics) -> Option<Reported> {
        let misread = self.layers().flat_map(|layer| layer.misread(&value.text, self.vocabulary()));
        let mut lets = misread.filter(|statement| nearest(&statement.keyword.text, ["let"]).is_some());
        lets.find_map(|statement| said_again(statement, out))
    }

    /// What keeps a thing that was declared from having an address, where that was reported.
    pub fn lost_address(&self, value: &Value, out: &mut Diagnostics) -> Option<Reported> {
        let found = self.named(Space::ADDRESSED, &value.text)?;
        for address in self.lookahead.addresses(self, found.statement).unwrap_or_default() {
            let unread = self.index(address, out).and_then(Result::err);
            if let Some(reported) = unread.or_else(|| said_within(address.span, out)) {
                return Some(reported);
            }
        }
        let vocabulary = self.vocabulary();
        let kind = vocabulary.kind(found.space.keyword())?;
        said_again(shape::misspelt(found.statement, kind, vocabulary.address_word, vocabulary)?, out)
    }
}

/// Reports again what was said of a value.
fn said_within(value: Span, out: &mut Diagnostics) -> Option<Reported> {
    let within = |place: Span| place.file == value.file && value.start <= place.start && place.end <= value.end;
    let said = out.iter().find(|said| said.severity == Severity::Error && said.span().is_some_and(within))?.clone();
    Some(out.report(said))
}

/// Reports again what was said of a keyword.
fn said_again(statement: &Statement, out: &mut Diagnostics) -> Option<Reported> {
    let of_keyword = |said: &&Diagnostic| {
        said.span() == Some(statement.keyword.span)
            && [&codes::UNKNOWN_KEYWORD, &codes::MISPLACED_KEYWORD, &codes::CLUSTER_NOT_SAID].contains(&said.code)
    };
    let said = out.iter().find(of_keyword)?.clone();
    Some(out.report(said))
}
