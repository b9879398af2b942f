//! Name servers as those take them who ask: all of a list are taken to know the same names, and one that the cluster
//! itself runs is not there while the cluster starts.
//!
//! Whether a name server can answer at all is judged in `name_servers.rs`. Start at [`contradicting`].

use std::iter;
use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Address, HostName, Node, Traced};
use indexmap::IndexSet;

use crate::facts::Facts;
use crate::facts::inventory::{Ranges, unusable};

/// Domains below which nothing is delegated in the public tree, so that a public resolver surely answers that a name
/// does not exist: `home.arpa` (RFC 8375), `internal` (reserved by ICANN), and what RFC 6762, appendix G, lists.
const NOT_PUBLIC: [&str; 8] = ["home.arpa", "internal", "local", "lan", "home", "corp", "private", "intranet"];

/// A name that only resolvers of the network can know.
#[derive(Clone, Copy)]
struct PrivateName<'a> {
    name: &'a HostName,
    place: Span,
}

fn is_private_name(name: &HostName) -> bool {
    !name.is_template() && private_domain(name).is_some()
}

/// The domain that only resolvers of the network can know.
fn private_domain(name: &HostName) -> Option<&'static str> {
    NOT_PUBLIC.into_iter().find(|domain| {
        let rest = name.base().strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether an address is one of the network, or of one like it, and not of a server on the internet.
fn is_private(facts: &Facts<'_>, address: IpAddr) -> bool {
    let special = match address {
        IpAddr::V4(four) => {
            let shared = four.octets()[0] == 100 && four.octets()[1] & 0xc0 == 64;
            four.is_private() || four.is_link_local() || shared
        }
        IpAddr::V6(six) => six.is_unique_local() || six.is_unicast_link_local(),
    };
    special || unusable(address).is_some() || facts.is_in_a_subnet(address) || !facts.owners(address).is_empty()
}

/// A public resolver answers that a private name does not exist, and who asks believes it.
pub(crate) fn contradicting(facts: &Facts<'_>, out: &mut Diagnostics) {
    // Who answers for a name may be said anywhere.
    if !facts.knows_all_written() {
        return;
    }
    let network = facts.network;
    let used = Used::new(facts);
    for subnet in network.subnets.iter().filter(|subnet| facts.whole(subnet.span)) {
        let Some(list) = mixed(facts, &subnet.name_servers) else { continue };
        // Nodes and others ask in this order, and ask cluster DNS for none of their own names.
        let searched = private(&subnet.search_domains).next().filter(|_| list.public_first);
        if let Some(name) = searched.or_else(|| used.unanswered(&subnet.search_domains)) {
            list.report(name, out);
        }
    }
    for cluster in &network.clusters {
        if let Some(list) = mixed(facts, &cluster.name_servers)
            && let Some(name) = cluster.nodes.iter().find_map(|node| used.unanswered(&node.search_domains))
        {
            list.report(name, out);
        }
        let Some(dns) = &cluster.dns else { continue };
        if let (Some(list), Some(name)) = (mixed(facts, &dns.forwards), used.unanswered(&[])) {
            list.report(name, out);
        }
        for zone in dns.zones.iter().filter(|zone| is_private_name(&zone.name.value)) {
            if let Some(list) = zone.forward.as_ref().and_then(|forward| mixed(facts, &forward.servers)) {
                list.report(PrivateName { name: &zone.name.value, place: zone.name.span() }, out);
            }
        }
    }
}

fn private(names: &[Traced<HostName>]) -> impl Iterator<Item = PrivateName<'_>> {
    let names = names.iter().filter(|name| is_private_name(&name.value));
    names.map(|name| PrivateName { name: &name.value, place: name.span() })
}

/// What the clusters say of private names.
struct Used<'a> {
    /// The zones that cluster DNS answers; none where a Corefile is written, which may answer any.
    zones: Option<IndexSet<&'a str>>,
    /// The first of a route that no zone answers.
    of_route: Option<PrivateName<'a>>,
}

impl<'a> Used<'a> {
    fn new(facts: &Facts<'a>) -> Self {
        let clusters = &facts.network.clusters;
        let dns = || clusters.iter().filter_map(|cluster| cluster.dns.as_ref());
        let zones = dns().flat_map(|dns| dns.zones.iter().map(|zone| zone.name.value.as_str())).collect();
        let mut used = Used { zones: dns().all(|dns| dns.corefile.is_none()).then_some(zones), of_route: None };
        let mut names = clusters.iter().flat_map(|cluster| &cluster.routes).flat_map(|route| private(&route.hostnames));
        used.of_route = names.find(|name| used.is_unanswered(name));
        used
    }

