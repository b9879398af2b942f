//! From the shape of a statement to the typed struct of its declaration.
//!
//! [`Parts::cut`] splits a statement's words by its declaration into name, values and fields, and
//! reports what does not fit. [`Reader`] then reads each field as its type. A statement with
//! profiles is read from several layers at once, its own first: the first layer that gives a
//! single value wins, lists append, and statements of the same name merge.

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, Traced, codes};
use hnet_model::Name;
use hnet_syntax::tree::{Argument, Body, End, Value, ValueKind};

use crate::scope::Scope;
use crate::shape;
use crate::types::{ValueType, refuse};
use crate::values;
use crate::vocabulary::{Field, Kind, Naming, Shape, Statement, Type};

/// What every statement has.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The name, where the statement has one and it is sound.
    pub(crate) name: Option<Traced<Name>>,
    /// The doc comment.
    pub(crate) doc: Option<String>,
    /// The keyword with the name: what stands for the statement in messages and links.
    pub(crate) span: Span,
}

/// A single value, if it was given and is sound.
pub(crate) type One<T> = Option<Traced<T>>;
/// The sound ones of a list of values. A type of its own, since `Vec` means statements.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(pub(crate) Vec<Traced<T>>);
/// A flag, if it was given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag(pub(crate) Option<Traced<bool>>);

/// How a field was given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'t> {
    /// The field's position in the declaration.
    field: usize,
    /// The word of the field.
    pub(crate) keyword: Span,
    /// Its values.
    pub(crate) values: &'t [Argument],
    /// The statement, where it is one in the body and not an inline field.
    pub(crate) statement: Option<&'t hnet_syntax::tree::Statement>,
}

/// A statement cut into its parts.
#[derive(Debug)]
pub(crate) struct Parts<'t> {
    pub(crate) statement: &'t hnet_syntax::tree::Statement,
    kind: &'static Kind,
    name: Option<&'t Value>,
    positional: Vec<&'t [Argument]>,
    /// By the field's position in the declaration, so that those of one field are one slice.
    fields: Vec<Given<'t>>,
}

/// The values up to where the commas end: one value or one list.
fn list_length(arguments: &[Argument]) -> usize {
    arguments.iter().skip(1).position(|argument| argument.comma.is_none()).map_or(arguments.len(), |at| at + 1)
}

impl<'t> Parts<'t> {
    /// Splits a statement by its declaration and reports what does not fit.
    pub(crate) fn cut(
        statement: &'t hnet_syntax::tree::Statement,
        kind: &'static Kind,
        scope: &Scope<'t>,
        out: &mut Diagnostics,
    ) -> Self {
        let mut parts = Parts { statement, kind, name: None, positional: Vec::new(), fields: Vec::new() };
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
        for slot in kind.positional {
            let starts_inline = |argument: &Argument| {
                argument.value.kind == ValueKind::Word
                    && kind.field(&argument.value.text).is_some_and(|(_, field)| field.shape.inline())
            };
            let length = match rest.first() {
                None => break,
                Some(first) if !slot.required && starts_inline(first) => break,
                Some(_) => list_length(rest),
            };
            let (taken, others) = rest.split_at(length);
            parts.positional.push(taken);
            rest = others;
        }
        parts.cut_inline(rest, out);
        if let End::Body(body) = &statement.end {
            parts.cut_body(body, scope, out);
        }
        hnet_collections::sort_by_key(&mut parts.fields, |given| given.field);
        parts
    }

    fn cut_inline(&mut self, mut rest: &'t [Argument], out: &mut Diagnostics) {
        while let Some((keyword, others)) = rest.split_first() {
            let field = (keyword.comma.is_none()
                && keyword.value.kind == ValueKind::Word
                && self.kind.naming != Naming::MayBeNamed)
                .then(|| self.kind.field(&keyword.value.text))
                .flatten();
            let Some((at, field)) = field else {
                out.report(shape::unexpected_argument(self.statement, self.kind, keyword));
                return;
            };
            if !field.shape.inline() {
                out.report(shape::not_inline(&keyword.value, self.kind));
                return;
            }
            let length = list_length(others).min(others.len());
            let (values, others) = others.split_at(length);
            let given = Given { field: at, keyword: keyword.value.span, values, statement: None };
            if check_value_count(field, &given, out) {
                self.fields.push(given);
            }
            rest = others;
        }
    }

