//! Where a key of raw YAML stands in the source, so that a message points at it and not at the block.
//!
//! Reads lines by their indentation, which is how such YAML is written; what it cannot follow, such
//! as a key in a flow mapping, is shown by the nearest key above it. Start at [`key_place`].

use hnet_diagnostics::{Sources, Span};

/// The key at the end of a path, or the longest part of the path that is found, or the whole text.
pub(crate) fn key_place<'p>(sources: &Sources, yaml: Span, path: impl IntoIterator<Item = &'p str>) -> Span {
    let path: Vec<&str> = path.into_iter().collect();
    let text = sources.text(yaml);
    // The keys that are open, with their indentation, and whether the path leads through them.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let (mut best, mut place) = (0, yaml);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let offset = start;
        start += line.len();
        let Some((indent, key)) = key_of(line) else { continue };
        open.retain(|(outer, _)| *outer < indent);
        let depth = open.len();
        let follows = open.iter().all(|(_, follows)| *follows) && path.get(depth) == Some(&key);
        open.push((indent, follows));
        if follows && depth + 1 > best {
            best = depth + 1;
            place = yaml.part(offset + indent..offset + indent + key.len());
        }
        if best == path.len() {
            break;
        }
    }
    place
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
    }
}
