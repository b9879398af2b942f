//! The kinds of names, and which of them share one space.

/// The kinds of names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Space {
    Internet,
    Router,
    Switch,
    Host,
    Node,
    Gateway,
    Subnet,
    Cluster,
    Pool,
    Service,
    Certificate,
    Issuer,
    SecretStore,
    Tunnel,
    Let,
    Profile,
}

impl Space {
    /// All of them, in order.
    pub(super) const ALL: [Space; 16] = [
        Space::Internet,
        Space::Router,
        Space::Switch,
        Space::Host,
        Space::Node,
        Space::Gateway,
        Space::Subnet,
        Space::Cluster,
        Space::Pool,
        Space::Service,
        Space::Certificate,
        Space::Issuer,
        Space::SecretStore,
        Space::Tunnel,
        Space::Let,
        Space::Profile,
    ];

    /// The space that a keyword declares a name in, at the top of a network or cluster.
    pub(super) fn of(keyword: &str) -> Option<Space> {
        Space::ALL.into_iter().find(|space| space.keyword() == keyword)
    }

    /// The keyword that declares a name in it.
    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Space::Internet => "internet",
            Space::Router => "router",
            Space::Switch => "switch",
            Space::Host => "host",
            Space::Node => "node",
            Space::Gateway => "gateway",
            Space::Subnet => "subnet",
            Space::Cluster => "cluster",
            Space::Pool => "pool",
            Space::Service => "service",
            Space::Certificate => "certificate",
            Space::Issuer => "certificate-issuer",
            Space::SecretStore => "secret-store",
            Space::Tunnel => "tunnel",
            Space::Let => "let",
            Space::Profile => "profile",
        }
    }

    /// Whether its names may stand where an address is wanted, and so share one space.
    pub(super) fn has_address(self) -> bool {
        matches!(self, Space::Router | Space::Switch | Space::Host | Space::Node | Space::Gateway)
    }

    /// The one of those that share their names which stands for all of them.
    pub(super) fn shared(self) -> Space {
        if self.has_address() { Space::Node } else { self }
    }
}
