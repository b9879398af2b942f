//! Where the parts of a YAML text stand.
//!
//! What the text says is known, so its lines are followed along the keys and items that must come next. What cannot
//! be followed, such as what an alias stands for or the inside of `{…}`, stands where the part around it does. Start
//! at [`places`].

use std::ops::Range;

use serde_yaml::Value;

/// The places of all parts of a value, in the order in which they are read. `written` is the text with its quotes.
pub(super) fn places(value: &Value, written: &str) -> Vec<Range<usize>> {
    let start = written.len() - written.trim_start_matches('"').len();
    let mut walk = Walk { text: written, at: start, found: Vec::new() };
    walk.parts(value, &(0..written.len()), None);
    walk.found
}

struct Walk<'t> {
    text: &'t str,
    /// Up to where the text was followed.
    at: usize,
    found: Vec<Range<usize>>,
}

/// What stands on a line, or on the rest of one behind a dash.
#[derive(Clone, Copy)]
struct Content<'t> {
    /// Where it begins in the text.
    start: usize,
    /// How far it is indented.
    column: usize,
    text: &'t str,
}

impl<'t> Walk<'t> {
    /// Follows the parts of a value that stands behind a place. Its keys are further in than `outer`, its dashes at
    /// least as far.
    fn parts(&mut self, value: &Value, around: &Range<usize>, outer: Option<usize>) {
        match value {
            Value::Mapping(entries) => {
                let mut column = None;
                for (key, value) in entries {
                    let place = self.next(|content| is_entry(content.text, key)).filter(|content| {
                        column.map_or_else(
                            || outer.is_none_or(|outer| content.column > outer),
                            |own| content.column == own,
                        )
                    });
                    self.part(place, value, around, |content| key_length(content.text));
                    column = column.or(place.map(|content| content.column));
                }
            }
            Value::Sequence(items) => {
                let mut column = None;
                for item in items {
                    let place =
                        self.next(|content| content.text == "-" || content.text.starts_with("- ")).filter(|content| {
                            column.map_or_else(
                                || outer.is_none_or(|outer| content.column >= outer),
                                |own| content.column == own,
                            )
                        });
                    self.part(place, item, around, |content| content.text.len());
                    column = column.or(place.map(|content| content.column));
                }
            }
            Value::Tagged(tagged) => self.parts(&tagged.value, around, outer),
            _ => {}
        }
    }

    /// Notes the place of a part, and follows what stands in it.
    fn part(
        &mut self,
        place: Option<Content<'t>>,
        value: &Value,
        around: &Range<usize>,
        length: impl FnOnce(Content<'t>) -> usize,
    ) {
        let Some(content) = place else {
            self.found.push(around.clone());
            return self.unfollowed(value, around);
        };
        let own = content.start..content.start + length(content);
        self.found.push(own.clone());
        let is_item = content.text.starts_with('-');
        self.at = if is_item { content.start + 1 } else { own.end + 1 };
        let mut rest = self.rest_of_line();
        // An anchor or a tag.
        while rest.starts_with(['&', '!']) {
            self.at = content.start + content.text.len() - rest.len() + rest.find(' ').unwrap_or(rest.len());
            rest = self.rest_of_line();
        }
        if rest.starts_with(['{', '[', '*']) {
            self.unfollowed(value, &own);
        } else {
            self.parts(value, &own, Some(content.column));
        }
        // Whatever is further in and was not followed belongs to it.
        while let Some(next) = self.next(|_| true).filter(|next| next.start > own.start && next.column > content.column)
        {
            self.at = next.start + next.text.len();
        }
    }

    /// What stands behind what was followed, on the same line.
    fn rest_of_line(&self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.split('\n').next().unwrap_or_default().trim()
    }

    fn unfollowed(&mut self, value: &Value, around: &Range<usize>) {
        let parts: Vec<&Value> = match value {
            Value::Mapping(entries) => entries.values().collect(),
            Value::Sequence(items) => items.iter().collect(),
            Value::Tagged(tagged) => return self.unfollowed(&tagged.value, around),
            _ => return,
        };
        for part in parts {
            self.found.push(around.clone());
            self.unfollowed(part, around);
        }
    }

    /// What stands next in the text, if it is what is looked for.
    fn next(&self, is_it: impl Fn(Content<'t>) -> bool) -> Option<Content<'t>> {
        let mut start = self.at;
        while start < self.text.len() {
            let rest = &self.text[start..];
            let line = rest.split('\n').next().unwrap_or_default();
            let content = line.trim();
            let content = content.trim_end_matches("\"\"\"").trim_end();
            if !content.is_empty() && !content.starts_with('#') {
                let begins = self.text[..start].rfind('\n').map_or(0, |end| end + 1);
                let inside = start + line.len() - line.trim_start().len();
                let found = Content { start: inside, column: inside - begins, text: content };
                return Some(found).filter(|found| is_it(*found));
            }
            start += line.len() + 1;
        }
        None
    }
}

/// Whether a line says a key.
fn is_entry(content: &str, key: &Value) -> bool {
    let written = &content[..key_length(content)];
    let bare = written.trim_matches(['"', '\'']);
    match key {
        Value::String(key) => bare == key,
        Value::Bool(key) => bare == key.to_string(),
        Value::Number(key) => bare == key.to_string(),
        _ => false,
    }
}

/// How long the key is that a line starts with.
fn key_length(content: &str) -> usize {
    let quote = content.chars().next().filter(|first| matches!(first, '"' | '\''));
    let behind = quote.and_then(|quote| content[1..].find(quote)).map_or(0, |end| end + 2);
    content[behind..].find(':').map_or(0, |colon| behind + content[behind..behind + colon].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::places;

    /// The lines on which the parts of a text stand, in their order.
    fn lines(text: &str) -> Vec<usize> {
        let value = serde_yaml::from_str(text.trim_matches('"')).expect("it is YAML");
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        places(&value, text).into_iter().map(|place| line(place.start)).collect()
    }

    #[test]
    fn each_part_stands_on_its_own_line() {
        let text = "\"\"\"\n  a:\n    b: 1\n    # c: 2\n    c: |\n      b: text\n      d: text\n    d:\n    - e: 1\n      f: 2\n    - 3\n  g: {b: 1}\n  \"h i\": 4\n\"\"\"";
        assert_eq!(lines(text), [2, 3, 5, 8, 9, 9, 10, 11, 12, 12, 13]);
    }

    #[test]
    fn what_cannot_be_followed_stands_with_what_is_around_it() {
        assert_eq!(lines("a: &x\n  b: 1\nc: *x\nd: 2\n"), [1, 2, 3, 3, 4]);
        assert_eq!(lines("- - a\n  - b\n- c: [1,\n    2]\n  d: 1\n"), [1, 1, 2, 3, 3, 3, 3, 5]);
        assert_eq!(lines("a: >\n  b: x\n\n  c\nb: 1\n"), [1, 5]);
    }
}
