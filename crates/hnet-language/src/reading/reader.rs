//! From the shape of a statement to the typed struct of its declaration.
//!
//! `parts` splits a statement's words by its declaration; [`Reader::fill`] then walks the fields of the
//! struct, which are the slots of `slots`. A statement with profiles is read from several layers at
//! once, its own first: the first layer that gives a single value wins, lists append, and statements
//! of the same name merge.

use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Sources, Span, Traced, codes};
use hnet_model::Name;
use hnet_syntax::tree::{self, End, ValueKind};
use indexmap::IndexSet;

use super::partial::Partial;
use super::slots::{Each, Fields, Flag, Head, Slot, TakeValue};
use super::statement::Statement;
use crate::declaration::{Field, Kind, Naming, Shape, Type};
use crate::names::{PROFILES, Scope, files, too_many_profiles};
use crate::shape;
use crate::shape::parts::{Given, Parts, check_value_count};
use crate::types::{ValueType, documents};

/// Reads typed values, reports what is wrong, and notes which statements lost a value.
pub struct Reader<'a> {
    /// What names mean.
    pub scope: &'a Scope<'a>,
    /// Where findings go.
    pub out: &'a mut Diagnostics,
    /// The statements that lost a value, or do not say one that they need not say, by the span of their heads.
    pub holes: &'a mut IndexSet<Span>,
    /// The statements that need not be whole.
    pub partial: &'a Partial,
    /// Whether what is read now is one of them, or a part of one.
    pub is_partial: bool,
}

