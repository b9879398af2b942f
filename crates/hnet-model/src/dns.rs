//! Cluster DNS.

use hnet_diagnostics::{Span, Traced};

use crate::{Address, Duration, HostName, Name, Overlay};

/// CoreDNS.
#[derive(Clone, Debug, PartialEq)]
pub struct Dns {
    /// Zones with their own answers.
    pub zones: Vec<Zone>,
    /// Who answers the rest; the node's own resolvers where empty.
    pub forwards: Vec<Traced<Address>>,
    /// How many pods, where hnet runs CoreDNS.
    pub replicas: Traced<u32>,
    /// The whole Corefile, in place of all that hnet would write.
    pub corefile: Option<Traced<String>>,
    /// The name of the ConfigMap that CoreDNS reads, where it is said.
    pub config_map: Option<Traced<Name>>,
    /// What is laid over its objects.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// A zone with its own answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// The zone.
    pub name: Traced<HostName>,
    /// What answers it besides its records.
    pub forward: Option<Forward>,
    /// How long answers are kept.
    pub cache: Option<Traced<Duration>>,
    /// Names that hnet answers itself.
    pub records: Vec<StaticRecord>,
    /// The statement.
    pub span: Span,
}

/// Who answers a zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// The servers.
    pub servers: Vec<Traced<Address>>,
}

/// A name with its addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticRecord {
    /// The name.
    pub name: Traced<HostName>,
    /// Its addresses.
    pub addresses: Vec<Traced<Address>>,
}
