//! What an issuer is asked for. The other way is `hnet-emit/src/gateway/certificates.rs`.

use hnet_syntax::tree::Statement;
use hnet_yaml::Value;

use super::pairs_of;
use crate::say;
use crate::take::{Said, take_bool, take_if, take_pairs, take_text, take_texts};

/// The lists of texts, each with its word.
const LISTS: [(&str, &[&str]); 4] = [
    ("addresses", &["spec", "ipAddresses"]),
    ("organizations", &["spec", "subject", "organizations"]),
    ("organizational-units", &["spec", "subject", "organizationalUnits"]),
    ("countries", &["spec", "subject", "countries"]),
];

/// The texts, each with its word.
const TEXTS: [(&str, &[&str]); 3] = [
    ("common-name", &["spec", "commonName"]),
    ("duration", &["spec", "duration"]),
    ("renew-before", &["spec", "renewBefore"]),
];

/// The texts that are written in small letters, each with its word.
const SMALL: [(&str, &[&str]); 2] = [
    ("key-encoding", &["spec", "privateKey", "encoding"]),
    ("key-rotation", &["spec", "privateKey", "rotationPolicy"]),
];

/// What of a certificate is asked for beside names, in words.
pub(super) fn asked_for(value: &mut Value) -> Vec<Statement> {
    let mut fields = Vec::new();
    let listed = |word: &str, texts: Vec<Said>| {
        let span = texts.first()?.span;
        Some(say::list(word, span, texts.into_iter().map(|text| (text.text, text.span))))
    };
    for (word, path) in LISTS {
        fields.extend(take_texts(value, path).and_then(|texts| listed(word, texts)));
    }
    for (word, path) in TEXTS {
        fields.extend(take_text(value, path).map(|text| say::said(word, &text)));
    }
    if let Some((is_authority, said)) = take_bool(value, &["spec", "isCA"]) {
        fields.push(say::flag("authority", is_authority, said.span));
    }
    let usages = take_texts(value, &["spec", "usages"]).unwrap_or_default().into_iter();
    let usages = usages.map(|usage| Said { text: usage.text.replace(' ', "-"), ..usage });
    fields.extend(listed("usages", usages.collect()));
    if let Some(algorithm) = take_text(value, &["spec", "privateKey", "algorithm"]) {
        let size =
            take_if(value, &["spec", "privateKey", "size"], |size| size.as_integer().map(|size| format!("-{size}")));
        let size = size.map_or(String::new(), |(size, _)| size);
        fields.push(say::field("key", &format!("{}{size}", algorithm.text.to_ascii_lowercase()), algorithm.span));
    }
    for (word, path) in SMALL {
        let text = take_text(value, path);
        fields.extend(text.map(|text| say::field(word, &text.text.to_ascii_lowercase(), text.span)));
    }
    for (word, key) in [("secret-labels", "labels"), ("secret-annotations", "annotations")] {
        let pairs = take_pairs(value, &["spec", "secretTemplate", key]).filter(|pairs| !pairs.is_empty());
        fields.extend(pairs.map(|pairs| pairs_of(word, &pairs)));
    }
    fields
}