impl Reader<'_> {
    /// Reads a statement with what stands in its body.
    pub fn statement<'t, S: Statement>(
        &mut self,
        statement: &'t tree::Statement,
        body: &[&'t tree::Statement],
    ) -> (Parts<'t>, S) {
        let before = self.out.iter().count();
        let parts = Parts::cut(statement, body, S::KIND, self.scope.vocabulary(), self.out);
        let mut read = S::default();
        self.fill(std::slice::from_ref(&parts), self.out.iter().count() > before, &mut read);
        (parts, read)
    }

    /// Reads what belongs to a part from the statements that stand in it or beside it. `owner` is the root.
    pub fn gathered<'t, S: Statement>(
        &mut self,
        owner: &'t tree::Statement,
        statements: &[&'t tree::Statement],
    ) -> (Parts<'t>, S) {
        let parts = Parts::gathered(owner, S::KIND, statements, self.scope.vocabulary(), self.out);
        let mut read = S::default();
        self.fill(std::slice::from_ref(&parts), false, &mut read);
        (parts, read)
    }

    /// Reads the statements of a field one by one and lowers each before the next is read.
    pub fn each<S: Statement, M>(
        &mut self,
        parts: &Parts<'_>,
        _: Each<S>,
        mut lower: impl FnMut(S, &mut Self) -> Option<M>,
    ) -> Vec<M> {
        let given = parts.of_kind(S::KIND);
        let mut lowered = Vec::with_capacity(given.len());
        self.each_given(given, S::KIND, &mut |reader, layers| {
            let mut read = S::default();
            reader.read(S::KIND, layers, &mut read);
            lowered.extend(lower(read, reader));
        });
        lowered
    }

    fn each_given(
        &mut self,
        given: &[Given<'_>],
        kind: &'static Kind,
        read: &mut dyn FnMut(&mut Self, &[&tree::Statement]),
    ) {
        for statement in given.iter().filter_map(|given| given.statement) {
            self.is_partial = self.partial.holds(statement.keyword.span);
            if kind.takes_profiles() {
                let layers = self.scope.with_profiles(vec![statement]);
                if layers.len() > 1 + PROFILES {
                    self.out.report(too_many_profiles(statement.keyword.span));
                }
                read(self, &layers);
            } else {
                read(self, &[statement]);
            }
        }
        self.is_partial = false;
    }

    /// Reads a statement in the layers of its profiles. Says whether all of it is in the struct.
    fn read(&mut self, kind: &'static Kind, statements: &[&tree::Statement], into: &mut dyn Fields) -> bool {
        let before = self.out.iter().count();
        let around = self.is_partial;
        self.is_partial |= statements.first().is_some_and(|own| self.partial.holds(own.keyword.span));
        // A statement without profiles, as nearly all are, needs no list of its layers.
        let is_whole = if let [own] = statements {
            let layers = [self.cut(kind, own)];
            self.fill(&layers, self.out.iter().count() > before, into)
        } else {
            let layers: Vec<Parts<'_>> = statements.iter().map(|statement| self.cut(kind, statement)).collect();
            self.fill(&layers, self.out.iter().count() > before, into)
        };
        self.is_partial = around;
        is_whole
    }

    fn cut<'t>(&mut self, kind: &'static Kind, statement: &'t tree::Statement) -> Parts<'t>
    where
        Self: 't,
    {
        let scope: &Scope<'_> = self.scope;
        let body = scope.statements_of(statement);
        Parts::cut(statement, &body, kind, scope.vocabulary(), self.out)
    }

    /// Reads all fields of a statement; what is wrong is reported and missing from the struct. Something
    /// of it is lost already where its parts did not fit. Says whether all of it is in the struct.
    fn fill(&mut self, layers: &[Parts<'_>], lost: bool, into: &mut dyn Fields) -> bool {
        let Some(own) = layers.first() else { return true };
        let keyword = own.statement.keyword.span;
        let span = own.name.map_or(keyword, |name| keyword.to(name.span));
        if lost {
            self.holes.insert(span);
        } else if !self.is_partial {
            let idle = layers.iter().filter(|parts| parts.is_idle());
            idle.for_each(|parts| _ = self.out.report(shape::idle(parts.statement, parts.kind)));
        }
        let mut head = Head { name: None, doc: own.statement.doc(), span };
        if let Some(name) = own.name {
            match Name::read(name, self.scope, self.out) {
                Ok(value) => head.name = Some(Traced::written(value, name.span)),
                Err(_) => {
                    self.lose(span);
                    // Names refer to things by their position, so this one keeps its own.
                    head.name = Some(Traced::written(stand_in(name.span), name.span));
                }
            }
        }
        let mut at: usize = 0;
        into.visit(&mut |slot| {
            match at.checked_sub(own.kind.positional.len()) {
                None => self.positional(span, layers, at, slot),
                Some(field) => self.field(span, layers, field, slot),
            }
            at += 1;
        });
        *into.head() = head;
        !self.holes.contains(&span)
    }

    fn lose(&mut self, statement: Span) {
        self.holes.insert(statement);
    }

    /// Reads a field of a declaration from all layers.
    fn field(&mut self, head: Span, layers: &[Parts<'_>], at: usize, slot: Slot<'_>) {
        let field = &layers[0].kind.fields[at];
        if field.required && layers.iter().all(|parts| parts.given(at).is_empty()) && !self.is_lost(head, layers) {
            self.lose(head);
            // One that is there under a misspelt word is one mistake, not two.
            let vocabulary = self.scope.vocabulary();
            let misspelt =
                |parts: &Parts<'_>| shape::misspelt(parts.statement, parts.kind, field.keyword, vocabulary).is_some();
            let is_said = layers.iter().any(|parts| parts.is_lost(at) || misspelt(parts));
            if !is_said && !self.is_partial {
                self.out.report(shape::missing_field(layers[0].statement, field));
            }
        }
        match layers {
            [own] => self.take(head, field, &[own.given(at)], slot),
            _ => self.take(head, field, &layers.iter().map(|parts| parts.given(at)).collect::<Vec<_>>(), slot),
        }
    }

    /// Reads a value behind the name: the first that a layer has. Profiles themselves have none.
    fn positional(&mut self, head: Span, layers: &[Parts<'_>], at: usize, slot: Slot<'_>) {
        let Some(own) = layers.iter().find(|parts| !parts.positional[at].is_empty()).or(layers.first()) else { return };
        let declared = &own.kind.positional[at];
        let values = own.positional[at];
        let given = Given { field: at, keyword: own.statement.keyword.span, values, statement: None };
        if values.is_empty() {
            if declared.required {
                self.lose(head);
                // A missing name is one mistake, not two.
                if own.kind.naming == Naming::Unnamed || own.name.is_some() {
                    self.out.report(shape::missing_positional(own.statement, own.kind, declared));
                }
            }
        } else if check_value_count(declared, &given, self.out) {
            self.take(head, declared, &[&[given]], slot);
        } else {
            self.lose(head);
        }
    }

    /// Whether the statement's shape is so wrong that what it lacks may be in what was not understood.
    fn is_lost(&self, head: Span, layers: &[Parts<'_>]) -> bool {
        self.holes.contains(&head)
            && layers.iter().any(|parts| {
                parts.statement.arguments.len() > parts.positional.iter().map(|values| values.len()).sum::<usize>() + 1
                    || matches!(parts.statement.end, End::Missing(_))
            })
    }

    /// Gives a field what its layers say, the statement's own layer first.
    fn take(&mut self, head: Span, field: &Field, layers: &[&[Given<'_>]], slot: Slot<'_>) {
        match (field.shape, slot) {
            (Shape::One(kind), Slot::Values(one)) => {
                let Some(given) = self.once(head, field, layers) else { return };
                if self.values(head, kind, &given, one) > 1 {
                    self.lose(head);
                    self.out.report(shape::single_value(given.keyword, field.keyword, &given.values[0]));
                }
            }
            (Shape::List(kind), Slot::Values(list)) => {
                // What profiles say comes first: a node adds to its profile's list.
                for layer in layers.iter().rev() {
                    let before = list.count();
                    for given in *layer {
                        self.values(head, kind, given, list);
                    }
                    list.refuse_repeated_keys(before, self.out);
                }
            }
            (Shape::Flag, Slot::Flag(flag)) => {
                if let Some(given) = self.once(head, field, layers) {
                    *flag = self.flag(head, field, &given);
                }
            }
            (Shape::Statement(kind), Slot::Statements(one)) => {
                for layer in layers {
                    self.refuse_repeated(head, field, layer);
                }
                let merged: Vec<_> = layers.iter().filter_map(|layer| layer.first()?.statement).collect();
                if !merged.is_empty() {
                    self.read_part(head, kind, &merged, one.add(1));
                }
            }
            (Shape::Statements(kind), Slot::Statements(list)) => match layers {
                [own] => {
                    for (at, given) in own.iter().enumerate() {
                        if let Some(statement) = given.statement {
                            self.read_part(head, kind, &[statement], list.add(own.len() - at));
                        }
                    }
                }
                _ => {
                    let groups = grouped(kind, layers);
                    for (at, group) in groups.iter().enumerate() {
                        self.read_part(head, kind, group, list.add(groups.len() - at));
                    }
                }
            },
            // A field's type is both its shape and its slot, so what is left is read later.
            _ => {}
        }
    }

    /// Reads a statement of another's body. What it lacks, as the service of a `to`, the other lacks, too.
    fn read_part(&mut self, head: Span, kind: &'static Kind, layers: &[&tree::Statement], into: &mut dyn Fields) {
        if !self.read(kind, layers, into) {
            self.lose(head);
        }
    }

    /// Reads the values that were given, those of a `let` among them, and counts the sound ones.
    fn values(&mut self, head: Span, kind: Type, given: &Given<'_>, into: &mut dyn TakeValue) -> usize {
        let mut sound = 0;
        if let Some(paths) = files(given.values).filter(|_| kind.takes_file()) {
            return self.texts(head, kind, given.keyword, paths, into);
        }
        for argument in given.values {
            let scope = self.scope;
            let unfolded = scope.unfold(&argument.value, kind, self.out, &mut |value, out| match into.take(
                value,
                argument.value.span,
                scope,
                out,
            ) {
                Ok(()) => sound += 1,
                Err(_) => {
                    self.holes.insert(head);
                }
            });
            if unfolded.is_err() {
                self.holes.insert(head);
            }
        }
        sound
    }

    /// Reads the texts of the files that are named, and counts the sound ones.
    fn texts(
        &mut self,
        head: Span,
        kind: Type,
        keyword: Span,
        paths: &[tree::Argument],
        into: &mut dyn TakeValue,
    ) -> usize {
        if paths.is_empty() {
            self.lose(head);
            self.out.report(shape::missing_path(keyword, self.scope.written(keyword), kind));
        }
        let mut sound = 0;
        for path in paths {
            if path.value.kind == ValueKind::Block {
                self.lose(head);
                self.out.report(shape::block_as_path(keyword, self.scope.written(keyword), path.value.span));
                continue;
            }
            let Ok(whole) = self.scope.text_file(&path.value, self.out) else {
                self.lose(head);
                continue;
            };
            for place in documents(self.scope.written(whole)).into_iter().map(|part| whole.part(part)) {
                self.scope.note_placeholders(place);
                let text = tree::Value { span: place, kind: ValueKind::Block, text: self.scope.written(place).into() };
                match into.take(&text, place, self.scope, self.out) {
                    Ok(()) => sound += 1,
                    Err(_) => self.lose(head),
                }
            }
        }
        sound
    }

    fn flag(&mut self, head: Span, field: &Field, given: &Given<'_>) -> Flag {
        let Some(argument) = given.values.first() else { return Flag(Some(Traced::written(true, given.keyword))) };
        let on = match argument.value.text.as_str() {
            "on" => true,
            "off" => false,
            word => {
                self.lose(head);
                self.out.report(
                    Diagnostic::new(&codes::WRONG_WORD, format!("`{word}` is neither `on` nor `off`"))
                        .label(argument.value.span, format!("`{}` is switched with `on` or `off`", field.keyword))
                        .help(format!("write `{0};` to switch it on, `{0} off;` to switch it off", field.keyword)),
                );
                return Flag(None);
            }
        };
        Flag(Some(Traced::written(on, given.keyword.to(argument.value.span))))
    }

    /// What the first layer says that says something; if it says so again, that is reported.
    fn once<'t>(&mut self, head: Span, field: &Field, layers: &[&[Given<'t>]]) -> Option<Given<'t>> {
        let layer = layers.iter().find(|layer| !layer.is_empty())?;
        self.refuse_repeated(head, field, layer);
        layer.first().copied()
    }

    fn refuse_repeated(&mut self, head: Span, field: &Field, layer: &[Given<'_>]) {
        for again in layer.iter().skip(1) {
            self.lose(head);
            self.out.report(shape::repeated_field(field, layer[0].keyword, again.keyword));
        }
    }
}

/// A name for what has none that is sound: its place, which nothing else has.
fn stand_in(place: Span) -> Name {
    Name::new(&format!("{STAND_IN}{}-{}-{}", place.file.0, place.start, place.end))
        .expect("letters, digits and hyphens")
}

/// What the names start with that stand in for those that are not sound.
const STAND_IN: &str = "unnamed-";

/// Says what the source says where findings speak of a thing whose name is not sound.
pub fn say_written_names(findings: &mut [Diagnostic], sources: &Sources) {
    for finding in findings {
        let labels = finding.labels.iter_mut().map(|label| &mut label.text);
        for text in labels.chain([&mut finding.title]).chain(&mut finding.help) {
            if text.contains(STAND_IN) {
                *text = with_written_names(text, sources);
            }
        }
    }
}

/// A message with the source's words for those names in it that stand in for them.
fn with_written_names(message: &str, sources: &Sources) -> String {
    let word = |part: &str| {
        let mut numbers = part.strip_prefix(STAND_IN)?.split('-').map(str::parse::<u32>);
        let (Some(Ok(file)), Some(Ok(start)), Some(Ok(end)), None) =
            (numbers.next(), numbers.next(), numbers.next(), numbers.next())
        else {
            return None;
        };
        let source = sources.get(FileId(file));
        let written = source.shown(Span { file: FileId(file), start, end }.range());
        // A sound name like this is somebody's own.
        Name::new(&written).is_err().then(|| written.trim_matches('"').to_owned())
    };
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let mut said = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find(STAND_IN) {
        let length = rest[start..].find(|character| !is_of_name(character)).unwrap_or(rest.len() - start);
        let part = &rest[start..start + length];
        said += &rest[..start];
        said += word(part).as_deref().unwrap_or(part);
        rest = &rest[start + length..];
    }
    said + rest
}

/// The statements to read, each with those of the same name in later layers. Of what has no name, two that one layer
/// says alike stay two.
fn grouped<'t>(kind: &Kind, layers: &[&[Given<'t>]]) -> Vec<Vec<&'t tree::Statement>> {
    let mut groups: Vec<Vec<&tree::Statement>> = Vec::new();
    let key = |statement: &'t tree::Statement| statement.arguments.first().map(|first| first.value.text.as_str());
    let merges = kind.naming == Naming::Named || !kind.positional.is_empty();
    for (depth, layer) in layers.iter().enumerate() {
        let nearer = if kind.naming == Naming::Named { usize::MAX } else { groups.len() };
        for statement in layer.iter().filter_map(|given| given.statement) {
            let own = key(statement).filter(|_| merges && depth > 0);
            match groups.iter_mut().take(nearer).find(|group| own.is_some() && key(group[0]) == own) {
                Some(group) => group.push(statement),
                None => groups.push(vec![statement]),
            }
        }
    }
    groups
}
