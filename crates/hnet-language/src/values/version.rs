//! Versions of the programs that a network is written for.

use hnet_diagnostics::codes;
use hnet_model::Version;

use super::{Part, Wrong, first_not, shown, shown_sign};

/// A version: two or three numbers, and behind three a pre-release or build.
pub fn version(text: &str) -> Result<Version, Wrong> {
    let code = &codes::NOT_A_VERSION;
    let called = shown(text);
    let all = 0..text.len();
    if let Some(bare) = text.strip_prefix(['v', 'V'])
        && version(bare).is_ok()
    {
        return Err(Wrong::new(code, 0..1, format!("`{called}` starts with a `v`"), "a version is only its numbers")
            .help(format!("write `{bare}`"))
            .replace(bare));
    }
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, suffix) = text.split_at(end);
    let mut parts: Vec<u32> = Vec::new();
    for part in Part::all(text).cut(0, end).split('.') {
        let digits = part.text();
        if digits.is_empty() || first_not(digits, |character| character.is_ascii_digit()).is_some() {
            let range = if digits.is_empty() { all } else { part.range() };
            return Err(Wrong::new(code, range, format!("`{called}` is not a version"), "a number is wanted here")
                .help("write a version by its numbers, such as `1.36.2`"));
        }
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(Wrong::new(
                code,
                part.range(),
                format!("`{called}` has a leading zero"),
                "a number of a version has no leading zero",
            ));
        }
        match digits.parse() {
            Ok(number) => parts.push(number),
            Err(_) => {
                return Err(Wrong::new(
                    code,
                    part.range(),
                    format!("`{called}` is not a version"),
                    "this number is too large",
                ));
            }
        }
    }
    let (major, minor, patch) = match parts.as_slice() {
        &[major, minor] => (major, minor, None),
        &[major, minor, patch] => (major, minor, Some(patch)),
        others => {
            let label = if others.len() < 2 { "the second number is missing" } else { "a version has three numbers" };
            return Err(Wrong::new(code, all, format!("`{called}` is not a version"), label)
                .help("write two or three numbers, such as `1.36.2`"));
        }
    };
    if suffix.is_empty() {
        return Ok(Version { major, minor, patch, suffix: String::new() });
    }
    // First, so that what is offered below is a version.
    check_suffix(Part::all(text).cut(end, text.len()))?;
    if patch.is_none() {
        let right = format!("{numbers}.0{suffix}");
        return Err(Wrong::new(
            code,
            end..text.len(),
            format!("`{called}` has two numbers before `{}`", &suffix[..1]),
            "a pre-release is one of a version with three numbers",
        )
        .help(format!("write `{right}`"))
        .replace(right));
    }
    Ok(Version { major, minor, patch, suffix: suffix.to_owned() })
}

/// Identifiers with dots behind a hyphen, behind a plus sign, or both (SemVer 2.0.0, 9 and 10).
fn check_suffix(suffix: Part<'_>) -> Result<(), Wrong> {
    let code = &codes::NOT_A_VERSION;
    let called = shown(suffix.whole);
    let mut in_build = false;
    let mut empty = true;
    for (at, character) in suffix.text().char_indices() {
        let separator = match character {
            '+' if !in_build => {
                in_build = true;
                true
            }
            '.' => true,
            '-' if at == 0 => true,
            _ => false,
        };
        let place = suffix.cut(at, at + character.len_utf8()).range();
        if !separator && !character.is_ascii_alphanumeric() && character != '-' {
            return Err(Wrong::new(
                code,
                place,
                format!("`{called}` is not a version"),
                format!("{} stands in no version", shown_sign(character)),
            ));
        }
        if separator && empty && at > 0 {
            return Err(Wrong::new(
                code,
                place,
                format!("`{called}` is not a version"),
                "something is missing before this",
            ));
        }
        empty = separator;
    }
    if empty {
        return Err(Wrong::new(
            code,
            suffix.range(),
            format!("`{called}` is not a version"),
            "something is missing behind this",
        ));
    }
    Ok(())
}
