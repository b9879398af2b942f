//! The checked network as plain values: what the emitters, the pictures and the traces see.
//!
//! Knows no syntax and no spans but those in [`Traced`]. Things refer to each other by identifiers
//! which are positions in the lists of [`Network`] and [`Cluster`]. Start at [`Network`].

mod address;
mod allowed;
mod attachment;
mod backend_tls;
mod bgp;
mod certificate;
mod cluster;
mod control_plane;
mod data_plane;
mod delivery;
mod disk;
mod dns;
mod envoy;
mod external_dns;
mod firewall;
mod gateway;
mod host_name;
mod host_services;
mod image;
mod kube_span;
mod machine;
mod made;
mod name;
mod node;
mod node_prefix;
mod output;
mod owner;
mod physical;
pub mod placeholders;
mod policy;
mod prefixes;
mod raw;
mod records;
mod route;
mod services;
mod size;
mod told;
mod tunnel;
mod version;
mod volume;
mod wireguard;
mod wires;

pub use address::{Address, AddressRange, InterfaceAddress, Mac, RouteTarget};
pub use allowed::Allowed;
pub use backend_tls::{BACKEND_TLS_POLICY, ServiceTls, TlsBackend, tls_backends};
pub use bgp::{Advertised, AdvertisedWhat, BGP_PORT, Bgp, BgpPeer, BgpSession, DEFAULT_HOLD_TIME, ServiceAddresses};
pub use certificate::{Certificate, CertificateIssuer, CertificateKey, CertificateRequest};
pub use cluster::{Cluster, Distribution, Endpoint, EndpointHost, HostDns, Namespace};
pub use control_plane::{
    AdmissionControl, ApiServer, Arguments, BundledCni, ControlPlane, Etcd, Scheduler, TalosApiAccess,
};
pub use data_plane::{
    Announce, Announcer, Cilium, GatewayApi, Hubble, Layer2, LoadBalancerMode, Pool, RoutingMode, interface_expression,
};
pub use delivery::{ArgoCd, Flux, GitOps, Monitoring, Tool};
pub use disk::Disk;
pub use dns::{Dns, Forward, StaticRecord, Zone};
pub use envoy::{EnvoyKind, EnvoyObject, EnvoyTarget, Targeted};
pub use external_dns::{ExternalDns, RecordPolicy, Registry};
pub use firewall::{
    CLUSTER_RULES, ETCD_PORTS, Firewall, FirewallAction, FirewallRule, KUBE_SPAN_PORT, KUBELET_PORT,
    KUBERNETES_API_PORT, NodePort, PortRange, TALOS_API_PORT, TRUSTD_PORT, Transport, cilium_metrics_ports,
    cilium_ports, cluster_ports,
};
pub use gateway::{
    Admission, Gateway, GatewayClass, Listener, ListenerProtocol, ListenerTls, SecretReference, SecretStore,
};
pub use hnet_diagnostics::{Origin, Reason, Span, Traced};
pub use host_name::HostName;
pub use host_services::{Discovery, DiscoveryService, Hostname, OwnHostDns, TimeSettings};
pub use image::{ARCHITECTURES, BOOT_METHODS, Image, ImageOverlay, PLATFORMS};
pub use ipnet::IpNet;
pub use kube_span::KubeSpan;
pub use machine::{FileOperation, KernelModule, KubeletMount, KubeletSettings, MachineFile, MachineSettings};
pub use made::{LINK_WORDS, Links, Made, MadeKind, Member, Setting};
pub use name::{Name, NameError};
pub use node::{
    ClientId, DEFAULT_METRIC, DhcpOptions, Interface, LinkRef, LinkSelector, MAIN_TABLE, Node, Role, StaticHost,
    StaticRoute, Taint, VlanLink,
};
pub use output::{ObjectName, Output, Part, Pattern, PatternError, Place, Values, Variable, is_yaml};
pub use owner::{Owned, Owner, own};
pub use physical::{Host, Internet, Reservation, Router, RouterSystem, Shared, Subnet, Switch, Uplink};
pub use placeholders::Placeholders;
pub use policy::{
    Direction, End, Entity, IcmpMessage, Namespaces, PodSelector, Policy, PolicyKind, PolicyPort, PolicyProtocol,
    PolicyRule, PortOrName, SelectorTerm,
};
pub use prefixes::{Family, Prefixes, address_at};
pub use raw::{Overlay, RawYaml};
pub use records::{Answer, PublishedRecord, RecordData, RecordType, Records};
pub use route::{
    Backend, Cors, Filter, HeaderChange, Match, Mirror, NOT_KNOWN, Parent, PathMatch, PathRewrite, Redirect, Rewrite,
    Route, RouteKind, RouteRule, Service, ServiceTarget, ValueMatch,
};
pub use services::{ExtensionFile, ExtensionService, RegistryMirror, Watchdog};
pub use size::bytes_of;
pub use told::{Told, ToldValue, nothing};
pub use tunnel::{OriginSettings, Publish, PublishTarget, Tunnel, Workload};
pub use version::{Duration, Version};
pub use volume::{DiskPartition, Encryption, PartedDisk, Tpm, Volume, VolumeDisk, VolumeKey, VolumeKind};
pub use wireguard::{KEY_BYTES, ResolvedPeer, WireGuard, WireGuardPeer};
pub use wires::{Announcers, Wires};

