//! Variables of Flux that a repository says in the clear: what they stand for becomes a `placeholder`, and each word that
//! a file writes with one is written with it again.
//!
//! Lifts read values, with the places of the texts that they stand in. So a word is found again by its place, and is
//! written as there if that comes to the same. So is `$$`, which Flux takes for one `$`. What stands in a block of YAML is
//! found by its text and its keys among what stands in the part of the file that the block is made of. What several Flux
//! Kustomizations say differently has no one meaning in a cluster, so its values are written. Start at [`Variables::of`]
//! and [`Variables::write`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use hnet_check::VOCABULARY;
use hnet_diagnostics::{FileId, Sources, Span, double_quoted};
use hnet_language::{Kind, Naming, Shape, Type};
use hnet_model::placeholders::{Filled, fill_as_flux, filled, filled_as_flux, uses};
use hnet_repository::Cluster;
use hnet_syntax::tree::{End, Statement, Tree, Value as Word};
use hnet_yaml::{Reader, Step, Steps, Style, Text, Typed, Value};
use smol_str::SmolStr;

use crate::assemble::Draft;
use crate::say;
use crate::wires::Wires;

/// The keyword that says what one stands for.
const KEYWORD: &str = "placeholder";

/// The variables of a cluster that are in the clear, and where its files use them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    /// What each stands for, and where that is written.
    values: BTreeMap<String, (String, Span)>,
    /// The scalars that are written with nothing but such variables, by their places.
    scalars: BTreeMap<Span, Filled>,
    /// What comes to the same as one of those, and these themselves, by their places.
    alike: BTreeMap<Span, Alike>,
}

/// A scalar that comes to the same as one that is written with variables.
#[derive(Clone, Debug)]
struct Alike {
    /// What it comes to.
    text: SmolStr,
    /// The keys to it.
    way: String,
}

impl Variables {
    /// What a cluster's Flux Kustomizations put into its objects and charts.
    pub(crate) fn of(cluster: &Cluster, sources: &Sources) -> Variables {
        let known = cluster.variables.iter().filter_map(|(name, variable)| {
            let value = variable.value.as_deref().filter(|value| is_sayable(name, value))?;
            Some((name.to_string(), (value.to_owned(), variable.span)))
        });
        let mut values: BTreeMap<String, (String, Span)> = known.collect();
        let mut written: Vec<([Span; 2], &str, &Text)> = Vec::new();
        let all = || {
            let documents = cluster.documents.iter().map(|document| &document.value);
            documents.chain(cluster.releases.iter().map(|release| &release.values))
        };
        for value in all() {
            value.leaves(&mut |_, leaf| {
                if let Some((text, style)) = leaf.scalar()
                    && let Some(own) = as_written(sources.text(text.span()), style)
                    && (uses(own).next().is_some() || own.contains("$$") && own != text.as_str())
                {
                    // An alias stands elsewhere than what it means.
                    written.push(([leaf.span, text.span()], own, text));
                }
            });
        }
        // What came to something else at one place means something else there.
        let mut several: BTreeSet<String> = BTreeSet::new();
        let mut scalars = BTreeMap::new();
        for (places, own, text) in &written {
            let known = |name: &str| values.get(name).map(|(value, _)| value.as_str());
            match fill_as_flux(own, known).filter(|filled| filled.value() == text.as_str()) {
                Some(filled) => scalars.extend(places.map(|place| (place, filled.clone()))),
                // Beside what is not in the clear nobody can tell which of them it is.
                None if uses(own).all(|(_, name)| values.contains_key(name)) => {
                    several.extend(uses(own).map(|(_, name)| name.to_owned()));
                }
                None => {}
            }
        }
        values.retain(|name, _| !several.contains(name));
        scalars.retain(|_, filled: &mut Filled| uses(filled.written()).all(|(_, name)| values.contains_key(name)));
        let texts: BTreeSet<&str> = scalars.values().map(Filled::value).collect();
        let mut alike = BTreeMap::new();
        for value in all() {
            value.leaves(&mut |steps, leaf| {
                if let Some((text, _)) = leaf.scalar().filter(|(text, _)| texts.contains(text.as_str())) {
                    alike.insert(leaf.span, Alike { text: text.to_smol(), way: way(steps) });
                }
            });
        }
        Variables { values, scalars, alike }
    }

    /// Writes statements with the variables that their files have, as far as these are in the clear and what is written
    /// otherwise already. Returns what has to be said for it.
    pub(crate) fn write(&self, statements: &mut [&mut Statement], wires: &Wires) -> Vec<Statement> {
        if self.scalars.is_empty() {
            return Vec::new();
        }
        // What stays a symbol somewhere cannot be a value elsewhere.
        let mut unknown = BTreeSet::new();
        statements.iter().for_each(|statement| symbols(statement, &mut unknown));
        let mut writer = Writer { variables: self, wires, unknown, used: BTreeSet::new() };
        for statement in statements {
            let kind = VOCABULARY.kind(&statement.keyword.text);
            writer.statement(statement, kind);
        }
        let said = writer.used.iter().filter_map(|name| self.values.get_key_value(name));
        said.map(|(name, (value, span))| say::field(KEYWORD, name, *span).with(Word::said(value, *span))).collect()
    }
}

