//! What `${NAME}` stands for, where a `placeholder` says so.
//!
//! A value is read as if what its placeholders stand for were written in it; its place stays its own. Texts of other
//! languages keep them: these are not hnet's words, and whoever fills them in knows better. Start at
//! [`Scope::visit_filled`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Label, Reported, Span, codes};
use hnet_model::placeholders::{fill, is_name, uses};
use hnet_syntax::tree::{Argument, Statement, Value};

use super::scope::Scope;
use crate::declaration::{Space, Type};
use crate::shape;
use crate::shape::parts::Parts;

impl<'t> Scope<'t> {
    /// Visits a value with what its placeholders stand for. `used` is the word that stands for it: the value itself, or
    /// the name of a `let`.
    pub(super) fn visit_filled(
        &self,
        value: &Value,
        used: &Value,
        kind: Type,
        out: &mut Diagnostics,
        visit: &mut dyn FnMut(&Value, &mut Diagnostics),
    ) {
        if !value.text.contains("${") {
            return visit(value, out);
        }
        self.note_placeholders(value.span);
        if !kind.takes_file() {
            self.note_undeclared(value.span);
        }
        let known = |name: &str| self.placeholder(name).map(|(_, value)| value.text.as_str());
        let filled = fill(&value.text, known).filter(|_| !kind.takes_file());
        let before = out.iter().count();
        let Some(filled) = filled else {
            visit(value, out);
            if let Some((_, name)) = uses(&value.text).next() {
                for found in out.since(before).iter_mut().filter(|found| *found.code == codes::VALUE_UNKNOWN) {
                    found.help = Some(format!("write the value, or say what it is: `placeholder {name} VALUE;`"));
                }
            }
            return;
        };
        visit(&Value { text: filled.value().into(), ..value.clone() }, out);
        for found in out.since(before) {
            self.say_at_placeholder(found, value);
        }
        let placeholders = &mut self.noted.borrow_mut().placeholders;
        placeholders.note(used.span, filled.clone());
        if used.span != value.span {
            placeholders.note(value.span, filled);
        }
    }

    /// Says what was found in a value with its placeholders filled in of the value as it is written. What would mend the
    /// one does not mend the other.
    fn say_at_placeholder(&self, found: &mut Diagnostic, value: &Value) {
        let place = value.span;
        let is_within = |span: Span| span.file == place.file && place.start <= span.start && span.end <= place.end;
        let Some(first) = found.labels.first_mut().filter(|first| is_within(first.span)) else { return };
        first.span = place;
        found.fixes.clear();
        for (name, stands_for) in uses(&value.text).filter_map(|(_, name)| Some((name, self.placeholder(name)?.1))) {
            let label = Label { span: stands_for.span, text: format!("`${{{name}}}` stands for this") };
            if !found.labels.contains(&label) {
                found.labels.push(label);
            }
        }
    }

    /// Notes that the placeholders of a stretch of a source are used, as far as they are declared.
    pub(crate) fn note_placeholders(&self, place: Span) {
        for (range, name) in uses(self.written(place)) {
            if let Some((declared, value)) = self.placeholder(name) {
                self.used.borrow_mut().insert(declared);
                self.noted.borrow_mut().placeholders.declare(name, &value.text, value.span);
                self.note(place.part(range.start + 2..range.end - 1), declared);
            }
        }
    }

    /// Notes the placeholders of a word that nothing declares. In texts of other languages such a name may be theirs.
    fn note_undeclared(&self, place: Span) {
        for (range, name) in uses(self.written(place)).filter(|(_, name)| self.placeholder(name).is_none()) {
            let name_place = place.part(range.start + 2..range.end - 1);
            self.noted.borrow_mut().placeholders.note_undeclared(name, name_place);
        }
    }

    /// A declared placeholder: the place of its name, and its value.
    fn placeholder(&self, name: &str) -> Option<(Span, &'t Value)> {
        let found = self.declared(Space::PLACEHOLDER, name)?;
        Some((found.span, &found.statement.arguments.get(1)?.value))
    }

    /// Reports what is wrong with the declaration of a placeholder.
    pub(super) fn check_placeholder(&self, statement: &'t Statement, out: &mut Diagnostics) {
        let Some(kind) = self.vocabulary().kind(&statement.keyword.text) else { return };
        let parts = Parts::cut(statement, &self.statements_of(statement), kind, self.vocabulary(), out);
        let Some(name) = parts.name else { return };
        if !is_name(&name.text) {
            let mut wrong = Diagnostic::new(&codes::NOT_A_NAME, format!("`{}` is no name of a placeholder", name.text))
                .label(name.span, "letters, digits and `_` are its signs")
                .help("call it as it stands between `${` and `}`: `SECRET_DOMAIN`");
            if let Some((_, inner)) = uses(&name.text).next().filter(|(range, _)| range.len() == name.text.len()) {
                wrong = wrong.fix(format!("write `{inner}`"), name.span, inner);
            }
            out.report(wrong);
        }
        for (field, values) in kind.positional.iter().zip(parts.positional) {
            match values {
                [] => drop(out.report(shape::missing_positional(statement, kind, field))),
                [Argument { value, .. }] => drop(no_other(value, out)),
                [_, second, ..] => drop(out.report(shape::single_value(statement.keyword.span, field.keyword, second))),
            }
        }
    }
}

/// Refuses a value that another placeholder stands in: who fills them in does so once.
fn no_other(value: &Value, out: &mut Diagnostics) -> Option<Reported> {
    let (_, name) = uses(&value.text).next()?;
    let finding = Diagnostic::new(&codes::VALUE_UNKNOWN, format!("`${{{name}}}` stands for nothing in a placeholder"))
        .label(value.span, "what is filled in is not looked at again")
        .help(format!("write here what `{name}` stands for"));
    Some(out.report(finding))
}
