//! From a [`Node`] to lines of text with one origin each.

use std::fmt::Write as _;

use hnet_diagnostics::{Origin, Traced};

use super::scalar::{is_block, is_plain, push_float, push_quoted};
use super::{Node, Value};

/// The longest key, in bytes, that is written before its colon. Readers may refuse one above 1,024 characters.
const LONGEST_SIMPLE_KEY: usize = 512;

/// Appends a document to `text` and to `origins` one origin for each of its lines. Every line ends with `\n`.
pub fn write(node: &Node, text: &mut String, origins: &mut Vec<Origin>) {
    let mut writer = Writer { text, origins };
    match &node.value {
        Value::Sequence(items) if !items.is_empty() => writer.sequence(items, 0),
        Value::Mapping(entries) if !entries.is_empty() => writer.mapping(entries, 0),
        // A block needs something that it is indented against.
        Value::Lines(lines) => {
            push_quoted(writer.text, &join(lines));
            writer.end_line(node.origin);
        }
        _ => {
            writer.flat(&node.value);
            writer.end_line(node.origin);
        }
    }
}

struct Writer<'a> {
    text: &'a mut String,
    origins: &'a mut Vec<Origin>,
}

fn join(lines: &[Traced<String>]) -> String {
    lines.iter().map(|line| format!("{}\n", line.value)).collect()
}

impl Writer<'_> {
    fn end_line(&mut self, origin: Origin) {
        self.text.push('\n');
        self.origins.push(origin);
    }

    fn indent(&mut self, mut width: usize) {
        const BLANKS: &str = "                                                                ";
        while width > 0 {
            let piece = width.min(BLANKS.len());
            self.text.push_str(&BLANKS[..piece]);
            width -= piece;
        }
    }

    /// The items of a list, the first behind what already stands on the line.
    fn sequence(&mut self, items: &[Node], indent: usize) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.indent(indent);
            }
            self.text.push_str("- ");
            match &item.value {
                Value::Sequence(items) if !items.is_empty() => self.sequence(items, indent + 2),
                Value::Mapping(entries) if !entries.is_empty() => self.mapping(entries, indent + 2),
                _ => self.leaf(item, indent + 2),
            }
        }
    }

    /// The entries of a mapping, the first behind what already stands on the line.
    fn mapping(&mut self, entries: &[(std::borrow::Cow<'static, str>, Node)], indent: usize) {
        for (at, (key, node)) in entries.iter().enumerate() {
            if at > 0 {
                self.indent(indent);
            }
            if key.len() > LONGEST_SIMPLE_KEY {
                self.text.push_str("? ");
                push_quoted(self.text, key);
                self.end_line(node.origin);
                self.indent(indent);
            } else {
                self.word(key);
            }
            self.text.push(':');
            let indent = indent + 2;
            match &node.value {
                Value::Sequence(items) if !items.is_empty() => {
                    self.end_line(node.origin);
                    self.indent(indent);
                    self.sequence(items, indent);
                }
                Value::Mapping(entries) if !entries.is_empty() => {
                    self.end_line(node.origin);
                    self.indent(indent);
                    self.mapping(entries, indent);
                }
                _ => {
                    self.text.push(' ');
                    self.leaf(node, indent);
                }
            }
        }
    }

    /// A value without parts, behind a key or a dash; its further lines are indented by `indent`.
    fn leaf(&mut self, node: &Node, indent: usize) {
        match &node.value {
            // Most texts are plain, so this is asked first.
            Value::Text(text) if is_plain(text) => {
                self.text.push_str(text);
                self.end_line(node.origin);
            }
            Value::Text(text) if text.contains('\n') => {
                let body = text.strip_suffix('\n');
                let lines = body.unwrap_or(text).split('\n');
                if is_block(lines.clone()) {
                    self.text.push_str(if body.is_some() { "|" } else { "|-" });
                    self.end_line(node.origin);
                    lines.for_each(|line| self.block_line(line, node.origin, indent));
                } else {
                    push_quoted(self.text, text);
                    self.end_line(node.origin);
                }
            }
            Value::Lines(lines) if is_block(lines.iter().map(|line| line.value.as_str())) => {
                self.text.push('|');
                self.end_line(node.origin);
                lines.iter().for_each(|line| self.block_line(&line.value, line.origin, indent));
            }
            Value::Lines(lines) => {
                push_quoted(self.text, &join(lines));
                self.end_line(node.origin);
            }
            value => {
                self.flat(value);
                self.end_line(node.origin);
            }
        }
    }

    fn block_line(&mut self, line: &str, origin: Origin, indent: usize) {
        if !line.is_empty() {
            self.indent(indent);
            self.text.push_str(line);
        }
        self.end_line(origin);
    }

    fn word(&mut self, text: &str) {
        if is_plain(text) { self.text.push_str(text) } else { push_quoted(self.text, text) }
    }

    /// A value on one line.
    fn flat(&mut self, value: &Value) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Unsigned(number) => write!(self.text, "{number}").expect("a String takes all text"),
            Value::Signed(number) => write!(self.text, "{number}").expect("a String takes all text"),
            Value::Float(number) => push_float(self.text, *number),
            Value::Text(text) => self.word(text),
            Value::Lines(lines) => push_quoted(self.text, &join(lines)),
            Value::Sequence(_) => self.text.push_str("[]"),
            Value::Mapping(_) => self.text.push_str("{}"),
        }
    }
}
