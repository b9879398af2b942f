//! Settings of machines and programs, and files of a machine: `key=value`, an absolute path, permissions.

use hnet_diagnostics::codes;

use super::{Part, Wrong, first_not, masked, shown, shown_sign};

/// A setting as `key=value`; the value is any text.
pub fn setting(text: &str) -> Result<(String, String), Wrong> {
    let code = &codes::NOT_A_SETTING;
    let mask = masked(text);
    let whole = Part::all(&mask);
    let Some((key, value)) = whole.split_once('=') else {
        let wrong = Wrong::new(
            code,
            whole.range(),
            format!("`{}` has no `=`", shown(text)),
            "a setting is written `key=value`",
        );
        // YAML has a colon there.
        let meant = whole.split_once(':').map(|(key, value)| (key.text().trim(), value.text().trim()));
        return Err(match meant.filter(|(key, value)| is_key(key) && !value.is_empty() && *mask == *text) {
            Some((key, value)) => {
                wrong.help(format!("write `{}`", shown(&format!("{key}={value}")))).replace(format!("{key}={value}"))
            }
            None => wrong.help("write the key, `=` and the value"),
        });
    };
    if key.text().is_empty() {
        return Err(Wrong::new(code, whole.range(), "a setting without a key", "the key is missing before the `=`"));
    }
    if let Some((range, character)) = first_not(key.text(), is_of_key) {
        return Err(Wrong::new(
            code,
            key.cut(range.start, range.end).range(),
            format!("`{}` is no key of a setting", shown(key.text()).escape_debug()),
            format!("{} stands in no key", shown_sign(character)),
        ));
    }
    let bare = key.text().trim_start_matches('-');
    if bare.len() < key.text().len() {
        let wrong = Wrong::new(
            code,
            key.range(),
            format!("`{}` begins with a hyphen", shown(key.text())),
            "the key of a setting is written without hyphens before it",
        );
        let meant = text.trim_start_matches('-');
        return Err(match bare.is_empty() {
            true => wrong.help("write the key, `=` and the value"),
            false => wrong.help(format!("write `{}`", shown(meant))).replace(meant.to_owned()),
        });
    }
    Ok((text[key.range()].to_owned(), text[value.range()].to_owned()))
}

fn is_of_key(character: char) -> bool {
    character.is_ascii_graphic() && !matches!(character, '"' | '\'' | '`' | '<' | '>' | ';' | ',')
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_of_key)
}

/// The absolute path of a file or a folder of a machine.
pub fn system_path(text: &str) -> Result<String, Wrong> {
    let code = &codes::NOT_A_PATH;
    let mask = masked(text);
    if let Some((range, character)) = first_not(&mask, |character| !character.is_control()) {
        return Err(Wrong::new(
            code,
            range,
            format!("`{}` is not a path", shown(text).escape_debug()),
            format!("{} stands in no path", shown_sign(character)),
        ));
    }
    // A placeholder may stand for the start of it.
    if !text.starts_with('/') && !text.starts_with("${") {
        let wrong = Wrong::new(
            code,
            0..text.len(),
            format!("`{}` is not an absolute path", shown(text)),
            "a path of a machine starts with `/`",
        );
        return Err(match !text.contains('/') || text.starts_with(['.', '~']) {
            true => wrong,
            false => wrong.help(format!("write `/{}`", shown(text))).replace(format!("/{text}")),
        });
    }
    let is_slip = |part: &str| matches!(part, "" | "." | "..");
    if mask.split('/').skip(1).any(is_slip) {
        let wrong = Wrong::new(
            code,
            0..text.len(),
            format!("`{}` is not the path itself", shown(text)),
            "a path has neither `//` nor `.` or `..` as a part, and no `/` at its end",
        );
        let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        return Err(match parts.is_empty() || parts.contains(&"..") || text.starts_with("${") || *mask != *text {
            true => wrong.help("write it as Talos would read it"),
            false => {
                wrong.help(format!("write `/{}`", shown(&parts.join("/")))).replace(format!("/{}", parts.join("/")))
            }
        });
    }
    Ok(text.to_owned())
}

/// Permissions of a file in octal, as `0o644` or `0644`.
pub fn permissions(text: &str) -> Result<u32, Wrong> {
    let code = &codes::NUMBER_OUT_OF_RANGE;
    let wrong = |label: &str| {
        Wrong::new(code, 0..text.len(), format!("`{}` are no permissions", shown(text).escape_debug()), label)
    };
    let digits = text.strip_prefix("0o").or_else(|| text.strip_prefix('0').filter(|rest| rest.len() > 2));
    let Some(digits) = digits else {
        let wrong = wrong("they are written in octal, with `0o` before them");
        return Err(match text.len() == 3 && text.bytes().all(|byte| matches!(byte, b'0'..=b'7')) {
            true => wrong.help(format!("write `0o{text}`")).replace(format!("0o{text}")),
            false => wrong.help("write them as in `0o644`"),
        });
    };
    match u32::from_str_radix(digits, 8) {
        Ok(bits) if bits <= 0o7777 && digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(bits),
        _ => Err(wrong("three or four digits from 0 to 7 are wanted behind `0o`").help("write them as in `0o644`")),
    }
}

#[cfg(test)]
mod tests {
    use super::{permissions, setting, system_path};

    fn replacement<T>(read: Result<T, super::Wrong>) -> Option<String> {
        read.err().and_then(|wrong| wrong.open().replacement)
    }

    #[test]
    fn a_setting_is_split_at_its_first_equals_sign() {
        let read = |text: &str| setting(text).ok();
        let pair = |key: &str, value: &str| Some((key.to_owned(), value.to_owned()));
        assert_eq!(read("net.core.rmem_max=67108864"), pair("net.core.rmem_max", "67108864"));
        assert_eq!(read("feature-gates=A=true,B=false"), pair("feature-gates", "A=true,B=false"));
        assert_eq!(read("kernel.core_pattern="), pair("kernel.core_pattern", ""));
        assert_eq!(read("=1"), None);
        assert_eq!(read("two words=1"), None);
        assert_eq!(replacement(setting("--v=3")), Some("v=3".to_owned()));
        assert!(setting("--=3").is_err());
        assert_eq!(replacement(setting("vm.max_map_count: 1")), Some("vm.max_map_count=1".to_owned()));
    }

    #[test]
    fn permissions_are_octal() {
        for (text, bits) in [("0o644", 0o644), ("0644", 0o644), ("0o1777", 0o1777), ("0o0", 0), ("0o400", 0o400)] {
            assert_eq!(permissions(text).ok(), Some(bits), "{text}");
        }
        assert_eq!(replacement(permissions("644")), Some("0o644".to_owned()));
        for text in ["", "rw-r--r--", "0o", "0o888", "0o77777", "420", "0x1ff", "0o+44"] {
            assert!(permissions(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_of_a_machine_is_absolute() {
        assert!(system_path("/etc/nfsmount.conf").is_ok());
        assert!(system_path("${ROOT}/x").is_ok());
        assert_eq!(replacement(system_path("etc/x")), Some("/etc/x".to_owned()));
        assert!(system_path("/etc/\n").is_err());
        assert_eq!(replacement(system_path("/etc//x/")), Some("/etc/x".to_owned()));
        assert_eq!(replacement(system_path("/etc/./x")), Some("/etc/x".to_owned()));
        assert!(system_path("/var/../etc/x").is_err());
        assert!(system_path("/").is_err());
    }
}
