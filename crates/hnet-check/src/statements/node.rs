//! `node`: a machine of a cluster.

use std::net::IpAddr;

use crate::types::{AddressOrName, NameOrAddress, ProfileRef, RoleWord, SwitchRef};
use hnet_language::{Annotation, Label, List, MacPattern, One, Type, Uuid, ValueType, statement};
use hnet_model::{
    Address, Disk, HostName, InterfaceAddress, LinkRef, Node, RawYaml, Reason, Role, StaticHost, Subnet, Taint,
    TimeSettings, Traced,
};

use super::contents::Asking;
use super::firewall::NodeFirewallStatement;
use super::host_services::{HostServicesStatement, HostnameValue};
use super::image::ImageStatement;
use super::interface::{InterfaceStatement, derive_default_routes};
use super::kubelet::KubeletStatement;
use super::machine::MachineStatement;
use super::made::{BondStatement, BridgeStatement, DummyStatement, Members};
use super::subnets::Subnets;
use super::wireguard::WireGuardStatement;

statement! {
    /// A machine of a cluster.
    NodeStatement = "node" Named () {
        /// Profiles whose fields it takes: its own win, lists append, interfaces of the same name merge.
        "like" like: List<ProfileRef>;
        /// Its host name, where that is not its name: `hostname K8S-0.home.arpa;` With `off` Talos makes one itself.
        "hostname" hostname: One<HostnameValue> [only "Talos", default "its name"];
        /// Whether it runs the Kubernetes API and etcd.
        "role" role: One<RoleWord> [default "control-plane"];
        /// Where Talos is installed: a path, or what finds it: `"size >= 100GB"`, `"serial …"`, `"model …"`, `"type nvme"`,
        /// `"wwid …"`, `"uuid …"`, `"bus-path …"`, `"modalias …"`, or several of these: `"type nvme, size >= 100GB"`.
        "disk" disk: One<DiskValue> [only "Talos"];
        /// The image that it is installed from: an installer without its tag, or what the image factory puts into one.
        "image" image: Option<ImageStatement> [only "Talos"];
        /// The UUID of its mainboard, by which Omni knows it: `omnictl get machines` lists them.
        "uuid" uuid: One<Uuid> [only "Talos"];
        /// A network interface.
        "interface" interface: Vec<InterfaceStatement>;
        /// One link made of several.
        "bond" bond: Vec<BondStatement>;
        /// A switch in software.
        "bridge" bridge: Vec<BridgeStatement>;
        /// A link that leads nowhere.
        "dummy" dummy: Vec<DummyStatement>;
        /// A tunnel of WireGuard.
        "wireguard" wireguard: Vec<WireGuardStatement> [only "Talos"];
        /// The addresses of a node with one interface, in place of `interface`.
        "address" address: List<InterfaceAddress>;
        /// The addresses that DHCP reserves for a node with one interface.
        "reserved" reserved: List<Address>;
        /// Where `talosctl` reaches it, talhelper's `ipAddress`: `reached-at lan[21];`
        "reached-at" reached_at: List<NameOrAddress> [only "Talos", default "its own address, else its name"];
        /// The MAC of a node with one interface.
        "mac" mac: One<MacPattern>;
        /// The switch of a node with one interface.
        "switch" switch: One<SwitchRef>;
        /// Its name servers; by name, those in the node's subnet, or else a router's first address and all of others.
        "name-servers" name_servers: List<AddressOrName> [only "Talos", default "the cluster's, or its subnet's"];
        /// Its search domains.
        "search" search: List<HostName> [only "Talos", default "its subnet's"];
        ..host_services: HostServicesStatement;
        /// Labels of the Kubernetes node.
        "labels" labels: List<Label>;
        /// Annotations of the Kubernetes node.
        "annotations" annotations: List<Annotation> [only "Talos"];
        /// Taints of the Kubernetes node.
        "taints" taints: List<Taint>;
        /// A line of its `/etc/hosts`.
        "static-host" static_host: Vec<StaticHostStatement> [only "Talos"];
        /// What it is told besides that is about no network.
        "machine" machine: Option<MachineStatement> [only "Talos"];
        /// What its kubelet is told besides.
        "kubelet" kubelet: Option<KubeletStatement> [only "Talos"];
        /// Rules of its ingress firewall besides those of all nodes.
        "firewall" firewall: Option<NodeFirewallStatement> [only "Talos"];
        /// Talos configuration that the vocabulary lacks, as YAML.
        "patch" patch: List<RawYaml>;
    }
}

