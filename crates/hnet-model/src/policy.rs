//! Policies: who may talk to whom.
//!
//! What they are to Cilium is the emitter's business; here is what the source says. Start at [`Policy`].

use std::fmt;

use hnet_diagnostics::{Span, Traced};

use crate::{GatewayId, Name, Overlay, SubnetId, TunnelId};

/// Who may talk to some pods or nodes, and to whom they may talk.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// What it is called; no two of a kind and namespace have one name.
    pub name: Traced<Name>,
    /// Its doc comment, which is the description of its object where that is Cilium's.
    pub doc: Option<String>,
    /// The kind of its object.
    pub kind: Traced<PolicyKind>,
    /// Its namespace; none of a policy for the whole cluster.
    pub namespace: Option<Traced<Name>>,
    /// What the labels of the pods must be that it is for; all pods where empty.
    pub pods: Vec<Traced<SelectorTerm>>,
    /// What the labels of the nodes must be that it is for, where it is for nodes.
    pub nodes: Vec<Traced<SelectorTerm>>,
    /// Whether nothing comes in but what some policy lets in.
    pub denies_ingress: Traced<bool>,
    /// Whether nothing goes out but what some policy lets out.
    pub denies_egress: Traced<bool>,
    /// Whether cluster DNS may be asked.
    pub cluster_dns: Traced<bool>,
    /// What it says of ends, in the order of the source, those of a direction together.
    pub rules: Vec<PolicyRule>,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

impl Policy {
    /// The rules of a direction that let something pass, or those that keep something out.
    pub fn rules(&self, direction: Direction, denies: bool) -> impl Iterator<Item = &PolicyRule> {
        self.rules.iter().filter(move |rule| rule.direction == direction && rule.denies == denies)
    }

    /// Whether it has rules of a direction: Cilium then denies all else unless it is told not to.
    #[must_use]
    pub fn has_rules(&self, direction: Direction) -> bool {
        let of_dns = direction == Direction::Egress && self.cluster_dns.value;
        of_dns || self.rules.iter().any(|rule| rule.direction == direction)
    }

    /// Whether nothing passes in a direction but what some policy lets pass.
    #[must_use]
    pub fn denies(&self, direction: Direction) -> &Traced<bool> {
        match direction {
            Direction::Ingress => &self.denies_ingress,
            Direction::Egress => &self.denies_egress,
        }
    }

    /// The first rule that lets traffic go to hosts by their names.
    #[must_use]
    pub fn first_name(&self) -> Option<&Traced<End>> {
        let ends = self.rules(Direction::Egress, false).flat_map(|rule| &rule.ends);
        ends.into_iter().find(|end| matches!(end.value, End::Name(_)))
    }
}

/// The kind of a policy's object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// Cilium's, of a namespace.
    Cilium,
    /// Cilium's, of the whole cluster.
    CiliumClusterwide,
    /// Kubernetes's own, which any network plugin reads.
    Kubernetes,
}

impl PolicyKind {
    /// The name of the kind.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            PolicyKind::Cilium => "CiliumNetworkPolicy",
            PolicyKind::CiliumClusterwide => "CiliumClusterwideNetworkPolicy",
            PolicyKind::Kubernetes => "NetworkPolicy",
        }
    }

    /// Its group.
    #[must_use]
    pub fn group(self) -> &'static str {
        match self {
            PolicyKind::Cilium | PolicyKind::CiliumClusterwide => "cilium.io",
            PolicyKind::Kubernetes => "networking.k8s.io",
        }
    }
}

/// Which way connections go, seen from the pods that a policy is for. Answers pass by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To them.
    Ingress,
    /// From them.
    Egress,
}

impl Direction {
    /// Both.
    pub const ALL: [Direction; 2] = [Direction::Ingress, Direction::Egress];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }
}

/// Who may, or may not, talk at which ports.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyRule {
    /// Which way.
    pub direction: Direction,
    /// Whether this does not pass, whatever other policies say.
    pub denies: bool,
    /// Who is at the other end; anybody where empty.
    pub ends: Vec<Traced<End>>,
    /// Parts of the ends' prefixes that are not meant, as prefixes or texts with placeholders.
    pub except: Vec<Traced<String>>,
    /// The ports of whoever is asked; all where there are none and no messages of ICMP either.
    pub ports: Vec<Traced<PolicyPort>>,
    /// The messages of ICMP.
    pub icmp: Vec<Traced<IcmpMessage>>,
    /// The names that may be asked of DNS servers at the ports, with `*` for parts of them.
    pub dns: Vec<Traced<String>>,
    /// The statement.
    pub span: Span,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// Whom Cilium knows by a word of its own.
    Entity(Entity),
    /// Pods.
    Pods(PodSelector),
    /// What takes the requests of a gateway.
    Gateway(GatewayId),
    /// The connector of a tunnel.
    Tunnel(TunnelId),
    /// The addresses of a subnet.
    Subnet(SubnetId),
    /// Prefixes, or texts with placeholders in them.
    Prefixes(Vec<String>),
    /// The prefixes of a CiliumCIDRGroup, by its name.
    CidrGroup(Name),
    /// Hosts by their name, in which `*` may stand for parts.
    Name(String),
    /// The pods behind a service.
    Service {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
}

