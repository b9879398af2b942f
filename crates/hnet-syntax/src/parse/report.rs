//! The words of the syntax messages, each in one function, and the cap on their number.
//!
//! Knows what is said, not how the mistake is found. Start at [`Report`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Edit, FileId, Severity, Span, codes};

/// So many errors, and so many warnings, are recorded for one file. A file with more of them is
/// not a source (a picture, an archive), and its messages would take more memory than the file.
const LIMIT: usize = 500;

/// Where the messages of one file go.
pub(super) struct Report<'o> {
    file: FileId,
    out: &'o mut Diagnostics,
    errors: usize,
    warnings: usize,
}

impl<'o> Report<'o> {
    pub(super) fn new(file: FileId, out: &'o mut Diagnostics) -> Self {
        Report { file, out, errors: 0, warnings: 0 }
    }

    /// A place of the file.
    pub(super) fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// Records a message unless the file already has too many of its severity.
    pub(super) fn say(&mut self, diagnostic: Diagnostic) {
        let count = if diagnostic.severity == Severity::Error { &mut self.errors } else { &mut self.warnings };
        if *count < LIMIT {
            *count += 1;
            self.out.report(diagnostic);
        }
    }
}

/// A statement ends without `;`; `place` is empty, `next` the word that starts the next statement.
pub(super) fn missing_semicolon(keyword: &str, place: Span, next: Option<(Span, &str)>) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(&codes::MISSING_SEMICOLON, format!("`{}` is missing its `;`", short(keyword)))
        .label(place, "a `;` should stand here");
    if let Some((span, word)) = next {
        diagnostic = diagnostic.label(span, "the next statement starts here").help(format!(
            "end the statement with `;`; should `{}` belong to it, write it on the same line",
            short(word)
        ));
    } else {
        diagnostic = diagnostic.help("end the statement with `;`");
    }
    diagnostic.fix("insert `;`", place, ";")
}

/// A body without `>`; `place` is empty, `head` from the keyword to the `<`, `bracket` what opened it.
pub(super) fn missing_close(keyword: &str, place: Span, head: Span, insert: String, brace: Option<Span>) -> Diagnostic {
    let mut edits = vec![Edit { span: place, text: insert }];
    edits.extend(brace.map(|span| Edit { span, text: "<".to_owned() }));
    let title = if keyword.is_empty() {
        "a body is missing its `>`".to_owned()
    } else {
        format!("the body of `{}` is missing its `>`", short(keyword))
    };
    Diagnostic::new(&codes::MISSING_CLOSING_BRACKET, title)
        .label(place, "a `>` should stand here")
        .label(head, "this body is still open")
        .help("close the body with `>`")
        .fix_all("insert `>`", edits)
}

/// A `>` or `}` that closes nothing.
pub(super) fn stray_close(bracket: &str, place: Span) -> Diagnostic {
    Diagnostic::new(&codes::STRAY_CLOSING_BRACKET, format!("`{bracket}` closes nothing"))
        .label(place, "no body is open here that this could close")
        .help(format!("delete this `{bracket}`, or open the body it should close with `<`"))
        .fix(format!("delete `{bracket}`"), place, "")
}

/// A body without `<`; `place` is empty or the `;` in its place, `close` what closes it.
pub(super) fn missing_open(keyword: &str, place: Span, close: Span, insert: &str) -> Diagnostic {
    let finding = Diagnostic::new(
        &codes::MISSING_OPENING_BRACKET,
        format!("the body of `{}` is missing its `<`", short(keyword)),
    )
    .label(place, "a `<` should stand here")
    .label(close, "this closes the body")
    .help("open the body with `<`");
    finding.fix(if place.start == place.end { "insert `<`" } else { "write `<`" }, place, insert)
}

/// A text that reads as a comparison; the edits put quotes around it.
pub(super) fn text_without_quotes(text: Span, edits: Vec<Edit>) -> Diagnostic {
    Diagnostic::new(&codes::TEXT_WITHOUT_QUOTES, "a text with `<` or `>` needs quotes")
        .label(text, "without quotes these are brackets")
        .help("write the text between `\"` and `\"`")
        .fix_all("put quotes around it", edits)
}