statement! {
    /// A line of `/etc/hosts`: `static-host nas.home.arpa address nas;`
    StaticHostStatement = "static-host" Unnamed (
        /// The names.
        names: List<HostName> [required],
    ) {
        /// Their address; a name stands for those in the node's subnet, or else for all that it has.
        "address" address: One<AddressOrName> [required];
    }
}

/// Where Talos is installed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DiskValue(Disk);

impl ValueType for DiskValue {
    const TYPE: Type =
        Type::Plain { called: "a disk", examples: "`/dev/nvme0n1`, `\"size >= 100GB\"`, `\"serial S4EVNX0M\"`" };

    fn read(
        value: &hnet_syntax::tree::Value,
        _: &hnet_language::Scope<'_>,
        out: &mut hnet_diagnostics::Diagnostics,
    ) -> Result<Self, hnet_diagnostics::Reported> {
        let text = value.text.as_str();
        if text.starts_with('/') || text.contains("${") {
            if let Some(disk) = disk_of_partition(text) {
                return Err(out.report(not_a_disk(value, "a partition: Talos installs itself on a whole disk").fix(
                    format!("write `{disk}`"),
                    value.span,
                    disk,
                )));
            }
            return match text.strip_prefix("/dev/").is_some_and(|device| !device.is_empty()) || text.contains("${") {
                true => Ok(DiskValue(Disk::Path(text.to_owned()))),
                false => Err(out.report(not_a_disk(value, "devices stand under `/dev/`"))),
            };
        }
        match crate::types::by_selectors(text) {
            Ok(disk) => Ok(DiskValue(disk)),
            Err(label) => Err(out.report(not_a_disk(value, label))),
        }
    }
}

/// The disk of a partition, as Linux names both: `sda1` of `sda`, `nvme0n1p1` of `nvme0n1`.
fn disk_of_partition(path: &str) -> Option<&str> {
    let disk = path.trim_end_matches(|c: char| c.is_ascii_digit());
    let device = disk.strip_prefix("/dev/").filter(|_| disk.len() < path.len())?;
    let lettered = |start: &str| {
        device.strip_prefix(start).is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase()))
    };
    if ["sd", "vd", "hd", "xvd"].into_iter().any(lettered) {
        return Some(disk);
    }
    let numbered = ["nvme", "mmcblk"].into_iter().any(|start| device.starts_with(start));
    let before = disk.strip_suffix('p').filter(|_| numbered)?;
    before.ends_with(|c: char| c.is_ascii_digit()).then_some(before)
}

fn not_a_disk(value: &hnet_syntax::tree::Value, label: &str) -> hnet_diagnostics::Diagnostic {
    hnet_diagnostics::Diagnostic::new(&hnet_diagnostics::codes::NOT_A_DISK, format!("`{}` is no disk", value.text))
        .label(value.span, label)
        .help("write a path such as `/dev/nvme0n1`, or a selector: `\"size >= 100GB\"`, `\"serial …\"`, `\"type nvme, model …\"`")
}