/// Declares the entities with their words.
macro_rules! entities {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal,)+) => {
        /// Whom Cilium knows by a word of its own. (cilium, `pkg/policy/api/entity.go`.)
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Entity { $($(#[doc = $doc])+ $name,)+ }

        impl Entity {
            /// The word for it, which Cilium and the language share.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Entity::$name => $word,)+ }
            }
        }
    };
}

entities! {
    /// Anybody.
    All = "all",
    /// Whoever is outside the cluster.
    World = "world",
    /// Whoever is in the cluster, its nodes among them.
    Cluster = "cluster",
    /// The node that a pod runs on, with what runs in its network.
    Host = "host",
    /// The other nodes.
    RemoteNode = "remote-node",
    /// The Kubernetes API.
    KubeApiServer = "kube-apiserver",
    /// Cilium's Envoy, which passes on the requests of its gateways.
    Ingress = "ingress",
    /// Cilium's health checks.
    Health = "health",
    /// Pods whose labels Cilium does not know yet.
    Init = "init",
    /// Pods that Cilium does not manage.
    Unmanaged = "unmanaged",
    /// Nobody.
    None = "none",
}

/// Pods by their labels and their namespaces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodSelector {
    /// What their labels must be; any where empty.
    pub terms: Vec<Traced<SelectorTerm>>,
    /// Where they are.
    pub namespaces: Namespaces,
}

/// Where pods are.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Namespaces {
    /// Where the policy is; of one for the whole cluster anywhere.
    #[default]
    Own,
    /// In any namespace.
    Any(Span),
    /// In one of these.
    Named(Vec<Traced<Name>>),
}

/// What a label must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectorTerm {
    /// Nothing: `*`.
    Anything,
    /// It has this value.
    Is(String, String),
    /// It has one of these values.
    In(String, Vec<String>),
    /// It has none of these values, or is not there.
    NotIn(String, Vec<String>),
    /// It is there.
    Exists(String),
    /// It is not there.
    DoesNotExist(String),
}

impl SelectorTerm {
    /// The key of the label; none where nothing is said of any.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            SelectorTerm::Anything => None,
            SelectorTerm::Is(key, _)
            | SelectorTerm::In(key, _)
            | SelectorTerm::NotIn(key, _)
            | SelectorTerm::Exists(key)
            | SelectorTerm::DoesNotExist(key) => Some(key),
        }
    }
}

/// As kubectl takes it.
impl fmt::Display for SelectorTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectorTerm::Anything => f.write_str("*"),
            SelectorTerm::Is(key, value) => write!(f, "{key}={value}"),
            SelectorTerm::In(key, values) => write!(f, "{key} in ({})", values.join(", ")),
            SelectorTerm::NotIn(key, values) => match values.as_slice() {
                [value] => write!(f, "{key}!={value}"),
                _ => write!(f, "{key} notin ({})", values.join(", ")),
            },
            SelectorTerm::Exists(key) => f.write_str(key),
            SelectorTerm::DoesNotExist(key) => write!(f, "!{key}"),
        }
    }
}

/// A port, a range of ports or the name of a port of a pod, with what carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyPort {
    /// Which.
    pub port: PortOrName,
    /// What carries it.
    pub protocol: PolicyProtocol,
}

/// A port, a range of ports or the name of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortOrName {
    /// From the first to the last, both included.
    Range(u16, u16),
    /// A port that a container gives a name to.
    Name(String),
}

/// What carries a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyProtocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
    /// Any of them.
    Any,
}

impl PolicyProtocol {
    /// All of them.
    pub const ALL: [PolicyProtocol; 4] =
        [PolicyProtocol::Tcp, PolicyProtocol::Udp, PolicyProtocol::Sctp, PolicyProtocol::Any];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            PolicyProtocol::Tcp => "tcp",
            PolicyProtocol::Udp => "udp",
            PolicyProtocol::Sctp => "sctp",
            PolicyProtocol::Any => "any",
        }
    }
}

impl fmt::Display for PolicyPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.port {
            PortOrName::Range(first, last) if first == last => first.fmt(f)?,
            PortOrName::Range(first, last) => write!(f, "{first}-{last}")?,
            PortOrName::Name(name) => f.write_str(name)?,
        }
        match self.protocol {
            PolicyProtocol::Tcp => Ok(()),
            other => write!(f, "/{}", other.word()),
        }
    }
}

/// A message of ICMP: its type as a number or by Cilium's name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IcmpMessage {
    /// `8`, `EchoRequest`.
    pub kind: String,
    /// Whether it is one of ICMPv6.
    pub is_ipv6: bool,
}

impl fmt::Display for IcmpMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if self.is_ipv6 { f.write_str("/ipv6") } else { Ok(()) }
    }
}
