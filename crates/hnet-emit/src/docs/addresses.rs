//! The address plan: for each subnet who has which address, sorted; then the machines and the prefixes
//! of the cluster.

use std::net::IpAddr;

use hnet_model::{Address, AddressRange, Cluster, LinkRef, LinkSelector, Node, Origin, Traced};

use super::{Page, role};
use crate::markdown::{Document, Inline, code, joined, literal, text};

/// Addresses and who has them.
struct Entry {
    range: AddressRange,
    who: Inline,
    what: Inline,
    origin: Origin,
}

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    document.heading(2, &literal("Address plan"), page.shape);
    let mut plan = sorted_into_subnets(page, entries(page));
    let elsewhere = plan.pop().unwrap_or_default();
    for (subnet, entries) in page.network.subnets.iter().zip(plan) {
        let prefixes = joined(subnet.prefixes.iter().map(|prefix| code(prefix.value)), ", ");
        document.heading(
            3,
            &literal("Subnet ").and(text(&subnet.name.value)).and(literal(": ")).and(prefixes),
            subnet.name.origin,
        );
        document.doc(subnet.doc.as_deref(), Origin::written(subnet.span));
        let mut facts = Vec::new();
        if let Some(vlan) = subnet.vlan {
            facts.push((literal("VLAN ").and(text(vlan.value)), vlan.origin));
        }
        if let Some(router) = subnet.router.and_then(|router| page.network.routers.get(router.value.0)) {
            let gateways = joined(subnet.gateways.iter().map(|address| code(&address.value)), ", ");
            let at = if gateways.is_empty() { gateways } else { literal(" at ").and(gateways) };
            facts.push((literal("Gateway: ").and(text(&router.name.value)).and(at), router.name.origin));
        }
        if let Some(first) = subnet.name_servers.first() {
            let servers = joined(subnet.name_servers.iter().map(|server| code(&server.value)), ", ");
            facts.push((literal("Name servers: ").and(servers), first.origin));
        }
        if let Some(first) = subnet.search_domains.first() {
            let domains = joined(subnet.search_domains.iter().map(|domain| code(&domain.value)), ", ");
            facts.push((literal("Search domains: ").and(domains), first.origin));
        }
        if let Some(mtu) = subnet.mtu {
            facts.push((literal("MTU ").and(text(mtu.value)), mtu.origin));
        }
        document.list(false, &facts);
        table(document, entries);
    }
    if !elsewhere.is_empty() {
        document.heading(3, &literal("Outside all subnets"), page.shape);
        table(document, elsewhere);
    }
    nodes(page, document);
}

fn table(document: &mut Document, entries: Vec<Entry>) {
    let rows: Vec<_> =
        entries.into_iter().map(|entry| (vec![code(entry.range), entry.who, entry.what], entry.origin)).collect();
    document.table(&["Address", "Who", "What"], &rows);
}

/// The entries of each subnet, by address; after the last subnet those that lie in none.
fn sorted_into_subnets(page: &Page<'_>, entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let subnets = &page.network.subnets;
    // Prefixes do not overlap, so the last one that starts at or before an address is the only candidate.
    let mut prefixes: Vec<(AddressRange, usize)> = subnets
        .iter()
        .enumerate()
        .flat_map(|(at, subnet)| subnet.prefixes.iter().map(move |prefix| (AddressRange::from(prefix.value), at)))
        .collect();
    hnet_collections::sort(&mut prefixes);
    let subnet_of = |address: IpAddr| {
        let after = prefixes.partition_point(|(range, _)| range.first <= address);
        let (range, subnet) = prefixes.get(after.checked_sub(1)?)?;
        range.contains(address).then_some(*subnet)
    };
    let mut plan: Vec<Vec<Entry>> = Vec::new();
    plan.resize_with(subnets.len() + 1, Vec::new);
    for entry in entries {
        let at = subnet_of(entry.range.first).unwrap_or(subnets.len());
        plan[at].push(entry);
    }
    // Where a range and one of its addresses begin alike, the range stands first.
    for entries in &mut plan {
        hnet_collections::sort_by_key(entries, |entry| (entry.range.first, std::cmp::Reverse(entry.range.last)));
    }
    plan
}

fn single(address: &Traced<Address>, who: Inline, what: Inline) -> Option<Entry> {
    let known = address.value.known()?;
    Some(Entry { range: AddressRange { first: known, last: known }, who, what, origin: address.origin })
}

/// What a doc comment says in a table: its first paragraph.
fn said(doc: Option<&str>, otherwise: &'static str) -> Inline {
    match doc.and_then(|doc| crate::markdown::paragraphs(doc).into_iter().next()) {
        Some(doc) => text(doc),
        None => literal(otherwise),
    }
}

