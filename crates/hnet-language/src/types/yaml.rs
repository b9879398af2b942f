//! Raw YAML: read as one document, and what is wrong with it said at its own line of the source.
//!
//! The reader counts in the text that a block means, which has lost the indentation that it is written with.
//! Start at [`read`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, codes};
use hnet_model::RawYaml;
use hnet_syntax::tree::{Value, ValueKind};

use super::yaml_forms::forms;
use super::yaml_merges::merged;
use super::yaml_places::places;

/// Reads one YAML document; `written` is the value as it stands in the source, with its quotes.
pub(super) fn read(value: &Value, written: &str, out: &mut Diagnostics) -> Result<RawYaml, Reported> {
    // A block's text ends before its last line end, which belongs to a block scalar that stands there. What is wrong is
    // said without it, since the end of the text would stand on a line of its own.
    if value.kind == ValueKind::Block
        && let Ok(read) = serde_yaml::from_str::<serde_yaml::Value>(&format!("{}\n", value.text))
    {
        return Ok(raw(read, value, written));
    }
    let error = match serde_yaml::from_str::<serde_yaml::Value>(&value.text) {
        Ok(read) => return Ok(raw(read, value, written)),
        Err(error) => error,
    };
    let said = error.to_string();
    let place = error.location().map(|at| (at.line(), at.column()));
    let repeated = said
        .strip_prefix("duplicate entry with key ")
        .or_else(|| said.split_once(": duplicate entry with key ").map(|(_, key)| key));
    let key = repeated.map(|key| key.split(" at line ").next().unwrap_or(key).trim_matches('"'));
    let finding = Diagnostic::new(&codes::NOT_YAML, "the text is not one YAML document");
    Err(out.report(match (place, key) {
        (Some((line, column)), Some(key)) => {
            let (first, second) = repetition(&value.text, line, column, key);
            let mut finding =
                finding.label(line_of(value.span, written, second), format!("`{key}` is said again here"));
            if first != second {
                finding = finding.label(line_of(value.span, written, first), "first said here");
            }
            finding.help("a mapping has each key once: put what both say under one of them")
        }
        (Some((line, _)), None) => finding.label(line_of(value.span, written, line), reason(&said)),
        (None, _) if said.contains("more than one document") => {
            finding.label(value.span, "several documents stand here").help("write each in a statement of its own")
        }
        (None, _) => finding.label(value.span, reason(&said)),
    }))
}

fn raw(mut read: serde_yaml::Value, value: &Value, written: &str) -> RawYaml {
    let forms = forms(&mut read, &value.text);
    let places = places(&read, written).into_iter().map(|place| value.span.part(place)).collect();
    merged(RawYaml { value: read, span: value.span, places, written: forms })
}

/// The documents of a file, by their places in it: a line of three hyphens stands between two. What says nothing is
/// none.
pub(crate) fn documents(text: &str) -> Vec<std::ops::Range<usize>> {
    let says = |line: &str| !line.trim_start().starts_with('#') && !line.trim().is_empty();
    let (mut documents, mut start, mut at, mut is_said) = (Vec::new(), 0, 0, false);
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let is_mark = content == "..."
            || content.strip_prefix("---").is_some_and(|rest| !rest.starts_with(|c: char| !c.is_whitespace()));
        if is_mark {
            if is_said {
                documents.push(start..at);
            }
            // What stands behind the hyphens belongs to the document.
            is_said = content.len() > 3 && says(&content[3..]);
            start = at + if is_said { 3 } else { line.len() };
        } else if !line.starts_with('%') {
            is_said |= says(line);
        }
        at += line.len();
    }
    if is_said {
        documents.push(start..at);
    }
    documents
}

/// What the reader says, without the places, which it counts in another text.
fn reason(said: &str) -> String {
    // So the reader calls numbers that none of the programs can hold.
    if said.contains("128") && said.contains("invalid type: integer") {
        return "a whole number that 64 bits do not hold; put quotes around it, if it is a text".to_owned();
    }
    let parts = said.split(", ").map(|part| part.split(" at line ").next().unwrap_or(part));
    parts.collect::<Vec<_>>().join(", ")
}

/// The lines of the first and the second time that a mapping says a key, given where the mapping starts.
fn repetition(text: &str, line: usize, column: usize, key: &str) -> (usize, usize) {
    let says = |content: &str| {
        let content = content.trim_matches(['"', '\'']);
        content.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    };
    let from = text.lines().enumerate().skip(line - 1);
    let mut found = from.filter(|(_, line)| line.get(column - 1..).is_some_and(says)).map(|(at, _)| at + 1);
    let first = found.next().unwrap_or(line);
    (first, found.next().unwrap_or(first))
}

/// What stands on a line of the text, as a place of the source.
fn line_of(place: Span, written: &str, line: usize) -> Span {
    let quotes = written.len() - written.trim_start_matches('"').len();
    // A block that says nothing behind its quotes begins on the next line, and so does a block scalar of YAML.
    let first = written[quotes..].lines().next().unwrap_or_default().trim();
    let begins = usize::from(if quotes == 0 { first.starts_with(['|', '>']) } else { quotes >= 3 && first.is_empty() });
    let mut start = 0;
    for (at, raw) in written.split_inclusive('\n').enumerate() {
        if at + 1 == line + begins {
            let content = raw.trim();
            let inside = start + raw.len() - raw.trim_start().len();
            return if content.is_empty() { break } else { place.part(inside..inside + content.len()) };
        }
        start += raw.len();
    }
    place
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{FileId, Span};

    use super::{line_of, reason, repetition};

    #[test]
    fn a_line_of_a_block_is_found_where_it_is_written() {
        let written = "\"\"\"\n    a:\n      b\n    \"\"\"";
        let found = |line| &written[line_of(Span::new(FileId(0), 0, written.len()), written, line).range()];
        assert_eq!((found(1), found(2)), ("a:", "b"));
        assert_eq!(found(9), written, "a line that is not there");
        let written = "|-\n    a:\n      b\n";
        assert_eq!(&written[line_of(Span::new(FileId(0), 0, written.len()), written, 2).range()], "b");
        let written = "\"\"\"a: 1\n  b\"\"\"";
        assert_eq!(&written[line_of(Span::new(FileId(0), 0, written.len()), written, 2).range()], "b\"\"\"");
    }

    #[test]
    fn a_repeated_key_is_found_in_its_mapping() {
        assert_eq!(repetition("a:\n  c: 1\nc: 2\nb:\nc: 3", 1, 1, "c"), (3, 5));
        assert_eq!(repetition("x:\n  c: 1\n  \"c\": 2", 2, 3, "c"), (2, 3));
        assert_eq!(repetition("{c: 1, c: 2}", 1, 1, "c"), (1, 1));
    }

    #[test]
    fn a_reason_names_no_place_of_another_text() {
        assert_eq!(
            reason(
                "did not find expected ',' or ']' at line 2 column 1, while parsing a flow sequence at line 1 column 10"
            ),
            "did not find expected ',' or ']', while parsing a flow sequence"
        );
    }
}
