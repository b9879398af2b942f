//! Tree to text: the one way to write a source. Keeps its meaning and every comment.
//!
//! Knows no word of networking: it sets statements, not fields. A body that was written on one
//! line stays there if it fits. Start at [`format()`]; how one statement is set is decided in
//! [`Formatter::statement`].

pub(crate) mod values;

use crate::tree::{Argument, Body, Comment, End, Statement, Tree, ValueKind};

/// No line is longer, where there is a choice. In characters.
const WIDTH: usize = 120;

/// By so many blanks a body is indented; what continues a statement by twice as many.
const INDENTATION: usize = 2;

/// The text of a tree in the form that every source should have. `source` is the text that `tree`
/// was read from, without syntax errors; spans of another text or of a broken one give a text of no use.
///
/// Formatting the result again changes nothing.
#[must_use]
pub fn format(tree: &Tree, source: &str) -> String {
    if tree.statements.iter().any(has_mark_of_yaml) {
        return source.to_owned();
    }
    let formatted = write(tree, Some(source), String::with_capacity(source.len() + source.len() / 8));
    // A mark of byte order and the ends of lines are the file's, and stay as its first line has them.
    let mark = if source.starts_with(BYTE_ORDER_MARK) { "\u{FEFF}" } else { "" };
    let has_returns = source.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
    match has_returns {
        true => format!("{mark}{}", formatted.replace('\n', "\r\n")),
        false if mark.is_empty() => formatted,
        false => format!("{mark}{formatted}"),
    }
}

/// Whether a word is what YAML opens a text of several lines with. At the end of a line, with deeper lines below it, it is
/// read as that, and what continues a statement stands deeper; so such a source stays as it is.
fn has_mark_of_yaml(statement: &Statement) -> bool {
    let is_mark = |argument: &Argument| {
        let rest = argument.value.text.strip_prefix('|').filter(|_| argument.value.kind == ValueKind::Word);
        rest.is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b'-' | b'+' | b'1'..=b'9')))
    };
    let inside = match &statement.end {
        End::Body(body) => body.statements.iter().any(has_mark_of_yaml),
        _ => false,
    };
    inside || statement.arguments.iter().any(is_mark)
}

/// What some editors begin a file with.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The text of a tree that code has made, whose places are of other texts. It reads back as the same tree, and
/// formatting it changes nothing.
///
/// Nobody has said where such a tree has its lines: a body of a few statements without bodies of their own stands on one.
#[must_use]
pub fn print(tree: &Tree) -> String {
    write(tree, None, String::new())
}

fn write(tree: &Tree, source: Option<&str>, out: String) -> String {
    let mut formatter = Formatter { source, out };
    formatter.statements(&tree.statements, &tree.trailing, 0);
    formatter.out
}

/// So many statements may stand in a body on one line where nobody has said where it stands.
const FEW: usize = 3;

struct Formatter<'s> {
    /// The text that the tree was read from; none where code has made it.
    source: Option<&'s str>,
    out: String,
}

