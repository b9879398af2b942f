//! Diagnostics for people: the excerpt with its labels, and the form of one line.
//!
//! The only file that names codespan-reporting. What a source or a name holds is not trusted:
//! control characters never reach the terminal. Start at [`human`]; the forms for machines are in
//! [`crate::forms`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label as ShownLabel, LabelStyle, Severity as ShownSeverity};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config, GeneralWriteResult, WriteStyle};

use crate::source::floor_char_boundary;
use crate::{Diagnostic, FileId, Severity, Sources, Span, mended};

/// One diagnostic with its excerpts, labels, help and fixes, ending with an empty line.
#[must_use]
pub fn human(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    let files = Excerpts::of(diagnostic, sources);
    let mut shown = Shown::new(shown_severity(diagnostic.severity))
        .with_code(diagnostic.code.number)
        .with_message(plain_line(&diagnostic.title));
    for (at, label) in diagnostic.labels.iter().enumerate() {
        let style = if at == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
        let range = files.within(label.span);
        shown.labels.push(ShownLabel::new(style, label.span.file, range).with_message(plain_line(&label.text)));
    }
    shown.notes.extend(diagnostic.help.iter().map(|help| format!("help: {}", plain(help))));
    shown.notes.extend(diagnostic.fixes.iter().map(|fix| mended::shown(fix, sources)));
    shown.notes.extend(diagnostic.allowance());
    let mut out = Ink { bytes: Vec::new(), color };
    let config = Config { tab_width: 2, ..Config::default() };
    if term::emit_to_write_style(&mut out, &config, &files, &shown).is_err() {
        // A span of another project has no excerpt; what is wrong is said all the same.
        return short(diagnostic, sources) + "\n";
    }
    let text = String::from_utf8_lossy(&out.bytes);
    match diagnostic.severity {
        // The renderer has no such word, and the text begins with the word that it has.
        Severity::Denied => text.replacen(Severity::Error.word(), Severity::Denied.word(), 1),
        _ => text.into_owned(),
    }
}

/// `path:line:column: error[HN301]: title`, with its line end. Columns count characters.
#[must_use]
pub fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.span().filter(|_| !sources.is_empty()).map_or_else(String::new, |span| {
        let source = sources.get(span.file);
        let position = source.position(span.start as usize);
        format!("{}:{}:{}: ", plain_line(source.path()), position.line, position.column)
    });
    let (word, number) = (diagnostic.severity.word(), diagnostic.code.number);
    format!("{place}{word}[{number}]: {}\n", plain_line(&diagnostic.title))
}

/// A text with its control characters written out, so that no terminal obeys them. Line ends and
/// tabs stay.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_control(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// The same on one line: line ends become spaces.
#[must_use]
pub fn plain_line(text: &str) -> Cow<'_, str> {
    match plain(text) {
        text if text.contains(['\n', '\t']) => Cow::Owned(text.replace(['\n', '\t'], " ")),
        text => text,
    }
}

/// What a terminal might obey or what hides the order of the text: controls, and the marks that
/// change the direction of writing.
pub(crate) fn is_control(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shown_severity(severity: Severity) -> ShownSeverity {
    match severity {
        Severity::Error | Severity::Denied => ShownSeverity::Error,
        Severity::Warning => ShownSeverity::Warning,
        Severity::Note => ShownSeverity::Note,
    }
}

/// The longest line, in bytes, that is shown whole.
pub(crate) const LINE_LIMIT: usize = 400;
/// How many bytes of a longer line are shown around a label.
const AROUND: usize = 120;
/// The most lines over which a label is drawn. Of a longer one, such as a block of YAML, the first line is shown.
const MOST_LINES: usize = 6;

/// The part of a span that is shown.
fn shown_part(span: Span, sources: &Sources) -> Span {
    if (span.file.0 as usize) >= sources.len() {
        return span;
    }
    let source = sources.get(span.file);
    let (first, last) = (source.line(span.start as usize), source.line(span.end as usize));
    if last - first < MOST_LINES {
        return span;
    }
    let start = span.start as usize;
    let rest = source.text().get(start..source.line_range(first).end).unwrap_or_default();
    Span::new(span.file, start, start + rest.trim_end().len())
}

/// A line of a source as it is shown: the whole of it, or the part around a label.
struct Line {
    file: FileId,
    /// Counted from 0.
    index: usize,
    /// The bytes of the source that it shows.
    shows: Range<usize>,
    /// The same in the excerpt's text.
    at: Range<usize>,
}

/// The lines that a diagnostic speaks of, as the renderer wants them: a text of their own, so that what it
/// costs to show one finding does not grow with the source.
struct Excerpts<'a> {
    sources: &'a Sources,
    text: String,
    /// By file and line.
    lines: Vec<Line>,
}

