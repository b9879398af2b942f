//! Markdown whose structure no name and no doc comment can break.
//!
//! A [`Document`] is written from its start to its end: a call begins a heading, a paragraph, an item or a row, and
//! the calls after it say what stands there, [`Document::literal`] Markdown of our own, [`Document::text`] and
//! [`Document::code`] anything, which is escaped at its place, so there is no way to forget it. The next beginning
//! ends the line. [`mermaid`] does the same for diagrams, [`shell`] for commands. Every line has an origin, since
//! nothing begins without one. Knows nothing of networks.

pub(crate) mod mermaid;
pub(crate) mod shell;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::{Display, Write as _};

use hnet_diagnostics::{Origin, Traced};

use crate::OutputFile;

/// A Markdown document that is being written.
pub(crate) struct Document {
    file: OutputFile,
    /// The line that was begun.
    line: String,
    /// What it is.
    open: Open,
    origin: Origin,
    /// Where in it the heading, the item or the cell starts.
    start: usize,
    /// The heads of the table.
    heads: &'static [&'static str],
    /// The items of the list, the rows of the table or the cells of the row so far.
    count: usize,
    is_numbered: bool,
    /// The variables that the commands so far have set.
    variables: Vec<String>,
}

/// What was begun.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Paragraph,
    /// A heading or an item, behind its mark.
    Marked,
    /// A row with this many cells so far.
    Row(usize),
}

