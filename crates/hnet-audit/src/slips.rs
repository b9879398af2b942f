//! Slips of the machines of one talconfig, at which talhelper does not look: one address, one name, or another virtual IP
//! than the endpoint's; an even number that must agree, and an address without its prefix. Start at [`check`].

use std::collections::BTreeMap;
use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Severity, Sources, codes};
use hnet_repository::{Repository, host_and_port, is_control_plane, with_groups};
use hnet_yaml::{Step, Text, Value};
use ipnet::IpNet;

use crate::error;

/// A machine of a talconfig.
struct Machine<'v> {
    name: &'v str,
    is_control_plane: bool,
    /// Where talhelper reaches it.
    reached: Vec<(IpAddr, &'v Value)>,
    /// Its virtual IPs.
    virtual_ips: Vec<(IpAddr, &'v Value)>,
}

/// All of them.
pub(crate) fn check(talconfig: &Value, found: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<&str, &Value> = BTreeMap::new();
    let (nodes, mut machines) = (with_groups(talconfig), Vec::new());
    for node in &nodes {
        let Some(name) = node.get("hostname") else { continue };
        let text = name.as_str().unwrap_or_default();
        if !text.is_empty() && !text.contains(['$', '{']) {
            match names.get(text) {
                Some(first) => found.push(error(
                    Diagnostic::new(&codes::DUPLICATE_NAME, format!("two nodes are called `{text}`"))
                        .label(name.written(), "Kubernetes and talhelper know a node by its name")
                        .label(first.written(), "another node is called so")
                        .help("give each node a `hostname` of its own"),
                )),
                None => drop(names.insert(text, name)),
            }
        }
        machines.push(machine(node, text));
    }
    even_control_planes(talconfig, &nodes, found);
    nodes.iter().for_each(|node| without_prefix(node, found));
    reached_twice(&machines, found);
    other_virtual_ips(talconfig, &machines, found);
}

fn machine<'v>(node: &'v Value, name: &'v str) -> Machine<'v> {
    let links = node.items_of("networkInterfaces");
    let carriers = links.iter().flat_map(|link| std::iter::once(link).chain(link.items_of("vlans")));
    let address = node.get("ipAddress");
    let reached = address.and_then(Value::as_str).unwrap_or_default().split(',');
    Machine {
        name,
        is_control_plane: is_control_plane(node),
        reached: reached.filter_map(|part| Some((part.trim().parse().ok()?, address?))).collect(),
        virtual_ips: carriers
            .filter_map(|carrier| carrier.at(&["vip", "ip"]))
            .filter_map(|ip| Some((ip.as_str()?.parse().ok()?, ip)))
            .collect(),
    }
}

/// Control planes of which half may be lost, and no more than of one fewer.
fn even_control_planes(talconfig: &Value, nodes: &[Value], found: &mut Vec<Diagnostic>) {
    let places = nodes.iter().filter(|node| is_control_plane(node)).filter_map(|node| node.get("hostname"));
    let places: Vec<&Value> = places.collect();
    let ([first, .., last], count) = (places.as_slice(), places.len()) else { return };
    if !count.is_multiple_of(2) {
        return;
    }
    let name = talconfig.str_at(&["clusterName"]).unwrap_or_default();
    found.push(
        Diagnostic::new(&codes::EVEN_CONTROL_PLANES, format!("cluster `{name}` has {count} control planes"))
            .label(last.written(), format!("etcd needs {} of {count} to agree", count / 2 + 1))
            .label(first.written(), "the first of them")
            .help(format!("have {} or {}: {count} survive no more failures than {}", count - 1, count + 1, count - 1)),
    );
}

/// Addresses of links that have no prefix, and none of whose link reaches its gateway.
fn without_prefix(node: &Value, found: &mut Vec<Diagnostic>) {
    let links = node.items_of("networkInterfaces").iter();
    for link in links.flat_map(|link| std::iter::once(link).chain(link.items_of("vlans"))) {
        let addresses = || link.items_of("addresses").iter();
        let gateways = link.items_of("routes").iter().filter_map(|route| route.get("gateway"));
        let gateways = gateways.filter_map(|one| one.as_str()?.parse::<IpAddr>().ok());
        let is_reached = |gateway: &IpAddr| {
            let mut nets = addresses().filter_map(|one| one.as_str()?.parse::<IpNet>().ok());
            nets.any(|net| net.contains(gateway))
        };
        for gateway in gateways.filter(|gateway| !is_reached(gateway)) {
            let bare = addresses().find(|one| {
                let address = one.as_str().and_then(|text| text.parse::<IpAddr>().ok());
                address.is_some_and(|address| address.is_ipv4() == gateway.is_ipv4())
            });
            let Some(bare) = bare else { continue };
            let text = bare.as_str().unwrap_or_default();
            let length = if gateway.is_ipv4() { 32 } else { 128 };
            let finding = Diagnostic::new(&codes::NOT_AN_INTERFACE_ADDRESS, format!("`{text}` has no prefix"))
                .label(
                    bare.written(),
                    format!("talhelper reads `{text}/{length}`, from which `{gateway}` is not reached"),
                )
                .help(format!(
                    "write the length of its subnet, as in `{text}/{}`",
                    if gateway.is_ipv4() { 24 } else { 64 }
                ));
            found.push(Diagnostic { severity: Severity::Warning, ..finding });
            break;
        }
    }
}

/// Machines that are reached at one address, so that one of them is given the configuration of both.
fn reached_twice(machines: &[Machine<'_>], found: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<IpAddr, (&str, &Value)> = BTreeMap::new();
    for machine in machines {
        for (address, place) in machine.reached.iter().filter(|(address, _)| !address.is_unspecified()) {
            let Some((name, first)) = owners.get(address) else {
                owners.insert(*address, (machine.name, place));
                continue;
            };
            found.push(error(
                Diagnostic::new(&codes::ADDRESS_USED_TWICE, format!("`{address}` has two owners"))
                    .label(place.written(), format!("node `{}` is reached here", machine.name))
                    .label(first.written(), format!("and so is node `{name}`"))
                    .help("write each node's own address"),
            ));
        }
    }
    let control_planes = || machines.iter().filter(|machine| machine.is_control_plane);
    if control_planes().count() < 2 {
        return;
    }
    let virtual_ips: BTreeMap<IpAddr, &Value> =
        control_planes().flat_map(|machine| machine.virtual_ips.iter().copied()).collect();
    for machine in machines {
        for (address, place) in &machine.reached {
            let Some(shared) = virtual_ips.get(address) else { continue };
            let title = format!("node `{}` is reached at the virtual IP `{address}`", machine.name);
            let finding = Diagnostic::new(&codes::ADDRESS_USED_TWICE, title)
                .label(place.written(), "whichever control plane has it is given this configuration")
                .label(shared.written(), "the control planes share it")
                .help("write the node's own address");
            found.push(Diagnostic { severity: Severity::Warning, ..finding });
        }
    }
}

/// Control planes that share another virtual IP than the endpoint's, which others do, and which nobody shares with them.
fn other_virtual_ips(talconfig: &Value, machines: &[Machine<'_>], found: &mut Vec<Diagnostic>) {
    let Some(endpoint) = talconfig.get("endpoint") else { return };
    let host = endpoint.as_str().and_then(host_and_port).map_or("", |(host, _)| host);
    let Ok(wanted) = host.parse::<IpAddr>() else { return };
    let control_planes = || machines.iter().filter(|machine| machine.is_control_plane);
    let carries = |machine: &Machine<'_>, wanted: IpAddr| machine.virtual_ips.iter().any(|(own, _)| *own == wanted);
    if !control_planes().any(|machine| carries(machine, wanted)) {
        return;
    }
    for machine in control_planes().filter(|machine| !carries(machine, wanted)) {
        let [(own, place)] = machine.virtual_ips.as_slice() else { continue };
        let is_alone = control_planes().filter(|other| carries(other, *own)).count() == 1;
        if !is_alone || !are_near(*own, wanted) {
            continue;
        }
        let title = format!("`{}` shares `{own}`, and not the endpoint `{wanted}`", machine.name);
        let finding = Diagnostic::new(&codes::VIRTUAL_IP_OUT_OF_REACH, title)
            .label(place.written(), "no other control plane has this virtual IP")
            .label(endpoint.written(), "the others share this one")
            .help("write the address of the endpoint");
        found.push(Diagnostic { severity: Severity::Warning, ..finding });
    }
}

/// Whether machines share the address that a finding stands at, as their files say: what nobody has may be that of a
/// balancer before them.
pub(crate) fn is_shared(finding: &Diagnostic, repository: &Repository, sources: &Sources) -> bool {
    let url = finding.span().map_or("", |place| sources.text(place)).trim_matches(['"', '\'']);
    let host = host_and_port(url).map_or("", |(host, _)| host);
    let mut found = false;
    for file in repository.files.iter().filter(|file| repository.talos.iter().any(|own| own.file == file.id)) {
        for document in &file.documents {
            document.leaves(&mut |steps, leaf| {
                let is_vip = steps.0.ends_with(&[Step::Key("vip".into()), Step::Key("ip".into())]);
                let text = leaf.as_str().unwrap_or_default();
                let is_document = leaf.text().is_some_and(|text| holds_virtual_ip(text, host));
                found |= !host.is_empty() && (is_vip && text == host || is_document);
            });
            found |= is_virtual_ip(document, host);
        }
    }
    found
}

/// Whether a patch that is written as a text has the document of a virtual IP.
fn holds_virtual_ip(text: &Text, address: &str) -> bool {
    text.contains(VIRTUAL_IP)
        && text.yaml().documents().filter_map(|one| one.root).any(|root| is_virtual_ip(&root.value(), address))
}

/// The kind of the document of a virtual IP, which is called by the address.
const VIRTUAL_IP: &str = "Layer2VIPConfig";

fn is_virtual_ip(document: &Value, address: &str) -> bool {
    document.str_at(&["kind"]) == Some(VIRTUAL_IP) && document.str_at(&["name"]) == Some(address)
}

/// Whether two addresses are as near as those of one wire.
fn are_near(one: IpAddr, other: IpAddr) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one.octets()[..3] == other.octets()[..3],
        (IpAddr::V6(one), IpAddr::V6(other)) => one.octets()[..8] == other.octets()[..8],
        _ => false,
    }
}
