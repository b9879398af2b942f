//! What a statement's declaration says, and the macro that declares one.
//!
//! A statement is declared once, under `statements/`: its keyword, its name, its fields with type,
//! cardinality, default and documentation. From that one declaration come the struct that lowering
//! reads, the checks of shape, the reference, completion, hover and highlighting.

use crate::reader::{Head, Parts, Reader};
use crate::types::{AddressOrName, NameOrAddress, ValueType as _};

/// The declaration of a statement.
#[derive(Debug)]
pub struct Kind {
    /// The first word.
    pub keyword: &'static str,
    /// What the statement says, as Markdown.
    pub doc: &'static str,
    /// Whether a name follows the keyword.
    pub naming: Naming,
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
#[derive(Debug)]
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
            Type::Plain { called, .. } => called.to_owned(),
            Type::OneOf(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
            Type::Reference { called, .. } => format!("the name of {called}"),
        }
    }

    /// Whether an indexed prefix such as `lan[11]` may stand for it, as its examples say.
    #[must_use]
    pub fn takes_index(self) -> bool {
        matches!(self, Type::Plain { examples, .. } if examples.contains("lan["))
    }

    /// Whether the name of something that has an address may stand for it.
    #[must_use]
    pub fn takes_named_address(self) -> bool {
        self == AddressOrName::TYPE || self == NameOrAddress::TYPE
    }
}

impl Kind {
    /// The field under a keyword.
    #[must_use]
    pub fn field(&self, keyword: &str) -> Option<(usize, &'static Field)> {
        let fields: &'static [Field] = self.fields;
        fields.iter().enumerate().find(|(_, field)| field.keyword == keyword)
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

/// A declared statement as the struct that lowering reads.
pub(crate) trait Statement: Sized {
    /// The declaration.
    const KIND: &'static Kind;

    /// Reads all fields; what is wrong is reported and missing from the struct.
    fn read(head: Head, reader: &mut Reader<'_>, layers: &[Parts<'_>]) -> Self;
}

/// Declares a statement: keyword, naming, values behind the name, fields of the body.
///
/// `[required]` and `[default "…"]` behind a type say so. A field's type is one of
/// [`One`](crate::reader::One), [`List`](crate::reader::List), [`Flag`](crate::reader::Flag),
/// `Option<S>` and `Vec<S>` for a statement `S`.
macro_rules! statement {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $keyword:literal $naming:ident
        ($($(#[doc = $value_doc:literal])+ $value:ident: $value_type:ty $([$($value_tag:tt)+])?),* $(,)?)
        {$($(#[doc = $field_doc:literal])+ $field_keyword:literal $field:ident: $field_type:ty $([$($tag:tt)+])?;)*}
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug)]
        #[allow(dead_code, reason = "some statements need no head, and a declared word is read even where lowering needs no value")]
        pub(crate) struct $name {
            pub(crate) head: $crate::reader::Head,
            $(pub(crate) $value: $value_type,)*
            $(pub(crate) $field: $field_type,)*
        }

        impl $crate::vocabulary::Statement for $name {
            const KIND: &'static $crate::vocabulary::Kind = &$crate::vocabulary::Kind {
                keyword: $keyword,
                doc: concat!($($doc, "\n"),+),
                naming: $crate::vocabulary::Naming::$naming,
                positional: &[$($crate::vocabulary::Field {
                    keyword: stringify!($value),
                    doc: concat!($($value_doc, "\n"),+),
                    shape: <$value_type as $crate::reader::FieldType>::SHAPE,
                    required: $crate::vocabulary::tag_required!($($($value_tag)+)?),
                    default: $crate::vocabulary::tag_default!($($($value_tag)+)?),
                }),*],
                fields: &[$($crate::vocabulary::Field {
                    keyword: $field_keyword,
                    doc: concat!($($field_doc, "\n"),+),
                    shape: <$field_type as $crate::reader::FieldType>::SHAPE,
                    required: $crate::vocabulary::tag_required!($($($tag)+)?),
                    default: $crate::vocabulary::tag_default!($($($tag)+)?),
                }),*],
            };

            fn read(
                head: $crate::reader::Head,
                reader: &mut $crate::reader::Reader<'_>,
                layers: &[$crate::reader::Parts<'_>],
            ) -> Self {
                let mut values = 0..;
                let mut fields = 0..;
                // A statement without fields reads nothing.
                let _ = (&mut values, &mut fields, &reader, layers);
                $(let $value = reader.positional(&head, layers, values.next().unwrap_or(0));)*
                $(let $field = reader.field(&head, layers, fields.next().unwrap_or(0));)*
                Self { head, $($value,)* $($field,)* }
            }
        }
    };
}

/// Whether a declaration's tag is `[required]`.
macro_rules! tag_required {
    (required) => {
        true
    };
    ($($other:tt)*) => {
        false
    };
}

/// The text of a declaration's `[default "…"]`.
macro_rules! tag_default {
    (default $text:literal) => {
        Some($text)
    };
    ($($other:tt)*) => {
        None
    };
}

pub(crate) use {statement, tag_default, tag_required};
