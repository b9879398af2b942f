//! The interfaces of an L2 policy as Cilium reads them: each is a regular expression, and mostly a plain name.
//!
//! Start at [`matching`].

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
    regex_lite::Regex::new(pattern).ok()?;
    let whole = regex_lite::Regex::new(&interface_expression(pattern)).ok()?;
    Some(names.iter().copied().filter(|name| whole.is_match(name)).collect())
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
        ] {
            assert_eq!(matching(pattern, &names), Some(expected), "{pattern}");
        }
        for broken in ["eth(", "a)(b", "*"] {
            assert_eq!(matching(broken, &names), None, "{broken}");
        }
    }
}