fn entries(page: &Page<'_>) -> Vec<Entry> {
    let network = page.network;
    let mut out = Vec::new();
    for router in &network.routers {
        let what = || said(router.doc.as_deref(), "router");
        out.extend(router.addresses.iter().filter_map(|address| single(address, code(&router.name.value), what())));
    }
    for switch in &network.switches {
        let what = said(switch.doc.as_deref(), "switch");
        out.extend(switch.address.iter().find_map(|address| single(address, code(&switch.name.value), what.clone())));
    }
    for host in &network.hosts {
        let what = || said(host.doc.as_deref(), "host");
        out.extend(host.addresses.iter().filter_map(|address| single(address, code(&host.name.value), what())));
    }
    for subnet in &network.subnets {
        let range = |range: &Traced<AddressRange>, what| Entry {
            range: range.value,
            who: literal("DHCP"),
            what,
            origin: range.origin,
        };
        out.extend(subnet.dhcp.iter().map(|run| range(run, count(run.value))));
        out.extend(subnet.reservations.iter().map(|reservation| Entry {
            who: literal("reserved"),
            ..range(&reservation.range, text(reservation.reason.as_deref().unwrap_or_default()))
        }));
    }
    for cluster in &network.clusters {
        cluster_entries(cluster, &mut out);
    }
    out
}

fn count(range: AddressRange) -> Inline {
    text(format!("{} addresses", range.count()))
}

fn cluster_entries(cluster: &Cluster, out: &mut Vec<Entry>) {
    if let Some(address) = &cluster.virtual_ip {
        let who = literal("virtual IP of ").and(code(&cluster.name.value));
        let what = literal("the Kubernetes API, on one of the control planes");
        out.extend(single(&address.map(Address::Known), who, what));
    }
    for node in &cluster.nodes {
        for link in node.links() {
            for address in link.addresses() {
                let what = text(format!("{}, {}", role(node.role.value), link_name(link)));
                out.extend(single(&address.as_ref().map(|own| own.address()), code(&node.name.value), what));
            }
        }
    }
    for pool in &cluster.pools {
        for range in &pool.ranges {
            let who = literal("pool ").and(code(&pool.name.value));
            let what = literal("load balancers, ").and(count(range.value));
            out.push(Entry { range: range.value, who, what, origin: range.origin });
        }
    }
    for gateway in &cluster.gateways {
        let who = || literal("gateway ").and(code(&gateway.name.value));
        let what = || said(gateway.doc.as_deref(), "");
        out.extend(gateway.addresses.iter().filter_map(|address| single(address, who(), what())));
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
    document.heading(2, &literal("Machines"), page.shape);
    let rows: Vec<_> = page.cluster.nodes.iter().flat_map(|node| rows_of(page, node)).collect();
    document.table(&["Node", "Role", "Link", "Found by", "Address", "Switch"], &rows);
    for node in page.cluster.nodes.iter().filter(|node| node.doc.is_some()) {
        let paragraphs = crate::markdown::paragraphs(node.doc.as_deref().unwrap_or_default());
        let said = joined(paragraphs.into_iter().map(text), " ");
        document.paragraph(&code(&node.name.value).and(literal(": ")).and(said), Origin::written(node.span));
    }
}

fn rows_of(page: &Page<'_>, node: &Node) -> Vec<(Vec<Inline>, Origin)> {
    let row = |link: LinkRef<'_>| {
        let mut addresses: Vec<Inline> = link.addresses().iter().map(|address| code(&address.value)).collect();
        if link.dhcp() {
            addresses.push(literal("DHCP"));
        }
        let found = match (&link.interface.selector.value, link.vlan) {
            (_, Some(_)) => literal("its id"),
            (LinkSelector::Mac(mac) | LinkSelector::PermanentMac(mac), None) => literal("MAC ").and(code(mac)),
            (LinkSelector::Driver(driver), None) => literal("driver ").and(code(driver)),
            (LinkSelector::BusPath(path), None) => literal("bus path ").and(code(path)),
            (LinkSelector::KernelName(name), None) => literal("name ").and(code(name)),
        };
        let switch = link.interface.switch.and_then(|switch| page.network.switches.get(switch.value.0));
        let cells = vec![
            code(&node.name.value),
            literal(role(node.role.value)),
            text(link_name(link)),
            found,
            joined(addresses, ", "),
            switch.map(|switch| text(&switch.name.value)).unwrap_or_default(),
        ];
        (cells, Origin::written(link.vlan.map_or(link.interface.span, |vlan| vlan.span)))
    };
    let rows: Vec<_> = node.links().map(row).collect();
    if rows.is_empty() {
        let cells = vec![
            code(&node.name.value),
            literal(role(node.role.value)),
            literal("any"),
            Inline::default(),
            literal("DHCP"),
        ];
        return vec![(cells, Origin::written(node.span))];
    }
    rows
}
