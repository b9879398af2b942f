//! Variables of Flux: `${NAME}` and its forms, put into the texts of objects. What is not known stays as it is written.

use std::collections::BTreeMap;
use std::ops::Range;

use hnet_diagnostics::Span;
use hnet_yaml::{Map, Style, Text, Value, ValueKind};
use smol_str::SmolStr;

use crate::document::{Document, Use};

/// A variable that is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// What it stands for; nothing where that is secret.
    pub value: Option<SmolStr>,
    /// Where it is defined.
    pub span: Span,
}

impl Variable {
    /// One that is written in the clear: its value is known unless it looks like a secret all the same.
    pub(crate) fn in_the_clear(name: &str, value: Option<&str>, span: Span) -> Self {
        let value = value.filter(|value| !hnet_secrets::gives_away(name, value));
        Variable { value: value.map(Into::into), span }
    }
}

/// Whether a variable may hold a secret, by its name or by its text: no message shows such a value.
#[must_use]
pub fn may_be_secret(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["key", "token", "secret", "pass", "psk", "auth", "cred"].iter().any(|word| lower.contains(word))
        || hnet_secrets::gives_away(name, value)
}

/// The variables of one Flux Kustomization.
pub type Variables = BTreeMap<SmolStr, Variable>;

/// What one Flux Kustomization puts into its objects.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    pub(crate) variables: Variables,
    /// Whether it takes in others that are not known.
    pub(crate) is_open: bool,
}

/// How deep one default may stand in another.
const DEPTH: usize = 16;

/// What a text comes out as.
struct Filler<'v> {
    variables: &'v Variables,
    is_open: bool,
    uses: Vec<(Range<usize>, SmolStr, Option<Span>)>,
    unknown: Vec<(Range<usize>, SmolStr)>,
}

/// Puts the variables into all texts of an object. Says which names nothing defines, with their places. `is_open` says
/// whether others may be defined as well, so that no default is known to be taken.
pub(crate) fn substitute(document: &mut Document, variables: &Variables, is_open: bool) -> Vec<(SmolStr, Span)> {
    let off = |field: &str| {
        let key = "kustomize.toolkit.fluxcd.io/substitute";
        document.value.str_at(&["metadata", field, key]).is_some_and(|text| text.eq_ignore_ascii_case("disabled"))
    };
    if off("labels") || off("annotations") {
        return Vec::new();
    }
    let mut seen = Seen { is_open, uses: Vec::new(), unknown: Vec::new() };
    value(&mut document.value, variables, &mut seen);
    document.variables.append(&mut seen.uses);
    document.find_namespace();
    seen.unknown
}

/// A text with its variables, as it would be in an object.
pub(crate) fn filled(text: &str, variables: &Variables) -> String {
    let mut filler = Filler { variables, is_open: false, uses: Vec::new(), unknown: Vec::new() };
    filler.filled(text, 0, 0)
}

/// The names of the variables that stand in a text, also in defaults.
pub(crate) fn names(text: &str) -> impl Iterator<Item = SmolStr> + use<> {
    let none = Variables::new();
    let mut filler = Filler { variables: &none, is_open: false, uses: Vec::new(), unknown: Vec::new() };
    filler.parts(text, 0, 0);
    let with_default = filler.uses.into_iter().map(|(_, name, _)| name);
    with_default.chain(filler.unknown.into_iter().map(|(_, name)| name))
}

struct Seen {
    is_open: bool,
    uses: Vec<Use>,
    unknown: Vec<(SmolStr, Span)>,
}

fn value(within: &mut Value, variables: &Variables, seen: &mut Seen) {
    match &mut within.kind {
        ValueKind::Scalar(text, style) => {
            let Some(new) = fill(text, variables, seen) else { return };
            // A plain text may become a list or a map, since Flux puts the variable into the file.
            let is_structure = *style == Style::Plain && new.starts_with(['[', '{']) && !new.starts_with("{{");
            *text = new;
            if is_structure && let Some(root) = text.yaml().root().filter(|root| root.is_list() || root.is_map()) {
                within.kind = root.value().kind;
            }
        }
        ValueKind::List(items) => items.iter_mut().for_each(|item| value(item, variables, seen)),
        ValueKind::Map(map) => {
            if map.keys().any(|key| key.contains('$')) {
                let fields = std::mem::take(map).into_values().map(|mut field| {
                    if let Some(new) = fill(&field.key, variables, seen) {
                        field.key = new;
                    }
                    (field.key.to_smol(), field)
                });
                *map = fields.collect::<Map>();
            }
            map.values_mut().for_each(|field| value(&mut field.value, variables, seen));
        }
    }
}

