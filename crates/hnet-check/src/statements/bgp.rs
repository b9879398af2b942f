//! `bgp`: what nodes tell routers.

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_language::{Label, List, Metric, One, Port, Reader, statement};
use hnet_model::{
    Address, Advertised, AdvertisedWhat, BGP_PORT, Bgp, BgpPeer, BgpSession, DEFAULT_HOLD_TIME, Duration, Family, Name,
    Node, Reason, Router, RouterId, ServiceAddresses, Traced,
};
use indexmap::IndexMap;

use super::cluster::Surroundings;
use super::overlay::OverlayStatement;
use crate::types::{
    AdvertisedWord, AnnouncerRef, AsNumber, ChosenBy, Community, FamilyWord, Hops, PeerName, RouterRef,
    ServiceAddressesWord,
};

statement! {
    /// Nodes that tell routers of addresses: `bgp home < as 64514; peer edge; >`, with `as 64513;` in `router edge`. The nodes
    /// dial; the router must expect them, as the files say that it gets where it says its `system`.
    BgpStatement = "bgp" Named () {
        /// The AS number of the nodes.
        "as" as_number: One<AsNumber> [required];
        /// The nodes that speak with the peers.
        "nodes" nodes: List<AnnouncerRef> [default "all"];
        /// Whom they speak with.
        "peer" peer: Vec<BgpPeerStatement>;
        /// What they tell.
        "advertise" advertise: Vec<AdvertiseStatement> [default "the addresses that pools give to services"];
        /// The name of Cilium's instance.
        "instance" instance: One<Name> [default "its name"];
        /// The name of the advertisement.
        "advertisement" advertisement: One<Name> [default "its name"];
        /// The label of the advertisement, by which the sessions find it.
        "label" label: One<Label> [default "`advertise=` and its name"];
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// A peer of BGP. Of a router of the source its address and its AS number are known: `peer edge;` Of anything else both are
    /// said: `peer edge < as 64513; address 192.168.1.1; >`
    BgpPeerStatement = "peer" Unnamed (
        /// A router, or what else it is called.
        name: One<PeerName> [required],
    ) {
        /// The router that it is, where it is called otherwise: of a second session, over IPv6.
        "router" router: One<RouterRef> [default "the one of its name"];
        /// Its address.
        "address" address: One<Address> [default "the router's in a subnet of the nodes"];
        /// Its AS number; that of the nodes makes the session an internal one.
        "as" as_number: One<AsNumber> [default "the router's"];
        /// The port at which it answers.
        "port" port: One<Port> [default "179"];
        /// After what silence the session is given up; at least three seconds.
        "hold-time" hold_time: One<Duration> [default "90s"];
        /// How often something is said.
        "keepalive" keepalive: One<Duration> [default "a third of `hold-time`"];
        /// How long until connecting is tried again.
        "connect-retry" connect_retry: One<Duration> [default "120s"];
        /// How long the peer keeps routes while an agent starts again.
        "graceful-restart" graceful_restart: One<Duration> [default "not at all"];
        /// How many hops away it may be.
        "multihop" multihop: One<Hops> [default "1"];
        /// The Secret in `kube-system` whose key `password` both ends share.
        "password" password: One<Name> [default "none"];
        /// The families of the routes.
        "families" families: List<FamilyWord> [default "that of its address"];
        /// The name of the peer configuration; peers with one share their settings.
        "settings" settings: One<Name> [default "that of `bgp`, with the peer's behind it where they differ"];
    }
}

statement! {
    /// Addresses that are told: `advertise services < except "example.com/private=true"; communities no-export; >`
    AdvertiseStatement = "advertise" Unnamed (
        /// Whose.
        what: One<AdvertisedWord> [required],
    ) {
        /// Which addresses of services.
        "addresses" addresses: List<ServiceAddressesWord> [default "`load-balancer`"];
        /// Labels of services, of which each must have one.
        "only" only: List<ChosenBy> [default "all services"];
        /// Labels of services, of which none may have one.
        "except" except: List<ChosenBy>;
        /// Communities that the routes carry.
        "communities" communities: List<Community>;
        /// How much routers of the same AS like them.
        "local-preference" local_preference: One<Metric>;
    }
}

impl BgpStatement {
    pub(crate) fn lower(self, around: &Surroundings<'_>, machines: &[Node], reader: &mut Reader<'_>) -> Option<Bgp> {
        let Self { head, as_number, nodes, peer, advertise, instance, advertisement, label, overlay } = self;
        let mut peers: Vec<BgpPeer> =
            peer.into_iter().filter_map(|peer| peer.lower(around, machines, reader)).collect();
        taken_twice(&peers, reader.out);
        unlike(&peers, reader.out);
        // Where they stand means nothing.
        peers.sort_by(|one, other| (&one.name.value, one.span).cmp(&(&other.name.value, other.span)));
        let mut advertised: Vec<Advertised> =
            advertise.into_iter().filter_map(|advertise| advertise.lower(reader.out)).collect();
        advertised.sort_by_key(|told| told.what.value == AdvertisedWhat::Pods);
        if advertised.is_empty() {
            let what = AdvertisedWhat::Services {
                addresses: vec![Traced::derived(ServiceAddresses::LoadBalancer, head.span, Reason::Default)],
                only: Vec::new(),
                except: Vec::new(),
            };
            let what = Traced::derived(what, head.span, Reason::Default);
            advertised.push(Advertised { what, communities: Vec::new(), local_preference: None, span: head.span });
        }
        let as_number = as_number.map(|number| number.map(|AsNumber(number)| number));
        if as_number.is_none() && !reader.is_partial {
            return None;
        }
        Some(Bgp {
            name: head.name?,
            doc: head.doc,
            as_number,
            nodes: nodes.0.into_iter().map(|nodes| nodes.map(|AnnouncerRef(nodes)| nodes)).collect(),
            peers,
            advertised,
            instance,
            advertisement,
            label: label.map(|label| label.map(|Label(pair)| pair)),
            overlay: overlay.lower(head.span),
            span: head.span,
        })
    }
}

/// Reports a peer whose name another has.
fn taken_twice(peers: &[BgpPeer], out: &mut Diagnostics) {
    let mut names: IndexMap<&str, Span> = IndexMap::new();
    for peer in peers {
        let Some(first) = claim(&mut names, peer.name.value.as_str(), peer.name.span()).copied() else { continue };
        out.report(
            Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", peer.name.value))
                .label(peer.name.span(), "this peer needs a name of its own")
                .label(first, "a peer of that name")
                .help(format!("call it otherwise: `peer {}-v6 < router …; address …; >`", peer.name.value)),
        );
    }
}

/// Reports a peer whose settings are called as those of another, and differ.
fn unlike(peers: &[BgpPeer], out: &mut Diagnostics) {
    let mut known: IndexMap<&str, &BgpPeer> = IndexMap::new();
    for peer in peers {
        let Some(settings) = &peer.settings else { continue };
        let first = *known.entry(settings.value.as_str()).or_insert(peer);
        if !first.session.is_like(&peer.session) {
            let title = format!("the settings `{}` are two different ones", settings.value);
            out.report(
                Diagnostic::new(&codes::DUPLICATE_NAME, title)
                    .label(settings.span(), format!("peer `{}` is held otherwise", peer.name.value))
                    .label(first.span, "than this one, which has settings of this name")
                    .help("say the same in both, or give them settings of different names"),
            );
        }
    }
}

impl BgpPeerStatement {
    fn lower(self, around: &Surroundings<'_>, nodes: &[Node], reader: &mut Reader<'_>) -> Option<BgpPeer> {
        let Self {
            head,
            name,
            router,
            address,
            as_number,
            port,
            hold_time,
            keepalive,
            connect_retry,
            graceful_restart,
            multihop,
            password,
            families,
            settings,
        } = self;
        let Traced { value: PeerName { name, .. }, origin } = name?;
        let of_name = || around.routers.iter().position(|router| router.name.value.as_str() == name).map(RouterId);
        let at = address.as_ref().and_then(|address| address.value.known());
        let of_address = |router: &Router| router.addresses.iter().any(|own| at.is_some() && own.value.known() == at);
        let router = router.map(|router| router.value.0).or_else(of_name);
        let router = router.or_else(|| around.routers.iter().position(of_address).map(RouterId));
        let known = router.and_then(|RouterId(at)| around.routers.get(at));
        let as_number = as_number.map(|number| number.map(|AsNumber(number)| number)).or_else(|| known?.as_number);
        let host = || around.hosts.iter().find(|host| host.name.value.as_str() == name);
        let of_router = || known.and_then(|router| near(&router.addresses, nodes, head.span));
        let address = address.or_else(of_router).or_else(|| near(&host()?.addresses, nodes, head.span));
        let within = |time: Option<Traced<Duration>>, field: &str, least: u64, most: u64, out: &mut Diagnostics| {
            time.filter(|time| is_within(time, field, least, most, out))
        };
        let said_hold = within(hold_time, "hold-time", 3, 65_535, reader.out);
        let said_keepalive = within(keepalive, "keepalive", 1, 65_535, reader.out);
        if let Some(keepalive) = &said_keepalive {
            let hold = said_hold.as_ref().map_or(DEFAULT_HOLD_TIME, |hold| hold.value);
            if keepalive.value > hold {
                reader.out.report(
                    Diagnostic::new(&codes::NUMBER_OUT_OF_RANGE, "`keepalive` is longer than `hold-time`")
                        .label(keepalive.span(), format!("after {hold} of silence the session is given up"))
                        .help("say something at least three times as often: a third of `hold-time` is usual"),
                );
            }
        }
        let third = |hold: &Traced<Duration>| {
            Traced::derived(Duration((hold.value.seconds() / 3).max(1) * 1000), hold.span(), Reason::Default)
        };
        let of_address = |address: &Traced<Address>| {
            let family = address.value.known().map(Family::of)?;
            Some(Traced::derived(family, address.span(), Reason::Default))
        };
        let families = match families.0.is_empty() {
            true => address.as_ref().and_then(of_address).into_iter().collect(),
            false => families.0.into_iter().map(|family| family.map(FamilyWord::family)).collect(),
        };
        let session = BgpSession {
            port: port.map(|port| port.map(|Port(port)| port)).filter(|port| port.value != BGP_PORT),
            keepalive: said_keepalive.or_else(|| said_hold.as_ref().map(third)),
            hold_time: said_hold,
            connect_retry: within(connect_retry, "connect-retry", 1, 2_147_483_647, reader.out),
            graceful_restart: within(graceful_restart, "graceful-restart", 1, 4095, reader.out),
            multihop: multihop.map(|hops| hops.map(|Hops(hops)| hops)),
            password,
            families,
        };
        let name = Traced::new(name, origin);
        Some(BgpPeer { name, router, address, as_number, session, settings, span: head.span })
    }
}

/// The address at which nodes reach a machine: one on a wire of theirs, of IPv4 where both families are.
fn near(addresses: &[Traced<Address>], nodes: &[Node], peer: Span) -> Option<Traced<Address>> {
    let wires = || nodes.iter().flat_map(Node::addresses).filter_map(|own| own.value.known());
    let is_near = |address: &Traced<Address>| {
        address.value.known().is_some_and(|address| wires().any(|wire| wire.contains(&address)))
    };
    let is_v4 = |address: &Traced<Address>| address.value.known().is_none_or(|address| address.is_ipv4());
    let best = addresses.iter().max_by_key(|address| (is_near(address), is_v4(address)));
    // Of several that are as good the first.
    let rank = best.map(|best| (is_near(best), is_v4(best)))?;
    let found = addresses.iter().find(|address| (is_near(address), is_v4(address)) == rank)?;
    Some(Traced::derived(found.value.clone(), peer, Reason::Default))
}

/// Whether a time has whole seconds within bounds of the protocol or of Cilium, which is reported otherwise.
fn is_within(time: &Traced<Duration>, field: &str, least: u64, most: u64, out: &mut Diagnostics) -> bool {
    let seconds = time.value.seconds();
    let is_whole = Duration(seconds * 1000) == time.value;
    if is_whole && (least..=most).contains(&seconds) {
        return true;
    }
    out.report(
        Diagnostic::new(&codes::NUMBER_OUT_OF_RANGE, format!("`{field}` cannot be {}", time.value))
            .label(time.span(), format!("whole seconds from {least} to {most} are wanted here"))
            .help("write another time"),
    );
    false
}

impl AdvertiseStatement {
    fn lower(self, out: &mut Diagnostics) -> Option<Advertised> {
        let Self { head, what, addresses, only, except, communities, local_preference } = self;
        let Traced { value: what, origin } = what?;
        if what == AdvertisedWord::Pods {
            let said = [
                ("addresses", addresses.0.first().map(Traced::span)),
                ("only", only.0.first().map(Traced::span)),
                ("except", except.0.first().map(Traced::span)),
            ];
            for (field, place) in said.into_iter().filter_map(|(field, place)| Some((field, place?))) {
                out.report(
                    Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect on pods"))
                        .label(place, "chooses services")
                        .help(format!("leave `{field}` out")),
                );
            }
        }
        let labels = |list: List<ChosenBy>| list.0.into_iter().map(|label| label.map(|ChosenBy(pair)| pair)).collect();
        let what = match what {
            AdvertisedWord::Pods => AdvertisedWhat::Pods,
            AdvertisedWord::Services => {
                let mut addresses: Vec<_> =
                    addresses.0.into_iter().map(|which| which.map(ServiceAddressesWord::addresses)).collect();
                if addresses.is_empty() {
                    addresses.push(Traced::derived(ServiceAddresses::LoadBalancer, head.span, Reason::Default));
                }
                AdvertisedWhat::Services { addresses, only: labels(only), except: labels(except) }
            }
        };
        Some(Advertised {
            what: Traced::new(what, origin),
            communities: communities.0.into_iter().map(|one| one.map(|Community(text)| text)).collect(),
            local_preference: local_preference.map(|metric| metric.map(|Metric(metric)| metric)),
            span: head.span,
        })
    }
}

impl ServiceAddressesWord {
    fn addresses(self) -> ServiceAddresses {
        match self {
            ServiceAddressesWord::LoadBalancer => ServiceAddresses::LoadBalancer,
            ServiceAddressesWord::Cluster => ServiceAddresses::Cluster,
            ServiceAddressesWord::External => ServiceAddresses::External,
        }
    }
}

impl FamilyWord {
    fn family(self) -> Family {
        match self {
            FamilyWord::Ipv4 => Family::V4,
            FamilyWord::Ipv6 => Family::V6,
        }
    }
}
