//! Who came first: what a finding about something said twice has to show. Start at [`claim`].

use std::hash::Hash;

use indexmap::IndexMap;
use indexmap::map::Entry;

/// Gives a key to a value, unless another has it already: then that one is returned, and stays.
pub fn claim<K: Hash + Eq, V>(claimed: &mut IndexMap<K, V>, key: K, value: V) -> Option<&V> {
    match claimed.entry(key) {
        Entry::Occupied(first) => Some(first.into_mut()),
        Entry::Vacant(free) => {
            free.insert(value);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::claim;

    #[test]
    fn the_first_stays() {
        let mut claimed = IndexMap::new();
        assert_eq!(claim(&mut claimed, "a", 1), None);
        assert_eq!(claim(&mut claimed, "a", 2), Some(&1));
        assert_eq!(claimed["a"], 1);
    }
}
