//! Sessions of BGP between nodes and routers, and what nodes tell in them.

use hnet_diagnostics::{Span, Traced};

use crate::{Address, Announcer, Duration, Family, Name, Node, Overlay, RouterId};

/// The port at which BGP is answered. (RFC 4271.)
pub const BGP_PORT: u16 = 179;
/// The hold time of a session where nobody says one. (Cilium, `CiliumBGPPeerConfig`.)
pub const DEFAULT_HOLD_TIME: Duration = Duration(90_000);

/// Nodes that speak BGP with routers: an instance of Cilium's BGP control plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Bgp {
    /// What it is called, as is its cluster configuration.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// The AS number of the nodes. (RFC 6793.) One that exists may not say it.
    pub as_number: Option<Traced<u32>>,
    /// The nodes that speak; all where empty.
    pub nodes: Vec<Traced<Announcer>>,
    /// Whom they speak with, in the order of their names.
    pub peers: Vec<BgpPeer>,
    /// What they advertise. There is at least one.
    pub advertised: Vec<Advertised>,
    /// The name of the instance, where it is said.
    pub instance: Option<Traced<Name>>,
    /// The name of the advertisement, where it is said.
    pub advertisement: Option<Traced<Name>>,
    /// The label of the advertisement by which the peers' settings find it, where it is said.
    pub label: Option<Traced<(String, String)>>,
    /// What is laid over its objects.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// Whom nodes speak BGP with.
#[derive(Clone, Debug, PartialEq)]
pub struct BgpPeer {
    /// What it is called.
    pub name: Traced<String>,
    /// The router that it is, where it is one of the source.
    pub router: Option<RouterId>,
    /// Its address. One that exists may not say it.
    pub address: Option<Traced<Address>>,
    /// Its AS number. One that exists may not say it.
    pub as_number: Option<Traced<u32>>,
    /// How the session is held.
    pub session: BgpSession,
    /// The name of the peer configuration that says so, where it is said.
    pub settings: Option<Traced<Name>>,
    /// The statement.
    pub span: Span,
}

/// How a session is held. What is none is Cilium's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BgpSession {
    /// The port at which the peer answers.
    pub port: Option<Traced<u16>>,
    /// After what silence the session is given up.
    pub hold_time: Option<Traced<Duration>>,
    /// How often something is said.
    pub keepalive: Option<Traced<Duration>>,
    /// How long until connecting is tried again.
    pub connect_retry: Option<Traced<Duration>>,
    /// How long the peer keeps routes while an agent starts again. (RFC 4724.)
    pub graceful_restart: Option<Traced<Duration>>,
    /// How many hops away the peer may be.
    pub multihop: Option<Traced<u8>>,
    /// The Secret with the session's password. (RFC 2385.)
    pub password: Option<Traced<Name>>,
    /// The families of the routes. There is at least one, but where nothing is known of the address.
    pub families: Vec<Traced<Family>>,
}

/// Addresses that nodes tell their peers.
#[derive(Clone, Debug, PartialEq)]
pub struct Advertised {
    /// Whose addresses.
    pub what: Traced<AdvertisedWhat>,
    /// Communities that the routes carry: `64512:100`, `64512:1:2`, `no-export`. (RFC 1997, RFC 8092.)
    pub communities: Vec<Traced<String>>,
    /// How much routers of the same AS like them. (RFC 4271, `LOCAL_PREF`.)
    pub local_preference: Option<Traced<u32>>,
    /// The statement.
    pub span: Span,
}

/// Whose addresses nodes tell.
#[derive(Clone, Debug, PartialEq)]
pub enum AdvertisedWhat {
    /// The prefix of each node's pods.
    Pods,
    /// Those of services.
    Services {
        /// Which of their addresses.
        addresses: Vec<Traced<ServiceAddresses>>,
        /// Labels of which services need one of the values; all services where empty.
        only: Vec<Traced<(String, String)>>,
        /// Labels of which services may have none of the values.
        except: Vec<Traced<(String, String)>>,
    },
}

/// Which of a service's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceAddresses {
    /// Those that pools give.
    LoadBalancer,
    /// Those of the cluster alone.
    Cluster,
    /// Those that it names itself.
    External,
}

impl Bgp {
    /// The name of the advertisement: its own unless another is said.
    #[must_use]
    pub fn advertisement_name(&self) -> &Traced<Name> {
        self.advertisement.as_ref().unwrap_or(&self.name)
    }

    /// Whether a node speaks with its peers.
    #[must_use]
    pub fn is_for(&self, node: &Node) -> bool {
        self.nodes.is_empty() || self.nodes.iter().any(|said| said.value.is(node))
    }

    /// The label by which peers find the advertisement.
    #[must_use]
    pub fn advertisement_label(&self) -> Traced<(String, String)> {
        let derived = || self.name.as_ref().map(|name| ("advertise".to_owned(), name.to_string()));
        self.label.clone().unwrap_or_else(derived)
    }

    /// The name of the configuration that a peer's session has: that of the sessions, of which all with the same settings
    /// share one, or the peer's own where they differ.
    #[must_use]
    pub fn settings_name(&self, peer: &BgpPeer) -> String {
        let first = self.peers.iter().find(|other| other.settings.is_none());
        match &peer.settings {
            Some(name) => name.value.to_string(),
            None if first.is_none_or(|first| first.session.is_like(&peer.session)) => self.name.value.to_string(),
            None => format!("{}-{}", self.name.value, peer.name.value),
        }
    }
}

impl BgpSession {
    /// Whether another session is held the same way.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        fn of<T: Copy>(one: Option<&Traced<T>>) -> Option<T> {
            one.map(|one| one.value)
        }
        let plain = |session: &Self| {
            let families: Vec<Family> = session.families.iter().map(|family| family.value).collect();
            let times = [&session.hold_time, &session.keepalive, &session.connect_retry, &session.graceful_restart]
                .map(|time| of(time.as_ref()));
            let password = session.password.as_ref().map(|name| name.value.to_string());
            (of(session.port.as_ref()), times, of(session.multihop.as_ref()), password, families)
        };
        plain(self) == plain(other)
    }
}
