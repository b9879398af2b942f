//! The interfaces of an L2 policy as Cilium reads them: each is a regular expression, and mostly a plain name.
//!
//! Start at [`matching`].

use std::borrow::Cow;

use hnet_model::interface_expression;

/// The names that a pattern matches, from end to end unless it says how much of them; none where it is no regular expression.
pub(crate) fn matching<'a>(pattern: &str, names: &[&'a str]) -> Option<Vec<&'a str>> {
    // Nothing in a name of these letters has another meaning.
    let is_name = pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    match is_name {
        true => Some(names.iter().copied().filter(|name| *name == pattern).collect()),
        false => matching_expression(pattern, names),
    }
}

/// The same for what is more than a name.
fn matching_expression<'a>(pattern: &str, names: &[&'a str]) -> Option<Vec<&'a str>> {
    // Alone first: brackets could close the group that is put around it.
    let read = |pattern: &str| regex_lite::Regex::new(&unquoted(pattern)).ok();
    read(pattern)?;
    let whole = read(&interface_expression(pattern))?;
    Some(names.iter().copied().filter(|name| whole.is_match(name)).collect())
}

/// The same pattern without `\Q…\E`, which Cilium's expressions (RE2) know and those here do not: what they quote stands for
/// itself, up to the end where it is not closed.
fn unquoted(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains(r"\Q") {
        return Cow::Borrowed(pattern);
    }
    let (mut text, mut rest, mut is_class) = (String::new(), pattern, false);
    while let Some(character) = rest.chars().next() {
        // RE2 quotes nothing in a class.
        if let Some(quoted) = rest.strip_prefix(r"\Q").filter(|_| !is_class) {
            let (quoted, behind) = quoted.split_once(r"\E").unwrap_or((quoted, ""));
            text.push_str(&regex_lite::escape(quoted));
            rest = behind;
            continue;
        }
        // What is escaped is taken together: behind two backslashes a `Q` quotes nothing.
        let length = match character {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => character.len_utf8(),
        };
        is_class = match character {
            '[' => true,
            ']' => false,
            _ => is_class,
        };
        let (taken, behind) = rest.split_at(length);
        text.push_str(taken);
        rest = behind;
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn names_and_expressions_match_whole_names() {
        let names = ["eth0", "eth0.10", "enp1s0"];
        for (pattern, expected) in [
            ("eth0", vec!["eth0"]),
            ("eth", vec![]),
            ("^eth.*", vec!["eth0", "eth0.10"]),
            ("^eth", vec!["eth0", "eth0.10"]),
            ("^eth[0-9]$", vec!["eth0"]),
            ("eth0|enp1s0", vec!["eth0", "enp1s0"]),
            ("^eth|^enp", names.to_vec()),
            ("(^eth|^enp)", names.to_vec()),
            ("^eth0|enp1", vec!["eth0", "eth0.10"]),
            ("enp1|10$", vec!["eth0.10"]),
            ("eth0.10", vec!["eth0.10"]),
            ("e(th|np1s)0", vec!["eth0", "enp1s0"]),
            (r"^\Qeth0.\E[0-9]+$", vec!["eth0.10"]),
            (r"^eth0\Q.1", vec!["eth0.10"]),
            (r"^\Q[a-z]\E", vec![]),
        ] {
            assert_eq!(matching(pattern, &names), Some(expected), "{pattern}");
        }
        for broken in ["eth(", "a)(b", "*", r"\Qeth0\E("] {
            assert_eq!(matching(broken, &names), None, "{broken}");
        }
    }
}
