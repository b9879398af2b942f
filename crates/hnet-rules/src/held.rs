//! Which facts a network holds: a source says all, and what is read from elsewhere says some.

/// A kind of facts that a rule needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// All that a source of hnet says: what is missing from it is missing from the network.
    Source,
    /// The subnets, as somebody says them.
    Subnets,
    /// Which addresses DHCP gives away.
    Dhcp,
    /// What is plugged in where.
    Cables,
    /// The addresses that things have or ask for.
    Addresses,
    /// The machines with their interfaces.
    Nodes,
    /// The prefixes of pods and services.
    Prefixes,
    /// The release of Cilium with its values.
    Cilium,
    /// The pools of addresses for load balancers.
    Pools,
    /// The gateways with their listeners.
    Gateways,
    /// The routes.
    Routes,
    /// The certificates with the names that they cover.
    Certificates,
    /// What tunnels publish.
    Tunnels,
    /// The configuration of cluster DNS.
    Dns,
}

impl Need {
    /// All kinds.
    pub const ALL: [Need; 14] = [
        Need::Source,
        Need::Subnets,
        Need::Dhcp,
        Need::Cables,
        Need::Addresses,
        Need::Nodes,
        Need::Prefixes,
        Need::Cilium,
        Need::Pools,
        Need::Gateways,
        Need::Routes,
        Need::Certificates,
        Need::Tunnels,
        Need::Dns,
    ];

    /// What it is called.
    #[must_use]
    pub fn called(self) -> &'static str {
        match self {
            Need::Source => "a source of hnet",
            Need::Subnets => "subnets",
            Need::Dhcp => "DHCP ranges",
            Need::Cables => "cables",
            Need::Addresses => "addresses",
            Need::Nodes => "machines",
            Need::Prefixes => "prefixes of pods and services",
            Need::Cilium => "a release of Cilium",
            Need::Pools => "pools",
            Need::Gateways => "gateways",
            Need::Routes => "routes",
            Need::Certificates => "certificates",
            Need::Tunnels => "tunnels",
            Need::Dns => "cluster DNS",
        }
    }
}

/// Which kinds of facts a network holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Held(u32);

impl Held {
    /// All, as a source says them.
    #[must_use]
    pub fn all() -> Held {
        Need::ALL.into_iter().collect()
    }

    /// Whether it holds a kind.
    #[must_use]
    pub fn has(self, need: Need) -> bool {
        self.0 & (1 << need as u32) != 0
    }
}

impl FromIterator<Need> for Held {
    fn from_iter<I: IntoIterator<Item = Need>>(needs: I) -> Held {
        Held(needs.into_iter().fold(0, |held, need| held | 1 << need as u32))
    }
}
