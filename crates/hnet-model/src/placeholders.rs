//! What the placeholders of a source stand for, so that what is written can name them again.
//!
//! The checker reads a word with the values of its placeholders in it and notes both here, by the word's place. Who
//! writes a text that comes from that place asks [`Placeholders::restored`]. Whatever that answers says the same as the
//! text that was asked about, once the placeholders are filled in. Start at [`uses`], which says what a placeholder is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hnet_diagnostics::Span;
use indexmap::IndexSet;

/// What the placeholders of a network stand for, by the words that they stand in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placeholders {
    words: BTreeMap<Span, Vec<Word>>,
    declared: BTreeMap<Span, Declared>,
    undeclared: BTreeMap<Span, String>,
}

/// A placeholder that the source declares and uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub value: String,
    /// Where that is said.
    pub span: Span,
    /// Which of several clusters use it, by their numbers; empty where there are not several, or none of them does.
    pub clusters: BTreeSet<usize>,
}

/// A word with its placeholders.
#[derive(Clone, Debug, PartialEq)]
struct Word {
    filled: Filled,
    /// Whether it stands for different things in different clusters, so that nobody may write it.
    is_several: bool,
}

/// A text whose placeholders are filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// The whole, and then its parts as far as placeholders stand in them: as an address before a `/`, and both ends of a
    /// range.
    forms: Vec<Form>,
}

/// A text as it is written and as it is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Form {
    written: String,
    value: String,
}

/// A word that would be longer keeps its placeholders, in bytes: many of a long one would take all memory.
const LONGEST: usize = 1 << 18;

/// What parts of a word stand between, by which they are emitted alone.
const BETWEEN: [char; 6] = [',', '-', '/', ':', '=', ' '];

/// The placeholders of a text: where each stands, and its name. `$${NAME}` is none, and neither is what changes a value,
/// such as `${NAME:-x}`.
pub fn uses(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = text[at..].find('$').map(|found| at + found) {
            let rest = &text[found + 1..];
            if rest.starts_with('$') {
                at = found + 2;
                continue;
            }
            at = found + 1;
            let Some(rest) = rest.strip_prefix('{') else { continue };
            let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            if is_name(&rest[..length]) && rest[length..].starts_with('}') {
                at = found + length + 3;
                return Some((found..at, &rest[..length]));
            }
        }
        None
    })
}

/// Whether a text is nothing but placeholders, so that nobody can tell what kind of value it is.
#[must_use]
pub fn is_alone(text: &str) -> bool {
    let mut at = 0;
    for (range, _) in uses(text) {
        if range.start != at {
            return false;
        }
        at = range.end;
    }
    at == text.len() && at > 0
}

/// Whether a placeholder may be called so: by letters, digits and `_`, with no digit first.
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The text with what is known of its placeholders in their places; none where nothing of them is known.
pub fn filled<'v>(text: &str, known: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
    let pieces = pieces(text, known)?;
    Some(pieces.iter().map(|(written, value)| value.unwrap_or(written)).collect())
}

/// The same of a word, with how it is written; none where it would be longer than anybody writes one.
pub fn fill<'v>(text: &str, known: impl Fn(&str) -> Option<&'v str>) -> Option<Filled> {
    let pieces = pieces(text, known)?;
    let length: usize = pieces.iter().map(|(written, value)| value.unwrap_or(written).len()).sum();
    (length <= LONGEST).then(|| made_of(&pieces))
}

/// As [`filled`] fills a text of a file into which Flux puts variables: there `$$` is one `$`, behind which no variable
/// stands.
pub fn filled_as_flux<'v>(text: &str, known: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
    let pieces = pieces_as_flux(text, known)?;
    Some(pieces.iter().map(|(written, value)| value.unwrap_or(written)).collect())
}

/// The same with how it is written.
pub fn fill_as_flux<'v>(text: &str, known: impl Fn(&str) -> Option<&'v str>) -> Option<Filled> {
    Some(made_of(&pieces_as_flux(text, known)?))
}

fn made_of(pieces: &[(&str, Option<&str>)]) -> Filled {
    let mut whole = Form::default();
    pieces.iter().for_each(|(written, value)| whole.push(written, value.unwrap_or(written)));
    let mut forms = IndexSet::from([whole]);
    BETWEEN.into_iter().for_each(|between| forms.extend(parts(pieces, between)));
    Filled { forms: forms.into_iter().collect() }
}

/// A text in pieces, each with what it stands for where it is a placeholder that is known; none where there is no such.
fn pieces<'t, 'v>(text: &'t str, known: impl Fn(&str) -> Option<&'v str>) -> Option<Vec<(&'t str, Option<&'v str>)>> {
    let mut pieces: Vec<(&str, Option<&str>)> = Vec::new();
    let mut at = 0;
    for (range, name) in uses(text) {
        if let Some(value) = known(name) {
            pieces.push((&text[at..range.start], None));
            pieces.push((&text[range.clone()], Some(value)));
            at = range.end;
        }
    }
    if pieces.is_empty() {
        return None;
    }
    pieces.push((&text[at..], None));
    Some(pieces)
}

