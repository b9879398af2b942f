//! The address plan: for each subnet who has which address, sorted; then the machines and the prefixes
//! of the cluster.

use std::borrow::Cow;
use std::net::IpAddr;

use hnet_model::{Address, AddressRange, Cluster, LinkRef, LinkSelector, Mac, Made, Network, Node, Origin, Traced};

use super::{Page, role};
use crate::markdown::{Document, paragraphs};

/// Addresses and who has them.
struct Entry<'a> {
    range: AddressRange,
    /// Words of our own, and a name.
    who: (&'static str, &'a str),
    /// Words of our own, and any text.
    what: (&'static str, Cow<'a, str>),
    origin: Origin,
}

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    document.heading(2, page.shape).literal("Address plan");
    let mut plan = sorted_into_subnets(page, entries(page));
    let elsewhere = plan.pop().unwrap_or_default();
    for (subnet, entries) in page.network.subnets.iter().zip(plan) {
        let heading = document.heading(3, subnet.name.origin).literal("Subnet ").text(subnet.name.value.as_str());
        heading.literal(": ").codes(subnet.prefixes.iter().map(|prefix| prefix.value));
        document.doc(subnet.doc.as_deref(), Origin::written(subnet.span));
        document.list(false);
        if let Some(vlan) = subnet.vlan {
            document.item(vlan.origin).literal("VLAN ").text(&vlan.value.to_string());
        }
        if let Some(router) = subnet.router.and_then(|router| page.network.routers.get(router.value.0)) {
            document.item(router.name.origin).literal("Gateway: ").text(router.name.value.as_str());
            if !subnet.gateways.is_empty() {
                document.literal(" at ").codes(subnet.gateways.iter().map(|address| &address.value));
            }
        }
        if let Some(first) = subnet.name_servers.first() {
            let servers = subnet.name_servers.iter().map(|server| &server.value);
            document.item(first.origin).literal("Name servers: ").codes(servers);
        }
        if let Some(first) = subnet.search_domains.first() {
            let domains = subnet.search_domains.iter().map(|domain| &domain.value);
            document.item(first.origin).literal("Search domains: ").codes(domains);
        }
        if let Some(mtu) = subnet.mtu {
            document.item(mtu.origin).literal("MTU ").text(&mtu.value.to_string());
        }
        table(document, &entries);
    }
    if !elsewhere.is_empty() {
        document.heading(3, page.shape).literal("Outside all subnets");
        table(document, &elsewhere);
    }
    nodes(page, document);
}

fn table(document: &mut Document, entries: &[Entry<'_>]) {
    document.table(&["Address", "Who", "What"]);
    for Entry { range, who, what, origin } in entries {
        document.row(*origin).cell().code_of(range).cell().literal(who.0).code(who.1);
        document.cell().literal(what.0).text(&what.1);
    }
}

/// The entries of each subnet, by address; after the last subnet those that lie in none.
fn sorted_into_subnets<'a>(page: &Page<'_>, entries: Vec<Entry<'a>>) -> Vec<Vec<Entry<'a>>> {
    let subnets = &page.network.subnets;
    // Prefixes do not overlap, so the last one that starts at or before an address is the only candidate.
    let mut prefixes: Vec<(AddressRange, usize)> = subnets
        .iter()
        .enumerate()
        .flat_map(|(at, subnet)| subnet.prefixes.iter().map(move |prefix| (AddressRange::from(prefix.value), at)))
        .collect();
    prefixes.sort();
    let subnet_of = |address: IpAddr| {
        let after = prefixes.partition_point(|(range, _)| range.first <= address);
        let (range, subnet) = prefixes.get(after.checked_sub(1)?)?;
        range.contains(address).then_some(*subnet)
    };
    let mut plan: Vec<Vec<Entry<'a>>> = Vec::new();
    plan.resize_with(subnets.len() + 1, Vec::new);
    for entry in entries {
        let at = subnet_of(entry.range.first).unwrap_or(subnets.len());
        plan[at].push(entry);
    }
    // Where a range and one of its addresses begin alike, the range stands first.
    for entries in &mut plan {
        entries.sort_by_key(|entry| (entry.range.first, std::cmp::Reverse(entry.range.last)));
    }
    plan
}

fn single<'a>(
    address: &Traced<Address>,
    who: (&'static str, &'a str),
    what: (&'static str, Cow<'a, str>),
) -> Option<Entry<'a>> {
    let known = address.value.known()?;
    Some(Entry { range: AddressRange { first: known, last: known }, who, what, origin: address.origin })
}

