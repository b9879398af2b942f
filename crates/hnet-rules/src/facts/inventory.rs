//! What the rules about addresses share: who has which address, and runs of addresses to look one up in.
//!
//! Knows no rule. Start at [`claims`], which lists every address that something in the network owns,
//! and at [`Ranges`], which finds the run that holds an address without a look at each.

use std::fmt;
use std::net::IpAddr;

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_manifests::versions::gateway_services;
use hnet_model::{
    AddressRange, Cluster, Gateway, Host, IpNet, LinkRef, Made, Network, Node, Owned as _, Router, Service, Subnet,
    Switch, Traced, Zone,
};
use indexmap::IndexSet;

use crate::facts::Facts;
use hnet_model::Prefixes;
use hnet_model::in_source_order;

/// Who has an address.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner<'a> {
    /// A router.
    Router(&'a Router),
    /// A switch.
    Switch(&'a Switch),
    /// A device that is no node.
    Host(&'a Host),
    /// A node, on one of its links.
    Node(&'a Node),
    /// The control planes of a cluster, which take turns.
    VirtualIp(&'a Cluster),
    /// A gateway, whose service the load balancer gives it to.
    Gateway(&'a Gateway),
    /// A service of the cluster, to which the load balancer gives it.
    Service(&'a Service),
}

impl<'a> Owner<'a> {
    /// Where it is declared.
    pub(crate) fn span(self) -> Span {
        match self {
            Owner::Router(router) => router.name.span(),
            Owner::Switch(switch) => switch.name.span(),
            Owner::Host(host) => host.name.span(),
            Owner::Node(node) => node.name.span(),
            Owner::VirtualIp(cluster) => cluster.name.span(),
            Owner::Gateway(gateway) => gateway.name.span(),
            Owner::Service(service) => service.label.as_ref().map_or(service.span, Traced::span),
        }
    }

    /// Whether a load balancer gives the address out of a pool.
    pub(crate) fn is_balanced(self) -> bool {
        matches!(self, Owner::Gateway(_) | Owner::Service(_))
    }

    /// The statement of what exists and may say that it shares its address.
    pub(crate) fn existing(self) -> Option<Span> {
        match self {
            Owner::Gateway(gateway) if gateway.is_existing() => Some(gateway.span),
            Owner::Service(service) if service.is_existing() => Some(service.span),
            _ => None,
        }
    }

    /// Under which key services that share the address are known to do so, where one is said.
    pub(crate) fn sharing_key(self) -> Option<&'a str> {
        match self {
            Owner::Gateway(gateway) => sharing_key(&gateway.service_annotations),
            Owner::Service(service) => sharing_key(&service.overlay.annotations),
            Owner::Router(_) | Owner::Switch(_) | Owner::Host(_) | Owner::Node(_) | Owner::VirtualIp(_) => None,
        }
    }
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Router(router) => write!(f, "router `{}`", router.name.value),
            Owner::Switch(switch) => write!(f, "switch `{}`", switch.name.value),
            Owner::Host(host) => write!(f, "host `{}`", host.name.value),
            Owner::Node(node) => write!(f, "node `{}`", node.name.value),
            Owner::VirtualIp(cluster) => {
                let what = if cluster.talos().is_some() { "virtual IP" } else { "endpoint" };
                write!(f, "the {what} of cluster `{}`", cluster.name.value)
            }
            Owner::Gateway(gateway) => write!(f, "gateway `{}`", gateway.name.value),
            Owner::Service(service) => write!(f, "service `{}/{}`", service.namespace.value, service.name.value),
        }
    }
}

/// The key under which the service with these annotations shares its address.
fn sharing_key(annotations: &[(Traced<String>, String)]) -> Option<&str> {
    gateway_services::sharing_key(annotations.iter().map(|(key, value)| (key.value.as_str(), value.as_str())))
}

/// An address that something has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim<'a> {
    /// The address.
    pub(crate) address: IpAddr,
    /// The address with its length, where an interface carries it.
    pub(crate) net: Option<IpNet>,
    /// Where it is said.
    pub(crate) span: Span,
    /// Who has it.
    pub(crate) owner: Owner<'a>,
    /// Whether the controller of a gateway makes an external address of it: nodes then take what comes for it to the
    /// gateway's ports, whoever has it besides, and no pool hands it out.
    pub(crate) is_external: bool,
}

impl Claim<'_> {
    /// Whether it is DHCP that gives the owner the address, each time the same.
    pub(crate) fn is_reserved(&self) -> bool {
        let Owner::Node(node) = self.owner else { return false };
        let mut reserved = node.links().flat_map(LinkRef::reserved_addresses);
        reserved.any(|own| own.span() == self.span && own.value.known().map(|net| net.addr()) == Some(self.address))
            || self.is_found()
    }

    /// Whether it is a node's only as that at which the node is reached.
    pub(crate) fn is_found(&self) -> bool {
        let Owner::Node(node) = self.owner else { return false };
        node.found_at.iter().any(|own| own.span() == self.span && own.value == self.address)
    }
}

/// Every known address of the network with its owner, by address and then as the source says them. A
/// virtual IP is one claim, whoever may carry it. Where a node is reached is its address only if its links are known: what
/// one of them lost may have been another.
pub(crate) fn claims<'a>(network: &'a Network, holes: &IndexSet<Span>) -> Vec<Claim<'a>> {
    let mut claims = Vec::new();
    let mut add = |address: Option<IpAddr>, net: Option<IpNet>, origin: Origin, owner: Owner<'a>| {
        // A link-local address is unique on its link only.
        let local = matches!(address, Some(IpAddr::V6(six)) if six.is_unicast_link_local());
        if let Some(address) = address.filter(|_| !local) {
            let is_external = origin.reason == Reason::ExternalAddress;
            claims.push(Claim { address, net, span: origin.span, owner, is_external });
        }
    };
    for router in &network.routers {
        for address in &router.addresses {
            add(address.value.known(), None, address.origin, Owner::Router(router));
        }
    }
    for switch in &network.switches {
        if let Some(address) = &switch.address {
            add(address.value.known(), None, address.origin, Owner::Switch(switch));
        }
    }
    for host in &network.hosts {
        for address in &host.addresses {
            add(address.value.known(), None, address.origin, Owner::Host(host));
        }
    }
    for cluster in &network.clusters {
        let mut virtual_ips = IndexSet::new();
        if let Some(address) = cluster.virtual_ip {
            virtual_ips.insert(address.value);
            add(Some(address.value), None, address.origin, Owner::VirtualIp(cluster));
        }
        for node in in_source_order(&cluster.nodes, |node| node.span) {
            for address in node.addresses() {
                let net = address.value.known();
                add(net.map(|net| net.addr()), net, address.origin, Owner::Node(node));
            }
            let is_whole = !holes.contains(&node.span) && !node.links().any(|link| holes.contains(&link_span(link)));
            for address in node.found_at.iter().filter(|_| is_whole) {
                add(Some(address.value), None, address.origin, Owner::Node(node));
            }
            for address in node.links().flat_map(LinkRef::virtual_ips) {
                let known = address.value.known().filter(|known| virtual_ips.insert(*known));
                add(known, None, address.origin, Owner::VirtualIp(cluster));
            }
        }
        for gateway in &cluster.gateways {
            for address in &gateway.addresses {
                add(address.value.known(), None, address.origin, Owner::Gateway(gateway));
            }
        }
        for service in &cluster.services {
            for address in &service.addresses {
                add(address.value.known(), None, address.origin, Owner::Service(service));
            }
        }
    }
    // One text may say an address for several owners, as a profile does.
    claims.sort_by(|one, other| {
        let order = (one.address, one.span).cmp(&(other.address, other.span));
        order.then_with(|| one.owner.span().cmp(&other.owner.span()))
    });
    claims
}

