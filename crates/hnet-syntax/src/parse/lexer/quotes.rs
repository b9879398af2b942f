//! Quotes of the wrong number or kind: one too few or too many at either end of a text, or `'`. Each mistake is named
//! once, at the quotes that are wrong, and the text is read as what it is meant to be.
//!
//! Start at [`Lexer::quotes`], which says whether it took what stands there; the others are asked where a text does not
//! end as it should.

use std::ops::Range;

use hnet_diagnostics::Edit;

use super::habits::{BLANKS, unescaped};
use super::{Lexer, Odd, odd};
use crate::parse::report::{self, Report};
use crate::tokens::TokenKind;

const BLOCK: &str = "\"\"\"";

/// How many of one kind of quote a text starts with.
pub(super) fn run(text: &str) -> usize {
    match text.bytes().next() {
        Some(quote @ (b'"' | b'\'')) => text.bytes().take_while(|byte| *byte == quote).count(),
        _ => 0,
    }
}

/// Whether a value ends before this text.
fn ends_value(text: &str) -> bool {
    let ends = |next: char| " \t\r\n;,<>#{}".contains(next) || odd(next) != Odd::Ordinary;
    text.chars().next().is_none_or(ends)
}

/// What a line of quotes is: how many blanks stand before them, how many they are, and whether a `;` or `,` follows.
struct Closing {
    blanks: usize,
    quotes: usize,
    goes_on: bool,
}

/// A line that holds quotes and nothing else but the end of a statement or of a body, or a comment.
fn closing(line: &str) -> Option<Closing> {
    let content = line.trim_start_matches([' ', '\t']);
    let quotes = run(content);
    let rest = content[quotes..].trim_matches([' ', '\t', '\r', '\n']);
    (quotes > 0 && (rest.is_empty() || rest.starts_with([';', ',', '>', '#']))).then(|| Closing {
        blanks: line.len() - content.len(),
        quotes,
        goes_on: rest.starts_with([';', ',']),
    })
}

/// What of a line that a string opens on is likely its text: all before the first `;` that white space follows, or the
/// `;`, `,`, `<` and `>` at its end, which most likely end the value; nor a comment behind them.
pub(super) fn likely(line: &str) -> &str {
    let semicolon = line.match_indices(';').map(|(at, _)| at).find(|at| line[at + 1..].starts_with([' ', '\t']));
    let comment = line.match_indices('#').map(|(at, _)| at).find(|at| {
        let before = line[..*at].trim_end_matches([' ', '\t']);
        before.len() < *at && before.ends_with([',', '>'])
    });
    let text = &line[..semicolon.into_iter().chain(comment).min().unwrap_or(line.len())];
    text.trim_end_matches([' ', '\t', '\r', ';', ',', '<', '>'])
}

impl Lexer<'_, '_> {
    /// Quotes that start no text as they stand.
    pub(super) fn quotes(&mut self, report: &Report<'_>) -> bool {
        let start = self.at;
        let quotes = run(&self.text[start..]);
        let double = self.bytes[start] == b'"';
        let rest = &self.text[start + quotes..self.line_end(start)];
        let ends_line = rest.trim_matches(BLANKS).is_empty();
        if ends_line && !(double && quotes == 3) && self.wrong_opening(start..start + quotes, report) {
            return true;
        }
        match (double, quotes) {
            (false, _) => self.single_quoted(start, quotes, report),
            (true, 2) => self.doubled_opening(start, report),
            // A text of nothing with quotes too many, or the end of a block string that nothing opened.
            (true, 3..) if quotes != 6 && rest.trim_matches(BLANKS) == ";" => {
                if quotes == 3 && self.suspected(report) {
                    return true;
                }
                let end = start + quotes;
                self.messages.push((start, report::closes_nothing(report.span(start..end))));
                self.patches.add(start + 2..end, "");
                self.push(TokenKind::String, start..end, report);
                self.at = end;
                true
            }
            _ => false,
        }
    }

