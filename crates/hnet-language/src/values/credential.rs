//! Texts that look like a secret, which must never stand in a source.
//!
//! Secrets are known by the marks that their makers give them, and by having no pattern: a long
//! run of letters and digits that no person chose. Ids, hashes of images and public keys look
//! random too and are no secrets. Start at [`credential`].

use super::Wrong;
use super::locator::credential_in_url;

/// What a token starts with, and what it is. The rest has at least twelve characters.
const MARKS: &[(&str, &str)] = &[
    ("ghp_", "a GitHub token"),
    ("gho_", "a GitHub token"),
    ("ghu_", "a GitHub token"),
    ("ghs_", "a GitHub token"),
    ("ghr_", "a GitHub token"),
    ("github_pat_", "a GitHub token"),
    ("glpat-", "a GitLab token"),
    ("xoxb-", "a Slack token"),
    ("xoxp-", "a Slack token"),
    ("sk-", "an API key"),
    ("sk_live_", "a Stripe key"),
    ("hvs.", "a Vault token"),
    ("dop_v1_", "a DigitalOcean token"),
    ("tskey-", "a Tailscale key"),
    ("AGE-SECRET-KEY-", "an age private key"),
    ("ops_", "a 1Password token"),
    ("dp.st.", "a Doppler token"),
    ("npm_", "an npm token"),
    ("pypi-", "a PyPI token"),
    ("glsa_", "a Grafana token"),
];

/// Words which say that the value behind them is a secret.
const SECRET_WORDS: &[&str] =
    &["password", "passwd", "passphrase", "secret", "token", "api-key", "apikey", "api_key", "private-key", "psk"];

/// Words which say that the text is known to everybody.
const PUBLIC_MARKS: &[&str] =
    &["sha256:", "sha512:", "sha1:", "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-", "age1", "SHA256:"];

/// The shortest secret that is told by its look, in bytes: `sk-` with twelve characters behind it.
const SHORTEST: usize = 15;

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A URL with a user or a password in it.
    InUrl(Wrong),
    /// What the text looks like.
    LooksLike(&'static str),
}

/// The secret that the text is or holds, if it does.
///
/// It is asked of every value, so what most names are is looked for first.
pub fn credential(text: &str) -> Option<Credential> {
    if is_plain(text) {
        return marked(text).map(Credential::LooksLike);
    }
    match credential_in_url(text) {
        Some(wrong) => Some(Credential::InUrl(wrong)),
        None => judged(text).map(Credential::LooksLike),
    }
}

fn judged(text: &str) -> Option<&'static str> {
    // A shorter one can only be a password in a URL.
    if text.len() < SHORTEST && !text.contains(':') {
        return None;
    }
    if text.contains("-----BEGIN") {
        if text.contains("PRIVATE KEY") {
            return Some("a private key");
        }
        if text.contains("-----BEGIN PGP MESSAGE") {
            return Some("a PGP message");
        }
    }
    let is_separator = |character: char| {
        character.is_whitespace()
            || matches!(character, '"' | '\'' | ',' | ';' | '(' | ')' | '{' | '}' | '[' | ']' | '<' | '>')
    };
    let mut before = "";
    for word in text.split(is_separator).filter(|word| !word.is_empty()) {
        // A key and its value may stand in one word: `token=…`, `password:…`.
        let (key, value) = match word.find(['=', ':']) {
            Some(at) if says_secret(&word[..at]) => (Some(&word[..at]), &word[at + 1..]),
            _ => (None, word),
        };
        if credential_in_url(word).is_some() {
            return Some("a password in a URL");
        }
        if let Some(kind) = marked(value).or_else(|| key.and_then(|_| marked(word))) {
            return Some(kind);
        }
        if (is_random(value, 20) || is_random_hexadecimal(value))
            && (key.is_some() || says_secret(before.trim_end_matches([':', '='])))
        {
            return Some("a secret");
        }
        if is_random(word, 40) {
            return Some("a random key");
        }
        before = word;
    }
    None
}

