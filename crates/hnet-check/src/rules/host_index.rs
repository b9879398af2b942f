//! Host names found by the names that they take, without comparing each with each.
//!
//! Knows the meanings of a wildcard that `hnet_model::HostName` defines and agrees with them (a
//! property test below). Start at [`HostIndex::meeting`].

use std::collections::BTreeMap;

use hnet_model::HostName;

/// Host names, each with what it belongs to.
pub(crate) struct HostIndex<T> {
    /// Names without a wildcard, by their labels from the last to the first.
    exact: BTreeMap<String, Vec<T>>,
    /// Wildcards, by the labels of what stands behind `*.`.
    wild: BTreeMap<String, Vec<T>>,
    /// What takes every name: no name at all, or one that a placeholder makes unknown.
    any: Vec<T>,
}

/// `grafana.example.com` as `com.example.grafana.`, so that what is below a name follows it.
fn reversed(name: &str) -> String {
    name.rsplit('.').fold(String::with_capacity(name.len() + 1), |mut key, label| {
        key.push_str(label);
        key.push('.');
        key
    })
}

impl<T: Copy + Ord> HostIndex<T> {
    pub(crate) fn new() -> Self {
        HostIndex { exact: BTreeMap::new(), wild: BTreeMap::new(), any: Vec::new() }
    }

    /// Adds a name, or what takes all names where there is none.
    pub(crate) fn insert(&mut self, name: Option<&HostName>, value: T) {
        match name {
            Some(name) if !name.is_template() => {
                let map = if name.is_wildcard() { &mut self.wild } else { &mut self.exact };
                map.entry(reversed(name.base())).or_default().push(value);
            }
            _ => self.any.push(value),
        }
    }

    /// Whose names meet this one in the sense of the Gateway API, in order and without repetition.
    pub(crate) fn meeting(&self, name: &HostName) -> Vec<T> {
        let mut found = self.any.clone();
        let key = reversed(name.base());
        // The wildcards above the name, and for a wildcard the same wildcard.
        let mut ends: Vec<usize> = key.match_indices('.').map(|(at, _)| at + 1).collect();
        if name.is_wildcard() {
            for map in [&self.exact, &self.wild] {
                let below = map.range(key.clone()..).take_while(|(other, _)| other.starts_with(&key));
                found.extend(below.filter(|(other, _)| **other != key).flat_map(|(_, values)| values));
            }
        } else {
            found.extend(self.exact.get(&key).into_iter().flatten());
            ends.pop();
        }
        found.extend(ends.iter().filter_map(|end| self.wild.get(&key[..*end])).flatten());
        hnet_collections::sort(&mut found);
        found.dedup();
        found
    }

    /// Whether one of the names, read as those of a certificate, covers this one. Of a wildcard it
    /// is enough that they share a name, since each request says its own.
    pub(crate) fn covers(&self, name: &HostName) -> bool {
        if !self.any.is_empty() {
            return true;
        }
        if name.is_wildcard() {
            return !self.meeting(name).is_empty();
        }
        let parent = name.as_str().split_once('.').map_or("", |(_, parent)| parent);
        self.exact.contains_key(&reversed(name.as_str())) || self.wild.contains_key(&reversed(parent))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_index_agrees_with_the_definition(
            names in prop::collection::vec("(\\*\\.)?([ab]\\.){0,3}x", 0..12),
            asked in "(\\*\\.)?([ab]\\.){0,3}x",
        ) {
            let names: Vec<HostName> = names.iter().map(|name| HostName::checked(name)).collect();
            let asked = HostName::checked(&asked);
            let mut index = HostIndex::new();
            for (at, name) in names.iter().enumerate() {
                index.insert(Some(name), at);
            }
            let meeting: Vec<usize> =
                (0..names.len()).filter(|at| names[*at].listener_admits(&asked)).collect();
            prop_assert_eq!(index.meeting(&asked), meeting.clone());
            let covered = if asked.is_wildcard() {
                !meeting.is_empty()
            } else {
                names.iter().any(|name| name.certificate_covers(&asked))
            };
            prop_assert_eq!(index.covers(&asked), covered);
        }
    }

    #[test]
    fn a_placeholder_takes_every_name() {
        let mut index = HostIndex::new();
        index.insert(Some(&HostName::checked("*.${DOMAIN}")), 1);
        index.insert(None, 2);
        assert_eq!(index.meeting(&HostName::checked("a.example.com")), [1, 2]);
        assert!(index.covers(&HostName::checked("a.example.com")));
    }
}