    /// A block string that does not open with three quotes: they end their line, and the lines below stand further in,
    /// up to others that close it.
    fn wrong_opening(&mut self, quotes: Range<usize>, report: &Report<'_>) -> bool {
        let start = quotes.start;
        if start < self.no_block_before {
            return false;
        }
        let limit = self.indentation(start);
        let mut edge = None;
        let mut at = self.text[start..].find('\n').map_or(self.text.len(), |newline| start + newline + 1);
        for line in self.text[at..].split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '\t']);
            let indentation = line.len() - content.len();
            let blank = content.trim_end().is_empty();
            if let Some(closing) = closing(line)
                && indentation >= limit
                && (closing.quotes >= 3 || indentation == limit || closing.goes_on && Some(indentation) <= edge)
            {
                let close = at + closing.blanks..at + closing.blanks + closing.quotes;
                self.block_between(quotes, close, report);
                return true;
            }
            if !blank && indentation <= limit || content.contains(BLOCK) {
                break;
            }
            edge = edge.or((!blank).then_some(indentation));
            at += line.len();
        }
        // Whatever starts in between stands further in, and leads no further.
        self.no_block_before = at;
        false
    }

    /// A block string whose quotes at one end or both are not three.
    fn block_between(&mut self, open: Range<usize>, close: Range<usize>, report: &Report<'_>) {
        let all = open.start..close.end;
        let mut edits = Vec::new();
        for place in [open, close].into_iter().filter(|place| self.text[place.clone()] != *BLOCK) {
            self.edit(place, BLOCK, &mut edits, report);
        }
        self.messages.push((all.start, report::not_three_quotes(edits)));
        self.forbid(all.clone(), report);
        self.push(TokenKind::String, all.clone(), report);
        self.at = all.end;
    }

    /// Where a block string ends that the next three quotes do not close: before them stands a line, not further in
    /// than its text, which is the end of a statement and no line of a text.
    pub(super) fn wrong_closing(&mut self, start: usize, end: usize, report: &Report<'_>) -> bool {
        let mut limit = self.indentation(start);
        // Where the next three quotes stand as closing ones do, all that is further in is text.
        let line = self.text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let closes = line > start && end - line == limit && self.text[line..end].trim_matches(BLANKS).is_empty();
        let mut edge = closes.then_some(limit);
        let mut at = start;
        for line in self.text[start..end].split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '\t']);
            if at > start && edge.is_none() && !content.trim_end().is_empty() {
                edge = Some(line.len() - content.len());
                limit = limit.max(line.len() - content.len());
            }
            // What the next three quotes stand behind is not yet looked at.
            let whole = if line.ends_with('\n') { line } else { &self.text[at..self.line_end(at)] };
            if at > start
                && content.starts_with(['"', '\''])
                && let Some(closing) = closing(whole)
                && closing.blanks <= limit
                && (closing.goes_on || closing.quotes >= 3)
            {
                let close = at + closing.blanks..at + closing.blanks + closing.quotes;
                self.block_between(start..start + 3, close, report);
                return true;
            }
            at += line.len();
        }
        false
    }

    /// The same for a block string that nothing closes: a line of quotes is where it is taken to end, or the last
    /// before that, or its text ends in quotes and a `;`.
    pub(super) fn open_at_quotes(&mut self, start: usize, guess: usize, report: &Report<'_>) -> bool {
        let inside = |at: usize| {
            let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            (line > start).then_some(line)
        };
        let last = self.text[..guess].trim_end().len();
        let lines = [Some(guess).filter(|guess| *guess < self.text.len()), inside(last)];
        let found = lines.into_iter().flatten().find_map(|line| {
            let closing = closing(&self.text[line..self.line_end(line)])?;
            Some(line + closing.blanks..line + closing.blanks + closing.quotes)
        });
        let text = self.text[start + 3..last.max(start + 3)]
            .strip_suffix(';')
            .map_or("", |text| text.trim_end_matches(BLANKS));
        let trailing = text.bytes().rev().take_while(|byte| *byte == b'"').count();
        let end = start + 3 + text.len();
        let Some(close) = found.or((trailing > 0).then(|| end - trailing..end)) else { return false };
        self.block_between(start..start + 3, close, report);
        true
    }

    /// Quotes behind the end of a text, which no value starts with. Says where they end.
    pub(super) fn too_many(&mut self, start: usize, end: usize, report: &Report<'_>) -> usize {
        let quotes = self.text[end..].bytes().take_while(|byte| *byte == b'"').count();
        let block = self.text[start..].starts_with(BLOCK);
        let ends_line = self.text[end + quotes..self.line_end(end)].trim_matches(BLANKS).is_empty();
        // Three and the end of the line may be a block string without white space before it.
        if quotes == 0 || !block && quotes > 2 && ends_line || !ends_value(&self.text[end + quotes..]) {
            return end;
        }
        let place = end..end + quotes;
        self.messages.push((place.start, report::quotes_too_many(block, report.span(place.clone()))));
        self.patches.add(place.clone(), "");
        place.end
    }

    /// Two quotes where a string opens: the next on the line is its end.
    fn doubled_opening(&mut self, start: usize, report: &Report<'_>) -> bool {
        let rest = &self.text[start + 2..self.line_end(start)];
        if ends_value(rest) || rest.matches('"').count().is_multiple_of(2) {
            return false;
        }
        let Some(length) = unescaped(rest, &['"']) else { return false };
        let end = start + 2 + length + 1;
        self.messages.push((start, report::quotes_too_many(false, report.span(start..start + 1))));
        self.patches.add(start..start + 1, "");
        let end = self.too_many(start + 1, end, report);
        self.forbid(start..end, report);
        self.push(TokenKind::String, start..end, report);
        self.at = end;
        true
    }

    /// A text between single quotes.
    fn single_quoted(&mut self, start: usize, quotes: usize, report: &Report<'_>) -> bool {
        let line_end = self.line_end(start);
        let inner = start + quotes;
        let empty = quotes == 2 && ends_value(&self.text[inner..]);
        let (open, close) = if empty {
            (start..start + 1, start + 1..inner)
        } else {
            let Some(length) = self.text[inner..line_end].find(&"'".repeat(quotes)) else { return false };
            (start..inner, inner + length..inner + length + quotes)
        };
        let text = &self.text[open.end..close.start];
        if !ends_value(&self.text[close.end..])
            || text.contains(['"', '\\'])
            || self.touches_string(self.tokens.len(), start)
        {
            return false;
        }
        let straight = if quotes == 3 { BLOCK } else { "\"" };
        let mut edits = Vec::new();
        for place in [open, close.clone()] {
            self.edit(place, straight, &mut edits, report);
        }
        self.forbid(start..close.end, report);
        self.messages.push((start, report::other_quotes("single", report.span(start..close.end), edits)));
        self.push(TokenKind::String, start..close.end, report);
        self.at = close.end;
        true
    }

    /// The end of a string that closes with a single quote.
    pub(super) fn half_single(&mut self, start: usize, end: usize, report: &Report<'_>) -> bool {
        let text = &self.text[start + 1..end];
        if text.matches('\'').count().is_multiple_of(2) || !text.ends_with('\'') || text.ends_with("\\'") {
            return false;
        }
        let mut edits = Vec::new();
        self.edit(end - 1..end, "\"", &mut edits, report);
        self.messages.push((start, report::other_quotes("single", report.span(start..end), edits)));
        true
    }

    /// Whether of the double quotes on the rest of the line one has no partner. A text is cut here as where it is read.
    fn is_odd(&self, from: usize) -> bool {
        let line = &self.text[from..self.line_end(from)];
        let (mut inside, mut escaped, mut before) = (false, false, ' ');
        for character in line.chars() {
            match character {
                '"' if !escaped => inside = !inside,
                '#' if !inside && before.is_whitespace() => break,
                _ => {}
            }
            escaped = inside && !escaped && character == '\\';
            before = character;
        }
        inside
    }

    /// Whether the quote that has no partner on a line is missing before a place: the quotes from there on have theirs.
    /// Each line is asked once, since one answer mends it.
    fn is_missing_before(&mut self, start: usize, next: usize) -> bool {
        if start >= self.odd_quotes.0 {
            self.odd_quotes = (self.line_end(start), self.is_odd(start));
        }
        self.odd_quotes.1 && {
            self.odd_quotes.1 = false;
            !self.is_odd(next)
        }
    }

    /// The end of a string whose closing quote is missing: what would close it opens the next one.
    pub(super) fn not_closed(&mut self, start: usize, next: usize, report: &Report<'_>) -> Option<usize> {
        let text = &self.text[start + 1..next];
        if ends_value(&self.text[next + 1..])
            || !text.ends_with([' ', '\t', ','])
            || !self.is_missing_before(start, next)
        {
            return None;
        }
        let end = start + 1 + likely(text).len();
        self.close_string(start, end, report);
        Some(end)
    }

    /// A quote right behind a word, and before the end of a value: it closes a string that was not opened. Where
    /// several words stand before it nobody knows at which of them, but for one that starts with a single quote.
    pub(super) fn not_opened(&mut self, start: usize, report: &Report<'_>) -> bool {
        let Some(last) = self.tokens.len().checked_sub(1) else { return false };
        let word = self.tokens[last].span.range();
        let touches = self.tokens[last].kind == TokenKind::Word && word.end == start;
        if !touches || !ends_value(&self.text[start + 1..]) {
            return false;
        }
        let Some(first) = self.first_value() else { return false };
        if !self.is_missing_before(start, start + 1) {
            return false;
        }
        let is_single = |token: &usize| {
            let written = &self.text[self.tokens[*token].span.range()];
            written.starts_with('\'') && written.len() > 1
        };
        let single = (first..=last).rev().find(is_single);
        let token = single.unwrap_or(last);
        let (from, end) = (self.tokens[token].span.range().start, start + 1);
        let inner = &self.text[from..start];
        if inner.contains(['\\', '"']) || self.touches_string(token, from) {
            return false;
        }
        let opening = from..from + usize::from(single.is_some());
        self.patches.forget_from(opening.start);
        self.patches.add(opening.clone(), "\"");
        let edit = Edit { span: report.span(opening), text: "\"".to_owned() };
        let edits = if first == last || single.is_some() { vec![edit] } else { Vec::new() };
        let said = if single.is_some() { from } else { self.tokens[first].span.range().start };
        self.messages.push((start, report::not_opened(report.span(said..end), edits)));
        self.tokens.truncate(token);
        self.forbid(from..end, report);
        self.push(TokenKind::String, from..end, report);
        self.at = end;
        true
    }

    /// The first word behind the keyword on the line that is read, and behind the last string. A line that goes on with
    /// a statement has no keyword.
    fn first_value(&self) -> Option<usize> {
        let (mut first, mut keyword) = (None, None);
        let mut end = self.at;
        for (index, token) in self.tokens.iter().enumerate().rev() {
            let range = token.span.range();
            if self.text[range.end..end].contains('\n') {
                let starts = matches!(token.kind, TokenKind::Semicolon | TokenKind::Open | TokenKind::Close);
                return if starts { keyword } else { first };
            }
            match token.kind {
                TokenKind::Word => (first, keyword) = (Some(index), first),
                TokenKind::Comma => {}
                TokenKind::String => return first,
                _ => break,
            }
            end = range.start;
        }
        keyword
    }
}