impl<'a> Excerpts<'a> {
    fn of(diagnostic: &Diagnostic, sources: &'a Sources) -> Self {
        let mut wanted: BTreeMap<(FileId, usize), Range<usize>> = BTreeMap::new();
        let known = |label: &&crate::Label| (label.span.file.0 as usize) < sources.len();
        for span in diagnostic.labels.iter().filter(known).map(|label| shown_part(label.span, sources)) {
            let source = sources.get(span.file);
            let (first, last) = (source.line(span.start as usize), source.line(span.end as usize));
            // The lines beside a label are shown where two labels are near each other.
            let lines = first.saturating_sub(1)..=last + 1;
            for line in lines.filter(|line| (1..=source.line_count()).contains(line)) {
                let range = source.line_range(line);
                let inside = |offset: u32| (offset as usize).clamp(range.start, range.end);
                let part = if range.len() <= LINE_LIMIT {
                    range.clone()
                } else {
                    let start = inside(span.start).saturating_sub(AROUND).max(range.start);
                    let end = (inside(span.start).min(inside(span.end)) + 2 * AROUND).min(range.end);
                    floor_char_boundary(source.text(), start)..floor_char_boundary(source.text(), end)
                };
                let shows = wanted.entry((span.file, line - 1)).or_insert_with(|| part.clone());
                // Two labels of one long line: what is between them is shown too, as far as it is short.
                let both = shows.start.min(part.start)..shows.end.max(part.end);
                if both.len() <= 2 * LINE_LIMIT {
                    *shows = both;
                }
            }
        }
        let mut excerpts = Excerpts { sources, text: String::new(), lines: Vec::with_capacity(wanted.len()) };
        for ((file, index), shows) in wanted {
            let start = excerpts.text.len();
            let text = sources.get(file).shown(shows.clone());
            // A carriage return before the line feed ends the line too.
            let line = text.strip_suffix("\r\n").unwrap_or(&text);
            excerpts.text.extend(line.chars().map(visible).chain(text[line.len()..].chars()));
            excerpts.lines.push(Line { file, index, shows, at: start..excerpts.text.len() });
        }
        excerpts
    }

    /// The span as a range of the excerpt that splits no character.
    fn within(&self, span: Span) -> Range<usize> {
        let span = shown_part(span, self.sources);
        let end = self.place(span.file, span.end as usize, true);
        let start = self.place(span.file, span.start as usize, false);
        start..end.max(start)
    }

    /// Where a byte of a source stands in the excerpt; the nearest that is shown, where it is not.
    fn place(&self, file: FileId, offset: usize, end: bool) -> usize {
        let known = (file.0 as usize) < self.sources.len();
        let index = if known { self.sources.get(file).line(offset) - 1 } else { 0 };
        let Ok(at) = self.lines.binary_search_by_key(&(file, index), |line| (line.file, line.index)) else {
            return if end { self.text.len() } else { 0 };
        };
        let line = &self.lines[at];
        let inside = offset.clamp(line.shows.start, line.shows.end) - line.shows.start;
        floor_char_boundary(&self.text, line.at.start + inside)
    }

    fn line_at(&self, byte: usize) -> Result<&Line, Error> {
        let at = self.lines.partition_point(|line| line.at.start <= byte);
        at.checked_sub(1).and_then(|at| self.lines.get(at)).ok_or(Error::FileMissing)
    }

    fn line(&self, file: FileId, index: usize) -> Result<&Line, Error> {
        let at = self.lines.binary_search_by_key(&(file, index), |line| (line.file, line.index));
        at.map(|at| &self.lines[at]).map_err(|_| Error::LineTooLarge { given: index, max: index })
    }
}

/// Each control character as one of its length, so that offsets stay true and the excerpt has a width.
fn visible(character: char) -> char {
    match (is_control(character), character.len_utf8()) {
        (false, _) => character,
        (true, 1) => '?',
        (true, 2) => '·',
        (true, _) => '\u{fffd}',
    }
}

