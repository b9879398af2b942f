//! What may stand at a place: keywords, fields, words of an enumeration, names of the right kind.
//!
//! The place is read from the tokens before it, so it works while a statement is half written.
//! Start at [`Project::completions`].

use hnet_check::VOCABULARY;
use hnet_diagnostics::{FileId, Span};
use hnet_language::Definition;
use hnet_language::include::FROM;
use hnet_language::{Field, Kind, Naming, Shape, Type};
use hnet_syntax::TokenKind;

use crate::Project;
use crate::cursor::{self, Body, Cursor, Expected, Subject, starts_line};
use crate::hover::about_field;
use crate::reference::one_line;

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// The keyword of a statement.
    Keyword,
    /// The word of a field.
    Field,
    /// One of a few words.
    Word,
    /// Something that is declared.
    Name,
}

/// Something that may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown in the list, and inserted where snippets are not understood.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside the label.
    pub detail: String,
    /// More about it, as Markdown.
    pub documentation: String,
    /// What is inserted, with `$0` and `${1:name}` for the places to fill in.
    pub snippet: String,
    /// The text that it replaces; empty to insert.
    pub replaces: Span,
}

impl Project {
    /// What may stand at an offset, in the order of the vocabulary, names in theirs.
    #[must_use]
    pub fn completions(&self, file: FileId, offset: usize) -> Vec<Completion> {
        let Some(read) = self.read(file) else { return Vec::new() };
        let text = self.source(file).text();
        let mut cursor = Cursor::new();
        let (mut before, mut replaces) = (0, Span::new(file, offset, offset));
        for token in &read.tokens {
            let range = token.span.range();
            if range.start >= offset {
                break;
            }
            if offset < range.end || (offset == range.end && token.kind == TokenKind::Word) {
                match token.kind {
                    TokenKind::Word => replaces = token.span,
                    // Nothing is completed in a text or a comment.
                    TokenKind::String | TokenKind::Comment | TokenKind::DocComment => return Vec::new(),
                    _ => {}
                }
                break;
            }
            let in_comment = matches!(token.kind, TokenKind::Comment | TokenKind::DocComment);
            if in_comment && offset == range.end {
                return Vec::new();
            }
            cursor.step(token.kind, &text[range.clone()], starts_line(text, before, range.start));
            before = range.end;
        }
        let start = replaces.start as usize;
        let written = text.get(start..offset).unwrap_or_default();
        let mut found = Vec::new();
        for expected in cursor.expected(starts_line(text, before, start)) {
            match expected {
                Expected::Keyword(body) => found.extend(self.keywords(body, &cursor, replaces)),
                Expected::Name => {}
                Expected::Value(field) => found.extend(self.values(field, written, replaces)),
                Expected::Inline(kind) => found.extend(inline_fields(kind, replaces)),
            }
        }
        found
    }

    fn keywords(&self, body: Body, cursor: &Cursor, replaces: Span) -> Vec<Completion> {
        let written = self.compilation.sources.text(replaces);
        let said = |word: &str| word != written && cursor.said().iter().any(|said| said == word);
        let offered = |(word, _, _): &(&'static str, &'static str, Subject)| !said(word) || cursor::repeats(body, word);
        let here = cursor::keywords(body);
        let statements = here.iter().copied().filter(offered);
        let mut found: Vec<Completion> =
            statements.map(|(word, doc, subject)| keyword(word, doc, subject, replaces)).collect();
        if let Body::Of(kind) = body {
            found.extend(foreign(written, kind, &here, replaces));
        }
        found
    }

    /// The values that a field may take, as far as they can be listed.
    fn values(&self, field: &'static Field, written: &str, replaces: Span) -> Vec<Completion> {
        let word = |word: &str| Completion {
            label: word.to_owned(),
            kind: CompletionKind::Word,
            detail: field.keyword.to_owned(),
            documentation: one_line(field.doc),
            snippet: word.to_owned(),
            replaces,
        };
        let kind = match field.shape {
            Shape::One(kind) | Shape::List(kind) => kind,
            Shape::Flag => return ["on", "off"].into_iter().map(word).collect(),
            Shape::Statement(_) | Shape::Statements(_) => return Vec::new(),
        };
        match kind {
            Type::OneOf(words) => words.iter().copied().map(word).collect(),
            Type::Reference { keywords, .. } => match written.split_once('/') {
                Some((gateway, _)) if keywords.contains(&"gateway") => self.listeners(gateway, replaces),
                _ => self.named(
                    // Nothing refers to itself.
                    |definition| {
                        keywords.contains(&definition.keyword)
                            && !(definition.statement.file == replaces.file
                                && definition.statement.touches(replaces.start as usize))
                    },
                    replaces,
                ),
            },
            Type::Plain { .. } | Type::Address { .. } | Type::Document { .. } => {
                let mut found = self.named(
                    |definition| {
                        definition.keyword == "let" || (kind.takes_named_address() && !definition.addresses.is_empty())
                    },
                    replaces,
                );
                if kind.takes_index() || kind.takes_named_address() {
                    for mut prefix in self.named(|definition| definition.keyword == "subnet", replaces) {
                        prefix.snippet = format!("{}[$0]", prefix.label);
                        prefix.label.push_str("[…]");
                        found.push(prefix);
                    }
                }
                if matches!(kind, Type::Document { .. }) {
                    // Which files there are, only a front end knows.
                    let documentation = format!("{}, taken from a file of the project", one_line(field.doc));
                    let snippet = format!("{FROM} \"$0\"");
                    found.push(Completion { documentation, snippet, ..word(FROM) });
                }
                found
            }
        }
    }

