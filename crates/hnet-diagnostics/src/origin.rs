//! Where a value comes from: the text that decided it, and why when that text did not say it itself.

use serde::ser::{Serialize, SerializeTupleStruct, Serializer};

use crate::Span;

/// The table of reasons for which a value that nobody wrote is what it is.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $sentence:literal;)+) => {
        /// Why a value is what it is. The sentence of each is what `hnet show` and `hnet why` print.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Reason {
            /// The source says it.
            #[default]
            Written,
            $($(#[doc = $doc])+ $name,)+
        }

        impl Reason {
            const ALL: &'static [Reason] = &[Reason::Written, $(Reason::$name,)+];

            /// The reason as a sentence; none where the source says the value itself.
            #[must_use]
            pub fn sentence(self) -> Option<&'static str> {
                match self {
                    Reason::Written => None,
                    $(Reason::$name => Some($sentence),)+
                }
            }

            /// The reason of a number that [`Reason`] was cast to.
            #[must_use]
            pub fn from_number(number: u8) -> Reason {
                Reason::ALL.get(usize::from(number)).copied().unwrap_or_default()
            }
        }
    };
}

reasons! {
    /// The vocabulary's default for a field that was left out.
    Default = "the default, since the source does not say";
    /// A route is of the kind that its listener is for.
    KindOfListener = "what its listener carries";
    /// The structure that the kind of object always has.
    Shape = "what an object of this kind always says";
    /// The newest version that the declared ones support.
    NewestSupported = "the newest version that the declared ones support";
    /// A subnet's router is the gateway of those in it.
    SubnetRouter = "the router of the interface's subnet";
    /// An interface without an MTU has its subnet's.
    SubnetMtu = "the MTU of the interface's subnet";
    /// A node without name servers asks its subnet's.
    SubnetNameServers = "the name servers of the node's subnet";
    /// The cluster's endpoint is an address that no node owns.
    EndpointIsVirtual = "the cluster's endpoint is an address of no node, so the control planes share it";
    /// The cluster's endpoint is an address that no node owns, and k3s brings no virtual IP.
    EndpointIsElsewhere = "the cluster's endpoint is an address of no node, so something else answers there";
    /// The address of the node's primary link is its own address.
    PrimaryAddress = "the node's address in the endpoint's subnet, or else on its default route";
    /// Cilium is the CNI.
    CiliumIsCni = "Cilium is the cluster's CNI";
    /// Cilium replaces kube-proxy.
    CiliumReplacesKubeProxy = "Cilium replaces kube-proxy";
    /// An annotation of a gateway's service asks for an address.
    AskedByAnnotation = "an annotation of the gateway's service asks Cilium for it";
    /// A gateway's own object asks for an address which its controller gives the service itself.
    ExternalAddress = "the gateway's controller makes an external address of it";
    /// What Cilium needs on Talos.
    CiliumOnTalos = "what Cilium needs on Talos";
    /// What Cilium needs on k3s.
    CiliumOnK3s = "what Cilium needs on k3s";
    /// Cilium reaches the API server through KubePrism.
    KubePrismPort = "Cilium reaches the API server through KubePrism on every node";
    /// Kubelet and etcd are pinned to the subnet of the node's own address.
    NodeSubnet = "the subnet of the nodes' own addresses, without the virtual IP";
    /// A firewall that says no more.
    FirewallBlocks = "a firewall blocks what no rule lets pass, unless it says otherwise";
    /// Rules of a policy deny what they do not name.
    DeniedByRules = "a policy denies what its rules do not name, in the directions that it has rules of";
    /// Names are known to Cilium from the answers of cluster DNS.
    NamesNeedDns = "Cilium knows hosts by their names from the answers of cluster DNS, which the pods must be allowed to ask";
    /// What carries the requests of a gateway or a tunnel.
    RequestsCome = "the requests of the gateway or the tunnel come from there";
    /// A rule of the firewall.
    FirewallRule = "what the machines of the cluster need of each other, as the firewall lets it pass";
    /// CoreDNS answers at the tenth address of the service prefix.
    TenthServiceAddress = "the tenth address of the service prefix";
    /// An announced service costs API requests to renew its lease.
    LeaseRenewals = "announced services renew a lease each, so the client's rate limit grows with them";
    /// A node on another wire than an address is never asked for it.
    NodesOnTheWire = "the nodes on the wires of the pool's addresses, since others are never asked for them";
    /// The pod prefix is routed natively.
    PodPrefix = "the cluster's pod prefix";
    /// The controller names a gateway's service.
    GatewayServiceName = "the name that the controller gives a gateway's service";
    /// A gateway class decides what Cilium runs.
    GatewayApiInCilium = "a gateway of class `cilium` needs Gateway API support in Cilium";
    /// A gateway of class `cilium` in a cluster whose machines are declared.
    ImpliedByGateway = "a gateway of class `cilium` implies Cilium, and this is the newest that is known";
    /// A pool in a cluster whose machines are declared.
    ImpliedByPool = "a pool implies Cilium, and this is the newest that is known";
    /// Charts rendered without a cluster cannot ask it.
    RenderedOffline = "the chart is rendered without a cluster that it could ask";
    /// A route lives in its backend's namespace.
    BackendNamespace = "the namespace of the route's backend";
    /// A listener admits the namespaces of the routes that name it.
    AttachedRoutes = "the namespaces of the routes that name this listener";
    /// A route's backend is in another namespace.
    CrossNamespaceBackend = "the route's backend is in another namespace";
    /// A service that a policy asks is in another namespace.
    CrossNamespaceAsked = "the service that the policy asks is in another namespace";
    /// A gateway's certificate is in another namespace.
    CrossNamespaceCertificate = "the listener's certificate is in another namespace";
    /// A certificate lives where the gateway that presents it lives.
    GatewayNamespace = "the namespace of the gateway that presents the certificate";
    /// What Envoy Gateway is told lives where the gateways live that it is about.
    EnvoyNamespace = "the namespace of the gateways that it is about";
    /// One node answers for an address that is announced by L2.
    EnvoyAnnounced = "addresses that are announced by L2 lead to any node, also to one without a proxy";
    /// cloudflared wants a last rule without a host name.
    CatchAll = "cloudflared needs a last rule that takes what no other took";
    /// The tunnel's server name follows the request.
    RequestServerName = "a wildcard is no server name, so the request's own is sent";
    /// The tunnel's server name is what it publishes.
    PublishedServerName = "the published name, which the listener's certificate covers";
    /// Talos's own CoreDNS is off because hnet writes one.
    CoreDnsIsManaged = "CoreDNS is managed with the rest of the network";
    /// What cluster DNS would forward to does not run.
    HostDnsOff = "Talos's resolver on the host, which cluster DNS would forward to, is off";
    /// Cilium's masquerading and Talos's forwarding do not work together.
    ForwardKubeDnsOff = "forwarding cluster DNS to the host does not work with Cilium's masquerading";
    /// k3s gives its server's address to Cilium.
    ControlPlaneAddress = "the address of the first control plane";
    /// Cilium on k3s asks the first server, since what stands at the endpoint may come later.
    FirstServer = "the first server, which answers before anything else does at the endpoint";
    /// The only control planes also have to carry pods.
    NoWorkers = "the cluster has no workers, so its control planes carry the pods";
    /// Two replicas need two nodes.
    NodeCount = "the number of nodes";
    /// Argo CD or Flux would report the field as drift were it left out.
    ApiServerDefault = "the API server's default, written out so that GitOps sees no drift";
    /// An endpoint of a service has an IPv6 address.
    Ipv6Endpoint = "an endpoint has an IPv6 address, for which a service must ask";
    /// One pod stays while a node is drained.
    OneStays = "one pod stays while a node is drained";
    /// Something in this namespace needs it.
    NamespaceInUse = "objects of this network live in this namespace";
    /// Addresses of aliased links need a priority.
    AliasedLink = "without a priority Talos sets the addresses of an aliased link again and again";
    /// A reserved address is asked for.
    ReservedByDhcp = "DHCP reserves an address for the link";
    /// An interface selected by name and subnet carries L2 announcements.
    NodeInterfaces = "the interfaces of the nodes in the pool's subnet";
    /// A peer of WireGuard is a machine of the source.
    WireGuardPeer = "what the machine that is the peer says of itself";
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The text that decided the value; for a derived value the text it follows from.
    pub span: Span,
    /// Why, where the text does not say the value itself.
    pub reason: Reason,
}