/// Where a line stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Line,
    Cell,
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
        Document {
            file,
            line: String::new(),
            open: Open::Nothing,
            origin: header.origin,
            start: 0,
            heads: &[],
            count: 0,
            is_numbered: false,
            variables: Vec::new(),
        }
    }

    /// The finished file.
    pub(crate) fn finish(mut self) -> OutputFile {
        self.end();
        self.file
    }

    /// Ends what was begun.
    fn end(&mut self) {
        match self.open {
            Open::Nothing => return,
            Open::Paragraph => {
                let line = self.line.trim();
                if !line.is_empty() {
                    self.file.lines("", self.origin);
                    self.file.lines(line, self.origin);
                }
            }
            Open::Marked => {
                let said = self.line[self.start..].trim_start();
                let blanks = self.line.len() - self.start - said.len();
                self.line.drain(self.start..self.start + blanks);
                self.line.truncate(self.line.trim_end().len().max(self.start));
                self.file.lines(&self.line, self.origin);
            }
            Open::Row(cells) => {
                self.end_cell(cells);
                (cells..self.heads.len()).for_each(|_| self.line.push_str(" |"));
                self.file.lines(&self.line, self.origin);
            }
        }
        self.open = Open::Nothing;
    }

    fn begin(&mut self, open: Open, mark: &str, origin: Origin) -> &mut Self {
        self.end();
        self.line.clear();
        self.line.push_str(mark);
        (self.open, self.origin, self.start) = (open, origin, self.line.len());
        self
    }

    fn blank(&mut self, origin: Origin) {
        self.end();
        self.file.lines("", origin);
    }

    /// Begins a heading; 1 is the document's own.
    pub(crate) fn heading(&mut self, level: usize, origin: Origin) -> &mut Self {
        self.blank(origin);
        self.begin(Open::Marked, &"### "[3 - level..], origin)
    }

    /// Begins a paragraph; nothing comes of an empty one.
    pub(crate) fn paragraph(&mut self, origin: Origin) -> &mut Self {
        self.begin(Open::Paragraph, "", origin)
    }

    /// Begins a list, numbered or not; nothing comes of one without items.
    pub(crate) fn list(&mut self, is_numbered: bool) {
        self.end();
        (self.count, self.is_numbered) = (0, is_numbered);
    }

    /// Begins an item of the list.
    pub(crate) fn item(&mut self, origin: Origin) -> &mut Self {
        if self.count == 0 {
            self.blank(origin);
        }
        self.count += 1;
        if self.is_numbered {
            self.begin(Open::Marked, &format!("{}. ", self.count), origin)
        } else {
            self.begin(Open::Marked, "- ", origin)
        }
    }

    /// Begins a table; nothing comes of one without rows.
    pub(crate) fn table(&mut self, heads: &'static [&'static str]) {
        self.end();
        (self.count, self.heads) = (0, heads);
    }

    /// Begins a row of the table. It is filled up to the number of heads.
    pub(crate) fn row(&mut self, origin: Origin) -> &mut Self {
        if self.count == 0 {
            self.blank(origin);
            self.file.lines(&format!("| {} |", self.heads.join(" | ")), origin);
            self.file.lines(&format!("|{}", "---|".repeat(self.heads.len())), origin);
        }
        self.count += 1;
        self.begin(Open::Row(0), "|", origin)
    }

    /// Begins a cell of the row.
    pub(crate) fn cell(&mut self) -> &mut Self {
        if let Open::Row(cells) = self.open {
            self.end_cell(cells);
            self.open = Open::Row(cells + 1);
        }
        self.line.push(' ');
        self.start = self.line.len();
        self
    }

    fn end_cell(&mut self, cells: usize) {
        if cells > 0 {
            self.line.push_str(if self.line.len() == self.start { "|" } else { " |" });
        }
    }

    /// Adds Markdown of our own: no text from elsewhere.
    pub(crate) fn literal(&mut self, markdown: &'static str) -> &mut Self {
        self.line.push_str(markdown);
        self
    }

    /// Adds any text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        // In a cell nothing stands at the start of a line.
        let at_start = self.place() == Place::Line && self.line.len() == self.start;
        push_text(&mut self.line, text, at_start);
        self
    }

    /// Adds a message, in which names stand in backticks.
    pub(crate) fn message(&mut self, message: &str) -> &mut Self {
        for (at, part) in message.split('`').enumerate() {
            if at % 2 == 1 {
                self.code(part)
            } else {
                self.text(part)
            };
        }
        self
    }

    /// Adds any text as code.
    pub(crate) fn code(&mut self, code: &str) -> &mut Self {
        self.code_of(&code)
    }

    /// Adds what a value looks like as code.
    pub(crate) fn code_of(&mut self, value: &dyn Display) -> &mut Self {
        let from = self.line.len();
        write!(self.line, "`{value}").expect("a String takes all text");
        // Names and addresses, which is nearly all code, need no care.
        let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'`' | b'|');
        let code = &self.line[from + 1..];
        if !code.is_empty() && code.bytes().all(plain) {
            self.line.push('`');
        } else {
            let (code, place) = (code.to_owned(), self.place());
            self.line.truncate(from);
            push_code(&mut self.line, &code, place);
        }
        self
    }

    /// Adds values as code, with commas.
    pub(crate) fn codes<T: Display>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        for (at, value) in values.into_iter().enumerate() {
            self.comma(at);
            self.code_of(&value);
        }
        self
    }

    /// Adds the comma before an item of an enumeration, but for the first.
    pub(crate) fn comma(&mut self, at: usize) -> &mut Self {
        if at > 0 { self.literal(", ") } else { self }
    }

    /// Adds a link to a file of the output: its path stands between `<` and `>`, where only these two and line ends
    /// would need an escape, and a folder of the output holds none of them.
    pub(crate) fn link(&mut self, words: &'static str, path: &str) -> &mut Self {
        self.literal("[").literal(words).literal("](<");
        self.line.extend(path.chars().filter(|character| !matches!(character, '<' | '>' | '\n' | '\r')));
        self.literal(">)")
    }

    fn place(&self) -> Place {
        if matches!(self.open, Open::Row(_)) { Place::Cell } else { Place::Line }
    }

    /// Adds a picture that lies beside the document.
    pub(crate) fn picture(&mut self, shows: &'static str, path: &str, origin: Origin) {
        self.paragraph(origin).literal("!").link(shows, path);
    }

    /// Adds a doc comment: its paragraphs, which blank lines part.
    pub(crate) fn doc(&mut self, doc: Option<&str>, origin: Origin) {
        for paragraph in paragraphs(doc.unwrap_or_default()) {
            self.paragraph(origin).text(&paragraph);
        }
    }

    /// Adds a doc comment as one paragraph about something.
    pub(crate) fn doc_of(&mut self, name: &str, doc: Option<&str>, origin: Origin) {
        let Some(doc) = doc else { return };
        self.paragraph(origin).code(name).literal(": ");
        for (at, paragraph) in paragraphs(doc).iter().enumerate() {
            self.literal(if at > 0 { " " } else { "" }).text(paragraph);
        }
    }

    /// Adds a block of code; its lines may say anything.
    pub(crate) fn block(&mut self, language: &'static str, lines: &[Traced<String>]) {
        let Some(first) = lines.first() else { return };
        let longest = lines.iter().map(|line| longest_run(&line.value)).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.blank(first.origin);
        self.file.lines(&format!("{fence}{language}"), first.origin);
        for line in lines {
            self.file.lines(plain_line(&line.value).trim_end(), line.origin);
        }
        self.file.lines(&fence, first.origin);
    }

    /// Adds commands. A variable that stands in them for a placeholder is set before the first that needs it.
    pub(crate) fn commands(&mut self, commands: &shell::Commands) {
        let mut lines: Vec<Traced<String>> = Vec::new();
        for (variable, origin) in commands.variables() {
            if !self.variables.contains(variable) {
                self.variables.push(variable.clone());
                lines.push(Traced::new(format!("{variable}=…   # write what fills this placeholder in"), *origin));
            }
        }
        lines.extend_from_slice(commands.lines());
        self.block("bash", &lines);
    }

    /// Adds a diagram.
    pub(crate) fn diagram(&mut self, diagram: &mermaid::Diagram) {
        self.block("mermaid", diagram.lines());
    }
}

/// One line of the text: what a reader of Markdown would take as a line end or cannot show becomes a blank.
fn one_line(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|character| {
        let breaks = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}');
        if breaks { ' ' } else { character }
    })
}

/// The same as a text.
fn plain_line(text: &str) -> Cow<'_, str> {
    match text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(one_line(text).collect()),
    }
}

fn push_text(out: &mut String, text: &str, mut at_start: bool) {
    // Words, numbers and blanks need no care behind the start of a line.
    if !at_start && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b',')) {
        out.push_str(text);
        return;
    }
    // At the start of a line a few more signs mean something: lists, headings, rules.
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
    let text = plain_line(text);
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
    // Nearly no text has any.
    match text.contains('`') {
        true => text.split(|character| character != '`').map(str::len).max().unwrap_or(0),
        false => 0,
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