/// The text with its variables; nothing if it has none that is known.
fn fill(text: &Text, variables: &Variables, seen: &mut Seen) -> Option<Text> {
    if !text.contains("${") {
        return None;
    }
    let mut filler = Filler { variables, is_open: seen.is_open, uses: Vec::new(), unknown: Vec::new() };
    let parts = filler.parts(text.as_str(), 0, 0);
    let span = |range: &Range<usize>| text.part(range.clone());
    seen.uses.extend(filler.uses.iter().map(|(range, name, defined)| Use {
        span: span(range),
        name: name.clone(),
        defined: *defined,
    }));
    seen.unknown.extend(filler.unknown.iter().map(|(range, name)| (name.clone(), span(range))));
    (!parts.is_empty()).then(|| text.replaced(&parts))
}

impl Filler<'_> {
    /// What is to be replaced in a text, which starts at `base` of the whole.
    fn parts(&mut self, text: &str, base: usize, depth: usize) -> Vec<(Range<usize>, SmolStr)> {
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some(found) = text[at..].find('$').map(|found| at + found) {
            let rest = &text[found..];
            if rest.starts_with("$$") {
                // Two are one, and what stands behind is no variable.
                parts.push((found..found + 2, "$".into()));
                at = found + 2;
            } else if let Some(length) = rest.strip_prefix("${").and_then(closing) {
                let end = found + 2 + length;
                if let Some(new) = self.expression(&text[found + 2..end], base + found..base + end + 1, depth) {
                    parts.push((found..end + 1, new));
                }
                at = end + 1;
            } else {
                at = found + 1;
            }
        }
        parts
    }

    /// A text with its variables; whether all of them are known is lost, what is not stays as it is written.
    fn filled(&mut self, text: &str, base: usize, depth: usize) -> String {
        let mut out = text.to_owned();
        for (range, new) in self.parts(text, base, depth).into_iter().rev() {
            out.replace_range(range, &new);
        }
        out
    }

    /// What stands between `${` and `}`, at a place of the whole text.
    fn expression(&mut self, text: &str, at: Range<usize>, depth: usize) -> Option<SmolStr> {
        let counts = text.strip_prefix('#');
        let body = counts.unwrap_or(text);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name = &body[..body.find(|c: char| !is_part(c)).unwrap_or(body.len())];
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || depth > DEPTH {
            return None;
        }
        let operation = &body[name.len()..];
        let known = self.variables.get(name);
        let value = known.and_then(|variable| variable.value.clone());
        if known.is_some_and(|variable| variable.value.is_none()) {
            // It is secret: defined, and its text is a symbol.
            return None;
        }
        let default = [":=", ":-", "=", "-"].iter().find_map(|sign| operation.strip_prefix(sign));
        let (new, defined) = match (value, default) {
            (Some(value), Some(_)) if !value.is_empty() || !operation.starts_with(':') => (value, known),
            (None, _) if self.is_open => {
                self.unknown.push((at, name.into()));
                return None;
            }
            (_, Some(default)) => {
                let base = at.start + 2 + text.len() - default.len();
                (self.filled(default, base, depth + 1).into(), None)
            }
            (Some(value), None) if counts.is_some() => (value.chars().count().to_string().into(), known),
            (Some(value), None) => (changed(&value, operation)?.into(), known),
            (None, None) => {
                self.unknown.push((at, name.into()));
                return None;
            }
        };
        self.uses.push((at, name.into(), defined.map(|variable| variable.span)));
        Some(new)
    }
}

/// The length of what stands before the `}` that closes an expression.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, bytes) = (0_usize, text.as_bytes());
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'{' if at > 0 && bytes[at - 1] == b'$' => depth += 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// A value after one of envsubst's operations on texts; nothing for those that it does not have.
fn changed(value: &str, operation: &str) -> Option<String> {
    let cut = |pattern: &str, from_start: bool| {
        let rest = if from_start { value.strip_prefix(pattern) } else { value.strip_suffix(pattern) };
        // A pattern with a wildcard is not evaluated.
        (!pattern.contains(['*', '?', '['])).then(|| rest.unwrap_or(value).to_owned())
    };
    let first = |change: fn(char) -> String| {
        let mut chars = value.chars();
        chars.next().map_or_else(String::new, |c| change(c) + chars.as_str())
    };
    match operation {
        "" => Some(value.to_owned()),
        "^" => Some(first(|c| c.to_uppercase().collect())),
        "^^" => Some(value.to_uppercase()),
        "," => Some(first(|c| c.to_lowercase().collect())),
        ",," => Some(value.to_lowercase()),
        _ => {
            if let Some(pattern) = operation.strip_prefix("##").or(operation.strip_prefix('#')) {
                cut(pattern, true)
            } else if let Some(pattern) = operation.strip_prefix("%%").or(operation.strip_prefix('%')) {
                cut(pattern, false)
            } else if let Some(pair) = operation.strip_prefix('/') {
                replaced(value, pair)
            } else {
                slice(value, operation.strip_prefix(':')?)
            }
        }
    }
}

