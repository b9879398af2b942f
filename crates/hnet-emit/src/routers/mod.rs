//! The routers' side of BGP: for each router that says its `system` a text for a person to take over, `routers/<router>.…`.
//!
//! One router may speak with several clusters, so all of it stands in one file, outside of the clusters' folders. What a
//! router accepts is what the source says is told. Nobody fills in placeholders here, so of a node whose address is not known
//! there is a comment. Start at [`emit`].

mod frr;
mod mikrotik;
mod opnsense;

use std::net::IpAddr;

use hnet_diagnostics::{Origin, Reason, Span, Traced};
use hnet_model::{
    AdvertisedWhat, Announce, Bgp, BgpPeer, BgpSession, Cluster, Family, IpNet, LinkRef, Name, Network, Node, Part,
    Place, Router, RouterId, RouterSystem, ServiceAddresses,
};
use indexmap::IndexSet;
use ipnet::{Ipv4Subnets, Ipv6Subnets};

use crate::context::join;
use crate::{Context, Receiver};

/// What one router is told.
struct Side<'a> {
    router: &'a Router,
    as_number: Traced<u32>,
    /// The address that it is known by, which is one of IPv4.
    id: Option<IpAddr>,
    groups: Vec<Group<'a>>,
}

/// The nodes of one session.
struct Group<'a> {
    /// What it is called on the router.
    name: String,
    peer: &'a BgpPeer,
    as_number: Traced<u32>,
    neighbours: Vec<Neighbour<'a>>,
    /// What is accepted of them, as far as that is known.
    accepts: Vec<Traced<IpNet>>,
    /// What is told besides, of which no prefix is known.
    external: Option<Origin>,
    span: Span,
}

/// A node that speaks with a router.
struct Neighbour<'a> {
    name: &'a Traced<Name>,
    /// From which address; none where the source does not say it.
    address: Option<IpAddr>,
}

impl Group<'_> {
    fn session(&self) -> &BgpSession {
        &self.peer.session
    }

    fn has(&self, family: Family) -> bool {
        self.session().families.iter().any(|own| own.value == family)
    }

    /// What is accepted of a family.
    fn accepted(&self, family: Family) -> impl Iterator<Item = &Traced<IpNet>> {
        self.accepts.iter().filter(move |prefix| Family::of(prefix.value.addr()) == family)
    }

    /// What is said of the password, which stands in no file.
    fn password(&self) -> Option<(String, Origin)> {
        let secret = self.session().password.as_ref()?;
        let name = &secret.value;
        Some((format!("The password is the key `password` of the Secret {name} in kube-system"), secret.origin))
    }
}

/// Writes the files of all routers that speak BGP and say what they run.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    let header = context.header();
    for (path, system, side) in sides(context.network) {
        let file = match system.value {
            RouterSystem::Frr | RouterSystem::UniFi => frr::file(&header, system, &side),
            RouterSystem::MikroTik => mikrotik::file(&header, system, &side),
            RouterSystem::OpnSense => opnsense::file(&header, system, &side),
        };
        outputs.insert(path, file);
    }
}

/// The paths of these files, with the routers that they are for.
pub(crate) fn files(network: &Network) -> impl Iterator<Item = (String, &Router)> {
    sides(network).map(|(path, _, side)| (path, side.router))
}

fn sides(network: &Network) -> impl Iterator<Item = (String, Traced<RouterSystem>, Side<'_>)> {
    let folder = match network.output.place(Part::Routers).map(|place| &place.value) {
        None => Some(Part::Routers.default_folder().to_owned()),
        Some(Place::Folder(folder)) => Some(folder.to_string()),
        Some(Place::Off | Place::Files(_)) => None,
    };
    let routers =
        folder.into_iter().flat_map(|folder| network.routers.iter().enumerate().map(move |own| (folder.clone(), own)));
    routers.filter_map(|(folder, (at, router))| {
        let (system, side) = (router.system?, side(network, RouterId(at))?);
        let ending = match system.value {
            RouterSystem::Frr | RouterSystem::UniFi => "conf",
            RouterSystem::MikroTik => "rsc",
            RouterSystem::OpnSense => "txt",
        };
        Some((join(&folder, &format!("{}.{ending}", router.name.value)), system, side))
    })
}

/// What a router is told; none where nobody speaks with it.
fn side(network: &Network, id: RouterId) -> Option<Side<'_>> {
    let router = network.routers.get(id.0)?;
    let (mut groups, mut names, mut known) = (Vec::new(), IndexSet::new(), IndexSet::new());
    for cluster in &network.clusters {
        for bgp in &cluster.bgp {
            for peer in bgp.peers.iter().filter(|peer| peer.router == Some(id)) {
                let Some(mut group) = group(network, cluster, bgp, peer) else { continue };
                while !names.insert(group.name.clone()) {
                    group.name.push_str("-x");
                }
                // One address is one neighbour.
                group.neighbours.retain(|own| own.address.is_none_or(|address| known.insert(address)));
                groups.push(group);
            }
        }
    }
    let first = groups.first()?;
    let as_number = router.as_number.or(first.peer.as_number)?;
    let addresses = router.addresses.iter().filter_map(|address| address.value.known());
    Some(Side { router, as_number, id: addresses.into_iter().find(IpAddr::is_ipv4), groups })
}

