//! What all machines of a talconfig share as a `cluster`, and the subnets that its addresses lie in.

use std::net::{IpAddr, Ipv6Addr};

use hnet_check::VOCABULARY;
use hnet_compare::Kind;
use hnet_diagnostics::Span;
use hnet_manifests::versions::talos::minor;
use hnet_model::Name;
use hnet_repository::{is_control_plane, with_groups};
use hnet_yaml::Value;
use indexmap::IndexSet;

use super::devices::{self, Levels};
use super::image::Factory;
use super::patches::{self, Patch};
use super::{
    Cluster, Machine, Original, Talconfig, control_plane, endpoint, firewall, host_services, kubelet, link, machine,
    node, settings,
};
use crate::make::nested;
use crate::report::Report;
use crate::say::{self, Piece};
use crate::take::{Said, leaves, take, take_bool, take_text, take_texts, texts};
use crate::wires::{Wires, smallest};

/// Keys that talhelper alone reads.
const TALHELPER: [&str; 2] = ["imageFactory", "client"];

/// What else of a network decides how a cluster is said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Besides {
    /// Whether Cilium is said.
    pub(crate) cilium: bool,
    /// Whether cluster DNS is said.
    pub(crate) dns: bool,
}

/// A talconfig in words. Its subnets are added to those that are known.
pub(crate) fn lift(file: &Talconfig<'_>, besides: Besides, wires: &mut Wires, report: &mut Report) -> Cluster {
    let mut value = file.value.clone();
    if let Some(laid) = &file.laid {
        laid.notes.0.iter().for_each(|(place, why)| report.unread(*place, why.as_str()));
        report.of_patches.extend(laid.comments.clone());
    }
    let mut machines = with_groups(&value);
    take(&mut value, &["nodes"]);
    let groups = ["controlPlane", "worker"].map(|key| take(&mut value, &[key]).map(|field| field.value));
    let list = take(&mut value, &["patches"]);
    let mut of_all = list.map(|list| patches::read(file, &list.value, report)).unwrap_or_default();
    let mut of_groups = [0, 1].map(|at: usize| {
        let list = groups[at].as_ref().and_then(|group| group.get("patches"));
        list.map(|list| patches::read(file, list, report)).unwrap_or_default()
    });
    let mut of_nodes: Vec<Vec<Patch>> = Vec::new();
    for machine in &mut machines {
        let list = take(machine, &["patches"]);
        of_nodes.push(list.map(|list| patches::read(file, &list.value, report)).unwrap_or_default());
    }
    settings::give_disks(&mut machines, &mut of_all, &mut of_groups, &mut of_nodes);
    let levels = Levels { all: &mut of_all, groups: &mut of_groups, nodes: &mut of_nodes };
    let repeated = devices::gather(file, &mut machines, levels);
    find_wires(&machines, of_all.iter().chain(of_groups.iter().flatten()), wires);
    let name = take_text(&mut value, &["clusterName"]).unwrap_or_else(|| Said {
        text: "cluster".to_owned(),
        span: value.span,
        comments: None,
    });
    report.fields.entry("talconfig".to_owned()).or_default().typed += 1;
    let mut cluster = Cluster {
        name: sound(&name.text),
        span: name.span,
        original: Original::of(file),
        form: file.form(),
        is_writable: file.laid.as_ref().is_none_or(|laid| laid.is_writable),
        ..Cluster::default()
    };
    cluster.comments = say::comments(name.comments.as_deref());
    if cluster.name != name.text {
        let why = format!(
            "`clusterName` `{}` is no name of the language; the cluster is called `{}`",
            name.text, cluster.name
        );
        report.unread(name.span, why);
    }
    let pieces = &mut cluster.pieces;
    for (key, word) in [("talosVersion", "talos"), ("kubernetesVersion", "kubernetes")] {
        let Some(mut version) = take_text(&mut value, &[key]) else { continue };
        if minor(&version.text).is_none() {
            report.of("talconfig").unread += 1;
            report.unread(version.span, format!("`{key}` {}: hnet must know the version", version.text));
            if word == "talos" {
                let (major, minor) = super::GUESSED;
                let guess = say::field(word, &format!("{major}.{minor}"), version.span);
                let why = format!("guessed: `{key}` is {}", version.text);
                pieces.push(Piece::new(guess.under([say::note(&why, version.span)]), 0));
            }
            continue;
        }
        version.text = version.text.trim_start_matches('v').to_owned();
        pieces.push(Piece::new(say::said(word, &version), 1));
    }
    let mut host = None;
    if let Some(endpoint) = take_text(&mut value, &["endpoint"]) {
        let bare = endpoint.text.strip_prefix("https://").unwrap_or(&endpoint.text).trim_end_matches('/');
        let address = bare.strip_suffix(":6443").unwrap_or(bare);
        host = Some(address.trim_matches(['[', ']']).to_owned());
        if address.parse::<Ipv6Addr>().is_ok() {
            let why =
                "`endpoint` has an IPv6 address without brackets, which nothing can connect to; a build writes them";
            report.unread(endpoint.span, why);
        }
        let text = wires.said(address.trim_matches(['[', ']']));
        let text = if text == address { address } else { &text };
        let said = say::field("endpoint", text, endpoint.span);
        let comments = say::comments(endpoint.comments.as_deref());
        pieces.push(Piece::new(said.under(comments), 1));
    } else {
        report.unread(name.span, "`endpoint` is missing: where the API is reached");
        let missing = say::note("missing: where the API is reached", name.span);
        pieces.push(Piece::new(say::field("endpoint", "${ENDPOINT}", name.span).under([missing]), 0));
    }
    for (key, word, field) in
        [("clusterPodNets", "pods", "podSubnets"), ("clusterSvcNets", "services", "serviceSubnets")]
    {
        if let Some(nets) = take_texts(&mut value, &[key]).filter(|nets| !nets.is_empty()) {
            let raw = nested(&["cluster", "network", field], settings::list(&nets, nets[0].span));
            let said = nets.iter().map(|net| (net.text.clone(), net.span));
            pieces.push(Piece::new(say::list(word, nets[0].span, said), nets.len()).or(raw));
        }
    }
    if let Some(domain) = take_text(&mut value, &["domain"]) {
        let is_default = domain.text == "cluster.local";
        pieces.push(Piece { is_default, ..Piece::new(say::said("dns-domain", &domain), 1) });
    }
    let sans = take_texts(&mut value, &["additionalApiServerCertSans"]).unwrap_or_default();
    if let Some(first) = sans.first() {
        let said = sans.iter().map(|name| (wires.said(&name.text), name.span));
        let raw = nested(&["cluster", "apiServer", "certSANs"], settings::list(&sans, first.span));
        pieces.push(Piece::new(say::list("certificate-names", first.span, said), sans.len()).or(raw));
    }
    for key in ["allowSchedulingOnControlPlanes", "allowSchedulingOnMasters"] {
        if let Some((on, said)) = take_bool(&mut value, &[key]) {
            pieces.push(Piece::new(say::flag("schedule-on-control-planes", on, said.span), 1));
        }
    }
    if let Some(sans) = take(&mut value, &["additionalMachineCertSans"]).filter(|sans| !sans.value.items().is_empty()) {
        of_all.push(Patch::of(nested(&["machine", "certSANs"], sans.value)));
    }
    if let Some(manifests) = take(&mut value, &["inlineManifests"]) {
        of_all.push(Patch::of(nested(&["cluster", "inlineManifests"], manifests.value)));
    }
    if let Some(cni) = take(&mut value, &["cniConfig"]) {
        of_all.push(Patch::of(nested(&["cluster", "network", "cni"], cni.value)));
    }
    let shared = shared_name_servers(&machines);
    if let Some(servers) = &shared {
        let said = servers.iter().map(|server| (wires.server(&server.text), server.span));
        pieces.push(Piece::new(say::list("name-servers", servers[0].span, said), 0));
    }
    if file.has_documents() {
        settings::to_documents(&mut of_all);
        of_groups.iter_mut().for_each(settings::to_documents);
    }
    let has_workers = machines.iter().any(|machine| !is_control_plane(machine));
    if has_workers {
        report.of("talconfig").typed += host_services::joined(&mut of_groups, &mut of_all);
    }
    pieces.extend(settings::of_cluster(&mut of_all, true, wires));
    // What control planes alone are told about the cluster is about the cluster; about machines it is not about workers.
    pieces.extend(settings::of_cluster(&mut of_groups[0], !has_workers, wires));
    let has_documents = file.has_documents();
    let services = host_services::of_all(&mut of_all, has_documents, wires);
    let [of_control_planes, of_workers] = &mut of_groups;
    let mut of_group_services = match has_workers {
        true => host_services::of_some(of_control_planes, has_documents, wires),
        false => host_services::of_all(of_control_planes, has_documents, wires),
    };
    let of_worker_services = host_services::of_some(of_workers, has_documents, wires);
    pieces.extend(services.pieces);
    if !has_workers {
        pieces.append(&mut of_group_services.pieces);
    }
    report.of("talconfig").typed += services.defaults + of_group_services.defaults + of_worker_services.defaults;
    cluster.groups[0].extend(of_group_services.pieces);
    cluster.groups[1].extend(of_worker_services.pieces);
    if has_documents {
        of_groups.iter_mut().for_each(settings::name_servers_to_documents);
    }
    let is_said = |word: &str| pieces.iter().any(|piece| piece.said.keyword.text == word);
    if !has_workers && !is_said("schedule-on-control-planes") {
        // Without workers hnet lets pods run there, which talhelper does not. A patch that is not there lies over it.
        pieces.push(Piece::new(say::flag("schedule-on-control-planes", false, name.span), 0));
    }
    let shares_name_servers = shared.is_some();
    let factory = Factory::take(&mut value, report);
    for ((machine, listed), repeated) in machines.into_iter().zip(of_nodes).zip(repeated) {
        let endpoint = host.as_deref();
        let lifted = node::lift(file, (machine, listed), wires, endpoint, shares_name_servers, &factory, report);
        cluster.machines.extend(lifted.map(|machine| devices::counted_once(machine, repeated)));
    }
    cluster.balancer = balancer(file, host.as_deref(), wires, report);
    let mut names: IndexSet<String> = IndexSet::new();
    for at in 0..cluster.machines.len() {
        let machine = &mut cluster.machines[at];
        if names.contains(&machine.name) {
            let whole = std::iter::once(sound(&machine.hostname));
            let mut others = whole.chain((at + 1..).map(|number| format!("node-{number}")));
            let own = others.find(|name| !names.contains(name)).unwrap_or_default();
            if machine.built_hostname() == machine.name && own != machine.name {
                // It keeps its host name, by which it may be told from the other one.
                let said = say::field("hostname", &machine.hostname, machine.span);
                machine.pieces.insert(0, Piece::new(said, 0));
            }
            report.unread(machine.span, format!("another node is called `{}`; this one is `{own}`", machine.name));
            machine.name = own;
        }
        names.insert(machine.name.clone());
    }
    let mut taken = 0;
    // The subnet follows from an address that a statement says, not from one in a patch.
    let all_say =
        |of: &dyn Fn(&Machine) -> bool| cluster.machines.iter().filter(|one| of(one)).all(Machine::says_address);
    let say = [all_say(&|machine| !machine.is_worker), all_say(&|machine| machine.is_worker), all_say(&|_| true)];
    for (patches, says) in of_groups.iter_mut().chain([&mut of_all]).zip(say) {
        if says {
            taken += settings::take_subnets(patches, wires);
        }
        taken += settings::take_replaced(patches, besides.cilium, besides.dns);
    }
    taken += settings::take_of_control_planes(&mut of_groups[1]);
    report.of("talconfig").typed += taken;
    cluster.pieces.extend(control_plane::lift(&mut of_groups[0], &mut of_all));
    once(&mut cluster.pieces);
    let order = |piece: &Piece| {
        let word = piece.said.keyword.text.as_str();
        VOCABULARY.part.fields.iter().position(|field| field.keyword == word).unwrap_or(usize::MAX)
    };
    cluster.pieces.sort_by_key(order);
    report.of("talconfig").typed +=
        cluster.pieces.iter().filter(|piece| piece.is_default).map(|piece| piece.fields).sum::<usize>();
    cluster.pieces.retain(|piece| !piece.is_default);
    let of_nodes = settings::of_node(&mut of_all, wires, has_workers);
    cluster.pieces.extend(machine::lift(&mut of_all, file.talos(), wires));
    cluster.pieces.extend(kubelet::lift(&mut of_all));
    let filters = firewall::firewall(&mut of_all, wires);
    cluster.pieces.extend(filters.clone());
    cluster.pieces.extend(firewall::kube_span(&mut of_all));
    cluster.pieces.extend(of_all.iter().filter_map(Patch::piece));
    for (at, (group, patches)) in cluster.groups.iter_mut().zip(&mut of_groups).enumerate() {
        group.extend(settings::of_node(patches, wires, at == 1));
        group.extend(of_nodes.iter().cloned());
        group.extend(machine::lift(patches, file.talos(), wires));
        group.extend(kubelet::lift(patches));
        group.extend(filters.as_ref().and_then(|of_all| firewall::of_some(patches, of_all, wires)));
        group.extend(patches.iter().filter_map(Patch::piece));
    }
    for (at, group) in cluster.groups.iter_mut().enumerate() {
        let mut of_role = cluster.machines.iter_mut().filter(|machine| machine.is_worker == (at == 1));
        if let (Some(only), None) = (of_role.next(), of_role.next()) {
            let lift = |patches: &mut [Patch]| machine::lift(patches, file.talos(), wires);
            machine::joined(group, &mut only.pieces, "machine", &lift);
            machine::joined(group, &mut only.pieces, "kubelet", &kubelet::lift);
        }
    }
    for field in value.fields() {
        report.of("talconfig").unread += leaves(&field.value).max(1);
        let of_talhelper = || Kind::talconfig().fields()?.at(&field.key);
        let what = if TALHELPER.contains(&&*field.key) {
            "is read by talhelper alone"
        } else if &*field.key == "schematic" {
            "is read by talhelper of nodes and their groups alone; write `image < extensions …; >` where it was meant"
        } else if of_talhelper().is_some() {
            node::NOT_OF_ITS_TYPE
        } else {
            report.unknown_keys.push((field.key.span(), true));
            "is no key of talhelper's"
        };
        report.unread(field.key.span(), format!("`{}` {what}", &*field.key));
    }
    file.veil.notes().into_iter().for_each(|(place, why)| report.unread(place, why));
    cluster
}

