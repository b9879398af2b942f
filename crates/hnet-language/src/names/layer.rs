//! The names that one body declares: a network's, or a cluster's where there are several.

use std::cell::OnceCell;
use std::net::IpAddr;
use std::rc::Rc;

use hnet_diagnostics::{Reported, Span};
use hnet_model::Name;
use hnet_syntax::tree::Statement;
use indexmap::IndexMap;
use ipnet::IpNet;

use super::Declared;
use crate::declaration::{Space, Vocabulary};

/// The prefixes that a name stands for, if they could be read.
pub(super) type ReadPrefixes = Result<Vec<IpNet>, Reported>;

/// What is declared in one body.
#[derive(Default)]
pub(super) struct Layer<'t> {
    /// What is declared, by [`Space::shared`] and name. Of two of one name the first in the source counts.
    pub(super) names: IndexMap<(Space, &'t str), Declared<'t>>,
    /// The prefixes of `lan`, with an empty word, and of `home.pods`, with the place of the name.
    pub(super) prefixes: IndexMap<(&'t str, &'static str), (Span, ReadPrefixes)>,
    /// The addresses of things that have some.
    pub(super) addresses: IndexMap<&'t str, Rc<[IpAddr]>>,
    /// The names that statements declare for themselves, by the place of the owner's name and their own: which one
    /// it is, and where it stands.
    pub(super) members: IndexMap<(Span, &'t str), (usize, Span)>,
    /// The statements that were most likely meant to declare a name: the keyword is no word, or stands in the wrong
    /// body, or the name is left out.
    pub(super) others: Vec<&'t Statement>,
    known: OnceCell<Known>,
    strays: OnceCell<Strays>,
}

/// What is declared, in order, for what is said of names that are not.
#[derive(Default)]
struct Known {
    names: Vec<(Space, String)>,
    prefixes: Vec<String>,
}

/// What was most likely meant to declare a name, found by what it lacks.
#[derive(Default)]
struct Strays {
    /// Of each kind the first whose name is none, by its position among the names.
    unnamed: IndexMap<Space, (Span, usize)>,
    /// Of each kind the first without a name, by its position among the others.
    nameless: IndexMap<Space, usize>,
    /// Those whose keyword is no word, by what stands where a name would, by their positions among the others.
    misread: IndexMap<String, Vec<usize>>,
}

impl<'t> Layer<'t> {
    /// The names of a kind, in order.
    pub(super) fn names_of(&self, space: Space) -> impl Iterator<Item = &str> {
        let names = &self.known().names;
        let start = names.partition_point(|(other, _)| *other < space);
        names[start..].iter().take_while(move |(other, _)| *other == space).map(|(_, name)| name.as_str())
    }

    /// The names of prefixes, in order: `lan`, `home.pods`.
    pub(super) fn prefix_names(&self) -> &[String] {
        &self.known().prefixes
    }

    /// The first of a kind whose name is none.
    pub(super) fn unnamed(&self, space: Space, vocabulary: &Vocabulary) -> Option<Declared<'t>> {
        let (_, at) = self.strays(vocabulary).unnamed.get(&space)?;
        self.names.iter().nth(*at).map(|(_, declared)| *declared)
    }

    /// The first of a kind without a name.
    pub(super) fn nameless(&self, space: Space, vocabulary: &Vocabulary) -> Option<&'t Statement> {
        self.others.get(*self.strays(vocabulary).nameless.get(&space)?).copied()
    }

    /// The statements whose keyword is no word and which would declare a name.
    pub(super) fn misread(&self, name: &str, vocabulary: &Vocabulary) -> impl Iterator<Item = &'t Statement> {
        // Nearly always there are none, and nothing needs to be looked through.
        let strays = (!self.others.is_empty()).then(|| self.strays(vocabulary));
        let places = strays.and_then(|strays| strays.misread.get(name)).into_iter().flatten();
        places.filter_map(|at| self.others.get(*at).copied())
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| {
            let names = self.names.iter().map(|((_, name), declared)| (declared.space, (*name).to_owned()));
            let mut names: Vec<(Space, String)> = names.collect();
            let called = |(name, word): &(&str, &str)| match word.is_empty() {
                true => (*name).to_owned(),
                false => format!("{name}.{word}"),
            };
            let mut prefixes: Vec<String> = self.prefixes.iter().map(|(key, _)| called(key)).collect();
            names.sort();
            prefixes.sort();
            Known { names, prefixes }
        })
    }

    fn strays(&self, vocabulary: &Vocabulary) -> &Strays {
        self.strays.get_or_init(|| {
            let mut strays = Strays::default();
            for (at, ((_, name), declared)) in self.names.iter().enumerate() {
                if Name::new(name).is_ok() {
                    continue;
                }
                let found = (declared.span, at);
                strays.unnamed.entry(declared.space).or_insert(found);
                if let Some(first) = strays.unnamed.get_mut(&declared.space) {
                    *first = found.min(*first);
                }
            }
            for (at, statement) in self.others.iter().enumerate() {
                if let (Some(space), []) = (vocabulary.space(&statement.keyword.text), statement.arguments.as_slice()) {
                    strays.nameless.entry(space).or_insert(at);
                }
                if let Some(first) = statement.arguments.first() {
                    strays.misread.entry(first.value.text.to_string()).or_default().push(at);
                }
            }
            strays
        })
    }
}
