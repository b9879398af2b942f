//! What each word of a source is, and what may stand at a place, told from the tokens alone.
//!
//! Tokens are there however broken a source is, so completion works while a statement is written.
//! Knows the vocabulary, and nothing of what names refer to. Start at [`Cursor::step`]; [`words`]
//! walks a whole source.

use hnet_check::VOCABULARY;
use hnet_diagnostics::Span;
use hnet_language::{Field, Kind, Naming, Shape};
use hnet_syntax::{Token, TokenKind};

/// What a word is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// It starts a statement with a name or a body.
    Keyword(&'static Kind),
    /// It names a field that takes values, in a body or inline.
    Field(&'static Field),
    /// It is the name that a statement declares.
    Name(&'static Kind),
    /// It is a value of a field, or behind a name.
    Value(&'static Field),
    /// It fits nothing.
    Unknown,
}

/// A word or string with its role.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) span: Span,
    pub(crate) role: Role,
}

/// What a statement is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// A statement with a declaration of its own.
    Kind(&'static Kind),
    /// A field of single values or a list.
    Field(&'static Field),
    /// No word of the language.
    Unknown,
}

/// What surrounds a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    /// Nothing: the top of a file.
    Top,
    /// The body of a statement.
    Of(&'static Kind),
    /// The body of something unknown.
    Unknown,
}

/// What may stand next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// The keyword of a statement of a body.
    Keyword(Body),
    /// A name that is being declared.
    Name,
    /// A value.
    Value(&'static Field),
    /// An inline field of a statement.
    Inline(&'static Kind),
}

/// The declaration under a keyword at the top of the vocabulary.
pub(crate) fn top(keyword: &str) -> Option<&'static Kind> {
    VOCABULARY.kinds().find(|kind| kind.keyword == keyword)
}

/// What belongs to a cluster and may stand in a network.
fn contents() -> Option<&'static Kind> {
    top("network or cluster")
}

/// The words of the language itself.
fn language() -> impl Iterator<Item = &'static Kind> {
    VOCABULARY.kinds().filter(|kind| !matches!(kind.keyword, "network" | "network or cluster"))
}

fn field(kind: &'static Kind, word: &str) -> Option<&'static Field> {
    kind.field(word).map(|(_, field)| field)
}

/// The declaration whose fields a body takes: a profile takes those of a node.
fn of_profile(kind: &'static Kind) -> &'static Kind {
    match kind.keyword {
        "profile" => contents().and_then(|contents| field(contents, "node")?.shape.kind()).unwrap_or(kind),
        _ => kind,
    }
}

/// What a word means at the start of a statement.
pub(crate) fn look_up(body: Body, word: &str) -> Subject {
    let kind = match body {
        Body::Unknown => return Subject::Unknown,
        // An included file holds what stands in a network, without one around it.
        Body::Top => match top("network") {
            Some(network) if word == network.keyword => return Subject::Kind(network),
            Some(network) => network,
            None => return Subject::Unknown,
        },
        Body::Of(kind) => of_profile(kind),
    };
    let mut found = field(kind, word);
    if found.is_none() && matches!(kind.keyword, "network" | "cluster") {
        found = contents().and_then(|contents| field(contents, word));
        if let Some(kind) = language().find(|kind| kind.keyword == word) {
            return Subject::Kind(kind);
        }
    }
    match found.map(|field| (field, field.shape)) {
        Some((_, Shape::Statement(kind) | Shape::Statements(kind))) => Subject::Kind(kind),
        Some((field, _)) => Subject::Field(field),
        None => Subject::Unknown,
    }
}

/// The words that may start a statement of a body, with what the body says of each.
pub(crate) fn keywords(body: Body) -> Vec<(&'static str, &'static str, Subject)> {
    let kind = match body {
        Body::Unknown => return Vec::new(),
        Body::Top => {
            let network = top("network").into_iter();
            return network.map(|kind| (kind.keyword, kind.doc, Subject::Kind(kind))).collect();
        }
        Body::Of(kind) => of_profile(kind),
    };
    let mut fields: Vec<&'static Field> = kind.fields.iter().collect();
    let mut words = Vec::new();
    if matches!(kind.keyword, "network" | "cluster") {
        fields.extend(contents().into_iter().flat_map(|contents| contents.fields));
        words.extend(language().map(|kind| (kind.keyword, kind.doc, Subject::Kind(kind))));
    }
    let of_field = |field: &'static Field| {
        let subject = field.shape.kind().map_or(Subject::Field(field), Subject::Kind);
        (field.keyword, field.doc, subject)
    };
    fields.into_iter().map(of_field).chain(words).collect()
}

/// Whether a statement may stand more than once in its body.
pub(crate) fn repeats(body: Body, word: &str) -> bool {
    let Body::Of(kind) = body else { return false };
    let declared = field(of_profile(kind), word).or_else(|| contents().and_then(|contents| field(contents, word)));
    declared.is_none_or(|field| matches!(field.shape, Shape::List(_) | Shape::Statements(_)))
}

/// A statement up to where it has been read.
#[derive(Clone, Copy, Debug)]
struct Head {
    subject: Subject,
    named: bool,
    /// How many values behind the name are begun.
    slots: usize,
    /// The field or slot whose value stands next or stood last.
    current: Option<&'static Field>,
    /// Whether it has a value.
    filled: bool,
}

/// A place between two tokens: the bodies around it and the statement that is open.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    bodies: Vec<(Body, Vec<String>)>,
    head: Option<Head>,
    comma: bool,
}

impl Cursor {
    /// The top of a file.
    pub(crate) fn new() -> Self {
        Cursor { bodies: vec![(Body::Top, Vec::new())], head: None, comma: false }
    }

    /// The body around the place.
    pub(crate) fn body(&self) -> Body {
        self.bodies.last().map_or(Body::Top, |(body, _)| *body)
    }

    /// The keywords that its body has before the place.
    pub(crate) fn said(&self) -> &[String] {
        self.bodies.last().map_or(&[], |(_, said)| said)
    }

    /// What may stand next. `new_line` says that the next word is the first of its line.
    pub(crate) fn expected(&self, new_line: bool) -> Vec<Expected> {
        let Some(head) = self.head.filter(|_| !new_line || self.comma) else {
            return vec![Expected::Keyword(self.body())];
        };
        if let Some(current) = head.current.filter(|_| self.comma || !head.filled) {
            return vec![Expected::Value(current)];
        }
        let Subject::Kind(kind) = head.subject else { return Vec::new() };
        if !head.named && kind.naming == Naming::Named {
            return vec![Expected::Name];
        }
        let inline = (kind.naming != Naming::MayBeNamed).then_some(Expected::Inline(kind));
        match kind.positional.get(head.slots) {
            Some(slot) if slot.required => vec![Expected::Value(slot)],
            Some(slot) => std::iter::once(Expected::Value(slot)).chain(inline).collect(),
            None => inline.into_iter().collect(),
        }
    }

    /// Reads a word, and says what it is.
    fn word(&mut self, text: &str, new_line: bool) -> Role {
        let comma = std::mem::take(&mut self.comma);
        let body = self.body();
        // A value may stand below its field, unless it reads as the next statement.
        let awaits = self.head.is_some_and(|head| head.current.is_some() && !head.filled);
        let begins = new_line && !comma && !(awaits && matches!(look_up(body, text), Subject::Unknown));
        let Some(head) = self.head.as_mut().filter(|_| !begins) else {
            let subject = look_up(body, text);
            let current = match subject {
                Subject::Field(field) => Some(field),
                Subject::Kind(_) | Subject::Unknown => None,
            };
            self.head = Some(Head { subject, named: false, slots: 0, current, filled: false });
            if let Some((_, said)) = self.bodies.last_mut() {
                said.push(text.to_owned());
            }
            return match subject {
                Subject::Kind(kind) => Role::Keyword(kind),
                Subject::Field(field) => Role::Field(field),
                Subject::Unknown => Role::Unknown,
            };
        };
        if let Some(current) = head.current.filter(|_| comma || !head.filled) {
            head.filled = true;
            return Role::Value(current);
        }
        let Subject::Kind(kind) = head.subject else { return Role::Unknown };
        if !head.named && kind.naming != Naming::Unnamed {
            head.named = true;
            return Role::Name(kind);
        }
        let inline = field(kind, text).filter(|field| field.shape.inline() && kind.naming != Naming::MayBeNamed);
        if let Some(slot) = kind.positional.get(head.slots)
            && (slot.required || inline.is_none())
        {
            head.slots += 1;
            head.current = Some(slot);
            head.filled = true;
            return Role::Value(slot);
        }
        match inline {
            Some(field) => {
                head.slots = kind.positional.len();
                head.current = Some(field);
                head.filled = false;
                Role::Field(field)
            }
            None => Role::Unknown,
        }
    }

    /// Reads a token; for a word or a string says what it is. `new_line` says that the token is the
    /// first of its line.
    pub(crate) fn step(&mut self, kind: TokenKind, text: &str, new_line: bool) -> Option<Role> {
        match kind {
            TokenKind::Word => return Some(self.word(text, new_line)),
            // A string starts no statement.
            TokenKind::String => return Some(self.word(text, false)),
            TokenKind::Open => {
                let body = match self.head.take().map(|head| head.subject) {
                    Some(Subject::Kind(kind)) => Body::Of(kind),
                    Some(Subject::Field(_) | Subject::Unknown) | None => Body::Unknown,
                };
                self.bodies.push((body, Vec::new()));
                self.comma = false;
            }
            TokenKind::Close => {
                if self.bodies.len() > 1 {
                    self.bodies.pop();
                }
                (self.head, self.comma) = (None, false);
            }
            TokenKind::Semicolon => (self.head, self.comma) = (None, false),
            TokenKind::Comma => self.comma = self.head.is_some(),
            TokenKind::Comment | TokenKind::DocComment | TokenKind::Bad => {}
        }
        None
    }
}

/// Whether a token is the first of its line. `before` is the end of the token before it.
pub(crate) fn starts_line(text: &str, before: usize, start: usize) -> bool {
    before == 0 || text.get(before..start).is_some_and(|gap| gap.contains('\n'))
}

/// The words and strings of a source with their roles, in order.
pub(crate) fn words(text: &str, tokens: &[Token]) -> Vec<Word> {
    let mut cursor = Cursor::new();
    let mut words = Vec::new();
    let mut before = 0;
    for token in tokens {
        let range = token.span.range();
        let written = text.get(range.clone()).unwrap_or_default();
        if let Some(role) = cursor.step(token.kind, written, starts_line(text, before, range.start)) {
            words.push(Word { span: token.span, role });
        }
        before = range.end;
    }
    words
}
