//! One pass over the text before pest runs: the tokens as they are written, and the quotes and
//! characters that need a repair.
//!
//! Knows neither statements nor indentation of bodies. It must cut the text as the grammar does;
//! a property test compares the two. Start at [`lex`].

mod habits;
mod quotes;

use std::ops::Range;

use hnet_diagnostics::Diagnostic;

use super::patch::Patches;
use super::report::{self, Report};
use crate::tokens::{Token, TokenKind};

/// What one byte can be at the start of a token; inside a word everything but the first two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Delimiter,
    Plain,
    Brace,
    /// A control character, or the first byte of a character that is not ASCII.
    Odd,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\n' | b'\t' | b'\r' => Class::Space,
            b'<' | b'>' | b';' | b',' | b'"' => Class::Delimiter,
            b'{' | b'}' => Class::Brace,
            0..=31 | 127..=255 => Class::Odd,
            _ => Class::Plain,
        };
        byte += 1;
    }
    classes
};

/// What an odd character is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Odd {
    /// A character like any other.
    Ordinary,
    /// White space that is none in hnet: it separates, and a space should stand there.
    Space,
    /// Something invisible that should not be there at all.
    Invisible,
}

/// What a character outside of strings and comments is.
fn odd(character: char) -> Odd {
    match character {
        '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200A}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{3000}'
        | '\u{0B}'
        | '\u{0C}'
        | '\u{85}' => Odd::Space,
        '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => Odd::Invisible,
        _ if forbidden(character) => Odd::Invisible,
        _ => Odd::Ordinary,
    }
}

/// Whether a character may not even stand in a string or a comment, nor be meant by an escape: control
/// characters, the marks that make a line read otherwise than it acts, the ends of lines that only some
/// readers see, and the mark of byte order. What people read would not be what is there.
pub(crate) fn forbidden(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t' | '\r')
        || matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// A closed block string with a line that stands too far left to be inside of it. When the last
/// block string of a file does not close, this one is the one that was left open.
struct Suspect {
    token: usize,
    place: usize,
    guess: usize,
}

struct Lexer<'t, 'p> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    patches: &'p mut Patches,
    /// Messages with the place they stand at; held back since a block string may be read anew.
    messages: Vec<(usize, Diagnostic)>,
    suspect: Option<Suspect>,
    read_anew: bool,
    /// Whether the last token that is no comment ends a statement or opens or closes a body, or there is none.
    fresh: bool,
    /// Whether it is a comma.
    lists: bool,
    /// Where the last token ends that can be seen.
    seen: usize,
    /// Whether no `*/` follows.
    no_comment_closes: bool,
    /// Up to where no line is the end of a block string that opens with other than three quotes.
    no_block_before: usize,
    /// Up to where no `|` opens a text, since quotes follow that one could not hold.
    no_literal_before: usize,
    /// Up to where the quotes of the line are counted, and whether one of them has no partner.
    odd_quotes: (usize, bool),
}

/// The tokens of the text in order. Mistakes inside of tokens are reported and repaired.
pub(super) fn lex(text: &str, patches: &mut Patches, report: &mut Report<'_>) -> Vec<Token> {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: start,
        tokens: Vec::with_capacity(text.len() / 6),
        patches,
        messages: Vec::new(),
        suspect: None,
        read_anew: false,
        fresh: true,
        lists: false,
        seen: start,
        no_comment_closes: false,
        no_block_before: 0,
        no_literal_before: 0,
        odd_quotes: (0, false),
    };
    while lexer.at < text.len() {
        lexer.token(report);
    }
    let returns = lone_returns(text);
    if !returns.is_empty() {
        report.say(report::lone_returns(returns.into_iter().map(|place| report.span(place..place + 1)).collect()));
    }
    for (_, message) in lexer.messages {
        report.say(message);
    }
    lexer.tokens
}

/// Where a carriage return stands without a line feed behind it.
fn lone_returns(text: &str) -> Vec<usize> {
    let all = text.match_indices('\r').map(|(place, _)| place);
    all.filter(|place| text.as_bytes().get(place + 1) != Some(&b'\n')).collect()
}

