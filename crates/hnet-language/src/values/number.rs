//! Integers, ports and VLAN ids.

use std::ops::RangeInclusive;

use hnet_diagnostics::{Code, codes};

use super::{Fault, Wrong, first_not, shown, shown_sign};

/// A whole number in the range, in decimal or with `0x` in hexadecimal.
pub fn integer(text: &str, range: RangeInclusive<u64>) -> Result<u64, Wrong> {
    number(text, &range, &codes::NUMBER_OUT_OF_RANGE, "a number")
}

/// A TCP or UDP port, 1 to 65535.
pub fn port(text: &str) -> Result<u16, Wrong> {
    let well_known = match text.to_ascii_lowercase().as_str() {
        "http" => Some(80),
        "https" => Some(443),
        "ssh" => Some(22),
        "domain" | "dns" => Some(53),
        _ => None,
    };
    if let Some(number) = well_known {
        return Err(Wrong::new(
            &codes::NOT_A_PORT,
            0..text.len(),
            format!("`{text}` is the name of a service"),
            "a port number is wanted here",
        )
        .help(format!("write `{number}`"))
        .replace(number.to_string()));
    }
    narrow(text, 1..=65_535, &codes::NOT_A_PORT, "a port")
}

/// Ports: one, or a first and a last one with a hyphen between them.
pub fn ports(text: &str) -> Result<(u16, u16), Wrong> {
    let Some((first, last)) = text.split_once('-') else {
        return port(text).map(|only| (only, only));
    };
    // What is wrong with an end stands in the whole.
    let end = |part: &str, start: usize| {
        port(part).map_err(|wrong| {
            let Fault { code, range, title, label, help, replacement: _ } = wrong.open();
            let wrong = Wrong::new(code, range.start + start..range.end + start, title, label);
            match help {
                Some(help) => wrong.help(help),
                None => wrong,
            }
        })
    };
    let (from, to) = (end(first, 0)?, end(last, first.len() + 1)?);
    if from > to {
        let title = "the range of ports is reversed";
        return Err(Wrong::new(&codes::NOT_A_RANGE, 0..text.len(), title, format!("{from} is above {to}"))
            .help("write the lower port first")
            .replace(format!("{to}-{from}")));
    }
    Ok((from, to))
}

/// The id of a VLAN, 1 to 4094: 0 means untagged and 4095 is reserved (IEEE 802.1Q).
pub fn vlan_id(text: &str) -> Result<u16, Wrong> {
    narrow(text, 1..=4094, &codes::NOT_A_VLAN_ID, "a VLAN id")
}

fn narrow(text: &str, range: RangeInclusive<u64>, code: &'static Code, called: &str) -> Result<u16, Wrong> {
    let value = number(text, &range, code, called)?;
    u16::try_from(value).map_err(|_| outside(text, &range, code, called))
}

fn outside(text: &str, range: &RangeInclusive<u64>, code: &'static Code, called: &str) -> Wrong {
    let (least, most) = (range.start(), range.end());
    let below = text.starts_with('-') || text.parse::<u64>().is_ok_and(|value| value < *least);
    let bound = if below { format!("below {least}") } else { format!("above {most}") };
    Wrong::new(
        code,
        0..text.len(),
        format!("{} is {bound}", shown(text)),
        format!("{called} is {least} to {most} here"),
    )
}

fn number(text: &str, range: &RangeInclusive<u64>, code: &'static Code, called: &str) -> Result<u64, Wrong> {
    let (least, most) = (range.start(), range.end());
    let (digits, radix, offset) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hexadecimal) => (hexadecimal, 16, 2),
        None => (text.strip_prefix('-').unwrap_or(text), 10, usize::from(text.starts_with('-'))),
    };
    if digits.is_empty() {
        return Err(Wrong::new(
            code,
            0..text.len(),
            format!("`{text}` is not {called}"),
            format!("{called} from {least} to {most} is wanted here"),
        ));
    }
    if let Some((place, character)) = first_not(digits, |character| character.is_digit(radix)) {
        return Err(Wrong::new(
            code,
            place.start + offset..place.end + offset,
            format!("`{}` is not {called}", shown(text)),
            format!("{} is no digit", shown_sign(character)),
        )
        .help(format!("write {called} from {least} to {most}")));
    }
    if radix == 10 && digits.len() > 1 && digits.starts_with('0') {
        let right = digits.trim_start_matches('0');
        let right = if right.is_empty() { "0" } else { right };
        return Err(Wrong::new(
            code,
            offset..text.len(),
            format!("`{}` has a leading zero", shown(text)),
            "some programs read this as octal",
        )
        .help(format!("write `{right}`"))
        .replace(right));
    }
    match u64::from_str_radix(digits, radix) {
        Ok(value) if offset != 1 && range.contains(&value) => Ok(value),
        Ok(_) | Err(_) => Err(outside(text, range, code, called)),
    }
}