fn pieces_as_flux<'t, 'v>(
    text: &'t str,
    known: impl Fn(&str) -> Option<&'v str>,
) -> Option<Vec<(&'t str, Option<&'v str>)>> {
    if !text.contains("$$") {
        return pieces(text, known);
    }
    let mut all = Vec::new();
    for (at, part) in text.split("$$").enumerate() {
        if at > 0 {
            all.push(("$$", Some("$")));
        }
        all.extend(pieces(part, &known).unwrap_or_else(|| vec![(part, None)]));
    }
    Some(all)
}

/// What stands between signs of a text and holds a placeholder.
fn parts(pieces: &[(&str, Option<&str>)], between: char) -> Vec<Form> {
    let (mut parts, mut part, mut is_one) = (Vec::new(), Form::default(), false);
    for (written, value) in pieces {
        if let Some(value) = value {
            part.push(written, value);
            is_one = true;
            continue;
        }
        for (at, text) in written.split(between).enumerate() {
            if at > 0 {
                let whole = std::mem::take(&mut part);
                parts.extend(std::mem::take(&mut is_one).then_some(whole));
            }
            part.push(text, text);
        }
    }
    parts.extend(is_one.then_some(part));
    parts
}

impl Form {
    fn push(&mut self, written: &str, value: &str) {
        self.written.push_str(written);
        self.value.push_str(value);
    }

    /// A text with the written form in the place of the value, wherever that stands for itself in it.
    fn within(&self, text: &str) -> Option<String> {
        if self.value.is_empty() {
            return None;
        }
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let (mut out, mut at) = (String::new(), 0);
        for (start, found) in text.match_indices(&self.value) {
            let end = start + found.len();
            if !text[..start].ends_with(is_part) && !text[end..].starts_with(is_part) {
                out.push_str(&text[at..start]);
                out.push_str(&self.written);
                at = end;
            }
        }
        (at > 0).then(|| out + &text[at..])
    }
}

impl Filled {
    /// The text as it is written.
    #[must_use]
    pub fn written(&self) -> &str {
        self.forms.first().map_or("", |whole| &whole.written)
    }

    /// What the text means.
    #[must_use]
    pub fn value(&self) -> &str {
        self.forms.first().map_or("", |whole| &whole.value)
    }

    /// The text, or the nearest to it that is written with placeholders and means the same; none where it has nothing to
    /// do with this one.
    #[must_use]
    pub fn restored(&self, text: &str) -> Option<String> {
        let same = self.forms.iter().find(|form| form.value == text);
        same.map(|form| form.written.clone()).or_else(|| self.forms.iter().find_map(|form| form.within(text)))
    }
}

impl Placeholders {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Notes a word with its placeholders.
    pub fn note(&mut self, place: Span, filled: Filled) {
        let words = self.words.entry(place).or_default();
        let is_so_written = |word: &&mut Word| word.filled.forms[0].written == filled.forms[0].written;
        match words.iter_mut().find(is_so_written) {
            Some(word) => word.is_several |= word.filled != filled,
            None => words.push(Word { filled, is_several: false }),
        }
    }

    /// Notes which of several clusters uses all of them.
    pub fn are_of_cluster(&mut self, at: usize) {
        self.declared.values_mut().for_each(|own| own.clusters.extend([at]));
    }

    /// Adds what others have noted.
    pub fn append(&mut self, others: Placeholders) {
        for (place, words) in others.words {
            words.into_iter().for_each(|word| self.note(place, word.filled));
        }
        for (place, other) in others.declared {
            let clusters = other.clusters.clone();
            self.declared.entry(place).or_insert(other).clusters.extend(clusters);
        }
        self.undeclared.extend(others.undeclared);
    }

    /// Notes a placeholder that is declared and used.
    pub fn declare(&mut self, name: &str, value: &str, span: Span) {
        let new = || Declared { name: name.to_owned(), value: value.to_owned(), span, clusters: BTreeSet::new() };
        self.declared.entry(span).or_insert_with(new);
    }

    /// Notes the name of a placeholder, at its place, that nothing in the source declares.
    pub fn note_undeclared(&mut self, name: &str, place: Span) {
        self.undeclared.entry(place).or_insert_with(|| name.to_owned());
    }

    /// The placeholders that the source declares and uses, in their order.
    pub fn declared(&self) -> impl Iterator<Item = &Declared> {
        self.declared.values()
    }

    /// The names in words that nothing in the source declares, each with its place.
    pub fn undeclared(&self) -> impl Iterator<Item = (&str, Span)> {
        self.undeclared.iter().map(|(place, name)| (name.as_str(), *place))
    }

    /// A text that comes from a place, as it is written there; none where no placeholder stands there, or the text is
    /// made of it by more than taking parts.
    #[must_use]
    pub fn restored(&self, text: &str, place: Span) -> Option<String> {
        let words = self.words.get(&place)?;
        words.iter().filter(|word| !word.is_several).find_map(|word| word.filled.restored(text))
    }

