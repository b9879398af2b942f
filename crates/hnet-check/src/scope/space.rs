//! The kinds of names, which of them share one space, and what is declared in each.

use std::collections::BTreeMap;

use super::Declared;

/// The kinds of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The space that a keyword declares a name in, at the top of a network or cluster.
    pub(super) fn of(keyword: &str) -> Option<Space> {
        Some(match keyword {
            "internet" => Space::Internet,
            "router" => Space::Router,
            "switch" => Space::Switch,
            "host" => Space::Host,
            "node" => Space::Node,
            "gateway" => Space::Gateway,
            "subnet" => Space::Subnet,
            "cluster" => Space::Cluster,
            "pool" => Space::Pool,
            "service" => Space::Service,
            "certificate" => Space::Certificate,
            "certificate-issuer" => Space::Issuer,
            "secret-store" => Space::SecretStore,
            "tunnel" => Space::Tunnel,
            "let" => Space::Let,
            "profile" => Space::Profile,
            _ => return None,
        })
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

    pub(super) const ADDRESSED: [Space; 5] = [Space::Router, Space::Switch, Space::Host, Space::Node, Space::Gateway];
}

/// What is declared, by kind and name: a look compares with the names of one kind only, and where
/// there is no `let` it compares with none.
#[derive(Clone, Default)]
pub(super) struct Declarations<'t> {
    spaces: BTreeMap<Space, BTreeMap<&'t str, Declared<'t>>>,
}

impl<'t> Declarations<'t> {
    pub(super) fn get(&self, space: Space, name: &str) -> Option<Declared<'t>> {
        self.spaces.get(&space)?.get(name).copied()
    }

    pub(super) fn insert(&mut self, space: Space, name: &'t str, declared: Declared<'t>) {
        self.spaces.entry(space).or_default().insert(name, declared);
    }

    /// All of them, by kind, then by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Space, &'t str, Declared<'t>)> + '_ {
        self.spaces.iter().flat_map(|(space, names)| names.iter().map(|(name, declared)| (*space, *name, *declared)))
    }
}
