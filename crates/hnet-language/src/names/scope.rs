//! What names mean: declarations, `let` values, profiles, prefixes and addresses.
//!
//! Collected from the whole tree before anything is read, since order does not matter. Collecting
//! reports names that are declared twice; reading reports names that are not declared. What one body declares
//! is `layer.rs`, what an indexed prefix means `index.rs`, what a `let` stands for `unfold.rs`; of names that are not
//! declared speaks `unknown.rs`, of those that a mistake keeps from it `lost.rs`.

use std::cell::{Cell, RefCell};
use std::iter;
use std::net::IpAddr;
use std::rc::Rc;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, claim, codes};
use hnet_model::Placeholders;
use hnet_syntax::tree::{Statement, Value, ValueKind};
use indexmap::{IndexMap, IndexSet};
use ipnet::IpNet;

use super::PROFILES;
use super::include::Includes;
use super::layer::{Layer, ReadPrefixes};
use super::places::{Definition, Indexed, Names, Places};
use super::unknown::{Suggestions, unresolved};
use crate::declaration::{ANYTHING, Kind, Space, Vocabulary};
use crate::values;

/// A declared name.
#[derive(Clone, Copy)]
pub struct Declared<'t> {
    /// The kind of the name.
    pub space: Space,
    /// Its position among those of its kind.
    pub at: usize,
    /// The name where it is declared.
    pub span: Span,
    /// The whole declaration.
    pub statement: &'t Statement,
}

/// What statements say of prefixes and addresses, asked before any of them is read, since names of things that have
/// some stand for them everywhere.
pub trait Lookahead: Sync {
    /// The words.
    fn vocabulary(&self) -> &'static Vocabulary;

    /// The prefixes that a statement's name stands for, each with the word behind it, empty for the name alone.
    fn prefixes<'t>(
        &self,
        scope: &Scope<'t>,
        statement: &'t Statement,
        out: &mut Diagnostics,
    ) -> Vec<(&'static str, Result<Vec<IpNet>, Reported>)>;

    /// The values with which a statement says its addresses; none where its name cannot stand for one.
    fn addresses<'t>(&self, scope: &Scope<'t>, statement: &'t Statement) -> Option<Vec<&'t Value>>;
}

/// What names mean at a place.
pub struct Scope<'t> {
    pub(super) lookahead: &'static dyn Lookahead,
    pub(super) includes: &'t Includes<'t>,
    /// What the body declares.
    own: Rc<Layer<'t>>,
    /// What the root around a part declares, where there are several parts.
    outer: Option<Rc<Layer<'t>>>,
    /// Which `let`, placeholder and profile was used, by the spans of their names.
    pub(super) used: RefCell<IndexSet<Span>>,
    /// What was found under which place, for editors.
    pub(super) noted: RefCell<Noted>,
    pub(super) suggestions: Suggestions,
    /// How many names and values were looked up for a `let`, in the whole source.
    pub(super) unfolded: Rc<Cell<usize>>,
}

/// What is noted while values are read, as it comes.
#[derive(Clone, Default)]
pub(super) struct Noted {
    definitions: Vec<(Span, Definition)>,
    uses: Vec<(Span, Span)>,
    pub(super) indexes: Vec<(Span, Indexed)>,
    pub(super) placeholders: Placeholders,
}

