//! What is said of names that are not declared: which one was probably meant.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, codes, did_you_mean, nearest, quoted};
use hnet_syntax::tree::{Value, ValueKind};
use indexmap::IndexMap;

use super::scope::Scope;
use crate::declaration::Space;

/// How many names are compared in search of near ones, in the whole source. Behind the first hundreds of
/// unknown names in a large one nobody reads what else might have been meant.
const COMPARED: usize = 1 << 18;

/// The search for near names of a scope, as long as it takes no time that would be felt.
pub(super) struct Suggestions {
    /// How many names may still be compared.
    left: Rc<Cell<usize>>,
    /// What was found, by what was looked for, so that a name which is used often is searched once.
    found: RefCell<IndexMap<String, Option<String>>>,
}

impl Suggestions {
    pub(super) fn new() -> Self {
        Suggestions { left: Rc::new(Cell::new(COMPARED)), found: RefCell::default() }
    }

    /// Those of a scope with other names in the same source.
    pub(super) fn apart(&self) -> Self {
        Suggestions { left: Rc::clone(&self.left), found: RefCell::default() }
    }

    /// The candidate that a name is most likely a slip of. `what` says what it is a name of.
    fn of<'n>(&self, what: &str, name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<String> {
        let key = format!("{what} {name}");
        if let Some(found) = self.found.borrow().get(&key) {
            return found.clone();
        }
        let left = self.left.get();
        let mut compared = 0;
        let found = nearest(name, candidates.take(left).inspect(|_| compared += 1)).map(str::to_owned);
        self.left.set(left - compared);
        self.found.borrow_mut().entry(key).or_insert_with(|| found.clone());
        found
    }
}

/// Reports a name that none of these kinds declares, or what keeps it from being declared.
pub(super) fn unresolved(scope: &Scope<'_>, spaces: &[Space], value: &Value, out: &mut Diagnostics) -> Reported {
    scope.lost(spaces, &value.text, out).unwrap_or_else(|| out.report(scope.unknown(spaces, value)))
}

/// The same for the base of an index.
pub(super) fn unresolved_prefix(scope: &Scope<'_>, base: &str, place: Span, out: &mut Diagnostics) -> Reported {
    let (name, _) = base.split_once('.').unwrap_or((base, ""));
    let spaces = [scope.vocabulary().prefixed, &[Space::LET]].concat();
    let lost = scope.lost(&spaces, name, out);
    lost.unwrap_or_else(|| out.report(scope.unknown_prefix(base, place)))
}

/// Offers the `let` that was probably meant by a word that is no value, if that is what was found since. It may stand
/// in a file that is not there, as what a placeholder is filled with may.
pub(super) fn offer_let(scope: &Scope<'_>, value: &Value, since: usize, out: &mut Diagnostics) {
    let may_be_let = value.kind == ValueKind::Word && value.text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_name = may_be_let && value.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let missing = scope.missing_file().filter(|_| is_name || value.text.contains("${"));
    if !may_be_let && missing.is_none() {
        return;
    }
    for found in out.since(since) {
        if let Some(missing) = missing {
            found.clone_from(missing);
            continue;
        }
        if found.span() == Some(value.span)
            && found.fixes.is_empty()
            && let Some(near) = scope.suggestions.of("let", &value.text, scope.names_of(Space::LET))
        {
            // What a slip keeps from being used is not unused.
            scope.find(Space::LET, &near);
            let offered = did_you_mean(found.clone(), &near, value.span);
            *found = offered;
        }
    }
}

/// Says once what is said of one name at several places: the first has the finding, others are labels of it.
pub fn say_once(out: &mut Diagnostics) {
    hnet_diagnostics::say_once(out, |finding| is_of_a_name(finding).then(|| (finding.title.clone(), None)));
}

/// Whether a finding says of a name that it means nothing: it is not declared, or it is no value either.
fn is_of_a_name(finding: &Diagnostic) -> bool {
    let is_name = |word: &str| {
        let mut bytes = word.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let of_value = || finding.title.strip_prefix('`').and_then(|title| title.split('`').next()).is_some_and(is_name);
    *finding.code == codes::UNKNOWN_NAME || finding.code.number.starts_with("HN2") && of_value()
}

impl Scope<'_> {
    /// A name that none of these kinds declares.
    pub(super) fn unknown(&self, spaces: &[Space], value: &Value) -> Diagnostic {
        let wanted = quoted(spaces.iter().map(|space| space.keyword()), " or ");
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, format!("there is no {wanted} named `{}`", value.text))
            .label(value.span, "not declared");
        let others = self.vocabulary().all_spaces().filter_map(|space| self.declared(space, &value.text));
        if let Some(found) = others.min_by_key(|found| found.space) {
            return diagnostic
                .label(found.span, format!("this is a `{}`", found.space.keyword()))
                .help(format!("name a {wanted} here"));
        }
        let names = || spaces.iter().flat_map(|space| self.names_of(*space));
        match self.suggestions.of(&wanted, &value.text, names()) {
            Some(near) => did_you_mean(diagnostic, &near, value.span),
            None if names().next().is_none() => {
                diagnostic.help(format!("declare it: `{} {} …`", spaces[0].keyword(), value.text))
            }
            None => diagnostic.help(format!("declared are {}", quoted(names().take(8), ", "))),
        }
    }

    /// The base of an index that is the name of no prefix.
    pub(super) fn unknown_prefix(&self, base: &str, place: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, format!("there is no prefix named `{base}`"))
            .label(place, "not declared");
        let names = || self.layers().flat_map(|layer| layer.prefix_names()).map(String::as_str);
        match self.suggestions.of("prefix", base, names()) {
            Some(near) => did_you_mean(diagnostic, &near, place),
            None if names().next().is_none() => {
                let keyword = self.vocabulary().prefixed.first().map_or("", |space| space.keyword());
                diagnostic.help(format!("declare it: `{keyword} {base} PREFIX;`"))
            }
            None => diagnostic.help(format!("prefixes are {}", quoted(names().take(8), ", "))),
        }
    }

    /// A name that a statement does not declare for itself, among those that it does.
    #[must_use]
    pub fn nearest_member(&self, owner: &str, name: &str, members: &[&str]) -> Option<String> {
        self.suggestions.of(&format!("member of {owner}"), name, members.iter().copied())
    }

    fn names_of(&self, space: Space) -> impl Iterator<Item = &str> {
        self.layers().flat_map(move |layer| layer.names_of(space))
    }
}