/// A text in the quotes of a text editor or of another language; the edits make them straight.
pub(super) fn other_quotes(kind: &str, text: Span, edits: Vec<Edit>) -> Diagnostic {
    Diagnostic::new(&codes::TEXT_WITHOUT_QUOTES, format!("{kind} quotes do not enclose a text"))
        .label(text, "a text stands between `\"` and `\"`")
        .help("write straight double quotes")
        .fix_all("write straight double quotes", edits)
}

/// A comment of another language; the edits make it one.
pub(super) fn foreign_comment(mark: &str, place: Span, edits: Vec<Edit>) -> Diagnostic {
    Diagnostic::new(&codes::FOREIGN_COMMENT, format!("`{mark}` starts no comment"))
        .label(place, "comments start with `#`")
        .help(if mark == "/*" { "write `#` before each line of the comment" } else { "write `#` instead" })
        .fix_all("write `#`", edits)
}

/// A list as another language writes it; the edits make it one, which then reads as `meant`.
pub(super) fn foreign_list(title: &str, place: Span, meant: &str, edits: Vec<Edit>) -> Diagnostic {
    let order = match meant.chars().count() <= 60 && !meant.contains('\n') {
        true => format!("write `{meant}`"),
        false => "write commas between the values".to_owned(),
    };
    Diagnostic::new(&codes::FOREIGN_LIST, title)
        .label(place, "a list is its values with commas between them")
        .help(order.as_str())
        .fix_all(order, edits)
}

/// `{` and `}` as brackets: one message for the pair.
pub(super) fn braces(open: (Span, bool), close: (Span, bool)) -> Diagnostic {
    let mut edits = Vec::new();
    if open.1 {
        edits.push(Edit { span: open.0, text: "<".to_owned() });
    }
    if close.1 {
        edits.push(Edit { span: close.0, text: ">".to_owned() });
    }
    let (first, second) = if open.1 { (open.0, close.1.then_some(close.0)) } else { (close.0, None) };
    let text = if open.1 { "a body opens with `<`" } else { "a body closes with `>`" };
    let mut diagnostic =
        Diagnostic::new(&codes::CURLY_BRACKETS, "curly brackets do not enclose a body").label(first, text);
    if let Some(span) = second {
        diagnostic = diagnostic.label(span, "and closes with `>`");
    }
    diagnostic.help("write a body between `<` and `>`").fix_all("write `<` and `>`", edits)
}

/// A comma that no value stands before.
pub(super) fn stray_comma(place: Span) -> Diagnostic {
    Diagnostic::new(&codes::STRAY_COMMA, "no value stands before this comma")
        .label(place, "a comma joins the values of a list")
        .help("write the missing value, or delete the comma")
        .fix("delete the comma", place, "")
}

/// A list that should go on after its comma; `instead` is what stands there if it ends.
pub(super) fn missing_value(comma: Span, instead: &str) -> Diagnostic {
    Diagnostic::new(&codes::MISSING_VALUE, "the list ends with a comma")
        .label(comma, "a value should follow this comma")
        .help("write the missing value, or delete the comma")
        .fix("end the list here", comma, instead)
}

/// A `;` without a statement.
pub(super) fn empty_statement(place: Span) -> Diagnostic {
    Diagnostic::new(&codes::EMPTY_STATEMENT, "`;` ends no statement")
        .label(place, "no statement stands before this `;`")
        .help("delete the `;`; a body needs none behind it")
        .fix("delete `;`", place, "")
}

/// A body behind the `;` that ended its statement too early.
pub(super) fn early_semicolon(keyword: &str, open: Span, semicolon: Span) -> Diagnostic {
    Diagnostic::new(&codes::BODY_WITHOUT_KEYWORD, "no keyword stands before this body")
        .label(open, "a body opens here")
        .label(semicolon, format!("this `;` ends `{}` before its body", short(keyword)))
        .help("delete the `;` so that the body belongs to the statement before it")
        .fix("delete the `;`", semicolon, "")
}

/// A body that nothing stands before.
pub(super) fn body_without_keyword(open: Span) -> Diagnostic {
    Diagnostic::new(&codes::BODY_WITHOUT_KEYWORD, "no keyword stands before this body")
        .label(open, "a body opens here")
        .help("write the keyword and the name that the body belongs to before the `<`")
}

/// A string that does not end on its line.
pub(super) fn unterminated_string(string: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNTERMINATED_STRING, "the string is not closed")
        .label(string, "no `\"` follows on this line")
        .help("close the string with `\"`; text of several lines goes between `\"\"\"` and `\"\"\"`")
        .fix("insert `\"`", string.after(), "\"")
}