    fn is_unanswered(&self, name: &PrivateName<'_>) -> bool {
        let mut ends = iter::successors(Some(name.name.base()), |name| Some(name.split_once('.')?.1));
        self.zones.as_ref().is_some_and(|zones| !ends.any(|end| zones.contains(end)))
    }

    /// A private name that is in use and that no zone answers: of these search domains, or of a route.
    fn unanswered<'n>(&self, search: &'n [Traced<HostName>]) -> Option<PrivateName<'n>>
    where
        'a: 'n,
    {
        private(search).find(|name| self.is_unanswered(name)).or(self.of_route)
    }
}

/// A list of name servers of both kinds.
struct Mixed {
    private: (IpAddr, Span),
    public: (IpAddr, Span),
    public_first: bool,
}

fn mixed(facts: &Facts<'_>, servers: &[Traced<Address>]) -> Option<Mixed> {
    let known: Vec<(IpAddr, Span)> =
        servers.iter().map(|server| Some((server.value.known()?, server.span()))).collect::<Option<_>>()?;
    let private = *known.iter().find(|(address, _)| is_private(facts, *address))?;
    let public = *known.iter().find(|(address, _)| !is_private(facts, *address))?;
    let public_first = !is_private(facts, known.first()?.0);
    Some(Mixed { private, public, public_first })
}

impl Mixed {
    fn report(&self, PrivateName { name, place }: PrivateName<'_>, out: &mut Diagnostics) {
        let domain = private_domain(name).unwrap_or(name.as_str());
        let (private, own) = self.private;
        let mut finding = Diagnostic::new(
            &codes::PRIVATE_AND_PUBLIC_RESOLVER,
            format!("`{}` knows no name of `{domain}`", self.public.0),
        )
        .label(self.public.1, "a public resolver: it answers that there is no such name");
        if own != self.public.1 {
            finding = finding.label(own, format!("`{private}` may know them"));
        }
        out.report(finding.label(place, format!("`{name}` is used here")).help(format!(
            "leave the public resolver out, or let a zone ask the other: `dns < zone {domain} < forward {private}; > >`"
        )));
    }
}

/// What nodes ask before the cluster runs is not what the cluster must first announce.
pub(crate) fn in_own_pool(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let ranges =
            cluster.pools.iter().flat_map(|pool| pool.ranges.iter().map(move |range| (range.value, range.span())));
        let pools: Ranges<Span> = ranges.collect();
        let mut said: IndexSet<Span> = IndexSet::new();
        for node in &cluster.nodes {
            let Some((server, pool)) = all_in(facts, &pools, servers(node)) else { continue };
            if said.insert(server.1) {
                report_in_pool("name server", server, pool, out);
            }
        }
        let time = cluster.time.servers.iter().map(|server| Some((server.value.parse().ok()?, server.span())));
        if let Some((server, pool)) = all_in(facts, &pools, time) {
            report_in_pool("NTP server", server, pool, out);
        }
    }
}

fn servers(node: &Node) -> impl Iterator<Item = Option<(IpAddr, Span)>> {
    node.name_servers.iter().map(|server| Some((server.value.known()?, server.span())))
}

/// The first of the servers with its pool, where all of them are in pools: one that is not keeps the nodes running.
fn all_in(
    facts: &Facts<'_>,
    pools: &Ranges<Span>,
    servers: impl Iterator<Item = Option<(IpAddr, Span)>>,
) -> Option<((IpAddr, Span), Span)> {
    let mut first = None;
    for server in servers {
        let (address, place) = server?;
        let (_, pool) = pools.holding(address)?;
        // What something has is said to be in a pool there, and a gateway to answer no names.
        if !facts.owners(address).is_empty() {
            return None;
        }
        first.get_or_insert(((address, place), *pool));
    }
    first
}

fn report_in_pool(what: &str, (address, place): (IpAddr, Span), pool: Span, out: &mut Diagnostics) {
    out.report(
        Diagnostic::new(&codes::SERVER_IN_OWN_POOL, format!("{what} `{address}` is in the cluster's own pool"))
            .label(place, "nodes ask it before the cluster runs")
            .label(pool, "only the running cluster answers at these addresses")
            .help("add one outside the cluster, such as the router: after a power cut no node can pull an image"),
    );
}
