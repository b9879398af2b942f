//! The subnets of a network, as the links of nodes look for them. Start at [`Subnets`].

use hnet_model::{Address, InterfaceAddress, IpNet, Prefixes, Subnet, SubnetId, Traced};
use indexmap::IndexMap;

/// The subnets, to find the one of an address without a look at each.
pub(crate) struct Subnets<'a> {
    all: &'a [Subnet],
    prefixes: Prefixes,
    /// Whose each of them is.
    owners: Vec<usize>,
    /// Those of each VLAN id; two sites may have one of the same.
    tagged: IndexMap<u16, Vec<SubnetId>>,
}

impl<'a> Subnets<'a> {
    pub(crate) fn new(all: &'a [Subnet]) -> Self {
        let of_each = |(at, subnet): (usize, &'a Subnet)| subnet.prefixes.iter().map(move |prefix| (prefix.value, at));
        let (prefixes, owners): (Vec<IpNet>, Vec<usize>) = all.iter().enumerate().flat_map(of_each).unzip();
        let mut tagged: IndexMap<u16, Vec<SubnetId>> = IndexMap::new();
        for (at, id) in all.iter().enumerate().filter_map(|(at, subnet)| Some((at, subnet.vlan?.value))) {
            tagged.entry(id).or_default().push(SubnetId(at));
        }
        Subnets { all, prefixes: Prefixes::new(prefixes), owners, tagged }
    }

    /// The subnet of an interface's address.
    pub(crate) fn of(&self, own: IpNet) -> Option<(SubnetId, &'a Subnet)> {
        let at = self.owners[self.prefixes.of(own)?];
        Some((SubnetId(at), &self.all[at]))
    }

    /// The subnet that a VLAN carries by its id. Of several that have it, the one behind the router of the subnet that
    /// the interface is in itself, since a site has an id once.
    pub(super) fn of_vlan(&self, id: u16, beside: Option<SubnetId>) -> Option<SubnetId> {
        let router = |id: SubnetId| self.all.get(id.0)?.router.map(|router| router.value);
        match self.tagged.get(&id)?.as_slice() {
            [only] => Some(*only),
            several => {
                let site = router(beside?)?;
                let mut here = several.iter().copied().filter(|subnet| router(*subnet) == Some(site));
                here.next().filter(|_| here.next().is_none())
            }
        }
    }

    /// An address as DHCP gives it: with the length of its subnet's prefix.
    pub(super) fn with_length(&self, address: Traced<Address>) -> Traced<InterfaceAddress> {
        address.map(|address| match address {
            Address::Placeholder(text) => InterfaceAddress::Placeholder(text),
            Address::Known(address) => {
                let alone = IpNet::from(address);
                let prefixes = self.of(alone).into_iter().flat_map(|(_, subnet)| &subnet.prefixes);
                let length = prefixes.map(|prefix| prefix.value).find(|prefix| prefix.contains(&address));
                let with_length = length.and_then(|prefix| IpNet::new(address, prefix.prefix_len()).ok());
                InterfaceAddress::Known(with_length.unwrap_or(alone))
            }
        })
    }

    /// All of them.
    pub(crate) fn all(&self) -> &'a [Subnet] {
        self.all
    }
}
