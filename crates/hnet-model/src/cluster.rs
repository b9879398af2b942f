//! A cluster: what its machines run and all that stands in it.

use std::net::IpAddr;

use hnet_diagnostics::{Origin, Reason, Span, Traced};
use ipnet::IpNet;

use crate::{
    Address, ArgoCd, Bgp, Certificate, CertificateIssuer, Cilium, ControlPlane, Discovery, Dns, EnvoyObject,
    ExternalDns, Firewall, Flux, Gateway, GatewayApi, GitOps, HostName, KubeSpan, KubeletSettings, MachineSettings,
    Monitoring, Name, Node, Output, Overlay, Policy, Pool, RawYaml, Records, Route, SecretStore, Service, TimeSettings,
    Tunnel, Version,
};

/// A Kubernetes cluster and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// What its machines run.
    pub distribution: Distribution,
    /// Its Kubernetes version.
    pub kubernetes: Traced<Version>,
    /// Where its API is reached.
    pub endpoint: Traced<Endpoint>,
    /// The endpoint's address, where it is no machine's: on Talos the control planes share it as a virtual IP,
    /// to k3s something else gives it.
    pub virtual_ip: Option<Traced<IpAddr>>,
    /// The prefixes of pods: IPv4, IPv6 or both.
    pub pods: Vec<Traced<IpNet>>,
    /// The prefixes of services, in the families of the pods.
    pub services_prefixes: Vec<Traced<IpNet>>,
    /// Where cluster DNS answers.
    pub dns_address: Traced<IpAddr>,
    /// The domain of cluster names, `cluster.local` by default.
    pub dns_domain: Traced<HostName>,
    /// Further names and addresses in the API server's certificate.
    pub certificate_names: Vec<Traced<String>>,
    /// The name servers of all nodes, where they are not their subnets'.
    pub name_servers: Vec<Traced<Address>>,
    /// Where all nodes take the time from.
    pub time: TimeSettings,
    /// Whether the domains of the nodes' own host names are searched, where the source says it.
    pub default_search: Option<Traced<bool>>,
    /// Where k3s keeps its state, in place of its own etcd.
    pub datastore: Option<Traced<String>>,
    /// How nodes find each other.
    pub discovery: Discovery,
    /// The port of KubePrism on every node; none where it is off. Talos only.
    pub kube_prism: Option<Traced<u16>>,
    /// Talos's caching resolver on the host.
    pub host_dns: HostDns,
    /// What Talos is told of the components that it runs.
    pub control_plane: ControlPlane,
    /// Whether control planes carry pods.
    pub schedule_on_control_planes: Traced<bool>,
    /// The machines.
    pub nodes: Vec<Node>,
    /// The namespaces that it owns besides those of hnet's own components.
    pub namespaces: Vec<Namespace>,
    /// What all machines are told that is about no network.
    pub machine: MachineSettings,
    /// What the kubelet of all machines is told.
    pub kubelet: KubeletSettings,
    /// Talos's ingress firewall on all machines.
    pub firewall: Option<Firewall>,
    /// The mesh of its machines.
    pub kube_span: Option<KubeSpan>,
    /// Talos patches for all nodes.
    pub patches: Vec<RawYaml>,
    /// The installed Gateway API.
    pub gateway_api: Option<GatewayApi>,
    /// The CNI.
    pub cilium: Option<Cilium>,
    /// The load balancer's addresses.
    pub pools: Vec<Pool>,
    /// Who may talk to whom.
    pub policies: Vec<Policy>,
    /// Who speaks BGP with routers.
    pub bgp: Vec<Bgp>,
    /// What Envoy Gateway is told.
    pub envoy: Vec<EnvoyObject>,
    /// The gateways.
    pub gateways: Vec<Gateway>,
    /// The HTTP routes.
    pub routes: Vec<Route>,
    /// The services that routes and tunnels name.
    pub services: Vec<Service>,
    /// Cluster DNS.
    pub dns: Option<Dns>,
    /// The Cloudflare tunnels.
    pub tunnels: Vec<Tunnel>,
    /// Who publishes names.
    pub external_dns: Vec<ExternalDns>,
    /// Names that external-dns publishes.
    pub records: Vec<Records>,
    /// The certificates.
    pub certificates: Vec<Certificate>,
    /// Who issues them.
    pub issuers: Vec<CertificateIssuer>,
    /// Where secrets come from.
    pub secret_stores: Vec<SecretStore>,
    /// What syncs all this.
    pub gitops: Option<GitOps>,
    /// Who watches it.
    pub monitoring: Option<Monitoring>,
    /// Where its files go, as far as that is said for it alone.
    pub output: Output,
    /// Kubernetes objects that the vocabulary lacks.
    pub manifests: Vec<RawYaml>,
    /// The statement, or the network's where there is none.
    pub span: Span,
}

