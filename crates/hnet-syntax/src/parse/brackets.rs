//! The brackets of a text: whether they balance, how deep they go, and where they do not balance,
//! which body was left open or which bracket is one too many.
//!
//! Works on tokens and their indentation, knows no keyword. Start at [`check`]. A text in order
//! costs one pass over its tokens and nothing else.

use super::DEPTH_LIMIT;
use super::build::is_keyword;
use super::patch::Patches;
use super::report::{self, Report};
use crate::tokens::{Token, TokenKind};

/// The text cannot be read since it nests too deep; already reported.
pub(super) struct TooDeep;

/// Makes the brackets of the text balance, by repairs, and reports what was wrong with them.
/// Brackets that close nothing become bad tokens.
pub(super) fn check(
    text: &str,
    tokens: &mut [Token],
    patches: &mut Patches,
    report: &mut Report<'_>,
) -> Result<(), TooDeep> {
    let mut depth = 0_usize;
    let mut deficit = 0_isize;
    let mut sound = true;
    for token in tokens.iter() {
        match bracket(text, *token) {
            Some(Bracket { opens: true, brace }) => {
                depth += 1;
                deficit += 1;
                sound &= !brace;
                if depth > DEPTH_LIMIT {
                    report.say(report::too_deep(token.span, DEPTH_LIMIT));
                    return Err(TooDeep);
                }
            }
            Some(Bracket { opens: false, brace }) => {
                sound &= depth > 0 && !brace;
                depth = depth.saturating_sub(1);
                deficit -= 1;
            }
            None => {}
        }
    }
    if !(sound && depth == 0) {
        mend(text, tokens, deficit, patches, report);
    }
    Ok(())
}

/// Finds out which brackets are missing or too many, and repairs them.
fn mend(text: &str, tokens: &mut [Token], deficit: isize, patches: &mut Patches, report: &mut Report<'_>) {
    let by_indentation = Reading::of(text, tokens, Some(deficit));
    let reading = if by_indentation.edits() == deficit.unsigned_abs() && by_indentation.depth <= DEPTH_LIMIT {
        by_indentation
    } else {
        Reading::of(text, tokens, None)
    };
    reading.repair(text, tokens, patches, report);
}

#[derive(Clone, Copy)]
struct Bracket {
    opens: bool,
    brace: bool,
}

fn bracket(text: &str, token: Token) -> Option<Bracket> {
    match token.kind {
        TokenKind::Open => Some(Bracket { opens: true, brace: false }),
        TokenKind::Close => Some(Bracket { opens: false, brace: false }),
        TokenKind::Bad => match &text[token.span.range()] {
            "{" => Some(Bracket { opens: true, brace: true }),
            "}" => Some(Bracket { opens: false, brace: true }),
            _ => None,
        },
        _ => None,
    }
}

/// A body that is open at some point of the reading.
#[derive(Clone, Copy)]
struct OpenBody {
    /// The token that opens it.
    open: usize,
    /// The first token of its statement.
    head: Option<usize>,
    /// The line where it opens.
    line: usize,
    /// The indentation of the line where its statement starts.
    indentation: usize,
}

/// One way to make the brackets balance.
#[derive(Default)]
struct Reading {
    /// Bodies to close, each behind a token.
    missing: Vec<(OpenBody, usize)>,
    /// Brackets that close nothing.
    stray: Vec<usize>,
    /// Brackets that close a body which nothing opens.
    unopened: Vec<Unopened>,
    /// Which bracket closes which.
    pairs: Vec<(usize, usize)>,
    depth: usize,
}

/// The first token of a line, for the reader that looks ahead.
#[derive(Clone, Copy)]
struct LineStart {
    token: usize,
    indentation: usize,
}

/// The first tokens of the lines that have one, comments aside.
fn line_starts(text: &str, tokens: &[Token]) -> Vec<LineStart> {
    let mut starts = Vec::new();
    let mut end = 0;
    for (index, token) in tokens.iter().enumerate() {
        let range = token.span.range();
        let gap = &text[end..range.start];
        let line = gap.rfind('\n');
        if (line.is_some() || end == 0) && !is_comment(*token) {
            let blanks = gap.len() - line.map_or(0, |newline| newline + 1);
            starts.push(LineStart { token: index, indentation: blanks });
        }
        end = range.end;
    }
    starts
}

fn is_comment(token: Token) -> bool {
    matches!(token.kind, TokenKind::Comment | TokenKind::DocComment)
}

