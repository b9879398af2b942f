//! Host names (RFC 1123) and the names of things.

use std::net::{IpAddr, Ipv4Addr};

use hnet_diagnostics::codes;
use hnet_model::{HostName, Name, NameError};

use super::{Part, Wrong, first_not, is_like_ipv4, masked, shown, shown_sign};

/// A host name; with `*` as its first label where `wildcard` says that one may stand here.
/// Placeholders may stand in it.
pub fn host_name(text: &str, wildcard: bool) -> Result<HostName, Wrong> {
    if is_plain(text) {
        return Ok(HostName::checked(text));
    }
    let code = &codes::NOT_A_HOST_NAME;
    let mask = masked(text);
    let whole = Part::all(&mask);
    let wrong = |range, title: String, label: &str| Wrong::new(code, range, title, label);
    if text.is_empty() {
        return Err(wrong(0..0, "an empty host name".to_owned(), "a host name is wanted here"));
    }
    // A sign is looked for faster than a text, and most names have no colon.
    if let Some(scheme) = mask.find(':').and_then(|_| mask.find("://")) {
        let host = mask[scheme + 3..].split(['/', ':', '?', '#']).next().unwrap_or_default();
        let right = &text[scheme + 3..scheme + 3 + host.len()];
        let finding = wrong(0..scheme + 3, format!("`{}` is a URL", shown(text)), "a host name has no scheme");
        return Err(if host_name(right, wildcard).is_ok() {
            finding.help(format!("write `{right}`")).replace(right)
        } else {
            finding.help("write only the host")
        });
    }
    if mask.parse::<IpAddr>().is_ok() {
        return Err(wrong(
            0..text.len(),
            format!("`{}` is an address, not a host name", shown(text)),
            "a host name is wanted here",
        ));
    }
    if let Some((host, port)) = whole.split_once(':')
        && !host.text().is_empty()
        && port.text().bytes().all(|byte| byte.is_ascii_digit())
    {
        let right = &text[host.range()];
        return Err(wrong(host.end..port.end, format!("`{}` has a port", shown(text)), "a host name has no port")
            .help(format!("write `{right}`"))
            .replace(right));
    }
    if let Some(right) = mask.strip_suffix('.')
        && !right.is_empty()
        && !right.ends_with('.')
    {
        let right = &text[..right.len()];
        return Err(wrong(
            right.len()..text.len(),
            format!("`{}` ends with a dot", shown(text)),
            "host names are written without the root's dot",
        )
        .help(format!("write `{right}`"))
        .replace(right));
    }
    for (at, label) in whole.split('.').enumerate() {
        if label.text() == "*" && at == 0 && mask.len() > 1 {
            if wildcard {
                continue;
            }
            return Err(wrong(label.range(), "a wildcard where one name is wanted".to_owned(), "`*` is no name")
                .help("write the name in full"));
        }
        label_of_host_name(label, text)?;
    }
    if mask.len() > 253 {
        return Err(wrong(
            253..text.len(),
            format!("the host name has {} characters", text.len()),
            "a host name has at most 253 characters",
        ));
    }
    let last = mask.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) && mask.contains('.') {
        let start = mask.len() - last.len();
        let called = if is_like_ipv4(&mask) { "looks like an address" } else { "ends with a number" };
        let help = match mask.parse::<Ipv4Addr>() {
            Ok(_) => "write a name",
            Err(_) => "the last label of a host name holds a letter",
        };
        return Err(
            wrong(start..text.len(), format!("`{}` {called}", shown(text)), "the last label is a number").help(help)
        );
    }
    Ok(HostName::checked(text))
}

/// The name of a DNS record: labels of services and of mail begin with `_`. (RFC 8552.)
pub fn record_name(text: &str) -> Result<HostName, Wrong> {
    // One sign in place of another, so that what else is wrong stays where it is.
    let mut is_first = true;
    let plain: String = text
        .chars()
        .map(|sign| match (std::mem::replace(&mut is_first, sign == '.'), sign) {
            (true, '_') => 'x',
            _ => sign,
        })
        .collect();
    match host_name(&plain, true) {
        Ok(_) => Ok(HostName::checked(text)),
        Err(mut wrong) => {
            wrong.0.title = wrong.0.title.replace(&plain, text);
            Err(if plain == text { wrong } else { wrong.without_replacement() })
        }
    }
}