/// The address of the endpoint, where no machine carries it and a build would let control planes do so.
fn balancer(file: &Talconfig<'_>, host: Option<&str>, wires: &Wires, report: &mut Report) -> Option<Said> {
    let text = host.filter(|host| wires.said(host) != *host)?;
    let address = text.parse().ok()?;
    let span = file.value.get("endpoint")?.span;
    match endpoint::is_carried(file, address) {
        Some(true) => None,
        Some(false) => Some(Said { text: text.to_owned(), span, comments: None }),
        None => {
            let why = format!(
                "`endpoint`: a build lets control planes share `{text}`, of which nothing that could be read says that they do"
            );
            report.unread(span, why);
            None
        }
    }
}

/// A name of the language of any text.
pub(crate) fn sound(text: &str) -> String {
    if Name::new(text).is_ok() {
        return text.to_owned();
    }
    let plain: String =
        text.to_ascii_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(63).collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() { "cluster".to_owned() } else { plain.to_owned() }
}

/// Of pieces that say one field the last, as the last patch wins; lists are joined.
fn once(pieces: &mut Vec<Piece>) {
    let mut kept: Vec<Piece> = Vec::new();
    for piece in std::mem::take(pieces) {
        let word = piece.said.keyword.text.clone();
        match kept.iter_mut().find(|known| known.said.keyword.text == word && word != "patch") {
            Some(known) if matches!(&*word, "certificate-names" | "ntp" | "name-servers") => {
                for argument in piece.said.arguments {
                    if known.said.arguments.iter().all(|own| own.value.text != argument.value.text) {
                        let comma = Some(argument.value.span);
                        known.said.arguments.push(hnet_syntax::tree::Argument { comma, ..argument });
                    }
                }
                known.fields += piece.fields;
            }
            Some(known) => *known = Piece { fields: known.fields + piece.fields, ..piece },
            None => kept.push(piece),
        }
    }
    *pieces = kept;
}

