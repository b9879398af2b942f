//! The groups of words that editors colour by, and how a file writes such a group.
//!
//! Words are what they are by where they stand. Without the compiler an editor has only their shapes to tell: whether a
//! word is the first of a statement, and whether a body follows.

use std::collections::{BTreeMap, BTreeSet};

use hnet_check::VOCABULARY;
use hnet_language::{Naming, Shape, Type};

/// The groups.
pub(super) struct Words {
    /// The statements that have a name.
    named: BTreeSet<&'static str>,
    /// All statements.
    statements: BTreeSet<&'static str>,
    /// What takes a value.
    fields: BTreeSet<&'static str>,
    /// The least depth at which a word stands as a statement, and as a field.
    depths: BTreeMap<&'static str, (usize, usize)>,
    /// What takes YAML.
    documents: BTreeSet<&'static str>,
    /// The values that are one of a few words.
    constants: BTreeSet<&'static str>,
}

/// How a file writes the words of a group.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// `one|two`, as in a regular expression.
    Alternatives,
    /// `one two`, on lines that begin so.
    Spaced(&'static str),
    /// `"one" "two"`, on lines that begin so.
    Quoted(&'static str),
}

impl Words {
    /// The groups as the declarations say them.
    pub(super) fn of_the_vocabulary() -> Self {
        let mut words = Words {
            named: BTreeSet::new(),
            statements: BTreeSet::new(),
            fields: BTreeSet::new(),
            depths: BTreeMap::new(),
            documents: BTreeSet::new(),
            constants: BTreeSet::from(["on", "off"]),
        };
        for word in VOCABULARY.kinds() {
            word.walk(&mut |path, kind| {
                words.statements.insert(kind.keyword);
                if kind.naming != Naming::Unnamed {
                    words.named.insert(kind.keyword);
                }
                for field in kind.positional.iter().chain(kind.fields) {
                    if let Shape::One(of) | Shape::List(of) = field.shape {
                        words.constants.extend(if let Type::OneOf(list) = of { list } else { &[] });
                        words.documents.extend(matches!(of, Type::Document { .. }).then_some(field.keyword));
                    }
                }
                for field in kind.fields {
                    let (statement, value) = words.depths.entry(field.keyword).or_insert((usize::MAX, usize::MAX));
                    let least = if field.shape.kind().is_some() { statement } else { value };
                    *least = path.len().min(*least);
                }
                words.fields.extend(kind.fields.iter().filter(|field| field.shape.kind().is_none()).map(|f| f.keyword));
            });
        }
        // What a file may hold has a name for messages, which nobody writes.
        words.statements.retain(|word| !word.contains(' '));
        words
    }

    /// A template with its words: each `{GROUP}` becomes the words of that group.
    pub(super) fn filled(&self, template: &str, form: Form) -> String {
        let only = |words: &BTreeSet<&'static str>| words.difference(&self.fields).copied().collect::<BTreeSet<_>>();
        let unnamed: BTreeSet<_> = self.statements.difference(&self.named).copied().collect();
        // What is both is what it is further out, which is what people write more; one with a name says itself.
        let both = |wanted: fn((usize, usize)) -> bool| {
            let unnamed = self.depths.iter().filter(|(word, _)| !self.named.contains(*word));
            let both = unnamed.filter(|(_, (statement, field))| *statement.max(field) < usize::MAX);
            both.filter(|(_, depths)| wanted(**depths)).map(|(word, _)| *word).collect::<BTreeSet<_>>()
        };
        let groups = [
            ("{BOTH-NAMED}", self.named.intersection(&self.fields).copied().collect()),
            ("{RATHER-STATEMENTS}", both(|(statement, field)| statement < field)),
            ("{RATHER-FIELDS}", both(|(statement, field)| statement >= field)),
            ("{NAMED}", self.named.clone()),
            ("{ONLY-NAMED}", only(&self.named)),
            ("{ONLY-UNNAMED}", only(&unnamed)),
            ("{ONLY-STATEMENTS}", only(&self.statements)),
            ("{STATEMENTS}", self.statements.clone()),
            ("{FIELDS}", self.fields.clone()),
            ("{ONLY-FIELDS}", self.fields.difference(&self.statements).copied().collect()),
            ("{DOCUMENTS}", self.documents.clone()),
            ("{CONSTANTS}", self.constants.clone()),
        ];
        let filled = |text: String, (group, words): &(&str, BTreeSet<&str>)| text.replace(group, &form.written(words));
        groups.iter().fold(template.to_owned(), filled)
    }
}

/// A word in a regular expression. What means something there stands in brackets, which need no quoting in any of the files.
fn literally(word: &str) -> String {
    let one = |character: char| match character {
        '*' | '.' | '+' | '?' | '|' | '(' | ')' | '$' => format!("[{character}]"),
        _ => character.to_string(),
    };
    word.chars().map(one).collect()
}

impl Form {
    fn written(self, words: &BTreeSet<&str>) -> String {
        let (begin, quote) = match self {
            Form::Alternatives => return words.iter().map(|word| literally(word)).collect::<Vec<_>>().join("|"),
            Form::Spaced(begin) => (begin, ""),
            Form::Quoted(begin) => (begin, "\""),
        };
        let mut lines: Vec<String> = Vec::new();
        for word in words {
            let word = format!("{quote}{word}{quote}");
            match lines.last_mut().filter(|line| line.len() + word.len() < 110) {
                Some(line) => {
                    line.push(' ');
                    line.push_str(&word);
                }
                None => lines.push(format!("{begin}{word}")),
            }
        }
        lines.join("\n")
    }
}