    /// Whether a placeholder stands in a word within, or around, a stretch of a source.
    #[must_use]
    pub fn touch(&self, place: Span) -> bool {
        // No two words overlap, so only the nearest before its end can.
        let end = Span { start: place.end, ..place };
        let before = self.words.range(..=end).next_back();
        before.is_some_and(|(word, _)| {
            word.file == place.file && word.end > place.start && word.start < place.end.max(place.start + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{FileId, Span};

    use super::{Filled, Placeholders, fill, fill_as_flux, uses};

    fn filled(text: &str) -> Option<Filled> {
        fill(text, |name| match name {
            "D" => Some("example.org"),
            "IP" => Some("10.0.0.5"),
            "N" => Some("9"),
            "NONE" => Some(""),
            _ => None,
        })
    }

    #[test]
    fn a_placeholder_is_a_name_between_brackets() {
        let names = |text| uses(text).map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names("a.${D}/${_1}"), ["D", "_1"]);
        assert_eq!(names("$D $${D} ${D:-x} ${1} ${} ${D ${a-b} $$${D}"), ["D"]);
        assert_eq!(names("${ä}${"), [""; 0]);
    }

    #[test]
    fn what_is_known_is_filled_in() {
        let value = |text| filled(text).map(|filled| filled.value().to_owned());
        assert_eq!(value("a.${D}").as_deref(), Some("a.example.org"));
        assert_eq!(value("${X}.${D}").as_deref(), Some("${X}.example.org"));
        assert_eq!(value("$${D}"), None);
        let as_flux =
            |text| fill_as_flux(text, |name| (name == "D").then_some("x")).map(|filled| filled.value().to_owned());
        assert_eq!(as_flux("$${D} ${D} $$ $$${D}").as_deref(), Some("${D} x $ $x"));
        assert_eq!(as_flux("${E}"), None);
        assert_eq!(value("${X}"), None);
    }

    #[test]
    fn a_word_is_never_longer_than_anybody_writes_one() {
        let long = "x".repeat(1 << 10);
        let known = |_: &str| Some(long.as_str());
        let word = "${X}".repeat(1 << 10);
        assert!(fill(&word, known).is_none());
        assert_eq!(super::filled(&word, known).map(|text| text.len()), Some(1 << 20));
    }

    #[test]
    fn what_is_written_again_means_the_same() {
        for (written, text, expected) in [
            ("a.${D}", "a.example.org", Some("a.${D}")),
            ("${D}", "ns.example.org", Some("ns.${D}")),
            ("${D}", "https://example.org:443/x", Some("https://${D}:443/x")),
            ("${D}", "myexample.org", None),
            ("${D}", "example.organic", None),
            ("${IP}/24", "10.0.0.5", Some("${IP}")),
            ("${IP}/24", "10.0.0.0/24", None),
            ("10.0.0.${N}-10.0.0.20", "10.0.0.9", Some("10.0.0.${N}")),
            ("10.0.0.${N}-10.0.0.20", "10.0.0.20", None),
            ("lan[${N}]", "10.0.0.9", None),
            ("${NONE}", "x", None),
        ] {
            let restored = filled(written).and_then(|filled| filled.restored(text));
            assert_eq!(restored.as_deref(), expected, "{written} {text}");
            if let Some(restored) = restored {
                assert_eq!(filled(&restored).map(|filled| filled.value().to_owned()).as_deref(), Some(text));
            }
        }
    }

    #[test]
    fn what_stands_for_two_things_is_not_written() {
        let (place, other) = (Span::new(FileId(0), 4, 8), Span::new(FileId(0), 9, 12));
        let mut placeholders = Placeholders::default();
        let with = |value| fill("${D}", |_| Some(value)).expect("it is one");
        placeholders.note(place, with("a.org"));
        placeholders.note(place, with("a.org"));
        assert_eq!(placeholders.restored("a.org", place).as_deref(), Some("${D}"));
        assert_eq!(placeholders.restored("a.org", other), None);
        placeholders.note(place, with("b.org"));
        assert_eq!(placeholders.restored("a.org", place), None);
        assert_eq!(placeholders.restored("b.org", place), None);
    }

    #[test]
    fn words_are_found_by_what_touches_them() {
        let at = |start, end| Span::new(FileId(1), start, end);
        let mut placeholders = Placeholders::default();
        placeholders.note(at(10, 20), filled("${D}").expect("it is one"));
        for (place, expected) in [
            (at(10, 20), true),
            (at(12, 14), true),
            (at(5, 30), true),
            (at(19, 25), true),
            (at(15, 15), true),
            (at(0, 10), false),
            (at(20, 25), false),
            (Span::new(FileId(0), 12, 14), false),
        ] {
            assert_eq!(placeholders.touch(place), expected, "{place:?}");
        }
    }
}
