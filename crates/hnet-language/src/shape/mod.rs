//! A statement's shape by its declaration: its parts, and the messages about what is unknown, missing, repeated
//! or in the wrong place. What a value means is no business of it. Start at [`parts::Parts::cut`].

pub(crate) mod parts;

use hnet_diagnostics::{Diagnostic, Span, codes, did_you_mean, nearest, quoted};
use hnet_syntax::tree::{Argument, Statement, Value, ValueKind, Word};

use crate::declaration::{Field, Kind, Naming, Shape, Space, Type, Vocabulary};
use crate::names::include::FROM;

/// `a` or `an` with a word in backticks.
fn article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} `{word}`", if vowel { "an" } else { "a" })
}

/// A word that starts no statement here.
#[must_use]
pub fn unknown_keyword(statement: &Statement, kind: &Kind, vocabulary: &Vocabulary) -> Diagnostic {
    let word = statement.keyword.text.as_str();
    let span = statement.keyword.span;
    let words = vocabulary.words_in(kind);
    let foreign = vocabulary.foreign(word, kind.keyword);
    let unknown = || {
        Diagnostic::new(&codes::UNKNOWN_KEYWORD, format!("`{word}` is no word of the language"))
            .label(span, format!("unknown in {}", article(kind.keyword)))
    };
    // One of a thing that is written in the plural, or the reverse, whatever else that word says elsewhere.
    let number = words.iter().find(|known| is_plural_of(word, known) || is_plural_of(known, word));
    if let (None, Some(number)) = (foreign, number) {
        return did_you_mean(unknown(), number, span);
    }
    let homes = vocabulary.homes_of(word);
    if !homes.is_empty() {
        return Diagnostic::new(
            &codes::MISPLACED_KEYWORD,
            format!("`{word}` cannot stand in {}", article(kind.keyword)),
        )
        .label(span, format!("`{word}` stands in {}", quoted(homes.iter().map(String::as_str), ", ")))
        .help(match (foreign, nearest(word, words.iter().copied())) {
            (Some(foreign), _) => foreign.answer.to_owned(),
            (None, Some(near)) => format!("write `{near}`, if that is what is meant, or move it"),
            (None, None) => format!("move it, or see `hnet reference` for what {} takes", article(kind.keyword)),
        });
    }
    match (foreign, nearest(word, words.iter().copied())) {
        (Some(foreign), _) => unknown().help(foreign.answer),
        (None, Some(near)) => did_you_mean(unknown(), near, span),
        (None, None) => unknown().help(format!("{} takes {}", article(kind.keyword), quoted(words, ", "))),
    }
}

/// Whether a word is another with the ending of the plural.
fn is_plural_of(plural: &str, singular: &str) -> bool {
    let ends = |ending: &str, instead: &str| {
        let start = plural.strip_suffix(ending);
        start.is_some_and(|start| {
            start.len() + instead.len() == singular.len() && singular.starts_with(start) && singular.ends_with(instead)
        })
    };
    ends("s", "") || ends("es", "") || ends("ies", "y")
}

/// The statement of a body whose keyword is most likely meant to be this one: misspelt, or another tool's word for it.
pub(crate) fn misspelt<'t>(
    statement: &'t Statement,
    kind: &Kind,
    keyword: &str,
    vocabulary: &Vocabulary,
) -> Option<&'t Statement> {
    let words = vocabulary.words_in(kind);
    statement.statements().iter().find(|nested| {
        let word = nested.keyword.text.as_str();
        let meant = || match vocabulary.foreign(word, kind.keyword) {
            Some(foreign) => foreign.instead.contains(&keyword),
            None if is_plural_of(word, keyword) || is_plural_of(keyword, word) => true,
            None => nearest(word, words.iter().copied()) == Some(keyword),
        };
        !words.contains(&word) && meant()
    })
}

/// A statement that must be named and is not.
pub(crate) fn missing_name(statement: &Statement, kind: &Kind) -> Diagnostic {
    // Whoever fills placeholders in has names of their own.
    let called = match kind.keyword == Space::PLACEHOLDER.keyword() {
        true => "letters, digits and `_`",
        false => "lower-case letters, digits and hyphens",
    };
    Diagnostic::new(&codes::MISSING_NAME, format!("`{}` has no name", kind.keyword))
        .label(statement.keyword.span.after(), "the name is missing here")
        .help(format!("write `{} NAME`, a name of {called}", kind.keyword))
}

