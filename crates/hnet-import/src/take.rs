//! Values of which parts are taken out: what a lift has said is gone, and what is left is what it could not say.
//!
//! Start at [`take`].

use hnet_diagnostics::Span;
use hnet_yaml::{Comments, Field, Reader, Value, ValueKind};
use std::sync::Arc;

/// A scalar that was taken out.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Its text.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// What is said about it: above its key, behind it.
    pub(crate) comments: Option<Arc<Comments>>,
}

/// Takes out the field behind several keys. A map that this empties goes with it.
pub(crate) fn take(value: &mut Value, path: &[&str]) -> Option<Field> {
    let (first, rest) = path.split_first()?;
    let map = value.as_map_mut()?;
    if rest.is_empty() {
        return map.shift_remove(*first);
    }
    let inner = &mut map.get_mut(*first)?.value;
    let taken = take(inner, rest)?;
    if inner.as_map().is_some_and(indexmap::IndexMap::is_empty) {
        map.shift_remove(*first);
    }
    Some(taken)
}

/// Takes out the field behind several keys, where it is as it must be.
pub(crate) fn take_if<T>(
    value: &mut Value,
    path: &[&str],
    read: impl FnOnce(&Value) -> Option<T>,
) -> Option<(T, Field)> {
    let read = read(value.at(path)?)?;
    Some((read, take(value, path)?))
}

/// Takes out a scalar that says something.
pub(crate) fn take_text(value: &mut Value, path: &[&str]) -> Option<Said> {
    let (text, field) = take_if(value, path, |value| value.as_str().map(str::to_owned))?;
    Some(said(text, &field))
}

/// Takes out a truth value.
pub(crate) fn take_bool(value: &mut Value, path: &[&str]) -> Option<(bool, Said)> {
    let (is_so, field) = take_if(value, path, |value| value.as_bool(Reader::Talos))?;
    Some((is_so, said(is_so.to_string(), &field)))
}

/// Takes out a list of scalars; an empty one as well.
pub(crate) fn take_texts(value: &mut Value, path: &[&str]) -> Option<Vec<Said>> {
    take_if(value, path, texts).map(|(texts, _)| texts)
}

/// Takes out a map of scalars.
pub(crate) fn take_pairs(value: &mut Value, path: &[&str]) -> Option<Vec<(String, Said)>> {
    let pairs = |value: &Value| {
        value.as_map()?;
        value.fields().map(|field| Some((field.key.to_string(), scalar(&field.value)?))).collect::<Option<Vec<_>>>()
    };
    take_if(value, path, pairs).map(|(pairs, _)| pairs)
}

/// The scalars of a list, where it holds nothing else.
pub(crate) fn texts(value: &Value) -> Option<Vec<Said>> {
    value.as_list()?.iter().map(scalar).collect()
}

/// A scalar that says something.
pub(crate) fn scalar(value: &Value) -> Option<Said> {
    let text = value.as_str()?.to_owned();
    Some(Said { text, span: value.span, comments: value.comments.clone() })
}

/// A text of a field, with what is said about its key and its value.
pub(crate) fn said(text: String, field: &Field) -> Said {
    let comments = match (&field.comments, &field.value.comments) {
        (Some(of_key), Some(of_value)) => {
            let above = of_key.above.iter().chain(&of_value.above).cloned().collect();
            let behind = of_value.behind.clone().or_else(|| of_key.behind.clone());
            Some(Arc::new(Comments { above, behind }))
        }
        (of_key, of_value) => of_key.clone().or_else(|| of_value.clone()),
    };
    Said { text, span: field.value.span, comments }
}

/// How many leaves a value has.
pub(crate) fn leaves(value: &Value) -> usize {
    let mut count = 0;
    value.leaves(&mut |_, _| count += 1);
    count
}

/// Whether nothing is left of a value.
pub(crate) fn is_empty(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Map(map) => map.is_empty(),
        ValueKind::List(items) => items.is_empty(),
        ValueKind::Scalar(..) => value.is_null(),
    }
}

/// Whether nothing is left but what says nothing.
pub(crate) fn is_said(value: &Value) -> bool {
    let mut is_all = true;
    value.leaves(&mut |_, leaf| is_all &= is_empty(leaf));
    is_all
}