impl Origin {
    /// The source says it, here.
    #[must_use]
    pub fn written(span: Span) -> Self {
        Origin { span, reason: Reason::Written }
    }

    /// It follows from what stands here.
    #[must_use]
    pub fn derived(span: Span, reason: Reason) -> Self {
        Origin { span, reason }
    }

    /// The same place with another reason.
    #[must_use]
    pub fn because(self, reason: Reason) -> Self {
        Origin { reason, ..self }
    }

    fn pack(self) -> u128 {
        u128::from(self.span.file.0) << 96
            | u128::from(self.span.start) << 64
            | u128::from(self.span.end) << 32
            | u128::from(self.reason as u8)
    }

    /// The origin that a [`Traced`] wrote as the first field of its tuple struct.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "each part is cut out at its own width")]
    pub fn unpack(packed: u128) -> Self {
        let span = Span {
            file: crate::FileId((packed >> 96) as u32),
            start: (packed >> 64) as u32,
            end: (packed >> 32) as u32,
        };
        Origin { span, reason: Reason::from_number(packed as u8) }
    }
}

/// A value with the text that decided it, from the checker to the emitted line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Traced<T> {
    /// The name of the tuple struct as which a traced value is serialised: first the packed
    /// [`Origin`], then the value. A writer that knows it gives the value's lines that origin.
    pub const MARKER: &'static str = "$hnet::Traced";

    /// A value that comes from somewhere.
    pub fn new(value: T, origin: Origin) -> Self {
        Traced { value, origin }
    }

    /// A value that the source says at `span`.
    pub fn written(value: T, span: Span) -> Self {
        Traced { value, origin: Origin::written(span) }
    }

    /// A value that follows from the text at `span`.
    pub fn derived(value: T, span: Span, reason: Reason) -> Self {
        Traced { value, origin: Origin::derived(span, reason) }
    }

    /// The same origin with a value made of this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Traced<U> {
        Traced { value: make(self.value), origin: self.origin }
    }

    /// A reference to the value with its origin.
    pub fn as_ref(&self) -> Traced<&T> {
        Traced { value: &self.value, origin: self.origin }
    }

    /// The text that decided the value.
    pub fn span(&self) -> Span {
        self.origin.span
    }
}

/// As the number that [`Origin::unpack`] takes.
impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u128(self.pack())
    }
}

impl<T: Serialize> Serialize for Traced<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple_struct(Traced::<()>::MARKER, 2)?;
        pair.serialize_field(&self.origin)?;
        pair.serialize_field(&self.value)?;
        pair.end()
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Traced<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Traced { value, origin: Origin::default() })
    }
}

/// A text of several lines, each with the text that decided it and without its line end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(pub Vec<Traced<String>>);

impl Lines {
    /// The name of the newtype struct as which the lines are serialised. A writer that knows it gives each line
    /// its own origin.
    pub const MARKER: &'static str = "$hnet::Lines";
}

impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Lines::MARKER, &self.0)
    }
}