/// `a/b`, `/a/b`, `#a/b` and `%a/b`: the first, all, the one at the start, the one at the end.
fn replaced(value: &str, pair: &str) -> Option<String> {
    let (mode, pair) = match pair.chars().next()? {
        mode @ ('/' | '#' | '%') => (mode, &pair[1..]),
        _ => (' ', pair),
    };
    let (from, to) = pair.split_once('/').unwrap_or((pair, ""));
    if from.is_empty() || from.contains(['*', '?', '[']) {
        return None;
    }
    Some(match mode {
        '/' => value.replace(from, to),
        '#' => value.strip_prefix(from).map_or_else(|| value.to_owned(), |rest| format!("{to}{rest}")),
        '%' => value.strip_suffix(from).map_or_else(|| value.to_owned(), |rest| format!("{rest}{to}")),
        _ => value.replacen(from, to, 1),
    })
}

/// `start` and `start:length`, in characters.
fn slice(value: &str, numbers: &str) -> Option<String> {
    let (start, length) = numbers.split_once(':').map_or((numbers, None), |(start, length)| (start, Some(length)));
    let start = start.trim().parse::<usize>().ok()?;
    let length = length.map_or(Some(usize::MAX), |length| length.trim().parse().ok())?;
    Some(value.chars().skip(start).take(length).collect())
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{FileId, Span};
    use hnet_yaml::parse;

    use super::{Variable, Variables, substitute};
    use crate::document::Document;

    /// A text with its variables, and the names that nothing defines.
    fn filled(text: &str) -> (String, Vec<String>) {
        let span = Span::new(FileId(9), 1, 2);
        let known = [("A", Some("one.two.two")), ("EMPTY", Some("")), ("SECRET", None), ("LIST", Some("[a, b]"))];
        let variables: Variables = known
            .map(|(name, value)| (name.into(), Variable { value: value.map(Into::into), span }))
            .into_iter()
            .collect();
        let yaml = parse(FileId(0), &format!("kind: X\nv: {text}\n"));
        let mut document = Document::written(yaml.root().expect("a document").value(), FileId(0), 0);
        let unknown = substitute(&mut document, &variables, false);
        let value = document.value.get("v").expect("it is there");
        let out =
            value.text().map_or_else(|| format!("{} items", value.items().len()), |text| text.as_str().to_owned());
        (out, unknown.into_iter().map(|(name, _)| name.to_string()).collect())
    }

    #[test]
    fn each_form_is_read() {
        for (text, expected) in [
            ("${A}", "one.two.two"),
            ("x-${A}-y", "x-one.two.two-y"),
            ("${A:-b}", "one.two.two"),
            ("${B:-b}", "b"),
            ("${B:=b}", "b"),
            ("${EMPTY:-b}", "b"),
            ("${EMPTY-b}", ""),
            ("${B:=${C:=${A}}}", "one.two.two"),
            ("${B:=x-${A}}.lan", "x-one.two.two.lan"),
            ("${A/two/2}", "one.2.two"),
            ("${A//./-}", "one-two-two"),
            ("${A/./-}", "one-two.two"),
            ("${A:0:3}", "one"),
            ("${A:4}", "two.two"),
            ("${A#one.}", "two.two"),
            ("${A%.two}", "one.two"),
            ("${A^^}", "ONE.TWO.TWO"),
            ("${A^}", "One.two.two"),
            ("${#A}", "11"),
            ("$${A}", "${A}"),
            ("$A", "$A"),
            ("${SECRET}", "${SECRET}"),
            ("x.${SECRET/./-}", "x.${SECRET/./-}"),
            ("${B:=${SECRET}}", "${SECRET}"),
            ("${A", "${A"),
            ("${LIST}", "2 items"),
            ("\"${LIST}\"", "[a, b]"),
            ("${1}", "${1}"),
        ] {
            assert_eq!(filled(text), (expected.to_owned(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_nothing_defines_stays_and_is_named() {
        assert_eq!(filled("a.${B}.${A:0:3}"), ("a.${B}.one".to_owned(), vec!["B".to_owned()]));
        assert_eq!(filled("${B:=${C}}"), ("${C}".to_owned(), vec!["C".to_owned()]));
    }
}
