//! What `lan[11]` and `home.pods[10-20]` mean.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, codes};
use hnet_syntax::tree::{Value, ValueKind};
use ipnet::IpNet;

use hnet_model::{Family, address_at};

use super::places::Indexed;
use super::scope::Scope;
use super::unknown::unresolved_prefix;
use crate::declaration::Space;
use crate::values;

impl<'t> Scope<'t> {
    /// What `lan[11]` or `home.pods[10-20]` means; none where the word is no index.
    pub fn index(&self, value: &Value, out: &mut Diagnostics) -> Option<Result<Indexed, Reported>> {
        if value.kind != ValueKind::Word {
            return None;
        }
        let index = match values::index(&value.text)? {
            Ok(index) => index,
            Err(wrong) => return Some(Err(values::refuse(wrong, value, out))),
        };
        Some(self.indexed(&index, value, out))
    }

    fn indexed(&self, index: &values::Index, value: &Value, out: &mut Diagnostics) -> Result<Indexed, Reported> {
        let base_span = value.part(index.base_range.clone());
        let prefixes = match self.named_prefixes(&index.base, value, index.base_range.start) {
            Some(prefixes) => prefixes?,
            None => match self.let_prefixes(&index.base, base_span, out) {
                Some(prefixes) => prefixes?,
                None => return Err(unresolved_prefix(self, &index.base, base_span, out)),
            },
        };
        let of_family: Vec<IpNet> = prefixes
            .iter()
            .copied()
            .filter(|prefix| match index.family {
                Some(Family::V4) => prefix.addr().is_ipv4(),
                Some(Family::V6) => prefix.addr().is_ipv6(),
                None => true,
            })
            .collect();
        let prefix = match of_family.as_slice() {
            [prefix] => *prefix,
            [] => {
                return Err(out.report(
                    Diagnostic::new(&codes::WRONG_FAMILY, format!("`{}` has no prefix of that family", index.base))
                        .label(value.span, "no such family")
                        .help(format!("its prefix is {}", prefixes[0])),
                ));
            }
            [first, others @ ..] if others.iter().all(|other| other.addr().is_ipv4() == first.addr().is_ipv4()) => {
                return Err(out.report(
                    Diagnostic::new(&codes::WRONG_FAMILY, format!("`{}` stands for several prefixes", index.base))
                        .label(value.span, "which of them is meant is not said")
                        .help("index a name of one prefix"),
                ));
            }
            [_, ..] => {
                return Err(out.report(
                    Diagnostic::new(&codes::WRONG_FAMILY, format!("`{}` has two families", index.base))
                        .label(value.span, "which family is meant is not said")
                        .help(format!("write `{0}.v4[…]` or `{0}.v6[…]`", index.base)),
                ));
            }
        };
        let at =
            |number: i128| address_at(prefix, number).ok_or_else(|| out_of_prefix(&index.base, prefix, number, value));
        let mut take = |number: i128| at(number).map_err(|diagnostic| out.report(diagnostic));
        let first = take(index.first)?;
        let last = index.last.map(&mut take).transpose()?;
        let indexed = Indexed { prefix, first, last };
        self.noted.borrow_mut().indexes.push((value.span, indexed));
        Ok(indexed)
    }

    /// The prefixes of what a value names, such as `lan` or `home.pods`; none where it names nothing that has some.
    #[must_use]
    pub fn prefixes_of(&self, value: &Value) -> Option<Result<Vec<IpNet>, Reported>> {
        (value.kind == ValueKind::Word).then(|| self.named_prefixes(&value.text, value, 0))?
    }

    /// The prefixes of what a part of a value names, which begins at `start`.
    fn named_prefixes(&self, base: &str, value: &Value, start: usize) -> Option<Result<Vec<IpNet>, Reported>> {
        let (name, word) = base.split_once('.').unwrap_or((base, ""));
        let word = self.vocabulary().prefix_words.iter().find(|known| **known == word).copied().unwrap_or_default();
        let whole = self.prefixes(base, "").map(|found| (base.len(), found));
        let (length, (declared, prefixes)) = whole.or_else(|| Some((name.len(), self.prefixes(name, word)?)))?;
        self.note(value.part(start..start + length), *declared);
        Some(prefixes.clone())
    }

    /// The prefixes that a `let` names; none where it is not declared.
    fn let_prefixes(&self, name: &str, place: Span, out: &mut Diagnostics) -> Option<Result<Vec<IpNet>, Reported>> {
        let found = self.find(Space::LET, name)?;
        self.note(place, found.span);
        let values: Vec<&Value> = found.statement.arguments.iter().skip(1).map(|argument| &argument.value).collect();
        (!values.is_empty())
            .then(|| self.read_prefixes(&values, out).map(|read| read.into_iter().map(|(prefix, _)| prefix).collect()))
    }
}

fn out_of_prefix(base: &str, prefix: IpNet, number: i128, value: &Value) -> Diagnostic {
    Diagnostic::new(&codes::INDEX_OUTSIDE_PREFIX, format!("`{base}` has no address {number}"))
        .label(value.span, format!("`{base}` is {prefix}, from {} to {}", prefix.network(), prefix.broadcast()))
        .help("count from 0 at the start, or from -1 at the end")
}