impl NodeStatement {
    pub(crate) fn lower(
        self,
        subnets: &Subnets<'_>,
        asking: &Asking<'_>,
        out: &mut hnet_diagnostics::Diagnostics,
    ) -> Option<Node> {
        let Self {
            head,
            like: _,
            hostname,
            role,
            disk,
            image,
            uuid,
            mut interface,
            bond,
            bridge,
            dummy,
            wireguard,
            address,
            reserved,
            reached_at,
            mac,
            switch,
            name_servers,
            search,
            mut host_services,
            labels,
            annotations,
            taints,
            static_host,
            machine,
            kubelet,
            firewall,
            patch,
        } = self;
        let role = match role {
            Some(role) => role.map(|word| match word {
                RoleWord::ControlPlane => Role::ControlPlane,
                RoleWord::Worker => Role::Worker,
            }),
            None => Traced::derived(Role::ControlPlane, head.span, Reason::Default),
        };
        if !address.0.is_empty() || !reserved.0.is_empty() || mac.is_some() || switch.is_some() {
            interface.push(InterfaceStatement::only(&head, address, reserved, mac, switch)?);
        }
        let members = Members::of_links(&bond, &bridge);
        let mut interfaces: Vec<_> =
            interface.into_iter().filter_map(|interface| interface.lower(&members, subnets, out)).collect();
        interfaces.extend(bond.into_iter().filter_map(|bond| bond.lower(&members, subnets, out)));
        interfaces.extend(bridge.into_iter().filter_map(|bridge| bridge.lower(&members, subnets, out)));
        interfaces.extend(dummy.into_iter().filter_map(|dummy| dummy.lower(&members, subnets, out)));
        interfaces.extend(wireguard.into_iter().filter_map(|tunnel| tunnel.lower(&members, subnets, out)));
        interfaces.sort_by(|one, other| one.name.value.cmp(&other.name.value));
        let mut node = Node {
            name: head.name?,
            hostname: hostname.map(|hostname| hostname.map(|HostnameValue(hostname)| hostname)),
            doc: head.doc,
            role,
            disk: disk.map(|disk| disk.map(|DiskValue(disk)| disk)),
            image: image.map(|image| image.lower(out)),
            uuid: uuid.map(|uuid| uuid.map(|Uuid(uuid)| uuid.to_ascii_lowercase())),
            interfaces,
            address: None,
            found_at: reached_at.0.iter().filter_map(written).collect(),
            reached_at: each(reached_at.0, NameOrAddress::all),
            name_servers: Vec::new(),
            search_domains: search.0,
            default_search: host_services.default_search.0,
            time: TimeSettings::default(),
            host_dns: host_services.own_host_dns(),
            labels: pairs(labels.0, |Label(pair)| pair),
            annotations: pairs(annotations.0, |Annotation(pair)| pair),
            taints: taints.0,
            static_hosts: Vec::new(),
            machine: machine.map(|machine| machine.lower(out)).unwrap_or_default(),
            kubelet: kubelet.map(|kubelet| kubelet.lower(out)).unwrap_or_default(),
            firewall: firewall.map(NodeFirewallStatement::lower).unwrap_or_default(),
            patches: patch.0.into_iter().map(|patch| patch.value).collect(),
            span: head.span,
        };
        node.found_at = unplaced(&node);
        derive_default_routes(&mut node, asking.endpoint, subnets);
        node.address = own_address(&node, asking.endpoint, subnets.all());
        let own = node.address.as_ref().and_then(|address| address.value.known());
        let subnet = own.and_then(|own| subnets.of(own)).map(|(_, subnet)| subnet);
        let nets: Vec<_> = subnet.iter().flat_map(|subnet| subnet.prefixes.iter().map(|prefix| prefix.value)).collect();
        let own_nets = || node.addresses().filter_map(|address| address.value.known()).collect();
        let prefixes: Vec<_> = if nets.is_empty() { own_nets() } else { nets.clone() };
        node.name_servers = named(name_servers.0, &prefixes);
        if node.name_servers.is_empty() {
            node.name_servers = match (asking.name_servers, subnet) {
                ([], Some(subnet)) => inherit(&subnet.name_servers, Reason::SubnetNameServers),
                (servers, _) => servers.to_vec(),
            };
        }
        node.time = host_services.time(&prefixes);
        if let (true, Some(subnet)) = (node.search_domains.is_empty(), subnet) {
            node.search_domains = subnet.search_domains.clone();
        }
        node.static_hosts = static_host
            .into_iter()
            .filter_map(|line| {
                let address = line.address?;
                let names = line.names.0;
                let addresses = each(vec![address], |address| address.near(&nets));
                Some(addresses.into_iter().map(move |address| StaticHost { address, names: names.clone() }))
            })
            .flatten()
            .collect();
        Some(node)
    }
}

