//! URLs, UUIDs and paths: absolute ones of devices and requests, relative ones of files in the project.
//!
//! These are kept as text, so placeholders may stand in them.

use std::net::{IpAddr, Ipv6Addr};

use hnet_diagnostics::codes;

use super::{Wrong, address, first_not, host_name, is_like_ipv4, masked, port, shown, shown_sign};

/// A URL with one of the schemes and a host. A login in it is a secret, which is looked for in every text.
pub fn url(text: &str, schemes: &[&str]) -> Result<String, Wrong> {
    let code = &codes::NOT_A_URL;
    let called = shown(text);
    let mask = masked(text);
    let wanted = schemes.iter().map(|scheme| format!("`{scheme}://`")).collect::<Vec<_>>().join(" or ");
    if let Some((range, character)) =
        first_not(&mask, |character| character.is_ascii_graphic() && !matches!(character, '"' | '<' | '>' | '\\' | '`'))
    {
        return Err(Wrong::new(
            code,
            range,
            format!("`{}` is not a URL", called.escape_debug()),
            format!("{} stands in no URL", shown_sign(character)),
        )
        .help("write it in percent encoding, such as `%20` for a space"));
    }
    let Some(end) = mask.find("://") else {
        let wrong = Wrong::new(
            code,
            0..text.len(),
            format!("`{called}` has no scheme"),
            format!("a URL that starts with {wanted} is wanted here"),
        );
        // The short form that git takes: user@host:path.
        let remote = mask.split_once(':').filter(|(host, _)| host.contains('@'));
        return Err(match remote {
            Some((host, _)) if schemes.contains(&"ssh") => {
                let right = format!("ssh://{}/{}", &text[..host.len()], &text[host.len() + 1..]);
                wrong.help(format!("write `{right}`")).replace(right)
            }
            _ => wrong,
        });
    };
    let scheme = &mask[..end];
    if !schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        return Err(Wrong::new(
            code,
            0..end,
            format!("`{}` is not expected here", shown(scheme)),
            format!("a URL starts with {wanted} here"),
        ));
    }
    let start = end + 3;
    let authority_end = mask[start..].find(['/', '?', '#']).map_or(mask.len(), |length| start + length);
    let host_start = mask[start..authority_end].rfind('@').map_or(start, |sign| start + sign + 1);
    let authority = &mask[host_start..authority_end];
    let (host, port_text) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inner, rest)) => {
            if inner.parse::<Ipv6Addr>().is_err() {
                return Err(Wrong::new(
                    code,
                    host_start + 1..host_start + 1 + inner.len(),
                    format!("`{called}` is not a URL"),
                    "an IPv6 address is wanted between the brackets",
                ));
            }
            (inner, rest.strip_prefix(':').or_else(|| (!rest.is_empty()).then_some(rest)))
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty() {
        return Err(Wrong::new(code, end..start, format!("`{called}` has no host"), "a host is missing behind this"));
    }
    if host.parse::<IpAddr>().is_err()
        && let Err(wrong) = if is_like_ipv4(host) { address(host).map(drop) } else { host_name(host, false).map(drop) }
    {
        let range = host_start + wrong.0.range.start..host_start + wrong.0.range.end;
        return Err(Wrong::new(code, range, wrong.0.title, wrong.0.label));
    }
    if let Some(port_text) = port_text
        && !text[..authority_end].ends_with('}')
        && let Err(wrong) = port(port_text)
    {
        return Err(Wrong::new(code, authority_end - port_text.len()..authority_end, wrong.0.title, wrong.0.label));
    }
    Ok(text.to_owned())
}

/// A UUID in lower case, or a placeholder.
pub fn uuid(text: &str) -> Result<String, Wrong> {
    let code = &codes::NOT_A_UUID;
    if text.contains("${") {
        return Ok(text.to_owned());
    }
    let help = "write 32 hexadecimal digits as 8-4-4-4-12, such as `6ff42ae2-765d-4adf-8112-31c55c1551ef`";
    let called = shown(text);
    if let Some((range, character)) = first_not(text, |character| character.is_ascii_hexdigit() || character == '-') {
        return Err(Wrong::new(
            code,
            range,
            format!("`{called}` is not a UUID"),
            format!("{} is no hexadecimal digit", shown_sign(character)),
        )
        .help(help));
    }
    let lower = text.to_ascii_lowercase();
    let digits: String = lower.chars().filter(|character| *character != '-').collect();
    if digits.len() != 32 {
        return Err(Wrong::new(
            code,
            0..text.len(),
            format!("`{called}` is not a UUID"),
            format!("{} digits stand here, and a UUID has 32", digits.len()),
        )
        .help(help));
    }
    let right = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]).join("-");
    if lower != right {
        return Err(Wrong::new(
            code,
            0..text.len(),
            "a UUID with its hyphens in wrong places",
            "8-4-4-4-12 is wanted here",
        )
        .help(format!("write `{right}`"))
        .replace(right));
    }
    Ok(lower)
}

/// The longest path of a request (gateway-api v1.6.1, `config/crd`).
const LONGEST_PATH: usize = 1024;

