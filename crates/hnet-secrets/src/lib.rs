//! What in a text looks like a secret.
//!
//! Knows text only, neither the language nor a diagnostic. Secrets are known by the marks that their
//! makers give them, or by a key before them that says so; a long run of random letters alone may be a
//! hash or a public key, and says nothing. What they look like is the table `rules.tsv`; that none is
//! found in what is public or encrypted is in `public.rs`. Start at [`find`], and at [`hidden`] for what of a text is
//! shown to nobody.

mod held;
mod public;
mod table;

use std::borrow::Cow;
use std::ops::Range;

use table::{RULES, Rule};

/// How far a secret is looked for behind the word that gives it away, in bytes: a key of 8192 bits in PEM, which
/// is the longest, with its indentation.
const FURTHEST: usize = 16 * 1024;

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The row of the table.
    pub rule: &'static str,
    /// What it is: `a GitHub token`.
    pub what: &'static str,
    /// Where it is.
    pub place: Range<usize>,
    /// Where it is with what gives it away.
    pub whole: Range<usize>,
}

/// The secrets of a text, in order; none overlaps another.
///
/// Words of the table are looked for in one pass, and a pattern only where one of its words is: so a text
/// without secrets costs that pass, and no text more than its length.
#[must_use]
pub fn find(text: &str) -> Vec<Secret> {
    found(text, true)
}

/// The same, and what has the form of one and is probably none, such as a password of plain words: for what leaves this
/// device, where to take too much costs less than to take too little.
#[must_use]
pub fn suspect(text: &str) -> Vec<Secret> {
    found(text, false)
}

fn found(text: &str, sure: bool) -> Vec<Secret> {
    let mut found: Vec<(usize, Secret)> = Vec::new();
    let rules = &*RULES;
    // A pattern is not looked for in what it has read.
    let mut read = vec![0; rules.list.len()];
    rules.words.each(text, |start, word, rows| {
        for &row in rows {
            if read[row] > start {
                continue;
            }
            let Some((end, secret)) = at(&rules.list[row], text, start, start + word.len(), sure) else { continue };
            read[row] = end;
            found.extend(secret.map(|secret| (row, secret)));
        }
    });
    // Of two that overlap the row that stands first knows more.
    found.sort_by_key(|(row, secret)| (secret.place.start, *row));
    let mut secrets: Vec<(usize, Secret)> = Vec::new();
    for (row, secret) in found {
        match secrets.last_mut() {
            Some((kept, last)) if last.place.end > secret.place.start => {
                let (start, end) = (last.place.start, last.place.end.max(secret.place.end));
                if row < *kept {
                    (*kept, *last) = (row, secret);
                }
                last.place = start..end;
            }
            _ => secrets.push((row, secret)),
        }
    }
    let mut secrets: Vec<Secret> = secrets.into_iter().map(|(_, secret)| secret).collect();
    if !secrets.is_empty() {
        let public = public::places(text);
        secrets.retain(|secret| {
            let before = public.partition_point(|place| place.start <= secret.place.start);
            before.checked_sub(1).is_none_or(|at| public[at].end <= secret.place.start)
        });
    }
    secrets
}

/// A text in which what is hidden is stars.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut shown = Cow::Borrowed(text);
    for place in hidden(text).into_iter().rev() {
        let stars = text[place.clone()].chars().map(|character| if character == '\n' { '\n' } else { '*' });
        shown.to_mut().replace_range(place, &stars.collect::<String>());
    }
    shown
}

/// Whether a name and the text behind it look like a secret together.
#[must_use]
pub fn gives_away(name: &str, text: &str) -> bool {
    !find(&format!("{name}: {}", text.trim())).is_empty()
}

/// The text behind a name, in which what is hidden is stars.
#[must_use]
pub fn masked_behind<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    match masked(&format!("{name}: {text}")) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        // The name is as long as before in characters.
        Cow::Owned(shown) => Cow::Owned(shown.chars().skip(name.chars().count() + 2).collect()),
    }
}

/// The stretches of a text that are not shown again, in order: its secrets, and the values of Kubernetes' Secrets,
/// whatever they look like. None overlaps another.
#[must_use]
pub fn hidden(text: &str) -> Vec<Range<usize>> {
    let mut places = held::places(text);
    places.extend(find(text).into_iter().map(|secret| secret.place));
    places.sort_by_key(|place| place.start);
    places.dedup_by(|next, last| {
        let overlap = next.start < last.end;
        if overlap {
            last.end = last.end.max(next.end);
        }
        overlap
    });
    places
}

/// Whether SOPS encrypted a value. A mark in its file does not say so: it stays where the value is written anew in the
/// clear, and is there for values that were never encrypted.
#[must_use]
pub fn is_encrypted(value: &str) -> bool {
    value.starts_with("ENC[")
}

/// The secret of a rule that starts with the word between two places of a text, and where it ends; no secret where
/// what is there is known to be none, or, where it is to be sure, is probably none.
fn at(rule: &'static Rule, text: &str, start: usize, word_end: usize, sure: bool) -> Option<(usize, Option<Secret>)> {
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let bytes = text.as_bytes();
    if rule.starts_word && start > 0 && in_word(&bytes[start - 1])
        || rule.is_key && bytes.get(word_end).is_none_or(|byte| in_word(byte) || *byte == b'-')
    {
        return None;
    }
    let ends_login = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'@' | b'"' | b'/');
    if rule.before_at && bytes[word_end..].iter().find(|byte| ends_login(byte)) != Some(&b'@') {
        return None;
    }
    let mut end = text.len().min(start + FURTHEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let groups = rule.pattern()?.captures(&text[start..end])?;
    let user = groups.name("user");
    let secret = groups.iter().skip(1).flatten().find(|group| Some(*group) != user).or(groups.get(0))?;
    let probably_none = || {
        user.is_some_and(|user| user.as_str() == secret.as_str())
            || rule.least_entropy.is_some_and(|least| entropy(secret.as_str()) <= least)
            || rule.except().is_some_and(|except| except.is_match(secret.as_str()))
    };
    let none = public::stands_for_one(secret.as_str()) || sure && probably_none();
    let moved = |range: Range<usize>| start + range.start..start + range.end;
    let whole = moved(groups.get(0).map_or(0..0, |whole| whole.range()));
    let place = moved(secret.range());
    Some((whole.end, (!none).then_some(Secret { rule: rule.id, what: rule.what, place, whole })))
}

/// How many bits a letter of a text says, by how often each occurs (Shannon): 0 for `aaaa`, and the more the
/// less a person chose it.
fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

#[cfg(test)]
mod tests;