/// Runs of addresses, perhaps overlapping, in which one looks up an address or a run.
pub(crate) struct Ranges<T> {
    /// What each run is.
    of: Vec<T>,
    places: RangePlaces,
}

/// The runs in order, each with its position in the list that they came in.
struct RangePlaces {
    sorted: Vec<(AddressRange, usize)>,
    /// For each of them the one up to it that reaches furthest.
    furthest: Vec<usize>,
}

impl<T> FromIterator<(AddressRange, T)> for Ranges<T> {
    fn from_iter<I: IntoIterator<Item = (AddressRange, T)>>(ranges: I) -> Self {
        let (mut runs, mut of) = (Vec::new(), Vec::new());
        for (range, what) in ranges {
            runs.push((range, of.len()));
            of.push(what);
        }
        Ranges { of, places: RangePlaces::new(runs) }
    }
}

impl RangePlaces {
    fn new(mut sorted: Vec<(AddressRange, usize)>) -> Self {
        sorted.sort();
        let mut furthest = Vec::with_capacity(sorted.len());
        let mut best = 0;
        for (at, (range, _)) in sorted.iter().enumerate() {
            if range.last > sorted[best].0.last {
                best = at;
            }
            furthest.push(best);
        }
        RangePlaces { sorted, furthest }
    }

