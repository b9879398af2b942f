//! What people write by the habit of other languages: their comments, the quotes of a text editor, a comparison
//! without quotes, the `|` of YAML. Each is named once and read as what it is meant to be.
//!
//! Start at [`Lexer::foreign_comment`], [`Lexer::typographic`], [`Lexer::comparison`] and [`Lexer::literal`], which say
//! whether they took what stands there.

use hnet_diagnostics::Edit;

use super::{Lexer, Odd, forbidden, odd};
use crate::parse::report::{self, Report};
use crate::tokens::TokenKind;

/// The quotes that text editors and chats make of `"`.
const DOUBLE: [char; 6] = ['“', '”', '„', '‟', '«', '»'];
/// The quotes that they make of `'`.
const SINGLE: [char; 4] = ['‘', '’', '‚', '‛'];

/// White space that is no line end.
pub(super) const BLANKS: [char; 3] = [' ', '\t', '\r'];

/// Where the first of these characters stands that no backslash stands before.
pub(super) fn unescaped(text: &str, wanted: &[char]) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, character)| {
        let found = !escaped && wanted.contains(&character);
        escaped = !escaped && character == '\\';
        found.then_some(at)
    })
}

/// What closes a text of these characters: a backslash at its end must not take the quote with it.
pub(super) fn closing_quote(text: impl DoubleEndedIterator<Item = char>) -> &'static str {
    let backslashes = text.rev().take_while(|character| *character == '\\').count();
    if backslashes % 2 == 1 { "\\\"" } else { "\"" }
}

/// Whether a line is a field or a member of a list as YAML writes them, and no statement.
fn is_yaml(line: &str) -> bool {
    let line = line.trim_end();
    let key = line.split([' ', '\t']).next().unwrap_or_default();
    (key == "-" || key.len() > 1 && key.ends_with(':')) && !line.ends_with([';', '<', '>'])
}

impl Lexer<'_, '_> {
    /// Whether a statement may begin here, so that no value of an earlier one stands here.
    fn at_a_start(&self) -> bool {
        !self.lists && (self.fresh || self.text[self.seen..self.at].contains('\n'))
    }

    /// `// …`, `-- …` or `/* … */` where a statement or a comment may begin.
    pub(super) fn foreign_comment(&mut self, report: &Report<'_>) -> bool {
        let rest = &self.text[self.at..];
        let mark = ["//", "/*", "--"].into_iter().find(|mark| rest.starts_with(mark));
        let Some(mark) = mark.filter(|mark| *mark != "--" || !rest.starts_with("---")) else { return false };
        if !self.at_a_start() {
            return false;
        }
        let start = self.at;
        let close = match mark {
            "/*" if !self.no_comment_closes => rest[2..].find("*/").map(|at| start + 2 + at),
            _ => None,
        };
        self.no_comment_closes |= mark == "/*" && close.is_none();
        let end = close.map_or_else(|| self.line_end(start), |close| close + 2);
        let mut edits = Vec::new();
        let (mut before, mut at) = (start, start);
        while at < end {
            let line_end = self.line_end(at).min(end);
            let line = &self.text[at..line_end];
            let from = at + line.len() - line.trim_start_matches(BLANKS).len();
            let first = at == start;
            let last = close.filter(|_| line_end == end);
            let (patched, text) = match (first, last) {
                (true, _) if self.bytes.get(start + 2) != Some(&b'#') => (start..start + 2, "#"),
                (true, _) => (start..start + 2, "# "),
                (false, _) => (from..from, "# "),
            };
            let alone = last.is_some() && self.text[end..self.line_end(end)].trim_matches(BLANKS).is_empty();
            if last == Some(from) && alone && !first {
                // A line with nothing but the end goes as a whole.
                self.edit(before..end, "", &mut edits, report);
                self.push(TokenKind::Comment, from..end, report);
            } else if from < line_end {
                self.edit(patched, text, &mut edits, report);
                self.forbid(from..last.unwrap_or(line_end), report);
                if let Some(close) = last {
                    self.edit(close..end, if alone { "" } else { "\n" }, &mut edits, report);
                }
                self.push(TokenKind::Comment, from..line_end, report);
            }
            (before, at) = (line_end, line_end);
            while at < end && matches!(self.bytes[at], b'\n' | b'\r') {
                at += 1;
            }
        }
        self.messages.push((start, report::foreign_comment(mark, report.span(start..start + 2), edits)));
        self.at = end;
        true
    }

