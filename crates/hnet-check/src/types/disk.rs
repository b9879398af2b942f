//! A disk by what it is, as words say it. Start at [`by_selectors`].

use hnet_language::values;
use hnet_model::Disk;

/// Whether a text begins as selectors do, of which no expression is one.
pub(super) fn begins_as_selectors(text: &str) -> bool {
    let word = text.split([' ', ',']).next().unwrap_or_default();
    Disk::SELECTORS.iter().any(|(known, _)| *known == word)
}

/// The disk that selectors find, `type nvme, size >= 100GB`; a comma parts them where another follows it.
pub(crate) fn by_selectors(text: &str) -> Result<Disk, &'static str> {
    let is_word = |word: &str| Disk::SELECTORS.iter().any(|(known, _)| *known == word);
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(',') {
        let starts = part.trim_start().split_once(' ').is_some_and(|(word, _)| is_word(word));
        match parts.last_mut().filter(|_| !starts) {
            Some(last) => *last = format!("{last},{part}"),
            None => parts.push(part.to_owned()),
        }
    }
    let mut found: Vec<Disk> = Vec::new();
    for part in &parts {
        let part = part.trim();
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        let rest = rest.trim();
        let disk = Disk::by(word, rest.to_owned()).ok_or("neither a path nor a selector")?;
        if rest.is_empty() {
            return Err("the selector says nothing");
        }
        if word == "type" && !rest.contains("${") && !Disk::TYPES.contains(&rest) {
            return Err("a disk is of type `nvme`, `ssd`, `hdd` or `sd`");
        }
        if rest.contains("&&") || rest.contains("||") {
            return Err("selectors are parted by commas, and all of them must fit");
        }
        if word != "size" && rest.starts_with('=') {
            return Err("a selector stands before its value without a sign between them");
        }
        let is_size = rest.contains("${") || {
            let number = rest.trim_start_matches(['<', '>', '=']);
            matches!(&rest[..rest.len() - number.len()], "" | "=" | "==" | "<" | ">" | "<=" | ">=")
                && values::size(number.trim()).is_ok()
        };
        if word == "size" && !is_size {
            return Err("a size is a number and its unit, perhaps behind `>=`: `>= 100GB`");
        }
        if found.iter().flat_map(Disk::selectors).any(|(other, _)| other == word) {
            return Err("a selector stands there twice");
        }
        found.push(disk);
    }
    match <[Disk; 1]>::try_from(found) {
        Ok([only]) => Ok(only),
        Err(several) => Ok(Disk::All(several)),
    }
}
