//! The tree of what pest read, and the names of the holes in it.
//!
//! Places are those of the repaired text until they become spans. Start at [`tree`]; what belongs
//! to which statement is decided in [`Builder::statement`].

use hnet_diagnostics::{Edit, Span};
use pest::iterators::{Pair, Pairs};

use super::grammar::Rule;
use super::lists;
use super::patch::Patches;
use super::report::{self, Report};
use super::strings::{self, Mistake};
use crate::tree::{Argument, Body, Comment, End, Statement, Tree, Value, ValueKind, Word};

/// Fills the tree from the pairs of a whole file.
pub(super) fn tree(
    pairs: Pairs<'_, Rule>,
    written: &str,
    repaired: &str,
    patches: &Patches,
    report: &mut Report<'_>,
    tree: &mut Tree,
) {
    let mut builder = Builder { written, text: repaired, patches, report, before: 0, statements: Vec::new() };
    for source in pairs {
        let (statements, trailing) = builder.items(source.into_inner(), None);
        tree.statements = statements;
        tree.trailing = trailing;
    }
}

struct Builder<'t, 'r, 'o> {
    /// The text as it is written.
    written: &'t str,
    /// The text that pest read.
    text: &'t str,
    patches: &'t Patches,
    report: &'r mut Report<'o>,
    /// Where the token before ends, in the repaired text.
    before: usize,
    /// The statements so far of each body that is open, the outermost first: so a body's own are put in a place
    /// that is as large as it must be.
    statements: Vec<Statement>,
}

/// A statement whose end is still to come.
struct Open {
    leading: Vec<Comment>,
    blank_before: bool,
    keyword: Word,
    arguments: Vec<Argument>,
    /// The comma behind the last argument.
    comma: Option<Span>,
    /// The comments behind the last argument.
    comments: Vec<Comment>,
    /// Where its last part ends, in the repaired text.
    end: usize,
    /// Whether values that touch were reported already: one wrong quote makes several of them.
    touching: bool,
}

/// A part of a statement that is no body.
#[derive(Clone, Copy)]
enum Part {
    Comma,
    Comment,
    Value(ValueKind),
}

/// What a statement is in the middle of.
#[derive(Default)]
struct Pending {
    /// Its keyword and arguments so far.
    open: Option<Open>,
    /// Commas that join nothing.
    stray: Option<Span>,
}

/// What stands before the next token.
#[derive(Clone, Copy)]
struct Gap {
    line_end: bool,
    blank_line: bool,
}