/// Declares identifiers: positions in a list of the model.
macro_rules! identifiers {
    ($($(#[doc = $doc:literal])+ $name:ident)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub usize);
        )+
    };
}

identifiers! {
    /// A position in [`Network::internets`].
    InternetId
    /// A position in [`Network::routers`].
    RouterId
    /// A position in [`Network::switches`].
    SwitchId
    /// A position in [`Network::hosts`].
    HostId
    /// A position in [`Network::subnets`].
    SubnetId
    /// A position in [`Cluster::nodes`].
    NodeId
    /// A position in [`Cluster::gateways`].
    GatewayId
    /// A position in [`Gateway::listeners`].
    ListenerId
    /// A position in [`Cluster::services`].
    ServiceId
    /// A position in [`Cluster::tunnels`].
    TunnelId
    /// A position in [`Cluster::certificates`].
    CertificateId
    /// A position in [`Cluster::issuers`].
    IssuerId
    /// A position in [`Cluster::secret_stores`].
    SecretStoreId
}

/// A whole network: the wires, the machines, the clusters with their ways in.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// What it is called; the file's name where the source gives none.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// The domain that it publishes names under.
    pub domain: Option<Traced<HostName>>,
    /// Where routers lead to.
    pub internets: Vec<Internet>,
    /// The routers.
    pub routers: Vec<Router>,
    /// The switches.
    pub switches: Vec<Switch>,
    /// The devices that are no nodes.
    pub hosts: Vec<Host>,
    /// The address ranges of the wires.
    pub subnets: Vec<Subnet>,
    /// The addresses that have several owners on purpose, in their order.
    pub shared: Vec<Shared>,
    /// The clusters; one where the source does not speak of clusters but of nodes.
    pub clusters: Vec<Cluster>,
    /// Where the files go.
    pub output: Output,
    /// What the placeholders in it stand for, where the source says so.
    pub placeholders: Placeholders,
    /// The findings that are allowed, sorted.
    pub allowed: Vec<Allowed>,
    /// Where the network is declared.
    pub span: Span,
}

impl Network {
    /// The statement that an address has several owners on purpose, if there is one.
    #[must_use]
    pub fn shared(&self, address: std::net::IpAddr) -> Option<&Shared> {
        let at = self.shared.binary_search_by_key(&Some(address), |shared| shared.address.value.known()).ok()?;
        self.shared.get(at)
    }

    /// The subnet that an address lies in, if one does.
    #[must_use]
    pub fn subnet_of(&self, address: std::net::IpAddr) -> Option<(SubnetId, &Subnet)> {
        self.subnets
            .iter()
            .enumerate()
            .find(|(_, subnet)| subnet.prefixes.iter().any(|prefix| prefix.value.contains(&address)))
            .map(|(at, subnet)| (SubnetId(at), subnet))
    }
}

/// Things of the model in the order of the source, in which "first" is what a reader expects.
#[must_use]
pub fn in_source_order<T>(things: &[T], place: impl Fn(&T) -> Span) -> Vec<&T> {
    let mut ordered: Vec<&T> = things.iter().collect();
    ordered.sort_by_key(|thing| place(thing));
    ordered
}