    /// Repairs what is written, in the text and in the fix of its message.
    pub(super) fn edit(
        &mut self,
        written: std::ops::Range<usize>,
        text: &'static str,
        edits: &mut Vec<Edit>,
        report: &Report<'_>,
    ) {
        if !written.is_empty() || !text.is_empty() {
            self.patches.add(written.clone(), text);
            edits.push(Edit { span: report.span(written), text: text.to_owned() });
        }
    }

    /// A text between the quotes of a text editor.
    pub(super) fn typographic(&mut self, report: &Report<'_>) -> bool {
        let start = self.at;
        let Some(open) = self.text[start..].chars().next() else { return false };
        let closing: &[char] = match open {
            _ if DOUBLE.contains(&open) => &['“', '”', '„', '‟', '«', '»', '"'],
            _ if SINGLE.contains(&open) => &['‘', '’', '‚', '‛', '"'],
            _ => return false,
        };
        // Next to another quote the straight one could be one of three.
        let inner = start + open.len_utf8();
        if self.touches_string(self.tokens.len(), start) {
            return false;
        }
        let Some(length) = unescaped(&self.text[inner..self.line_end(inner)], closing) else { return false };
        let close = inner + length;
        let end = close + self.text[close..].chars().next().map_or(0, char::len_utf8);
        if self.bytes.get(end) == Some(&b'"') {
            return false;
        }
        self.straighten(start, end, &[start..inner, close..end], report);
        true
    }

    /// The end of a string that opens with a straight quote, and closes with another on its line.
    pub(super) fn half_typographic(&mut self, start: usize, report: &Report<'_>) -> Option<usize> {
        let close = start + 1 + unescaped(&self.text[start + 1..self.line_end(start)], &DOUBLE)?;
        let end = close + self.text[close..].chars().next().map_or(0, char::len_utf8);
        if self.bytes.get(end) == Some(&b'"') {
            return None;
        }
        let edits = vec![Edit { span: report.span(close..end), text: "\"".to_owned() }];
        self.messages.push((start, report::other_quotes("typographic", report.span(start..end), edits)));
        self.patches.add(close..end, "\"");
        Some(end)
    }

    /// Whether the token before one is a string that ends where it starts.
    pub(super) fn touches_string(&self, token: usize, start: usize) -> bool {
        let before = token.checked_sub(1).map(|before| self.tokens[before]);
        before.is_some_and(|before| before.kind == TokenKind::String && before.span.range().end == start)
    }

    /// Makes quotes straight; those that are need no edit.
    fn straighten(&mut self, start: usize, end: usize, quotes: &[std::ops::Range<usize>], report: &Report<'_>) {
        let mut edits = Vec::new();
        for quote in quotes.iter().filter(|quote| quote.len() > 1) {
            self.edit(quote.clone(), "\"", &mut edits, report);
        }
        self.forbid(start..end, report);
        self.messages.push((start, report::other_quotes("typographic", report.span(start..end), edits)));
        self.push(TokenKind::String, start..end, report);
        self.at = end;
    }

