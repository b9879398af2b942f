//! A statement's words by its declaration: name, values behind it, fields.
//!
//! [`Parts::cut`] reports what does not fit; what a value means is no business of it.

use hnet_diagnostics::{Diagnostics, Reported, Span, nearest};
use hnet_syntax::tree::{self, Argument, Value, ValueKind};

use crate::declaration::{Field, Kind, Naming, Shape, Vocabulary};
use crate::names::files;
use crate::shape;

/// How a field was given.
#[derive(Clone, Copy)]
pub struct Given<'t> {
    /// The field's position in the declaration.
    pub field: usize,
    /// The word of the field.
    pub keyword: Span,
    /// Its values.
    pub values: &'t [Argument],
    /// The statement, where it is one in the body and not an inline field.
    pub statement: Option<&'t tree::Statement>,
}

/// A field that was read as a value of the statement before it.
struct Swallowed<'t> {
    /// The value before it.
    before: Span,
    /// The comma between them.
    comma: Option<Span>,
    /// Its word.
    word: &'t Value,
    /// Its position in the declaration.
    field: usize,
}

/// A statement cut into its parts.
pub struct Parts<'t> {
    /// The statement itself.
    pub statement: &'t tree::Statement,
    /// Its declaration.
    pub kind: &'static Kind,
    /// Its name, where it has one.
    pub name: Option<&'t Value>,
    /// The values behind the name. No declaration has more.
    pub positional: [&'t [Argument]; 2],
    /// By the field's position in the declaration, so that those of one field are one slice.
    fields: Vec<Given<'t>>,
    /// The positions of fields that stand there and could not be read.
    lost: Vec<usize>,
}

/// The values up to where the commas end: one value or one list.
fn list_length(arguments: &[Argument]) -> usize {
    arguments.iter().skip(1).position(|argument| argument.comma.is_none()).map_or(arguments.len(), |at| at + 1)
}

/// The values of a field up to where they end: its list, or the files that it is taken from.
fn field_length(field: &Field, arguments: &[Argument]) -> usize {
    match files(arguments).filter(|_| field.shape.takes_file()) {
        Some(paths) => 1 + list_length(paths),
        None => list_length(arguments),
    }
}