fn group<'a>(network: &Network, cluster: &'a Cluster, bgp: &'a Bgp, peer: &'a BgpPeer) -> Option<Group<'a>> {
    let at = peer.address.as_ref().and_then(|address| address.value.known());
    let family = at.map(Family::of).or_else(|| peer.session.families.first().map(|family| family.value));
    let neighbours = cluster.nodes.iter().filter(|node| bgp.is_for(node)).map(|node| Neighbour {
        name: &node.name,
        address: family.and_then(|family| speaks_from(network, node, at, family)),
    });
    let mut name = bgp.name.value.to_string();
    if network.clusters.len() > 1 {
        name = format!("{}-{name}", cluster.name.value);
    }
    let first = bgp.peers.iter().find(|other| other.router == peer.router);
    if first.is_some_and(|first| !std::ptr::eq(first, peer)) {
        name = format!("{name}-{}", peer.name.value);
    }
    Some(Group {
        name,
        peer,
        as_number: bgp.as_number?,
        neighbours: neighbours.collect(),
        accepts: accepted(cluster, bgp, &peer.session),
        external: external(bgp),
        span: peer.span,
    })
}

/// The address from which a node speaks with a peer: its own in the peer's subnet, else the one it is known by. Where it may
/// have one there that nobody says, none is known.
fn speaks_from(network: &Network, node: &Node, peer: Option<IpAddr>, family: Family) -> Option<IpAddr> {
    let is_of_family = |address: &IpAddr| Family::of(*address) == family;
    let on_the_wire = |link: &LinkRef<'_>| peer.is_some_and(|peer| link.holds(peer, &network.subnets));
    let first = |links: Vec<LinkRef<'_>>| {
        let own = links.into_iter().flat_map(LinkRef::addresses).filter_map(|address| address.value.known());
        own.map(|address| address.addr()).find(is_of_family)
    };
    let wired: Vec<LinkRef<'_>> = node.links().filter(on_the_wire).collect();
    if !wired.is_empty() || node.links().any(|link| !link.is_known()) {
        return first(wired);
    }
    let primary = node.address.as_ref().and_then(|own| own.value.address().known()).filter(is_of_family);
    primary.or_else(|| first(node.links().collect()))
}

/// What a router should learn in a session: the prefixes of what is told, as far as they are known.
fn accepted(cluster: &Cluster, bgp: &Bgp, session: &BgpSession) -> Vec<Traced<IpNet>> {
    let mut prefixes = Vec::new();
    for advertised in &bgp.advertised {
        match &advertised.what.value {
            AdvertisedWhat::Pods => prefixes.extend(cluster.pods.iter().copied()),
            AdvertisedWhat::Services { addresses, .. } => {
                for which in addresses {
                    match which.value {
                        ServiceAddresses::LoadBalancer => prefixes.extend(pooled(cluster)),
                        ServiceAddresses::Cluster => prefixes.extend(cluster.services_prefixes.iter().copied()),
                        ServiceAddresses::External => {}
                    }
                }
            }
        }
    }
    let mut seen = IndexSet::new();
    let is_told =
        |prefix: &Traced<IpNet>| session.families.iter().any(|family| family.value == Family::of(prefix.value.addr()));
    prefixes.retain(|prefix| is_told(prefix) && seen.insert(prefix.value));
    prefixes
}

/// What says that addresses are told which services name themselves.
fn external(bgp: &Bgp) -> Option<Origin> {
    let whats = bgp.advertised.iter().map(|advertised| &advertised.what.value);
    let addresses = whats.filter_map(|what| match what {
        AdvertisedWhat::Services { addresses, .. } => Some(addresses),
        AdvertisedWhat::Pods => None,
    });
    addresses.flatten().find(|which| which.value == ServiceAddresses::External).map(|which| which.origin)
}

/// The prefixes of the pools that are announced by BGP.
fn pooled(cluster: &Cluster) -> Vec<Traced<IpNet>> {
    let by_bgp = |announce: &Traced<Announce>| announce.value == Announce::Bgp;
    let pools = cluster.pools.iter().filter(|pool| pool.announce.as_ref().is_some_and(by_bgp));
    let mut prefixes = Vec::new();
    for pool in pools {
        let written = |span: Span| pool.prefixes.iter().find(|prefix| prefix.span() == span);
        for range in &pool.ranges {
            let origin = range.origin.because(Reason::Shape);
            match (written(range.span()), range.value.first, range.value.last) {
                (Some(prefix), ..) => prefixes.push(Traced::new(prefix.value.trunc(), origin)),
                (None, IpAddr::V4(first), IpAddr::V4(last)) => {
                    prefixes.extend(Ipv4Subnets::new(first, last, 0).map(|net| Traced::new(IpNet::V4(net), origin)));
                }
                (None, IpAddr::V6(first), IpAddr::V6(last)) => {
                    prefixes.extend(Ipv6Subnets::new(first, last, 0).map(|net| Traced::new(IpNet::V6(net), origin)));
                }
                (None, ..) => {}
            }
        }
    }
    prefixes
}
