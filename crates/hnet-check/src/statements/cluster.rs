//! `cluster`: what its machines run.

use crate::types::{AddressOrName, NameOrAddress};
use hnet_language::values::{has_placeholder, refuse};
use hnet_language::{Flag, Head, List, One, Reader, Scope, Text, Type, ValueType, statement, values};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_manifests::versions::talos as versions;
use hnet_model::{
    Address, Cluster, Distribution, Endpoint, EndpointHost, Host, HostDns, HostName, IpNet, LinkRef, Name, Output,
    RawYaml, Reason, Role, Router, Span, Subnet, Traced, Version,
};
use hnet_syntax::tree::{Statement, Value};
use indexmap::IndexSet;

use super::contents::{Asking, ContentsStatement};
use super::control_plane::ControlPlaneStatement;
use super::firewall::FirewallStatement;
use super::host_services::{DiscoveryStatement, HostServicesStatement, KubePrismStatement};
use super::image::ImageStatement;
use super::kube_span::KubeSpanStatement;
use super::kubelet::KubeletStatement;
use super::machine::MachineStatement;
use super::node::{each, named, own_address};
use super::output::OutputStatement;

/// The pod prefix of a cluster that does not say its own: Talos's and k3s's differ, and this is Talos's.
pub(crate) const DEFAULT_PODS: IpNet = v4_prefix(10, 244, 0, 0, 16);
/// The service prefix of a cluster that does not say its own, Talos's.
pub(crate) const DEFAULT_SERVICES: IpNet = v4_prefix(10, 96, 0, 0, 12);