impl<'t> Parts<'t> {
    /// Splits a statement with what stands in its body by its declaration, and reports what does not fit.
    pub fn cut(
        statement: &'t tree::Statement,
        body: &[&'t tree::Statement],
        kind: &'static Kind,
        vocabulary: &Vocabulary,
        out: &mut Diagnostics,
    ) -> Self {
        let mut parts = Parts::empty(statement, kind, statement.arguments.len() / 2 + body.len());
        let mut rest: &'t [Argument] = &statement.arguments;
        if kind.naming != Naming::Unnamed {
            match rest.split_first() {
                Some((first, others)) => {
                    parts.name = Some(&first.value);
                    rest = others;
                }
                None if kind.naming == Naming::Named => {
                    out.report(shape::missing_name(statement, kind));
                }
                None => {}
            }
        }
        for (slot, values) in kind.positional.iter().zip(&mut parts.positional) {
            // Where more stands behind it, also a misspelt field.
            let starts_inline = |argument: &Argument| {
                let word = argument.value.text.as_str();
                let mut inline = kind.fields.iter().filter(|field| field.shape.inline()).map(|field| field.keyword);
                argument.value.kind == ValueKind::Word
                    && (inline.clone().any(|field| field == word)
                        || rest.get(1).is_some_and(|next| next.comma.is_none()) && nearest(word, &mut inline).is_some())
            };
            let length = match rest.first() {
                None => break,
                Some(first) if !slot.required && starts_inline(first) => break,
                Some(_) => list_length(rest),
            };
            (*values, rest) = rest.split_at(length);
        }
        parts.cut_inline(rest, vocabulary, out);
        if statement.body().is_some() && kind.fields.is_empty() {
            out.report(shape::unexpected_body(statement, kind));
        } else {
            body.iter().for_each(|statement| parts.cut_field(statement, vocabulary, out));
        }
        parts.sorted()
    }

    /// What belongs to a cluster, gathered from the bodies where it may stand.
    pub fn gathered(
        owner: &'t tree::Statement,
        kind: &'static Kind,
        statements: &[&'t tree::Statement],
        vocabulary: &Vocabulary,
        out: &mut Diagnostics,
    ) -> Self {
        let mut parts = Parts::empty(owner, kind, statements.len());
        for statement in statements {
            if kind.field(&statement.keyword.text).is_some() {
                parts.cut_field(statement, vocabulary, out);
            }
        }
        parts.sorted()
    }

    fn empty(statement: &'t tree::Statement, kind: &'static Kind, fields: usize) -> Self {
        Parts {
            statement,
            kind,
            name: None,
            positional: [&[]; 2],
            fields: Vec::with_capacity(fields),
            lost: Vec::new(),
        }
    }

    fn sorted(mut self) -> Self {
        self.fields.sort_by_key(|given| given.field);
        self
    }

    fn cut_inline(&mut self, mut rest: &'t [Argument], vocabulary: &Vocabulary, out: &mut Diagnostics) {
        while let Some((keyword, others)) = rest.split_first() {
            let field = (keyword.comma.is_none()
                && keyword.value.kind == ValueKind::Word
                && self.kind.naming != Naming::MayBeNamed)
                .then(|| self.kind.field(&keyword.value.text))
                .flatten();
            let Some((at, field)) = field else {
                out.report(shape::unexpected_argument(self.statement, self.kind, keyword, vocabulary));
                return;
            };
            if !field.shape.inline() {
                out.report(shape::not_inline(&keyword.value, self.kind));
                return;
            }
            let length = field_length(field, others).min(others.len());
            let (values, others) = others.split_at(length);
            let given = Given { field: at, keyword: keyword.value.span, values, statement: None };
            if check_value_count(field, &given, out) {
                self.fields.push(given);
            }
            rest = others;
        }
    }

    fn cut_field(&mut self, statement: &'t tree::Statement, vocabulary: &Vocabulary, out: &mut Diagnostics) {
        let Some((at, field)) = self.kind.field(&statement.keyword.text) else {
            // What may stand here but is not this declaration's is read by whoever it belongs to.
            if !vocabulary.stands_beside(&statement.keyword.text, self.kind) {
                out.report(shape::unknown_keyword(statement, self.kind, vocabulary));
            }
            return;
        };
        let given = Given {
            field: at,
            keyword: statement.keyword.span,
            values: &statement.arguments,
            statement: Some(statement),
        };
        let sound = match field.shape {
            Shape::Statement(_) | Shape::Statements(_) => true,
            Shape::One(_) | Shape::List(_) | Shape::Flag => {
                if let Some(Swallowed { before, comma, word, field }) = self.swallowed(&statement.arguments) {
                    out.report(shape::unended(before, comma, &statement.keyword, word));
                    self.lost.push(field);
                    false
                } else if statement.body().is_some() {
                    out.report(shape::value_has_body(statement));
                    false
                } else if let Some(stray) = statement.arguments.get(field_length(field, &statement.arguments)) {
                    let is_field = |word: &str| self.kind.field(word).is_some();
                    out.report(shape::stray_value(statement, field, stray, is_field));
                    false
                } else {
                    check_value_count(field, &given, out)
                }
            }
        };
        if sound {
            self.fields.push(given);
        } else {
            self.lost.push(at);
        }
    }

    /// The field that the statement before it made a value of its own, since a comma or nothing stands in the place of its
    /// `;`.
    fn swallowed(&self, arguments: &'t [Argument]) -> Option<Swallowed<'t>> {
        arguments.windows(3).find_map(|window| {
            let [before, word, behind] = window else { return None };
            let is_field = word.value.kind == ValueKind::Word && behind.comma.is_none();
            let (field, _) = self.kind.field(&word.value.text).filter(|_| is_field)?;
            Some(Swallowed { before: before.value.span, comma: word.comma, word: &word.value, field })
        })
    }

    /// Whether a field stands there and could not be read.
    pub fn is_lost(&self, field: usize) -> bool {
        self.lost.contains(&field)
    }

    /// Reports that the first value behind a statement's name is missing.
    pub fn report_missing_value(statement: &tree::Statement, kind: &Kind, out: &mut Diagnostics) -> Reported {
        out.report(shape::missing_positional(statement, kind, &kind.positional[0]))
    }

    /// Whether nothing is said that would do something.
    pub fn is_idle(&self) -> bool {
        let further = self.kind.positional.iter().zip(&self.positional).filter(|(declared, _)| !declared.required);
        self.kind.idle && self.fields.is_empty() && further.into_iter().all(|(_, values)| values.is_empty())
    }

    /// All fields that are given.
    pub fn all(&self) -> &[Given<'t>] {
        &self.fields
    }

    /// The places where the field of a nested statement was given.
    pub fn of_kind(&self, kind: &'static Kind) -> &[Given<'t>] {
        let is_it = |field: &Field| field.shape.kind().is_some_and(|own| std::ptr::eq(own, kind));
        self.kind.fields.iter().position(is_it).map_or(&[], |field| self.given(field))
    }

    /// The places where a field was given in this layer.
    pub fn given(&self, field: usize) -> &[Given<'t>] {
        let start = self.fields.partition_point(|given| given.field < field);
        let length = self.fields[start..].partition_point(|given| given.field == field);
        &self.fields[start..start + length]
    }
}

/// Whether a field has as many values as it takes; reports when not.
pub(crate) fn check_value_count(field: &Field, given: &Given<'_>, out: &mut Diagnostics) -> bool {
    let problem = match (field.shape, given.values) {
        (Shape::One(kind) | Shape::List(kind), []) => shape::missing_value(given.keyword, field.keyword, kind),
        (Shape::One(_) | Shape::Flag, [_, second, ..]) => shape::single_value(given.keyword, field.keyword, second),
        (Shape::One(_) | Shape::List(_) | Shape::Flag | Shape::Statement(_) | Shape::Statements(_), _) => return true,
    };
    out.report(problem);
    false
}