impl<'a> Files<'a> for Excerpts<'_> {
    type FileId = FileId;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<String, Error> {
        if id.0 as usize >= self.sources.len() {
            return Err(Error::FileMissing);
        }
        Ok(plain_line(self.sources.get(id).path()).into_owned())
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        self.name(id).map(|_| self.text.as_str())
    }

    fn line_index(&'a self, _: FileId, byte_index: usize) -> Result<usize, Error> {
        self.line_at(byte_index).map(|line| line.index)
    }

    fn line_range(&'a self, id: FileId, line_index: usize) -> Result<Range<usize>, Error> {
        self.line(id, line_index).map(|line| line.at.clone())
    }

    fn column_number(&'a self, id: FileId, line_index: usize, byte_index: usize) -> Result<usize, Error> {
        let line = self.line(id, line_index)?;
        let offset = line.shows.start + byte_index.saturating_sub(line.at.start);
        Ok(self.sources.get(id).position(offset).column)
    }
}

/// Collects what is written, in colour where that is wanted. Colours are the only escapes it holds,
/// since every text that goes in is plain.
struct Ink {
    bytes: Vec<u8>,
    color: bool,
}

impl Ink {
    fn escape(&mut self, code: &str) -> GeneralWriteResult {
        if self.color {
            self.bytes.extend_from_slice(format!("\x1b[{code}m").as_bytes());
        }
        Ok(())
    }
}

impl Write for Ink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn severity_color(severity: ShownSeverity) -> &'static str {
    match severity {
        ShownSeverity::Bug | ShownSeverity::Error => "1;31",
        ShownSeverity::Warning => "1;33",
        ShownSeverity::Note | ShownSeverity::Help => "1;32",
    }
}

impl WriteStyle for Ink {
    fn set_header(&mut self, severity: ShownSeverity) -> GeneralWriteResult {
        self.escape(severity_color(severity))
    }

    fn set_header_message(&mut self) -> GeneralWriteResult {
        self.escape("1")
    }

    fn set_line_number(&mut self) -> GeneralWriteResult {
        self.escape("34")
    }

    fn set_note_bullet(&mut self) -> GeneralWriteResult {
        self.escape("34")
    }

    fn set_source_border(&mut self) -> GeneralWriteResult {
        self.escape("34")
    }

    fn set_label(&mut self, severity: ShownSeverity, style: LabelStyle) -> GeneralWriteResult {
        self.escape(match style {
            LabelStyle::Primary => severity_color(severity),
            LabelStyle::Secondary => "34",
        })
    }

    fn reset(&mut self) -> GeneralWriteResult {
        self.escape("0")
    }
}

#[cfg(test)]
mod tests {
    use super::{human, plain, plain_line, short};
    use crate::{Diagnostic, FileId, Source, Sources, Span, codes};

    fn sources() -> Sources {
        let mut sources = Sources::new();
        sources.add(Source::new("home.hnet", "network home <\n  subnet lan 10.0.0.0/24 # ü\n>\n"));
        sources.add(Source::new("nodes.hnet", "node one < address lan[1]; >\n"));
        sources
    }

    fn span(file: u32, start: usize, end: usize) -> Span {
        Span::new(FileId(file), start, end)
    }

    fn finding() -> Diagnostic {
        Diagnostic::new(&codes::MISSING_SEMICOLON, "a `;` is missing after `10.0.0.0/24`")
            .label(span(0, 39, 39), "here")
            .label(span(1, 0, 8), "which this `node` uses")
            .help("end the statement")
            .fix("insert `;`", span(0, 39, 39), ";")
    }

