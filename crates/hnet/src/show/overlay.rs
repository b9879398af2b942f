//! What a source says in another language: what is laid over objects, and raw YAML.

use hnet_model::{Origin, Overlay, Owner, RawYaml, Span, Traced};

use super::Show;

/// What is laid over the objects of a statement.
pub(super) fn laid_over(overlay: &Overlay, shown: &mut Show) {
    let Overlay { labels, annotations, patches, owner, span } = overlay;
    owned(*owner, *span, shown);
    pairs("labels", labels, shown);
    pairs("annotations", annotations, shown);
    raw("patches", patches, shown);
}

/// Says of what is not hnet's that it is there already.
pub(super) fn owned(owner: Owner, statement: Span, shown: &mut Show) {
    if owner == Owner::Existing {
        shown.texts("exists", vec![("yes, and nothing of it is written".to_owned(), Origin::written(statement))]);
    }
}

/// Raw YAML is the source's own text; how much of it there is says enough here.
pub(super) fn raw(name: &'static str, documents: &[RawYaml], shown: &mut Show) {
    let of = |RawYaml { value, span, places: _, written: _ }: &RawYaml| {
        let kind = value.get("kind").and_then(|kind| kind.as_str()).unwrap_or("YAML");
        (kind.to_owned(), Origin::written(*span))
    };
    shown.texts(name, documents.iter().map(of).collect());
}

pub(super) fn pairs(name: &'static str, pairs: &[(Traced<String>, String)], shown: &mut Show) {
    shown.texts(name, pairs.iter().map(|(key, value)| (format!("{}={value}", key.value), key.origin)).collect());
}
