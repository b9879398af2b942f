//! The types that the fields of statements have, and how the reader fills one without knowing its type.
//!
//! A field is a [`Slot`]: what is done with it follows from its declaration, and that is compiled once
//! for all types; only taking a value or making room for a statement is compiled for each. Knows no
//! reading of its own.

use std::marker::PhantomData;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, Traced, claim, codes};
use hnet_model::Name;
use hnet_syntax::tree::Value;
use indexmap::IndexMap;

use super::statement::Statement;
use crate::declaration::Shape;
use crate::names::Scope;
use crate::types::ValueType;

/// What every statement has.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The name, where the statement has one and it is sound.
    pub name: Option<Traced<Name>>,
    /// The doc comment.
    pub doc: Option<String>,
    /// The keyword with the name: what stands for the statement in messages and links.
    pub span: Span,
}

/// A single value, if it was given and is sound.
pub type One<T> = Option<Traced<T>>;
/// The sound ones of a list of values. A type of its own, since `Vec` means statements.
#[derive(Clone)]
pub struct List<T>(pub Vec<Traced<T>>);
/// A flag, if it was given.
#[derive(Clone, Copy, Default)]
pub struct Flag(pub Option<Traced<bool>>);
/// Statements that [`Reader::each`](crate::reader::Reader::each) reads one by one while they are lowered, since a network may have
/// very many of them.
pub struct Each<S>(PhantomData<S>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(Vec::new())
    }
}

impl<S> Default for Each<S> {
    fn default() -> Self {
        Each(PhantomData)
    }
}

/// A type that a field of a declaration may have.
pub trait FieldType: Default {
    /// What the field takes.
    const SHAPE: Shape;

    /// The field as the reader fills it.
    fn slot(&mut self) -> Slot<'_>;
}

/// A field of a statement, as the reader fills it.
pub enum Slot<'s> {
    /// One value or a list of them.
    Values(&'s mut dyn TakeValue),
    /// Nothing, `on` or `off`.
    Flag(&'s mut Flag),
    /// One statement or several.
    Statements(&'s mut dyn AddStatement),
    /// Statements that are read later.
    Later,
}

/// A field of values.
pub trait TakeValue {
    /// Reads a value and keeps it if it is sound. Its place is the use, so that `why` leads to the
    /// statement and not to the `let`.
    fn take(&mut self, value: &Value, place: Span, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<(), Reported>;

    /// How many values it has.
    fn count(&self) -> usize;

    /// Reports each key that the values from there on say twice, and differently.
    fn refuse_repeated_keys(&self, from: usize, out: &mut Diagnostics);
}

/// A field of statements.
pub trait AddStatement {
    /// Room for a statement, the first of so many that are to come at most.
    fn add(&mut self, to_come: usize) -> &mut dyn Fields;
}

/// The fields of a statement's struct.
pub trait Fields {
    /// What every statement has.
    fn head(&mut self) -> &mut Head;

    /// Visits all fields as they are declared, the values behind the name first.
    fn visit(&mut self, visit: &mut dyn FnMut(Slot<'_>));
}

impl<T: ValueType> FieldType for One<T> {
    const SHAPE: Shape = Shape::One(T::TYPE);

    fn slot(&mut self) -> Slot<'_> {
        Slot::Values(self)
    }
}

impl<T: ValueType> TakeValue for One<T> {
    fn take(&mut self, value: &Value, place: Span, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<(), Reported> {
        let read = T::read(value, scope, out)?;
        self.get_or_insert(Traced::written(read, place));
        Ok(())
    }

    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn refuse_repeated_keys(&self, _: usize, _: &mut Diagnostics) {}
}

impl<T: ValueType> FieldType for List<T> {
    const SHAPE: Shape = Shape::List(T::TYPE);

    fn slot(&mut self) -> Slot<'_> {
        Slot::Values(self)
    }
}

impl<T: ValueType> TakeValue for List<T> {
    fn take(&mut self, value: &Value, place: Span, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<(), Reported> {
        let read = T::read(value, scope, out)?;
        // Most lists have one value, and a list that grows makes room for four.
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        self.0.push(Traced::written(read, place));
        Ok(())
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    fn refuse_repeated_keys(&self, from: usize, out: &mut Diagnostics) {
        let mut first: IndexMap<&str, (&str, Span)> = IndexMap::new();
        for item in self.0.get(from..).unwrap_or_default() {
            let Some((key, value)) = item.value.entry() else { return };
            let Some((other, place)) = claim(&mut first, key, (value, item.span())) else { continue };
            if *other != value {
                out.report(
                    Diagnostic::new(&codes::KEY_REPEATED, format!("`{key}` is said twice in one list"))
                        .label(item.span(), "this says one thing")
                        .label(*place, "and this another")
                        .help("keep one of the two"),
                );
            }
        }
    }
}

impl FieldType for Flag {
    const SHAPE: Shape = Shape::Flag;

    fn slot(&mut self) -> Slot<'_> {
        Slot::Flag(self)
    }
}

impl<S: Statement> FieldType for Option<S> {
    const SHAPE: Shape = Shape::Statement(S::KIND);

    fn slot(&mut self) -> Slot<'_> {
        Slot::Statements(self)
    }
}

impl<S: Statement> AddStatement for Option<S> {
    fn add(&mut self, _: usize) -> &mut dyn Fields {
        self.insert(S::default())
    }
}

impl<S: Statement> FieldType for Vec<S> {
    const SHAPE: Shape = Shape::Statements(S::KIND);

    fn slot(&mut self) -> Slot<'_> {
        Slot::Statements(self)
    }
}

impl<S: Statement> AddStatement for Vec<S> {
    fn add(&mut self, to_come: usize) -> &mut dyn Fields {
        self.reserve_exact(to_come);
        self.push(S::default());
        let last = self.len() - 1;
        &mut self[last]
    }
}

impl<S: Statement> FieldType for Each<S> {
    const SHAPE: Shape = Shape::Statements(S::KIND);

    fn slot(&mut self) -> Slot<'_> {
        Slot::Later
    }
}