/// What a doc comment says in a table: its first paragraph.
fn said<'a>(doc: Option<&str>, otherwise: &'static str) -> (&'static str, Cow<'a, str>) {
    match doc.and_then(|doc| paragraphs(doc).into_iter().next()) {
        Some(doc) => ("", doc.into()),
        None => (otherwise, "".into()),
    }
}

/// The same with the MAC, by which people find the device in the router's leases.
fn with_mac<'a>(what: (&'static str, Cow<'a, str>), mac: Option<&Traced<Mac>>) -> (&'static str, Cow<'a, str>) {
    let Some(mac) = mac else { return what };
    let said = what.1.strip_suffix('.').unwrap_or(&what.1);
    ("", format!("{}{said}, MAC {}", what.0, mac.value).into())
}

fn entries<'a>(page: &Page<'a>) -> Vec<Entry<'a>> {
    let network = page.network;
    let mut out = Vec::new();
    for router in &network.routers {
        let who = ("", router.name.value.as_str());
        let what = || said(router.doc.as_deref(), "router");
        out.extend(router.addresses.iter().filter_map(|address| single(address, who, what())));
    }
    for switch in &network.switches {
        let who = ("", switch.name.value.as_str());
        let what = || said(switch.doc.as_deref(), "switch");
        out.extend(switch.address.iter().filter_map(|address| single(address, who, what())));
    }
    for host in &network.hosts {
        let who = ("", host.name.value.as_str());
        let what = || with_mac(said(host.doc.as_deref(), "host"), host.mac.as_ref());
        out.extend(host.addresses.iter().filter_map(|address| single(address, who, what())));
    }
    for subnet in &network.subnets {
        out.extend(subnet.dhcp.iter().map(|run| Entry {
            range: run.value,
            who: ("DHCP", ""),
            what: ("", count(run.value)),
            origin: run.origin,
        }));
        out.extend(subnet.reservations.iter().map(|reservation| Entry {
            range: reservation.range.value,
            who: ("reserved", ""),
            what: ("", reservation.reason.as_deref().unwrap_or_default().into()),
            origin: reservation.range.origin,
        }));
    }
    for cluster in &network.clusters {
        cluster_entries(cluster, &mut out);
    }
    if !network.shared.is_empty() {
        out.iter_mut().for_each(|entry| share(network, entry));
    }
    out
}

/// Says of an entry that others have its address too, on purpose.
fn share(network: &Network, entry: &mut Entry<'_>) {
    let Some(shared) = network.shared(entry.range.first).filter(|_| entry.range.first == entry.range.last) else {
        return;
    };
    let what = &mut entry.what.1;
    *what = match &shared.reason {
        Some(reason) => format!("{what}, shared: {reason}").into(),
        None => format!("{what}, shared").into(),
    };
}

fn count<'a>(range: AddressRange) -> Cow<'a, str> {
    match range.count() {
        1 => "1 address".into(),
        count => format!("{count} addresses").into(),
    }
}

