//! Sizes of what is on disks, as people write them: a number and its unit.

use hnet_diagnostics::codes;
use hnet_model::bytes_of;

use super::{Wrong, shown};

/// A size, `100GiB`; a placeholder in it is filled in by others.
pub fn size(text: &str) -> Result<String, Wrong> {
    match text.contains("${") || bytes_of(text).is_some() {
        true => Ok(text.to_owned()),
        false => Err(wrong(text, "write one such as `100GiB`")),
    }
}

/// A size, or a share of a disk: `80%`.
pub fn size_or_share(text: &str) -> Result<String, Wrong> {
    let share = text.strip_suffix('%').map(str::parse::<u32>);
    let is_share = share.is_some_and(|share| share.is_ok_and(|share| (1..=100).contains(&share)));
    match is_share || text.contains("${") || bytes_of(text).is_some() {
        true => Ok(text.to_owned()),
        false => Err(wrong(text, "write one such as `100GiB`, or `80%` of the disk")),
    }
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
        for text in ["", "GiB", "100 GiBs", "-1GB", "1.2.3GB", ".5GB", "1e3", "999EB", "0%", "101%", "%"] {
            assert!(size(text).is_err() && size_or_share(text).is_err(), "{text}");
        }
        assert!(size("80%").is_err());
        assert!(size_or_share("80%").is_ok());
    }
}
