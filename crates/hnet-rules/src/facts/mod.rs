//! What rules ask: who has which address, where it lies, what attaches to which listener.
//!
//! Prepared once for all rules. Start at [`Facts`].

pub(crate) mod attachment;
pub(crate) mod host_index;
pub(crate) mod inventory;
pub(crate) mod patched_services;
pub(crate) mod versions;
pub(crate) mod yaml_place;

use std::cell::OnceCell;
use std::net::IpAddr;

use hnet_diagnostics::{Sources, Span};
use hnet_model::{AddressRange, Cluster, Network, Node, Owner, Traced, is_yaml};
use indexmap::IndexSet;

use crate::held::{Held, Need};
use crate::open::Open;
use attachment::WaysIn;
use inventory::{Claim, Subnets};

/// What a rule may know.
pub(crate) struct Facts<'a> {
    /// The network, without the values that failed. Its things stand in the order of their names; where
    /// a message speaks of a first and a second, rules go by the source ([`in_source_order`]).
    pub(crate) network: &'a Network,
    /// The statements that lost a value.
    pub(crate) holes: &'a IndexSet<Span>,
    /// What others have besides what is known.
    pub(crate) open: Open,
    /// The texts, to point into raw YAML, which the model holds as values without places.
    pub(crate) sources: &'a Sources,
    /// Which kinds of facts the network holds.
    held: Held,
    /// Whether a statement is missing as a whole, once that was asked.
    lost: OnceCell<bool>,
    /// Whether one of the source's own is.
    own_lost: OnceCell<bool>,
    /// The statements of the source's own that lost a value, once that was asked.
    own_holes: OnceCell<IndexSet<Span>>,
    /// The subnets in which a link may be that asks DHCP, by their statements, and where DHCP is said first, once that was
    /// asked.
    dhcp: OnceCell<Option<(IndexSet<Span>, Span)>>,
    /// Who has which address.
    pub(crate) claims: Vec<Claim<'a>>,
    /// Where each address lies.
    pub(crate) subnets: Subnets<'a>,
    /// The clusters with what routes attach to.
    pub(crate) ways: Vec<WaysIn<'a>>,
}

impl<'a> Facts<'a> {
    /// Prepares what several rules ask.
    pub(crate) fn new(network: &'a Network, holes: &'a IndexSet<Span>, sources: &'a Sources, held: Held) -> Self {
        let ways = network.clusters.iter().map(WaysIn::new).collect();
        Facts {
            network,
            holes,
            open: Open::default(),
            sources,
            held,
            lost: OnceCell::new(),
            own_lost: OnceCell::new(),
            own_holes: OnceCell::new(),
            dhcp: OnceCell::new(),
            claims: inventory::claims(network, holes),
            subnets: Subnets::new(network),
            ways,
        }
    }

    /// Whether a source says the network, and no other files from which it was read.
    pub(crate) fn is_a_source(&self) -> bool {
        self.held.has(Need::Source)
    }

    /// Whether all that the statement says is in the model.
    pub(crate) fn whole(&self, statement: Span) -> bool {
        !self.holes.contains(&statement)
    }

    /// Whether all that the statement of the network says is in the model, and nobody has more in the clusters than is
    /// known: what seems to be missing then is.
    pub(crate) fn is_alone(&self) -> bool {
        !self.open.anything && self.whole(self.network.span)
    }

    /// Whether a statement is missing from the model as a whole, since a part that it needs failed, also one of what is
    /// somebody else's. Then what seems to be missing may have been said.
    pub(crate) fn something_is_lost(&self) -> bool {
        !self.holes.is_empty() && *self.lost.get_or_init(|| inventory::a_statement_is_lost(self.network, self.holes))
    }

    /// The same of what the source says itself: for what no object of a cluster says, such as subnets and machines.
    pub(crate) fn something_of_its_own_is_lost(&self) -> bool {
        let lost = || inventory::a_statement_is_lost(self.network, self.own_holes());
        self.something_is_lost() && *self.own_lost.get_or_init(lost)
    }

    /// Whether all that the source says of a cluster by itself is in the model, and no statement that may belong to it
    /// is lost: what it seems to lack was not said.
    pub(crate) fn knows_all_of(&self, cluster: &Cluster) -> bool {
        self.is_alone() && self.whole(cluster.span) && !self.something_is_lost()
    }

    /// Whether all subnets are in the model, so that an address in none of them is in none.
    pub(crate) fn knows_all_subnets(&self) -> bool {
        !self.holes.contains(&self.network.span)
            && !self.something_of_its_own_is_lost()
            && self.network.subnets.iter().all(|subnet| self.whole(subnet.span))
    }

    /// Whether all that the source says itself could be read to the last value: for what any of its statements may say.
    /// What is not known of what is somebody else's is not lost.
    pub(crate) fn knows_all_written(&self) -> bool {
        self.own_holes().is_empty()
    }

    /// The statements that lost a value, but for those about what is somebody else's.
    fn own_holes(&self) -> &IndexSet<Span> {
        self.own_holes.get_or_init(|| {
            let is_others = self.is_others();
            self.holes.iter().copied().filter(|hole| !is_others(hole)).collect()
        })
    }

