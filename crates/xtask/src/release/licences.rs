//! Under which licences what is shipped may be used: each crate's against a list, and their texts as one file.

use std::collections::BTreeMap;

use super::dependencies::Crate;
use super::work;

/// Licences under which code may be shipped in a program, with their texts. None asks for the program's own source.
const ALLOWED: [&str; 10] =
    ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "ISC", "Unicode-3.0", "Unlicense", "Zlib", "0BSD"];

/// Whether one of the choices that an expression of SPDX gives is wholly allowed.
///
/// # Errors
/// When it is no expression.
pub(super) fn is_allowed(expression: &str) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let allowed = any(&mut rest);
    match rest {
        [] => allowed.ok_or_else(|| format!("`{expression}` is no licence")),
        _ => Err(format!("`{expression}` is no licence")),
    }
}

fn any(rest: &mut &[&str]) -> Option<bool> {
    let mut allowed = all(rest)?;
    while let ["OR", others @ ..] = *rest {
        *rest = others;
        allowed |= all(rest)?;
    }
    Some(allowed)
}

fn all(rest: &mut &[&str]) -> Option<bool> {
    let mut allowed = one(rest)?;
    while let ["AND", others @ ..] = *rest {
        *rest = others;
        allowed &= one(rest)?;
    }
    Some(allowed)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    let (first, mut others) = rest.split_first()?;
    let allowed = match *first {
        "(" => {
            let inner = any(&mut others)?;
            let (")", behind) = others.split_first().map(|(close, behind)| (*close, behind))? else { return None };
            others = behind;
            inner
        }
        ")" | "OR" | "AND" | "WITH" => return None,
        name => {
            // An exception only allows more.
            if let ["WITH", _, behind @ ..] = others {
                others = behind;
            }
            ALLOWED.contains(&name)
        }
    };
    *rest = others;
    Some(allowed)
}

/// The licences of all crates of others, with their texts, each text once.
///
/// # Errors
/// When one is not allowed, or a file cannot be read.
pub(super) fn third_party(crates: &[Crate]) -> Result<String, String> {
    let others: Vec<&Crate> = crates.iter().filter(|one| one.sha256.is_some()).collect();
    let mut refused = Vec::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut list = String::new();
    for one in &others {
        let called = format!("{} {}", one.name, one.version);
        if !is_allowed(&one.licence).map_err(|error| format!("{called}: {error}"))? {
            refused.push(format!("{called}: {}", one.licence));
        }
        let who = if one.authors.is_empty() { String::new() } else { format!(", by {}", one.authors.join(", ")) };
        list.push_str(&format!("- {called}: {}{who}\n", one.licence));
        for file in work::files(&one.folder)? {
            let name = file.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
            if ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
                .iter()
                .any(|word| name.starts_with(word))
            {
                let text = String::from_utf8_lossy(&work::read(&file)?).replace("\r\n", "\n").trim().to_owned();
                texts.entry(text).or_default().push(called.clone());
            }
        }
    }
    if !refused.is_empty() {
        return Err(format!("licences that are not on the list:\n{}", refused.join("\n")));
    }
    // In the order of those whose text it is.
    let mut texts: Vec<(Vec<String>, String)> = texts.into_iter().map(|(text, of)| (of, text)).collect();
    texts.sort();
    let mut all = format!(
        "# What hnet is made of\n\nhnet holds these {} crates, and Rust's standard library (MIT OR Apache-2.0, by the Rust Project's \
         developers).\n\n{list}",
        others.len()
    );
    for (mut of, text) in texts {
        of.dedup();
        // Longer than any run of them in a text.
        let fence = "`".repeat(8);
        all.push_str(&format!("\n## {}\n\n{fence}text\n{text}\n{fence}\n", of.join(", ")));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn one_choice_that_is_allowed_is_enough() {
        for (expression, allowed) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0-only", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND MPL-2.0", false),
            ("Apache-2.0 WITH LLVM-exception OR LGPL-2.1-or-later", true),
            ("GPL-2.0-only WITH Classpath-exception-2.0", false),
        ] {
            assert_eq!(is_allowed(expression), Ok(allowed), "{expression}");
        }
        for wrong in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "OR"] {
            assert!(is_allowed(wrong).is_err(), "{wrong}");
        }
    }
}
