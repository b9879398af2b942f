//! Where a key of raw YAML stands in the source, so that a message points at it and not at the block.
//!
//! Reads lines by their indentation, which is how such YAML is written; what it cannot follow, such
//! as a key in a flow mapping, is shown by the nearest key above it. Start at [`key_place`], or at [`KeyPlaces`] where many
//! keys of one text are asked for.

use hnet_diagnostics::{Sources, Span};
use indexmap::IndexMap;

/// The place of one key, as [`KeyPlaces::place`] finds it.
pub(crate) fn key_place<'p>(sources: &Sources, yaml: Span, path: impl IntoIterator<Item = &'p str>) -> Span {
    KeyPlaces::of(sources, yaml).place(path)
}

/// The keys of a text, read once.
pub(crate) struct KeyPlaces<'t> {
    /// The whole text, and behind it each key by its number.
    places: Vec<Span>,
    /// The number of a key, by that of the one above it and its name.
    below: IndexMap<(usize, &'t str), usize>,
}

impl<'t> KeyPlaces<'t> {
    pub(crate) fn of(sources: &'t Sources, yaml: Span) -> Self {
        let (mut places, mut below) = (vec![yaml], IndexMap::new());
        // The keys that are open, with their indentation.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, indent, key) in keys(sources.text(yaml)) {
            while open.pop_if(|(outer, _)| *outer >= indent).is_some() {}
            let above = open.last().map_or(0, |(_, above)| *above);
            let number = *below.entry((above, key)).or_insert(places.len());
            if number == places.len() {
                places.push(yaml.part(at..at + key.len()));
            }
            open.push((indent, number));
        }
        KeyPlaces { places, below }
    }

    /// The key at the end of a path, or the longest part of the path that is found, or the whole text.
    pub(crate) fn place<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> Span {
        let mut number = 0;
        for key in path {
            let Some(next) = self.below.get(&(number, key)) else { break };
            number = *next;
        }
        self.places[number]
    }
}

/// The keys that lines of a text start with, each with its place and its indentation.
fn keys(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let offset = start;
        start += line.len();
        let (indent, key) = key_of(line)?;
        Some((offset + indent, indent, key))
    })
}

/// The key that a line starts with, and the column where it stands.
fn key_of(line: &str) -> Option<(usize, &str)> {
    let content = line.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
    let key = content.split([':', '\n', '\r', '#']).next().unwrap_or_default();
    let is_key = content[key.len()..].starts_with(':') && !key.is_empty() && !key.starts_with(['-', '{', '[']);
    is_key.then_some((line.len() - content.len(), key))
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Source, Sources, Span};

    use super::key_place;

    fn found(text: &str, path: &str) -> (usize, String) {
        let mut sources = Sources::new();
        let file = sources.add(Source::new("network.hnet", text));
        let place = key_place(&sources, Span::new(file, 0, text.len()), path.split('.'));
        (sources.get(file).line(place.start as usize), sources.text(place).to_owned())
    }

    #[test]
    fn a_key_is_found_below_its_parents() {
        let text = "\"\"\"\n  a:\n    enabled: true\n  # enabled: no\n  b:\n    enabled: false\n\"\"\"";
        assert_eq!(found(text, "b.enabled"), (6, "enabled".to_owned()));
        assert_eq!(found(text, "a.enabled"), (3, "enabled".to_owned()));
    }

    #[test]
    fn what_cannot_be_followed_is_shown_by_its_parent_or_as_a_whole() {
        assert_eq!(found("a: {b: {c: 1}}\n", "a.b.c"), (1, "a".to_owned()));
        assert_eq!(found("\"a: 1\"", "a"), (1, "a".to_owned()));
        assert_eq!(found("[1, 2]", "a"), (1, "[1, 2]".to_owned()));
        assert_eq!(found("a:\n  b: 1\n", "c.b").1, "a:\n  b: 1\n");
        assert_eq!(found("a:\n  b: 1\na:\n  c: 1\n", "a.c.d"), (4, "c".to_owned()));
    }
}
