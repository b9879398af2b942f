//! Sizes of what is on disks, as people write them: a number and its unit.

use hnet_diagnostics::codes;

use super::{Wrong, shown};

/// The units, in small letters: the names that go-humanize's `ParseBytes` knows, by which Talos reads sizes.
const UNITS: [&str; 26] = [
    "", "b", "kib", "kb", "mib", "mb", "gib", "gb", "tib", "tb", "pib", "pb", "eib", "eb", "ki", "k", "mi", "m", "gi",
    "g", "ti", "t", "pi", "p", "ei", "e",
];

/// A size, `100GiB`; a placeholder in it is filled in by others.
pub fn size(text: &str) -> Result<String, Wrong> {
    match text.contains("${") || is_size(text) {
        true => Ok(text.to_owned()),
        false => Err(wrong(text, "write one such as `100GiB`")),
    }
}

/// A size, or a share of a disk: `80%`.
pub fn size_or_share(text: &str) -> Result<String, Wrong> {
    let share = text.strip_suffix('%').map(str::parse::<u32>);
    let is_share = share.is_some_and(|share| share.is_ok_and(|share| (1..=100).contains(&share)));
    match is_share || text.contains("${") || is_size(text) {
        true => Ok(text.to_owned()),
        false => Err(wrong(text, "write one such as `100GiB`, or `80%` of the disk")),
    }
}

fn is_size(text: &str) -> bool {
    let number_ends = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(number_ends);
    number.starts_with(|sign: char| sign.is_ascii_digit())
        && number.parse::<f64>().is_ok()
        && UNITS.contains(&unit.trim().to_ascii_lowercase().as_str())
}

fn wrong(text: &str, help: &str) -> Wrong {
    let title = format!("`{}` is no size", shown(text).escape_debug());
    Wrong::new(&codes::NOT_A_SIZE, 0..text.len(), title, "a number and its unit are wanted here").help(help)
}

#[cfg(test)]
mod tests {
    use super::{size, size_or_share};

    #[test]
    fn sizes_are_those_that_talos_reads() {
        for text in ["100GiB", "2.5 TB", "350gib", "1000", "64Ki", "0", "${SIZE}"] {
            assert!(size(text).is_ok() && size_or_share(text).is_ok(), "{text}");
        }
        for text in ["", "GiB", "100 GiBs", "-1GB", "1.2.3GB", ".5GB", "1e3", "0%", "101%", "%"] {
            assert!(size(text).is_err() && size_or_share(text).is_err(), "{text}");
        }
        assert!(size("80%").is_err());
        assert!(size_or_share("80%").is_ok());
    }
}