impl Reading {
    /// Reads the brackets. With a deficit, indentation says what is missing (or, where it is
    /// negative, what is stray); without one, only the brackets themselves do.
    fn of(text: &str, tokens: &[Token], deficit: Option<isize>) -> Reading {
        let mut reading = Reading::default();
        let starts = if deficit.is_some() { line_starts(text, tokens) } else { Vec::new() };
        let mut next_start = 0;
        let mut line = LineStart { token: 0, indentation: 0 };
        let mut open: Vec<OpenBody> = Vec::new();
        let mut head: Option<(usize, usize)> = None;
        let mut headlines = Headlines::default();
        let mut behind_bracket = 0;
        let mut before = 0;
        for (index, token) in tokens.iter().enumerate() {
            if is_comment(*token) {
                continue;
            }
            let starts_line = starts.get(next_start).is_some_and(|start| start.token == index);
            let kind = bracket(text, *token);
            if starts_line {
                line = starts[next_start];
                next_start += 1;
                let closes = kind.is_some_and(|bracket| !bracket.opens);
                let next = starts.get(next_start).copied();
                headlines.line(text, tokens, line, next, closes);
                while let Some(top) = open.last().copied() {
                    // A `>` may stand where the statement of its body starts, anything else may not.
                    if top.indentation < line.indentation + usize::from(closes) {
                        break;
                    }
                    reading.missing.push((top, before));
                    open.pop();
                    head = None;
                }
            }
            match kind {
                Some(Bracket { opens: true, .. }) => {
                    let indentation = head.map_or(line.indentation, |(_, indentation)| indentation);
                    let head = head.take().map(|(token, _)| token);
                    open.push(OpenBody { open: index, head, line: next_start, indentation });
                    reading.depth = reading.depth.max(open.len());
                }
                Some(Bracket { opens: false, .. }) => {
                    head = None;
                    let stray = open.last().is_none_or(|top| {
                        deficit.is_some_and(|deficit| deficit < 0)
                            && top.line < next_start
                            && one_too_many(text, tokens, *top, line, starts_line, starts.get(next_start))
                    });
                    if stray {
                        let body = open.last().map_or(0, |top| top.open + 1);
                        let unopened = match deficit.filter(|_| token.kind == TokenKind::Close) {
                            Some(_) if starts_line => headlines.closed_by(index, line, body),
                            Some(_) if behind_bracket <= line.token => opened_in_line(text, tokens, line.token, index),
                            _ => None,
                        };
                        match unopened {
                            Some(unopened) => reading.unopened.push(unopened),
                            None => reading.stray.push(index),
                        }
                    } else if let Some(top) = open.pop() {
                        reading.pairs.push((top.open, index));
                    }
                }
                None if token.kind == TokenKind::Semicolon => head = None,
                None if head.is_none() => head = Some((index, line.indentation)),
                None => {}
            }
            if kind.is_some() {
                behind_bracket = index + 1;
            }
            before = index;
        }
        // Each body that is opened stands around others by one more.
        reading.depth += reading.unopened.len();
        let last = before;
        reading.missing.extend(open.into_iter().rev().map(|body| (body, last)));
        reading
    }

    fn edits(&self) -> usize {
        self.missing.len() + self.stray.len() + self.unopened.len()
    }

    fn repair(self, text: &str, tokens: &mut [Token], patches: &mut Patches, report: &mut Report<'_>) {
        let word = |index: usize| &text[tokens[index].span.range()];
        for (body, behind) in &self.missing {
            let open = tokens[body.open].span;
            let head = body.head.map_or(open, |head| tokens[head].span.to(open));
            let place = tokens[*behind].span.after();
            let line_start = text[..open.range().start].rfind('\n').map_or(0, |newline| newline + 1);
            let same_line = !text[line_start..place.range().start].contains('\n');
            let insert = if same_line { " >".to_owned() } else { format!("\n{}>", " ".repeat(body.indentation)) };
            let brace = (word(body.open) == "{").then_some(open);
            let keyword = body.head.map_or("", word);
            report.say(report::missing_close(keyword, place, head, insert, brace));
            patches.add(place.range(), ">");
            if brace.is_some() {
                patches.add(open.range(), "<");
            }
        }
        for Unopened { head, behind, close, is_sure } in &self.unopened {
            let behind = tokens[*behind];
            let place = if behind.kind == TokenKind::Semicolon { behind.span } else { behind.span.after() };
            let insert = if text[..place.range().start].ends_with(' ') { "<" } else { " <" };
            let mut finding = report::missing_open(word(*head), place, tokens[*close].span, insert);
            finding.fixes.retain(|_| *is_sure);
            report.say(finding);
            patches.add(place.range(), "<");
        }
        for index in &self.stray {
            let span = tokens[*index].span;
            report.say(report::stray_close(word(*index), span));
            patches.add(span.range(), " ");
        }
        for (open, close) in &self.pairs {
            let side = |index: usize| (tokens[index].span, tokens[index].kind == TokenKind::Bad);
            let (open, close) = (side(*open), side(*close));
            if open.1 || close.1 {
                report.say(report::braces(open, close));
            }
            if open.1 {
                patches.add(open.0.range(), "<");
            }
            if close.1 {
                patches.add(close.0.range(), ">");
            }
        }
        for index in self.stray {
            tokens[index].kind = TokenKind::Bad;
        }
    }
}

/// A `>` whose body has no `<`.
struct Unopened {
    /// The first token of its statement.
    head: usize,
    /// The token that the `<` should stand behind; a `;` that stands in its place.
    behind: usize,
    /// The `>`.
    close: usize,
    /// Whether the `<` surely belongs there.
    is_sure: bool,
}

