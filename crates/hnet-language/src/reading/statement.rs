//! How a statement is declared: one macro makes of one declaration its [`Kind`] and the struct that lowering reads.

use super::slots::Fields;
use crate::declaration::{Field, Kind, Shape};

/// A declared statement as the struct that lowering reads.
pub trait Statement: Fields + Default {
    /// The declaration.
    const KIND: &'static Kind;
}

/// How many fields several lists have.
pub const fn count(lists: &[&[Field]]) -> usize {
    let (mut list, mut count) = (0, 0);
    while list < lists.len() {
        count += lists[list].len();
        list += 1;
    }
    count
}

/// The fields of several lists as one.
pub const fn joined<const COUNT: usize>(lists: &[&[Field]]) -> [Field; COUNT] {
    const UNSET: Field = Field { keyword: "", doc: "", shape: Shape::Flag, required: false, default: None, only: None };
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
/// `[required]`, `[default "…"]`, `[only "…"]` and `[only "…", default "…"]` behind a type say so. A field's type is one of
/// [`One`](crate::One), [`List`](crate::List), [`Flag`](crate::Flag),
/// `Option<S>`, `Vec<S>` and [`Each<S>`](crate::Each) for a statement `S`. `..name: S;` takes
/// the fields of another statement, which has no values behind its name; further fields may follow, and further such lines.
/// `[idle]` before the body says that the statement does nothing where it says no more than it must, which is told.
#[macro_export]
macro_rules! statement {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $keyword:literal $naming:ident
        ($($(#[doc = $value_doc:literal])+ $value:ident: $value_type:ty $([$($value_tag:tt)+])?),* $(,)?)
        $([$idle:ident])? {
            $($(#[doc = $field_doc:literal])+ $field_keyword:literal $field:ident: $field_type:ty $([$($tag:tt)+])?;)*
            $(
                ..$taken:ident: $taken_type:ty;
                $($(#[doc = $more_doc:literal])+ $more_keyword:literal $more:ident: $more_type:ty $([$($more_tag:tt)+])?;)*
            )*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Default)]
        #[allow(dead_code, reason = "some statements need no head, and a declared word is read even where lowering needs no value")]
        pub(crate) struct $name {
            pub(crate) head: $crate::Head,
            $(pub(crate) $value: $value_type,)*
            $(pub(crate) $field: $field_type,)*
            $(pub(crate) $taken: $taken_type, $(pub(crate) $more: $more_type,)*)*
        }

        impl $crate::Statement for $name {
            const KIND: &'static $crate::Kind = {
                const LISTS: &[&[$crate::Field]] = &[
                    &[$($crate::field!(
                        ($($field_doc)+) $field_keyword, $field_type, $($($tag)+)?
                    )),*],
                    $(
                        <$taken_type as $crate::Statement>::KIND.fields,
                        &[$($crate::field!(($($more_doc)+) $more_keyword, $more_type, $($($more_tag)+)?)),*],
                    )*
                ];
                &$crate::Kind {
                    keyword: $keyword,
                    doc: concat!($($doc, "\n"),+),
                    naming: $crate::Naming::$naming,
                    idle: $crate::tag_idle!($($idle)?),
                    positional: &[$($crate::field!(
                        ($($value_doc)+) stringify!($value), $value_type, $($($value_tag)+)?
                    )),*],
                    fields: &$crate::joined::<{ $crate::count(LISTS) }>(LISTS),
                }
            };
        }

        impl $crate::Fields for $name {
            fn head(&mut self) -> &mut $crate::Head {
                &mut self.head
            }

            fn visit(&mut self, visit: &mut dyn FnMut($crate::Slot<'_>)) {
                // A statement without fields shows none.
                let _ = &visit;
                $(visit($crate::FieldType::slot(&mut self.$value));)*
                $(visit($crate::FieldType::slot(&mut self.$field));)*
                $(
                    self.$taken.visit(visit);
                    $(visit($crate::FieldType::slot(&mut self.$more));)*
                )*
            }
        }
    };
}

/// A field of a declaration.
#[doc(hidden)]
#[macro_export]
macro_rules! field {
    (($($doc:literal)+) $keyword:expr, $type:ty, $($tag:tt)*) => {
        $crate::Field {
            keyword: $keyword,
            doc: concat!($($doc, "\n"),+),
            shape: <$type as $crate::FieldType>::SHAPE,
            required: $crate::tag_required!($($tag)*),
            default: $crate::tag_default!($($tag)*),
            only: $crate::tag_only!($($tag)*),
        }
    };
}

/// Whether `[idle]` stands before a declaration's body.
#[doc(hidden)]
#[macro_export]
macro_rules! tag_idle {
    (idle) => {
        true
    };
    () => {
        false
    };
}

/// Whether a declaration's tag is `[required]`.
#[doc(hidden)]
#[macro_export]
macro_rules! tag_required {
    (required) => {
        true
    };
    ($($other:tt)*) => {
        false
    };
}

/// The text of a declaration's `[default "…"]`.
#[doc(hidden)]
#[macro_export]
macro_rules! tag_default {
    ($(only $who:literal,)? default $text:literal) => {
        Some($text)
    };
    ($($other:tt)*) => {
        None
    };
}

/// Who alone reads a field, of a declaration's `[only "…"]`.
#[doc(hidden)]
#[macro_export]
macro_rules! tag_only {
    (only $who:literal $($other:tt)*) => {
        Some($who)
    };
    ($($other:tt)*) => {
        None
    };
}