fn cluster_entries<'a>(cluster: &'a Cluster, out: &mut Vec<Entry<'a>>) {
    if let Some(address) = &cluster.virtual_ip {
        let (who, what) = match cluster.talos() {
            Some(_) => ("virtual IP of ", "the Kubernetes API, on one of the control planes"),
            None => ("API of ", "the Kubernetes API, before the servers"),
        };
        let (who, what) = ((who, cluster.name.value.as_str()), (what, "".into()));
        out.extend(single(&address.map(Address::Known), who, what));
    }
    for node in &cluster.nodes {
        for link in node.links() {
            for address in link.addresses() {
                let what = format!("{}, {}", role(node.role.value), link_name(link));
                let own = address.as_ref().map(|own| own.address());
                out.extend(single(&own, ("", node.name.value.as_str()), ("", what.into())));
            }
        }
    }
    for pool in &cluster.pools {
        for range in &pool.ranges {
            let who = ("pool ", pool.name.value.as_str());
            let what = ("load balancers, ", count(range.value));
            out.push(Entry { range: range.value, who, what, origin: range.origin });
        }
    }
    for gateway in &cluster.gateways {
        let who = ("gateway ", gateway.name.value.as_str());
        let what = || said(gateway.doc.as_deref(), "");
        out.extend(gateway.addresses.iter().filter_map(|address| single(address, who, what())));
    }
    for service in &cluster.services {
        let who = ("service ", service.name.value.as_str());
        let what = || said(service.doc.as_deref(), "load balancer's address");
        out.extend(service.addresses.iter().filter_map(|address| single(address, who, what())));
    }
}

fn link_name(link: LinkRef<'_>) -> String {
    match link.vlan {
        Some(vlan) => format!("{} VLAN {}", link.interface.name.value, vlan.id.value),
        None => link.interface.name.value.to_string(),
    }
}

/// The machines: how each is found on the wire and where it is installed.
fn nodes(page: &Page<'_>, document: &mut Document) {
    if page.cluster.nodes.is_empty() {
        return;
    }
    document.heading(2, page.shape).literal("Machines");
    document.table(&["Node", "Role", "Link", "Found by", "Address", "Switch"]);
    for node in &page.cluster.nodes {
        let mut has_links = false;
        for link in node.links() {
            has_links = true;
            row(page, node, link, document);
        }
        if !has_links {
            begin_row(node, Origin::written(node.span), document).literal("any").cell().cell().literal("DHCP");
        }
    }
    for node in &page.cluster.nodes {
        document.doc_of(node.name.value.as_str(), node.doc.as_deref(), Origin::written(node.span));
    }
}

/// The row of a machine, up to the cell of the link.
fn begin_row<'a>(node: &Node, origin: Origin, document: &'a mut Document) -> &'a mut Document {
    document.row(origin).cell().code(node.name.value.as_str()).cell().literal(role(node.role.value)).cell()
}

fn row(page: &Page<'_>, node: &Node, link: LinkRef<'_>, document: &mut Document) {
    let origin = Origin::written(link.vlan.map_or(link.interface.span, |vlan| vlan.span));
    begin_row(node, origin, document).text(&link_name(link)).cell();
    let made = link.interface.made.as_ref().filter(|_| link.vlan.is_none());
    match (&link.interface.selector.value, link.vlan) {
        (_, Some(_)) => document.literal("its id"),
        (_, None) if made.is_some() => document.literal(made.map_or("", Made::word)),
        (LinkSelector::Mac(mac) | LinkSelector::PermanentMac(mac), None) => document.literal("MAC ").code_of(mac),
        (LinkSelector::Driver(driver), None) => document.literal("driver ").code(driver),
        (LinkSelector::BusPath(path), None) => document.literal("bus path ").code(path),
        (LinkSelector::KernelName(name), None) => document.literal("name ").code(name),
        (LinkSelector::PciId(id), None) => document.literal("PCI id ").code(id),
        (LinkSelector::Physical(is_card), None) => document.literal(if *is_card { "any card" } else { "no card" }),
        (LinkSelector::All(parts), None) => document.literal(if parts.len() > 1 { "several selectors" } else { "" }),
    };
    document.cell().codes(link.addresses().iter().map(|address| &address.value));
    if link.dhcp() {
        let reserved = link.reserved() > 0;
        document.comma(link.addresses().len()).literal(if reserved { "reserved by DHCP" } else { "DHCP" });
    }
    document.cell();
    if let Some(switch) = link.interface.switch.and_then(|switch| page.network.switches.get(switch.value.0)) {
        document.text(switch.name.value.as_str());
    }
}