/// An address that is written, not the name of what has it.
fn written(place: &Traced<NameOrAddress>) -> Option<Traced<IpAddr>> {
    match &place.value {
        NameOrAddress::Addresses(AddressOrName::Address(Address::Known(known))) => {
            Some(Traced::new(*known, place.origin))
        }
        NameOrAddress::Addresses(_) | NameOrAddress::Name(_) => None,
    }
}

/// Of the addresses at which a node is reached those that it must have, though no link is said to have them. Where all of
/// its links are known it is reached by a detour, such as a forwarded port.
fn unplaced(node: &Node) -> Vec<Traced<IpAddr>> {
    let is_known = !node.interfaces.is_empty() && node.links().all(LinkRef::is_known);
    let is_of_link = |place: &Traced<IpAddr>| {
        let mut own = node.addresses().filter_map(|own| own.value.known());
        own.any(|own| own.addr() == place.value)
    };
    let mut found: Vec<Traced<IpAddr>> = Vec::new();
    for place in node.found_at.iter().filter(|place| !is_known && !is_of_link(place)) {
        if !found.iter().any(|other| other.value == place.value) {
            found.push(*place);
        }
    }
    found
}

/// The address by which the cluster knows a node: on its primary link the one in the endpoint's subnet, else the first.
pub(crate) fn own_address(
    node: &Node,
    endpoint: Option<IpAddr>,
    subnets: &[Subnet],
) -> Option<Traced<InterfaceAddress>> {
    let addresses = node.primary_link(endpoint, subnets)?.addresses();
    let beside = |own: &&Traced<InterfaceAddress>| {
        endpoint.is_some_and(|endpoint| own.value.known().is_some_and(|net| net.contains(&endpoint)))
    };
    let own = addresses.iter().find(beside).or(addresses.first())?;
    Some(Traced::new(own.value.clone(), own.origin.because(Reason::PrimaryAddress)))
}

/// Servers by the addresses at which machines with such prefixes ask them.
pub(crate) fn named(
    servers: Vec<Traced<AddressOrName>>,
    prefixes: &[hnet_model::IpNet],
) -> Vec<Traced<hnet_model::Address>> {
    each(servers, |server| server.servers_for(prefixes))
}

/// What values stand for, each with the place that says it.
pub(crate) fn each<T, U>(values: Vec<Traced<T>>, open: impl Fn(T) -> Vec<U>) -> Vec<Traced<U>> {
    let of_one = |Traced { value, origin }| open(value).into_iter().map(move |one| Traced::new(one, origin));
    values.into_iter().flat_map(of_one).collect()
}

/// Values of a subnet as those of a node in it. The place stays the subnet's, which decided them.
fn inherit<T: Clone>(values: &[Traced<T>], reason: Reason) -> Vec<Traced<T>> {
    values.iter().map(|value| Traced::new(value.value.clone(), value.origin.because(reason))).collect()
}

/// Labels or annotations with the place of each key.
pub(crate) fn pairs<T>(list: Vec<Traced<T>>, open: impl Fn(T) -> (String, String)) -> Vec<(Traced<String>, String)> {
    list.into_iter()
        .map(|pair| {
            let (key, value) = open(pair.value);
            (Traced::new(key, pair.origin), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::disk_of_partition;

    #[test]
    fn partitions_are_told_from_disks() {
        for (path, disk) in
            [("/dev/sda1", "/dev/sda"), ("/dev/nvme0n1p2", "/dev/nvme0n1"), ("/dev/mmcblk0p1", "/dev/mmcblk0")]
        {
            assert_eq!(disk_of_partition(path), Some(disk));
        }
        for disk in [
            "/dev/sda",
            "/dev/vdb",
            "/dev/nvme0n1",
            "/dev/mmcblk0",
            "/dev/disk/by-id/nvme-WD_1",
            "/dev/sd",
            "/dev/${DISK}1",
        ] {
            assert_eq!(disk_of_partition(disk), None, "{disk}");
        }
    }
}
