//! A map that keeps the order in which it was filled, and whose search is compiled once.
//!
//! The standard library's ordered map is compiled anew for each pair of types, some five kilobytes each,
//! and compares long names a dozen times where a hash is compared once. Its hash map differs in order
//! from run to run; this one has no order but that of its entries. Start at [`Table::claim`].

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

/// Entries in the order in which they were added, found by their keys.
#[derive(Clone, Debug)]
pub struct Table<K, V> {
    entries: Vec<(K, V)>,
    places: Places,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Table { entries: Vec::new(), places: Places::default() }
    }
}

impl<K: Hash + Eq, V> Table<K, V> {
    /// No entries yet.
    #[must_use]
    pub fn new() -> Self {
        Table::default()
    }

    /// The value of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let at = self.position(key)?;
        Some(&self.entries[at].1)
    }

    /// Whether a key has a value.
    pub fn has<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.position(key).is_some()
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.position(key)?;
        Some(&mut self.entries[at].1)
    }

    /// Gives a key to a value, unless another has it already: then that one is returned and stays.
    pub fn claim(&mut self, key: K, value: V) -> Option<&V> {
        let hash = hash(&key);
        if let Some(first) = self.places.find(hash, &mut |at| self.entries[at].0 == key) {
            return Some(&self.entries[first].1);
        }
        self.places.add(hash, self.entries.len());
        self.entries.push((key, value));
        None
    }

    /// The value of a key, to be changed; a new one where it has none.
    pub fn of(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let at = self.position(&key).unwrap_or_else(|| {
            self.claim(key, V::default());
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }

    /// The entries, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.entries.iter()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn position<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.places.find(hash(key), &mut |at| self.entries[at].0.borrow() == key)
    }
}

impl<K: Hash + Eq> Table<K, ()> {
    /// Adds a key and says whether it is new.
    pub fn add(&mut self, key: K) -> bool {
        self.claim(key, ()).is_none()
    }
}

/// Positions in a list, found by the hashes of what stands there.
#[derive(Clone, Debug, Default)]
struct Places {
    /// A hash and one more than a position, or zero where the slot is free. Their number is a power of
    /// two, and a quarter of them is free, so that a search ends.
    slots: Vec<(u32, u32)>,
    count: usize,
}

impl Places {
    /// The position with this hash of which the caller says that it is the right one.
    fn find(&self, hash: u32, is_it: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        let last = self.slots.len().checked_sub(1)?;
        let mut slot = hash as usize & last;
        loop {
            let (other, place) = self.slots[slot];
            let at = (place as usize).checked_sub(1)?;
            if other == hash && is_it(at) {
                return Some(at);
            }
            slot = (slot + 1) & last;
        }
    }

    fn add(&mut self, hash: u32, at: usize) {
        if (self.count + 1) * 4 > self.slots.len() * 3 {
            let size = (self.slots.len() * 2).max(8);
            for (hash, place) in std::mem::replace(&mut self.slots, vec![(0, 0); size]) {
                self.put(hash, place);
            }
        }
        self.count += 1;
        let place = u32::try_from(at + 1).expect("a source has fewer than four billion names");
        self.put(hash, place);
    }

    fn put(&mut self, hash: u32, place: u32) {
        if place == 0 {
            return;
        }
        let last = self.slots.len() - 1;
        let mut slot = hash as usize & last;
        while self.slots[slot].1 != 0 {
            slot = (slot + 1) & last;
        }
        self.slots[slot] = (hash, place);
    }
}

fn hash<K: Hash + ?Sized>(key: &K) -> u32 {
    let mut words = Words(0);
    key.hash(&mut words);
    // The multiplications leave the best mixed bits at the top.
    (words.0 >> 32) as u32
}

/// Hashes word by word, the same way on every machine and in every run.
struct Words(u64);

impl Words {
    fn word(&mut self, word: u64) {
        // 2^64 divided by the golden ratio: an odd number whose bits have no pattern (Knuth, 6.4).
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Words {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.word(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, byte: u8) {
        self.word(u64::from(byte));
    }

    fn write_u32(&mut self, number: u32) {
        self.word(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.word(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.word(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::hash::{Hash, Hasher};

    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::Table;

    proptest! {
        #[test]
        fn finds_what_the_standard_library_finds(keys in prop::collection::vec("[ab]{0,3}|[a-c]{8,17}", 0..300)) {
            let (mut table, mut witness) = (Table::new(), BTreeMap::new());
            for (at, key) in keys.iter().enumerate() {
                let first = table.claim(key.as_str(), at).copied();
                prop_assert_eq!(first, witness.get(key.as_str()).copied());
                witness.entry(key.as_str()).or_insert(at);
            }
            for key in ["", "a", "ab", "b", "aaaaaaaa", "x"].into_iter().chain(keys.iter().map(String::as_str)) {
                prop_assert_eq!(table.get(key), witness.get(key));
            }
            prop_assert_eq!(table.iter().count(), witness.len());
            prop_assert_eq!(table.iter().map(|entry| entry.1).is_sorted(), true);
        }
    }

    /// Keys that all have one hash.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Same(u16);

    impl Hash for Same {
        fn hash<H: Hasher>(&self, state: &mut H) {
            0_u8.hash(state);
        }
    }

    #[test]
    fn one_hash_is_not_one_key() {
        let mut table = Table::new();
        assert!((0..50).all(|number| table.add(Same(number))));
        assert!((0..50).all(|number| table.has(&Same(number))));
        assert!(!table.has(&Same(50)) && !table.add(Same(7)));
    }

    #[test]
    fn groups_by_key() {
        let mut table: Table<(u16, bool), Vec<u8>> = Table::new();
        for (at, port) in [80, 443, 80].into_iter().enumerate() {
            table.of((port, true)).push(at as u8);
        }
        assert_eq!(table.get(&(80, true)), Some(&vec![0, 2]));
        assert_eq!(table.get(&(80, false)), None);
    }
}
