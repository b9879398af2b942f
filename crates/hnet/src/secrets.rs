//! Secrets in the sources: what is said of them, and that no message shows them again.
//!
//! They are looked for in the text and not in the tree, so that comments, the YAML of patches and what cannot
//! be read are looked at too. What they look like is known by `hnet-secrets`. Start at [`report`]; [`Masks`]
//! are for the messages.

use std::collections::BTreeSet;
use std::ops::Range;

use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Sources, Span, codes};
use hnet_secrets::Secret;
use hnet_syntax::tree::{Statement, Tree, ValueKind};

/// Where secrets stand, in the order of the sources, and what each looks like.
pub(crate) type Places = Vec<(Span, &'static str)>;

/// Reports the secrets of all sources, and hides them in what is shown of the sources.
pub(crate) fn report(
    sources: &mut Sources,
    trees: &[Tree],
    is_others: impl Fn(FileId) -> bool,
    out: &mut Diagnostics,
) -> (Masks, Places) {
    let mut masks = Masks::default();
    let files: Vec<FileId> = sources.iter().map(|(file, _)| file).collect();
    let mut places = Places::new();
    for file in files {
        let text = sources.get(file).text();
        for secret in hnet_secrets::find(text) {
            let place = Span::new(file, secret.place.start, secret.place.end);
            masks.add(&text[secret.place.clone()]);
            // Of a file that is somebody else's it is hidden, and that is all.
            if !is_others(file) {
                out.report(diagnostic(&secret, place, text));
            }
            places.push((place, secret.what));
        }
    }
    places.sort();
    let mut written = Vec::new();
    for tree in trees {
        escaped(&tree.statements, sources, &places, &mut written, &mut masks, out);
        in_files(&tree.statements, sources, &places, &mut written, &mut masks, out);
        keys(&tree.statements, &places, &mut written, &mut masks);
    }
    filled_in(trees, &places, &mut written, &mut masks, out);
    let files = sources.iter().map(|(file, source)| (file, hnet_secrets::hidden(source.text())));
    let hidden: Vec<(FileId, Vec<Range<usize>>)> = files.collect();
    let whole = |(file, places): (FileId, Vec<Range<usize>>)| {
        places.into_iter().map(move |place| Span::new(file, place.start, place.end))
    };
    let of_strings = written.iter().map(|(place, _)| *place);
    hidden.into_iter().flat_map(whole).chain(of_strings).for_each(|place| sources.hide(place));
    places.extend(written);
    places.sort();
    (masks, places)
}

fn diagnostic(secret: &Secret, place: Span, text: &str) -> Diagnostic {
    // The marks of a key in PEM are on lines of their own, and its first line says enough.
    let first_line = text[place.range()].find('\n').unwrap_or(place.range().len());
    let found = Diagnostic::new(&codes::CREDENTIAL, format!("this looks like {}", secret.what))
        .label(place.part(0..first_line), "a secret has no place in a source");
    if !secret.rule.starts_with("url-") {
        return found.help("put it into a secret store, and refer to it: `vault/KEY#PROPERTY`");
    }
    let found = found.help("leave the user and the password out; what reads the URL takes them from a secret");
    // It may be written with escapes.
    match text[secret.whole.clone()].find("://") {
        Some(at) if text[place.range().end..].starts_with('@') => {
            let login = Span::new(place.file, secret.whole.start + at + 3, place.range().end + 1);
            found.fix("leave them out", login, "")
        }
        _ => found,
    }
}

/// Reports the secrets of strings that are written with escapes, as far as they are not seen as they are written.
fn escaped(
    statements: &[Statement],
    sources: &Sources,
    seen: &[(Span, &str)],
    places: &mut Places,
    masks: &mut Masks,
    out: &mut Diagnostics,
) {
    for statement in statements {
        for value in statement.arguments.iter().map(|argument| &argument.value) {
            let text = sources.text(value.span);
            if value.kind != ValueKind::String || !text.contains('\\') {
                continue;
            }
            let Span { file, start, end } = value.span;
            let before = seen.partition_point(|(place, _)| (place.file, place.end) <= (file, start));
            let is_seen = seen.get(before).is_some_and(|(place, _)| place.file == file && place.start < end);
            for secret in hnet_secrets::find(&value.text) {
                let place = value.part_of_string(text, secret.place.clone());
                masks.add(&value.text[secret.place.clone()]);
                if !is_seen {
                    masks.add(sources.text(place));
                    let whole = value.part_of_string(text, secret.whole).range();
                    let secret = Secret { place: place.range(), whole, ..secret };
                    out.report(diagnostic(&secret, place, sources.get(file).text()));
                    places.push((place, secret.what));
                }
            }
        }
        escaped(statement.statements(), sources, seen, places, masks, out);
    }
}

/// Reports files of machines whose paths say that what they hold is a secret, as a key does: `/var/lib/app/password`.
fn in_files(
    statements: &[Statement],
    sources: &Sources,
    seen: &[(Span, &str)],
    places: &mut Places,
    masks: &mut Masks,
    out: &mut Diagnostics,
) {
    for statement in statements {
        let path = statement.arguments.first().filter(|_| statement.keyword.text == "file");
        let contents = statement.statements().iter().filter(|nested| nested.keyword.text == "content");
        let inline = statement.arguments.iter().skip_while(|argument| argument.value.text != "content").nth(1);
        let contents = contents.flat_map(|nested| nested.arguments.first()).chain(inline);
        for (path, content) in path.into_iter().flat_map(|path| contents.clone().map(move |content| (path, content))) {
            let (text, span) = (content.value.text.trim(), content.value.span);
            let Some(secret) = named_by(&path.value.text, text) else { continue };
            masks.add(text);
            let is_seen = |(place, _): &&(Span, &str)| {
                place.file == span.file && place.start < span.end && span.start < place.end
            };
            if !seen.iter().chain(places.iter()).any(|place| is_seen(&place)) {
                let secret = Secret { place: span.range(), whole: span.range(), ..secret };
                out.report(diagnostic(&secret, span, sources.get(span.file).text()));
                places.push((span, secret.what));
            }
        }
        in_files(statement.statements(), sources, seen, places, masks, out);
    }
}

/// Reports values of placeholders that are filled in where a secret belongs: `placeholder PW correct-horse;` beside
/// `environment PASSWORD=${PW}`.
fn filled_in(
    trees: &[Tree],
    seen: &[(Span, &'static str)],
    places: &mut Places,
    masks: &mut Masks,
    out: &mut Diagnostics,
) {
    fn each<'t>(statements: &'t [Statement], visit: &mut impl FnMut(&'t Statement)) {
        for statement in statements {
            visit(statement);
            each(statement.statements(), visit);
        }
    }
    let every = |visit: &mut dyn FnMut(&Statement)| {
        trees.iter().for_each(|tree| each(&tree.statements, &mut |statement| visit(statement)));
    };
    let mut values: Vec<(String, String, Span)> = Vec::new();
    every(&mut |statement| {
        if let ("placeholder", [name, value]) = (statement.keyword.text.as_str(), statement.arguments.as_slice()) {
            let (text, span) = (&value.value.text, value.value.span);
            let is_seen = seen
                .iter()
                .any(|(place, _)| place.file == span.file && place.start < span.end && span.start < place.end);
            if !is_seen && !text.is_empty() && !text.contains("${") {
                values.push((format!("${{{}}}", name.value.text), text.to_string(), span));
            }
        }
    });
    if values.is_empty() {
        return;
    }
    let mut told: Vec<Span> = Vec::new();
    every(&mut |statement| {
        for used in statement.arguments.iter().map(|argument| &argument.value).filter(|value| value.text.contains("${"))
        {
            for (name, text, span) in &values {
                if used.text.contains(name)
                    && !told.contains(span)
                    && let Some(what) = filled(&used.text, name, text)
                {
                    told.push(*span);
                    masks.add(text);
                    places.push((*span, what));
                    out.report(
                        Diagnostic::new(
                            &codes::CREDENTIAL,
                            format!("`{name}` stands where {what} belongs, and this is its value"),
                        )
                        .label(*span, "a secret has no place in a source")
                        .label(used.span, "it is filled in here")
                        .help("leave the `placeholder` out: whoever reads the files fills in what it stands for"),
                    );
                }
            }
        }
    });
}

/// What a placeholder's value is where it is filled in, if that is a secret. A password may be of plain words, since a
/// password is what is wanted there.
fn filled(used: &str, name: &str, value: &str) -> Option<&'static str> {
    let whole = used.replace(name, value);
    let moved = |at: usize, before: usize| at + before * value.len() - before * name.len();
    let stands: Vec<Range<usize>> = used
        .match_indices(name)
        .enumerate()
        .map(|(before, (at, _))| moved(at, before)..moved(at, before) + value.len())
        .collect();
    let is_there =
        |secret: &&Secret| stands.iter().any(|one| one.start < secret.place.end && secret.place.start < one.end);
    let found = hnet_secrets::find(&whole);
    let passwords = hnet_secrets::suspect(&whole);
    let passwords = passwords.iter().filter(|secret| secret.rule == "password");
    found.iter().chain(passwords).find(is_there).map(|secret| secret.what)
}

/// The words behind which a placeholder stands and never a key.
const SECRET_WORDS: [&str; 2] = ["private-key", "preshared-key"];

/// Notes keys that stand where a placeholder is wanted, which is said of them elsewhere: they are hidden, whatever they are.
fn keys(statements: &[Statement], seen: &[(Span, &str)], places: &mut Places, masks: &mut Masks) {
    for statement in statements {
        let words = statement.arguments.iter().map(|argument| (&argument.value.text, Some(argument.value.span)));
        let words: Vec<_> = std::iter::once((&statement.keyword.text, None)).chain(words).collect();
        for pair in words.windows(2) {
            let [(word, _), (text, Some(span))] = pair else { continue };
            let is_key = SECRET_WORDS.contains(&word.as_str()) && !text.is_empty() && !text.contains("${");
            let is_seen = |place: &&(Span, &str)| {
                place.0.file == span.file && place.0.start < span.end && span.start < place.0.end
            };
            if is_key && !seen.iter().chain(places.iter()).any(|place| is_seen(&place)) {
                masks.add(text);
                places.push((*span, "a key"));
            }
        }
        keys(statement.statements(), seen, places, masks);
    }
}

/// Names of files that hold nothing but a secret, each with the key that says so.
const SECRET_FILES: [(&str, &str); 5] = [
    ("credential", "secret"),
    ("credentials", "secret"),
    ("secrets", "secret"),
    ("passwords", "password"),
    ("key", "private_key"),
];

/// The secret that a text is by the name of the file that holds it alone.
fn named_by(path: &str, text: &str) -> Option<Secret> {
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if text.is_empty() || text.contains(char::is_whitespace) || text.contains("${") {
        return None;
    }
    let by_kind = |name: &str| SECRET_FILES.iter().find(|(known, _)| *known == name).map(|(_, key)| (*key).to_owned());
    // The public half of a key is called so.
    let is_public = name.contains("pub");
    let kinds = [name, stem, extension].into_iter().filter(|_| !is_public).filter_map(by_kind);
    let names = [name, stem].into_iter().filter(|name| !name.is_empty()).map(|name| name.replace('.', "_"));
    names.chain(kinds).flat_map(|name| hnet_secrets::find(&format!("{name}: {text}\n"))).next()
}

/// Leaves out what else is wrong with a value that is nothing but a secret, as far as that is heard: the mistake is
/// that it stands there.
pub(crate) fn only(diagnostics: &mut Vec<Diagnostic>) {
    let is_secret = |diagnostic: &Diagnostic| *diagnostic.code == codes::CREDENTIAL;
    let secrets: Vec<Span> = diagnostics.iter().filter(|one| is_secret(one)).filter_map(Diagnostic::span).collect();
    // They are in the order of the sources. Quotes around the secret are of the value.
    let within = |span: Span| {
        let before = secrets.partition_point(|secret| (secret.file, secret.start) <= (span.file, span.start + 1));
        let nearest = before.checked_sub(1).map(|at| secrets[at]);
        nearest.is_some_and(|secret| secret.file == span.file && span.end <= secret.end + 1)
    };
    diagnostics.retain(|one| is_secret(one) || !one.span().is_some_and(within));
}

/// How much of a secret tells it from other text, in bytes. Messages cut what they quote.
const PART: usize = 8;

/// The secrets of the sources, to be hidden in what is said of them.
#[derive(Default)]
pub(crate) struct Masks {
    /// Those that are shorter than a part.
    short: BTreeSet<String>,
    /// Each part of the others.
    parts: Vec<[u8; PART]>,
}

impl Masks {
    fn add(&mut self, secret: &str) {
        if secret.len() < PART {
            self.short.insert(secret.to_owned());
        }
        let windows = secret.as_bytes().windows(PART);
        self.parts.extend(windows.filter_map(|part| <[u8; PART]>::try_from(part).ok()));
    }

    /// Hides the secrets in all that a finding says. A fix that would write one again is not offered.
    pub(crate) fn hide(mut self, diagnostics: &mut [Diagnostic]) {
        if self.short.is_empty() && self.parts.is_empty() {
            return;
        }
        self.parts.sort_unstable();
        for Diagnostic { title, labels, help, fixes, .. } in diagnostics {
            fixes.retain(|fix| fix.edits.iter().all(|edit| self.masked(&edit.text).is_none()));
            let labels = labels.iter_mut().map(|label| &mut label.text);
            let fixes = fixes.iter_mut().map(|fix| &mut fix.title);
            for text in labels.chain(fixes).chain(help).chain([title]) {
                if let Some(masked) = self.masked(text) {
                    *text = masked;
                }
            }
        }
    }

    /// A text without the secrets in it; none if there are none.
    fn masked(&self, text: &str) -> Option<String> {
        let mut hidden = vec![false; text.len()];
        for (at, part) in text.as_bytes().windows(PART).enumerate() {
            if self.parts.binary_search_by(|known| known.as_slice().cmp(part)).is_ok() {
                hidden[at..at + PART].fill(true);
            }
        }
        for secret in &self.short {
            text.match_indices(secret.as_str()).for_each(|(at, found)| hidden[at..at + found.len()].fill(true));
        }
        if !hidden.contains(&true) {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut before = false;
        for (at, character) in text.char_indices() {
            // A part may end within a character, which is hidden then.
            let here = hidden[at..at + character.len_utf8()].contains(&true);
            match (here, before) {
                (false, _) => out.push(character),
                (true, false) => out.push_str("***"),
                (true, true) => {}
            }
            before = here;
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::Masks;
    use crate::{Input, Options, check};

    /// A string to the end of its line has no last character to leave out.
    #[test]
    fn a_secret_may_stand_in_a_string_that_nobody_closed() {
        let text =
            "network home <\n  gitops flux < repository \"https://me:hunter\\u{32}xyz@github.com/me/h \u{e9}\n>\n";
        let found = check(Input::one("network.hnet", text), &Options::default());
        let places: Vec<&str> = found.secrets.iter().map(|(place, _)| found.sources.text(*place)).collect();
        assert_eq!(places, ["hunter\\u{32}xyz"]);
    }

    #[test]
    fn a_secret_is_hidden_whole_and_in_part() {
        let mut masks = Masks::default();
        masks.add("hunter2");
        masks.add("q8Xv2LmZ0pRt7Yb3");
        masks.parts.sort_unstable();
        let masked = |text: &str| masks.masked(text);
        assert_eq!(masked("`me:hunter2@host` is no host").as_deref(), Some("`me:***@host` is no host"));
        assert_eq!(masked("`q8Xv2LmZ0p…` is cut").as_deref(), Some("`***…` is cut"));
        assert_eq!(masked("`LmZ0pRt7Yb3` is its end").as_deref(), Some("`***` is its end"));
        assert_eq!(masked("`hunter` and `q8Xv2Lm` are none"), None);
    }
}
