//! Prefixes in which one looks up an address: the longest that holds it decides, as it does for routers.
//!
//! Prefixes lie in each other or apart. Those of a sound network lie apart, but what overlaps is looked up as
//! well, so that a rule can say it once. Start at [`Prefixes::holding`].

use std::iter;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Family::V4 } else { Family::V6 }
    }

    /// Its name.
    pub fn called(self) -> &'static str {
        match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        }
    }
}

/// The address at a position of a prefix: 0 is its network address, -1 its last; none outside.
#[must_use]
pub fn address_at(prefix: IpNet, index: i128) -> Option<IpAddr> {
    let (first, last) = match prefix {
        IpNet::V4(prefix) => (u128::from(u32::from(prefix.network())), u128::from(u32::from(prefix.broadcast()))),
        IpNet::V6(prefix) => (u128::from(prefix.network()), u128::from(prefix.broadcast())),
    };
    let distance = index.unsigned_abs();
    let number = if index < 0 { last.checked_sub(distance - 1) } else { first.checked_add(distance) }?;
    if number < first || number > last {
        return None;
    }
    match prefix {
        IpNet::V4(_) => u32::try_from(number).ok().map(|number| IpAddr::V4(Ipv4Addr::from(number))),
        IpNet::V6(_) => Some(IpAddr::V6(Ipv6Addr::from(number))),
    }
}

/// Prefixes by their start, each known by its position in the list that they came in.
pub struct Prefixes {
    sorted: Vec<(IpNet, usize)>,
    /// For each of them the nearest that it lies in.
    around: Vec<Option<usize>>,
    /// Whether it lies in another, or another in it.
    shared: Vec<bool>,
}

impl Prefixes {
    /// Those of a list, each known by its position there.
    pub fn new(prefixes: impl IntoIterator<Item = IpNet>) -> Self {
        let mut sorted: Vec<(IpNet, usize)> = prefixes.into_iter().zip(0..).collect();
        sorted.sort_by_key(|(prefix, at)| (prefix.network(), prefix.prefix_len(), *at));
        let mut around: Vec<Option<usize>> = Vec::with_capacity(sorted.len());
        let mut shared = vec![false; sorted.len()];
        let mut open: Vec<usize> = Vec::new();
        // What lies in an outermost prefix follows it without a gap.
        for (at, (prefix, _)) in sorted.iter().enumerate() {
            while open.last().is_some_and(|outer| !sorted[*outer].0.contains(&prefix.network())) {
                open.pop();
            }
            around.push(open.last().copied());
            if let Some(outermost) = open.first() {
                shared[*outermost] = true;
                shared[at] = true;
            }
            open.push(at);
        }
        Prefixes { sorted, around, shared }
    }

    /// Those that hold an address, the longest first.
    fn chain(&self, address: IpAddr) -> impl Iterator<Item = usize> {
        // All IPv4 addresses are below all IPv6 addresses, so the families do not meet.
        let after = self.sorted.partition_point(|(prefix, _)| prefix.network() <= address);
        let upwards = iter::successors(after.checked_sub(1), |at| self.around[*at]);
        upwards.filter(move |at| self.sorted[*at].0.contains(&address))
    }

    /// The longest prefix that holds an address, and whether it shares addresses with another.
    pub fn holding(&self, address: IpAddr) -> Option<(usize, bool)> {
        let found = self.chain(address).next()?;
        Some((self.sorted[found].1, self.shared[found]))
    }

    /// The prefix that an interface's address is of: the one of its own length, else the longest that holds it.
    pub fn of(&self, own: IpNet) -> Option<usize> {
        let same = self.chain(own.addr()).find(|at| self.sorted[*at].0.prefix_len() == own.prefix_len());
        same.or_else(|| self.chain(own.addr()).next()).map(|at| self.sorted[at].1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prefix(first: u8, length: u8) -> IpNet {
        IpNet::new(IpAddr::from([10, 0, 0, first]), 24 + length % 9).expect("a prefix").trunc()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn the_longest_is_found(list in prop::collection::vec((any::<u8>(), any::<u8>()), 0..12), asked: u8, length: u8) {
            let list: Vec<IpNet> = list.into_iter().map(|(first, length)| prefix(first, length)).collect();
            let prefixes = Prefixes::new(list.iter().copied());
            let asked = IpAddr::from([10, 0, 0, asked]);
            let longest = list.iter().filter(|one| one.contains(&asked)).map(|one| one.prefix_len()).max();
            let found = prefixes.holding(asked);
            prop_assert_eq!(found.map(|(at, _)| list[at].prefix_len()), longest);
            if let Some((at, shared)) = found {
                let meets = |other: &IpNet| other.contains(&list[at]) || list[at].contains(other);
                prop_assert_eq!(shared, list.iter().filter(|other| meets(other)).count() > 1);
            }
            let own = IpNet::new(asked, 24 + length % 9).expect("a prefix");
            let wanted = list.iter().filter(|one| one.contains(&asked)).map(|one| one.prefix_len());
            let wanted = wanted.max_by_key(|length| (*length == own.prefix_len(), *length));
            prop_assert_eq!(prefixes.of(own).map(|at| list[at].prefix_len()), wanted);
        }
    }
}