/// A value behind the name that must be there and is not.
pub(crate) fn missing_positional(statement: &Statement, kind: &Kind, slot: &Field) -> Diagnostic {
    let called = value_called(slot.shape);
    let name = if kind.naming == Naming::Named { " NAME" } else { "" };
    let keyword_and_name = match (kind.naming, statement.arguments.first()) {
        (Naming::Named, Some(first)) => first.value.span,
        _ => statement.keyword.span,
    };
    Diagnostic::new(&codes::FIELD_WITHOUT_VALUE, format!("`{}` needs {called}", kind.keyword))
        .label(keyword_and_name.after(), format!("{called} is missing here"))
        .help(format!("write `{}{name} {}`", kind.keyword, slot.keyword.to_ascii_uppercase()))
}

fn value_called(shape: Shape) -> String {
    match shape {
        Shape::One(kind) | Shape::List(kind) => kind.called(),
        Shape::Flag => "`on` or `off`".to_owned(),
        Shape::Statement(kind) | Shape::Statements(kind) => article(kind.keyword),
    }
}

/// A field that must be given and is not.
pub(crate) fn missing_field(statement: &Statement, field: &Field) -> Diagnostic {
    let what = match field.shape {
        Shape::Statement(_) | Shape::Statements(_) => format!("write `{} … ` in its body", field.keyword),
        Shape::One(kind) | Shape::List(kind) => format!("write `{} …;` with {}", field.keyword, kind.called()),
        Shape::Flag => format!("write `{};`", field.keyword),
    };
    Diagnostic::new(&codes::MISSING_FIELD, format!("{} has no `{}`", article(&statement.keyword.text), field.keyword))
        .label(
            statement
                .keyword
                .span
                .to(statement.arguments.first().map_or(statement.keyword.span, |first| first.value.span)),
            format!("`{}` is missing", field.keyword),
        )
        .help(what)
}

/// A statement that does nothing.
pub(crate) fn idle(statement: &Statement, kind: &Kind) -> Diagnostic {
    let word = &statement.keyword.text;
    let fields = kind.fields.iter().take(3).map(|field| field.keyword);
    Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{word}` says nothing"))
        .label(statement.keyword.span, "nothing changes by it")
        .help(format!("say something in it, such as {}, or leave it out", quoted(fields, ", ")))
}

/// A field without its value.
pub(crate) fn missing_value(keyword: Span, word: &str, kind: Type) -> Diagnostic {
    Diagnostic::new(&codes::FIELD_WITHOUT_VALUE, format!("`{word}` needs {}", kind.called()))
        .label(keyword.after(), format!("{} is missing here", kind.called()))
        .help(format!("write `{word} …;`"))
}

/// The word before the path of a file, without the path.
pub(crate) fn missing_path(keyword: Span, word: &str, kind: Type) -> Diagnostic {
    Diagnostic::new(&codes::FIELD_WITHOUT_VALUE, format!("`{word} from` needs the path of a file"))
        .label(keyword, format!("which file holds {} is not said", kind.called()))
        .help(format!("write `{word} from \"FILE\";`"))
}

/// The text itself among the paths of files that hold others.
pub(crate) fn block_as_path(keyword: Span, word: &str, block: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNEXPECTED_VALUE, format!("`{word} from` takes paths of files, and this is a text"))
        .label(block, "no path of a file")
        .label(keyword, "from files")
        .help(format!("write it as one more `{word}`, without `from`"))
}

/// Several values where one is wanted.
pub(crate) fn single_value(keyword: Span, word: &str, second: &Argument) -> Diagnostic {
    Diagnostic::new(&codes::UNEXPECTED_VALUE, format!("`{word}` takes one value"))
        .label(second.value.span, "this is one too many")
        .label(keyword, format!("`{word}` takes one value"))
}

/// A field behind a comma or behind nothing, where the statement before it should end.
pub(crate) fn unended(before: Span, comma: Option<Span>, statement: &Word, field: &Value) -> Diagnostic {
    let title = format!("`{}` is a statement of its own, and no value of `{}`", field.text, statement.text);
    let end = Span { start: before.end, ..before };
    let (place, label) = match comma {
        Some(comma) => (comma, "a comma leads to one more value"),
        None => (field.span, "nothing ends the statement before it"),
    };
    Diagnostic::new(&codes::UNEXPECTED_VALUE, title).label(place, label).help("end the statement with `;`").fix(
        "write `;`",
        comma.unwrap_or(end),
        ";",
    )
}