/// Whether a text is a host name in lower case, as nearly all are.
fn is_plain(text: &str) -> bool {
    let is_label = |label: &[u8]| {
        let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
        let [first, .., last] = label else { return false };
        (label.len() <= 63 && *first != b'-' && *last != b'-') && label.iter().all(inner)
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253
        && text.as_bytes().split(|byte| *byte == b'.').all(is_label)
        && last.ends_with(|c: char| c.is_ascii_lowercase())
}

fn label_of_host_name(label: Part<'_>, text: &str) -> Result<(), Wrong> {
    let code = &codes::NOT_A_HOST_NAME;
    let called = shown(text);
    let own = label.text();
    if own.is_empty() {
        let end = (label.end + 1).min(text.len());
        return Err(Wrong::new(
            code,
            label.start.saturating_sub(usize::from(end == label.end))..end,
            format!("`{called}` has an empty label"),
            "a label is missing here",
        ));
    }
    if let Some((range, character)) = first_not(own, |character| character.is_ascii_alphanumeric() || character == '-')
    {
        let range = label.cut(range.start, range.end).range();
        return Err(match character {
            '_' => Wrong::new(
                code,
                range,
                format!("`{called}` has an underscore"),
                "host names have letters, digits and hyphens",
            )
            .help("write a hyphen, and rename the host where it has the underscore"),
            '*' => Wrong::new(
                code,
                range,
                format!("`{called}` has a `*` in a wrong place"),
                "this `*` is no whole first label",
            )
            .help("write the wildcard as the first label: `*.example.com`"),
            '/' => Wrong::new(code, range, format!("`{called}` has a path"), "a host name has no path"),
            character if !character.is_ascii() => {
                Wrong::new(code, range, format!("`{called}` is not in ASCII"), "host names are written in ASCII")
                    .help("write the name's ASCII form, which starts with `xn--`")
            }
            character => Wrong::new(
                code,
                range,
                format!("`{called}` is not a host name"),
                format!("{} stands in no host name", shown_sign(character)),
            ),
        });
    }
    if own.starts_with('-') || own.ends_with('-') {
        let at = if own.starts_with('-') { label.start } else { label.end - 1 };
        return Err(Wrong::new(
            code,
            at..at + 1,
            format!("`{called}` has a hyphen at a label's end"),
            "a label starts and ends with a letter or digit",
        ));
    }
    if own.len() > 63 {
        return Err(Wrong::new(
            code,
            label.range(),
            format!("a label of {} characters", own.len()),
            "a label has at most 63 characters",
        ));
    }
    Ok(())
}

/// The name of a thing: an RFC 1123 label in lower case.
pub fn name(text: &str) -> Result<Name, Wrong> {
    let code = &codes::NOT_A_NAME;
    let error = match Name::new(text) {
        Ok(name) => return Ok(name),
        Err(error) => error,
    };
    let called = shown(text);
    let wrong = match error {
        NameError::Empty => Wrong::new(code, 0..0, "an empty name", "a name is wanted here"),
        NameError::TooLong => Wrong::new(
            code,
            63..text.len(),
            format!("a name of {} characters", text.len()),
            "a name has at most 63 characters",
        ),
        NameError::Character(at) => {
            let character = text[at..].chars().next().unwrap_or_default();
            let (title, label) = match character {
                'A'..='Z' => (format!("`{called}` has capitals"), "names are in lower case".to_owned()),
                '_' => (format!("`{called}` has an underscore"), "names have hyphens instead".to_owned()),
                '.' => (format!("`{called}` has a dot"), "a name is one label".to_owned()),
                _ => (format!("`{called}` is not a name"), format!("{} stands in no name", shown_sign(character))),
            };
            Wrong::new(code, at..at + character.len_utf8(), title, label)
        }
        NameError::Hyphen(at) => Wrong::new(
            code,
            at..at + 1,
            format!("`{called}` has a hyphen at its end"),
            "a name starts and ends with a letter or digit",
        ),
    };
    let wrong = wrong.help("a name has lower-case letters, digits and hyphens, since it becomes a host or object name");
    let right = text.to_ascii_lowercase().replace(['_', '.'], "-");
    Err(if Name::new(&right).is_ok() && right != text { wrong.replace(right) } else { wrong })
}

/// What Kubernetes calls most objects: a DNS subdomain in lower case. Placeholders may stand in it.
/// (Kubernetes, `apimachinery/pkg/util/validation`, `IsDNS1123Subdomain`.)
pub fn subdomain(text: &str) -> Result<HostName, Wrong> {
    const LONGEST: usize = 253;
    let mask = masked(text);
    let wrong = |range, title: String, label: &str| {
        Wrong::new(&codes::NOT_A_HOST_NAME, range, title, label).help("write the name as the object has it")
    };
    for label in Part::all(&mask).split('.') {
        let is_inner = |sign: char| matches!(sign, 'a'..='z' | '0'..='9' | '-');
        if let Some((range, sign)) = first_not(label.text(), is_inner) {
            let range = label.start + range.start..label.start + range.end;
            let title = format!("`{}` is no name of an object", shown(text));
            return Err(wrong(range, title, &format!("{} stands in no such name", shown_sign(sign))));
        }
        if label.text().is_empty() || label.text().starts_with('-') || label.text().ends_with('-') {
            let title = format!("`{}` is no name of an object", shown(text));
            return Err(wrong(label.range(), title, "a letter or digit starts and ends each part between dots"));
        }
    }
    // How long the value of a placeholder will be is not known.
    if !text.contains("${") && text.len() > LONGEST {
        let title = format!("the name of an object has {} characters", text.len());
        return Err(wrong(LONGEST..text.len(), title, "it has at most 253 characters"));
    }
    Ok(HostName::checked(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    use super::{host_name, is_plain};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn what_is_plain_is_sound(text in "([a-c0-9-]{0,3}\\.){0,4}[a-c0-9.-]{0,66}") {
            if is_plain(&text) {
                // Capitals are not plain, so this is read in full; it comes out in lower case.
                prop_assert_eq!(host_name(&text.to_uppercase(), false), host_name(&text, false));
            }
        }
    }
}