impl<'t> Scope<'t> {
    /// Collects what statements declare: those of the root, and where it has one part those of its body; of several
    /// parts each has a [`Scope::inside`]. `strays` are statements that stand in the wrong body, as was reported:
    /// nothing can refer to them.
    pub fn collect(
        lookahead: &'static dyn Lookahead,
        includes: &'t Includes<'t>,
        statements: &[&'t Statement],
        strays: &[&'t Statement],
        out: &mut Diagnostics,
    ) -> Self {
        let mut scope = Scope {
            lookahead,
            includes,
            own: Rc::default(),
            outer: None,
            used: RefCell::default(),
            noted: RefCell::default(),
            suggestions: Suggestions::new(),
            unfolded: Rc::default(),
        };
        scope.add(statements, strays, out);
        scope
    }

    /// The names of one of several parts: those around it, and those of its body.
    pub fn inside(&self, statements: &[&'t Statement], strays: &[&'t Statement], out: &mut Diagnostics) -> Self {
        let mut scope = Scope {
            lookahead: self.lookahead,
            includes: self.includes,
            own: Rc::default(),
            outer: Some(Rc::clone(&self.own)),
            used: RefCell::default(),
            noted: RefCell::default(),
            suggestions: self.suggestions.apart(),
            unfolded: Rc::clone(&self.unfolded),
        };
        scope.add(statements, strays, out);
        scope
    }

    /// The words.
    #[must_use]
    pub fn vocabulary(&self) -> &'static Vocabulary {
        self.lookahead.vocabulary()
    }

    pub(super) fn layers(&self) -> impl Iterator<Item = &Layer<'t>> {
        iter::once(&*self.own).chain(self.outer.as_deref())
    }

    /// Takes over which names the scope of one of several parts has seen used, and what it noted for editors.
    pub fn note_used(&self, other: &Scope<'_>, part: usize) {
        for name in other.used.borrow().iter() {
            self.used.borrow_mut().insert(*name);
        }
        other.note_definitions();
        let mut noted = self.noted.borrow_mut();
        let mut others = other.noted.borrow_mut();
        noted.definitions.append(&mut others.definitions);
        noted.uses.append(&mut others.uses);
        noted.indexes.append(&mut others.indexes);
        others.placeholders.are_of_cluster(part);
        noted.placeholders.append(std::mem::take(&mut others.placeholders));
    }

    /// Notes that the name at a place refers to a declaration.
    pub fn note(&self, place: Span, declared: Span) {
        self.noted.borrow_mut().uses.push((place, declared));
    }

    /// What placeholders were found to stand for while values were read, which is handed out once.
    pub fn placeholders(&self) -> Placeholders {
        std::mem::take(&mut self.noted.borrow_mut().placeholders)
    }

    /// What was found out about names: what is declared here, and what was noted while values were
    /// read, which is handed out once.
    pub fn names(&self) -> Names {
        self.note_definitions();
        let Noted { definitions, uses, indexes, placeholders: _ } = self.noted.take();
        Names { definitions: Places::new(definitions), uses: Places::new(uses), indexes: Places::new(indexes) }
    }

    fn note_definitions(&self) {
        let definitions = &mut self.noted.borrow_mut().definitions;
        for ((_, name), declared) in self.own.names.iter() {
            let Declared { space, at: _, span, statement } = *declared;
            let is_prefixed = self.vocabulary().prefixed.contains(&space);
            let of_name = self.own.prefixes.get(&(*name, "")).filter(|_| is_prefixed);
            let of_device = self.own.addresses.get(*name).filter(|_| space.has_address());
            let definition = Definition {
                keyword: space.keyword(),
                name: (*name).to_owned(),
                statement: statement.span,
                owner: None,
                addresses: of_device.map(|addresses| addresses.to_vec()).unwrap_or_default(),
                prefixes: of_name.and_then(|(_, read)| read.clone().ok()).unwrap_or_default(),
            };
            definitions.push((span, definition));
            let (owner, member) = self.vocabulary().owner;
            for (name, nested) in members_of(statement, member).filter(|_| space == owner) {
                let definition = Definition {
                    keyword: member.keyword,
                    name: name.text.to_string(),
                    statement: nested.span,
                    owner: Some(span),
                    addresses: Vec::new(),
                    prefixes: Vec::new(),
                };
                definitions.push((name.span, definition));
            }
        }
    }

