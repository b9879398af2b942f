//! The name that was probably meant, for «did you mean».
//!
//! Knows strings only. Start at [`nearest`], or at [`is_slip`] where a false suggestion would harm.

/// The least length of a name whose neighbours are slips: of shorter ones people have many.
const LEAST: usize = 5;

/// The candidate that `name` is most likely a slip of, or none that is near enough.
///
/// Near enough is a third of the name's length in edits (insert, delete, replace, swap two
/// neighbours), at least one and at most three; of equally near ones the first wins.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.to_ascii_lowercase().chars().collect();
    let limit = (name.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let bound = best.map_or(limit + 1, |(distance, _)| distance);
        if name.len().abs_diff(candidate.chars().count()) >= bound {
            continue;
        }
        let other: Vec<char> = candidate.to_ascii_lowercase().chars().collect();
        let distance = edits(&name, &other);
        // A replaced name of one or two letters has nothing left of what was written.
        if distance < bound && distance < name.len().max(1) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether one name is written for the other by one slip: a letter too many, too few, another, or two that are swapped.
/// Numbers tell names apart.
#[must_use]
pub fn is_slip(name: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if name.len().min(other.len()) < LEAST || digits(name) != digits(other) {
        return false;
    }
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let start = name.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (name, other) = (&name[start..], &other[start..]);
    let end = name.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&name[..name.len() - end], &other[..other.len() - end]) {
        ([a, b], [c, d]) => a == d && b == c,
        ([_], [_]) => start > 0 && end > 0,
        ([_], []) | ([], [_]) => start > 0,
        _ => false,
    }
}

/// How many edits lead from one text to the other, a swap of two neighbours being one.
fn edits(from: &[char], to: &[char]) -> usize {
    let mut before_previous: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in to.iter().enumerate() {
            let replaced = previous[column] + usize::from(a != b);
            let mut least = replaced.min(previous[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *a == to[column - 1] && from[row - 1] == *b {
                least = least.min(before_previous[column - 1] + 1);
            }
            current.push(least);
        }
        before_previous = std::mem::replace(&mut previous, current);
    }
    previous[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{is_slip, nearest};

    #[test]
    fn a_slip_finds_its_word() {
        let words = ["gateway", "gateway-api", "subnet", "switch", "node"];
        assert_eq!(nearest("gatewya", words), Some("gateway"));
        assert_eq!(nearest("gateway_api", words), Some("gateway-api"));
        assert_eq!(nearest("Subnet", words), Some("subnet"));
        assert_eq!(nearest("nod", words), Some("node"));
    }

    #[test]
    fn a_stranger_finds_nothing() {
        let words = ["gateway", "subnet", "lan"];
        assert_eq!(nearest("certificate", words), None);
        assert_eq!(nearest("x", words), None);
        assert_eq!(nearest("", words), None);
        assert_eq!(nearest("dmz", words), None);
    }

    #[test]
    fn the_nearer_one_wins_and_then_the_first() {
        assert_eq!(nearest("lan1", ["lan12", "lan1x"]), Some("lan12"));
        assert_eq!(nearest("worker-1", ["worker-11x", "worker-2"]), Some("worker-2"));
    }

    #[test]
    fn one_slip_is_one() {
        for name in ["DOMIAN", "DOMAI", "DOMMAIN", "DOMAEN", "DOMAINS"] {
            assert!(is_slip(name, "DOMAIN"), "{name}");
        }
        for name in ["extrnal", "externall", "extornal", "xeternal", "externla"] {
            assert!(is_slip(name, "external"), "{name}");
        }
        for name in ["internal", "external-2", "extern", "lan"] {
            assert!(!is_slip(name, "external"), "{name}");
        }
        for name in ["DOMAIN", "DOMAIN2", "DONAME", "DOM", "XOMAIN", "SECRET_DOMAIN"] {
            assert!(!is_slip(name, "DOMAIN"), "{name}");
        }
        assert!(!is_slip("IPV4_A", "IPV6_A"));
        assert!(!is_slip("POOL_A", "POOL_B"));
        assert!(!is_slip("lan", "wan"));
    }
}