/// The lines that may be all of a statement but its `<`: words that nothing ends, or a `;` in its place, with lines behind
/// them that stand deeper. Those that the lines so far still stand deeper than, the outermost first.
#[derive(Default)]
struct Headlines {
    list: Vec<Headline>,
}

struct Headline {
    head: usize,
    last: usize,
    indentation: usize,
}

impl Headlines {
    /// Reads the start of a line; `closes` where a bracket that closes stands there.
    fn line(&mut self, text: &str, tokens: &[Token], line: LineStart, next: Option<LineStart>, closes: bool) {
        // A `>` may stand where its statement starts, anything else ends what could stand in it.
        while self.list.pop_if(|headline| headline.indentation + usize::from(!closes) > line.indentation).is_some() {}
        let Some(next) = next.filter(|next| next.indentation > line.indentation) else { return };
        let (mut last, mut is_ended) = (None, false);
        for (index, token) in tokens[..next.token].iter().enumerate().skip(line.token) {
            match token.kind {
                TokenKind::Word | TokenKind::String if !is_ended => last = Some(index),
                TokenKind::Semicolon if last.is_some() && !is_ended => {
                    is_ended = true;
                    last = Some(index);
                }
                _ if is_comment(*token) => {}
                _ => return,
            }
        }
        let keyword =
            |index: usize| tokens[index].kind == TokenKind::Word && is_keyword(&text[tokens[index].span.range()]);
        let Some(last) = last.filter(|_| keyword(line.token) && keyword(next.token)) else { return };
        // Behind a keyword alone a word that ends is its value.
        let ends = |token: &Token| matches!(token.kind, TokenKind::Comma | TokenKind::Semicolon | TokenKind::Close);
        if last == line.token && tokens.get(next.token + 1).is_none_or(ends) {
            return;
        }
        self.list.push(Headline { head: line.token, last, indentation: line.indentation });
    }

    /// The line whose body a `>` at the start of a line closes: it stands as deep, in the body from that token on.
    fn closed_by(&mut self, close: usize, line: LineStart, body: usize) -> Option<Unopened> {
        let headline = self.list.pop_if(|it| it.indentation == line.indentation && it.head >= body)?;
        Some(Unopened { head: headline.head, behind: headline.last, close, is_sure: true })
    }
}

/// The body that a `>` closes, the first bracket of its line, behind several statements: the first of them is the head with the
/// body's first statement, of which the keyword and the last values are meant.
fn opened_in_line(text: &str, tokens: &[Token], first: usize, close: usize) -> Option<Unopened> {
    let line = &tokens[first..close];
    let end =
        line.iter().position(|token| !matches!(token.kind, TokenKind::Word | TokenKind::String | TokenKind::Comma))?;
    let statement = &line[..end];
    let another = line[end + 1..].iter().any(|token| token.kind == TokenKind::Semicolon);
    if line[end].kind != TokenKind::Semicolon || !another {
        return None;
    }
    let keyword = |index: usize| {
        let token = statement[index];
        token.kind == TokenKind::Word && is_keyword(&text[token.span.range()])
    };
    // Of a keyword and a name alone the `;` stands in the place of the `<`.
    if statement.len() == 2 && keyword(0) && !again(text, line) {
        return Some(Unopened { head: first, behind: first + end, close, is_sure: true });
    }
    // The values behind the last keyword are joined by commas.
    let mut values = end.checked_sub(1)?;
    while values >= 2 && statement[values - 1].kind == TokenKind::Comma {
        values -= 2;
    }
    // A keyword with its values, or one that takes none, behind the head and its name.
    let inner = match values.checked_sub(1)? {
        before if before > 0 && keyword(before) => before,
        before if before > 0 && keyword(values) => values,
        _ => return None,
    };
    let opens = keyword(0) && statement[inner - 1].kind != TokenKind::Comma && !again(text, line);
    // A keyword, a name and a value may as well be a head without its `<`.
    let is_sure = inner > 1 || statement.len() > 3;
    opens.then_some(Unopened { head: first, behind: first + inner - 1, close, is_sure })
}

/// Whether the first keyword of a line stands in it again: statements of one kind stand beside each other, and seldom in
/// each other.
fn again(text: &str, line: &[Token]) -> bool {
    let word = |token: &Token| &text[token.span.range()];
    line.windows(2).any(|two| two[0].kind == TokenKind::Semicolon && word(&two[1]) == word(&line[0]))
}

/// Whether a `>` closes a body of several lines although what follows, by its indentation, still
/// stands inside of it.
fn one_too_many(
    text: &str,
    tokens: &[Token],
    top: OpenBody,
    line: LineStart,
    starts_line: bool,
    next: Option<&LineStart>,
) -> bool {
    if starts_line {
        return line.indentation > top.indentation;
    }
    next.is_some_and(|next| {
        let closes = bracket(text, tokens[next.token]).is_some_and(|bracket| !bracket.opens);
        next.indentation > top.indentation || (closes && next.indentation == top.indentation)
    })
}
