//! Words of closed lists.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes, did_you_mean, nearest};
use hnet_syntax::tree::Value;

use crate::declaration::{Type, Vocabulary};

/// Words of a closed list: one enum each.
#[macro_export]
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $word_doc:literal])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[doc = $word_doc])* $variant,)+ }

        impl $name {
            const ALL: &'static [$name] = &[$($name::$variant),+];
            const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl $crate::ValueType for $name {
            const TYPE: $crate::Type = $crate::Type::OneOf($name::WORDS);

            fn read(
                value: &$crate::Value,
                scope: &$crate::Scope<'_>,
                out: &mut $crate::Diagnostics,
            ) -> Result<Self, $crate::Reported> {
                $crate::word_position(value, $name::WORDS, scope.vocabulary(), out).map(|at| $name::ALL[at])
            }
        }
    )+};
}

/// Which of the words stands there.
#[doc(hidden)]
pub fn word_position(
    value: &Value,
    words: &'static [&'static str],
    vocabulary: &Vocabulary,
    out: &mut Diagnostics,
) -> Result<usize, Reported> {
    if let Some(at) = words.iter().position(|word| *word == value.text) {
        return Ok(at);
    }
    let diagnostic = Diagnostic::new(&codes::WRONG_WORD, format!("`{}` is not a word for this", value.text))
        .label(value.span, Type::OneOf(words).called());
    let foreign = vocabulary.foreign_value(&value.text, words);
    Err(out.report(match (foreign, nearest(&value.text, words.iter().copied())) {
        (Some(foreign), _) => diagnostic.help(foreign.answer),
        (None, Some(near)) => did_you_mean(diagnostic, near, value.span),
        (None, None) => diagnostic.help(format!("write {}", Type::OneOf(words).called())),
    }))
}
