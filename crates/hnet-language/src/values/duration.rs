//! Spans of time, written as Go and the Gateway API do.

use hnet_diagnostics::codes;
use hnet_model::Duration;

use super::{Wrong, shown};

/// The most hours that the Gateway API's form of a duration can hold (GEP-2257: five digits).
const MOST_HOURS: u64 = 99_999;

/// A duration: numbers with the units `h`, `m`, `s` and `ms`.
pub fn duration(text: &str) -> Result<Duration, Wrong> {
    let code = &codes::NOT_A_DURATION;
    let called = shown(text);
    let help = "write numbers with units, such as `30s`, `1m30s` or `250ms`";
    let mut milliseconds: u64 = 0;
    let mut at = 0;
    if text.is_empty() {
        return Err(Wrong::new(code, 0..0, "an empty duration", "a duration is wanted here").help(help));
    }
    while at < text.len() {
        let rest = &text[at..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if rest[digits..].starts_with('.') {
            let wrong = Wrong::new(
                code,
                at + digits..at + digits + 1,
                format!("`{called}` has a fraction"),
                "a duration is written in whole numbers",
            )
            .help("write the fraction in the next smaller unit, such as `1h30m` for `1.5h`");
            return Err(match fraction(text) {
                Some(right) => wrong.replace(right.to_string()),
                None => wrong,
            });
        }
        if digits == 0 {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            return Err(Wrong::new(
                code,
                at..at + length,
                format!("`{called}` is not a duration"),
                "a number is wanted here",
            )
            .help(help));
        }
        let number: Option<u64> = rest[..digits].parse().ok();
        let unit: &str = &rest[digits..];
        let unit =
            &unit[..unit.find(|character: char| character.is_ascii_digit() || character == '.').unwrap_or(unit.len())];
        let place = at + digits..at + digits + unit.len();
        let whole = at == 0 && place.end == text.len();
        let size = match unit {
            "h" => 3_600_000,
            "m" => 60_000,
            "s" => 1000,
            "ms" => 1,
            "" => {
                let wrong = Wrong::new(
                    code,
                    at..text.len(),
                    format!("`{called}` has no unit"),
                    "a unit is missing behind this number",
                );
                return Err(if text == "0" {
                    wrong.help("write `0s`").replace("0s")
                } else {
                    let number = &rest[..digits];
                    wrong.help(format!(
                        "write `{number}s` for seconds, `{number}m` for minutes, `{number}ms` for milliseconds"
                    ))
                });
            }
            other => {
                let wrong = Wrong::new(
                    code,
                    place,
                    format!("`{}` is no unit of a duration", shown(other)),
                    "the units are `h`, `m`, `s` and `ms`",
                );
                let right = match other.to_ascii_lowercase().as_str() {
                    "d" | "day" | "days" => {
                        number.and_then(|days| days.checked_mul(24)).map(|hours| format!("{hours}h"))
                    }
                    "sec" | "secs" | "second" | "seconds" => Some(format!("{}s", &rest[..digits])),
                    "min" | "mins" | "minute" | "minutes" => Some(format!("{}m", &rest[..digits])),
                    "hour" | "hours" | "hr" => Some(format!("{}h", &rest[..digits])),
                    _ => None,
                };
                return Err(match right {
                    Some(right) if whole => wrong.help(format!("write `{right}`")).replace(right),
                    _ => wrong.help(help),
                });
            }
        };
        let sum = number.and_then(|number| number.checked_mul(size)).and_then(|part| milliseconds.checked_add(part));
        match sum {
            Some(sum) if sum <= MOST_HOURS * 3_600_000 => milliseconds = sum,
            _ => {
                return Err(Wrong::new(
                    code,
                    0..text.len(),
                    format!("`{called}` is too long a time"),
                    format!("the longest duration is `{MOST_HOURS}h`"),
                ));
            }
        }
        at = place.end;
    }
    Ok(Duration(milliseconds))
}

/// A single number with a fraction as a duration of whole numbers, where it is one of milliseconds.
fn fraction(text: &str) -> Option<Duration> {
    let (number, size) = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        .into_iter()
        .find_map(|(unit, size)| text.strip_suffix(unit).map(|number| (number, size)))?;
    let (whole, decimals) = number.split_once('.')?;
    if whole.len() > 5 || decimals.len() > 6 || decimals.is_empty() || whole.is_empty() {
        return None;
    }
    let scale = 10_u64.pow(u32::try_from(decimals.len()).ok()?);
    let scaled = whole.parse::<u64>().ok()? * scale + decimals.parse::<u64>().ok()?;
    let product = scaled * size;
    (product.is_multiple_of(scale)).then_some(Duration(product / scale))
}