    fn meeting(&self, range: AddressRange) -> Option<(AddressRange, usize)> {
        // All IPv4 addresses are below all IPv6 addresses, so the families do not meet.
        let after = self.sorted.partition_point(|(other, _)| other.first <= range.last);
        let at = *self.furthest.get(after.checked_sub(1)?)?;
        Some(self.sorted[at]).filter(|(other, _)| other.last >= range.first)
    }
}

impl<T> Ranges<T> {
    /// A run that shares an address with this one: of several the one that reaches furthest.
    pub(crate) fn meeting(&self, range: AddressRange) -> Option<(AddressRange, &T)> {
        self.places.meeting(range).map(|(range, at)| (range, &self.of[at]))
    }

    /// A run that holds the address.
    pub(crate) fn holding(&self, address: IpAddr) -> Option<(AddressRange, &T)> {
        self.meeting(AddressRange { first: address, last: address })
    }
}

/// The declared subnets by their prefixes.
pub(crate) struct Subnets<'a> {
    all: Vec<(&'a Subnet, &'a Traced<IpNet>)>,
    prefixes: Prefixes,
}

/// Where an address lies.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) subnet: &'a Subnet,
    pub(crate) prefix: &'a Traced<IpNet>,
    /// Whether the prefix itself is wrong: it overlaps another subnet's, or no machine can have an address of it. That
    /// is said of the prefix, and nothing of what lies in it.
    pub(crate) is_wrong: bool,
}

impl<'a> Subnets<'a> {
    pub(crate) fn new(network: &'a Network) -> Self {
        let subnets = in_source_order(&network.subnets, |subnet| subnet.span).into_iter();
        let all: Vec<_> =
            subnets.flat_map(|subnet| subnet.prefixes.iter().map(move |prefix| (subnet, prefix))).collect();
        let prefixes = Prefixes::new(all.iter().map(|(_, prefix)| prefix.value));
        Subnets { all, prefixes }
    }

    /// The subnet that an address lies in.
    pub(crate) fn holding(&self, address: IpAddr) -> Option<Place<'a>> {
        let (at, shared) = self.prefixes.holding(address)?;
        let (subnet, prefix) = self.all[at];
        Some(Place { subnet, prefix, is_wrong: shared || unusable_prefix(prefix.value).is_some() })
    }
}

/// What keeps machines from having an address, if something does.
pub(crate) fn unusable(address: IpAddr) -> Option<&'static str> {
    if address.is_unspecified() {
        return Some("the address of no machine");
    }
    if address.is_loopback() {
        return Some("each machine's own address");
    }
    if address.is_multicast() {
        return Some("the address of a group");
    }
    match address {
        IpAddr::V4(four) if four.is_broadcast() => Some("the address of all machines"),
        IpAddr::V4(four) if four.octets()[0] >= 240 => Some("of a reserved class"),
        IpAddr::V4(four) if four.octets()[0] == 0 => Some("of no network"),
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    }
}

/// The same of all addresses of a prefix.
pub(crate) fn unusable_prefix(prefix: IpNet) -> Option<&'static str> {
    let first = prefix.network();
    unusable(prefix.broadcast()).and(unusable(first))?;
    Some(match first {
        _ if first.is_loopback() => "these are each machine's own addresses",
        _ if first.is_multicast() => "these are the addresses of groups",
        IpAddr::V4(four) if four.octets()[0] >= 240 => "these are of a reserved class",
        IpAddr::V4(_) | IpAddr::V6(_) => "these are of no network",
    })
}

/// What the first or the last address of a subnet is instead of a machine's: of IPv4 they name the network and all
/// its members; the first of IPv6 belongs to all its routers (RFC 4291, 2.6.1).
pub(crate) fn edge(prefix: IpNet, address: IpAddr) -> Option<&'static str> {
    if prefix.prefix_len() + 1 >= prefix.max_prefix_len() {
        return None;
    }
    let last = address == prefix.broadcast() && address.is_ipv4();
    match (address == prefix.network(), address.is_ipv4()) {
        (true, true) => Some("the network address"),
        (true, false) => Some("the address of all routers"),
        (false, _) => last.then_some("the broadcast address"),
    }
}

/// An address as a number, to count in its family.
pub(crate) fn number_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The address behind another; the last one stays.
pub(crate) fn next(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(u32::from(address).saturating_add(1).into()),
        IpAddr::V6(address) => IpAddr::V6(u128::from(address).saturating_add(1).into()),
    }
}

/// The address before another; the first one stays.
pub(crate) fn previous(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(u32::from(address).saturating_sub(1).into()),
        IpAddr::V6(address) => IpAddr::V6(u128::from(address).saturating_sub(1).into()),
    }
}

/// Where a zone is declared, in the sense of [`Facts::whole`].
pub(crate) fn zone_head(zone: &Zone) -> Span {
    zone.span.part(0.."zone".len())
}