/// Whether a value may stand in a source and in each text that it is put into.
fn is_sayable(name: &str, value: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_graphic() && !matches!(character, '"' | '\'' | '\\' | '$');
    !value.is_empty()
        && value.len() <= 200
        && value.chars().all(is_plain)
        && hnet_secrets::suspect(&format!("{name}: {value}\n")).is_empty()
}

/// A scalar as it is written, without its quotes; none where what is written is not the text.
fn as_written(raw: &str, style: Style) -> Option<&str> {
    let inner = match style {
        Style::Plain => raw,
        Style::Single => raw.strip_prefix('\'')?.strip_suffix('\'').filter(|inner| !inner.contains('\''))?,
        Style::Double => raw.strip_prefix('"')?.strip_suffix('"').filter(|inner| !inner.contains('\\'))?,
        _ => return None,
    };
    (!inner.contains('\n')).then_some(inner)
}

/// The names of what stands for something that is not known.
fn symbols(statement: &Statement, names: &mut BTreeSet<String>) {
    for argument in &statement.arguments {
        names.extend(uses(&argument.value.text).map(|(_, name)| name.to_owned()));
    }
    statement.statements().iter().for_each(|inner| symbols(inner, names));
}

struct Writer<'a> {
    variables: &'a Variables,
    wires: &'a Wires,
    unknown: BTreeSet<String>,
    used: BTreeSet<String>,
}

impl Writer<'_> {
    fn statement(&mut self, statement: &mut Statement, kind: Option<&'static Kind>) {
        let Some(kind) = kind else { return };
        let is_named = usize::from(kind.naming != Naming::Unnamed);
        let mut shape = None;
        for (at, argument) in statement.arguments.iter_mut().enumerate().skip(is_named) {
            if let Some((_, field)) = kind.field(&argument.value.text).filter(|_| argument.comma.is_none()) {
                shape = Some(field.shape);
                continue;
            }
            let behind_name = (shape.is_none() && at == is_named).then(|| kind.positional.first()).flatten();
            shape = shape.or(behind_name.map(|field| field.shape));
            self.word(&mut argument.value, shape);
        }
        let End::Body(body) = &mut statement.end else { return };
        for inner in &mut body.statements {
            let beside = || VOCABULARY.kind(&inner.keyword.text);
            match kind.field(&inner.keyword.text).map(|(_, field)| field.shape) {
                Some(Shape::Statement(own) | Shape::Statements(own)) => self.statement(inner, Some(own)),
                Some(shape) => inner.arguments.iter_mut().for_each(|own| self.word(&mut own.value, Some(shape))),
                None => self.statement(inner, beside()),
            }
        }
    }

    fn word(&mut self, word: &mut Word, shape: Option<Shape>) {
        let Some(Shape::One(kind) | Shape::List(kind)) = shape else { return };
        let new = match kind {
            Type::Document { .. } => self.block(word),
            Type::Plain { .. } | Type::Address { .. } => self.restored(word).map(|text| Word::said(&text, word.span)),
            Type::OneOf(_) | Type::Reference { .. } => None,
        };
        if let Some(new) = new {
            *word = new;
        }
    }

    /// A word as the scalar says it in which it stands.
    fn restored(&mut self, word: &Word) -> Option<String> {
        let span = word.span;
        let scalars = &self.variables.scalars;
        let (place, filled) = scalars.range(..=Span { end: u32::MAX, ..span }).next_back()?;
        if place.file != span.file || place.end < span.end {
            return None;
        }
        let is_indexed = || self.wires.said(filled.value()) == *word.text;
        let restored = filled.restored(&word.text).or_else(|| is_indexed().then(|| filled.written().to_owned()))?;
        self.takes(&restored).then_some(restored)
    }

    /// Whether a text may be written, whose variables are then used.
    fn takes(&mut self, text: &str) -> bool {
        if uses(text).any(|(_, name)| self.unknown.contains(name)) {
            return false;
        }
        self.used.extend(uses(text).map(|(_, name)| name.to_owned()));
        true
    }

    /// A block of YAML with the variables of the part of the file that it is made of.
    fn block(&mut self, word: &Word) -> Option<Word> {
        let Span { file, start, end } = word.span;
        let first = Span { file, start, end: start };
        let within =
            self.variables.alike.range(first..).take_while(|(place, _)| place.file == file && place.end <= end);
        let mut alike: BTreeMap<&str, Alikes<'_>> = BTreeMap::new();
        for (place, own) in within {
            let written = self.variables.scalars.get(place).map(Filled::written);
            alike.entry(&own.text).or_default().add(&own.way, written);
        }
        if alike.values().all(Alikes::are_as_they_are) {
            return None;
        }
        let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        let yaml = hnet_yaml::parse(FileId::default(), &word.text);
        for root in yaml.documents().filter_map(|document| document.root) {
            root.value().leaves(&mut |steps, leaf: &Value| {
                let Some((text, style)) = leaf.scalar() else { return };
                let is_line = as_written(&word.text[text.span().range()], style).is_some();
                // Without quotes it would be no text.
                let own = alike.get(text.as_str()).filter(|_| is_line && is_text(text));
                if let Some(own) = own.and_then(|own| own.written(&way(steps))) {
                    edits.push((text.span().range(), own.to_owned()));
                }
            });
        }
        edits.sort_by_key(|(range, _)| range.start);
        let mut out = word.text.to_string();
        let mut is_changed = false;
        for (range, own) in edits.into_iter().rev() {
            if self.takes(&own) {
                out.replace_range(range, &if is_plain(&own) { own } else { double_quoted(&own) });
                is_changed = true;
            }
        }
        is_changed.then(|| Word::lines(&out, word.span))
    }
}

