//! Host names found by the names that they take, without comparing each with each.
//!
//! Knows the meanings of a wildcard that `hnet_model::HostName` defines and agrees with them (a
//! property test below). Start at [`HostIndex::meeting`].

use std::cmp::Ordering;
use std::iter::once;

use hnet_model::HostName;

/// Host names, each with the position of what it belongs to.
#[derive(Default)]
pub(crate) struct HostIndex<'a> {
    /// Names without a wildcard.
    exact: Names<'a>,
    /// What stands behind the `*.` of wildcards.
    wild: Names<'a>,
    /// What takes every name: no name at all, or one that a placeholder makes unknown.
    any: Vec<usize>,
}

/// Names in the order of their letters from the last to the first, so that what is below a name
/// stands together.
#[derive(Default)]
struct Names<'a>(Vec<(&'a str, usize)>);

fn backwards(one: &str, other: &str) -> Ordering {
    one.bytes().rev().cmp(other.bytes().rev())
}

impl Names<'_> {
    fn at<'n>(&'n self, name: &'n str) -> impl Iterator<Item = usize> + 'n {
        let start = self.0.partition_point(|(other, _)| backwards(other, name) == Ordering::Less);
        self.0[start..].iter().take_while(move |(other, _)| *other == name).map(|(_, at)| *at)
    }

    fn below<'n>(&'n self, name: &'n str) -> impl Iterator<Item = usize> + 'n {
        let first = || name.bytes().rev().chain(once(b'.'));
        let start = self.0.partition_point(|(other, _)| other.bytes().rev().cmp(first()) == Ordering::Less);
        let is_below = move |other: &str| other.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
        self.0[start..].iter().take_while(move |(other, _)| is_below(other)).map(|(_, at)| *at)
    }
}

impl<'a> HostIndex<'a> {
    /// Names with their positions; what has no name takes all of them.
    pub(crate) fn new(names: impl IntoIterator<Item = (Option<&'a HostName>, usize)>) -> Self {
        let mut index = HostIndex::default();
        for (name, at) in names {
            match name.filter(|name| !name.is_template()) {
                None => index.any.push(at),
                Some(name) if name.is_wildcard() => index.wild.0.push((name.base(), at)),
                Some(name) => index.exact.0.push((name.as_str(), at)),
            }
        }
        for names in [&mut index.exact, &mut index.wild] {
            names.0.sort_by(|(one, _), (other, _)| backwards(one, other));
        }
        index
    }

    /// The positions of the names that meet this one in the sense of the Gateway API, in order.
    pub(crate) fn meeting(&self, name: &HostName) -> Vec<usize> {
        let mut found = self.any.clone();
        let base = name.base();
        if name.is_wildcard() {
            found.extend(self.exact.below(base).chain(self.wild.below(base)).chain(self.wild.at(base)));
        } else {
            found.extend(self.exact.at(base));
        }
        for (dot, _) in base.match_indices('.') {
            found.extend(self.wild.at(&base[dot + 1..]));
        }
        found.sort();
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
        self.wild.at(parent).next().is_some() || self.exact.at(name.as_str()).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn the_index_agrees_with_the_definition(
            names in prop::collection::vec("(\\*\\.)?([ab]{1,2}\\.){0,3}a?x", 0..12),
            asked in "(\\*\\.)?([ab]{1,2}\\.){0,3}a?x",
        ) {
            let names: Vec<HostName> = names.iter().map(|name| HostName::checked(name)).collect();
            let asked = HostName::checked(&asked);
            let index = HostIndex::new(names.iter().enumerate().map(|(at, name)| (Some(name), at)));
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
        let template = HostName::checked("*.${DOMAIN}");
        let index = HostIndex::new([(Some(&template), 1), (None, 2)]);
        assert_eq!(index.meeting(&HostName::checked("a.example.com")), [1, 2]);
        assert!(index.covers(&HostName::checked("a.example.com")));
    }
}
