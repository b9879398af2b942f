//! What a statement's declaration says, and the macro that declares one.
//!
//! A statement is declared once, under `statements/`: its keyword, its name, its fields with type,
//! cardinality, default and documentation. From that one declaration come the struct that lowering
//! reads, the checks of shape, the reference, completion, hover and highlighting.

use crate::messages::quoted;
use crate::slots::Fields;
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
    /// Whether only Talos reads it, so that it has no effect on k3s.
    pub talos_only: bool,
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
            Type::OneOf(words) => format!("one of {}", quoted(words.iter().copied(), ", ")),
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

    /// Whether a statement may take the fields of profiles.
    pub(crate) fn takes_profiles(&self) -> bool {
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

/// A declared statement as the struct that lowering reads.
pub(crate) trait Statement: Fields + Default {
    /// The declaration.
    const KIND: &'static Kind;
}

/// How many fields several lists have.
pub(crate) const fn count(lists: &[&[Field]]) -> usize {
    let (mut list, mut count) = (0, 0);
    while list < lists.len() {
        count += lists[list].len();
        list += 1;
    }
    count
}

/// The fields of several lists as one.
pub(crate) const fn joined<const COUNT: usize>(lists: &[&[Field]]) -> [Field; COUNT] {
    const UNSET: Field =
        Field { keyword: "", doc: "", shape: Shape::Flag, required: false, default: None, talos_only: false };
    let mut joined = [UNSET; COUNT];
    let (mut list, mut at, mut next) = (0, 0, 0);
    while list < lists.len() {
        if at < lists[list].len() {
            joined[next] = lists[list][at];
            next += 1;
            at += 1;
        } else {
            list += 1;
            at = 0;
        }
    }
    joined
}

/// Declares a statement: keyword, naming, values behind the name, fields of the body.
///
/// `[required]`, `[default "…"]`, `[talos]` and `[talos, default "…"]` behind a type say so. A field's type is one of
/// [`One`](crate::slots::One), [`List`](crate::slots::List), [`Flag`](crate::slots::Flag),
/// `Option<S>`, `Vec<S>` and [`Each<S>`](crate::slots::Each) for a statement `S`. `..name: S;` takes
/// the fields of another statement, which has no values behind its name; further fields may follow.
macro_rules! statement {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $keyword:literal $naming:ident
        ($($(#[doc = $value_doc:literal])+ $value:ident: $value_type:ty $([$($value_tag:tt)+])?),* $(,)?)
        {
            $($(#[doc = $field_doc:literal])+ $field_keyword:literal $field:ident: $field_type:ty $([$($tag:tt)+])?;)*
            $(
                ..$taken:ident: $taken_type:ty;
                $($(#[doc = $more_doc:literal])+ $more_keyword:literal $more:ident: $more_type:ty $([$($more_tag:tt)+])?;)*
            )?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Default)]
        #[allow(dead_code, reason = "some statements need no head, and a declared word is read even where lowering needs no value")]
        pub(crate) struct $name {
            pub(crate) head: $crate::slots::Head,
            $(pub(crate) $value: $value_type,)*
            $(pub(crate) $field: $field_type,)*
            $(pub(crate) $taken: $taken_type, $(pub(crate) $more: $more_type,)*)?
        }

        impl $crate::vocabulary::Statement for $name {
            const KIND: &'static $crate::vocabulary::Kind = {
                const LISTS: &[&[$crate::vocabulary::Field]] = &[
                    &[$($crate::vocabulary::field!(
                        ($($field_doc)+) $field_keyword, $field_type, $($($tag)+)?
                    )),*],
                    $(
                        <$taken_type as $crate::vocabulary::Statement>::KIND.fields,
                        &[$($crate::vocabulary::field!(($($more_doc)+) $more_keyword, $more_type, $($($more_tag)+)?)),*],
                    )?
                ];
                &$crate::vocabulary::Kind {
                    keyword: $keyword,
                    doc: concat!($($doc, "\n"),+),
                    naming: $crate::vocabulary::Naming::$naming,
                    positional: &[$($crate::vocabulary::field!(
                        ($($value_doc)+) stringify!($value), $value_type, $($($value_tag)+)?
                    )),*],
                    fields: &$crate::vocabulary::joined::<{ $crate::vocabulary::count(LISTS) }>(LISTS),
                }
            };
        }

        impl $crate::slots::Fields for $name {
            fn head(&mut self) -> &mut $crate::slots::Head {
                &mut self.head
            }

            fn visit(&mut self, visit: &mut dyn FnMut($crate::slots::Slot<'_>)) {
                // A statement without fields shows none.
                let _ = &visit;
                $(visit($crate::slots::FieldType::slot(&mut self.$value));)*
                $(visit($crate::slots::FieldType::slot(&mut self.$field));)*
                $(
                    self.$taken.visit(visit);
                    $(visit($crate::slots::FieldType::slot(&mut self.$more));)*
                )?
            }
        }
    };
}

/// A field of a declaration.
macro_rules! field {
    (($($doc:literal)+) $keyword:expr, $type:ty, $($tag:tt)*) => {
        $crate::vocabulary::Field {
            keyword: $keyword,
            doc: concat!($($doc, "\n"),+),
            shape: <$type as $crate::slots::FieldType>::SHAPE,
            required: $crate::vocabulary::tag_required!($($tag)*),
            default: $crate::vocabulary::tag_default!($($tag)*),
            talos_only: $crate::vocabulary::tag_talos!($($tag)*),
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
    ($(talos,)? default $text:literal) => {
        Some($text)
    };
    ($($other:tt)*) => {
        None
    };
}

/// Whether a declaration's tag says `talos`.
macro_rules! tag_talos {
    (talos $($other:tt)*) => {
        true
    };
    ($($other:tt)*) => {
        false
    };
}

pub(crate) use {field, statement, tag_default, tag_required, tag_talos};
