//! `subnet`: the addresses of one wire or VLAN.

use crate::types::{AddressOrName, RouterRef};
use hnet_language::{List, Mtu, One, Text, VlanId, statement};
use hnet_model::{Address, AddressRange, HostName, IpNet, Reservation, Router, Shared, Subnet, Traced};

use super::node::named;

statement! {
    /// The addresses of one wire or VLAN: IPv4, IPv6 or both.
    SubnetStatement = "subnet" Named (
        /// Its prefix, or one for each family.
        prefix: List<IpNet> [required],
    ) {
        /// Its VLAN id; none for an untagged wire.
        "vlan" vlan: One<VlanId>;
        /// The router that leads out of it.
        "router" router: One<RouterRef>;
        /// The name servers of its members; by name, the addresses in the subnet, or else a router's first and all of
        /// others.
        "dns" dns: List<AddressOrName>;
        /// The search domains of its members.
        "search" search: List<HostName>;
        /// What DHCP gives out.
        "dhcp" dhcp: List<AddressRange>;
        /// What is kept free for something that hnet does not know.
        "reserve" reserve: Vec<ReserveStatement>;
        /// The largest packet.
        "mtu" mtu: One<Mtu>;
    }
}

statement! {
    /// Addresses that are taken by something outside the source: `reserve lan[200-210] for "the old cameras";`
    ReserveStatement = "reserve" Unnamed (
        /// The addresses.
        addresses: List<AddressRange> [required],
    ) {
        /// Who has them.
        "for" reason: One<Text>;
    }
}

impl SubnetStatement {
    pub(crate) fn lower(self, routers: &[Router], shared: &[Shared]) -> Option<Subnet> {
        let Self { head, prefix, vlan, router, dns, search, dhcp, reserve, mtu } = self;
        let prefixes = prefix.0;
        if prefixes.is_empty() {
            return None;
        }
        let nets: Vec<IpNet> = prefixes.iter().map(|prefix| prefix.value).collect();
        let router = router.map(|router| router.map(|RouterRef(router)| router));
        let mut gateways: Vec<Traced<Address>> = router
            .and_then(|router| routers.get(router.value.0))
            .map(|router| {
                let inside = |address: &&Traced<Address>| {
                    address.value.known().is_none_or(|address| nets.iter().any(|net| net.contains(&address)))
                };
                router.addresses.iter().filter(inside).cloned().collect()
            })
            .unwrap_or_default();
        // Routers that share an address have it so that it is the way out, whichever of them is up.
        let is_shared = |gateway: &Traced<Address>| shared.iter().any(|it| it.address.value == gateway.value);
        for is_four in [true, false] {
            let family = |it: &Traced<Address>| it.value.known().is_some_and(|known| known.is_ipv4() == is_four);
            if gateways.iter().any(|gateway| family(gateway) && is_shared(gateway)) {
                gateways.retain(|gateway| !family(gateway) || is_shared(gateway));
            }
        }
        let name_servers = named(dns.0, &nets);
        let reservations = reserve.into_iter().flat_map(|reserve| {
            let reason = reserve.reason.map(|reason| reason.value.0);
            reserve.addresses.0.into_iter().map(move |range| Reservation { range, reason: reason.clone() })
        });
        Some(Subnet {
            name: head.name?,
            doc: head.doc,
            vlan: vlan.map(|vlan| vlan.map(|VlanId(vlan)| vlan)),
            router,
            gateways,
            name_servers,
            search_domains: search.0,
            dhcp: dhcp.0,
            reservations: reservations.collect(),
            mtu: mtu.map(|mtu| mtu.map(|Mtu(mtu)| mtu)),
            prefixes,
            span: head.span,
        })
    }
}
