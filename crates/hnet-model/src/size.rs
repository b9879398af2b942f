//! Sizes of what is on disks, as people write them: a number and its unit. Start at [`bytes_of`].

/// The first letters of units, each at the power that it stands for. `k`, `kB`, `Ki` and `KiB` are the names that
/// go-humanize's `ParseBytes` knows, by which Talos reads sizes, in letters of any size.
const UNITS: [&str; 7] = ["", "k", "m", "g", "t", "p", "e"];

/// How many bytes a size is, `100GiB`; none of a text that is no size or of one that is larger than Talos can count.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is counted as Talos counts it")]
pub fn bytes_of(text: &str) -> Option<u64> {
    let number_ends = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(number_ends);
    let number: f64 = number.starts_with(|sign: char| sign.is_ascii_digit()).then(|| number.parse().ok())??;
    let unit = unit.trim().to_ascii_lowercase();
    let power = UNITS.iter().position(|known| unit.trim_end_matches('b').trim_end_matches('i') == *known)?;
    let base: f64 = match unit.get(usize::from(power > 0)..)? {
        "" | "b" => 1000.0,
        "i" | "ib" if power > 0 => 1024.0,
        _ => return None,
    };
    let bytes = number * base.powi(i32::try_from(power).ok()?);
    (bytes < 18_446_744_073_709_551_616.0).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::bytes_of;

    #[test]
    fn sizes_are_counted_as_talos_counts_them() {
        for (text, bytes) in [
            ("100GiB", Some(107_374_182_400)),
            ("2.5 TB", Some(2_500_000_000_000)),
            ("64Ki", Some(65_536)),
            ("10", Some(10)),
            ("10b", Some(10)),
            ("0", Some(0)),
            ("16EiB", None),
            ("19EB", None),
            ("18EB", Some(18_000_000_000_000_000_000)),
            ("1ib", None),
            ("1bb", None),
            ("1kbb", None),
            ("1kii", None),
            ("80%", None),
            ("", None),
        ] {
            assert_eq!(bytes_of(text), bytes, "{text}");
        }
    }
}