/// An absolute path of a request, as the Gateway API takes it.
pub fn path(text: &str) -> Result<String, Wrong> {
    let code = &codes::NOT_A_PATH;
    let called = shown(text);
    let mask = masked(text);
    if !mask.starts_with('/') && !text.starts_with("${") {
        let wrong = Wrong::new(
            code,
            0..text.chars().next().map_or(0, char::len_utf8),
            format!("`{}` does not start with `/`", called.escape_debug()),
            "an absolute path is wanted here",
        );
        let right = format!("/{text}");
        return Err(if path(&right).is_ok() && !mask.contains("://") { wrong.replace(right) } else { wrong });
    }
    let plain = |character: char| {
        character.is_ascii_alphanumeric()
            || matches!(character, '-' | '/' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')')
            || matches!(character, '*' | '+' | ',' | ';' | '=' | ':' | '@' | '%')
    };
    if let Some((range, character)) = first_not(&mask, plain) {
        let wrong = Wrong::new(
            code,
            range.clone(),
            format!("`{}` is not a path", called.escape_debug()),
            format!("{} stands in no path", shown_sign(character)),
        );
        let encoded: String = mask[range].bytes().map(|byte| format!("%{byte:02X}")).collect();
        return Err(match character {
            '{' | '}' | '[' | ']' | '^' | '|' | '<' | '>' => {
                wrong.help(format!("a path is no pattern; write `{encoded}` where this character is meant"))
            }
            '?' | '#' => wrong.help("a path ends before it: leave the rest out"),
            character if character.is_control() => wrong,
            _ => wrong.help(format!("write `{encoded}`, which is its percent encoding")),
        });
    }
    percent_encoding(text, &mask)?;
    empty_or_dots(text, &mask, 1, true)?;
    if text.len() > LONGEST_PATH {
        let label = format!("{} characters, and {LONGEST_PATH} are the most", text.len());
        return Err(Wrong::new(code, 0..text.len(), format!("`{called}` is too long for a path"), label));
    }
    Ok(text.to_owned())
}

/// Behind each `%` stand two hexadecimal digits, and they are no slash.
fn percent_encoding(text: &str, mask: &str) -> Result<(), Wrong> {
    let code = &codes::NOT_A_PATH;
    for (at, _) in mask.match_indices('%') {
        let digits = mask.as_bytes().get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err(Wrong::new(
                code,
                at..at + 1,
                format!("`{}` has a `%` without its two digits", shown(text)),
                "two hexadecimal digits are wanted behind it, as in `%20`",
            )
            .help("write `%25` for a `%` that stands for itself"));
        }
        if mask[at..at + 3].eq_ignore_ascii_case("%2f") {
            return Err(Wrong::new(
                code,
                at..at + 3,
                format!("`{}` has a slash in percent encoding", shown(text)),
                "proxies disagree whether this is a `/`, and the API server refuses it",
            )
            .help("write `/`, or a path that ends before it"));
        }
    }
    Ok(())
}

/// A path of a file or folder in the project: below it on every machine, whatever its file system.
pub fn relative_path(text: &str) -> Result<String, Wrong> {
    let code = &codes::NOT_A_PATH;
    let called = shown(text);
    if text.is_empty() {
        return Err(Wrong::new(code, 0..0, "an empty path", "a path in the project is wanted here"));
    }
    if let Some(bare) = text.strip_prefix("./")
        && relative_path(bare).is_ok()
    {
        return Err(Wrong::new(
            code,
            0..2,
            format!("`{called}` starts with `./`"),
            "a path in the project needs no `./`",
        )
        .help(format!("write `{bare}`"))
        .replace(bare));
    }
    if text.starts_with('/') {
        return Err(Wrong::new(code, 0..1, format!("`{called}` is absolute"), "this leaves the project's folder")
            .help("write the path from the project's folder"));
    }
    if let Some((range, character)) =
        first_not(text, |character| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '/'))
    {
        return Err(Wrong::new(
            code,
            range,
            format!("`{}` is not portable", called.escape_debug()),
            format!("{} is no file name on every system", shown_sign(character)),
        )
        .help("write the path with letters, digits, `.`, `_`, `-` and `/`"));
    }
    if let Some(bare) = text.strip_suffix('/')
        && relative_path(bare).is_ok()
    {
        return Err(Wrong::new(
            code,
            bare.len()..text.len(),
            format!("`{called}` ends with `/`"),
            "this `/` says nothing",
        )
        .help(format!("write `{bare}`"))
        .replace(bare));
    }
    if text.starts_with('-') {
        return Err(Wrong::new(code, 0..1, format!("`{called}` starts with `-`"), "programs take this for an option")
            .help("choose a name that starts with a letter or a digit"));
    }
    empty_or_dots(text, text, 0, false)?;
    let mut start = 0;
    for part in text.split('/') {
        let range = start..start + part.len();
        start = range.end + 1;
        let base = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let numbered = |device: &str| {
            base.strip_prefix(device)
                .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let device = matches!(base.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt");
        if device || part.ends_with('.') {
            let label = if device { "Windows keeps this name for a device" } else { "Windows drops a dot at the end" };
            return Err(
                Wrong::new(code, range, format!("`{called}` is not portable"), label).help("choose another name")
            );
        }
    }
    Ok(text.to_owned())
}

/// Refuses `//`, `.` and `..` between slashes; a slash at the very end may stand where `open` says so.
fn empty_or_dots(text: &str, mask: &str, offset: usize, open: bool) -> Result<(), Wrong> {
    let code = &codes::NOT_A_PATH;
    let mut start = offset.min(mask.len());
    let mut parts = mask[start..].split('/').peekable();
    while let Some(part) = parts.next() {
        let range = start..start + part.len();
        start = range.end + 1;
        if part.is_empty() && !(open && parts.peek().is_none()) {
            let place = range.start.saturating_sub(1)..(range.end + 1).min(text.len());
            return Err(Wrong::new(
                code,
                place,
                format!("`{}` has an empty part", shown(text)),
                "a name is missing between the slashes",
            ));
        }
        if matches!(part, "." | "..") {
            return Err(Wrong::new(
                code,
                range,
                format!("`{}` has a `{part}` in it", shown(text)),
                "this is read in several ways",
            )
            .help("write the path without it"));
        }
    }
    Ok(())
}