    fn add(&mut self, statements: &[&'t Statement], strays: &[&'t Statement], out: &mut Diagnostics) {
        let vocabulary = self.vocabulary();
        self.own().others.extend(strays);
        let mut counts: IndexMap<Space, usize> = IndexMap::new();
        for statement in statements {
            if statement.keyword.text == Space::PLACEHOLDER.keyword() {
                self.check_placeholder(statement, out);
            }
            match vocabulary.space(&statement.keyword.text) {
                Some(space) if !statement.arguments.is_empty() => {
                    self.declare(space, statement, counts.entry(space).or_default(), out);
                }
                None if vocabulary.is_word(&statement.keyword.text) => {}
                _ => self.own().others.push(statement),
            }
        }
        // Prefixes depend on `let` alone, addresses on prefixes: two rounds settle both.
        for statement in statements {
            self.add_prefixes(statement, out);
        }
        for statement in statements {
            self.add_addresses(statement);
        }
    }

    fn declare(&mut self, space: Space, statement: &'t Statement, count: &mut usize, out: &mut Diagnostics) {
        let Some(name) = statement.arguments.first().map(|argument| &argument.value) else { return };
        let declared = Declared { space, at: *count, span: name.span, statement };
        // Counted even when the name is taken, so that positions match what is lowered.
        *count += 1;
        let (owner, member) = self.vocabulary().owner;
        if space == owner {
            for (at, (nested, _)) in members_of(statement, member).enumerate() {
                self.own().members.entry((name.span, nested.text.as_str())).or_insert((at, nested.span));
            }
        }
        let key = (space.shared(), name.text.as_str());
        let around = self.outer.as_ref().and_then(|outer| outer.names.get(&key)).copied();
        let Some(other) = around.or_else(|| claim(&mut self.own().names, key, declared).copied()) else { return };
        let (first, again) = if other.span <= declared.span { (other, declared) } else { (declared, other) };
        out.report(
            Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", name.text))
                .label(again.span, format!("this {} needs a name of its own", again.space.keyword()))
                .label(first.span, format!("the {} of that name", first.space.keyword()))
                .help(if first.space == again.space {
                    "give one of the two another name"
                } else {
                    "things that have addresses share their names, since each may stand for one"
                }),
        );
        if let Some(kept) = self.own().names.get_mut(&key) {
            *kept = first;
        }
    }

