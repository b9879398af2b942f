//! What a source says in another language: what is laid over objects, and raw YAML.

use hnet_model::{Origin, Overlay, RawYaml, Traced};

use super::Show;

/// What is laid over the objects of a statement.
pub(super) fn laid_over(overlay: &Overlay, shown: &mut Show) {
    let Overlay { labels, annotations, patches, span: _ } = overlay;
    pairs("labels", labels, shown);
    pairs("annotations", annotations, shown);
    raw("patches", patches, shown);
}

/// Raw YAML is the source's own text; how much of it there is says enough here.
pub(super) fn raw(name: &'static str, documents: &[RawYaml], shown: &mut Show) {
    let of = |RawYaml { value, span, places: _ }: &RawYaml| {
        let kind = value.get("kind").and_then(|kind| kind.as_str()).unwrap_or("YAML");
        (kind.to_owned(), Origin::written(*span))
    };
    shown.texts(name, documents.iter().map(of).collect());
}

pub(super) fn pairs(name: &'static str, pairs: &[(Traced<String>, String)], shown: &mut Show) {
    shown.texts(name, pairs.iter().map(|(key, value)| (format!("{}={value}", key.value), key.origin)).collect());
}