/// Whether a line closes a body, or ends as a statement does, and not as YAML does that folds a text.
fn looks_like_hnet(line: &str) -> bool {
    let code = line.find(" #").map_or(line, |comment| &line[..comment]).trim();
    code.starts_with(['>', '}']) || code.ends_with([';', '<', '>']) && !code.ends_with(": >")
}

impl Lexer<'_, '_> {
    fn token(&mut self, report: &Report<'_>) {
        let start = self.at;
        let byte = self.bytes[start];
        match byte {
            b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
            b'<' | b'>' if self.bytes.get(start + 1) == Some(&b'=') && self.comparison(report) => {}
            b'<' => self.single(TokenKind::Open, report),
            b'>' => self.single(TokenKind::Close, report),
            b';' => self.single(TokenKind::Semicolon, report),
            b',' => self.single(TokenKind::Comma, report),
            b'#' => self.comment(report),
            b'"' | b'\'' if self.quotes(report) => {}
            b'"' if self.text[start..].starts_with("\"\"\"") => self.block(report),
            b'"' => self.string(report),
            b'/' | b'-' if self.foreign_comment(report) => {}
            b'|' if self.literal(report) => {}
            128.. if self.typographic(report) => {}
            _ => self.word(report),
        }
    }

    fn push(&mut self, kind: TokenKind, range: Range<usize>, report: &Report<'_>) {
        match kind {
            TokenKind::Comment | TokenKind::DocComment => self.seen = range.end,
            // What cannot be seen is not there.
            TokenKind::Bad if !matches!(self.bytes[range.start], b'{' | b'}') => {}
            _ => {
                self.seen = range.end;
                self.fresh = matches!(kind, TokenKind::Semicolon | TokenKind::Open | TokenKind::Close | TokenKind::Bad);
                self.lists = kind == TokenKind::Comma;
            }
        }
        self.tokens.push(Token { kind, span: report.span(range) });
    }

    fn single(&mut self, kind: TokenKind, report: &Report<'_>) {
        self.push(kind, self.at..self.at + 1, report);
        self.at += 1;
    }

    /// The end of the line that holds a place, its line end not included.
    fn line_end(&self, place: usize) -> usize {
        let end = self.text[place..].find('\n').map_or(self.text.len(), |length| place + length);
        self.text[place..end].find('\r').map_or(end, |length| place + length)
    }

    fn comment(&mut self, report: &Report<'_>) {
        let range = self.at..self.line_end(self.at);
        let text = &self.text[range.clone()];
        let doc = text.starts_with("##") && !text.starts_with("###");
        self.forbid(range.clone(), report);
        self.at = range.end;
        self.push(if doc { TokenKind::DocComment } else { TokenKind::Comment }, range, report);
    }