/// What a link is called in messages.
pub(crate) fn link_called(link: LinkRef<'_>) -> String {
    let interface = &link.interface.name.value;
    match link.vlan {
        Some(vlan) => format!("VLAN {} of `{interface}`", vlan.id.value),
        None => format!("{} `{interface}`", link.interface.made.as_ref().map_or("interface", Made::word)),
    }
}

/// The links of a node in the order of the source.
pub(crate) fn links_as_written(node: &Node) -> Vec<LinkRef<'_>> {
    let mut links: Vec<LinkRef<'_>> = node.links().collect();
    links.sort_by_key(|link| link_span(*link));
    links
}

/// Where a link is declared.
pub(crate) fn link_span(link: LinkRef<'_>) -> Span {
    link.vlan.map_or(link.interface.span, |vlan| vlan.span)
}

/// Whether what the link says is in the model, and nothing of it is a placeholder or given by DHCP without
/// a reservation.
pub(crate) fn addresses_are_known(facts: &Facts<'_>, link: LinkRef<'_>) -> bool {
    facts.whole(link_span(link)) && link.is_known()
}

/// Whether a statement that lost a value is not in the model at all.
pub(super) fn a_statement_is_lost(network: &Network, holes: &IndexSet<Span>) -> bool {
    let mut known: IndexSet<Span> = IndexSet::new();
    let mut know = |span: Span| {
        known.insert(span);
    };
    know(network.span);
    network.internets.iter().for_each(|internet| know(internet.span));
    network.routers.iter().for_each(|router| know(router.span));
    network.switches.iter().for_each(|switch| know(switch.span));
    network.hosts.iter().for_each(|host| know(host.span));
    network.subnets.iter().for_each(|subnet| know(subnet.span));
    for cluster in &network.clusters {
        know(cluster.span);
        for node in &cluster.nodes {
            know(node.span);
            node.links().for_each(|link| know(link_span(link)));
        }
        for gateway in &cluster.gateways {
            know(gateway.span);
            gateway.listeners.iter().for_each(|listener| know(listener.span));
        }
        cluster.pools.iter().for_each(|pool| know(pool.span));
        for policy in &cluster.policies {
            know(policy.span);
            policy.rules.iter().for_each(|rule| know(rule.span));
        }
        cluster.bgp.iter().for_each(|bgp| know(bgp.span));
        cluster.envoy.iter().for_each(|object| know(object.span));
        cluster.routes.iter().for_each(|route| know(route.span));
        cluster.services.iter().for_each(|service| know(service.span));
        cluster.certificates.iter().for_each(|certificate| know(certificate.span));
        cluster.issuers.iter().for_each(|issuer| know(issuer.span));
        cluster.tunnels.iter().for_each(|tunnel| know(tunnel.span));
        cluster.external_dns.iter().for_each(|own| know(own.span));
        cluster.records.iter().for_each(|records| know(records.span));
        cluster.cilium.iter().for_each(|cilium| know(cilium.span));
        if let Some(dns) = &cluster.dns {
            know(dns.span);
            dns.zones.iter().for_each(|zone| know(zone_head(zone)));
        }
    }
    holes.iter().any(|hole| !known.contains(hole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn run(first: u8, length: u8) -> AddressRange {
        let address = |last| IpAddr::from([10, 0, 0, last]);
        AddressRange { first: address(first), last: address(first.saturating_add(length)) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_run_is_found_exactly_where_one_meets(
            runs in prop::collection::vec((any::<u8>(), 0_u8..40), 0..12), asked in (any::<u8>(), 0_u8..20)
        ) {
            let asked = run(asked.0, asked.1);
            let ranges: Ranges<()> = runs.iter().map(|(first, length)| (run(*first, *length), ())).collect();
            let found = ranges.meeting(asked);
            prop_assert!(found.is_none_or(|(range, ())| range.overlaps(&asked)));
            prop_assert_eq!(found.is_some(), runs.iter().any(|(first, length)| run(*first, *length).overlaps(&asked)));
        }
    }

    #[test]
    fn families_do_not_meet() {
        let range = |prefix: &str| AddressRange::from(prefix.parse::<IpNet>().expect("a prefix"));
        let ranges: Ranges<()> = [(range("0.0.0.0/0"), ()), (range("fd00::/8"), ())].into_iter().collect();
        assert!(ranges.holding("2001:db8::1".parse().expect("an address")).is_none());
        assert!(
            ranges.holding("fd00::1".parse().expect("an address")).is_some_and(|(range, ())| range.first.is_ipv6())
        );
        assert!(
            ranges.holding("10.0.0.1".parse().expect("an address")).is_some_and(|(range, ())| range.first.is_ipv4())
        );
    }
}