    fn cut_body(&mut self, body: &'t Body, scope: &Scope<'t>, out: &mut Diagnostics) {
        if self.kind.fields.is_empty() {
            out.report(shape::unexpected_body(self.statement, self.kind));
            return;
        }
        for statement in scope.statements(body) {
            self.cut_field(statement, out);
        }
    }

    /// What belongs to a cluster, gathered from the bodies where it may stand. `owner` is the network.
    pub(crate) fn gathered(
        owner: &'t hnet_syntax::tree::Statement,
        kind: &'static Kind,
        statements: &[&'t hnet_syntax::tree::Statement],
        out: &mut Diagnostics,
    ) -> Self {
        let mut parts = Parts { statement: owner, kind, name: None, positional: Vec::new(), fields: Vec::new() };
        for statement in statements {
            if kind.field(&statement.keyword.text).is_some() {
                parts.cut_field(statement, out);
            }
        }
        hnet_collections::sort_by_key(&mut parts.fields, |given| given.field);
        parts
    }

    fn cut_field(&mut self, statement: &'t hnet_syntax::tree::Statement, out: &mut Diagnostics) {
        let Some((at, field)) = self.kind.field(&statement.keyword.text) else {
            // What may stand here but is not this declaration's is read by whoever it belongs to.
            if !crate::stands_beside(&statement.keyword.text, self.kind) {
                out.report(shape::unknown_keyword(statement, self.kind));
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
                if statement.body().is_some() {
                    out.report(shape::value_has_body(statement));
                    false
                } else if let Some(stray) = statement.arguments.get(list_length(&statement.arguments)) {
                    out.report(shape::stray_value(statement, field, stray));
                    false
                } else {
                    check_value_count(field, &given, out)
                }
            }
        };
        if sound {
            self.fields.push(given);
        }
    }

    /// The places where a field was given in this layer.
    fn given(&self, field: usize) -> &[Given<'t>] {
        let start = self.fields.partition_point(|given| given.field < field);
        let length = self.fields[start..].partition_point(|given| given.field == field);
        &self.fields[start..start + length]
    }
}

fn check_value_count(field: &Field, given: &Given<'_>, out: &mut Diagnostics) -> bool {
    let problem = match (field.shape, given.values) {
        (Shape::One(kind) | Shape::List(kind), []) => shape::missing_value(given.keyword, field.keyword, kind),
        (Shape::One(_) | Shape::Flag, [_, second, ..]) => shape::single_value(given.keyword, field.keyword, second),
        (Shape::One(_) | Shape::List(_) | Shape::Flag | Shape::Statement(_) | Shape::Statements(_), _) => return true,
    };
    out.report(problem);
    false
}

/// A type that a field of a declaration may have.
pub(crate) trait FieldType: Sized {
    /// What the field takes.
    const SHAPE: Shape;

    /// Reads the field from where each layer gives it, the statement's own layer first.
    fn read(reader: &mut Reader<'_>, field: &Field, head: &Head, layers: &[&[Given<'_>]]) -> Self;
}

/// Reads typed values, reports what is wrong, and notes which statements lost a value.
pub(crate) struct Reader<'a> {
    /// What names mean.
    pub(crate) scope: &'a Scope<'a>,
    /// Where findings go.
    pub(crate) out: &'a mut Diagnostics,
    /// The statements that lost a value, by the span of their heads.
    pub(crate) holes: &'a mut BTreeSet<Span>,
}