/// A block string that does not end.
pub(super) fn unterminated_block(quotes: Span, end: Span, insert: String) -> Diagnostic {
    Diagnostic::new(&codes::UNTERMINATED_BLOCK_STRING, "the block string is not closed")
        .label(quotes, "no `\"\"\"` closes what starts here")
        .label(end, "by its indentation it ends here")
        .help("close the block string with `\"\"\"`")
        .fix("insert `\"\"\"`", end, insert)
}

/// A block string with another number or kind of quotes at its ends; the edits make them three.
pub(super) fn not_three_quotes(edits: Vec<Edit>) -> Diagnostic {
    let title = "a block string stands between `\"\"\"` and `\"\"\"`";
    edits
        .iter()
        .fold(Diagnostic::new(&codes::UNTERMINATED_BLOCK_STRING, title), |diagnostic, edit| {
            diagnostic.label(edit.span, "not three double quotes")
        })
        .help("write three double quotes before the text and three behind it")
        .fix_all("write `\"\"\"`", edits)
}

/// A text of several lines as YAML writes it; the edits put it between quotes.
pub(super) fn literal(mark: &str, place: Span, edits: Vec<Edit>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::TEXT_WITHOUT_QUOTES, format!("`{}` opens no text", short(mark)))
        .label(place, "the lines below are a text")
        .help("write a text of several lines between `\"\"\"` and `\"\"\"`");
    if edits.is_empty() { diagnostic } else { diagnostic.fix_all("write `\"\"\"`", edits) }
}

/// Quotes of which no text stands between two.
pub(super) fn closes_nothing(place: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNTERMINATED_BLOCK_STRING, "these quotes close no text")
        .label(place, "no `\"\"\"` opens what would end here")
        .help("write `\"\"\"` before a text of several lines as well, or `\"\"` for no text at all")
}

/// Quotes right before or behind those of a text.
pub(super) fn quotes_too_many(block: bool, place: Span) -> Diagnostic {
    let many = if place.range().len() == 1 { "a quote" } else { "quotes" };
    let (code, what, escape) = match block {
        true => (&codes::UNTERMINATED_BLOCK_STRING, "block string", "the text ends at the first three quotes"),
        false => (&codes::UNTERMINATED_STRING, "string", "a quote inside of the text is written `\\\"`"),
    };
    let them = if place.range().len() == 1 { "it" } else { "them" };
    Diagnostic::new(code, format!("the {what} has {many} too many"))
        .label(place, "outside of the text")
        .help(format!("delete {them}; {escape}"))
        .fix(format!("delete {them}"), place, "")
}

/// A string without its first quote, which the edits write where its place is known.
pub(super) fn not_opened(text: Span, edits: Vec<Edit>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::UNTERMINATED_STRING, "the string is not opened")
        .label(text, "a `\"` closes what none opens")
        .help("write `\"` before the text as well");
    match edits.is_empty() {
        true => diagnostic,
        false => diagnostic.fix_all("insert `\"`", edits),
    }
}

/// A backslash with something behind it that is no escape.
pub(super) fn unknown_escape(escape: &str, place: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNKNOWN_ESCAPE, format!("`{}` is no escape", short(escape)))
        .label(place, "no character is written like this")
        .help("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{…}`; a backslash itself is `\\\\`")
        .fix("write `\\\\` for a backslash", Span { end: place.start, ..place }, "\\")
}

/// `key = value` or `key: value`; the edit takes the sign away.
pub(super) fn equals_sign(sign: char, keyword: &str, place: Span, edit: Edit) -> Diagnostic {
    let keyword = short(keyword);
    Diagnostic::new(&codes::EQUALS_SIGN, format!("`{sign}` does not stand between keyword and value"))
        .label(place, format!("hnet writes `{keyword} value;`"))
        .help(format!("delete the `{sign}`"))
        .fix_all(format!("delete the `{sign}`"), vec![edit])
}

/// A string where the keyword should stand; `word` is its text where that could be a keyword.
pub(super) fn quoted_keyword(place: Span, word: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::QUOTED_KEYWORD, "a statement starts with a keyword, not a string")
        .label(place, "a string, where a keyword is expected")
        .help("start the statement with a bare word that says what the value is");
    match word {
        Some(word) => diagnostic.fix(format!("write `{word}`"), place, word),
        None => diagnostic,
    }
}

