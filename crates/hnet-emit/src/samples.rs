//! Networks built by hand, for the tests of the emitters.
//!
//! Every value has a span of its own, counted up, so that a test can see which text a line came from.

use std::cell::Cell;
use std::net::IpAddr;

use hnet_diagnostics::FileId;
use hnet_model::{
    Address, AddressRange, Admission, Announce, ArgoCd, Backend, Certificate, CertificateId, CertificateIssuer,
    CertificateRequest, Cilium, Cluster, ControlPlane, DhcpOptions, Direction, Discovery, Disk, Distribution, Dns, End,
    Endpoint, EndpointHost, EnvoyKind, EnvoyObject, EnvoyTarget, Forward, Gateway, GatewayApi, GatewayClass, GatewayId,
    GitOps, Host, HostDns, HostName, Hubble, Interface, InterfaceAddress, Internet, InternetId, IpNet, IssuerId,
    KubeletSettings, LinkSelector, Listener, ListenerId, ListenerProtocol, ListenerTls, LoadBalancerMode, Mac,
    MachineSettings, Name, Network, Node, OriginSettings, Output, Overlay, OwnHostDns, Owner, Parent, Placeholders,
    Policy, PolicyKind, PolicyPort, PolicyProtocol, PolicyRule, Pool, PortOrName, Publish, PublishTarget, Reason, Role,
    Route, RouteKind, RouteRule, Router, RouterId, RoutingMode, SecretReference, SecretStore, SecretStoreId, Service,
    ServiceId, ServiceTarget, ServiceTls, Span, StaticRoute, Subnet, SubnetId, Switch, SwitchId, Targeted,
    TimeSettings, Told, ToldValue, Tool, Traced, Tunnel, Uplink, Version, VlanLink, Workload, Zone,
};

/// Gives each value the next span.
pub(crate) struct Spans(Cell<usize>);

impl Spans {
    pub(crate) fn new() -> Self {
        Spans(Cell::new(1))
    }

    pub(crate) fn next(&self) -> Span {
        let at = self.0.get();
        self.0.set(at + 1);
        Span::new(FileId(0), at, at + 1)
    }

    pub(crate) fn of<T>(&self, value: T) -> Traced<T> {
        Traced::written(value, self.next())
    }

    pub(crate) fn name(&self, name: &str) -> Traced<Name> {
        self.of(Name::new(name).unwrap())
    }

    fn host_name(&self, name: &str) -> Traced<HostName> {
        self.of(HostName::checked(name))
    }

