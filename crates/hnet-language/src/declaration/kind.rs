//! What a statement's declaration says: its keyword, its name, its fields with type, cardinality, default and
//! documentation.
//!
//! From one declaration come the struct that lowering reads, the checks of shape, the reference, completion,
//! hover and highlighting. Knows none itself; how one is written is `reading/statement.rs`. Start at [`Kind`].

use hnet_diagnostics::quoted;

/// The declaration of a statement.
#[derive(Debug)]
pub struct Kind {
    /// The first word.
    pub keyword: &'static str,
    /// What the statement says, as Markdown.
    pub doc: &'static str,
    /// Whether a name follows the keyword.
    pub naming: Naming,
    /// Whether it does nothing where it says no more than it must.
    pub idle: bool,
    /// The values behind the name, in order.
    pub positional: &'static [Field],
    /// What may stand in its body.
    pub fields: &'static [Field],
}

/// Whether a name follows the keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// None.
    Unnamed,
    /// It must.
    Named,
    /// It may; then inline fields are not taken, for the first word would be ambiguous.
    MayBeNamed,
}

/// A word that may stand in a body, or a value behind a name.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The word; for a value behind a name what messages call it.
    pub keyword: &'static str,
    /// What it says, as Markdown.
    pub doc: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether it must be given.
    pub required: bool,
    /// What holds when it is not given, as the reference says it.
    pub default: Option<&'static str>,
    /// Who alone reads it, so that it has no effect elsewhere.
    pub only: Option<&'static str>,
}

/// What a field takes.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One value.
    One(Type),
    /// A list of values; repeating the field appends.
    List(Type),
    /// Nothing, `on` or `off`.
    Flag,
    /// A statement, once.
    Statement(&'static Kind),
    /// Statements, as often as wanted.
    Statements(&'static Kind),
}

impl Shape {
    /// Whether what the field takes may stand in a file.
    #[must_use]
    pub fn takes_file(self) -> bool {
        matches!(self, Shape::One(kind) | Shape::List(kind) if kind.takes_file())
    }

    /// Whether the field may be written inline, `key value`.
    #[must_use]
    pub fn inline(self) -> bool {
        match self {
            Shape::One(_) | Shape::List(_) | Shape::Flag => true,
            Shape::Statement(_) | Shape::Statements(_) => false,
        }
    }

    /// The declaration of the nested statement, where the field is one.
    #[must_use]
    pub fn kind(self) -> Option<&'static Kind> {
        match self {
            Shape::Statement(kind) | Shape::Statements(kind) => Some(kind),
            Shape::One(_) | Shape::List(_) | Shape::Flag => None,
        }
    }
}

/// The type of a value, as the reference and messages speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A type by what it is called with its article, an example, and what it means.
    Plain {
        /// `an address`.
        called: &'static str,
        /// Examples of how it is written.
        examples: &'static str,
    },
    /// An address, for which the name of something that has one may stand.
    Address {
        /// `an address, or the name of something that has one`.
        called: &'static str,
        /// Examples of how it is written.
        examples: &'static str,
    },
    /// A text of another language, which may also stand in a file: `from "FILE"`.
    Document {
        /// `YAML`.
        called: &'static str,
        /// Examples of how it is written.
        examples: &'static str,
    },
    /// One of a few words.
    OneOf(&'static [&'static str]),
    /// The name of something that is declared.
    Reference {
        /// `a gateway`.
        called: &'static str,
        /// The keywords that declare one.
        keywords: &'static [&'static str],
    },
}

impl Type {
    /// What messages call it.
    #[must_use]
    pub fn called(self) -> String {
        match self {
            Type::Plain { called, .. } | Type::Address { called, .. } | Type::Document { called, .. } => {
                called.to_owned()
            }
            Type::OneOf(words) => format!("one of {}", quoted(words.iter().copied(), ", ")),
            Type::Reference { called, .. } => format!("the name of {called}"),
        }
    }

    /// What messages call it, with its examples.
    #[must_use]
    pub fn described(self) -> String {
        match self {
            Type::Plain { called, examples }
            | Type::Address { called, examples }
            | Type::Document { called, examples }
                if !examples.is_empty() =>
            {
                format!("{called}, as in {examples}")
            }
            other => other.called(),
        }
    }

    /// Whether an indexed prefix such as `lan[11]` may stand for it, as its examples say.
    #[must_use]
    pub fn takes_index(self) -> bool {
        matches!(self, Type::Plain { examples, .. } | Type::Address { examples, .. } if examples.contains("lan["))
    }

    /// Whether a text looks like a value of it: it has the mark that all its examples have, or else a digit where they all
    /// have one, and starts with a digit where they all do. The names of things look like anything.
    #[must_use]
    pub fn looks_like(self, text: &str) -> bool {
        let (Type::Plain { examples, .. } | Type::Address { examples, .. } | Type::Document { examples, .. }) = self
        else {
            return true;
        };
        // What has an address may be called so.
        if self.takes_named_address() {
            return text.contains(|sign: char| sign.is_ascii_digit() || matches!(sign, '[' | ':'));
        }
        let all = |holds: &dyn Fn(&str) -> bool| each_example(examples).all(holds);
        let starts_with_digit = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
        let has_digit = |text: &str| text.contains(|sign: char| sign.is_ascii_digit());
        let mark = ['=', ':', '/', '.'].into_iter().find(|mark| all(&|one| one.contains(*mark)));
        // A mark says more than a digit.
        let looks = mark.map_or(!all(&has_digit) || has_digit(text), |mark| text.contains(mark));
        looks && (!all(&starts_with_digit) || starts_with_digit(text))
    }

    /// Whether a value may have spaces in it, as its examples say.
    #[must_use]
    pub fn takes_spaces(self) -> bool {
        matches!(self, Type::Plain { examples, .. } if each_example(examples).any(|one| one.contains(' ')))
    }

    /// Whether it may stand in a file.
    #[must_use]
    pub fn takes_file(self) -> bool {
        matches!(self, Type::Document { .. })
    }

    /// Whether the name of something that has an address may stand for it.
    #[must_use]
    pub fn takes_named_address(self) -> bool {
        matches!(self, Type::Address { .. })
    }
}

/// The examples, without the marks around them.
fn each_example(examples: &'static str) -> impl Iterator<Item = &'static str> {
    examples.split('`').skip(1).step_by(2).map(|example| example.trim_matches('"'))
}

impl Kind {
    /// The field under a keyword.
    #[must_use]
    pub fn field(&self, keyword: &str) -> Option<(usize, &'static Field)> {
        let fields: &'static [Field] = self.fields;
        fields.iter().enumerate().find(|(_, field)| field.keyword == keyword)
    }

    /// Whether a statement may take the fields of profiles.
    #[must_use]
    pub fn takes_profiles(&self) -> bool {
        self.field("like").is_some()
    }

    /// Every declaration below this one, with the path of keywords that leads to it; itself first.
    pub fn walk(&'static self, visit: &mut impl FnMut(&[&'static str], &'static Kind)) {
        fn go(
            kind: &'static Kind,
            path: &mut Vec<&'static str>,
            visit: &mut impl FnMut(&[&'static str], &'static Kind),
        ) {
            path.push(kind.keyword);
            visit(path, kind);
            for nested in kind.fields.iter().filter_map(|field| field.shape.kind()) {
                go(nested, path, visit);
            }
            path.pop();
        }
        go(self, &mut Vec::new(), visit);
    }
}