/// A value behind a complete statement, with no comma.
pub(crate) fn stray_value(
    statement: &Statement,
    field: &Field,
    stray: &Argument,
    is_field: impl Fn(&str) -> bool,
) -> Diagnostic {
    if let Some((span, joined)) = spaced_range(statement, stray) {
        return Diagnostic::new(&codes::UNEXPECTED_VALUE, "a range has no spaces")
            .label(span, "with spaces these are several values")
            .help("write the range as one word")
            .fix(format!("write `{joined}`"), span, joined);
    }
    let from = statement.arguments.first().filter(|first| field.shape.takes_file() && is_slip_of_from(&first.value));
    if let Some(Argument { value, .. }) = from {
        let diagnostic = Diagnostic::new(&codes::UNEXPECTED_VALUE, format!("`{}` is not expected here", value.text));
        return did_you_mean(diagnostic.label(value.span, "the path of a file stands behind `from`"), FROM, value.span);
    }
    let word = &field.keyword;
    let diagnostic = Diagnostic::new(&codes::UNEXPECTED_VALUE, format!("`{}` is not expected here", stray.value.text));
    if let Some((span, whole)) = spaced_pair(statement, stray) {
        let takes_spaces = matches!(field.shape, Shape::One(kind) | Shape::List(kind) if kind.takes_spaces());
        return if takes_spaces {
            diagnostic
                .label(stray.value.span, "a value with spaces stands in quotes")
                .help(format!("write `{whole}`"))
                .fix(format!("write `{whole}`"), span, whole)
        } else {
            diagnostic
                .label(stray.value.span, "it has no `=`, and what stands before has no spaces")
                .help(format!("`{word}` takes values as `key=value`, with commas between them"))
        };
    }
    let diagnostic = diagnostic.label(stray.value.span, "nothing connects it to what stands before");
    let mut before = statement.arguments.iter().map(|argument| &argument.value);
    let before = before.rfind(|value| value.span.start < stray.value.span.start);
    // A half of an index is no value.
    let is_whole = |value: &Value| value.text.matches('[').count() == value.text.matches(']').count();
    match (field.shape, before.filter(|before| is_whole(before))) {
        (_, Some(before)) if before.text == stray.value.text || before.text == *word => {
            diagnostic.help(format!("`{}` stands twice here: leave one out", before.text))
        }
        (Shape::List(kind), Some(before))
            if kind.looks_like(&before.text) && kind.looks_like(&stray.value.text) && !is_field(&before.text) =>
        {
            diagnostic.help(format!("the values of `{word}` stand with commas between them")).fix(
                "write a comma",
                Span { start: before.span.end, ..before.span },
                ",",
            )
        }
        // What follows may be meant as a comment, or as the other half of the value.
        (Shape::List(kind), _) => {
            diagnostic.help(format!("the values of `{word}` stand with commas between them, each {}", kind.described()))
        }
        _ => diagnostic.help(format!("`{word}` takes {}; end the statement with `;`", value_called(field.shape))),
    }
}

/// The pair that a value is a part of, where its text has spaces and no quotes: `note=some text here`.
fn spaced_pair(statement: &Statement, stray: &Argument) -> Option<(Span, String)> {
    let is_word = |argument: &&Argument| argument.value.kind == ValueKind::Word && argument.comma.is_none();
    let at = statement.arguments.iter().position(|argument| argument.value.span == stray.value.span)?;
    let first = &statement.arguments.get(at.checked_sub(1)?)?.value;
    let rest = statement.arguments[at..].iter().take_while(is_word);
    let texts: Vec<&Value> = std::iter::once(first).chain(rest.map(|argument| &argument.value)).collect();
    let mut pairs = texts.iter().map(|value| value.text.contains('='));
    // Of several pairs commas are missing, or some of both.
    if texts.len() < 2 || first.kind != ValueKind::Word || !pairs.next()? || pairs.any(|is_pair| is_pair) {
        return None;
    }
    let words: Vec<&str> = texts.iter().map(|value| value.text.as_str()).collect();
    Some((first.span.to(texts.last()?.span), format!("\"{}\"", words.join(" "))))
}

