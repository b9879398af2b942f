//! The name that was probably meant, for «did you mean».
//!
//! Knows strings only. Start at [`nearest`], or at [`is_slip`] where a false suggestion would harm.

/// How many letters a word has at least whose neighbours are slips: of shorter ones people have many.
const LEAST: usize = 5;

/// The letters that make another word of one: `gateways`, `secured`, `server`.
const ENDINGS: [char; 3] = ['s', 'd', 'r'];

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

/// Whether one name is surely written for the other, by one slip in one of its words: two letters that are swapped, or one
/// too many or too few. Another letter makes another name, and so does one before a word, or an ending behind it. Words end
/// at `_`, `-` and `.`, and numbers tell them apart.
#[must_use]
pub fn is_slip(name: &str, other: &str) -> bool {
    // Of many names nearly all end here.
    if name.len().abs_diff(other.len()) > char::MAX.len_utf8() {
        return false;
    }
    let ends_word = ['_', '-', '.'];
    let (mut own, mut others) = (name.split_inclusive(ends_word), other.split_inclusive(ends_word));
    let mut differing = None;
    loop {
        match (own.next(), others.next()) {
            (None, None) => return differing.is_some_and(|(word, other)| is_slip_of_word(word, other)),
            (Some(word), Some(other)) if word == other => {}
            (Some(word), Some(other)) if differing.is_none() => differing = Some((word, other)),
            _ => return false,
        }
    }
}

/// The same of words, each with what ends it.
fn is_slip_of_word(word: &str, other: &str) -> bool {
    let letters = |word: &str| word.chars().filter(|one| one.is_alphabetic()).count();
    let start: usize = word.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(one, _)| one.len_utf8()).sum();
    let (own, others) = (&word[start..], &other[start..]);
    let both = own.chars().rev().zip(others.chars().rev());
    let end: usize = both.take_while(|(a, b)| a == b).map(|(one, _)| one.len_utf8()).sum();
    let (own, others) = (&own[..own.len() - end], &others[..others.len() - end]);
    let is_last = || !word[word.len() - end..].contains(char::is_alphanumeric);
    let two = |text: &str| {
        let mut letters = text.chars();
        (letters.next(), letters.next(), letters.next())
    };
    let is_one = match (two(own), two(others)) {
        ((Some(a), Some(b), None), (Some(c), Some(d), None)) => {
            a == d && b == c && a.is_alphabetic() && b.is_alphabetic()
        }
        ((Some(one), None, _), (None, ..)) | ((None, ..), (Some(one), None, _)) => {
            start > 0 && one.is_alphabetic() && !(is_last() && ENDINGS.contains(&one.to_ascii_lowercase()))
        }
        _ => false,
    };
    is_one && letters(word).min(letters(other)) >= LEAST
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
        for name in ["DOMIAN", "DOMAI", "DOMMAIN", "DOMANI"] {
            assert!(is_slip(name, "DOMAIN"), "{name}");
        }
        for name in ["extrnal", "externall", "exxternal", "xeternal", "externla"] {
            assert!(is_slip(name, "external"), "{name}");
        }
        for (name, other) in [("SECRET_DOMIAN", "SECRET_DOMAIN"), ("SERCET_DOMAIN", "SECRET_DOMAIN")] {
            assert!(is_slip(name, other), "{name}");
        }
        assert!(is_slip("web-externl", "web-external") && is_slip("site.gatway.lan", "site.gateway.lan"));
    }

    #[test]
    fn another_name_is_no_slip() {
        for name in ["internal", "external-2", "extern", "lan", "extornal", "externals", "vexternal", "xternal"] {
            assert!(!is_slip(name, "external"), "{name}");
        }
        for name in ["DOMAIN", "DOMAIN2", "DONAME", "DOM", "XOMAIN", "SECRET_DOMAIN", "DOMAEN", "DOMAINS"] {
            assert!(!is_slip(name, "DOMAIN"), "{name}");
        }
        for (name, other) in [
            ("NODE_A_X", "NODE_B_X"),
            ("IPV4_A", "IPV6_A"),
            ("POOL_A", "POOL_B"),
            ("site-lan-gw", "site-wan-gw"),
            ("site-lan-gateway", "site-alan-gateway"),
            ("CLUSTER_LAN", "CLUSTER_WAN"),
            ("CLUSTERS_LAN", "CLUSTER_LAN"),
            ("SECRETDOMAIN", "SECRET_DOMAIN"),
            ("SECRET-DOMAIN", "SECRET_DOMAIN"),
            ("SERCET_DOMIAN", "SECRET_DOMAIN"),
            ("node12345", "node12354"),
            ("lan", "wan"),
            ("SECURED_A", "SECURE_A"),
            ("the-server", "the-serve"),
        ] {
            assert!(!is_slip(name, other) && !is_slip(other, name), "{name}, {other}");
        }
    }
}