impl Reader<'_> {
    /// Reads a statement in the layers of its profiles.
    pub(crate) fn statement<S: Statement>(&mut self, statements: &[&hnet_syntax::tree::Statement]) -> Option<S> {
        let own = *statements.first()?;
        let kind = S::KIND;
        let before = self.out.iter().count();
        let layers: Vec<Parts<'_>> =
            statements.iter().map(|statement| Parts::cut(statement, kind, self.scope, self.out)).collect();
        let span = layers[0].name.map_or(own.keyword.span, |name| own.keyword.span.to(name.span));
        if self.out.iter().count() > before {
            self.holes.insert(span);
        }
        let mut head = Head { name: None, doc: own.doc(), span };
        if let Some(name) = layers[0].name {
            head.name = self.value::<Name>(&head, name).ok().map(|value| Traced::written(value, name.span));
        }
        Some(S::read(head, self, &layers))
    }

    /// Reads what belongs to a cluster from the statements that stand in it or beside it.
    pub(crate) fn gathered<S: Statement>(
        &mut self,
        owner: &hnet_syntax::tree::Statement,
        statements: &[&hnet_syntax::tree::Statement],
    ) -> S {
        let parts = Parts::gathered(owner, S::KIND, statements, self.out);
        S::read(Head { name: None, doc: None, span: owner.keyword.span }, self, &[parts])
    }

    /// Reads a field of a declaration from all layers.
    pub(crate) fn field<F: FieldType>(&mut self, head: &Head, layers: &[Parts<'_>], field: usize) -> F {
        let Some(declared) = layers.first().and_then(|own| own.kind.fields.get(field)) else {
            unreachable!("the macro counts the fields of the declaration that it makes");
        };
        if declared.required && layers.iter().all(|parts| parts.given(field).is_empty()) && !self.is_lost(head, layers)
        {
            self.holes.insert(head.span);
            self.out.report(shape::missing_field(layers[0].statement, declared));
        }
        // A statement without profiles, as nearly all are, needs no list of its layers.
        match layers {
            [own] => F::read(self, declared, head, &[own.given(field)]),
            _ => F::read(self, declared, head, &layers.iter().map(|parts| parts.given(field)).collect::<Vec<_>>()),
        }
    }

    /// Reads a value behind the name. Profiles have none.
    pub(crate) fn positional<F: FieldType>(&mut self, head: &Head, layers: &[Parts<'_>], slot: usize) -> F {
        let own = &layers[0];
        let declared = &own.kind.positional[slot];
        let given = own.positional.get(slot).map(|values| Given {
            field: slot,
            keyword: own.statement.keyword.span,
            values,
            statement: None,
        });
        let given = given.as_slice();
        let sound = given.iter().all(|given| check_value_count(declared, given, self.out));
        if !sound {
            self.holes.insert(head.span);
        } else if declared.required && given.is_empty() {
            self.holes.insert(head.span);
            // A missing name is one mistake, not two.
            if own.kind.naming == Naming::Unnamed || own.name.is_some() {
                self.out.report(shape::missing_positional(own.statement, own.kind, declared));
            }
        }
        F::read(self, declared, head, &[if sound { given } else { &[] }])
    }

    /// Whether the statement's shape is so wrong that what it lacks may be in what was not understood.
    fn is_lost(&self, head: &Head, layers: &[Parts<'_>]) -> bool {
        self.holes.contains(&head.span)
            && layers.iter().any(|parts| {
                parts.statement.arguments.len() > parts.positional.iter().map(|values| values.len()).sum::<usize>() + 1
                    || matches!(parts.statement.end, End::Missing(_))
            })
    }

    /// Reads one value as its type.
    pub(crate) fn value<T: ValueType>(&mut self, head: &Head, value: &Value) -> Result<T, Reported> {
        let result = T::read(value, self.scope, self.out);
        if result.is_err() {
            self.holes.insert(head.span);
        }
        result
    }

    fn values<T: ValueType>(&mut self, head: &Head, given: &Given<'_>, into: &mut Vec<Traced<T>>) {
        for argument in given.values {
            let scope = self.scope;
            match scope.unfold(&argument.value, T::TYPE, self.out) {
                Ok(values) => {
                    for value in values {
                        if let Ok(read) = self.value::<T>(head, value) {
                            // The place is the use, so that `why` leads to the statement and not to the `let`.
                            into.push(Traced::written(read, argument.value.span));
                        }
                    }
                }
                Err(_) => {
                    self.holes.insert(head.span);
                }
            }
        }
    }

    /// Reports a repeated single field; the first one counts.
    fn once<'t>(&mut self, field: &Field, head: &Head, layers: &[&[Given<'t>]]) -> Option<Given<'t>> {
        let layer = layers.iter().find(|layer| !layer.is_empty())?;
        for again in &layer[1..] {
            self.holes.insert(head.span);
            self.out.report(shape::repeated_field(field, layer[0].keyword, again.keyword));
        }
        Some(layer[0])
    }
}

impl<T: ValueType> FieldType for One<T> {
    const SHAPE: Shape = Shape::One(T::TYPE);

