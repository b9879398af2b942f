//! Markdown whose structure no name and no doc comment can break.
//!
//! Text comes in as [`Inline`] pieces that say what they are, and is escaped when it is written into its
//! place, so there is no way to forget it. [`mermaid`] does the same for diagrams. Every line has an
//! origin, since [`Document`] takes none without. Knows nothing of networks. Start at [`Document`].

pub(crate) mod mermaid;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use hnet_diagnostics::{Origin, Traced};

use crate::OutputFile;

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    /// Markdown of our own.
    Literal(&'static str),
    /// Any text.
    Text(String),
    /// Any text, as code.
    Code(String),
    /// The path of a file of the output, as the target of a link: between `<` and `>`, where only these
    /// two and line ends would need an escape, and a folder of the output holds none of them.
    Target(String),
}

/// A line's worth of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inline(Vec<Piece>);

/// Markdown of our own: no text from elsewhere.
pub(crate) fn literal(markdown: &'static str) -> Inline {
    Inline(vec![Piece::Literal(markdown)])
}

/// Any text.
pub(crate) fn text(text: impl ToString) -> Inline {
    Inline(vec![Piece::Text(text.to_string())])
}

/// Any text, as code.
pub(crate) fn code(text: impl ToString) -> Inline {
    Inline(vec![Piece::Code(text.to_string())])
}

/// A link to a file of the output.
pub(crate) fn link(words: &'static str, path: &str) -> Inline {
    let pieces = [Piece::Literal("["), Piece::Literal(words), Piece::Literal("](<"), Piece::Target(path.to_owned())];
    Inline(pieces.into_iter().chain([Piece::Literal(">)")]).collect())
}

/// Pieces with a separator between them.
pub(crate) fn joined(pieces: impl IntoIterator<Item = Inline>, separator: &'static str) -> Inline {
    let mut out = Inline::default();
    for piece in pieces {
        if !out.0.is_empty() {
            out.0.push(Piece::Literal(separator));
        }
        out.0.extend(piece.0);
    }
    out
}

impl Inline {
    /// The two after each other.
    pub(crate) fn and(mut self, other: Inline) -> Inline {
        self.0.extend(other.0);
        self
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&self, place: Place) -> String {
        let mut out = String::new();
        self.write_to(&mut out, place);
        out
    }

    fn write_to(&self, out: &mut String, place: Place) {
        for piece in &self.0 {
            match piece {
                Piece::Literal(markdown) => out.push_str(markdown),
                Piece::Target(path) => out.extend(path.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\r'))),
                Piece::Text(text) => push_text(out, text),
                Piece::Code(text) => push_code(out, text, place),
            }
        }
    }
}

/// Where a line stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Line,
    Cell,
}

/// One line of the text: what a reader of Markdown would take as a line end or cannot show becomes a blank.
fn one_line(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|character| {
        let breaks = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}');
        if breaks { ' ' } else { character }
    })
}

fn push_text(out: &mut String, text: &str) {
    // Words, numbers and blanks need no care behind the start of a line.
    if !out.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b',')) {
        out.push_str(text);
        return;
    }
    // At the start of a line a few more signs mean something: lists, headings, rules.
    let mut at_start = out.is_empty();
    let mut after_number = false;
    for character in one_line(text) {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Readers of tables disagree about backslashes before a bar.
            '|' => out.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '$' | '{' | '}' => out.extend(['\\', character]),
            '-' | '+' | '=' | ':' if at_start => out.extend(['\\', character]),
            '.' | ')' if after_number => out.extend(['\\', character]),
            _ => out.push(character),
        }
        after_number = character.is_ascii_digit() && (at_start || after_number);
        at_start &= character == ' ';
    }
}