    /// The layer while it is made, when nobody else has it.
    fn own(&mut self) -> &mut Layer<'t> {
        Rc::get_mut(&mut self.own).expect("a layer is shared when it is whole")
    }

    fn add_prefixes(&mut self, statement: &'t Statement, out: &mut Diagnostics) {
        let Some(name) = statement.arguments.first().map(|argument| &argument.value) else { return };
        for (word, prefixes) in self.lookahead.prefixes(self, statement, out) {
            self.own().prefixes.entry((name.text.as_str(), word)).or_insert((name.span, prefixes));
        }
    }

    /// Reads prefixes before the rest. What is wrong is found again when the statement is read, and
    /// a finding that was recorded twice is printed once. Each has the place that names it.
    pub fn read_prefixes(&self, values: &[&'t Value], out: &mut Diagnostics) -> Result<Vec<(IpNet, Span)>, Reported> {
        let mut prefixes = Vec::new();
        let mut failed = None;
        for value in values {
            let place = value.span;
            self.unfold(value, ANYTHING, out, &mut |value, out| match read_prefix(value, out) {
                Ok(prefix) => prefixes.push((prefix, place)),
                Err(reported) => failed = Some(reported),
            })?;
        }
        failed.map_or(Ok(prefixes), Err)
    }

    fn add_addresses(&mut self, statement: &'t Statement) {
        let Some(name) = statement.arguments.first().map(|argument| argument.value.text.as_str()) else { return };
        let Some(values) = self.lookahead.addresses(self, statement) else { return };
        let mut addresses: Vec<IpAddr> = Vec::new();
        // What is wrong with a value is said when its statement is read.
        let unheard = &mut Diagnostics::new();
        for value in values {
            let mut add = |value: &Value, unheard: &mut Diagnostics| {
                addresses.extend(match self.index(value, unheard) {
                    Some(indexed) => indexed.ok().map(|indexed| indexed.first),
                    None => values::address(&value.text)
                        .or_else(|_| values::interface_address(&value.text).map(|address| address.addr()))
                        .ok(),
                });
            };
            // A `let` that leads back to itself has no address.
            let _ = self.unfold(value, ANYTHING, unheard, &mut add);
        }
        self.own().addresses.entry(name).or_insert(addresses.into());
    }

    /// The values of a field, inline or in the body, without a look at the declaration.
    #[must_use]
    pub fn field_values(&self, statement: &'t Statement, word: &str) -> Vec<&'t Value> {
        let mut values = Vec::new();
        let mut taking = false;
        for argument in statement.arguments.iter().skip(1) {
            if argument.comma.is_none() && argument.value.text == word && argument.value.kind == ValueKind::Word {
                taking = true;
            } else if taking && (argument.comma.is_some() || values.is_empty()) {
                values.push(&argument.value);
            } else {
                taking = false;
            }
        }
        for nested in self.statements_of(statement) {
            if nested.keyword.text == word {
                let arguments = nested.arguments.iter().enumerate();
                let mut joined: Vec<&'t Value> =
                    arguments.map_while(|(at, one)| (at == 0 || one.comma.is_some()).then_some(&one.value)).collect();
                // The word of a statement is no value of the one before, which nothing ended.
                let is_ended = joined.len() == nested.arguments.len();
                joined.pop_if(|last| !is_ended && self.vocabulary().is_word(&last.text));
                values.append(&mut joined);
            }
        }
        values
    }

    /// The statements of a body, with those of included files in their places.
    pub fn statements_of(&self, statement: &'t Statement) -> Vec<&'t Statement> {
        self.includes.expand(statement.statements())
    }

    /// The first statement with the layers of its profiles behind it, the nearest first. Of more than
    /// [`PROFILES`] not all are there.
    pub fn with_profiles<'s>(&self, mut layers: Vec<&'s Statement>) -> Vec<&'s Statement>
    where
        't: 's,
    {
        let mut at = 0;
        while at < layers.len() && layers.len() <= PROFILES {
            for name in liked(layers[at]) {
                if layers.len() > PROFILES {
                    break;
                }
                if let Some(found) = self.declared(Space::PROFILE, &name.text) {
                    self.used.borrow_mut().insert(found.span);
                    self.note(name.span, found.span);
                    if !layers.iter().any(|layer| std::ptr::eq(*layer, found.statement)) {
                        layers.push(found.statement);
                    }
                }
            }
            at += 1;
        }
        layers
    }

    /// A name of a kind, if it is declared; notes that it is used where that is asked later.
    pub fn find(&self, space: Space, name: &str) -> Option<Declared<'t>> {
        let found = self.declared(space, name)?;
        if matches!(space, Space::LET | Space::PROFILE) {
            self.used.borrow_mut().insert(found.span);
        }
        Some(found)
    }

    pub(super) fn declared(&self, space: Space, name: &str) -> Option<Declared<'t>> {
        self.named(space, name).filter(|found| found.space == space)
    }

    /// What has a name, be it of this kind or of another that shares its names.
    pub(super) fn named(&self, space: Space, name: &str) -> Option<Declared<'t>> {
        self.layers().find_map(|layer| layer.names.get(&(space.shared(), name)).copied())
    }

    /// The prefixes of `lan`, with an empty word, and of `home.pods`.
    pub(super) fn prefixes<'s>(&'s self, name: &'s str, word: &'static str) -> Option<&'s (Span, ReadPrefixes)> {
        self.layers().find_map(|layer| layer.prefixes.get(&(name, word)))
    }

    /// A name that a statement declares for itself: which one it is, and where it stands.
    #[must_use]
    pub fn member(&self, owner: &Declared<'_>, name: &str) -> Option<(usize, Span)> {
        self.layers().find_map(|layer| layer.members.get(&(owner.span, name)).copied())
    }

    /// A name that must be declared.
    pub fn resolve(&self, spaces: &[Space], value: &Value, out: &mut Diagnostics) -> Result<Declared<'t>, Reported> {
        let found = spaces.iter().find_map(|space| self.find(*space, &value.text));
        let found = match found {
            Some(found) => found,
            None => return Err(unresolved(self, spaces, value, out)),
        };
        self.note(value.span, found.span);
        Ok(found)
    }

    /// The addresses of the thing that a value names.
    pub fn addresses(&self, value: &Value) -> Option<(Declared<'t>, Rc<[IpAddr]>)> {
        let name = value.text.as_str();
        let found = self.named(Space::ADDRESSED, name)?;
        self.note(value.span, found.span);
        let addresses = self.layers().find_map(|layer| layer.addresses.get(name));
        Some((found, addresses.cloned().unwrap_or_default()))
    }

    /// Reports each profile that takes its own fields, perhaps by way of others.
    pub fn report_circular_profiles(&self, out: &mut Diagnostics) {
        let own = self.own.names.iter().filter(|((space, _), _)| *space == Space::PROFILE);
        // Those from which no circle is reached, and of a circle that is reported all.
        let mut done: IndexSet<Span> = IndexSet::new();
        for (_, start) in own {
            let open = |declared: &Declared<'t>| (*declared, liked(declared.statement).into_iter());
            let mut path: Vec<(Declared<'t>, std::vec::IntoIter<&'t Value>)> = Vec::new();
            if !done.contains(&start.span) {
                path.push(open(start));
            }
            while let Some((declared, rest)) = path.last_mut() {
                let Some(name) = rest.next() else {
                    done.insert(declared.span);
                    path.pop();
                    continue;
                };
                let Some(found) = self.declared(Space::PROFILE, &name.text) else { continue };
                if path.iter().any(|(open, _)| open.span == found.span) {
                    out.report(
                        Diagnostic::new(&codes::CIRCULAR_NAME, format!("profile `{}` is like itself", name.text))
                            .label(name.span, "this leads back to it")
                            .label(found.span, "the profile")
                            .help("leave out one `like` of the circle"),
                    );
                } else if !done.contains(&found.span) && path.len() <= PROFILES {
                    path.push(open(&found));
                }
            }
        }
    }

    /// Reports what was declared by `let`, `placeholder` and `profile` and never used. Where something could not be
    /// read, it may be what uses it.
    pub fn report_unused(&self, out: &mut Diagnostics) {
        if out.has_errors() {
            return;
        }
        let used = self.used.borrow();
        for ((space, name), declared) in self.own.names.iter() {
            if matches!(*space, Space::LET | Space::PLACEHOLDER | Space::PROFILE) && !used.contains(&declared.span) {
                out.report(
                    Diagnostic::new(&codes::UNUSED_NAME, format!("the {} `{name}` is never used", space.keyword()))
                        .label(declared.span, "nothing refers to it")
                        .help("remove it"),
                );
            }
        }
    }
}

fn read_prefix(value: &Value, out: &mut Diagnostics) -> Result<IpNet, Reported> {
    values::prefix(&value.text).map_err(|wrong| values::refuse(wrong, value, out))
}

/// The names that a statement declares for itself, with their statements, in order.
pub fn members_of<'s>(owner: &'s Statement, member: &'static Kind) -> impl Iterator<Item = (&'s Value, &'s Statement)> {
    let members = owner.statements().iter().filter(|nested| nested.keyword.text == member.keyword);
    members.filter_map(|nested| nested.arguments.first().map(|argument| (&argument.value, nested)))
}

/// The profiles that a statement names with `like`, inline or in its body.
fn liked(statement: &Statement) -> Vec<&Value> {
    let inline = statement.arguments.iter().skip(1).skip_while(|argument| argument.value.text != "like");
    let inline = inline.skip(1).enumerate().take_while(|(at, argument)| *at == 0 || argument.comma.is_some());
    let body = statement.statements().iter().filter(|nested| nested.keyword.text == "like");
    inline
        .map(|(_, argument)| &argument.value)
        .chain(body.flat_map(|nested| nested.arguments.iter().map(|argument| &argument.value)))
        .collect()
}