/// Two values without anything between them; `half_quoted` where they are `key=` and a quoted text.
pub(super) fn adjacent_values(first: Span, second: Span, half_quoted: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::ADJACENT_VALUES, "nothing separates two values")
        .label(second, "this value touches the one before it")
        .label(first, "the value before it");
    match half_quoted {
        true => {
            let opening = |span: Span, end, text: &str| Edit { span: Span { end, ..span }, text: text.to_owned() };
            diagnostic.help("quotes stand around the whole of it").fix_all(
                "put the quotes around both",
                vec![opening(first, first.start, "\""), opening(second, second.start + 1, "")],
            )
        }
        false => diagnostic.help("write white space between two values, or a comma where they are one list").fix(
            "insert a space",
            Span { end: second.start, ..second },
            " ",
        ),
    }
}

/// A run of characters that have no place in a source, the first of them named.
pub(super) fn unreadable(first: char, place: Span, instead: &'static str) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::UNREADABLE_CHARACTER, said_of(first, !instead.is_empty()))
        .label(place, "an invisible character stands here");
    if instead.is_empty() {
        diagnostic.help("delete the character").fix("delete it", place, "")
    } else {
        diagnostic.help("write a space").fix("write a space", place, instead)
    }
}

/// Carriage returns without line feeds behind them.
pub(super) fn lone_returns(places: Vec<Span>) -> Diagnostic {
    let title = "U+000D alone ends a line for some readers only";
    let diagnostic = Diagnostic::new(&codes::UNREADABLE_CHARACTER, title)
        .label(places[0], "a carriage return without a line feed behind it")
        .help("save the file with the line ends of Unix or of Windows");
    diagnostic.fix_all("write line feeds", places.into_iter().map(|span| Edit { span, text: "\n".into() }).collect())
}

/// An escape that means a character which has no place in a source.
pub(super) fn unreadable_escape(character: char, place: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNREADABLE_CHARACTER, said_of(character, false))
        .label(place, "an invisible character is meant here")
        .help("delete the escape")
        .fix("delete it", place, "")
}

/// What is wrong with a character that nobody sees; `separates` where it stands for white space.
fn said_of(character: char, separates: bool) -> String {
    let number = u32::from(character);
    match character {
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            format!("U+{number:04X} changes the direction of the text")
        }
        '\u{2028}' | '\u{2029}' if !separates => format!("U+{number:04X} ends a line for some readers only"),
        _ if character.is_control() => format!("control character U+{number:04X}"),
        _ => format!("U+{number:04X} is no white space here"),
    }
}

/// Doc comments that no statement follows; the edits make them common ones.
pub(super) fn doc_of_nothing(comments: Span, edits: Vec<Edit>) -> Diagnostic {
    Diagnostic::new(&codes::DOC_OF_NOTHING, "a doc comment describes nothing")
        .label(comments, "no statement follows, so it is in no documentation")
        .help("write it before a statement, or with one `#`")
        .fix_all("write one `#`", edits)
}

/// A body more than the limit deep.
pub(super) fn too_deep(open: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(&codes::TOO_DEEP, format!("bodies stand more than {limit} deep"))
        .label(open, "this body is too deep")
        .help("the file is not read; close the bodies that were left open, or write fewer of them into each other")
}

/// A text above the limit.
pub(super) fn too_large(start: Span, size: usize, limit: usize) -> Diagnostic {
    Diagnostic::new(&codes::TOO_LARGE, format!("the source is larger than {} MiB", limit >> 20))
        .label(start, format!("this file has {size} bytes and is not read"))
        .help("split the source and join its parts with `include`")
}

/// A text of more tokens than the limit.
pub(super) fn too_many(place: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(&codes::TOO_LARGE, format!("the source has more than {limit} words and signs"))
        .label(place, "one more than that, and the file is not read")
        .help("split the source and join its parts with `include`")
}

/// A text that the grammar does not accept although its quotes and brackets are sound.
pub(super) fn unreadable_text(place: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNREADABLE_CHARACTER, "the text cannot be read from here on")
        .label(place, "neither a word nor a string, a bracket, a comma or a `;`")
        .help("write a keyword, its values, and a body or a `;`")
}

/// A text of the user's, cut where it would make the message unreadable.
fn short(text: &str) -> &str {
    match text.char_indices().nth(24) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}