    #[test]
    fn the_human_form_shows_both_places_the_help_and_the_mended_line() {
        insta::assert_snapshot!(human(&finding(), &sources(), false), @r"
        error[HN001]: a `;` is missing after `10.0.0.0/24`
          ┌─ home.hnet:2:25
          │
        2 │   subnet lan 10.0.0.0/24 # ü
          │                         ^ here
          │
          ┌─ nodes.hnet:1:1
          │
        1 │ node one < address lan[1]; >
          │ -------- which this `node` uses
          │
          = help: end the statement
          = fix: insert `;`
               2 ~ subnet lan 10.0.0.0/24; # ü
        ");
    }

    #[test]
    fn a_label_over_any_number_of_lines_keeps_its_excerpt_label_and_help() {
        for count in 1..20 {
            let mut sources = Sources::new();
            let text = format!("values \"\"\"\n{}\"\"\";\nend;\n", "  a: b\n".repeat(count));
            let end = text.rfind(';').expect("there are two") - 4;
            sources.add(Source::new("home.hnet", text));
            let finding = Diagnostic::new(&codes::NOT_YAML, "this is no YAML")
                .label(span(0, 7, end), "read as YAML")
                .label(span(0, end + 1, end + 4), "before this")
                .help("write YAML");
            let shown = human(&finding, &sources, false);
            for part in [
                "error[HN224]: this is no YAML",
                "home.hnet:1:8",
                "values",
                "read as YAML",
                "before this",
                "help: write YAML",
            ] {
                assert!(shown.contains(part), "{count} lines, no {part}: {shown}");
            }
        }
    }

    #[test]
    fn a_denied_finding_says_how_it_is_allowed() {
        let finding = Diagnostic::new(&codes::ADDRESS_USED_TWICE, "an error: `10.0.0.1` has two owners")
            .label(span(1, 19, 25), "here")
            .help("take another");
        insta::assert_snapshot!(human(&finding, &sources(), false), @r"
        denied[HN302]: an error: `10.0.0.1` has two owners
          ┌─ nodes.hnet:1:20
          │
        1 │ node one < address lan[1]; >
          │                    ^^^^^^ here
          │
          = help: take another
          = if it is meant: `# hnet: allow HN302 because …` before the statement
        ");
        assert!(human(&finding, &sources(), true).starts_with("\u{1b}[1;31mdenied[HN302]"));
        assert!(short(&finding, &sources()).starts_with("nodes.hnet:1:20: denied[HN302]: an error"));
    }

    #[test]
    fn the_short_form_counts_columns_in_characters() {
        let mut finding = finding();
        finding.labels[0].span = span(0, 44, 44);
        assert_eq!(short(&finding, &sources()), "home.hnet:2:29: error[HN001]: a `;` is missing after `10.0.0.0/24`\n");
    }

    #[test]
    fn a_finding_without_a_place_is_said_without_one() {
        let finding = Diagnostic::new(&codes::MISSING_SEMICOLON, "nothing here");
        assert_eq!(short(&finding, &Sources::new()), "error[HN001]: nothing here\n");
        assert_eq!(human(&finding, &Sources::new(), false), "error[HN001]: nothing here\n\n");
    }

    #[test]
    fn a_span_of_another_project_still_says_what_is_wrong() {
        let finding = Diagnostic::new(&codes::MISSING_SEMICOLON, "lost").label(span(7, 1, 2), "where");
        assert!(human(&finding, &sources(), false).contains("lost"));
    }

    #[test]
    fn no_control_character_of_a_source_or_name_reaches_the_terminal() {
        let mut sources = Sources::new();
        sources.add(Source::new("e\x1b[31m.hnet", "a \x1b]0;owned\x07 \u{9b}31m \u{202e} b;\r\rc;\r\nd;\r\n"));
        let finding = Diagnostic::new(&codes::MISSING_SEMICOLON, "bad `\x1b[2J`")
            .label(span(0, 2, 5), "\x1b[2J\nhere")
            .help("\u{9b}2J")
            .fix("write \x1b", span(0, 0, 1), "\x1b");
        for text in [human(&finding, &sources, false), short(&finding, &sources)] {
            assert!(!text.contains(super::is_control), "{text:?}");
        }
        let colored = human(&finding, &sources, true);
        assert!(!colored.contains("\x1b]") && !colored.contains("\x1b[2J") && !colored.contains('\u{9b}'));
    }

    #[test]
    fn colours_are_added_and_nothing_else() {
        let colored = human(&finding(), &sources(), true);
        let mut stripped = String::new();
        let mut rest = colored.as_str();
        while let Some(at) = rest.find("\x1b[") {
            stripped.push_str(&rest[..at]);
            rest = &rest[at + rest[at..].find('m').expect("a colour ends with m") + 1..];
        }
        stripped.push_str(rest);
        assert_ne!(colored, stripped);
        assert_eq!(stripped, human(&finding(), &sources(), false));
    }

    #[test]
    fn plain_text_keeps_lines_and_a_plain_line_does_not() {
        assert_eq!(plain("a\nb\x07"), "a\nb\\u{7}");
        assert_eq!(plain_line("a\nb\tc"), "a b c");
    }
}