/// The keys to a scalar, the innermost first. So a way begins with that from anything within.
fn way(steps: Steps<'_>) -> String {
    let keys = steps.0.iter().rev().filter_map(|step| if let Step::Key(key) = step { Some(key) } else { None });
    keys.map(|key| format!("{key}\n")).collect()
}

/// How scalars that come to one text are written, by the ways to them: none where one is written as it is, or two are
/// written differently.
#[derive(Default)]
struct Alikes<'a>(BTreeMap<&'a str, Option<&'a str>>);

impl<'a> Alikes<'a> {
    fn add(&mut self, way: &'a str, written: Option<&'a str>) {
        let known = self.0.entry(way).or_insert(written);
        *known = known.filter(|known| Some(*known) == written);
    }

    fn are_as_they_are(&self) -> bool {
        self.0.values().all(Option::is_none)
    }

    /// How one is written that stands behind some keys in a part of it all; that of all where none stands there.
    fn written(&self, way: &str) -> Option<&'a str> {
        let behind = self.0.range(way..).take_while(|(own, _)| own.starts_with(way)).map(|(_, written)| *written);
        same(behind).or_else(|| same(self.0.values().copied())).flatten()
    }
}

/// What all of some are, or none where they differ; nothing of no one.
fn same<'a>(mut all: impl Iterator<Item = Option<&'a str>>) -> Option<Option<&'a str>> {
    let first = all.next()?;
    Some(first.filter(|_| all.all(|own| own == first)))
}

/// Whether every reader takes what is written without quotes for a text.
fn is_text(text: &str) -> bool {
    [Reader::ApiServer, Reader::Helm]
        .iter()
        .all(|reader| matches!(reader.typed(text, Style::Plain, None), Typed::Text(_)))
}

/// Whether a text needs no quotes.
fn is_plain(text: &str) -> bool {
    let safe =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'-' | b'$' | b'{' | b'}');
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$') && text.bytes().all(safe)
}

/// What a tree says that its placeholders stand for.
pub(crate) struct Said<'t> {
    /// In the network.
    around: BTreeMap<&'t str, &'t str>,
    /// In each cluster, by its name.
    clusters: Vec<(&'t str, BTreeMap<&'t str, &'t str>)>,
    /// Whether `$$` is one `$`.
    is_flux: bool,
}

impl<'t> Said<'t> {
    /// That of the tree of a draft.
    pub(crate) fn of(tree: &'t Tree, draft: &Draft) -> Said<'t> {
        let said = |statements: &'t [Statement]| -> BTreeMap<&'t str, &'t str> {
            let all = statements.iter().filter(|own| own.keyword.text == KEYWORD);
            let pairs = all.filter_map(|own| match own.arguments.as_slice() {
                [name, value, ..] => Some((name.value.text.as_str(), value.value.text.as_str())),
                _ => None,
            });
            pairs.collect()
        };
        let network = tree.statements.first().map(Statement::statements).unwrap_or_default();
        let name = |cluster: &'t Statement| cluster.arguments.first().map_or("", |name| name.value.text.as_str());
        let clusters = network.iter().filter(|own| own.keyword.text == "cluster");
        let doubles = |(_, filled): (&Span, &Filled)| filled.written().contains("$$");
        Said {
            around: said(network),
            clusters: clusters.map(|own| (name(own), said(own.statements()))).collect(),
            is_flux: draft.clusters.iter().any(|cluster| cluster.variables.scalars.iter().any(doubles)),
        }
    }

    /// A file that is built of the tree, as its cluster gets it.
    pub(crate) fn got<'f>(&self, path: &str, text: &'f str) -> Cow<'f, str> {
        let own = match self.clusters.as_slice() {
            [only] => Some(only),
            several => several.iter().find(|(name, _)| path.split('/').next() == Some(*name)),
        };
        let known = |name: &str| self.around.get(name).or_else(|| own?.1.get(name)).copied();
        let got = if self.is_flux { filled_as_flux(text, known) } else { filled(text, known) };
        got.map_or(Cow::Borrowed(text), Cow::Owned)
    }
}
