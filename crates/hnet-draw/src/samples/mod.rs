//! Networks for the tests: a home like the ones that people have, a single machine, a large site, and random ones.
//!
//! Built by hand, since the pictures know no syntax, and long for that: each thing is written out. Start at [`home`]; [`random`] takes sizes and a seed.

mod chance;

use std::net::IpAddr;

use hnet_diagnostics::{FileId, Reason, Span, Traced};
use hnet_model::*;

pub(crate) use chance::{Sizes, random};

/// A span of its own for each thing, so that a picture can be seen to carry the right one.
fn span(at: usize) -> Span {
    Span::new(FileId(0), at, at + 1)
}

/// A value that the source says at a place.
pub(crate) fn said<T>(value: T) -> Traced<T> {
    Traced::written(value, span(7))
}

pub(crate) fn name(text: &str) -> Traced<Name> {
    said(Name::new(text).expect("the samples use good names"))
}

fn host_name(text: &str) -> Traced<HostName> {
    said(HostName::checked(text))
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("the samples use good addresses")
}

fn prefix(text: &str) -> Traced<IpNet> {
    said(text.parse().expect("the samples use good prefixes"))
}

fn version(major: u32, minor: u32, patch: u32) -> Traced<Version> {
    said(Version { patch: Some(patch), ..Version::of(major, minor) })
}