    /// Whether a statement, or a part of YAML, is about what is somebody else's.
    fn is_others(&self) -> impl Fn(&Span) -> bool + use<'_, 'a> {
        let overlays = self.network.clusters.iter().flat_map(|cluster| {
            let gateways = cluster.gateways.iter().map(|it| &it.overlay);
            let routes = cluster.routes.iter().map(|it| &it.overlay);
            let services = cluster.services.iter().map(|it| &it.overlay);
            let tunnels = cluster.tunnels.iter().map(|it| &it.overlay);
            let certificates = cluster.certificates.iter().map(|it| &it.overlay);
            let pools = cluster.pools.iter().map(|it| &it.overlay);
            let policies = cluster.policies.iter().map(|it| &it.overlay);
            let policies = policies.chain(cluster.records.iter().map(|it| &it.overlay));
            let pools = pools.chain(policies).chain(cluster.bgp.iter().map(|it| &it.overlay));
            let pools = pools.chain(cluster.envoy.iter().map(|it| &it.overlay));
            let certificates = certificates.chain(cluster.issuers.iter().map(|it| &it.overlay));
            gateways.chain(routes).chain(services).chain(tunnels).chain(certificates).chain(pools)
        });
        let existing: IndexSet<Span> =
            overlays.filter(|overlay| overlay.owner == Owner::Existing).map(|overlay| overlay.span).collect();
        // What a manifest writes out is read beside it as what exists, and observed files hold nothing else.
        let manifests = move || self.network.clusters.iter().flat_map(|cluster| &cluster.manifests);
        let is_told = move |hole: &Span| {
            let is_around = |raw: Span| raw.file == hole.file && raw.start <= hole.start && hole.end <= raw.end;
            let path = self.sources.get(hole.file).path();
            is_yaml(path) || manifests().any(|raw| is_around(raw.span))
        };
        move |hole| existing.contains(hole) || is_told(hole)
    }

    /// Whether an address lies in a subnet. Where a cluster's prefix does so too, the two overlap, which is said
    /// of them and of nothing within.
    pub(crate) fn is_in_a_subnet(&self, address: IpAddr) -> bool {
        self.subnets.holding(address).is_some()
    }

    /// An address or a run of them, in the form of what is written at a place: with an index of their subnet where
    /// one stands there, else in full.
    pub(crate) fn written_as_at(&self, place: Span, range: AddressRange) -> String {
        let in_full = || match range.first == range.last {
            true => range.first.to_string(),
            false => range.to_string(),
        };
        let Some((_, index)) = self.sources.text(place).split_once('[') else { return in_full() };
        let of = self.subnets.holding(range.first).filter(|of| of.prefix.value.contains(&range.last));
        let Some(inventory::Place { subnet, prefix, .. }) = of else { return in_full() };
        let family = match (subnet.prefixes.len(), range.first.is_ipv4()) {
            (..2, _) => "",
            (_, true) => ".v4",
            (_, false) => ".v6",
        };
        let position = |address: IpAddr| {
            let position = inventory::number_of(address) - inventory::number_of(prefix.value.network());
            if index.starts_with("0x") { format!("{position:#x}") } else { position.to_string() }
        };
        let last = if range.first == range.last { String::new() } else { format!("-{}", position(range.last)) };
        format!("{}{family}[{}{last}]", subnet.name.value, position(range.first))
    }

    /// Where the source says that DHCP gives out addresses, if an address lies in a subnet in which it does not: what
    /// asks DHCP is then not in that subnet.
    pub(crate) fn dhcp_elsewhere(&self, address: IpAddr) -> Option<Span> {
        let dhcp = self.dhcp.get_or_init(|| {
            let given = self.network.subnets_by_dhcp().filter(|_| self.knows_all_subnets())?;
            let subnets = given.iter().map(|at| self.network.subnets[at.0].span).collect();
            let first = self.network.subnets.iter().flat_map(|subnet| &subnet.dhcp).map(Traced::span).min()?;
            Some((subnets, first))
        });
        let (subnets, first) = dhcp.as_ref()?;
        let place = self.subnets.holding(address).filter(|place| !place.is_wrong)?;
        (!subnets.contains(&place.subnet.span)).then_some(*first)
    }

    /// Who has an address, as the source says it.
    pub(crate) fn owners(&self, address: IpAddr) -> &[Claim<'a>] {
        self.claimed(AddressRange { first: address, last: address })
    }

    /// Who has the addresses of a run, in their order.
    pub(crate) fn claimed(&self, range: AddressRange) -> &[Claim<'a>] {
        let start = self.claims.partition_point(|claim| claim.address < range.first);
        let end = self.claims.partition_point(|claim| claim.address <= range.last);
        self.claims.get(start..end).unwrap_or_default()
    }

    /// Whether something that no load balancer gives it to has an address. That it has two owners then is said once.
    pub(crate) fn is_anothers(&self, address: IpAddr) -> bool {
        self.owners(address).iter().any(|claim| !claim.owner.is_balanced())
    }

    /// All nodes, of all clusters.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &'a Node> {
        self.network.clusters.iter().flat_map(|cluster| &cluster.nodes)
    }
}