    fn named(&self, wanted: impl Fn(&Definition) -> bool, replaces: Span) -> Vec<Completion> {
        let definitions = self.names().definitions.iter().filter(|(_, definition)| wanted(definition));
        definitions
            .map(|(key, definition)| {
                let known = definition.addresses.iter().map(ToString::to_string);
                let known = known.chain(definition.prefixes.iter().map(ToString::to_string)).collect::<Vec<_>>();
                Completion {
                    label: definition.name.clone(),
                    kind: CompletionKind::Name,
                    detail: format!("{} {}", definition.keyword, known.join(", ")).trim_end().to_owned(),
                    documentation: self
                        .declaration(*key)
                        .and_then(hnet_syntax::tree::Statement::doc)
                        .unwrap_or_default(),
                    snippet: definition.name.clone(),
                    replaces,
                }
            })
            .collect()
    }

    /// The listeners of a gateway, written with its name: `external/https`.
    fn listeners(&self, gateway: &str, replaces: Span) -> Vec<Completion> {
        let owner = self.names().definitions.iter().find(|(_, one)| one.keyword == "gateway" && one.name == gateway);
        let Some((owner, _)) = owner else { return Vec::new() };
        let mut found = self.named(|definition| definition.owner == Some(*owner), replaces);
        for listener in &mut found {
            listener.label = format!("{gateway}/{}", listener.label);
            listener.snippet = listener.label.clone();
        }
        found
    }
}

/// What stands in hnet for the words of other tools that begin as what is written does: each shows the answer that a
/// finding would give, and writes the statement that it speaks of.
fn foreign(
    written: &str,
    kind: &Kind,
    here: &[(&'static str, &'static str, Subject)],
    replaces: Span,
) -> Vec<Completion> {
    let mut found: Vec<Completion> = Vec::new();
    if written.is_empty() {
        return found;
    }
    let rows = VOCABULARY.foreign.iter().filter(|row| row.within.is_empty() || row.within.contains(&kind.keyword));
    for row in rows {
        let speaks_of = |word: &str| row.instead.contains(&word) || row.answer.contains(&format!("`{word}`"));
        let Some((word, doc, subject)) = here.iter().copied().find(|(word, ..)| speaks_of(word)) else { continue };
        for own in row.words.iter().filter(|own| own.starts_with(written)) {
            // One that begins as a word of hnet does, as `vlan-id` does, leads there by its first letters.
            let known =
                here.iter().any(|(word, ..)| own.starts_with(word)) || found.iter().any(|one| one.label == *own);
            if !known {
                let meant = keyword(word, doc, subject, replaces);
                let (label, detail) = ((*own).to_owned(), row.answer.to_owned());
                found.push(Completion { label, detail, documentation: row.answer.to_owned(), ..meant });
            }
        }
    }
    found
}

fn keyword(word: &'static str, doc: &str, subject: Subject, replaces: Span) -> Completion {
    let completion = |kind, detail: String, documentation, snippet| Completion {
        label: word.to_owned(),
        kind,
        detail,
        documentation,
        snippet,
        replaces,
    };
    match subject {
        Subject::Kind(kind) => {
            completion(CompletionKind::Keyword, one_line(doc), one_line(kind.doc), statement_snippet(word, kind))
        }
        Subject::Field(field) => {
            let snippet = match field.shape {
                Shape::Flag => format!("{word};"),
                _ => format!("{word} $0;"),
            };
            completion(CompletionKind::Field, one_line(doc), about_field(field), snippet)
        }
        Subject::Unknown => completion(CompletionKind::Keyword, one_line(doc), String::new(), word.to_owned()),
    }
}

/// A statement with its name and values to fill in, and a body where it takes one.
fn statement_snippet(word: &str, kind: &Kind) -> String {
    let mut snippet = word.to_owned();
    let mut place = 1..;
    let mut fill_in = |what: &str| format!(" ${{{}:{what}}}", place.next().unwrap_or(1));
    if kind.naming == Naming::Named {
        snippet.push_str(&fill_in("name"));
    }
    for value in kind.positional.iter().filter(|value| value.required) {
        snippet.push_str(&fill_in(value.keyword));
    }
    let has_body = kind.keyword == "profile" || !kind.fields.is_empty();
    snippet.push_str(match (has_body, kind.positional.is_empty()) {
        (false, _) => ";$0",
        // What is said by a value alone most often ends there.
        (true, false) if kind.fields.iter().all(|field| !field.required) => "$0;",
        (true, _) => " <\n  $0\n>",
    });
    snippet
}

fn inline_fields(kind: &'static Kind, replaces: Span) -> Vec<Completion> {
    let inline = kind.fields.iter().filter(|field| field.shape.inline());
    inline
        .map(|field| Completion {
            label: field.keyword.to_owned(),
            kind: CompletionKind::Field,
            detail: one_line(field.doc),
            documentation: about_field(field),
            snippet: match field.shape {
                Shape::Flag => format!("{} on", field.keyword),
                _ => format!("{} $0", field.keyword),
            },
            replaces,
        })
        .collect()
}