fn push_code(out: &mut String, text: &str, place: Place) {
    // Names and addresses, which is nearly all code, need no care.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'`' | b'|')) {
        out.extend(["`", text, "`"]);
        return;
    }
    let text: String = one_line(text).collect();
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    // In a table a bar ends the cell even within backticks, so there the code is written as HTML.
    if place == Place::Cell && text.contains('|') {
        out.push_str("<code>");
        for character in text.chars() {
            if character.is_ascii_punctuation() {
                write!(out, "&#{};", u32::from(character)).expect("a String takes all text");
            } else {
                out.push(character);
            }
        }
        out.push_str("</code>");
        return;
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    out.extend([&fence, pad, text, pad, &fence]);
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// A Markdown document that is being written.
pub(crate) struct Document {
    file: OutputFile,
}

impl Document {
    /// A document that starts with a comment.
    pub(crate) fn new(header: &Traced<String>) -> Self {
        let mut file = OutputFile::new();
        file.lines("<!--", header.origin);
        for line in header.value.lines() {
            // No comment ends without this sign.
            file.lines(&line.replace('>', "&gt;"), header.origin);
        }
        file.lines("-->", header.origin);
        Document { file }
    }

    /// The finished file.
    pub(crate) fn finish(self) -> OutputFile {
        self.file
    }

    fn blank(&mut self, origin: Origin) {
        self.file.lines("", origin);
    }

    /// A heading; 1 is the document's own.
    pub(crate) fn heading(&mut self, level: usize, heading: &Inline, origin: Origin) {
        self.blank(origin);
        self.file.lines(&format!("{} {}", "#".repeat(level), heading.write(Place::Line).trim()), origin);
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, paragraph: &Inline, origin: Origin) {
        let line = paragraph.write(Place::Line);
        if !line.trim().is_empty() {
            self.blank(origin);
            self.file.lines(line.trim(), origin);
        }
    }

    /// A picture that lies beside the document.
    pub(crate) fn picture(&mut self, shows: &'static str, path: &str, origin: Origin) {
        self.paragraph(&literal("!").and(link(shows, path)), origin);
    }

    /// A doc comment: its paragraphs, which blank lines part.
    pub(crate) fn doc(&mut self, doc: Option<&str>, origin: Origin) {
        for paragraph in paragraphs(doc.unwrap_or_default()) {
            self.paragraph(&text(paragraph), origin);
        }
    }

    /// A list, numbered or not.
    pub(crate) fn list(&mut self, numbered: bool, items: &[(Inline, Origin)]) {
        let Some((_, first)) = items.first() else { return };
        self.blank(*first);
        for (at, (item, origin)) in items.iter().enumerate() {
            let mark = if numbered { format!("{}. ", at + 1) } else { "- ".to_owned() };
            self.file.lines(&format!("{mark}{}", item.write(Place::Line).trim()), *origin);
        }
    }

    /// A table; nothing where it has no rows. Rows are cut or filled up to the number of heads.
    pub(crate) fn table(&mut self, heads: &[&'static str], rows: &[(Vec<Inline>, Origin)]) {
        let Some((_, first)) = rows.first() else { return };
        self.blank(*first);
        self.file.lines(&format!("| {} |", heads.join(" | ")), *first);
        self.file.lines(&format!("|{}", "---|".repeat(heads.len())), *first);
        for (cells, origin) in rows {
            let mut line = String::from("|");
            for at in 0..heads.len() {
                line.push(' ');
                let before = line.len();
                cells.iter().skip(at).take(1).for_each(|cell| cell.write_to(&mut line, Place::Cell));
                line.push_str(if line.len() == before { "|" } else { " |" });
            }
            self.file.lines(&line, *origin);
        }
    }

    /// A block of code; its lines may say anything.
    pub(crate) fn code(&mut self, language: &'static str, lines: &[Traced<String>]) {
        let Some(first) = lines.first() else { return };
        let longest = lines.iter().map(|line| longest_run(&line.value)).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.blank(first.origin);
        self.file.lines(&format!("{fence}{language}"), first.origin);
        for line in lines {
            let text: String = one_line(&line.value).collect();
            self.file.lines(text.trim_end(), line.origin);
        }
        self.file.lines(&fence, first.origin);
    }

    /// A diagram.
    pub(crate) fn diagram(&mut self, diagram: &mermaid::Diagram) {
        self.code("mermaid", diagram.lines());
    }
}

/// The paragraphs of a doc comment, each on one line.
pub(crate) fn paragraphs(doc: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for line in doc.lines().map(str::trim) {
        match (line.is_empty(), open, out.last_mut()) {
            (true, ..) => open = false,
            (false, true, Some(last)) => {
                last.push(' ');
                last.push_str(line);
            }
            (false, ..) => {
                out.push(line.to_owned());
                open = true;
            }
        }
    }
    out
}

/// A word of a shell command: in quotes where the shell would read more than the word.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@%+,=".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
