//! Sorting and ordered maps whose code is compiled once, whatever they hold.
//!
//! The standard library compiles its sort anew for each type and each comparison, six kilobytes at a
//! time, and collecting into an ordered map sorts as well: 435 of the 2,900 KB that the browser's
//! module once had were sorts. Here one sort arranges places in a list, and only moving the items
//! there is compiled for each type. Knows nothing of networks. Start at [`sort_by`]; what is found by
//! key and needs no order is a [`Table`].

mod table;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

pub use table::Table;

/// Sorts a list; equal items keep their order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = order_of(items.len(), &mut |one, other| compare(&items[one], &items[other]));
    let Some(mut order) = order else { return };
    // Each round moves the items of one cycle of the permutation to where they belong.
    for start in 0..order.len() {
        let mut place = start;
        while order[place] != start {
            let next = order[place];
            items.swap(place, next);
            order[place] = place;
            place = next;
        }
        order[place] = place;
    }
}

/// Sorts a list by what a function says of each item; equal items keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts a list; equal items keep their order.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// The pairs as a map. Of two with one key the later stays.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

/// The items as a set.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}

/// For each place in the sorted list the place its item comes from; none where all are in order.
#[inline(never)]
fn order_of(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Option<Vec<usize>> {
    if (1..count).all(|at| compare(at - 1, at) != Ordering::Greater) {
        return None;
    }
    let mut order: Vec<usize> = (0..count).collect();
    #[expect(clippy::disallowed_methods, reason = "this is the one sort")]
    order.sort_by(|one, other| compare(*one, *other));
    Some(order)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::{map, set, sort, sort_by_key};

    proptest! {
        #[test]
        #[expect(clippy::disallowed_methods, reason = "the standard library's sort is the witness")]
        fn sorts_as_the_standard_library_does(mut items in prop::collection::vec(any::<(u8, u16)>(), 0..200)) {
            let (mut by_key, mut witness) = (items.clone(), items.clone());
            sort_by_key(&mut by_key, |item| item.0);
            witness.sort_by_key(|item| item.0);
            prop_assert_eq!(&by_key, &witness);
            sort(&mut items);
            witness.sort();
            prop_assert_eq!(&items, &witness);
            prop_assert_eq!(map(by_key.clone()), by_key.iter().copied().collect::<BTreeMap<u8, u16>>());
            prop_assert_eq!(set(by_key.clone()), by_key.iter().copied().collect::<BTreeSet<_>>());
        }
    }
}