    pub(crate) fn address(&self, address: &str) -> Traced<Address> {
        self.of(Address::Known(ip(address)))
    }
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(crate) fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn version(major: u32, minor: u32, patch: u32) -> Version {
    Version { patch: Some(patch), ..Version::of(major, minor) }
}

/// An interface with one static address and the default route, as the seed's node has it.
pub(crate) fn interface(spans: &Spans, mac: u8, address: &str) -> Interface {
    Interface {
        name: spans.name("lan0"),
        selector: spans.of(LinkSelector::Mac(Mac::Known([2, 0, 0x5e, 0, 0, mac]))),
        made: None,
        member_of: None,
        subnet: Some(SubnetId(0)),
        dhcp: spans.of(false),
        dhcp_options: DhcpOptions::default(),
        addresses: vec![spans.of(InterfaceAddress::Known(net(address)))],
        reserved: 0,
        default_route: None,
        routes: vec![StaticRoute::by(Traced::derived(
            Address::Known(ip("192.168.10.1")),
            spans.next(),
            Reason::SubnetRouter,
        ))],
        mtu: None,
        virtual_ips: Vec::new(),
        vlans: Vec::new(),
        switch: Some(spans.of(SwitchId(0))),
        span: spans.next(),
    }
}

pub(crate) fn vlan(spans: &Spans, id: u16, address: &str) -> VlanLink {
    VlanLink {
        id: spans.of(id),
        subnet: None,
        dhcp: spans.of(false),
        dhcp_options: DhcpOptions::default(),
        addresses: vec![spans.of(InterfaceAddress::Known(net(address)))],
        reserved: 0,
        default_route: None,
        routes: Vec::new(),
        mtu: None,
        virtual_ips: Vec::new(),
        span: spans.next(),
    }
}

pub(crate) fn node(spans: &Spans, name: &str, role: Role, mac: u8, address: &str) -> Node {
    let interface = interface(spans, mac, address);
    Node {
        name: spans.name(name),
        hostname: None,
        doc: None,
        role: spans.of(role),
        disk: Some(spans.of(Disk::Path("/dev/nvme0n1".into()))),
        image: None,
        uuid: None,
        address: interface.addresses.first().cloned(),
        interfaces: vec![interface],
        reached_at: Vec::new(),
        found_at: Vec::new(),
        name_servers: vec![spans.address("192.168.10.1"), spans.address("1.1.1.1")],
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
        span: spans.next(),
    }
}

fn cluster(spans: &Spans, nodes: Vec<Node>) -> Cluster {
    let certificate = |listener_tls: bool| {
        listener_tls.then(|| ListenerTls { passthrough: false, certificates: vec![spans.of(CertificateId(0))] })
    };
    let gateway = |name: &str, doc: &str, address: &str, port, tls: bool| Gateway {
        name: spans.name(name),
        doc: Some(doc.to_owned()),
        namespace: spans.name("gateway-system"),
        class: spans.of(GatewayClass::Cilium),
        proxy: None,
        addresses: vec![spans.address(address)],
        listeners: vec![Listener {
            name: spans.name(if tls { "https" } else { "http" }),
            port: spans.of(port),
            protocol: spans.of(if tls { ListenerProtocol::Https } else { ListenerProtocol::Http }),
            hostname: tls.then(|| spans.host_name("*.example.com")),
            tls: certificate(tls),
            admits: spans.of(Admission::Namespaces(vec![Name::new("monitoring").unwrap()])),
            span: spans.next(),
        }],
        overlay: Overlay::default(),
        service_labels: Vec::new(),
        service_annotations: Vec::new(),
        span: spans.next(),
    };
    Cluster {
        name: spans.name("home"),
        doc: None,
        distribution: Distribution::Talos(spans.of(version(1, 13, 9))),
        kubernetes: spans.of(version(1, 36, 2)),
        endpoint: spans.of(Endpoint { host: EndpointHost::Address(Address::Known(ip("192.168.10.10"))), port: 6443 }),
        virtual_ip: Some(Traced::derived(ip("192.168.10.10"), spans.next(), Reason::EndpointIsVirtual)),
        pods: vec![spans.of(net("10.42.0.0/16"))],
        services_prefixes: vec![spans.of(net("10.43.0.0/16"))],
        dns_address: Traced::derived(ip("10.43.0.10"), spans.next(), Reason::TenthServiceAddress),
        dns_domain: Traced::derived(HostName::checked("cluster.local"), spans.next(), Reason::Default),
        certificate_names: vec![spans.of("k8s.example.com".to_owned())],
        name_servers: Vec::new(),
        time: TimeSettings { servers: vec![spans.of("192.168.10.1".to_owned())], ..TimeSettings::default() },
        default_search: None,
        datastore: None,
        discovery: Discovery::default(),
        kube_prism: Some(spans.of(7445)),
        host_dns: HostDns { enabled: spans.of(true), forward_kube_dns: spans.of(false), resolve_member_names: None },
        control_plane: ControlPlane::default(),
        schedule_on_control_planes: spans.of(true),
        nodes,
        namespaces: Vec::new(),
        machine: MachineSettings::default(),
        kubelet: KubeletSettings::default(),
        firewall: None,
        kube_span: None,
        patches: Vec::new(),
        gateway_api: Some(GatewayApi {
            version: spans.of(version(1, 6, 0)),
            experimental: spans.of(false),
            owner: Owner::Hnet,
        }),
        cilium: Some(Cilium {
            version: spans.of(version(1, 20, 0)),
            hubble: Some(Hubble { relay: spans.of(true), ui: spans.of(true), span: spans.next() }),
            encryption: spans.of(false),
            routing: spans.of(RoutingMode::Native),
            load_balancer: spans.of(LoadBalancerMode::Snat),
            devices: Vec::new(),
            bpf_masquerade: spans.of(true),
            settings: spans.of(ToldValue::default()),
            values: Vec::new(),
            owner: Owner::Hnet,
            span: spans.next(),
        }),
        pools: vec![Pool {
            name: spans.name("ways-in"),
            doc: None,
            prefixes: Vec::new(),
            first_and_last: spans.of(false),
            ranges: vec![spans.of(AddressRange { first: ip("192.168.10.32"), last: ip("192.168.10.63") })],
            namespaces: Vec::new(),
            announce: Some(spans.of(Announce::Layer2(hnet_model::Layer2::default()))),
            policy: None,
            overlay: Overlay::default(),
            span: spans.next(),
        }],
        bgp: Vec::new(),
        external_dns: Vec::new(),
        records: Vec::new(),
        gateways: vec![
            gateway("external-gateway", "What the internet reaches.", "192.168.10.49", 443, true),
            gateway("internal-gateway", "What the LAN reaches.", "192.168.10.50", 80, false),
        ],
        routes: vec![Route {
            name: spans.name("grafana"),
            doc: Some("Dashboards.".to_owned()),
            kind: spans.of(RouteKind::Http),
            namespace: spans.name("monitoring"),
            hostnames: vec![spans.host_name("grafana.example.com")],
            parents: vec![
                spans.of(Parent { gateway: GatewayId(0), listener: Some(ListenerId(0)) }),
                spans.of(Parent { gateway: GatewayId(1), listener: None }),
            ],
            overlay: Overlay::default(),
            rules: vec![RouteRule {
                backends: vec![spans.of(Backend { service: ServiceId(0), weight: 1 })],
                ..RouteRule::default()
            }],
            span: spans.next(),
        }],
        services: vec![Service {
            label: Some(spans.name("grafana")),
            doc: None,
            namespace: spans.name("monitoring"),
            name: spans.name("grafana"),
            port: spans.of(80),
            ports: Vec::new(),
            addresses: Vec::new(),
            target: ServiceTarget::Cluster,
            tls: ServiceTls::default(),
            overlay: Overlay::default(),
            span: spans.next(),
        }],
        dns: Some(Dns {
            zones: vec![Zone {
                name: spans.host_name("home.arpa"),
                forward: Some(Forward { servers: vec![spans.address("192.168.10.1")] }),
                cache: Some(spans.of(hnet_model::Duration(30_000))),
                records: Vec::new(),
                span: spans.next(),
            }],
            forwards: Vec::new(),
            replicas: spans.of(2),
            corefile: None,
            config_map: None,
            overlay: Overlay::default(),
            span: spans.next(),
        }),
        tunnels: vec![Tunnel {
            name: spans.name("home"),
            doc: None,
            id: spans.of("6ff42ae2-765d-4adf-8112-31c55c1551ef".to_owned()),
            credentials: Some(spans.of(SecretReference {
                store: SecretStoreId(0),
                key: "cloudflared".to_owned(),
                property: Some("credentials.json".to_owned()),
            })),
            connector: spans.name("cloudflared"),
            namespace: spans.name("cloudflared"),
            version: spans.of(version(2026, 8, 0)),
            workload: spans.of(Workload::Deployment(2)),
            publish: vec![Publish {
                hostname: spans.host_name("*.example.com"),
                target: spans.of(PublishTarget::Listener(GatewayId(0), ListenerId(0))),
                origin: OriginSettings::default(),
            }],
            config_map: None,
            secret: None,
            overlay: Overlay::default(),
            span: spans.next(),
        }],
        envoy: vec![EnvoyObject {
            kind: EnvoyKind::Client,
            name: spans.name("all"),
            doc: None,
            namespace: spans.name("gateway-system"),
            class: None,
            targets: vec![spans.of(EnvoyTarget { kind: "Gateway", which: Targeted::Labelled(Vec::new()) })],
            settings: spans.of(ToldValue::Map(vec![("http3".into(), spans.of(ToldValue::default()))])),
            overlay: Overlay::default(),
            span: spans.next(),
        }],
        policies: vec![Policy {
            name: spans.name("web"),
            doc: None,
            kind: spans.of(PolicyKind::Cilium),
            namespace: Some(spans.name("media")),
            pods: Vec::new(),
            nodes: Vec::new(),
            denies_ingress: spans.of(true),
            denies_egress: spans.of(false),
            cluster_dns: spans.of(false),
            rules: vec![PolicyRule {
                direction: Direction::Ingress,
                denies: false,
                ends: vec![spans.of(End::Gateway(GatewayId(0)))],
                except: Vec::new(),
                ports: vec![
                    spans.of(PolicyPort { port: PortOrName::Range(8080, 8080), protocol: PolicyProtocol::Tcp }),
                ],
                icmp: Vec::new(),
                dns: Vec::new(),
                span: spans.next(),
            }],
            overlay: Overlay::default(),
            span: spans.next(),
        }],
        certificates: vec![Certificate {
            name: spans.name("wildcard"),
            doc: None,
            namespace: spans.name("gateway-system"),
            names: vec![spans.host_name("example.com"), spans.host_name("*.example.com")],
            issuer: Some(spans.of(IssuerId(0))),
            object_name: None,
            secret: None,
            request: CertificateRequest::default(),
            overlay: Overlay::default(),
            span: spans.next(),
        }],
        issuers: vec![CertificateIssuer {
            name: spans.name("letsencrypt"),
            doc: None,
            cluster_wide: spans.of(true),
            namespace: None,
            settings: Some(acme(spans)),
            overlay: Overlay::default(),
            span: spans.next(),
        }],
        secret_stores: vec![SecretStore {
            name: spans.name("vault"),
            cluster_wide: spans.of(true),
            owner: Owner::Hnet,
            span: spans.next(),
        }],
        gitops: Some(GitOps {
            tool: Tool::ArgoCd(ArgoCd {
                repository: spans.of("https://github.com/example/home-ops.git".to_owned()),
                project: spans.name("default"),
            }),
            revision: spans.of("main".to_owned()),
            path: spans.of(String::new()),
            namespace: spans.name("argocd"),
            overlay: Overlay::default(),
            span: spans.next(),
        }),
        monitoring: None,
        output: Output::default(),
        manifests: Vec::new(),
        span: spans.next(),
    }
}

/// Let's Encrypt with the DNS of Cloudflare.
fn acme(spans: &Spans) -> Told {
    let mut told = spans.of(ToldValue::default());
    let text = |text: &str| spans.of(ToldValue::Text(text.to_owned()));
    told.value.put(&["acme", "server"], text("https://acme-v02.api.letsencrypt.org/directory"));
    told.value.put(&["acme", "privateKeySecretRef", "name"], text("letsencrypt"));
    let mut solver = spans.of(ToldValue::default());
    let token = [("name".into(), text("cloudflare")), ("key".into(), text("api-token"))];
    let token = spans.of(ToldValue::Map(token.to_vec()));
    solver.value.put(&["dns01", "cloudflare", "apiTokenSecretRef"], token);
    told.value.put(&["acme", "solvers"], spans.of(ToldValue::List(vec![solver])));
    told
}

/// A Talos cluster of three control planes behind one router, with a gateway for the internet behind a
/// tunnel and one for the LAN.
pub(crate) fn homelab() -> Network {
    let spans = Spans::new();
    let nodes = [
        ("node-01", 0x11, "192.168.10.100/24"),
        ("node-02", 0x12, "192.168.10.101/24"),
        ("node-03", 0x13, "192.168.10.102/24"),
    ]
    .map(|(name, mac, address)| node(&spans, name, Role::ControlPlane, mac, address));
    let mut cluster = cluster(&spans, nodes.into());
    let virtual_ip = cluster.virtual_ip.map(|address| address.map(Address::Known));
    for interface in cluster.nodes.iter_mut().flat_map(|node| &mut node.interfaces) {
        interface.virtual_ips.extend(virtual_ip.clone());
    }
    Network {
        name: spans.name("homelab"),
        doc: Some("The home network: one Talos cluster behind one router.".to_owned()),
        domain: Some(spans.host_name("example.com")),
        internets: vec![Internet { name: spans.name("isp"), doc: None, span: spans.next() }],
        routers: vec![Router {
            name: spans.name("edge"),
            doc: None,
            uplink: Some(spans.of(Uplink::Internet(InternetId(0)))),
            addresses: vec![spans.address("192.168.10.1")],
            as_number: None,
            system: None,
            span: spans.next(),
        }],
        switches: vec![Switch {
            name: spans.name("core"),
            doc: None,
            uplink: Some(spans.of(Uplink::Router(RouterId(0)))),
            address: None,
            ports: None,
            span: spans.next(),
        }],
        hosts: vec![Host {
            name: spans.name("nas"),
            doc: Some("Backups and media.".to_owned()),
            addresses: vec![spans.address("192.168.10.20")],
            mac: None,
            switch: Some(spans.of(SwitchId(0))),
            span: spans.next(),
        }],
        subnets: vec![Subnet {
            name: spans.name("lan"),
            doc: None,
            prefixes: vec![spans.of(net("192.168.10.0/24"))],
            vlan: None,
            router: Some(spans.of(RouterId(0))),
            gateways: vec![spans.address("192.168.10.1")],
            name_servers: vec![spans.address("192.168.10.1")],
            search_domains: Vec::new(),
            dhcp: vec![spans.of(AddressRange { first: ip("192.168.10.128"), last: ip("192.168.10.199") })],
            reservations: Vec::new(),
            mtu: None,
            span: spans.next(),
        }],
        clusters: vec![cluster],
        output: Output::default(),
        shared: Vec::new(),
        placeholders: Placeholders::default(),
        allowed: Vec::new(),
        span: spans.next(),
    }
}

/// The same network with k3s on its machines.
pub(crate) fn on_k3s() -> Network {
    let mut network = homelab();
    network.doc = Some("The home network: one k3s cluster behind one router.".to_owned());
    let cluster = &mut network.clusters[0];
    cluster.distribution = Distribution::K3s(None);
    cluster.virtual_ip = None;
    cluster.nodes.iter_mut().flat_map(|node| &mut node.interfaces).for_each(|interface| interface.virtual_ips.clear());
    cluster.kube_prism = None;
    cluster.endpoint.value.host = EndpointHost::Address(Address::Known(ip("192.168.10.100")));
    network
}

/// The same network on another Talos version.
pub(crate) fn on_talos(minor: u32) -> Network {
    let mut network = homelab();
    network.clusters[0].distribution = Distribution::Talos(Spans::new().of(Version::of(1, minor)));
    network
}

/// What is emitted for a network.
pub(crate) fn emitted(network: &Network) -> crate::Outputs {
    crate::emit(network, &hnet_diagnostics::Sources::default())
}