    /// A comparison, `size >= 100GB`, behind a keyword on its line: a text that should stand in quotes. Its `>` and
    /// `<` are no brackets, since no statement starts with `=`.
    pub(super) fn comparison(&mut self, report: &Report<'_>) -> bool {
        let Some(first) = self.compared() else { return false };
        let start = self.tokens[first].span.range().start;
        if self.touches_string(first, start) {
            return false;
        }
        let mut end = self.at;
        loop {
            match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (None | Some(b'\n' | b';' | b'"' | b'#' | b'}'), _) => break,
                (Some(b'<' | b'>'), Some(b'=')) => self.at += 2,
                (Some(b'<' | b'>'), _) => break,
                (Some(b' ' | b'\t' | b'\r'), _) => {
                    self.at += 1;
                    continue;
                }
                (Some(b','), _) => self.at += 1,
                _ => self.word(report),
            }
            end = self.at;
        }
        // Of words what cannot be seen is taken out.
        let closing =
            closing_quote(self.text[start..end].chars().filter(|character| odd(*character) != Odd::Invisible));
        let mut edits = vec![Edit { span: report.span(start..start), text: "\"".to_owned() }];
        if closing == "\"" && self.closes_here() {
            end = self.at + 1;
        } else {
            self.patches.add(end..end, closing);
            if self.bytes.get(end) == Some(&b'"') {
                self.patches.add(end..end, " ");
            }
            edits.push(Edit { span: report.span(end..end), text: closing.to_owned() });
        }
        self.patches.add(start..start, "\"");
        self.messages.push((start, report::text_without_quotes(report.span(start..end), edits)));
        self.tokens.truncate(first);
        self.push(TokenKind::String, start..end, report);
        self.at = end;
        true
    }

    /// A `|` at the end of a line with lines under it that stand further in, which is how YAML writes a text of several
    /// lines. They are the text.
    pub(super) fn literal(&mut self, report: &Report<'_>) -> bool {
        let start = self.at;
        let line_end = self.line_end(start);
        let line = &self.text[start..line_end];
        let (mark, rest) = line.split_at(line.find(BLANKS).unwrap_or(line.len()));
        let is_mark = mark[1..].bytes().all(|byte| matches!(byte, b'-' | b'+' | b'1'..=b'9'));
        // As in YAML, a comment may stand behind it, one that is read as it stands.
        let ends_line =
            matches!(rest.trim_start_matches(BLANKS).bytes().next(), None | Some(b'#')) && !rest.chars().any(forbidden);
        let may_open = start >= self.no_literal_before && !self.fresh;
        if !may_open || !is_mark || !ends_line || self.touches_string(self.tokens.len(), start) {
            return false;
        }
        let limit = self.indentation(start);
        let is_inside = |line: &&str| {
            let content = line.trim_start_matches([' ', '\t']);
            let indentation = line.len() - content.len();
            let is_text = indentation > limit && !content.starts_with('>');
            content.trim_end().is_empty() || is_text || indentation == limit && is_yaml(content)
        };
        let below = self.text[line_end..].find('\n').map_or(self.text.len(), |newline| line_end + newline + 1);
        let mut at = below;
        for line in self.text[below..].split_inclusive('\n').take_while(is_inside) {
            at += line.len();
            if line.contains("\"\"\"") {
                // Whatever starts in between would most likely go on to the same.
                self.no_literal_before = at;
                return false;
            }
        }
        let text = self.text[below..at].trim_end();
        if text.is_empty() {
            return false;
        }
        let end = below + text.len();
        let closes = if self.text[end..].trim_start().starts_with(';') { "\n\"\"\"" } else { "\n\"\"\";" };
        let mut edits = Vec::new();
        let opens = start..start + mark.len();
        if rest.trim_matches(BLANKS).is_empty() {
            self.edit(opens, "\"\"\"", &mut edits, report);
            let closing = closes.replacen('\n', &format!("\n{}", " ".repeat(limit)), 1);
            edits.push(Edit { span: report.span(end..end), text: closing });
        } else {
            // A comment behind it is none of the text, and has no place that is as good.
            self.patches.add(start..line_end, "\"\"\"");
        }
        self.patches.add(end..end, closes);
        self.messages.push((start, report::literal(mark, report.span(start..start + mark.len()), edits)));
        self.forbid(start..end, report);
        self.push(TokenKind::String, start..end, report);
        self.at = end;
        true
    }

    /// The first token of what is compared here: the words before it on its line, but for the keyword.
    fn compared(&self) -> Option<usize> {
        let mut first = None;
        let mut keyword = None;
        let mut end = self.at;
        for (index, token) in self.tokens.iter().enumerate().rev() {
            let range = token.span.range();
            if self.text[range.end..end].contains('\n') {
                break;
            }
            match token.kind {
                TokenKind::Word => (first, keyword) = (Some(index), first),
                TokenKind::Bad if !matches!(&self.text[range.clone()], "{" | "}") => {}
                TokenKind::String | TokenKind::Comma => return first,
                _ => break,
            }
            end = range.start;
        }
        keyword
    }

    /// Whether the quote here closes what no quote opened: no other stands on the line, and the statement ends.
    fn closes_here(&self) -> bool {
        if self.bytes.get(self.at) != Some(&b'"') {
            return false;
        }
        let rest = &self.text[self.at + 1..self.line_end(self.at)];
        let next = rest.trim_start_matches([' ', '\t']).bytes().next();
        !rest.contains('"') && matches!(next, None | Some(b';' | b'>' | b'#'))
    }
}