impl Cluster {
    /// Flux, with what it is told, where it syncs this.
    #[must_use]
    pub fn flux(&self) -> Option<(&GitOps, &Flux)> {
        let gitops = self.gitops.as_ref()?;
        Some((gitops, gitops.flux()?))
    }

    /// Argo CD, with what it is told, where it syncs this.
    #[must_use]
    pub fn argo_cd(&self) -> Option<(&GitOps, &ArgoCd)> {
        let gitops = self.gitops.as_ref()?;
        Some((gitops, gitops.argo_cd()?))
    }

    /// What has nodes speak BGP: the first `bgp` of it, or a pool that is announced so.
    #[must_use]
    pub fn speaks_bgp(&self) -> Option<Origin> {
        let announced = self.pools.iter().filter_map(|pool| pool.announce.as_ref());
        let by_bgp =
            announced.filter(|announce| announce.value == crate::Announce::Bgp).map(|announce| announce.origin);
        self.bgp.iter().map(|bgp| Origin::written(bgp.span)).chain(by_bgp).next()
    }

    /// The control planes, in the source's order.
    pub fn control_planes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.role.value == crate::Role::ControlPlane)
    }

    /// The workers, in the source's order.
    pub fn workers(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.role.value == crate::Role::Worker)
    }

    /// The endpoint's address, where the source says one: the machines are known by their links in its subnet.
    #[must_use]
    pub fn said_endpoint(&self) -> Option<IpAddr> {
        let is_said = self.endpoint.origin.reason == Reason::Written;
        self.endpoint.value.address().filter(|_| is_said)
    }

    /// The virtual IP that the control planes carry themselves, which Talos does and k3s does not.
    #[must_use]
    pub fn shared_address(&self) -> Option<Traced<IpAddr>> {
        self.virtual_ip.filter(|_| self.talos().is_some())
    }

    /// The endpoint's address where nothing that is declared answers at it: it is no machine's, and k3s brings no
    /// virtual IP. A control plane whose addresses are not all known may have it.
    #[must_use]
    pub fn address_from_elsewhere(&self) -> Option<Traced<IpAddr>> {
        let is_known = |node: &Node| {
            let mut links = node.links();
            !node.interfaces.is_empty() && links.all(crate::LinkRef::is_known)
        };
        self.virtual_ip.filter(|_| self.talos().is_none() && self.control_planes().all(is_known))
    }

    /// Whether people are told a value of the cluster: of one whose machines are somebody else's nothing is known but
    /// what the source says.
    #[must_use]
    pub fn tells(&self, origin: Origin) -> bool {
        !self.nodes.is_empty() || origin.reason == Reason::Written
    }

    /// The Talos version, where the cluster runs Talos.
    #[must_use]
    pub fn talos(&self) -> Option<&Traced<Version>> {
        match &self.distribution {
            Distribution::Talos(version) => Some(version),
            Distribution::K3s(_) => None,
        }
    }
}

/// A namespace that the source declares, and so owns.
#[derive(Clone, Debug, PartialEq)]
pub struct Namespace {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// What is laid over its object, such as the labels of pod security.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// What a cluster's machines run.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Talos Linux, in this version.
    Talos(Traced<Version>),
    /// k3s, in this version; none where the source does not say.
    K3s(Option<Traced<Version>>),
}

/// Where the Kubernetes API is reached, over HTTPS.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// The host.
    pub host: EndpointHost,
    /// The port, 6443 by default.
    pub port: u16,
}

/// The host of an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub enum EndpointHost {
    /// An address.
    Address(Address),
    /// A name.
    Name(HostName),
}

impl Endpoint {
    /// The address of the host, where that is one and known.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match &self.host {
            EndpointHost::Address(address) => address.known(),
            EndpointHost::Name(_) => None,
        }
    }

    /// `https://host:port`, an IPv6 address in brackets.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.host {
            EndpointHost::Address(Address::Known(IpAddr::V6(address))) => format!("https://[{address}]:{}", self.port),
            EndpointHost::Address(address) => format!("https://{address}:{}", self.port),
            EndpointHost::Name(name) => format!("https://{name}:{}", self.port),
        }
    }
}

/// Talos's caching resolver on each host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostDns {
    /// Whether it runs.
    pub enabled: Traced<bool>,
    /// Whether cluster DNS forwards to it.
    pub forward_kube_dns: Traced<bool>,
    /// Whether it answers for the names of the cluster's machines, where the source says it.
    pub resolve_member_names: Option<Traced<bool>>,
}