    fn read(reader: &mut Reader<'_>, field: &Field, head: &Head, layers: &[&[Given<'_>]]) -> Self {
        let given = reader.once(field, head, layers)?;
        let mut values = Vec::new();
        reader.values(head, &given, &mut values);
        if values.len() > 1 {
            reader.holes.insert(head.span);
            reader.out.report(shape::single_value(given.keyword, field.keyword, &given.values[0]));
        }
        values.into_iter().next()
    }
}

impl<T: ValueType> FieldType for List<T> {
    const SHAPE: Shape = Shape::List(T::TYPE);

    fn read(reader: &mut Reader<'_>, _: &Field, head: &Head, layers: &[&[Given<'_>]]) -> Self {
        let mut values = Vec::new();
        // What profiles say comes first: a node adds to its profile's list.
        for given in layers.iter().rev().copied().flatten() {
            reader.values(head, given, &mut values);
        }
        List(values)
    }
}

impl FieldType for Flag {
    const SHAPE: Shape = Shape::Flag;

    fn read(reader: &mut Reader<'_>, field: &Field, head: &Head, layers: &[&[Given<'_>]]) -> Self {
        let Some(given) = reader.once(field, head, layers) else { return Flag(None) };
        let Some(argument) = given.values.first() else { return Flag(Some(Traced::written(true, given.keyword))) };
        let on = match argument.value.text.as_str() {
            "on" => true,
            "off" => false,
            _ => {
                reader.holes.insert(head.span);
                reader.out.report(
                    Diagnostic::new(&codes::WRONG_WORD, format!("`{}` is neither `on` nor `off`", argument.value.text))
                        .label(argument.value.span, format!("`{}` is switched with `on` or `off`", field.keyword))
                        .help(format!("write `{0};` to switch it on, `{0} off;` to switch it off", field.keyword)),
                );
                return Flag(None);
            }
        };
        Flag(Some(Traced::written(on, given.keyword.to(argument.value.span))))
    }
}

impl<S: Statement> FieldType for Option<S> {
    const SHAPE: Shape = Shape::Statement(S::KIND);

    fn read(reader: &mut Reader<'_>, field: &Field, head: &Head, layers: &[&[Given<'_>]]) -> Self {
        for layer in layers {
            for again in layer.iter().skip(1) {
                reader.holes.insert(head.span);
                reader.out.report(shape::repeated_field(field, layer[0].keyword, again.keyword));
            }
        }
        let merged: Vec<_> = layers.iter().filter_map(|layer| layer.first()?.statement).collect();
        reader.statement(&merged)
    }
}

impl<S: Statement> FieldType for Vec<S> {
    const SHAPE: Shape = Shape::Statements(S::KIND);

    fn read(reader: &mut Reader<'_>, _: &Field, _: &Head, layers: &[&[Given<'_>]]) -> Self {
        let mut read = Vec::new();
        for group in grouped(S::KIND, layers) {
            let group = reader.scope.with_profiles(group);
            read.extend(reader.statement(&group));
        }
        read
    }
}

/// The statements to read, each with those of the same name in later layers.
fn grouped<'t>(kind: &Kind, layers: &[&[Given<'t>]]) -> Vec<Vec<&'t hnet_syntax::tree::Statement>> {
    if let [own] = layers {
        return own.iter().filter_map(|given| given.statement).map(|statement| vec![statement]).collect();
    }
    let mut groups: Vec<Vec<&hnet_syntax::tree::Statement>> = Vec::new();
    for (depth, layer) in layers.iter().enumerate() {
        for statement in layer.iter().filter_map(|given| given.statement) {
            let key = |statement: &hnet_syntax::tree::Statement| {
                statement.arguments.first().map(|first| first.value.text.clone())
            };
            let same = groups.iter_mut().find(|group| {
                depth > 0
                    && (kind.naming == Naming::Named || !kind.positional.is_empty())
                    && key(group[0]).is_some()
                    && key(group[0]) == key(statement)
            });
            match same {
                Some(group) => group.push(statement),
                None => groups.push(vec![statement]),
            }
        }
    }
    groups
}

impl ValueType for Name {
    const TYPE: Type = Type::Plain { called: "a name", examples: "`cp-1`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        values::name(&value.text).map_err(|wrong| refuse(wrong, value, out))
    }
}