/// Whether a word is `from` with a slip in it.
fn is_slip_of_from(value: &Value) -> bool {
    value.kind == ValueKind::Word && nearest(&value.text, [FROM]).is_some()
}

/// The range that a value is a part of, where spaces cut it: `lan[150 - 199]`, `10.0.0.1 -10.0.0.9`.
fn spaced_range(statement: &Statement, stray: &Argument) -> Option<(Span, String)> {
    let arguments = &statement.arguments;
    let at = arguments.iter().position(|argument| argument.value.span == stray.value.span)?;
    let first = &arguments[at.checked_sub(1)?].value;
    let stray = stray.value.text.as_str();
    let hyphens = usize::from(first.text.ends_with('-')) + usize::from(stray.starts_with('-'));
    let parts = if stray == "-" { 3 } else { 2 };
    let rest = arguments.get(at..at - 1 + parts).filter(|_| hyphens == 1)?;
    let one = |argument: &Argument| argument.comma.is_none() && argument.value.kind == ValueKind::Word;
    if first.kind != ValueKind::Word || !rest.iter().all(one) {
        return None;
    }
    let joined = rest.iter().fold(first.text.to_string(), |text, argument| text + &argument.value.text);
    Some((rest.last().map_or(first.span, |last| first.span.to(last.value.span)), joined))
}

/// A word behind a statement's name and values that is none of its fields.
pub(crate) fn unexpected_argument(
    statement: &Statement,
    kind: &Kind,
    argument: &Argument,
    vocabulary: &Vocabulary,
) -> Diagnostic {
    let word = argument.value.text.as_str();
    let inline = kind.fields.iter().filter(|field| field.shape.inline()).map(|field| field.keyword);
    let diagnostic = Diagnostic::new(&codes::UNEXPECTED_VALUE, format!("`{word}` is not expected here"))
        .label(argument.value.span, format!("not a field of {}", article(&statement.keyword.text)));
    if kind.naming == Naming::MayBeNamed {
        return diagnostic.help(format!("what {} says stands in its body, between `<` and `>`", article(kind.keyword)));
    }
    if let Some(foreign) = vocabulary.foreign(word, kind.keyword) {
        return diagnostic.help(foreign.answer);
    }
    match nearest(word, inline.clone()) {
        Some(near) => did_you_mean(diagnostic, near, argument.value.span),
        None if inline.clone().next().is_none() => {
            diagnostic.help(format!("end the statement with `;` behind what `{}` takes", kind.keyword))
        }
        None => diagnostic.help(format!("fields that may stand here: {}", quoted(inline, ", "))),
    }
}

/// A statement written as an inline field.
pub(crate) fn not_inline(keyword: &Value, kind: &Kind) -> Diagnostic {
    Diagnostic::new(&codes::UNEXPECTED_VALUE, format!("`{}` cannot be written inline", keyword.text))
        .label(keyword.span, "it is a statement of its own")
        .help(match kind.naming {
            Naming::Unnamed => format!("write it in the body: `{} < {} …; >`", kind.keyword, keyword.text),
            _ => format!("give {} a body: `{} … < {} …; >`", article(kind.keyword), kind.keyword, keyword.text),
        })
}

/// A body where none is taken.
pub(crate) fn unexpected_body(statement: &Statement, kind: &Kind) -> Diagnostic {
    let open = statement.body().map_or(statement.keyword.span, |body| body.open);
    Diagnostic::new(&codes::UNEXPECTED_BODY, format!("`{}` takes no body", kind.keyword))
        .label(open, "this body says nothing that could be known")
        .help("end the statement with `;`")
}

/// A field of single values with a body.
pub(crate) fn value_has_body(statement: &Statement) -> Diagnostic {
    let open = statement.body().map_or(statement.keyword.span, |body| body.open);
    Diagnostic::new(&codes::UNEXPECTED_BODY, format!("`{}` takes values, not a body", statement.keyword.text))
        .label(open, "this body is not expected")
        .help(format!("write `{} …;`", statement.keyword.text))
}

/// A field that may stand once and stands again.
pub(crate) fn repeated_field(field: &Field, first: Span, again: Span) -> Diagnostic {
    Diagnostic::new(&codes::REPEATED_FIELD, format!("`{}` is said twice", field.keyword))
        .label(again, "said again here")
        .label(first, "first said here")
        .help("keep one of the two")
}
