//! Hardware addresses, and globs over them in selectors.

use hnet_diagnostics::codes;
use hnet_model::Mac;

use super::{Wrong, first_not, shown, shown_sign};

/// A hardware address of one interface; a glob where `glob` says that one may stand here.
pub fn mac(text: &str, glob: bool) -> Result<Mac, Wrong> {
    let code = &codes::NOT_A_MAC;
    if text.contains("${") {
        return Ok(Mac::Placeholder(text.to_owned()));
    }
    let all = 0..text.len();
    let lower = text.to_ascii_lowercase().replace('-', ":");
    if let Some(star) = text.find('*') {
        if !glob {
            return Err(Wrong::new(
                code,
                star..star + 1,
                "a pattern where one MAC is wanted",
                "`*` stands for any text",
            )
            .help("write the six octets"));
        }
        if let Some((range, character)) =
            first_not(text, |character| character.is_ascii_hexdigit() || matches!(character, ':' | '-' | '*'))
        {
            return Err(Wrong::new(
                code,
                range,
                format!("`{}` is no pattern of a MAC", shown(text)),
                format!("{} stands in no MAC", shown_sign(character)),
            ));
        }
        return Ok(Mac::Glob(lower));
    }
    let example = "write six octets, such as `02:00:5e:00:00:11`";
    if let Some((range, character)) =
        first_not(text, |character| character.is_ascii_hexdigit() || matches!(character, ':' | '-' | '.'))
    {
        return Err(Wrong::new(
            code,
            range,
            format!("`{}` is not a MAC", shown(text)),
            format!("{} is no hexadecimal digit", shown_sign(character)),
        )
        .help(example));
    }
    let digits: String = lower.chars().filter(char::is_ascii_hexdigit).collect();
    let unusual = !lower.contains(':') || lower.contains('.');
    if unusual && digits.len() == 12 {
        let right = pairs(&digits);
        return Err(Wrong::new(
            code,
            all,
            format!("`{}` is written in an unusual form", shown(text)),
            "six octets with colons are wanted here",
        )
        .help(format!("write `{right}`"))
        .replace(right));
    }
    let mut octets = [0; 6];
    let mut start = 0;
    let mut count = 0;
    for part in lower.split(':') {
        let end = start + part.len();
        match (part.len() == 2).then(|| u8::from_str_radix(part, 16).ok()).flatten() {
            Some(value) => {
                if let Some(octet) = octets.get_mut(count) {
                    *octet = value;
                }
            }
            None => {
                return Err(Wrong::new(
                    code,
                    if part.is_empty() { start.saturating_sub(1)..(end + 1).min(text.len()) } else { start..end },
                    format!("`{}` is not a MAC", shown(text)),
                    "an octet has two digits",
                )
                .help(example));
            }
        }
        count += 1;
        start = end + 1;
    }
    if count != 6 {
        return Err(Wrong::new(code, all, format!("`{}` has {count} octets", shown(text)), "a MAC has six octets")
            .help(example));
    }
    if octets[0] & 1 == 1 {
        return Err(Wrong::new(
            code,
            0..2,
            format!("`{}` is a multicast MAC", shown(text)),
            "the lowest bit of this octet marks a group",
        )
        .help("write the interface's own MAC: no interface has one of a group"));
    }
    if octets == [0; 6] {
        return Err(Wrong::new(code, all, "a MAC of zeros", "no interface has this MAC")
            .help("write the interface's own MAC, or a placeholder such as `${MAC}`"));
    }
    Ok(Mac::Known(octets))
}

fn pairs(digits: &str) -> String {
    let mut out = String::with_capacity(17);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 2 == 0 {
            out.push(':');
        }
        out.push(digit);
    }
    out
}