impl Builder<'_, '_, '_> {
    fn span(&self, start: usize, end: usize) -> Span {
        self.report.span(self.patches.written(start)..self.patches.written(end))
    }

    fn written(&self, span: Span) -> &str {
        &self.written[span.range()]
    }

    /// Steps over a token and says what stood before it.
    fn step(&mut self, start: usize, end: usize) -> Gap {
        let gap = &self.text.as_bytes()[self.before..start];
        let lines = gap.iter().filter(|byte| **byte == b'\n').count();
        // At the start of the file there is no line before.
        let blank_line = lines > 1 && self.before > 0;
        self.before = end;
        Gap { line_end: lines > 0, blank_line }
    }

    fn comment(&self, start: usize, end: usize, gap: Gap) -> Comment {
        let text = self.text[start..end].trim_end_matches('\r');
        let doc = text.starts_with("##") && !text.starts_with("###");
        let content = if doc { &text[2..] } else { &text[1..] };
        Comment {
            span: self.span(start, start + text.len()),
            text: content.trim().to_owned(),
            doc,
            blank_before: gap.blank_line,
        }
    }

    /// Statements, and the comments behind the last one. `open_comment` takes the comment that
    /// stands behind a `<` on its line.
    fn items(
        &mut self,
        pairs: Pairs<'_, Rule>,
        mut open_comment: Option<&mut Option<Comment>>,
    ) -> (Vec<Statement>, Vec<Comment>) {
        let first = self.statements.len();
        let mut comments: Vec<Comment> = Vec::new();
        let mut empty: Option<Span> = None;
        for pair in pairs {
            let (start, end) = (pair.as_span().start(), pair.as_span().end());
            if pair.as_rule() != Rule::idle
                && let Some(run) = empty.take()
            {
                self.report.say(report::empty_statement(run));
            }
            match pair.as_rule() {
                Rule::comment => {
                    let gap = self.step(start, end);
                    let comment = self.comment(start, end, gap);
                    match (self.statements[first..].last_mut(), open_comment.as_deref_mut()) {
                        _ if gap.line_end || !comments.is_empty() => comments.push(comment),
                        (Some(statement), _) if statement.trailing.is_none() => {
                            statement.trailing = Some(Box::new(comment))
                        }
                        (None, Some(slot)) if slot.is_none() => *slot = Some(comment),
                        _ => comments.push(comment),
                    }
                }
                Rule::statement => self.statement(pair, &mut comments),
                Rule::idle => {
                    self.step(start, end);
                    let span = self.span(start, end);
                    empty = Some(empty.map_or(span, |run| run.to(span)));
                }
                Rule::body => self.lost_body(pair, &mut comments, first),
                _ => {}
            }
        }
        if let Some(run) = empty {
            self.report.say(report::empty_statement(run));
        }
        (self.statements.drain(first..).collect(), comments)
    }

    /// A body that no keyword stands before. Behind a `;` it belongs to the statement before it;
    /// otherwise nobody knows, and its statements are left out.
    fn lost_body(&mut self, pair: Pair<'_, Rule>, comments: &mut Vec<Comment>, first: usize) {
        let body = self.body(pair);
        if let Some(statement) = self.statements[first..].last_mut()
            && let End::Semicolon(semicolon) = statement.end
            && !semicolon.range().is_empty()
        {
            self.report.say(report::early_semicolon(&statement.keyword.text, body.open, semicolon));
            statement.span = statement.span.to(body.close.unwrap_or(body.open));
            statement.before_end.extend(statement.trailing.take().map(|comment| *comment));
            statement.before_end.append(comments);
            statement.end = End::Body(Box::new(body));
        } else {
            self.report.say(report::body_without_keyword(body.open));
        }
    }

    fn body(&mut self, pair: Pair<'_, Rule>) -> Body {
        let span = pair.as_span();
        self.before = span.start() + 1;
        let mut open_comment = None;
        let (statements, trailing) = self.items(pair.into_inner(), Some(&mut open_comment));
        self.before = span.end();
        let close = self.span(span.end() - 1, span.end());
        Body {
            open: self.span(span.start(), span.start() + 1),
            open_comment,
            statements,
            trailing,
            close: (!close.range().is_empty()).then_some(close),
        }
    }

    /// A statement, or several where a `;` is missing at a line end. Takes the comments before it,
    /// and leaves those that belong to what follows.
    fn statement(&mut self, pair: Pair<'_, Rule>, comments: &mut Vec<Comment>) {
        let mut pending = Pending::default();
        let (mut at, end) = (pair.as_span().start(), pair.as_span().end());
        for part in pair.into_inner() {
            let (start, end) = (part.as_span().start(), part.as_span().end());
            self.words(at, start, &mut pending, comments);
            at = end;
            let known = match part.as_rule() {
                Rule::comment => Some(Part::Comment),
                Rule::block => Some(Part::Value(ValueKind::Block)),
                Rule::string => Some(Part::Value(ValueKind::String)),
                _ => None,
            };
            if let Some(known) = known {
                self.part(known, start, end, &mut pending, comments);
                continue;
            }
            self.report_stray(pending.stray.take());
            if let Some(open) = pending.open.take() {
                self.missing_value(&open);
                let body = self.body(part);
                let last = body.close.unwrap_or_else(|| self.span(self.before, self.before));
                let statement = self.closed(open, End::Body(Box::new(body)), last);
                self.statements.push(statement);
            } else {
                self.body(part);
            }
        }
        // The `;` is no token of its own. Without it, what stands behind the last part is white space.
        let semicolon = at < end && self.text.as_bytes()[end - 1] == b';';
        self.words(at, end - usize::from(semicolon), &mut pending, comments);
        let Pending { open, stray } = pending;
        self.report_stray(stray);
        if semicolon {
            self.before = end;
        }
        match open {
            Some(open) if semicolon => {
                self.missing_value(&open);
                let span = self.span(end - 1, end);
                let statement = self.closed(open, End::Semicolon(span), span);
                self.statements.push(statement);
            }
            Some(open) => self.unfinished(open, None, comments),
            None => {}
        }
    }

    /// The words and commas of a stretch between two other parts, where nothing else but white space stands.
    fn words(&mut self, mut at: usize, end: usize, pending: &mut Pending, comments: &mut Vec<Comment>) {
        let bytes = &self.text.as_bytes()[..end];
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            match byte {
                b' ' | b'\t'..=b'\r' => continue,
                b',' => self.part(Part::Comma, start, at, pending, comments),
                _ => {
                    let ends = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r' | b',');
                    at = bytes[at..].iter().position(ends).map_or(end, |length| at + length);
                    self.part(Part::Value(ValueKind::Word), start, at, pending, comments);
                }
            }
        }
    }

    /// A part of a statement that is no body.
    fn part(&mut self, part: Part, start: usize, end: usize, pending: &mut Pending, comments: &mut Vec<Comment>) {
        let gap = self.step(start, end);
        let Pending { open, stray } = pending;
        let kind = match part {
            Part::Comment => {
                let comment = self.comment(start, end, gap);
                match open {
                    Some(open) => open.comments.push(comment),
                    None => comments.push(comment),
                }
                return;
            }
            Part::Comma => {
                let span = self.span(start, end);
                match open {
                    Some(open) if !open.arguments.is_empty() && open.comma.is_none() && stray.is_none() => {
                        open.comma = Some(span);
                    }
                    _ => *stray = Some(stray.map_or(span, |run| run.to(span))),
                }
                return;
            }
            Part::Value(kind) => kind,
        };
        self.report_stray(stray.take());
        if let Some(current) = open.take_if(|current| self.starts_statement(current, kind, start, end)) {
            let next = (self.span(start, end), &self.text[start..end]);
            self.unfinished(current, Some(next), comments);
        }
        match open {
            None => *open = Some(self.keyword(kind, start, end, gap, std::mem::take(comments))),
            Some(open) => self.argument(open, kind, start, end),
        }
    }

    fn report_stray(&mut self, stray: Option<Span>) {
        if let Some(run) = stray {
            self.report.say(report::stray_comma(run));
        }
    }

    fn missing_value(&mut self, open: &Open) {
        if let Some(comma) = open.comma {
            self.report.say(report::missing_value(comma, ""));
        }
    }

    /// A statement whose end is known, with the lists of other languages in it made ones of hnet.
    fn closed(&mut self, mut open: Open, end: End, last: Span) -> Statement {
        lists::read(&mut open.arguments, self.written, self.report);
        open.close(end, last)
    }

    /// Ends a statement whose `;` is missing. A comment on its last line is its own, the others
    /// go to what follows.
    fn unfinished(&mut self, mut open: Open, next: Option<(Span, &str)>, comments: &mut Vec<Comment>) {
        let place = self.span(open.end, open.end);
        if let Some(comma) = open.comma {
            // The list is unfinished, and its `;` is part of what is still to be written.
            self.report.say(report::missing_value(comma, ";"));
        } else {
            self.report.say(report::missing_semicolon(&open.keyword.text, place, next));
        }
        let mut behind = std::mem::take(&mut open.comments);
        let own = behind.first().is_some_and(|comment| {
            let between = place.range().end..comment.span.range().start;
            self.written.get(between).is_some_and(|between| !between.contains('\n'))
        });
        let trailing = own.then(|| Box::new(behind.remove(0)));
        comments.append(&mut behind);
        let mut statement = self.closed(open, End::Missing(place), place);
        statement.trailing = trailing;
        self.statements.push(statement);
    }

    /// Whether a word is the keyword of a new statement although no `;` stands before it: it
    /// stands on a later line than what is before it, and looks like a keyword.
    fn starts_statement(&self, open: &Open, kind: ValueKind, start: usize, end: usize) -> bool {
        if kind != ValueKind::Word || open.comma.is_some() || !self.text[open.end..start].contains('\n') {
            return false;
        }
        let word = &self.text[start..end];
        if !is_keyword(word.strip_suffix(':').unwrap_or(word)) {
            return false;
        }
        // Behind the bracket of a list, as other languages write it, it is a value.
        if open.arguments.last().is_some_and(|last| last.value.text == "[") {
            return false;
        }
        // Behind a keyword without arguments it may as well be the value.
        !open.arguments.is_empty() || !matches!(self.following(end), None | Some(b',' | b';' | b'>'))
    }

    /// The first byte of the token behind a place, comments aside.
    fn following(&self, place: usize) -> Option<u8> {
        let mut rest = &self.text[place..];
        loop {
            rest = rest.trim_start_matches([' ', '\n', '\t', '\r']);
            if !rest.starts_with('#') {
                return rest.bytes().next();
            }
            rest = rest.find(['\n', '\r']).map_or("", |end| &rest[end..]);
        }
    }

    /// The keyword of a statement, with what people write by habit taken off it.
    fn keyword(&mut self, kind: ValueKind, start: usize, end: usize, gap: Gap, leading: Vec<Comment>) -> Open {
        let blank_before = leading.first().map_or(gap.blank_line, |comment| comment.blank_before);
        let mut open = Open {
            leading,
            blank_before,
            keyword: Word { span: self.span(start, end), text: self.text[start..end].into() },
            // Most statements have one argument.
            arguments: Vec::with_capacity(1),
            comma: None,
            comments: Vec::new(),
            end,
            touching: false,
        };
        if kind != ValueKind::Word {
            let value = self.value(kind, start, end);
            let word = is_keyword(&value.text).then_some(value.text.as_str());
            self.report.say(report::quoted_keyword(value.span, word));
            open.keyword.text = value.text;
        } else if let Some(at) = open.keyword.text.find(['=', ':'])
            && is_keyword(&open.keyword.text[..at])
        {
            let colon = open.keyword.text.as_bytes()[at] == b':';
            let value = at + 1..open.keyword.text.len();
            if !colon || value.is_empty() {
                let sign = self.span(start + at, start + at + 1);
                self.report.say(report::equals_sign(
                    if colon { ':' } else { '=' },
                    &open.keyword.text[..at],
                    sign,
                    Edit { span: sign, text: if value.is_empty() { "" } else { " " }.to_owned() },
                ));
                if !value.is_empty() {
                    self.argument(&mut open, ValueKind::Word, start + value.start, start + value.end);
                }
                open.keyword.text = self.text[start..start + at].into();
                open.keyword.span = self.span(start, start + at);
            }
        }
        open
    }

    /// Adds a value to a statement, unless it is a sign that people write by habit.
    fn argument(&mut self, open: &mut Open, kind: ValueKind, start: usize, mut end: usize) {
        let full = end;
        if kind == ValueKind::Word {
            let word = &self.text[start..end];
            let sign = match word {
                "=" => Some('='),
                _ => word.strip_suffix(':').filter(|word| word.is_empty() || is_keyword(word)).map(|_| ':'),
            };
            if let Some(sign) = sign {
                let from = if word.len() == 1 { open.end } else { end - 1 };
                let keyword = if word.len() > 1 {
                    &word[..word.len() - 1]
                } else {
                    open.arguments.last().map_or(open.keyword.text.as_str(), |argument| argument.value.text.as_str())
                };
                let edit = Edit { span: self.span(from, end), text: String::new() };
                self.report.say(report::equals_sign(sign, keyword, self.span(end - 1, end), edit));
                if word.len() == 1 {
                    open.end = end;
                    return;
                }
                end -= 1;
            }
        }
        let value = self.value(kind, start, end);
        let bracket = |value: &Value, sign| value.kind == ValueKind::Word && value.text == sign;
        let in_brackets = open.arguments.last().is_some_and(|last| bracket(&last.value, "[")) || bracket(&value, "]");
        if open.end == start && open.comma.is_none() && !open.touching && !in_brackets {
            let first = open.arguments.last().map_or(open.keyword.span, |argument| argument.value.span);
            // Behind an unterminated string, or a sign already spoken of, it is the same mistake.
            if first.end == value.span.start && !self.written(first).starts_with('"')
                || self.written(first).len() > 1 && self.written(first).ends_with('"')
            {
                let (before, after) = (self.written(first), self.written(value.span));
                let half_quoted = before.ends_with('=') && after.starts_with('"') && !after.starts_with("\"\"\"");
                self.report.say(report::adjacent_values(first, value.span, half_quoted));
                open.touching = true;
            }
        }
        open.end = full;
        open.arguments.push(Argument { comma: open.comma.take(), leading: std::mem::take(&mut open.comments), value });
    }

    fn value(&mut self, kind: ValueKind, start: usize, end: usize) -> Value {
        let raw = &self.text[start..end];
        let text = match kind {
            ValueKind::Word => raw.into(),
            ValueKind::Block => strings::dedent(&raw[3..raw.len() - 3]).into(),
            ValueKind::String => {
                let inner = &raw[1..raw.len() - 1];
                let (text, mistakes) = strings::unescape(inner);
                for (range, mistake) in mistakes {
                    let place = self.span(start + 1 + range.start, start + 1 + range.end);
                    self.report.say(match mistake {
                        Mistake::Unknown => report::unknown_escape(&inner[range], place),
                        Mistake::Forbidden(character) => report::unreadable_escape(character, place),
                    });
                }
                text.into()
            }
        };
        Value { span: self.span(start, end), kind, text }
    }
}

impl Open {
    fn close(self, end: End, last: Span) -> Statement {
        Statement {
            leading: self.leading,
            blank_before: self.blank_before,
            span: self.keyword.span.to(last),
            keyword: self.keyword,
            arguments: self.arguments,
            before_end: self.comments,
            end,
            trailing: None,
        }
    }
}

/// Whether a word has the form of a keyword: `[a-z][a-z0-9-]*`.
pub(crate) fn is_keyword(word: &str) -> bool {
    word.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
