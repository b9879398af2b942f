//! Secrets of the cluster that stand in the repository so that everybody can read them: in the clear, or only encoded.
//!
//! Only what surely is a credential is said, by the table of `hnet-secrets`; what is encrypted, filled in later or not in
//! the repository at all is none. Start at [`check`].

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hnet_diagnostics::{Diagnostic, Severity, Sources, Span, codes};
use hnet_repository::{Document, Repository};
use hnet_yaml::{Field, Value};

/// All of them.
pub(crate) fn check(repository: &Repository, sources: &Sources) -> Vec<Diagnostic> {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let mut found = Vec::new();
    let documents = repository.clusters.iter().flat_map(|cluster| cluster.of_kind("", "Secret"));
    for document in documents.filter(|document| !document.is_replaced) {
        // What git ignores is on this device only.
        if repository.elsewhere.may_hold(sources.get(document.file).path()) || !seen.insert(document.value.span) {
            continue;
        }
        let fields = ["data", "stringData"].iter().flat_map(|part| {
            let fields = document.value.get(part).into_iter().flat_map(Value::fields);
            fields.map(|field| (field, *part == "data"))
        });
        let readable: Vec<(&Field, &str)> =
            fields.filter_map(|(field, is_encoded)| Some((field, credential(field, is_encoded, document)?))).collect();
        let Some(((first, what), rest)) = readable.split_first() else { continue };
        let title = format!("Secret `{}` can be read by everybody who has the repository", document.full_name());
        let mut finding = Diagnostic::new(&codes::SECRET_IN_MANIFEST, title)
            .label(first.key.span(), format!("{what} stands here unencrypted"));
        for (field, what) in rest {
            finding = finding.label(field.key.span(), format!("and {what}"));
        }
        let finding = finding.help(
            "encrypt it by SOPS, or take it from a secret store by an `ExternalSecret`; and give the credential up, \
             since the history keeps it",
        );
        found.push(Diagnostic { severity: Severity::Warning, ..finding });
    }
    found
}

/// What a field of a Secret surely holds: none where something else is put in later, or nothing says that it is one.
fn credential(field: &Field, is_encoded: bool, document: &Document) -> Option<&'static str> {
    // A patch or a variable says it somewhere else.
    let text = field.value.text().filter(|_| field.value.span.file == document.file)?;
    let plain = if is_encoded { decoded(text.as_str())? } else { text.as_str().to_owned() };
    let is_filled = ["${", "{{", "<path:", "ref+"].iter().any(|mark| plain.contains(mark));
    let is_changed = document.variables.iter().any(|used| {
        let place = field.value.span;
        used.span.file == place.file && place.start <= used.span.start && used.span.end <= place.end
    });
    if is_filled || is_changed || plain.starts_with('<') || hnet_secrets::is_encrypted(&plain) {
        return None;
    }
    let said = format!("{}: {plain}\n", field.key.as_str());
    hnet_secrets::find(&said).first().map(|secret| secret.what)
}

/// The text that base64 stands for; none where it is none.
fn decoded(text: &str) -> Option<String> {
    let without_blanks: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    String::from_utf8(STANDARD.decode(without_blanks).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn base64_is_decoded() {
        for (text, plain) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYmFy", "foobar")] {
            assert_eq!(decoded(text).as_deref(), Some(plain), "{text}");
        }
        assert_eq!(decoded("${A}"), None);
        assert_eq!(decoded("/w=="), None);
    }
}
