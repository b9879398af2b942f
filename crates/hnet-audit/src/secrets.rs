//! Secrets of the cluster and of its machines that stand in the repository so that everybody can read them: in the clear, or
//! only encoded.
//!
//! Only what surely is a credential is said, by the table of `hnet-secrets`; what is encrypted, filled in later or not in
//! the repository at all is none. Start at [`check`].

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hnet_diagnostics::{Diagnostic, FileId, Severity, Sources, Span, codes};
use hnet_repository::{Document, Repository};
use hnet_secrets::Secret;
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
    found.extend(of_machines(repository, sources));
    found
}

/// Files of Talos with keys, tokens and passphrases that are not encrypted, each said once.
fn of_machines(repository: &Repository, sources: &Sources) -> Vec<Diagnostic> {
    let files: BTreeSet<FileId> = repository.talos.iter().map(|source| source.file).collect();
    let of_file = |file: FileId| {
        let source = sources.get(file);
        if repository.elsewhere.may_hold(source.path()) {
            return None;
        }
        let text = source.text();
        let is_filled = |secret: &Secret| {
            let plain = &text[secret.place.clone()];
            ["${", "{{", "<path:", "ref+"].iter().any(|mark| plain.contains(mark)) || hnet_secrets::is_encrypted(plain)
        };
        let secrets: Vec<Secret> = hnet_secrets::find(text).into_iter().filter(|secret| !is_filled(secret)).collect();
        let (first, rest) = secrets.split_first()?;
        let place = |secret: &Secret| Span::new(file, secret.place.start, secret.place.end);
        let title = format!("`{}` can be read by everybody who has the repository", source.path());
        let mut finding = Diagnostic::new(&codes::SECRET_IN_MANIFEST, title)
            .label(place(first), format!("{} stands here unencrypted", first.what));
        for secret in rest.iter().take(MOST_SECRETS) {
            finding = finding.label(place(secret), format!("and {}", secret.what));
        }
        let finding = finding.help(
            "encrypt the file by SOPS, or let what applies it fill the value in; and give the secret up, since the \
             history keeps it",
        );
        Some(Diagnostic { severity: Severity::Warning, ..finding })
    };
    files.into_iter().filter_map(of_file).collect()
}

/// How many further secrets of a file are shown: a file of them all has dozens.
const MOST_SECRETS: usize = 4;

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