/// Whether a text is one word without capitals, perhaps with something short behind a colon, as names,
/// paths, addresses and services are: then nothing but its start can give a secret away.
fn is_plain(text: &str) -> bool {
    const SIGNS: [bool; 256] = {
        let mut signs = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            signs[byte] = matches!(byte as u8, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' | b'*');
            byte += 1;
        }
        signs
    };
    let bytes = text.as_bytes();
    let is_sign = |byte: u8| SIGNS[usize::from(byte)];
    match bytes.iter().position(|byte| !is_sign(*byte)) {
        None => true,
        Some(at) => {
            let rest = &bytes[at..];
            rest[0] == b':'
                && rest.len() <= SHORTEST
                && rest.iter().all(|byte| *byte != b'/' && (is_sign(*byte) || *byte == b':'))
        }
    }
}

/// Whether a word names a secret; a name that goes on, like `secret-store`, names something else.
fn says_secret(word: &str) -> bool {
    let ends_with = |secret: &&str| {
        let start = word.len().checked_sub(secret.len());
        start.is_some_and(|start| word.as_bytes()[start..].eq_ignore_ascii_case(secret.as_bytes()))
    };
    SECRET_WORDS.iter().any(ends_with)
}

fn marked(word: &str) -> Option<&'static str> {
    if word.len() < SHORTEST {
        return None;
    }
    let token_like = |rest: &str| {
        rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')).count()
    };
    let same_start = |mark: &&str| mark.as_bytes()[0] == word.as_bytes()[0];
    for (mark, kind) in MARKS.iter().filter(|(mark, _)| same_start(mark)) {
        if let Some(rest) = word.strip_prefix(mark)
            && token_like(rest) >= 12
            && rest.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        {
            return Some(kind);
        }
    }
    let upper_or_digit = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    if word.len() == 20 && (word.starts_with("AKIA") || word.starts_with("ASIA")) && word.bytes().all(upper_or_digit) {
        return Some("an AWS key");
    }
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=');
    if word.starts_with("eyJ") && word.len() >= 40 {
        let parts: Vec<&str> = word.split('.').collect();
        let sound = parts.iter().all(|part| part.bytes().all(base64));
        match (parts.len(), sound) {
            (3, true) => return Some("a JSON web token"),
            // A tunnel's token is one JSON object with the account, the tunnel and the secret.
            (1, true) => return Some("a Cloudflare tunnel token"),
            _ => {}
        }
    }
    None
}

/// Whether a word is a long run of hexadecimal digits. Hashes, commits and image ids are so too, so
/// this counts only where a name says that the value is a secret.
fn is_random_hexadecimal(word: &str) -> bool {
    let count = |test: fn(&u8) -> bool| word.bytes().filter(test).count();
    word.len() >= 20
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && count(u8::is_ascii_digit) >= 4
        && count(u8::is_ascii_alphabetic) >= 4
}

/// Whether a word is a long run without a pattern: base64 that no person chose.
fn is_random(word: &str, least: usize) -> bool {
    if word.len() < least {
        return false;
    }
    let body = word.trim_end_matches('=');
    let count = |test: fn(&u8) -> bool| body.bytes().filter(test).count();
    let mixed =
        || count(u8::is_ascii_uppercase) >= 3 && count(u8::is_ascii_digit) >= 3 && count(u8::is_ascii_lowercase) >= 3;
    let base64 = || body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/'));
    // A path or a name with hyphens has short parts; a key has few separators.
    let longest = || body.split(['-', '_', '/']).map(str::len).max().unwrap_or(0);
    mixed()
        && base64()
        && longest() * 2 >= least
        && variety(body) >= 12
        && !PUBLIC_MARKS.iter().any(|mark| word.contains(mark))
        // The key of an OpenSSH public key is the base64 of its own length and kind.
        && !word.starts_with("AAAA")
        && !is_uuid(word)
}

/// How many different characters there are: a name repeats few, a key uses many.
fn variety(text: &str) -> usize {
    let mut seen = [false; 256];
    text.bytes().for_each(|byte| seen[usize::from(byte)] = true);
    seen.into_iter().filter(|seen| *seen).count()
}

fn is_uuid(word: &str) -> bool {
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    use super::{is_plain, judged, marked};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn of_a_plain_text_only_the_start_counts(
            text in "(ghp_|sk-|token|secret:|http)?[a-f0-9./_*-]{0,45}(:[a-z0-9:]{0,16})?",
        ) {
            if is_plain(&text) {
                prop_assert_eq!(marked(&text), judged(&text));
            }
        }
    }
}