    fn string(&mut self, report: &Report<'_>) {
        let start = self.at;
        if self.not_opened(start, report) {
            return;
        }
        let mut at = start + 1;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => {
                    at = match self.not_closed(start, at, report) {
                        Some(end) => end,
                        None => self.too_many(start, at + 1, report),
                    };
                    break;
                }
                Some(b'\\') if self.bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
                Some(byte) if *byte != b'\n' => at += 1,
                _ => {
                    at = self.open_string(start, report);
                    break;
                }
            }
        }
        self.forbid(start..at, report);
        self.push(TokenKind::String, start..at, report);
        self.at = at;
    }

    /// Where a string without a closing quote ends.
    fn open_string(&mut self, start: usize, report: &Report<'_>) -> usize {
        if let Some(end) = self.half_typographic(start, report) {
            return end;
        }
        let end = start + 1 + quotes::likely(&self.text[start + 1..self.line_end(start)]).len();
        self.close_string(start, end, report);
        end
    }

    /// Closes a string at a place where no quote does.
    fn close_string(&mut self, start: usize, end: usize, report: &Report<'_>) {
        if !self.half_single(start, end, report) {
            self.messages.push((start, report::unterminated_string(report.span(start..end))));
            self.patches.add(end..end, habits::closing_quote(self.text[start + 1..end].chars()));
        }
    }

    fn block(&mut self, report: &Report<'_>) {
        let start = self.at;
        let token = self.tokens.len();
        if let Some(length) = self.text[start + 3..].find("\"\"\"") {
            let end = start + 3 + length + 3;
            if self.wrong_closing(start, end - 3, report) {
                return;
            }
            let end = self.too_many(start, end, report);
            if self.suspect.is_none()
                && let Some(guess) = self.too_far_left(start, start + 3 + length)
            {
                self.suspect = Some(Suspect { token, place: start, guess });
            }
            self.forbid(start..end, report);
            self.push(TokenKind::String, start..end, report);
            self.at = end;
            return;
        }
        if self.suspected(report) {
            return;
        }
        let guess = self.too_far_left(start, self.text.len()).unwrap_or(self.text.len());
        self.open_block(start, guess, report);
    }

    /// Reads the text anew from the block string that was most likely left open, if there is one.
    fn suspected(&mut self, report: &Report<'_>) -> bool {
        if self.read_anew {
            return false;
        }
        let Some(suspect) = self.suspect.take() else { return false };
        self.read_anew = true;
        self.tokens.truncate(suspect.token);
        self.patches.forget_from(suspect.place);
        while self.messages.pop_if(|(place, _)| *place >= suspect.place).is_some() {}
        self.open_block(suspect.place, suspect.guess, report);
        true
    }

    /// Reads a block string without closing quotes up to where its indentation says it ends.
    fn open_block(&mut self, start: usize, guess: usize, report: &Report<'_>) {
        if self.open_at_quotes(start, guess, report) {
            return;
        }
        let end = start + 3 + self.text[start + 3..guess].trim_end().len();
        let opening = start + quotes::run(&self.text[start..]);
        if opening <= end && self.text[opening..self.line_end(start)].trim_end().is_empty() {
            self.patches.add(start + 3..opening, "");
        }
        let indentation = " ".repeat(self.indentation(start));
        self.messages.push((
            start,
            report::unterminated_block(
                report.span(start..start + 3),
                report.span(end..end),
                format!("\n{indentation}\"\"\";"),
            ),
        ));
        // The `;` behind the quotes is missing with them, and one message is enough.
        self.patches.add(end..end, "\n\"\"\";");
        self.forbid(start..end, report);
        self.push(TokenKind::String, start..end, report);
        self.at = end;
    }

    /// The start of the first line inside a block string that is not indented deeper than the line
    /// where the string starts; the last line is that of the closing quotes and does not count, unless these end it
    /// behind words, as opening ones do. A line that looks like hnet is meant rather than one before it that does not.
    fn too_far_left(&self, start: usize, end: usize) -> Option<usize> {
        self.text[start..end].find('\n')?;
        let mut first = None;
        let limit = self.indentation(start);
        let mut line_start = start;
        for line in self.text[start..end].split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '\t']);
            let last = !line.ends_with('\n') && end < self.text.len();
            let opens = last && self.text[end..self.line_end(end)].trim_end() == "\"\"\"";
            if line_start > start
                && (!last || opens)
                && !content.trim_end().is_empty()
                && line.len() - content.len() <= limit
            {
                if looks_like_hnet(content) {
                    return Some(line_start);
                }
                first = first.or(Some(line_start));
            }
            line_start += line.len();
        }
        first
    }

    /// How many blanks the line that holds a place starts with; where that is the last of a block string, the line where
    /// it opens.
    fn indentation(&self, place: usize) -> usize {
        let mut line = self.text[..place].rfind('\n').map_or(0, |newline| newline + 1);
        for token in self.tokens.iter().rev().map(|token| token.span.range()) {
            if token.start < line && line < token.end {
                line = self.text[..token.start].rfind('\n').map_or(0, |newline| newline + 1);
            } else if token.end <= line {
                break;
            }
        }
        self.bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// Reports what may stand nowhere, not even in a string or a comment; once for each line.
    fn forbid(&mut self, range: Range<usize>, report: &Report<'_>) {
        if self.bytes[range.clone()].iter().all(|byte| matches!(byte, 32..=126 | b'\n' | b'\t' | b'\r')) {
            return;
        }
        let mut at = range.start;
        for line in self.text[range].split_inclusive('\n') {
            let mut said = false;
            for (offset, character) in line.char_indices().filter(|(_, character)| forbidden(*character)) {
                let place = at + offset..at + offset + character.len_utf8();
                if !said {
                    self.messages.push((place.start, report::unreadable(character, report.span(place.clone()), "")));
                    said = true;
                }
                self.patches.add(place, "\u{FFFD}");
            }
            at += line.len();
        }
    }

    fn word(&mut self, report: &Report<'_>) {
        let start = self.at;
        let mut at = start;
        let mut braces = false;
        let mut visible = false;
        let mut hidden: Option<(usize, usize, char)> = None;
        while let Some(byte) = self.bytes.get(at) {
            let class = CLASSES[usize::from(*byte)];
            if matches!(class, Class::Space | Class::Delimiter) {
                break;
            }
            let character = match class {
                Class::Odd => self.text[at..].chars().next().unwrap_or_default(),
                _ => char::from(*byte),
            };
            let length = character.len_utf8();
            match if class == Class::Odd { odd(character) } else { Odd::Ordinary } {
                Odd::Space if at == start => return self.odd_space(report),
                Odd::Space => break,
                // Invisible characters before a word, or behind what may be a bracket, are none of it:
                // without them a comment or a bracket may start here.
                Odd::Invisible if at > start && matches!(self.bytes[at - 1], b'{' | b'}') => break,
                Odd::Ordinary if hidden.is_some() && !visible => break,
                Odd::Ordinary => {
                    visible = true;
                    braces |= class == Class::Brace;
                }
                Odd::Invisible => {
                    self.patches.add(at..at + length, "");
                    hidden = match hidden {
                        Some((first, end, named)) if end == at => Some((first, at + length, named)),
                        None => Some((at, at + length, character)),
                        kept @ Some(_) => kept,
                    };
                }
            }
            at += length;
        }
        if let Some((first, end, character)) = hidden {
            self.messages.push((first, report::unreadable(character, report.span(first..end), "")));
        }
        self.at = at;
        if !visible {
            // Taken out, they would let what stands on both sides run together.
            self.patches.forget_from(start);
            self.patches.add(start..at, " ");
        }
        if braces {
            self.split_braces(start..at, report);
        } else {
            self.push(if visible { TokenKind::Word } else { TokenKind::Bad }, start..at, report);
        }
    }

    /// A run of characters that look like a space.
    fn odd_space(&mut self, report: &Report<'_>) {
        let rest = &self.text[self.at..];
        let length = rest.find(|character| odd(character) != Odd::Space).unwrap_or(rest.len());
        let range = self.at..self.at + length;
        let first = rest.chars().next().unwrap_or(' ');
        self.messages.push((range.start, report::unreadable(first, report.span(range.clone()), " ")));
        self.patches.add(range.clone(), " ");
        self.at = range.end;
        self.push(TokenKind::Bad, range, report);
    }

    /// Cuts a word at the braces that are meant as brackets: one that opens the word, and one
    /// whose partner is not in it. `${NAME}` and `[0-9]{2}` stay as they are.
    fn split_braces(&mut self, range: Range<usize>, report: &Report<'_>) {
        let mut brackets = Vec::new();
        let mut open = Vec::new();
        for at in range.clone() {
            match self.bytes[at] {
                b'{' => open.push(at),
                b'}' => match open.pop() {
                    Some(partner) if partner == range.start => brackets.extend([partner, at]),
                    Some(_) => {}
                    None => brackets.push(at),
                },
                _ => {}
            }
        }
        brackets.extend(open.into_iter().filter(|at| *at == range.start || self.bytes[at - 1] != b'$'));
        brackets.sort();
        let mut at = range.start;
        for bracket in brackets {
            if at < bracket {
                self.push(TokenKind::Word, at..bracket, report);
            }
            self.push(TokenKind::Bad, bracket..bracket + 1, report);
            at = bracket + 1;
            if self.bytes.get(at) == Some(&b'#') {
                // Behind the bracket a comment starts; what the word held of it is read anew.
                self.at = at;
                self.patches.forget_from(at);
                while self.messages.pop_if(|(place, _)| *place >= at).is_some() {}
                return;
            }
        }
        if at < range.end {
            self.push(TokenKind::Word, at..range.end, report);
        }
    }
}