const fn v4_prefix(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(ipnet::Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

/// The port of KubePrism. (Talos, `machine.features.kubePrism`.)
const KUBE_PRISM_PORT: u16 = 7445;

statement! {
    /// A Kubernetes cluster, on Talos or on k3s.
    ClusterStatement = "cluster" Named () {
        /// Talos, in this version.
        "talos" talos: One<Version> [default "the newest, unless `k3s` is said"];
        /// k3s, in this version.
        "k3s" k3s: One<Version>;
        /// The version of Kubernetes.
        "kubernetes" kubernetes: One<Version> [default "the newest that this Talos supports"];
        /// Where k3s keeps its state in place of etcd, as its `datastore-endpoint` says it: `https://etcd.home.arpa:2379`.
        "datastore" datastore: One<Text> [default "etcd, on the servers"];
        /// Where the API is reached: an address, perhaps virtual, or a name.
        "endpoint" endpoint: One<EndpointValue> [default "the first control plane"];
        /// The prefixes of pods.
        "pods" pods: List<IpNet> [default "10.244.0.0/16"];
        /// The prefixes of services.
        "services" services: List<IpNet> [default "10.96.0.0/12"];
        /// Where cluster DNS answers.
        "dns-address" dns_address: One<Address> [default "the tenth address of the service prefix"];
        /// The domain of cluster names.
        "dns-domain" dns_domain: One<HostName> [default "cluster.local"];
        /// Further names and addresses in the API server's certificate.
        "certificate-names" certificate_names: List<NameOrAddress>;
        /// The name servers of all nodes.
        "name-servers" name_servers: List<AddressOrName> [only "Talos", default "those of the nodes' subnets"];
        ..host_services: HostServicesStatement;
        /// How nodes find each other; without more it says whether they do.
        "discovery" discovery: Option<DiscoveryStatement> [only "Talos", default "Talos's own"];
        /// Whether KubePrism balances the API on every node.
        "kube-prism" kube_prism: Option<KubePrismStatement> [only "Talos", default "on"];
        /// Whether control planes carry pods.
        "schedule-on-control-planes" schedule: Flag [default "on where there are no workers"];
        ..control_plane: ControlPlaneStatement;
        /// The image of all nodes: an installer without its tag, or what the image factory puts into one.
        "image" image: Option<ImageStatement> [only "Talos"];
        /// What all nodes are told that is about no network.
        "machine" machine: Option<MachineStatement> [only "Talos"];
        /// What the kubelet of all nodes is told.
        "kubelet" kubelet: Option<KubeletStatement> [only "Talos"];
        /// What reaches the ports of all nodes.
        "firewall" firewall: Option<FirewallStatement> [only "Talos"];
        /// The mesh of its nodes.
        "kube-span" kube_span: Option<KubeSpanStatement> [only "Talos"];
        /// Talos configuration of all nodes that the vocabulary lacks, as YAML.
        "patch" patch: List<RawYaml>;
        /// Where the files of this cluster go, before what the network says of all. Paths start at the output's folder.
        "output" output: Option<OutputStatement>;
    }
}

/// A host with a port.
pub(crate) struct EndpointValue(Endpoint);

impl ValueType for EndpointValue {
    const TYPE: Type = Type::Plain {
        called: "an address or a host name, perhaps with a port",
        examples: "`lan[10]`, `k8s.home.arpa:6443`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.strip_prefix("https://").unwrap_or(&value.text);
        let start = value.text.len() - text.len();
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') && host.starts_with('[') => {
                (host, Some(port))
            }
            _ => (text, None),
        };
        let port = match port {
            None => 6443,
            Some(port) => {
                let at = start + host.len() + 1;
                let part = Value::word(port, value.part(at..at + port.len()));
                values::port(port).map_err(|wrong| refuse(wrong, &part, out))?
            }
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let part = Value::word(bare, value.part(start..start + host.len()));
        let is_name = bare.starts_with(|c: char| c.is_ascii_alphabetic())
            && bare.contains('.')
            && !bare.contains(['[', '$', ':']);
        let is_one_label =
            values::name(bare).is_ok() && bare.contains(|c: char| c.is_ascii_alphabetic()) && !has_placeholder(&part);
        let host = if is_name {
            EndpointHost::Name(values::host_name(bare, false).map_err(|wrong| refuse(wrong, &part, out))?)
        } else if is_one_label {
            return Err(out.report(one_label(scope, &part)));
        } else {
            EndpointHost::Address(Address::read(&part, scope, out)?)
        };
        Ok(EndpointValue(Endpoint { host, port }))
    }
}

/// One label where a host is wanted: machines complete it each in its own way, or not at all.
fn one_label(scope: &Scope<'_>, label: &Value) -> Diagnostic {
    let address = scope.addresses(label).and_then(|(_, addresses)| addresses.first().copied());
    Diagnostic::new(&codes::NOT_A_HOST_NAME, format!("`{}` is no full host name", label.text))
        .label(label.span, "one label alone is no name that every machine resolves")
        .help(match address {
            Some(address) => {
                format!("write its address, `{address}`, or a full name such as `{}.home.arpa`", label.text)
            }
            None => format!("write an address such as `lan[10]`, or a full name such as `{}.home.arpa`", label.text),
        })
}

/// What the lowering of a cluster needs besides its own statement.
pub(crate) struct Surroundings<'a> {
    /// The name of the network, which a cluster without a statement takes.
    pub(crate) network_name: &'a Traced<Name>,
    /// A name that is sound, where one of the language's own is needed.
    pub(crate) fallback: &'a Name,
    /// The routers of the network.
    pub(crate) routers: &'a [Router],
    /// Its hosts.
    pub(crate) hosts: &'a [Host],
    /// Its subnets.
    pub(crate) subnets: &'a [Subnet],
}

impl ClusterStatement {
    /// The statement that an unsaid cluster would have.
    pub(crate) fn unsaid(network_name: &Traced<Name>, span: Span) -> Self {
        let head = Head { name: Some(network_name.clone()), doc: None, span };
        ClusterStatement { head, ..ClusterStatement::default() }
    }

    /// Lowers a cluster with its contents, which stand in it or beside it in the network.
    pub(crate) fn lower(
        self,
        network: &Statement,
        contents: &[&Statement],
        around: &Surroundings<'_>,
        reader: &mut Reader<'_>,
    ) -> Cluster {
        let Self {
            head,
            talos,
            k3s,
            kubernetes,
            datastore,
            endpoint,
            pods,
            services,
            dns_address,
            dns_domain,
            certificate_names,
            name_servers,
            mut host_services,
            discovery,
            kube_prism,
            schedule,
            image,
            machine,
            control_plane,
            kubelet,
            firewall,
            kube_span,
            patch,
            output,
        } = self;
        let span = head.span;
        let or_default = |list: List<IpNet>, default: IpNet| match list.0.is_empty() {
            true => vec![Traced::derived(default, span, Reason::Default)],
            false => list.0,
        };
        let pods = or_default(pods, DEFAULT_PODS);
        let wires = around.subnets.iter().flat_map(|subnet| &subnet.prefixes);
        let wires: Vec<IpNet> = wires.map(|prefix| prefix.value).collect();
        let name_servers = named(name_servers.0, &wires);
        let (parts, contents) = reader.gathered::<ContentsStatement>(network, contents);
        let said = endpoint.as_ref().and_then(|said| said.value.0.address());
        let asking = Asking { pods: &pods, name_servers: &name_servers, endpoint: said };
        let mut contents = contents.lower(&parts, around, &asking, reader);
        if let Some(of_all) = image.map(|image| image.lower(reader.out)) {
            for node in &mut contents.nodes {
                let own = node.image.take();
                node.image = Some(own.map_or_else(|| of_all.clone(), |own| own.over(&of_all)));
            }
        }
        let is_said = talos.is_some() || k3s.is_some();
        let distribution = distribution(talos, k3s, span, reader);
        let is_talos = matches!(distribution, Distribution::Talos(_));
        match is_talos {
            true => leave_to_others(&mut contents.nodes, around, said),
            // Where `talosctl` reaches a node says nothing of one on k3s.
            false => contents.nodes.iter_mut().for_each(|node| {
                node.found_at.clear();
                node.reached_at.clear();
            }),
        }
        // Where nothing says what it runs, that may be lost.
        let is_known = is_said || !reader.holes.contains(&span) && reader.scope.missing_file().is_none();
        if let (Some(datastore), Distribution::Talos(version), true) = (&datastore, &distribution, is_known) {
            reader.out.report(
                Diagnostic::new(&codes::DATASTORE_ON_TALOS, "the cluster's state is in etcd on Talos")
                    .label(datastore.span(), "only k3s keeps it elsewhere")
                    .label(version.span(), "the cluster runs Talos")
                    .help("leave it out"),
            );
        }
        let kubernetes = kubernetes.unwrap_or_else(|| {
            let newest = match &distribution {
                Distribution::Talos(talos) => newest_kubernetes(&talos.value),
                Distribution::K3s(Some(k3s)) => Version::of(k3s.value.major, k3s.value.minor),
                Distribution::K3s(None) => newest_kubernetes(&newest_talos()),
            };
            Traced::derived(newest, distribution_span(&distribution, span), Reason::NewestSupported)
        });
        let services_prefixes = or_default(services, DEFAULT_SERVICES);
        if let Some(Traced { value: Address::Placeholder(text), origin }) = &dns_address {
            reader.out.report(
                Diagnostic::new(&codes::VALUE_UNKNOWN, format!("`{text}` must be known here"))
                    .label(origin.span, "hnet computes other values from this one")
                    .help("write the value: what fills placeholders in runs after hnet"),
            );
        }
        let dns_address = dns_address
            .and_then(|address| address.value.known().map(|known| Traced::new(known, address.origin)))
            .unwrap_or_else(|| tenth(&services_prefixes[0]));
        let dns_domain =
            dns_domain.unwrap_or_else(|| Traced::derived(HostName::checked("cluster.local"), span, Reason::Default));
        let nodes = &contents.nodes;
        let (endpoint, virtual_ip) = endpoint_of(endpoint, nodes, around, span);
        let virtual_ip = virtual_ip.map(|address| match is_talos {
            true => address,
            false => Traced::new(address.value, address.origin.because(Reason::EndpointIsElsewhere)),
        });
        let masquerades = contents.cilium.as_ref().filter(|cilium| cilium.bpf_masquerade.value);
        let said_dns = host_services.own_host_dns();
        let host_dns = said_dns.enabled.unwrap_or_else(|| Traced::derived(true, span, Reason::Default));
        let forward_kube_dns = said_dns.forward_kube_dns.unwrap_or_else(|| match masquerades {
            _ if !host_dns.value => Traced::derived(false, host_dns.span(), Reason::HostDnsOff),
            Some(cilium) => Traced::derived(false, cilium.bpf_masquerade.span(), Reason::ForwardKubeDnsOff),
            None => Traced::derived(true, span, Reason::Default),
        });
        let schedule_on_control_planes = schedule.0.unwrap_or_else(|| {
            let workers = nodes.iter().any(|node| node.role.value == Role::Worker);
            Traced::derived(!workers, span, if workers { Reason::Default } else { Reason::NoWorkers })
        });
        let kube_prism = kube_prism.map_or_else(
            || Some(Traced::derived(KUBE_PRISM_PORT, span, Reason::Default)),
            |said| said.lower(KUBE_PRISM_PORT, reader.out),
        );
        let control_plane = control_plane.lower(contents.cilium.as_ref(), contents.dns.as_ref(), reader.out);
        let mut cluster = Cluster {
            name: head.name.unwrap_or_else(|| around.network_name.clone()),
            doc: head.doc,
            distribution,
            kubernetes,
            endpoint,
            virtual_ip,
            pods,
            services_prefixes,
            dns_address,
            dns_domain,
            certificate_names: each(certificate_names.0, NameOrAddress::all),
            name_servers,
            time: host_services.time(&wires),
            default_search: host_services.default_search.0,
            datastore: datastore.map(|datastore| datastore.map(|Text(text)| text)),
            discovery: discovery.map(DiscoveryStatement::lower).unwrap_or_default(),
            kube_prism: kube_prism.filter(|_| is_talos),
            host_dns: HostDns {
                enabled: host_dns,
                forward_kube_dns,
                resolve_member_names: said_dns.resolve_member_names,
            },
            control_plane,
            schedule_on_control_planes,
            nodes: contents.nodes,
            namespaces: contents.namespaces,
            machine: machine.map(|machine| machine.lower(reader.out)).unwrap_or_default(),
            kubelet: kubelet.map(|kubelet| kubelet.lower(reader.out)).unwrap_or_default(),
            firewall: firewall.map(FirewallStatement::lower),
            kube_span: kube_span.map(KubeSpanStatement::lower),
            patches: patch.0.into_iter().map(|patch| patch.value).collect(),
            gateway_api: contents.gateway_api,
            cilium: contents.cilium,
            pools: contents.pools,
            policies: contents.policies,
            bgp: contents.bgp,
            envoy: contents.envoy,
            gateways: contents.gateways,
            routes: contents.routes,
            services: contents.services,
            dns: contents.dns,
            tunnels: contents.tunnels,
            external_dns: contents.external_dns,
            records: contents.records,
            certificates: contents.certificates,
            issuers: contents.issuers,
            secret_stores: contents.secret_stores,
            gitops: contents.gitops,
            monitoring: contents.monitoring,
            output: output.map_or_else(Output::default, |output| output.lower_for_one(reader.out)),
            manifests: contents.manifests,
            span,
        };
        carry_virtual_ip(&mut cluster, around.subnets);
        cluster
    }
}

fn distribution(talos: One<Version>, k3s: One<Version>, span: Span, reader: &mut Reader<'_>) -> Distribution {
    match (talos, k3s) {
        (Some(talos), Some(k3s)) => {
            // Which of the two its nodes run is not known.
            reader.holes.insert(span);
            reader.out.report(
                Diagnostic::new(&codes::TWO_DISTRIBUTIONS, "the cluster runs Talos and k3s")
                    .label(k3s.span(), "k3s is said here")
                    .label(talos.span(), "Talos is said here")
                    .help("a cluster's nodes run one of the two: keep the one that they boot"),
            );
            Distribution::Talos(talos)
        }
        (Some(talos), None) => Distribution::Talos(talos),
        (None, Some(k3s)) => Distribution::K3s(Some(k3s)),
        (None, None) => Distribution::Talos(Traced::derived(newest_talos(), span, Reason::NewestSupported)),
    }
}

/// The newest Talos version that the table knows.
fn newest_talos() -> Version {
    let (major, minor) = versions::newest();
    Version::of(major, minor)
}

/// The newest Kubernetes that a Talos version runs.
fn newest_kubernetes(talos: &Version) -> Version {
    let (major, minor) = versions::newest_kubernetes(talos.minor());
    Version { major, minor, patch: Some(0), suffix: String::new() }
}

fn distribution_span(distribution: &Distribution, fallback: Span) -> Span {
    match distribution {
        Distribution::Talos(version) => version.span(),
        Distribution::K3s(Some(version)) => version.span(),
        Distribution::K3s(None) => fallback,
    }
}

/// The tenth address of a service prefix, where Kubernetes distributions put cluster DNS.
fn tenth(prefix: &Traced<IpNet>) -> Traced<IpAddr> {
    let address = hnet_model::address_at(prefix.value, 10).unwrap_or_else(|| prefix.value.broadcast());
    Traced::derived(address, prefix.span(), Reason::TenthServiceAddress)
}

/// The endpoint and, where it is an address of no node, the virtual IP that it is.
fn endpoint_of(
    said: One<EndpointValue>,
    nodes: &[hnet_model::Node],
    around: &Surroundings<'_>,
    span: Span,
) -> (Traced<Endpoint>, Option<Traced<IpAddr>>) {
    if let Some(said) = said {
        let origin = said.origin;
        let endpoint = said.value.0;
        let virtual_ip = match &endpoint.host {
            EndpointHost::Address(Address::Known(address)) => {
                // An endpoint at a router or a host is a load balancer, not a virtual IP.
                let routers = around.routers.iter().flat_map(|router| &router.addresses);
                let mut devices = routers.chain(around.hosts.iter().flat_map(|host| &host.addresses));
                let owned = devices.any(|device| device.value.known() == Some(*address))
                    || nodes.iter().any(|node| node.has(*address).is_some());
                (!owned).then(|| Traced::new(*address, origin.because(Reason::EndpointIsVirtual)))
            }
            EndpointHost::Address(Address::Placeholder(_)) | EndpointHost::Name(_) => None,
        };
        return (Traced::new(endpoint, origin), virtual_ip);
    }
    let first = nodes
        .iter()
        .filter(|node| node.role.value == Role::ControlPlane)
        .find_map(|node| node.address.as_ref().map(|address| (address, address.value.address())));
    let endpoint = match first {
        Some((address, host)) => Traced::derived(
            Endpoint { host: EndpointHost::Address(host), port: 6443 },
            address.span(),
            Reason::ControlPlaneAddress,
        ),
        None => {
            // No control plane has a known address, which a rule refuses.
            let host = EndpointHost::Address(Address::Known(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
            Traced::derived(Endpoint { host, port: 6443 }, span, Reason::ControlPlaneAddress)
        }
    };
    (endpoint, None)
}

/// A node does not have the address at which it is reached where that is a router's, which forwards a port, or a host's at the
/// endpoint, which passes on what comes for the cluster, or where links carry it as a virtual IP.
fn leave_to_others(nodes: &mut [hnet_model::Node], around: &Surroundings<'_>, endpoint: Option<IpAddr>) {
    if nodes.iter().all(|node| node.found_at.is_empty()) {
        return;
    }
    let routers = around.routers.iter().flat_map(|router| &router.addresses);
    let virtual_ips = nodes.iter().flat_map(hnet_model::Node::links).flat_map(LinkRef::virtual_ips);
    let hosts = around.hosts.iter().flat_map(|host| &host.addresses);
    let balancers = hosts.filter(|address| endpoint.is_some() && address.value.known() == endpoint);
    let others = routers.chain(balancers).chain(virtual_ips);
    let others: IndexSet<IpAddr> = others.filter_map(|address| address.value.known()).collect();
    nodes.iter_mut().for_each(|node| node.found_at.retain(|own| !others.contains(&own.value)));
}

/// Gives the cluster's virtual IP to the link of each control plane that is on its subnet, and with it the node its
/// primary link.
fn carry_virtual_ip(cluster: &mut Cluster, subnets: &[Subnet]) {
    let Some(virtual_ip) = cluster.shared_address() else { return };
    let carried = Traced::new(Address::Known(virtual_ip.value), virtual_ip.origin);
    for node in cluster.nodes.iter_mut().filter(|node| node.role.value == Role::ControlPlane) {
        if node.links().any(|link| link.carries(virtual_ip.value)) {
            continue;
        }
        let Some(carrier) = node.carrier(virtual_ip.value, subnets) else { continue };
        let (interface, vlan) = (carrier.interface.span, carrier.vlan.map(|vlan| vlan.span));
        let Some(interface) = node.interfaces.iter_mut().find(|own| own.span == interface) else { continue };
        match vlan.and_then(|vlan| interface.vlans.iter_mut().find(|own| own.span == vlan)) {
            Some(vlan) => vlan.virtual_ips.push(carried.clone()),
            None => interface.virtual_ips.push(carried.clone()),
        }
        node.address = own_address(node, Some(virtual_ip.value), subnets);
    }
}
