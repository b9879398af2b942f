//! What a `let` stands for.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, codes};
use hnet_syntax::tree::{Value, ValueKind};

use super::scope::Scope;
use super::unknown::offer_let;
use crate::declaration::{Space, Type};

/// How many names and values are looked up for `let`s in the whole source: each use may stand for a list, whose
/// members stand for lists again, so a short source may mean more values than there is memory for.
const UNFOLDED: usize = 100_000;
/// How many `let`s may stand behind each other.
const DEPTH: usize = 100;
/// How many profiles a statement may take, those of its profiles among them.
pub const PROFILES: usize = 100;

impl<'t> Scope<'t> {
    /// Visits the values that a word stands for: those of the `let` it names, or itself, with what its placeholders
    /// stand for.
    pub fn unfold(
        &self,
        value: &Value,
        kind: Type,
        out: &mut Diagnostics,
        visit: &mut dyn FnMut(&Value, &mut Diagnostics),
    ) -> Result<(), Reported> {
        let is_no_let = matches!(kind, Type::Reference { .. } | Type::OneOf(_));
        if is_no_let || value.kind != ValueKind::Word || self.declared(Space::LET, &value.text).is_none() {
            // The `let` that it names may be misspelt.
            if let Some(reported) = self.lost_value(value, out) {
                return Err(reported);
            }
            let before = out.iter().count();
            self.visit_filled(value, value, kind, out, visit);
            if !is_no_let && out.iter().count() > before {
                offer_let(self, value, before, out);
            }
            return Ok(());
        }
        let mut unfolded = Vec::new();
        self.unfold_into(value, value, &mut Vec::new(), &mut unfolded, out)?;
        for stands_there in unfolded {
            let before = out.iter().count();
            self.visit_filled(stands_there, value, kind, out, visit);
            for found in out.since(before).iter_mut().filter(|found| found.span() == Some(stands_there.span)) {
                let labelled = found.clone().label(value.span, format!("`{}` stands for it here", value.text));
                *found = labelled;
            }
        }
        Ok(())
    }

    fn unfold_into<'v>(
        &self,
        used: &Value,
        value: &'v Value,
        path: &mut Vec<Span>,
        unfolded: &mut Vec<&'v Value>,
        out: &mut Diagnostics,
    ) -> Result<(), Reported>
    where
        't: 'v,
    {
        let Some(found) = (value.kind == ValueKind::Word).then(|| self.find(Space::LET, &value.text)).flatten() else {
            unfolded.push(value);
            return Ok(());
        };
        self.note(value.span, found.span);
        if path.contains(&found.span) {
            return Err(out.report(
                Diagnostic::new(&codes::CIRCULAR_NAME, format!("`{}` is defined by itself", value.text))
                    .label(found.span, "its value leads back here")
                    .help("give it a value of its own"),
            ));
        }
        let values = found.statement.arguments.get(1..).unwrap_or_default();
        self.unfolded.set(self.unfolded.get().saturating_add(values.len()));
        if self.unfolded.get() > UNFOLDED || path.len() == DEPTH {
            return Err(out.report(too_many(used)));
        }
        path.push(found.span);
        for argument in values {
            self.unfold_into(used, &argument.value, path, unfolded, out)?;
        }
        path.pop();
        Ok(())
    }
}

fn too_many(used: &Value) -> Diagnostic {
    Diagnostic::new(&codes::STANDS_FOR_TOO_MUCH, format!("`{}` stands for too much", used.text))
        .label(used.span, "used here")
        .help(format!("through `let` a source may mean {UNFOLDED} values in all, {DEPTH} `let`s deep"))
}

/// A statement that takes more profiles than [`PROFILES`].
pub(crate) fn too_many_profiles(keyword: Span) -> Diagnostic {
    Diagnostic::new(&codes::STANDS_FOR_TOO_MUCH, "it takes too many profiles")
        .label(keyword, "with those that its profiles take")
        .help(format!("a statement may take {PROFILES} of them"))
}
