//! Values as YAML text, for the blocks of a source: each scalar in the form that it has in its file, so that every
//! reader takes it for the same, with what people wrote about it. Start at [`yaml`].

use std::fmt::Write as _;

use hnet_diagnostics::double_quoted;
use hnet_yaml::{Comment, Comments, Reader, Style, Text, Typed, Value, ValueKind};

use crate::say;

/// A value as a document, without a line end behind it.
pub(crate) fn yaml(value: &Value) -> String {
    let mut out = String::new();
    block(&mut out, value, 0, Place::Document);
    out.truncate(out.trim_end_matches('\n').len());
    out.extend(std::iter::repeat_n('\n', lines_at_the_end(value)));
    out
}

/// How many line ends the last scalar ends with, all of which belong to it, but for that of the document.
fn lines_at_the_end(value: &Value) -> usize {
    let mut last = 0;
    value.leaves(&mut |_, leaf| {
        let text = leaf.text().map_or("", Text::as_str);
        last = (text.len() - text.trim_end_matches('\n').len()).saturating_sub(1);
    });
    last
}

/// What a value stands behind.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing.
    Document,
    /// A key and its colon.
    Key,
    /// The dash of a list.
    Dash,
}

fn block(out: &mut String, value: &Value, depth: usize, place: Place) {
    let tag = value.tag.as_deref().filter(|tag| !tag.starts_with("!!"));
    if let Some(tag) = tag {
        space(out, place);
        out.push_str(tag);
    }
    match &value.kind {
        ValueKind::Scalar(text, style) => {
            if !(text.is_empty() && *style == Style::Plain) {
                space(out, if tag.is_some() { Place::Key } else { place });
                scalar(out, text, *style, depth);
            }
            if place != Place::Document && !text.contains('\n') {
                behind(out, value.comments.as_deref());
            }
            out.push('\n');
        }
        ValueKind::List(items) if items.is_empty() => {
            space(out, place);
            out.push_str("[]\n");
        }
        ValueKind::Map(map) if map.is_empty() => {
            space(out, place);
            out.push_str("{}\n");
        }
        ValueKind::List(items) => {
            let inline = place == Place::Dash && tag.is_none();
            if !inline && place != Place::Document {
                out.push('\n');
            }
            for (at, item) in items.iter().enumerate() {
                if !(inline && at == 0) {
                    above(out, item.comments.as_deref(), depth);
                }
                if inline && at == 0 {
                    out.push(' ')
                } else {
                    indent(out, depth)
                }
                out.push('-');
                block(out, item, depth + 1, Place::Dash);
            }
        }
        ValueKind::Map(map) => {
            let inline = place == Place::Dash && tag.is_none();
            if !inline && place != Place::Document {
                out.push('\n');
            }
            for (at, field) in map.values().enumerate() {
                if !(inline && at == 0) {
                    above(out, field.comments.as_deref(), depth);
                }
                if inline && at == 0 {
                    out.push(' ')
                } else {
                    indent(out, depth)
                }
                key(out, &field.key);
                out.push(':');
                block(out, &field.value, depth + 1, Place::Key);
            }
        }
    }
}

/// What is said above a field or a member.
fn above(out: &mut String, comments: Option<&Comments>, depth: usize) {
    for comment in comments.into_iter().flat_map(|comments| &comments.above).filter(|comment| is_kept(comment)) {
        indent(out, depth);
        let _ = writeln!(out, "# {}", comment.text.trim_start_matches(['#', ' ']));
    }
}

/// What is said behind a value.
fn behind(out: &mut String, comments: Option<&Comments>) {
    if let Some(comment) = comments.and_then(|comments| comments.behind.as_ref()).filter(|comment| is_kept(comment)) {
        let _ = write!(out, " # {}", comment.text.trim_start_matches(['#', ' ']));
    }
}

/// Whether a comment is for people, and holds nothing that is for nobody.
fn is_kept(comment: &Comment) -> bool {
    say::is_prose(&comment.text)
        && comment.text.chars().all(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'))
        && hnet_secrets::find(&comment.text).is_empty()
}

fn space(out: &mut String, place: Place) {
    if place != Place::Document {
        out.push(' ');
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn key(out: &mut String, key: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-' | b'$');
    let is_plain = key.bytes().all(plain)
        && key.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || matches!(first, b'_' | b'$' | b'/'))
        && matches!(Reader::ApiServer.typed(key, Style::Plain, None), Typed::Text(_));
    if is_plain { out.push_str(key) } else { out.push_str(&double_quoted(key)) }
}

fn scalar(out: &mut String, text: &str, style: Style, depth: usize) {
    let has_lines = text.contains('\n');
    if style == Style::Plain && !has_lines {
        out.push_str(text);
    } else if has_lines && is_literal(text) {
        let body = text.trim_end_matches('\n');
        out.push_str(match text.len() - body.len() {
            0 => "|-",
            1 => "|",
            _ => "|+",
        });
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            out.push('\n');
            if !line.is_empty() {
                indent(out, depth);
                out.push_str(line);
            }
        }
    } else {
        out.push_str(&double_quoted(text));
    }
}

/// Whether a text stands as it is in a literal block, whose indentation is that of its first line.
fn is_literal(text: &str) -> bool {
    let first = text.split('\n').find(|line| !line.is_empty());
    first.is_some_and(|line| !line.starts_with([' ', '\t']))
        && text
            .chars()
            .all(|c| c == '\n' || c == '\t' || !(c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')))
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::FileId;

    use super::yaml;

    /// What is written reads back as the same, whatever its form was.
    #[test]
    fn what_is_written_reads_back_as_the_same() {
        let texts = [
            "a: 1\nb: \"1\"\nc: 'on'\nd: on\ne: null\nf:\ng: ~\nh: \"\"\n",
            "- [1, [2, 3], {a: b, c: [d]}]\n- - x\n  - y\n- {}\n- []\n",
            "a: |\n  x\n   y\n\n  z\nb: |-\n  x\nc: |+\n  x\n\nd: >\n  folded\n  text\n",
            "a: \"tab\\tand \\\"quotes\\\" and \\u2028\"\n\"on\": x\n\"a b\": y\n\"*\": z\n$patch: delete\n",
            "a: |+\n  x\n\n\n\n",
            "a: \"  indented\\nlines\"\nb: !vault x\nc: plain text, with: none\n".replace(": none", " none").as_str(),
        ]
        .map(str::to_owned);
        for text in texts {
            let read = |text: &str| hnet_yaml::parse(FileId(0), text).root().expect("it is YAML").value();
            let (value, written) = (read(&text), yaml(&read(&text)));
            let back = hnet_yaml::parse(FileId(0), &format!("{written}\n"));
            assert!(back.problems().is_empty(), "{written}\n{:?}", back.problems());
            assert!(back.root().expect("it is YAML").value() == value, "{text}\n{written}");
        }
    }

    /// What people wrote stays where it is; what is for programs, and lines of YAML, go.
    #[test]
    fn what_people_wrote_stays() {
        let text = "\
# yaml-language-server: $schema=x
# What holds for all.
a:
  # The older one cannot do it.
  b: 1 # see the manual
  # old: value
  c:
    # The first of them.
    - d: 2
      e: 3
    - f # the last
g: |
  x
";
        let value = hnet_yaml::parse(FileId(0), text).root().expect("it is YAML").value();
        assert_eq!(
            yaml(&value),
            "\
# What holds for all.
a:
  # The older one cannot do it.
  b: 1 # see the manual
  c:
    # The first of them.
    - d: 2
      e: 3
    - f # the last
g: |
  x"
        );
    }
}