/// The name servers of all machines, where they are the same.
fn shared_name_servers(machines: &[Value]) -> Option<Vec<Said>> {
    let of = |machine: &Value| machine.get("nameservers").and_then(texts);
    let first = of(machines.first()?)?;
    let same = |other: &Value| {
        of(other).is_some_and(|other| other.iter().map(|own| &own.text).eq(first.iter().map(|own| &own.text)))
    };
    (!first.is_empty() && machines.iter().all(same)).then_some(first)
}

/// Finds the subnets of the machines.
fn find_wires<'p>(machines: &[Value], patches: impl Iterator<Item = &'p Patch>, wires: &mut Wires) {
    let before = wires.0.len();
    let links = |machine: &Value| -> Vec<(Value, Option<Said>)> {
        let mut links = Vec::new();
        for device in machine.get("networkInterfaces").into_iter().flat_map(Value::items) {
            links.push((device.clone(), None));
            for vlan in device.get("vlans").into_iter().flat_map(Value::items) {
                links.push((vlan.clone(), vlan.get("vlanId").and_then(crate::take::scalar)));
            }
        }
        links
    };
    let nets = |link: &Value| -> Vec<(ipnet::IpNet, Span)> {
        let addresses = link.get("addresses").and_then(texts).into_iter().flatten();
        addresses.filter_map(|address| Some((address.text.parse().ok()?, address.span))).collect()
    };
    let is_tunnel = |link: &Value| link.get("wireguard").is_some();
    for (link, vlan) in machines.iter().flat_map(links).filter(|(link, _)| !is_tunnel(link)) {
        for (net, span) in nets(&link) {
            wires.add(net, vlan.clone().map(|id| (id.text, id.span)), span, None);
        }
    }
    if wires.0.len() == before {
        for patch in patches {
            for path in
                [["machine", "kubelet", "nodeIP", "validSubnets"].as_slice(), &["cluster", "etcd", "advertisedSubnets"]]
            {
                for subnet in patch.value.at(path).and_then(texts).into_iter().flatten() {
                    if let Ok(net) = subnet.text.parse::<ipnet::IpNet>().map_err(drop)
                        && wires.0.len() == before
                    {
                        let guess = (net.trunc() != net).then(|| format!("`{}` has host bits set", subnet.text));
                        wires.add(net, None, subnet.span, guess);
                    }
                }
            }
        }
    }
    let own = |machine: &Value| {
        machine.str_at(&["ipAddress"]).map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>())
    };
    let all: Vec<IpAddr> =
        machines.iter().filter_map(own).flatten().filter_map(|own| own.trim().parse().ok()).collect();
    if wires.0.len() == before
        && let (Some(prefix), Some(first)) = (smallest(&all), machines.first())
    {
        wires.add(prefix, None, first.span, Some("the smallest prefix that holds all machines".to_owned()));
    }
    // What machines have among themselves is no wire, and comes after those.
    for (tunnel, _) in machines.iter().flat_map(links).filter(|(link, _)| is_tunnel(link)) {
        let name = tunnel.str_at(&["interface"]).or(tunnel.str_at(&[link::ALIAS])).unwrap_or_default();
        nets(&tunnel).into_iter().for_each(|(net, span)| wires.add_tunnel(name, net, span));
    }
    for (link, _) in machines.iter().flat_map(links) {
        for route in link.get("routes").into_iter().flat_map(Value::items) {
            let is_default =
                route.get("network").is_none_or(|to| matches!(to.as_str(), Some("0.0.0.0/0" | "::/0") | None));
            if let (true, Some(Ok(gateway))) = (is_default, route.str_at(&["gateway"]).map(str::parse)) {
                wires.route(gateway, route.span);
            }
        }
    }
}