impl Formatter<'_> {
    /// Statements on lines of their own, and the comments behind the last one.
    fn statements(&mut self, statements: &[Statement], trailing: &[Comment], depth: usize) {
        for (index, statement) in statements.iter().enumerate() {
            if index > 0 && statement.blank_before {
                self.out.push('\n');
            }
            self.comments(&statement.leading, depth);
            if let Some(last) = statement.leading.last()
                && self.blank_line(last.span.range().end, statement.keyword.span.range().start)
            {
                self.out.push('\n');
            }
            self.indent(depth);
            self.statement(statement, depth);
            if let Some(comment) = &statement.trailing {
                self.out.push(' ');
                self.comment(comment);
            }
            self.out.push('\n');
        }
        if !statements.is_empty() && trailing.first().is_some_and(|comment| comment.blank_before) {
            self.out.push('\n');
        }
        self.comments(trailing, depth);
    }

    /// Comments on lines of their own. Whether an empty line stands before the first is the
    /// caller's business.
    fn comments(&mut self, comments: &[Comment], depth: usize) {
        for (index, comment) in comments.iter().enumerate() {
            if index > 0 && comment.blank_before {
                self.out.push('\n');
            }
            self.indent(depth);
            self.comment(comment);
            self.out.push('\n');
        }
    }

    /// A comment as it was written, with a blank before its first word.
    fn comment(&mut self, comment: &Comment) {
        let Some(source) = self.source else {
            self.out.push_str(if comment.doc { "##" } else { "#" });
            if !comment.text.is_empty() {
                self.out.push(' ');
                self.out.push_str(&comment.text);
            }
            return;
        };
        let (sign, text) = source[comment.span.range()].split_at(if comment.doc { 2 } else { 1 });
        self.out.push_str(sign);
        if text.starts_with(char::is_alphanumeric) {
            self.out.push(' ');
        }
        self.out.push_str(text.trim_end());
    }

    /// A statement without the line end; the indentation of its first line is already there.
    fn statement(&mut self, statement: &Statement, depth: usize) {
        let start = self.out.len();
        let mut room = WIDTH.saturating_sub(depth * INDENTATION);
        if self.in_one_line(statement, &mut room) {
            return;
        }
        self.out.truncate(start);
        self.head(statement, depth, false);
        // What follows the head are at most the two characters of ` <`.
        if statement.arguments.iter().any(|argument| argument.comma.is_some()) && self.too_wide(start, 2) {
            self.out.truncate(start);
            self.head(statement, depth, true);
        }
        for comment in &statement.before_end {
            self.inner_comment(comment, depth);
        }
        match &statement.end {
            End::Semicolon(_) | End::Missing(_) => self.out.push(';'),
            End::Body(body) => {
                if statement.before_end.is_empty() {
                    self.out.push(' ');
                }
                self.body(body, depth);
            }
        }
    }

    /// Writes a statement on one line, if it may stand on one and there is room for it. `room` is
    /// what is left of the line, in characters. What was written until then is the caller's to remove.
    fn in_one_line(&mut self, statement: &Statement, room: &mut usize) -> bool {
        if !statement.before_end.is_empty() || !self.put(&statement.keyword.text, room) {
            return false;
        }
        for argument in &statement.arguments {
            if !argument.leading.is_empty() || argument.value.kind == ValueKind::Block {
                return false;
            }
            let separator = if argument.comma.is_some() { ", " } else { " " };
            if !self.put(separator, room) || !self.put(&values::plain(&argument.value), room) {
                return false;
            }
        }
        let End::Body(body) = &statement.end else { return self.put(";", room) };
        if !self.was_in_one_line(body) || !self.put(" < ", room) {
            return false;
        }
        for statement in &body.statements {
            let silent = statement.leading.is_empty() && statement.trailing.is_none();
            if !silent || !self.in_one_line(statement, room) || !self.put(" ", room) {
                return false;
            }
        }
        self.put(">", room)
    }

    /// Whether a body holds no comment of its own and stands on one line. An empty one always does.
    fn was_in_one_line(&self, body: &Body) -> bool {
        let stands = || match self.source {
            Some(source) => {
                let close = body.close.unwrap_or(body.open);
                !source[body.open.range().start..close.range().end].contains('\n')
            }
            None => body.statements.len() <= FEW && body.statements.iter().all(|inner| inner.body().is_none()),
        };
        body.open_comment.is_none() && body.trailing.is_empty() && (body.statements.is_empty() || stands())
    }

    fn put(&mut self, text: &str, room: &mut usize) -> bool {
        let width = text.chars().count();
        if width > *room {
            return false;
        }
        *room -= width;
        self.out.push_str(text);
        true
    }

    /// The keyword and the arguments; with `broken` each value of a list on a line of its own.
    fn head(&mut self, statement: &Statement, depth: usize, broken: bool) {
        self.out.push_str(&statement.keyword.text);
        for argument in &statement.arguments {
            if argument.comma.is_some() {
                self.out.push(',');
            }
            if argument.leading.is_empty() {
                if broken && argument.comma.is_some() {
                    self.continue_line(depth);
                } else {
                    self.out.push(' ');
                }
            }
            for comment in &argument.leading {
                self.inner_comment(comment, depth);
            }
            self.value(argument, depth);
        }
    }

    /// A comment inside of a statement, and the start of the line behind it.
    fn inner_comment(&mut self, comment: &Comment, depth: usize) {
        let start = comment.span.range().start;
        let own_line = self.source.is_none_or(|source| {
            let line = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
            source[line..start].trim().is_empty()
        });
        if own_line && !self.out.ends_with(' ') {
            self.continue_line(depth);
        } else if !own_line {
            self.out.push(' ');
        }
        self.comment(comment);
        self.continue_line(depth);
    }

    fn value(&mut self, argument: &Argument, depth: usize) {
        match argument.value.kind {
            ValueKind::Block => values::block(&mut self.out, &argument.value, self.source, depth * INDENTATION),
            ValueKind::Word | ValueKind::String => self.out.push_str(&values::plain(&argument.value)),
        }
    }

    /// A body of several lines, its brackets included.
    fn body(&mut self, body: &Body, depth: usize) {
        self.out.push('<');
        if let Some(comment) = &body.open_comment {
            self.out.push(' ');
            self.comment(comment);
        }
        if body.open_comment.is_none() && body.statements.is_empty() && body.trailing.is_empty() {
            self.out.push_str(" >");
            return;
        }
        self.out.push('\n');
        self.statements(&body.statements, &body.trailing, depth + 1);
        self.indent(depth);
        self.out.push('>');
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n(' ', depth * INDENTATION));
    }

    /// A line end within a statement, and the indentation of what continues it.
    fn continue_line(&mut self, depth: usize) {
        self.out.push('\n');
        self.indent(depth + 2);
    }

    /// Whether a line of what was written since `start` is too wide with `more` characters behind it.
    fn too_wide(&self, start: usize, more: usize) -> bool {
        let line = self.out[..start].rfind('\n').map_or(0, |newline| newline + 1);
        self.out[line..].lines().any(|line| line.chars().count() + more > WIDTH)
    }

    /// Whether an empty line stands between two places of the source.
    fn blank_line(&self, start: usize, end: usize) -> bool {
        self.source.is_some_and(|source| source[start..end].bytes().filter(|byte| *byte == b'\n').count() > 1)
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostics, FileId};

    use crate::parse;

    fn formatted(text: &str) -> String {
        super::format(&parse(FileId::default(), text, &mut Diagnostics::new()).tree, text)
    }

    #[test]
    fn the_ends_of_lines_and_the_mark_of_byte_order_stay() {
        let form = "network home <\n  subnet lan 10.0.0.0/24;\n  patch \"\"\"\n    a: 1\n  \"\"\";\n>\n";
        for mark in ["", "\u{FEFF}"] {
            for end in ["\n", "\r\n"] {
                let kept = format!("{mark}{form}").replace('\n', end);
                assert_eq!(formatted(&kept), kept);
                assert_eq!(formatted(&kept.replace("  subnet", "subnet")), kept);
            }
        }
    }
}