fn doc(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A network with nothing in it.
pub(crate) fn empty(title: &str) -> Network {
    Network {
        name: name(title),
        doc: None,
        domain: None,
        internets: Vec::new(),
        routers: Vec::new(),
        switches: Vec::new(),
        hosts: Vec::new(),
        subnets: Vec::new(),
        clusters: Vec::new(),
        output: Output::default(),
        shared: Vec::new(),
        placeholders: Placeholders::default(),
        allowed: Vec::new(),
        span: span(0),
    }
}

/// A cluster with nothing in it.
pub(crate) fn cluster(title: &str) -> Cluster {
    Cluster {
        name: name(title),
        doc: None,
        distribution: Distribution::Talos(version(1, 13, 0)),
        kubernetes: version(1, 36, 2),
        endpoint: said(Endpoint { host: EndpointHost::Address(Address::Known(address("10.0.10.10"))), port: 6443 }),
        virtual_ip: None,
        pods: vec![prefix("10.42.0.0/16")],
        services_prefixes: vec![prefix("10.43.0.0/16")],
        dns_address: Traced::derived(address("10.43.0.10"), span(1), Reason::TenthServiceAddress),
        dns_domain: host_name("cluster.local"),
        certificate_names: Vec::new(),
        name_servers: Vec::new(),
        time: TimeSettings::default(),
        default_search: None,
        datastore: None,
        discovery: Discovery::default(),
        kube_prism: Some(said(7445)),
        host_dns: HostDns { enabled: said(true), forward_kube_dns: said(false), resolve_member_names: None },
        control_plane: ControlPlane::default(),
        schedule_on_control_planes: said(false),
        nodes: Vec::new(),
        namespaces: Vec::new(),
        machine: MachineSettings::default(),
        kubelet: KubeletSettings::default(),
        firewall: None,
        kube_span: None,
        patches: Vec::new(),
        gateway_api: Some(GatewayApi { version: version(1, 6, 0), experimental: said(false), owner: Owner::Hnet }),
        cilium: Some(Cilium {
            version: version(1, 20, 0),
            hubble: Some(Hubble { relay: said(true), ui: said(true), span: span(2) }),
            encryption: said(false),
            routing: said(RoutingMode::Native),
            load_balancer: said(LoadBalancerMode::Dsr),
            devices: Vec::new(),
            bpf_masquerade: said(true),
            settings: said(ToldValue::default()),
            values: Vec::new(),
            owner: Owner::Hnet,
            span: span(2),
        }),
        pools: Vec::new(),
        bgp: Vec::new(),
        external_dns: Vec::new(),
        records: Vec::new(),
        gateways: Vec::new(),
        routes: Vec::new(),
        services: Vec::new(),
        dns: None,
        tunnels: Vec::new(),
        policies: Vec::new(),
        envoy: Vec::new(),
        certificates: Vec::new(),
        issuers: Vec::new(),
        secret_stores: Vec::new(),
        gitops: None,
        monitoring: None,
        output: Output::default(),
        manifests: Vec::new(),
        span: span(3),
    }
}

pub(crate) fn subnet(title: &str, prefixes: &[&str], vlan: Option<u16>, gateways: &[&str]) -> Subnet {
    Subnet {
        name: name(title),
        doc: None,
        prefixes: prefixes.iter().map(|text| prefix(text)).collect(),
        vlan: vlan.map(said),
        router: (!gateways.is_empty()).then(|| said(RouterId(0))),
        gateways: gateways.iter().map(|text| said(Address::Known(address(text)))).collect(),
        name_servers: gateways.iter().map(|text| said(Address::Known(address(text)))).collect(),
        search_domains: Vec::new(),
        dhcp: Vec::new(),
        reservations: Vec::new(),
        mtu: None,
        span: span(4),
    }
}

/// A node with one interface on the first switch: its first address is untagged, the others are VLANs.
pub(crate) fn node(title: &str, remark: &str, role: Role, addresses: &[(usize, &str)]) -> Node {
    let with_length = |text: &str| {
        let length = if text.contains(':') { 64 } else { 24 };
        said(InterfaceAddress::Known(IpNet::new(address(text), length).expect("the lengths are good")))
    };
    let interface = |number: usize, subnet: usize, text: &str| Interface {
        name: name(&format!("lan{number}")),
        selector: said(LinkSelector::Mac(Mac::Known([2, 0, 0x5e, 0, 0, 1]))),
        made: None,
        member_of: None,
        subnet: Some(SubnetId(subnet)),
        dhcp: said(text.is_empty()),
        dhcp_options: DhcpOptions::default(),
        addresses: if text.is_empty() { Vec::new() } else { vec![with_length(text)] },
        reserved: 0,
        default_route: None,
        routes: Vec::new(),
        mtu: None,
        virtual_ips: Vec::new(),
        vlans: Vec::new(),
        switch: None,
        span: span(5),
    };
    Node {
        name: name(title),
        hostname: None,
        doc: doc(remark),
        role: said(role),
        disk: None,
        image: None,
        uuid: None,
        interfaces: addresses.iter().enumerate().map(|(at, (subnet, text))| interface(at, *subnet, text)).collect(),
        address: addresses.first().filter(|(_, text)| !text.is_empty()).map(|(_, text)| with_length(text)),
        reached_at: Vec::new(),
        found_at: Vec::new(),
        name_servers: Vec::new(),
        search_domains: Vec::new(),
        default_search: None,
        time: TimeSettings::default(),
        host_dns: OwnHostDns::default(),
        labels: Vec::new(),
        annotations: Vec::new(),
        taints: Vec::new(),
        static_hosts: Vec::new(),
        machine: MachineSettings::default(),
        kubelet: KubeletSettings::default(),
        firewall: Vec::new(),
        patches: Vec::new(),
        span: span(5),
    }
}

pub(crate) fn on_switch(mut node: Node, switch: usize) -> Node {
    for interface in &mut node.interfaces {
        interface.switch = Some(said(SwitchId(switch)));
    }
    node
}

pub(crate) fn host(title: &str, remark: &str, addresses: &[&str], switch: Option<usize>) -> Host {
    Host {
        name: name(title),
        doc: doc(remark),
        addresses: addresses.iter().map(|text| said(Address::Known(address(text)))).collect(),
        mac: None,
        switch: switch.map(|at| said(SwitchId(at))),
        span: span(6),
    }
}

pub(crate) fn router(title: &str, remark: &str, uplink: Option<Uplink>, addresses: &[&str]) -> Router {
    Router {
        name: name(title),
        doc: doc(remark),
        uplink: uplink.map(said),
        addresses: addresses.iter().map(|text| said(Address::Known(address(text)))).collect(),
        as_number: None,
        system: None,
        span: span(8),
    }
}

pub(crate) fn switch(title: &str, remark: &str, uplink: Option<Uplink>, ports: Option<u32>) -> Switch {
    let ports = ports.map(said);
    Switch { name: name(title), doc: doc(remark), uplink: uplink.map(said), address: None, ports, span: span(9) }
}

fn listener(title: &str, port: u16, protocol: ListenerProtocol, hostname: &str) -> Listener {
    Listener {
        name: name(title),
        port: said(port),
        protocol: said(protocol),
        hostname: (!hostname.is_empty()).then(|| host_name(hostname)),
        tls: None,
        admits: said(Admission::All),
        span: span(10),
    }
}

pub(crate) fn gateway(title: &str, addresses: &[&str]) -> Gateway {
    Gateway {
        name: name(title),
        doc: None,
        namespace: name("network"),
        class: said(GatewayClass::Cilium),
        proxy: None,
        addresses: addresses.iter().map(|text| said(Address::Known(address(text)))).collect(),
        listeners: vec![
            listener("https", 443, ListenerProtocol::Https, "*.example.com"),
            listener("http", 80, ListenerProtocol::Http, ""),
        ],
        overlay: Overlay::default(),
        service_labels: Vec::new(),
        service_annotations: Vec::new(),
        span: span(11),
    }
}

/// Adds a service and a route to it.
pub(crate) fn route(cluster: &mut Cluster, title: &str, service: (&str, &str, u16), gateways: &[usize]) {
    let (namespace, service, port) = service;
    let at = cluster.services.len();
    cluster.services.push(Service {
        label: None,
        doc: None,
        namespace: name(namespace),
        name: name(service),
        port: said(port),
        ports: Vec::new(),
        addresses: Vec::new(),
        target: ServiceTarget::Cluster,
        tls: ServiceTls::default(),
        overlay: Overlay::default(),
        span: span(12),
    });
    cluster.routes.push(Route {
        name: name(title),
        doc: None,
        kind: said(RouteKind::Http),
        namespace: name(namespace),
        hostnames: vec![host_name(&format!("{title}.example.com"))],
        parents: gateways
            .iter()
            .map(|gateway| said(Parent { gateway: GatewayId(*gateway), listener: Some(ListenerId(0)) }))
            .collect(),
        overlay: Overlay::default(),
        rules: vec![RouteRule {
            backends: vec![said(Backend { service: ServiceId(at), weight: 1 })],
            ..RouteRule::default()
        }],
        span: span(13),
    });
}

pub(crate) fn tunnel(title: &str, publish: &[(&str, PublishTarget)]) -> Tunnel {
    Tunnel {
        name: name(title),
        doc: None,
        id: said("6ff42ae2-765d-4adf-8112-31c55c1551ef".to_owned()),
        credentials: None,
        connector: name("cloudflared"),
        namespace: name("cloudflared"),
        version: version(2026, 6, 1),
        workload: said(Workload::Deployment(2)),
        publish: publish
            .iter()
            .map(|(hostname, target)| Publish {
                hostname: host_name(hostname),
                target: said(*target),
                origin: OriginSettings::default(),
            })
            .collect(),
        config_map: None,
        secret: None,
        overlay: Overlay::default(),
        span: span(14),
    }
}

fn add_support(cluster: &mut Cluster) {
    cluster.dns = Some(Dns {
        zones: vec![Zone {
            name: host_name("home.arpa"),
            forward: Some(Forward { servers: vec![said(Address::Known(address("10.0.10.1")))] }),
            cache: None,
            records: Vec::new(),
            span: span(15),
        }],
        forwards: Vec::new(),
        replicas: said(2),
        corefile: None,
        config_map: None,
        overlay: Overlay::default(),
        span: span(15),
    });
    cluster.gitops = Some(GitOps {
        tool: Tool::ArgoCd(ArgoCd {
            repository: said("https://github.com/me/home-ops.git".to_owned()),
            project: name("default"),
        }),
        revision: said("HEAD".to_owned()),
        path: said(String::new()),
        namespace: name("argocd"),
        overlay: Overlay::default(),
        span: span(16),
    });
    cluster.issuers.push(CertificateIssuer {
        name: name("letsencrypt"),
        doc: None,
        cluster_wide: said(true),
        namespace: None,
        settings: None,
        overlay: Overlay::default(),
        span: span(17),
    });
    cluster.certificates.push(Certificate {
        name: name("wildcard"),
        doc: None,
        namespace: name("network"),
        names: vec![host_name("example.com"), host_name("*.example.com")],
        issuer: Some(said(IssuerId(0))),
        object_name: None,
        secret: None,
        request: CertificateRequest::default(),
        overlay: Overlay::default(),
        span: span(18),
    });
    cluster.secret_stores.push(SecretStore {
        name: name("vault"),
        cluster_wide: said(true),
        owner: Owner::Hnet,
        span: span(19),
    });
}

fn range(first: &str, last: &str) -> Traced<AddressRange> {
    said(AddressRange { first: address(first), last: address(last) })
}

/// Six nodes on two VLANs, a NAS, two gateways, eight routes and a tunnel.
pub(crate) fn home() -> Network {
    let mut network = empty("talos-home");
    network.domain = Some(host_name("example.com"));
    network.internets.push(Internet { name: name("isp"), doc: doc("fibre, 1 Gb/s"), span: span(20) });
    let uplink = Uplink::Internet(InternetId(0));
    let addresses = ["203.0.113.7", "10.0.10.1", "10.0.20.1"];
    network.routers.push(router("udm-pro", "router, firewall, DHCP", Some(uplink), &addresses));
    network.switches.push(switch("usw-pro", "PoE, 2.5 GbE", Some(Uplink::Router(RouterId(0))), Some(24)));
    network.subnets.push(subnet("servers", &["10.0.10.0/24"], Some(10), &["10.0.10.1"]));
    network.subnets.push(subnet("storage", &["10.0.20.0/24"], Some(20), &["10.0.20.1"]));
    network.subnets[0].dhcp.push(range("10.0.10.128", "10.0.10.199"));
    network.subnets[0]
        .reservations
        .push(Reservation { range: range("10.0.10.240", "10.0.10.247"), reason: Some("lab bench".to_owned()) });
    network.hosts.push(host("nas", "TrueNAS", &["10.0.20.5"], Some(0)));
    let mut cluster = cluster("home");
    cluster.virtual_ip = Some(said(address("10.0.10.10")));
    for at in 1..=3 {
        let addresses = [(0, format!("10.0.10.1{at}")), (1, format!("10.0.20.1{at}"))];
        let addresses = addresses.each_ref().map(|(subnet, text)| (*subnet, text.as_str()));
        let node = node(&format!("cp-{at}"), "EQ12, 16 GB", Role::ControlPlane, &addresses);
        cluster.nodes.push(on_switch(node, 0));
    }
    for at in 1..=3 {
        let addresses = [(0, format!("10.0.10.2{at}")), (1, format!("10.0.20.2{at}"))];
        let addresses = addresses.each_ref().map(|(subnet, text)| (*subnet, text.as_str()));
        let node = node(&format!("worker-{at}"), "MS-01, 64 GB", Role::Worker, &addresses);
        cluster.nodes.push(on_switch(node, 0));
    }
    let by_workers = Layer2 { interfaces: Vec::new(), nodes: vec![said(Announcer::Workers)] };
    cluster.pools.push(Pool {
        name: name("ways-in"),
        doc: None,
        ranges: vec![range("10.0.10.50", "10.0.10.59")],
        prefixes: Vec::new(),
        first_and_last: said(false),
        namespaces: Vec::new(),
        announce: Some(said(Announce::Layer2(by_workers))),
        policy: None,
        overlay: Overlay::default(),
        span: span(21),
    });
    cluster.gateways.push(gateway("external", &["10.0.10.51"]));
    cluster.gateways.push(gateway("internal", &["10.0.10.50"]));
    for (title, service, gateways) in [
        ("grafana", ("monitoring", "grafana", 80), &[1][..]),
        ("argocd", ("argocd", "argocd-server", 80), &[1]),
        ("hass", ("home", "home-assistant", 8123), &[1]),
        ("photos", ("media", "immich-server", 2283), &[1]),
        ("git", ("dev", "forgejo", 3000), &[0]),
        ("wiki", ("dev", "outline", 80), &[0]),
        ("blog", ("web", "blog", 80), &[0]),
        ("jellyfin", ("media", "jellyfin", 8096), &[0, 1]),
    ] {
        route(&mut cluster, title, service, gateways);
    }
    cluster.tunnels.push(tunnel("home", &[("*.example.com", PublishTarget::Listener(GatewayId(0), ListenerId(0)))]));
    add_support(&mut cluster);
    network.clusters.push(cluster);
    network
}

/// One k3s machine on one LAN.
pub(crate) fn tiny() -> Network {
    let mut network = empty("attic");
    network.doc = doc("One machine under the roof.");
    network.internets.push(Internet { name: name("isp"), doc: None, span: span(20) });
    network.routers.push(router("edge", "", Some(Uplink::Internet(InternetId(0))), &["192.168.1.1"]));
    network.subnets.push(subnet("lan", &["192.168.1.0/24"], None, &["192.168.1.1"]));
    let mut cluster = cluster("attic");
    cluster.distribution = Distribution::K3s(None);
    cluster.nodes.push(node("node-1", "", Role::ControlPlane, &[(0, "192.168.1.10")]));
    cluster.gateways.push(gateway("web", &["192.168.1.32"]));
    route(&mut cluster, "blog", ("web", "blog", 80), &[0]);
    network.clusters.push(cluster);
    network
}

/// A hundred machines on six segments, three gateways and three hundred routes.
pub(crate) fn large() -> Network {
    let mut network = empty("campus");
    network.domain = Some(host_name("example.com"));
    network.internets.push(Internet { name: name("isp"), doc: doc("fibre"), span: span(20) });
    let gateways: Vec<String> = (0..6).map(|at| format!("10.0.{}.1", at * 10)).collect();
    let gateways: Vec<&str> = gateways.iter().map(String::as_str).collect();
    network.routers.push(router("core", "", Some(Uplink::Internet(InternetId(0))), &gateways));
    for at in 0..4 {
        network.switches.push(switch(&format!("rack-{at}"), "", Some(Uplink::Router(RouterId(0))), Some(48)));
    }
    for (at, title) in ["servers", "storage", "office", "iot", "guests", "cameras"].into_iter().enumerate() {
        let vlan = u16::try_from(at * 10 + 1).expect("small");
        network.subnets.push(subnet(title, &[&format!("10.0.{}.0/24", at * 10)], Some(vlan), &gateways[at..=at]));
    }
    for at in 0..24 {
        let address = format!("10.0.{}.{}", 20 + at % 4 * 10, 10 + at);
        network.hosts.push(host(&format!("device-{at}"), "", &[&address], Some(at % 4)));
    }
    let mut cluster = cluster("campus");
    cluster.virtual_ip = Some(said(address("10.0.0.10")));
    for at in 0..100 {
        let role = if at < 3 { Role::ControlPlane } else { Role::Worker };
        let title = if at < 3 { format!("cp-{at}") } else { format!("worker-{at}") };
        let addresses = [(0, format!("10.0.0.{}", 20 + at)), (1, format!("10.0.10.{}", 20 + at))];
        let addresses = addresses.each_ref().map(|(subnet, text)| (*subnet, text.as_str()));
        cluster.nodes.push(on_switch(node(&title, "", role, &addresses), at % 4));
    }
    for (at, title) in ["external", "internal", "partners"].into_iter().enumerate() {
        cluster.gateways.push(gateway(title, &[&format!("10.0.0.{}", 200 + at)]));
    }
    for at in 0..300 {
        let (title, namespace) = (format!("app-{at}"), format!("team-{}", at % 20));
        route(&mut cluster, &title, (&namespace, &title, 8080), &[at % 3]);
    }
    cluster.tunnels.push(tunnel("campus", &[("*.example.com", PublishTarget::Listener(GatewayId(0), ListenerId(0)))]));
    add_support(&mut cluster);
    network.clusters.push(cluster);
    network
}
